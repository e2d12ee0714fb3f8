#include "judge/stats/edivisive.h"

#include "common/rng.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Permutations that tie come out of different sums: those this near, relative to Q, count as tied. */
#define TIE 1e-9

struct ranked {
    double value;
    size_t at;
};

/* Partial sums of the values left of a split, by rank (Fenwick, Software: Practice and Experience 24, 1994).
 */
struct node {
    double sum;
    double count;
};

struct segment {
    size_t first;
    size_t count;
    size_t split; /* its best, from the first; 0: none */
    double q;
};

/* Arrays are of all values; a segment has its stretch of them. Which value stands where in a segment is all
 * that a permutation changes. */
struct sequence {
    double *value;    /* ascending within each segment, above its least */
    double *distance; /* of that value to all others of its segment, summed */
    double *input;    /* as they came, scaled */
    size_t *rank;     /* [position] place in value, from the segment's first */
    size_t *shuffled;
    struct node *tree;
    struct ranked *ranked;
    struct segment *segments;
    size_t segment_count;
    int exponent; /* input is values / 2^exponent */
};

static void sequence_free(struct sequence *sequence)
{
    free(sequence->value);
    free(sequence->rank);
    free(sequence->tree);
    free(sequence->ranked);
    free(sequence->segments);
}

static enum eb_status sequence_new(struct sequence *sequence, const double *values, size_t count,
                                   struct eb_error *err)
{
    *sequence = (struct sequence){
        .value = calloc(count, 3 * sizeof *sequence->value),
        .rank = calloc(count, 2 * sizeof *sequence->rank),
        .tree = calloc(count + 1, sizeof *sequence->tree),
        .ranked = calloc(count, sizeof *sequence->ranked),
        .segments = calloc(count / EB_EDIVISIVE_LEAST + 1, sizeof *sequence->segments),
    };
    if (!sequence->value || !sequence->rank || !sequence->tree || !sequence->ranked || !sequence->segments) {
        sequence_free(sequence);
        return eb_error_set(err, EB_INTERNAL, "edivisive", ENOMEM, "out of memory for change points");
    }
    sequence->distance = sequence->value + count;
    sequence->input = sequence->distance + count;
    sequence->shuffled = sequence->rank + count;
    /* A power of two: nothing is rounded, and sums of any finite values are finite. */
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(values[i]));
    frexp(most, &sequence->exponent);
    for (size_t i = 0; i < count; i++)
        sequence->input[i] = ldexp(values[i], -sequence->exponent);
    return EB_OK;
}

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static double energy(double between, double left, double right, size_t left_count, size_t right_count)
{
    double m = (double)left_count;
    double n = (double)right_count;
    return m * n / (m + n) * (2 * between / (m * n) - 2 * left / (m * (m - 1)) - 2 * right / (n * (n - 1)));
}

static void tree_clear(struct node *tree, size_t count)
{
    for (size_t i = 0; i <= count; i++)
        tree[i] = (struct node){0, 0};
}

static void tree_add(struct node *tree, size_t count, size_t rank, double value)
{
    for (size_t i = rank + 1; i <= count; i += i & (0 - i)) {
        tree[i].sum += value;
        tree[i].count++;
    }
}

static struct node tree_below(const struct node *tree, size_t rank)
{
    struct node below = {0, 0};
    for (size_t i = rank; i > 0; i -= i & (0 - i)) {
        below.sum += tree[i].sum;
        below.count += tree[i].count;
    }
    return below;
}

/* The best split of a segment whose values stand as `rank` says. One pass: the value that moves from right to
 * left takes its distances with it. */
static double best_split(struct sequence *sequence, const struct segment *segment, const size_t *rank,
                         size_t *split)
{
    size_t count = segment->count;
    const double *value = sequence->value + segment->first;
    const double *distance = sequence->distance + segment->first;
    double best = 0;
    double left = 0;
    double right = 0;
    double between = 0;
    double sum = 0;
    *split = 0;
    for (size_t i = 0; i < count; i++)
        right += distance[i] / 2;
    tree_clear(sequence->tree, count);
    for (size_t i = 0; i + EB_EDIVISIVE_LEAST < count; i++) {
        double moved = value[rank[i]];
        struct node below = tree_below(sequence->tree, rank[i]);
        double to_left =
            moved * below.count - below.sum + (sum - below.sum) - moved * ((double)i - below.count);
        double to_right = distance[rank[i]] - to_left;
        left += to_left;
        right -= to_right;
        between += to_right - to_left;
        sum += moved;
        tree_add(sequence->tree, count, rank[i], moved);
        if (i + 1 < EB_EDIVISIVE_LEAST)
            continue;
        double q = energy(between, left, right, i + 1, count - i - 1);
        if (q > best) {
            best = q;
            *split = i + 1;
        }
    }
    return best;
}

/* Ranks the values of a segment, and finds its best split. */
static void settle(struct sequence *sequence, struct segment *segment)
{
    size_t count = segment->count;
    size_t *rank = sequence->rank + segment->first;
    double *value = sequence->value + segment->first;
    double *distance = sequence->distance + segment->first;
    struct ranked *ranked = sequence->ranked;
    double total = 0;
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){sequence->input[segment->first + i], i};
    qsort(ranked, count, sizeof *ranked, compare);
    double least = ranked[0].value;
    for (size_t i = 0; i < count; i++)
        total += ranked[i].value - least;
    double below = 0;
    for (size_t i = 0; i < count; i++) {
        double v = ranked[i].value - least; /* so that equal values have no distances, rounding or not */
        rank[ranked[i].at] = i;
        value[i] = v;
        distance[i] = v * (double)i - below + (total - below - v) - v * (double)(count - 1 - i);
        below += v;
    }
    segment->q = best_split(sequence, segment, rank, &segment->split);
}

/* The p of the segments' largest Q, or a bound above alpha. */
static double test(struct sequence *sequence, double q, double alpha, struct eb_rng *rng)
{
    unsigned reaching = 1;
    for (int draw = 0; draw < EB_EDIVISIVE_DRAWN; draw++) {
        double most = 0;
        for (size_t s = 0; s < sequence->segment_count; s++) {
            const struct segment *segment = &sequence->segments[s];
            if (segment->count < (size_t)2 * EB_EDIVISIVE_LEAST)
                continue;
            size_t *shuffled = sequence->shuffled;
            for (size_t i = 0; i < segment->count; i++)
                shuffled[i] = i;
            eb_rng_shuffle(rng, shuffled, segment->count);
            size_t split = 0;
            most = fmax(most, best_split(sequence, segment, shuffled, &split));
        }
        reaching += most >= q - TIE * q;
        if (reaching / (EB_EDIVISIVE_DRAWN + 1.0) > alpha)
            break;
    }
    return reaching / (EB_EDIVISIVE_DRAWN + 1.0);
}

static enum eb_status check(const double *values, size_t count, struct eb_error *err)
{
    if (count > EB_EDIVISIVE_MOST)
        return eb_error_set(err, EB_INVALID, "edivisive", 0, "%zu values are too many: it takes %d", count,
                            EB_EDIVISIVE_MOST);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return eb_error_set(err, EB_INVALID, "edivisive", 0, "value %zu is not a finite number", i);
    return EB_OK;
}

static struct segment *best_segment(struct sequence *sequence)
{
    struct segment *best = &sequence->segments[0];
    for (size_t s = 1; s < sequence->segment_count; s++)
        if (sequence->segments[s].q > best->q)
            best = &sequence->segments[s];
    return best;
}

static void divide(struct sequence *sequence, struct segment *segment)
{
    struct segment *right = &sequence->segments[sequence->segment_count++];
    *right =
        (struct segment){.first = segment->first + segment->split, .count = segment->count - segment->split};
    segment->count = segment->split;
    settle(sequence, segment);
    settle(sequence, right);
}

static void insert(struct eb_change *changes, size_t found, struct eb_change change)
{
    size_t i = found;
    for (; i > 0 && changes[i - 1].at > change.at; i--)
        changes[i] = changes[i - 1];
    changes[i] = change;
}

enum eb_status eb_edivisive(const double *values, size_t count, double alpha, uint64_t seed,
                            struct eb_change *changes, size_t room, size_t *found, struct eb_error *err)
{
    *found = 0;
    if (!(alpha > 0 && alpha < 1))
        return eb_error_set(err, EB_INVALID, "edivisive", 0, "alpha is %g: it must be between 0 and 1",
                            alpha);
    enum eb_status status = check(values, count, err);
    if (status != EB_OK || count < (size_t)2 * EB_EDIVISIVE_LEAST)
        return status;
    struct sequence sequence;
    status = sequence_new(&sequence, values, count, err);
    if (status != EB_OK)
        return status;
    struct eb_rng rng;
    eb_rng_seed(&rng, seed);
    sequence.segments[sequence.segment_count++] = (struct segment){.count = count};
    settle(&sequence, &sequence.segments[0]);
    while (*found < room) {
        struct segment *best = best_segment(&sequence);
        if (best->split == 0)
            break;
        double p = test(&sequence, best->q, alpha, &rng);
        if (p > alpha)
            break;
        insert(changes, (*found)++,
               (struct eb_change){best->first + best->split, ldexp(best->q, sequence.exponent), p});
        divide(&sequence, best);
    }
    sequence_free(&sequence);
    return EB_OK;
}

enum eb_status eb_edivisive_split(const double *values, size_t count, size_t *at, double *q,
                                  struct eb_error *err)
{
    *at = 0;
    *q = 0;
    enum eb_status status = check(values, count, err);
    if (status != EB_OK || count < (size_t)2 * EB_EDIVISIVE_LEAST)
        return status;
    struct sequence sequence;
    status = sequence_new(&sequence, values, count, err);
    if (status != EB_OK)
        return status;
    struct segment whole = {.count = count};
    settle(&sequence, &whole);
    *at = whole.split;
    *q = ldexp(whole.q, sequence.exponent);
    sequence_free(&sequence);
    return EB_OK;
}
