#include "judge/screen.h"

#include "judge/path.h"
#include "judge/screen_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct eb_screen_options eb_screen_defaults(void)
{
    return (struct eb_screen_options){.alpha = EB_SCREEN_ALPHA, .delta = EB_SCREEN_DELTA};
}

int eb_screen_is_in_variant(const json_t *record, const char *variant)
{
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *item;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        if (variant && strcmp(json_string_value(json_object_get(launch, "variant")), variant) != 0)
            continue;
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            if (json_object_get(item, "round"))
                return 1;
        }
    }
    return 0;
}

int eb_screen_is_in(const json_t *record)
{
    return eb_screen_is_in_variant(record, NULL);
}

void eb_screen_free(struct eb_screen *screen)
{
    if (!screen)
        return;
    for (size_t i = 0; i < screen->host_count; i++) {
        free(screen->hosts[i].name);
        free(screen->hosts[i].host);
    }
    for (size_t i = 0; i < screen->table_count; i++) {
        free(screen->tables[i].observations);
        free(screen->tables[i].pairs);
        free(screen->tables[i].marks);
    }
    for (size_t i = 0; i < screen->suspect_count; i++)
        free(screen->suspects[i].evidence);
    free(screen->hosts);
    free(screen->devices);
    free(screen->devices_by_rank);
    free(screen->tables);
    free(screen->suspects);
    free(screen);
}

/* Of hosts that may be named, and of pairs, over all tables. */
static enum eb_status find_all(struct eb_screen *screen, struct eb_error *err)
{
    size_t hosts = 0;
    size_t links = 0;
    for (size_t i = 0; i < screen->table_count; i++) {
        links += screen->tables[i].pair_count;
        for (size_t j = 0; j < screen->host_count; j++)
            hosts += (size_t)!isnan(screen->tables[i].marks[j].effect);
    }
    double share = screen->options.alpha / 2;
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < screen->table_count; i++)
        status = eb_screen_find(screen, &screen->tables[i], share / (double)(hosts ? hosts : 1),
                                share / (double)(links ? links : 1), err);
    return status;
}

static void count_missing(struct eb_screen *screen)
{
    size_t most = screen->host_count * (screen->host_count - 1) / 2;
    for (size_t i = 0; i < screen->table_count; i++)
        if (!screen->tables[i].is_tail && most - screen->tables[i].pair_count > screen->missing)
            screen->missing = most - screen->tables[i].pair_count;
}

enum eb_status eb_screen_new(const json_t *record, const char *path, const struct eb_screen_options *options,
                             struct eb_screen **screen, struct eb_error *err)
{
    *screen = NULL;
    struct eb_screen *made = calloc(1, sizeof *made);
    if (!made)
        return eb_screen_out_of_memory(err);
    made->options = *options;
    enum eb_status status = eb_screen_read(made, record, path, err);
    for (size_t i = 0; status == EB_OK && i < made->table_count; i++)
        status = eb_screen_fit(made, &made->tables[i], err);
    if (status == EB_OK)
        status = find_all(made, err);
    if (status == EB_OK)
        status = eb_screen_suspect(made, err);
    if (status != EB_OK) {
        eb_screen_free(made);
        return status;
    }
    count_missing(made);
    *screen = made;
    return EB_OK;
}

enum eb_status eb_screen_status(const struct eb_screen *screen)
{
    if (screen->named_count > 0)
        return EB_REGRESSED;
    if (screen->suspect_count > 0 || screen->doubtful_links > 0)
        return EB_INCONCLUSIVE;
    for (size_t i = 0; i < screen->table_count; i++)
        if (!screen->tables[i].is_tail && !screen->tables[i].finds_hosts)
            return EB_INCONCLUSIVE;
    return EB_OK;
}

static int compare_pairs(const void *left, const void *right)
{
    const struct eb_screen_pair *x = left;
    const struct eb_screen_pair *y = right;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

const struct eb_screen_pair *eb_screen_pair_of(const struct eb_screen_table *table, size_t one, size_t other)
{
    const struct eb_screen_pair wanted = {.a = one < other ? one : other, .b = one < other ? other : one};
    return bsearch(&wanted, table->pairs, table->pair_count, sizeof wanted, compare_pairs);
}

const char *eb_screen_device(const struct eb_screen *screen, size_t device, size_t host)
{
    const json_t *names = screen->devices_by_rank[device];
    const char *name = json_string_value(json_array_get(names, (size_t)screen->hosts[host].rank));
    return name ? name : screen->devices[device];
}

double eb_screen_value(const struct eb_screen_table *table, double log_ns)
{
    return eb_metric_value(table->metric, exp(log_ns), &table->moved);
}

double eb_screen_share(const struct eb_screen_table *table, const struct eb_screen_pair *pair)
{
    return exp(eb_metric_is_rate(table->metric) ? -pair->level : pair->level);
}

/* How slow a host is on the whole: of two ends of a link, which rather. */
static double slowness(const struct eb_screen *screen, size_t host)
{
    double sum = 0;
    for (size_t i = 0; i < screen->table_count; i++)
        if (!isnan(screen->tables[i].marks[host].effect))
            sum += screen->tables[i].marks[host].effect;
    return sum;
}

/* Links that are named, of which neither end is left out yet: those of each host. Returns how many. */
static size_t count_links(const struct eb_screen *screen, const unsigned char *out, size_t *links)
{
    size_t count = 0;
    memset(links, 0, screen->host_count * sizeof *links);
    for (size_t i = 0; i < screen->suspect_count; i++) {
        const struct eb_suspect *suspect = &screen->suspects[i];
        if (suspect->kind != EB_SUSPECT_LINK || !suspect->is_named || out[suspect->host] ||
            out[suspect->other])
            continue;
        links[suspect->host]++;
        links[suspect->other]++;
        count++;
    }
    return count;
}

unsigned char *eb_screen_left_out(const struct eb_screen *screen)
{
    unsigned char *out = calloc(screen->host_count + 1, 1);
    size_t *links = calloc(screen->host_count + 1, sizeof *links);
    if (!out || !links) {
        free(out);
        free(links);
        return NULL;
    }
    for (size_t i = 0; i < screen->suspect_count; i++)
        if (screen->suspects[i].is_named && screen->suspects[i].kind != EB_SUSPECT_LINK)
            out[screen->suspects[i].host] = 1;
    while (count_links(screen, out, links) > 0) {
        size_t worst = 0;
        for (size_t i = 1; i < screen->host_count; i++)
            if (links[i] > links[worst] ||
                (links[i] == links[worst] && links[i] > 0 && slowness(screen, i) >= slowness(screen, worst)))
                worst = i;
        out[worst] = 2;
    }
    free(links);
    return out;
}
