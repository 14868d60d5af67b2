/* test_nifti.c - every way to store the same numbers reads the same, and nothing else is believed. */
#include "image_of.h"

#include <nifti2_io.h>

static const seg_read_options AUTO = {0}, PROB = {.as = SEG_AS_PROBABILITIES}, LOGITS = {.as = SEG_AS_LOGITS},
                              LABELS = {.as = SEG_AS_LABELS};

/* 5 x 3 x 2 labels that every type can hold. */
static const double SOME[30] = {0, 0, 1, 1, 2,   0, 0, 0, 0, 0, 7, 7, 7, 7, 7,
                                3, 2, 1, 0, 100, 0, 1, 0, 1, 0, 1, 1, 1, 1, 127};

static nifti_file some(void)
{
    return (nifti_file){.dims = 3, .shape = {5, 3, 2}, .value = SOME};
}

static void check_values(const char *path, seg_read_as as, const double *want, size_t n, double tolerance)
{
    seg_image image;
    double *value;

    read_good(&image, path, as);
    assert_int_equal(seg_grid_voxels(seg_image_grid(&image)) * (size_t)(image.prob.planes ? image.prob.planes : 1), n);
    value = values_of(&image);
    for (size_t i = 0; i < n; i++)
        assert_near(value[i], want[i], 0, tolerance);
    free(value);
    seg_image_free(&image);
}

static void write_pair(const nifti_file *f, bool gzip)
{
    test_bytes header = nifti_make_header(f), voxels = nifti_make_voxels(f);

    bytes_write(gzip ? "pair.hdr.gz" : "pair.hdr", gzip ? gzip_make(header) : header);
    bytes_write(gzip ? "pair.img.gz" : "pair.img", gzip ? gzip_make(voxels) : voxels);
}

static void every_type_order_version_and_container_reads_the_same_labels(void **state)
{
    (void)state;
    for (int i = 0; i < NIFTI_TYPES * 4; i++) {
        nifti_file f = some();

        f.type = nifti_types[i / 4];
        f.big_endian = i & 1;
        f.version = i & 2 ? 2 : 1;
        check_values(bytes_write("a.nii", nifti_make(&f)), SEG_AS_AUTO, SOME, 30, 0);
        check_values(bytes_write("a.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_AUTO, SOME, 30, 0);
        f.pair = true;
        for (int gzip = 0; gzip < 2; gzip++) {
            write_pair(&f, gzip);
            check_values(test_path(gzip ? "pair.hdr.gz" : "pair.hdr"), SEG_AS_AUTO, SOME, 30, 0);
            check_values(test_path(gzip ? "pair.img.gz" : "pair.img"), SEG_AS_AUTO, SOME, 30, 0);
        }
    }
}

static void every_type_reads_the_same_probabilities(void **state)
{
    static const double stored[12] = {0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1};
    static const double half[12] = {0, 0.5, 0, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0, 0.5};

    (void)state;
    for (int i = 0; i < NIFTI_TYPES * 4; i++) {
        nifti_file f = {.dims = 4, .shape = {3, 2, 1, 2}, .value = stored, .type = nifti_types[i / 4]};

        f.big_endian = i & 1;
        f.slope = i & 2 ? 0.5 : 0;
        check_values(bytes_write("p.nii", nifti_make(&f)), SEG_AS_PROBABILITIES, f.slope > 0 ? half : stored, 12, 0);
        check_values(bytes_write("p.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_PROBABILITIES,
                     f.slope > 0 ? half : stored, 12, 0);
    }
}

/* The extremes of each type, which a detour through a smaller type would lose. */
static void extreme_labels_survive(void **state)
{
    static const struct {
        int type;
        double low, high;
    } CASES[] = {{2, 0, 255},
                 {256, -128, 127},
                 {512, 0, 65535},
                 {4, -32768, 32767},
                 {768, 0, 4294967295.0},
                 {8, -2147483648.0, 2147483647.0},
                 {1280, 0, 9007199254740992.0},
                 {1024, -9007199254740992.0, 9007199254740992.0},
                 {16, -16777216.0, 16777216.0},
                 {64, -1125899906842624.0, 1125899906842624.0}};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int big = 0; big < 2; big++) {
            double value[2] = {CASES[i].low, CASES[i].high};
            nifti_file f = {.dims = 1, .shape = {2}, .value = value, .type = CASES[i].type, .big_endian = big};

            check_values(bytes_write("x.nii", nifti_make(&f)), SEG_AS_LABELS, value, 2, 0);
        }
}

static void labels_beyond_2_to_53_are_refused(void **state)
{
    static const double huge[2] = {0, 18014398509481984.0};
    nifti_file f = {.dims = 1, .shape = {2}, .value = huge};
    static const int types[] = {1280, 1024, 16, 64};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        f.type = types[i];
        assert_refused(bytes_write("h.nii", nifti_make(&f)), &AUTO, SEG_READ,
                       "voxel (1, 0, 0) has a label beyond 2^53");
    }
    test_bytes b = nifti_make(&(nifti_file){.dims = 1, .shape = {2}, .type = 1280});
    memset(b.at + 352, 0xff, 8); /* 2^64 - 1 must not become -1 */
    assert_refused(bytes_write("h.nii", b), &AUTO, SEG_READ, "voxel (0, 0, 0) has a label beyond 2^53");
}

static void slope_and_intercept_are_applied_in_double(void **state)
{
    static const double stored[4] = {0, 1, 2, 65535};
    const double want[4] = {-1, 1, 3, 131069};
    nifti_file f = {.dims = 2, .shape = {2, 2}, .value = stored, .type = 512, .slope = 2, .inter = -1};

    (void)state;
    check_values(bytes_write("s.nii", nifti_make(&f)), SEG_AS_AUTO, want, 4, 0);
    check_values(bytes_write("s.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_AUTO, want, 4, 0);
}

/* nibabel's habit: labels 0..3 under a uint16 header, 65535 meaning 3. */
static void scaled_labels_are_rounded_within_a_thousandth(void **state)
{
    static const double stored[4] = {0, 21845, 43690, 65535};
    const double want[4] = {0, 1, 2, 3};
    nifti_file f = {.dims = 2, .shape = {2, 2}, .value = stored, .type = 512, .slope = 3.0 / 65535};

    (void)state;
    check_values(bytes_write("s.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_AUTO, want, 4, 0);
}

static void slopes_that_mean_no_scaling(void **state)
{
    static const double slopes[] = {0, NAN, INFINITY, -INFINITY};
    nifti_file f = some();

    (void)state;
    f.inter = 5;
    for (size_t i = 0; i < sizeof slopes / sizeof *slopes; i++) {
        f.slope = slopes[i];
        check_values(bytes_write("s.nii", nifti_make(&f)), SEG_AS_AUTO, SOME, 30, 0);
    }
    f.slope = 1;
    f.inter = NAN;
    assert_refused(bytes_write("s.nii", nifti_make(&f)), &AUTO, SEG_READ, "intercept that is not finite");
}

/* nifticlib as the oracle: raw voxels and geometry of valid files. */
static void agrees_with_nifticlib(void **state)
{
    uint64_t seed = 20240531;

    (void)state;
    for (int round = 0; round < 60; round++) {
        double value[210];
        nifti_file f = {.dims = 3, .shape = {7, 6, 5}, .value = value, .mm = {0.8, 1.25, 3}};
        seg_image image;
        nifti_image *oracle;
        const char *path;
        double *got;

        f.type = nifti_types[round % NIFTI_TYPES];
        f.big_endian = round / 10 & 1;
        f.version = round / 20 & 1 ? 2 : 1;
        for (int i = 0; i < 210; i++)
            value[i] = (double)(fixture_random(&seed) % 5);
        f.qform = 1;
        for (int i = 0; i < 3; i++) {
            f.quatern[i] = fixture_uniform(&seed) * 0.5;
            f.origin[i] = fixture_uniform(&seed) * 100 - 50;
        }
        f.qfac = round & 1 ? -1 : 1;
        path = bytes_write("o.nii.gz", gzip_make(nifti_make(&f)));
        read_good(&image, path, SEG_AS_AUTO);
        oracle = nifti_image_read(path, 1);
        assert_non_null(oracle);
        got = values_of(&image);
        for (int i = 0; i < 210; i++) {
            double want = 0;

            switch (oracle->datatype) {
#define FROM(code, type)                                                                                               \
    case code:                                                                                                         \
        want = (double)((const type *)oracle->data)[i];                                                                \
        break
                FROM(2, uint8_t);
                FROM(256, int8_t);
                FROM(512, uint16_t);
                FROM(4, int16_t);
                FROM(768, uint32_t);
                FROM(8, int32_t);
                FROM(1280, uint64_t);
                FROM(1024, int64_t);
                FROM(16, float);
                FROM(64, double);
            }
            assert_near(got[i], want, 0, 0);
        }
        for (int i = 0; i < 12; i++) /* float32 in the header of version 1 */
            assert_near(image.labels.grid.affine[i / 4][i % 4], oracle->qto_xyz.m[i / 4][i % 4], 0, 1e-12);
        assert_near(image.labels.grid.mm[0], oracle->dx, 0, 0);
        assert_near(image.labels.grid.mm[2], oracle->dz, 0, 0);
        free(got);
        nifti_image_free(oracle);
        seg_image_free(&image);
    }
}

static void singleton_axes_move_to_the_end_with_their_geometry(void **state)
{
    nifti_file f = {.dims = 3,
                    .shape = {1, 5, 6},
                    .value = SOME,
                    .mm = {9, 2, 3},
                    .sform = 1,
                    .affine = {{9, 0, 0, 1}, {0, 2, 0, 2}, {0, 0, 3, 3}}};
    seg_image image;
    const seg_grid *g = &image.labels.grid;
    double *value;

    (void)state;
    read_good(&image, bytes_write("1.nii", nifti_make(&f)), SEG_AS_AUTO);
    assert_int_equal(g->n[0], 5);
    assert_int_equal(g->n[1], 6);
    assert_int_equal(g->n[2], 1);
    assert_near(g->mm[0], 2, 0, 0);
    assert_near(g->mm[1], 3, 0, 0);
    assert_near(g->mm[2], 9, 0, 0);
    assert_near(g->affine[1][0], 2, 0, 0);
    assert_near(g->affine[2][1], 3, 0, 0);
    assert_near(g->affine[0][2], 9, 0, 0);
    assert_near(g->affine[2][3], 3, 0, 0);
    value = values_of(&image);
    for (int i = 0; i < 30; i++)
        assert_near(value[i], SOME[i], 0, 0);
    free(value);
    seg_image_free(&image);
}

static void read_grid(seg_grid *grid, const nifti_file *f, const seg_read_options *options, remarks *said)
{
    seg_warnings notes = {keep_remark, said};
    seg_image image;
    seg_error err = {0};

    *said = (remarks){0};
    assert_ok(seg_image_read(&image, bytes_write("g.nii", nifti_make(f)), options, &notes, &err), &err);
    *grid = *seg_image_grid(&image);
    seg_image_free(&image);
}

static void spacing_comes_from_the_option_then_pixdim(void **state)
{
    nifti_file f = some();
    seg_read_options given = {.has_spacing = true, .spacing = {2, 3, 4}}, none = {.has_spacing = true};
    seg_grid g;
    remarks said;

    (void)state;
    f.mm[0] = -0.5;
    read_grid(&g, &f, &AUTO, &said);
    assert_true(g.has_mm);
    assert_near(g.mm[0], 0.5, 0, 0);
    assert_false(g.has_affine);
    read_grid(&g, &f, &given, &said);
    assert_near(g.mm[2], 4, 0, 0);
    read_grid(&g, &f, &none, &said);
    assert_false(g.has_mm);
    assert_near(g.mm[0], 1, 0, 0);
    f.mm[1] = NAN;
    read_grid(&g, &f, &AUTO, &said);
    assert_false(g.has_mm);
    assert_non_null(strstr(said.text, "voxel size is missing"));
    read_grid(&g, &f, &given, &said);
    assert_true(g.has_mm);
}

static void metres_and_micrometres_become_millimetres(void **state)
{
    nifti_file f = some();
    seg_grid g;
    remarks said;

    (void)state;
    f.units = 3;
    f.sform = 1;
    f.affine[0][0] = f.affine[1][1] = f.affine[2][2] = 1;
    f.affine[0][3] = 500;
    read_grid(&g, &f, &AUTO, &said);
    assert_near(g.mm[0], 0.001, 1e-15, 0);
    assert_near(g.affine[0][3], 0.5, 1e-15, 0);
    assert_non_null(strstr(said.text, "micrometres"));
    f.units = 1;
    read_grid(&g, &f, &AUTO, &said);
    assert_near(g.mm[0], 1000, 0, 0);
}

static void an_sform_without_spacing_is_remarked_and_pixdim_wins(void **state)
{
    nifti_file f = some();
    seg_grid g;
    remarks said;

    (void)state;
    f.mm[2] = 10;
    f.sform = 1;
    f.affine[0][0] = f.affine[1][1] = f.affine[2][2] = 1;
    read_grid(&g, &f, &AUTO, &said);
    assert_near(g.mm[2], 10, 0, 0);
    assert_int_equal(said.n, 1);
    assert_non_null(strstr(said.text, "10 mm along axis 3 by pixdim but 1 mm by the sform"));
    f.affine[1][1] = NAN;
    read_grid(&g, &f, &AUTO, &said);
    assert_false(g.has_affine);
    assert_non_null(strstr(said.text, "position in space is not finite"));
}

/* ---- what the numbers are ---- */

static void check_kind(const nifti_file *f, seg_image_kind kind, int planes)
{
    seg_image image;

    for (int gzip = 0; gzip < 2; gzip++) {
        test_bytes b = nifti_make(f);

        read_good(&image, bytes_write(gzip ? "k.nii.gz" : "k.nii", gzip ? gzip_make(b) : b), SEG_AS_AUTO);
        assert_int_equal(image.kind, kind);
        assert_int_equal(image.prob.planes, planes);
        if (kind == SEG_IMAGE_PROBABILITIES)
            assert_true((image.prob.prob != NULL) == (gzip == 1)); /* a raw map stays in its file */
        seg_image_free(&image);
    }
}

static void kinds_are_told_by_axes_and_values(void **state)
{
    static const double fractions[8] = {0, 1, 0, 0.25, 1, 0.5, 0, 0}, nearly[8] = {0.9995, 1, 0.0004, 2, 3, 3, 3, 0},
                        one_hot[8] = {1, 0, 0, 1, 0, 1, 1, 0};
    nifti_file f = {.dims = 3, .shape = {2, 2, 2}, .value = fractions, .type = 16};

    (void)state;
    check_kind(&f, SEG_IMAGE_PROBABILITIES, 1);
    f.value = nearly;
    check_kind(&f, SEG_IMAGE_LABELS, 0);
    f.value = fractions;
    f.dims = 4;
    f.shape[3] = 1; /* one entry is no axis */
    check_kind(&f, SEG_IMAGE_PROBABILITIES, 1);
    f.shape[2] = 1;
    f.shape[3] = 2;
    check_kind(&f, SEG_IMAGE_PROBABILITIES, 2);
    f.dims = 5;
    f.shape[3] = 1;
    f.shape[4] = 2;
    f.type = 64;
    check_kind(&f, SEG_IMAGE_PROBABILITIES, 2);
    f.value = one_hot; /* labels in the form of channels */
    check_kind(&f, SEG_IMAGE_LABELS, 0);
    f.value = NULL; /* 0 everywhere, which no classes are */
    assert_refused(bytes_write("k.nii", nifti_make(&f)), &AUTO, SEG_MISMATCH, "--channels independent");
}

static void the_same_probabilities_by_pieces_and_at_once(void **state)
{
    enum { N = 20 * 30 * 11 };
    static double value[N * 3];
    uint64_t seed = 7;
    nifti_file f = {.dims = 4, .shape = {20, 30, 11, 3}, .value = value};

    (void)state;
    for (int i = 0; i < N * 3; i++)
        value[i] = fixture_uniform(&seed);
    for (int i = 0; i < 4; i++) {
        f.type = i & 1 ? 64 : 16;
        f.big_endian = i & 2;
        seg_image file, memory;
        float a[5000], b[5000];

        read_good(&file, bytes_write("f.nii", nifti_make(&f)), SEG_AS_AUTO);
        read_good(&memory, bytes_write("m.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_AUTO);
        assert_null(file.prob.prob);
        for (int k = 0; k < 3; k++)
            assert_memory_equal(seg_probmap_block(&file.prob, k, 1000, 5000, a),
                                seg_probmap_block(&memory.prob, k, 1000, 5000, b), sizeof a);
        seg_image_free(&file);
        seg_image_free(&memory);
    }
}

static void doubt_names_the_options_that_settle_it(void **state)
{
    static const double logits[4] = {0, 1, -3.5, 2}, late[4] = {0, 5, 0.5, 0}, over[4] = {0, 0.5, 1.5, 1.25};
    nifti_file f = {.dims = 2, .shape = {2, 2}, .value = logits, .type = 16};
    test_bytes packed;

    (void)state;
    assert_refused(bytes_write("d.nii", nifti_make(&f)), &AUTO, SEG_READ,
                   "holds fractions from -3.5 to 2, neither labels nor probabilities (say --input logits");
    assert_refused(bytes_write("d.nii", nifti_make(&f)), &LABELS, SEG_READ,
                   "1 voxels are not whole numbers, the first "
                   "-3.5 at voxel (0, 1, 0)");
    f.value = late;
    assert_refused(bytes_write("d.nii", nifti_make(&f)), &AUTO, SEG_READ,
                   "(say --scale 100 if that means 1, --scale 255");
    f.value = over;
    packed = gzip_make(nifti_make(&f));
    assert_refused(bytes_write("d.nii.gz", packed), &AUTO, SEG_READ,
                   "holds 2 values outside [0, 1], from 1.25 to 1.5, the first at voxel (0, 1, 0)");
    packed = gzip_make(nifti_make(&f));
    assert_refused(bytes_write("d.nii.gz", packed), &PROB, SEG_READ, "holds 2 values outside [0, 1]");
}

/* Stretches of one value, longer than what is taken from a stream at a time, and one voxel amid them that differs. */
static void long_stretches_of_one_value(void **state)
{
    enum { N = 40 * 30 * 50 };
    double *x = calloc(N, sizeof *x);
    nifti_file f = {.dims = 3, .shape = {40, 30, 50}, .value = x};
    seg_error err = {0};

    (void)state;
    for (int i = 0; i < NIFTI_TYPES; i++)
        for (size_t odd = 0; odd < N; odd += 7919) {
            seg_image image;
            double *value;

            for (size_t k = 0; k < N; k++)
                x[k] = k < N / 2 ? 0 : 3;
            x[odd] = 2;
            f.type = nifti_types[i];
            assert_ok(seg_image_read(&image, bytes_write("s.nii", nifti_make(&f)), &AUTO, NULL, &err), &err);
            value = values_of(&image);
            assert_memory_equal(value, x, N * sizeof *x);
            free(value);
            seg_image_free(&image);
        }
    for (size_t k = 0; k < N; k++)
        x[k] = NAN;
    f.type = 16;
    assert_refused(bytes_write("s.nii", nifti_make(&f)), &LABELS, SEG_READ,
                   "60000 values are not finite, the first at "
                   "voxel (0, 0, 0)");
    for (size_t k = 0; k < N; k++)
        x[k] = 0.25;
    assert_refused(bytes_write("s.nii", nifti_make(&f)), &LABELS, SEG_READ, "60000 voxels are not whole numbers");
    free(x);
}

static void values_that_are_not_finite(void **state)
{
    static const double mask[4] = {0, 1, NAN, INFINITY}, map[4] = {0, 0.5, NAN, -INFINITY};
    nifti_file f = {.dims = 2, .shape = {2, 2}, .value = mask, .type = 16};
    seg_read_options keep = {.keep_nan = true};
    seg_image image;
    seg_error err = {0};
    double *value;

    (void)state;
    assert_refused(bytes_write("n.nii", nifti_make(&f)), &AUTO, SEG_READ,
                   "2 values are not finite, the first at voxel (0, 1, 0)");
    assert_refused(bytes_write("n.nii", nifti_make(&f)), &LABELS, SEG_READ, "(--nan skip leaves those voxels out");
    assert_ok(seg_image_read(&image, bytes_write("n.nii", nifti_make(&f)), &keep, NULL, &err), &err);
    assert_int_equal(image.kind, SEG_IMAGE_LABELS);
    assert_true(image.labels.value[0] == SEG_LABEL_NOT_FINITE);
    seg_image_free(&image);
    f.value = map;
    assert_refused(bytes_write("n.nii.gz", gzip_make(nifti_make(&f))), &AUTO, SEG_READ, "2 values are not finite");
    assert_ok(seg_image_read(&image, bytes_write("n.nii.gz", gzip_make(nifti_make(&f))), &keep, NULL, &err), &err);
    value = values_of(&image);
    assert_true(isnan(value[2]) && isinf(value[3]));
    free(value);
    seg_image_free(&image);
}

static void logits_become_probabilities(void **state)
{
    static const double x[6] = {-800, 2, 0, 1, 4, 800};
    nifti_file f = {.dims = 4, .shape = {2, 1, 1, 3}, .value = x, .type = 64};
    double want[6], one[2] = {-1, 3};

    (void)state;
    for (int i = 0; i < 2; i++) {
        double most = fmax(x[i], fmax(x[2 + i], x[4 + i])), sum = 0;

        for (int k = 0; k < 3; k++)
            sum += exp(x[2 * k + i] - most);
        for (int k = 0; k < 3; k++)
            want[2 * k + i] = exp(x[2 * k + i] - most) / sum;
    }
    /* rounded to float once */
    check_values(bytes_write("l.nii", nifti_make(&f)), SEG_AS_LOGITS, want, 6, 6e-8);
    check_values(bytes_write("l.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_LOGITS, want, 6, 6e-8);
    f = (nifti_file){.dims = 1, .shape = {2}, .value = one, .type = 16};
    want[0] = 1 / (1 + exp(1));
    want[1] = 1 / (1 + exp(-3));
    check_values(bytes_write("l.nii", nifti_make(&f)), SEG_AS_LOGITS, want, 2, 6e-8);
}

static void masks_of_0_and_255_are_marked(void **state)
{
    static const double mask[4] = {0, 255, 255, 0}, labels[4] = {0, 1, 255, 0};
    nifti_file f = {.dims = 2, .shape = {2, 2}, .value = mask};
    static const int types[] = {2, 4, 16};
    seg_image image;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        f.type = types[i];
        f.value = mask;
        read_good(&image, bytes_write("b.nii", nifti_make(&f)), SEG_AS_AUTO);
        assert_true(image.binary);
        seg_image_free(&image);
        f.value = labels;
        read_good(&image, bytes_write("b.nii", nifti_make(&f)), SEG_AS_AUTO);
        assert_false(image.binary);
        seg_image_free(&image);
    }
}

static void zero_and_one_can_be_asked_for_as_probabilities(void **state)
{
    static const double mask[4] = {0, 1, 1, 0};
    nifti_file f = {.dims = 2, .shape = {2, 2}, .value = mask};

    (void)state;
    check_values(bytes_write("b.nii", nifti_make(&f)), SEG_AS_PROBABILITIES, mask, 4, 0);
}

/* ---- headers that lie ---- */

typedef struct {
    int version;
    size_t at, n;
    const char *bytes;
    const char *sentence;
} lie;

static const lie LIES[] = {
    {1, 344, 4, "XXX\0", "magic bytes are wrong"},
    {1, 344, 4, "n+9\0", "magic bytes are wrong"},
    {1, 344, 4, "n+2\0", "magic bytes are wrong"},
    {1, 344, 4, "n+1X", "magic bytes are wrong"},
    {1, 344, 4, "\0\0\0\0", "is ANALYZE 7.5"},
    {1, 344, 4, "ni1\0", "is not named .hdr"},
    {2, 4, 8, "n+2\0\r\r\x1a\n", "magic bytes are wrong"},
    {1, 0, 4, "\0\0\0\0", "begins like none of the formats that are read"},
    {1, 0, 4, "\xe8\3\0\0", "begins like none of the formats that are read"},
    {1, 40, 2, "\0\0", "says it has 0 axes"},
    {1, 40, 2, "\x08\0", "says it has 8 axes"},
    {1, 40, 2, "\xff\xff", "says it has -1 axes"},
    {2, 16, 8, "\xe8\3\0\0\0\0\0\0", "says it has 1000 axes"},
    {2, 16, 8, "\0\0\0\0\0\1\0\0", "says it has 1099511627776 axes"},
    {2, 16, 8, "\xff\xff\xff\xff\xff\xff\xff\xff", "says it has -1 axes"},
    {1, 44, 2, "\0\0", "says axis 2 has 0 voxels"},
    {1, 44, 2, "\xff\xff", "says axis 2 has -1 voxels"},
    {2, 32, 8, "\0\0\0\0\0\0\0\x80", "says axis 2 has -9223372036854775808 voxels"},
    {2, 24, 8, "\x40\0\0\0\0\0\0\x40", "more than 2147483648 voxels"},
    {1, 42, 6, "\xff\x7f\xff\x7f\xff\x7f", "more than 2147483648 voxels"},
    {1, 42, 4, "\xff\x7f\xff\x7f", "is truncated"},
    {1, 70, 2, "\x20\0", "holds complex numbers"},
    {1, 70, 2, "\x80\0", "holds RGB colours"},
    {1, 70, 2, "\0\x09", "holds RGBA colours"},
    {1, 70, 2, "\0\x06", "holds float128 numbers"},
    {1, 70, 2, "\0\0", "says its voxels are of type 0"},
    {1, 70, 2, "\xff\xff", "says its voxels are of type -1"},
    {1, 108, 4, "\0\0\0\0", "start at byte 0, a whole number from 352 on"},
    {1, 108, 4, "\0\0\xae\x43", "start at byte 348"},
    {1, 108, 4, "\0\x80\xae\x43", "start at byte 349"},
    {1, 108, 4, "\0\x40\xb0\x43", "start at byte 352.5"},
    {1, 108, 4, "\0\0\xb0\xc3", "start at byte -352"},
    {1, 108, 4, "\0\0\xc0\x7f", "start at byte nan"},
    {1, 108, 4, "\0\0\x80\x7f", "start at byte inf"},
    {1, 108, 4, "\0\0\x80\xff", "start at byte -inf"},
    {1, 108, 4, "\xca\xf2\x49\x71", "start at byte 1e+30"},
    {1, 108, 4, "\0\0\0\x4f", "is truncated"},
    {2, 168, 8, "\x1c\2\0\0\0\0\0\0", "start at byte 540, a whole number from 544 on"},
    {2, 168, 8, "\0\0\0\0\0\0\0\x80", "start at byte -9.22337e+18"},
    {2, 504, 4, "\xb9\x0b\0\0", "is CIFTI"},
};

static void every_lie_of_a_header_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof LIES / sizeof *LIES; i++) {
        nifti_file f = some();
        test_bytes b;

        f.version = LIES[i].version;
        b = nifti_make(&f);
        memcpy(b.at + LIES[i].at, LIES[i].bytes, LIES[i].n);
        assert_refused(bytes_write("lie.nii", b), &AUTO, SEG_READ, LIES[i].sentence);
    }
}

static void too_many_axes_are_refused(void **state)
{
    nifti_file f = {.dims = 5, .shape = {2, 2, 2, 2, 2}};

    (void)state;
    assert_refused(bytes_write("5.nii", nifti_make(&f)), &AUTO, SEG_MISMATCH, "two axes beside those of space, 2 x 2");
    f = (nifti_file){.dims = 6, .shape = {2, 2, 2, 1, 1, 2}};
    assert_refused(bytes_write("6.nii", nifti_make(&f)), &AUTO, SEG_READ, "has 6 axes with more than one entry");
    f = (nifti_file){.dims = 6, .shape = {1, 1, 1, 1, 2, 2}};
    assert_refused(bytes_write("6.nii", nifti_make(&f)), &AUTO, SEG_READ, "is CIFTI");
    f = (nifti_file){.dims = 4, .shape = {2, 2, 2, 3}};
    assert_refused(bytes_write("4.nii", nifti_make(&f)), &LABELS, SEG_MISMATCH, "has 3 channels of 0 and 1");
    f = (nifti_file){.version = 2, .dims = 4, .shape = {1, 1, 2, 70000}};
    assert_refused(bytes_write("4.nii", nifti_make(&f)), &AUTO, SEG_READ, "says it has more than 65534 classes");
}

static void trailing_axes_of_one_are_dropped(void **state)
{
    nifti_file f = {.dims = 7, .shape = {5, 3, 2, 1, 1, 1, 1}, .value = SOME};

    (void)state;
    check_values(bytes_write("7.nii", nifti_make(&f)), SEG_AS_AUTO, SOME, 30, 0);
}

/* A 400-byte file that says it needs gigabytes dies before they are asked for. */
static void a_packed_file_cannot_promise_more_than_deflate_can_hold(void **state)
{
    nifti_file f = {.dims = 1, .shape = {4}};
    test_bytes b = nifti_make(&f);

    (void)state;
    memcpy(b.at + 40, "\3\0\0\4\0\4\0\4", 8); /* 1024 x 1024 x 1024 */
    assert_refused(bytes_write("bomb.nii.gz", gzip_make(b)), &AUTO, SEG_READ, "too small even for packed data");
}

static void the_memory_budget_is_kept(void **state)
{
    static double value[64 * 64 * 64];
    nifti_file f = {.dims = 4, .shape = {64, 64, 32, 2}, .value = value, .type = 16};
    seg_read_options little = {.memory = (1 << 20) - 1, .as = SEG_AS_PROBABILITIES};

    (void)state;
    assert_refused(bytes_write("m.nii.gz", gzip_make(nifti_make(&f))), &little, SEG_MEMORY,
                   "its probabilities take 1.0 MB, at most 1.0 MB were wanted (raise --memory)");
    little.as = SEG_AS_LOGITS;
    assert_refused(bytes_write("m.nii", nifti_make(&f)), &little, SEG_MEMORY, "raise --memory");
    f = (nifti_file){.dims = 3, .shape = {1, 2, 200000}, .version = 2};
    little = (seg_read_options){.memory = 1 << 20};
    assert_refused(bytes_write("m.nii", nifti_make(&f)), &little, SEG_MEMORY, "its rows take");
}

static void other_offsets_and_extensions_are_skipped(void **state)
{
    static const double offsets[] = {353, 368, 4096, 1000003};

    (void)state;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        nifti_file f = some();

        f.offset = offsets[i];
        f.type = i & 1 ? 64 : 4; /* and voxels may lie at odd addresses */
        check_values(bytes_write("e.nii", nifti_make(&f)), SEG_AS_AUTO, SOME, 30, 0);
        check_values(bytes_write("e.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_AUTO, SOME, 30, 0);
    }
}

static void a_wrong_bitpix_is_only_remarked(void **state)
{
    nifti_file f = some();
    test_bytes b = nifti_make(&f);
    remarks said = {0};
    seg_warnings notes = {keep_remark, &said};
    seg_image image;
    seg_error err = {0};

    (void)state;
    b.at[72] = 32;
    assert_ok(seg_image_read(&image, bytes_write("b.nii", b), &AUTO, &notes, &err), &err);
    assert_non_null(strstr(said.text, "header says 32 bits per voxel, uint8 has 8"));
    seg_image_free(&image);
}

/* Rows longer than any buffer of the reader. */
static void long_rows_are_whole(void **state)
{
    enum { N = 700001 };
    double *value = calloc(N, sizeof *value);
    nifti_file f = {.version = 2, .dims = 2, .shape = {N, 1}, .value = value};

    (void)state;
    for (int i = 0; i < N; i++)
        value[i] = i / 1000 % 100;
    for (int i = 0; i < NIFTI_TYPES; i++) {
        f.type = nifti_types[i];
        f.big_endian = i & 1;
        check_values(bytes_write("long.nii", nifti_make(&f)), SEG_AS_AUTO, value, N, 0);
        check_values(bytes_write("long.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_AUTO, value, N, 0);
    }
    free(value);
}

/* Noise takes more memory as runs than as voxels. */
static void labels_that_outgrow_the_budget_are_refused(void **state)
{
    enum { N = 9 << 20 };
    double *value = calloc(N, sizeof *value);
    nifti_file f = {.version = 2, .dims = 2, .shape = {4096, N / 4096}, .value = value};
    seg_read_options little = {.memory = 40 << 20};

    (void)state;
    for (int i = 0; i < N; i++)
        value[i] = i % 2;
    assert_refused(bytes_write("noise.nii", nifti_make(&f)), &little, SEG_MEMORY, "its labels take");
    free(value);
}

/* ---- files that end early or change ---- */

/* The gzip data are whole and their checksum is right, but they are not what the header promised. */
static void whole_gzip_data_of_half_an_image(void **state)
{
    static const double value[2000];
    nifti_file f = {.dims = 1, .shape = {2000}, .value = value}, p = {.dims = 4, .shape = {10, 10, 10, 2}, .type = 16};
    test_bytes half = nifti_make(&f);

    (void)state;
    half.n -= 1000;
    assert_refused(bytes_write("half.nii.gz", gzip_make(half)), &AUTO, SEG_READ, "ends at least 1000 bytes too early");
    half = nifti_make(&p);
    half.n -= 40;
    assert_refused(bytes_write("half.nii.gz", gzip_make(half)), &AUTO, SEG_READ, "bytes too early");
    f.offset = 4000;
    half = nifti_make(&f);
    half.n = 1000;
    assert_refused(bytes_write("half.nii.gz", gzip_make(half)), &AUTO, SEG_READ, "bytes too early");
}

static void a_wrong_class_value_names_its_class(void **state)
{
    static double value[24];
    nifti_file f = {.dims = 5, .shape = {2, 3, 2, 1, 2}, .value = value};

    (void)state;
    value[12 + 7] = 3;
    assert_refused(bytes_write("c.nii.gz", gzip_make(nifti_make(&f))), &(seg_read_options){.as = SEG_AS_PROBABILITIES},
                   SEG_READ, "1 values outside [0, 1], from 3 to 3, the first at voxel (1, 0, 1) of class 1");
    value[12 + 7] = 0;
}

static void bytes_behind_the_voxels_are_remarked(void **state)
{
    nifti_file f = some();
    remarks said = {0};
    seg_warnings notes = {keep_remark, &said};
    seg_error err = {0};

    (void)state;
    for (int gzip = 0; gzip < 2; gzip++) {
        test_bytes b = bytes_join(nifti_make(&f), bytes_copy("12345", 5));
        seg_image image;

        assert_ok(seg_image_read(&image, bytes_write("b.nii", gzip ? gzip_make(b) : b), &AUTO, &notes, &err), &err);
        assert_non_null(strstr(said.text, "5 bytes behind the voxels are ignored"));
        assert_int_equal(said.n, gzip + 1);
        seg_image_free(&image);
    }
}

static void cut_everywhere(test_bytes whole, const char *name, const seg_read_options *options)
{
    for (size_t n = 0; n < whole.n; n++) {
        seg_image image;
        seg_error err = {0};
        seg_status st = seg_image_read(&image, bytes_write(name, bytes_copy(whole.at, n)), options, NULL, &err);

        if (st == SEG_OK || err.text[0] == 0) {
            print_error("%s cut at %zu of %zu was read\n", name, n, whole.n);
            fail();
        }
    }
    free(whole.at);
}

static void no_truncated_file_is_read(void **state)
{
    nifti_file f = some(), p = {.dims = 4, .shape = {3, 2, 1, 2}, .type = 16};

    (void)state;
    cut_everywhere(nifti_make(&f), "t.nii", &AUTO);
    cut_everywhere(gzip_make(nifti_make(&f)), "t.nii.gz", &AUTO);
    cut_everywhere(nifti_make(&p), "t.nii", &AUTO);
    cut_everywhere(nifti_make(&p), "t.nii", &LOGITS);
    cut_everywhere(gzip_make(nifti_make(&p)), "t.nii.gz", &AUTO);
    f.version = 2;
    cut_everywhere(nifti_make(&f), "t.nii", &AUTO);
    f.pair = true;
    write_pair(&f, true);
    cut_everywhere(gzip_make(nifti_make_voxels(&f)), "pair.img.gz", &AUTO);
    write_pair(&f, true);
    cut_everywhere(gzip_make(nifti_make_header(&f)), "pair.hdr.gz", &AUTO);
    write_pair(&f, false);
    cut_everywhere(nifti_make_voxels(&f), "pair.img", &AUTO);
}

/* A bit may pad the last byte, or lead a match to a place that holds the same; what is read is the same then. In the
 * checksum and the length no bit may change, and of the member's header only those of time, system and hints. */
static void a_flipped_bit_of_a_packed_file_changes_nothing_or_is_noticed(void **state)
{
    nifti_file f = some();
    test_bytes whole = gzip_make(nifti_make(&f));
    int unnoticed_header = 0, unnoticed_trailer = 0;

    (void)state;
    for (size_t i = 0; i < whole.n * 8; i++) {
        seg_image image;
        seg_error err = {0};
        test_bytes b = bytes_copy(whole.at, whole.n);
        seg_status st;

        b.at[i / 8] ^= (uint8_t)(1 << i % 8);
        st = seg_image_read(&image, bytes_write("flip.nii.gz", b), &AUTO, NULL, &err);
        assert_true(st == SEG_OK || st == SEG_READ);
        if (st == SEG_OK) {
            double *value = values_of(&image);

            unnoticed_header += i / 8 < 10;
            unnoticed_trailer += i / 8 >= whole.n - 8;
            for (int k = 0; k < 30; k++)
                assert_near(value[k], SOME[k], 0, 0);
            free(value);
        }
        seg_image_free(&image);
    }
    assert_int_equal(unnoticed_header, 6 * 8 + 1);
    assert_int_equal(unnoticed_trailer, 0);
    free(whole.at);
}

static void a_map_that_shrinks_while_it_is_used_is_an_error(void **state)
{
    nifti_file f = {.dims = 4, .shape = {30, 20, 10, 2}, .type = 16};
    const char *path = bytes_write("shrink.nii", nifti_make(&f));
    seg_image image;
    seg_error err = {0};
    float some_values[100];

    (void)state;
    read_good(&image, path, SEG_AS_PROBABILITIES);
    assert_ok(seg_probmap_check(&image.prob, &err), &err);
    assert_int_equal(truncate(path, 1000), 0);
    (void)seg_probmap_block(&image.prob, 1, 3000, 100, some_values);
    assert_int_equal(seg_probmap_check(&image.prob, &err), SEG_READ);
    assert_non_null(strstr(err.text, "became shorter while it was read"));
    seg_image_free(&image);
}

static void a_map_that_is_rewritten_while_it_is_used_is_an_error(void **state)
{
    nifti_file f = {.dims = 4, .shape = {30, 20, 10, 2}, .type = 16};
    seg_image image;
    seg_error err = {0};

    (void)state;
    read_good(&image, bytes_write("again.nii", nifti_make(&f)), SEG_AS_PROBABILITIES);
    usleep(20000); /* the file system's clock ticks every few milliseconds */
    bytes_write("again.nii", nifti_make(&f));
    assert_int_equal(seg_probmap_check(&image.prob, &err), SEG_READ);
    assert_non_null(strstr(err.text, "was changed while it was read"));
    seg_image_free(&image);
}

static void only_the_exact_sibling_of_a_pair_is_opened(void **state)
{
    nifti_file f = some();

    (void)state;
    f.pair = true;
    bytes_write("alone.hdr", nifti_make_header(&f));
    bytes_write("alone.img.gz", gzip_make(nifti_make_voxels(&f)));
    assert_refused(test_path("alone.hdr"), &AUTO, SEG_READ, "alone.img: cannot be opened");
    f.pair = false;
    bytes_write("other.nii.gz", gzip_make(nifti_make(&f)));
    assert_refused(test_path("other.nii"), &AUTO, SEG_READ, "other.nii: cannot be opened: No such file");
    bytes_write("lost.hdr", bytes_copy("?", 1));
    bytes_write("lost.img", nifti_make_voxels(&f));
    assert_refused(test_path("lost.img"), &AUTO, SEG_READ, "lost.hdr: is a file that begins like none");
}

static int begin(void **state)
{
    (void)state;
    test_folder_make();
    return 0;
}

static int end(void **state)
{
    (void)state;
    test_folder_remove();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_order_version_and_container_reads_the_same_labels),
        cmocka_unit_test(every_type_reads_the_same_probabilities),
        cmocka_unit_test(extreme_labels_survive),
        cmocka_unit_test(labels_beyond_2_to_53_are_refused),
        cmocka_unit_test(slope_and_intercept_are_applied_in_double),
        cmocka_unit_test(scaled_labels_are_rounded_within_a_thousandth),
        cmocka_unit_test(slopes_that_mean_no_scaling),
        cmocka_unit_test(agrees_with_nifticlib),
        cmocka_unit_test(singleton_axes_move_to_the_end_with_their_geometry),
        cmocka_unit_test(spacing_comes_from_the_option_then_pixdim),
        cmocka_unit_test(metres_and_micrometres_become_millimetres),
        cmocka_unit_test(an_sform_without_spacing_is_remarked_and_pixdim_wins),
        cmocka_unit_test(kinds_are_told_by_axes_and_values),
        cmocka_unit_test(the_same_probabilities_by_pieces_and_at_once),
        cmocka_unit_test(doubt_names_the_options_that_settle_it),
        cmocka_unit_test(long_stretches_of_one_value),
        cmocka_unit_test(values_that_are_not_finite),
        cmocka_unit_test(logits_become_probabilities),
        cmocka_unit_test(masks_of_0_and_255_are_marked),
        cmocka_unit_test(zero_and_one_can_be_asked_for_as_probabilities),
        cmocka_unit_test(every_lie_of_a_header_is_told),
        cmocka_unit_test(too_many_axes_are_refused),
        cmocka_unit_test(trailing_axes_of_one_are_dropped),
        cmocka_unit_test(a_packed_file_cannot_promise_more_than_deflate_can_hold),
        cmocka_unit_test(the_memory_budget_is_kept),
        cmocka_unit_test(other_offsets_and_extensions_are_skipped),
        cmocka_unit_test(a_wrong_bitpix_is_only_remarked),
        cmocka_unit_test(long_rows_are_whole),
        cmocka_unit_test(labels_that_outgrow_the_budget_are_refused),
        cmocka_unit_test(whole_gzip_data_of_half_an_image),
        cmocka_unit_test(a_wrong_class_value_names_its_class),
        cmocka_unit_test(bytes_behind_the_voxels_are_remarked),
        cmocka_unit_test(no_truncated_file_is_read),
        cmocka_unit_test(a_flipped_bit_of_a_packed_file_changes_nothing_or_is_noticed),
        cmocka_unit_test(a_map_that_shrinks_while_it_is_used_is_an_error),
        cmocka_unit_test(a_map_that_is_rewritten_while_it_is_used_is_an_error),
        cmocka_unit_test(only_the_exact_sibling_of_a_pair_is_opened),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
