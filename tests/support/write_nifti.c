/* write_nifti.c - lays out headers byte by byte from the standard's table of offsets. */
#include "write_nifti.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

const int nifti_types[NIFTI_TYPES] = {2, 256, 512, 4, 768, 8, 1280, 1024, 16, 64};

size_t nifti_type_bytes(int type)
{
    switch (type) {
    case 2:
    case 256:
        return 1;
    case 512:
    case 4:
        return 2;
    case 768:
    case 8:
    case 16:
        return 4;
    default:
        return 8;
    }
}

size_t nifti_voxels(const nifti_file *file)
{
    size_t n = 1;

    for (int i = 0; i < file->dims; i++)
        n *= file->shape[i];
    return n;
}

/* Puts the low `n` bytes of a number at `at`, in the byte order of the file. */
static void put(uint8_t *at, uint64_t x, size_t n, bool big)
{
    for (size_t i = 0; i < n; i++)
        at[big ? n - 1 - i : i] = (uint8_t)(x >> (8 * i));
}

static void put_float(uint8_t *at, double x, bool big)
{
    float f = (float)x;
    uint32_t bits;

    memcpy(&bits, &f, 4);
    put(at, bits, 4, big);
}

static void put_double(uint8_t *at, double x, bool big)
{
    uint64_t bits;

    memcpy(&bits, &x, 8);
    put(at, bits, 8, big);
}

static void put_value(uint8_t *at, double x, int type, bool big)
{
    if (type == 16)
        put_float(at, x, big);
    else if (type == 64)
        put_double(at, x, big);
    else
        put(at, x < 0 ? (uint64_t)(int64_t)x : (uint64_t)x, nifti_type_bytes(type), big);
}

static int type_of(const nifti_file *f)
{
    return f->type ? f->type : 2;
}

static void make_header1(const nifti_file *f, uint8_t *h, double offset)
{
    bool big = f->big_endian;

    put(h, 348, 4, big);
    put(h + 40, (uint64_t)f->dims, 2, big);
    for (int i = 0; i < 7; i++)
        put(h + 42 + 2 * i, i < f->dims ? f->shape[i] : 1, 2, big);
    put(h + 68, (uint64_t)f->intent, 2, big);
    put(h + 70, (uint64_t)type_of(f), 2, big);
    put(h + 72, nifti_type_bytes(type_of(f)) * 8, 2, big);
    put_float(h + 76, f->qfac, big);
    for (int i = 0; i < 3; i++)
        put_float(h + 80 + 4 * i, f->mm[i] != 0 ? f->mm[i] : 1, big);
    put_float(h + 108, offset, big);
    put_float(h + 112, f->slope, big);
    put_float(h + 116, f->inter, big);
    h[123] = (uint8_t)f->units;
    put(h + 252, (uint64_t)f->qform, 2, big);
    put(h + 254, (uint64_t)f->sform, 2, big);
    for (int i = 0; i < 3; i++) {
        put_float(h + 256 + 4 * i, f->quatern[i], big);
        put_float(h + 268 + 4 * i, f->origin[i], big);
    }
    for (int i = 0; i < 12; i++)
        put_float(h + 280 + 4 * i, f->affine[i / 4][i % 4], big);
    memcpy(h + 344, f->pair ? "ni1" : "n+1", 4);
}

static void make_header2(const nifti_file *f, uint8_t *h, double offset)
{
    bool big = f->big_endian;

    put(h, 540, 4, big);
    memcpy(h + 4, f->pair ? "ni2\0\r\n\032\n" : "n+2\0\r\n\032\n", 8);
    put(h + 12, (uint64_t)type_of(f), 2, big);
    put(h + 14, nifti_type_bytes(type_of(f)) * 8, 2, big);
    put(h + 16, (uint64_t)f->dims, 8, big);
    for (int i = 0; i < 7; i++)
        put(h + 24 + 8 * i, i < f->dims ? f->shape[i] : 1, 8, big);
    put_double(h + 104, f->qfac, big);
    for (int i = 0; i < 3; i++)
        put_double(h + 112 + 8 * i, f->mm[i] != 0 ? f->mm[i] : 1, big);
    put(h + 168, (uint64_t)offset, 8, big);
    put_double(h + 176, f->slope, big);
    put_double(h + 184, f->inter, big);
    put(h + 344, (uint64_t)f->qform, 4, big);
    put(h + 348, (uint64_t)f->sform, 4, big);
    for (int i = 0; i < 3; i++) {
        put_double(h + 352 + 8 * i, f->quatern[i], big);
        put_double(h + 376 + 8 * i, f->origin[i], big);
    }
    for (int i = 0; i < 12; i++)
        put_double(h + 400 + 8 * i, f->affine[i / 4][i % 4], big);
    put(h + 500, (uint64_t)f->units, 4, big);
    put(h + 504, (uint64_t)f->intent, 4, big);
}

static test_bytes zeroed(size_t n)
{
    test_bytes b = {calloc(n ? n : 1, 1), n};

    assert_non_null(b.at);
    return b;
}

test_bytes nifti_make_header(const nifti_file *f)
{
    size_t n = f->version == 2 ? 540 : 348, least = f->pair ? 0 : n + 4;
    test_bytes b = zeroed(n + (f->pair ? 0 : 4));

    (f->version == 2 ? make_header2 : make_header1)(f, b.at, f->offset > 0 ? f->offset : (double)least);
    return b;
}

test_bytes nifti_make_voxels(const nifti_file *f)
{
    size_t bytes = nifti_type_bytes(type_of(f)), n = nifti_voxels(f);
    test_bytes b = zeroed(n * bytes);

    for (size_t i = 0; f->value && i < n; i++)
        put_value(b.at + i * bytes, f->value[i], type_of(f), f->big_endian);
    return b;
}

test_bytes nifti_make(const nifti_file *f)
{
    test_bytes header = nifti_make_header(f);
    size_t gap = f->offset > (double)header.n ? (size_t)f->offset - header.n : 0;

    return bytes_join(bytes_join(header, zeroed(gap)), nifti_make_voxels(f));
}

test_bytes gzip_make(test_bytes plain)
{
    z_stream z = {0};
    test_bytes b;

    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    b = zeroed(deflateBound(&z, plain.n) + 64);
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

test_bytes bytes_copy(const void *at, size_t n)
{
    test_bytes b = zeroed(n);

    memcpy(b.at, at, n);
    return b;
}

test_bytes bytes_join(test_bytes a, test_bytes b)
{
    test_bytes all = zeroed(a.n + b.n);

    if (a.n)
        memcpy(all.at, a.at, a.n);
    if (b.n)
        memcpy(all.at + a.n, b.at, b.n);
    free(a.at);
    free(b.at);
    return all;
}

static char folder[512];

void test_folder_make(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/segloss-test-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(folder));
}

static void remove_all(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        char name[1024];

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (unlink(name))
            remove_all(name);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

void test_folder_remove(void)
{
    remove_all(folder);
}

const char *test_path(const char *name)
{
    static char path[8][1024];
    static unsigned next;
    char *p = path[next++ % 8];

    snprintf(p, sizeof path[0], "%s/%s", folder, name);
    return p;
}

const char *bytes_write(const char *name, test_bytes bytes)
{
    const char *path = test_path(name);
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes.at, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
    free(bytes.at);
    return path;
}
