/* With whom a case makes a rank exchange messages: what one sends the other receives, or the warm-up, which
 * goes by it, would wait for ever; and how many messages there are, by hand. */
#include "cmocka_all.h"
#include "counted_traffic.h"
#include "measure/kernel/allreduce.h"
#include "measure/kernel/reduction.h"
#include "measure/kernel/table.h"

#include <stdlib.h>
#include <string.h>

#define RANKS_MOST 17

static struct counted_case case_of(const char *kernel, const char *algorithm, uint64_t size_bytes, int ranks)
{
    struct counted_case unit = {.size_bytes = size_bytes, .window = 4, .pairs = ranks / 2, .ranks = ranks};
    assert_int_equal(eb_kernel_find(kernel, &unit.kernel, NULL), EB_OK);
    assert_int_equal(eb_reduction_find("f32", "sum", &unit.reduction, NULL), EB_OK);
    if (algorithm)
        assert_int_equal(eb_algorithm_find(algorithm, &unit.algorithm, NULL), EB_OK);
    return unit;
}

static void assert_mutual(const struct counted_case *unit)
{
    static unsigned char rows[RANKS_MOST][RANKS_MOST];
    for (int rank = 0; rank < unit->ranks; rank++)
        assert_int_equal(counted_partners_of(unit, rank, rows[rank]), 0);
    for (int a = 0; a < unit->ranks; a++)
        for (int b = 0; b < unit->ranks; b++)
            if (!(rows[a][b] & EB_PARTNER_GETS) != !(rows[b][a] & EB_PARTNER_GIVES))
                fail_msg("%s %s, %d ranks, %d bytes: rank %d sends to %d: %d, which receives: %d",
                         unit->kernel->name, unit->algorithm ? unit->algorithm->name : "", unit->ranks,
                         (int)unit->size_bytes, a, b, rows[a][b] & EB_PARTNER_GETS,
                         rows[b][a] & EB_PARTNER_GIVES);
}

static void test_what_one_sends_the_other_receives(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {4, 8, 4096};
    for (int ranks = 2; ranks <= RANKS_MOST; ranks++)
        for (size_t k = 0; eb_kernels[k]; k++)
            for (size_t s = 0; s < 3; s++)
                for (int posting = EB_POSTED_AHEAD; posting <= EB_POSTED_AS_OSU; posting++) {
                    struct counted_case unit = case_of(eb_kernels[k]->name, NULL, sizes[s], ranks);
                    unit.posting = (enum eb_posting)posting;
                    if (!unit.kernel->has_algorithms) {
                        assert_mutual(&unit);
                        continue;
                    }
                    for (size_t a = 0; eb_algorithms[a]; a++) {
                        unit.algorithm = eb_algorithms[a];
                        if (!unit.algorithm->is_transports_own)
                            assert_mutual(&unit);
                    }
                }
}

static void assert_counts(struct counted_case unit, uint64_t messages, uint64_t directions, uint64_t most)
{
    struct counted_traffic traffic;
    assert_int_equal(counted_traffic_of(&unit, &traffic), 0);
    assert_int_equal(traffic.messages, messages);
    assert_int_equal(traffic.directions, directions);
    assert_int_equal(traffic.most_partners, most);
}

static void test_messages_by_hand(void **state)
{
    (void)state;
    /* n/2 pairs, there and back */
    assert_counts(case_of("pingpong", NULL, 8, 64), 64, 64, 1);
    /* n log2 n: each rank exchanges with log2 n others */
    assert_counts(case_of("allreduce", "recursive_doubling", 8, 64), 64 * 6, 64 * 6, 6);
    /* halving and doubling: twice that, with the same partners */
    assert_counts(case_of("allreduce", "rabenseifner", 4096, 64), 2 * 64 * 6, 64 * 6, 6);
    /* 2 (n - 1) steps of each rank, to the one after it and from the one before it */
    assert_counts(case_of("allreduce", "ring", 4096, 64), 2 * 63 * 64, 64, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_one_sends_the_other_receives),
        cmocka_unit_test(test_messages_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
