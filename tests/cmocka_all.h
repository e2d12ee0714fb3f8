/* cmocka.h with what it wants before it. */
#ifndef EB_TESTS_CMOCKA_ALL_H
#define EB_TESTS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
