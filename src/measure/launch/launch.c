#include "measure/launch/launch.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What ranks show one another first, of a size and layout that never change. An efabench from before there
 * were greetings begins with eb_launch_agree and takes this for a rank's report of that time: a status, a
 * code, a text. */
struct greeting {
    int32_t mark;
    int32_t code;
    char words[256]; /* what it shows its user then */
    char version[160];
    char host[64];
};
_Static_assert(sizeof(struct greeting) == 488, "the first report of ranks has this size for ever");

#define GREETING_MARK 2 /* no status of success: whoever does not know greetings gives up */

static const char *version_of(const struct greeting *greeting)
{
    return greeting->mark == GREETING_MARK && greeting->version[0] ? greeting->version
                                                                   : "(older than greetings)";
}

enum eb_status eb_launch_greet(struct eb_launch *launch, const char *version, struct eb_error *err)
{
    struct greeting mine = {.mark = GREETING_MARK};
    struct greeting *all = calloc((size_t)launch->ranks, sizeof *all);
    if (!all) {
        launch->broken = 1;
        return eb_error_set(err, EB_INTERNAL, "launch", ENOMEM, "out of memory for %d ranks", launch->ranks);
    }
    gethostname(mine.host, sizeof mine.host - 1);
    snprintf(mine.version, sizeof mine.version, "%s", version);
    snprintf(mine.words, sizeof mine.words,
             "rank %d on host %s runs efabench %s, another rank an older one: start the same on every host",
             launch->rank, mine.host, version);
    enum eb_status status = launch->ops->allgather(launch, &mine, all, sizeof mine, err);
    for (int rank = 1; status == EB_OK && rank < launch->ranks; rank++)
        if (strcmp(version_of(&all[rank]), version_of(&all[0])) != 0)
            status =
                eb_error_set(err, EB_USAGE, "launch", 0,
                             "rank 0 on host %s runs efabench %s, rank %d on host %s efabench %s: start "
                             "the same on every host",
                             all[0].host, version_of(&all[0]), rank, all[rank].host, version_of(&all[rank]));
    free(all);
    return status;
}

enum eb_status eb_launch_agree(struct eb_launch *launch, enum eb_status mine, struct eb_error *err)
{
    struct report {
        int status;
        int code;
        char text[sizeof err->text];
    } report = {.status = (int)mine, .code = mine == EB_OK ? 0 : err->code};
    if (mine != EB_OK)
        memcpy(report.text, err->text, sizeof report.text);
    struct report *all = calloc((size_t)launch->ranks, sizeof *all);
    if (!all)
        return eb_error_set(err, EB_INTERNAL, "launch", ENOMEM, "out of memory for %d ranks", launch->ranks);
    enum eb_status status = launch->ops->allgather(launch, &report, all, sizeof report, err);
    const struct report *told = NULL;
    for (int rank = 0; status == EB_OK && rank < launch->ranks; rank++)
        if (all[rank].status != EB_OK && (!told || (told->code == ETIMEDOUT && all[rank].code != ETIMEDOUT)))
            told = &all[rank];
    if (told)
        status = eb_error_set(err, (enum eb_status)told->status, "launch", told->code, "%s", told->text);
    free(all);
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
