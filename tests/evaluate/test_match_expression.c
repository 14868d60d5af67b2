/* test_match_expression.c - expressions that would take for ever are refused, usual ones are not. */
#include <stdlib.h>
#include <string.h>

#include "evaluate/match_expression.h"
#include "support/fixture.h"

static void usual_expressions_are_accepted(void **state)
{
    static const char *const USUAL[] = {"(c[0-9]+)",
                                        "^sub-([a-z0-9]{2,8})_.*$",
                                        "([]a[:digit:]{}()]*)x",
                                        "(a{3}){4}b{5}",
                                        "(((a*)*)*)*b",
                                        "\\(c([0-9]{4})\\\\",
                                        "(a{1000})",
                                        "[\\](x)",
                                        "",
                                        "(",
                                        "a{",
                                        "[",
                                        "\\"};
    seg_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof USUAL / sizeof *USUAL; i++)
        assert_ok(seg_match_expression_check(USUAL[i], &err), &err);
}

static void expressions_without_bound_are_refused(void **state)
{
    static const struct {
        const char *expression, *said;
    } BAD[] = {{"(a*)*\\1b", "refers back to a group"},
               {"(((((a?){30}){30}){30}))b", "when its repetitions are written out"},
               {"((a{1,255}){1,255})", "when its repetitions are written out"},
               {"(a{99999999999999999999})", "when its repetitions are written out"},
               {"a{100}{100}", "when its repetitions are written out"},
               {"((([0-9]{200}b){200}", "when its repetitions are written out"}};
    char *text = calloc(1, 1100);
    seg_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_int_equal(seg_match_expression_check(BAD[i].expression, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, BAD[i].said));
    }
    memset(text, '(', 1000);
    assert_ok(seg_match_expression_check(text, &err), &err);
    memset(text, '(', 1001);
    assert_int_equal(seg_match_expression_check(text, &err), SEG_USAGE);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_expressions_are_accepted),
        cmocka_unit_test(expressions_without_bound_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
