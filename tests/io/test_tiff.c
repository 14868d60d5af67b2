/* test_tiff.c - TIFF: every type, pages as slices, what ImageJ and OME say, and files that are odd or damaged. */
#include "odd_files.h"

enum { N = 24, BITS = 258, COMPRESSION = 259, PHOTOMETRIC = 262, FILL = 266, DESCRIPTION = 270, OFFSETS = 273 };
enum { SAMPLES = 277, ROWS = 278, COUNTS = 279, PLANAR = 284, UNIT = 296, EXTRA = 338, FORMAT = 339, SUBFILE = 254 };

#define SHORT(tag, value)                                                                                              \
    {                                                                                                                  \
        tag, 3, 1, value, NULL                                                                                         \
    }
#define LONG(tag, value)                                                                                               \
    {                                                                                                                  \
        tag, 4, 1, value, NULL                                                                                         \
    }
#define TEXT(text)                                                                                                     \
    {                                                                                                                  \
        DESCRIPTION, 2, 1, 0, text                                                                                     \
    }

/* Files of 6 x 4 pixels whose bytes count up from 0. */
static const struct {
    const char *what;
    tiff_file file;
    size_t bytes;
    const char *want; /* NULL: the values 0 ... 23 */
} ODD[] = {
    {"plain", {.width = 6, .height = 4}, N, NULL},
    {"big-endian", {.width = 6, .height = 4, .big_endian = true}, N, NULL},
    {"BigTIFF", {.width = 6, .height = 4, .bigtiff = true}, N, NULL},
    {"big-endian BigTIFF", {.width = 6, .height = 4, .bigtiff = true, .big_endian = true}, N, NULL},
    {"signed", {.width = 6, .height = 4, .format = 2}, N, NULL},
    {"void", {.width = 6, .height = 4, .format = 4}, N, NULL},
    {"two pages", {.width = 6, .height = 2, .pages = 2}, N, NULL},
    {"24 pages", {.width = 1, .height = 1, .pages = 24}, N, NULL},
    {"bytes behind", {.width = 6, .height = 4}, N + 5, NULL},
    {"no format", {.width = 6, .height = 4, .tag = {{FORMAT, 3, 0, 0, NULL}}}, N, NULL},
    {"no photometric", {.width = 6, .height = 4, .tag = {{PHOTOMETRIC, 3, 0, 0, NULL}}}, N, NULL},
    {"no compression", {.width = 6, .height = 4, .tag = {{COMPRESSION, 3, 0, 0, NULL}}}, N, NULL},
    {"rows per strip beyond the height", {.width = 6, .height = 4, .tag = {LONG(ROWS, 4000000000)}}, N, NULL},
    {"a private tag", {.width = 6, .height = 4, .tag = {LONG(50838, 7)}}, N, NULL},
    {"some description", {.width = 6, .height = 4, .tag = {TEXT("hello ImageJ=1 <OME")}}, N, NULL},
    {"a reduced page",
     {.width = 6, .height = 4, .pages = 2, .only_page = 2, .tag = {LONG(SUBFILE, 1), LONG(256, 3), LONG(257, 2)}},
     2 * N,
     NULL},
    {"only reduced", {.width = 6, .height = 4, .tag = {LONG(SUBFILE, 1)}}, N, "only reduced"},
    {"pages of two sizes",
     {.width = 6, .height = 2, .pages = 2, .only_page = 2, .tag = {LONG(256, 5)}},
     N,
     "pages of one size"},
    {"pages of two types",
     {.width = 6, .height = 2, .pages = 2, .only_page = 2, .tag = {SHORT(BITS, 16)}},
     2 * N,
     "pages of one size"},
    {"a loop of one page", {.width = 6, .height = 4, .loop = true}, N, NULL},
    {"a loop of pages", {.width = 6, .height = 2, .pages = 2, .loop = true}, N, NULL},
    {"width 0", {.width = 0, .height = 4}, N, ""},
    {"height 0", {.width = 6, .height = 0}, N, ""},
    {"width far too large", {.width = 4000000000, .height = 4}, N, "too small for them"},
    {"all far too large", {.width = 4000000000, .height = 4000000000}, N, ""},
    {"JPEG", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 7)}}, N, "JPEG, which changes numbers"},
    {"old JPEG", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 6)}}, N, ""},
    {"JPEG 2000", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 33005)}}, N, "JPEG 2000, which changes numbers"},
    {"LERC", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 34887)}}, N, "LERC, which changes numbers"},
    {"WebP", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 50001)}}, N, "WebP, which changes numbers"},
    {"compression 999", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 999)}}, N, "packed by method 999"},
    {"deflate that is none", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 8)}}, N, "damaged"},
    {"LZW that is none", {.width = 6, .height = 4, .tag = {SHORT(COMPRESSION, 5)}}, N, "damaged"},
    {"PackBits that is none", {.width = 60, .height = 4, .tag = {SHORT(COMPRESSION, 32773)}}, N, "damaged"},
    {"12 bits", {.width = 6, .height = 4, .bits = 12}, 2 * N, "samples of 12 bits"},
    {"24 bits", {.width = 6, .height = 4, .bits = 24}, 3 * N, "samples of 24 bits"},
    {"4 bits", {.width = 6, .height = 4, .bits = 4}, N, "samples of 4 bits"},
    {"0 bits", {.width = 6, .height = 4, .tag = {SHORT(BITS, 0)}}, N, ""},
    {"8 bits of float", {.width = 6, .height = 4, .format = 3}, N, "samples of 8 bits (floats)"},
    {"complex", {.width = 3, .height = 1, .bits = 64, .format = 6}, N, "complex numbers"},
    {"format 9", {.width = 6, .height = 4, .format = 9}, N, ""},
    {"min-is-white", {.width = 6, .height = 4, .tag = {SHORT(PHOTOMETRIC, 0)}}, N, "min-is-white"},
    {"YCbCr", {.width = 6, .height = 4, .tag = {SHORT(PHOTOMETRIC, 6)}}, N, ""},
    {"CMYK", {.width = 6, .height = 1, .samples = 4, .tag = {SHORT(PHOTOMETRIC, 5)}}, N, "photometric 5"},
    {"two samples", {.width = 6, .height = 2, .samples = 2}, N, "2 samples for each pixel"},
    {"planes of colour", {.width = 8, .height = 1, .samples = 3, .tag = {SHORT(PLANAR, 2)}}, N, ""},
    {"colours", {.width = 8, .height = 1, .samples = 3}, N, "has a colour"},
    {"FillOrder 2", {.width = 6, .height = 4, .tag = {SHORT(FILL, 2)}}, N, "FillOrder 2"},
    {"strip outside", {.width = 6, .height = 4, .tag = {LONG(OFFSETS, 100000)}}, N, "damaged"},
    {"strip too short: one strip has the length of the image",
     {.width = 6, .height = 4, .tag = {LONG(COUNTS, N - 1)}},
     N,
     NULL},
    {"strip of no bytes: the same", {.width = 6, .height = 4, .tag = {LONG(COUNTS, 0)}}, N, NULL},
    {"no strips", {.width = 6, .height = 4, .tag = {{OFFSETS, 4, 0, 0, NULL}, {COUNTS, 4, 0, 0, NULL}}}, N, ""},
    {"no width", {.width = 6, .height = 4, .tag = {{256, 4, 0, 0, NULL}}}, N, "damaged"},
    {"too short", {.width = 6, .height = 4}, N - 1, ""},
    {"ImageJ without its images",
     {.width = 6, .height = 4, .tag = {TEXT("ImageJ=1.53t\nimages=3\nslices=3\n")}},
     N,
     "the others cannot be found"},
    {"OME of several channels",
     {.width = 6,
      .height = 2,
      .pages = 2,
      .tag = {TEXT("<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeX=\"6\" SizeC=\"2\" SizeZ=\"1\" "
                   "SizeT=\"1\"></Pixels></Image></OME>")}},
     N,
     "--axes"},
    {"OME of other pages",
     {.width = 6,
      .height = 2,
      .pages = 2,
      .tag = {TEXT("<OME><Image><Pixels DimensionOrder=\"XYZCT\" SizeX=\"6\" SizeC=\"1\" SizeZ=\"3\" "
                   "SizeT=\"1\"></Pixels></Image></OME>")}},
     N,
     "OME-TIFF"},
};

static void odd_files(void **state)
{
    (void)state;
    assert_true(sizeof ODD / sizeof *ODD >= ODD_FILES);
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++) {
        tiff_file file = ODD[i].file;

        file.data = counting_make(ODD[i].bytes);
        check_odd(ODD[i].what, bytes_write("odd.tif", tiff_make(&file)), N, ODD[i].want);
    }
    check_odd("a cut header", bytes_write("odd.tif", text_make("II*")), N, "begins like none");
    check_odd(
        "inside gzip",
        bytes_write("odd.tif", gzip_make(tiff_make(&(tiff_file){.width = 1, .height = 1, .data = counting_make(1)}))),
        N, "gunzip it");
}

static const struct {
    int bits, format;
    seg_type_id id;
} TYPES[] = {{8, 1, SEG_UINT8},    {8, 2, SEG_INT8},    {16, 1, SEG_UINT16}, {16, 2, SEG_INT16},
             {16, 3, SEG_FLOAT16}, {32, 1, SEG_UINT32}, {32, 2, SEG_INT32},  {32, 3, SEG_FLOAT32},
             {64, 1, SEG_UINT64},  {64, 2, SEG_INT64},  {64, 3, SEG_FLOAT64}};

static void every_type_and_order(void **state)
{
    double value[N], *got;

    (void)state;
    for (size_t i = 0; i < N; i++)
        value[i] = (double)(i * 5 % 7);
    for (size_t t = 0; t < sizeof TYPES / sizeof *TYPES; t++)
        for (int way = 0; way < 4; way++) {
            tiff_file f = {.width = 4, .height = 3, .pages = 2, .big_endian = way & 1, .bigtiff = way & 2};
            seg_image image;

            f.bits = TYPES[t].bits;
            f.format = TYPES[t].format;
            f.data = numbers_make(TYPES[t].id, value, N, f.big_endian);
            read_good(&image, bytes_write("a.tif", tiff_make(&f)), SEG_AS_LABELS);
            assert_int_equal(image.labels.grid.n[0], 4);
            assert_int_equal(image.labels.grid.n[1], 3);
            assert_int_equal(image.labels.grid.n[2], 2);
            got = values_of(&image);
            for (size_t i = 0; i < N; i++)
                assert_true(got[i] == value[i]);
            free(got);
            seg_image_free(&image);
        }
}

/* 10 pixels of one bit: the first two bytes of each row. */
static void bits_are_zero_and_one(void **state)
{
    tiff_file f = {.width = 10, .height = 2, .bits = 1, .data = bytes_copy("\xa5\x40\x0f\xff", 4)};
    static const double WANT[] = {1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
    seg_image image;
    double *got;

    (void)state;
    read_good(&image, bytes_write("bits.tif", tiff_make(&f)), SEG_AS_LABELS);
    got = values_of(&image);
    for (int i = 0; i < 20; i++)
        assert_true(got[i] == WANT[i]);
    free(got);
    seg_image_free(&image);
}

static void grey_rgb_is_read(void **state)
{
    test_bytes data = {calloc(4 * N, 1), 4 * N};
    tiff_file f = {.width = 6, .height = 4, .samples = 4, .tag = {SHORT(EXTRA, 2)}, .data = data};

    (void)state;
    for (size_t i = 0; i < N; i++) {
        memset(data.at + 4 * i, (int)i, 3);
        data.at[4 * i + 3] = 255;
    }
    check_odd("RGBA", bytes_write("rgba.tif", tiff_make(&f)), N, NULL);
}

typedef struct {
    const char *description;
    int unit, pages;
    size_t n[3];
    int planes;
    bool has_mm;
    double z;
} lengths;

/* 3 x 2 pixels a page. Resolutions are rationals that this writer does not have: only z is given by ImageJ here. */
static const lengths TOLD[] = {
    {"ImageJ=1.53t\nimages=4\nslices=4\n", 1, 4, {3, 2, 4}, 1, false, 1},
    {"ImageJ=1.53t\nimages=4\nchannels=2\nslices=2\nhyperstack=true\n", 1, 4, {3, 2, 2}, 2, false, 1},
    {"ImageJ=1.53t\nimages=4\nframes=4\n", 1, 4, {3, 2, 1}, 4, false, 1},
    {"ImageJ=1.53t\nimages=4\nchannels=3\n", 1, 4, {3, 2, 4}, 1, false, 1},
    {"<?xml version=\"1.0\"?><OME><Image><Pixels DimensionOrder='XYCTZ' SizeC='1' SizeT='1' SizeZ='4' "
     "PhysicalSizeX='0.5' "
     "PhysicalSizeY='0.5' PhysicalSizeZ='2' PhysicalSizeXUnit='mm' PhysicalSizeYUnit='mm' "
     "PhysicalSizeZUnit='mm'/></Image></OME>",
     2,
     4,
     {3, 2, 4},
     1,
     true,
     2},
    {"<OME><Image><Pixels DimensionOrder=\"XYZCT\" SizeC=\"1\" SizeT=\"1\" SizeZ=\"4\" PhysicalSizeX=\"0.5\" "
     "PhysicalSizeY=\"0.5\" "
     "PhysicalSizeZ=\"2\"/></Image></OME>",
     2,
     4,
     {3, 2, 4},
     1,
     true,
     0.002},
    {"<OME><Image><Pixels DimensionOrder=\"XYZCT\" SizeC=\"1\" SizeT=\"1\" SizeZ=\"4\" "
     "PhysicalSizeX=\"0.5\"/></Image></OME>",
     2,
     4,
     {3, 2, 4},
     1,
     false,
     1},
};

static void imagej_and_ome_are_believed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof TOLD / sizeof *TOLD; i++) {
        const lengths *t = &TOLD[i];
        double value[N];
        tiff_file f = {.width = 3,
                       .height = 2,
                       .pages = t->pages,
                       .bits = 32,
                       .format = 3,
                       .tag = {{DESCRIPTION, 2, 1, 0, t->description}, SHORT(UNIT, (uint64_t)t->unit)}};
        seg_image image;
        const seg_grid *g;

        for (size_t k = 0; k < N; k++)
            value[k] = (double)k / 32;
        f.data = numbers_make(SEG_FLOAT32, value, N, false);
        read_good(&image, bytes_write("told.tif", tiff_make(&f)), SEG_AS_PROBABILITIES);
        g = seg_image_grid(&image);
        for (int k = 0; k < 3; k++)
            assert_int_equal(g->n[k], t->n[k]);
        assert_int_equal(image.prob.planes, t->planes);
        assert_int_equal(g->has_mm, t->has_mm);
        assert_near(g->mm[2], t->z, 1e-12, 0);
        seg_image_free(&image);
    }
}

/* Cut anywhere it is refused; a header cut away is another format's. */
static void cuts_are_noticed(void **state)
{
    (void)state;
    check_cuts("cut.tif", tiff_make(&(tiff_file){.width = 3, .height = 2, .pages = 1, .data = counting_make(6)}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_files),
        cmocka_unit_test(every_type_and_order),
        cmocka_unit_test(bits_are_zero_and_one),
        cmocka_unit_test(grey_rgb_is_read),
        cmocka_unit_test(imagej_and_ome_are_believed),
        cmocka_unit_test(cuts_are_noticed),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
