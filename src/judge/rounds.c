#include "judge/rounds.h"

#include "common/histogram.h"
#include "common/record.h"
#include "judge/path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "rounds", ENOMEM, "out of memory for the rounds of a screening");
}

/* Screenings that are being joined: their rounds are gathered first, for a merge takes them all at once. */
struct joining {
    json_t *joined;
    json_t *places;  /* of a name in `joined` */
    json_t **rounds; /* of each place an array of rounds, or NULL: a case as it is */
};

static char *name_of(const json_t *item)
{
    char *name = NULL;
    int length = asprintf(
        &name, "%lld %lld %s %s %s", (long long)json_integer_value(json_object_get(item, "size_bytes")),
        (long long)json_integer_value(json_object_get(item, "ranks")),
        json_string_value(json_object_get(item, "kernel")), json_string_value(json_object_get(item, "arm")),
        json_string_value(json_object_get(item, "algorithm")));
    return length < 0 ? NULL : name;
}

/* Puts a round with those of its screening; a first one stands in `joined` for all. */
static int add_round(struct joining *all, json_t *item)
{
    char *name = name_of(item);
    const json_t *known = name ? json_object_get(all->places, name) : NULL;
    size_t place = known ? (size_t)json_integer_value(known) : json_array_size(all->joined);
    int failed = !name;
    if (!failed && !known) {
        all->rounds[place] = json_array();
        failed = !all->rounds[place] ||
                 json_object_set_new_nocheck(all->places, name, json_integer((json_int_t)place)) != 0 ||
                 json_array_append(all->joined, item) != 0;
    }
    failed = failed || json_array_append(all->rounds[place], item) != 0;
    free(name);
    return failed ? -1 : 0;
}

static int add_to(json_t *object, const char *key, const json_t *from)
{
    json_int_t sum =
        json_integer_value(json_object_get(object, key)) + json_integer_value(json_object_get(from, key));
    return json_object_set_new(object, key, json_integer(sum));
}

/* Adds a sweep of another round to a copy of the first's. */
static int add_sweep(json_t *sweeps, json_t *places, const json_t *sweep)
{
    static const char *const sums[] = {"iterations", "total_ns", "rank_total_ns"};
    char name[32];
    snprintf(name, sizeof name, "%lld", (long long)json_integer_value(json_object_get(sweep, "index")));
    const json_t *known = json_object_get(places, name);
    if (!known) {
        json_t *copy = json_copy((json_t *)sweep);
        json_t *pairs = json_copy(json_object_get(sweep, "pairs"));
        if (!copy || json_object_set_new(copy, "pairs", pairs) != 0 ||
            json_object_set_new(places, name, json_integer((json_int_t)json_array_size(sweeps))) != 0) {
            json_decref(copy);
            return -1;
        }
        return json_array_append_new(sweeps, copy);
    }
    json_t *sum = json_array_get(sweeps, (size_t)json_integer_value(known));
    int failed = json_array_extend(json_object_get(sum, "pairs"), json_object_get(sweep, "pairs")) != 0;
    for (size_t i = 0; !failed && i < sizeof sums / sizeof *sums; i++)
        failed = add_to(sum, sums[i], sweep) != 0;
    return failed ? -1 : 0;
}

static json_t *join_sweeps(const json_t *rounds)
{
    json_t *sweeps = json_array();
    json_t *places = json_object();
    int failed = !sweeps || !places;
    size_t i;
    size_t j;
    const json_t *item;
    const json_t *sweep;
    json_array_foreach(rounds, i, item)
    {
        json_array_foreach(json_object_get(item, "sweeps"), j, sweep)
        {
            failed = failed || add_sweep(sweeps, places, sweep) != 0;
        }
    }
    json_decref(places);
    if (!failed)
        return sweeps;
    json_decref(sweeps);
    return NULL;
}

/* Two by two, for each merge goes over all bins of both. */
static enum eb_status merge(const json_t *rounds, size_t begin, size_t end, struct eb_histogram *sum,
                            struct eb_error *err)
{
    struct eb_histogram right = {0};
    size_t half = begin + (end - begin) / 2;
    if (end - begin == 1)
        return eb_histogram_from_json(json_object_get(json_array_get(rounds, begin), "histogram"), sum, err);
    enum eb_status status = merge(rounds, begin, half, sum, err);
    if (status == EB_OK)
        status = merge(rounds, half, end, &right, err);
    if (status == EB_OK)
        status = eb_histogram_merge(sum, &right, err);
    eb_histogram_free(&right);
    return status;
}

static enum eb_status join_histograms(const json_t *rounds, json_t *into, struct eb_error *err)
{
    struct eb_histogram sum = {0};
    enum eb_status status = merge(rounds, 0, json_array_size(rounds), &sum, err);
    if (status == EB_OK && json_object_set_new(into, "histogram", eb_histogram_to_json(&sum)) != 0)
        status = out_of_memory(err);
    eb_histogram_free(&sum);
    return status;
}

static json_t *worst_witness(const json_t *rounds)
{
    size_t i;
    const json_t *item;
    json_t *worst = json_object_get(json_array_get(rounds, 0), "witness");
    struct eb_path path = eb_path_of(json_array_get(rounds, 0));
    json_array_foreach(rounds, i, item)
    {
        struct eb_path here = eb_path_of(item);
        if (here.state > path.state || (here.state == path.state && here.share < path.share)) {
            path = here;
            worst = json_object_get(item, "witness");
        }
    }
    return worst;
}

static enum eb_status check_alike(const json_t *rounds, struct eb_error *err)
{
    static const char *const keys[] = {"sample", "bytes_per_sample", "rounds", "window"};
    const json_t *first = json_array_get(rounds, 0);
    size_t i;
    const json_t *item;
    json_array_foreach(rounds, i, item)
    {
        for (size_t j = 0; j < sizeof keys / sizeof *keys; j++) {
            const json_t *mine = json_object_get(first, keys[j]);
            const json_t *theirs = json_object_get(item, keys[j]);
            if (!mine != !theirs || (mine && !json_equal(mine, theirs)))
                return eb_error_set(err, EB_INVALID, "rounds", 0, "rounds of one screening differ in \"%s\"",
                                    keys[j]);
        }
    }
    return EB_OK;
}

static enum eb_status join(const json_t *rounds, json_t **one, struct eb_error *err)
{
    enum eb_status status = check_alike(rounds, err);
    *one = NULL;
    if (status != EB_OK)
        return status;
    json_t *made = json_copy(json_array_get(rounds, 0));
    json_t *witness = worst_witness(rounds);
    if (!made || json_object_set_new(made, "sweeps", join_sweeps(rounds)) != 0 ||
        (witness && json_object_set(made, "witness", witness) != 0)) {
        json_decref(made);
        return out_of_memory(err);
    }
    json_object_del(made, "raw_ns");
    status = join_histograms(rounds, made, err);
    if (status == EB_OK)
        *one = made;
    else
        json_decref(made);
    return status;
}

static enum eb_status gather(struct joining *all, const json_t *cases, int keeps_refused, size_t *withheld,
                             struct eb_error *err)
{
    size_t i;
    json_t *item;
    int failed = 0;
    json_array_foreach(cases, i, item)
    {
        int is_round = json_object_get(item, "round") && json_object_get(item, "histogram");
        if (is_round && !keeps_refused && eb_path_is_withheld(item)) {
            if (withheld)
                ++*withheld;
            continue;
        }
        failed = failed || (is_round ? add_round(all, item) : json_array_append(all->joined, item)) != 0;
    }
    return failed ? out_of_memory(err) : EB_OK;
}

enum eb_status eb_rounds_join(const json_t *launch, int keeps_refused, json_t **joined, size_t *withheld,
                              struct eb_error *err)
{
    const json_t *cases = json_object_get(launch, "cases");
    size_t most = json_array_size(cases);
    struct joining all = {
        .joined = json_array(), .places = json_object(), .rounds = calloc(most + 1, sizeof *all.rounds)};
    enum eb_status status = all.joined && all.places && all.rounds ? EB_OK : out_of_memory(err);
    if (status == EB_OK)
        status = gather(&all, cases, keeps_refused, withheld, err);
    for (size_t i = 0; status == EB_OK && i < json_array_size(all.joined); i++) {
        json_t *one = NULL;
        if (!all.rounds[i])
            continue;
        status = join(all.rounds[i], &one, err);
        if (status == EB_OK && json_array_set_new(all.joined, i, one) != 0)
            status = out_of_memory(err);
    }
    for (size_t i = 0; all.rounds && i < most; i++)
        json_decref(all.rounds[i]);
    free(all.rounds);
    json_decref(all.places);
    *joined = status == EB_OK ? all.joined : NULL;
    if (status != EB_OK)
        json_decref(all.joined);
    return status;
}
