#include "judge/line.h"
#include "judge/path.h"
#include "judge/screen_parts.h"
#include "judge/screen_reading.h"
#include "judge/stats/order.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* Among the launch's arms; their number where it is none of them. */
static size_t place_of_arm(const json_t *launch, const char *name)
{
    const json_t *arms = json_object_get(launch, "arms");
    size_t place = 0;
    while (place < json_array_size(arms) && strcmp(text_of(json_array_get(arms, place), "name"), name) != 0)
        place++;
    return place;
}

static const json_t *attributes_of(const json_t *launch, const json_t *item)
{
    size_t place = place_of_arm(launch, text_of(item, "arm"));
    return json_object_get(json_array_get(json_object_get(launch, "arms"), place), "attributes");
}

/* The NIC of an arm, as the arm or else the witness says. */
static const char *device_of(const json_t *attributes, const json_t *item)
{
    const char *device = text_of(attributes, "device");
    if (!device[0])
        device = text_of(json_object_get(item, "witness"), "device");
    return device[0] ? device : text_of(attributes, "interface");
}

/* One more NIC, the last of the screening. */
static enum eb_status add_device(struct eb_screen *screen, const char *device, const json_t *by_rank,
                                 struct eb_error *err)
{
    const char **devices = realloc(screen->devices, (screen->device_count + 1) * sizeof *devices);
    if (!devices)
        return eb_screen_out_of_memory(err);
    screen->devices = devices;
    const json_t **lists = realloc(screen->devices_by_rank, (screen->device_count + 1) * sizeof *lists);
    if (!lists)
        return eb_screen_out_of_memory(err);
    screen->devices_by_rank = lists;
    lists[screen->device_count] = by_rank;
    devices[screen->device_count++] = device;
    return EB_OK;
}

static enum eb_status set_device(struct eb_screen_reading *reading, const json_t *item,
                                 struct eb_screen_table *table, struct eb_error *err)
{
    struct eb_screen *screen = reading->screen;
    int is_new = 0;
    const json_t *attributes = attributes_of(reading->launch, item);
    table->device = device_of(attributes, item);
    /* arms of which nobody says it are not taken for one NIC */
    const char *name = table->device[0] ? table->device : table->arm;
    table->device_index = eb_screen_place(reading, table->device[0] ? "device" : "device of", name,
                                          screen->device_count, &is_new);
    if (table->device_index == EB_SCREEN_NONE)
        return eb_screen_out_of_memory(err);
    return is_new ? add_device(screen, table->device, json_object_get(attributes, "devices_by_rank"), err)
                  : EB_OK;
}

static enum eb_status add_heap(struct eb_screen_reading *reading, const json_t *item,
                               const struct eb_screen_heap *heap, struct eb_error *err)
{
    struct eb_screen_heap *grown = realloc(reading->heaps, (reading->heap_count + 1) * sizeof *grown);
    if (!grown)
        return eb_screen_out_of_memory(err);
    reading->heaps = grown;
    grown[reading->heap_count] = *heap;
    grown[reading->heap_count].arm_place = place_of_arm(reading->launch, heap->table.arm);
    return set_device(reading, item, &grown[reading->heap_count++].table, err);
}

/* The heap of a case, which is new or known. */
static enum eb_status claim_heap(struct eb_screen_reading *reading, const json_t *item,
                                 const struct eb_kernel_metrics *kernel, size_t *place, struct eb_error *err)
{
    struct eb_screen_heap heap = {.table = {.kernel = kernel}};
    struct eb_screen_table *table = &heap.table;
    char *name = NULL;
    int is_new = 0;
    table->metric = &kernel->metrics[kernel->shown[0]];
    table->arm = text_of(item, "arm");
    table->size_bytes = (uint64_t)json_integer_value(json_object_get(item, "size_bytes"));
    table->moved =
        (struct eb_moved){.bytes = (uint64_t)json_integer_value(json_object_get(item, "bytes_per_sample")),
                          .size_bytes = table->size_bytes,
                          .pairs = 1,
                          .ranks = 2};
    if (asprintf(&name, "%llu %s %s", (unsigned long long)table->size_bytes, kernel->name, table->arm) < 0)
        return eb_screen_out_of_memory(err);
    *place = eb_screen_place(reading, "table", name, reading->heap_count, &is_new);
    free(name);
    if (*place == EB_SCREEN_NONE)
        return eb_screen_out_of_memory(err);
    if (is_new)
        return add_heap(reading, item, &heap, err);
    if (reading->heaps[*place].table.moved.bytes != table->moved.bytes)
        return eb_screen_refused(reading, err,
                                 "bytes_per_sample of a screening is not the same in all its rounds");
    return EB_OK;
}

static enum eb_status add_raw(struct eb_screen_heap *heap, const struct eb_screen_raw *raw,
                              struct eb_error *err)
{
    if (heap->count == heap->room) {
        size_t room = heap->room ? 2 * heap->room : 64;
        struct eb_screen_raw *grown = realloc(heap->items, room * sizeof *grown);
        if (!grown)
            return eb_screen_out_of_memory(err);
        heap->items = grown;
        heap->room = room;
    }
    heap->items[heap->count++] = *raw;
    return EB_OK;
}

static enum eb_status read_sweep(struct eb_screen_reading *reading, const json_t *item, const json_t *sweep,
                                 size_t place, struct eb_error *err)
{
    struct eb_screen_heap *heap = &reading->heaps[place];
    struct eb_screen_raw raw = {0};
    char name[96];
    int is_new = 0;
    snprintf(name, sizeof name, "%zu %zu %lld", place, reading->launch_index,
             (long long)json_integer_value(json_object_get(sweep, "index")));
    raw.replicate = eb_screen_place(reading, "replicate", name, heap->table.replicates, &is_new);
    if (raw.replicate == EB_SCREEN_NONE)
        return eb_screen_out_of_memory(err);
    heap->table.replicates += (size_t)is_new;
    size_t i;
    const json_t *pair;
    json_array_foreach(json_object_get(sweep, "pairs"), i, pair)
    {
        const json_t *ranks = json_object_get(pair, "ranks");
        const json_t *p99_ns = json_object_get(pair, "p99_ns");
        enum eb_status status = eb_screen_host_of(reading, item, json_array_get(ranks, 0), &raw.a, err);
        if (status == EB_OK)
            status = eb_screen_host_of(reading, item, json_array_get(ranks, 1), &raw.b, err);
        if (status == EB_OK && raw.a == raw.b)
            status = eb_screen_refused(reading, err, "a pair of a screening is of one rank");
        raw.ns = (double)json_integer_value(json_object_get(pair, "median_ns"));
        raw.p99_ns = json_integer_value(p99_ns) > 0 ? (double)json_integer_value(p99_ns) : NAN;
        if (status == EB_OK && raw.ns > 0) /* no time has no logarithm */
            status = add_raw(heap, &raw, err);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

static int counts(const json_t *sweep, const json_t *item)
{
    return !json_is_true(json_object_get(sweep, "first")) ||
           json_is_true(json_object_get(item, "first_sweep_counted"));
}

static enum eb_status read_case(struct eb_screen_reading *reading, const json_t *item, struct eb_error *err)
{
    const struct eb_kernel_metrics *kernel = eb_kernel_metrics_find(text_of(item, "kernel"));
    const json_t *sweeps = json_object_get(item, "sweeps");
    if (!kernel || !kernel->sample || eb_is_collective(kernel))
        return eb_screen_refused(reading, err, "a screening is of a kernel that has no pairs");
    if (strcmp(text_of(item, "sample"), kernel->sample) != 0)
        return eb_screen_refused(reading, err, "a sample is not what it is in this kernel");
    size_t place = 0;
    enum eb_status status = claim_heap(reading, item, kernel, &place, err);
    size_t counted = 0;
    size_t i;
    const json_t *sweep;
    json_array_foreach(sweeps, i, sweep)
    {
        counted += (size_t)counts(sweep, item);
    }
    json_array_foreach(sweeps, i, sweep)
    {
        if (status == EB_OK && (counted == 0 || counts(sweep, item)))
            status = read_sweep(reading, item, sweep, place, err);
    }
    return status;
}

static enum eb_status read_launch(struct eb_screen_reading *reading, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    size_t i;
    const json_t *item;
    for (i = 0; i < EB_SCREEN_KNOWN; i++)
        reading->known_hosts[i] = EB_SCREEN_NONE;
    json_array_foreach(json_object_get(reading->launch, "cases"), i, item)
    {
        if (!json_object_get(item, "round") || json_object_get(item, "published"))
            continue;
        int is_withheld = eb_path_is_withheld(item);
        reading->screen->withheld += (size_t)is_withheld;
        if (status == EB_OK && !is_withheld)
            status = read_case(reading, item, err);
    }
    return status;
}

static int compare_raw(const void *left, const void *right)
{
    const struct eb_screen_raw *x = left;
    const struct eb_screen_raw *y = right;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return (x->replicate > y->replicate) - (x->replicate < y->replicate);
}

/* The median over a pair's raw observations of one of their members; NAN where none has it. */
static double raw_median(const struct eb_screen_raw *items, size_t count, int of_p99, double *values)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        double value = of_p99 ? items[i].p99_ns : items[i].ns;
        if (!isnan(value))
            values[used++] = value;
    }
    eb_order_sort(values, used);
    return used > 0 ? eb_order_median(values, used) : NAN;
}

/* Fills pairs and observations of a table from a sorted heap. */
static void fill_table(const struct eb_screen_heap *heap, struct eb_screen_table *table, double *values)
{
    for (size_t i = 0; i < heap->count;) {
        size_t end = i;
        struct eb_screen_pair pair = {
            .a = heap->items[i].a, .b = heap->items[i].b, .first = table->observation_count};
        for (; end < heap->count && heap->items[end].a == pair.a && heap->items[end].b == pair.b; end++) {
            double ns = table->is_tail ? heap->items[end].p99_ns : heap->items[end].ns;
            if (!isnan(ns))
                table->observations[table->observation_count++] = (struct eb_screen_observation){
                    .log_ns = log(ns), .replicate = (uint32_t)heap->items[end].replicate};
        }
        pair.count = table->observation_count - pair.first;
        pair.p99_ns = raw_median(heap->items + i, end - i, 1, values);
        double ns = table->is_tail ? pair.p99_ns : raw_median(heap->items + i, end - i, 0, values);
        if (pair.count > 0) {
            pair.value = eb_metric_value(table->metric, ns, &table->moved);
            table->pairs[table->pair_count++] = pair;
        }
        i = end;
    }
}

/* The metric whose quantiles are of single times; NULL: it has none. */
static const struct eb_metric *tail_of(const struct eb_kernel_metrics *kernel)
{
    for (size_t i = 0; i < kernel->metric_count; i++)
        if (kernel->metrics[i].quantiles && !eb_metric_is_rate(&kernel->metrics[i]))
            return &kernel->metrics[i];
    return NULL;
}

static int has_tail(const struct eb_screen_heap *heap)
{
    for (size_t i = 0; i < heap->count; i++)
        if (!isnan(heap->items[i].p99_ns))
            return tail_of(heap->table.kernel) != NULL;
    return 0;
}

static enum eb_status add_table(struct eb_screen *screen, const struct eb_screen_heap *heap, int is_tail,
                                struct eb_error *err)
{
    struct eb_screen_table *table = &screen->tables[screen->table_count++];
    double *values = calloc(heap->count + 1, sizeof *values);
    *table = heap->table;
    table->is_tail = is_tail;
    if (is_tail)
        table->metric = tail_of(table->kernel);
    table->delta = log1p(is_tail ? EB_SCREEN_TAIL_DELTAS * screen->options.delta : screen->options.delta);
    table->observations = calloc(heap->count + 1, sizeof *table->observations);
    table->pairs = calloc(heap->count + 1, sizeof *table->pairs);
    table->marks = calloc(screen->host_count + 1, sizeof *table->marks);
    int has_room = values && table->observations && table->pairs && table->marks;
    if (has_room)
        fill_table(heap, table, values);
    free(values);
    return has_room ? EB_OK : eb_screen_out_of_memory(err);
}

static int compare_heaps(const void *left, const void *right)
{
    const struct eb_screen_heap *x = left;
    const struct eb_screen_heap *y = right;
    if (x->table.kernel != y->table.kernel) /* both point into one table */
        return x->table.kernel < y->table.kernel ? -1 : 1;
    if (x->arm_place != y->arm_place)
        return x->arm_place < y->arm_place ? -1 : 1;
    return (x->table.size_bytes > y->table.size_bytes) - (x->table.size_bytes < y->table.size_bytes);
}

static enum eb_status make_tables(struct eb_screen_reading *reading, struct eb_error *err)
{
    struct eb_screen *screen = reading->screen;
    screen->tables = calloc(2 * reading->heap_count + 1, sizeof *screen->tables);
    enum eb_status status = screen->tables ? EB_OK : eb_screen_out_of_memory(err);
    qsort(reading->heaps, reading->heap_count, sizeof *reading->heaps, compare_heaps);
    for (size_t i = 0; status == EB_OK && i < reading->heap_count; i++) {
        struct eb_screen_heap *heap = &reading->heaps[i];
        if (heap->count == 0)
            continue;
        qsort(heap->items, heap->count, sizeof *heap->items, compare_raw);
        status = add_table(screen, heap, 0, err);
        if (status == EB_OK && has_tail(heap))
            status = add_table(screen, heap, 1, err);
    }
    return status;
}

static enum eb_status nothing_left(const struct eb_screen_reading *reading, struct eb_error *err)
{
    if (reading->screen->withheld > 0)
        return eb_error_set(
            err, EB_WRONG_PATH, "screen", 0,
            "%.120s: the witness refused the path of each of the screening's %zu cases: there "
            "is nothing to judge",
            reading->path, reading->screen->withheld);
    return eb_error_set(err, EB_INVALID, "screen", 0, "%.120s: its screening has measured no pair",
                        reading->path);
}

enum eb_status eb_screen_read(struct eb_screen *screen, const json_t *record, const char *path,
                              struct eb_error *err)
{
    struct eb_screen_reading reading = {.screen = screen,
                                        .path = path,
                                        .places = json_object(),
                                        .known_hosts = calloc(EB_SCREEN_KNOWN, sizeof *reading.known_hosts)};
    enum eb_status status = reading.places && reading.known_hosts ? EB_OK : eb_screen_out_of_memory(err);
    size_t i;
    const json_t *launch;
    if (status == EB_OK)
        status = eb_screen_choose(&reading, record, err);
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        reading.launch = launch;
        reading.launch_index = i;
        if (status == EB_OK && eb_screen_is_of(&reading, launch))
            status = read_launch(&reading, err);
    }
    if (status == EB_OK)
        status = eb_screen_order_hosts(&reading, err);
    if (status == EB_OK && reading.heap_count > 0)
        status = make_tables(&reading, err);
    if (status == EB_OK && screen->table_count == 0)
        status = nothing_left(&reading, err);
    for (i = 0; i < reading.heap_count; i++)
        free(reading.heaps[i].items);
    free(reading.heaps);
    free(reading.known_hosts);
    json_decref(reading.places);
    return status;
}
