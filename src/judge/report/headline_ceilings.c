/* How near to what an adapter, or one flow, could carry the arms come. */
#include "judge/report/headline_words.h"

#include "common/plain.h"
#include "judge/report/shares.h"

#include <stdlib.h>

/* The series of an arm with the greatest share. */
struct best {
    double share; /* 0: none */
    double gbps;  /* of what */
};

static struct best best_of(const struct eb_report *report, const struct eb_kernel_metrics *kernel, size_t arm,
                           int of_flow)
{
    struct best best = {0};
    for (size_t i = 0; i < report->set->count; i++) {
        const struct eb_series *series = &report->set->series[i];
        const struct eb_ceiling *ceiling = &report->ceilings[i];
        unsigned shares = eb_shares_of(ceiling);
        int flow = (shares & EB_SHARE_FLOW) != 0;
        if (series->kernel != kernel || series->arm_index != arm || flow != of_flow ||
            !(flow || (shares & EB_SHARE_LINE)) || eb_ceiling_is_exceeded(ceiling, series->value))
            continue;
        double whole = flow ? eb_ceiling_cap(ceiling, eb_ceiling_usual_cap()) : ceiling->line;
        if (series->value / whole > best.share) {
            best.share = series->value / whole;
            best.gbps = flow ? eb_ceiling_usual_cap()->gbps : ceiling->line_gbps;
        }
    }
    return best;
}

static void write_percent(double share, FILE *text)
{
    char number[EB_PLAIN_NUMBER];
    double percent = 100 * share;
    if (percent < 0.1)
        fputs("<0.1%", text);
    else
        fprintf(text, "%s%%", eb_plain_fixed(percent, percent < 9.95 ? 1 : 0, number));
}

/* The arms' best shares; so many were written before. Returns how many then are. */
static size_t write_shares(const struct eb_headline *all, const struct eb_kernel_metrics *kernel, int of_flow,
                           size_t written, FILE *text)
{
    char gbps[EB_PLAIN_NUMBER];
    double told = 0;
    for (size_t i = 0; i < all->report->set->arm_count; i++) {
        struct best best = best_of(all->report, kernel, i, of_flow);
        if (best.share <= 0)
            continue;
        fprintf(text, "%s%s%s ", written > 0 ? ", " : "", of_flow ? "one flow of " : "", all->names[i]);
        fputs(written > 0 ? "" : "reaches ", text);
        write_percent(best.share, text);
        eb_plain_number(best.gbps, 6, gbps);
        if (best.gbps != told && of_flow)
            fprintf(text, " of the %s Gb/s that a flow may carry in a placement group", gbps);
        else if (best.gbps != told)
            fprintf(text, " of the line rate (%s Gb/s)", gbps);
        fputs(written > 0 ? "" : " at best", text);
        told = best.gbps;
        written++;
    }
    return written;
}

void eb_headline_add_ceilings(struct eb_headline *all)
{
    static const struct {
        const char *kernel;
        const char *title;
    } kernels[] = {{"bandwidth", "Capacity: "},
                   {"bibandwidth", "Capacity, both ways: "},
                   {"message_rate", "Capacity, payload of messages: "}};
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        const struct eb_kernel_metrics *kernel = eb_kernel_metrics_find(kernels[i].kernel);
        struct eb_draft draft;
        if (!eb_draft_begin(all, &draft))
            return;
        fputs(kernels[i].title, draft.file);
        size_t written = write_shares(all, kernel, 0, 0, draft.file);
        written = write_shares(all, kernel, 1, written, draft.file);
        fputc('.', draft.file);
        char *text = eb_draft_text(all, &draft);
        if (text && written > 0)
            eb_headline_say(all, text);
        free(text);
        if (written > 0)
            return;
    }
}
