/* In efabench, where there is a measuring wing: its commands are those of efabench-measure, which takes this
 * process over. What judges then does not wait for what libfabric loads (Debian 12's takes 0.1 s a core). */
#include "cli/beside.h"
#include "cli/commands.h"
#include "cli/manual_measure.h"
#include "cli/output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const eb_manual_absence = NULL;

static int hand_over(int argc, char **argv)
{
    struct eb_error err;
    char path[PATH_MAX];
    char **words = calloc((size_t)argc + 2, sizeof *words);
    if (words && eb_beside_find("efabench-measure", EB_LIBEXEC, path, sizeof path)) {
        words[0] = path;
        memcpy(words + 1, argv, (size_t)argc * sizeof *words);
        execv(path, words);
    }
    int code = words ? errno : ENOMEM;
    free(words);
    eb_error_set(&err, EB_INTERNAL, argv[0], code,
                 "efabench-measure, which does this, cannot be started beside efabench nor in " EB_LIBEXEC
                 ": %s",
                 strerror(code));
    return eb_output_error("efabench", &err);
}

int eb_command_run(int argc, char **argv)
{
    return hand_over(argc, argv);
}

int eb_command_doctor(int argc, char **argv)
{
    return hand_over(argc, argv);
}

int eb_command_help_worker(void)
{
    char help[] = "help";
    char *words[] = {help, NULL};
    return hand_over(1, words);
}
