/* test_inert.c - whatever a name holds, no form lets a character through that acts on what stands around it. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/inert.h"
#include "base/utf8.h"
#include "support/fixture.h"

static const seg_inert_form FORMS[] = {SEG_INERT_TERMINAL, SEG_INERT_MARKDOWN, SEG_INERT_LATEX, SEG_INERT_XML};

static char *inert(seg_inert_form form, const char *text)
{
    seg_string out = {0};

    seg_string_add(&out, "");
    seg_inert_add(&out, form, text);
    assert_false(out.failed);
    return out.text;
}

static bool is_active(unsigned long c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

static void assert_inert(const char *text, bool lines)
{
    unsigned long code;

    while (*text) {
        int length = seg_utf8_next(text, &code);

        assert_true(length > 0);
        assert_false(is_active(code) && !(lines && code == '\n'));
        text += length;
    }
}

/* The character as UTF-8, also where UTF-8 does not allow it. */
static void encode(char text[5], unsigned long c)
{
    memset(text, 0, 5);
    if (c < 0x80) {
        text[0] = (char)c;
    } else if (c < 0x800) {
        text[0] = (char)(0xc0 | c >> 6);
        text[1] = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        text[0] = (char)(0xe0 | c >> 12);
        text[1] = (char)(0x80 | (c >> 6 & 63));
        text[2] = (char)(0x80 | (c & 63));
    } else {
        text[0] = (char)(0xf0 | c >> 18);
        text[1] = (char)(0x80 | (c >> 12 & 63));
        text[2] = (char)(0x80 | (c >> 6 & 63));
        text[3] = (char)(0x80 | (c & 63));
    }
}

static void no_character_acts(void **state)
{
    (void)state;
    for (unsigned long c = 1; c < 0x11000; c++) {
        char name[12] = "a", one[5];

        encode(one, c);
        strcat(strcat(name, one), "b");
        for (size_t f = 0; f < 4; f++) {
            char *text = inert(FORMS[f], name);

            assert_inert(text, FORMS[f] == SEG_INERT_XML);
            assert_int_equal(text[0], 'a');
            assert_int_equal(text[strlen(text) - 1], 'b');
            free(text);
        }
        seg_inert_line(name);
        assert_inert(name, false);
    }
}

static void no_byte_acts(void **state)
{
    (void)state;
    for (int a = 1; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            char name[4] = {(char)a, (char)b, 'z', 0};

            for (size_t f = 0; f < 4; f++) {
                char *text = inert(FORMS[f], name);

                assert_inert(text, FORMS[f] == SEG_INERT_XML);
                free(text);
            }
            seg_inert_line(name);
            assert_inert(name, false);
        }
}

static void what_has_a_meaning_is_escaped(void **state)
{
    static const struct {
        seg_inert_form form;
        const char *text, *wanted;
    } CASES[] = {
        {SEG_INERT_TERMINAL, "a\tb\nc\rd<&\\", "a b c d<&\\"},
        {SEG_INERT_TERMINAL, "\x1b]0;x\x07", "\xef\xbf\xbd]0;x\xef\xbf\xbd"},
        {SEG_INERT_TERMINAL, "k\xe9x", "k\xef\xbf\xbdx"},
        {SEG_INERT_MARKDOWN, "[a](b) | *c* `d` <e> & ~f~ \\ g_h",
         "\\[a\\](b) \\| \\*c\\* \\`d\\` \\<e\\> & \\~f\\~ \\\\ g\\_h"},
        {SEG_INERT_LATEX, "[18] U-Net", "{[}18] U-Net"},
        {SEG_INERT_LATEX, "*ours", "{*}ours"},
        {SEG_INERT_LATEX, "a[1]*", "a[1]*"},
        {SEG_INERT_LATEX, "a_b{c}$d#%&\\^~<>|\"",
         "a\\_b\\{c\\}\\$d\\#\\%\\&\\textbackslash{}\\textasciicircum{}\\textasciitilde{}\\textless{}\\textgreater{}"
         "\\textbar{}\\textquotedbl{}"},
        {SEG_INERT_LATEX, "\x1b\xff", "??"},
        {SEG_INERT_LATEX,
         "\xe2\x88\x92"
         "1",
         "$-$1"},
        {SEG_INERT_XML, "<a href=\"x\">&amp;</a>", "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;"},
        {SEG_INERT_XML, "\xe2\x80\xaeright", "\xef\xbf\xbdright"},
    };
    char line[] = "a\x1b[1m\nb\xe2\x80\xae\xc3\xa9\xff.";

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *text = inert(CASES[i].form, CASES[i].text);

        assert_string_equal(text, CASES[i].wanted);
        free(text);
    }
    seg_inert_line(line);
    assert_string_equal(line, "a?[1m?b?\xc3\xa9?.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_character_acts),
        cmocka_unit_test(no_byte_acts),
        cmocka_unit_test(what_has_a_meaning_is_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
