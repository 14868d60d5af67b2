/* test_nifti_names.c - names of labels in the extensions of a NIfTI header. */
#include "image_of.h"
#include "io/format.h"
#include "io/segments.h"
#include "odd_files.h"

#define TABLE(labels)                                                                                                  \
    "<?xml version=\"1.0\"?><CaretExtension><VolumeInformation><LabelTable>" labels                                    \
    "</LabelTable></VolumeInformation></CaretExtension>"

/* A file with one extension of `size` bytes by its own word. */
static const char *named(const char *text, size_t size, bool big, int version, bool packed)
{
    static const double VALUE[4] = {0, 1, 2, 1};
    size_t header = version == 2 ? 540 : 348, n = strlen(text);
    nifti_file f = {.version = version, .big_endian = big, .dims = 2, .shape = {2, 2}, .value = VALUE};
    test_bytes b;

    f.offset = (double)((header + 4 + 8 + n + 15) / 16 * 16);
    b = nifti_make(&f);
    b.at[header] = 1;
    for (int i = 0; i < 4; i++) {
        b.at[header + 4 + (size_t)i] = (uint8_t)(size >> 8 * (big ? 3 - i : i));
        b.at[header + 8 + (size_t)i] = (uint8_t)(30 >> 8 * (big ? 3 - i : i));
    }
    memcpy(b.at + header + 12, text, n);
    return bytes_write("named.nii", packed ? gzip_make(b) : b);
}

/* The names as "1=liver 2=spleen ", and that the values are read as before. */
static void assert_names(const char *path, const char *want)
{
    seg_read_options options = {.as = SEG_AS_LABELS};
    seg_image_file a;
    seg_label_name *names;
    size_t n, used = 0;
    char have[256] = "";
    seg_error err = {0};
    seg_image image;

    assert_ok(seg_image_file_open(&a, path, &options, NULL, &err), &err);
    assert_ok(seg_segment_names(&a, &names, &n, &err), &err);
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(have + used, sizeof have - used, "%lld=%s ", (long long)names[i].id, names[i].text);
    assert_string_equal(have, want);
    seg_label_names_free(names, n);
    seg_image_file_close(&a);
    read_good(&image, path, SEG_AS_LABELS);
    assert_int_equal(image.labels.values, 3);
    seg_image_free(&image);
}

static void a_caret_table_is_read(void **state)
{
    static const char *const TEXT = TABLE(
        "<Label Key=\"1\" Red=\"0\" Alpha=\"1\"><![CDATA[liver]]></Label>\n<Label Red=\"1\" Key=\"2\">spleen</Label>");

    (void)state;
    for (int way = 0; way < 8; way++)
        assert_names(named(TEXT, (8 + strlen(TEXT) + 15) / 16 * 16 - 12, way & 1, 1 + (way >> 1 & 1), way & 4),
                     "1=liver 2=spleen ");
}

static void what_is_no_table_is_passed_over(void **state)
{
    static const char *const TEXTS[] = {
        "hello",
        "<LabelTable><Label Key=\"1\">a</Label></LabelTable>",
        TABLE(""),
        TABLE("<Label Key=\"1\">a"),
        TABLE("<Label Key=\"x\">a</Label>"),
        TABLE("<Label>a</Label>"),
        TABLE("<Label Key=\"1\"></Label>"),
        TABLE("<Label Key=\"99999999999999999999999999\">a</Label>"),
        TABLE("<Label Key=\"1"),
    };
    static const size_t SIZES[] = {0, 1, 8, 1u << 30, 0xffffffff};
    static const char *const GOOD = TABLE("<Label Key=\"1\">a</Label>");

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        assert_names(named(TEXTS[i], 8 + strlen(TEXTS[i]), false, 1, false), "");
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++)
        assert_names(named(GOOD, SIZES[i], false, 1, false), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_caret_table_is_read),
        cmocka_unit_test(what_is_no_table_is_passed_over),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
