/* The messages a second of all pairs at once, rank i with i + n/2: the pattern of bandwidth, which is
 * osu_mbw_mr's too. A sample is a window and its acknowledgement in one pair. */
#include "measure/kernel/table.h"
#include "measure/kernel/window.h"

const struct eb_kernel_ops eb_kernel_message_rate = {
    .name = "message_rate",
    .summary = "messages a second from rank i to i + n/2, all pairs or --pairs of them at once",
    .sample = "window_ns",
    .samples_of = EB_SAMPLES_OF_PAIRS,
    .has_window = 1,
    .all_pairs = 1,
    .osu_iterations = {100, 100},
    .osu_warmup = {10, 10},
    .osu_size_most = UINT64_C(4) << 20,
    .needs = eb_window_needs,
    .bytes_per_sample = eb_window_bytes,
    .validated = eb_window_validated,
    .takes_part = eb_kernel_acts_in_pair,
    .run = eb_window_run,
    .validate = eb_window_validate,
};
