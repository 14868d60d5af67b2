/* test_expression.c - formulas over losses: precedence, names, faults with their column, values without one. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/expression.h"

static const char *const NAMES[] = {"ce", "dice", "log-cosh-dice", "tversky", NULL};
static const double VALUES[] = {2, 0.25, 0.5, 3};

static bool is_loss(const char *name)
{
    for (int i = 0; NAMES[i]; i++)
        if (!strcmp(NAMES[i], name))
            return true;
    return false;
}

static seg_status find(void *context, const char *name, const char *params, size_t *index, seg_error *err)
{
    char *seen = context;

    strcat(seen, params);
    for (*index = 0; NAMES[*index]; ++*index)
        if (!strcmp(NAMES[*index], name))
            return SEG_OK;
    return seg_fail(err, SEG_USAGE, "there is no loss '%s'", name);
}

static seg_value value_of(const void *context, size_t index)
{
    const int *undefined = context;

    return (int)index == *undefined ? seg_value_undefined(SEG_EMPTY_TRUTH) : seg_value_of(VALUES[index]);
}

static seg_value calculate(const char *text, int undefined)
{
    seg_expression e;
    seg_error err = {0};
    char seen[256] = "";
    seg_value value;

    assert_ok(seg_expression_read(&e, text, is_loss, find, seen, &err), &err);
    value = seg_expression_value(&e, value_of, &undefined);
    seg_expression_free(&e);
    return value;
}

static void operators_bind_as_in_a_textbook(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"2^3^2", 512},
        {"-2^2", -4},
        {"2^-1", 0.5},
        {"1+2*3", 7},
        {"(1+2)*3", 9},
        {"8/2/2", 2},
        {"7-3-2", 2},
        {"- -3", 3},
        {"0.5*ce+0.5*dice", 1.125},
        {"ce-dice", 1.75},
        {"tversky-ce", 1},
        {"log-cosh-dice*2", 1},
        {"log(exp(ce))", 2},
        {"min(ce,dice)", 0.25},
        {"max(ce, dice)", 2},
        {"pow(tversky, 0.5)", 1.7320508075688772},
        {"sqrt(4)", 2},
        {"abs(-ce)", 2},
        {"cosh(0)", 1},
        {"1e-1*ce", 0.2},
        {"total = ce + 1", 3},
        {"my.sum_2=ce*1", 2},
        {" ce ", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        fixture_near(calculate(cases[i].text, -1).x, cases[i].value, 1e-15, 0, cases[i].text, __FILE__, __LINE__);
}

static void parameters_reach_the_loss(void **state)
{
    seg_expression e;
    seg_error err = {0};
    char seen[256] = "";

    (void)state;
    assert_ok(seg_expression_read(&e, "x = 2 * tversky(alpha=0.7,classes=1-3) + ce()", is_loss, find, seen, &err),
              &err);
    assert_string_equal(seen, "alpha=0.7,classes=1-3");
    assert_string_equal(e.name, "x");
    assert_string_equal(e.text, "2*tversky(alpha=0.7,classes=1-3)+ce()");
    seg_expression_free(&e);
}

static void what_has_no_value_says_why(void **state)
{
    seg_value v = calculate("1/(ce-2)", -1);

    (void)state;
    assert_true(isnan(v.x));
    assert_string_equal(v.status, SEG_NOT_COMPUTED "the formula divides by zero");
    v = calculate("log(-ce)", -1);
    assert_string_equal(v.status, SEG_NOT_COMPUTED "the formula has no finite value here");
    v = calculate("ce + dice", 1);
    assert_string_equal(v.status, SEG_EMPTY_TRUTH);
}

static void faults_name_their_column(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"ce +", "column 5: the formula ends here"},
        {"(ce", "column 4: the formula ends here, ')' was wanted"},
        {"ce ce", "column 4: 'c' found"},
        {"min(ce)", "column 7: ')' found, ',' and a second argument"},
        {"1 + focal", "column 5: there is no loss 'focal'"},
        {"a b = ce", "column 2: ' ' found, a name of letters and digits"},
        {" = ce", "column 2: '=' found, a name before '='"},
        {"x =", "column 4: the formula ends here, a formula was wanted"},
        {"tversky(alpha=1", "')' behind the parameters"},
        {"2 $ 3", "column 3: '$' found"},
        {"1e999*ce", "column 1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seg_expression e;
        seg_error err = {0};
        char seen[256] = "";

        if (seg_expression_read(&e, cases[i].text, is_loss, find, seen, &err) != SEG_USAGE ||
            !strstr(err.text, cases[i].words))
            fail_msg("'%s': '%s', wanted '%s'", cases[i].text, err.text, cases[i].words);
    }
}

static void depth_is_bounded(void **state)
{
    char text[4001];
    seg_expression e;
    seg_error err = {0};
    char seen[256] = "";

    (void)state;
    memset(text, '(', 4000);
    text[4000] = '\0';
    assert_int_equal(seg_expression_read(&e, text, is_loss, find, seen, &err), SEG_USAGE);
    memset(text, '-', 4000);
    assert_int_equal(seg_expression_read(&e, text, is_loss, find, seen, &err), SEG_USAGE);
}

static void formulas_are_told_from_lists(void **state)
{
    (void)state;
    assert_true(seg_is_expression("0.5*ce"));
    assert_true(seg_is_expression("1-dice"));
    assert_true(seg_is_expression("total = ce"));
    assert_true(seg_is_expression("log(dice)"));
    assert_false(seg_is_expression("ce,dice"));
    assert_false(seg_is_expression("focal-tversky:alpha=0.7,ce"));
    assert_false(seg_is_expression("inverse-form:weights=/a (b)+c.sgif"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_bind_as_in_a_textbook),
        cmocka_unit_test(parameters_reach_the_loss),
        cmocka_unit_test(what_has_no_value_says_why),
        cmocka_unit_test(faults_name_their_column),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(formulas_are_told_from_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
