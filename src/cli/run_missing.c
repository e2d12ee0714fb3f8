/* In place of run.c in a build without the measuring wing. */
#include "cli/commands.h"
#include "cli/manual.h"
#include "cli/output.h"

static enum eb_status refuse(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    (void)options, (void)verdict;
    return eb_error_set(err, EB_USAGE, "run", 0,
                        "this efabench was built without MPI: it reports and judges, measure with one that "
                        "has it");
}

int eb_command_run(int argc, char **argv)
{
    static const struct eb_command command = {"efabench run", EB_PROGRAM_RUN, refuse};
    return eb_command_start(&command, argc, argv);
}

int eb_command_help_worker(void)
{
    eb_manual_print(EB_PROGRAM_WORKER, stdout);
    return 0;
}
