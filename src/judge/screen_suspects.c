#include "judge/screen_parts.h"

#include <math.h>
#include <stdlib.h>

static enum eb_status add_suspect(struct eb_screen *screen, const struct eb_suspect *suspect,
                                  struct eb_error *err)
{
    struct eb_suspect *grown = realloc(screen->suspects, (screen->suspect_count + 1) * sizeof *grown);
    if (!grown)
        return eb_screen_out_of_memory(err);
    screen->suspects = grown;
    grown[screen->suspect_count] = *suspect;
    grown[screen->suspect_count].evidence = calloc(screen->table_count + 1, sizeof *suspect->evidence);
    screen->named_count += (size_t)suspect->is_named;
    return grown[screen->suspect_count++].evidence ? EB_OK : eb_screen_out_of_memory(err);
}

/* What one NIC says of a host. */
enum standing { UNKNOWN, FINE, UNCLEAR, SLOW };

static enum standing standing_of(const struct eb_screen *screen, size_t host, size_t device)
{
    enum standing so_far = UNKNOWN;
    for (size_t i = 0; i < screen->table_count; i++) {
        const struct eb_screen_table *table = &screen->tables[i];
        const struct eb_screen_mark *mark = &table->marks[host];
        if (table->device_index != device || isnan(mark->effect))
            continue;
        enum standing here = mark->is_named ? SLOW : mark->is_beyond ? UNCLEAR : FINE;
        so_far = here > so_far ? here : so_far;
    }
    return so_far;
}

/* Slow through every NIC: the host. Through some, and fine through all others: those NICs. */
static void set_kind(const struct eb_screen *screen, struct eb_suspect *suspect)
{
    size_t counts[SLOW + 1] = {0};
    suspect->device = EB_SCREEN_NONE;
    for (size_t i = 0; i < screen->device_count; i++) {
        enum standing standing = standing_of(screen, suspect->host, i);
        counts[standing]++;
        if (standing == SLOW || (standing == UNCLEAR && !suspect->is_named))
            suspect->device = i;
    }
    size_t slow = suspect->is_named ? counts[SLOW] : counts[UNCLEAR];
    size_t others = screen->device_count - slow;
    suspect->kind = EB_SUSPECT_HOST_OR_NIC;
    if (screen->of_ranks || (others == 0 && screen->device_count > 1))
        suspect->kind = EB_SUSPECT_HOST;
    else if (others > 0 && counts[FINE] == others)
        suspect->kind = EB_SUSPECT_NIC;
    if (slow > 1)
        suspect->device = EB_SCREEN_NONE;
}

static enum eb_status suspect_hosts(struct eb_screen *screen, int named, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < screen->host_count; i++) {
        struct eb_suspect suspect = {.host = i, .is_named = named};
        int is_named = 0;
        int is_beyond = 0;
        for (size_t j = 0; j < screen->table_count; j++) {
            is_named |= screen->tables[j].marks[i].is_named;
            is_beyond |= screen->tables[j].marks[i].is_beyond;
        }
        if (is_named != named || !is_beyond)
            continue;
        set_kind(screen, &suspect);
        status = add_suspect(screen, &suspect, err);
    }
    return status;
}

static int has_suspect(const struct eb_screen *screen, const struct eb_screen_pair *pair)
{
    for (size_t i = 0; i < screen->suspect_count; i++)
        if (screen->suspects[i].kind == EB_SUSPECT_LINK && screen->suspects[i].host == pair->a &&
            screen->suspects[i].other == pair->b)
            return 1;
    return 0;
}

/* Whether a host that is named somewhere explains it well enough. */
static int is_explained(const struct eb_screen *screen, const struct eb_screen_pair *pair)
{
    for (size_t i = 0; i < screen->suspect_count; i++)
        if (screen->suspects[i].kind != EB_SUSPECT_LINK && screen->suspects[i].is_named &&
            (screen->suspects[i].host == pair->a || screen->suspects[i].host == pair->b))
            return 1;
    return 0;
}

/* The slowest first. */
static int compare_links(const void *left, const void *right)
{
    const struct eb_screen_pair *const *x = left;
    const struct eb_screen_pair *const *y = right;
    if ((*x)->beyond != (*y)->beyond)
        return (*x)->beyond > (*y)->beyond ? -1 : 1;
    return (*x > *y) - (*x < *y);
}

static int is_wanted(const struct eb_screen *screen, const struct eb_screen_pair *pair, int named)
{
    return named ? pair->is_named : pair->is_doubtful && !is_explained(screen, pair);
}

/* Those of all tables, owned by the caller; NULL when out of memory. */
static const struct eb_screen_pair **gather_links(const struct eb_screen *screen, int named, size_t *count)
{
    size_t most = 0;
    *count = 0;
    for (size_t i = 0; i < screen->table_count; i++)
        for (size_t j = 0; j < screen->tables[i].pair_count; j++)
            most += (size_t)is_wanted(screen, &screen->tables[i].pairs[j], named);
    const struct eb_screen_pair **links = calloc(most + 1, sizeof *links);
    for (size_t i = 0; links && i < screen->table_count; i++)
        for (size_t j = 0; j < screen->tables[i].pair_count; j++)
            if (is_wanted(screen, &screen->tables[i].pairs[j], named))
                links[(*count)++] = &screen->tables[i].pairs[j];
    if (links)
        qsort(links, *count, sizeof *links, compare_links);
    return links;
}

static enum eb_status suspect_links(struct eb_screen *screen, int named, struct eb_error *err)
{
    size_t count = 0;
    size_t doubts = 0;
    const struct eb_screen_pair **links = gather_links(screen, named, &count);
    enum eb_status status = links ? EB_OK : eb_screen_out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < count; i++) {
        struct eb_suspect suspect = {.kind = EB_SUSPECT_LINK,
                                     .is_named = named,
                                     .host = links[i]->a,
                                     .other = links[i]->b,
                                     .device = EB_SCREEN_NONE};
        if (has_suspect(screen, links[i]))
            continue;
        if (!named && ++doubts > EB_SCREEN_DOUBTS)
            screen->doubtful_links++;
        else
            status = add_suspect(screen, &suspect, err);
    }
    free(links);
    return status;
}

static int is_of(const struct eb_suspect *suspect, const struct eb_screen_pair *pair)
{
    if (suspect->kind == EB_SUSPECT_LINK)
        return pair->a == suspect->host && pair->b == suspect->other;
    return pair->a == suspect->host || pair->b == suspect->host;
}

static int has_named(const struct eb_screen_table *table, const struct eb_screen_pair *pair)
{
    return pair->is_named || table->marks[pair->a].is_named || table->marks[pair->b].is_named;
}

static void widen(double *low, double *high, double value)
{
    *low = isnan(*low) ? value : fmin(*low, value);
    *high = isnan(*high) ? value : fmax(*high, value);
}

static struct eb_screen_evidence evidence_of(const struct eb_screen *screen, const struct eb_suspect *suspect,
                                             size_t index)
{
    const struct eb_screen_table *table = &screen->tables[index];
    struct eb_screen_evidence evidence = {
        .table = index, .ratio = NAN, .low = NAN, .high = NAN, .others_low = NAN, .others_high = NAN};
    for (size_t i = 0; i < table->pair_count; i++) {
        const struct eb_screen_pair *pair = &table->pairs[i];
        if (is_of(suspect, pair)) {
            widen(&evidence.low, &evidence.high, pair->value);
            evidence.pairs++;
            if (suspect->kind == EB_SUSPECT_LINK) {
                evidence.ratio = exp(pair->beyond);
                evidence.is_named = pair->is_named;
                evidence.is_beyond = pair->beyond > table->delta;
            }
        } else if (!has_named(table, pair)) {
            widen(&evidence.others_low, &evidence.others_high, pair->value);
            evidence.others++;
        }
    }
    if (suspect->kind != EB_SUSPECT_LINK) {
        evidence.ratio = exp(table->marks[suspect->host].effect);
        evidence.is_named = table->marks[suspect->host].is_named;
        evidence.is_beyond = table->marks[suspect->host].is_beyond;
    }
    return evidence;
}

static void gather_evidence(const struct eb_screen *screen, struct eb_suspect *suspect)
{
    for (int named = 1; named >= 0; named--)
        for (size_t i = 0; i < screen->table_count; i++) {
            struct eb_screen_evidence evidence = evidence_of(screen, suspect, i);
            if (evidence.pairs > 0 && !isnan(evidence.ratio) && evidence.is_named == named)
                suspect->evidence[suspect->evidence_count++] = evidence;
        }
}

/* The greatest time over the others'. */
static double worst(const struct eb_suspect *suspect)
{
    double ratio = 0;
    for (size_t i = 0; i < suspect->evidence_count; i++)
        if (suspect->evidence[i].is_beyond)
            ratio = fmax(ratio, suspect->evidence[i].ratio);
    return ratio;
}

static int compare_suspects(const void *left, const void *right)
{
    const struct eb_suspect *x = left;
    const struct eb_suspect *y = right;
    int x_link = x->kind == EB_SUSPECT_LINK;
    int y_link = y->kind == EB_SUSPECT_LINK;
    if (x->is_named != y->is_named)
        return y->is_named - x->is_named;
    if (x_link != y_link)
        return x_link - y_link;
    if (worst(x) != worst(y))
        return worst(x) > worst(y) ? -1 : 1;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    return (x->other > y->other) - (x->other < y->other);
}

enum eb_status eb_screen_suspect(struct eb_screen *screen, struct eb_error *err)
{
    enum eb_status status = suspect_hosts(screen, 1, err);
    if (status == EB_OK)
        status = suspect_hosts(screen, 0, err);
    if (status == EB_OK)
        status = suspect_links(screen, 1, err);
    if (status == EB_OK)
        status = suspect_links(screen, 0, err);
    for (size_t i = 0; status == EB_OK && i < screen->suspect_count; i++)
        gather_evidence(screen, &screen->suspects[i]);
    if (status == EB_OK && screen->suspect_count > 0)
        qsort(screen->suspects, screen->suspect_count, sizeof *screen->suspects, compare_suspects);
    return status;
}
