/* inert.c - one walk over characters, and what each form escapes. */
#include "inert.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

typedef const char *escape_fn(char c);

static const char *as_it_is(char c)
{
    (void)c;
    return NULL;
}

static const char *for_xml(char c)
{
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : NULL;
}

static const char *for_markdown(char c)
{
    static const char SPECIAL[] = "\\|*_`<>[]~";
    static const char ESCAPED[][3] = {"\\\\", "\\|", "\\*", "\\_", "\\`", "\\<", "\\>", "\\[", "\\]", "\\~"};
    const char *at = strchr(SPECIAL, c);

    return at ? ESCAPED[at - SPECIAL] : NULL;
}

static const char *for_latex(char c)
{
    static const struct {
        char c;
        const char *escaped;
    } SPECIAL[] = {
        {'\\', "\\textbackslash{}"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        {'"', "\\textquotedbl{}"},
        {'{', "\\{"},
        {'}', "\\}"},
        {'$', "\\$"},
        {'&', "\\&"},
        {'#', "\\#"},
        {'_', "\\_"},
        {'%', "\\%"},
    };

    for (size_t i = 0; i < sizeof SPECIAL / sizeof *SPECIAL; i++)
        if (SPECIAL[i].c == c)
            return SPECIAL[i].escaped;
    return NULL;
}

enum { MINUS = 0x2212 };

static const struct {
    escape_fn *escape;
    const char *replacement;
} FORMS[] = {[SEG_INERT_TERMINAL] = {as_it_is, "\xef\xbf\xbd"},
             [SEG_INERT_MARKDOWN] = {for_markdown, "\xef\xbf\xbd"},
             [SEG_INERT_LATEX] = {for_latex, "?"},
             [SEG_INERT_XML] = {for_xml, "\xef\xbf\xbd"}};

static bool is_blank(unsigned long code)
{
    return code == '\t' || code == '\n' || code == '\r';
}

/* Whether a character acts on what stands around it, or cannot be seen. */
static bool is_active(unsigned long code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x2069) || code == 0xfeff ||
           (code & 0xfffe) == 0xfffe;
}

/* Behind the end of a row "[" and "*" would be arguments of the line break. */
static const char *protect_start(seg_inert_form form, seg_string *out, const char *text)
{
    if (form != SEG_INERT_LATEX || (*text != '[' && *text != '*'))
        return text;
    seg_string_printf(out, "{%c}", *text);
    return text + 1;
}

void seg_inert_add(seg_string *out, seg_inert_form form, const char *text)
{
    text = protect_start(form, out, text);
    while (*text) {
        unsigned long code = 0;
        int length = seg_utf8_next(text, &code);
        const char *escaped = length == 1 ? FORMS[form].escape(*text) : NULL;

        if (length == 1 && is_blank(code))
            seg_string_add(out, form == SEG_INERT_XML && code == '\n' ? "\n" : " ");
        else if (length < 1 || is_active(code))
            seg_string_add(out, FORMS[form].replacement);
        else if (escaped)
            seg_string_add(out, escaped);
        else if (form == SEG_INERT_LATEX && code == MINUS) /* not a letter of TeX's text fonts */
            seg_string_add(out, "$-$");
        else
            seg_string_add_n(out, text, (size_t)length);
        text += length > 0 ? length : 1;
    }
}

void seg_inert_line(char *text)
{
    char *to = text;

    while (*text) {
        unsigned long code = 0;
        int length = seg_utf8_next(text, &code), n = length > 0 ? length : 1;

        if (length < 1 || is_active(code))
            *to++ = '?';
        else
            to = (char *)memmove(to, text, (size_t)n) + n;
        text += n;
    }
    *to = '\0';
}
