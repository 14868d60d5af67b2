/* test_golden_boundary_combination.c - the boundary and combination losses give the numbers of the independent oracle
 * and of the public implementations. */
#include "support/scoring.h"

static const char *const names[] = {"boundary",
                                    "hausdorff",
                                    "boundary-aware",
                                    "active-boundary",
                                    "conditional-boundary",
                                    "boundary-dou",
                                    "region-wise",
                                    "combo",
                                    "exp-log",
                                    "unified-focal",
                                    NULL};

static void every_golden_row_is_met(void **state)
{
    (void)state;
    assert_int_equal(scoring_check_golden(names), 648); /* all there are: none is left out by its name */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_golden_row_is_met),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
