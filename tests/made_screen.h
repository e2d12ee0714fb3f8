/* Records of screenings for the tests of the judge: who is slow, and how noisy it is, is chosen by the test.
 * All of it fails the running test when it cannot do what it is asked. */
#ifndef EB_TESTS_MADE_SCREEN_H
#define EB_TESTS_MADE_SCREEN_H

#include "cmocka_all.h"
#include "common/histogram.h"
#include "common/record.h"
#include "common/rng.h"
#include "judge/screen.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE_HOSTS_MOST 1024
#define MADE_ARMS 2
#define MADE_PINGPONG 0
#define MADE_BANDWIDTH 1

/* What is measured. Times are those of a base, times the slowness of both hosts and of the link, times noise.
 */
struct made_screen {
    size_t hosts;
    size_t launches;
    size_t sweeps;       /* with the first, which is ten times as long; one: that alone */
    size_t arms;         /* 1 or 2: tcp on eth0, efa on rdma0 */
    const char *variant; /* NULL: default */
    int one_host;        /* all ranks are on host vm */
    int shuffles_hosts;  /* each launch has its hosts on other ranks */
    int without_bandwidth;
    double noise; /* standard deviation of ln(time), of Student's t of 3 degrees of freedom */
    double drift; /* of ln(time), between rounds, which is common to all pairs of a round */
    uint64_t seed;
    struct eb_rng rng;
    double slow[MADE_HOSTS_MOST]; /* times this; 0: once */
    int slow_arm;                 /* MADE_ARMS: all */
    int slow_kernel;              /* 2: both */
    struct {
        size_t a;
        size_t b;
        double slow;
    } links[4];
};

static inline double made_uniform(struct eb_rng *rng)
{
    return ((double)(eb_rng_next(rng) >> 11) + 0.5) / 9007199254740992.0;
}

static inline double made_normal(struct eb_rng *rng)
{
    double radius = sqrt(-2 * log(made_uniform(rng)));
    return radius * cos(6.283185307179586 * made_uniform(rng));
}

/* Heavy tails: Student's t of 3 degrees of freedom, whose standard deviation is sqrt(3), over that. */
static inline double made_heavy(struct eb_rng *rng)
{
    double chi = 0;
    for (int i = 0; i < 3; i++) {
        double z = made_normal(rng);
        chi += z * z;
    }
    return made_normal(rng) / sqrt(chi / 3) / sqrt(3);
}

/* Round-robin by the circle method: partners of one round; *b is hosts where a is idle. */
static inline size_t made_rounds(size_t hosts)
{
    return hosts % 2 ? hosts : hosts - 1;
}

static inline int made_pair(size_t hosts, size_t round, size_t index, size_t *a, size_t *b)
{
    size_t even = hosts + hosts % 2;
    size_t turning = even - 1;
    *a = index == 0 ? turning : (round + index) % turning;
    *b = index == 0 ? round : (round + turning - index) % turning;
    return *a < hosts && *b < hosts;
}

static inline double made_slowness(const struct made_screen *made, size_t a, size_t b, size_t arm, int kernel)
{
    double slowness = 1;
    int is_meant = (made->slow_arm == MADE_ARMS || (size_t)made->slow_arm == arm) &&
                   (made->slow_kernel == 2 || made->slow_kernel == kernel);
    if (!is_meant)
        return 1;
    slowness *= made->slow[a] > 0 ? made->slow[a] : 1;
    slowness *= made->slow[b] > 0 ? made->slow[b] : 1;
    for (size_t i = 0; i < sizeof made->links / sizeof *made->links; i++)
        if (made->links[i].slow > 0 && ((made->links[i].a == a && made->links[i].b == b) ||
                                        (made->links[i].a == b && made->links[i].b == a)))
            slowness *= made->links[i].slow;
    return slowness;
}

/* hosts of ranks: which host is on a rank in a launch. */
static inline size_t made_host(const struct made_screen *made, size_t launch, size_t rank)
{
    return made->shuffles_hosts ? (rank + launch * 3 + 1) % made->hosts : rank;
}

static inline json_t *made_sweep(struct made_screen *made, size_t launch, size_t sweep, size_t arm,
                                 int kernel, size_t round, uint64_t *medians, size_t *count)
{
    double base = kernel == MADE_PINGPONG ? 20000 : 8e6;
    double common = exp(made->drift * made_normal(&made->rng)) * (sweep == 0 && made->sweeps > 1 ? 10 : 1);
    json_t *pairs = json_array();
    json_int_t total = 0;
    *count = 0;
    for (size_t i = 0; i < (made->hosts + 1) / 2; i++) {
        size_t a;
        size_t b;
        if (!made_pair(made->hosts, round, i, &a, &b))
            continue;
        double slowness =
            made_slowness(made, made_host(made, launch, a), made_host(made, launch, b), arm, kernel);
        double ns = base * common * slowness * exp(made->noise * made_heavy(&made->rng));
        double p99 = 3 * base * common * slowness * exp(2 * made->noise * made_heavy(&made->rng));
        json_t *pair =
            json_pack("{s:[I, I], s:I}", "ranks", (json_int_t)a, (json_int_t)b, "median_ns", (json_int_t)ns);
        if (kernel == MADE_PINGPONG)
            json_object_set_new(pair, "p99_ns", json_integer((json_int_t)p99));
        json_array_append_new(pairs, pair);
        medians[(*count)++] = (uint64_t)ns;
        total += (json_int_t)ns * 300;
    }
    return json_pack("{s:I, s:b, s:I, s:I, s:i, s:I, s:I, s:I, s:o}", "index", (json_int_t)sweep, "first",
                     sweep == 0, "position", (json_int_t)round, "iterations", (json_int_t)300, "warmup", 1,
                     "median_ns", (json_int_t)medians[0], "total_ns", total, "rank_total_ns", total, "pairs",
                     pairs);
}

static inline json_t *made_case(struct made_screen *made, size_t launch, size_t arm, int kernel, size_t round)
{
    static const char *const arms[] = {"tcp", "efa"};
    static const char *const devices[] = {"eth0", "rdma0"};
    uint64_t medians[MADE_HOSTS_MOST];
    size_t count = 0;
    struct eb_histogram histogram = {0};
    json_t *sweeps = json_array();
    for (size_t i = 0; i < made->sweeps; i++)
        json_array_append_new(sweeps, made_sweep(made, launch, i, arm, kernel, round, medians, &count));
    assert_int_equal(eb_histogram_from_samples(&histogram, medians, count, NULL), EB_OK);
    json_t *item = json_pack(
        "{s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:I, s:s, s:i, s:o, s:o, s:{s:s, s:s}}", "kernel",
        kernel == MADE_PINGPONG ? "pingpong" : "bandwidth", "algorithm", "", "arm", arms[arm], "size_bytes",
        kernel == MADE_PINGPONG ? 8 : 1 << 20, "ranks", (json_int_t)made->hosts, "pairs", (json_int_t)count,
        "round", (json_int_t)round, "rounds", (json_int_t)made_rounds(made->hosts), "sample",
        kernel == MADE_PINGPONG ? "rtt_ns" : "window_ns", "bytes_per_sample",
        kernel == MADE_PINGPONG ? 8 : 4 << 20, "sweeps", sweeps, "histogram",
        eb_histogram_to_json(&histogram), "witness", "state", "attested", "device", devices[arm]);
    assert_non_null(item);
    eb_histogram_free(&histogram);
    return item;
}

static inline json_t *made_launch(struct made_screen *made, size_t launch)
{
    json_t *cases = json_array();
    json_t *ranks = json_array();
    json_t *hosts = json_array();
    json_t *arms = json_pack("[{s:s, s:s, s:{s:s}}]", "name", "tcp", "transport", "sockets", "attributes",
                             "device", "eth0");
    if (made->arms > 1)
        json_array_append_new(arms, json_pack("{s:s, s:s, s:{s:s}}", "name", "efa", "transport", "ofi",
                                              "attributes", "device", "rdma0"));
    for (size_t i = 0; i < made->hosts; i++) {
        char name[32] = "vm";
        if (!made->one_host)
            snprintf(name, sizeof name, "n%zu", made_host(made, launch, i));
        json_array_append_new(ranks, json_pack("{s:s, s:s}", "host", name, "cpus", "0-1"));
        if (!made->one_host || i == 0)
            json_array_append_new(hosts, json_string(name));
    }
    for (size_t round = 0; round < made_rounds(made->hosts); round++)
        for (size_t arm = 0; arm < made->arms; arm++)
            for (int kernel = 0; kernel < 2 - made->without_bandwidth; kernel++)
                json_array_append_new(cases, made_case(made, launch, arm, kernel, round));
    return json_pack("{s:s, s:s, s:{s:o, s:o}, s:o, s:o}", "variant",
                     made->variant ? made->variant : "default", "status", "complete", "provenance", "hosts",
                     hosts, "ranks", ranks, "arms", arms, "cases", cases);
}

/* Eight hosts, three sweeps that count, no noise, nobody slow. */
static inline struct made_screen made_defaults(void)
{
    return (struct made_screen){.hosts = 8,
                                .launches = 1,
                                .sweeps = 4,
                                .arms = 1,
                                .seed = 1,
                                .slow_arm = MADE_ARMS,
                                .slow_kernel = 2};
}

static inline json_t *made_record(struct made_screen *made)
{
    json_t *record = json_pack("{s:s, s:s, s:{s:s}, s:[]}", "schema", EB_RECORD_SCHEMA, "kind", "measured",
                               "run", "created_utc", "2026-01-01T00:00:00Z", "launches");
    eb_rng_seed(&made->rng, made->seed);
    for (size_t i = 0; i < made->launches; i++)
        json_array_append_new(json_object_get(record, "launches"), made_launch(made, i));
    return record;
}

#endif
