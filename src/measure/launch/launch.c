#include "measure/launch/launch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    for (int rank = 0; status == EB_OK && rank < launch->ranks; rank++)
        if (all[rank].status != EB_OK)
            status = eb_error_set(err, (enum eb_status)all[rank].status, "launch", all[rank].code, "%s",
                                  all[rank].text);
    free(all);
    return status;
}
