#include "judge/report/judgement_units.h"

#include <string.h>

static const struct eb_unit units[] = {
    {"us", "time", "seconds", 1e-6, "Microseconds", 1},
    {"MB/s", "bandwidth", "bytes_per_second", 1e6, "Bytes/Second", 1e6},
    {"1/s", "messages", "per_second", 1, "Count/Second", 1},
};

size_t eb_unit_count(void)
{
    return sizeof units / sizeof *units;
}

const struct eb_unit *eb_unit_at(size_t index)
{
    return &units[index];
}

const struct eb_unit *eb_unit_of(const struct eb_metric *metric)
{
    size_t i = 0;
    while (i + 1 < eb_unit_count() && strcmp(units[i].name, metric->unit) != 0)
        i++;
    return &units[i];
}

time_t eb_judgement_time(const struct eb_judgement *judgement)
{
    struct tm parts = {0};
    const char *rest =
        judgement->created_utc ? strptime(judgement->created_utc, "%Y-%m-%dT%H:%M:%S", &parts) : NULL;
    if (rest && *rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    if (!rest || strcmp(rest, "Z") != 0)
        return -1;
    return timegm(&parts);
}
