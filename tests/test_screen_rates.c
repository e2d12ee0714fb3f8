/* How often a screening names somebody who is not slow, and how often it finds who is: seeded simulations. */
#include "made_screen.h"

/* What came of so many screenings. */
struct rates {
    size_t runs;
    size_t alarms; /* somebody named who is not slow */
    size_t found;  /* somebody named who is */
    size_t inconclusive;
};

static int is_right(const struct eb_suspect *suspect, size_t host, size_t other)
{
    if (other != EB_SCREEN_NONE)
        return suspect->kind == EB_SUSPECT_LINK && suspect->host == host && suspect->other == other;
    return suspect->kind != EB_SUSPECT_LINK && suspect->host == host;
}

static struct rates simulate(struct made_screen made, size_t runs, size_t host, size_t other)
{
    const struct eb_screen_options options = eb_screen_defaults();
    struct rates rates = {.runs = runs};
    for (size_t i = 0; i < runs; i++) {
        struct eb_screen *screen = NULL;
        struct eb_error err = {0};
        made.seed = 1000 + i;
        json_t *record = made_record(&made);
        if (eb_screen_new(record, "made.json", &options, &screen, &err) != EB_OK)
            fail_msg("%s", err.text);
        int alarm = 0;
        int found = 0;
        for (size_t j = 0; j < screen->named_count; j++) {
            int right = host != EB_SCREEN_NONE && is_right(&screen->suspects[j], host, other);
            found |= right;
            alarm |= !right;
        }
        rates.alarms += (size_t)alarm;
        rates.found += (size_t)found;
        rates.inconclusive += eb_screen_status(screen) == EB_INCONCLUSIVE;
        eb_screen_free(screen);
        json_decref(record);
    }
    print_message("# %zu hosts, %zu sweeps, noise %.2f, drift %.2f: of %zu runs alarms %zu, found %zu, "
                  "inconclusive %zu\n",
                  made.hosts, made.sweeps, made.noise, made.drift, rates.runs, rates.alarms, rates.found,
                  rates.inconclusive);
    return rates;
}

/* P(B(runs, alpha) >= alarms) */
static double chance_of(const struct rates *rates, double alpha)
{
    double n = (double)rates->runs;
    double sum = 0;
    for (size_t i = rates->alarms; i <= rates->runs; i++) {
        double k = (double)i;
        sum +=
            exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(alpha) + (n - k) * log1p(-alpha));
    }
    return sum;
}

/* So many alarms or more have a chance below 1 in 1000 where the rate is alpha. */
static void assert_rate(const struct rates *rates, double alpha)
{
    if (chance_of(rates, alpha) < 1e-3)
        fail_msg("%zu alarms in %zu runs: more than %g", rates->alarms, rates->runs, alpha);
}

/* Sweeps: one, three, and the five of a screening by default. */
static void test_false_alarms(void **state)
{
    static const size_t hosts[] = {3, 4, 5, 9};
    static const size_t sweeps[] = {1, 3, 5};
    static const double noises[] = {0.05, 0.20, 0.50};
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        for (size_t j = 0; j < sizeof noises / sizeof *noises; j++)
            for (size_t k = 0; k < sizeof sweeps / sizeof *sweeps; k++) {
                struct made_screen made = made_defaults();
                made.hosts = hosts[i];
                made.sweeps = sweeps[k];
                made.noise = noises[j];
                made.drift = 0.05;
                struct rates rates = simulate(made, 1000, EB_SCREEN_NONE, EB_SCREEN_NONE);
                assert_rate(&rates, EB_SCREEN_ALPHA);
            }
}

static void test_a_host_is_found(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.05;
    made.drift = 0.02;
    made.slow[3] = 1.3;
    struct rates rates = simulate(made, 300, 3, EB_SCREEN_NONE);
    assert_true(rates.found >= 294);
}

static void test_a_link_is_found(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.hosts = 16;
    made.noise = 0.05;
    made.drift = 0.02;
    made.links[0].a = 2;
    made.links[0].b = 9;
    made.links[0].slow = 1.5;
    struct rates rates = simulate(made, 200, 2, 9);
    assert_true(rates.found >= 180);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_false_alarms),
        cmocka_unit_test(test_a_host_is_found),
        cmocka_unit_test(test_a_link_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
