/* test_params.c - parameters of every type: printed and read back, at the ends of their ranges, mistyped, half read. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/params.h"
#include "support/fixture.h"

static const char *const DENOMINATORS[] = {"linear", "squared", NULL};
static const char *const WEIGHTS[] = {"none", "inverse", NULL};

struct settings {
    double smooth, share, open;
    int rounds, log, denominator;
    seg_numbers weights, list;
    seg_classes classes;
    char *costs;
};

static const seg_param ROWS[] = {
    SEG_NUMBER("smooth", struct settings, smooth, 1e-5, 0, INFINITY, "added"),
    {.name = "share",
     .alias = "alpha",
     .type = SEG_PARAM_NUMBER,
     .at = offsetof(struct settings, share),
     .preset = 0.5,
     .min = 0,
     .max = 1,
     .help = "of the first"},
    {.name = "open",
     .type = SEG_PARAM_NUMBER,
     .at = offsetof(struct settings, open),
     .preset = 0.5,
     .min = 0,
     .max = 1,
     .above = true,
     .below = true,
     .help = "between"},
    SEG_INTEGER("rounds", struct settings, rounds, 10, 1, 1e9, "how often"),
    SEG_SWITCH("log", struct settings, log, 0, "take the logarithm"),
    SEG_CHOICE("denom", struct settings, denominator, 0, DENOMINATORS, "the denominator"),
    {.name = "weights",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct settings, weights),
     .preset = 0,
     .min = 0,
     .max = INFINITY,
     .choices = WEIGHTS,
     .help = "of the classes"},
    {.name = "list", .type = SEG_PARAM_NUMBERS, .at = offsetof(struct settings, list), .preset = 3, .help = "any"},
    SEG_CLASS_LIST("classes", struct settings, classes, "fg", "averaged over"),
    SEG_FILE("costs", struct settings, costs, "a table"),
    {0},
};

static void begin(struct settings *s)
{
    assert_ok(seg_params_preset(ROWS, s, sizeof *s, NULL), NULL);
}

static void read_into(struct settings *s, const char *text)
{
    seg_error err = {0};

    assert_ok(seg_params_read(ROWS, "demo", text, s, &err), &err);
}

static void assert_written(const struct settings *s, const char *wanted)
{
    seg_string out = {0};

    seg_params_write(ROWS, s, ",", &out);
    assert_string_equal(out.text ? out.text : "", wanted);
    seg_string_free(&out);
}

/* A text for a row, in the form in which it is printed. */
static void add_random(seg_string *text, const char *name, uint64_t *seed)
{
    static const char *const CLASSES[] = {"all", "present", "present-fg", "0", "1-3/7", "-5--2/9223372036854775807"};
    char number[SEG_NUMBER_ROOM];
    double x = ldexp(fixture_uniform(seed) + 0.01, (int)(fixture_random(seed) % 60) - 50);

    if (fixture_random(seed) % 2)
        return;
    seg_string_printf(text, "%s%s=", text->length ? "," : "", name);
    if (!strcmp(name, "rounds"))
        seg_string_printf(text, "%d", 11 + (int)(fixture_random(seed) % 1000));
    else if (!strcmp(name, "log"))
        seg_string_add(text, "yes");
    else if (!strcmp(name, "denom"))
        seg_string_add(text, "squared");
    else if (!strcmp(name, "classes"))
        seg_string_add(text, CLASSES[fixture_random(seed) % 6]);
    else if (!strcmp(name, "costs"))
        seg_string_add(text, "a folder/costs=1.csv");
    else
        seg_string_add(text, seg_number(number, !strcmp(name, "share") || !strcmp(name, "open") ? fmod(x, 0.5) : x));
    if (!strcmp(name, "list") || !strcmp(name, "weights"))
        for (size_t n = fixture_random(seed) % 5; n > 0; n--)
            seg_string_printf(text, "/%s", seg_number(number, fixture_uniform(seed)));
}

static void what_is_printed_reads_back_to_the_same_and_in_the_rows_order(void **state)
{
    uint64_t seed = 11;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 2000; i++) {
        seg_string text = {0};
        struct settings s;

        seg_string_add(&text, "");
        for (const seg_param *row = ROWS; row->name; row++)
            add_random(&text, row->name, &seed);
        begin(&s);
        read_into(&s, text.text);
        assert_written(&s, text.text);
        seg_params_free(ROWS, &s);
        seg_string_free(&text);
    }
}

static void presets_print_nothing_however_they_were_typed(void **state)
{
    static const char *const TYPED[] = {NULL,           "",        "smooth=0.00001", "alpha=5e-1, rounds=10",
                                        "log=no",       "log=OFF", "log=0",          "denom=Linear",
                                        "weights=none", "list=3",  "rounds=1e1"};

    (void)state;
    for (size_t i = 0; i < sizeof TYPED / sizeof *TYPED; i++) {
        struct settings s;

        begin(&s);
        read_into(&s, TYPED[i]);
        assert_written(&s, "");
        seg_params_free(ROWS, &s);
    }
}

/* A shorthand such as wce sets parameters first, what is typed behind it comes second. */
static void the_later_of_two_texts_counts_and_an_alias_is_the_same(void **state)
{
    struct settings s;

    (void)state;
    begin(&s);
    read_into(&s, "share=0.1,weights=1/2/3,classes=1-3,costs=a");
    read_into(&s, "ALPHA=0.2, weights=inverse,classes=all,costs=b");
    assert_near(s.share, 0.2, 0, 0);
    assert_int_equal(s.weights.word, 1);
    assert_int_equal(s.classes.kind, SEG_CLASSES_ALL);
    assert_string_equal(s.costs, "b");
    assert_written(&s, "share=0.2,weights=inverse,classes=all,costs=b");
    seg_params_free(ROWS, &s);
}

static void one_text_gives_a_parameter_once_by_either_name(void **state)
{
    static const char *const TWICE[] = {"share=0.1,share=0.1", "share=0.1,ALPHA=0.2", "alpha=0.1,rounds=3,share=0.2"};
    struct settings s;

    (void)state;
    for (size_t i = 0; i < sizeof TWICE / sizeof *TWICE; i++) {
        seg_error err = {0};

        begin(&s);
        assert_int_equal(seg_params_read(ROWS, "demo", TWICE[i], &s, &err), SEG_USAGE);
        assert_string_equal(err.text, "demo: share (also called alpha) is given twice, once was wanted");
        seg_params_free(ROWS, &s);
    }
}

static void the_ends_of_a_range_belong_to_it_unless_they_are_left_out(void **state)
{
    static const char *const GOOD[] = {"smooth=0",    "smooth=1.7976931348623157e308", "share=0",  "share=1",
                                       "open=5e-324", "open=0.9999999999999999",       "rounds=1", "rounds=1000000000",
                                       "list=-7/0/7"};
    static const struct {
        const char *text, *said;
    } BAD[] = {
        {"smooth=-1e-300", "smooth=-1e-300 is not possible, a number >= 0 was wanted"},
        {"share=1.0000000000000002", "a number in [0, 1] was wanted"},
        {"open=0", "a number in (0, 1) was wanted"},
        {"open=1", "a number in (0, 1) was wanted"},
        {"rounds=0", "a whole number in [1, 1000000000] was wanted"},
        {"rounds=2.5", "a whole number in [1, 1000000000] was wanted"},
        {"rounds=1000000001", "a whole number in [1, 1000000000] was wanted"},
        {"share=nan", "share=nan is not possible"},
        {"smooth=inf", "smooth=inf is not possible"},
        {"share=", "share= is not possible"},
        {"log=perhaps", "yes or no was wanted"},
        {"denom=cubic", "linear or squared was wanted"},
        {"weights=1//2", "none, inverse, or one or more numbers >= 0 separated by '/' was wanted"},
        {"weights=1/-2", "weights=1/-2 is not possible"},
        {"list=", "one or more numbers separated by '/' was wanted"},
        {"costs=", "costs= is not possible, a file was wanted"},
        {"classes=", "demo: classes= is no list of classes"},
        {"alpha=2", "demo: alpha=2 is not possible"}, /* the name that was typed */
        {"share=2", "demo: share=2 is not possible"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        struct settings s;

        begin(&s);
        read_into(&s, GOOD[i]);
        seg_params_free(ROWS, &s);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct settings s;
        seg_error err = {0};

        begin(&s);
        assert_int_equal(seg_params_read(ROWS, "demo", BAD[i].text, &s, &err), SEG_USAGE);
        if (strncmp(err.text, "demo: ", 6) || !strstr(err.text, BAD[i].said))
            fail_msg("'%s': \"%s\" does not say \"%s\"", BAD[i].text, err.text, BAD[i].said);
        assert_written(&s, ""); /* a bad value leaves the old one */
        seg_params_free(ROWS, &s);
    }
}

static void a_bad_list_leaves_the_good_one(void **state)
{
    struct settings s;

    (void)state;
    begin(&s);
    read_into(&s, "weights=1/2/3,classes=1-3/7,costs=a");
    assert_int_equal(seg_params_read(ROWS, "demo", "weights=4/5/x", &s, NULL), SEG_USAGE);
    assert_int_equal(seg_params_read(ROWS, "demo", "classes=4/5/x", &s, NULL), SEG_USAGE);
    assert_int_equal(seg_params_read(ROWS, "demo", "costs=", &s, NULL), SEG_USAGE);
    assert_written(&s, "weights=1/2/3,classes=1-3/7,costs=a");
    seg_params_free(ROWS, &s);
}

static void names_that_are_none(void **state)
{
    static const struct {
        const char *text, *said;
    } BAD[] = {
        {"smoth=1", "demo has no parameter 'smoth' (did you mean 'smooth'?)"},
        {"alhpa=1", "did you mean 'alpha'?"},
        {"xyzzy=1", "demo has no parameter 'xyzzy' (see 'segloss describe demo')"},
        {"=1", "demo has no parameter ''"},
        {"smooth", "demo: 'smooth' is no parameter, name=value was wanted"},
        {"smooth=1,", "demo: '' is no parameter"},
        {",smooth=1", "demo: '' is no parameter"},
    };
    static const seg_param NONE[] = {{0}};
    struct settings s;
    seg_error err;

    (void)state;
    begin(&s);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        err = (seg_error){0};
        assert_int_equal(seg_params_read(ROWS, "demo", BAD[i].text, &s, &err), SEG_USAGE);
        if (!strstr(err.text, BAD[i].said))
            fail_msg("'%s': \"%s\" does not say \"%s\"", BAD[i].text, err.text, BAD[i].said);
    }
    assert_int_equal(seg_params_read(NONE, "demo", "a=1", &s, &err), SEG_USAGE);
    assert_string_equal(err.text, "demo has no parameters, but 'a' was given");
    assert_int_equal(seg_params_read(NULL, "demo", "a=1", &s, &err), SEG_USAGE);
    assert_ok(seg_params_read(NULL, "demo", "", &s, &err), &err);
    seg_params_free(ROWS, &s);
}

/* id 0 is the background unless the caller says otherwise; the truth has 0 and 2. */
static void classes_are_what_their_word_says(void **state)
{
    static const struct {
        const char *text;
        bool has[4]; /* of the ids 0..3 */
    } CASES[] = {
        {"fg", {false, true, true, true}},           {"all", {true, true, true, true}},
        {"present", {true, false, true, false}},     {"present-fg", {false, false, true, false}},
        {"PRESENT_FG", {false, false, true, false}}, {"1", {false, true, false, false}},
        {"0-1", {true, true, false, false}},         {"3/0", {true, false, false, true}},
        {"3,0", {true, false, false, true}},         {"-9-0", {true, false, false, false}},
        {"2/2/1-2", {false, true, true, false}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        seg_classes classes = {0};

        assert_ok(seg_classes_read(&classes, CASES[i].text, NULL), NULL);
        for (int id = 0; id < 4; id++)
            if (seg_classes_has(&classes, SEG_CLASSES_ALL, id, id != 0, id % 2 == 0) != CASES[i].has[id])
                fail_msg("%s: class %d", CASES[i].text, id);
        seg_classes_free(&classes);
    }
    assert_true(seg_classes_has(&(seg_classes){0}, SEG_CLASSES_ALL, 0, false, false));
    assert_false(seg_classes_has(&(seg_classes){0}, SEG_CLASSES_FG, 0, false, true));
    assert_false(seg_classes_has(&(seg_classes){0}, SEG_CLASSES_PRESENT, 5, true, false));
}

static void class_lists_that_are_none(void **state)
{
    static const char *const BAD[] = {"",    "/",   "1/",    "/1",    "1//2", "1-",  "-",
                                      "--1", "3-1", "1-2-3", "liver", "1.5",  "1 2", "99999999999999999999",
                                      "fgx"};

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        seg_classes classes = {0};
        seg_error err = {0};

        if (seg_classes_read(&classes, BAD[i], &err) != SEG_USAGE || !strstr(err.text, "is no list of classes"))
            fail_msg("'%s' is a list of classes: %s", BAD[i], err.text);
        assert_int_equal(classes.n, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_reads_back_to_the_same_and_in_the_rows_order),
        cmocka_unit_test(presets_print_nothing_however_they_were_typed),
        cmocka_unit_test(the_later_of_two_texts_counts_and_an_alias_is_the_same),
        cmocka_unit_test(one_text_gives_a_parameter_once_by_either_name),
        cmocka_unit_test(the_ends_of_a_range_belong_to_it_unless_they_are_left_out),
        cmocka_unit_test(a_bad_list_leaves_the_good_one),
        cmocka_unit_test(names_that_are_none),
        cmocka_unit_test(classes_are_what_their_word_says),
        cmocka_unit_test(class_lists_that_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
