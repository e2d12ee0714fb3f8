#include "cli/adapters.h"

#include "common/plain.h"
#include "judge/report/grid.h"
#include "judge/report/text_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SOURCES_MAX 64
#define CELL_MAX 512
#define COLUMNS_MAX 8
#define GAP 2
#define HEAD_WIDTH 12

/* The sources named so far; a figure is followed by the number of its source. */
struct sources {
    const char *texts[SOURCES_MAX];
    size_t count;
};

static size_t number_of(struct sources *sources, const char *source)
{
    size_t i = 0;
    while (i < sources->count && strcmp(sources->texts[i], source) != 0)
        i++;
    if (i == sources->count && i < SOURCES_MAX)
        sources->texts[sources->count++] = source;
    return i + 1;
}

/* The next line of at most width columns of *text (ASCII), which is moved on; words longer than it are cut.
 */
static size_t next_line(const char **text, size_t width, const char **line)
{
    while (**text == ' ')
        (*text)++;
    size_t length = strlen(*text);
    if (length > width) {
        length = width;
        while (length > 0 && (*text)[length] != ' ')
            length--;
        length = length > 0 ? length : width;
    }
    *line = *text;
    *text += length;
    return length;
}

/* A row of cells whose words are broken into lines within their columns. */
static void write_row(FILE *file, const char *const *cells, const size_t *widths, size_t count)
{
    const char *rests[COLUMNS_MAX];
    for (size_t i = 0; i < count; i++)
        rests[i] = cells[i];
    for (int more = 1; more;) {
        size_t owed = 0;
        more = 0;
        for (size_t i = 0; i < count; i++) {
            const char *line;
            size_t length = next_line(&rests[i], widths[i], &line);
            if (length > 0)
                fprintf(file, "%*s%.*s", (int)owed, "", (int)length, line);
            owed = (length > 0 ? 0 : owed) + widths[i] - length + GAP;
            more |= *rests[i] != '\0';
        }
        fputc('\n', file);
    }
}

/* A line with a name before it; text may be broken. */
static enum eb_status write_named(FILE *file, const char *name, const char *text, struct eb_error *err)
{
    char head[HEAD_WIDTH + 1];
    snprintf(head, sizeof head, "%-*s", HEAD_WIDTH, name);
    return eb_text_wrapped(file, head, HEAD_WIDTH, text, err);
}

static const struct eb_fact *fact_of(const struct eb_adapter *adapter, size_t row)
{
    const struct eb_fact *const facts[] = {&adapter->pci,       &adapter->bandwidth, &adapter->bypass,
                                           &adapter->instances, &adapter->attach,    &adapter->expect,
                                           &adapter->use};
    return facts[row];
}

/* What each adapter is: one column each. */
static void write_comparison(FILE *file, struct sources *sources)
{
    static const char *const rows[] = {"PCI",      "at most", "OS-bypass and RDMA", "types", "attach",
                                       "measured", "use for"};
    static const size_t widths[] = {9, 15, 16, 15, 16};
    const char *cells[COLUMNS_MAX] = {""};
    char texts[COLUMNS_MAX][CELL_MAX];
    size_t count = 1 + eb_adapter_count();
    for (size_t i = 1; i < count; i++) {
        static const char *const heads[] = {"ENI", "ENA", "82599 VF", "EFA"};
        cells[i] = heads[eb_adapter_at(i - 1)->kind];
    }
    write_row(file, cells, widths, count);
    cells[0] = "what";
    for (size_t i = 1; i < count; i++)
        cells[i] = eb_adapter_at(i - 1)->title;
    write_row(file, cells, widths, count);
    cells[0] = "driver";
    for (size_t i = 1; i < count; i++)
        cells[i] = eb_adapter_at(i - 1)->driver;
    write_row(file, cells, widths, count);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        cells[0] = rows[row];
        for (size_t i = 1; i < count; i++) {
            const struct eb_fact *fact = fact_of(eb_adapter_at(i - 1), row);
            if (fact->text)
                snprintf(texts[i], sizeof texts[i], "%s [%zu]", fact->text, number_of(sources, fact->source));
            else
                snprintf(texts[i], sizeof texts[i], "-");
            cells[i] = texts[i];
        }
        write_row(file, cells, widths, count);
    }
}

static enum eb_status write_fact(FILE *file, const char *name, const struct eb_fact *fact,
                                 struct sources *sources, struct eb_error *err)
{
    char text[CELL_MAX];
    if (!fact->text)
        return EB_OK;
    snprintf(text, sizeof text, "%s [%zu]", fact->text, number_of(sources, fact->source));
    return write_named(file, name, text, err);
}

/* What stands in no column: notes, floors, and what a baseline needs to be fair. */
static enum eb_status write_notes(FILE *file, struct sources *sources, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < eb_adapter_count(); i++) {
        const struct eb_adapter *adapter = eb_adapter_at(i);
        status = write_fact(file, adapter->name, &adapter->note, sources, err);
        if (status == EB_OK)
            status = write_fact(file, adapter->name, &adapter->floor, sources, err);
    }
    fputs("\nWhat makes a baseline of kernel TCP over an ENA fair\n", file);
    for (size_t i = 0; status == EB_OK && i < eb_limit_count(); i++)
        status = write_fact(file, eb_limit_at(i)->name, &eb_limit_at(i)->fact, sources, err);
    return status;
}

static int same_instance(const struct eb_measured *a, const struct eb_measured *b)
{
    return a->instance && b->instance ? strcmp(a->instance, b->instance) == 0 : a->instance == b->instance;
}

/* A figure, below a head that says where it was measured unless the one before it was measured there too. */
static enum eb_status write_figure(FILE *file, const struct eb_measured *one,
                                   const struct eb_measured *before, struct sources *sources,
                                   struct eb_error *err)
{
    static const size_t widths[] = {1, 4, 46, 24};
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    char figure[2 * EB_PLAIN_NUMBER + 16];
    char head[CELL_MAX];
    enum eb_status status = EB_OK;
    if (!before || !same_instance(before, one) || strcmp(before->setting, one->setting) != 0 ||
        strcmp(before->source, one->source) != 0) {
        snprintf(head, sizeof head, "%s: %s [%zu]", one->instance ? one->instance : "any type", one->setting,
                 number_of(sources, one->source));
        status = eb_text_wrapped(file, "", 2, head, err);
    }
    eb_plain_number(one->low, 5, low);
    eb_plain_number(one->high, 5, high);
    snprintf(figure, sizeof figure, "%s%s%s %s", low, one->low < one->high ? " to " : "",
             one->low < one->high ? high : "", one->unit);
    const char *cells[] = {"", one->kind == EB_ADAPTER_EFA ? "EFA" : "ENA", one->what, figure};
    write_row(file, cells, widths, sizeof widths / sizeof *widths);
    return status;
}

static enum eb_status write_measured(FILE *file, const struct eb_instance *instance, struct sources *sources,
                                     struct eb_error *err)
{
    enum eb_status status = EB_OK;
    const struct eb_measured *before = NULL;
    int own = 0;
    fputs("\nMeasured by others\n", file);
    for (size_t i = 0; status == EB_OK && i < eb_measured_count(); i++) {
        const struct eb_measured *one = eb_measured_at(i);
        if (!eb_adapters_concerns(one, instance))
            continue;
        own |= !instance || one->instance;
        status = write_figure(file, one, before, sources, err);
        before = one;
    }
    if (!own)
        fprintf(file, "Of %s itself nobody published any.\n", instance->name);
    return status;
}

/* "100 Gb/s = 12.5 GB/s" */
static char *rate(double gbps, char *text, size_t text_bytes)
{
    char numbers[2][EB_PLAIN_NUMBER];
    snprintf(text, text_bytes, "%s Gb/s = %s GB/s", eb_plain_number(gbps, 6, numbers[0]),
             eb_plain_number(gbps / 8, 6, numbers[1]));
    return text;
}

/* Those that a type can come to; the lowest stands first. */
static enum eb_status write_flow_caps(FILE *file, const struct eb_instance *instance, struct sources *sources,
                                      struct eb_error *err)
{
    char text[CELL_MAX];
    char one[100];
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < eb_flow_cap_count(); i++) {
        const struct eb_flow_cap *cap = eb_flow_cap_at(i);
        if (!eb_adapters_reaches(instance, cap))
            continue;
        snprintf(text, sizeof text, "%s: %s [%zu]", rate(cap->gbps, one, sizeof one), cap->when,
                 number_of(sources, cap->source));
        status = write_named(file, i ? "" : "one flow", text, err);
    }
    if (status == EB_OK && instance->network_gbps <= 0 && instance->efa_count == 0)
        status = write_named(file, "", "or less: what the type reaches at most, no source says", err);
    return status;
}

/* What an instance type can do at most. */
static enum eb_status write_instance(FILE *file, const struct eb_instance *instance, struct sources *sources,
                                     struct eb_error *err)
{
    const char *plain = instance->plain == EB_ADAPTER_82599VF ? "82599 VF" : "ENA";
    size_t source = number_of(sources, instance->source);
    char text[CELL_MAX];
    char one[100];
    if (instance->efa_count == 0)
        snprintf(text, sizeof text, "none, by the catalogue [%zu]", source);
    else
        snprintf(text, sizeof text, "%u device%s, %s in each direction%s [%zu]", instance->efa_count,
                 instance->efa_count == 1 ? "" : "s", rate(instance->efa_gbps, one, sizeof one),
                 instance->efa_count == 1 ? "" : ", all together", source);
    enum eb_status status = write_named(file, "EFA", text, err);
    if (instance->network_gbps > 0)
        snprintf(text, sizeof text, "%s, %s%s in each direction [%zu]", plain,
                 instance->baseline_gbps > 0 ? "bursts to " : "",
                 rate(instance->network_gbps, one, sizeof one), source);
    else
        snprintf(text, sizeof text, "%s; at most: no source says", plain);
    if (status == EB_OK)
        status = write_named(file, "network", text, err);
    if (status == EB_OK && instance->baseline_gbps > 0) {
        snprintf(text, sizeof text, "%s once its credits are spent, after 5 to 60 minutes [%zu]",
                 rate(instance->baseline_gbps, one, sizeof one), source);
        status = write_named(file, "baseline", text, err);
    }
    if (status == EB_OK && instance->plain == EB_ADAPTER_ENA)
        status = write_flow_caps(file, instance, sources, err);
    if (status == EB_OK && instance->efa_count > 0)
        status = write_fact(file, "latency", &eb_adapter_by_driver("efa")->floor, sources, err);
    return status;
}

/* A size or a place that may be unknown. */
static void add_number(struct eb_grid *grid, long value, long least)
{
    char text[32];
    snprintf(text, sizeof text, value < least ? "-" : "%ld", value);
    eb_grid_add_cell(grid, text);
}

static void add_device(struct eb_grid *grid, const struct eb_device *device, int with_speed)
{
    const struct eb_adapter *adapter = eb_adapters_of(device);
    char ids[32];
    char speed[32];
    char number[EB_PLAIN_NUMBER];
    snprintf(ids, sizeof ids, device->pci_vendor ? "%04x:%04x" : "-", device->pci_vendor, device->pci_device);
    snprintf(speed, sizeof speed, device->speed_mbps > 0 ? "%.20s Gb/s" : "-",
             eb_plain_number((double)device->speed_mbps / 1000, 6, number));
    eb_grid_add_row(grid);
    eb_grid_add_cell(grid, device->name);
    eb_grid_add_cell(grid, adapter ? adapter->name : "-");
    eb_grid_add_cell(grid, device->driver[0] ? device->driver : "-");
    eb_grid_add_cell(grid, device->pci[0] ? device->pci : "-");
    eb_grid_add_cell(grid, ids);
    add_number(grid, device->numa_node, 0);
    if (with_speed)
        eb_grid_add_cell(grid, speed);
    add_number(grid, device->mtu, 1);
    eb_grid_add_cell(grid, device->state[0] ? device->state : "-");
}

static enum eb_status write_devices(FILE *file, const struct eb_inventory *inventory, struct eb_error *err)
{
    static const struct {
        const char *title;
        unsigned flags;
    } columns[] = {{"device", EB_GRID_LEFT | EB_GRID_LEADING},
                   {"kind", EB_GRID_LEFT},
                   {"driver", EB_GRID_LEFT},
                   {"PCI address", EB_GRID_LEFT},
                   {"ids", EB_GRID_LEFT},
                   {"NUMA", EB_GRID_RIGHT},
                   {"speed", EB_GRID_RIGHT},
                   {"MTU", EB_GRID_RIGHT},
                   {"state", EB_GRID_LEFT}};
    struct eb_grid *grid = eb_grid_new();
    int failed = !grid;
    int with_speed = 0;
    for (size_t i = 0; i < inventory->device_count; i++)
        with_speed |= inventory->devices[i].speed_mbps > 0;
    for (size_t i = 0; !failed && i < sizeof columns / sizeof *columns; i++)
        if (with_speed || strcmp(columns[i].title, "speed") != 0) /* for 80 columns: an ENA tells none */
            eb_grid_add_column(grid, columns[i].title, columns[i].flags);
    for (size_t i = 0; !failed && i < inventory->device_count; i++)
        add_device(grid, &inventory->devices[i], with_speed);
    failed = failed || (inventory->device_count > 0 && eb_grid_print(grid, EB_ADAPTERS_WIDTH, file) != 0);
    eb_grid_free(grid);
    if (inventory->device_count == 0)
        fputs("no network device at all\n", file);
    else if (!with_speed)
        fputs("None of them tells its speed.\n", file);
    return failed ? eb_error_set(err, EB_INTERNAL, "adapters", ENOMEM, "out of memory for a table") : EB_OK;
}

/* Whether the machine has as many EFA devices as its type should. */
static enum eb_status write_efa_count(FILE *file, const struct eb_adapters_view *view, struct eb_error *err)
{
    char text[CELL_MAX];
    size_t here = eb_inventory_count(view->inventory, "efa", 1);
    if (here < view->instance->efa_count)
        snprintf(text, sizeof text, "%zu of %u EFA devices are here: `efabench doctor` says more", here,
                 view->instance->efa_count);
    else if (here > 0)
        snprintf(text, sizeof text, "%zu of %u EFA devices are here", here, view->instance->efa_count);
    else
        return EB_OK;
    return write_named(file, "found", text, err);
}

static enum eb_status write_machine(FILE *file, const struct eb_adapters_view *view, struct sources *sources,
                                    struct eb_error *err)
{
    const struct eb_inventory *inventory = view->inventory;
    int on_ec2 = strcmp(inventory->vendor, "Amazon EC2") == 0;
    char text[CELL_MAX];
    fputs("This machine\n", file);
    snprintf(text, sizeof text, "%s%s%s%s%s, %d NUMA node%s",
             inventory->instance[0] ? inventory->instance : "unknown", inventory->vendor[0] ? ", " : "",
             inventory->vendor, on_ec2 && inventory->instance_id[0] ? ", " : "",
             on_ec2 ? inventory->instance_id : "", inventory->numa_nodes,
             inventory->numa_nodes == 1 ? "" : "s");
    enum eb_status status = write_named(file, "instance", text, err);
    if (status == EB_OK)
        status = write_devices(file, inventory, err);
    fputs("\nWhat to expect on it\n", file);
    if (status == EB_OK && view->instance) {
        status = write_instance(file, view->instance, sources, err);
        if (status == EB_OK)
            status = write_efa_count(file, view, err);
    } else if (status == EB_OK) {
        status = eb_text_wrapped(
            file, "", 0,
            on_ec2 ? "The catalogue does not have this instance type: no ceiling is known."
                   : "This is no EC2 instance that says so: no ceiling is known. --instance TYPE "
                     "tells what a type has.",
            err);
    }
    return status;
}

static enum eb_status write_sources(FILE *file, const struct sources *sources, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    fputs("\nSources\n", file);
    for (size_t i = 0; status == EB_OK && i < sources->count; i++) {
        char head[32];
        snprintf(head, sizeof head, "[%zu]%s ", i + 1, i < 9 ? " " : "");
        status = eb_text_wrapped(file, head, 5, sources->texts[i], err);
    }
    return status;
}

enum eb_status eb_adapters_text(const struct eb_adapters_view *view, FILE *file, struct eb_error *err)
{
    struct sources sources = {.count = 0};
    enum eb_status status = EB_OK;
    if (view->inventory) {
        status = write_machine(file, view, &sources, err);
        fputs("\nNetwork adapters of EC2\n", file);
        write_comparison(file, &sources);
        fputc('\n', file);
        if (status == EB_OK)
            status = write_notes(file, &sources, err);
        if (status == EB_OK)
            status = eb_adapters_types(file, err);
    } else {
        fprintf(file, "%s\n", view->instance->name);
        status = write_instance(file, view->instance, &sources, err);
    }
    if (status == EB_OK)
        status = write_measured(file, view->instance, &sources, err);
    return status == EB_OK ? write_sources(file, &sources, err) : status;
}
