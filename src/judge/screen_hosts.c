/* Who was measured, and in which variant. */
#include "common/plain.h"
#include "judge/screen_parts.h"
#include "judge/screen_reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t eb_screen_place(struct eb_screen_reading *reading, const char *kind, const char *name, size_t next,
                       int *is_new)
{
    char *key = NULL;
    if (asprintf(&key, "%s %s", kind, name) < 0)
        return EB_SCREEN_NONE;
    const json_t *known = json_object_get(reading->places, key);
    size_t place = known ? (size_t)json_integer_value(known) : next;
    *is_new = !known;
    if (!known && json_object_set_new_nocheck(reading->places, key, json_integer((json_int_t)next)) != 0)
        place = EB_SCREEN_NONE;
    free(key);
    return place;
}

enum eb_status eb_screen_refused(const struct eb_screen_reading *reading, struct eb_error *err,
                                 const char *reason)
{
    eb_error_set(err, EB_INVALID, "screen", 0, "%.120s: launches[%zu]: %s", reading->path,
                 reading->launch_index, reason);
    if (err)
        eb_plain_clean(err->text);
    return EB_INVALID;
}

static int has_rounds(const json_t *launch)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(launch, "cases"), i, item)
    {
        if (json_object_get(item, "round"))
            return 1;
    }
    return 0;
}

int eb_screen_is_of(const struct eb_screen_reading *reading, const json_t *launch)
{
    return strcmp(json_string_value(json_object_get(launch, "variant")), reading->screen->variant) == 0 &&
           has_rounds(launch);
}

/* The host that a launch says of a rank; NULL: it does not. */
static const char *said_host(const json_t *launch, size_t rank)
{
    const json_t *ranks = json_object_get(json_object_get(launch, "provenance"), "ranks");
    return json_string_value(json_object_get(json_array_get(ranks, rank), "host"));
}

/* Whether each rank is on a host of its own that has a name; *several where the ranks are on several. */
static int has_own_hosts(const json_t *launch, int *several)
{
    size_t count = json_array_size(json_object_get(json_object_get(launch, "provenance"), "ranks"));
    json_t *seen = json_object();
    int is_own = seen && count > 0;
    for (size_t i = 0; i < count && seen; i++) {
        const char *host = said_host(launch, i);
        is_own &= host && !json_object_get(seen, host);
        if (host)
            json_object_set_new(seen, host, json_true());
    }
    *several |= json_object_size(seen) > 1;
    json_decref(seen);
    return is_own;
}

static enum eb_status no_screening(const struct eb_screen_reading *reading, struct eb_error *err)
{
    const char *wanted = reading->screen->options.variant;
    eb_error_set(err, EB_INVALID, "screen", 0,
                 "%.120s: it holds no screening%s%.40s: efabench run screen makes one", reading->path,
                 wanted ? " of variant " : "", wanted ? wanted : "");
    if (err)
        eb_plain_clean(err->text);
    return EB_INVALID;
}

static enum eb_status choose_variant(struct eb_screen_reading *reading, const json_t *record,
                                     struct eb_error *err)
{
    struct eb_screen *screen = reading->screen;
    const char *wanted = screen->options.variant;
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        const char *variant = json_string_value(json_object_get(launch, "variant"));
        if (!has_rounds(launch) || (wanted && strcmp(wanted, variant) != 0))
            continue;
        if (screen->variant && strcmp(screen->variant, variant) != 0) {
            eb_error_set(err, EB_USAGE, "screen", 0,
                         "%.120s: it has screenings of several variants (%.40s, %.40s, ...): name one with "
                         "--variant",
                         reading->path, screen->variant, variant);
            if (err)
                eb_plain_clean(err->text);
            return EB_USAGE;
        }
        screen->variant = variant;
    }
    return screen->variant ? EB_OK : no_screening(reading, err);
}

enum eb_status eb_screen_choose(struct eb_screen_reading *reading, const json_t *record, struct eb_error *err)
{
    enum eb_status status = choose_variant(reading, record, err);
    size_t i;
    const json_t *launch;
    if (status != EB_OK)
        return status;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        if (!eb_screen_is_of(reading, launch))
            continue;
        reading->screen->of_ranks |= !has_own_hosts(launch, &reading->several_places);
        reading->screen->launches++;
    }
    return EB_OK;
}

/* Owned by the caller; NULL when out of memory. */
static char *name_of(const struct eb_screen_reading *reading, size_t rank, const char *host)
{
    char *name = NULL;
    int length;
    if (!reading->screen->of_ranks)
        return eb_plain_copy(host);
    if (reading->several_places && host)
        length = asprintf(&name, "rank %zu of %s", rank, host);
    else
        length = asprintf(&name, "rank %zu", rank);
    return length < 0 ? NULL : eb_plain_clean(name);
}

static enum eb_status add_host(struct eb_screen_reading *reading, char *name, const char *host, size_t rank,
                               struct eb_error *err)
{
    struct eb_screen *screen = reading->screen;
    if (screen->host_count == reading->host_room) {
        size_t room = reading->host_room ? 2 * reading->host_room : 16;
        struct eb_screen_host *grown = realloc(screen->hosts, room * sizeof *grown);
        if (!grown) {
            free(name);
            return eb_screen_out_of_memory(err);
        }
        screen->hosts = grown;
        reading->host_room = room;
    }
    char *copy = host ? strdup(host) : NULL;
    screen->hosts[screen->host_count++] = (struct eb_screen_host){.name = name, .host = copy, .rank = rank};
    return host && !copy ? eb_screen_out_of_memory(err) : EB_OK;
}

enum eb_status eb_screen_host_of(struct eb_screen_reading *reading, const json_t *item, const json_t *rank,
                                 size_t *host, struct eb_error *err)
{
    json_int_t number = json_integer_value(rank);
    if (number >= json_integer_value(json_object_get(item, "ranks")))
        return eb_screen_refused(reading, err, "a pair of a screening names a rank that there is not");
    int is_kept = number < EB_SCREEN_KNOWN;
    if (is_kept && reading->known_hosts[number] != EB_SCREEN_NONE) {
        *host = reading->known_hosts[number];
        return EB_OK;
    }
    const char *said = said_host(reading->launch, (size_t)number);
    if (!said && !reading->screen->of_ranks)
        return eb_screen_refused(reading, err,
                                 "a pair of a screening names a rank of which provenance has no host");
    char *name = name_of(reading, (size_t)number, said);
    int is_new = 0;
    if (!name)
        return eb_screen_out_of_memory(err);
    *host = eb_screen_place(reading, "host", name, reading->screen->host_count, &is_new);
    if (is_kept)
        reading->known_hosts[number] = *host;
    if (*host != EB_SCREEN_NONE && is_new)
        return add_host(reading, name, said, (size_t)number, err);
    free(name);
    return *host == EB_SCREEN_NONE ? eb_screen_out_of_memory(err) : EB_OK;
}

struct ordered {
    struct eb_screen_host host;
    size_t before;
};

static int compare_hosts(const void *left, const void *right)
{
    const struct ordered *a = left;
    const struct ordered *b = right;
    if (a->host.rank != b->host.rank)
        return a->host.rank < b->host.rank ? -1 : 1;
    return (a->before > b->before) - (a->before < b->before);
}

enum eb_status eb_screen_order_hosts(struct eb_screen_reading *reading, struct eb_error *err)
{
    struct eb_screen *screen = reading->screen;
    struct ordered *order = calloc(screen->host_count + 1, sizeof *order);
    size_t *now = calloc(screen->host_count + 1, sizeof *now);
    int has_room = order && now;
    for (size_t i = 0; has_room && i < screen->host_count; i++)
        order[i] = (struct ordered){.host = screen->hosts[i], .before = i};
    if (has_room)
        qsort(order, screen->host_count, sizeof *order, compare_hosts);
    for (size_t i = 0; has_room && i < screen->host_count; i++) {
        screen->hosts[i] = order[i].host;
        now[order[i].before] = i;
    }
    for (size_t i = 0; has_room && i < reading->heap_count; i++)
        for (size_t j = 0; j < reading->heaps[i].count; j++) {
            struct eb_screen_raw *raw = &reading->heaps[i].items[j];
            size_t a = now[raw->a];
            size_t b = now[raw->b];
            raw->a = a < b ? a : b;
            raw->b = a < b ? b : a;
        }
    free(order);
    free(now);
    return has_room ? EB_OK : eb_screen_out_of_memory(err);
}
