/* The random numbers of plans: repeatable, without bias. */
#include "cmocka_all.h"
#include "common/rng.h"

static void test_known_sequence(void **state)
{
    (void)state;
    /* xoshiro256** from the state {1, 2, 3, 4}, as the authors' reference code gives it (also the first test
     * vector of rand_xoshiro, crate version 0.6, tests of Xoshiro256StarStar). */
    static const uint64_t wanted[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    struct eb_rng rng = {.state = {1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(eb_rng_next(&rng), wanted[i]);
}

static void test_seed_is_splitmix64(void **state)
{
    (void)state;
    /* splitmix64 from 1234567: the test vector of the algorithm's entry at Rosetta Code. */
    struct eb_rng rng;
    eb_rng_seed(&rng, 1234567);
    assert_int_equal(rng.state[0], UINT64_C(6457827717110365317));
    assert_int_equal(rng.state[1], UINT64_C(3203168211198807973));
    assert_int_equal(rng.state[2], UINT64_C(9817491932198370423));
    assert_int_equal(rng.state[3], UINT64_C(4593380528125082431));
}

static void test_below_is_uniform(void **state)
{
    (void)state;
    struct eb_rng rng;
    unsigned counts[6] = {0};
    double chi2 = 0;
    eb_rng_seed(&rng, 42);
    for (int i = 0; i < 60000; i++)
        counts[eb_rng_below(&rng, 6)]++;
    for (int i = 0; i < 6; i++)
        chi2 += (counts[i] - 10000.0) * (counts[i] - 10000.0) / 10000.0;
    assert_true(chi2 < 20.515); /* R: qchisq(0.999, 5) */
}

static void test_shuffle_is_a_permutation_and_uniform(void **state)
{
    (void)state;
    struct eb_rng rng;
    unsigned first[4] = {0};
    double chi2 = 0;
    eb_rng_seed(&rng, 7);
    for (int i = 0; i < 40000; i++) {
        size_t items[4] = {0, 1, 2, 3};
        unsigned seen = 0;
        eb_rng_shuffle(&rng, items, 4);
        for (int j = 0; j < 4; j++)
            seen |= 1u << items[j];
        assert_int_equal(seen, 15);
        first[items[0]]++;
    }
    for (int i = 0; i < 4; i++)
        chi2 += (first[i] - 10000.0) * (first[i] - 10000.0) / 10000.0;
    assert_true(chi2 < 16.266); /* R: qchisq(0.999, 3) */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_sequence),
        cmocka_unit_test(test_seed_is_splitmix64),
        cmocka_unit_test(test_below_is_uniform),
        cmocka_unit_test(test_shuffle_is_a_permutation_and_uniform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
