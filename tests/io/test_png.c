/* test_png.c - samples come out of a PNG as they were put in, whatever its colours say. */
#include "image_of.h"

#include "support/write_png.h"

static const seg_read_options AUTO = {0}, PROB = {.as = SEG_AS_PROBABILITIES}, LOGITS = {.as = SEG_AS_LOGITS},
                              LABELS = {.as = SEG_AS_LABELS};

static uint16_t sample[64 * 64 * 4];

/* Random samples of this depth, one in `channels` repeated for all colours when they must agree. */
static void fill_samples(uint64_t seed, unsigned below)
{
    for (size_t i = 0; i < sizeof sample / sizeof *sample; i++)
        sample[i] = (uint16_t)(fixture_random(&seed) % below);
}

static const char *write_image(const png_file *f)
{
    return bytes_write("a.png", png_make(f));
}

static void check_labels(const png_file *f, size_t channels)
{
    seg_image image;
    double *value;

    read_good(&image, write_image(f), SEG_AS_LABELS);
    assert_int_equal(image.kind, SEG_IMAGE_LABELS);
    assert_int_equal(image.labels.grid.n[2], 1);
    assert_false(image.labels.grid.has_mm);
    value = values_of(&image);
    for (size_t i = 0; i < f->width * f->height; i++)
        assert_near(value[i], f->sample[i * channels], 0, 0);
    free(value);
    seg_image_free(&image);
}

static void every_depth_interlaced_or_not(void **state)
{
    static const size_t sizes[][2] = {{1, 1}, {7, 5}, {8, 8}, {3, 17}, {33, 2}, {60, 40}, {1, 9}, {9, 1}};

    (void)state;
    for (int depth = 1; depth <= 16; depth *= 2)
        for (int interlaced = 0; interlaced < 2; interlaced++)
            for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
                png_file f = {.width = sizes[i][0],
                              .height = sizes[i][1],
                              .depth = depth,
                              .interlaced = interlaced,
                              .sample = sample};

                fill_samples((uint64_t)depth, 1u << depth);
                check_labels(&f, 1);
            }
}

static void a_palette_index_is_the_label(void **state)
{
    (void)state;
    for (int depth = 1; depth <= 8; depth *= 2) {
        png_file f = {
            .width = 30, .height = 20, .depth = depth, .colour = 3, .sample = sample, .palette = (size_t)1 << depth};

        fill_samples(5, 1u << depth);
        check_labels(&f, 1);
        f.interlaced = true;
        check_labels(&f, 1);
        f.extra = "gAMA";
        f.extra_data = "\0\0\xb1\x8f";
        f.extra_bytes = 4;
        check_labels(&f, 1);
    }
}

static void an_index_beyond_the_palette_is_refused(void **state)
{
    (void)state;
    for (int depth = 2; depth <= 8; depth *= 2) {
        png_file f = {.width = 6, .height = 2, .depth = depth, .colour = 3, .sample = sample, .palette = 3};

        memset(sample, 0, sizeof sample);
        sample[8] = 2;
        check_labels(&f, 1);
        sample[9] = 3;
        assert_refused(write_image(&f), &AUTO, SEG_READ, "row 1 uses palette entry 3 of 3");
    }
}

/* Gamma, significant bits, transparency and colour profile say how to show a number, not what it is. */
static void colour_chunks_change_no_label(void **state)
{
    static const struct {
        const char *name, *data;
        size_t n;
    } CHUNKS[] = {{"gAMA", "\0\0\xb1\x8f", 4}, {"sBIT", "\3", 1},   {"tRNS", "\0\5", 2},           {"bKGD", "\0\1", 2},
                  {"sRGB", "\0", 1},           {"tEXt", "a\0b", 3}, {"acTL", "\0\0\0\1\0\0\0", 8}, {"zzZz", "?", 1}};

    (void)state;
    fill_samples(11, 256);
    for (size_t i = 0; i < sizeof CHUNKS / sizeof *CHUNKS; i++) {
        png_file f = {.width = 20,
                      .height = 20,
                      .depth = 8,
                      .sample = sample,
                      .extra = CHUNKS[i].name,
                      .extra_data = CHUNKS[i].data,
                      .extra_bytes = CHUNKS[i].n};

        check_labels(&f, 1);
    }
}

static void colours_that_agree_are_labels_and_others_are_refused(void **state)
{
    static const struct {
        int colour, channels;
    } KINDS[] = {{2, 3}, {4, 2}, {6, 4}};

    (void)state;
    for (size_t kind = 0; kind < 3; kind++)
        for (int depth = 8; depth <= 16; depth += 8) {
            size_t c = (size_t)KINDS[kind].channels;
            png_file f = {.width = 9, .height = 7, .depth = depth, .colour = KINDS[kind].colour, .sample = sample};

            for (size_t i = 0; i < 63; i++)
                for (size_t k = 0; k < c; k++)
                    sample[i * c + k] = (uint16_t)(k + 1 == c && c != 3 ? 200 : i % 5);
            check_labels(&f, c);
            f.interlaced = true;
            check_labels(&f, c);
            sample[31 * c + c - 1]++;
            assert_refused(write_image(&f), &AUTO, SEG_READ,
                           c == 3 ? "pixel (4, 3) has a colour" : "transparency changes at pixel (4, 3)");
        }
}

static void many_values_are_doubtful(void **state)
{
    png_file f = {.width = 64, .height = 64, .depth = 16, .sample = sample};
    seg_image image;

    (void)state;
    for (unsigned i = 0; i < 4096; i++)
        sample[i] = (uint16_t)(i % 256 * 250);
    assert_refused(write_image(&f), &AUTO, SEG_MISMATCH, "has 256 different values");
    assert_refused(write_image(&f), &AUTO, SEG_MISMATCH, "(say --input prob, --input labels, or --objects instances)");
    read_good(&image, write_image(&f), SEG_AS_LABELS);
    assert_int_equal(image.labels.values, 256);
    seg_image_free(&image);
    for (unsigned i = 0; i < 4096; i++)
        sample[i] = (uint16_t)(i % 2000);
    assert_refused(write_image(&f), &AUTO, SEG_MISMATCH, "ids of instances, or labels?");
}

static void grey_is_a_probability_when_asked(void **state)
{
    (void)state;
    for (int depth = 1; depth <= 16; depth *= 2) {
        png_file f = {.width = 40, .height = 30, .depth = depth, .sample = sample};
        double full = (double)((1u << depth) - 1);
        seg_image image;

        fill_samples((uint64_t)depth, 1u << depth);
        read_good(&image, write_image(&f), SEG_AS_PROBABILITIES);
        assert_int_equal(image.prob.planes, 1);
        for (size_t i = 0; i < 1200; i++)
            assert_true(image.prob.prob[i] == (float)(sample[i] / full));
        seg_image_free(&image);
    }
}

static void what_a_png_cannot_hold_is_refused(void **state)
{
    png_file f = {.width = 4, .height = 4, .depth = 8, .colour = 3, .sample = sample, .palette = 256};

    (void)state;
    fill_samples(1, 9);
    assert_refused(write_image(&f), &PROB, SEG_READ, "is a palette PNG");
    f.colour = 0;
    f.palette = 0;
    assert_refused(write_image(&f), &LOGITS, SEG_READ, "cannot hold logits");
    assert_refused(bytes_write("a.png.gz", gzip_make(png_make(&f))), &AUTO, SEG_READ, "is a PNG image inside gzip");
}

static void masks_of_black_and_white_are_marked(void **state)
{
    seg_image image;

    (void)state;
    for (int depth = 1; depth <= 16; depth *= 2) {
        png_file f = {.width = 4, .height = 4, .depth = depth, .sample = sample};

        for (int i = 0; i < 16; i++)
            sample[i] = (uint16_t)(i % 3 ? (1u << depth) - 1 : 0);
        read_good(&image, write_image(&f), SEG_AS_AUTO);
        assert_true(image.binary == (depth > 1)); /* 0 and 1 need no mark */
        seg_image_free(&image);
        f.colour = 3; /* in a palette, 255 is a class like any other: VOC's void */
        f.palette = 256;
        f.depth = 8;
        for (int i = 0; i < 16; i++)
            sample[i] = i % 3 ? 255 : 0;
        read_good(&image, write_image(&f), SEG_AS_AUTO);
        assert_false(image.binary);
        seg_image_free(&image);
    }
}

static void a_spacing_option_gives_millimetres(void **state)
{
    png_file f = {.width = 4, .height = 3, .depth = 8, .sample = sample};
    seg_read_options given = {.has_spacing = true, .spacing = {0.5, 0.25, 0}};
    seg_image image;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_image_read(&image, write_image(&f), &given, NULL, &err), &err);
    assert_true(image.labels.grid.has_mm);
    assert_near(image.labels.grid.mm[0], 0.5, 0, 0);
    assert_near(image.labels.grid.mm[1], 0.25, 0, 0);
    assert_near(image.labels.grid.mm[2], 1, 0, 0);
    seg_image_free(&image);
}

/* ---- damage ---- */

static void no_truncated_png_is_read(void **state)
{
    (void)state;
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        png_file f = {.width = 7, .height = 5, .depth = 8, .sample = sample, .interlaced = interlaced};
        test_bytes whole;

        fill_samples(3, 256);
        whole = png_make(&f);
        for (size_t n = 0; n < whole.n; n++) {
            seg_image image;
            seg_error err = {0};

            if (seg_image_read(&image, bytes_write("t.png", bytes_copy(whole.at, n)), &AUTO, NULL, &err) != SEG_READ)
                fail_msg("cut at %zu of %zu: %s", n, whole.n, err.text);
        }
        free(whole.at);
    }
}

static void every_flipped_bit_of_a_png_is_noticed(void **state)
{
    png_file f = {.width = 7, .height = 5, .depth = 4, .colour = 3, .palette = 16, .sample = sample};
    test_bytes whole;
    int unnoticed = 0;

    (void)state;
    fill_samples(3, 16);
    whole = png_make(&f);
    for (size_t i = 0; i < whole.n * 8; i++) {
        seg_image image;
        seg_error err = {0};
        test_bytes b = bytes_copy(whole.at, whole.n);

        b.at[i / 8] ^= (uint8_t)(1 << i % 8);
        unnoticed += seg_image_read(&image, bytes_write("f.png", b), &LABELS, NULL, &err) == SEG_OK;
        seg_image_free(&image);
    }
    assert_int_equal(unnoticed, 0); /* every chunk of this file is needed and has a CRC */
    free(whole.at);
}

static void damage_has_a_sentence(void **state)
{
    png_file f = {.width = 7, .height = 5, .depth = 8, .sample = sample};
    test_bytes good;

    (void)state;
    fill_samples(3, 256);
    good = png_make(&f);
    test_bytes b = bytes_copy(good.at, good.n);
    b.at[29] ^= 1;
    assert_refused(bytes_write("d.png", b), &AUTO, SEG_READ, "PNG data is damaged (IHDR: CRC error)");
    b = bytes_copy(good.at, good.n);
    b.at[good.n - 13] ^= 1;
    assert_refused(bytes_write("d.png", b), &AUTO, SEG_READ, "PNG data is damaged (IDAT: CRC error)");
    b = bytes_copy(good.at, good.n - 12);
    assert_refused(bytes_write("d.png", b), &AUTO, SEG_READ, "ends 8 bytes too early");
    free(good.at);
}

static void bytes_behind_the_end_are_remarked(void **state)
{
    png_file f = {.width = 7, .height = 5, .depth = 8, .sample = sample};
    remarks said = {0};
    seg_warnings notes = {keep_remark, &said};
    seg_image image;
    seg_error err = {0};

    (void)state;
    fill_samples(3, 256);
    assert_ok(
        seg_image_read(&image, bytes_write("e.png", bytes_join(png_make(&f), png_make(&f))), &LABELS, &notes, &err),
        &err);
    assert_int_equal(said.n, 1);
    assert_non_null(strstr(said.text, "are ignored"));
    seg_image_free(&image);
}

static void an_animation_and_a_gamma_are_remarked(void **state)
{
    static const struct {
        const char *chunk;
        seg_read_as as;
        int remarks;
    } CASES[] = {{"acTL", SEG_AS_LABELS, 1},        {"acTL", SEG_AS_PROBABILITIES, 1},
                 {"gAMA", SEG_AS_LABELS, 0},        {"gAMA", SEG_AS_PROBABILITIES, 1},
                 {"sBIT", SEG_AS_PROBABILITIES, 1}, {"tEXt", SEG_AS_PROBABILITIES, 0}};

    (void)state;
    fill_samples(3, 256);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        png_file f = {.width = 7,
                      .height = 5,
                      .depth = 8,
                      .sample = sample,
                      .extra = CASES[i].chunk,
                      .extra_data = "\0\0\xb1\x8f\0\0\0\0",
                      .extra_bytes = 8};
        seg_read_options options = {.as = CASES[i].as};
        remarks said = {0};
        seg_warnings notes = {keep_remark, &said};
        seg_image image;
        seg_error err = {0};

        assert_ok(seg_image_read(&image, write_image(&f), &options, &notes, &err), &err);
        assert_int_equal(said.n, CASES[i].remarks);
        seg_image_free(&image);
    }
}

/* Sixty bytes that claim gigabytes: refused or skipped before anything is allocated. */
static void chunks_and_sizes_that_claim_memory(void **state)
{
    static const uint8_t vast[13] = {0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 6, 0, 0, 0}; /* 60000 x 60000 RGBA */
    static const uint8_t wide[13] = {0, 1, 0, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0};             /* 65536 x 1 */
    test_bytes head = bytes_copy("\x89PNG\r\n\x1a\n", 8), text;

    (void)state;
    assert_refused(
        bytes_write("v.png", bytes_join(bytes_join(head, png_chunk("IHDR", vast, 13)), png_chunk("IDAT", "x", 1))),
        &AUTO, SEG_READ, "at most 268435456");
    head = bytes_copy("\x89PNG\r\n\x1a\n", 8);
    assert_refused(bytes_write("w.png", bytes_join(head, png_chunk("IHDR", wide, 13))), &AUTO, SEG_READ,
                   "PNG data is damaged");
    png_file f = {.width = 60, .height = 60, .depth = 8, .sample = sample};
    head = png_make(&f);
    text = png_chunk("tEXt", "a\0b", 3);
    memcpy(text.at, "\x7f\xff\xff\xf0", 4);
    assert_refused(bytes_write("t.png", bytes_join(bytes_copy(head.at, 33), text)), &AUTO, SEG_READ, "too early");
    free(head.at);
}

static void a_small_file_cannot_promise_a_large_image(void **state)
{
    static const uint8_t large[13] = {0, 0, 0x3a, 0x98, 0, 0, 0x3a, 0x98, 8, 0, 0, 0, 0}; /* 15000 x 15000 */
    test_bytes head = bytes_copy("\x89PNG\r\n\x1a\n", 8);

    (void)state;
    assert_refused(
        bytes_write("l.png", bytes_join(bytes_join(head, png_chunk("IHDR", large, 13)), png_chunk("IDAT", "x", 1))),
        &AUTO, SEG_READ, "15000 x 15000 pixels, but is too small even for packed data");
}

static void other_formats_are_named(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *sentence;
    } FILES[] = {
        {"\xff\xd8\xff\xe0....", 8, "is a JPEG image"},
        {"GIF89a..", 8, "is a GIF image"},
        {"BM......", 8, "is a BMP image"},
        {"\xfd"
         "7zXZ\0..",
         8, "is an xz file"},
        {"\x89PNG\n\x1a\n.", 8, "whose line ends were changed"},
        {"hello world", 11, "begins like none of the formats"},
        {"x", 1, "begins like none of the formats"},
    };
    test_bytes dicom = {calloc(200, 1), 200};

    (void)state;
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        assert_refused(bytes_write("x.png", bytes_copy(FILES[i].bytes, FILES[i].n)), &AUTO, SEG_READ,
                       FILES[i].sentence);
        assert_refused(bytes_write("x.nii.gz", gzip_make(bytes_copy(FILES[i].bytes, FILES[i].n))), &AUTO, SEG_READ,
                       FILES[i].sentence);
    }
    memcpy(dicom.at + 128, "DICM", 4);
    assert_refused(bytes_write("x.dcm", dicom), &AUTO, SEG_READ, "is a DICOM file");
}

/* The content decides, not the name. */
static void a_png_named_nii_is_a_png(void **state)
{
    png_file f = {.width = 7, .height = 5, .depth = 8, .sample = sample};
    static const double some[2] = {1, 2};
    nifti_file n = {.dims = 1, .shape = {2}, .value = some};
    seg_image image;

    (void)state;
    fill_samples(3, 5);
    read_good(&image, bytes_write("really.nii.gz", png_make(&f)), SEG_AS_AUTO);
    assert_int_equal(image.labels.grid.n[0], 7);
    seg_image_free(&image);
    read_good(&image, bytes_write("really.png", nifti_make(&n)), SEG_AS_AUTO);
    assert_int_equal(image.labels.grid.n[0], 2);
    seg_image_free(&image);
    read_good(&image, bytes_write("plain.nii.gz", nifti_make(&n)), SEG_AS_AUTO);
    seg_image_free(&image);
    read_good(&image, bytes_write("packed.nii", gzip_make(nifti_make(&n))), SEG_AS_AUTO);
    seg_image_free(&image);
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
        cmocka_unit_test(every_depth_interlaced_or_not),
        cmocka_unit_test(a_palette_index_is_the_label),
        cmocka_unit_test(an_index_beyond_the_palette_is_refused),
        cmocka_unit_test(colour_chunks_change_no_label),
        cmocka_unit_test(colours_that_agree_are_labels_and_others_are_refused),
        cmocka_unit_test(many_values_are_doubtful),
        cmocka_unit_test(grey_is_a_probability_when_asked),
        cmocka_unit_test(what_a_png_cannot_hold_is_refused),
        cmocka_unit_test(masks_of_black_and_white_are_marked),
        cmocka_unit_test(a_spacing_option_gives_millimetres),
        cmocka_unit_test(no_truncated_png_is_read),
        cmocka_unit_test(every_flipped_bit_of_a_png_is_noticed),
        cmocka_unit_test(damage_has_a_sentence),
        cmocka_unit_test(bytes_behind_the_end_are_remarked),
        cmocka_unit_test(an_animation_and_a_gamma_are_remarked),
        cmocka_unit_test(chunks_and_sizes_that_claim_memory),
        cmocka_unit_test(a_small_file_cannot_promise_a_large_image),
        cmocka_unit_test(other_formats_are_named),
        cmocka_unit_test(a_png_named_nii_is_a_png),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
