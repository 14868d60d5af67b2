/* test_npy.c - NumPy's .npy: every type and order, and headers that are not what they should be. */
#include "odd_files.h"

enum { N = 24 };

static const struct {
    const char *dictionary;
    size_t bytes;     /* of numbers; they count up */
    const char *want; /* NULL: 24 voxels, 0 ... 23 */
} ODD[] = {
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", N, NULL},
    {"{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }", N, NULL},
    {"{'descr': 'u1', 'fortran_order': False, 'shape': (2, 3, 4)}", N, NULL},
    {"{\"descr\": \"<u1\", \"fortran_order\": False, \"shape\": (4, 6)}", N, NULL},
    {"{'shape': (24,), 'fortran_order': False, 'descr': '|i1'}", N, NULL},
    {"{'shape': (24), 'fortran_order': False, 'descr': '|i1'}", N, NULL},
    {"{'descr':'|u1','fortran_order':False,'shape':(1,1,2,3,4)}", N, NULL},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L, 4L), }", N, NULL},
    {"{ 'descr' : '|u1' , 'fortran_order' : False , 'shape' : ( 2 , 3 , 4 ) , }", N, NULL},
    {"{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2, 3, 4), }", N, NULL},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", N - 1, "should hold"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", N + 1, "should hold"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", 0, "should hold"},
    {"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3, 4), }", N, "object array"},
    {"{'descr': '<O8', 'fortran_order': False, 'shape': (2, 3, 4), }", N, "object array"},
    {"{'descr': '|V8', 'fortran_order': False, 'shape': (3,), }", N, "structures"},
    {"{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (3,), }", N, "structures"},
    {"{'descr': '<U6', 'fortran_order': False, 'shape': (1,), }", N, "holds text"},
    {"{'descr': '|S6', 'fortran_order': False, 'shape': (4,), }", N, "holds text"},
    {"{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }", N, "complex"},
    {"{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (3,), }", N, "dates"},
    {"{'descr': '<m8[s]', 'fortran_order': False, 'shape': (3,), }", N, "time spans"},
    {"{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }", N, "of type '<f16'"},
    {"{'descr': '<i3', 'fortran_order': False, 'shape': (8,), }", N, "of type '<i3'"},
    {"{'descr': 'i2', 'fortran_order': False, 'shape': (12,), }", N, "of type 'i2'"},
    {"{'descr': '|i2', 'fortran_order': False, 'shape': (12,), }", N, "of type '|i2'"},
    {"{'descr': '', 'fortran_order': False, 'shape': (24,), }", N, "of type ''"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 1, "array of 0 axes"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 2, 3, 4), }", N, "array of 6 axes"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 2, 3, 4), }", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (0, 3, 4), }", 0, "empty array"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (-2, 3, 4), }", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2.0, 3, 4), }", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3 4), }", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': [2, 3, 4], }", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", N, "more than 2147483648 voxels"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (999999999999999999, 3), }", N, "more than"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999999999, 3), }", N, "not a dictionary"},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (65534, 1024, 1024, 1024), }", N, "should hold"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (65535, 2, 2, 2), }", N, "more than 65534"},
    {"{'descr': '|u1', 'fortran_order': 0, 'shape': (2, 3, 4), }", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False}", N, "not a dictionary"},
    {"{'descr': '|u1', 'shape': (2, 3, 4)}", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), 'more': 1}", N, "not a dictionary"},
    {"{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4)}", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4)} # more", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4)", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': False 'shape': (2, 3, 4)}", N, "not a dictionary"},
    {"['descr', '|u1']", N, "not a dictionary"},
    {"", N, "not a dictionary"},
    {"{}", N, "not a dictionary"},
    {"{'descr': '|u1', 'fortran_order': __import__('os').system('true'), 'shape': (24,)}", N, "not a dictionary"},
};

static void odd_headers(void **state)
{
    (void)state;
    assert_true(sizeof ODD / sizeof *ODD >= ODD_FILES);
    for (int version = 1; version <= 3; version++)
        for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++)
            check_odd(ODD[i].dictionary,
                      bytes_write("odd.npy", npy_make(version, ODD[i].dictionary, counting_make(ODD[i].bytes))), N,
                      ODD[i].want);
}

static const struct {
    const char *code;
    seg_type_id id;
} TYPES[] = {{"b1", SEG_UINT8}, {"u1", SEG_UINT8},   {"i1", SEG_INT8},    {"u2", SEG_UINT16},
             {"i2", SEG_INT16}, {"u4", SEG_UINT32},  {"i4", SEG_INT32},   {"u8", SEG_UINT64},
             {"i8", SEG_INT64}, {"f2", SEG_FLOAT16}, {"f4", SEG_FLOAT32}, {"f8", SEG_FLOAT64}};

/* shape is (2, 3, 4): in C order x is the last axis, in Fortran order too, but z is fastest in memory. */
static void every_type_and_order(void **state)
{
    double value[N];

    (void)state;
    for (size_t i = 0; i < N; i++)
        value[i] = (double)(i % 7);
    for (size_t t = 0; t < sizeof TYPES / sizeof *TYPES; t++)
        for (int way = 0; way < 8; way++) {
            bool big = way & 1, fortran = way & 2, packed = way & 4;
            char dictionary[128];
            seg_image image;
            double *got;
            test_bytes b;

            snprintf(dictionary, sizeof dictionary, "{'descr': '%c%s', 'fortran_order': %s, 'shape': (2, 3, 4), }",
                     big ? '>' : '<', TYPES[t].code, fortran ? "True" : "False");
            b = npy_make(1, dictionary, numbers_make(TYPES[t].id, value, N, big));
            read_good(&image, bytes_write("a.npy", packed ? gzip_make(b) : b), SEG_AS_LABELS);
            assert_int_equal(image.labels.grid.n[0], 4);
            assert_int_equal(image.labels.grid.n[1], 3);
            assert_int_equal(image.labels.grid.n[2], 2);
            assert_false(image.labels.grid.has_mm);
            got = values_of(&image);
            for (size_t i = 0; i < N; i++) {
                size_t x = i % 4, y = i / 4 % 3, z = i / 12;

                assert_true(got[i] == value[fortran ? z + 2 * (y + 3 * x) : i]);
            }
            free(got);
            seg_image_free(&image);
        }
}

static void halves_are_exact(void **state)
{
    static const uint16_t CODE[] = {0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0xbc00, 0x3555, 0x7bff, 0x3800};
    static const double WANT[] = {0, -0.0, 0x1p-24, 1023 * 0x1p-24, 0x1p-14, 1, -1, 1365 * 0x1p-12, 65504, 0.5};
    double value[10];

    (void)state;
    seg_types[SEG_FLOAT16].to_double(CODE, 10, value);
    for (int i = 0; i < 10; i++) {
        assert_true(value[i] == WANT[i]);
        assert_int_equal(signbit(value[i]) != 0, signbit(WANT[i]) != 0);
    }
    seg_types[SEG_FLOAT16].to_double((const uint16_t[]){0x7c00, 0xfc00, 0x7e00}, 3, value);
    assert_true(isinf(value[0]) && value[0] > 0 && isinf(value[1]) && value[1] < 0 && isnan(value[2]));
}

/* A map of channels is left in the file, in C order with floats of this machine, and read by position. */
static void a_map_is_read_by_position(void **state)
{
    double value[2 * N];
    seg_image image;
    float one;

    (void)state;
    for (int i = 0; i < 2 * N; i++)
        value[i] = i / 64.0;
    read_good(&image,
              bytes_write("map.npy", npy_make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 3, 4), }",
                                              numbers_make(SEG_FLOAT32, value, 2 * N, false))),
              SEG_AS_PROBABILITIES);
    assert_int_equal(image.prob.planes, 2);
    assert_null(image.prob.prob);
    for (int i = 0; i < 2 * N; i++)
        assert_true((double)*seg_probmap_block(&image.prob, i / N, (size_t)i % N, 1, &one) == value[i]);
    seg_image_free(&image);
}

static void a_cube_is_warned_of(void **state)
{
    static const char *const DICTIONARY = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 6, 2), }";
    remarks said = {0};
    seg_warnings notes = {keep_remark, &said};
    seg_read_options options = {.as = SEG_AS_LABELS};
    seg_image image;
    seg_error err = {0};
    const char *path = bytes_write("cube.npy", npy_make(1, DICTIONARY, counting_make(N)));

    (void)state;
    assert_ok(seg_image_read(&image, path, &options, &notes, &err), &err);
    assert_non_null(strstr(said.text, "as x and z are both of 2 voxels"));
    seg_image_free(&image);
    said = (remarks){0};
    options.axes = "zyx";
    assert_ok(seg_image_read(&image, path, &options, &notes, &err), &err);
    assert_int_equal(said.n, 0);
    seg_image_free(&image);
}

/* As shape prints them, in either order of memory. */
static void axes_are_named_as_shape_prints_them(void **state)
{
    (void)state;
    for (int fortran = 0; fortran < 2; fortran++) {
        seg_read_options options = {.as = SEG_AS_LABELS, .axes = "yxz"};
        seg_image image;
        seg_error err = {0};
        char dictionary[128];
        double *got;

        snprintf(dictionary, sizeof dictionary, "{'descr': '|u1', 'fortran_order': %s, 'shape': (3, 4, 2), }",
                 fortran ? "True" : "False");
        assert_ok(seg_image_read(&image, bytes_write("a.npy", npy_make(1, dictionary, counting_make(N))), &options,
                                 NULL, &err),
                  &err);
        got = values_of(&image);
        for (size_t i = 0; i < N; i++) {
            size_t x = i % 4, y = i / 4 % 3, z = i / 12;

            assert_true(got[i] == (double)(fortran ? y + 3 * (x + 4 * z) : z + 2 * (x + 4 * y)));
        }
        free(got);
        seg_image_free(&image);
    }
}

static void other_versions_and_lengths(void **state)
{
    static const char *const DICTIONARY = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }";
    test_bytes b = npy_make(1, DICTIONARY, counting_make(N));

    (void)state;
    b.at[6] = 4;
    check_odd("version 4", bytes_write("a.npy", b), N, "version 4");
    b = npy_make(2, DICTIONARY, counting_make(N));
    b.at[10] = 2; /* a header of 131 kB */
    check_odd("long", bytes_write("a.npy", b), N, "NumPy header of");
    check_odd("pickle", bytes_write("a.pkl", text_make("\x80\4\x95")), N, "pickle");
    check_cuts("cut.npy", npy_make(1, DICTIONARY, counting_make(N)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_headers),
        cmocka_unit_test(every_type_and_order),
        cmocka_unit_test(halves_are_exact),
        cmocka_unit_test(a_map_is_read_by_position),
        cmocka_unit_test(a_cube_is_warned_of),
        cmocka_unit_test(axes_are_named_as_shape_prints_them),
        cmocka_unit_test(other_versions_and_lengths),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
