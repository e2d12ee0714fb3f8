/* Colours that stay with an arm throughout a page, whatever record it is in.
 *
 * Seven of the eight colours that people with any of the common colour blindnesses tell apart (Okabe and Ito,
 * Color Universal Design, 2008, black left to the text), in the order of the arms' first appearance; with
 * more arms they begin anew, and the dash tells them apart. */
#ifndef EB_JUDGE_REPORT_PLOT_PALETTE_H
#define EB_JUDGE_REPORT_PLOT_PALETTE_H

#include "judge/past.h"
#include "judge/report/sink.h"

#include <stddef.h>

#define EB_PALETTE_COLOURS 7

/* Zero-initialised is valid: no arm yet. Names are borrowed from the records. */
struct eb_palette {
    const char **arms; /* owned */
    size_t arm_count;
};

/* Adds the arms of a report, and of the record that it is compared with. EB_INTERNAL when out of memory. */
enum eb_status eb_palette_add(struct eb_palette *palette, const struct eb_report *report,
                              struct eb_error *err);
/* The same of the arms of a past, for the pictures of its nights. */
enum eb_status eb_palette_add_past(struct eb_palette *palette, const struct eb_past *past,
                                   struct eb_error *err);
void eb_palette_free(struct eb_palette *palette);

/* The place of an arm, 0 when it is unknown. */
size_t eb_palette_find(const struct eb_palette *palette, const char *arm);

/* "#0072b2" on white and on black; colour counts on beyond the last. */
const char *eb_palette_light(size_t colour);
const char *eb_palette_dark(size_t colour);

#endif
