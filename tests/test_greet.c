/* The first that ranks do: whether all of them run the same version, without any of them holding what every
 * other one says. And what a rank says when the others do not answer. */
#include "cmocka_all.h"
#include "heap_meter.h"
#include "measure/launch/threads.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RANKS_MOST 64
#define TIMEOUT_NS UINT64_C(60000000000)

/* Who runs what, and what each rank then says. */
struct meeting {
    const char *versions[RANKS_MOST];
    enum eb_status statuses[RANKS_MOST];
    struct eb_error errors[RANKS_MOST];
    struct heap_meter of_rank[RANKS_MOST];
};

static int meet(struct eb_launch *launch, void *argument)
{
    struct meeting *meeting = argument;
    int rank = launch->rank;
    heap_meter_use(&meeting->of_rank[rank]);
    meeting->statuses[rank] = eb_launch_greet(launch, meeting->versions[rank], &meeting->errors[rank]);
    heap_meter_use(NULL);
    return 0;
}

static void hold(struct meeting *meeting, int ranks)
{
    assert_int_equal(eb_launch_threads_run(ranks, 1, TIMEOUT_NS, meet, meeting), 0);
}

static struct meeting all_of(const char *version)
{
    struct meeting meeting = {0};
    for (int rank = 0; rank < RANKS_MOST; rank++)
        meeting.versions[rank] = version;
    return meeting;
}

static const int numbers_of_ranks[] = {1, 2, 3, 4, 5, 7, 8, 64};
#define NUMBERS (sizeof numbers_of_ranks / sizeof *numbers_of_ranks)

static void test_ranks_of_one_version_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUMBERS; i++) {
        struct meeting meeting = all_of("1.0 (a)");
        hold(&meeting, numbers_of_ranks[i]);
        for (int rank = 0; rank < numbers_of_ranks[i]; rank++)
            assert_int_equal(meeting.statuses[rank], EB_OK);
    }
}

static void assert_all_name(const struct meeting *meeting, int ranks, const char *version, int other,
                            const char *others)
{
    char host[64] = "";
    char text[400];
    gethostname(host, sizeof host - 1);
    snprintf(
        text, sizeof text,
        "rank 0 on host %s runs efabench %s, rank %d on host %s efabench %s: start the same on every host",
        host, version, other, host, others);
    for (int rank = 0; rank < ranks; rank++) {
        assert_int_equal(meeting->statuses[rank], EB_USAGE);
        assert_string_equal(meeting->errors[rank].text, text);
    }
}

static void test_one_that_differs_is_named_on_all_ranks(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUMBERS; i++)
        for (int other = 1; other<numbers_of_ranks[i]; other += numbers_of_ranks[i]> 8 ? 31 : 1) {
            struct meeting meeting = all_of("1.0 (a)");
            meeting.versions[other] = "1.1 (b)";
            hold(&meeting, numbers_of_ranks[i]);
            assert_all_name(&meeting, numbers_of_ranks[i], "1.0 (a)", other, "1.1 (b)");
        }
}

static void test_of_several_the_lowest_is_named(void **state)
{
    (void)state;
    struct meeting meeting = all_of("1.0 (a)");
    meeting.versions[6] = "1.2 (c)";
    meeting.versions[3] = "1.1 (b)";
    meeting.versions[4] = "1.3 (d)";
    hold(&meeting, 8);
    assert_all_name(&meeting, 8, "1.0 (a)", 3, "1.1 (b)");
}

/* Rank 0 may be the one that is of another version than all others. */
static void test_rank_0_alone(void **state)
{
    (void)state;
    struct meeting meeting = all_of("1.1 (b)");
    meeting.versions[0] = "1.0 (a)";
    hold(&meeting, 5);
    assert_all_name(&meeting, 5, "1.0 (a)", 1, "1.1 (b)");
}

static void test_memory_does_not_grow_with_ranks(void **state)
{
    (void)state;
    static const int ranks[] = {4, 64};
    size_t most_bytes[2] = {0};
    for (size_t i = 0; i < 2; i++) {
        struct meeting meeting = all_of("1.0 (a)");
        meeting.versions[3] = "1.1 (b)";
        hold(&meeting, ranks[i]);
        for (int rank = 0; rank < ranks[i]; rank++)
            if (meeting.of_rank[rank].most_bytes > most_bytes[i])
                most_bytes[i] = meeting.of_rank[rank].most_bytes;
    }
    assert_true(most_bytes[0] > 0); /* the meter works */
    assert_int_equal(most_bytes[1], most_bytes[0]);
}

/* An efabench from before there were greetings begins with a report: a status, 0, of this size. */
static int meet_an_old_one(struct eb_launch *launch, void *argument)
{
    char report[488] = {0};
    if (launch->rank > 0)
        return meet(launch, argument);
    return launch->ops->broadcast(launch, report, sizeof report, NULL) == EB_OK ? 0 : 1;
}

static void test_an_older_rank_0_is_noticed_without_waiting(void **state)
{
    (void)state;
    struct meeting meeting = all_of("1.0 (a)");
    assert_int_equal(eb_launch_threads_run(2, 1, TIMEOUT_NS, meet_an_old_one, &meeting), 0);
    assert_int_equal(meeting.statuses[1], EB_USAGE);
    assert_non_null(strstr(meeting.errors[1].text, "older"));
    assert_non_null(strstr(meeting.errors[1].text, "efabench 1.0 (a)"));
}

/* Rank 0 does not come, and rank 1 has something to say. */
static int fail_alone(struct eb_launch *launch, void *argument)
{
    struct eb_error *err = argument;
    if (launch->rank == 0)
        return 0;
    eb_error_set(err, EB_NO_HARDWARE, "test", 5, "no such device");
    return eb_launch_agree(launch, EB_NO_HARDWARE, err) == EB_NO_HARDWARE ? 0 : 1;
}

static void test_what_a_rank_knows_outlives_that_others_do_not_answer(void **state)
{
    (void)state;
    struct eb_error error = {0};
    assert_int_equal(eb_launch_threads_run(2, 1, UINT64_C(100000000), fail_alone, &error), 0);
    assert_string_equal(error.text, "no such device");
    assert_int_equal(error.code, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranks_of_one_version_agree),
        cmocka_unit_test(test_one_that_differs_is_named_on_all_ranks),
        cmocka_unit_test(test_of_several_the_lowest_is_named),
        cmocka_unit_test(test_rank_0_alone),
        cmocka_unit_test(test_memory_does_not_grow_with_ranks),
        cmocka_unit_test(test_an_older_rank_0_is_noticed_without_waiting),
        cmocka_unit_test(test_what_a_rank_knows_outlives_that_others_do_not_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
