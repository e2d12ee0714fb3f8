#include "measure/launch/launch.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum eb_status absorb_from(struct eb_launch *launch, int from, void *value,
                                  const struct eb_mergeable *kind, struct eb_error *err)
{
    void *data = NULL;
    size_t bytes = 0;
    enum eb_status status = launch->ops->take(launch, from, &data, &bytes, err);
    if (status == EB_OK)
        status = kind->absorb(value, data, bytes, err);
    free(data);
    return status;
}

enum eb_status eb_launch_merge(struct eb_launch *launch, void *value, const struct eb_mergeable *kind,
                               struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (int step = 1; status == EB_OK && step < launch->ranks; step *= 2) {
        if (launch->rank & step) {
            const void *data = NULL;
            size_t bytes = 0;
            kind->view(value, &data, &bytes);
            return launch->ops->give(launch, launch->rank - step, data, bytes, err);
        }
        if (launch->rank + step < launch->ranks)
            status = absorb_from(launch, launch->rank + step, value, kind, err);
    }
    return status;
}

static enum eb_status odd_size(size_t bytes, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "launch", EMSGSIZE, "another rank gave %zu bytes", bytes);
}

static void view_number(const void *value, const void **data, size_t *bytes)
{
    *data = value;
    *bytes = sizeof(uint64_t);
}

static enum eb_status add_number(void *value, const void *data, size_t bytes, struct eb_error *err)
{
    uint64_t other = 0;
    uint64_t *sum = value;
    if (bytes != sizeof other)
        return odd_size(bytes, err);
    memcpy(&other, data, sizeof other);
    *sum += other;
    return EB_OK;
}

enum eb_status eb_launch_sum(struct eb_launch *launch, uint64_t *sum, struct eb_error *err)
{
    static const struct eb_mergeable numbers = {.view = view_number, .absorb = add_number};
    return eb_launch_merge(launch, sum, &numbers, err);
}

/* What a rank says of its status. */
struct report {
    int status;
    int code;
    int rank;
    char text[sizeof((struct eb_error *)0)->text];
};

static void view_report(const void *value, const void **data, size_t *bytes)
{
    *data = value;
    *bytes = sizeof(struct report);
}

/* Of two failures: a rank that only waited in vain comes after those that know more. */
static int is_told_first(const struct report *one, const struct report *other)
{
    int waited = one->code == ETIMEDOUT;
    int other_waited = other->code == ETIMEDOUT;
    return waited == other_waited ? one->rank < other->rank : other_waited;
}

static enum eb_status keep_lowest_failure(void *value, const void *data, size_t bytes, struct eb_error *err)
{
    struct report *mine = value;
    struct report other;
    if (bytes != sizeof other)
        return odd_size(bytes, err);
    memcpy(&other, data, sizeof other);
    if (other.status != EB_OK && (mine->status == EB_OK || is_told_first(&other, mine)))
        *mine = other;
    return EB_OK;
}

/* What rank 0 shows all others first, and what a rank that runs another version gives back: of a size and
 * layout that never change, as eb_launch_merge's messages never do. An efabench from before there were
 * greetings begins with eb_launch_agree and takes this for a rank's report of that time: a status, a code, a
 * text. */
struct greeting {
    int32_t mark; /* 0: nobody's */
    int32_t rank;
    char words[256]; /* what it shows its user then */
    char version[160];
    char host[64];
};
_Static_assert(sizeof(struct greeting) == 488, "the first message of ranks has this size for ever");

#define GREETING_MARK 2 /* no status of success: whoever does not know greetings gives up */

static struct greeting greeting_of(const struct eb_launch *launch, const char *version)
{
    struct greeting mine = {.mark = GREETING_MARK, .rank = launch->rank};
    gethostname(mine.host, sizeof mine.host - 1);
    snprintf(mine.version, sizeof mine.version, "%s", version);
    snprintf(mine.words, sizeof mine.words,
             "rank %d on host %s runs efabench %s, another rank an older one: start the same on every host",
             launch->rank, mine.host, version);
    return mine;
}

static void view_greeting(const void *value, const void **data, size_t *bytes)
{
    const struct greeting *other = value;
    *data = other;
    *bytes = other->mark ? sizeof *other : 0;
}

static enum eb_status keep_lowest_greeting(void *value, const void *data, size_t bytes, struct eb_error *err)
{
    struct greeting *mine = value;
    struct greeting other;
    if (bytes == 0)
        return EB_OK;
    if (bytes != sizeof other)
        return odd_size(bytes, err);
    memcpy(&other, data, sizeof other);
    if (!mine->mark || other.rank < mine->rank)
        *mine = other;
    return EB_OK;
}

static enum eb_status refuse_version(const struct greeting *first, const struct greeting *other,
                                     struct eb_error *err)
{
    const char *version = first->mark == GREETING_MARK ? first->version : "(older than greetings)";
    const char *host = first->mark == GREETING_MARK ? first->host : "?";
    return eb_error_set(err, EB_USAGE, "launch", 0,
                        "rank 0 on host %s runs efabench %s, rank %d on host %s efabench %s: start the same "
                        "on every host",
                        host, version, other->rank, other->host, other->version);
}

enum eb_status eb_launch_greet(struct eb_launch *launch, const char *version, struct eb_error *err)
{
    static const struct eb_mergeable greetings = {.view = view_greeting, .absorb = keep_lowest_greeting};
    struct greeting mine = greeting_of(launch, version);
    struct greeting first = mine;
    struct greeting lowest = {0}; /* of those that differ from rank 0 */
    enum eb_status status = launch->ops->broadcast(launch, &first, sizeof first, err);
    if (status != EB_OK)
        return status;
    if (first.mark != GREETING_MARK) {
        launch->broken = 1; /* it does not do what follows */
        return refuse_version(&first, &mine, err);
    }
    if (strcmp(first.version, mine.version) != 0)
        lowest = mine;
    status = eb_launch_merge(launch, &lowest, &greetings, err);
    if (status == EB_OK)
        status = launch->ops->broadcast(launch, &lowest, sizeof lowest, err);
    return status == EB_OK && lowest.mark ? refuse_version(&first, &lowest, err) : status;
}

enum eb_status(eb_launch_agree)(struct eb_launch *launch, enum eb_status mine, struct eb_error *err)
{
    static const struct eb_mergeable reports = {.view = view_report, .absorb = keep_lowest_failure};
    struct report report = {.status = (int)mine, .code = mine == EB_OK ? 0 : err->code, .rank = launch->rank};
    if (mine != EB_OK)
        memcpy(report.text, err->text, sizeof report.text);
    struct eb_error meeting = {0};
    enum eb_status status = eb_launch_merge(launch, &report, &reports, &meeting);
    if (status == EB_OK)
        status = launch->ops->broadcast(launch, &report, sizeof report, &meeting);
    if (status != EB_OK && mine != EB_OK)
        return mine; /* what this rank knows says more than that the others do not answer */
    if (status != EB_OK && err)
        *err = meeting;
    if (status == EB_OK && report.status != EB_OK)
        status = eb_error_set(err, (enum eb_status)report.status, "launch", report.code, "%s", report.text);
    return status;
}

enum eb_status eb_launch_name(const struct eb_launch *launch, const char *phase, enum eb_status status,
                              struct eb_error *err)
{
    char host[64] = "";
    struct eb_error inner = *err;
    if (status == EB_OK || !launch->broken)
        return status;
    gethostname(host, sizeof host - 1);
    return eb_error_set(err, status, inner.origin, inner.code, "%s, rank %d on host %s: %s", phase,
                        launch->rank, host, inner.text);
}
