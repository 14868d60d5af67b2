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
