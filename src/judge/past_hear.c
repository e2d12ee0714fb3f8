/* A record against the nights before it, as a judgement. */
#include "judge/likeness.h"
#include "judge/past_hearing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "past", ENOMEM, "out of memory for a judgement");
}

static json_t *differences_of(const char *kind, const char *other)
{
    json_t *base = json_loads(kind, 0, NULL);
    json_t *now = json_loads(other, 0, NULL);
    json_t *differences = base && now ? eb_likeness_differences(base, now) : NULL;
    json_decref(base);
    json_decref(now);
    return differences;
}

/* "instance: p5.48xlarge rather than c5n.18xlarge; ranks: ..."; NULL when out of memory. */
static char *differences_text(const json_t *differences)
{
    char *text = strdup("");
    size_t i;
    const json_t *one;
    json_array_foreach(differences, i, one)
    {
        const char *words[3];
        char *longer = NULL;
        for (size_t j = 0; j < 3; j++) {
            words[j] = json_string_value(json_array_get(one, j));
            words[j] = words[j] ? words[j] : "unknown";
        }
        if (!text || asprintf(&longer, "%s%s%.60s: %.100s rather than %.100s", text, i ? "; " : "", words[0],
                              words[1], words[2]) < 0)
            longer = NULL;
        free(text);
        text = longer;
    }
    return text;
}

/* Which kinds may stand beside tonight's, and what of the others and of those that were allowed is said. */
static enum eb_status choose_kinds(struct eb_hearing *all, struct eb_error *err)
{
    const struct eb_past *past = all->asked->past;
    const char *own = all->asked->record->kinds[0];
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < past->kind_count; i++) {
        json_t *differences = differences_of(past->kinds[i], own);
        char *text = differences ? differences_text(differences) : NULL;
        size_t nights = 0;
        size_t j;
        const json_t *one;
        if (!text) {
            json_decref(differences);
            return eb_error_set(err, EB_INVALID, "past", 0, "%s: the likeness of a kind of nights is no JSON",
                                all->asked->past_name);
        }
        all->alike[i] = 1;
        json_array_foreach(differences, j, one)
        {
            const char *name = json_string_value(json_array_get(one, 0));
            all->alike[i] = all->alike[i] && eb_likeness_is_allowed(all->asked->options->allow, name);
        }
        for (j = 0; j < past->night_count; j++)
            nights += past->nights[j].kind == i;
        if (nights > 0 && json_array_size(differences) > 0)
            status = eb_judgement_note(
                all->judgement, err, "%zu night%s of another kind %s (%s)", nights, nights == 1 ? "" : "s",
                all->alike[i] ? "stand beside the others: it was allowed" : "do not count", text);
        free(text);
        json_decref(differences);
    }
    return status;
}

static int is_tonight(const struct eb_hearing *all, size_t night)
{
    return strcmp(all->asked->past->nights[night].digest, all->tonight->digest) == 0;
}

/* Tonight's record may be among them already, and is no night that it can be held against: what is said after
 * it was added is what was said before. */
static enum eb_status refuse_unlike(const struct eb_hearing *all, struct eb_error *err)
{
    const struct eb_past *past = all->asked->past;
    size_t others = past->night_count;
    size_t alike = all->sequence.count;
    for (size_t i = 0; i < past->night_count; i++)
        others -= is_tonight(all, i) != 0;
    for (size_t i = 0; i < all->sequence.count; i++)
        alike -= is_tonight(all, all->sequence.nights[i]) != 0;
    if (alike > 0 || others == 0)
        return EB_OK;
    size_t last = past->night_count - 1;
    const struct eb_night *latest = &past->nights[last - (size_t)is_tonight(all, last)];
    json_t *differences = differences_of(past->kinds[latest->kind], all->asked->record->kinds[0]);
    char *text = differences ? differences_text(differences) : NULL;
    enum eb_status status =
        text ? eb_error_set(err, EB_INVALID, "past", 0,
                            "%s: not one of its %zu nights is like %s; the latest differs in %.240s; --allow "
                            "compares them nevertheless",
                            all->asked->past_name, others, all->asked->record_name, text)
             : out_of_memory(err);
    json_decref(differences);
    free(text);
    return status;
}

/* Nights of several kinds have been judged each among its own: what is red among all of them is not known. */
static enum eb_status settle_together(struct eb_hearing *all, struct eb_error *err)
{
    struct eb_past *past = all->asked->past;
    size_t changed = 0;
    size_t i = 1;
    while (i < all->sequence.count &&
           past->nights[all->sequence.nights[i]].kind == past->nights[all->sequence.nights[0]].kind)
        i++;
    return i < all->sequence.count
               ? eb_sequence_settle(past, &all->sequence, all->alike, all->asked->fetcher, &changed, err)
               : EB_OK;
}

static enum eb_status choose_values(struct eb_hearing *all, struct eb_error *err)
{
    const struct eb_past *record = all->asked->record;
    size_t room = record->series_count + 1;
    all->columns = calloc(room, sizeof *all->columns);
    all->values = calloc(room, sizeof *all->values);
    all->scores = calloc(room, sizeof *all->scores);
    all->offsets = calloc(room, sizeof *all->offsets);
    all->room = calloc(all->asked->past->night_count + 1, sizeof *all->room);
    if (!all->columns || !all->values || !all->scores || !all->offsets || !all->room)
        return out_of_memory(err);
    for (size_t i = 0; i < record->series_count; i++)
        all->columns[i] = eb_past_find_series(all->asked->past, &record->series[i]);
    for (size_t i = 0; i < all->tonight->value_count; i++) {
        const struct eb_past_series *series = &record->series[all->tonight->values[i].series];
        if (!all->asked->variant || strcmp(series->variant, all->asked->variant) == 0)
            all->values[all->value_count++] = all->tonight->values[i];
    }
    if (all->value_count == 0)
        return eb_error_set(err, EB_USAGE, "past", 0, "%s has no variant '%.100s'", all->asked->record_name,
                            all->asked->variant);
    return EB_OK;
}

static enum eb_status fetch_nights(const struct eb_hearing *all, struct eb_error *err)
{
    const struct eb_fetcher *fetcher = all->asked->fetcher;
    enum eb_status status = EB_OK;
    for (size_t i = all->start > EB_NIGHTS_BASELINE ? all->start - EB_NIGHTS_BASELINE : 0;
         fetcher && status == EB_OK && i < all->at; i++)
        if (!all->asked->past->nights[all->sequence.nights[i]].values)
            status = fetcher->fetch(fetcher->context, all->asked->past, all->sequence.nights[i], err);
    return status;
}

/* Whether the run before tonight's was out of line by itself, by the same series and the same delta. */
static enum eb_status judge_run_before(struct eb_hearing *all, struct eb_error *err)
{
    const struct eb_past *past = all->asked->past;
    size_t chosen[EB_NIGHTS_BASELINE];
    if (all->at <= all->start)
        return EB_OK;
    const struct eb_night *night = &past->nights[all->sequence.nights[all->at - 1]];
    size_t room = night->value_count + 1;
    struct eb_past_value *values = calloc(room, sizeof *values);
    double *scores = calloc(2 * room, sizeof *scores);
    struct eb_night_verdict verdict = {.state = EB_NIGHT_LEARNING};
    struct eb_night_question question = {.values = values, .baseline = chosen};
    question.delta = all->asked->options->delta;
    question.baseline_count = eb_sequence_baseline(past, &all->sequence, all->start, all->at - 1, chosen);
    for (size_t i = 0; values && i < night->value_count; i++)
        if (!all->asked->variant ||
            strcmp(past->series[night->values[i].series].variant, all->asked->variant) == 0)
            values[question.value_count++] = night->values[i];
    enum eb_status status = values && scores
                                ? eb_past_judge(past, &question, scores, scores + room, &verdict, err)
                                : out_of_memory(err);
    if (verdict.state == EB_NIGHT_SUSPECT)
        all->before = night;
    free(values);
    free(scores);
    return status;
}

/* Which series stands for all that are out of line, and how many there are. */
static size_t worst_of(const struct eb_hearing *all, size_t *count)
{
    size_t worst = 0;
    *count = 0;
    for (size_t i = 0; i < all->value_count; i++)
        if (eb_hearing_is_out_of_line(all, i) && ((*count)++ == 0 || all->scores[i] > all->scores[worst]))
            worst = i;
    return worst;
}

static const char *reason_out_of_line(struct eb_hearing *all)
{
    size_t count = 0;
    size_t worst = worst_of(all, &count);
    char *name = eb_past_series_name(&all->asked->record->series[all->values[worst].series]);
    char others[40] = "";
    const char *reason = NULL;
    if (count > 1)
        snprintf(others, sizeof others, " (and %zu more series)", count - 1);
    if (name && all->before)
        reason = eb_judgement_keep_made(
            all->judgement,
            "%s%s: %.1f%% worse than %zu nights, further out than any of them, and so was the run of %s",
            name, others, eb_judged_percent_worse(all->offsets[worst]), all->count, all->before->created_utc);
    else if (name)
        reason =
            eb_judgement_keep_made(all->judgement,
                                   "%s%s: %.1f%% worse than %zu nights, further out than any of them: "
                                   "run again on a fresh allocation and gate that",
                                   name, others, eb_judged_percent_worse(all->offsets[worst]), all->count);
    free(name);
    return reason;
}

static const char *reason_too_few(struct eb_hearing *all)
{
    size_t unlike = all->asked->past->night_count - all->sequence.count;
    const char *since = all->accept ? " since the accepted shift of " : "";
    char others[80] = "";
    if (unlike > 0)
        snprintf(others, sizeof others, "; %zu other%s of another kind", unlike,
                 unlike == 1 ? " is" : "s are");
    if (all->count >= EB_NIGHTS_LEAST)
        return eb_judgement_keep_made(all->judgement,
                                      "all series are new: %d of the %zu nights must have one before it is "
                                      "held against them",
                                      EB_NIGHTS_LEAST, all->count);
    return eb_judgement_keep_made(all->judgement, "too few nights: %zu%s%s, need %d%s", all->count, since,
                                  all->accept ? all->accept->created_utc : "", EB_NIGHTS_LEAST, others);
}

static enum eb_status rule(struct eb_hearing *all, struct eb_error *err)
{
    struct eb_judgement *judgement = all->judgement;
    int suspect = all->verdict.state == EB_NIGHT_SUSPECT;
    judgement->ruling = suspect && all->before                    ? EB_RULING_REGRESSED
                        : suspect                                 ? EB_RULING_SUSPECT
                        : all->verdict.state == EB_NIGHT_LEARNING ? EB_RULING_TOO_FEW
                                                                  : EB_RULING_PASS;
    int missing = all->missing > 0 && !eb_likeness_is_allowed(all->asked->options->allow, "missing");
    if (missing && judgement->ruling != EB_RULING_REGRESSED)
        judgement->ruling = EB_RULING_MISSING;
    if (judgement->ruling == EB_RULING_MISSING)
        judgement->reason = eb_judgement_keep_made(judgement, "%zu series of the latest night %s missing",
                                                   all->missing, all->missing == 1 ? "is" : "are");
    else if (suspect)
        judgement->reason = reason_out_of_line(all);
    else if (judgement->ruling == EB_RULING_TOO_FEW)
        judgement->reason = reason_too_few(all);
    else
        judgement->reason =
            eb_judgement_keep_made(judgement, "no series is further out than %zu nights were", all->count);
    return judgement->reason ? EB_OK : out_of_memory(err);
}

static enum eb_status introduce(struct eb_hearing *all, struct eb_error *err)
{
    struct eb_judgement *judgement = all->judgement;
    const struct eb_night *night = all->tonight;
    judgement->delta = all->asked->options->delta;
    if (all->verdict.state != EB_NIGHT_LEARNING)
        judgement->alpha = 1 / (double)(all->count + 1);
    judgement->base_name = eb_judgement_keep_made(judgement, "%zu night%s of %s", all->count,
                                                  all->count == 1 ? "" : "s", all->asked->past_name);
    judgement->now_name = eb_judgement_keep(judgement, all->asked->record_name);
    judgement->created_utc = eb_judgement_keep(judgement, night->created_utc);
    judgement->hosts = night->hosts[0] ? eb_judgement_keep(judgement, night->hosts) : NULL;
    judgement->instance = night->instance[0] ? eb_judgement_keep(judgement, night->instance) : NULL;
    judgement->git_version = night->git_version[0] ? eb_judgement_keep(judgement, night->git_version) : NULL;
    return judgement->base_name && judgement->now_name && judgement->created_utc ? EB_OK : out_of_memory(err);
}

static enum eb_status hear(struct eb_hearing *all, struct eb_error *err)
{
    const struct eb_past *past = all->asked->past;
    all->alike = calloc(past->kind_count + 1, 1);
    enum eb_status status = all->alike ? choose_kinds(all, err) : out_of_memory(err);
    if (status == EB_OK)
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): eb_past_hear frees the hearing */
        status = eb_sequence_new(past, all->alike, &all->sequence, err);
    if (status == EB_OK)
        status = refuse_unlike(all, err);
    if (status == EB_OK)
        status = settle_together(all, err);
    if (status == EB_OK)
        status = choose_values(all, err);
    if (status != EB_OK)
        return status;
    all->at = eb_sequence_before(past, &all->sequence, all->tonight->created_utc, all->tonight->digest);
    all->start = eb_sequence_start(past, &all->sequence, all->alike, all->tonight->created_utc,
                                   all->tonight->digest, &all->accept);
    all->count = eb_sequence_baseline(past, &all->sequence, all->start, all->at, all->chosen);
    status = fetch_nights(all, err);
    struct eb_night_question question = {.values = all->values,
                                         .value_count = all->value_count,
                                         .columns = all->columns,
                                         .baseline = all->chosen,
                                         .baseline_count = all->count,
                                         .delta = all->asked->options->delta};
    if (status == EB_OK)
        status = eb_past_judge(past, &question, all->scores, all->offsets, &all->verdict, err);
    if (status == EB_OK && all->verdict.state == EB_NIGHT_SUSPECT)
        status = judge_run_before(all, err);
    if (status == EB_OK)
        status = eb_hearing_add_rows(all, err);
    if (status == EB_OK)
        status = eb_hearing_note_drifts(all, err);
    if (status == EB_OK)
        status = rule(all, err);
    return status == EB_OK ? introduce(all, err) : status;
}

enum eb_status eb_past_hear(const struct eb_past_hearing *hearing, struct eb_judgement **judgement,
                            struct eb_error *err)
{
    struct eb_hearing all = {.asked = hearing, .tonight = &hearing->record->nights[0]};
    *judgement = NULL;
    enum eb_status status = eb_likeness_check_allow(hearing->options->allow, err);
    if (status != EB_OK)
        return status;
    all.judgement = eb_judgement_new("gate");
    status = all.judgement ? hear(&all, err) : out_of_memory(err);
    eb_sequence_free(&all.sequence);
    free(all.alike);
    free(all.values);
    free(all.columns);
    free(all.scores);
    free(all.offsets);
    free(all.room);
    if (status == EB_OK)
        *judgement = all.judgement;
    else
        eb_judgement_free(all.judgement);
    return status;
}
