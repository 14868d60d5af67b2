/* page_strip.c - the block "DSC in each slice". */
#include "page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRIP_ROWS = 12, STRIP_COLUMNS = 120 };

struct strip {
    double left, cell, right; /* of the cells; the numbers stand at `right` */
    size_t columns, group;
};

/* What a column shows: the lowest DSC of its slices, or that the class is missed or extra in one of them. */
static void strip_cell(seg_picture_page *p, const struct strip *s, const seg_slice_counts *c, size_t n, size_t column,
                       double y)
{
    double x = s->left + (double)column * s->cell, gap = s->cell > 3 ? 0.5 : 0, lowest = 2;
    const char *fill = NULL;

    for (size_t i = 0; i < n; i++) {
        if (c[i].truth && !c[i].called)
            fill = seg_kind_missed;
        else if (c[i].called && !c[i].truth && !fill)
            fill = "url(#extra)";
        else if (c[i].truth)
            lowest = fmin(lowest, seg_counts_dsc(&c[i]));
    }
    if (fill)
        seg_svg_rect(&p->svg, x, y - 7.5, s->cell - gap, 9, fill, NULL);
    if (fill || lowest > 1)
        return;
    seg_svg_rect(&p->svg, x, y - 7.5, s->cell - gap, 9 * (1 - lowest), "#EEEEEE", NULL);
    seg_svg_rect(&p->svg, x, y - 7.5 + 9 * (1 - lowest), s->cell - gap, 9 * lowest, "#7F7F7F", NULL);
}

static void strip_row(seg_picture_page *p, const struct strip *s, int cls, double y)
{
    const seg_slice_dsc *d = p->c->text.slices;
    const seg_slice_counts *c = d->count + (size_t)cls * d->slices;
    const seg_font right = seg_flush_right(seg_text_font);
    seg_string name = {0};

    seg_class_words(&name, seg_page_pair(p), cls);
    seg_svg_text(&p->svg, s->left - 4, y, &right, "%s", name.text ? name.text : "");
    for (size_t i = 0; i < s->columns; i++) {
        size_t begin = i * s->group, left = d->slices - begin;

        strip_cell(p, s, c + begin, left < s->group ? left : s->group, i, y);
    }
    seg_svg_text(&p->svg, s->right, y, &right, "%.3f", seg_counts_dsc(&d->whole[cls]));
    p->svg.body.failed = p->svg.body.failed || name.failed;
    seg_string_free(&name);
}

/* 1, 2 or 5 times a power of ten, for at most eight ticks. */
static size_t tick_step(size_t slices)
{
    for (size_t ten = 1;; ten *= 10)
        for (size_t i = 1; i <= 5; i += i == 1 ? 1 : 3)
            if (slices / (i * ten) <= 7)
                return i * ten;
}

static void strip_axis(seg_picture_page *p, const struct strip *s, double y)
{
    const seg_slice_dsc *d = p->c->text.slices;
    seg_plane_view view = seg_plane_across(&seg_page_pair(p)->grid, p->c->text.axis);
    double end = s->left + (double)s->columns * s->cell;
    const seg_font tick = {.size = 6.5, .colour = seg_text_ink, .anchor = SEG_MIDDLE},
                   label = seg_centred(seg_text_font);

    seg_svg_line(&p->svg, s->left, y, end, y, &(seg_stroke){seg_text_ink, 0.5, NULL});
    for (size_t i = 0; i < d->slices; i += tick_step(d->slices)) {
        double x = s->left + ((double)i / (double)s->group + 0.5) * s->cell;

        seg_svg_line(&p->svg, x, y, x, y + 2, &(seg_stroke){seg_text_ink, 0.5, NULL});
        seg_svg_text(&p->svg, x, y + 8.5, &tick, "%zu", i);
    }
    if (view.from)
        seg_svg_text(&p->svg, (s->left + end) / 2, y + 17, &label, "%s slice, %s to %s", view.name, view.from, view.to);
    else
        seg_svg_text(&p->svg, (s->left + end) / 2, y + 17, &label, "slice along %s", view.name);
}

/* A triangle over the column of the slice that is shown. */
static void strip_mark(seg_picture_page *p, const struct strip *s, double y)
{
    size_t at[3];
    double x;

    seg_page_centre(p, at);
    x = s->left + ((double)(at[p->c->text.axis] / s->group) + 0.5) * s->cell;
    seg_svg_area(&p->svg, (seg_point[]){{x - 2.6, y - 5}, {x + 2.6, y - 5}, {x, y}}, 3, seg_text_ink, 1);
}

double seg_widest_class(const seg_picture_page *p, const int *order, size_t n)
{
    double widest = 20;

    for (size_t i = 0; i < n; i++) {
        seg_string name = {0};

        seg_class_words(&name, seg_page_pair(p), order[i]);
        if (name.text)
            widest = fmax(widest, seg_text_width(name.text, 7, false));
        seg_string_free(&name);
    }
    return widest;
}

double seg_page_strip(seg_picture_page *p, double left, double right, double y, const int *order, size_t n)
{
    const seg_slice_dsc *d = p->c->text.slices;
    size_t shown = n < STRIP_ROWS ? n : STRIP_ROWS;
    struct strip s = {.right = right, .group = (d->slices + STRIP_COLUMNS - 1) / STRIP_COLUMNS};
    const seg_font grey = seg_flush_right(seg_second_font);

    s.columns = (d->slices + s.group - 1) / s.group;
    s.left = left + fmin(seg_widest_class(p, order, shown), 110) + 4;
    s.cell = (right - 26 - s.left) / (double)s.columns;
    seg_svg_text(&p->svg, left, y, &seg_title_font, "DSC in each slice (bars from 0 to 1)");
    seg_svg_text(&p->svg, right, y, &grey, "DSC");
    strip_mark(p, &s, y + 8.5);
    y += 18;
    for (size_t i = 0; i < shown; i++, y += 12.5)
        strip_row(p, &s, order[i], y);
    strip_axis(p, &s, y - 9);
    y += 18;
    if (shown < n) {
        seg_svg_text(&p->svg, s.left, y, &seg_second_font, "%zu more class%s, DSC %.2f to %.2f", n - shown,
                     n - shown == 1 ? "" : "es", seg_counts_dsc(&d->whole[order[shown]]),
                     seg_counts_dsc(&d->whole[order[n - 1]]));
        y += SEG_LIST_LINE;
    }
    return y;
}
