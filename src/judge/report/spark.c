#include "judge/report/spark.h"

#include <math.h>
#include <string.h>

static const char *const heights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
enum { HEIGHTS = sizeof heights / sizeof *heights };

struct eb_spark_scale eb_spark_scale_of(const double *values, size_t count, double least_factor)
{
    struct eb_spark_scale scale = {.low = INFINITY, .high = 0};
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            scale.low = fmin(scale.low, values[i]);
            scale.high = fmax(scale.high, values[i]);
        }
    if (!isfinite(scale.low))
        return (struct eb_spark_scale){.low = 1, .high = least_factor};
    if (scale.high < scale.low * least_factor) {
        double middle = sqrt(scale.low) * sqrt(scale.high);
        scale.low = middle / sqrt(least_factor);
        scale.high = middle * sqrt(least_factor);
    }
    return scale;
}

char *eb_spark(const double *values, size_t count, const struct eb_spark_scale *scale, char *text)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        double part = log(values[i] / scale->low) / log(scale->high / scale->low);
        const char *sign = " ";
        if (isfinite(part))
            sign = heights[part <= 0 ? 0 : part >= 1 ? HEIGHTS - 1 : (size_t)(part * (double)HEIGHTS)];
        size_t length = strlen(sign);
        memcpy(text + used, sign, length);
        used += length;
    }
    text[used] = '\0';
    return text;
}

char *eb_bar(double ratio, double full, char *text)
{
    double part = fmax(-1, fmin(1, log(ratio) / log(full)));
    long halves = lround(fabs(part) * 2 * EB_BAR_SIDE);
    int above = part > 0;
    text[0] = '\0';
    for (long i = 0; i < EB_BAR_SIDE; i++) {
        long ahead = halves - 2 * (EB_BAR_SIDE - 1 - i);
        strcat(text, above || ahead <= 0 ? " " : ahead == 1 ? "▐" : "█");
    }
    strcat(text, "│");
    for (long i = 0; above && i < (halves + 1) / 2; i++)
        strcat(text, 2 * i + 1 == halves ? "▌" : "█");
    return text;
}
