/* test_golden_pixel_region.c - the pixel and region losses give the numbers of the independent oracle and the peers. */
#include "support/scoring.h"

static const char *const names[] = {
    "ce",  "wce",    "topk",    "focal",         "distance-ce", "dice", "log-cosh-dice", "wasserstein-dice",
    "iou", "lovasz", "tversky", "focal-tversky", "sens-spec",   "rmi",  "t-loss",        NULL};

/* As many rows as losses.csv has for these losses: one that is not read would be missed. */
enum { ROWS = 890 };

static void every_golden_row_is_met(void **state)
{
    (void)state;
    assert_int_equal(scoring_check_golden(names), ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_golden_row_is_met),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
