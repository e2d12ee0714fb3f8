/* efabench-measure: the commands of efabench that need the measuring wing. efabench starts it
 * (cli/measuring); it is not made to be called by hand. argv[1] is the subcommand. */
#include "cli/commands.h"
#include "cli/manual.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "run") == 0)
        return eb_command_run(argc - 1, argv + 1);
    if (strcmp(word, "doctor") == 0)
        return eb_command_doctor(argc - 1, argv + 1);
    if (strcmp(word, "help") == 0) {
        eb_manual_print(EB_PROGRAM_WORKER, stdout);
        return 0;
    }
    fputs("efabench-measure: a part of efabench, which starts it: see efabench --help\n", stderr);
    return 2;
}
