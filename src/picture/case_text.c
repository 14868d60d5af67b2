/* case_text.c - the list of mistakes and the strip of slices as plain text. */
#include "case_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/inert.h"
#include "../base/utf8.h"
#include "wrong_runs.h"

enum { STRIP_CLASSES = 12, WORDS_MOST = 40 };

/* ---- classes ---- */

static double dsc_of(const seg_slice_dsc *slices, int cls)
{
    return seg_counts_dsc(&slices->whole[cls]);
}

/* Insertion keeps equal ones in the order of their indices. */
size_t seg_classes_by_dsc(const seg_pair *pair, const seg_slice_dsc *slices, int *order)
{
    size_t n = 0;

    for (int c = 0; c < pair->classes; c++) {
        size_t i = n;

        if (!seg_pair_foreground(pair, c) || isnan(dsc_of(slices, c)))
            continue;
        for (; i > 0 && dsc_of(slices, order[i - 1]) > dsc_of(slices, c); i--)
            order[i] = order[i - 1];
        order[i] = c;
        n++;
    }
    return n;
}

double seg_mean_dsc(const seg_pair *pair, const seg_slice_dsc *slices)
{
    double sum = 0, n = 0;

    for (int c = 0; c < pair->classes; c++)
        if (seg_pair_foreground(pair, c) && !isnan(dsc_of(slices, c))) {
            sum += dsc_of(slices, c);
            n++;
        }
    return n ? sum / n : NAN;
}

void seg_dsc_words(seg_string *out, const seg_pair *pair, const seg_slice_dsc *slices, const int *order, size_t n)
{
    if (!n) {
        seg_string_add(out, "no class has a voxel in either mask");
        return;
    }
    if (n > 1)
        seg_string_printf(out, "mean DSC %.3f; lowest: ", seg_mean_dsc(pair, slices));
    seg_class_words(out, pair, order[0]);
    seg_string_printf(out, n > 1 ? " %.3f" : ", DSC %.3f", dsc_of(slices, order[0]));
}

/* ---- cells ---- */

const char *seg_volume_unit(const seg_grid *grid)
{
    return grid->has_mm && seg_grid_dims(grid) == 3 ? "ml" : "px";
}

double seg_volume_of(const seg_grid *grid, uint64_t voxels)
{
    bool ml = seg_volume_unit(grid)[0] == 'm';

    return ml ? (double)voxels * grid->mm[0] * grid->mm[1] * grid->mm[2] / 1000 : (double)voxels;
}

void seg_volume_words(seg_string *out, const seg_grid *grid, uint64_t voxels)
{
    double x = seg_volume_of(grid, voxels);

    if (seg_volume_unit(grid)[0] == 'p')
        seg_string_printf(out, "%llu", (unsigned long long)voxels);
    else
        seg_string_printf(out, x > 0 && x < 0.05 ? "%.2g" : "%.1f", x);
}

/* Text in a field of `width` columns, flush right when width is negative. */
static void add_field(seg_string *out, const char *text, int width)
{
    int gap = abs(width) - (int)seg_utf8_width(text);

    for (int i = 0; width < 0 && i < gap; i++)
        seg_string_add(out, " ");
    seg_string_add(out, text);
    for (int i = 0; width > 0 && i < gap; i++)
        seg_string_add(out, " ");
}

/* The columns of the list; NULL text leaves a cell empty. */
struct line {
    const char *number, *words, *volume, *depth, *slices, *at;
};

static void add_line(seg_string *out, const struct line *l, int words, bool flat)
{
    static const char none[] = "";

    add_field(out, l->number ? l->number : none, -4);
    seg_string_add(out, " ");
    add_field(out, l->words ? l->words : none, words);
    add_field(out, l->volume ? l->volume : none, -9);
    if (l->depth)
        add_field(out, l->depth, -10);
    if (l->at) {
        seg_string_add(out, "  ");
        if (!flat)
            add_field(out, l->slices ? l->slices : none, 9);
        seg_string_add(out, l->at);
    }
    seg_string_add(out, "\n");
}

static void depth_words(char *text, size_t size, double depth)
{
    snprintf(text, size, depth >= SEG_DEPTH_MOST ? ">= %.3g" : "%.3g", fmin(depth, SEG_DEPTH_MOST));
}

/* ---- the list ---- */

static void add_mistake(seg_string *out, const seg_case_text *t, size_t i, int words)
{
    const seg_mistake *m = &t->mistakes->mistake[i];
    seg_string what = {0}, volume = {0};
    char number[24], depth[24], slices[48], at[80];

    seg_mistake_words(&what, t->pair, m);
    seg_volume_words(&volume, &t->pair->grid, m->voxels);
    snprintf(number, sizeof number, "%zu", i + 1);
    depth_words(depth, sizeof depth, m->depth);
    snprintf(slices, sizeof slices, m->slice[0] == m->slice[1] ? "%zu" : "%zu-%zu", m->slice[0], m->slice[1]);
    snprintf(at, sizeof at, seg_grid_dims(&t->pair->grid) == 3 ? "%zu,%zu,%zu" : "%zu,%zu", m->at[0], m->at[1],
             m->at[2]);
    if (what.text && volume.text)
        add_line(out, &(struct line){number, what.text, volume.text, depth, slices, at}, words,
                 seg_grid_dims(&t->pair->grid) == 2);
    out->failed = out->failed || what.failed || volume.failed;
    seg_string_free(&what);
    seg_string_free(&volume);
}

/* A line that closes the list. */
static void add_rest(seg_string *out, const seg_case_text *t, const char *what, uint64_t voxels, const char *depth,
                     int words)
{
    seg_string volume = {0};

    seg_volume_words(&volume, &t->pair->grid, voxels);
    if (volume.text)
        add_line(out, &(struct line){NULL, what, volume.text, depth, NULL, NULL}, words, false);
    out->failed = out->failed || volume.failed;
    seg_string_free(&volume);
}

static int widest_words(const seg_case_text *t)
{
    int widest = 26;

    for (size_t i = 0; i < t->mistakes->n; i++) {
        seg_string what = {0};

        seg_mistake_words(&what, t->pair, &t->mistakes->mistake[i]);
        if (what.text && (int)seg_utf8_width(what.text) > widest)
            widest = (int)seg_utf8_width(what.text);
        seg_string_free(&what);
    }
    return widest < WORDS_MOST ? widest : WORDS_MOST;
}

static void add_list(seg_string *out, const seg_case_text *t)
{
    const seg_mistakes *m = t->mistakes;
    const char *unit = seg_grid_unit(&t->pair->grid);
    bool flat = seg_grid_dims(&t->pair->grid) == 2;
    int words = widest_words(t);
    char depth_title[16], text[64], border[32];

    snprintf(depth_title, sizeof depth_title, "depth/%s", unit);
    add_line(out,
             &(struct line){NULL, m->n ? "what went wrong" : "wrong voxels", seg_volume_unit(&t->pair->grid),
                            depth_title, "slices", "at voxel"},
             words, flat);
    for (size_t i = 0; i < m->n; i++)
        add_mistake(out, t, i, words);
    if (m->smaller) {
        snprintf(text, sizeof text, "%llu smaller mistake%s", (unsigned long long)m->smaller,
                 m->smaller == 1 ? "" : "s");
        add_rest(out, t, text, m->smaller_voxels, NULL, words);
    }
    snprintf(text, sizeof text, "within %.3g %s of the border", m->tolerance, unit);
    snprintf(border, sizeof border, "<= %.3g", m->tolerance);
    add_rest(out, t, text, m->border_voxels, border, words);
    if (!m->n && !m->smaller)
        seg_string_printf(out, "     nothing is wrong beyond %.3g %s\n", m->tolerance, unit);
}

/* ---- the strip of slices ---- */

/* Columns stand for `group` slices each. */
struct strip {
    size_t columns, group;
    int names; /* width of the names */
};

static void add_strip_cell(seg_string *out, const seg_case_text *t, const seg_slice_counts *c, size_t n)
{
    static const char *const blocks[] = {"▁", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    bool missed = false, extra = false, any = false;
    double lowest = 2;

    for (size_t i = 0; i < n; i++) {
        any = any || c[i].truth || c[i].called;
        missed = missed || (c[i].truth && !c[i].called);
        extra = extra || (!c[i].truth && c[i].called);
        if (c[i].truth && c[i].called)
            lowest = fmin(lowest, seg_counts_dsc(&c[i]));
    }
    if (!any || missed || extra)
        seg_string_add(out, !any ? " " : missed ? "-" : "+");
    else if (t->ascii)
        seg_string_printf(out, "%d", (int)fmin(floor(10 * lowest), 9));
    else
        seg_string_add(out, blocks[(int)ceil(8 * lowest)]);
}

static void add_strip_row(seg_string *out, const seg_case_text *t, const struct strip *s, int cls)
{
    const seg_slice_counts *c = t->slices->count + (size_t)cls * t->slices->slices;
    seg_string name = {0};

    seg_class_words(&name, t->pair, cls);
    seg_string_add(out, "   ");
    if (name.text)
        add_field(out, name.text, s->names);
    seg_string_add(out, "  ");
    for (size_t i = 0; i < s->columns; i++) {
        size_t begin = i * s->group, left = t->slices->slices - begin;

        add_strip_cell(out, t, c + begin, left < s->group ? left : s->group);
    }
    seg_string_printf(out, "  %.3f\n", dsc_of(t->slices, cls));
    out->failed = out->failed || name.failed;
    seg_string_free(&name);
}

static void add_strip_head(seg_string *out, const seg_case_text *t, const struct strip *s)
{
    seg_string_add(out, "   ");
    add_field(out, "DSC by slice", s->names);
    seg_string_add(out, "  ");
    for (size_t i = 0; i < s->columns;) {
        char tick[24];
        int n = snprintf(tick, sizeof tick, "%zu", i * s->group);
        bool fits = i % 10 == 0 && i + (size_t)n <= s->columns;

        seg_string_add(out, fits ? tick : " ");
        i += fits ? (size_t)n : 1;
    }
    seg_string_add(out, "  DSC\n");
    (void)t;
}

static int widest_name(const seg_case_text *t, const int *order, size_t n)
{
    int widest = 12; /* "DSC by slice" */

    for (size_t i = 0; i < n; i++) {
        seg_string name = {0};

        seg_class_words(&name, t->pair, order[i]);
        if (name.text && (int)seg_utf8_width(name.text) > widest)
            widest = (int)seg_utf8_width(name.text);
        seg_string_free(&name);
    }
    return widest;
}

static void add_strip(seg_string *out, const seg_case_text *t, const int *order, size_t n)
{
    size_t shown = n < STRIP_CLASSES ? n : STRIP_CLASSES, room;
    struct strip s = {.names = widest_name(t, order, shown)};

    room = t->width > s.names + 22 ? (size_t)(t->width - s.names - 12) : 10;
    s.group = (t->slices->slices + room - 1) / room;
    s.columns = (t->slices->slices + s.group - 1) / s.group;
    seg_string_add(out, "\n");
    add_strip_head(out, t, &s);
    for (size_t i = 0; i < shown; i++)
        add_strip_row(out, t, &s, order[i]);
    if (shown < n)
        seg_string_printf(out, "   %zu more class%s, DSC %.2f to %.2f\n", n - shown, n - shown == 1 ? "" : "es",
                          dsc_of(t->slices, order[shown]), dsc_of(t->slices, order[n - 1]));
    seg_string_add(out, t->ascii ? "   0 to 9: tenths of the DSC, " : "   ");
    seg_string_add(out, "- missed in this slice, + extra in this slice\n");
    if (s.group > 1)
        seg_string_printf(out, "   a column is %zu slices, with the lowest DSC of them\n", s.group);
}

void seg_case_text_write(seg_string *out, const seg_case_text *t)
{
    int *order = malloc((size_t)t->pair->classes * sizeof *order);
    size_t n;

    if (!order) {
        out->failed = true;
        return;
    }
    n = seg_classes_by_dsc(t->pair, t->slices, order);
    seg_inert_add(out, SEG_INERT_TERMINAL, t->name);
    seg_string_add(out, ": ");
    seg_dsc_words(out, t->pair, t->slices, order, n);
    seg_string_add(out, "\n\n");
    add_list(out, t);
    if (n && t->slices->slices > 1)
        add_strip(out, t, order, n);
    free(order);
}
