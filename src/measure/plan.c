#include "measure/plan.h"

#include "common/rng.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "plan", ENOMEM, "out of memory for the plan");
}

static enum eb_status add_group(struct eb_plan *plan, const struct eb_kernel_ops *kernel,
                                const struct eb_size *size, struct eb_error *err)
{
    if (size->bytes % kernel->size_multiple != 0) {
        if (size->from_range)
            return EB_OK;
        return eb_error_set(err, EB_USAGE, "plan", 0,
                            "size %" PRIu64 ": %s takes multiples of %" PRIu64 " bytes", size->bytes,
                            kernel->name, kernel->size_multiple);
    }
    for (size_t arm = 0; arm < plan->arm_count; arm++)
        plan->cases[plan->count++] = (struct eb_case){
            .kernel = kernel, .arm = arm, .size_bytes = size->bytes, .group = plan->group_count};
    plan->group_count++;
    return EB_OK;
}

enum eb_status eb_plan_build(const struct eb_kernel_ops *const *kernels, size_t kernel_count,
                             const struct eb_size_list *sizes, size_t arm_count, struct eb_plan *plan,
                             struct eb_error *err)
{
    *plan = (struct eb_plan){.arm_count = arm_count};
    plan->cases = calloc(kernel_count * sizes->count * arm_count + 1, sizeof *plan->cases);
    if (!plan->cases)
        return out_of_memory(err);
    enum eb_status status = EB_OK;
    for (size_t k = 0; status == EB_OK && k < kernel_count; k++) {
        size_t before = plan->count;
        for (size_t s = 0; status == EB_OK && s < sizes->count; s++)
            status = add_group(plan, kernels[k], &sizes->sizes[s], err);
        if (status == EB_OK && plan->count == before)
            status = eb_error_set(err, EB_USAGE, "plan", 0,
                                  "no size is left for %s, which takes multiples of %" PRIu64 " bytes",
                                  kernels[k]->name, kernels[k]->size_multiple);
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
                             size_t *order, struct eb_error *err)
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
    eb_rng_shuffle(&rng, groups, plan->group_count);
    for (size_t i = 0; i < plan->group_count; i++) {
        size_t *place = order + i * arms;
        for (size_t arm = 0; arm < arms; arm++)
            place[arm] = groups[i] * arms + arm;
        eb_rng_shuffle(&rng, place, arms);
    }
    free(groups);
    return EB_OK;
}
