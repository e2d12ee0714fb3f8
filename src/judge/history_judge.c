/* A record against a database. */
#include "judge/history.h"

#include <math.h>

static enum eb_status fetch(void *context, struct eb_past *past, size_t night, struct eb_error *err)
{
    return eb_history_fetch(context, past, night, err);
}

/* A shift that a gate with a smaller delta saw would be taken in by nights that were judged with a larger
 * one.
 */
static enum eb_status choose_delta(const struct eb_past *past, const char *path,
                                   struct eb_compare_options *options, struct eb_error *err)
{
    if (options->is_delta_given && !(fabs(options->delta - past->delta) < 1e-9))
        return eb_error_set(err, EB_USAGE, "history", 0,
                            "--delta: %s judges with %.6g%%, as its nights were judged, not with %.6g%%; "
                            "rebuild can change it",
                            path, 100 * expm1(past->delta), 100 * expm1(options->delta));
    options->delta = past->delta;
    return EB_OK;
}

enum eb_status eb_history_read_whole(const char *path, struct eb_past **past, struct eb_error *err)
{
    struct eb_history *history = NULL;
    *past = NULL;
    enum eb_status status = eb_history_open(path, EB_HISTORY_READ, 0, &history, err);
    if (status == EB_OK)
        status = eb_history_load(history, past, err);
    if (status == EB_OK)
        status = eb_history_fetch_all(history, *past, err);
    eb_history_close(history); /* writers wait for readers */
    return status;
}

enum eb_status eb_history_judge(const char *path, const json_t *record, const char *record_path,
                                const char *variant, const struct eb_compare_options *options,
                                struct eb_judgement **judgement, struct eb_error *err)
{
    struct eb_history *history = NULL;
    struct eb_past *past = NULL;
    struct eb_past *tonight = NULL;
    *judgement = NULL;
    enum eb_status status = eb_past_of_record(record, record_path, &tonight, err);
    if (status == EB_OK)
        status = eb_history_open(path, EB_HISTORY_READ, 0, &history, err);
    if (status == EB_OK)
        status = eb_history_load(history, &past, err);
    struct eb_compare_options own = *options;
    if (status == EB_OK)
        status = choose_delta(past, path, &own, err);
    const struct eb_fetcher fetcher = {.fetch = fetch, .context = history};
    const struct eb_past_hearing hearing = {.past = past,
                                            .past_name = path,
                                            .fetcher = &fetcher,
                                            .record = tonight,
                                            .record_name = record_path,
                                            .variant = variant,
                                            .options = &own};
    if (status == EB_OK)
        status = eb_past_hear(&hearing, judgement, err);
    eb_past_free(tonight);
    eb_past_free(past);
    eb_history_close(history);
    return status;
}
