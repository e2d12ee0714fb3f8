/* Comparisons of hand-made records. */
#ifndef EB_TESTS_MADE_COMPARE_H
#define EB_TESTS_MADE_COMPARE_H

#include "judge/compare.h"
#include "made_record.h"
#include "made_report.h"

/* Medians of six launches in ns. */
static const uint64_t quick_ns[] = {1000, 1010, 1020, 1005, 1030, 1015};
static const uint64_t slow_ns[] = {1100, 1113, 1094, 1120, 1107, 1131};
static const uint64_t alike_ns[] = {1500, 1520, 1510, 1490, 1533, 1505};
static const uint64_t like_ns[] = {1512, 1499, 1521, 1530, 1507, 1516};

static inline void add_launches(json_t *record, const struct case_facts *facts, const uint64_t *medians_ns,
                                size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_median(record, i, facts, medians_ns[i]);
}

/* Ping-pong of 8 bytes in these launches. */
static inline json_t *pingpong_record(const uint64_t *medians_ns, size_t count)
{
    json_t *record = new_record(count);
    add_launches(record, &pingpong, medians_ns, count);
    return record;
}

static inline struct case_facts with_size(struct case_facts facts, int size_bytes)
{
    facts.size_bytes = size_bytes;
    facts.bytes_per_sample = size_bytes;
    return facts;
}

static inline void set_variant(json_t *record, size_t launch, const char *variant)
{
    json_object_set_new(launch_of(record, launch), "variant", json_string(variant));
}

static inline void set_run(json_t *record, const char *key, json_t *value)
{
    json_object_set_new(json_object_get(record, "run"), key, value);
}

static inline struct eb_side side_of(const json_t *record, const char *path)
{
    return (struct eb_side){.record = record, .path = path};
}

/* The judgement of two sides, which must come to one. */
static inline struct eb_judgement *judged(const struct eb_side *base, const struct eb_side *now,
                                          const char *allow)
{
    struct eb_error err = {0};
    struct eb_judgement *judgement = NULL;
    struct eb_compare_options options = eb_compare_defaults();
    options.allow = allow;
    if (eb_compare(base, now, &options, &judgement, &err) != EB_OK)
        fail_msg("%s", err.text);
    return judgement;
}

static inline struct eb_judgement *compared(const json_t *base, const json_t *now, const char *allow)
{
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    return judged(&sides[0], &sides[1], allow);
}

static inline struct eb_judgement *compared_arms(const json_t *record, const char *base, const char *now)
{
    struct eb_side sides[] = {side_of(record, "run.json"), side_of(record, "run.json")};
    sides[0].arm = base;
    sides[1].arm = now;
    return judged(&sides[0], &sides[1], NULL);
}

static inline struct eb_judgement *compared_variants(const json_t *record, const char *base, const char *now)
{
    struct eb_side sides[] = {side_of(record, "run.json"), side_of(record, "run.json")};
    sides[0].variant = base;
    sides[1].variant = now;
    return judged(&sides[0], &sides[1], NULL);
}

/* Sides that must not be compared: the status and the words of the error. */
static inline void assert_unlike(const struct eb_side *base, const struct eb_side *now, const char *allow,
                                 enum eb_status wanted, const char *words)
{
    struct eb_error err = {0};
    struct eb_judgement *judgement = NULL;
    struct eb_compare_options options = eb_compare_defaults();
    options.allow = allow;
    assert_int_equal(eb_compare(base, now, &options, &judgement, &err), wanted);
    assert_null(judgement);
    if (!strstr(err.text, words))
        fail_msg("'%s' is not in '%s'", words, err.text);
}

static inline void assert_notes(const struct eb_judgement *judgement, const char *words)
{
    size_t i;
    const json_t *note;
    json_array_foreach(judgement->notes, i, note)
    {
        if (strstr(json_string_value(note), words))
            return;
    }
    fail_msg("no note says '%s'", words);
}

/* R prints fifteen digits. */
static inline void assert_golden(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-13))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

/* Of the only row: what it is called, and its effect. */
static inline void assert_effect(const struct eb_judged *row, enum eb_call call, double effect, double low,
                                 double high)
{
    if (row->call != call)
        fail_msg("it is %s, wanted %s", eb_call_name(row->call), eb_call_name(call));
    assert_golden(row->effect, effect);
    assert_golden(row->low, low);
    assert_golden(row->high, high);
}

#endif
