/* test_same_image.c - the same pair in every format gives the same report, byte for byte. */
#include "odd_files.h"
#include "io/format.h"

enum { X = 7, Y = 6, Z = 5, N = X * Y * Z, CLASSES = 3 };
static const double MM[3] = {1.5, 2, 3};

/* Two balls of other labels, moved a little by `shift`. */
static double label_at(size_t i, double shift)
{
    double x = (double)(i % X) * 1.5, y = (double)(i / X % Y) * 2, z = (double)(i / (X * Y)) * 3;
    double a = (x - 3 - shift) * (x - 3 - shift) + (y - 4) * (y - 4) + (z - 5) * (z - 5);

    return a < 9 ? 2 : a < 25 ? 1 : 0;
}

static void make_labels(double value[N], double shift)
{
    for (size_t i = 0; i < N; i++)
        value[i] = label_at(i, shift);
}

/* Plane after plane; multiples of 1/64, whose sum is 1. */
static void make_map(double value[CLASSES * N])
{
    for (size_t i = 0; i < N; i++) {
        double other[2] = {(double)(i * 7 % 9) / 64, (double)(i * 5 % 11) / 64};
        int best = (int)label_at(i, 0.75);

        for (int k = 0, o = 0; k < CLASSES; k++)
            value[(size_t)k * N + i] = k == best ? 1 - other[0] - other[1] : other[o++];
    }
}

/* Channels of a voxel together. */
static void interleave(const double *planes, double *out)
{
    for (size_t i = 0; i < CLASSES * N; i++)
        out[i] = planes[i % CLASSES * N + i / CLASSES];
}

/* ---- files ---- */

static void as_nifti(const char *name, const double *value, bool map)
{
    nifti_file f = {.dims = map ? 4 : 3,
                    .shape = {X, Y, Z, CLASSES},
                    .value = value,
                    .type = map ? 16 : 2,
                    .sform = 1,
                    .mm = {1.5, 2, 3},
                    .affine = {{1.5, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 3, 0}}};

    bytes_write(name, nifti_make(&f));
}

static test_bytes numbers(const double *value, bool map)
{
    return numbers_make(map ? SEG_FLOAT32 : SEG_UINT8, value, map ? CLASSES * N : N, false);
}

static test_bytes array(const double *value, bool map)
{
    return npy_make(1,
                    map ? "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 5, 6, 7), }"
                        : "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 6, 7), }",
                    numbers(value, map));
}

static void as_npy(const char *name, const double *value, bool map)
{
    bytes_write(name, array(value, map));
}

static void as_npz(const char *name, const double *value, bool map)
{
    zip_file file = {"probabilities.npy", array(value, map), true, ZIP_HONEST};

    bytes_write(name, zip_make(&file, 1));
}

static void as_tiff(const char *name, const double *value, bool map)
{
    static double pages[CLASSES * N];
    tiff_file f = {
        .width = X, .height = Y, .pages = map ? CLASSES * Z : Z, .bits = map ? 32 : 8, .format = map ? 3 : 1};

    memcpy(pages, value, sizeof *pages * (map ? CLASSES * N : N));
    for (size_t page = 0; map && page < CLASSES * Z; page++) /* channels are the fastest of the pages */
        memcpy(pages + page * X * Y, value + (page % CLASSES * Z + page / CLASSES) * X * Y, X * Y * sizeof *pages);
    if (map)
        f.tag[0] = (tiff_tag){270, 2, 1, 0, "ImageJ=1.53t\nimages=15\nchannels=3\nslices=5\nhyperstack=true\n"};
    f.data = numbers(pages, map);
    bytes_write(name, tiff_make(&f));
}

static void as_nrrd(const char *name, const double *value, bool map)
{
    static double turned[CLASSES * N];
    char header[512];

    if (map)
        interleave(value, turned);
    snprintf(header, sizeof header,
             "NRRD0004\ntype: %s\ndimension: %d\nspace: LPS\nsizes: %s7 6 5\nspace directions: %s(-1.5,0,0) (0,-2,0) "
             "(0,0,3)\nspace origin: (0,0,0)\nkinds: %sdomain domain domain\nendian: little\nencoding: gzip\n\n",
             map ? "float" : "uchar", map ? 4 : 3, map ? "3 " : "", map ? "none " : "", map ? "list " : "");
    bytes_write(name, bytes_join(text_make(header), gzip_make(numbers(map ? turned : value, map))));
}

static void as_metaimage(const char *name, const double *value, bool map)
{
    static double turned[CLASSES * N];
    char header[512];

    if (map)
        interleave(value, turned);
    snprintf(header, sizeof header,
             "ObjectType = Image\nNDims = 3\nDimSize = 7 6 5\nCompressedData = True\nElementNumberOfChannels = %d\n"
             "TransformMatrix = -1 0 0 0 -1 0 0 0 1\nOffset = 0 0 0\nElementSpacing = 1.5 2 3\nElementType = %s\n"
             "ElementDataFile = LOCAL\n",
             map ? CLASSES : 1, map ? "MET_FLOAT" : "MET_UCHAR");
    bytes_write(name, bytes_join(text_make(header), deflate_make(numbers(map ? turned : value, map), 15)));
}

static void as_mgh(const char *name, const double *value, bool map)
{
    const size_t shape[4] = {X, Y, Z, map ? CLASSES : 1};
    test_bytes b = numbers_make(map ? SEG_FLOAT32 : SEG_UINT8, value, map ? CLASSES * N : N, true);

    bytes_write(name, gzip_make(mgh_make(shape, MM, map ? 3 : 0, b)));
}

/* `located`: the file says where the image lies, so a truth in it can give the lengths. */
static const struct {
    const char *ending;
    void (*write)(const char *name, const double *value, bool map);
    bool located;
} FORMATS[] = {{"nii", as_nifti, true}, {"npy", as_npy, false},      {"npz", as_npz, false}, {"tif", as_tiff, false},
               {"nrrd", as_nrrd, true}, {"mha", as_metaimage, true}, {"mgz", as_mgh, true}};
enum { FORMATS_N = sizeof FORMATS / sizeof *FORMATS };

/* ---- reports ---- */

/* What `segloss eval` prints of prediction A and truth B. */
static void report(const char *prediction, const char *truth, const char *options, char out[8192])
{
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    char command[1024];
    FILE *pipe;
    size_t n;

    snprintf(command, sizeof command, "%s/segloss eval -q -f csv %s %s %s 2>&1", build, options, test_path(prediction),
             test_path(truth));
    pipe = popen(command, "r");
    assert_non_null(pipe);
    n = fread(out, 1, 8191, pipe);
    out[n] = '\0';
    if (pclose(pipe))
        fail_msg("%s: %s", command, out);
}

static void compare(bool map, const char *options)
{
    static char want[8192], have[8192];
    char prediction[32], truth[32];

    for (int p = 0; p < FORMATS_N; p++)
        for (int t = 0; t < FORMATS_N; t++) {
            bool told = strstr(options, "--spacing");

            if (!FORMATS[t].located && !told)
                continue;
            snprintf(prediction, sizeof prediction, "%s.%s", map ? "map" : "labels", FORMATS[p].ending);
            snprintf(truth, sizeof truth, "truth.%s", FORMATS[t].ending);
            report(prediction, truth, options, p + t ? have : want);
            if (p + t && strcmp(want, have))
                fail_msg("%s and %s: %s\nwanted: %s", prediction, truth, have, want);
        }
    assert_non_null(strstr(want, "dsc"));
}

/* Every format of the program but PNG, which has no volumes, is in the table. */
static void the_same_pair_gives_the_same_bytes(void **state)
{
    static double truth[N], labels[N], map[CLASSES * N];
    char name[32];

    (void)state;
    assert_int_equal(FORMATS_N + 1, seg_formats_count);
    make_labels(truth, 0);
    make_labels(labels, 1.5);
    make_map(map);
    for (int f = 0; f < FORMATS_N; f++) {
        snprintf(name, sizeof name, "truth.%s", FORMATS[f].ending);
        FORMATS[f].write(name, truth, false);
        snprintf(name, sizeof name, "labels.%s", FORMATS[f].ending);
        FORMATS[f].write(name, labels, false);
        snprintf(name, sizeof name, "map.%s", FORMATS[f].ending);
        FORMATS[f].write(name, map, true);
    }
    compare(false, "-m dsc,hd95");
    compare(true, "-m dsc,hd95 -l ce,dice");
    compare(true, "-m dsc,hd95 -l focal --spacing 1.5,2,3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_pair_gives_the_same_bytes),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
