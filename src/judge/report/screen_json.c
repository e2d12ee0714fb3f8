/* A screening as one JSON document of schema "efabench-screen/1". */
#include "judge/report/screen_words.h"
#include "judge/report/screen_write.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define SIGNIFICANT_DIGITS 9

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *host_name(const struct eb_screen *screen, size_t host)
{
    return json_string(screen->hosts[host].name);
}

static json_t *hosts_of(const struct eb_screen *screen)
{
    json_t *list = json_array();
    for (size_t i = 0; i < screen->host_count; i++)
        json_array_append_new(list,
                              json_pack("{s:o, s:s?, s:I}", "name", host_name(screen, i), "host",
                                        screen->hosts[i].host, "rank", (json_int_t)screen->hosts[i].rank));
    return list;
}

static json_t *evidence_of(const struct eb_screen *screen, const struct eb_suspect *suspect)
{
    json_t *list = json_array();
    for (size_t i = 0; i < suspect->evidence_count; i++) {
        const struct eb_screen_evidence *evidence = &suspect->evidence[i];
        const struct eb_screen_table *table = &screen->tables[evidence->table];
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:s, s:s, s:b, s:b, s:o, s:I, s:o, s:o, s:I, s:o, s:o}", "arm",
                            table->arm, "metric", eb_screen_metric_name(table), "size_bytes",
                            (json_int_t)table->size_bytes, "unit", table->metric->unit, "device",
                            table->device, "names_it", evidence->is_named, "beyond_delta",
                            evidence->is_beyond, "time_ratio", number(evidence->ratio), "pairs",
                            (json_int_t)evidence->pairs, "low", number(evidence->low), "high",
                            number(evidence->high), "other_pairs", (json_int_t)evidence->others, "others_low",
                            number(evidence->others_low), "others_high", number(evidence->others_high)));
    }
    return list;
}

static json_t *suspects_of(const struct eb_screen *screen)
{
    static const char *const kinds[] = {"host", "nic", "host or nic", "link"};
    json_t *list = json_array();
    for (size_t i = 0; i < screen->suspect_count; i++) {
        const struct eb_suspect *suspect = &screen->suspects[i];
        json_t *hosts = json_pack("[o]", host_name(screen, suspect->host));
        if (suspect->kind == EB_SUSPECT_LINK)
            json_array_append_new(hosts, host_name(screen, suspect->other));
        json_array_append_new(list, json_pack("{s:s, s:b, s:o, s:s?, s:o}", "kind", kinds[suspect->kind],
                                              "named", suspect->is_named, "hosts", hosts, "device",
                                              suspect->device == EB_SCREEN_NONE
                                                  ? NULL
                                                  : eb_screen_device(screen, suspect->device, suspect->host),
                                              "evidence", evidence_of(screen, suspect)));
    }
    return list;
}

static json_t *marks_of(const struct eb_screen *screen, const struct eb_screen_table *table)
{
    json_t *list = json_array();
    for (size_t i = 0; i < screen->host_count; i++) {
        const struct eb_screen_mark *mark = &table->marks[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:I, s:b}", "name", host_name(screen, i),
                                              "time_ratio", number(exp(mark->effect)), "p", number(mark->p),
                                              "pairs", (json_int_t)mark->pairs, "named", mark->is_named));
    }
    return list;
}

static json_t *pairs_of(const struct eb_screen *screen, const struct eb_screen_table *table)
{
    json_t *list = json_array();
    for (size_t i = 0; i < table->pair_count; i++) {
        const struct eb_screen_pair *pair = &table->pairs[i];
        json_array_append_new(
            list, json_pack("{s:[o, o], s:o, s:o, s:I, s:s}", "hosts", host_name(screen, pair->a),
                            host_name(screen, pair->b), "value", number(pair->value), "share",
                            number(eb_screen_share(table, pair)), "sweeps", (json_int_t)pair->count,
                            "verdict", eb_screen_pair_word(table, pair)));
    }
    return list;
}

static json_t *tables_of(const struct eb_screen *screen)
{
    json_t *list = json_array();
    for (size_t i = 0; i < screen->table_count; i++) {
        const struct eb_screen_table *table = &screen->tables[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:b, s:b, s:o, s:o}",
                                        "kernel", table->kernel->name, "arm", table->arm, "device",
                                        table->device, "metric", eb_screen_metric_name(table), "unit",
                                        table->metric->unit, "size_bytes", (json_int_t)table->size_bytes,
                                        "value", number(eb_screen_value(table, table->level)), "delta",
                                        number(expm1(table->delta)), "finds_hosts", table->finds_hosts,
                                        "finds_links", table->finds_links, "hosts", marks_of(screen, table),
                                        "pairs", pairs_of(screen, table)));
    }
    return list;
}

static json_t *left_out_of(const struct eb_screen *screen)
{
    unsigned char *out = eb_screen_left_out(screen);
    json_t *list = out ? json_array() : NULL;
    for (size_t i = 0; list && i < screen->host_count; i++)
        if (out[i])
            json_array_append_new(list, host_name(screen, i));
    free(out);
    return list;
}

enum eb_status eb_screen_json(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                              FILE *file, struct eb_error *err)
{
    (void)style;
    (void)path;
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:f, s:f, s:f, s:s, s:o, s:o, s:o, s:o, s:o}", "schema",
                  "efabench-screen/1", "verdict", eb_screen_verdict_word(screen), "variant", screen->variant,
                  "alpha", screen->options.alpha, "delta", screen->options.delta, "tail_delta",
                  EB_SCREEN_TAIL_DELTAS * screen->options.delta, "of", screen->of_ranks ? "ranks" : "hosts",
                  "hosts", hosts_of(screen), "sentences", eb_screen_sentences(screen), "suspects",
                  suspects_of(screen), "left_out", left_out_of(screen), "tables", tables_of(screen));
    int failed =
        !json || json_dumpf(json, file, JSON_INDENT(1) | JSON_REAL_PRECISION(SIGNIFICANT_DIGITS)) != 0;
    if (!failed)
        fputc('\n', file);
    json_decref(json);
    return failed ? eb_error_set(err, EB_INTERNAL, "screen", ENOMEM, "cannot write a screening as JSON")
                  : EB_OK;
}
