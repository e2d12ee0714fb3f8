#include "cli/manual.h"

#include "cli/manual_measure.h"
#include "cli/manual_rows.h"

#include <stdlib.h>
#include <string.h>

static const struct eb_manual *const rows[] = {
    &eb_manual_overview, &eb_manual_run,    &eb_manual_worker, &eb_manual_compare,  &eb_manual_gate,
    &eb_manual_history,  &eb_manual_report, &eb_manual_plot,   &eb_manual_adapters, &eb_manual_doctor,
    &eb_manual_import,   &eb_manual_audit,  &eb_manual_screen,
};

#define ROW_COUNT (sizeof rows / sizeof *rows)

const struct eb_manual *eb_manual_at(size_t index)
{
    return index < ROW_COUNT ? rows[index] : NULL;
}

const struct eb_manual *eb_manual_of(unsigned program)
{
    size_t i = 0;
    while (i + 1 < ROW_COUNT && rows[i]->program != program)
        i++;
    return rows[i];
}

const char *eb_manual_word(const struct eb_manual *row)
{
    const char *space = strchr(row->name, ' ');
    return space ? space + 1 : row->name;
}

const struct eb_manual *eb_manual_find(const char *word)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (strcmp(eb_manual_word(rows[i]), word) == 0)
            return rows[i];
    return NULL;
}

int eb_manual_command(size_t index, struct eb_manual_term *term)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (!strchr(rows[i]->name, ' ') || index-- > 0)
            continue;
        *term = (struct eb_manual_term){.name = eb_manual_word(rows[i]), .text = rows[i]->summary};
        return 1;
    }
    return 0;
}

/* The length of a word of a shell, quotes and all; of an option and its value together. */
static int unit_length(const char *command)
{
    int quoted = 0;
    int length = 0;
    int is_whole = command[0] != '-' || strcspn(command, "=") < strcspn(command, " ");
    for (; command[length]; length++) {
        quoted ^= command[length] == '"';
        if (command[length] != ' ' || quoted)
            continue;
        if (is_whole || command[length + 1] == '-')
            break;
        is_whole = 1;
    }
    return length;
}

void eb_manual_put_command(FILE *file, const char *command, int indent)
{
    int column = fprintf(file, "%*s", indent, "");
    while (*command) {
        int length = unit_length(command);
        /* two columns for a backslash where something follows */
        if (column > indent && column + 1 + length + (command[length] ? 2 : 0) > 79) {
            fprintf(file, " \\\n%*s", indent + 4, "");
            column = indent + 4;
        } else if (column > indent) {
            fputc(' ', file);
            column++;
        }
        fprintf(file, "%.*s", length, command);
        column += length;
        command += length + (command[length] == ' ');
    }
    fputc('\n', file);
}

static void put_term(FILE *file, const struct eb_manual_term *term, int width)
{
    int column =
        fprintf(file, "  %s%s%s", term->name, term->words ? " " : "", term->words ? term->words : "");
    if (column > width + 2) {
        fputc('\n', file);
        column = 0;
    }
    fprintf(file, "%*s", width + 4 - column, "");
    eb_options_wrap(file, term->text, width + 4, width + 4);
}

static int width_of(const struct eb_manual_term *term)
{
    return (int)(strlen(term->name) + (term->words ? strlen(term->words) + 1 : 0));
}

static void put_terms(FILE *file, const char *title, const struct eb_manual_term *terms)
{
    int width = 0;
    if (!terms[0].name)
        return;
    fprintf(file, "\n%s:\n", title);
    for (size_t i = 0; terms[i].name; i++)
        width = width_of(&terms[i]) > width ? width_of(&terms[i]) : width;
    for (size_t i = 0; terms[i].name; i++)
        put_term(file, &terms[i], width < 24 ? width : 24);
}

static void put_list(FILE *file, const struct eb_manual_list *list)
{
    struct eb_manual_term term;
    int width = 0;
    for (size_t i = 0; list->term(i, &term); i++)
        width = width_of(&term) > width ? width_of(&term) : width;
    if (width == 0)
        return;
    fprintf(file, "\n%s:\n", list->title);
    for (size_t i = 0; list->term(i, &term); i++)
        put_term(file, &term, width < 24 ? width : 24);
}

static void put_options(FILE *file, const struct eb_manual *row)
{
    char *options = row->program ? eb_options_help((enum eb_program)row->program) : NULL;
    if (options)
        fprintf(file, "\nOptions:\n%s  @FILE                     options from a file, one a line\n", options);
    free(options);
}

void eb_manual_print(unsigned program, FILE *file)
{
    const struct eb_manual *row = eb_manual_of(program);
    for (size_t i = 0; row->synopsis[i]; i++) {
        fputs(i ? "       " : "Usage: ", file);
        eb_options_wrap(file, row->synopsis[i], 7, 11);
    }
    if (eb_manual_absence && (row->program & (EB_PROGRAM_RUN | EB_PROGRAM_WORKER)))
        eb_options_wrap(file, eb_manual_absence, 0, 0);
    for (size_t i = 0; row->description[i]; i++) {
        if (i > 0)
            fputc('\n', file);
        eb_options_wrap(file, row->description[i], 0, 0);
    }
    for (size_t i = 0; i < sizeof row->lists / sizeof *row->lists && row->lists[i].term; i++)
        put_list(file, &row->lists[i]);
    fputs("\nExamples:\n", file);
    for (size_t i = 0; row->examples[i].command; i++) {
        fputs("  ", file);
        eb_options_wrap(file, row->examples[i].does, 2, 2);
        eb_manual_put_command(file, row->examples[i].command, 6);
    }
    put_options(file, row);
    put_terms(file, "Exit codes", row->exits);
    put_terms(file, "Files", row->files);
    put_terms(file, "Environment", row->environment);
}
