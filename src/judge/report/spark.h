/* Lines and bars of block characters (U+2580 to U+259F, UTF-8), on logarithmic scales. */
#ifndef EB_JUDGE_REPORT_SPARK_H
#define EB_JUDGE_REPORT_SPARK_H

#include <stddef.h>

/* Bytes for a spark line of count values. */
#define EB_SPARK_BYTES(count) (3 * (count) + 1)

/* From where to where, both positive, low < high. */
struct eb_spark_scale {
    double low;
    double high;
};

/* The scale of count positive values, NAN and infinite ones left out: from the least to the greatest, and as
 * much further on both sides as it takes to make high at least low * least_factor (above 1), so that noise
 * does not look like mountains. 1 to least_factor when there is no value. */
struct eb_spark_scale eb_spark_scale_of(const double *values, size_t count, double least_factor);

/* One of eight heights for each value, a blank where it is NAN. text holds EB_SPARK_BYTES(count). Returns
 * text. */
char *eb_spark(const double *values, size_t count, const struct eb_spark_scale *scale, char *text);

/* A bar of EB_BAR_COLUMNS from the middle, which is 1, to the left (below) or right (above), as long as
 * the logarithm of ratio in that of full (above 1), which fills a side, in halves of a column. text holds
 * EB_BAR_BYTES. Returns text. */
#define EB_BAR_SIDE 6
#define EB_BAR_COLUMNS (2 * EB_BAR_SIDE + 1)
#define EB_BAR_BYTES (3 * EB_BAR_COLUMNS + 1)
char *eb_bar(double ratio, double full, char *text);

#endif
