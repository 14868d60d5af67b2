/* test_axes.c - a file whose axes are stored in another order gives the voxels of one with the usual order. */
#include "image_of.h"
#include "io/axes.h"

static int setup(void **state)
{
    (void)state;
    test_folder_make();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove();
    return 0;
}

enum { X = 5, Y = 4, Z = 3, C = 2, ALL = X * Y * Z * C };

/* A map of two classes, x fastest. */
static const double *usual(void)
{
    static double value[ALL];

    for (int i = 0; i < ALL; i++)
        value[i] = (i * 7 % 13) / 16.0;
    return value;
}

/* The same numbers with the axes stored in the order of `letters`. */
static void turn(const char *letters, double *to, size_t shape[7])
{
    const char *const NAMES = "xyzc";
    const size_t size[4] = {X, Y, Z, C}, usual_stride[4] = {1, X, X * Y, X * Y * Z};
    size_t at[4] = {0};

    for (int i = 0; i < 4; i++)
        shape[i] = size[strchr(NAMES, letters[i]) - NAMES];
    for (int i = 0; i < ALL; i++) {
        size_t from = 0;

        for (int k = 0; k < 4; k++)
            from += at[k] * usual_stride[strchr(NAMES, letters[k]) - NAMES];
        to[i] = usual()[from];
        for (int k = 0; k < 4 && ++at[k] == shape[k]; k++)
            at[k] = 0;
    }
}

static const char *write_turned(const char *letters, bool packed)
{
    static double value[ALL];
    nifti_file f = {.dims = 4, .value = value};
    test_bytes b;

    f.type = 16; /* float32 */
    turn(letters, value, f.shape);
    b = nifti_make(&f);
    return bytes_write(packed ? "turned.nii.gz" : "turned.nii", packed ? gzip_make(b) : b);
}

static void check(const char *path, const seg_read_options *options, const double *want, size_t n)
{
    seg_image image;
    seg_error err = {0};
    double *value;

    assert_ok(seg_image_read(&image, path, options, NULL, &err), &err);
    assert_int_equal(seg_image_grid(&image)->n[0], X);
    assert_int_equal(seg_image_grid(&image)->n[1], Y);
    assert_int_equal(seg_image_grid(&image)->n[2], Z);
    value = values_of(&image);
    for (size_t i = 0; i < n; i++)
        assert_true(value[i] == want[i]);
    free(value);
    seg_image_free(&image);
}

static void every_order_gives_the_same_voxels(void **state)
{
    char letters[5] = "xyzc";
    int orders = 0;

    (void)state;
    for (int code = 0; code < 256; code++) {
        seg_read_options options = {.axes = letters};
        int used = 0;

        for (int i = 0; i < 4; i++) {
            letters[i] = "xyzc"[code >> 2 * i & 3];
            used |= 1 << (code >> 2 * i & 3);
        }
        if (used != 15)
            continue;
        orders++;
        for (int packed = 0; packed < 2; packed++)
            check(write_turned(letters, packed), &options, usual(), ALL);
    }
    assert_int_equal(orders, 24);
}

static void a_frame_is_cut_out(void **state)
{
    (void)state;
    for (int packed = 0; packed < 2; packed++)
        for (size_t frame = 0; frame < C; frame++) {
            const double *want = usual() + frame * X * Y * Z;
            seg_read_options options = {.has_frame = true, .frame = frame};

            check(write_turned("xyzc", packed), &options, want, X * Y * Z);
            options.axes = "xyzt";
            check(write_turned("xyzc", packed), &options, want, X * Y * Z);
            options.axes = "czyx";
            check(write_turned("czyx", packed), &options, want, X * Y * Z);
        }
    assert_refused(write_turned("xyzc", false), &((seg_read_options){.has_frame = true, .frame = C}), SEG_MISMATCH,
                   "has 2 frames, so frame 2, counted from 0, is not there");
}

static void letters_that_do_not_fit(void **state)
{
    static const char *const WRONG[] = {"xyz", "xyzcc", "xxyz", "xyzq", "", "xyzct1"};

    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        assert_refused(write_turned("xyzc", false), &((seg_read_options){.axes = WRONG[i]}), SEG_MISMATCH,
                       "does not name");
}

static void a_turned_image_keeps_to_the_memory_budget(void **state)
{
    seg_read_options options = {.axes = "czyx", .memory = ALL * 4};

    (void)state;
    check(write_turned("czyx", false), &options, usual(), ALL);
    options.memory--;
    assert_refused(write_turned("czyx", false), &options, SEG_MEMORY, "raise --memory");
}

static void a_cut_off_turned_image_is_refused(void **state)
{
    const char *path = write_turned("cxyz", false);

    (void)state;
    assert_int_equal(truncate(path, 352 + ALL * 4 - 1), 0);
    assert_refused(path, &((seg_read_options){.axes = "cxyz"}), SEG_READ, "is truncated");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_gives_the_same_voxels),
        cmocka_unit_test(a_frame_is_cut_out),
        cmocka_unit_test(letters_that_do_not_fit),
        cmocka_unit_test(a_turned_image_keeps_to_the_memory_budget),
        cmocka_unit_test(a_cut_off_turned_image_is_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
