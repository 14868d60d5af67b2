/* test_help.c - wrapped paragraphs lose no word and no line is too wide; options stand in two columns. */
#include <string.h>

#include "cli/help.h"
#include "support/fixture.h"

/* The words of both texts, one by one. */
static void assert_same_words(const char *a, const char *b)
{
    for (;;) {
        size_t n, m;

        a += strspn(a, " \n");
        b += strspn(b, " \n");
        n = strcspn(a, " \n");
        m = strcspn(b, " \n");
        if (n != m || strncmp(a, b, n))
            fail_msg("'%.*s' became '%.*s'", (int)n, a, (int)m, b);
        if (!n)
            return;
        a += n;
        b += m;
    }
}

/* No line is wider than `width` unless it is a single word, every line but the first is indented, and no line could
 * have taken the next word. */
static void assert_wrapped(const char *text, int indent, int at, int width)
{
    bool first = true;

    while (*text) {
        size_t n = strcspn(text, "\n"), from = first ? 0 : (size_t)indent, next;
        int end = (int)n + (first ? at : 0);
        const char *word = text + from;

        if (!first && n) {
            assert_int_equal(strspn(text, " "), indent);
        }
        if (end > width && strcspn(word, " \n") < n - from)
            fail_msg("a line of %d columns, %d were wanted: %.*s", end, width, (int)n, text);
        text += n + 1;
        next = strcspn(text + strspn(text, " "), " \n");
        if (*text && next && end + 1 + (int)next <= width)
            fail_msg("a line could have taken '%.*s'", (int)next, text + strspn(text, " "));
        first = false;
    }
}

static void words_stay_and_lines_fit(void **state)
{
    uint64_t seed = 3;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < 500; i++) {
        int indent = (int)(fixture_random(&seed) % 20), at = indent + (int)(fixture_random(&seed) % 5);
        int width = indent + 1 + (int)(fixture_random(&seed) % 60);
        seg_string text = {0}, out = {0};

        for (size_t words = fixture_random(&seed) % 40; words > 0; words--)
            seg_string_printf(&text, "%.*s%s", 1 + (int)(fixture_random(&seed) % 12), "abcdefghijkl",
                              words > 1 ? &"  "[fixture_random(&seed) % 2] : "");
        seg_string_add(&text, "");
        seg_help_wrap(&out, text.text, indent, at, width);
        assert_int_equal(out.text[out.length - 1], '\n');
        assert_same_words(text.text, out.text);
        assert_wrapped(out.text, indent, at, width);
        assert_null(strstr(out.text, " \n"));
        seg_string_free(&text);
        seg_string_free(&out);
    }
}

static void paragraphs_are_told_apart_by_one_empty_line(void **state)
{
    seg_string out = {0};

    (void)state;
    seg_help_wrap(&out, "one\n\ntwo three\nfour", 2, 0, 9);
    assert_string_equal(out.text, "one\n\n  two\n  three\n  four\n");
    out.length = 0;
    seg_help_wrap(&out, "", 2, 0, 9);
    assert_string_equal(out.text, "\n");
    seg_string_free(&out);
}

static void an_option_shows_all_that_can_be_typed(void **state)
{
    static const char *const WORDS[] = {"auto", "never", NULL};
    static const seg_option ROWS[] = {
        {.letter = 'c', .name = "color", .argument = "WHEN", .choices = WORDS, .preset = "auto", .help = "Use colour"},
        {.name = "per-class", .negatable = true, .help = "A row for each class"},
        {.letter = 'x', .name = "an-option-with-a-very-long-name", .argument = "FILE", .help = "Whatever"},
        {0},
    };
    seg_string out = {0};

    (void)state;
    seg_help_options(&out, ROWS);
    assert_string_equal(out.text, "  -c, --color WHEN            Use colour: auto, never [auto]\n"
                                  "      --[no-]per-class        A row for each class\n"
                                  "  -x, --an-option-with-a-very-long-name FILE\n"
                                  "                              Whatever\n");
    seg_string_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stay_and_lines_fit),
        cmocka_unit_test(paragraphs_are_told_apart_by_one_empty_line),
        cmocka_unit_test(an_option_shows_all_that_can_be_typed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
