/* test_resume.c - the record of a run: torn anywhere it goes on where it was whole, and other files are noticed. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evaluate/resume.h"
#include "support/fixture.h"
#include "support/sample_report.h"

#define SETTINGS "segloss 1 loss=dice\n"
enum { CASES = 5 };

static const char *const NAMES[CASES] = {"a", "with a tab\tin it", "b", "\xc3\xa4", "two\nlines"};

static seg_stamp stamp(int64_t i)
{
    return (seg_stamp){i == 3 ? -1 : 1000 + i, 1700000000123456789 + i};
}

/* "NAME" as the report, "NAME.resume" as its record; both good until the test ends. */
static char report[256], record[280];

static void name_files(const char *name)
{
    snprintf(report, sizeof report, "%s", sample_path(name));
    snprintf(record, sizeof record, "%s.resume", report);
    unlink(record);
}

static void add(seg_resume *r, int from, int to)
{
    seg_error err = {0};

    for (int i = from; i < to; i++)
        assert_ok(seg_resume_add(r, NAMES[i], stamp(i), stamp(i + 10), &err), &err);
}

static seg_status check(seg_resume *r, int i, seg_stamp p, seg_stamp t, seg_error *err)
{
    seg_pairing pairing = {.name = strdup(NAMES[i])};
    seg_status st = seg_resume_check(r, &pairing, p, t, err);

    seg_pairing_free(&pairing);
    return st;
}

/* The whole record of an uninterrupted run; free() it. */
static char *whole(void)
{
    seg_resume r;
    seg_error err = {0};

    assert_ok(seg_resume_open(&r, report, SETTINGS, false, 0, &err), &err);
    add(&r, 0, CASES);
    seg_resume_close(&r, false);
    return sample_get(record);
}

/* Killed after any byte of the record: the cases whose lines are whole are accepted, the others are added, and the
 * record ends as if nothing had happened. */
static void a_record_torn_at_any_byte_ends_whole(void **state)
{
    char *all, *got;
    size_t n;

    (void)state;
    name_files("torn");
    all = whole();
    n = strlen(all);
    for (size_t cut = 0; cut <= n; cut++) {
        seg_resume r;
        seg_error err = {0};
        int lines = 0;

        for (size_t i = 0; i < cut; i++)
            lines += all[i] == '\n';
        assert_int_equal(unlink(record), 0); /* writing a file over would wait for the disk */
        sample_put(record, all);
        assert_int_equal(truncate(record, (off_t)cut), 0);
        /* the report has at most as many lines as its record has cases */
        for (int done = lines > 1 ? lines - 1 : 0; done >= 0 && done >= lines - 2; done--) {
            assert_ok(seg_resume_open(&r, report, SETTINGS, true, (size_t)done, &err), &err);
            for (int i = 0; i < done; i++)
                assert_ok(check(&r, i, stamp(i), stamp(i + 10), &err), &err);
            add(&r, done, CASES);
            seg_resume_close(&r, false);
            got = sample_get(record);
            assert_string_equal(got, all);
            free(got);
            assert_int_equal(truncate(record, (off_t)cut), 0);
        }
    }
    free(all);
}

static void other_settings_are_refused_and_the_record_stays(void **state)
{
    static const char *const OTHER[] = {"segloss 1 loss=dic\n", "segloss 1 loss=dice2\n", "segloss 2 loss=dice\n",
                                        "\n"};
    char *all, *got;

    (void)state;
    name_files("settings");
    all = whole();
    for (size_t i = 0; i < 4; i++) {
        seg_resume r;
        seg_error err = {0};

        assert_int_equal(seg_resume_open(&r, report, OTHER[i], true, CASES, &err), SEG_MISMATCH);
        assert_non_null(strstr(err.text, "was made with other settings (segloss 1 loss=dice; now "));
        seg_resume_close(&r, false);
    }
    got = sample_get(record);
    assert_string_equal(got, all);
    free(got);
    free(all);
}

static void a_report_without_its_record_is_refused(void **state)
{
    seg_resume r;
    seg_error err = {0};

    (void)state;
    name_files("lost");
    assert_int_equal(seg_resume_open(&r, report, SETTINGS, true, 1, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "lost holds 1 cases, but its record"));
    seg_resume_close(&r, false);
    sample_put(record, "segloss 1 loss"); /* torn in the settings: nothing can have been done */
    assert_ok(seg_resume_open(&r, report, SETTINGS, true, 0, &err), &err);
    seg_resume_close(&r, false);
}

static void other_files_or_another_order_are_noticed(void **state)
{
    static const struct {
        int64_t size, time, truth_size, truth_time;
    } OTHER[] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    seg_resume r;
    seg_error err = {0};

    (void)state;
    name_files("files");
    free(whole());
    for (size_t i = 0; i < 4; i++) {
        seg_stamp p = stamp(0), t = stamp(10);

        p.size += OTHER[i].size;
        p.mtime_ns += OTHER[i].time;
        t.size += OTHER[i].truth_size;
        t.mtime_ns += OTHER[i].truth_time;
        assert_ok(seg_resume_open(&r, report, SETTINGS, true, CASES, &err), &err);
        assert_int_equal(check(&r, 0, p, t, &err), SEG_MISMATCH);
        assert_non_null(strstr(err.text, "case 'a' was scored from other files"));
        seg_resume_close(&r, false);
    }
    assert_ok(seg_resume_open(&r, report, SETTINGS, true, CASES, &err), &err);
    assert_int_equal(check(&r, 1, stamp(1), stamp(11), &err), SEG_MISMATCH); /* is the second */
    seg_resume_close(&r, false);
    assert_ok(seg_resume_open(&r, report, SETTINGS, true, CASES, &err), &err);
    for (int i = 0; i < CASES; i++)
        assert_ok(check(&r, i, stamp(i), stamp(i + 10), &err), &err);
    assert_int_equal(check(&r, 0, stamp(0), stamp(10), &err), SEG_MISMATCH); /* there is no sixth */
    seg_resume_close(&r, false);
}

static void a_fresh_run_forgets_the_old_one_and_a_finished_one_leaves_nothing(void **state)
{
    seg_resume r;
    seg_error err = {0};
    char *got;

    (void)state;
    name_files("fresh");
    free(whole());
    assert_ok(seg_resume_open(&r, report, "other\n", false, 0, &err), &err);
    got = sample_get(record);
    assert_string_equal(got, "other\n");
    free(got);
    seg_resume_close(&r, true);
    assert_int_not_equal(access(record, F_OK), 0);
    seg_resume_close(&r, true); /* again: nothing */
    assert_int_equal(seg_resume_open(&r, "no/such/folder/out.jsonl", SETTINGS, false, 0, &err), SEG_WRITE);
    assert_non_null(strstr(err.text, "out.jsonl.resume: the record of the run cannot be written: No such file"));
    seg_resume_close(&r, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_torn_at_any_byte_ends_whole),
        cmocka_unit_test(other_settings_are_refused_and_the_record_stays),
        cmocka_unit_test(a_report_without_its_record_is_refused),
        cmocka_unit_test(other_files_or_another_order_are_noticed),
        cmocka_unit_test(a_fresh_run_forgets_the_old_one_and_a_finished_one_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
