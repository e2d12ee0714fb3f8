#include "cli/adapters.h"

#include "common/plain.h"
#include "judge/report/text_lines.h"

#include <string.h>

#define ROW_MAX 2048 /* every name of the catalogue takes less */
#define HEAD_WIDTH 16

static int is_of(const struct eb_instance *instance, unsigned count, double gbps)
{
    return instance->efa_count == count && !(instance->efa_gbps < gbps) && !(instance->efa_gbps > gbps);
}

/* The next number and rate after those given, ascending; 0 when there is none. */
static int next_kind(unsigned *count, double *gbps)
{
    const struct eb_instance *next = NULL;
    for (size_t i = 0; i < eb_instance_count(); i++) {
        const struct eb_instance *one = eb_instance_at(i);
        if (one->efa_count < *count || (one->efa_count == *count && one->efa_gbps <= *gbps))
            continue;
        if (!next || one->efa_count < next->efa_count ||
            (one->efa_count == next->efa_count && one->efa_gbps < next->efa_gbps))
            next = one;
    }
    if (next) {
        *count = next->efa_count;
        *gbps = next->efa_gbps;
    }
    return next != NULL;
}

enum eb_status eb_adapters_types(FILE *file, struct eb_error *err)
{
    unsigned count = 0;
    double gbps = 0;
    enum eb_status status = EB_OK;
    fputs("\nInstance types with EFA, all their devices together\n", file);
    while (status == EB_OK && next_kind(&count, &gbps)) {
        char names[ROW_MAX] = "";
        char head[32];
        char number[EB_PLAIN_NUMBER];
        for (size_t i = 0; i < eb_instance_count(); i++) {
            size_t used = strlen(names);
            if (is_of(eb_instance_at(i), count, gbps))
                snprintf(names + used, sizeof names - used, "%s%s", used ? " " : "", eb_instance_at(i)->name);
        }
        snprintf(head, sizeof head, "%2u, %4s Gb/s", count, eb_plain_number(gbps, 6, number));
        snprintf(head + strlen(head), sizeof head - strlen(head), "%*s", HEAD_WIDTH - (int)strlen(head), "");
        status = eb_text_wrapped(file, head, HEAD_WIDTH, names, err);
    }
    return status;
}
