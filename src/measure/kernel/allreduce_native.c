/* Whatever the transport has: MPI_Allreduce. */
#include "measure/kernel/table.h"

static size_t nothing(const struct eb_kernel_env *env)
{
    (void)env;
    return 0;
}

static int begin(struct eb_allreduce *call)
{
    (void)call;
    return 0;
}

static int iterate(struct eb_allreduce *call, uint64_t iteration, int last)
{
    struct eb_kernel_env *env = call->env;
    (void)iteration, (void)last;
    return env->transport->ops->allreduce(env->transport, env->in_place ? NULL : &env->send, &env->receive,
                                          call->place, call->count, env->reduction);
}

const struct eb_algorithm eb_algorithm_native = {
    .name = "native",
    .summary = "the transport's own: MPI_Allreduce",
    .scratch_bytes = nothing,
    .requests = nothing,
    .outstanding = 1,
    .is_transports_own = 1,
    .begin = begin,
    .iterate = iterate,
};
