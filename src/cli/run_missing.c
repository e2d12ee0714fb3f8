/* In place of run.c in a build without the measuring wing. */
#include "cli/commands.h"
#include "cli/output.h"

int eb_command_run(int argc, char **argv)
{
    struct eb_error err;
    (void)argc, (void)argv;
    eb_error_set(&err, EB_USAGE, "run", 0,
                 "this efabench was built without MPI: it reports and judges, measure with one that has it");
    return eb_output_error("efabench run", &err);
}
