/* JUnit XML as Jenkins reads it (junit-10.xsd of its xunit plugin): a suite a kernel, a case a series. A
 * regressed series fails where the ruling is regressed; one that is missing is an error; what could not be
 * told is skipped. A ruling that no series carries has a case of its own, "gate". */
#include "common/plain.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/judgement_words.h"
#include "judge/report/judgement_write.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum outcome { PASSED, FAILED, BROKEN, SKIPPED, OUTCOME_COUNT };

static const char *const elements[OUTCOME_COUNT] = {NULL, "failure", "error", "skipped"};

struct sum {
    size_t cases;
    size_t outcomes[OUTCOME_COUNT];
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory for a judgement");
}

/* With the control moved, or after a single night out of line, no series is to blame yet. */
static enum outcome outcome_of(const struct eb_judgement *judgement, const struct eb_judged *row)
{
    switch (row->call) {
    case EB_CALL_REGRESSED:
        return judgement->ruling == EB_RULING_REGRESSED ? FAILED : SKIPPED;
    case EB_CALL_MISSING:
        return row->is_allowed ? SKIPPED : BROKEN;
    case EB_CALL_INCONCLUSIVE:
        return SKIPPED;
    default:
        return PASSED;
    }
}

static struct sum sum_of(const struct eb_judgement *judgement, size_t begin, size_t end)
{
    struct sum sum = {.cases = end - begin};
    for (size_t i = begin; i < end; i++)
        sum.outcomes[outcome_of(judgement, &judgement->rows[i])]++;
    return sum;
}

/* What the gate's own case says; PASSED where the series say it. */
static enum outcome gate_of(const struct eb_judgement *judgement)
{
    switch (judgement->ruling) {
    case EB_RULING_REGRESSED:
        return eb_judgement_count(judgement, EB_CALL_REGRESSED) ? PASSED : FAILED;
    case EB_RULING_MISSING:
        return sum_of(judgement, 0, judgement->row_count).outcomes[BROKEN] ? PASSED : BROKEN;
    case EB_RULING_NONE:
    case EB_RULING_PASS:
        return PASSED;
    default:
        return SKIPPED;
    }
}

static void put_attribute(FILE *file, const char *name, const char *value)
{
    fprintf(file, " %s=\"", name);
    eb_escape_xml(file, value);
    fputc('"', file);
}

static void put_property(FILE *file, const char *name, const char *value)
{
    if (!value)
        return;
    fputs("   <property", file);
    put_attribute(file, "name", name);
    put_attribute(file, "value", value);
    fputs("/>\n", file);
}

static enum eb_status put_properties(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    char *method = eb_judgement_method(judgement);
    if (!method)
        return out_of_memory(err);
    fputs("  <properties>\n", file);
    put_property(file, "ruling", eb_ruling_name(judgement->ruling));
    put_property(file, "reason", judgement->reason);
    put_property(file, "now", judgement->now_name);
    put_property(file, "base", judgement->base_name);
    put_property(file, "method", method[0] ? method : NULL);
    put_property(file, "created_utc", judgement->created_utc);
    put_property(file, "hosts", judgement->hosts);
    put_property(file, "instance", judgement->instance);
    put_property(file, "git_version", judgement->git_version);
    fputs("  </properties>\n", file);
    free(method);
    return EB_OK;
}

/* Nothing ran here: the time is 0. */
static void open_suite(const struct eb_judgement *judgement, const char *name, const struct sum *sum,
                       FILE *file)
{
    fputs(" <testsuite", file);
    put_attribute(file, "name", name);
    fprintf(file, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\"", sum->cases,
            sum->outcomes[FAILED], sum->outcomes[BROKEN], sum->outcomes[SKIPPED]);
    if (judgement->created_utc)
        put_attribute(file, "timestamp", judgement->created_utc);
    if (judgement->hosts)
        put_attribute(file, "hostname", judgement->hosts);
    fputs(">\n", file);
}

static void put_outcome(FILE *file, enum outcome outcome, const char *type, const char *message)
{
    fprintf(file, "   <%s", elements[outcome]);
    put_attribute(file, "type", type);
    put_attribute(file, "message", message);
    fputs("/>\n", file);
}

/* "20.00 us in base, 21.02 us now: +5.1% [+3.9%, +6.4%], smallest visible: +2.0%". Returns text. */
static char *describe(const struct eb_judged *row, char *text, size_t room)
{
    char base[EB_PLAIN_NUMBER];
    char now[EB_PLAIN_NUMBER];
    char change[EB_CHANGE_TEXT];
    char interval[EB_CHANGE_TEXT];
    char visible[EB_CHANGE_TEXT];
    const char *unit = row->metric->unit;
    eb_value_text(row->base.value, base);
    eb_value_text(row->now.value, now);
    eb_change(row->metric, row->effect, change);
    eb_change_interval(row->metric, row->low, row->high, interval);
    eb_change_visible(row, visible);
    int used = snprintf(text, room, "%s%s%s%s%s%s%s", base, base[0] ? " " : "", base[0] ? unit : "",
                        base[0] ? " in base, " : "", now[0] ? now : "not measured", now[0] ? " " : "",
                        now[0] ? unit : "");
    snprintf(text + used, room - (size_t)used, "%s%s%s%s%s%s%s", base[0] ? " now" : "", change[0] ? ": " : "",
             change, interval[0] ? " " : "", interval, visible[0] ? ", smallest visible: " : "", visible);
    return text;
}

static enum eb_status put_case(const struct eb_judgement *judgement, const struct eb_judged *row, FILE *file,
                               struct eb_error *err)
{
    enum outcome outcome = outcome_of(judgement, row);
    char facts[400];
    char *name = eb_judged_name(row);
    if (!name)
        return out_of_memory(err);
    fputs("  <testcase name=\"", file);
    eb_escape_xml(file, name);
    fprintf(file, " %s\" classname=\"efabench.%s\" time=\"0\">\n", row->metric->name, row->kernel->name);
    free(name);
    describe(row, facts, sizeof facts);
    if (outcome != PASSED)
        put_outcome(file, outcome, eb_call_name(row->call), facts);
    fprintf(file, "   <system-out>%s%s", eb_call_name(row->call), row->call == EB_CALL_NONE ? "" : ": ");
    eb_escape_xml(file, facts);
    if (row->note) {
        fputs("; ", file);
        eb_escape_xml(file, row->note);
    }
    fputs("</system-out>\n  </testcase>\n", file);
    return EB_OK;
}

static enum eb_status put_gate(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    enum outcome outcome = gate_of(judgement);
    struct sum sum = {.cases = 1};
    char *reason = eb_judgement_reason(judgement);
    if (!reason)
        return out_of_memory(err);
    sum.outcomes[outcome] = 1;
    open_suite(judgement, "gate", &sum, file);
    enum eb_status status = put_properties(judgement, file, err);
    fputs("  <testcase name=\"gate\" classname=\"efabench.gate\" time=\"0\">\n", file);
    if (outcome != PASSED)
        put_outcome(file, outcome, eb_ruling_name(judgement->ruling), reason);
    fputs("  </testcase>\n </testsuite>\n", file);
    free(reason);
    return status;
}

static enum eb_status put_suite(const struct eb_judgement *judgement, size_t begin, size_t end, FILE *file,
                                struct eb_error *err)
{
    struct sum sum = sum_of(judgement, begin, end);
    open_suite(judgement, judgement->rows[begin].kernel->name, &sum, file);
    enum eb_status status = put_properties(judgement, file, err);
    for (size_t i = begin; status == EB_OK && i < end; i++)
        status = put_case(judgement, &judgement->rows[i], file, err);
    fputs(" </testsuite>\n", file);
    return status;
}

enum eb_status eb_judgement_junit(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    struct sum sum = sum_of(judgement, 0, judgement->row_count);
    enum outcome gate = gate_of(judgement);
    int has_gate = gate != PASSED || judgement->row_count == 0;
    enum eb_status status = EB_OK;
    sum.cases += (size_t)has_gate;
    sum.outcomes[gate] += (size_t)has_gate;
    fprintf(file,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"efabench %s\" tests=\"%zu\" "
            "failures=\"%zu\" errors=\"%zu\" time=\"0\">\n",
            judgement->program, sum.cases, sum.outcomes[FAILED], sum.outcomes[BROKEN]);
    if (has_gate)
        status = put_gate(judgement, file, err);
    for (size_t begin = 0; status == EB_OK && begin < judgement->row_count;) {
        size_t end = begin;
        while (end < judgement->row_count && judgement->rows[end].kernel == judgement->rows[begin].kernel)
            end++;
        status = put_suite(judgement, begin, end, file, err);
        begin = end;
    }
    fputs("</testsuites>\n", file);
    return status;
}
