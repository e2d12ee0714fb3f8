/* Hand-made records for the audit, and what is asked of it. All of it fails the running test when it cannot
 * do what it is asked. */
#ifndef EB_TESTS_MADE_AUDIT_H
#define EB_TESTS_MADE_AUDIT_H

#include "judge/audit.h"
#include "judge/report/audit_write.h"
#include "made_report.h"

#define KIB 1024
#define MIB (1024 * 1024)

struct figure {
    int size_bytes;
    double value; /* us, or MB/s, or 1/s */
};

/* A published record of one arm; spec NULL: the name is all there is. */
static inline json_t *published(const char *arm, const char *spec, const char *instance, int nodes)
{
    json_t *record =
        json_pack("{s:s, s:s, s:{s:s, s:s*}, s:[{s:s, s:s, s:{}, s:[{s:s, s:s*, s:s, s:{}}], s:[]}]}",
                  "schema", EB_RECORD_SCHEMA, "kind", "published", "run", "created_utc",
                  "2026-01-01T00:00:00Z", "instance", instance, "launches", "variant", "default", "status",
                  "complete", "provenance", "arms", "name", arm, "spec", spec, "transport",
                  spec && strstr(spec, "sockets") ? "sockets" : "unknown", "attributes", "cases");
    assert_non_null(record);
    if (nodes)
        json_object_set_new(json_object_get(record, "run"), "nodes", json_integer(nodes));
    return record;
}

static inline void add_arm(json_t *record, const char *arm, const char *spec)
{
    json_array_append_new(json_object_get(launch_of(record, 0), "arms"),
                          json_pack("{s:s, s:s, s:s, s:{}}", "name", arm, "spec", spec, "transport",
                                    strstr(spec, "sockets") ? "sockets" : "ofi", "attributes"));
}

static inline json_t *add(json_t *record, const char *kernel, const char *arm, int ranks, int size_bytes,
                          double value)
{
    int pairwise = strstr(kernel, "band") || strcmp(kernel, "message_rate") == 0;
    const char *quantity = strcmp(kernel, "pingpong") == 0       ? "half_rtt_ns"
                           : strcmp(kernel, "message_rate") == 0 ? "messages_per_second"
                           : pairwise                            ? "bytes_per_second"
                                                                 : "time_osu_ns";
    double factor = strcmp(kernel, "message_rate") == 0 ? 1 : pairwise ? 1e6 : 1e3;
    json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:i, s:{s:s, s:i, s:I}}", "kernel", kernel, "algorithm",
                             "", "arm", arm, "size_bytes", size_bytes, "ranks", ranks, "published",
                             "quantity", quantity, "runs", 1, "mean", (json_int_t)(value * factor + 0.5));
    assert_non_null(json);
    json_array_append_new(cases_of(record, 0), json);
    return json;
}

static inline struct eb_audit *audit_with(json_t *record, const struct eb_audit_claims *claims)
{
    struct eb_error err = {0};
    struct eb_audit *audit = NULL;
    if (eb_record_check(record, "made.json", &err) != EB_OK ||
        eb_audit_new(record, "made.json", claims, &audit, &err) != EB_OK)
        fail_msg("%s", err.text);
    return audit;
}

static inline struct eb_audit *audit_of(json_t *record)
{
    return audit_with(record, NULL);
}

static inline void done(struct eb_audit *audit, json_t *record)
{
    eb_audit_free(audit);
    json_decref(record);
}

static inline enum eb_verdict verdict(const struct eb_audit *audit, const char *kernel, const char *arm,
                                      int size_bytes)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        const struct eb_audit_curve *curve = &audit->curves[i];
        if (strcmp(curve->points[0]->kernel->name, kernel) != 0 || strcmp(curve->claim->arm, arm) != 0)
            continue;
        for (size_t j = 0; j < curve->count; j++)
            if (curve->points[j]->size_bytes == (uint64_t)size_bytes)
                return curve->verdicts[j];
    }
    fail_msg("no figure of %s, %s, %d bytes", kernel, arm, size_bytes);
    return EB_NOT_JUDGED;
}

/* Whether a finding has all of the words, and is one that breaks, or a note. */
static inline int finds(const struct eb_audit *audit, int broken, const char *words)
{
    for (size_t i = 0; i < audit->finding_count; i++)
        if (audit->findings[i].broken == broken && strstr(audit->findings[i].text, words))
            return 1;
    return 0;
}

static inline void assert_finds(const struct eb_audit *audit, int broken, const char *words)
{
    if (finds(audit, broken, words))
        return;
    for (size_t i = 0; i < audit->finding_count; i++)
        print_message("# %d %s\n", audit->findings[i].broken, audit->findings[i].text);
    fail_msg("no finding says '%s'", words);
}

/* The verdict on one figure of one arm. */
static inline enum eb_verdict one(const char *spec, const char *instance, int nodes, const char *kernel,
                                  int ranks, int size_bytes, double value)
{
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(spec, "="), spec);
    json_t *record = published(name, strchr(spec, '=') ? spec : NULL, instance, nodes);
    add(record, kernel, name, ranks, size_bytes, value);
    struct eb_audit *audit = audit_of(record);
    enum eb_verdict said = verdict(audit, kernel, name, size_bytes);
    done(audit, record);
    return said;
}

#endif
