/* sample_report.c - makes, writes, reads and compares reports for tests. */
#include "sample_report.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"

void sample_case(seg_case *c, const char *name, double base)
{
    const seg_row rows[] = {
        {-1, -1, SEG_KIND_METRIC, "dsc", "", base, "", "ok", 0},
        {-1, 1, SEG_KIND_METRIC, "dsc", "", base + 0.1, "", "ok", 0},
        {-1, 2, SEG_KIND_METRIC, "dsc", "", NAN, "", "both-empty", 0},
        {-1, -1, SEG_KIND_METRIC, "hd95", "convention=monai", INFINITY, "mm", "empty-prediction", 0},
        {-1, 1, SEG_KIND_METRIC, "hd95", "convention=monai", base / 3, "mm", "ok", 0},
        {-1, 2, SEG_KIND_METRIC, "hd95", "convention=monai", NAN, "mm", "both-empty", 0},
        {-1, -1, SEG_KIND_LOSS, "tversky", "alpha=0.3;beta=0.7", -base * 1e-12, "", "ok", 0},
        {4, -1, SEG_KIND_LOSS, "tversky", "alpha=0.3;beta=0.7", base * 1e300, "", "ok", 0},
        {-1, -1, SEG_KIND_LOSS, "t-loss", "", NAN, "", "not-computed: no \"fit\", sorry", 0},
    };
    seg_error err = {0};

    *c = (seg_case){.shape = {64, 48, 20}, .spacing = {0.7, 0.1 + 0.2, 3}};
    assert_ok(seg_case_name(c, name, "p/a b.nii.gz", NULL, &err), &err);
    assert_ok(seg_case_add_class(c, 0, "background", &err), &err);
    assert_ok(seg_case_add_class(c, 1, "Leber, \"groß\"\nzwei", &err), &err);
    assert_ok(seg_case_add_class(c, 7, NULL, &err), &err);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_ok(seg_case_add(c, &rows[i], &err), &err);
}

void sample_write(const char *path, const char *format, const seg_report_style *style, const seg_case *cases, size_t n)
{
    seg_report_style plain = {0};
    seg_report report = {0};
    seg_output output = {0};
    seg_error err = {0};

    assert_ok(seg_output_open(&output, path, SEG_OUTPUT_WHOLE, &err), &err);
    assert_ok(seg_report_begin(&report, seg_report_format_find(format), style ? style : &plain, &output, &err), &err);
    for (size_t i = 0; i < n; i++)
        assert_ok(seg_report_add(&report, &cases[i], &err), &err);
    assert_ok(seg_report_end(&report, &err), &err);
    assert_ok(seg_output_keep(&output, &err), &err);
    seg_report_free(&report);
    seg_output_free(&output);
}

char *sample_text(const char *format, const seg_report_style *style, const seg_case *cases, size_t n)
{
    const char *path = sample_path("text");

    sample_write(path, format, style, cases, n);
    return sample_get(path);
}

void sample_put(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

char *sample_get(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t room = 1 << 16, n = 0, got;
    char *text = malloc(room);

    assert_non_null(file);
    assert_non_null(text);
    while ((got = fread(text + n, 1, room - n - 1, file)) > 0) {
        n += got;
        if (n + 1 == room)
            text = realloc(text, room *= 2);
        assert_non_null(text);
    }
    fclose(file);
    text[n] = '\0';
    return text;
}

static char folder[] = "/tmp/segloss-test-XXXXXX";

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *sample_path(const char *name)
{
    static char path[4][300];
    static int next;
    static bool made; /* its name does not tell: one in 62 ends in the X of the template */

    if (!made) {
        assert_non_null(mkdtemp(folder));
        atexit(remove_folder);
        made = true;
    }
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

static void same_text(const char *a, const char *b)
{
    assert_string_equal(a ? a : "", b ? b : "");
}

void sample_same_rows(const seg_case *a, const seg_case *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->status, b->status);
    same_text(a->message, b->message);
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const seg_row *x = &a->rows[i], *y = &b->rows[i];

        assert_int_equal(x->slice, y->slice);
        assert_int_equal(x->cls < 0, y->cls < 0);
        if (x->cls >= 0) {
            assert_int_equal(a->classes[x->cls].id, b->classes[y->cls].id);
            same_text(a->classes[x->cls].label, b->classes[y->cls].label);
        }
        assert_int_equal(x->kind, y->kind);
        assert_string_equal(x->measure, y->measure);
        assert_string_equal(x->params, y->params);
        assert_string_equal(x->unit, y->unit);
        assert_string_equal(x->status, y->status);
        assert_true((isnan(x->value) && isnan(y->value)) || !memcmp(&x->value, &y->value, sizeof x->value));
    }
}
