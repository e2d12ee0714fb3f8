/* A record against a database. */
#include "judge/history.h"

static enum eb_status fetch(void *context, struct eb_past *past, size_t night, struct eb_error *err)
{
    return eb_history_fetch(context, past, night, err);
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
    const struct eb_fetcher fetcher = {.fetch = fetch, .context = history};
    const struct eb_past_hearing hearing = {.past = past,
                                            .past_name = path,
                                            .fetcher = &fetcher,
                                            .record = tonight,
                                            .record_name = record_path,
                                            .variant = variant,
                                            .options = options};
    if (status == EB_OK)
        status = eb_past_hear(&hearing, judgement, err);
    eb_past_free(tonight);
    eb_past_free(past);
    eb_history_close(history);
    return status;
}
