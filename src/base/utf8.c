/* utf8.c - steps through UTF-8 without the locale (RFC 3629: no overlong forms, no surrogates, up to U+10FFFF). */
#include "utf8.h"

int seg_utf8_next(const char *text, unsigned long *code)
{
    static const unsigned long LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *b = (const unsigned char *)text;
    int length = b[0] == 0     ? 0
                 : b[0] < 0x80 ? 1
                 : b[0] < 0xc0 ? 0
                 : b[0] < 0xe0 ? 2
                 : b[0] < 0xf0 ? 3
                 : b[0] < 0xf8 ? 4
                               : 0;
    unsigned long c = length < 2 ? b[0] : b[0] & (0x7fu >> length);

    for (int i = 1; i < length; i++) {
        if ((b[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (b[i] & 0x3f);
    }
    if (c < LEAST[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    *code = c;
    return length;
}

/* The blocks that matter in names of cases and classes; everything else takes one column. */
static const struct {
    unsigned long first, last;
    int columns;
} WIDTHS[] = {
    {0x0300, 0x036f, 0}, {0x200b, 0x200f, 0}, {0xfe00, 0xfe0f, 0},   {0x1100, 0x115f, 2},
    {0x2e80, 0xa4cf, 2}, {0xac00, 0xd7a3, 2}, {0xf900, 0xfaff, 2},   {0xfe30, 0xfe6f, 2},
    {0xff00, 0xff60, 2}, {0xffe0, 0xffe6, 2}, {0x1f300, 0x1faff, 2}, {0x20000, 0x3fffd, 2},
};

static size_t columns(unsigned long code)
{
    for (size_t i = 0; i < sizeof WIDTHS / sizeof *WIDTHS; i++) {
        if (code >= WIDTHS[i].first && code <= WIDTHS[i].last)
            return (size_t)WIDTHS[i].columns;
    }
    return 1;
}

size_t seg_utf8_width(const char *text)
{
    size_t width = 0;
    unsigned long code;

    while (*text) {
        int length = seg_utf8_next(text, &code);

        width += length > 0 ? columns(code) : 1;
        text += length > 0 ? length : 1;
    }
    return width;
}

void seg_utf8_add(seg_string *out, const char *text)
{
    unsigned long code;

    while (*text) {
        int length = seg_utf8_next(text, &code);

        seg_string_add_n(out, length > 0 ? text : "\xef\xbf\xbd", length > 0 ? (size_t)length : 3);
        text += length > 0 ? length : 1;
    }
}
