/* CloudWatch's embedded metric format: one JSON object a line, the ruling first where there is one, then each
 * series that was measured now (Amazon CloudWatch User Guide, "Specification: Embedded metric format"). A
 * line stays far below the 256 KiB of a log event, has a handful of metrics (100 may be) and seven dimensions
 * at most (30). */
#include "judge/report/judgement_units.h"
#include "judge/report/judgement_write.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the value of a dimension; API_Dimension. */
#define TEXT_MAX 1024
#define METRIC_NAME 80

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory for a judgement");
}

/* As a dimension may be: printable ASCII, not empty, not all blanks, cut. NULL for NULL: it is left out. */
static json_t *text_to_json(const char *text)
{
    char plain[TEXT_MAX + 1];
    size_t length = 0;
    int seen = 0;
    if (!text)
        return NULL;
    for (; *text && length < TEXT_MAX; text++) {
        plain[length++] = *text >= 0x20 && *text < 0x7f ? *text : '?';
        seen |= *text != ' ';
    }
    plain[length] = '\0';
    return json_string(seen ? plain : "-");
}

/* A document without metrics; the names of its dimensions are borrowed by the caller from members. */
static json_t *document(long long milliseconds, json_t *dimensions)
{
    return json_pack("{s:{s:I, s:[{s:s, s:[o], s:[]}]}}", "_aws", "Timestamp", (json_int_t)milliseconds,
                     "CloudWatchMetrics", "Namespace", "efabench", "Dimensions", dimensions, "Metrics");
}

/* One more metric, where there is a number. 0, or not when out of memory. */
static int add_metric(json_t *json, const char *name, const char *unit, double value)
{
    json_t *directive =
        json_array_get(json_object_get(json_object_get(json, "_aws"), "CloudWatchMetrics"), 0);
    if (!isfinite(value))
        return 0;
    return json_array_append_new(json_object_get(directive, "Metrics"),
                                 json_pack("{s:s, s:s}", "Name", name, "Unit", unit)) != 0 ||
           json_object_set_new(json, name, json_real(value)) != 0;
}

/* Takes json over. */
static enum eb_status write_line(json_t *json, int failed, FILE *file, struct eb_error *err)
{
    failed = failed || !json ||
             json_dumpf(json, file, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9)) != 0;
    fputc('\n', file);
    json_decref(json);
    /* a full disk is seen by eb_judgement_write */
    return failed && !ferror(file) ? out_of_memory(err) : EB_OK;
}

static enum eb_status write_whole(const struct eb_judgement *judgement, long long milliseconds, FILE *file,
                                  struct eb_error *err)
{
    json_t *json = document(milliseconds, json_pack("[s, s]", "profile", "program"));
    json_t *facts =
        json_pack("{s:o, s:s, s:s, s:o*, s:o*, s:o*, s:o*, s:o*, s:o*}", "profile",
                  text_to_json(eb_judgement_job(judgement)), "program", judgement->program, "ruling",
                  eb_ruling_name(judgement->ruling), "reason", text_to_json(judgement->reason), "now",
                  text_to_json(judgement->now_name), "base", text_to_json(judgement->base_name), "hosts",
                  text_to_json(judgement->hosts), "instance", text_to_json(judgement->instance),
                  "git_version", text_to_json(judgement->git_version));
    int failed = !json || !facts || json_object_update(json, facts) != 0;
    for (int call = EB_CALL_REGRESSED; !failed && call < EB_CALL_COUNT; call++)
        failed = add_metric(json, eb_call_name((enum eb_call)call), "Count",
                            (double)eb_judgement_count(judgement, (enum eb_call)call));
    failed =
        failed || add_metric(json, "exit_code", "None", eb_status_exit_code(eb_judgement_status(judgement)));
    json_decref(facts);
    return write_line(json, failed, file, err);
}

/* The dimensions by name, and with their values. */
static json_t *series_of(const struct eb_judgement *judgement, const struct eb_judged *row, json_t *names)
{
    char size[32];
    char ranks[32];
    snprintf(size, sizeof size, "%" PRIu64, row->size_bytes);
    snprintf(ranks, sizeof ranks, "%" PRIu64, row->ranks);
    const char *const members[][2] = {{"profile", eb_judgement_job(judgement)},
                                      {"kernel", row->kernel->name},
                                      {"algorithm", row->algorithm},
                                      {"arm", row->arm},
                                      {"variant", row->variant},
                                      {"size_bytes", size},
                                      {"ranks", ranks}};
    json_t *json = json_object();
    int failed = !json || !names;
    for (size_t i = 0; !failed && i < sizeof members / sizeof *members; i++)
        if (members[i][1] != row->algorithm || row->algorithm[0])
            failed = json_array_append_new(names, json_string(members[i][0])) != 0 ||
                     json_object_set_new(json, members[i][0], text_to_json(members[i][1])) != 0;
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static enum eb_status write_row(const struct eb_judgement *judgement, const struct eb_judged *row,
                                long long milliseconds, FILE *file, struct eb_error *err)
{
    const struct eb_unit *unit = eb_unit_of(row->metric);
    const struct {
        const char *suffix;
        double value;
    } sides[] = {
        {"", row->now.value}, {"_low", row->now.low}, {"_high", row->now.high}, {"_base", row->base.value}};
    json_t *names = json_array();
    json_t *series = series_of(judgement, row, names);
    json_t *json = document(milliseconds, names);
    int failed = !json || !series || json_object_update(json, series) != 0;
    json_decref(series);
    for (size_t i = 0; !failed && i < sizeof sides / sizeof *sides; i++) {
        char name[METRIC_NAME];
        snprintf(name, sizeof name, "%s%s", row->metric->name, sides[i].suffix);
        failed = add_metric(json, name, unit->cloudwatch, unit->to_cloudwatch * sides[i].value);
    }
    char name[METRIC_NAME];
    snprintf(name, sizeof name, "%s_change", row->metric->name);
    failed =
        failed || add_metric(json, name, "Percent", 100 * (eb_judged_ratio(row->metric, row->effect) - 1));
    if (!failed && row->call != EB_CALL_NONE)
        failed = json_object_set_new(json, "verdict", json_string(eb_call_name(row->call))) != 0 ||
                 json_object_set_new(json, "ruling", json_string(eb_ruling_name(judgement->ruling))) != 0;
    return write_line(json, failed, file, err);
}

enum eb_status eb_judgement_emf(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    long long milliseconds = 1000LL * (long long)eb_judgement_time(judgement);
    if (milliseconds < 0)
        return eb_error_set(err, EB_INVALID, "judgement", 0,
                            "emf: when the figures were measured is unknown, and CloudWatch wants a time");
    enum eb_status status = EB_OK;
    if (judgement->ruling != EB_RULING_NONE)
        status = write_whole(judgement, milliseconds, file, err);
    for (size_t i = 0; status == EB_OK && i < judgement->row_count; i++)
        if (isfinite(judgement->rows[i].now.value))
            status = write_row(judgement, &judgement->rows[i], milliseconds, file, err);
    return status;
}
