#include "judge/report/plot/pictures.h"
#include "judge/report/plot/pictures_parts.h"

#include "judge/metrics.h"

/* The time, and what it makes of each rank's link. */
static int is_wanted(const struct eb_group *group)
{
    return eb_group_is_allreduce(group) && (group->is_shown || group->is_shown_beside ||
                                            group->items->series->metric->amount == EB_AMOUNT_BUS);
}

enum eb_status eb_pictures_add_allreduce(const struct eb_report *report, const struct eb_palette *palette,
                                         struct eb_pictures *pictures, struct eb_error *err)
{
    return eb_groups_add(report, is_wanted, eb_pictures_add_figures, palette, pictures, err);
}
