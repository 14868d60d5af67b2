/* test_text_table.c - tables that are wider than the terminal. */
#include <stdlib.h>
#include <string.h>

#include "report/text_table.h"
#include "support/fixture.h"

/* Two measures of three classes each, under heads that stand once for each measure. */
static void fill(seg_text_table *sheet)
{
    static const char *const CELLS[] = {"",     "dsc", "",      "",       "hd95 (mm)", "",      "",
                                        "",     "a",   "b",     "c",      "a",         "b",     "c",
                                        "unet", "0.9", "0.812", "0.7123", "1.5",       "20.25", "3"};

    *sheet = (seg_text_table){.columns = 7, .left = 1};
    for (size_t i = 0; i < sizeof CELLS / sizeof *CELLS; i++)
        seg_text_table_add(sheet, CELLS[i]);
}

static void the_head_of_a_group_is_repeated_where_its_columns_wrap(void **state)
{
    seg_text_table sheet;
    seg_string out = {0};
    seg_error err = {0};

    (void)state;
    fill(&sheet);
    assert_ok(seg_text_table_print(&sheet, 20, false, &out, &err), &err);
    assert_string_equal(out.text, "      dsc\n"
                                  "        a      b\n"
                                  "unet  0.9  0.812\n"
                                  "\n"
                                  "         dsc\n"
                                  "           c\n"
                                  "unet  0.7123\n"
                                  "\n"
                                  "      hd95 (mm)\n"
                                  "              a\n"
                                  "unet        1.5\n"
                                  "\n"
                                  "      hd95 (mm)\n"
                                  "              b  c\n"
                                  "unet      20.25  3\n");
    seg_string_free(&out);
    seg_text_table_free(&sheet);
}

static void an_empty_table_and_one_without_columns_print_nothing_wrong(void **state)
{
    seg_text_table sheet = {.columns = 1, .left = 1};
    seg_string out = {0};
    seg_error err = {0};

    (void)state;
    assert_ok(seg_text_table_print(&sheet, 20, false, &out, &err), &err);
    seg_text_table_add(&sheet, "class");
    assert_ok(seg_text_table_print(&sheet, 20, false, &out, &err), &err);
    assert_string_equal(out.text, "class\n");
    seg_string_free(&out);
    seg_text_table_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_of_a_group_is_repeated_where_its_columns_wrap),
        cmocka_unit_test(an_empty_table_and_one_without_columns_print_nothing_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
