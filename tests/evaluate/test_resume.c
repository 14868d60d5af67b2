/* test_resume.c - the record of a run: report and record torn anywhere end whole, and other files are noticed. */
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
    unlink(report);
    unlink(record);
}

/* The line of a case in the report. */
static const char *line_of_case(int i)
{
    static char line[32];

    snprintf(line, sizeof line, "{\"case\": %d}\n", i * i);
    return line;
}

/* As a batch does: the report's line, then the record's. */
static void add(seg_resume *r, int from, int to)
{
    seg_error err = {0};

    for (int i = from; i < to; i++) {
        FILE *stream;

        assert_ok(seg_resume_begin(r, &err), &err);
        stream = fopen(report, "a");
        assert_non_null(stream);
        fputs(line_of_case(i), stream);
        fclose(stream);
        assert_ok(seg_resume_add(r, NAMES[i], stamp(i), stamp(i + 10), &err), &err);
    }
}

static seg_status check(seg_resume *r, int i, seg_stamp p, seg_stamp t, seg_error *err)
{
    seg_pairing pairing = {.name = strdup(NAMES[i])};
    seg_status st = seg_resume_check(r, &pairing, p, t, err);

    seg_pairing_free(&pairing);
    return st;
}

/* The whole record of a run that is stopped behind its last case; free() it. The report stays. */
static char *whole(void)
{
    seg_resume r;
    seg_error err = {0};

    unlink(record);
    assert_ok(seg_resume_open(&r, report, SETTINGS, false, &err), &err);
    add(&r, 0, CASES);
    seg_resume_close(&r);
    return sample_get(record);
}

static size_t lines_in(const char *text, size_t n)
{
    size_t lines = 0;

    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return lines;
}

/* A file with the first `cut` bytes of a text; `zeros`: and zeros for the rest, as after a power failure. */
static void put_torn(const char *path, const char *text, size_t cut, bool zeros)
{
    FILE *stream;

    unlink(path);
    stream = fopen(path, "w");
    assert_non_null(stream);
    fwrite(text, 1, cut, stream);
    for (size_t i = cut; zeros && text[i]; i++)
        fputc(0, stream);
    fclose(stream);
}

/* Goes on with what is there and compares both files with those of a run that was not disturbed. */
static void goes_on_with(size_t cases, const char *all, const char *lines)
{
    seg_resume r;
    seg_error err = {0};
    char *got;

    assert_ok(seg_resume_open(&r, report, SETTINGS, true, &err), &err);
    assert_int_equal(r.cases, cases);
    for (size_t i = 0; i < cases; i++)
        assert_ok(check(&r, (int)i, stamp((int)i), stamp((int)i + 10), &err), &err);
    add(&r, (int)cases, CASES);
    assert_ok(seg_resume_end(&r, true, &err), &err);
    seg_resume_close(&r);
    got = sample_get(report);
    assert_string_equal(got, lines);
    free(got);
    got = sample_get(record);
    assert_int_equal(strncmp(got, all, strlen(all)), 0);
    assert_string_equal(got + strlen(all), "complete\n");
    free(got);
}

/* Pairs of a torn record and a torn report: what both have is kept. */
static void a_pair_torn_at_any_byte_ends_whole(void **state)
{
    char *all, *lines;
    size_t n, m;

    (void)state;
    name_files("torn");
    all = whole();
    lines = sample_get(report);
    n = strlen(all);
    m = strlen(lines);
    for (size_t cut = 0; cut <= n; cut += 13) /* every pair waits for the disk several times */
        for (size_t cut_report = cut % 7; cut_report <= m; cut_report += 11)
            for (int zeros = 0; zeros < 2; zeros++) {
                size_t recorded = lines_in(all, cut), written = lines_in(lines, cut_report);

                recorded -= recorded > 0; /* the settings */
                put_torn(record, all, cut, zeros);
                put_torn(report, lines, cut_report, zeros);
                goes_on_with(recorded < written ? recorded : written, all, lines);
            }
    free(all);
    free(lines);
}

static void a_changed_line_is_not_vouched_for(void **state)
{
    char *all, *lines, *changed;

    (void)state;
    name_files("changed");
    all = whole();
    lines = sample_get(report);
    changed = strdup(lines);
    strstr(changed, ": 4}")[2] = '5';
    put_torn(report, changed, strlen(changed), false);
    goes_on_with(2, all, lines);
    free(all);
    free(lines);
    free(changed);
}

static void other_settings_are_refused_and_both_files_stay(void **state)
{
    static const char *const OTHER[] = {"segloss 1 loss=dic\n", "segloss 1 loss=dice2\n", "segloss 2 loss=dice\n",
                                        "\n"};
    char *all, *lines, *got;

    (void)state;
    name_files("settings");
    all = whole();
    lines = sample_get(report);
    for (size_t i = 0; i < 4; i++) {
        seg_resume r;
        seg_error err = {0};

        assert_int_equal(seg_resume_open(&r, report, OTHER[i], true, &err), SEG_MISMATCH);
        assert_non_null(strstr(err.text, "was made with other settings (segloss 1 loss=dice; now "));
        seg_resume_close(&r);
    }
    got = sample_get(record);
    assert_string_equal(got, all);
    free(got);
    got = sample_get(report);
    assert_string_equal(got, lines);
    free(got);
    free(lines);
    free(all);
}

static void a_report_without_its_record_is_refused(void **state)
{
    seg_resume r;
    seg_error err = {0};

    (void)state;
    name_files("lost");
    sample_put(report, line_of_case(0));
    assert_int_equal(seg_resume_open(&r, report, SETTINGS, true, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "lost holds 1 cases, but its record"));
    seg_resume_close(&r);
    assert_int_equal(access(report, F_OK), 0);
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
        assert_ok(seg_resume_open(&r, report, SETTINGS, true, &err), &err);
        assert_int_equal(check(&r, 0, p, t, &err), SEG_MISMATCH);
        assert_non_null(strstr(err.text, "case 'a' was scored from other files"));
        seg_resume_close(&r);
    }
    assert_ok(seg_resume_open(&r, report, SETTINGS, true, &err), &err);
    assert_int_equal(check(&r, 1, stamp(1), stamp(11), &err), SEG_MISMATCH); /* is the second */
    seg_resume_close(&r);
}

static void an_interrupted_report_is_not_begun_anew_but_a_complete_one_is(void **state)
{
    seg_resume r;
    seg_error err = {0};
    char *all, *got;

    (void)state;
    name_files("fresh");
    all = whole();
    assert_int_equal(seg_resume_open(&r, report, "other\n", false, &err), SEG_WRITE);
    assert_non_null(strstr(err.text, "fresh holds 5 finished cases of a run that was interrupted"));
    assert_int_equal(r.lines, CASES);
    seg_resume_close(&r);
    got = sample_get(record);
    assert_string_equal(got, all);
    free(got);
    free(all);
    assert_ok(seg_resume_open(&r, report, SETTINGS, true, &err), &err);
    assert_ok(seg_resume_end(&r, true, &err), &err);
    seg_resume_close(&r);
    assert_ok(seg_resume_open(&r, report, "other\n", false, &err), &err);
    seg_resume_close(&r); /* without a case: the old report stays */
    got = sample_get(report);
    assert_int_equal(lines_in(got, strlen(got)), CASES);
    free(got);
    assert_ok(seg_resume_open(&r, report, "other\n", false, &err), &err);
    add(&r, 3, 4);
    assert_ok(seg_resume_end(&r, false, &err), &err);
    seg_resume_close(&r);
    got = sample_get(report);
    assert_string_equal(got, line_of_case(3));
    free(got);
    assert_int_not_equal(access(record, F_OK), 0);
}

static void what_got_no_line_leaves_nothing_behind(void **state)
{
    seg_resume r;
    seg_error err = {0};

    (void)state;
    name_files("nothing");
    assert_ok(seg_resume_open(&r, report, SETTINGS, false, &err), &err);
    seg_resume_close(&r);
    seg_resume_close(&r); /* again: nothing */
    assert_int_not_equal(access(report, F_OK), 0);
    assert_int_not_equal(access(record, F_OK), 0);
    assert_int_equal(seg_resume_open(&r, "no/such/folder/out.jsonl", SETTINGS, false, &err), SEG_WRITE);
    assert_non_null(strstr(err.text, "out.jsonl: cannot be opened for writing: No such file"));
    seg_resume_close(&r);
}

/* The lock belongs to the file that the path names now, whatever was removed meanwhile. */
static void one_run_alone_writes_a_report(void **state)
{
    seg_resume first, second;
    seg_error err = {0};

    (void)state;
    name_files("locked");
    assert_ok(seg_resume_open(&first, report, SETTINGS, false, &err), &err);
    add(&first, 0, 1);
    assert_int_equal(seg_resume_open(&second, report, SETTINGS, true, &err), SEG_WRITE);
    assert_non_null(strstr(err.text, "is being written by another run"));
    seg_resume_close(&second);
    assert_ok(seg_resume_end(&first, false, &err), &err);
    seg_resume_close(&first);
    assert_ok(seg_resume_open(&second, report, SETTINGS, false, &err), &err);
    assert_int_equal(seg_resume_open(&first, report, SETTINGS, false, &err), SEG_WRITE);
    seg_resume_close(&first);
    seg_resume_close(&second);
    assert_int_equal(access(report, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_torn_at_any_byte_ends_whole),
        cmocka_unit_test(a_changed_line_is_not_vouched_for),
        cmocka_unit_test(other_settings_are_refused_and_both_files_stay),
        cmocka_unit_test(a_report_without_its_record_is_refused),
        cmocka_unit_test(other_files_or_another_order_are_noticed),
        cmocka_unit_test(an_interrupted_report_is_not_begun_anew_but_a_complete_one_is),
        cmocka_unit_test(what_got_no_line_leaves_nothing_behind),
        cmocka_unit_test(one_run_alone_writes_a_report),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
