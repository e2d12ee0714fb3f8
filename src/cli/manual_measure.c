#include "cli/manual_measure.h"

#include "cli/setup.h"
#include "measure/kernel/allreduce.h"
#include "measure/kernel/kernel.h"
#include "measure/kernel/reduction.h"
#include "measure/topology/binding.h"
#include "measure/transport/transport.h"

const char *const eb_manual_absence = NULL;

int eb_manual_kernel(size_t index, struct eb_manual_term *term)
{
    size_t i = 0;
    while (i < index && eb_kernels[i])
        i++;
    if (!eb_kernels[i] && index > i)
        return 0;
    if (!eb_kernels[i]) {
        *term = (struct eb_manual_term){
            .name = EB_SCREEN_WORD,
            .text = "no kernel, and alone: pingpong and bandwidth between all pairs of hosts, in rounds"};
        return 1;
    }
    *term = (struct eb_manual_term){.name = eb_kernels[i]->name,
                                    .text = eb_kernels[i]->summary,
                                    .words = eb_kernels[i]->by_default ? "*" : NULL};
    return 1;
}

int eb_manual_algorithm(size_t index, struct eb_manual_term *term)
{
    size_t i = 0;
    while (i < index && eb_algorithms[i])
        i++;
    if (!eb_algorithms[i])
        return 0;
    *term = (struct eb_manual_term){.name = eb_algorithms[i]->name, .text = eb_algorithms[i]->summary};
    return 1;
}

int eb_manual_transport(size_t index, struct eb_manual_term *term)
{
    size_t i = 0;
    while (i < index && eb_transports[i])
        i++;
    if (!eb_transports[i])
        return 0;
    *term = (struct eb_manual_term){.name = eb_transports[i]->name, .text = eb_transports[i]->summary};
    return 1;
}

/* Reductions are ordered by type, then by operation, and each type has every operation. */
const char *eb_manual_type(size_t index)
{
    const struct eb_reduction *reduction = eb_reduction_at(0);
    for (size_t i = 1; index > 0 && reduction; i++) {
        const struct eb_reduction *next = eb_reduction_at(i);
        index -= next && next->type != reduction->type;
        reduction = next;
    }
    return reduction ? reduction->type_name : NULL;
}

const char *eb_manual_operation(size_t index)
{
    const struct eb_reduction *reduction = eb_reduction_at(index);
    return reduction && reduction->type == eb_reduction_at(0)->type ? reduction->operation_name : NULL;
}

const char *eb_manual_bind(size_t index)
{
    return eb_bind_word_at(index);
}
