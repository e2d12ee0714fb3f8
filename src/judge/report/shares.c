#include "judge/report/shares.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/text_cells.h"
#include "judge/report/text_lines.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for shares");
}

unsigned eb_shares_of(const struct eb_ceiling *ceiling)
{
    unsigned shares = 0;
    if (!ceiling->adapter)
        return 0;
    if (!isnan(ceiling->line))
        shares |= EB_SHARE_LINE;
    if (ceiling->one_flow)
        shares |= EB_SHARE_FLOW;
    return shares;
}

/* Gb/s and the like: as many digits as it has, at most six. */
static char *number(double value, char *text)
{
    return eb_plain_number(value, 6, text);
}

static void describe_instance(FILE *text, const struct eb_instance *instance)
{
    char efa[EB_PLAIN_NUMBER];
    char network[EB_PLAIN_NUMBER];
    fprintf(text, "%s:", instance->name);
    if (instance->efa_count > 0)
        fprintf(text, " EFA %s Gb/s with %u device%s", number(instance->efa_gbps, efa), instance->efa_count,
                instance->efa_count == 1 ? "" : "s");
    if (instance->network_gbps > 0)
        fprintf(text, "%s network %s Gb/s", instance->efa_count > 0 ? "," : "",
                number(instance->network_gbps, network));
    fprintf(text, ", in each direction (%s)", instance->source);
}

static void describe_caps(FILE *text)
{
    char gbps[EB_PLAIN_NUMBER];
    fputs("; one flow over an ENA:", text);
    for (size_t i = 0; i < eb_flow_cap_count(); i++)
        fprintf(text, "%s %s Gb/s %s", i ? "," : "", number(eb_flow_cap_at(i)->gbps, gbps),
                eb_flow_cap_at(i)->name);
    fprintf(text, " (%s)", eb_flow_cap_at(eb_flow_cap_count() - 1)->source);
}

char *eb_shares_describe(const struct eb_series_set *set, const struct eb_ceiling *ceilings)
{
    char *described = NULL;
    size_t length = 0;
    const struct eb_instance *instance = NULL;
    int one_flow = 0;
    for (size_t i = 0; i < set->count; i++)
        if (ceilings[i].adapter) {
            instance = ceilings[i].instance;
            one_flow |= ceilings[i].one_flow != 0;
        }
    FILE *text = open_memstream(&described, &length);
    if (!text)
        return NULL;
    if (instance)
        describe_instance(text, instance);
    if (instance && one_flow)
        describe_caps(text);
    if (fclose(text) == 0)
        return described;
    free(described);
    return NULL;
}

/* How many times what can be a series is; 0 when it is not beyond. */
static double excess(const struct eb_series *series, const struct eb_ceiling *ceiling)
{
    if (!eb_ceiling_is_exceeded(ceiling, series->value))
        return 0;
    double highest = eb_ceiling_cap(ceiling, eb_flow_cap_at(eb_flow_cap_count() - 1));
    return series->value / (series->value > ceiling->limit ? ceiling->line : highest);
}

static enum eb_status warn_of(struct eb_report *report, const struct eb_series *series,
                              const struct eb_ceiling *ceiling, struct eb_error *err)
{
    const struct eb_flow_cap *highest = eb_flow_cap_at(eb_flow_cap_count() - 1);
    int of_line = series->value > ceiling->limit;
    char size[32];
    char value[EB_PLAIN_NUMBER];
    char gbps[EB_PLAIN_NUMBER];
    char *text = NULL;
    if (asprintf(&text,
                 "arm %s, %s, %s: %s %s is %.0f%% of what %s can carry for long (%s Gb/s): look which path "
                 "it took",
                 series->arm, series->kernel->name, eb_size_format(series->size_bytes, size, sizeof size),
                 eb_cell_value(series->value, value), series->metric->unit,
                 ceil(100 * excess(series, ceiling)), of_line ? ceiling->name : "one flow with ENA Express",
                 number(of_line ? ceiling->line_gbps : highest->gbps, gbps)) < 0)
        return out_of_memory(err);
    int failed = json_array_append_new(report->warnings, json_string_nocheck(eb_plain_clean(text))) != 0;
    free(text);
    return failed ? out_of_memory(err) : EB_OK;
}

/* Where the worst series of an arm, kernel and metric is kept. */
static size_t slot_of(const struct eb_series *series)
{
    size_t kernel = (size_t)(series->kernel - eb_kernel_metrics_at(0));
    size_t metric = (size_t)(series->metric - series->kernel->metrics);
    size_t metrics = sizeof series->kernel->metrics / sizeof *series->kernel->metrics;
    return (series->arm_index * eb_kernel_count() + kernel) * metrics + metric;
}

enum eb_status eb_shares_warn(struct eb_report *report, struct eb_error *err)
{
    const struct eb_series_set *set = report->set;
    size_t metrics = sizeof set->series->kernel->metrics / sizeof *set->series->kernel->metrics;
    enum eb_status status = EB_OK;
    size_t *worst = calloc(set->arm_count * eb_kernel_count() * metrics + 1, sizeof *worst); /* 1 + series */
    if (!worst)
        return out_of_memory(err);
    for (size_t i = 0; i < set->count; i++) {
        double own = excess(&set->series[i], &report->ceilings[i]);
        size_t *known = &worst[slot_of(&set->series[i])];
        if (own > 0 && (*known == 0 || own > excess(&set->series[*known - 1], &report->ceilings[*known - 1])))
            *known = i + 1;
    }
    for (size_t i = 0; status == EB_OK && i < set->count; i++)
        if (worst[slot_of(&set->series[i])] == i + 1)
            status = warn_of(report, &set->series[i], &report->ceilings[i], err);
    free(worst);
    return status;
}

static json_t *number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *caps_to_json(const struct eb_series *series, const struct eb_ceiling *ceiling)
{
    json_t *caps = json_array();
    for (size_t i = 0; ceiling->one_flow && i < eb_flow_cap_count(); i++) {
        const struct eb_flow_cap *cap = eb_flow_cap_at(i);
        double value = eb_ceiling_cap(ceiling, cap);
        json_array_append_new(caps, json_pack("{s:s, s:f, s:f, s:f, s:s, s:s}", "name", cap->name, "gbps",
                                              cap->gbps, "value", value, "share", series->value / value,
                                              "when", cap->when, "source", cap->source));
    }
    return caps;
}

json_t *eb_shares_to_json(const struct eb_series *series, const struct eb_ceiling *ceiling)
{
    if (!ceiling->adapter)
        return json_null();
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:b, s:s, s:o}", "adapter", ceiling->adapter->name,
                     "instance", ceiling->instance->name, "name", ceiling->name, "gbps",
                     ceiling->line_gbps > 0 ? json_real(ceiling->line_gbps) : json_null(), "value",
                     number_or_null(ceiling->line), "share", number_or_null(series->value / ceiling->line),
                     "exceeded", eb_ceiling_is_exceeded(ceiling, series->value), "source",
                     ceiling->instance->source, "single_flow", caps_to_json(series, ceiling));
}

enum eb_status eb_share_legend_add(struct eb_share_legend *legend, const struct eb_ceiling *ceiling,
                                   const struct eb_series *series, struct eb_error *err)
{
    char gbps[EB_PLAIN_NUMBER];
    char value[EB_PLAIN_NUMBER];
    char line[256];
    char *grown = NULL;
    unsigned shares = eb_shares_of(ceiling);
    if (shares & EB_SHARE_FLOW)
        legend->of_flow = ceiling;
    if (!(shares & EB_SHARE_LINE))
        return EB_OK;
    int used = snprintf(line, sizeof line, "%s, %s Gb/s", ceiling->name, number(ceiling->line_gbps, gbps));
    if (series->metric->amount != EB_AMOUNT_MESSAGES) /* of those it depends on the size */
        snprintf(line + used, sizeof line - (size_t)used, " = %s %s", number(ceiling->line, value),
                 series->metric->unit);
    if (legend->lines && strstr(legend->lines, line))
        return EB_OK;
    if (asprintf(&grown, "%s%s%s", legend->lines ? legend->lines : "", legend->lines ? "; " : "", line) < 0)
        return out_of_memory(err);
    free(legend->lines);
    legend->lines = grown;
    return EB_OK;
}

/* "of flow = ...": the cap, and who goes beyond it. */
static enum eb_status write_flow(const struct eb_share_legend *legend, const struct eb_style *style,
                                 FILE *file, struct eb_error *err)
{
    const struct eb_flow_cap *usual = eb_ceiling_usual_cap();
    const struct eb_flow_cap *highest = eb_flow_cap_at(eb_flow_cap_count() - 1);
    char text[400];
    char gbps[2][EB_PLAIN_NUMBER];
    snprintf(text, sizeof text,
             "of flow = share of what one flow may carry in a cluster placement group, %s Gb/s%s%s%s",
             number(usual->gbps, gbps[0]),
             legend->shares & EB_SHARE_EXPRESS ? "; + = beyond it, as only ENA Express can (" : "",
             legend->shares & EB_SHARE_EXPRESS ? number(highest->gbps, gbps[1]) : "",
             legend->shares & EB_SHARE_EXPRESS ? " Gb/s)" : "");
    struct eb_text_line line = {.head = "", .indent = 2, .text = text, .paint = EB_PAINT_DIM};
    return eb_text_write(&line, style, file, err);
}

enum eb_status eb_share_legend_write(const struct eb_share_legend *legend, const struct eb_style *style,
                                     FILE *file, struct eb_error *err)
{
    struct eb_text_line lines = {.head = "of line = share of the line rate: ",
                                 .indent = 2,
                                 .text = legend->lines ? legend->lines : "",
                                 .head_paint = EB_PAINT_DIM,
                                 .paint = EB_PAINT_DIM};
    struct eb_text_line beyond = {.head = "! = ",
                                  .indent = 4,
                                  .text = "more than it can carry for long: look which path the bytes took",
                                  .head_paint = EB_PAINT_WARNING};
    enum eb_status status = EB_OK;
    if (legend->shares & EB_SHARE_LINE)
        status = eb_text_write(&lines, style, file, err);
    if (status == EB_OK && (legend->shares & EB_SHARE_FLOW))
        status = write_flow(legend, style, file, err);
    if (status == EB_OK && (legend->shares & EB_SHARE_BEYOND))
        status = eb_text_write(&beyond, style, file, err);
    return status;
}

void eb_share_legend_free(struct eb_share_legend *legend)
{
    free(legend->lines);
    legend->lines = NULL;
}
