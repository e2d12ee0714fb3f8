#include "judge/judgement.h"

#include "common/plain.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const call_names[EB_CALL_COUNT] = {
    [EB_CALL_NONE] = "none",         [EB_CALL_REGRESSED] = "regressed",
    [EB_CALL_IMPROVED] = "improved", [EB_CALL_EQUIVALENT] = "equivalent",
    [EB_CALL_MISSING] = "missing",   [EB_CALL_INCONCLUSIVE] = "inconclusive",
};

static const struct {
    const char *name;
    enum eb_status status;
} rulings[EB_RULING_COUNT] = {
    [EB_RULING_NONE] = {"none", EB_OK},
    [EB_RULING_PASS] = {"pass", EB_OK},
    [EB_RULING_REGRESSED] = {"regressed", EB_REGRESSED},
    [EB_RULING_SUSPECT] = {"suspect", EB_INCONCLUSIVE},
    [EB_RULING_ENVIRONMENT] = {"environment", EB_INCONCLUSIVE},
    [EB_RULING_INCONCLUSIVE] = {"inconclusive", EB_INCONCLUSIVE},
    [EB_RULING_TOO_FEW] = {"too few", EB_INCONCLUSIVE},
    [EB_RULING_MISSING] = {"missing", EB_INVALID},
};

const char *eb_call_name(enum eb_call call)
{
    return call_names[call];
}

const char *eb_ruling_name(enum eb_ruling ruling)
{
    return rulings[ruling].name;
}

enum eb_status eb_judgement_status(const struct eb_judgement *judgement)
{
    return rulings[judgement->ruling].status;
}

const char *eb_judgement_job(const struct eb_judgement *judgement)
{
    return judgement->job && judgement->job[0] ? judgement->job : "efabench";
}

struct eb_judgement *eb_judgement_new(const char *program)
{
    struct eb_judgement *judgement = calloc(1, sizeof *judgement);
    if (!judgement)
        return NULL;
    judgement->program = program;
    judgement->alpha = NAN;
    judgement->delta = NAN;
    judgement->tolerance = NAN;
    judgement->notes = json_array();
    if (judgement->notes)
        return judgement;
    eb_judgement_free(judgement);
    return NULL;
}

void eb_judgement_free(struct eb_judgement *judgement)
{
    if (!judgement)
        return;
    for (size_t i = 0; i < judgement->kept_count; i++)
        free(judgement->kept[i]);
    free(judgement->kept);
    free(judgement->rows);
    free(judgement->regimes);
    free(judgement->crossovers);
    json_decref(judgement->notes);
    free(judgement);
}

/* Takes text over; names of files may be no UTF-8. */
static char *as_utf8(char *text)
{
    char *valid = text ? eb_plain_utf8(text) : NULL;
    free(text);
    return valid ? eb_plain_clean(valid) : NULL;
}

/* Takes text over. */
static const char *keep(struct eb_judgement *judgement, char *given)
{
    char *text = as_utf8(given);
    char **grown = text ? realloc(judgement->kept, (judgement->kept_count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(text);
        return NULL;
    }
    judgement->kept = grown;
    grown[judgement->kept_count++] = text;
    return text;
}

const char *eb_judgement_keep(struct eb_judgement *judgement, const char *text)
{
    return keep(judgement, strdup(text));
}

const char *eb_judgement_keep_made(struct eb_judgement *judgement, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    return length < 0 ? NULL : keep(judgement, text);
}

enum eb_status eb_judgement_note(struct eb_judgement *judgement, struct eb_error *err, const char *format,
                                 ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    text = length < 0 ? NULL : as_utf8(text);
    int failed = !text || json_array_append_new(judgement->notes, json_string(text)) != 0;
    free(text);
    return failed ? eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory") : EB_OK;
}

size_t eb_judgement_count(const struct eb_judgement *judgement, enum eb_call call)
{
    size_t count = 0;
    for (size_t i = 0; i < judgement->row_count; i++)
        count += judgement->rows[i].call == call;
    return count;
}

double eb_judged_ratio(const struct eb_metric *metric, double effect)
{
    return exp(eb_metric_is_rate(metric) ? -effect : effect);
}

double eb_judged_percent_worse(double effect)
{
    return 100 * expm1(effect);
}
