/* The grammar of arms. */
#include "cmocka_all.h"
#include "common/arm.h"

#include <string.h>

static void test_whole_grammar(void **state)
{
    (void)state;
    struct eb_arm arm;
    assert_int_equal(eb_arm_parse("ena8=sockets@ens5,flows=8,buffer=4M", &arm, NULL), EB_OK);
    assert_string_equal(arm.spec, "ena8=sockets@ens5,flows=8,buffer=4M");
    assert_string_equal(arm.name, "ena8");
    assert_string_equal(arm.transport, "sockets");
    assert_null(arm.provider);
    assert_string_equal(arm.interface, "ens5");
    assert_int_equal(arm.key_count, 2);
    assert_string_equal(eb_arm_key(&arm, "flows", "1"), "8");
    assert_string_equal(eb_arm_key(&arm, "buffer", "0"), "4M");
    assert_string_equal(eb_arm_key(&arm, "nothing", "fallback"), "fallback");
    eb_arm_free(&arm);
}

static void test_provider_with_layers(void **state)
{
    (void)state;
    struct eb_arm arm;
    assert_int_equal(eb_arm_parse("t=ofi:tcp;ofi_rxm@lo", &arm, NULL), EB_OK);
    assert_string_equal(arm.transport, "ofi");
    assert_string_equal(arm.provider, "tcp;ofi_rxm");
    assert_string_equal(arm.interface, "lo");
    eb_arm_free(&arm);
    assert_int_equal(eb_arm_parse("layer=mpi", &arm, NULL), EB_OK);
    assert_null(arm.provider);
    assert_null(arm.interface);
    eb_arm_free(&arm);
}

static void test_bad_arms_are_named(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "tcp",
                                      "=ofi",
                                      "a b=ofi",
                                      "a=",
                                      "a=@lo",
                                      "a=ofi:",
                                      "a=ofi@",
                                      "a=ofi,flows",
                                      "a=ofi,=1",
                                      "a=ofi,x=",
                                      "a=ofi,x=1,x=2",
                                      "ofi,x=1",
                                      "a;b=ofi",
                                      "a=s,a=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8,i=9",
                                      "a23456789012345678901234567890123=ofi"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct eb_arm arm;
        struct eb_error err = {0};
        assert_int_equal(eb_arm_parse(bad[i], &arm, &err), EB_USAGE);
        assert_non_null(strstr(err.text, bad[i]));
        assert_null(arm.spec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_grammar),
        cmocka_unit_test(test_provider_with_layers),
        cmocka_unit_test(test_bad_arms_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
