/* Streaming from the first rank of each pair to the second: a sample is a window of messages and the 1-byte
 * acknowledgement of the last, as the first rank sees it. All messages leave from and arrive in the same
 * place, as with the other tools, unless places rotate. */
#include "measure/kernel/table.h"
#include "measure/kernel/window.h"

const struct eb_kernel_ops eb_kernel_bandwidth = {
    .name = "bandwidth",
    .summary = "a window of messages from rank i to i + n/2, acknowledged; one pair or --pairs",
    .sample = "window_ns",
    .by_default = 1,
    .samples_of = EB_SAMPLES_OF_PAIRS,
    .has_window = 1,
    .osu_iterations = {100, 20},
    .osu_warmup = {10, 2},
    .osu_size_most = UINT64_C(4) << 20,
    .needs = eb_window_needs,
    .bytes_per_sample = eb_window_bytes,
    .validated = eb_window_validated,
    .takes_part = eb_kernel_acts_in_pair,
    .run = eb_window_run,
    .validate = eb_window_validate,
};
