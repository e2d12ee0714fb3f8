/* The one table of commands. --help, the man pages and the completion of bash come from it and from the table
 * of options (cli/options_rows.h); a command is described here and nowhere else.
 *
 * A command: its row in cli/manual_measure_rows.c or cli/manual_judge_rows.c, its place in cli/manual.c, its
 * function in cli/efabench.c. All texts are ASCII, of one line each, and static. */
#ifndef EB_CLI_MANUAL_H
#define EB_CLI_MANUAL_H

#include "cli/options.h"

#include <stddef.h>
#include <stdio.h>

#define EB_PROGRAM_OVERVIEW 0 /* of efabench itself, which takes no options of the table */

struct eb_manual_term {
    const char *name;
    const char *text;
    const char *words; /* what may follow the name; NULL: nothing */
};

/* Terms that other tables know: kernels, importers, ... */
struct eb_manual_list {
    const char *title;
    int (*term)(size_t index, struct eb_manual_term *term); /* 0 past the last one */
};

/* What an example needs beside its files to run as it stands. */
enum eb_manual_needs {
    EB_RUNS_ANYWHERE,
    EB_RUNS_WITH_MPI,     /* this build measures, and mpirun is here */
    EB_RUNS_WITH_SQLITE,  /* this build keeps histories */
    EB_RUNS_WITH_GNUPLOT, /* gnuplot is here */
    EB_RUNS_ON_HOSTS,     /* hosts and adapters that few machines have */
};

struct eb_manual_example {
    const char *command; /* one line for a shell */
    const char *does;
    enum eb_manual_needs needs;
};

#define EB_MANUAL_ITEMS 12

/* Each array ends at its first empty item. */
struct eb_manual {
    unsigned program; /* one bit of enum eb_program, or EB_PROGRAM_OVERVIEW */
    const char *name; /* "efabench run" */
    const char *summary;
    const char *synopsis[EB_MANUAL_ITEMS];
    const char *description[EB_MANUAL_ITEMS]; /* paragraphs */
    struct eb_manual_list lists[4];
    struct eb_manual_example examples[EB_MANUAL_ITEMS];
    struct eb_manual_term exits[EB_MANUAL_ITEMS];
    struct eb_manual_term files[EB_MANUAL_ITEMS];
    struct eb_manual_term environment[EB_MANUAL_ITEMS];
    const char *see_also[EB_MANUAL_ITEMS]; /* names of rows; beside the overview, to which all lead */
};

/* The rows in the order in which they are listed, the overview first; NULL past the last one. */
const struct eb_manual *eb_manual_at(size_t index);

/* The row of a program; never NULL. */
const struct eb_manual *eb_manual_of(unsigned program);

/* The row of a command's word ("run") or a program's name ("efabench-mpi"); NULL where there is none. */
const struct eb_manual *eb_manual_find(const char *word);

/* What a command is called behind "efabench": "run"; of a program of its own its whole name. */
const char *eb_manual_word(const struct eb_manual *row);

/* The commands of efabench, as a list of terms. */
int eb_manual_command(size_t index, struct eb_manual_term *term);

/* --help, for 80 columns. */
void eb_manual_print(unsigned program, FILE *file);

/* Writes a command of a shell in lines of at most 79 columns, cut by backslashes at spaces outside quotes and
 * not between an option and its value; the first line stands at indent, the others four columns further. */
void eb_manual_put_command(FILE *file, const char *command, int indent);

#endif
