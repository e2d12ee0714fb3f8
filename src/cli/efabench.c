/* efabench: finds the subcommand. */
#include "cli/commands.h"
#include "cli/output.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"run", "measure: start the launches, merge their records, report", eb_command_run},
    {"compare", "which series are worse, better or the same, by how much and how surely", eb_command_compare},
    {"gate", "one exit code: against a baseline, a pinned control or the nights before", eb_command_gate},
    {"history", "the nights before: add, list, show, accept, export, check", eb_command_history},
    {"report", "show a record as text, csv or json", eb_command_report},
    {"plot", "a record's pictures as SVG or PNG files, drawn by gnuplot", eb_command_plot},
    {"adapters", "ENI, ENA, 82599 VF, EFA: what each is, what is here, what to expect", eb_command_adapters},
    {"doctor", "look whether this node is ready for EFA", eb_command_doctor},
    {"import", "make a record of what OSU or another tool printed", eb_command_import},
    {"audit", "is it too good to be true? holds a record against what is possible", eb_command_audit},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static void print_help(FILE *file)
{
    fprintf(file, "Usage: efabench COMMAND [OPTIONS] ...\n"
                  "Latency, bandwidth and all-reduce over libfabric beside plain kernel TCP.\n\nCommands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(file, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fprintf(file, "\nefabench COMMAND --help says more. efabench-mpi is the worker, for use under\n"
                  "mpirun.\n"
                  "Exit codes: 0 good, 1 regressed, implausible (audit) or something wrong\n"
                  "(doctor), 2 usage or internal, 3 inconclusive, 4 data missing or invalid,\n"
                  "5 wrong path, 77 no such hardware (plot: no gnuplot).\n");
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(word, "--version") == 0) {
        eb_output_version("efabench");
        return 0;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, word) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    struct eb_error err;
    eb_error_set(&err, EB_USAGE, "efabench", 0, "unknown command '%s': --help lists those there are", word);
    return eb_output_error("efabench", &err);
}
