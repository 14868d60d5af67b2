/* test_label_names.c - the label files of the field give the same names. */
#include "image_of.h"

typedef struct {
    seg_label_name *name;
    size_t n;
    bool has_ignore;
    int64_t ignore;
    seg_error err;
} names;

static seg_status read_text(names *got, const char *text)
{
    *got = (names){0};
    return seg_label_names_read(&got->name, &got->n, &got->has_ignore, &got->ignore,
                                bytes_write("labels", bytes_copy(text, strlen(text))), &got->err);
}

static void check_liver_and_spleen(const char *text)
{
    names got;

    assert_ok(read_text(&got, text), &got.err);
    assert_int_equal(got.n, 2);
    assert_int_equal(got.name[0].id, 1);
    assert_string_equal(got.name[0].text, "liver");
    assert_int_equal(got.name[1].id, 22);
    assert_string_equal(got.name[1].text, "left spleen");
    assert_false(got.has_ignore);
    seg_label_names_free(got.name, got.n);
}

static void every_format_gives_the_same_names(void **state)
{
    (void)state;
    check_liver_and_spleen("1 liver\n22 left spleen\n");
    check_liver_and_spleen("# a list\n\n  1\tliver\r\n22   left spleen");
    check_liver_and_spleen("1: liver\n22 = left spleen\n");
    check_liver_and_spleen("1,liver\n22,\"left spleen\"\n");
    check_liver_and_spleen("\xef\xbb\xbf"
                           "1 liver\n22 left spleen\n");
    check_liver_and_spleen("index\tname\tcolor\n1\tliver\t#ff0000\n22\tleft spleen\tn/a\n");
    check_liver_and_spleen("name\tabbreviation\tindex\r\nliver\tL\t1\r\nleft spleen\tS\t22\r\n\r\n");
    check_liver_and_spleen("#  ITK-SnAP\n  1  255    0    0        1  1  1    \"liver\"\n"
                           " 22    0  255    0      0.5  1  1    \"left spleen\"\n");
    check_liver_and_spleen("#No. Label Name:  R G B A\n1  liver        25 5 25 0\n22  left spleen   0 1 2 0\n");
    check_liver_and_spleen("{\"labels\": {\"liver\": 1, \"left spleen\": 22}}");
    check_liver_and_spleen("{\"labels\": {\"1\": \"liver\", \"22\": \"left spleen\"}}");
    check_liver_and_spleen("{\"labels\": {\"liver\": [1], \"left spleen\": 22, \"both\": [1, 22]}}");
}

static void nnunet_names_its_ignore_label(void **state)
{
    names got;

    (void)state;
    assert_ok(read_text(&got, "{\"labels\": {\"background\": 0, \"ignore\": 4}}"), &got.err);
    assert_true(got.has_ignore);
    assert_int_equal(got.ignore, 4);
    seg_label_names_free(got.name, got.n);
}

static void bids_probseg_names_planes_in_order(void **state)
{
    names got;

    (void)state;
    assert_ok(read_text(&got, "{\"LabelMap\": [\"BG\", \"CSF\"]}"), &got.err);
    assert_int_equal(got.n, 2);
    assert_int_equal(got.name[1].id, 1);
    assert_string_equal(got.name[1].text, "CSF");
    seg_label_names_free(got.name, got.n);
}

static void negative_ids_and_repeated_ids(void **state)
{
    names got;

    (void)state;
    assert_ok(read_text(&got, "-1 void\n3 first\n3 second\n"), &got.err);
    assert_int_equal(got.n, 2);
    assert_int_equal(got.name[0].id, -1);
    assert_string_equal(got.name[1].text, "first");
    seg_label_names_free(got.name, got.n);
}

static void what_is_no_label_file_is_refused(void **state)
{
    static const struct {
        const char *text, *sentence;
    } FILES[] = {
        {"hello\n", "line 1 is not \"id name\""},
        {"1 a\n2 b\nthree c\n", "line 3 is not \"id name\""},
        {"7\n", "line 1 is not \"id name\""},
        {"# nothing\n", "names no label"},
        {"index\tname\nx\ty\n", "line 2 has no whole number in the column index"},
        {"index\tname\n", "names no label"},
        {"{\"labels\": {", "line 1: the JSON document is cut off"},
        {"\n{]", "line 2: is not JSON"},
        {"{} {}", "line 1: is not JSON"},
        {"{}", "is JSON without \"labels\" or \"LabelMap\""},
        {"{\"labels\": {}}", "names no label"},
        {"{\"labels\": 3}", "is JSON without"},
        {"99999999999999999999 big\n", "line 1 is not"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        names got;

        assert_int_equal(read_text(&got, FILES[i].text), SEG_READ);
        if (!strstr(got.err.text, FILES[i].sentence))
            fail_msg("%s: got \"%s\"", FILES[i].text, got.err.text);
        assert_null(got.name);
    }
    names got = {0};
    assert_int_equal(seg_label_names_read(&got.name, &got.n, &got.has_ignore, &got.ignore,
                                          bytes_write("labels", bytes_copy("1 a\0b", 5)), &got.err),
                     SEG_READ);
    assert_non_null(strstr(got.err.text, "is not text"));
    assert_int_equal(
        seg_label_names_read(&got.name, &got.n, &got.has_ignore, &got.ignore, test_path("absent"), &got.err), SEG_READ);
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
        cmocka_unit_test(every_format_gives_the_same_names),  cmocka_unit_test(nnunet_names_its_ignore_label),
        cmocka_unit_test(bids_probseg_names_planes_in_order), cmocka_unit_test(negative_ids_and_repeated_ids),
        cmocka_unit_test(what_is_no_label_file_is_refused),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
