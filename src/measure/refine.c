/* The search for jumps between sizes. All ranks see the same medians, and come to the same sizes. */
#include "measure/tune.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_NS UINT64_C(2000000)
#define PROBE_ROUNDS 3
#define HALVINGS_MAX 6
#define LEAST_GROWTH 1.25
#define NEAR_BYTES 512.0 /* headers of a message count against a provider's threshold */

static double exponent(const uint64_t *size_bytes, const double *message_ns, size_t i)
{
    return log(message_ns[i + 1] / message_ns[i]) / log((double)size_bytes[i + 1] / (double)size_bytes[i]);
}

int eb_refine_is_cliff(const uint64_t *size_bytes, const double *message_ns, size_t count, size_t i)
{
    double here = exponent(size_bytes, message_ns, i);
    double before = i > 0 ? exponent(size_bytes, message_ns, i - 1) : -INFINITY;
    double after = i + 2 < count ? exponent(size_bytes, message_ns, i + 1) : -INFINITY;
    double around = before > after ? before : after;
    if (isinf(around)) /* two sizes alone have no neighbours to stand out from */
        around = 1;
    return message_ns[i + 1] >= LEAST_GROWTH * message_ns[i] && here >= around + EB_CLIFF_EXPONENT;
}

/* Least median of a few rounds, for one message. */
static enum eb_status probe(const struct eb_tuner *tuner, const struct eb_case *unit, double *message_ns,
                            struct eb_error *err)
{
    struct eb_block block = {.launch = tuner->launch,
                             .lanes = tuner->lanes,
                             .options = tuner->options,
                             .unit = unit,
                             .samples = tuner->samples};
    unsigned messages = unit->kernel->has_window ? tuner->options->window : unit->kernel->messages_per_sample;
    enum eb_status status = EB_OK;
    *message_ns = INFINITY;
    for (int round = 0; status == EB_OK && round < PROBE_ROUNDS; round++) {
        double median_ns = 0;
        status = eb_block_estimate(&block, PROBE_NS, &median_ns, err);
        if (median_ns / messages < *message_ns)
            *message_ns = median_ns / messages;
    }
    if (*message_ns < 1)
        *message_ns = 1;
    return status;
}

/* Thresholds of the arm's attributes near a jump: [{"name", "bytes"}]. */
static json_t *near_thresholds(const struct eb_tuner *tuner, size_t arm, uint64_t low, uint64_t high)
{
    const struct eb_transport *t = tuner->lanes->lanes[arm].transport;
    json_t *list = json_array();
    json_t *attributes = t->ops->describe(t);
    const char *name;
    json_t *bytes;
    json_object_foreach(json_object_get(attributes, "thresholds"), name, bytes)
    {
        double value = json_number_value(bytes);
        if (value >= (double)low - NEAR_BYTES && value <= (double)high + NEAR_BYTES)
            json_array_append_new(list, json_pack("{s:s, s:O}", "name", name, "bytes", bytes));
    }
    json_decref(attributes);
    return list;
}

/* As the other launches, which are told the size and the crossover, will choose too. */
static const struct eb_algorithm *algorithm_of(const struct eb_tuner *tuner, const struct eb_case *model,
                                               size_t arm, uint64_t bytes)
{
    for (size_t i = 0; model->algorithm && i < tuner->crossover_count; i++)
        if (strcmp(tuner->crossovers[i].arm, tuner->options->arms[arm].name) == 0)
            return eb_crossover_choose(&tuner->crossovers[i], bytes);
    return model->algorithm;
}

/* Rank 0 decides for all: others may have another arithmetic. */
static enum eb_status decide(const struct eb_tuner *tuner, int *decision, struct eb_error *err)
{
    return tuner->launch->ops->broadcast(tuner->launch, decision, sizeof *decision, err);
}

/* Adds the size to the kernel's, on all arms, as cases of a group of their own. */
static enum eb_status add_size(const struct eb_tuner *tuner, const struct eb_case *model, uint64_t bytes,
                               struct eb_error *err)
{
    struct eb_plan *plan = tuner->plan;
    size_t arm_count = tuner->options->arm_count;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cases[i].kernel == model->kernel && plan->cases[i].size_bytes == bytes)
            return EB_OK;
    struct eb_case *grown = realloc(plan->cases, (plan->count + arm_count) * sizeof *grown);
    if (!grown)
        return eb_error_set(err, EB_INTERNAL, "refine", ENOMEM, "out of memory for another size");
    plan->cases = grown;
    for (size_t arm = 0; arm < arm_count; arm++) {
        struct eb_case *unit = &grown[plan->count + arm];
        *unit = (struct eb_case){.kernel = model->kernel, .arm = arm, .size_bytes = bytes, .added = 1};
        unit->group = plan->group_count;
        unit->algorithm = algorithm_of(tuner, model, arm, bytes);
    }
    plan->count += arm_count;
    plan->group_count++;
    return EB_OK;
}

/* The middle of two sizes that the kernel can take, or the lower one when there is none between. */
static uint64_t middle(const struct eb_session_options *options, const struct eb_case *unit, uint64_t low,
                       uint64_t high)
{
    uint64_t multiple = unit->kernel->has_algorithms ? options->reduction->element_bytes : 1;
    if (high >= 1024 && multiple < 64)
        multiple = 64;
    uint64_t bytes = (low + high) / 2 / multiple * multiple;
    return bytes > low ? bytes : low;
}

static enum eb_status close_in(const struct eb_tuner *tuner, const struct eb_case *from, uint64_t high,
                               double low_ns, double high_ns, json_t *cliffs, struct eb_error *err)
{
    struct eb_case unit = *from; /* adding to the plan moves its cases */
    uint64_t low = from->size_bytes;
    enum eb_status status = EB_OK;
    for (int halving = 0; status == EB_OK && halving < HALVINGS_MAX; halving++) {
        double ns = 0;
        unit.size_bytes = middle(tuner->options, &unit, low, high);
        if (unit.size_bytes == low)
            break;
        unit.algorithm = algorithm_of(tuner, from, unit.arm, unit.size_bytes);
        status = add_size(tuner, &unit, unit.size_bytes, err);
        if (status == EB_OK) /* sizes in the middle may need more room than those around them */
            status = eb_lanes_furnish(tuner->lanes, tuner->launch, tuner->options, tuner->plan, err);
        if (status == EB_OK)
            status = probe(tuner, &unit, &ns, err);
        int is_low = ns < sqrt(low_ns * high_ns);
        if (status == EB_OK)
            status = decide(tuner, &is_low, err);
        if (is_low) {
            low = unit.size_bytes;
            low_ns = ns;
        } else {
            high = unit.size_bytes;
            high_ns = ns;
        }
    }
    if (status == EB_OK && cliffs)
        json_array_append_new(cliffs,
                              json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:o}", "kernel", unit.kernel->name,
                                        "arm", tuner->options->arms[unit.arm].name, "from_bytes",
                                        (json_int_t)low, "to_bytes", (json_int_t)high, "from_ns",
                                        (json_int_t)llround(low_ns), "to_ns", (json_int_t)llround(high_ns),
                                        "thresholds", near_thresholds(tuner, unit.arm, low, high)));
    return status;
}

/* The series' cases, copied: the plan grows while they are looked at. */
static enum eb_status refine_series(const struct eb_tuner *tuner, const struct eb_case *cases, size_t count,
                                    json_t *cliffs, struct eb_error *err)
{
    uint64_t *size_bytes = calloc(count, sizeof *size_bytes);
    double *message_ns = calloc(count, sizeof *message_ns);
    enum eb_status status = size_bytes && message_ns
                                ? EB_OK
                                : eb_error_set(err, EB_INTERNAL, "refine", ENOMEM, "out of memory for sizes");
    for (size_t i = 0; status == EB_OK && i < count; i++) {
        size_bytes[i] = cases[i].size_bytes;
        status = probe(tuner, &cases[i], &message_ns[i], err);
    }
    for (size_t i = 0; status == EB_OK && i + 1 < count; i++) {
        if (tuner->plan->group_count >= tuner->first_group_added + EB_REFINE_SIZES_MAX)
            break;
        int is_cliff = eb_refine_is_cliff(size_bytes, message_ns, count, i);
        status = decide(tuner, &is_cliff, err);
        if (status != EB_OK || !is_cliff)
            continue;
        /* once more: a stall would not come again */
        status = probe(tuner, &cases[i], &message_ns[i], err);
        if (status == EB_OK)
            status = probe(tuner, &cases[i + 1], &message_ns[i + 1], err);
        is_cliff = eb_refine_is_cliff(size_bytes, message_ns, count, i);
        if (status == EB_OK)
            status = decide(tuner, &is_cliff, err);
        if (status == EB_OK && is_cliff)
            status =
                close_in(tuner, &cases[i], size_bytes[i + 1], message_ns[i], message_ns[i + 1], cliffs, err);
    }
    free(size_bytes);
    free(message_ns);
    return status;
}

enum eb_status eb_refine(const struct eb_tuner *tuner, json_t **cliffs, struct eb_error *err)
{
    const struct eb_session_options *options = tuner->options;
    size_t given = tuner->plan->count;
    struct eb_case *series = calloc(given + 1, sizeof *series);
    enum eb_status status =
        series ? EB_OK : eb_error_set(err, EB_INTERNAL, "refine", ENOMEM, "out of memory for the sizes");
    *cliffs = tuner->launch->rank == 0 ? json_array() : NULL;
    for (size_t k = 0; k < options->kernel_count; k++)
        for (size_t arm = 0; status == EB_OK && arm < options->arm_count; arm++) {
            size_t count = 0;
            for (size_t i = 0; i < given; i++)
                if (tuner->plan->cases[i].kernel == options->kernels[k] && tuner->plan->cases[i].arm == arm)
                    series[count++] = tuner->plan->cases[i];
            if (count > 1)
                status = refine_series(tuner, series, count, *cliffs, err);
        }
    free(series);
    return status;
}
