/* test_metaimage.c - MetaImage: odd headers, every type, packed and detached data, and directions from LPS. */
#include "odd_files.h"

enum { N = 24 };
#define HEAD "ObjectType = Image\nNDims = 3\nDimSize = 4 3 2\n"
#define TAIL "ElementType = MET_UCHAR\nElementDataFile = LOCAL\n"

static const struct {
    const char *header;
    size_t bytes;     /* that follow, counting up */
    const char *want; /* NULL: 24 voxels, 0 ... 23 */
} ODD[] = {
    {HEAD TAIL, N, NULL},
    {"NDims = 3\nDimSize = 4 3 2\n" TAIL, N, NULL},
    {"NDims=2\nDimSize=6 4\nElementType=MET_UCHAR\nElementDataFile=LOCAL\n", N, NULL},
    {"ObjectType = Image\r\nNDims = 3\r\nDimSize = 4 3 2\r\nElementType = MET_CHAR\r\nElementDataFile = LOCAL\r\n", N,
     NULL},
    {HEAD "Comment = a = b\nAnatomicalOrientation = RAI\nModality = MET_MOD_CT\n" TAIL, N, NULL},
    {HEAD "BinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\n" TAIL, N, NULL},
    {HEAD "TransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 1 2 3\n" TAIL, N, NULL},
    {HEAD "Rotation = 0 1 0 1 0 0 0 0 1\nPosition = 1 2 3\nElementSize = 1 2 3\n" TAIL, N, NULL},
    {HEAD "HeaderSize = -1\n" TAIL, N, NULL},
    {HEAD "ElementSpacing = 0 0 0\n" TAIL, N, "zero, not finite or in one plane"},
    {HEAD "ElementSpacing = 1 1\n" TAIL, N, "ElementSpacing = 1 1"},
    {HEAD "ElementSpacing = a b c\n" TAIL, N, "ElementSpacing = a b c"},
    {HEAD "TransformMatrix = 1 0 0 1 0 0 0 0 1\nElementSpacing = 1 1 1\n" TAIL, N, "in one plane"},
    {HEAD "TransformMatrix = 0 0 0 0 0 0 0 0 0\n" TAIL, N, "zero, not finite"},
    {HEAD "TransformMatrix = nan 0 0 0 1 0 0 0 1\n" TAIL, N, "not finite"},
    {HEAD "TransformMatrix = 1 0 0 1\n" TAIL, N, "TransformMatrix = 1 0 0 1"},
    {HEAD TAIL, N - 1, "is truncated"},
    {HEAD TAIL, 0, "is truncated"},
    {HEAD "ElementType = MET_UCHAR\nElementDataFile = LIST\n", N, "in several files"},
    {HEAD "ElementType = MET_UCHAR\nElementDataFile = slice%03d.raw 1 2 1\n", N, "in several files"},
    {HEAD "ElementType = MET_UCHAR\nElementDataFile = ../other.raw\n", N, "the plain name of one file"},
    {HEAD "ElementType = MET_UCHAR\nElementDataFile = /etc/passwd\n", N, "the plain name of one file"},
    {HEAD "ElementType = MET_UCHAR\nElementDataFile = ..\n", N, "the plain name of one file"},
    {HEAD "ElementType = MET_UCHAR\nElementDataFile = absent.raw\n", N, "absent.raw: cannot be opened"},
    {HEAD "ElementType = MET_UCHAR\nElementDataFile = \n", N, "ElementDataFile = "},
    {HEAD "ElementType = MET_UCHAR\n", N, ""},
    {HEAD "ElementType = MET_STRING\nElementDataFile = LOCAL\n", N, "of type MET_STRING"},
    {HEAD "ElementType = \nElementDataFile = LOCAL\n", N, "without ElementType"},
    {HEAD "ElementDataFile = LOCAL\n", N, "without ElementType"},
    {"NDims = 3\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n", N, "without DimSize"},
    {"ObjectType = Image\n" TAIL, N, "without NDims"},
    {"ObjectType = Mesh\nNDims = 3\n", N, "ObjectType = Mesh"},
    {"NDims = 1\nDimSize = 24\n" TAIL, N, "NDims = 1"},
    {"NDims = 5\nDimSize = 1 1 4 3 2\n" TAIL, N, "NDims = 5"},
    {"NDims = 3.5\nDimSize = 4 3 2\n" TAIL, N, "NDims = 3.5"},
    {"NDims = 3\nDimSize = 4 3\n" TAIL, N, "DimSize = 4 3"},
    {"NDims = 3\nDimSize = 4 3 2 1\n" TAIL, N, "DimSize = 4 3 2 1"},
    {"NDims = 3\nDimSize = 4 3 0\n" TAIL, N, "DimSize = 4 3 0"},
    {"NDims = 3\nDimSize = 4 3 -2\n" TAIL, N, "DimSize = 4 3 -2"},
    {"NDims = 3\nDimSize = 4 3 1e300\n" TAIL, N, "DimSize = 4 3 1e300"},
    {"NDims = 3\nDimSize = 4294967296 4294967296 4294967296\n" TAIL, N, "more than 2147483648 voxels"},
    {"NDims = 3\nDimSize = 1024 1024 1024\n" TAIL, N, "is truncated"},
    {"DimSize = 4 3 2\nNDims = 3\n" TAIL, N, "begins like none"},
    {"NDims = 3\nnonsense\nDimSize = 4 3 2\n" TAIL, N, "'Key = value' was wanted"},
    {HEAD "BinaryData = False\n" TAIL, N, "BinaryData = False"},
    {HEAD "ElementNumberOfChannels = 0\n" TAIL, N, "ElementNumberOfChannels = 0"},
    {HEAD "ElementNumberOfChannels = 70000\n" TAIL, N, "more than 65534"},
    {HEAD "HeaderSize = -2\n" TAIL, N, "HeaderSize = -2"},
    {HEAD "CompressedData = True\n" TAIL, N, "zlib data is damaged"},
    {HEAD "CompressedData = True\nCompressedDataSize = -5\n" TAIL, N, "CompressedDataSize = -5"},
    {HEAD "CompressedData = True\nCompressedDataSize = 3\n" TAIL, N, "zlib data is damaged"},
};

static void odd_headers(void **state)
{
    (void)state;
    assert_true(sizeof ODD / sizeof *ODD >= ODD_FILES);
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++)
        check_odd(ODD[i].header,
                  bytes_write("odd.mha", bytes_join(text_make(ODD[i].header), counting_make(ODD[i].bytes))), N,
                  ODD[i].want);
}

static const struct {
    const char *name;
    seg_type_id id;
} TYPES[] = {
    {"MET_UCHAR", SEG_UINT8},       {"MET_CHAR", SEG_INT8},     {"MET_USHORT", SEG_UINT16},
    {"MET_SHORT", SEG_INT16},       {"MET_UINT", SEG_UINT32},   {"MET_INT", SEG_INT32},
    {"MET_ULONG", SEG_UINT32},      {"MET_LONG", SEG_INT32},    {"MET_LONG_LONG", SEG_INT64},
    {"MET_ULONG_LONG", SEG_UINT64}, {"MET_FLOAT", SEG_FLOAT32}, {"MET_DOUBLE", SEG_FLOAT64},
};

/* Each type in both byte orders: in the file, packed, in a file beside it from its front, or at its end. */
static void every_type_order_and_place(void **state)
{
    double value[N], *got;

    (void)state;
    for (size_t i = 0; i < N; i++)
        value[i] = (double)(i * 5 % 7);
    for (size_t t = 0; t < sizeof TYPES / sizeof *TYPES; t++)
        for (int way = 0; way < 10; way++) {
            bool big = way & 1;
            int place = way / 2;
            char header[512];
            test_bytes b = numbers_make(TYPES[t].id, value, N, big);
            seg_image image;

            if (place == 1 || place == 2)
                b = deflate_make(b, 15);
            snprintf(header, sizeof header,
                     HEAD "ElementByteOrderMSB = %s\n%s%s%sElementType = %s\nElementDataFile = %s\n",
                     big ? "True" : "False", place == 1 || place == 2 ? "CompressedData = True\n" : "",
                     place == 4 ? "HeaderSize = -1\n" : "", place == 3 ? "HeaderSize = 7\n" : "", TYPES[t].name,
                     place < 2 ? "LOCAL" : "data.raw");
            if (place >= 2) {
                bytes_write("data.raw", place == 2 ? b : bytes_join(counting_make(7), b));
                b = text_make("");
            }
            read_good(&image, bytes_write("a.mhd", bytes_join(text_make(header), b)), SEG_AS_LABELS);
            assert_int_equal(image.labels.grid.n[0], 4);
            assert_int_equal(image.labels.grid.n[2], 2);
            got = values_of(&image);
            for (size_t i = 0; i < N; i++)
                assert_true(got[i] == value[i]);
            free(got);
            seg_image_free(&image);
        }
}

/* Channels of a voxel stand together and become planes. */
static void channels_are_planes(void **state)
{
    double value[2 * N], *got;
    test_bytes b = text_make(HEAD "ElementNumberOfChannels = 2\nElementType = MET_FLOAT\nElementDataFile = LOCAL\n");
    seg_image image;

    (void)state;
    for (int i = 0; i < 2 * N; i++)
        value[i] = i / 64.0;
    read_good(&image, bytes_write("c.mha", bytes_join(b, numbers_make(SEG_FLOAT32, value, 2 * N, false))),
              SEG_AS_PROBABILITIES);
    assert_int_equal(image.prob.planes, 2);
    got = values_of(&image);
    for (int i = 0; i < 2 * N; i++)
        assert_true(got[i] == value[2 * (i % N) + i / N]);
    free(got);
    seg_image_free(&image);
}

/* x to the left, y to the back, z up, as LPS: RAS has the first two turned around. */
static void directions_are_turned_to_ras(void **state)
{
    static const double WANT[3][4] = {{0, -2, 0, -10}, {-1.5, 0, 0, -20}, {0, 0, 3, 30}};
    seg_image image;

    (void)state;
    read_good(&image,
              bytes_write("d.mha", bytes_join(text_make(HEAD "TransformMatrix = 0 1 0 1 0 0 0 0 1\nOffset = 10 20 30\n"
                                                             "ElementSpacing = 1.5 2 3\n" TAIL),
                                              counting_make(N))),
              SEG_AS_LABELS);
    assert_true(image.labels.grid.has_affine && image.labels.grid.has_mm);
    for (int i = 0; i < 12; i++)
        assert_near(image.labels.grid.affine[i / 4][i % 4], WANT[i / 4][i % 4], 0, 1e-12);
    assert_near(image.labels.grid.mm[0], 1.5, 1e-12, 0);
    assert_near(image.labels.grid.mm[1], 2, 1e-12, 0);
    seg_image_free(&image);
}

static void cuts_and_flips_are_noticed(void **state)
{
    const char *const header = "NDims = 2\nDimSize = 6 4\nCompressedData = True\n" TAIL;

    (void)state;
    check_cuts("cut.mha", bytes_join(text_make(HEAD TAIL), counting_make(N)));
    check_cuts("cut.mha", bytes_join(text_make(header), deflate_make(counting_make(N), 15)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_headers),
        cmocka_unit_test(every_type_order_and_place),
        cmocka_unit_test(channels_are_planes),
        cmocka_unit_test(directions_are_turned_to_ras),
        cmocka_unit_test(cuts_and_flips_are_noticed),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
