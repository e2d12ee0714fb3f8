#include "cli/manual_words.h"

#include "cli/history_actions.h"
#include "cli/manual_measure.h"
#include "cli/text_or_json.h"
#include "common/adapter.h"
#include "judge/figures.h"
#include "judge/import/import.h"
#include "judge/likeness.h"
#include "judge/report/audit_write.h"
#include "judge/report/history_write.h"
#include "judge/report/judgement_write.h"
#include "judge/report/report.h"
#include "judge/report/screen_write.h"

#include <string.h>

static void tell_all(FILE *file, const char *(*at)(size_t index))
{
    for (size_t i = 0; at(i); i++)
        fprintf(file, " %s", at(i));
}

static void tell_terms(FILE *file, int (*at)(size_t index, struct eb_manual_term *term))
{
    struct eb_manual_term term;
    for (size_t i = 0; at(i, &term); i++)
        fprintf(file, " %s", term.name);
}

static void kernels(FILE *file)
{
    tell_terms(file, eb_manual_kernel);
    fputs(" all", file);
}

static void algorithms(FILE *file)
{
    fputs(" auto", file);
    tell_terms(file, eb_manual_algorithm);
}

static void types(FILE *file)
{
    tell_all(file, eb_manual_type);
}

static void operations(FILE *file)
{
    tell_all(file, eb_manual_operation);
}

static void binds(FILE *file)
{
    tell_all(file, eb_manual_bind);
}

static void instances(FILE *file)
{
    for (size_t i = 0; i < eb_instance_count(); i++)
        fprintf(file, " %s", eb_instance_at(i)->name);
}

static void tools(FILE *file)
{
    for (const struct eb_importer *const *importer = eb_importers(); *importer; importer++)
        fprintf(file, " %s", (*importer)->name);
}

static void actions(FILE *file)
{
    tell_terms(file, eb_history_action_term);
}

static void likenesses(FILE *file)
{
    tell_all(file, eb_likeness_word_at);
}

/* What run and efabench-mpi show, which is a report. */
static void reports(FILE *file)
{
    tell_all(file, eb_report_format_at);
}

/* Those, a page, and those of figures alone. */
static void reports_and_figures(FILE *file)
{
    reports(file);
    fputs(" html ", file);
    for (const char *at = EB_FIGURES_FORMATS; *at; at++)
        if (*at != ',')
            fputc(*at, file);
}

static void pictures(FILE *file)
{
    fputs(" svg png", file);
}

static void judgements(FILE *file)
{
    tell_all(file, eb_judgement_format_at);
}

static void histories(FILE *file)
{
    tell_all(file, eb_history_format_at);
}

static void audits(FILE *file)
{
    tell_all(file, eb_audit_format_at);
}

static void screens(FILE *file)
{
    tell_all(file, eb_screen_format_at);
}

static void text_or_json(FILE *file)
{
    tell_all(file, eb_text_or_json_at);
}

#define ANY (~0u)
#define MEASURES (EB_PROGRAM_RUN | EB_PROGRAM_WORKER)
#define JUDGES (EB_PROGRAM_COMPARE | EB_PROGRAM_GATE)

static const struct eb_vocabulary vocabularies[] = {
    {MEASURES, NULL, 0, EB_VALUE_WORD, kernels},
    {EB_PROGRAM_IMPORT, NULL, 1, EB_VALUE_WORD, tools},
    {EB_PROGRAM_HISTORY, NULL, 2, EB_VALUE_WORD, actions},
    {MEASURES, "algorithm", 0, EB_VALUE_WORD, algorithms},
    {MEASURES, "type", 0, EB_VALUE_WORD, types},
    {MEASURES, "operation", 0, EB_VALUE_WORD, operations},
    {MEASURES, "bind", 0, EB_VALUE_WORD, binds},
    {ANY, "instance", 0, EB_VALUE_WORD, instances},
    {JUDGES, "allow", 0, EB_VALUE_LIST, likenesses},
    {JUDGES, "write", 0, EB_VALUE_PAIR, judgements},
    {JUDGES, "format", 0, EB_VALUE_WORD, judgements},
    {MEASURES, "format", 0, EB_VALUE_WORD, reports},
    {EB_PROGRAM_REPORT, "format", 0, EB_VALUE_WORD, reports_and_figures},
    {EB_PROGRAM_PLOT, "format", 0, EB_VALUE_WORD, pictures},
    {EB_PROGRAM_HISTORY, "format", 0, EB_VALUE_WORD, histories},
    {EB_PROGRAM_AUDIT, "format", 0, EB_VALUE_WORD, audits},
    {EB_PROGRAM_SCREEN, "format", 0, EB_VALUE_WORD, screens},
    {EB_PROGRAM_ADAPTERS | EB_PROGRAM_DOCTOR, "format", 0, EB_VALUE_WORD, text_or_json},
};

#define VOCABULARY_COUNT (sizeof vocabularies / sizeof *vocabularies)

const struct eb_vocabulary *eb_vocabulary_of_option(unsigned program, const char *option)
{
    for (size_t i = 0; i < VOCABULARY_COUNT; i++)
        if (vocabularies[i].option && (vocabularies[i].programs & program) &&
            strcmp(vocabularies[i].option, option) == 0)
            return &vocabularies[i];
    return NULL;
}

const struct eb_vocabulary *eb_vocabulary_at(size_t index)
{
    return index < VOCABULARY_COUNT ? &vocabularies[index] : NULL;
}
