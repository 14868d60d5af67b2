/* write_png.c - rows without filter, packed and interlaced by hand, then deflated. */
#include "write_png.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static void put32(uint8_t *at, uint32_t x)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(x >> (24 - 8 * i));
}

test_bytes png_chunk(const char name[4], const void *data, size_t n)
{
    test_bytes b = {calloc(n + 12, 1), n + 12};

    assert_non_null(b.at);
    put32(b.at, (uint32_t)n);
    memcpy(b.at + 4, name, 4);
    if (n)
        memcpy(b.at + 8, data, n);
    put32(b.at + 8 + n, (uint32_t)crc32(crc32(0, NULL, 0), b.at + 4, (uInt)n + 4));
    return b;
}

static size_t channels(const png_file *f)
{
    static const size_t CHANNELS[] = {1, 0, 3, 1, 2, 0, 4};

    return CHANNELS[f->colour];
}

/* Appends the pixels x0, x0 + dx, ... of row y as a filtered row of type 0. */
static size_t put_row(const png_file *f, uint8_t *to, size_t y, size_t x0, size_t dx)
{
    size_t bit = 8, c = channels(f);

    for (size_t x = x0; x < f->width; x += dx)
        for (size_t k = 0; k < c; k++) {
            unsigned v = f->sample[(y * f->width + x) * c + k];

            if (f->depth == 16) {
                to[bit / 8] = (uint8_t)(v >> 8);
                to[bit / 8 + 1] = (uint8_t)v;
            } else {
                to[bit / 8] |= (uint8_t)(v << (8 - (size_t)f->depth - bit % 8));
            }
            bit += (size_t)f->depth;
        }
    return (bit + 7) / 8;
}

static test_bytes pixels(const png_file *f)
{
    static const uint8_t PASSES[7][4] = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                         {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    static const uint8_t WHOLE[1][4] = {{0, 0, 1, 1}};
    const uint8_t(*pass)[4] = f->interlaced ? PASSES : WHOLE;
    size_t room = (f->width * channels(f) * 2 + 10) * (f->height + 1) * 2, n = 0;
    uint8_t *raw = calloc(room, 1);
    uLongf packed = compressBound(room);
    test_bytes z = {calloc(packed, 1), 0}, chunk;

    assert_non_null(raw);
    assert_non_null(z.at);
    for (int p = 0; p < (f->interlaced ? 7 : 1); p++)
        for (size_t y = pass[p][1]; y < f->height && pass[p][0] < f->width; y += pass[p][3])
            n += put_row(f, raw + n, y, pass[p][0], pass[p][2]);
    assert_int_equal(compress(z.at, &packed, raw, n), Z_OK);
    chunk = png_chunk("IDAT", z.at, packed);
    free(z.at);
    free(raw);
    return chunk;
}

test_bytes png_make(const png_file *f)
{
    uint8_t head[13] = {0}, palette[768];
    test_bytes b = bytes_copy("\x89PNG\r\n\x1a\n", 8);

    for (size_t i = 0; i < sizeof palette; i++) /* colours that are nothing like their index */
        palette[i] = (uint8_t)(255 - i / 3);
    put32(head, (uint32_t)f->width);
    put32(head + 4, (uint32_t)f->height);
    head[8] = (uint8_t)f->depth;
    head[9] = (uint8_t)f->colour;
    head[12] = f->interlaced;
    b = bytes_join(b, png_chunk("IHDR", head, sizeof head));
    if (f->extra)
        b = bytes_join(b, png_chunk(f->extra, f->extra_data, f->extra_bytes));
    if (f->palette)
        b = bytes_join(b, png_chunk("PLTE", palette, 3 * f->palette));
    b = bytes_join(b, pixels(f));
    return bytes_join(b, png_chunk("IEND", NULL, 0));
}
