/* braille.c - dots and lines on a board of characters. */
#include "braille.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"

seg_status seg_dotboard_begin(seg_dotboard *b, size_t columns, size_t rows, bool unicode, seg_error *err)
{
    *b = (seg_dotboard){columns, rows, unicode, NULL};
    return seg_alloc(&b->cell, columns * rows, 1, "a terminal plot", err);
}

/* Dots of a braille character: two columns of three, and a fourth row with separate bits. */
static void dot(seg_dotboard *b, long x, long y, char sign)
{
    static const unsigned char bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    const long across = b->unicode ? 2 : 1, down = b->unicode ? 4 : 1;
    unsigned char *cell;

    if (x < 0 || y < 0 || x >= across * (long)b->columns || y >= down * (long)b->rows)
        return;
    cell = &b->cell[(size_t)(y / down) * b->columns + (size_t)(x / across)];
    *cell = b->unicode ? *cell | bit[y % 4][x % 2] : (unsigned char)sign;
}

void seg_dotboard_line(seg_dotboard *b, double x1, double y1, double x2, double y2, char sign)
{
    const double wide = (double)b->columns * (b->unicode ? 2 : 1) - 1,
                 high = (double)b->rows * (b->unicode ? 4 : 1) - 1;
    const double dx = (x2 - x1) * wide, dy = (y2 - y1) * high, steps = ceil(fmax(1, fmax(fabs(dx), fabs(dy))));

    if (!isfinite(steps))
        return;
    for (double i = 0; i <= steps; i++)
        dot(b, lround(x1 * wide + dx * i / steps), lround(high - (y1 * high + dy * i / steps)), sign);
}

/* Characters U+2800 to U+28FF in UTF-8. */
void seg_dotboard_row(const seg_dotboard *b, size_t row, seg_string *out)
{
    for (size_t i = 0; i < b->columns; i++) {
        const unsigned char dots = b->cell[row * b->columns + i];
        const char utf8[3] = {(char)0xE2, (char)(0xA0 | dots >> 6), (char)(0x80 | (dots & 0x3F))};

        if (b->unicode)
            seg_string_add_n(out, dots ? utf8 : " ", dots ? 3 : 1);
        else
            seg_string_add_n(out, dots ? (const char *)&b->cell[row * b->columns + i] : " ", 1);
    }
}

void seg_dotboard_free(seg_dotboard *b)
{
    free(b->cell);
    *b = (seg_dotboard){0};
}
