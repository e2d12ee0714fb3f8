/* An audit as one JSON document of schema "efabench-audit/1". */
#include "common/plain.h"
#include "judge/report/audit_write.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIGNIFICANT_DIGITS 9

static const char *const verdicts[] = {"not judged", "plausible", "implausible"};
static const char *const outcomes[] = {"not held", "held", "noted", "broken"};

/* Text that need not be UTF-8; null for NULL. */
static json_t *text_to_json(const char *text)
{
    json_t *json = text ? json_string(text) : json_null();
    char *ascii = json ? NULL : eb_plain_copy(text);
    for (char *c = ascii; c && *c; c++)
        if ((unsigned char)*c > 0x7e)
            *c = '?';
    if (ascii)
        json = json_string(ascii);
    free(ascii);
    return json;
}

static json_t *claims_to_json(const struct eb_audit *audit)
{
    static const char *const kinds[] = {"unknown", "adapter", "local", "nothing", "foreign"};
    json_t *arms = json_array();
    for (size_t i = 0; i < audit->set->arm_count; i++) {
        const struct eb_arm_claim *claim = &audit->claims[i];
        const char *contradiction = claim->contradiction[0] ? claim->contradiction : NULL;
        json_t *arm = json_pack("{s:s, s:s, s:s*, s:s*, s:o*, s:I, s:I}", "arm", claim->arm, "claims",
                                claim->assumed ? "assumed" : kinds[claim->kind], "adapter",
                                claim->adapter ? claim->adapter->name : NULL, "by", claim->by,
                                "contradiction", contradiction ? text_to_json(contradiction) : NULL, "flows",
                                (json_int_t)claim->flows, "cards", (json_int_t)claim->cards);
        if (!arm || json_array_append_new(arms, arm) != 0) {
            json_decref(arms);
            return NULL;
        }
    }
    return json_pack("{s:o, s:b, s:I, s:b, s:o}", "instance", text_to_json(audit->instance_name),
                     "in_catalogue", audit->instance != NULL, "hosts", (json_int_t)audit->nodes,
                     "placement_group", audit->placement_group, "arms", arms);
}

static json_t *checks_to_json(const struct eb_audit_curve *curve, size_t point)
{
    json_t *checks = json_object();
    for (size_t i = 0; i < EB_CHECK_COUNT; i++) {
        double usage = curve->usage[point * EB_CHECK_COUNT + i];
        json_t *check =
            json_pack("{s:s, s:o}", "outcome", outcomes[curve->outcomes[point * EB_CHECK_COUNT + i]], "usage",
                      isfinite(usage) ? json_real(usage) : json_null());
        if (!check || json_object_set_new(checks, eb_audit_check_at(i)->name, check) != 0) {
            json_decref(checks);
            return NULL;
        }
    }
    return checks;
}

static int add_series(json_t *list, const struct eb_audit_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++) {
        const struct eb_series *series = curve->points[i];
        int missing = curve->missing && curve->verdicts[i] != EB_IMPLAUSIBLE;
        json_t *json = json_pack(
            "{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:f, s:s, s:o, s:o}", "kernel", series->kernel->name,
            "metric", series->metric->name, "algorithm", series->algorithm, "arm", series->arm, "variant",
            series->variant, "size_bytes", (json_int_t)series->size_bytes, "ranks", (json_int_t)series->ranks,
            "unit", series->metric->unit, "value", series->value, "verdict", verdicts[curve->verdicts[i]],
            "not_judged", text_to_json(missing ? curve->missing : NULL), "checks", checks_to_json(curve, i));
        if (!json || json_array_append_new(list, json) != 0)
            return -1;
    }
    return 0;
}

static json_t *finding_to_json(const struct eb_audit *audit, const struct eb_finding *finding)
{
    const struct eb_audit_curve *curve =
        finding->curve == EB_NO_CURVE ? NULL : &audit->curves[finding->curve];
    json_t *json = json_pack("{s:s, s:s, s:o, s:o}", "check", eb_audit_check_at(finding->check)->name,
                             "severity", finding->broken ? "implausible" : "note", "text",
                             text_to_json(finding->text), "source", text_to_json(finding->source));
    if (!json || !curve)
        return json;
    json_t *about =
        json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "kernel", curve->points[0]->kernel->name, "arm",
                  curve->claim->arm, "variant", curve->points[0]->variant, "ranks", (json_int_t)curve->ranks,
                  "from_bytes", (json_int_t)curve->points[finding->first]->size_bytes, "to_bytes",
                  (json_int_t)curve->points[finding->last]->size_bytes, "sizes", (json_int_t)finding->points);
    if (about && json_object_update(json, about) == 0) {
        json_decref(about);
        return json;
    }
    json_decref(about);
    json_decref(json);
    return NULL;
}

enum eb_status eb_audit_json(const struct eb_audit *audit, FILE *file, struct eb_error *err)
{
    enum eb_status status = eb_audit_status(audit);
    json_t *series = json_array();
    json_t *findings = json_array();
    int failed = !series || !findings;
    for (size_t i = 0; !failed && i < audit->curve_count; i++)
        failed = add_series(series, &audit->curves[i]) != 0;
    for (size_t i = 0; !failed && i < audit->finding_count; i++) {
        json_t *finding = finding_to_json(audit, &audit->findings[i]);
        failed = !finding || json_array_append_new(findings, finding) != 0;
    }
    const char *verdict = verdicts[status == EB_REGRESSED ? EB_IMPLAUSIBLE
                                   : status == EB_OK      ? EB_PLAUSIBLE
                                                          : EB_NOT_JUDGED];
    json_t *json = json_pack("{s:s, s:o, s:s, s:{s:I, s:I, s:I}, s:o, s:o, s:o}", "schema",
                             "efabench-audit/1", "record", text_to_json(audit->path), "verdict", verdict,
                             "figures", "implausible", (json_int_t)audit->figures[EB_IMPLAUSIBLE],
                             "plausible", (json_int_t)audit->figures[EB_PLAUSIBLE], "not_judged",
                             (json_int_t)audit->figures[EB_NOT_JUDGED], "claims", claims_to_json(audit),
                             "findings", findings, "series", series);
    failed |= !json ||
              json_dumpf(json, file,
                         JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(SIGNIFICANT_DIGITS)) != 0;
    fputc('\n', file);
    json_decref(json);
    /* a full disk is seen by eb_audit_write */
    return failed && !ferror(file)
               ? eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit")
               : EB_OK;
}
