/* What can be said of a session's options before anything is opened. */
#include "measure/session.h"
#include "measure/topology/binding.h"

#include <string.h>

/* Options that do not go together. */
static enum eb_status check_sampling(const struct eb_session_options *options, struct eb_error *err)
{
    if (options->osu && (options->cold || options->precision > 0))
        return eb_error_set(err, EB_USAGE, "session", 0, "--osu does not go with %s: OSU has nothing like it",
                            options->cold ? "--cold" : "--precision");
    if (options->precision > 0 && options->iterations > 0)
        return eb_error_set(err, EB_USAGE, "session", 0,
                            "--precision does not go with --iterations: one of them says when to stop");
    return EB_OK;
}

/* What a screening is not made of: it has its own pairs, sizes and kernels. */
static enum eb_status check_screen(const struct eb_session_options *options, struct eb_error *err)
{
    const struct {
        int is_given;
        const char *option;
        const char *why;
    } refused[] = {
        {options->pairs > 0, "--pairs", "a screening has all pairs of a round at work"},
        {options->osu, "--osu", "OSU has nothing like it"},
        {options->refine, "--refine", "a screening measures one size of each kernel"},
        {options->added_count > 0, "--added", "a screening measures one size of each kernel"},
        {options->precision > 0, "--precision", "all pairs of a round take as many iterations"},
        {strcmp(options->algorithm, "auto") != 0, "--algorithm", "a screening has no all-reduce"},
        {options->in_place, "--in-place", "a screening has no all-reduce"},
    };
    for (size_t i = 0; options->screen && i < sizeof refused / sizeof *refused; i++)
        if (refused[i].is_given)
            return eb_error_set(err, EB_USAGE, "session", 0, "%s does not go with screen: %s",
                                refused[i].option, refused[i].why);
    return EB_OK;
}

enum eb_status eb_session_plan(const struct eb_session_options *options, int ranks, struct eb_plan *plan,
                               struct eb_error *err)
{
    struct eb_plan_wishes wishes = {.kernels = options->kernels,
                                    .kernel_count = options->kernel_count,
                                    .sizes = &options->sizes,
                                    .arm_count = options->arm_count,
                                    .element_bytes = options->reduction->element_bytes,
                                    .osu_sizes = options->osu && options->default_sizes,
                                    .added = options->added,
                                    .added_count = options->added_count,
                                    .rounds = options->screen ? eb_pairing_rounds(ranks) : 0};
    enum eb_status status = EB_OK;
    if (strcmp(options->algorithm, "auto") != 0)
        status = eb_algorithm_find(options->algorithm, &wishes.algorithm, err);
    return status == EB_OK ? eb_plan_build(&wishes, plan, err) : status;
}

enum eb_status eb_session_check(const struct eb_session_options *options, struct eb_error *err)
{
    struct eb_plan plan;
    for (size_t i = 0; i < options->arm_count; i++) {
        const struct eb_transport_ops *ops = NULL;
        enum eb_status status = eb_transport_check_arm(&options->arms[i], err);
        if (status != EB_OK)
            return status;
        for (size_t j = 0; j < i; j++)
            if (strcmp(options->arms[i].name, options->arms[j].name) == 0)
                return eb_error_set(err, EB_USAGE, "session", 0, "two arms are called '%s'",
                                    options->arms[i].name);
        if (eb_transport_find(options->arms[i].transport, &ops, err) == EB_OK && options->validate &&
            !ops->moves_data)
            return eb_error_set(err, EB_USAGE, "session", 0,
                                "--validate: arm '%s' moves no data that could be checked",
                                options->arms[i].spec);
    }
    enum eb_bind_policy policy;
    const char *list = NULL;
    enum eb_status status = eb_bind_parse(options->bind, &policy, &list, err);
    if (status == EB_OK)
        status = check_sampling(options, err);
    if (status == EB_OK)
        status = check_screen(options, err);
    if (status == EB_OK)
        status = eb_session_plan(options, 2, &plan, err);
    if (status == EB_OK)
        eb_plan_free(&plan);
    return status;
}
