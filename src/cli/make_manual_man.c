#include "cli/make_manual.h"
#include "cli/manual_measure.h"
#include "cli/options_rows.h"

#include <config.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Text that stands in a line: nothing in it means anything to roff, and a hyphen is one that can be typed. */
static void put_text(FILE *file, const char *text)
{
    static const char *const escapes[128] = {
        ['-'] = "\\-",   ['\\'] = "\\e",  ['\''] = "\\(aq", ['`'] = "\\(ga",
        ['^'] = "\\(ha", ['~'] = "\\(ti", ['"'] = "\\(dq"};
    if (text[0] == '.')
        fputs("\\&", file);
    for (; *text; text++) {
        const char *escape = (unsigned char)*text < 128 ? escapes[(unsigned char)*text] : NULL;
        if (escape)
            fputs(escape, file);
        else
            fputc(*text, file);
    }
}

/* Sentences, each on a line of its own, as roff wants them. */
static void put_paragraph(FILE *file, const char *text)
{
    for (const char *end; (end = strstr(text, ". ")); text = end + 2) {
        char *sentence = strndup(text, (size_t)(end + 1 - text));
        put_text(file, sentence ? sentence : "");
        fputc('\n', file);
        free(sentence);
    }
    put_text(file, text);
    fputc('\n', file);
}

static void put_term(FILE *file, const struct eb_manual_term *term)
{
    fputs(".TP\n\\fB", file);
    put_text(file, term->name);
    fputs("\\fR", file);
    if (term->words) {
        fputs(" \\fI", file);
        put_text(file, term->words);
        fputs("\\fR", file);
    }
    fputc('\n', file);
    put_paragraph(file, term->text);
}

static void put_terms(FILE *file, const char *title, const struct eb_manual_term *terms)
{
    if (!terms[0].name)
        return;
    fprintf(file, ".SH %s\n", title);
    for (size_t i = 0; terms[i].name; i++)
        put_term(file, &terms[i]);
}

static void put_list(FILE *file, const struct eb_manual_list *list)
{
    struct eb_manual_term term;
    if (!list->term(0, &term))
        return;
    fputs(".SS ", file);
    put_text(file, list->title);
    fputc('\n', file);
    for (size_t i = 0; list->term(i, &term); i++)
        put_term(file, &term);
}

static void put_head(FILE *file, const struct eb_manual *row, const char *date)
{
    char name[64];
    eb_page_name(row, name, sizeof name);
    fputs(".\\\" Made by make_manual from src/cli/manual*.c and src/cli/options_rows.c.\n.TH ", file);
    for (const char *at = name; *at; at++) {
        if (*at == '-')
            fputc('\\', file);
        fputc(toupper((unsigned char)*at), file);
    }
    fprintf(file, " 1 \"%s\" \"efabench %s\" \"efabench\"\n.SH NAME\n", date, PACKAGE_VERSION);
    put_text(file, name);
    fputs(" \\- ", file);
    put_text(file, row->summary);
    fputs("\n.SH SYNOPSIS\n.nf\n", file);
    for (size_t i = 0; row->synopsis[i]; i++) {
        put_text(file, row->synopsis[i]);
        fputc('\n', file);
    }
    fputs(".fi\n.SH DESCRIPTION\n", file);
    if (eb_manual_absence && (row->program & (EB_PROGRAM_RUN | EB_PROGRAM_WORKER))) {
        put_paragraph(file, eb_manual_absence);
        fputs(".PP\n", file);
    }
    for (size_t i = 0; row->description[i]; i++) {
        if (i > 0)
            fputs(".PP\n", file);
        put_paragraph(file, row->description[i]);
    }
    for (size_t i = 0; i < sizeof row->lists / sizeof *row->lists && row->lists[i].term; i++)
        put_list(file, &row->lists[i]);
}

static void put_options(FILE *file, const struct eb_manual *row)
{
    if (row->program == EB_PROGRAM_OVERVIEW)
        return;
    fputs(".SH OPTIONS\n", file);
    for (size_t i = 0; i < EB_OPTION_ROWS; i++) {
        const struct eb_option_row *option = &eb_option_rows[i];
        if (!(option->programs & row->program))
            continue;
        fputs(".TP\n", file);
        if (option->letter)
            fprintf(file, "\\fB\\-%c\\fR, ", option->letter);
        fputs("\\fB\\-\\-", file);
        put_text(file, option->name);
        fputs("\\fR", file);
        if (option->argument) {
            fputs(option->argument[0] == '[' ? "\\fI" : "=\\fI", file);
            put_text(file, option->argument);
            fputs("\\fR", file);
        }
        fputc('\n', file);
        put_paragraph(file, option->help);
    }
    fputs(".TP\n\\fB@\\fIFILE\\fR\noptions from a file, one a line\n", file);
}

static void put_examples(FILE *file, const struct eb_manual *row)
{
    fputs(".SH EXAMPLES\n", file);
    for (size_t i = 0; row->examples[i].command; i++) {
        char *lines = NULL;
        size_t bytes = 0;
        FILE *text = open_memstream(&lines, &bytes);
        if (!text)
            return;
        eb_manual_put_command(text, row->examples[i].command, 0);
        fclose(text);
        if (i > 0)
            fputs(".PP\n", file);
        fputc(toupper((unsigned char)row->examples[i].does[0]), file);
        put_text(file, row->examples[i].does + 1);
        fputs(":\n.PP\n.RS 4\n.nf\n", file);
        put_text(file, lines);
        fputs(".fi\n.RE\n", file);
        free(lines);
    }
}

static void put_see_also(FILE *file, const struct eb_manual *row)
{
    const struct eb_manual *other;
    char name[64];
    int is_first = 1;
    fputs(".SH SEE ALSO\n", file);
    for (size_t i = 0; (other = eb_manual_at(i)); i++) {
        int is_meant = row->program == EB_PROGRAM_OVERVIEW || other->program == EB_PROGRAM_OVERVIEW;
        for (size_t j = 0; row->see_also[j]; j++)
            is_meant |= strcmp(row->see_also[j], other->name) == 0;
        if (!is_meant || other == row || !eb_page_is_made(other))
            continue;
        fputs(is_first ? ".BR " : ",\n.BR ", file);
        eb_page_name(other, name, sizeof name);
        put_text(file, name);
        fputs(" (1)", file);
        is_first = 0;
    }
    fputc('\n', file);
}

void eb_make_page(FILE *file, const struct eb_manual *row, const char *date)
{
    put_head(file, row, date);
    put_options(file, row);
    put_examples(file, row);
    put_terms(file, "EXIT STATUS", row->exits);
    put_terms(file, "FILES", row->files);
    put_terms(file, "ENVIRONMENT", row->environment);
    put_see_also(file, row);
}
