#include "measure/launch/launch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static enum eb_status keep_lowest_failure(void *value, const void *data, size_t bytes, struct eb_error *err)
{
    struct report *mine = value;
    struct report other;
    if (bytes != sizeof other)
        return odd_size(bytes, err);
    memcpy(&other, data, sizeof other);
    if (other.status != EB_OK && (mine->status == EB_OK || other.rank < mine->rank))
        *mine = other;
    return EB_OK;
}

enum eb_status eb_launch_agree(struct eb_launch *launch, enum eb_status mine, struct eb_error *err)
{
    static const struct eb_mergeable reports = {.view = view_report, .absorb = keep_lowest_failure};
    struct report report = {.status = (int)mine, .code = mine == EB_OK ? 0 : err->code, .rank = launch->rank};
    if (mine != EB_OK)
        memcpy(report.text, err->text, sizeof report.text);
    enum eb_status status = eb_launch_merge(launch, &report, &reports, err);
    if (status == EB_OK)
        status = launch->ops->broadcast(launch, &report, sizeof report, err);
    if (status == EB_OK && report.status != EB_OK)
        status = eb_error_set(err, (enum eb_status)report.status, "launch", report.code, "%s", report.text);
    return status;
}
