/* test_case_name.c - what a case is called after its file, and which names are those of images. */
#include <stdlib.h>
#include <string.h>

#include "evaluate/pairing.h"
#include "support/fixture.h"

static void a_case_is_called_after_its_file(void **state)
{
    static const struct {
        const char *path, *stem, *whole;
    } CASES[] = {
        {"a.nii", "a", "a"},
        {"dir/a.nii.gz", "a", "dir/a"},
        {"/data/x.y/a.b.PNG", "a.b", "/data/x.y/a.b"},
        {"a.hdr", "a", "a"},
        {"a.HDR.gz", "a", "a"},
        {"a.img", "a.img", "a.img"},        /* not what is given: the header is */
        {"classes/", "classes", "classes"}, /* a folder is an image too */
        {"dir/classes///", "classes", "dir/classes"},
        {"a.nii.gz/", "a.nii.gz", "a.nii.gz"}, /* a folder that is called like a file */
        {".nii", ".nii", ".nii"},              /* nothing in front: no extension */
        {"-", "stdin", "stdin"},
        {"/", "/", "/"},
        {"", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *stem = seg_case_stem(CASES[i].path), *whole = seg_case_path(CASES[i].path);

        assert_string_equal(stem, CASES[i].stem);
        assert_string_equal(whole, CASES[i].whole);
        free(stem);
        free(whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case_is_called_after_its_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
