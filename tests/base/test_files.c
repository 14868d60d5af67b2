/* test_files.c - an input that is an output is noticed under every name, and what is no file is refused. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "support/fixture.h"
#include "support/sample_report.h"

static seg_status open_and_close(const char *path, seg_error *err)
{
    FILE *stream = NULL;
    seg_status st = seg_open_input(&stream, path, "a list", err);

    assert_int_equal(st == SEG_OK, stream != NULL);
    seg_close_input(stream);
    return st;
}

static char *copy_path(const char *name)
{
    return strdup(sample_path(name));
}

static void an_output_is_not_read_under_any_name(void **state)
{
    char *file = copy_path("cost.csv"), *link = copy_path("link.csv"), *hard = copy_path("hard.csv"),
         *other = copy_path("other.csv"), *names[] = {file, link, hard};
    seg_error err = {0};

    (void)state;
    sample_put(file, "0,1\n");
    sample_put(other, "0,1\n");
    assert_int_equal(symlink(file, link), 0);
    assert_int_equal(linkat(-1, file, -1, hard, 0), 0);
    assert_ok(seg_declare_output(link, &err), &err);
    assert_ok(seg_check_outputs(&err), &err);
    assert_ok(open_and_close(other, &err), &err);
    assert_ok(seg_check_outputs(&err), &err);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(open_and_close(names[i], &err), SEG_WRITE);
        assert_non_null(strstr(err.text, "is an input of this run"));
    }
    assert_int_equal(seg_check_outputs(&err), SEG_WRITE); /* and nothing is written from now on */
    seg_forget_outputs();
    assert_ok(seg_check_outputs(&err), &err);
    assert_ok(open_and_close(file, &err), &err);
    for (size_t i = 0; i < 3; i++)
        unlink(names[i]);
    unlink(other);
    free(file);
    free(link);
    free(hard);
    free(other);
}

static void two_outputs_are_two_files(void **state)
{
    char *plain = copy_path("a.csv"), *dotted = copy_path("./a.csv"), *other = copy_path("b.csv");
    seg_error err = {0};

    (void)state;
    for (int exists = 0; exists < 2; exists++) {
        if (exists)
            sample_put(plain, "");
        assert_ok(seg_declare_output(plain, &err), &err);
        assert_ok(seg_declare_output(other, &err), &err);
        assert_int_equal(seg_declare_output(plain, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, "is given twice"));
        assert_int_equal(seg_declare_output(dotted, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, "are one file"));
        assert_ok(seg_declare_output(NULL, &err), &err);
        assert_ok(seg_declare_output("-", &err), &err);
        assert_ok(seg_declare_output("-", &err), &err);
        assert_ok(seg_declare_output("/dev/null", &err), &err);
        assert_ok(seg_declare_output("/dev/null", &err), &err);
        assert_ok(seg_declare_output("/no/such/folder/x", &err), &err);
        assert_ok(seg_declare_output("/no/such/folder/x", &err), &err);
        seg_forget_outputs();
    }
    unlink(plain);
    free(plain);
    free(dotted);
    free(other);
}

static void folders_and_devices_are_refused_and_pipes_do_not_wait(void **state)
{
    static const struct {
        const char *path, *said;
    } BAD[] = {{"/tmp", "is a folder, a list was wanted"},
               {"/dev/zero", "is a device, a list was wanted"},
               {"/no/such/file", "cannot be opened: No such file"}};
    char *pipe = copy_path("pipe");
    FILE *stream;
    seg_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_int_equal(open_and_close(BAD[i].path, &err), SEG_READ);
        assert_non_null(strstr(err.text, BAD[i].said));
    }
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_ok(seg_open_input(&stream, pipe, "a list", &err), &err);
    assert_int_equal(fgetc(stream), EOF);
    seg_close_input(stream);
    unlink(pipe);
    free(pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_output_is_not_read_under_any_name),
        cmocka_unit_test(two_outputs_are_two_files),
        cmocka_unit_test(folders_and_devices_are_refused_and_pipes_do_not_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
