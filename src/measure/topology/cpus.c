#include "measure/topology/cpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS (EB_CPUS_MAX / 64)

static int number(const char **at, unsigned *value)
{
    char *end = NULL;
    if (**at < '0' || **at > '9')
        return 0;
    unsigned long read = strtoul(*at, &end, 10);
    *at = end;
    *value = (unsigned)read;
    return read < EB_CPUS_MAX;
}

static int parse(const char *at, struct eb_cpu_set *set)
{
    while (*at && *at != '\n') {
        unsigned low = 0;
        if (!number(&at, &low))
            return 0;
        unsigned high = low;
        if (*at == '-' && (at++, !number(&at, &high)))
            return 0;
        if (high < low)
            return 0;
        for (unsigned cpu = low; cpu <= high; cpu++)
            set->bits[cpu / 64] |= UINT64_C(1) << cpu % 64;
        if (*at == ',' && at[1])
            at++;
        else if (*at && *at != '\n')
            return 0;
    }
    return 1;
}

int eb_cpu_set_parse(const char *list, struct eb_cpu_set *set)
{
    *set = (struct eb_cpu_set){{0}};
    if (parse(list, set))
        return 1;
    *set = (struct eb_cpu_set){{0}};
    return 0;
}

int eb_cpu_set_has(const struct eb_cpu_set *set, unsigned cpu)
{
    return cpu < EB_CPUS_MAX && (set->bits[cpu / 64] >> cpu % 64 & 1);
}

char *eb_cpu_set_format(const struct eb_cpu_set *set, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (unsigned cpu = 0; cpu < EB_CPUS_MAX; cpu++) {
        char range[32];
        unsigned last = cpu;
        if (!eb_cpu_set_has(set, cpu))
            continue;
        while (eb_cpu_set_has(set, last + 1))
            last++;
        int length = last > cpu ? snprintf(range, sizeof range, "%s%u-%u", used ? "," : "", cpu, last)
                                : snprintf(range, sizeof range, "%s%u", used ? "," : "", cpu);
        if (used + (size_t)length + 4 > room) {
            snprintf(text + used, room - used, "...");
            break;
        }
        memcpy(text + used, range, (size_t)length + 1);
        used += (size_t)length;
        cpu = last;
    }
    return text;
}

unsigned eb_cpu_set_count(const struct eb_cpu_set *set)
{
    unsigned count = 0;
    for (size_t i = 0; i < WORDS; i++)
        count += (unsigned)__builtin_popcountll(set->bits[i]);
    return count;
}

int eb_cpu_set_first(const struct eb_cpu_set *set)
{
    for (int i = 0; i < WORDS; i++)
        if (set->bits[i])
            return i * 64 + __builtin_ctzll(set->bits[i]);
    return -1;
}

int eb_cpu_sets_meet(const struct eb_cpu_set *a, const struct eb_cpu_set *b)
{
    for (size_t i = 0; i < WORDS; i++)
        if (a->bits[i] & b->bits[i])
            return 1;
    return 0;
}

int eb_cpu_set_within(const struct eb_cpu_set *inner, const struct eb_cpu_set *outer)
{
    for (size_t i = 0; i < WORDS; i++)
        if (inner->bits[i] & ~outer->bits[i])
            return 0;
    return 1;
}
