/* odd_files.h - tables of odd files: each has the numbers 0, 1, 2, ... in it, or is refused with a sentence. */
#ifndef TESTS_IO_ODD_FILES_H
#define TESTS_IO_ODD_FILES_H

#include "image_of.h"
#include "support/write_formats.h"

/* Every format's table has this many at least. */
enum { ODD_FILES = 40 };

/* Reads the file as labels in each way of having it: named, and as bytes in memory. `want` NULL: its values are those
 * of `numbers` in some order, 0 ... n - 1. Else it is refused with SEG_READ and a sentence that has `want` in it. */
static inline void check_odd(const char *what, const char *path, size_t n, const char *want)
{
    seg_read_options options = {.as = SEG_AS_LABELS};
    seg_image image;
    seg_error err = {0};
    seg_status st = seg_image_read(&image, path, &options, NULL, &err);
    double *value, sum = 0;

    if (want ? st != SEG_READ || !strstr(err.text, want) || strchr(err.text, '\n') : st != SEG_OK)
        fail_msg("%s: status %d, \"%s\"; wanted \"%s\"", what, st, err.text, want ? want : "its values");
    if (want)
        return;
    assert_int_equal(seg_grid_voxels(seg_image_grid(&image)), n);
    value = values_of(&image);
    for (size_t i = 0; i < n; i++)
        sum += value[i];
    if (sum != (double)(n * (n - 1) / 2))
        fail_msg("%s: the values are others", what);
    free(value);
    seg_image_free(&image);
}

/* No file that is cut off anywhere is read; the bytes are freed. */
static inline void check_cuts(const char *name, test_bytes b)
{
    const char *path = test_path(name);

    for (size_t n = 0; n < b.n; n++) {
        seg_read_options options = {.as = SEG_AS_LABELS};
        seg_image image;
        seg_error err = {0};

        bytes_write(name, bytes_copy(b.at, n));
        if (seg_image_read(&image, path, &options, NULL, &err) != SEG_READ || !err.text[0])
            fail_msg("%s is read though it ends after %zu of %zu bytes", name, n, b.n);
    }
    free(b.at);
}

/* A file with one flipped bit is read as before, or refused: never with other values. The bytes are freed. */
static inline void check_flips(const char *name, test_bytes b, size_t n)
{
    for (size_t bit = 0; bit < 8 * b.n; bit++) {
        seg_read_options options = {.as = SEG_AS_LABELS};
        seg_image image;
        seg_error err = {0};
        double *value;

        b.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        bytes_write(name, bytes_copy(b.at, b.n));
        b.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (seg_image_read(&image, test_path(name), &options, NULL, &err)) {
            assert_true(err.text[0]);
            continue;
        }
        value = values_of(&image);
        for (size_t i = 0; i < n && i < seg_grid_voxels(seg_image_grid(&image)); i++)
            if (value[i] != (double)i && image.labels.grid.n[0] * image.labels.grid.n[1] == n)
                fail_msg("%s: bit %zu changes the values without notice", name, bit);
        free(value);
        seg_image_free(&image);
    }
    free(b.at);
}

static inline int odd_setup(void **state)
{
    (void)state;
    test_folder_make();
    return 0;
}

static inline int odd_teardown(void **state)
{
    (void)state;
    test_folder_remove();
    return 0;
}

#endif
