/* Reading and writing records: what is refused, with which words, and that nothing is lost. */
#include "cmocka_all.h"
#include "common/file.h"
#include "common/record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char good[] = "{\"schema\": \"efabench-record/1\", \"kind\": \"measured\", \"run\": "
                           "{\"created_utc\": \"2026-01-01T00:00:00Z\"},"
                           "\"launches\": [{\"variant\": \"default\", \"status\": \"complete\", "
                           "\"provenance\": {}, \"arms\": [{\"name\": "
                           "\"a\", \"transport\": \"null\"}], \"cases\": [{\"kernel\": \"pingpong\", "
                           "\"algorithm\": \"\", \"arm\": \"a\","
                           "\"size_bytes\": 8, \"ranks\": 2, \"sample\": \"rtt_ns\", \"bytes_per_sample\": "
                           "8, \"witness\": {\"state\": "
                           "\"unattested\"}, \"sweeps\": [{\"index\": 0, \"first\": true, \"position\": 0, "
                           "\"iterations\": 2, \"warmup\": 0,"
                           "\"median_ns\": 100, \"total_ns\": 200, \"rank_total_ns\": 200}], \"histogram\": "
                           "[[100, 1], [101, 1]]}]}]}";

/* A directory of its own for each test. */
static int make_directory(void **state)
{
    char *directory = strdup("/tmp/efabench-test-XXXXXX");
    *state = directory;
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    char *command = NULL;
    int result = asprintf(&command, "chmod -R u+w %s; rm -r %s", (char *)*state, (char *)*state) > 0
                     ? system(command)
                     : -1;
    free(command);
    free(*state);
    return result;
}

static char *path_in(void **state, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", (char *)*state, name) > 0);
    return path;
}

static enum eb_status load_text(void **state, const char *text, json_t **record, struct eb_error *err)
{
    char *path = path_in(state, "record.json");
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    enum eb_status status = eb_record_load(path, record, err);
    if (status != EB_OK)
        assert_non_null(strstr(err->text, path));
    free(path);
    return status;
}

static void test_good_record(void **state)
{
    json_t *record = NULL;
    struct eb_error err = {0};
    assert_int_equal(load_text(state, good, &record, &err), EB_OK);
    json_decref(record);
}

/* good with the first `from` in it replaced must be refused, naming place and reason. */
static void assert_refused(void **state, const char *from, const char *to, const char *place,
                           const char *reason)
{
    char text[sizeof good + 200];
    const char *at = strstr(good, from);
    json_t *record = NULL;
    struct eb_error err = {0};
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    assert_int_equal(load_text(state, text, &record, &err), EB_INVALID);
    assert_null(record);
    if (!strstr(err.text, place) || !strstr(err.text, reason))
        fail_msg("'%s' lacks '%s' or '%s'", err.text, place, reason);
}

static void test_what_is_not_understood_is_refused(void **state)
{
    static const char one_case[] = "launches[0].cases[0]";
    assert_refused(state, "efabench-record/1", "efabench-record/2", "top level", "efabench-record/2");
    assert_refused(state, "\"measured\"", "\"guessed\"", "top level", "guessed");
    assert_refused(state, "\"run\"", "\"ran\"", "top level", "\"run\" is missing");
    assert_refused(state, "\"created_utc\"", "\"when\"", "run", "\"created_utc\" is missing");
    assert_refused(state, "\"kind\": ", "\"extra\": 1, \"kind\": ", "top level", "\"extra\" is unknown");
    assert_refused(state, "\"variant\": \"default\"", "\"variant\": 3", "launches[0]",
                   "\"variant\" is not a string");
    assert_refused(state, "\"name\": \"a\"", "\"name\": null", "launches[0].arms[0]", "\"name\"");
    assert_refused(state, "\"size_bytes\": 8", "\"size_bytes\": -8", one_case, "\"size_bytes\"");
    assert_refused(state, "\"size_bytes\": 8", "\"size_bytes\": 8.5", one_case, "\"size_bytes\"");
    assert_refused(state, "\"ranks\": 2", "\"ranks\": 0", one_case, "\"ranks\"");
    assert_refused(state, "rtt_ns", "rtt_us", one_case, "rtt_us");
    assert_refused(state, "[100, 1]", "[100, 0]", one_case, "\"histogram\"[0]");
    assert_refused(state, "[101, 1]", "[100, 1]", one_case, "\"histogram\"[1]");
    assert_refused(state, "[100, 1], [101, 1]", "", one_case, "\"histogram\" is empty");
    assert_refused(state, "\"first\": true", "\"first\": 1", "launches[0].cases[0].sweeps[0]", "\"first\"");
    assert_refused(state, "\"iterations\": 2", "\"iterations\": 0", "sweeps[0]", "\"iterations\"");
    assert_refused(state, "\"complete\"", "\"banana\"", "launches[0]", "banana");
    assert_refused(state, "\"variant\": \"default\"", "\"variant\": \"\"", "launches[0]",
                   "\"variant\" is empty");
    assert_refused(state, "\"name\": \"a\"", "\"name\": \"\"", "launches[0].arms[0]", "\"name\" is empty");
    assert_refused(state, "unattested", "maybe", one_case, "maybe");
    assert_refused(state, "\"rtt_ns\"", "\"rtt_ns\", \"loop\": \"open\"", one_case, "open");
    assert_refused(state, "\"rtt_ns\"", "\"rtt_ns\", \"validation\": {}", one_case,
                   "\"iterations\" is missing");
    assert_refused(state, "\"rtt_ns\"", "\"rtt_ns\", \"published\": {}", one_case, "both");
    assert_refused(state, "\"arms\"", "\"warnings\": [1], \"arms\"", "launches[0].warnings[0]",
                   "not a string");
    assert_refused(state, "[100, 1]", "[100, 9223372036854775807]", one_case, "more than can be");
    assert_refused(state, "\"witness\"", "\"wits\"", one_case, "\"wits\" is unknown");
    assert_refused(state, "\"rtt_ns\"", "\"rtt_ns\", \"round\": 1", one_case, "\"round\" is not one of");
    assert_refused(state, "\"rtt_ns\"", "\"rtt_ns\", \"round\": 1, \"rounds\": 1", one_case,
                   "\"round\" is not one of");
    assert_refused(state, "\"rtt_ns\"", "\"rtt_ns\", \"round\": 0, \"rounds\": 1", one_case,
                   "\"sweeps\"[0] has no \"pairs\"");
    assert_refused(state, "\"warmup\"", "\"pairs\": [{\"ranks\": [0, 1]}], \"warmup\"", "sweeps[0]",
                   "\"median_ns\"");
    assert_refused(state, "\"warmup\"",
                   "\"pairs\": [{\"ranks\": [0, 1], \"median_ns\": 1, \"p99_ns\": -1}], \"warmup\"",
                   "sweeps[0]", "\"p99_ns\"");
}

static void test_every_cut_is_refused(void **state)
{
    for (size_t length = 0; length + 1 < sizeof good; length += 7) {
        char text[sizeof good];
        json_t *record = NULL;
        struct eb_error err = {0};
        memcpy(text, good, length);
        text[length] = '\0';
        assert_int_equal(load_text(state, text, &record, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "line "));
    }
}

static void test_missing_file_and_directory(void **state)
{
    json_t *record = NULL;
    struct eb_error err = {0};
    char *path = path_in(state, "nothing.json");
    assert_int_equal(eb_record_load(path, &record, &err), EB_INVALID);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(eb_record_load(*state, &record, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "directory"));
    free(path);
}

static void test_save_then_load_is_the_same(void **state)
{
    json_t *before = json_loads(good, 0, NULL);
    json_t *after = NULL;
    char *path = path_in(state, "saved.json");
    assert_int_equal(eb_record_save(before, path, NULL), EB_OK);
    assert_int_equal(eb_record_load(path, &after, NULL), EB_OK);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    free(path);
}

static enum eb_status fail_halfway(FILE *file, const void *argument, struct eb_error *err)
{
    (void)argument;
    fputs("half", file);
    return eb_error_set(err, EB_INTERNAL, "test", 0, "no more");
}

static void put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_text(const char *path, const char *wanted)
{
    char text[16] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, wanted);
}

static enum eb_status write_new(FILE *file, const void *argument, struct eb_error *err)
{
    (void)argument, (void)err;
    return fputs("new", file) < 0 ? EB_INTERNAL : EB_OK;
}

static void test_what_killed_writers_left_goes(void **state)
{
    static const struct {
        const char *name;
        int stays;
    } beside[] = {{"a.txt.1234567.tmp", 0}, {"a.txt.1234568.tmp", 1 /* locked */},
                  {"a.txt.notes.tmp", 1},   {"a.txt.1234567.tmp.txt", 1},
                  {"b.txt.1234567.tmp", 1}, {"a.txt.1234567.old", 1 /* has no other name */}};
    char *path = path_in(state, "a.txt");
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char *other = path_in(state, beside[i].name);
        put_text(other, "cut");
        free(other);
    }
    char *locked = path_in(state, beside[1].name);
    int lock = open(locked, O_RDONLY);
    free(locked);
    assert_int_equal(flock(lock, LOCK_EX), 0);
    assert_int_equal(eb_file_replace(path, write_new, NULL, NULL), EB_OK);
    assert_text(path, "new");
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        char *other = path_in(state, beside[i].name);
        assert_int_equal(access(other, F_OK) == 0, beside[i].stays);
        free(other);
    }
    close(lock);
    free(path);
}

static void test_a_failed_write_leaves_the_old_file_and_nothing_else(void **state)
{
    char *path = path_in(state, "kept.txt");
    char *older = path_in(state, "kept.txt~");
    char *kept = NULL;
    struct eb_error err = {0};
    put_text(path, "old");
    assert_int_equal(eb_file_replace(path, fail_halfway, NULL, &err), EB_INTERNAL);
    assert_text(path, "old");
    put_text(older, "older");
    assert_int_equal(eb_file_replace_and_keep(path, fail_halfway, NULL, &kept, &err), EB_INTERNAL);
    assert_string_equal(err.text, "no more");
    assert_null(kept);
    assert_text(path, "old");
    assert_text(older, "older");
    unlink(path);
    unlink(older);
    assert_int_equal(rmdir(*state), 0); /* no temporary file was left */
    assert_int_equal(mkdir(*state, 0700), 0);
    free(older);
    free(path);
}

static enum eb_status write_text(FILE *file, const void *argument, struct eb_error *err)
{
    (void)err;
    fputs(argument, file);
    return EB_OK;
}

static void test_what_stood_there_is_kept(void **state)
{
    char *path = path_in(state, "record.txt");
    char *link = path_in(state, "link.txt");
    char *before = path_in(state, "record.txt~");
    char *kept = NULL;
    assert_int_equal(eb_file_replace_and_keep(path, write_text, "first", &kept, NULL), EB_OK);
    assert_null(kept);
    assert_int_not_equal(access(before, F_OK), 0);
    assert_int_equal(eb_file_replace_and_keep(path, write_text, "second", &kept, NULL), EB_OK);
    assert_string_equal(strrchr(kept, '/'), "/record.txt~");
    assert_text(path, "second");
    assert_text(before, "first");
    free(kept);
    assert_int_equal(symlink("record.txt", link), 0);
    assert_int_equal(eb_file_replace_and_keep(link, write_text, "third", &kept, NULL), EB_OK);
    assert_string_equal(strrchr(kept, '/'), "/record.txt~");
    assert_text(path, "third");
    assert_text(before, "second");
    free(kept);
    unlink(link);
    unlink(path);
    unlink(before);
    assert_int_equal(rmdir(*state), 0);
    assert_int_equal(mkdir(*state, 0700), 0);
    free(before);
    free(link);
    free(path);
}

static void test_writable_is_known_beforehand(void **state)
{
    struct eb_error err = {0};
    char *good_path = path_in(state, "new.json");
    char *bad_path = path_in(state, "no/such/directory.json");
    assert_int_equal(eb_file_check_writable(good_path, &err), EB_OK);
    assert_int_not_equal(access(good_path, F_OK), 0);
    assert_int_equal(eb_file_check_writable(bad_path, &err), EB_USAGE);
    assert_non_null(strstr(err.text, bad_path));
    assert_int_equal(eb_file_check_writable(*state, &err), EB_USAGE);
    assert_int_equal(eb_file_check_writable("/dev/null", &err), EB_USAGE);
    free(good_path);
    free(bad_path);
}

#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(test_good_record),
        IN_DIRECTORY(test_what_is_not_understood_is_refused),
        IN_DIRECTORY(test_every_cut_is_refused),
        IN_DIRECTORY(test_missing_file_and_directory),
        IN_DIRECTORY(test_save_then_load_is_the_same),
        IN_DIRECTORY(test_what_killed_writers_left_goes),
        IN_DIRECTORY(test_a_failed_write_leaves_the_old_file_and_nothing_else),
        IN_DIRECTORY(test_what_stood_there_is_kept),
        IN_DIRECTORY(test_writable_is_known_beforehand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
