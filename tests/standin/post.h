/* From the many calls of libfabric that post something to the one function that checks and queues it. */
#ifndef EFABENCH_TESTS_STANDIN_POST_H
#define EFABENCH_TESTS_STANDIN_POST_H

#include "standin.h"

/* One call, whichever of the many it was. */
struct si_call {
    const char *name;
    enum si_kind kind;
    void *buffer;
    size_t bytes;
    void *desc;
    fi_addr_t peer;
    uint64_t tag;
    uint64_t ignore;
    uint64_t data;
    uint64_t address;
    uint64_t key;
    void *context;
    int tagged;
    int has_data;
    int inject;
    int quiet; /* no completion, with FI_SELECTIVE_COMPLETION */
};

/* 0, -FI_EAGAIN or -FI_ENOMEM; traps whatever is wrong. */
ssize_t si_post(struct fid_ep *ep, const struct si_call *call);

#define BUFFER(b) .buffer = (void *)(uintptr_t)(b)
#define DEFAULT_FLAGS (((struct si_ep *)(void *)ep)->op_flags)
#define IS_QUIET(flags) (((struct si_ep *)(void *)ep)->selective && !((flags)&FI_COMPLETION))

#endif
