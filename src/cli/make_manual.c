/* make_manual man PAGE DATE | bash | pages | commands | options | examples
 *
 * Writes to standard output: a page, the completion of bash; and for tests the pages' names, the commands'
 * names, the options of all pages (PAGE, --NAME, -L or -, the argument or -), and the examples, one a line:
 * PAGE, what it needs, the exit codes that its page lists, the command; tabs between. */
#include "cli/make_manual.h"

#include "cli/manual_measure.h"
#include "cli/options_rows.h"

#include <string.h>

void eb_page_name(const struct eb_manual *row, char *name, size_t room)
{
    snprintf(name, room, "%s", row->name);
    for (char *space = strchr(name, ' '); space; space = strchr(name, ' '))
        *space = '-';
}

int eb_page_is_made(const struct eb_manual *row)
{
    return row->program != EB_PROGRAM_WORKER || !eb_manual_absence;
}

static const struct eb_manual *find_page(const char *asked)
{
    char name[64];
    const struct eb_manual *row;
    for (size_t i = 0; (row = eb_manual_at(i)); i++) {
        eb_page_name(row, name, sizeof name);
        if (strcmp(name, asked) == 0)
            return row;
    }
    return NULL;
}

static void write_pages(void)
{
    char name[64];
    const struct eb_manual *row;
    for (size_t i = 0; (row = eb_manual_at(i)); i++) {
        eb_page_name(row, name, sizeof name);
        if (eb_page_is_made(row))
            puts(name);
    }
}

static void write_commands(void)
{
    struct eb_manual_term term;
    for (size_t i = 0; eb_manual_command(i, &term); i++)
        puts(term.name);
}

static void write_options(void)
{
    char name[64];
    const struct eb_manual *row;
    for (size_t i = 0; (row = eb_manual_at(i)); i++) {
        eb_page_name(row, name, sizeof name);
        for (size_t j = 0; eb_page_is_made(row) && j < EB_OPTION_ROWS; j++) {
            const struct eb_option_row *option = &eb_option_rows[j];
            if (option->programs & row->program)
                printf("%s\t--%s\t%s%c\t%s\n", name, option->name, option->letter ? "-" : "",
                       option->letter ? option->letter : '-', option->argument ? option->argument : "-");
        }
    }
}

static void write_examples(void)
{
    static const char *const needs[] = {[EB_RUNS_ANYWHERE] = "nothing",
                                        [EB_RUNS_WITH_MPI] = "mpi",
                                        [EB_RUNS_WITH_SQLITE] = "sqlite",
                                        [EB_RUNS_WITH_GNUPLOT] = "gnuplot",
                                        [EB_RUNS_ON_HOSTS] = "hosts"};
    char name[64];
    const struct eb_manual *row;
    for (size_t i = 0; (row = eb_manual_at(i)); i++) {
        eb_page_name(row, name, sizeof name);
        for (size_t j = 0; eb_page_is_made(row) && row->examples[j].command; j++) {
            printf("%s\t%s\t", name, needs[row->examples[j].needs]);
            for (size_t k = 0; row->exits[k].name; k++)
                printf(" %s", row->exits[k].name);
            printf(" \t%s\n", row->examples[j].command);
        }
    }
}

static int fail(const char *why, const char *word)
{
    fprintf(stderr, "make_manual: %s '%s'\n", why, word);
    return 2;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    const struct eb_manual *row = argc > 2 ? find_page(argv[2]) : NULL;
    if (argc > 2 && !row)
        return fail("there is no page", argv[2]);
    if (argc == 4 && strcmp(what, "man") == 0)
        eb_make_page(stdout, row, argv[3]);
    else if (argc == 2 && strcmp(what, "options") == 0)
        write_options();
    else if (argc == 2 && strcmp(what, "bash") == 0)
        eb_make_completion(stdout);
    else if (argc == 2 && strcmp(what, "pages") == 0)
        write_pages();
    else if (argc == 2 && strcmp(what, "commands") == 0)
        write_commands();
    else if (argc == 2 && strcmp(what, "examples") == 0)
        write_examples();
    else
        return fail("it makes man PAGE DATE, bash, pages, commands, options, examples, and not", what);
    return fflush(stdout) != 0 || ferror(stdout) ? fail("cannot write", what) : 0;
}
