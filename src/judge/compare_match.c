/* Which series of one side are held against which of the other. */
#include "judge/compare_parts.h"
#include "judge/likeness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a side calls an arm or a variant that the other side calls `name`; NULL: it has none such. */
static const char *named_there(const char *here, const char *there, const char *name)
{
    if (here && strcmp(here, name) != 0)
        return NULL;
    if (here && there)
        return there;
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a side without a name calls all by name */
    return there && strcmp(there, name) != 0 ? NULL : name;
}

const char *eb_compare_arm_there(const struct eb_side *here, const struct eb_side *there, const char *arm)
{
    return named_there(here->arm, there->arm, arm);
}

/* The only variant of a side; NULL: it has several. */
static const char *only_variant(const struct eb_side *side, const struct eb_series_set *set)
{
    if (side->variant)
        return side->variant;
    return set->variant_count == 1 ? set->variants[0] : NULL;
}

/* A look from one side to the other. */
struct look {
    const struct eb_side *here;
    const struct eb_side *there;
    const struct eb_series_set *from;
    const struct eb_series_set *to;
    uint64_t ranks_there; /* 0: the same as here */
};

static const char *variant_there(const struct look *look, const char *variant)
{
    const char *here = only_variant(look->here, look->from);
    const char *there = only_variant(look->there, look->to);
    return here && there ? named_there(here, there, variant)
                         : named_there(look->here->variant, look->there->variant, variant);
}

static const char *arm_there(const struct look *look, const char *arm)
{
    return eb_compare_arm_there(look->here, look->there, arm);
}

/* Whether the series is of the side that is looked from. A name that only the other side lacks is of it. */
static int is_of_side(const struct eb_side *side, const struct eb_series *series)
{
    return (!side->arm || strcmp(side->arm, series->arm) == 0) &&
           (!side->variant || strcmp(side->variant, series->variant) == 0);
}

static int is_same_case(const struct eb_series *a, const struct eb_series *b)
{
    return a->kernel == b->kernel && a->size_bytes == b->size_bytes && a->ranks == b->ranks &&
           a->arm_index == b->arm_index && a->variant_index == b->variant_index &&
           strcmp(a->algorithm, b->algorithm) == 0;
}

/* The case of `other` in one metric of its kernel. */
static const struct eb_series *in_metric(const struct eb_series_set *set, const struct eb_series *other,
                                         const struct eb_metric *metric)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->series[i].metric == metric && is_same_case(&set->series[i], other))
            return &set->series[i];
    return NULL;
}

/* Whether efabench itself chose the algorithm: all others are the user's, or another tool's. */
static int is_chosen(const struct eb_series *series)
{
    return strcmp(series->kernel->name, "allreduce") == 0 && !series->published;
}

/* The partner on the other side, when it has no better one on this. */
static const struct eb_series *partner(const struct look *look, const struct eb_series *series)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): one of both is there */
    const char *arm = arm_there(look, series->arm);
    const char *variant = variant_there(look, series->variant);
    if (!arm || !variant)
        return NULL;
    struct eb_series as_there = *series;
    if (look->ranks_there > 0)
        as_there.ranks = look->ranks_there;
    const struct eb_series *found = eb_series_set_match(look->to, &as_there, arm, variant);
    if (!found || strcmp(found->algorithm, series->algorithm) == 0)
        return found;
    if (!is_chosen(series) || !is_chosen(found))
        return NULL;
    struct eb_series as_here = *found;
    as_here.ranks = series->ranks;
    return eb_series_set_match(look->from, &as_here, series->arm, series->variant) == series ? found : NULL;
}

/* The metric that a case stands for: the first shown that both sides have, else the first that both have,
 * else the first that is there. *there: its partner, NULL: none. */
static const struct eb_series *stands_for(const struct look *look, const struct eb_series *any,
                                          const struct eb_series **there)
{
    const struct eb_kernel_metrics *kernel = any->kernel;
    const struct eb_series *first = NULL;
    *there = NULL;
    for (size_t i = 0; i < kernel->shown_count + kernel->metric_count; i++) {
        size_t at = i < kernel->shown_count ? kernel->shown[i] : i - kernel->shown_count;
        const struct eb_series *series = in_metric(look->from, any, &kernel->metrics[at]);
        if (!series)
            continue;
        if (!first)
            first = series;
        *there = partner(look, series);
        if (*there)
            return series;
    }
    return first;
}

/* Whether it is the first series of its case: a case is looked at once. */
static int leads_case(const struct eb_series_set *set, const struct eb_series *series)
{
    for (size_t i = 0; i < series->kernel->metric_count; i++) {
        const struct eb_metric *metric = &series->kernel->metrics[i];
        if (metric == series->metric)
            return 1;
        if (in_metric(set, series, metric))
            return 0;
    }
    return 1;
}

static size_t place_of(const char *const *names, size_t count, const char *name)
{
    size_t place = 0;
    while (place < count && strcmp(names[place], name) != 0)
        place++;
    return place;
}

static size_t arm_place(const struct eb_series_set *set, const char *name)
{
    size_t place = 0;
    while (place < set->arm_count && strcmp(eb_series_set_arm(set, place), name) != 0)
        place++;
    return place;
}

static void add_row(struct eb_comparison *all, const struct eb_series *base, const struct eb_series *now,
                    const struct look *look)
{
    const struct eb_series *series = base ? base : now;
    const char *arm = arm_there(look, series->arm);
    const char *variant = variant_there(look, series->variant);
    struct eb_compared *row = &all->rows[all->row_count++];
    *row = (struct eb_compared){.base = base, .now = now};
    row->base_arm = base ? base->arm : arm ? arm : now->arm;
    row->now_arm = now ? now->arm : arm ? arm : base->arm;
    row->base_variant = base ? base->variant : variant ? variant : now->variant;
    row->now_variant = now ? now->variant : variant ? variant : base->variant;
    row->arm_place = arm_place(all->now_set, row->now_arm);
    if (row->arm_place == all->now_set->arm_count)
        row->arm_place += arm_place(all->base_set, row->base_arm);
    row->variant_place = place_of(all->now_set->variants, all->now_set->variant_count, row->now_variant);
    if (row->variant_place == all->now_set->variant_count)
        row->variant_place +=
            place_of(all->base_set->variants, all->base_set->variant_count, row->base_variant);
}

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y))                                                                                          \
    return (x) < (y) ? -1 : 1

static int compare_rows(const void *left, const void *right)
{
    const struct eb_compared *a = left;
    const struct eb_compared *b = right;
    const struct eb_series *x = a->now ? a->now : a->base;
    const struct eb_series *y = b->now ? b->now : b->base;
    COMPARE(x->kernel, y->kernel); /* both point into one table */
    COMPARE(x->metric, y->metric);
    COMPARE(x->ranks, y->ranks);
    COMPARE(a->arm_place, b->arm_place);
    COMPARE(a->variant_place, b->variant_place);
    if (a->by_algorithm && b->by_algorithm && strcmp(x->algorithm, y->algorithm) != 0)
        return strcmp(x->algorithm, y->algorithm);
    COMPARE(x->size_bytes, y->size_bytes);
    return strcmp(x->algorithm, y->algorithm);
}

static int is_beside(const struct eb_compared *a, const struct eb_compared *b)
{
    const struct eb_series *x = a->now ? a->now : a->base;
    const struct eb_series *y = b->now ? b->now : b->base;
    return x->kernel == y->kernel && x->metric == y->metric && x->ranks == y->ranks &&
           a->arm_place == b->arm_place && a->variant_place == b->variant_place;
}

/* Where a size stands twice the sizes of one algorithm stand together: they are a curve of their own. */
static void sort_rows(struct eb_comparison *all)
{
    qsort(all->rows, all->row_count, sizeof *all->rows, compare_rows);
    for (size_t from = 0, end = 0; from < all->row_count; from = end) {
        int is_twice = 0;
        for (end = from + 1; end < all->row_count && is_beside(&all->rows[from], &all->rows[end]); end++) {
            const struct eb_compared *one = &all->rows[end - 1];
            const struct eb_compared *next = &all->rows[end];
            is_twice |= (one->now ? one->now : one->base)->size_bytes ==
                        (next->now ? next->now : next->base)->size_bytes;
        }
        for (size_t i = from; i < end; i++)
            all->rows[i].by_algorithm = is_twice;
    }
    qsort(all->rows, all->row_count, sizeof *all->rows, compare_rows);
}

/* The only count of ranks of a side; 0: it has several. */
static uint64_t only_ranks(const struct eb_side *side, const struct eb_series_set *set)
{
    uint64_t ranks = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (!is_of_side(side, &set->series[i]))
            continue;
        if (ranks > 0 && set->series[i].ranks != ranks)
            return 0;
        ranks = set->series[i].ranks;
    }
    return ranks;
}

static enum eb_status check_variants(const struct look *look, struct eb_error *err)
{
    const struct eb_series_set *from = look->from;
    for (size_t i = 0; i < from->variant_count; i++) {
        const char *there = variant_there(look, from->variants[i]);
        if (there && place_of(look->to->variants, look->to->variant_count, there) < look->to->variant_count)
            return EB_OK;
    }
    return eb_error_set(
        err, EB_INVALID, "compare", 0,
        "%.150s and %.150s have no variant in common: %.60s%s, %.60s%s: --variant BASE NEW names "
        "which",
        look->here->path, look->there->path, from->variants[0], from->variant_count > 1 ? "..." : "",
        look->to->variants[0], look->to->variant_count > 1 ? "..." : "");
}

enum eb_status eb_compare_match(struct eb_comparison *all, struct eb_error *err)
{
    uint64_t base_ranks = only_ranks(all->base, all->base_set);
    uint64_t now_ranks = only_ranks(all->now, all->now_set);
    all->any_ranks = base_ranks > 0 && now_ranks > 0 && base_ranks != now_ranks &&
                     eb_likeness_is_allowed(all->options->allow, "ranks");
    const struct look forth = {all->base, all->now, all->base_set, all->now_set,
                               all->any_ranks ? now_ranks : 0};
    const struct look back = {all->now, all->base, all->now_set, all->base_set,
                              all->any_ranks ? base_ranks : 0};
    size_t in_common = 0;
    all->rows = calloc(all->base_set->count + all->now_set->count + 1, sizeof *all->rows);
    unsigned char *is_taken = calloc(all->now_set->count + 1, sizeof *is_taken);
    enum eb_status status = all->rows && is_taken ? check_variants(&forth, err) : eb_compare_no_memory(err);
    for (size_t i = 0; status == EB_OK && i < all->base_set->count; i++) {
        const struct eb_series *any = &all->base_set->series[i];
        const struct eb_series *there = NULL;
        if (!is_of_side(all->base, any) || !leads_case(all->base_set, any))
            continue;
        const struct eb_series *base = stands_for(&forth, any, &there);
        add_row(all, base, there, &forth);
        in_common += there != NULL;
        for (size_t j = 0; there && j < all->now_set->count; j++)
            if (is_same_case(&all->now_set->series[j], there))
                is_taken[j] = 1;
    }
    for (size_t i = 0; status == EB_OK && i < all->now_set->count; i++) {
        const struct eb_series *any = &all->now_set->series[i];
        const struct eb_series *there = NULL;
        if (!is_taken[i] && is_of_side(all->now, any) && leads_case(all->now_set, any))
            add_row(all, NULL, stands_for(&back, any, &there), &back);
    }
    free(is_taken);
    if (status == EB_OK && in_common == 0)
        return eb_error_set(err, EB_INVALID, "compare", 0, "%.200s and %.200s have no series in common",
                            all->judgement->base_name, all->judgement->now_name);
    if (status == EB_OK)
        sort_rows(all);
    return status;
}
