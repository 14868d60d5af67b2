/* raster.c - boxes and letters into an array of pixels; libpng writes the file. */
#include "raster.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

seg_status seg_raster_make(seg_raster *r, size_t width, size_t height, seg_error *err)
{
    seg_status st = seg_alloc(&r->pixel, width * height, sizeof *r->pixel, "a picture", err);

    r->width = width;
    r->height = height;
    if (!st)
        memset(r->pixel, 255, width * height * sizeof *r->pixel);
    return st;
}

void seg_raster_free(seg_raster *r)
{
    free(r->pixel);
    *r = (seg_raster){0};
}

void seg_raster_box(seg_raster *r, size_t x, size_t y, size_t width, size_t height, seg_rgb colour)
{
    for (size_t v = y; v < y + height && v < r->height; v++)
        for (size_t u = x; u < x + width && u < r->width; u++)
            r->pixel[v * r->width + u] = colour;
}

/* ---- letters ---- */

enum { FIRST = ' ', LAST = '~', ROWS = 7, COLUMNS = 5, DOT = 2, DROP = 2 };

/* Rows from the top, of five dots each; the left one counts 16. Letters with a tail stand DROP rows lower. */
static const uint8_t letters[LAST - FIRST + 1][ROWS] = {
    [' ' - ' '] = {0, 0, 0, 0, 0, 0, 0},        ['!' - ' '] = {4, 4, 4, 4, 4, 0, 4},
    ['"' - ' '] = {10, 10, 0, 0, 0, 0, 0},      ['#' - ' '] = {10, 10, 31, 10, 31, 10, 10},
    ['$' - ' '] = {4, 15, 20, 14, 5, 30, 4},    ['%' - ' '] = {24, 25, 2, 4, 8, 19, 3},
    ['&' - ' '] = {12, 18, 20, 8, 21, 18, 13},  ['\'' - ' '] = {4, 4, 0, 0, 0, 0, 0},
    ['(' - ' '] = {2, 4, 8, 8, 8, 4, 2},        [')' - ' '] = {8, 4, 2, 2, 2, 4, 8},
    ['*' - ' '] = {0, 4, 21, 14, 21, 4, 0},     ['+' - ' '] = {0, 4, 4, 31, 4, 4, 0},
    [',' - ' '] = {0, 0, 0, 0, 4, 4, 8},        ['-' - ' '] = {0, 0, 0, 31, 0, 0, 0},
    ['.' - ' '] = {0, 0, 0, 0, 0, 12, 12},      ['/' - ' '] = {1, 1, 2, 4, 8, 16, 16},
    ['0' - ' '] = {14, 17, 19, 21, 25, 17, 14}, ['1' - ' '] = {4, 12, 4, 4, 4, 4, 14},
    ['2' - ' '] = {14, 17, 1, 6, 8, 16, 31},    ['3' - ' '] = {14, 17, 1, 6, 1, 17, 14},
    ['4' - ' '] = {2, 6, 10, 18, 31, 2, 2},     ['5' - ' '] = {31, 16, 30, 1, 1, 17, 14},
    ['6' - ' '] = {6, 8, 16, 30, 17, 17, 14},   ['7' - ' '] = {31, 1, 2, 4, 8, 8, 8},
    ['8' - ' '] = {14, 17, 17, 14, 17, 17, 14}, ['9' - ' '] = {14, 17, 17, 15, 1, 2, 12},
    [':' - ' '] = {0, 4, 4, 0, 4, 4, 0},        [';' - ' '] = {0, 4, 4, 0, 4, 4, 8},
    ['<' - ' '] = {2, 4, 8, 16, 8, 4, 2},       ['=' - ' '] = {0, 0, 31, 0, 31, 0, 0},
    ['>' - ' '] = {8, 4, 2, 1, 2, 4, 8},        ['?' - ' '] = {14, 17, 1, 2, 4, 0, 4},
    ['@' - ' '] = {14, 17, 23, 21, 23, 16, 15}, ['A' - ' '] = {14, 17, 17, 31, 17, 17, 17},
    ['B' - ' '] = {30, 17, 17, 30, 17, 17, 30}, ['C' - ' '] = {14, 17, 16, 16, 16, 17, 14},
    ['D' - ' '] = {28, 18, 17, 17, 17, 18, 28}, ['E' - ' '] = {31, 16, 16, 30, 16, 16, 31},
    ['F' - ' '] = {31, 16, 16, 30, 16, 16, 16}, ['G' - ' '] = {14, 17, 16, 23, 17, 17, 15},
    ['H' - ' '] = {17, 17, 17, 31, 17, 17, 17}, ['I' - ' '] = {14, 4, 4, 4, 4, 4, 14},
    ['J' - ' '] = {7, 2, 2, 2, 2, 18, 12},      ['K' - ' '] = {17, 18, 20, 24, 20, 18, 17},
    ['L' - ' '] = {16, 16, 16, 16, 16, 16, 31}, ['M' - ' '] = {17, 27, 21, 21, 17, 17, 17},
    ['N' - ' '] = {17, 25, 21, 19, 17, 17, 17}, ['O' - ' '] = {14, 17, 17, 17, 17, 17, 14},
    ['P' - ' '] = {30, 17, 17, 30, 16, 16, 16}, ['Q' - ' '] = {14, 17, 17, 17, 21, 18, 13},
    ['R' - ' '] = {30, 17, 17, 30, 20, 18, 17}, ['S' - ' '] = {15, 16, 16, 14, 1, 1, 30},
    ['T' - ' '] = {31, 4, 4, 4, 4, 4, 4},       ['U' - ' '] = {17, 17, 17, 17, 17, 17, 14},
    ['V' - ' '] = {17, 17, 17, 17, 17, 10, 4},  ['W' - ' '] = {17, 17, 17, 21, 21, 27, 17},
    ['X' - ' '] = {17, 17, 10, 4, 10, 17, 17},  ['Y' - ' '] = {17, 17, 10, 4, 4, 4, 4},
    ['Z' - ' '] = {31, 1, 2, 4, 8, 16, 31},     ['[' - ' '] = {14, 8, 8, 8, 8, 8, 14},
    ['\\' - ' '] = {16, 16, 8, 4, 2, 1, 1},     [']' - ' '] = {14, 2, 2, 2, 2, 2, 14},
    ['^' - ' '] = {4, 10, 17, 0, 0, 0, 0},      ['_' - ' '] = {0, 0, 0, 0, 0, 0, 31},
    ['`' - ' '] = {8, 4, 0, 0, 0, 0, 0},        ['a' - ' '] = {0, 0, 14, 1, 15, 17, 15},
    ['b' - ' '] = {16, 16, 30, 17, 17, 17, 30}, ['c' - ' '] = {0, 0, 14, 17, 16, 17, 14},
    ['d' - ' '] = {1, 1, 15, 17, 17, 17, 15},   ['e' - ' '] = {0, 0, 14, 17, 31, 16, 14},
    ['f' - ' '] = {6, 9, 8, 28, 8, 8, 8},       ['g' - ' '] = {15, 17, 17, 17, 15, 1, 14},
    ['h' - ' '] = {16, 16, 30, 17, 17, 17, 17}, ['i' - ' '] = {4, 0, 12, 4, 4, 4, 14},
    ['j' - ' '] = {2, 0, 6, 2, 2, 18, 12},      ['k' - ' '] = {16, 16, 18, 20, 24, 20, 18},
    ['l' - ' '] = {12, 4, 4, 4, 4, 4, 14},      ['m' - ' '] = {0, 0, 26, 21, 21, 21, 21},
    ['n' - ' '] = {0, 0, 30, 17, 17, 17, 17},   ['o' - ' '] = {0, 0, 14, 17, 17, 17, 14},
    ['p' - ' '] = {30, 17, 17, 17, 30, 16, 16}, ['q' - ' '] = {15, 17, 17, 17, 15, 1, 1},
    ['r' - ' '] = {0, 0, 22, 25, 16, 16, 16},   ['s' - ' '] = {0, 0, 15, 16, 14, 1, 30},
    ['t' - ' '] = {8, 8, 28, 8, 8, 9, 6},       ['u' - ' '] = {0, 0, 17, 17, 17, 19, 13},
    ['v' - ' '] = {0, 0, 17, 17, 17, 10, 4},    ['w' - ' '] = {0, 0, 17, 17, 21, 21, 10},
    ['x' - ' '] = {0, 0, 17, 10, 4, 10, 17},    ['y' - ' '] = {17, 17, 17, 17, 15, 1, 14},
    ['z' - ' '] = {0, 0, 31, 2, 4, 8, 31},      ['{' - ' '] = {2, 4, 4, 8, 4, 4, 2},
    ['|' - ' '] = {4, 4, 4, 4, 4, 4, 4},        ['}' - ' '] = {8, 4, 4, 2, 4, 4, 8},
    ['~' - ' '] = {0, 0, 8, 21, 2, 0, 0},
};

static void draw_letter(seg_raster *raster, size_t x, size_t y, char letter, seg_rgb colour)
{
    y += strchr("gpqy", letter) ? DROP * DOT : 0;
    for (size_t row = 0; row < ROWS; row++)
        for (size_t k = 0; k < COLUMNS; k++)
            if (letters[letter - FIRST][row] >> (COLUMNS - 1 - k) & 1)
                seg_raster_box(raster, x + DOT * k, y + DOT * row, DOT, DOT, colour);
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80; /* a later byte of a character of UTF-8 */
}

void seg_raster_text(seg_raster *raster, size_t x, size_t y, const char *text, seg_rgb colour)
{
    for (; *text; text++) {
        if (continues(*text))
            continue;
        draw_letter(raster, x, y, *text >= FIRST && *text <= LAST ? *text : '?', colour);
        x += SEG_LETTER_STEP;
    }
}

size_t seg_raster_text_width(const char *text)
{
    size_t letters_in = 0;

    for (; *text; text++)
        letters_in += !continues(*text);
    return letters_in * SEG_LETTER_STEP;
}

/* ---- the file ---- */

seg_status seg_raster_png(seg_string *out, const seg_raster *r, seg_error *err)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)r->width,
                       .height = (png_uint_32)r->height,
                       .format = PNG_FORMAT_RGB};
    png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
    char *file;
    seg_status st = seg_alloc(&file, bytes, 1, "a picture", err);

    if (!st && !png_image_write_to_memory(&image, file, &bytes, 0, r->pixel, 0, NULL))
        st = seg_fail(err, SEG_MEMORY, "libpng could not write a picture: %s", image.message);
    if (!st)
        seg_string_add_n(out, file, bytes);
    png_image_free(&image);
    free(file);
    return st ? st : seg_string_check(out, err);
}
