/* Names, titles, notes and cells of pictures. */
#include "judge/report/plot/pictures_parts.h"

#include "judge/line.h"
#include "judge/report/origin.h"
#include "judge/report/text_cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kernels that are not here have ids and titles of their names. */
static const struct naming {
    const char *kernel;
    const char *metric;
    const char *id;
    const char *title;
    const char *label; /* of the axis, without the unit */
    const char *section;
} namings[] = {
    {"pingpong", "half_rtt", "latency", "Half round trip", "half round trip", "Latency"},
    {"pingpong", "rtt", "rtt", "Round trip", "round trip", "Latency"},
    {"bandwidth", "bandwidth", "bandwidth", "Bandwidth in one direction", "bandwidth", "Bandwidth"},
    {"bibandwidth", "bandwidth", "bibandwidth", "Bandwidth of both directions together", "bandwidth",
     "Bandwidth"},
    {"message_rate", "message_rate", "message-rate", "Messages a second", "messages", "Message rate"},
    {"allreduce", "time", "allreduce", "Time of an all-reduce", "time on the slowest rank", "All-reduce"},
    {"allreduce", "time_osu", "allreduce", "Mean time of an all-reduce", "mean of the ranks' means",
     "All-reduce"},
    {"allreduce", "busbw", "allreduce-busbw", "Bus bandwidth of an all-reduce", "bus bandwidth",
     "All-reduce"},
};

static const struct naming *naming_of(const struct eb_group *group)
{
    const struct eb_series *series = group->items->series;
    for (size_t i = 0; i < sizeof namings / sizeof *namings; i++)
        if (strcmp(namings[i].kernel, series->kernel->name) == 0 &&
            strcmp(namings[i].metric, series->metric->name) == 0)
            return &namings[i];
    return NULL;
}

const char *eb_group_id(const struct eb_group *group)
{
    const struct naming *naming = naming_of(group);
    return naming ? naming->id : group->items->series->kernel->name;
}

const char *eb_group_title(const struct eb_group *group)
{
    const struct naming *naming = naming_of(group);
    return naming ? naming->title : group->items->series->kernel->name;
}

/* What only others measure are collectives. */
static const char *section_of(const struct eb_group *group)
{
    const struct naming *naming = naming_of(group);
    return naming ? naming->section : "Other collectives";
}

const char *eb_group_label(const struct eb_group *group, char *text, size_t text_bytes)
{
    const struct naming *naming = naming_of(group);
    const struct eb_metric *metric = group->items->series->metric;
    snprintf(text, text_bytes, "%s, %s", naming ? naming->label : metric->title, metric->unit);
    return text;
}

struct eb_picture *eb_group_add_picture(const struct eb_group *group, struct eb_pictures *pictures,
                                        const char *id, const char *what)
{
    char ranks_of_many[64] = "";
    char pairs_of_many[64] = "";
    char of_ranks[64] = "";
    char of_pairs[64] = "";
    char *full_id = NULL;
    char *title = NULL;
    struct eb_picture *picture = NULL;
    unsigned long long ranks = group->items->series->ranks;
    unsigned long long pairs = group->items->pairs;
    if (group->several_ranks)
        snprintf(ranks_of_many, sizeof ranks_of_many, "-%lluranks", ranks);
    if (group->several_pairs)
        snprintf(pairs_of_many, sizeof pairs_of_many, "-%llupairs", pairs);
    if (group->several_ranks || ranks != 2 || eb_is_collective(group->items->series->kernel))
        snprintf(of_ranks, sizeof of_ranks, ", %llu rank%s", ranks, ranks == 1 ? "" : "s");
    if (pairs > 1)
        snprintf(of_pairs, sizeof of_pairs, ", %llu pairs", pairs);
    if (asprintf(&full_id, "%s%s%s", id, ranks_of_many, pairs_of_many) < 0)
        full_id = NULL;
    if (asprintf(&title, "%s%s%s", what, of_ranks, of_pairs) < 0)
        title = NULL;
    if (full_id && title)
        picture = eb_pictures_add(pictures, full_id, title);
    if (picture)
        picture->section = section_of(group);
    free(full_id);
    free(title);
    return picture;
}

char *eb_group_curve_name(const struct eb_group *group, const struct eb_group_curve *curve)
{
    const struct eb_item *item = curve->items;
    const struct eb_series_set *set = item->other ? group->report->against_set : group->report->set;
    const struct eb_series *series = item->series;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is of the other record has its set */
    int named = set->variant_count > 1;
    const char *algorithm = item->is_joined ? "" : series->algorithm;
    char *name = NULL;
    int length = asprintf(&name, "%s%s%s%s%s%s%s", item->other ? "*" : "", series->arm, named ? "/" : "",
                          named ? series->variant : "", algorithm[0] ? ", " : "", algorithm,
                          eb_series_set_strays(set, series->arm_index) ? " (WRONG PATH)" : "");
    return length < 0 ? NULL : name;
}

struct eb_curve *eb_group_add_curve(const struct eb_group *group, const struct eb_group_curve *curve,
                                    const struct eb_palette *palette, struct eb_picture *picture,
                                    enum eb_curve_look look)
{
    const struct eb_item *item = curve->items;
    const struct eb_report *report = group->report;
    size_t variants = report->set->variant_count;
    size_t records = report->against_set ? 2 : 1;
    char *name = eb_group_curve_name(group, curve);
    struct eb_curve *made = name ? eb_picture_add_curve(picture, name, look) : NULL;
    free(name);
    if (!made)
        return NULL;
    if (report->against_set && report->against_set->variant_count > variants)
        variants = report->against_set->variant_count;
    made->colour = eb_palette_find(palette, item->series->arm);
    /* Each number stays with its variant, record and algorithm in all pictures that have no more of them. */
    size_t round = made->colour / EB_PALETTE_COLOURS;
    made->dash =
        item->series->variant_index +
        variants * ((size_t)item->other + records * (item->algorithm + group->algorithm_count * round));
    return made;
}

char *eb_cell_of_series(const struct eb_series *series, char *text, size_t text_bytes)
{
    char value[EB_PLAIN_NUMBER];
    char interval[3 * EB_PLAIN_NUMBER];
    eb_cell_interval(series, 1, interval, sizeof interval);
    snprintf(text, text_bytes, "%s %s%s%s", eb_cell_value(series->value, value), series->metric->unit,
             interval[0] ? " " : "", interval);
    return text;
}

/* What the values of a group are of. */
struct basis {
    uint64_t fewest; /* launches, of measured series */
    uint64_t most;
    int published;
    int with_interval;
    int without_interval; /* of measured ones */
};

static struct basis basis_of(const struct eb_group *group)
{
    struct basis basis = {.fewest = UINT64_MAX};
    for (size_t i = 0; i < group->count; i++) {
        const struct eb_series *series = group->items[i].series;
        int has_interval = !isnan(series->ci_low);
        basis.published |= series->published;
        basis.with_interval |= has_interval;
        if (series->published)
            continue;
        basis.without_interval |= !has_interval;
        basis.fewest = series->launches < basis.fewest ? series->launches : basis.fewest;
        basis.most = series->launches > basis.most ? series->launches : basis.most;
    }
    return basis;
}

static void write_basis(const struct basis *basis, const char *of, const char *interval, FILE *note)
{
    unsigned long long fewest = basis->fewest;
    unsigned long long most = basis->most;
    if (most == 1 && fewest == 1)
        fprintf(note, "The %s is that of one launch", of);
    else if (most > 0 && fewest == most)
        fprintf(note, "The %s is the median over %llu launches", of, most);
    else if (most > 0)
        fprintf(note, "The %s is the median over %llu to %llu launches", of, fewest, most);
    else
        fprintf(note, "The %s is a published one", of);
    if (most > 0 && basis->published)
        fputs(", or a published figure", note);
    if (interval && basis->with_interval)
        fprintf(note, "; %s is its 95%% interval over launches%s", interval,
                basis->without_interval ? ", where there are at least 6" : "");
    else if (interval && most > 0)
        fprintf(note, "; %s would take at least 6 launches", interval);
    if (interval && basis->published)
        fputs("; published summaries have no interval", note);
}

static void write_stars(const struct eb_group *group, FILE *note)
{
    const struct eb_report *report = group->report;
    if (group->own_count == group->count)
        return;
    const char *date = eb_origin_date(report->against);
    fprintf(note, ". * is from %s (%s)", report->against_path, date ? date : "no date");
    if (report->against_note)
        fprintf(note, ", %s", report->against_note);
}

int eb_group_set_note(const struct eb_group *group, struct eb_picture *picture, const char *of,
                      const char *interval, const char *more)
{
    char *text = NULL;
    size_t length = 0;
    struct basis basis = basis_of(group);
    FILE *note = open_memstream(&text, &length);
    if (!note)
        return -1;
    write_basis(&basis, of, interval, note);
    if (more[0])
        fprintf(note, ". %s", more);
    write_stars(group, note);
    fputc('.', note);
    int failed = fclose(note) != 0 || eb_picture_set_note(picture, text) != 0;
    free(text);
    return failed ? -1 : 0;
}
