/* test_error.c - messages that are too long, contexts in front of them, and warnings without a receiver. */
#include <string.h>

#include "base/error.h"
#include "support/fixture.h"

enum { LONG = 5000 };

static void fill_with(char text[LONG + 1], char c)
{
    memset(text, c, LONG);
    text[LONG] = '\0';
}

static void the_kind_comes_back_with_and_without_a_place_for_the_sentence(void **state)
{
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_fail(&err, SEG_MISMATCH, "%s has %d", "a.nii", 3), SEG_MISMATCH);
    assert_int_equal(err.status, SEG_MISMATCH);
    assert_string_equal(err.text, "a.nii has 3");
    assert_int_equal(seg_fail(NULL, SEG_READ, "%s", "unheard"), SEG_READ);
    assert_int_not_equal(seg_while(NULL, "%s", "unheard"), SEG_OK);
}

static void contexts_stand_in_front_the_last_one_first(void **state)
{
    seg_error err = {0};

    (void)state;
    seg_fail(&err, SEG_READ, "is empty, 100%% was wanted");
    assert_int_equal(seg_while(&err, "slice %d", 3), SEG_READ);
    assert_int_equal(seg_while(&err, "case %s", "50%s"), SEG_READ);
    assert_string_equal(err.text, "case 50%s: slice 3: is empty, 100% was wanted");
}

/* Cut, not lost: the beginning says what it is about, and a file name of 4096 bytes is possible. */
static void what_is_too_long_is_cut_at_its_end(void **state)
{
    static char text[LONG + 1], context[LONG + 1];
    seg_error err = {0};

    (void)state;
    fill_with(text, 's');
    fill_with(context, 'c');
    seg_fail(&err, SEG_READ, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_int_equal(seg_while(&err, "x"), SEG_READ);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_memory_equal(err.text, "x: sss", 6);
    for (int i = 0; i < 3; i++) {
        seg_while(&err, "%s", context);
        assert_true(strlen(err.text) < sizeof err.text);
    }
    seg_fail(&err, SEG_READ, "sentence");
    seg_while(&err, "%s", context);
    assert_non_null(strstr(err.text, "ccc: sentence")); /* a long context leaves room for what happened */
}

static void hear(void *context, const char *sentence)
{
    strcpy(context, sentence);
}

static void a_remark_reaches_who_listens(void **state)
{
    char heard[2000] = "";
    static char text[LONG + 1];
    seg_warnings notes = {hear, heard}, deaf = {0};

    (void)state;
    seg_warn(NULL, "%s", "no receiver");
    seg_warn(&deaf, "%s", "no receiver");
    seg_warn(&notes, "%d bytes", 3);
    assert_string_equal(heard, "3 bytes");
    fill_with(text, 'r');
    seg_warn(&notes, "%s", text);
    assert_true(strlen(heard) > 1000 && strlen(heard) < sizeof heard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_comes_back_with_and_without_a_place_for_the_sentence),
        cmocka_unit_test(contexts_stand_in_front_the_last_one_first),
        cmocka_unit_test(what_is_too_long_is_cut_at_its_end),
        cmocka_unit_test(a_remark_reaches_who_listens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
