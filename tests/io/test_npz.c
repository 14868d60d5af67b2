/* test_npz.c - NumPy's .npz: which member is read, and archives that are damaged or lie. */
#include "odd_files.h"

enum { N = 24 };

static test_bytes array(void)
{
    return npy_make(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", counting_make(N));
}

/* The same as an array of other numbers. */
static test_bytes other(void)
{
    test_bytes b = array();

    memset(b.at + b.n - N, 77, N);
    return b;
}

static void the_member_of_nnunet_is_read(void **state)
{
    static const char *const NAMES[][3] = {
        {"probabilities.npy", "other.npy", "more.npy"},
        {"other.npy", "more.npy", "probabilities.npy"},
        {"softmax.npy", "probabilities.npy", "x.npy"},
        {"x.npy", "softmax.npy", "readme.txt"},
        {"readme.txt", "x.npy", "folder/"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        for (int deflated = 0; deflated < 2; deflated++) {
            zip_file file[3];
            bool nnunet = strcmp(NAMES[i][0], "readme.txt");

            for (int k = 0; k < 3; k++) {
                bool wanted = !strcmp(NAMES[i][k], "probabilities.npy") || (i == 3 && k == 1) || (!nnunet && k == 1);

                file[k] = (zip_file){NAMES[i][k], wanted ? array() : other(), deflated, ZIP_HONEST};
            }
            check_odd(NAMES[i][0], bytes_write("a.npz", zip_make(file, 3)), N, NULL);
        }
}

static void several_arrays_are_refused(void **state)
{
    zip_file file[8];
    char name[8][8];

    (void)state;
    for (int k = 0; k < 8; k++) {
        snprintf(name[k], sizeof *name, "a%d.npy", k);
        file[k] = (zip_file){name[k], k < 2 ? array() : (test_bytes){0}, false, ZIP_HONEST};
    }
    check_odd("two", bytes_write("a.npz", zip_make(file, 2)), N, "holds 2 arrays (a0, a1)");
    for (int k = 0; k < 8; k++)
        file[k].bytes = array();
    for (int k = 2; k < 8; k++)
        file[k].deflated = true;
    check_odd("eight", bytes_write("a.npz", zip_make(file, 8)), N, "holds 8 arrays (a0, a1, a2, a3, a4, a5, ...)");
    file[0] = (zip_file){"a.txt", text_make("a"), false, ZIP_HONEST};
    check_odd("none", bytes_write("a.npz", zip_make(file, 1)), N, "without arrays");
    check_odd("empty", bytes_write("a.npz", zip_make(file, 0)), N, "without arrays");
}

static void lies_are_noticed(void **state)
{
    static const char *const WANT[ZIP_LIES] = {
        [ZIP_HONEST] = NULL,
        [ZIP_CRC] = "the CRC-32 of a member does not match",
        [ZIP_SIZE] = "", /* the sentence depends on how it is packed */
        [ZIP_PACKED] = "",
        [ZIP_ENCRYPTED] = "encrypted",
        [ZIP_METHOD] = "packed by method 14",
        [ZIP_OFFSET] = "not where the directory says",
        [ZIP_BOMB] = "too small for the length",
        [ZIP_64] = NULL,
    };

    (void)state;
    for (int lie = 0; lie < ZIP_LIES; lie++)
        for (int deflated = 0; deflated < 2; deflated++) {
            zip_file file = {"probabilities.npy", array(), deflated, (zip_lie)lie};

            check_odd("a lie", bytes_write("a.npz", zip_make(&file, 1)), N, WANT[lie]);
        }
}

static void a_comment_or_bytes_in_front(void **state)
{
    zip_file file = {"probabilities.npy", array(), true, ZIP_HONEST};
    test_bytes b = zip_make(&file, 1);

    (void)state;
    b.at[b.n - 2] = 5;
    check_odd("comment", bytes_write("a.npz", bytes_join(b, text_make("hello"))), N, NULL);
    file.bytes = array();
    b = zip_make(&file, 1);
    b.at[b.n - 18] = 1; /* the disk */
    check_odd("split", bytes_write("a.npz", b), N, "one part of several");
}

/* Objects, and arrays that are shorter or longer than their header says. */
static void the_array_is_checked_as_in_npy(void **state)
{
    static const struct {
        const char *dictionary;
        size_t bytes;
        const char *want;
    } ODD[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3, 4), }", N, "object array"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", N - 1, "should hold"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 4), }", N + 1, "should hold"},
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 40000), }", N, "should hold"},
        {"{'descr': '|u1', 'fortran_order': False}", N, "not a dictionary"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++)
        for (int deflated = 0; deflated < 2; deflated++) {
            zip_file file = {"a.npy", npy_make(1, ODD[i].dictionary, counting_make(ODD[i].bytes)), deflated,
                             ZIP_HONEST};

            check_odd(ODD[i].dictionary, bytes_write("a.npz", zip_make(&file, 1)), N, ODD[i].want);
        }
    check_odd("no array", bytes_write("a.npz", zip_make(&(zip_file){"a.npy", text_make("?"), false, ZIP_HONEST}, 1)), N,
              "too early");
}

static void cuts_and_flips_are_noticed(void **state)
{
    (void)state;
    for (int deflated = 0; deflated < 2; deflated++) {
        zip_file file = {"a.npy", array(), deflated, ZIP_HONEST};

        check_cuts("cut.npz", zip_make(&file, 1));
        file.bytes = array();
        check_flips("flip.npz", zip_make(&file, 1), N);
    }
}

/* A map of many values is streamed when one reading is enough; here it is read whole. */
static void a_map_of_channels(void **state)
{
    double value[2 * N], *got;
    zip_file file = {.name = "probabilities.npy", .deflated = true};
    seg_image image;

    (void)state;
    for (int i = 0; i < 2 * N; i++)
        value[i] = i / 64.0;
    file.bytes = npy_make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 3, 4), }",
                          numbers_make(SEG_FLOAT32, value, 2 * N, false));
    read_good(&image, bytes_write("map.npz", zip_make(&file, 1)), SEG_AS_AUTO);
    assert_int_equal(image.kind, SEG_IMAGE_PROBABILITIES);
    assert_int_equal(image.prob.planes, 2);
    got = values_of(&image);
    for (int i = 0; i < 2 * N; i++)
        assert_true(got[i] == value[i]);
    free(got);
    seg_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_member_of_nnunet_is_read),
        cmocka_unit_test(several_arrays_are_refused),
        cmocka_unit_test(lies_are_noticed),
        cmocka_unit_test(a_comment_or_bytes_in_front),
        cmocka_unit_test(the_array_is_checked_as_in_npy),
        cmocka_unit_test(cuts_and_flips_are_noticed),
        cmocka_unit_test(a_map_of_channels),
    };

    return cmocka_run_group_tests(tests, odd_setup, odd_teardown);
}
