#include "common/journal.h"

#include "common/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The blocks of one case, gathered. */
struct folded_case {
    json_t *fields; /* the "case" object of its blocks */
    json_t *sweeps;
    json_t *raw_ns;     /* NULL without --raw */
    json_t *witness;    /* of the latest block */
    json_t *validation; /* NULL when nothing was validated */
    struct eb_histogram first;
    struct eb_histogram later;
};

struct eb_journal_fold {
    json_t *header;
    int complete;
    struct folded_case *cases;
    size_t case_count;
};

struct eb_journal_fold *eb_journal_fold_new(void)
{
    return calloc(1, sizeof(struct eb_journal_fold));
}

void eb_journal_fold_free(struct eb_journal_fold *fold)
{
    if (!fold)
        return;
    for (size_t i = 0; i < fold->case_count; i++) {
        struct folded_case *folded = &fold->cases[i];
        json_decref(folded->fields);
        json_decref(folded->sweeps);
        json_decref(folded->raw_ns);
        json_decref(folded->witness);
        json_decref(folded->validation);
        eb_histogram_free(&folded->first);
        eb_histogram_free(&folded->later);
    }
    free(fold->cases);
    json_decref(fold->header);
    free(fold);
}

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "journal", ENOMEM, "out of memory for a journal");
}

static enum eb_status refused(struct eb_error *err, const char *reason)
{
    return eb_error_set(err, EB_INVALID, "journal", 0, "%s", reason);
}

static enum eb_status find_case(struct eb_journal_fold *fold, json_t *fields, struct folded_case **found,
                                struct eb_error *err)
{
    /* rounds of a screening are many and differ in that alone, so that it is looked at first */
    json_int_t round = json_integer_value(json_object_get(fields, "round"));
    for (size_t i = fold->case_count; i > 0; i--) {
        *found = &fold->cases[i - 1];
        if (json_integer_value(json_object_get((*found)->fields, "round")) == round &&
            json_equal((*found)->fields, fields))
            return EB_OK;
    }
    struct folded_case *grown = realloc(fold->cases, (fold->case_count + 1) * sizeof *grown);
    if (!grown)
        return out_of_memory(err);
    fold->cases = grown;
    *found = &grown[fold->case_count++];
    **found = (struct folded_case){.fields = json_incref(fields), .sweeps = json_array()};
    return EB_OK;
}

static int is_histogram(const json_t *json)
{
    size_t i;
    const json_t *bin;
    json_array_foreach(json, i, bin)
    {
        if (json_array_size(bin) != 2 || json_integer_value(json_array_get(bin, 0)) < 0 ||
            !json_is_integer(json_array_get(bin, 0)) || json_integer_value(json_array_get(bin, 1)) < 1)
            return 0;
    }
    return json_array_size(json) > 0;
}

static int badness(const json_t *witness)
{
    static const char *const states[] = {"attested", "unattested", "refused"};
    const char *state = json_string_value(json_object_get(witness, "state"));
    int i = 0;
    while (i < 3 && state && strcmp(states[i], state) != 0)
        i++;
    return i;
}

/* Adds the other's throttled counts to those of one; 0 or -1. */
static int add_throttled(json_t *witness, const json_t *other)
{
    json_t *sums = json_object_get(witness, "throttled");
    const char *name;
    json_t *growth;
    if (!json_is_object(json_object_get(other, "throttled")))
        return 0;
    if (!json_is_object(sums))
        return json_object_set_new(witness, "throttled", json_deep_copy(json_object_get(other, "throttled")));
    json_object_foreach(json_object_get(other, "throttled"), name, growth)
    {
        json_int_t sum = json_integer_value(growth);
        if (__builtin_add_overflow(sum, json_integer_value(json_object_get(sums, name)), &sum) ||
            json_object_set_new(sums, name, json_integer(sum)) != 0)
            return -1;
    }
    return 0;
}

/* A case is as good as its worst block: the worst state, and of those the least share; what was held back in
 * any of them. */
static int keep_worse_witness(struct folded_case *folded, const json_t *witness)
{
    json_t *kept = json_deep_copy(witness);
    const json_t *share = json_object_get(witness, "share");
    const json_t *kept_share = json_object_get(folded->witness, "share");
    if (!kept)
        return -1;
    if (!folded->witness) {
        folded->witness = kept;
        return 0;
    }
    int difference = badness(kept) - badness(folded->witness);
    int is_worse = difference > 0 ||
                   (difference == 0 &&
                    (!kept_share || (share && json_number_value(share) < json_number_value(kept_share))));
    json_t *better = is_worse ? folded->witness : kept;
    folded->witness = is_worse ? kept : folded->witness;
    int failed = add_throttled(folded->witness, better);
    json_decref(better);
    return failed;
}

static enum eb_status fold_block(struct eb_journal_fold *fold, const json_t *line, struct eb_error *err)
{
    json_t *fields = json_object_get(line, "case");
    json_t *sweep = json_object_get(line, "sweep");
    json_t *bins = json_object_get(line, "histogram");
    json_t *raw = json_object_get(line, "raw_ns");
    json_t *witness = json_object_get(line, "witness");
    json_t *validation = json_object_get(line, "validation");
    if (!json_is_object(fields) || !json_is_object(sweep) || !is_histogram(bins))
        return refused(err, "a block needs \"case\", \"sweep\" and a \"histogram\" of [ns, count]");
    struct folded_case *folded = NULL;
    struct eb_histogram histogram = {0};
    enum eb_status status = find_case(fold, fields, &folded, err);
    if (status == EB_OK)
        status = eb_histogram_from_json(bins, &histogram, err);
    if (status == EB_OK)
        status = eb_histogram_merge(
            json_is_true(json_object_get(sweep, "first")) ? &folded->first : &folded->later, &histogram, err);
    eb_histogram_free(&histogram);
    if (status != EB_OK)
        return status;
    if (raw && !folded->raw_ns)
        folded->raw_ns = json_array();
    if (json_array_append(folded->sweeps, sweep) != 0 || (raw && json_array_append(folded->raw_ns, raw) != 0))
        return out_of_memory(err);
    if (witness && keep_worse_witness(folded, witness) != 0)
        return out_of_memory(err);
    if (validation) {
        json_decref(folded->validation);
        folded->validation = json_incref(validation);
    }
    return EB_OK;
}

enum eb_status eb_journal_fold_line(struct eb_journal_fold *fold, const json_t *line, struct eb_error *err)
{
    const char *schema = json_string_value(json_object_get(line, "schema"));
    if (schema) {
        if (strcmp(schema, EB_JOURNAL_SCHEMA) != 0)
            return refused(err, "not a journal of schema \"" EB_JOURNAL_SCHEMA "\"");
        if (fold->header)
            return refused(err, "a second header");
        if (!json_is_object(json_object_get(line, "run")) || !json_is_object(json_object_get(line, "launch")))
            return refused(err, "the header needs \"run\" and \"launch\"");
        fold->header = json_deep_copy(line);
        return fold->header ? EB_OK : out_of_memory(err);
    }
    if (!fold->header)
        return refused(err, "a line before the header");
    if (fold->complete)
        return refused(err, "a line after the end");
    if (json_object_get(line, "case"))
        return fold_block(fold, line, err);
    if (json_is_object(json_object_get(line, "tuning")))
        return json_object_set(json_object_get(fold->header, "launch"), "tuning",
                               json_object_get(line, "tuning")) == 0
                   ? EB_OK
                   : out_of_memory(err);
    const char *end = json_string_value(json_object_get(json_object_get(line, "end"), "status"));
    if (!end)
        return refused(err, "neither a header, a tuning, a block nor an end");
    fold->complete = strcmp(end, "complete") == 0;
    return EB_OK;
}

int eb_journal_fold_is_complete(const struct eb_journal_fold *fold)
{
    return fold->complete;
}

const json_t *eb_journal_fold_run(const struct eb_journal_fold *fold)
{
    return json_object_get(fold->header, "run");
}

static json_t *case_to_json(const struct folded_case *folded)
{
    int first_only = folded->later.total == 0;
    json_t *json = json_copy(folded->fields);
    int failed = !json || json_object_set(json, "sweeps", folded->sweeps) != 0 ||
                 json_object_set_new(json, "first_sweep_counted", json_boolean(first_only)) != 0 ||
                 json_object_set_new(json, "histogram",
                                     eb_histogram_to_json(first_only ? &folded->first : &folded->later)) != 0;
    if (!failed && folded->raw_ns)
        failed = json_object_set(json, "raw_ns", folded->raw_ns);
    if (!failed && folded->witness)
        failed = json_object_set(json, "witness", folded->witness);
    if (!failed && folded->validation)
        failed = json_object_set(json, "validation", folded->validation);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

json_t *eb_journal_fold_launch(const struct eb_journal_fold *fold)
{
    json_t *launch = json_copy(json_object_get(fold->header, "launch"));
    json_t *cases = json_array();
    int failed = !launch || !cases;
    for (size_t i = 0; !failed && i < fold->case_count; i++)
        failed = json_array_append_new(cases, case_to_json(&fold->cases[i])) != 0;
    failed = failed ||
             json_object_set_new(launch, "status", json_string(fold->complete ? "complete" : "partial")) ||
             json_object_set(launch, "cases", cases) != 0;
    json_decref(cases);
    if (!failed)
        return launch;
    json_decref(launch);
    return NULL;
}

enum eb_status eb_journal_write(FILE *file, const json_t *line, struct eb_error *err)
{
    errno = 0;
    if (json_dumpf(line, file, 0) == 0 && fputc('\n', file) != EOF && fflush(file) == 0)
        return EB_OK;
    return eb_error_set(err, EB_INTERNAL, "journal", errno, "cannot write what was measured: %s",
                        strerror(errno));
}
