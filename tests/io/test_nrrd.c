/* test_nrrd.c - NRRD: odd headers, every type and encoding, the axis that is not of space, and 3D Slicer's segments. */
#include "odd_files.h"

enum { N = 24 };
#define HEAD "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 3 2\n"
#define RAW  "encoding: raw\n\n"

static const struct {
    const char *header;
    size_t bytes;     /* that follow, counting up */
    const char *want; /* NULL: 24 voxels, 0 ... 23 */
} ODD[] = {
    {HEAD RAW, N, NULL},
    {HEAD RAW, N + 3, NULL}, /* bytes behind the numbers are only warned of */
    {"NRRD0001\ntype: unsigned char\ndimension: 2\nsizes: 6 4\nencoding: raw\n\n", N, NULL},
    {"NRRD0005\n# a comment\ntype: uint8\ndimension: 1\nsizes: 24\nencoding: raw\n\n", N, NULL},
    {"NRRD0004\r\ntype: int8\r\ndimension: 3\r\nsizes: 4 3 2\r\nencoding: raw\r\n\r\n", N, NULL},
    {HEAD "content: a: b\nkey:=value\nwhat: ever\n" RAW, N, NULL},
    {HEAD "Endian: little\nSpacings: 1 2 3\n" RAW, N, NULL},
    {HEAD "space: LPS\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\n" RAW, N, NULL},
    {HEAD "space: left-anterior-superior\nspace directions: (1,0,0) (0,1,0) (0,0,1)\n" RAW, N, NULL},
    {HEAD "space: scanner-xyz\nspace dimension: 3\nspace directions: (1,0,0) (0,1,0) (0,0,1)\n" RAW, N, NULL},
    {HEAD "space dimension: 3\nspace directions: (1,0,0) (0,1,0) (0,0,1)\n" RAW, N, NULL},
    {HEAD "byte skip: 0\nline skip: 0\n" RAW, N, NULL},
    {"NRRD0004\ntype: uchar\ndimension: 5\nsizes: 1 1 4 3 2\nkinds: list time domain domain domain\nencoding: raw\n\n",
     N, NULL},
    {HEAD RAW, N - 1, "is truncated"},
    {HEAD RAW, 0, "is truncated"},
    {HEAD "encoding: raw\n", 0, "inside its NRRD header"},
    {"NRRD0006\ntype: uchar\n\n", N, "unknown version"},
    {"NRRD\n\n", N, "unknown version"},
    {"NRRD0004\ndimension: 3\nsizes: 4 3 2\nencoding: raw\n\n", N, "without 'type'"},
    {"NRRD0004\ntype: uchar\nencoding: raw\n\n", N, "without 'dimension'"},
    {"NRRD0004\ntype: uchar\ndimension: 3\nencoding: raw\n\n", N, "without 'sizes'"},
    {HEAD "\n", N, "without 'encoding'"},
    {"NRRD0004\ntype: uchar\nsizes: 4 3 2\ndimension: 3\nencoding: raw\n\n", N, "sizes: 4 3 2"},
    {"NRRD0004\ntype: block\ndimension: 3\nsizes: 4 3 2\nencoding: raw\n\n", N, "of type 'block'"},
    {"NRRD0004\ntype: u\ndimension: 3\nsizes: 4 3 2\nencoding: raw\n\n", N, "of type 'u'"},
    {"NRRD0004\ntype: short\ndimension: 1\nsizes: 12\nencoding: raw\n\n", N, "does not say its byte order"},
    {"NRRD0004\ntype: short\ndimension: 1\nsizes: 12\nendian: middle\nencoding: raw\n\n", N,
     "does not say its byte order"},
    {"NRRD0004\ntype: uchar\ndimension: 0\nsizes: \nencoding: raw\n\n", N, "dimension: 0"},
    {"NRRD0004\ntype: uchar\ndimension: 6\nsizes: 1 1 1 4 3 2\nencoding: raw\n\n", N, "dimension: 6"},
    {"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 3\nencoding: raw\n\n", N, "sizes: 4 3"},
    {"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 3 0\nencoding: raw\n\n", N, "sizes: 4 3 0"},
    {"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 4 3 -2\nencoding: raw\n\n", N, "sizes: 4 3 -2"},
    {"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 9007199254740992 9007199254740992 9\nencoding: raw\n\n", N,
     "more than"},
    {"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 1024 1024 1024\nencoding: raw\n\n", N, "is truncated"},
    {"NRRD0004\ntype: uchar\ndimension: 4\nsizes: 65535 2 2 2\nkinds: list domain domain domain\nencoding: raw\n\n", N,
     "more than 65534"},
    {HEAD "encoding: bzip2\n\n", N, "encoding bzip2"},
    {HEAD "encoding: hex\n\n", N, "encoding hex"},
    {HEAD "encoding: zip\n\n", N, "encoding zip"},
    {HEAD "encoding: gzip\n\n", N, "but its data are not"},
    {HEAD "encoding: ascii\n\n", 3, "too small for the 24 numbers"},
    {HEAD "byte skip: -1\n" RAW, N, "byte skip: -1"},
    {HEAD "line skip: -1\n" RAW, N, "line skip: -1"},
    {HEAD "line skip: 9\n" RAW, N, "fewer lines"},
    {HEAD "byte skip: 5\n" RAW, N, "is truncated"},
    {HEAD "data file: LIST\n" RAW, N, "in several files"},
    {HEAD "data file: a%03d.raw 1 2 1\n" RAW, N, "in several files"},
    {HEAD "data file: /etc/passwd\n" RAW, N, "the plain name of one file"},
    {HEAD "datafile: ../x.raw\n" RAW, N, "the plain name of one file"},
    {HEAD "data file: absent.raw\n" RAW, N, "absent.raw: cannot be opened"},
    {HEAD "space: LPS\nspace directions: (1,0,0) (0,1,0)\n" RAW, N, "space directions"},
    {HEAD "space: LPS\nspace directions: (1,0,0) (0,1,0) (0,0,x)\n" RAW, N, "space directions"},
    {HEAD "space: LPS\nspace directions: (1,0,0) (0,1,0) (0,0,0)\n" RAW, N, "zero, not finite"},
    {HEAD "space: LPS\nspace directions: (1,0,0) (2,0,0) (0,0,1)\n" RAW, N, "in one plane"},
    {HEAD "space: LPS\nspace directions: (1,0) (0,1) (1,1)\n" RAW, N, "space directions"},
    {HEAD "space directions: (1,0,0) (0,1,0) (0,0,1)\n" RAW, N, "space directions"},
    {HEAD "space: LPS\nspace origin: (0,0)\n" RAW, N, "space origin"},
    {HEAD "spacings: 1 2\n" RAW, N, "spacings: 1 2"},
    {HEAD "nonsense\n" RAW, N, "'field: value' was wanted"},
    {"NRRD0004\ntype: uchar\ndimension: 4\nsizes: 2 3 2 2\nkinds: list list domain domain\nencoding: raw\n\n", N,
     "--axes"},
    {HEAD "Segment0_LabelValue:=x\n" RAW, N, "Segment0_LabelValue"},
    {HEAD "Segment0_Layer:=3\n" RAW, N, "in layer 3, but 1 layers"},
    {HEAD "Segmentation_MasterRepresentation:=Fractional labelmap\n" RAW, N, "fractional"},
    {"NRRD0004\ntype: uchar\ndimension: 3\nsizes: 1 1 1\nSegment0_Name:=a\nencoding: raw\n\n", 1, "one voxel"},
};

static void odd_headers(void **state)
{
    (void)state;
    assert_true(sizeof ODD / sizeof *ODD >= ODD_FILES);
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++)
        check_odd(ODD[i].header,
                  bytes_write("odd.nrrd", bytes_join(text_make(ODD[i].header), counting_make(ODD[i].bytes))), N,
                  ODD[i].want);
}

static const struct {
    const char *name;
    seg_type_id id;
} TYPES[] = {
    {"signed char", SEG_INT8}, {"unsigned char", SEG_UINT8}, {"short", SEG_INT16},     {"unsigned short", SEG_UINT16},
    {"int", SEG_INT32},        {"uint32_t", SEG_UINT32},     {"long long", SEG_INT64}, {"ulonglong", SEG_UINT64},
    {"float", SEG_FLOAT32},    {"double", SEG_FLOAT64},
};

static test_bytes as_text(const double *value, size_t n)
{
    test_bytes b = text_make("");

    for (size_t i = 0; i < n; i++) {
        char word[32];

        snprintf(word, sizeof word, "%g%s", value[i], i % 5 == 4 ? "\n" : i % 3 ? " " : "  \t");
        b = bytes_join(b, text_make(word));
    }
    return b;
}

/* raw, gzip and ascii, in the file or beside it, behind lines and bytes that are left out. */
static void every_type_and_encoding(void **state)
{
    static const char *const ENCODINGS[] = {"raw", "gzip", "ascii"};
    double value[N], *got;

    (void)state;
    for (size_t i = 0; i < N; i++)
        value[i] = (double)(i * 5 % 7);
    for (size_t t = 0; t < sizeof TYPES / sizeof *TYPES; t++)
        for (int way = 0; way < 24; way++) {
            int encoding = way % 3;
            bool big = way / 3 & 1, beside = way / 6 & 1, skips = way / 12;
            char header[512];
            test_bytes b = encoding == 2 ? as_text(value, N) : numbers_make(TYPES[t].id, value, N, big);
            seg_image image;

            if (skips)
                b = bytes_join(text_make("bytes"), b);
            if (encoding == 1)
                b = gzip_make(b);
            if (skips)
                b = bytes_join(text_make("two\nlines\n"), b);
            snprintf(header, sizeof header,
                     "NRRD0004\ntype: %s\ndimension: 3\nsizes: 4 3 2\nendian: %s\nencoding: %s\n%s%s\n", TYPES[t].name,
                     big ? "big" : "little", ENCODINGS[encoding], skips ? "line skip: 2\nbyte skip: 5\n" : "",
                     beside ? "data file: data.raw\n" : "");
            if (beside) {
                bytes_write("data.raw", b);
                b = text_make("");
            }
            read_good(&image, bytes_write("a.nhdr", bytes_join(text_make(header), b)), SEG_AS_LABELS);
            got = values_of(&image);
            for (size_t i = 0; i < N; i++)
                assert_true(got[i] == value[i]);
            free(got);
            seg_image_free(&image);
        }
}

static void numbers_in_text_are_checked(void **state)
{
    static const struct {
        const char *type, *text, *want;
    } TEXTS[] = {
        {"uchar", "0 1 2 3 4 5 6 7 8 9 10 11", NULL},
        {"uchar", "0,1,2,3,4,5,6,7,8,9,10,11\n\n\n", NULL},
        {"double", "0 1.0 2e0 3 4 5 6 7 8 9 10 11", NULL},
        {"uchar", "0 1 2 3 4 5 6 7 8 9 10", "too small"},
        {"uchar", "000 001 002 003 004 005", "has 6 numbers in its text"},
        {"uchar", "0 1 2 3 4 5 6 7 8 9 10 11 12", "more than the 12 numbers"},
        {"uchar", "0 1 2 3 4 5 6 7 8 9 10 256", "number 11 of its text is '256'"},
        {"uchar", "0 1 2 3 4 5 6 7 8 9 10 -1", "number 11 of its text is '-1'"},
        {"uchar", "0 1 2 3 4 5 6 7 8 9 10 1.5", "number 11 of its text is '1.5'"},
        {"uchar", "x 1 2 3 4 5 6 7 8 9 10 11", "number 0 of its text is 'x'"},
        {"uchar", "0x1 1 2 3 4 5 6 7 8 9 10 11", "number 0 of its text is '0x1'"},
        {"double", "0000000000000000000000000000000000000000000000000000000000000000000000001 2", "number 0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        char header[256];

        snprintf(header, sizeof header, "NRRD0004\ntype: %s\ndimension: 2\nsizes: 4 3\nencoding: ascii\n\n",
                 TEXTS[i].type);
        check_odd(TEXTS[i].text, bytes_write("t.nrrd", bytes_join(text_make(header), text_make(TEXTS[i].text))), 12,
                  TEXTS[i].want);
    }
}

/* The axis of channels at any place gives the same planes. */
static void the_axis_of_channels_may_be_anywhere(void **state)
{
    static const char *const SIZES[] = {"2 4 3 2", "4 2 3 2", "4 3 2 2", "4 3 2 2"};
    static const size_t STRIDE[4][4] = {/* x y z c */ {2, 8, 24, 1}, {1, 8, 24, 4}, {1, 4, 24, 12}, {1, 4, 12, 24}};
    double value[2 * N], *got;

    (void)state;
    for (int i = 0; i < 2 * N; i++)
        value[i] = i / 64.0;
    for (int at = 0; at < 4; at++) {
        char header[512];
        seg_image image;

        snprintf(header, sizeof header,
                 "NRRD0004\ntype: float\ndimension: 4\nsizes: %s\nendian: little\nspace: RAS\n"
                 "space directions: %s(2,0,0) %s(0,3,0) %s(0,0,4) %s\nspace origin: (1,2,3)\n"
                 "encoding: raw\n\n",
                 SIZES[at], at == 0 ? "none " : "", at == 1 ? "none " : "", at == 2 ? "none " : "",
                 at == 3 ? "none" : "");
        read_good(&image,
                  bytes_write("c.nrrd", bytes_join(text_make(header), numbers_make(SEG_FLOAT32, value, 2 * N, false))),
                  SEG_AS_PROBABILITIES);
        assert_int_equal(image.prob.planes, 2);
        assert_near(image.prob.grid.mm[1], 3, 1e-12, 0);
        assert_near(image.prob.grid.affine[2][3], 3, 1e-12, 0);
        got = values_of(&image);
        for (size_t i = 0; i < 2 * N; i++)
            assert_true(got[i] == value[i % 4 * STRIDE[at][0] + i / 4 % 3 * STRIDE[at][1] + i / 12 % 2 * STRIDE[at][2] +
                                        i / 24 * STRIDE[at][3]]);
        free(got);
        seg_image_free(&image);
    }
}

static void spaces_are_turned_to_ras(void **state)
{
    static const struct {
        const char *name;
        double sign[3];
    } SPACES[] = {{"RAS", {1, 1, 1}}, {"LAS", {-1, 1, 1}}, {"left-posterior-superior", {-1, -1, 1}}};

    (void)state;
    for (size_t s = 0; s < sizeof SPACES / sizeof *SPACES; s++) {
        char header[512];
        seg_image image;

        snprintf(header, sizeof header,
                 HEAD "space: %s\nspace directions: (0,2,0) (3,0,0) (0,0,4)\nspace origin: (5,6,7)\n" RAW,
                 SPACES[s].name);
        read_good(&image, bytes_write("s.nrrd", bytes_join(text_make(header), counting_make(N))), SEG_AS_LABELS);
        for (int k = 0; k < 3; k++) {
            static const double STEP[3][4] = {{0, 3, 0, 5}, {2, 0, 0, 6}, {0, 0, 4, 7}};

            for (int i = 0; i < 4; i++)
                assert_near(image.labels.grid.affine[k][i], SPACES[s].sign[k] * STEP[k][i], 0, 1e-12);
        }
        seg_image_free(&image);
    }
}

static void cuts_are_noticed(void **state)
{
    (void)state;
    check_cuts("cut.nrrd", bytes_join(text_make(HEAD RAW), counting_make(N)));
    check_cuts("cut.nrrd", bytes_join(text_make(HEAD "encoding: gzip\n\n"), gzip_make(counting_make(N))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_headers),
        cmocka_unit_test(every_type_and_encoding),
        cmocka_unit_test(numbers_in_text_are_checked),
        cmocka_unit_test(the_axis_of_channels_may_be_anywhere),
        cmocka_unit_test(spaces_are_turned_to_ras),
        cmocka_unit_test(cuts_are_noticed),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
