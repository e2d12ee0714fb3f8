/* efabench: finds the subcommand. What each one is stands in cli/manual.h's table. */
#include "cli/commands.h"
#include "cli/manual.h"
#include "cli/output.h"
#include "common/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    enum eb_program program;
    int (*run)(int argc, char **argv);
} commands[] = {
    {EB_PROGRAM_RUN, eb_command_run},           {EB_PROGRAM_COMPARE, eb_command_compare},
    {EB_PROGRAM_GATE, eb_command_gate},         {EB_PROGRAM_HISTORY, eb_command_history},
    {EB_PROGRAM_REPORT, eb_command_report},     {EB_PROGRAM_PLOT, eb_command_plot},
    {EB_PROGRAM_ADAPTERS, eb_command_adapters}, {EB_PROGRAM_DOCTOR, eb_command_doctor},
    {EB_PROGRAM_IMPORT, eb_command_import},     {EB_PROGRAM_AUDIT, eb_command_audit},
    {EB_PROGRAM_SCREEN, eb_command_screen},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static const char *word_of(size_t command)
{
    return eb_manual_word(eb_manual_of(commands[command].program));
}

/* What is further away than half of its letters was not meant. */
static int refuse(const char *word)
{
    const char *nearest = NULL;
    unsigned least = 0;
    struct eb_error err;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        unsigned apart = eb_nearest_distance(word, word_of(i));
        if ((size_t)2 * apart <= strlen(word_of(i)) && (!nearest || apart < least)) {
            nearest = word_of(i);
            least = apart;
        }
    }
    if (nearest)
        eb_error_set(&err, EB_USAGE, "efabench", 0,
                     "unknown command '%.64s': did you mean '%s'? --help lists those there are", word,
                     nearest);
    else
        eb_error_set(&err, EB_USAGE, "efabench", 0, "%s '%.64s': --help lists those there are",
                     word[0] == '-' ? "unknown option" : "unknown command", word);
    return eb_output_error("efabench", &err);
}

/* A command tells of itself: those that measure are in a program of their own. */
static int help(const char *word)
{
    char option[] = "--help";
    const struct eb_manual *row = word ? eb_manual_find(word) : eb_manual_of(EB_PROGRAM_OVERVIEW);
    if (!row)
        return refuse(word);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (commands[i].program != row->program)
            continue;
        char *name = strdup(word_of(i));
        char *words[] = {name, option, NULL};
        int code = name ? commands[i].run(2, words) : 2;
        free(name);
        return code;
    }
    if (row->program == EB_PROGRAM_WORKER)
        return eb_command_help_worker();
    eb_manual_print(row->program, stdout);
    return 0;
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return help(NULL);
    if (strcmp(word, "help") == 0)
        return help(argc > 2 && argv[2][0] != '-' && strcmp(argv[2], "help") != 0 ? argv[2] : NULL);
    if (strcmp(word, "--version") == 0) {
        eb_output_version("efabench");
        return 0;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(word_of(i), word) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (argc > 1)
        return refuse(word);
    eb_manual_print(EB_PROGRAM_OVERVIEW, stderr);
    return 2;
}
