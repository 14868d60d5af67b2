/* test_mgh.c - FreeSurfer's MGH and MGZ: odd headers, every type, place in space, tags after the numbers. */
#include "odd_files.h"

enum { N = 24, HEADER = 284 };

static void big(uint8_t *at, uint32_t x, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(x >> 8 * (bytes - 1 - i));
}

static void big_float(uint8_t *at, float x)
{
    uint32_t bits;

    memcpy(&bits, &x, 4);
    big(at, bits, 4);
}

/* 4 x 3 x 2, `frames` of them, at 1.5 x 2 x 3 mm, x to the right, centre at 10, 20, 30. */
static test_bytes mgh_make(uint32_t frames, uint32_t type, test_bytes numbers)
{
    static const float MM[3] = {1.5F, 2, 3};
    test_bytes b = {calloc(HEADER, 1), HEADER};

    assert_non_null(b.at);
    big(b.at, 1, 4);
    big(b.at + 4, 4, 4);
    big(b.at + 8, 3, 4);
    big(b.at + 12, 2, 4);
    big(b.at + 16, frames, 4);
    big(b.at + 20, type, 4);
    big(b.at + 28, 1, 2);
    for (int i = 0; i < 3; i++) {
        big_float(b.at + 30 + 4 * i, MM[i]);
        big_float(b.at + 42 + 16 * i, 1);
        big_float(b.at + 78 + 4 * i, 10.0F * (float)(i + 1));
    }
    return bytes_join(b, numbers);
}

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
            test_bytes b = mgh_make(1, 0, counting_make(ODD[i].data));
            char what[64];
            const char *want = ODD[i].want;

            if (packed && want && !strcmp(want, "is truncated"))
                want = ""; /* found by its length, or at the end of the data */
            snprintf(what, sizeof what, "byte %zu is %u", ODD[i].at, ODD[i].value);
            big(b.at + ODD[i].at, ODD[i].value, ODD[i].bytes);
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
            test_bytes b = mgh_make(1, TYPES[t].code, numbers_make(TYPES[t].id, value, N, true));
            seg_image image;

            read_good(&image, bytes_write("a.mgz", packed ? gzip_make(b) : b), SEG_AS_LABELS);
            got = values_of(&image);
            for (size_t i = 0; i < N; i++)
                assert_true(got[i] == value[i]);
            free(got);
            seg_image_free(&image);
        }
}

/* The centre of 4 x 3 x 2 voxels is voxel (2, 1.5, 1). */
static void the_centre_gives_the_place(void **state)
{
    static const double WANT[3][4] = {{1.5, 0, 0, 10 - 3}, {0, 2, 0, 20 - 3}, {0, 0, 3, 30 - 3}};
    static const double CORONAL[3][4] = {{-1, 0, 0, 2}, {0, 0, 1, -1}, {0, -1, 0, 1.5}};
    remarks said = {0};
    seg_warnings notes = {keep_remark, &said};

    (void)state;
    for (int given = 0; given < 2; given++) {
        seg_read_options options = {.as = SEG_AS_LABELS};
        test_bytes b = mgh_make(1, 0, counting_make(N));
        seg_image image;
        seg_error err = {0};

        big(b.at + 28, (uint32_t)given, 2);
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
    read_good(&image, bytes_write("f.mgh", mgh_make(2, 3, numbers_make(SEG_FLOAT32, value, 2 * N, true))),
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
    check_cuts("cut.mgh", mgh_make(1, 0, counting_make(N)));
    check_cuts("cut.mgz", gzip_make(mgh_make(1, 0, counting_make(N))));
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
