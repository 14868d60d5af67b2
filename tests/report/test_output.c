/* test_output.c - a file appears whole or not at all, devices and pipes are written directly, a gone reader is quiet. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fixture.h"
#include "support/sample_report.h"

static const char *folder_of(const char *path)
{
    static char folder[300];

    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    return folder;
}

static int files_in(const char *folder)
{
    DIR *dir = opendir(folder);
    int n = 0;

    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(dir);
    return n;
}

static void a_file_appears_when_it_is_kept_and_not_before(void **state)
{
    const char *path = sample_path("whole");
    seg_output out = {0};
    seg_error err = {0};
    char *text;

    (void)state;
    sample_put(path, "old");
    assert_int_equal(chmod(path, 0640), 0);
    assert_ok(seg_output_open(&out, path, SEG_OUTPUT_WHOLE, &err), &err);
    assert_ok(seg_output_write(&out, "new text", 8, &err), &err);
    text = sample_get(path);
    assert_string_equal(text, "old");
    free(text);
    assert_int_equal(files_in(folder_of(path)), 2);
    assert_ok(seg_output_keep(&out, &err), &err);
    seg_output_free(&out);
    text = sample_get(path);
    assert_string_equal(text, "new text");
    free(text);
    assert_int_equal(files_in(folder_of(path)), 1);
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    unlink(path);
}

static void what_is_not_kept_leaves_nothing(void **state)
{
    const char *path = sample_path("dropped");
    int before = (sample_put(path, ""), unlink(path), files_in(folder_of(path)));
    seg_output out = {0};
    seg_error err = {0};

    (void)state;
    assert_ok(seg_output_open(&out, path, SEG_OUTPUT_WHOLE, &err), &err);
    assert_ok(seg_output_write(&out, "half", 4, &err), &err);
    seg_output_free(&out);
    assert_int_equal(files_in(folder_of(path)), before);
}

static void a_link_stays_a_link(void **state)
{
    const char *target = sample_path("target"), *link = sample_path("link");
    struct stat info;
    char *text;

    (void)state;
    sample_put(target, "old");
    assert_int_equal(symlink(target, link), 0);
    sample_write(link, "csv", NULL, NULL, 0);
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    text = sample_get(target);
    assert_int_equal(strncmp(text, "case,", 5), 0);
    free(text);
    unlink(link);
    unlink(target);
}

static void lines_go_on_behind_what_is_there(void **state)
{
    const char *path = sample_path("lines");
    seg_output out = {0};
    seg_error err = {0};
    char *text;

    (void)state;
    sample_put(path, "one\ntwo\n");
    assert_ok(seg_output_open(&out, path, SEG_OUTPUT_LINES, &err), &err);
    assert_ok(seg_output_write(&out, "three\n", 6, &err), &err);
    text = sample_get(path);
    assert_string_equal(text, "one\ntwo\nthree\n");
    free(text);
    assert_ok(seg_output_keep(&out, &err), &err);
    seg_output_free(&out);
    unlink(path);
}

static void what_cannot_be_written_is_said(void **state)
{
    static const struct {
        const char *path, *said;
    } BAD[] = {{"/nonexistent/folder/x.csv", "cannot be created"}, {"/tmp", "is a folder"}, {"", "empty name"}};
    seg_output out = {0};
    seg_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        assert_int_not_equal(seg_output_open(&out, BAD[i].path, SEG_OUTPUT_WHOLE, &err), SEG_OK);
        assert_non_null(strstr(err.text, BAD[i].said));
        seg_output_free(&out);
    }
    assert_ok(seg_output_open(&out, "/dev/full", SEG_OUTPUT_WHOLE, &err), &err);
    assert_int_equal(seg_output_write(&out, "x", 1, &err), SEG_WRITE);
    assert_non_null(strstr(err.text, "/dev/full: cannot be written: No space left"));
    seg_output_free(&out);
    assert_ok(seg_output_open(&out, "/dev/null", SEG_OUTPUT_WHOLE, &err), &err);
    assert_ok(seg_output_write(&out, "x", 1, &err), &err);
    assert_ok(seg_output_keep(&out, &err), &err);
    seg_output_free(&out);
}

/* A file size limit makes write(2) short first and fail then. */
static void a_disk_that_fills_up_leaves_the_old_file(void **state)
{
    const char *path = sample_path("small");
    struct rlimit before, limit;
    seg_output out = {0};
    seg_error err = {0};
    static char big[1 << 16];
    char *text;
    seg_status st;

    (void)state;
    sample_put(path, "old");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 5000;
    assert_ok(seg_output_open(&out, path, SEG_OUTPUT_WHOLE, &err), &err);
    setrlimit(RLIMIT_FSIZE, &limit);
    st = seg_output_write(&out, big, sizeof big, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    seg_output_free(&out);
    assert_int_equal(st, SEG_WRITE);
    text = sample_get(path);
    assert_string_equal(text, "old");
    free(text);
    assert_int_equal(files_in(folder_of(path)), 1);
    unlink(path);
}

static void a_reader_who_left_is_no_error(void **state)
{
    const char *path = sample_path("fifo");
    seg_output out = {0};
    seg_error err = {0};
    int reader;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(mkfifo(path, 0600), 0);
    reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    assert_ok(seg_output_open(&out, path, SEG_OUTPUT_WHOLE, &err), &err);
    assert_null(out.temporary);
    assert_ok(seg_output_write(&out, "seen\n", 5, &err), &err);
    assert_false(out.closed);
    close(reader);
    assert_ok(seg_output_write(&out, "unseen\n", 7, &err), &err);
    assert_true(out.closed);
    assert_ok(seg_output_write(&out, "unseen\n", 7, &err), &err);
    assert_ok(seg_output_keep(&out, &err), &err);
    seg_output_free(&out);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_appears_when_it_is_kept_and_not_before),
        cmocka_unit_test(what_is_not_kept_leaves_nothing),
        cmocka_unit_test(a_link_stays_a_link),
        cmocka_unit_test(lines_go_on_behind_what_is_there),
        cmocka_unit_test(what_cannot_be_written_is_said),
        cmocka_unit_test(a_disk_that_fills_up_leaves_the_old_file),
        cmocka_unit_test(a_reader_who_left_is_no_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
