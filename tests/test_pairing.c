/* Who exchanges with whom: in a screening every two ranks exactly once, in as few rounds as can be. */
#include "cmocka_all.h"
#include "measure/kernel/pairing.h"

#include <stdlib.h>
#include <string.h>

/* Goes over all rounds of n ranks: pairs of a round are disjoint, every two meet once, who is first is one of
 * the two, and turned the other one. */
static void assert_all_meet(int n)
{
    unsigned char *met = calloc((size_t)n * (size_t)n, 1);
    int *firsts = calloc((size_t)n, sizeof *firsts);
    int rounds = n % 2 == 0 ? n - 1 : n; /* n (n - 1) / 2 pairs, at most n / 2 of them at a time */
    assert_int_equal(eb_pairing_rounds(n), rounds);
    for (int round = 0; round < rounds; round++) {
        struct eb_pairing pairing = eb_pairing_of_round(n, round);
        struct eb_pairing turned = pairing;
        int idle = 0;
        turned.is_turned = 1;
        assert_int_equal(pairing.pairs, n / 2);
        for (int rank = 0; rank < n; rank++) {
            int peer = eb_pairing_peer(&pairing, rank);
            if (peer < 0) {
                idle++;
                assert_int_equal(eb_pairing_is_first(&pairing, rank), 0);
                assert_int_equal(eb_pairing_is_first(&turned, rank), 0);
                continue;
            }
            assert_true(peer < n && peer != rank);
            assert_int_equal(eb_pairing_peer(&pairing, peer), rank); /* and so they are disjoint */
            assert_int_equal(eb_pairing_peer(&turned, rank), peer);
            assert_int_equal(eb_pairing_is_first(&pairing, rank) + eb_pairing_is_first(&pairing, peer), 1);
            assert_int_equal(eb_pairing_is_first(&pairing, rank) + eb_pairing_is_first(&turned, rank), 1);
            assert_int_equal(met[rank * n + peer], 0);
            met[rank * n + peer] = 1;
            firsts[rank] += eb_pairing_is_first(&pairing, rank);
        }
        assert_int_equal(idle, n % 2);
    }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++)
            assert_int_equal(met[i * n + j], i != j);
        assert_true(abs(2 * firsts[i] - (n - 1)) <= 2); /* about half of its pairs */
    }
    free(met);
    free(firsts);
}

static void test_every_two_meet_once(void **state)
{
    (void)state;
    for (int n = 2; n <= 200; n++)
        assert_all_meet(n);
    assert_all_meet(1000);
    assert_all_meet(1001);
}

/* The rounds of four, by hand: i + j modulo 3, and whom that leaves alone with rank 3. */
static void test_four_by_hand(void **state)
{
    (void)state;
    static const int wanted[3][4] = {{3, 2, 1, 0}, {1, 0, 3, 2}, {2, 3, 0, 1}};
    for (int round = 0; round < 3; round++) {
        struct eb_pairing pairing = eb_pairing_of_round(4, round);
        for (int rank = 0; rank < 4; rank++)
            assert_int_equal(eb_pairing_peer(&pairing, rank), wanted[round][rank]);
    }
}

/* Without a screening rank i exchanges with i + n/2, in the first so many pairs, and i is first. */
static void test_half_way_round(void **state)
{
    (void)state;
    for (int n = 2; n <= 9; n++)
        for (int pairs = 1; pairs <= n / 2; pairs++) {
            struct eb_pairing pairing = {.ranks = n, .pairs = pairs};
            int half = n / 2;
            for (int rank = 0; rank < n; rank++) {
                int peer = rank < pairs                          ? rank + half
                           : rank >= half && rank < half + pairs ? rank - half
                                                                 : -1;
                assert_int_equal(eb_pairing_peer(&pairing, rank), peer);
                assert_int_equal(eb_pairing_is_first(&pairing, rank), rank < pairs);
            }
        }
}

/* Going over the firsts gives each pair at work once, in order. */
static void test_going_over_pairs(void **state)
{
    (void)state;
    for (int n = 2; n <= 30; n++)
        for (int round = -1; round < eb_pairing_rounds(n); round++) {
            struct eb_pairing pairing = {.ranks = n, .pairs = n / 2};
            if (round >= 0)
                pairing = eb_pairing_of_round(n, round);
            unsigned char seen[30] = {0};
            int count = 0;
            int before = -1;
            for (int first = eb_pairing_next(&pairing, -1); first >= 0;
                 first = eb_pairing_next(&pairing, first)) {
                int second = eb_pairing_peer(&pairing, first);
                assert_true(first > before);
                assert_int_equal(seen[first] + seen[second], 0);
                seen[first] = seen[second] = 1;
                before = first;
                count++;
            }
            assert_int_equal(count, n / 2);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_two_meet_once),
        cmocka_unit_test(test_four_by_hand),
        cmocka_unit_test(test_half_way_round),
        cmocka_unit_test(test_going_over_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
