/* html_text.c - escaping for HTML and for data: links. */
#include "html_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../base/utf8.h"

/* Control characters, and marks that reorder what follows them. */
static bool is_harmless(unsigned long code)
{
    bool control = (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0);
    bool direction = (code >= 0x200e && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
                     (code >= 0x2066 && code <= 0x2069) || code == 0x61c;

    return !control && !direction && code != 0xfffe && code != 0xffff;
}

static const char *entity_of(char c)
{
    return c == '&'    ? "&amp;"
           : c == '<'  ? "&lt;"
           : c == '>'  ? "&gt;"
           : c == '"'  ? "&quot;"
           : c == '\'' ? "&#39;"
                       : NULL;
}

void seg_html_text(seg_string *out, const char *text)
{
    while (text && *text) {
        unsigned long code = 0;
        int n = seg_utf8_next(text, &code);

        if (n < 1 || !is_harmless(code))
            seg_string_add(out, "\xef\xbf\xbd");
        else if (n == 1 && entity_of(*text))
            seg_string_add(out, entity_of(*text));
        else
            seg_string_add_n(out, text, (size_t)n);
        text += n < 1 ? 1 : n;
    }
}

void seg_html_name(seg_string *out, const char *name)
{
    while (*name) {
        size_t n = strcspn(name, "_");
        seg_string part = {0};

        seg_string_add_n(&part, name, n);
        seg_html_text(out, part.text);
        out->failed = out->failed || part.failed;
        seg_string_free(&part);
        name += n;
        if (*name == '_') {
            seg_string_add(out, " ");
            name++;
        }
    }
}

void seg_html_printf(seg_string *out, const char *format, ...)
{
    char text[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    seg_html_text(out, text);
}

void seg_html_percent(seg_string *out, const char *text)
{
    for (; *text; text++) {
        if (isalnum((unsigned char)*text) || strchr("-._~,", *text))
            seg_string_add_n(out, text, 1);
        else
            seg_string_printf(out, "%%%02X", (unsigned char)*text);
    }
}
