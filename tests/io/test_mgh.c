/* test_mgh.c - FreeSurfer's MGH and MGZ: odd headers, every type, place in space, tags after the numbers. */
#include "odd_files.h"

enum { N = 24 };

static const size_t SHAPE[4] = {4, 3, 2, 1}, TWO[4] = {4, 3, 2, 2};
static const double MM[3] = {1.5, 2, 3};

/* One number of the header is another one. */
static const struct {
    size_t at;
    int bytes;
    uint32_t value;
    size_t data;
    const char *want;
} ODD[] = {
    {0, 4, 1, N, NULL},
    {0, 4, 1, N + 40, NULL}, /* tags */
    {24, 4, 77, N, NULL},    /* degrees of freedom */
    {28, 2, 0, N, NULL},     /* no place in space */
    {28, 2, 7, N, NULL},
    {90, 4, 0xffffffff, N, NULL}, /* unused */
    {283, 1, 0xff, N, NULL},
    {16, 4, 0, N, "axis 4 has 0 voxels"},
    {0, 4, 0, N, "begins like none"},
    {0, 4, 2, N, "begins like none"},
    {0, 4, 0x01000000, N, "begins like none"},
    {4, 4, 0, N, "begins like none"},
    {8, 4, 0, N, "begins like none"},
    {4, 4, 0xffffffff, N, "axis 1 has -1 voxels"},
    {8, 4, 0xffffffff, N, "axis 2 has -1 voxels"},
    {12, 4, 0, N, "axis 3 has 0 voxels"},
    {12, 4, 0x80000000, N, "axis 3 has -2147483648 voxels"},
    {16, 4, 0xffffffff, N, "axis 4 has -1 voxels"},
    {16, 4, 0x7fffffff, N, "more than 65534"},
    {4, 4, 0x7fffffff, N, "more than 2147483648"},
    {8, 4, 0x7fffffff, N, "more than 2147483648"},
    {12, 4, 0x7fffffff, N, "more than 2147483648"},
    {12, 4, 3, N, "is truncated"},
    {4, 4, 1000000, N, "is truncated"},
    {16, 4, 2, N, "is truncated"},
    {20, 4, 1, N, "is truncated"},
    {20, 4, 2, N, "of type 2"},
    {20, 4, 5, N, "of type 5"},
    {20, 4, 6, N, "of type 6"},
    {20, 4, 9, N, "of type 9"},
    {20, 4, 11, N, "of type 11"},
    {20, 4, 32, N, "of type 32"},
    {20, 4, 33, N, "begins like none"},
    {0, 4, 1, N - 1, "is truncated"},
    {0, 4, 1, 0, "is truncated"},
    {30, 4, 0, N, "zero, not finite"},
    {34, 4, 0x7fc00000, N, "not finite"},
    {38, 4, 0x7f800000, N, "not finite"},
    {42, 4, 0, N, "zero, not finite"},
    {42, 4, 0x7fc00000, N, "not finite"},
    {78, 4, 0x7fc00000, N, "not finite"},
    {82, 4, 0xff800000, N, "not finite"},
    {86, 4, 0x7f800000, N, "not finite"},
};

static void odd_headers(void **state)
{
    (void)state;
    assert_true(sizeof ODD / sizeof *ODD >= ODD_FILES);
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++)
        for (int packed = 0; packed < 2; packed++) {
            test_bytes b = mgh_make(SHAPE, MM, 0, counting_make(ODD[i].data));
            char what[64];
            const char *want = ODD[i].want;

            if (packed && want && !strcmp(want, "is truncated"))
                want = ""; /* found by its length, or at the end of the data */
            snprintf(what, sizeof what, "byte %zu is %u", ODD[i].at, ODD[i].value);
            big_endian(b.at + ODD[i].at, ODD[i].value, ODD[i].bytes);
            check_odd(what, bytes_write("odd.mgz", packed ? gzip_make(b) : b), N, want);
        }
}

static void every_type(void **state)
{
    static const struct {
        uint32_t code;
        seg_type_id id;
    } TYPES[] = {{0, SEG_UINT8}, {1, SEG_INT32}, {3, SEG_FLOAT32}, {4, SEG_INT16}, {10, SEG_UINT16}};
    double value[N], *got;

    (void)state;
    for (size_t i = 0; i < N; i++)
        value[i] = (double)(i * 5 % 7);
    for (size_t t = 0; t < sizeof TYPES / sizeof *TYPES; t++)
        for (int packed = 0; packed < 2; packed++) {
            test_bytes b = mgh_make(SHAPE, MM, TYPES[t].code, numbers_make(TYPES[t].id, value, N, true));
            seg_image image;

            read_good(&image, bytes_write("a.mgz", packed ? gzip_make(b) : b), SEG_AS_LABELS);
            got = values_of(&image);
            for (size_t i = 0; i < N; i++)
                assert_true(got[i] == value[i]);
            free(got);
            seg_image_free(&image);
        }
}

/* The writer has the first voxel at 0, so that the centre is half the image away. */
static void the_centre_gives_the_place(void **state)
{
    static const double WANT[3][4] = {{1.5, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 3, 0}};
    static const double CORONAL[3][4] = {{-1, 0, 0, 2}, {0, 0, 1, -1}, {0, -1, 0, 1.5}};
    remarks said = {0};
    seg_warnings notes = {keep_remark, &said};

    (void)state;
    for (int given = 0; given < 2; given++) {
        seg_read_options options = {.as = SEG_AS_LABELS};
        test_bytes b = mgh_make(SHAPE, MM, 0, counting_make(N));
        seg_image image;
        seg_error err = {0};

        big_endian(b.at + 28, (uint32_t)given, 2);
        assert_ok(seg_image_read(&image, bytes_write("p.mgh", b), &options, &notes, &err), &err);
        for (int i = 0; i < 12; i++)
            assert_near(image.labels.grid.affine[i / 4][i % 4], (given ? WANT : CORONAL)[i / 4][i % 4], 0, 1e-6);
        seg_image_free(&image);
    }
    assert_int_equal(said.n, 1); /* of the default, and none of the tags */
    assert_non_null(strstr(said.text, "coronal"));
}

static void frames_are_planes(void **state)
{
    double value[2 * N], *got;
    seg_image image;

    (void)state;
    for (int i = 0; i < 2 * N; i++)
        value[i] = i / 64.0;
    read_good(&image, bytes_write("f.mgh", mgh_make(TWO, MM, 3, numbers_make(SEG_FLOAT32, value, 2 * N, true))),
              SEG_AS_PROBABILITIES);
    assert_int_equal(image.prob.planes, 2);
    got = values_of(&image);
    for (int i = 0; i < 2 * N; i++)
        assert_true(got[i] == value[i]);
    free(got);
    seg_image_free(&image);
}

static void cuts_are_noticed(void **state)
{
    (void)state;
    check_cuts("cut.mgh", mgh_make(SHAPE, MM, 0, counting_make(N)));
    check_cuts("cut.mgz", gzip_make(mgh_make(SHAPE, MM, 0, counting_make(N))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_headers),
        cmocka_unit_test(every_type),
        cmocka_unit_test(the_centre_gives_the_place),
        cmocka_unit_test(frames_are_planes),
        cmocka_unit_test(cuts_are_noticed),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
