/* test_read.c - what a name may be: a file, stdin, a folder, several files; and what it may not. */
#include "image_of.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "support/write_png.h"

static const seg_read_options AUTO = {0}, LABELS = {.as = SEG_AS_LABELS}, LOGITS = {.as = SEG_AS_LOGITS};
static const double FOUR[4] = {0, 1, 2, 3};

static nifti_file four(void)
{
    return (nifti_file){.dims = 2, .shape = {2, 2}, .value = FOUR};
}

static void nothing_that_is_not_a_file_is_waited_for(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int s = socket(AF_UNIX, SOCK_STREAM, 0);

    (void)state;
    assert_int_equal(mkfifo(test_path("pipe.nii"), 0600), 0);
    assert_refused(test_path("pipe.nii"), &AUTO, SEG_READ, "is a pipe, a file was wanted (use - to read a pipe");
    assert_refused("/dev/null", &AUTO, SEG_READ, "is a device or socket");
    assert_refused("/dev/zero", &AUTO, SEG_READ, "is a device or socket");
    snprintf(address.sun_path, sizeof address.sun_path, "%s", test_path("socket.nii"));
    assert_int_equal(bind(s, (struct sockaddr *)&address, sizeof address), 0);
    assert_refused(test_path("socket.nii"), &AUTO, SEG_READ, "cannot be opened");
    close(s);
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    assert_refused(test_path("absent.nii"), &AUTO, SEG_READ, "absent.nii: cannot be opened: No such file or directory");
    assert_refused(test_path("absent.nii/x"), &AUTO, SEG_READ, "cannot be opened");
    assert_refused("", &AUTO, SEG_READ, "cannot be opened");
    assert_refused(bytes_write("empty.nii.gz", bytes_copy("", 0)), &AUTO, SEG_READ, "is empty");
}

/* root may read everything: a child gives that up first. */
static void a_forbidden_file_says_permission_denied(void **state)
{
    nifti_file f = four();
    const char *path = bytes_write("secret.nii", nifti_make(&f));
    int status = 0;
    pid_t child;

    (void)state;
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(chmod(test_path(""), 0755), 0);
    child = fork();
    if (child == 0) {
        seg_image image;
        seg_error err = {0};

        if (geteuid() == 0 && setuid(65534))
            _exit(2);
        _exit(seg_image_read(&image, path, &AUTO, NULL, &err) != SEG_READ || !strstr(err.text, "Permission denied"));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(WIFEXITED(status));
}

/* Reads "-" with these bytes on stdin, written in small pieces by a child. */
static seg_status read_stdin(test_bytes bytes, const char *name, const seg_read_options *options, seg_image *image,
                             seg_error *err)
{
    int ends[2], old = dup(STDIN_FILENO);
    seg_status st;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        for (size_t i = 0; i < bytes.n; i += 100)
            if (write(ends[1], bytes.at + i, bytes.n - i < 100 ? bytes.n - i : 100) < 0)
                break;
        _exit(0);
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    st = seg_image_read(image, name, options, NULL, err);
    dup2(old, STDIN_FILENO);
    close(old);
    waitpid(child, NULL, 0);
    free(bytes.at);
    return st;
}

static void stdin_is_read_like_a_file(void **state)
{
    static const uint16_t grey[6] = {0, 1, 2, 3, 4, 5};
    static const double half[4] = {0, 0.5, 0.5, 1};
    png_file p = {.width = 3, .height = 2, .depth = 8, .sample = grey};
    nifti_file f = four(), m = {.dims = 2, .shape = {2, 2}, .value = half, .type = 16};
    seg_image image;
    seg_error err = {0};

    (void)state;
    assert_ok(read_stdin(nifti_make(&f), "-", &AUTO, &image, &err), &err);
    assert_string_equal(image.path, "standard input");
    assert_int_equal(image.labels.values, 4);
    seg_image_free(&image);
    assert_ok(read_stdin(gzip_make(nifti_make(&f)), "/dev/stdin", &AUTO, &image, &err), &err);
    seg_image_free(&image);
    assert_ok(read_stdin(png_make(&p), "-", &AUTO, &image, &err), &err);
    assert_int_equal(image.labels.values, 6);
    seg_image_free(&image);
    assert_ok(read_stdin(nifti_make(&m), "-", &AUTO, &image, &err), &err); /* labels at first, then read again */
    assert_non_null(image.prob.prob);
    seg_image_free(&image);
}

static void stdin_that_is_empty_too_long_or_half_a_pair(void **state)
{
    static double many[300000];
    nifti_file f = four(), large = {.version = 2, .dims = 1, .shape = {300000}, .value = many, .type = 64};
    seg_read_options little = {.memory = 1000000};
    seg_image image;
    seg_error err = {0};

    (void)state;
    assert_int_equal(read_stdin(bytes_copy("", 0), "-", &AUTO, &image, &err), SEG_READ);
    assert_non_null(strstr(err.text, "standard input: is empty"));
    assert_int_equal(read_stdin(nifti_make(&large), "-", &little, &image, &err), SEG_MEMORY);
    assert_non_null(strstr(err.text, "standard input: holds more than the memory budget of 1.0 MB"));
    f.pair = true;
    assert_int_equal(read_stdin(nifti_make_header(&f), "-", &AUTO, &image, &err), SEG_READ);
    assert_non_null(strstr(err.text, "its .img is unknown"));
}

static void stdin_that_is_closed(void **state)
{
    int old = dup(STDIN_FILENO);
    seg_image image;
    seg_error err = {0};
    seg_status st;

    (void)state;
    close(STDIN_FILENO);
    st = seg_image_read(&image, "-", &AUTO, NULL, &err);
    dup2(old, STDIN_FILENO);
    close(old);
    assert_int_equal(st, SEG_READ);
    assert_non_null(strstr(err.text, "standard input: cannot be read"));
}

/* ---- several files ---- */

static void write_class(const char *name, uint16_t level, size_t side)
{
    uint16_t grey[64];
    png_file p = {.width = side, .height = side, .depth = 8, .sample = grey};

    for (size_t i = 0; i < side * side; i++)
        grey[i] = level;
    bytes_write(name, png_make(&p));
}

static void a_folder_is_read_in_natural_order(void **state)
{
    seg_image image;
    remarks said = {0};
    seg_warnings notes = {keep_remark, &said};
    seg_error err = {0};
    char name[64];

    (void)state;
    assert_int_equal(mkdir(test_path("map"), 0700), 0);
    for (int k = 11; k >= 0; k--) {
        snprintf(name, sizeof name, "map/c%d.png", k);
        write_class(name, (uint16_t)(10 * k), 4);
    }
    bytes_write("map/dseg.tsv", bytes_copy("?", 1));
    bytes_write("map/.c5.png", bytes_copy("?", 1));
    assert_ok(seg_image_read(&image, test_path("map"), &AUTO, &notes, &err), &err);
    assert_int_equal(image.prob.planes, 12);
    for (int k = 0; k < 12; k++)
        assert_true(image.prob.prob[16 * k] == (float)(10 * k / 255.0));
    assert_string_equal(image.path, test_path("map"));
    assert_int_equal(said.n, 1);
    assert_non_null(strstr(said.text, "1 entries are not NIfTI, "));
    seg_image_free(&image);
}

static void a_folder_without_images_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mkdir(test_path("none"), 0700), 0);
    assert_refused(test_path("none"), &AUTO, SEG_READ, "is a folder without NIfTI, ");
}

static void several_files_are_the_classes_of_one_map(void **state)
{
    static const double first[4] = {1, 0.25, 0, 0}, second[4] = {0, 0.75, 1, 1};
    nifti_file a = {.dims = 2, .shape = {2, 2}, .value = first, .type = 16},
               b = {.dims = 2, .shape = {2, 2}, .value = second, .type = 64, .big_endian = true}, c = four();
    char *paths[3];
    seg_image image;
    seg_error err = {0};

    (void)state;
    paths[0] = strdup(bytes_write("a.nii", nifti_make(&a)));
    paths[1] = strdup(bytes_write("b.nii.gz", gzip_make(nifti_make(&b))));
    paths[2] = strdup(bytes_write("c.nii", nifti_make(&c)));
    assert_ok(seg_image_read_classes(&image, paths, 2, &AUTO, NULL, &err), &err);
    assert_int_equal(image.prob.planes, 2);
    for (int i = 0; i < 4; i++) {
        assert_true(image.prob.prob[i] == (float)first[i]);
        assert_true(image.prob.prob[4 + i] == (float)second[i]);
    }
    seg_image_free(&image);
    assert_int_equal(seg_image_read_classes(&image, paths, 3, &AUTO, NULL, &err), SEG_READ);
    assert_non_null(strstr(err.text, "c.nii holds 2 values outside [0, 1]"));
    assert_int_equal(seg_image_read_classes(&image, paths, 2, &LABELS, NULL, &err), SEG_USAGE);
    assert_int_equal(seg_image_read_classes(&image, paths, 0, &AUTO, NULL, &err), SEG_USAGE);
    assert_ok(seg_image_read_classes(&image, paths, 2, &LOGITS, NULL, &err), &err);
    /* exp(1) / (exp(1) + exp(0)), rounded to float once */
    assert_near((double)image.prob.prob[0], exp(1) / (exp(1) + 1), 6e-8, 0);
    seg_image_free(&image);
    for (int i = 0; i < 3; i++)
        free(paths[i]);
}

static void classes_of_different_size_or_with_classes_are_refused(void **state)
{
    nifti_file f = {.dims = 4, .shape = {4, 4, 1, 2}};
    char *paths[2];
    seg_image image;
    seg_error err = {0};

    (void)state;
    write_class("four.png", 1, 4);
    write_class("five.png", 1, 5);
    paths[0] = strdup(test_path("four.png"));
    paths[1] = strdup(test_path("five.png"));
    assert_int_equal(seg_image_read_classes(&image, paths, 2, &AUTO, NULL, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "five.png: has 5 x 5 x 1 voxels, but "));
    free(paths[1]);
    paths[1] = strdup(bytes_write("two.nii", nifti_make(&f)));
    assert_int_equal(seg_image_read_classes(&image, paths, 2, &AUTO, NULL, &err), SEG_READ);
    assert_non_null(strstr(err.text, "has an axis of 2 classes itself"));
    assert_null(image.prob.prob);
    free(paths[0]);
    free(paths[1]);
}

/* ---- voxels that are not finite, on to the pair ---- */

static void voxels_of_a_float_label_map_that_are_not_finite(void **state)
{
    static const double holes[4] = {NAN, 1, 1, INFINITY}, whole[4] = {1, 1, 0, 0};
    static const struct {
        seg_nan_policy nan;
        uint64_t classes[3]; /* voxels of the prediction that are background, 1, ignored */
    } CASES[] = {{SEG_NAN_SKIP, {0, 2, 2}}, {SEG_NAN_ZERO, {2, 2, 0}}};
    nifti_file p = {.dims = 2, .shape = {2, 2}, .value = holes, .type = 16},
               t = {.dims = 2, .shape = {2, 2}, .value = whole};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        seg_read_options options = {.keep_nan = true, .nan_is_zero = CASES[i].nan == SEG_NAN_ZERO};
        seg_match_options match = {.threshold = NAN, .nan = CASES[i].nan};
        seg_image prediction, truth;
        seg_pair pair;
        uint64_t count[3];
        seg_error err = {0};

        assert_ok(seg_image_read(&prediction, bytes_write("p.nii", nifti_make(&p)), &options, NULL, &err), &err);
        assert_ok(seg_image_read(&truth, bytes_write("t.nii", nifti_make(&t)), &options, NULL, &err), &err);
        assert_ok(seg_pair_match(&pair, &prediction, &truth, &match, NULL, &err), &err);
        assert_int_equal(pair.classes, 2);
        seg_labelmap_count(&pair.pred_labels, 3, count);
        for (int k = 0; k < 3; k++)
            assert_int_equal(count[k], CASES[i].classes[k]);
        seg_pair_free(&pair);
        seg_image_free(&prediction);
        seg_image_free(&truth);
    }
}

/* ---- what a file is ---- */

static void tell(seg_file_info *info, seg_image *image, const char *path, seg_read_as as)
{
    seg_read_options options = {.as = as};
    seg_error err = {0};

    assert_ok(seg_file_info_read(info, image, path, &options, NULL, &err), &err);
}

static void info_tells_labels(void **state)
{
    nifti_file f = four();
    seg_file_info info;
    seg_image image;

    (void)state;
    f.type = 512;
    f.big_endian = true;
    f.version = 2;
    f.dims = 3;
    f.shape[2] = 1;
    f.sform = 1;
    f.affine[0][0] = -1;
    f.affine[1][1] = 1;
    f.affine[2][2] = 1;
    tell(&info, &image, bytes_write("i.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_AUTO);
    assert_string_equal(info.format, "NIfTI-2");
    assert_string_equal(info.storage, "uint16 big-endian");
    assert_string_equal(info.kind, "labels");
    assert_string_equal(info.orientation, "LAS");
    assert_string_equal(info.packing, "gzip");
    assert_int_equal(info.dims, 3);
    assert_int_equal(info.values, 4);
    assert_int_equal(info.value[3], 3);
    assert_int_equal(info.count[3], 1);
    assert_near(info.max, 3, 0, 0);
    seg_file_info_free(&info);
    seg_image_free(&image);
}

static void info_tells_probabilities_even_when_they_are_wrong(void **state)
{
    static const double value[8] = {0.5, 0, 1, 0.75, 0.25, 1, 0, 0.25}, wild[4] = {-3, 0, NAN, 7.5};
    nifti_file f = {.dims = 4, .shape = {2, 2, 1, 2}, .value = value, .type = 16};
    seg_file_info info;
    seg_image image;

    (void)state;
    for (int gzip = 0; gzip < 2; gzip++) {
        test_bytes b = nifti_make(&f);

        tell(&info, &image, bytes_write("i.nii", gzip ? gzip_make(b) : b), SEG_AS_AUTO);
        assert_string_equal(info.kind, "doubtful");
        assert_non_null(strstr(info.reason, "whose sum is not 1 in 1 voxels (worst 0.75)"));
        assert_int_equal(info.channels, 2);
        assert_near(info.sum_off, 0.25, 0, 0);
        seg_file_info_free(&info);
        seg_image_free(&image);
    }
    f = (nifti_file){.dims = 2, .shape = {2, 2}, .value = wild, .type = 16};
    tell(&info, &image, bytes_write("i.nii", nifti_make(&f)), SEG_AS_AUTO);
    assert_string_equal(info.kind, "doubtful");
    assert_near(info.min, -3, 0, 0);
    assert_near(info.max, 7.5, 0, 0);
    assert_int_equal(info.not_finite, 1);
    seg_file_info_free(&info);
    seg_image_free(&image);
}

static void info_counts_labels_that_are_not_finite(void **state)
{
    static const double value[4] = {1, NAN, 2, NAN};
    nifti_file f = {.dims = 2, .shape = {2, 2}, .value = value, .type = 16}, p = {.dims = 4, .shape = {2, 2, 1, 2}};
    static const double beyond[8] = {0, 1, 2, 0, 0, 0, 0, 0};
    seg_file_info info;
    seg_image image;

    (void)state;
    tell(&info, &image, bytes_write("i.nii", nifti_make(&f)), SEG_AS_AUTO);
    assert_string_equal(info.kind, "labels");
    assert_int_equal(info.not_finite, 2);
    assert_near(info.min, 1, 0, 0);
    seg_file_info_free(&info);
    seg_image_free(&image);
    p.value = beyond;
    tell(&info, &image, bytes_write("i.nii", nifti_make(&p)), SEG_AS_AUTO);
    assert_string_equal(info.kind, "doubtful");
    seg_file_info_free(&info);
    seg_image_free(&image);
}

/* Logits are told as the file has them: their softmax would be in [0, 1] and add up to 1 whatever they are. */
static void info_tells_logits_before_their_softmax(void **state)
{
    static const double value[8] = {-3, 2, 7.5, 0, 1, 1, -9, 4};
    nifti_file f = {.dims = 4, .shape = {2, 2, 1, 2}, .value = value, .type = 16};
    static const seg_read_as as[] = {SEG_AS_LOGITS, SEG_AS_AUTO};
    static const char *const kind[] = {"logits", "doubtful"};
    seg_file_info info;
    seg_image image;

    (void)state;
    for (int i = 0; i < 2; i++) {
        tell(&info, &image, bytes_write("i.nii", nifti_make(&f)), as[i]);
        assert_string_equal(info.kind, kind[i]);
        assert_near(info.min, -9, 0, 0);
        assert_near(info.max, 7.5, 0, 0);
        assert_true(isnan(info.sum_off));
        seg_file_info_free(&info);
        seg_image_free(&image);
    }
}

static void info_of_a_damaged_file_is_an_error(void **state)
{
    nifti_file f = four();
    test_bytes b = gzip_make(nifti_make(&f));
    seg_file_info info;
    seg_image image;
    seg_error err = {0};

    (void)state;
    b.at[b.n - 6] ^= 1;
    assert_int_equal(seg_file_info_read(&info, &image, bytes_write("i.nii", b), &AUTO, NULL, &err), SEG_READ);
    assert_non_null(strstr(err.text, "checksum does not match"));
    assert_null(info.count);
}

static void info_tells_pngs_and_folders(void **state)
{
    static uint16_t deep[400];
    png_file p = {.width = 20, .height = 20, .depth = 16, .sample = deep};
    seg_file_info info;
    seg_image image;

    (void)state;
    for (uint16_t i = 0; i < 400; i++)
        deep[i] = (uint16_t)(i * 100);
    tell(&info, &image, bytes_write("i.png", png_make(&p)), SEG_AS_AUTO);
    assert_string_equal(info.format, "PNG");
    assert_string_equal(info.storage, "grey, 16 bit");
    assert_string_equal(info.kind, "doubtful");
    assert_near(info.max, 39900, 0, 0);
    seg_file_info_free(&info);
    seg_image_free(&image);
    if (mkdir(test_path("two"), 0700) == 0) {
        write_class("two/a.png", 0, 4);
        write_class("two/b.png", 255, 4);
    }
    tell(&info, &image, test_path("two"), SEG_AS_AUTO);
    assert_string_equal(info.format, "folder of classes");
    assert_int_equal(info.channels, 2);
    assert_int_equal(info.shape[3], 2);
    assert_near(info.sum_off, 0, 0, 0);
    seg_file_info_free(&info);
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
        cmocka_unit_test(nothing_that_is_not_a_file_is_waited_for),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(a_forbidden_file_says_permission_denied),
        cmocka_unit_test(stdin_is_read_like_a_file),
        cmocka_unit_test(stdin_that_is_empty_too_long_or_half_a_pair),
        cmocka_unit_test(stdin_that_is_closed),
        cmocka_unit_test(a_folder_is_read_in_natural_order),
        cmocka_unit_test(a_folder_without_images_is_refused),
        cmocka_unit_test(several_files_are_the_classes_of_one_map),
        cmocka_unit_test(classes_of_different_size_or_with_classes_are_refused),
        cmocka_unit_test(voxels_of_a_float_label_map_that_are_not_finite),
        cmocka_unit_test(info_tells_labels),
        cmocka_unit_test(info_tells_probabilities_even_when_they_are_wrong),
        cmocka_unit_test(info_counts_labels_that_are_not_finite),
        cmocka_unit_test(info_tells_logits_before_their_softmax),
        cmocka_unit_test(info_of_a_damaged_file_is_an_error),
        cmocka_unit_test(info_tells_pngs_and_folders),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
