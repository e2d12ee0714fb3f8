/* Headlines of hand-made records: an arm whose launches are all the same has the quotient as its ratio, and
 * an interval of no width. */
#ifndef EB_TESTS_MADE_HEADLINE_H
#define EB_TESTS_MADE_HEADLINE_H

#include "judge/report/headline.h"
#include "judge/report/sink.h"
#include "made_report.h"

#define LAUNCHES 6

/* Launches of an arm that go up and down about 1000 ns like those of another one that has as many: undecided
 * beside it. */
#define NOISY 0

static inline void add_size(json_t *record, const struct case_facts *like, int size_bytes, const char *arm,
                            uint64_t ns)
{
    struct case_facts facts = with_arm(*like, arm);
    facts.size_bytes = size_bytes;
    if (like->bytes_per_sample > like->size_bytes) /* a window of 64 */
        facts.bytes_per_sample = 64 * size_bytes;
    for (size_t i = 0; i < json_array_size(json_object_get(record, "launches")); i++) {
        uint64_t shift = strcmp(arm, "tcp") == 0 ? 5 : 0;
        add_median(record, i, &facts, ns == NOISY ? 1000 + 10 * i + shift : ns);
    }
}

/* A size of both arms. */
static inline void add_both(json_t *record, const struct case_facts *like, int size_bytes, uint64_t tcp,
                            uint64_t kernel_tcp)
{
    add_size(record, like, size_bytes, "tcp", tcp);
    add_size(record, like, size_bytes, "kernel-tcp", kernel_tcp);
}

static inline json_t *headline_with(const json_t *record, const char *baseline, const json_t *against)
{
    struct eb_error err = {0};
    struct eb_report *report = NULL;
    if (eb_record_check(record, "made.json", &err) != EB_OK ||
        eb_report_new(record, "made.json", baseline, against, "other.json", &report, &err) != EB_OK)
        fail_msg("%s", err.text);
    json_t *sentences = eb_headline_of(report);
    assert_non_null(sentences);
    eb_report_free(report);
    return sentences;
}

static inline void assert_sentences_of(json_t *sentences, const char *const *wanted)
{
    size_t count = 0;
    for (; wanted[count]; count++) {
        const char *got = json_string_value(json_array_get(sentences, count));
        if (!got || strcmp(got, wanted[count]) != 0)
            fail_msg("sentence %zu is\n%s\nwanted\n%s", count, got ? got : "missing", wanted[count]);
    }
    if (json_array_size(sentences) != count)
        fail_msg("one sentence more: %s", json_string_value(json_array_get(sentences, count)));
    json_decref(sentences);
}

/* The sentences of a record, and no more. The record is released. */
#define assert_sentences(record, ...)                                                                        \
    do {                                                                                                     \
        const char *const wanted[] = {__VA_ARGS__, NULL};                                                    \
        assert_sentences_of(headline_with(record, NULL, NULL), wanted);                                      \
        json_decref(record);                                                                                 \
    } while (0)

#define SURE                                                                                                 \
    "How sure: 95% intervals over 6 launches, each size by itself (efabench compare has one error rate "   \
    "for a whole table); in parentheses the least and the greatest ratio of the sizes, in brackets the "     \
    "interval of one."

#endif
