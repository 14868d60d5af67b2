/* write_formats.c - stored numbers, headers and archives, byte by byte. */
#include "write_formats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

static test_bytes make(size_t n)
{
    test_bytes b = {calloc(n + 1, 1), n};

    assert_non_null(b.at);
    return b;
}

/* The nearest half; only for numbers that fit. */
static uint16_t half_of(double x)
{
    uint16_t best = 0;

    for (uint32_t code = 0; code < 0x7c00; code++) {
        int exponent = (int)(code >> 10);
        double value = exponent ? (1024 + (code & 1023)) * pow(2, exponent - 25) : (code & 1023) * pow(2, -24);

        if (value == fabs(x))
            best = (uint16_t)code;
    }
    return x < 0 ? best | 0x8000 : best;
}

static void put_number(uint8_t *to, seg_type_id type, double x)
{
    float single = (float)x;
    uint16_t half;
    int64_t whole = (int64_t)x;

    if (type == SEG_FLOAT64) {
        memcpy(to, &x, 8);
    } else if (type == SEG_FLOAT32) {
        memcpy(to, &single, 4);
    } else if (type == SEG_FLOAT16) {
        half = half_of(x);
        memcpy(to, &half, 2);
    } else { /* the machine is little-endian, as the tests of NIfTI expect too */
        memcpy(to, &whole, seg_types[type].bytes);
    }
}

test_bytes numbers_make(seg_type_id type, const double *value, size_t n, bool big_endian)
{
    size_t bytes = seg_types[type].bytes;
    test_bytes b = make(n * bytes);

    for (size_t i = 0; i < n; i++) {
        uint8_t one[8];

        put_number(one, type, value[i]);
        for (size_t k = 0; k < bytes; k++)
            b.at[i * bytes + k] = one[big_endian ? bytes - 1 - k : k];
    }
    return b;
}

test_bytes counting_make(size_t n)
{
    test_bytes b = make(n);

    for (size_t i = 0; i < n; i++)
        b.at[i] = (uint8_t)i;
    return b;
}

test_bytes text_make(const char *text)
{
    return bytes_copy(text, strlen(text));
}

test_bytes deflate_make(test_bytes plain, int window)
{
    test_bytes b = make(plain.n + plain.n / 1000 + 64);
    z_stream z = {0};

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = plain.at;
    z.avail_in = (uInt)plain.n;
    z.next_out = b.at;
    z.avail_out = (uInt)b.n;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    b.n = z.total_out;
    deflateEnd(&z);
    free(plain.at);
    return b;
}

static void little(uint8_t *at, uint64_t x, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(x >> 8 * i);
}

test_bytes npy_make(int version, const char *dictionary, test_bytes numbers)
{
    size_t lengths = version == 1 ? 2 : 4, text = strlen(dictionary), all = (8 + lengths + text + 1 + 63) / 64 * 64;
    test_bytes b = make(all);

    memcpy(b.at, "\x93NUMPY", 6);
    b.at[6] = (uint8_t)version;
    little(b.at + 8, all - 8 - lengths, (int)lengths);
    memset(b.at + 8 + lengths, ' ', all - 8 - lengths);
    memcpy(b.at + 8 + lengths, dictionary, text);
    b.at[all - 1] = '\n';
    return bytes_join(b, numbers);
}

/* ---- zip ---- */

/* The part of an entry that local header and directory share: 26 bytes from the version on. */
static void put_entry(uint8_t *at, const zip_file *f, uint32_t crc, size_t packed, size_t size)
{
    bool zip64 = f->lie == ZIP_64;

    little(at, 20, 2);
    little(at + 2, f->lie == ZIP_ENCRYPTED, 2);
    little(at + 4, f->lie == ZIP_METHOD ? 14 : f->deflated ? 8 : 0, 2);
    little(at + 10, f->lie == ZIP_CRC ? ~crc : crc, 4);
    little(at + 14, zip64 ? UINT32_MAX : f->lie == ZIP_PACKED ? packed + 100000 : packed, 4);
    little(at + 18, zip64 ? UINT32_MAX : f->lie == ZIP_SIZE ? size + 1 : f->lie == ZIP_BOMB ? UINT32_MAX - 1 : size, 4);
    little(at + 22, strlen(f->name), 2);
    little(at + 24, zip64 ? 20 : 0, 2);
}

static test_bytes extra(const zip_file *f, size_t packed, size_t size)
{
    test_bytes b = make(f->lie == ZIP_64 ? 20 : 0);

    if (!b.n)
        return b;
    little(b.at, 1, 2);
    little(b.at + 2, 16, 2);
    little(b.at + 4, size, 8);
    little(b.at + 12, packed, 8);
    return b;
}

static test_bytes with_name(test_bytes head, const zip_file *f, size_t packed, size_t size)
{
    return bytes_join(bytes_join(head, text_make(f->name)), extra(f, packed, size));
}

test_bytes zip_make(zip_file *file, size_t n)
{
    test_bytes all = make(0), directory = make(0), end = make(22);

    for (size_t i = 0; i < n; i++) {
        zip_file *f = &file[i];
        size_t size = f->bytes.n, at = all.n;
        uint32_t crc = (uint32_t)crc32(crc32(0, NULL, 0), f->bytes.at, (uInt)size);
        test_bytes packed = f->deflated ? deflate_make(f->bytes, -15) : f->bytes, local = make(30), entry = make(46);

        little(local.at, 0x04034b50, 4);
        put_entry(local.at + 4, f, crc, packed.n, size);
        little(entry.at, 0x02014b50, 4);
        put_entry(entry.at + 6, f, crc, packed.n, size);
        little(entry.at + 42, f->lie == ZIP_OFFSET ? at + 1 : at, 4);
        directory = bytes_join(directory, with_name(entry, f, packed.n, size));
        all = bytes_join(bytes_join(all, with_name(local, f, packed.n, size)), packed);
    }
    little(end.at, 0x06054b50, 4);
    little(end.at + 8, n, 2);
    little(end.at + 10, n, 2);
    little(end.at + 12, directory.n, 4);
    little(end.at + 16, all.n, 4);
    return bytes_join(bytes_join(all, directory), end);
}

/* ---- MGH ---- */

void big_endian(uint8_t *at, uint32_t x, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(x >> 8 * (bytes - 1 - i));
}

static void big_float(uint8_t *at, double x)
{
    float single = (float)x;
    uint32_t bits;

    memcpy(&bits, &single, 4);
    big_endian(at, bits, 4);
}

test_bytes mgh_make(const size_t shape[4], const double mm[3], uint32_t type, test_bytes numbers)
{
    test_bytes b = make(284);

    big_endian(b.at, 1, 4);
    for (int i = 0; i < 4; i++)
        big_endian(b.at + 4 + 4 * i, (uint32_t)shape[i], 4);
    big_endian(b.at + 20, type, 4);
    big_endian(b.at + 28, 1, 2);
    for (int i = 0; i < 3; i++) {
        big_float(b.at + 30 + 4 * i, mm[i]);
        big_float(b.at + 42 + 16 * i, 1);
        big_float(b.at + 78 + 4 * i, mm[i] * (double)shape[i] / 2);
    }
    return bytes_join(b, numbers);
}

/* ---- TIFF ---- */

static void ordered(const tiff_file *f, uint8_t *at, uint64_t x, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(x >> 8 * (f->big_endian ? bytes - 1 - i : i));
}

static int by_tag(const void *a, const void *b)
{
    return (int)((const tiff_tag *)a)->tag - (int)((const tiff_tag *)b)->tag;
}

enum { TIFF_TAGS = 10, TIFF_MOST = TIFF_TAGS + TIFF_OVERRIDES };

/* The tags of a page, ascending. */
static int tiff_tags(const tiff_file *f, int page, uint64_t data_at, size_t page_bytes, tiff_tag tag[TIFF_MOST])
{
    const tiff_tag usual[TIFF_TAGS] = {
        {256, 4, 1, f->width, NULL},
        {257, 4, 1, f->height, NULL},
        {258, 3, 1, f->bits ? (uint64_t)f->bits : 8, NULL},
        {259, 3, 1, 1, NULL},
        {262, 3, 1, f->samples >= 3 ? 2 : 1, NULL},
        {273, 4, 1, data_at, NULL},
        {277, 3, 1, f->samples ? (uint64_t)f->samples : 1, NULL},
        {278, 4, 1, f->height, NULL},
        {279, 4, 1, page_bytes, NULL},
        {339, 3, 1, f->format ? (uint64_t)f->format : 1, NULL},
    };
    int n = 0;

    for (int i = 0; i < TIFF_TAGS; i++) {
        tag[n] = usual[i];
        for (int k = 0; k < TIFF_OVERRIDES; k++)
            if (f->tag[k].tag == usual[i].tag && (!f->only_page || f->only_page == page + 1))
                tag[n] = f->tag[k];
        n += tag[n].count > 0;
    }
    for (int k = 0; k < TIFF_OVERRIDES && f->tag[k].tag; k++) {
        bool known = f->only_page && f->only_page != page + 1;

        for (int i = 0; i < TIFF_TAGS; i++)
            known |= usual[i].tag == f->tag[k].tag;
        if (!known)
            tag[n++] = f->tag[k];
    }
    qsort(tag, (size_t)n, sizeof *tag, by_tag);
    return n;
}

test_bytes tiff_make(const tiff_file *f)
{
    enum { TEXT = 1024 };
    int pages = f->pages ? f->pages : 1, word = f->bigtiff ? 8 : 4, entry = f->bigtiff ? 20 : 12;
    size_t head = f->bigtiff ? 16 : 8, per_page = (f->bigtiff ? 16 : 6) + TIFF_MOST * (size_t)entry + TEXT;
    size_t data_at = head + (size_t)pages * per_page, page_bytes = f->data.n / (size_t)pages;
    test_bytes b = make(data_at);

    memcpy(b.at, f->big_endian ? "MM" : "II", 2);
    ordered(f, b.at + 2, f->bigtiff ? 43 : 42, 2);
    if (f->bigtiff)
        ordered(f, b.at + 4, 8, 2);
    ordered(f, b.at + head - (size_t)word, head, word);
    for (int page = 0; page < pages; page++) {
        size_t directory = head + (size_t)page * per_page, text_at = directory + per_page - TEXT;
        tiff_tag tag[TIFF_MOST];
        int n = tiff_tags(f, page, data_at + (size_t)page * page_bytes, page_bytes, tag);
        uint8_t *at = b.at + directory;

        ordered(f, at, (uint64_t)n, f->bigtiff ? 8 : 2);
        at += f->bigtiff ? 8 : 2;
        for (int i = 0; i < n; i++, at += entry) {
            size_t length = tag[i].text ? strlen(tag[i].text) + 1 : 0;
            int size = tag[i].type == 3 ? 2 : tag[i].type == 16 ? 8 : 4;

            ordered(f, at, tag[i].tag, 2);
            ordered(f, at + 2, tag[i].type, 2);
            ordered(f, at + 4, length ? length : tag[i].count, word);
            if (length) {
                memcpy(b.at + text_at, tag[i].text, length);
                ordered(f, at + 4 + word, text_at, word);
            } else {
                ordered(f, at + 4 + word, tag[i].value, size);
            }
        }
        ordered(f, at, page + 1 < pages ? directory + per_page : f->loop ? head : 0, word);
    }
    return bytes_join(b, f->data);
}
