/* What a case makes this rank send and receive in one iteration: found by running its kernel once on a
 * transport that moves nothing and counts. Pure payload: what protocols add is not in it. */
#ifndef EB_MEASURE_TRAFFIC_H
#define EB_MEASURE_TRAFFIC_H

#include "measure/kernel/kernel.h"

#include <stdint.h>

/* To and from the ranks that somebody is asked about, per iteration. */
struct eb_traffic {
    uint64_t sent_bytes;
    uint64_t received_bytes;
    int sends_messages; /* 0: nothing is known of how many there are, if any, as is the next */
    int receives_messages;
};

/* crosses[rank] says which ranks are meant. is_first_here: of the ranks of this host; for a transport's own
 * all-reduce, of which no more is known than that its vector must leave and enter every host at least once,
 * which is then counted there. env's buffers are used as the kernel uses them. Not collective. Statuses of
 * the kernel's run. */
enum eb_status eb_traffic_count(const struct eb_kernel_env *env, const struct eb_kernel_ops *kernel,
                                const unsigned char *crosses, int is_first_here, struct eb_traffic *traffic,
                                struct eb_error *err);

/* Marks in partners[rank] with whom the case makes this rank exchange messages: EB_PARTNER_GETS for those
 * that it sends to, EB_PARTNER_GIVES for those that it receives from; other marks stay. A transport's own
 * all-reduce has none that are known. Not collective. Statuses of the kernel's run. */
enum { EB_PARTNER_GETS = 1, EB_PARTNER_GIVES = 2 };
enum eb_status eb_traffic_partners(const struct eb_kernel_env *env, const struct eb_kernel_ops *kernel,
                                   unsigned char *partners, struct eb_error *err);

#endif
