/* What the kernels with a window of messages share: bandwidth, bibandwidth, message_rate.
 *
 * Requests of a rank: [0, window) its messages (sends of one side, receives of the other), then two for the
 * acknowledgements; bibandwidth has [0, window) for sends and [window, 2 window) for receives. */
#ifndef EB_MEASURE_KERNEL_WINDOW_H
#define EB_MEASURE_KERNEL_WINDOW_H

#include "measure/kernel/kernel.h"

#define EB_ACK_BYTES ((size_t)1)

/* Messages of a window that fit with a place of their own into what validation may use; at least 1. */
unsigned eb_window_validated(const struct eb_kernel_env *env);

/* Where acknowledgements leave and arrive: behind all messages. */
size_t eb_window_ack_offset(const struct eb_kernel_env *env);

/* eb_kernel_ops of a window that goes one way. */
struct eb_kernel_needs eb_window_needs(const struct eb_kernel_env *env);
uint64_t eb_window_bytes(const struct eb_kernel_env *env);
enum eb_status eb_window_run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                             struct eb_error *err);
enum eb_status eb_window_validate(struct eb_kernel_env *env, uint64_t iterations, uint64_t *checked_bytes,
                                  struct eb_error *err);

/* Waits for count requests. */
enum eb_status eb_window_wait(struct eb_kernel_env *env, const struct eb_request *requests, unsigned count,
                              struct eb_error *err);

/* Fills and sends, or posts, receives and checks, the messages of one window, each in a place of its own. The
 * requests are those given. */
enum eb_status eb_window_send_filled(struct eb_kernel_env *env, int peer, uint64_t first_message,
                                     unsigned count, struct eb_request *requests, struct eb_error *err);
enum eb_status eb_window_post(struct eb_kernel_env *env, int peer, unsigned count,
                              struct eb_request *requests, struct eb_error *err);
enum eb_status eb_window_check(struct eb_kernel_env *env, uint64_t first_message, unsigned count,
                               struct eb_error *err);

#endif
