/* test_spec.c - a list of names with parameters, cut at the right commas. */
#include <stdlib.h>
#include <string.h>

#include "evaluate/spec.h"
#include "support/fixture.h"

/* "tversky(alpha=.7,beta=.3) ce()": the items as one text. */
static char *shown(const seg_specs *specs)
{
    static char text[1000];

    text[0] = '\0';
    for (size_t i = 0; i < specs->n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s(%s)", i ? " " : "", specs->spec[i].name,
                 specs->spec[i].params);
    return text;
}

static void a_comma_ends_a_name_or_a_parameter(void **state)
{
    static const struct {
        const char *text, *items;
    } CASES[] = {
        {"dice", "dice()"},
        {"dice,ce", "dice() ce()"},
        {"tversky:alpha=.7,beta=.3,ce", "tversky(alpha=.7,beta=.3) ce()"},
        {"ce,tversky:alpha=.7,beta=.3,smooth=1", "ce() tversky(alpha=.7,beta=.3,smooth=1)"},
        {"dice,smooth=1", "dice(smooth=1)"}, /* the colon may be left out */
        {"dice:", "dice()"},
        {"dice:,smooth=1", "dice(smooth=1)"},
        {"ce:costs=C:/a.csv,dice", "ce(costs=C:/a.csv) dice()"},
        {"ce:form=x,costs=C:/a.csv", "ce(form=x,costs=C:/a.csv)"}, /* a colon behind '=' belongs to the value */
        {"ce:weights=1/2=3", "ce(weights=1/2=3)"},
        {"dice, ce,  tversky:alpha=.7, beta=.3", "dice() ce() tversky(alpha=.7,beta=.3)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        seg_specs specs = {0};
        seg_error err = {0};

        assert_ok(seg_specs_read(&specs, "--loss", CASES[i].text, &err), &err);
        assert_string_equal(shown(&specs), CASES[i].items);
        seg_specs_free(&specs);
    }
}

static void a_second_option_adds_items_and_not_parameters(void **state)
{
    seg_specs specs = {0};
    seg_error err = {0};

    (void)state;
    assert_ok(seg_specs_read(&specs, "--loss", "dice", &err), &err);
    assert_ok(seg_specs_read(&specs, "--loss", "ce,tversky:alpha=1", &err), &err);
    assert_string_equal(shown(&specs), "dice() ce() tversky(alpha=1)");
    assert_int_equal(seg_specs_read(&specs, "--loss", "beta=2", &err), SEG_USAGE); /* whose would it be? */
    assert_non_null(strstr(err.text, "--loss 'beta=2' begins with a parameter"));
    assert_string_equal(shown(&specs), "dice() ce() tversky(alpha=1)");
    seg_specs_free(&specs);
}

static void an_empty_place_is_a_slip(void **state)
{
    static const char *const BAD[] = {"", ",", "dice,", ",dice", "dice,,ce", "dice, ,ce", " "};

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        seg_specs specs = {0};
        seg_error err = {0};

        if (seg_specs_read(&specs, "--metric", BAD[i], &err) != SEG_USAGE || strncmp(err.text, "--metric '", 10) ||
            !strstr(err.text, "has an empty place"))
            fail_msg("'%s': %s", BAD[i], err.text);
        seg_specs_free(&specs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comma_ends_a_name_or_a_parameter),
        cmocka_unit_test(a_second_option_adds_items_and_not_parameters),
        cmocka_unit_test(an_empty_place_is_a_slip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
