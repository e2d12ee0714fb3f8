/* Numbers where the locale writes a decimal comma. scripts/test makes such a locale; elsewhere this is
 * skipped. */
#include "cmocka_all.h"
#include "common/plain.h"

#include <locale.h>
#include <stdio.h>

/* Sets a locale that writes a decimal comma. 0 where none is installed; scripts/test makes one. */
static int set_comma_locale(void)
{
    static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++)
        if (setlocale(LC_NUMERIC, locales[i]))
            return 1;
    return 0;
}

static void test_numbers_in_other_locales(void **state)
{
    (void)state;
    assert_true(set_comma_locale());
    char plain[EB_PLAIN_NUMBER];
    char fixed[EB_PLAIN_NUMBER];
    eb_plain_number(1.5, 9, plain);
    eb_plain_fixed(1.5, 2, fixed);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(plain, "1.5");
    assert_string_equal(fixed, "1.50");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_in_other_locales),
    };
    if (!set_comma_locale()) {
        puts("1..0 # SKIP no locale with a decimal comma is installed");
        return 0;
    }
    setlocale(LC_NUMERIC, "C");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
