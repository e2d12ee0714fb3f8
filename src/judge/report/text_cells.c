#include "judge/report/text_cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

char *eb_cell_value(double value, char *text)
{
    if (value < 0.1)
        return eb_plain_number(value, 3, text);
    /* 9.9996 is 10.00, not 10.000 */
    return eb_plain_fixed(value, value < 9.9995 ? 3 : value < 99.995 ? 2 : value < 999.95 ? 1 : 0, text);
}

char *eb_cell_ratio(const struct eb_ratio *ratio, char *text, size_t text_bytes)
{
    char value[EB_PLAIN_NUMBER];
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    int decimals = ratio->value < 0.1 ? 3 : ratio->value < 10 ? 2 : ratio->value < 100 ? 1 : 0;
    text[0] = '\0';
    if (!ratio->present)
        return text;
    eb_plain_fixed(ratio->value, decimals, value);
    if (ratio->interval.present)
        snprintf(text, text_bytes, "%sx [%s, %s]", value, eb_plain_fixed(ratio->interval.low, decimals, low),
                 eb_plain_fixed(ratio->interval.high, decimals, high));
    else
        snprintf(text, text_bytes, "%sx", value);
    return text;
}

char *eb_cell_human(const struct eb_metric *metric, double value, char *text)
{
    static const struct {
        const char *of; /* the metric's unit */
        double factor;
        const char *unit;
    } units[] = {{"us", 1e-6, "s"},      {"us", 1e-3, "ms"},  {"us", 1, "us"},       {"us", 1e3, "ns"},
                 {"MB/s", 1e-3, "GB/s"}, {"MB/s", 1, "MB/s"}, {"MB/s", 1e3, "kB/s"}, {"1/s", 1e-6, "M/s"},
                 {"1/s", 1e-3, "k/s"},   {"1/s", 1, "/s"}};
    const char *unit = metric->unit;
    char number[EB_PLAIN_NUMBER];
    double factor = 1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].of, metric->unit) != 0)
            continue;
        factor = units[i].factor;
        unit = units[i].unit;
        if (value * factor >= 0.9995)
            break;
    }
    value *= factor;
    eb_plain_fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, number);
    snprintf(text, EB_PLAIN_NUMBER, "%.20s %s", number, unit);
    return text;
}

char *eb_cell_interval(const struct eb_series *series, double factor, char *text, size_t text_bytes)
{
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    text[0] = '\0';
    if (series && !isnan(series->ci_low))
        snprintf(text, text_bytes, "[%s, %s]", eb_cell_value(series->ci_low * factor, low),
                 eb_cell_value(series->ci_high * factor, high));
    return text;
}

char *eb_cell_share(const struct eb_series *series, const struct eb_ceiling *ceiling, enum eb_share share,
                    unsigned *seen, char *text)
{
    char number[EB_PLAIN_NUMBER];
    text[0] = '\0';
    if (!series || !(eb_shares_of(ceiling) & (unsigned)share))
        return text;
    double whole = share == EB_SHARE_LINE ? ceiling->line : eb_ceiling_cap(ceiling, eb_ceiling_usual_cap());
    double percent = 100 * series->value / whole;
    const char *mark = "";
    if (percent > 100 && eb_ceiling_is_exceeded(ceiling, series->value)) {
        mark = "!";
        *seen |= EB_SHARE_BEYOND;
    } else if (percent > 100 && share == EB_SHARE_FLOW) {
        mark = "+";
        *seen |= EB_SHARE_EXPRESS;
    }
    *seen |= (unsigned)share;
    if (percent > 100 && percent < 101)
        percent = 101; /* 100%! would look like a mistake */
    int decimals = percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : 2;
    if (percent < 0.01)
        snprintf(text, EB_PLAIN_NUMBER, "<0.01%%");
    else
        snprintf(text, EB_PLAIN_NUMBER, "%.20s%%%s", eb_plain_fixed(percent, decimals, number), mark);
    return text;
}
