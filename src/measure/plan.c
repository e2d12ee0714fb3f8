#include "measure/plan.h"

#include "common/rng.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "plan", ENOMEM, "out of memory for the plan");
}

static void add_group(struct eb_plan *plan, const struct eb_plan_wishes *wishes,
                      const struct eb_kernel_ops *kernel, const struct eb_size *size, int round)
{
    for (size_t arm = 0; arm < plan->arm_count; arm++)
        plan->cases[plan->count++] =
            (struct eb_case){.kernel = kernel,
                             .arm = arm,
                             .size_bytes = size->bytes,
                             .algorithm = kernel->has_algorithms ? wishes->algorithm : NULL,
                             .added = size->added,
                             .group = plan->group_count,
                             .rounds = wishes->rounds,
                             .round = round};
    plan->group_count++;
}

static int rounds_of(const struct eb_plan_wishes *wishes)
{
    return wishes->rounds > 0 ? wishes->rounds : 1;
}

static enum eb_status add_size(struct eb_plan *plan, const struct eb_plan_wishes *wishes,
                               const struct eb_kernel_ops *kernel, const struct eb_size *size,
                               struct eb_error *err)
{
    if (kernel->has_algorithms && size->bytes % wishes->element_bytes != 0) {
        if (size->from_range)
            return EB_OK;
        return eb_error_set(err, EB_USAGE, "plan", 0,
                            "size %" PRIu64 ": %s takes multiples of %" PRIu64 " bytes", size->bytes,
                            kernel->name, wishes->element_bytes);
    }
    if (wishes->osu_sizes && size->bytes > kernel->osu_size_most)
        return EB_OK;
    for (int round = 0; round < rounds_of(wishes); round++)
        add_group(plan, wishes, kernel, size, round);
    return EB_OK;
}

/* The size that a kernel is screened at. */
static int is_screened_at(const struct eb_plan_wishes *wishes, const struct eb_kernel_ops *kernel, size_t at)
{
    const struct eb_size *sizes = wishes->sizes->sizes;
    size_t best = 0;
    for (size_t s = 1; s < wishes->sizes->count; s++)
        if (kernel->has_window ? sizes[s].bytes > sizes[best].bytes : sizes[s].bytes < sizes[best].bytes)
            best = s;
    return at == best;
}

enum eb_status eb_plan_build(const struct eb_plan_wishes *wishes, struct eb_plan *plan, struct eb_error *err)
{
    *plan = (struct eb_plan){.arm_count = wishes->arm_count};
    plan->cases = calloc((wishes->kernel_count * wishes->sizes->count + wishes->added_count) *
                                 wishes->arm_count * (size_t)rounds_of(wishes) +
                             1,
                         sizeof *plan->cases);
    if (!plan->cases)
        return out_of_memory(err);
    enum eb_status status = EB_OK;
    for (size_t k = 0; status == EB_OK && k < wishes->kernel_count; k++) {
        size_t before = plan->count;
        for (size_t s = 0; status == EB_OK && s < wishes->sizes->count; s++)
            if (wishes->rounds == 0 || is_screened_at(wishes, wishes->kernels[k], s))
                status = add_size(plan, wishes, wishes->kernels[k], &wishes->sizes->sizes[s], err);
        for (size_t a = 0; status == EB_OK && a < wishes->added_count; a++) {
            struct eb_size size = {.bytes = wishes->added[a].bytes, .added = 1};
            if (wishes->added[a].kernel == wishes->kernels[k])
                status = add_size(plan, wishes, wishes->kernels[k], &size, err);
        }
        if (status == EB_OK && plan->count == before)
            status = eb_error_set(err, EB_USAGE, "plan", 0,
                                  "no size is left for %s, which takes multiples of %" PRIu64 " bytes",
                                  wishes->kernels[k]->name,
                                  wishes->kernels[k]->has_algorithms ? wishes->element_bytes : 1);
    }
    if (status != EB_OK)
        eb_plan_free(plan);
    return status;
}

void eb_plan_free(struct eb_plan *plan)
{
    if (!plan)
        return;
    free(plan->cases);
    *plan = (struct eb_plan){0};
}

enum eb_status eb_plan_order(const struct eb_plan *plan, uint64_t seed, uint64_t launch, uint64_t sweep,
                             int shuffled, size_t *order, struct eb_error *err)
{
    struct eb_rng rng;
    size_t arms = plan->arm_count;
    size_t *groups = calloc(plan->group_count, sizeof *groups);
    if (!groups)
        return out_of_memory(err);
    for (size_t i = 0; i < plan->group_count; i++)
        groups[i] = i;
    eb_rng_seed(&rng,
                seed ^ (launch * UINT64_C(0x9e3779b97f4a7c15)) ^ (sweep * UINT64_C(0xd1b54a32d192ed03)));
    if (shuffled)
        eb_rng_shuffle(&rng, groups, plan->group_count);
    for (size_t i = 0; i < plan->group_count; i++) {
        size_t *place = order + i * arms;
        for (size_t arm = 0; arm < arms; arm++)
            place[arm] = groups[i] * arms + arm;
        if (shuffled)
            eb_rng_shuffle(&rng, place, arms);
    }
    free(groups);
    return EB_OK;
}
