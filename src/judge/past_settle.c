/* What each night is held against, and what follows. */
#include "judge/past.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RULES 2 /* to be raised with any change of what is called suspect that no constant shows */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "past", ENOMEM, "out of memory for the nights");
}

enum eb_status eb_sequence_new(const struct eb_past *past, const unsigned char *alike,
                               struct eb_sequence *sequence, struct eb_error *err)
{
    sequence->count = 0;
    sequence->nights = malloc((past->night_count + 1) * sizeof *sequence->nights);
    if (!sequence->nights)
        return out_of_memory(err);
    for (size_t i = 0; i < past->night_count; i++)
        if (alike[past->nights[i].kind])
            sequence->nights[sequence->count++] = i;
    return EB_OK;
}

void eb_sequence_free(struct eb_sequence *sequence)
{
    free(sequence->nights);
    *sequence = (struct eb_sequence){0};
}

size_t eb_sequence_before(const struct eb_past *past, const struct eb_sequence *sequence,
                          const char *created_utc, const char *digest)
{
    size_t low = 0;
    size_t high = sequence->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct eb_night *night = &past->nights[sequence->nights[middle]];
        if (eb_night_compare(night->created_utc, night->digest, created_utc, digest) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t eb_sequence_start(const struct eb_past *past, const struct eb_sequence *sequence,
                         const unsigned char *alike, const char *created_utc, const char *digest,
                         const struct eb_accept **accept)
{
    const struct eb_accept *latest = NULL;
    for (size_t i = 0; i < past->accept_count; i++) {
        const struct eb_accept *one = &past->accepts[i];
        if (alike[one->kind] && eb_night_compare(one->created_utc, one->digest, created_utc, digest) <= 0)
            latest = one;
    }
    if (accept)
        *accept = latest;
    return latest ? eb_sequence_before(past, sequence, latest->created_utc, latest->digest) : 0;
}

static int is_suspect(const struct eb_past *past, const struct eb_sequence *sequence, size_t place)
{
    return past->nights[sequence->nights[place]].judged == EB_JUDGED_SUSPECT;
}

size_t eb_sequence_baseline(const struct eb_past *past, const struct eb_sequence *sequence, size_t start,
                            size_t at, size_t chosen[EB_NIGHTS_BASELINE])
{
    size_t count = 0;
    for (size_t place = at; place > start && count < EB_NIGHTS_BASELINE; place--) {
        size_t here = place - 1;
        int undecided = here + 1 == at;
        int beside = (!undecided && is_suspect(past, sequence, here + 1)) ||
                     (here > start && is_suspect(past, sequence, here - 1));
        if (is_suspect(past, sequence, here) && (undecided || beside))
            continue;
        chosen[count++] = sequence->nights[here];
    }
    for (size_t i = 0; i < count / 2; i++) {
        size_t other = chosen[i];
        chosen[i] = chosen[count - 1 - i];
        chosen[count - 1 - i] = other;
    }
    return count;
}

/* One row of z and present: a night's values in the question's columns. */
static void fill_row(const struct eb_night_question *question, const struct eb_night *night, double *z,
                     unsigned char *present)
{
    for (size_t i = 0; i < question->value_count; i++) {
        size_t series = question->values[i].series;
        size_t column = question->columns ? question->columns[series] : series;
        const struct eb_past_value *value = column == EB_PAST_NONE ? NULL : eb_night_value(night, column);
        z[i] = value ? value->z : 0;
        present[i] = value != NULL;
    }
}

/* A series that few of the nights have is left out of all of them: with it tonight would be the largest of
 * those few, not of all. Returns how many series are left. */
static size_t leave_out_new(unsigned char *present, size_t nights, size_t series)
{
    size_t left = 0;
    for (size_t s = 0; s < series; s++) {
        size_t count = 0;
        for (size_t i = 0; i + 1 < nights; i++)
            count += present[i * series + s];
        left += count >= EB_NIGHTS_LEAST;
        for (size_t i = 0; count < EB_NIGHTS_LEAST && i < nights; i++)
            present[i * series + s] = 0;
    }
    return left;
}

enum eb_status eb_past_judge(const struct eb_past *past, const struct eb_night_question *question,
                             double *scores, double *offsets, struct eb_night_verdict *verdict,
                             struct eb_error *err)
{
    size_t series = question->value_count;
    size_t nights = question->baseline_count + 1;
    *verdict = (struct eb_night_verdict){.state = EB_NIGHT_LEARNING, .nights = question->baseline_count};
    if (question->baseline_count < EB_NIGHTS_LEAST || series == 0)
        return EB_OK;
    double *z = calloc(nights * series, sizeof *z);
    unsigned char *present = calloc(nights * series, sizeof *present);
    enum eb_status status = z && present ? EB_OK : out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i + 1 < nights; i++)
        fill_row(question, &past->nights[question->baseline[i]], z + i * series, present + i * series);
    for (size_t i = 0; status == EB_OK && i < series; i++) {
        z[(nights - 1) * series + i] = question->values[i].z;
        present[(nights - 1) * series + i] = 1;
    }
    struct eb_conformal data = {
        .z = z, .present = present, .nights = nights, .series = series, .floor = EB_NIGHTS_FLOOR};
    if (status == EB_OK && leave_out_new(present, nights, series) > 0)
        status = eb_night_judge(&data, question->delta, scores, offsets, verdict, err);
    free(z);
    free(present);
    return status;
}

static uint64_t hashed(uint64_t hash, const void *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): doubles have bytes */
        hash = (hash ^ ((const unsigned char *)data)[i]) * 0x100000001b3u;
    return hash;
}

/* FNV-1a over the rules and the beginnings of the digests (http://www.isthe.com/chongo/tech/comp/fnv/): a
 * change in what a night is held against, or how, shows, whatever the order in which nights were added. */
static uint64_t basis_of(const struct eb_past *past, const size_t *chosen, size_t count)
{
    const double rules[] = {RULES, EB_NIGHTS_BASELINE, EB_NIGHTS_LEAST, EB_NIGHTS_FLOOR, past->delta};
    uint64_t hash = hashed(0xcbf29ce484222325u, rules, sizeof rules);
    for (size_t i = 0; i < count; i++)
        hash = hashed(hash, past->nights[chosen[i]].digest, 16);
    return hash ? hash : 1;
}

static enum eb_status fetch_all(struct eb_past *past, const struct eb_fetcher *fetcher, size_t night,
                                const size_t *chosen, size_t count, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; fetcher && status == EB_OK && i <= count; i++) {
        size_t wanted = i < count ? chosen[i] : night;
        if (!past->nights[wanted].values)
            status = fetcher->fetch(fetcher->context, past, wanted, err);
    }
    return status;
}

static enum eb_status judge_night(struct eb_past *past, const struct eb_fetcher *fetcher, size_t index,
                                  const size_t *chosen, size_t count, struct eb_error *err)
{
    struct eb_night *night = &past->nights[index];
    struct eb_night_verdict verdict = {.state = EB_NIGHT_LEARNING};
    enum eb_status status = EB_OK;
    if (count >= EB_NIGHTS_LEAST) {
        status = fetch_all(past, fetcher, index, chosen, count, err);
        size_t room = night->value_count + 1;
        double *scores = calloc(2 * room, sizeof *scores);
        struct eb_night_question question = {.values = night->values,
                                             .value_count = night->value_count,
                                             .baseline = chosen,
                                             .baseline_count = count,
                                             .delta = past->delta};
        if (status == EB_OK)
            status = scores ? eb_past_judge(past, &question, scores, scores + room, &verdict, err)
                            : out_of_memory(err);
        free(scores);
    }
    night->judged = verdict.state == EB_NIGHT_LEARNING  ? EB_JUDGED_LEARNING
                    : verdict.state == EB_NIGHT_SUSPECT ? EB_JUDGED_SUSPECT
                                                        : EB_JUDGED_QUIET;
    return status;
}

/* Two suspect runs that follow each other are red, unless a shift was accepted between them. */
static void name_states(struct eb_past *past, const struct eb_sequence *sequence, const size_t *starts)
{
    for (size_t i = 0; i < sequence->count; i++) {
        struct eb_night *night = &past->nights[sequence->nights[i]];
        int before = i > starts[i] && is_suspect(past, sequence, i - 1);
        int after = i + 1 < sequence->count && starts[i + 1] <= i && is_suspect(past, sequence, i + 1);
        night->state = night->judged == EB_JUDGED_LEARNING ? EB_NIGHT_LEARNING
                       : night->judged == EB_JUDGED_QUIET  ? EB_NIGHT_QUIET
                       : before || after                   ? EB_NIGHT_RED
                                                           : EB_NIGHT_SUSPECT;
    }
}

enum eb_status eb_sequence_settle(struct eb_past *past, const struct eb_sequence *sequence,
                                  const unsigned char *alike, const struct eb_fetcher *fetcher,
                                  size_t *changed, struct eb_error *err)
{
    size_t *starts = malloc((sequence->count + 1) * sizeof *starts);
    enum eb_status status = starts ? EB_OK : out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < sequence->count; i++) {
        size_t index = sequence->nights[i];
        struct eb_night *night = &past->nights[index];
        size_t chosen[EB_NIGHTS_BASELINE];
        starts[i] = eb_sequence_start(past, sequence, alike, night->created_utc, night->digest, NULL);
        size_t count = eb_sequence_baseline(past, sequence, starts[i], i, chosen);
        uint64_t basis = basis_of(past, chosen, count);
        if (basis == night->basis)
            continue;
        status = judge_night(past, fetcher, index, chosen, count, err);
        night->basis = basis;
        ++*changed;
    }
    if (status == EB_OK)
        name_states(past, sequence, starts);
    free(starts);
    return status;
}

static enum eb_status settle_kind(struct eb_past *past, const unsigned char *alike,
                                  const struct eb_fetcher *fetcher, size_t *changed, struct eb_error *err)
{
    struct eb_sequence sequence = {0};
    enum eb_status status = eb_sequence_new(past, alike, &sequence, err);
    if (status == EB_OK)
        status = eb_sequence_settle(past, &sequence, alike, fetcher, changed, err);
    eb_sequence_free(&sequence);
    return status;
}

enum eb_status eb_past_settle(struct eb_past *past, const struct eb_fetcher *fetcher, size_t *changed,
                              struct eb_error *err)
{
    size_t count = 0;
    unsigned char *alike = calloc(past->kind_count + 1, 1);
    enum eb_status status = alike ? EB_OK : out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < past->kind_count; i++) {
        alike[i] = 1;
        status = settle_kind(past, alike, fetcher, &count, err);
        alike[i] = 0;
    }
    free(alike);
    if (changed)
        *changed = count;
    return status;
}
