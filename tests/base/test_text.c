/* test_text.c - numbers that survive being printed, words that are no numbers, slips of the fingers, and strings. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/fixture.h"

static void check_number(double x)
{
    char text[SEG_NUMBER_ROOM], shorter[64];
    double back;

    seg_number(text, x);
    back = strtod(text, NULL);
    if (memcmp(&back, &x, sizeof x))
        fail_msg("%a is printed as %s, which is %a", x, text, back);
    for (int digits = 1; digits <= 15; digits++) {
        snprintf(shorter, sizeof shorter, "%.*g", digits, x);
        if (strtod(shorter, NULL) == x && strlen(text) > strlen(shorter))
            fail_msg("%a is printed as %s, although %s says the same", x, text, shorter);
    }
}

static void printed_numbers_read_back_to_the_same_bits(void **state)
{
    static const double LIMITS[] = {0,
                                    -0.0,
                                    1,
                                    -1,
                                    0.1,
                                    1.0 / 3,
                                    1e22,
                                    1e23,
                                    5e-324,
                                    1e-320,
                                    DBL_MIN,
                                    DBL_MAX,
                                    -DBL_MAX,
                                    DBL_EPSILON,
                                    1e15,
                                    1e16,
                                    123456789012345678.0};
    uint64_t seed = 20260401;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++)
        check_number(LIMITS[i]);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = fixture_random(&seed);
        double x;

        memcpy(&x, &bits, sizeof x);
        if (isfinite(x))
            check_number(x);
    }
}

/* 15 decimal digits always fit a double, so 0.7 does not come back as 0.69999999999999996. */
static void a_number_is_printed_as_it_was_typed(void **state)
{
    static const char *const TYPED[] = {"0.1", "0.7", "-0.3", "1e-05", "2.5", "0.123456789012345", "1e+300", "100000"};
    char text[SEG_NUMBER_ROOM];
    double x;

    (void)state;
    for (size_t i = 0; i < sizeof TYPED / sizeof *TYPED; i++) {
        assert_true(seg_read_double(TYPED[i], &x));
        assert_string_equal(seg_number(text, x), TYPED[i]);
    }
}

static void digits_are_significant_and_bounded(void **state)
{
    char text[SEG_NUMBER_ROOM];

    (void)state;
    assert_string_equal(seg_number_digits(text, 2.0 / 3, 3), "0.667");
    assert_string_equal(seg_number_digits(text, 123456, 2), "1.2e+05");
    assert_string_equal(seg_number_digits(text, 0.1, 0), "0.1");
    assert_string_equal(seg_number_digits(text, 0.1, 1000), "0.10000000000000001");
    assert_string_equal(seg_number_digits(text, NAN, 3), "nan");
    assert_string_equal(seg_number_digits(text, -INFINITY, 3), "-inf");
    assert_true(strlen(seg_number_digits(text, -DBL_MIN / 3, 17)) < SEG_NUMBER_ROOM);
}

static void a_number_is_the_whole_text_and_finite(void **state)
{
    static const char *const NONE[] = {"",      " ",   " 1",  "1 ",   "1x",    "x",       "0x10", "0X1p3",
                                       "nan",   "NaN", "inf", "-inf", "1e999", "1e",      "--1",  "1,5",
                                       "1.5.2", "+",   "-",   ".",    "1e+",   "infinity"};
    static const struct {
        const char *text;
        double x;
    } GOOD[] = {{"0", 0}, {"-0.5", -0.5}, {"+2", 2}, {".25", 0.25}, {"7.", 7}, {"1E3", 1000}, {"1e-400", 0}};
    double x;

    (void)state;
    for (size_t i = 0; i < sizeof NONE / sizeof *NONE; i++)
        if (seg_read_double(NONE[i], &x))
            fail_msg("'%s' is read as %g", NONE[i], x);
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_true(seg_read_double(GOOD[i].text, &x));
        assert_near(x, GOOD[i].x, 0, 0);
    }
}

static void a_whole_number_is_not_rounded_into_one(void **state)
{
    static const char *const NONE[] = {
        "", " 1", "1 ", "1.0", "1e3", "0x10", "9223372036854775808", "-9223372036854775809", "-", "1-2"};
    int64_t x;

    (void)state;
    for (size_t i = 0; i < sizeof NONE / sizeof *NONE; i++)
        if (seg_read_int64(NONE[i], &x))
            fail_msg("'%s' is read as %lld", NONE[i], (long long)x);
    assert_true(seg_read_int64("9223372036854775807", &x));
    assert_true(x == INT64_MAX);
    assert_true(seg_read_int64("-9223372036854775808", &x));
    assert_true(x == INT64_MIN);
}

static void names_compare_without_case_and_dashes(void **state)
{
    (void)state;
    assert_true(seg_same_name("Focal_Tversky", "focal-tversky"));
    assert_true(seg_same_name("", ""));
    assert_false(seg_same_name("", "a"));
    assert_false(seg_same_name("a", ""));
    assert_false(seg_same_name("dice", "dice2"));
    assert_false(seg_same_name("dice2", "dice"));
    assert_false(seg_same_name("a b", "a-b"));
}

static const char *const WORDS[] = {
    "cross-entropy", "focal-tversky", "hausdorff-dt", "log-cosh-dice", "boundary-dou", "wasserstein-dice", NULL};
enum { N_WORDS = 6 };

static const char *word(const void *context, size_t i)
{
    return ((const char *const *)context)[i];
}

/* One letter dropped, doubled, replaced, or swapped with the next. */
static void slip(char *out, const char *name, uint64_t *seed)
{
    size_t n = strlen(name), at = fixture_random(seed) % (n - 1);

    strcpy(out, name);
    switch (fixture_random(seed) % 4) {
    case 0:
        memmove(out + at, out + at + 1, n - at);
        break;
    case 1:
        memmove(out + at + 1, out + at, n - at + 1);
        break;
    case 2:
        out[at] = 'z';
        break;
    default:
        out[at] = name[at + 1];
        out[at + 1] = name[at];
    }
}

static void one_slip_in_a_name_finds_it(void **state)
{
    uint64_t seed = 99;
    char typed[64];

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 2000; i++) {
        const char *name = WORDS[fixture_random(&seed) % N_WORDS], *near;

        slip(typed, name, &seed);
        near = seg_nearest(typed, N_WORDS, word, WORDS);
        if (!near || strcmp(near, name))
            fail_msg("'%s' found %s, %s was meant", typed, near ? near : "nothing", name);
    }
}

static void what_is_like_nothing_finds_nothing(void **state)
{
    static const char *const SHORT[] = {"ce", NULL, "iou"};
    char endless[200];

    (void)state;
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_null(seg_nearest("xyzzy", N_WORDS, word, WORDS));
    assert_null(seg_nearest("", N_WORDS, word, WORDS));
    assert_null(seg_nearest(endless, N_WORDS, word, WORDS));
    assert_null(seg_nearest("dice", 0, word, WORDS));
    assert_null(seg_nearest("q", 3, word, SHORT));                  /* one letter replaced by another is another name */
    assert_string_equal(seg_nearest("iuo", 3, word, SHORT), "iou"); /* NULL is passed over */
}

static void strings_grow_by_every_kind_of_piece(void **state)
{
    enum { PIECES = 5000 };
    seg_string s = {0};
    char piece[32];
    size_t length = 0;

    (void)state;
    assert_null(s.text);
    seg_string_add(&s, "");
    assert_string_equal(s.text, "");
    for (int i = 0; i < PIECES; i++) {
        int n = snprintf(piece, sizeof piece, "%d;", i);

        if (i % 3 == 0)
            seg_string_add(&s, piece);
        else if (i % 3 == 1)
            seg_string_add_n(&s, piece, (size_t)n);
        else
            seg_string_printf(&s, "%d%c", i, ';');
        assert_int_equal(s.length, length += (size_t)n);
        assert_int_equal(s.text[length], '\0');
    }
    assert_ok(seg_string_check(&s, NULL), NULL);
    for (int i = 0, at = 0, used; i < PIECES; i++, at += used) {
        int back;

        assert_int_equal(sscanf(s.text + at, "%d;%n", &back, &used), 1);
        assert_int_equal(back, i);
    }
    seg_string_free(&s);
    assert_null(s.text);
    seg_string_free(&s);
}

static void a_failed_addition_is_remembered(void **state)
{
    seg_string s = {0};
    seg_error err = {0};

    (void)state;
    seg_string_add(&s, "begun");
    s.failed = true;
    seg_string_add(&s, " and lost");
    seg_string_printf(&s, "%d", 1);
    assert_string_equal(s.text, "begun");
    assert_int_equal(seg_string_check(&s, &err), SEG_MEMORY);
    assert_non_null(strstr(err.text, "not enough memory"));
    seg_string_free(&s);
    assert_ok(seg_string_check(&s, &err), &err); /* a fresh start */
}

static void sizes_are_readable(void **state)
{
    static const struct {
        double bytes;
        const char *text;
    } SIZES[] = {{0, "0 bytes"},  {999, "999 bytes"},  {1024, "1.0 kB"},  {99000, "99.0 kB"},
                 {1e5, "0.1 MB"}, {5242880, "5.2 MB"}, {3e9, "3000.0 MB"}};
    char out[SEG_NUMBER_ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        assert_string_equal(seg_size(out, SIZES[i].bytes), SIZES[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_readable),
        cmocka_unit_test(printed_numbers_read_back_to_the_same_bits),
        cmocka_unit_test(a_number_is_printed_as_it_was_typed),
        cmocka_unit_test(digits_are_significant_and_bounded),
        cmocka_unit_test(a_number_is_the_whole_text_and_finite),
        cmocka_unit_test(a_whole_number_is_not_rounded_into_one),
        cmocka_unit_test(names_compare_without_case_and_dashes),
        cmocka_unit_test(one_slip_in_a_name_finds_it),
        cmocka_unit_test(what_is_like_nothing_finds_nothing),
        cmocka_unit_test(strings_grow_by_every_kind_of_piece),
        cmocka_unit_test(a_failed_addition_is_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
