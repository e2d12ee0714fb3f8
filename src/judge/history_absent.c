/* In the place of judge/history*.c where there is no SQLite. */
#include "judge/history.h"

static enum eb_status absent(struct eb_error *err)
{
    return eb_error_set(err, EB_USAGE, "history", 0,
                        "this efabench was built without SQLite (--without-sqlite): it keeps no history");
}

enum eb_status eb_history_open(const char *path, enum eb_history_use use, double delta,
                               struct eb_history **history, struct eb_error *err)
{
    (void)path;
    (void)use;
    (void)delta;
    *history = NULL;
    return absent(err);
}

void eb_history_close(struct eb_history *history)
{
    (void)history;
}

enum eb_status eb_history_add(struct eb_history *history, const struct eb_past *record, int *added,
                              struct eb_error *err)
{
    (void)history;
    (void)record;
    *added = 0;
    return absent(err);
}

enum eb_status eb_history_load(struct eb_history *history, struct eb_past **past, struct eb_error *err)
{
    (void)history;
    *past = NULL;
    return absent(err);
}

enum eb_status eb_history_fetch(struct eb_history *history, struct eb_past *past, size_t night,
                                struct eb_error *err)
{
    (void)history;
    (void)past;
    (void)night;
    return absent(err);
}

enum eb_status eb_history_fetch_all(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    (void)history;
    (void)past;
    return absent(err);
}

enum eb_status eb_history_read_whole(const char *path, struct eb_past **past, struct eb_error *err)
{
    (void)path;
    *past = NULL;
    return absent(err);
}

enum eb_status eb_history_check(const char *path, size_t *nights, struct eb_error *err)
{
    (void)path;
    *nights = 0;
    return absent(err);
}

enum eb_status eb_history_accept(struct eb_history *history, const struct eb_acceptance *acceptance,
                                 char *night, struct eb_error *err)
{
    (void)history;
    (void)acceptance;
    (void)night;
    return absent(err);
}

enum eb_status eb_history_rebuild(const char *path, double delta, struct eb_past *const *records,
                                  size_t count, size_t *added, size_t *dropped, struct eb_error *err)
{
    (void)path;
    (void)delta;
    (void)records;
    (void)count;
    *added = 0;
    *dropped = 0;
    return absent(err);
}

enum eb_status eb_history_judge(const char *path, const json_t *record, const char *record_path,
                                const char *variant, const struct eb_compare_options *options,
                                struct eb_judgement **judgement, struct eb_error *err)
{
    (void)path;
    (void)record;
    (void)record_path;
    (void)variant;
    (void)options;
    *judgement = NULL;
    return absent(err);
}
