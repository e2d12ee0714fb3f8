/* Tonight against the nights before: no database here, only numbers.
 *
 * z is the mean over a night's launches of the logarithm of a series' value, up is worse. The baseline is the
 * last EB_NIGHTS_BASELINE accepted nights (fewer: at least EB_NIGHTS_LEAST, else there are too few). A night
 * is suspect where the conformal test over all series gives the least p there is, 1/(nights + 1) and so at
 * most 1 in 20, and the offset of a series out of line is above delta. Two runs that follow each other, both
 * suspect, are red; a night is accepted unless it is red. */
#ifndef EB_JUDGE_NIGHTS_H
#define EB_JUDGE_NIGHTS_H

#include "judge/stats/conformal.h"
#include "judge/stats/cusum.h"
#include "judge/stats/edivisive.h"

/* With 50 nights before it one quiet night in 51 is suspect and one in 500 red although a night resembles the
 * one before it; with 30 one in 250 is red (scripts/evaluate-gate). */
#define EB_NIGHTS_BASELINE 50
#define EB_NIGHTS_LEAST 19
#define EB_NIGHTS_FLOOR 0.0025 /* least scale of a series' nights: a quarter of a percent */

enum eb_night_state {
    EB_NIGHT_LEARNING, /* too few before it */
    EB_NIGHT_QUIET,
    EB_NIGHT_SUSPECT, /* and the run after it was not, or has not come yet */
    EB_NIGHT_RED,
};

struct eb_night_verdict {
    enum eb_night_state state; /* never red: that takes two */
    size_t nights;             /* that it was held against */
    struct eb_conformal_result conformal;
};

/* data as for eb_conformal_test: the baseline's rows and tonight last. scores and offsets (both data->series
 * long) are filled unless there are too few nights, which is no failure. Statuses as there; EB_INVALID too
 * for a delta that is negative or NaN. */
enum eb_status eb_night_judge(const struct eb_conformal *data, double delta, double *scores, double *offsets,
                              struct eb_night_verdict *verdict, struct eb_error *err);

#endif
