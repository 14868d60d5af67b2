/* test_golden_boundary_combination.c - the boundary and combination losses give the numbers of the independent oracle and of the
 * public implementations: every row of losses.csv, and a row for every loss. */
#include "support/scoring.h"

static void every_golden_row_is_met(void **state)
{
    (void)state;
    scoring_check_golden(SEG_BOUNDARY, SEG_COMBINATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_golden_row_is_met)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
