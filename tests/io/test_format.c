/* test_format.c - what must hold for the descriptor of every image format, and what follows from the list of them. */
#include "image_of.h"
#include "io/format.h"

static void descriptors_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_formats_count; i++) {
        const seg_format *f = seg_formats[i];

        assert_true(f->name && *f->name && f->summary && *f->summary && f->manual && *f->manual);
        assert_true(f->is && f->open);
        assert_non_null(f->extensions[0]);
        assert_false(f->is((const uint8_t *)"", 0));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(f->name, seg_formats[j]->name);
    }
}

/* One extension is of one format, begins with a dot, and the name without it is the stem. */
static void every_extension_is_found(void **state)
{
    char name[64];
    size_t stem;

    (void)state;
    for (size_t i = 0; i < seg_formats_count; i++)
        for (const char *const *e = seg_formats[i]->extensions; *e; e++) {
            assert_int_equal((*e)[0], '.');
            snprintf(name, sizeof name, "case.1%s", *e);
            assert_true(seg_is_image_name(name, &stem));
            assert_int_equal(stem, strlen("case.1"));
            for (char *c = name + stem; *c; c++)
                *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
            assert_true(seg_is_image_name(name, &stem));
            for (size_t j = 0; j < i; j++)
                for (const char *const *other = seg_formats[j]->extensions; *other; other++)
                    assert_string_not_equal(*e, *other);
        }
}

static void names_that_are_not_images(void **state)
{
    static const char *const NAMES[] = {"", ".nii", "a", "a.", "a.txt", "a.nii.gz.txt", "anii", "a.json", "a.gz"};
    size_t stem;

    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        assert_false(seg_is_image_name(NAMES[i], &stem));
        assert_int_equal(stem, strlen(NAMES[i]));
        assert_false(seg_is_header_name(NAMES[i]));
    }
    assert_true(seg_is_header_name("a.HDR.gz"));
    assert_false(seg_is_header_name("a.nii"));
}

/* A format that is added must not be cut off in messages. */
static void lists_name_every_format(void **state)
{
    char names[SEG_FORMAT_NAMES], extensions[SEG_FORMAT_EXTENSIONS];

    (void)state;
    seg_format_names(names);
    seg_format_extensions(extensions);
    for (size_t i = 0; i < seg_formats_count; i++) {
        const char *const *e = seg_formats[i]->extensions;

        assert_non_null(strstr(names, seg_formats[i]->name));
        for (; *e; e++)
            assert_non_null(strstr(extensions, *e));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors_are_whole),
        cmocka_unit_test(every_extension_is_found),
        cmocka_unit_test(names_that_are_not_images),
        cmocka_unit_test(lists_name_every_format),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
