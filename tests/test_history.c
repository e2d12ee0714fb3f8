/* The database and the judgement against it, through the C interface, on files of its own. */
#include "common/file.h"
#include "judge/history.h"
#include "made_record.h"

#include <sys/stat.h>
#include <unistd.h>

/* A directory that goes when the test does. */
struct place {
    char directory[64];
    char path[96];
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    strcpy(place->directory, "/tmp/efabench-history-XXXXXX");
    assert_non_null(mkdtemp(place->directory));
    snprintf(place->path, sizeof place->path, "%s/nights.db", place->directory);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    unlink(place->path);
    rmdir(place->directory); /* which fails, and so shows, where a journal or a file aside is left */
    struct stat kind;
    int is_left = stat(place->directory, &kind) == 0;
    free(place);
    return is_left;
}

/* The figures of a night: a ping-pong of 8 and one of 64 bytes, in ns. */
struct figures {
    int day;
    uint64_t small_ns;
    uint64_t large_ns; /* 0: it is missing */
    const char *instance;
};

static json_t *record_of(struct figures figures)
{
    struct case_facts large = pingpong;
    char created[32];
    json_t *record = new_record(3);
    json_t *run = json_object_get(record, "run");
    large.size_bytes = large.bytes_per_sample = 64;
    snprintf(created, sizeof created, "2026-03-%02dT03:00:00Z", figures.day);
    json_object_set_new(run, "created_utc", json_string(created));
    if (figures.instance)
        json_object_set_new(run, "instance", json_string(figures.instance));
    for (size_t i = 0; i < 3; i++) {
        add_median(record, i, &pingpong, figures.small_ns);
        if (figures.large_ns)
            add_median(record, i, &large, figures.large_ns);
    }
    return record;
}

static void add(const char *path, struct figures figures, int wanted)
{
    struct eb_error err = {0};
    struct eb_history *history = NULL;
    struct eb_past *night = NULL;
    int added = -1;
    json_t *record = record_of(figures);
    if (eb_past_of_record(record, "made.json", &night, &err) != EB_OK ||
        eb_history_open(path, EB_HISTORY_CREATE, 0, &history, &err) != EB_OK ||
        eb_history_add(history, night, &added, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(added, wanted);
    eb_history_close(history);
    eb_past_free(night);
    json_decref(record);
}

/* Nights of days first to last, whose figures go up and down by a thousandth. */
static void add_quiet(const char *path, int first, int last)
{
    for (int day = first; day <= last; day++)
        add(path, (struct figures){day, day % 2 ? 1000 : 1001, day % 2 ? 2000 : 2002, NULL}, 1);
}

static struct eb_judgement *judge_with(const char *path, struct figures figures, const char *allow)
{
    struct eb_error err = {0};
    struct eb_judgement *judgement = NULL;
    struct eb_compare_options options = {.alpha = 0.05, .delta = log(1.02), .allow = allow};
    json_t *record = record_of(figures);
    if (eb_history_judge(path, record, "tonight.json", NULL, &options, &judgement, &err) != EB_OK)
        fail_msg("%s", err.text);
    json_decref(record);
    return judgement;
}

static void assert_ruling(const char *path, struct figures figures, enum eb_ruling ruling, const char *words)
{
    struct eb_judgement *judgement = judge_with(path, figures, NULL);
    if (judgement->ruling != ruling || !strstr(judgement->reason, words))
        fail_msg("%s: '%s', wanted %s with '%s'", eb_ruling_name(judgement->ruling), judgement->reason,
                 eb_ruling_name(ruling), words);
    eb_judgement_free(judgement);
}

static const struct eb_judged *row_of(const struct eb_judgement *judgement, uint64_t size_bytes)
{
    for (size_t i = 0; i < judgement->row_count; i++)
        if (judgement->rows[i].size_bytes == size_bytes)
            return &judgement->rows[i];
    fail_msg("no row of %d bytes", (int)size_bytes);
    return NULL;
}

static void what_goes_in_comes_out(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    struct eb_history *history = NULL;
    struct eb_past *past = NULL;
    add(place->path, (struct figures){1, 1000, 2000, "c5n.18xlarge"}, 1);
    add(place->path, (struct figures){1, 1000, 2000, "c5n.18xlarge"}, 0);
    if (eb_history_open(place->path, EB_HISTORY_READ, 0, &history, &err) != EB_OK ||
        eb_history_load(history, &past, &err) != EB_OK || eb_history_fetch_all(history, past, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(past->night_count, 1);
    assert_string_equal(past->nights[0].created_utc, "2026-03-01T03:00:00Z");
    assert_string_equal(past->nights[0].instance, "c5n.18xlarge");
    assert_int_equal(past->nights[0].launches, 3);
    assert_near(past->delta, log(1.02));
    assert_int_equal(past->series_count, 2); /* half_rtt alone of each: rtt is the same twice */
    assert_string_equal(past->series[0].metric->name, "half_rtt");
    assert_int_equal(past->series[1].size_bytes, 64);
    /* half of 1000 ns, 2000 ns, in us */
    assert_near(eb_night_value(&past->nights[0], 0)->value, 0.5);
    assert_near(eb_night_value(&past->nights[0], 1)->z, log(1));
    eb_past_free(past);
    eb_history_close(history);
}

static void few_nights_give_no_verdict(void **state)
{
    const struct place *place = *state;
    add_quiet(place->path, 1, 7);
    add(place->path, (struct figures){8, 1000, 2000, "p5.48xlarge"}, 1);
    assert_ruling(place->path, (struct figures){20, 9000, 2000, NULL}, EB_RULING_TOO_FEW,
                  "too few nights: 7, need 19; 1 other is of another kind");
    struct eb_judgement *judgement = judge_with(place->path, (struct figures){20, 1000, 2000, NULL}, NULL);
    assert_int_equal(json_array_size(judgement->notes), 1);
    assert_non_null(strstr(json_string_value(json_array_get(judgement->notes, 0)), "instance"));
    eb_judgement_free(judgement);
    judgement = judge_with(place->path, (struct figures){20, 1000, 2000, NULL}, "instance");
    assert_non_null(strstr(judgement->reason, "too few nights: 8, need 19"));
    eb_judgement_free(judgement);
}

static void unlike_nights_alone_are_refused(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    struct eb_judgement *judgement = NULL;
    struct eb_compare_options options = {.alpha = 0.05, .delta = log(1.02)};
    add(place->path, (struct figures){8, 1000, 2000, "p5.48xlarge"}, 1);
    json_t *record = record_of((struct figures){9, 1000, 2000, "c5n.18xlarge"});
    assert_int_equal(eb_history_judge(place->path, record, "tonight.json", NULL, &options, &judgement, &err),
                     EB_INVALID);
    assert_null(judgement);
    assert_non_null(strstr(err.text, "p5.48xlarge"));
    assert_non_null(strstr(err.text, "tonight.json"));
    options.allow = "nonsense";
    assert_int_equal(eb_history_judge(place->path, record, "tonight.json", NULL, &options, &judgement, &err),
                     EB_USAGE);
    options.allow = NULL;
    assert_int_equal(eb_history_judge(place->path, record, "tonight.json", "old", &options, &judgement, &err),
                     EB_INVALID);
    json_decref(record);
}

static void a_quiet_night_passes(void **state)
{
    const struct place *place = *state;
    add_quiet(place->path, 1, 20);
    struct eb_judgement *judgement = judge_with(place->path, (struct figures){21, 1000, 2000, NULL}, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    assert_int_equal(eb_judgement_status(judgement), EB_OK);
    assert_int_equal(judgement->row_count, 2);
    const struct eb_judged *row = row_of(judgement, 8);
    assert_int_equal(row->call, EB_CALL_EQUIVALENT);
    assert_int_equal(row->base.launches, 20);
    /* ten nights of 0.5 us, ten of 0.5005: the median of the logarithms is half way between */
    assert_near(row->base.value, sqrt(0.5 * 0.5005));
    assert_near(row->effect, log(0.5 / sqrt(0.5 * 0.5005)));
    assert_near(row->now.value, 0.5);
    assert_absent(row->low);
    assert_absent(row->p_worse);
    eb_judgement_free(judgement);
}

static void once_is_suspect_twice_is_regressed(void **state)
{
    const struct place *place = *state;
    const struct figures once = {21, 1100, 2000, NULL};
    const struct figures twice = {22, 1090, 2000, NULL};
    add_quiet(place->path, 1, 20);
    struct eb_judgement *judgement = judge_with(place->path, once, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_SUSPECT);
    assert_int_equal(eb_judgement_status(judgement), EB_INCONCLUSIVE);
    assert_non_null(
        strstr(judgement->reason, "pingpong half_rtt, tcp, 8 B, 2 ranks: 9.9% worse than 20 nights"));
    assert_non_null(strstr(judgement->reason, "fresh allocation"));
    assert_int_equal(row_of(judgement, 8)->call, EB_CALL_INCONCLUSIVE);
    assert_int_equal(row_of(judgement, 64)->call, EB_CALL_EQUIVALENT);
    eb_judgement_free(judgement);
    add(place->path, once, 1);
    assert_ruling(place->path, once, EB_RULING_SUSPECT, "worse than 20 nights"); /* after add as before */
    judgement = judge_with(place->path, twice, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_REGRESSED);
    assert_int_equal(eb_judgement_status(judgement), EB_REGRESSED);
    assert_int_equal(row_of(judgement, 8)->call, EB_CALL_REGRESSED);
    assert_int_equal(row_of(judgement, 8)->base.launches, 20);
    eb_judgement_free(judgement);
    add(place->path, twice, 1);
    assert_ruling(place->path, twice, EB_RULING_REGRESSED, "so was the run of 2026-03-21");
    assert_ruling(place->path, (struct figures){23, 1000, 2000, NULL}, EB_RULING_PASS, "20 nights");
}

static void missing_and_new_series(void **state)
{
    const struct place *place = *state;
    add_quiet(place->path, 1, 20);
    struct eb_judgement *judgement = judge_with(place->path, (struct figures){21, 1000, 0, NULL}, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_MISSING);
    assert_int_equal(eb_judgement_status(judgement), EB_INVALID);
    assert_int_equal(row_of(judgement, 64)->call, EB_CALL_MISSING);
    assert_false(row_of(judgement, 64)->is_allowed);
    assert_int_equal(row_of(judgement, 64)->now.launches, 0);
    assert_near(row_of(judgement, 64)->base.value, sqrt(1 * 1.001));
    eb_judgement_free(judgement);
    judgement = judge_with(place->path, (struct figures){21, 1000, 0, NULL}, "missing");
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    assert_int_equal(row_of(judgement, 64)->call, EB_CALL_MISSING);
    assert_true(row_of(judgement, 64)->is_allowed);
    eb_judgement_free(judgement);
    add(place->path, (struct figures){21, 1000, 0, NULL}, 1);
    judgement = judge_with(place->path, (struct figures){21, 1000, 0, NULL}, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_MISSING); /* it is no night before itself */
    eb_judgement_free(judgement);
}

/* Of 64 bytes there are 18 nights, then 19. */
static void a_series_of_few_nights_does_not_count(void **state)
{
    const struct place *place = *state;
    for (int day = 1; day <= 24; day++)
        add(place->path, (struct figures){day, day % 2 ? 1000 : 1001, day > 6 ? 2000 : 0, NULL}, 1);
    struct eb_judgement *judgement = judge_with(place->path, (struct figures){26, 1000, 3000, NULL}, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    const struct eb_judged *row = row_of(judgement, 64);
    assert_int_equal(row->call, EB_CALL_NONE);
    assert_int_equal(row->base.launches, 18);
    assert_string_equal(row->note, "new: 18 of the 24 nights have it, need 19");
    eb_judgement_free(judgement);
    add(place->path, (struct figures){25, 1000, 2000, NULL}, 1);
    assert_ruling(place->path, (struct figures){26, 1000, 3000, NULL}, EB_RULING_SUSPECT, "64 B");
}

/* A record that was added is held against the same nights as before. */
static void after_add_as_before(void **state)
{
    const struct place *place = *state;
    struct eb_error err;
    struct eb_judgement *judgement = NULL;
    struct eb_compare_options options = {.alpha = 0.05, .delta = log(1.02)};
    const struct figures first = {1, 1000, 2000, NULL};
    const struct figures other = {9, 1000, 2000, "c5n.18xlarge"};
    add(place->path, first, 1);
    assert_ruling(place->path, first, EB_RULING_TOO_FEW, "too few nights: 0, need 19");
    json_t *record = record_of(other);
    for (int is_added = 0; is_added <= 1; is_added++) {
        err = (struct eb_error){0};
        assert_int_equal(
            eb_history_judge(place->path, record, "tonight.json", NULL, &options, &judgement, &err),
            EB_INVALID);
        assert_non_null(strstr(err.text, "not one of its 1 nights is like tonight.json"));
        assert_non_null(strstr(err.text, "instance"));
        if (!is_added)
            add(place->path, other, 1);
    }
    json_decref(record);
}

/* Two nights of another kind are out of line among all, and too few to be so among their own. */
static void kinds_that_stand_together_are_judged_together(void **state)
{
    const struct place *place = *state;
    add_quiet(place->path, 1, 20);
    add(place->path, (struct figures){21, 1100, 2000, "p5.48xlarge"}, 1);
    add(place->path, (struct figures){22, 1100, 2000, "p5.48xlarge"}, 1);
    struct eb_judgement *judgement =
        judge_with(place->path, (struct figures){23, 1100, 2000, NULL}, "instance");
    assert_int_equal(judgement->ruling, EB_RULING_REGRESSED);
    assert_non_null(strstr(judgement->reason, "worse than 20 nights"));
    assert_non_null(strstr(judgement->reason, "so was the run of 2026-03-22"));
    eb_judgement_free(judgement);
    assert_ruling(place->path, (struct figures){23, 1100, 2000, NULL}, EB_RULING_SUSPECT, "20 nights");
}

static void the_delta_is_the_databases(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    struct eb_judgement *judgement = NULL;
    struct eb_compare_options options = {.alpha = 0.05, .delta = log(1.5)};
    add_quiet(place->path, 1, 20);
    json_t *record = record_of((struct figures){21, 1100, 2000, NULL});
    if (eb_history_judge(place->path, record, "tonight.json", NULL, &options, &judgement, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(judgement->ruling, EB_RULING_SUSPECT);
    assert_near(judgement->delta, log(1.02));
    eb_judgement_free(judgement);
    options.is_delta_given = 1;
    assert_int_equal(eb_history_judge(place->path, record, "tonight.json", NULL, &options, &judgement, &err),
                     EB_USAGE);
    assert_null(judgement);
    assert_non_null(strstr(err.text, "judges with 2%"));
    options.delta = log(1.02);
    assert_int_equal(eb_history_judge(place->path, record, "tonight.json", NULL, &options, &judgement, &err),
                     EB_OK);
    eb_judgement_free(judgement);
    json_decref(record);
}

static void judging_writes_nothing(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    char *before = NULL;
    char *after = NULL;
    size_t bytes_before = 0;
    size_t bytes_after = 0;
    add_quiet(place->path, 1, 20);
    assert_int_equal(eb_file_read(place->path, 0, 1 << 30, &before, &bytes_before, &err), EB_OK);
    assert_ruling(place->path, (struct figures){21, 1100, 2000, NULL}, EB_RULING_SUSPECT, "");
    assert_int_equal(eb_file_read(place->path, 0, 1 << 30, &after, &bytes_after, &err), EB_OK);
    assert_int_equal(bytes_before, bytes_after);
    assert_memory_equal(before, after, bytes_after);
    free(before);
    free(after);
}

static void an_accepted_shift_is_the_new_level(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    struct eb_history *history = NULL;
    char night[EB_DIGEST_TEXT];
    add_quiet(place->path, 1, 20);
    add(place->path, (struct figures){21, 1100, 2000, NULL}, 1);
    add(place->path, (struct figures){22, 1100, 2000, NULL}, 1);
    assert_int_equal(eb_history_open(place->path, EB_HISTORY_WRITE, 0, &history, &err), EB_OK);
    struct eb_acceptance acceptance = {.reason = "new switch", .by = "ann", .from = "2026-03-2"};
    assert_int_equal(eb_history_accept(history, &acceptance, night, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "3 nights"));
    acceptance.from = NULL;
    if (eb_history_accept(history, &acceptance, night, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(eb_history_accept(history, &acceptance, night, &err), EB_USAGE); /* by mistake */
    assert_non_null(strstr(err.text, "--from"));
    acceptance.from = "2026-03-21";
    assert_int_equal(eb_history_accept(history, &acceptance, night, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "accepted already, by ann"));
    eb_history_close(history);
    assert_ruling(place->path, (struct figures){23, 1100, 2000, NULL}, EB_RULING_TOO_FEW,
                  "too few nights: 2 since the accepted shift of 2026-03-21T03:00:00Z, need 19");
    size_t nights = 0;
    if (eb_history_check(place->path, &nights, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(nights, 22);
}

static enum eb_status accept_with(const char *path, const struct eb_acceptance *acceptance, char *night,
                                  struct eb_error *err)
{
    struct eb_history *history = NULL;
    assert_int_equal(eb_history_open(path, EB_HISTORY_WRITE, 0, &history, err), EB_OK);
    enum eb_status status = eb_history_accept(history, acceptance, night, err);
    eb_history_close(history);
    return status;
}

static void a_run_that_is_over_must_be_named(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    char night[EB_DIGEST_TEXT];
    struct eb_acceptance acceptance = {.reason = "new switch", .by = "ann"};
    add_quiet(place->path, 1, 20);
    add(place->path, (struct figures){21, 1100, 2000, NULL}, 1);
    add(place->path, (struct figures){22, 1100, 2000, NULL}, 1);
    add(place->path, (struct figures){23, 1000, 2000, NULL}, 1);
    assert_int_equal(accept_with(place->path, &acceptance, night, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "--from"));
    /* a night of another kind is not the latest of this one */
    add(place->path, (struct figures){24, 1200, 2000, NULL}, 1);
    add(place->path, (struct figures){25, 1000, 2000, "p5.48xlarge"}, 1);
    assert_int_equal(accept_with(place->path, &acceptance, night, &err), EB_OK);
    assert_ruling(place->path, (struct figures){26, 1200, 2000, NULL}, EB_RULING_TOO_FEW,
                  "too few nights: 1 since the accepted shift of 2026-03-24");
}

static void what_is_no_text_is_not_accepted(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    char night[EB_DIGEST_TEXT];
    struct eb_acceptance acceptance = {.reason = "new \xff switch", .by = "ann", .from = "2026-03-01"};
    add_quiet(place->path, 1, 2);
    assert_int_equal(accept_with(place->path, &acceptance, night, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "--reason"));
    acceptance.reason = "new switch";
    acceptance.by = "Ren\xe9"; /* as Latin-1 has it */
    assert_int_equal(accept_with(place->path, &acceptance, night, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "--by"));
    acceptance.by = "Ren\xc3\xa9";
    assert_int_equal(accept_with(place->path, &acceptance, night, &err), EB_OK);
}

static void bad_files_are_named(void **state)
{
    const struct place *place = *state;
    struct eb_error err = {0};
    struct eb_history *history = NULL;
    assert_int_equal(eb_history_open(place->path, EB_HISTORY_READ, 0, &history, &err), EB_INVALID);
    assert_non_null(strstr(err.text, place->path));
    assert_int_equal(eb_history_open(place->path, EB_HISTORY_WRITE, 0, &history, &err), EB_INVALID);
    assert_int_not_equal(access(place->path, F_OK), 0);
    assert_int_equal(eb_history_open(place->directory, EB_HISTORY_CREATE, 0, &history, &err), EB_INVALID);
    assert_int_equal(eb_history_open("/dev/null", EB_HISTORY_CREATE, 0, &history, &err), EB_INVALID);
    assert_int_equal(eb_history_open("/nowhere/at/all.db", EB_HISTORY_CREATE, 0, &history, &err), EB_USAGE);
    FILE *file = fopen(place->path, "w");
    fputs("once upon a time", file);
    fclose(file);
    assert_int_equal(eb_history_open(place->path, EB_HISTORY_CREATE, 0, &history, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "foreign"));
    assert_null(history);
}

static void times_that_do_not_sort_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "yesterday",
                                      "2026-03-01 03:00:00",
                                      "2026-03-01T03:00:00+01:00",
                                      "2026-03-01T03:00:00Z ",
                                      "2026-99-99T99:99:99Z",
                                      "2026-00-01T03:00:00Z",
                                      "2026-02-29T03:00:00Z",
                                      "2026-04-31T03:00:00Z",
                                      "2026-03-00T03:00:00Z",
                                      "2026-03-01T24:00:00Z",
                                      "2026-03-01T03:60:00Z",
                                      "2026-03-01T03:00:61Z"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct eb_error err = {0};
        struct eb_past *past = NULL;
        json_t *record = record_of((struct figures){1, 1000, 2000, NULL});
        json_object_set_new(json_object_get(record, "run"), "created_utc", json_string(bad[i]));
        assert_int_equal(eb_past_of_record(record, "made.json", &past, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "made.json"));
        assert_null(past);
        json_decref(record);
    }
}

static void the_29th_of_a_leap_year_is_a_time(void **state)
{
    (void)state;
    static const char *const good[] = {"2028-02-29T23:59:59Z", "2026-12-31T00:00:00Z"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct eb_past *past = NULL;
        json_t *record = record_of((struct figures){1, 1000, 2000, NULL});
        json_object_set_new(json_object_get(record, "run"), "created_utc", json_string(good[i]));
        assert_int_equal(eb_past_of_record(record, "made.json", &past, NULL), EB_OK);
        eb_past_free(past);
        json_decref(record);
    }
}

static void another_path_is_no_measure(void **state)
{
    (void)state;
    struct eb_error err = {0};
    struct eb_past *past = NULL;
    json_t *record = record_of((struct figures){1, 1000, 2000, NULL});
    json_object_set_new(json_array_get(cases_of(record, 0), 0), "witness",
                        json_pack("{s:s, s:b}", "state", "refused", "allowed", 1));
    assert_int_equal(eb_past_of_record(record, "made.json", &past, &err), EB_WRONG_PATH);
    assert_non_null(strstr(err.text, "arm tcp"));
    json_decref(record);
}

#define ON_A_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_FILE(what_goes_in_comes_out),
        ON_A_FILE(few_nights_give_no_verdict),
        ON_A_FILE(unlike_nights_alone_are_refused),
        ON_A_FILE(a_quiet_night_passes),
        ON_A_FILE(once_is_suspect_twice_is_regressed),
        ON_A_FILE(missing_and_new_series),
        ON_A_FILE(a_series_of_few_nights_does_not_count),
        ON_A_FILE(after_add_as_before),
        ON_A_FILE(kinds_that_stand_together_are_judged_together),
        ON_A_FILE(the_delta_is_the_databases),
        ON_A_FILE(judging_writes_nothing),
        ON_A_FILE(an_accepted_shift_is_the_new_level),
        ON_A_FILE(a_run_that_is_over_must_be_named),
        ON_A_FILE(what_is_no_text_is_not_accepted),
        ON_A_FILE(bad_files_are_named),
        cmocka_unit_test(times_that_do_not_sort_are_refused),
        cmocka_unit_test(the_29th_of_a_leap_year_is_a_time),
        cmocka_unit_test(another_path_is_no_measure),
    };
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
