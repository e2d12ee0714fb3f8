/* Writes hand-made records of nights, for tests of the history: DIR/night-0000.json and so on.
 *
 *   make_nights DIR [NAME=NUMBER]...
 *
 * first, count   which nights (0, 1); night i was made i days after 2026-01-01T03:00:00Z
 * series         ping-pong series (4), of 8, 16, 24... bytes on two arms in turn
 * launches       (3)
 * seed           (1) with the night's number it decides all figures, whatever else is written
 * spread         percent (0.5): a night, and a launch in it, is off by at most so much, evenly
 * shift, since   percent (0) by which nights from number since (0) on take longer
 * drift          percent (0) that each night takes longer than the one before
 * ranks          (2)
 * hour           of the day (3)
 */
#include "common/rng.h"

#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIRST, COUNT, SERIES, LAUNCHES, SEED, SPREAD, SHIFT, SINCE, DRIFT, RANKS, HOUR, NUMBERS };

static const struct {
    const char *name;
    double usual;
} numbers[NUMBERS] = {
    [FIRST] = {"first", 0}, [COUNT] = {"count", 1},    [SERIES] = {"series", 4}, [LAUNCHES] = {"launches", 3},
    [SEED] = {"seed", 1},   [SPREAD] = {"spread", .5}, [SHIFT] = {"shift", 0},   [SINCE] = {"since", 0},
    [DRIFT] = {"drift", 0}, [RANKS] = {"ranks", 2},    [HOUR] = {"hour", 3},
};

/* Between -1 and 1, decided by the arguments alone. */
static double noise(double seed, size_t night, size_t series, size_t launch)
{
    struct eb_rng rng;
    eb_rng_seed(&rng, (uint64_t)seed * 1000003 + night * 1009 + series * 31 + launch);
    return (double)(eb_rng_next(&rng) >> 11) / 4503599627370496.0 - 1;
}

static json_t *make_case(const double *asked, size_t night, size_t series, size_t launch)
{
    double spread = asked[SPREAD] / 100;
    double worse = noise(asked[SEED], night, series, 1000) * spread / 2 +
                   noise(asked[SEED], night, series, launch) * spread / 2 +
                   log1p(asked[DRIFT] / 100) * (double)night;
    if (night >= (size_t)asked[SINCE])
        worse += log1p(asked[SHIFT] / 100);
    json_int_t ns = (json_int_t)llround(1e6 * (double)(1 + series) * exp(worse));
    json_int_t ranks = (json_int_t)asked[RANKS];
    json_int_t bytes = 8 * (1 + (json_int_t)series / 2);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:[{s:i, s:b, s:i, s:i, s:i, s:I, s:I, s:I}], "
                     "s:[[I, i]], s:{s:s}}",
                     "kernel", "pingpong", "algorithm", "", "arm", series % 2 ? "kernel-tcp" : "tcp",
                     "size_bytes", bytes, "ranks", ranks, "sample", "rtt_ns", "bytes_per_sample", bytes,
                     "sweeps", "index", 0, "first", 1, "position", 0, "iterations", 10, "warmup", 1,
                     "median_ns", ns, "total_ns", 10 * ns, "rank_total_ns", 10 * ns * ranks, "histogram", ns,
                     10, "witness", "state", "unattested");
}

static json_t *make_launch(const double *asked, size_t night, size_t launch)
{
    json_t *cases = json_array();
    for (size_t i = 0; i < (size_t)asked[SERIES]; i++)
        json_array_append_new(cases, make_case(asked, night, i, launch));
    return json_pack("{s:s, s:s, s:{s:[s, s]}, s:[{s:s, s:s}, {s:s, s:s}], s:o}", "variant", "default",
                     "status", "complete", "provenance", "hosts", "node1", "node2", "arms", "name", "tcp",
                     "transport", "ofi", "name", "kernel-tcp", "transport", "sockets", "cases", cases);
}

static int write_night(const char *directory, const double *asked, size_t night)
{
    char path[4096];
    char created[24];
    struct tm utc;
    time_t at = 1767225600 + (time_t)(asked[HOUR] * 3600) + (time_t)night * 86400;
    gmtime_r(&at, &utc);
    strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_t *launches = json_array();
    for (size_t i = 0; i < (size_t)asked[LAUNCHES]; i++)
        json_array_append_new(launches, make_launch(asked, night, i));
    json_t *record = json_pack("{s:s, s:s, s:{s:s, s:s, s:s, s:s}, s:o}", "schema", "efabench-record/1",
                               "kind", "measured", "run", "created_utc", created, "efabench_version", "0.1.0",
                               "git_version", "abcdef0", "instance", "c5n.18xlarge", "launches", launches);
    snprintf(path, sizeof path, "%s/night-%04zu.json", directory, night);
    int failed = !record || json_dump_file(record, path, JSON_COMPACT) != 0;
    json_decref(record);
    if (failed)
        fprintf(stderr, "make_nights: cannot write %s\n", path);
    return failed;
}

int main(int argc, char **argv)
{
    double asked[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++)
        asked[i] = numbers[i].usual;
    for (int i = 2; i < argc; i++) {
        size_t known = 0;
        while (known < NUMBERS && (strncmp(argv[i], numbers[known].name, strlen(numbers[known].name)) != 0 ||
                                   argv[i][strlen(numbers[known].name)] != '='))
            known++;
        if (known == NUMBERS) {
            fprintf(stderr, "make_nights: '%s' is unknown\n", argv[i]);
            return 2;
        }
        asked[known] = strtod(strchr(argv[i], '=') + 1, NULL);
    }
    if (argc < 2)
        return 2;
    for (size_t i = 0; i < (size_t)asked[COUNT]; i++)
        if (write_night(argv[1], asked, (size_t)asked[FIRST] + i))
            return 1;
    return 0;
}
