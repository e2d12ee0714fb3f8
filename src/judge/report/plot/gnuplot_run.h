/* One gnuplot: a script in, what it draws out. */
#ifndef EB_JUDGE_REPORT_PLOT_GNUPLOT_RUN_H
#define EB_JUDGE_REPORT_PLOT_GNUPLOT_RUN_H

#include "common/status.h"

#include <stddef.h>

#define EB_GNUPLOT_TIMEOUT_MS 30000
/* What no drawing of ours reaches. */
#define EB_GNUPLOT_OUTPUT_MAX ((size_t)64 << 20)

/* Runs gnuplot from PATH, without anybody's settings and in the C locale, with the script as its standard
 * input; *output is what it writes to its standard output, owned by the caller, and a zero behind it that
 * does not count. It and what it has started are killed after timeout_ms. EB_NO_HARDWARE when there is no
 * gnuplot that could be started; EB_INTERNAL with its own words when it fails, is killed or writes without
 * end, or when out of memory. No signal of the caller's is touched, and no process left. */
enum eb_status eb_gnuplot_run(const char *script, size_t script_bytes, unsigned timeout_ms, char **output,
                              size_t *output_bytes, struct eb_error *err);

#endif
