/* test_headers.c - all headers in one file: each name of a type, function or constant has one meaning in the program.
 * The list is made by the Makefile from what is in src; the test is that this file compiles without a warning. */
#include "headers.h"

#include "support/fixture.h"

static void headers_agree(void **state)
{
    (void)state;
    assert_true(HEADERS > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(headers_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
