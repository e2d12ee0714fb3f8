#include "judge/report/plot/pictures.h"

/* In the order of a page: a new picture is a row. */
static enum eb_status (*const adders[])(const struct eb_report *report, const struct eb_palette *palette,
                                        struct eb_pictures *pictures, struct eb_error *err) = {
    eb_pictures_add_sizes,  eb_pictures_add_ratios,   eb_pictures_add_tails, eb_pictures_add_allreduce,
    eb_pictures_add_layers, eb_pictures_add_launches, eb_pictures_add_pairs,
};

enum eb_status eb_pictures_of_report(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < sizeof adders / sizeof *adders; i++)
        status = adders[i](report, palette, pictures, err);
    return status;
}
