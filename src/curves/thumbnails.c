/* thumbnails.c - small pictures of truth and prediction: overlap, false negatives, false positives. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "layout.h"

static const char OVERLAP[] = "#9A9A9A", MISSED[] = "#D55E00", FALSE_POSITIVE[] = "#0072B2";

enum { THUMBNAILS = 5 };

/* The part of a slice that is shown: pixels [x, x + w) by [y, y + h). */
struct window {
    int x, y, w, h;
};

struct picture {
    seg_step step;
    size_t z;      /* the slice shown: through the middle of the object */
    int left, top; /* where the step's image lies in the scene's: 0 unless it is a smaller one, then in its middle */
    bool smaller;
};

static size_t middle_slice(const seg_phantom *s)
{
    size_t low[3], high[3];

    seg_phantom_box(s, low, high);
    return s->grid.n[2] > 1 ? (low[2] + high[2]) / 2 : 0;
}

/* 1 overlap, 2 missed, 3 false, 0 nothing; outside the (possibly cropped) image too. */
static int kind_at(const struct picture *p, int x, int y)
{
    const seg_grid *g = &p->step.grid;
    size_t i;

    x -= p->left;
    y -= p->top;
    if (x < 0 || y < 0 || (size_t)x >= g->n[0] || (size_t)y >= g->n[1] || p->z >= g->n[2])
        return 0;
    i = (size_t)x + g->n[0] * ((size_t)y + g->n[1] * p->z);
    if (p->step.truth[i])
        return p->step.mask[i] ? 1 : 2;
    return p->step.mask[i] ? 3 : 0;
}

/* Widens the box by the visible voxels; by the whole image when its size changes. */
static void include(const struct picture *p, int box[4])
{
    for (int y = p->top; y < p->top + (int)p->step.grid.n[1]; y++)
        for (int x = p->left; x < p->left + (int)p->step.grid.n[0]; x++)
            if (p->smaller || kind_at(p, x, y)) {
                box[0] = x < box[0] ? x : box[0];
                box[1] = x > box[1] ? x : box[1];
                box[2] = y < box[2] ? y : box[2];
                box[3] = y > box[3] ? y : box[3];
            }
}

static void place(struct picture *p, const seg_phantom *scene, bool smaller)
{
    p->z = middle_slice(scene);
    p->smaller = smaller;
    if (!smaller)
        return;
    p->left = (int)(scene->grid.n[0] - p->step.grid.n[0]) / 2;
    p->top = (int)(scene->grid.n[1] - p->step.grid.n[1]) / 2;
    p->z = p->step.grid.n[2] / 2;
}

/* The box of everything shown with a margin, widened to the shape of the thumbnail. */
static struct window window_of(const int box[4], double shape)
{
    const int margin = 1 + (box[1] - box[0]) / 12;
    int w = box[1] - box[0] + 1 + 2 * margin, h = box[3] - box[2] + 1 + 2 * margin;
    const int x = (box[0] + box[1] + 1) / 2, y = (box[2] + box[3] + 1) / 2;

    if (w < h * shape)
        w = (int)ceil(h * shape);
    if (h < w / shape)
        h = (int)ceil(w / shape);
    return (struct window){x - w / 2, y - h / 2, w, h};
}

static seg_status draw_kind(seg_svg *svg, const struct picture *p, const struct window *w, double left, double top,
                            double side, int kind, const char *colour, seg_error *err)
{
    seg_svg_run *run = NULL;
    size_t n = 0, room = 0;
    seg_status st = SEG_OK;

    for (int y = 0; !st && y < w->h; y++)
        for (int x = 0, end; !st && x < w->w; x = end) {
            for (end = x; end < w->w && kind_at(p, w->x + end, w->y + y) == kind; end++)
                ;
            if (end > x) {
                st = seg_grow(&run, &room, n + 1, sizeof *run, "a thumbnail", err);
                if (!st)
                    run[n++] = (seg_svg_run){x, y, end - x};
            }
            end += end == x;
        }
    if (!st)
        seg_svg_runs(svg, left, top, side, run, n, colour);
    free(run);
    return st;
}

/* The steps whose x lie nearest to even parts of the axis, in the order of x. */
static void choose_steps(const seg_curves *c, size_t regime, size_t n, size_t *chosen)
{
    const seg_curve_point *point = seg_curves_points(c, regime, 0);
    double range[2];

    seg_range_of_x(c, regime, range);
    for (size_t i = 0; i < n; i++) {
        const double wanted = range[0] + (range[1] - range[0]) * (double)i / (double)(n - 1);
        double best = INFINITY;

        chosen[i] = 0;
        for (size_t k = 0; k < seg_experiment_points(&c->regime[regime]); k++)
            if (fabs(point[k].x[c->x] - wanted) < best) {
                best = fabs(point[k].x[c->x] - wanted);
                chosen[i] = k;
            }
    }
}

static seg_status draw_one(seg_svg *svg, const struct picture *p, const struct window *w, double left, double top,
                           double width, double height, seg_error *err)
{
    const seg_stroke frame = {seg_pale, 0.5, ""}, image = {seg_grey, 0.5, ""};
    const double side = fmin(width / w->w, height / w->h);
    static const char *const colour[] = {NULL, OVERLAP, MISSED, FALSE_POSITIVE};
    seg_status st = SEG_OK;

    for (int kind = 1; !st && kind <= 3; kind++)
        st = draw_kind(svg, p, w, left, top, side, kind, colour[kind], err);
    seg_svg_rect(svg, left, top, width, height, NULL, &frame);
    if (p->smaller)
        seg_svg_rect(svg, left + side * (p->left - w->x), top + side * (p->top - w->y),
                     side * (double)p->step.grid.n[0], side * (double)p->step.grid.n[1], NULL, &image);
    return st;
}

static void label_of(const seg_curves *c, double x, char *out, size_t room)
{
    snprintf(out, room, c->x == SEG_X_ERRORS || fabs(x) >= 100 ? "%.0f" : "%.3g", x);
}

seg_status seg_draw_thumbnails(const seg_canvas *canvas, size_t regime, double left, double top, double width,
                               double *height, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    const double gap = 3, wide = (width - gap * (THUMBNAILS - 1)) / THUMBNAILS, high = wide * 0.66;
    const seg_font font = {.size = SEG_SMALL, .colour = seg_ink, .anchor = SEG_MIDDLE};
    struct picture picture[THUMBNAILS] = {0};
    int box[4] = {1 << 28, -1, 1 << 28, -1};
    size_t chosen[THUMBNAILS];
    seg_status st = SEG_OK;

    choose_steps(c, regime, THUMBNAILS, chosen);
    for (size_t i = 0; !st && i < THUMBNAILS; i++) {
        st = seg_curves_step(c, regime, 0, chosen[i], &picture[i].step, err);
        place(&picture[i], &c->regime[regime].scene, c->regime[regime].plan.family->crops);
        if (!st)
            include(&picture[i], box);
    }
    for (size_t i = 0; !st && box[1] >= 0 && i < THUMBNAILS; i++) {
        const struct window window = window_of(box, wide / high);
        const double x = left + (wide + gap) * (double)i;
        char label[32];

        st = draw_one(canvas->svg, &picture[i], &window, x, top, wide, high, err);
        label_of(c, seg_curves_points(c, regime, 0)[chosen[i]].x[c->x], label, sizeof label);
        seg_svg_text(canvas->svg, x + wide / 2, top + high + SEG_SMALL + 1, &font, "%s", label);
    }
    for (size_t i = 0; i < THUMBNAILS; i++)
        seg_step_free(&picture[i].step);
    *height = high + SEG_SMALL + 2;
    return st;
}

void seg_draw_thumbnail_key(seg_svg *svg, double left, double base, double width)
{
    static const struct {
        const char *colour, *text;
    } key[] = {{OVERLAP, "overlap"}, {MISSED, "missed"}, {FALSE_POSITIVE, "false positive"}};
    const seg_font font = {.size = SEG_SMALL, .colour = seg_ink};
    double total = 0;

    for (size_t i = 0; i < 3; i++)
        total += 9 + 10 + seg_text_width(key[i].text, SEG_SMALL, false);
    left += fmax(0, (width - total + 10) / 2);
    for (size_t i = 0; i < 3; i++) {
        seg_svg_rect(svg, left, base - 5, 5.5, 5.5, key[i].colour, NULL);
        seg_svg_text(svg, left + 8, base, &font, "%s", key[i].text);
        left += 9 + 10 + seg_text_width(key[i].text, SEG_SMALL, false);
    }
}
