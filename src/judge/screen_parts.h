/* The steps of a screening, for judge/screen*.c alone. */
#ifndef EB_JUDGE_SCREEN_PARTS_H
#define EB_JUDGE_SCREEN_PARTS_H

#include "judge/screen.h"

#include <errno.h>

static inline enum eb_status eb_screen_out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "screen", ENOMEM, "out of memory for a screening");
}

/* screen_read.c: hosts, devices, tables with observations sorted into pairs. */
enum eb_status eb_screen_read(struct eb_screen *screen, const json_t *record, const char *path,
                              struct eb_error *err);

/* screen_fit.c: levels, effects, what is beyond. EB_INTERNAL when out of memory. */
enum eb_status eb_screen_fit(const struct eb_screen *screen, struct eb_screen_table *table,
                             struct eb_error *err);

/* The median of values, which are reordered, the lower of two in the middle; NAN of none. */
double eb_screen_lower_median(double *values, size_t count);

/* screen_find.c: marks and links; level is the p below which something of that kind is named. */
enum eb_status eb_screen_find(const struct eb_screen *screen, struct eb_screen_table *table,
                              double host_level, double link_level, struct eb_error *err);

/* screen_suspects.c: from marks of tables to suspects with their evidence. */
enum eb_status eb_screen_suspect(struct eb_screen *screen, struct eb_error *err);

#endif
