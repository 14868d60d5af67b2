/* lines.c - which losses are drawn, in which style, and the drawing of their lines. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "layout.h"

/* Widths in points; two curves nearer than SAME everywhere are drawn as one. */
static const double THIN = 1, WIDE = 2, SAME = 0.004;

size_t seg_losses_drawn(const seg_curves *c, seg_level level, size_t *list)
{
    size_t n = 0;

    for (size_t i = 0; i < c->losses; i++) {
        bool some = false;

        for (size_t r = 0; r < c->regimes; r++)
            some = some || !seg_curves_skipped(c, i, r);
        if (some && (level == SEG_LEVELS || c->loss[i].level == level))
            list[n++] = i;
    }
    return n;
}

static bool coincide(const seg_curves *c, size_t a, size_t b)
{
    for (size_t r = 0; r < c->regimes; r++) {
        const double *va = seg_curves_values(c, a, r, 0), *vb = seg_curves_values(c, b, r, 0);
        double la, ha, lb, hb;

        seg_curves_range(c, a, r, 0, &la, &ha);
        seg_curves_range(c, b, r, 0, &lb, &hb);
        for (size_t k = 0; k < seg_experiment_points(&c->regime[r]); k++) {
            const double ya = seg_curves_scaled(c, va[k], la, ha), yb = seg_curves_scaled(c, vb[k], lb, hb);
            const double size = c->scale == SEG_SCALE_NONE ? fmax(ha - la, hb - lb) : 1;

            if (isnan(ya) != isnan(yb) || fabs(ya - yb) > SAME * size)
                return false;
        }
    }
    return true;
}

/* Position of the loss's name among the names listed so far. */
static size_t hue_of(const seg_curves *c, const size_t *list, size_t i)
{
    size_t hue = 0;

    for (size_t j = 0; j <= i; j++) {
        bool known = false;

        if (!strcmp(c->loss[list[j]].name, c->loss[list[i]].name))
            return hue;
        for (size_t k = 0; k < j; k++)
            known = known || !strcmp(c->loss[list[j]].name, c->loss[list[k]].name);
        hue += !known;
    }
    return hue;
}

seg_status seg_line_styles_make(seg_line_styles *s, const seg_curves *c, const size_t *list, size_t n, seg_error *err)
{
    bool used[SEG_HUES][SEG_DASHES] = {{false}};
    seg_status st = seg_alloc(&s->stroke, n, sizeof *s->stroke, "line styles", err);

    if (!st)
        st = seg_alloc(&s->same, n, sizeof *s->same, "line styles", err);
    for (size_t i = 0; !st && i < n; i++) {
        const size_t hue = hue_of(c, list, i) % SEG_HUES;
        size_t dash = 0;

        for (s->same[i] = 0; s->same[i] < i && !coincide(c, list[s->same[i]], list[i]);)
            s->same[i]++;
        for (size_t j = s->same[i]; j < i; j++)
            dash += s->same[j] == s->same[i];
        for (size_t tries = 0; used[hue][dash % SEG_DASHES] && tries < SEG_DASHES; tries++)
            dash++;
        used[hue][dash % SEG_DASHES] = true;
        s->stroke[i] = (seg_stroke){seg_hues[hue], THIN, seg_dashes[dash % SEG_DASHES]};
        if (s->same[i] != i)
            s->stroke[s->same[i]].width = WIDE;
    }
    return st;
}

void seg_line_styles_free(seg_line_styles *s)
{
    free(s->stroke);
    free(s->same);
    *s = (seg_line_styles){0};
}

void seg_range_of_x(const seg_curves *c, size_t regime, double range[2])
{
    const seg_curve_point *point = seg_curves_points(c, regime, 0);

    range[0] = INFINITY;
    range[1] = -INFINITY;
    for (size_t k = 0; k < seg_experiment_points(&c->regime[regime]); k++)
        if (!isnan(point[k].x[c->x])) {
            range[0] = fmin(range[0], point[k].x[c->x]);
            range[1] = fmax(range[1], point[k].x[c->x]);
        }
    if (range[0] > range[1])
        range[0] = 0, range[1] = 1;
}

seg_status seg_range_of_y(const seg_curves *c, size_t regime, const size_t *list, size_t n, double range[2],
                          seg_error *err)
{
    double *x = NULL, *y = NULL;
    seg_status st = seg_alloc(&x, c->points, sizeof *x, "a curve", err);

    range[0] = c->scale == SEG_SCALE_NONE ? INFINITY : 0;
    range[1] = c->scale == SEG_SCALE_NONE ? -INFINITY : 1;
    if (!st)
        st = seg_alloc(&y, c->points, sizeof *y, "a curve", err);
    for (size_t i = 0; !st && i < n; i++) {
        size_t points;

        st = seg_curves_line(c, list[i], regime, 0, c->x, x, y, &points, err);
        for (size_t k = 0; !st && k < points; k++) {
            range[0] = fmin(range[0], y[k]);
            range[1] = fmax(range[1], y[k]);
        }
    }
    if (range[0] > range[1])
        range[0] = 0, range[1] = 1;
    free(x);
    free(y);
    return st;
}

static seg_status draw_line(const seg_canvas *canvas, const seg_panel *panel, size_t regime, size_t loss,
                            const seg_stroke *stroke, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    double *x = NULL, *y = NULL;
    seg_string tip = {0};
    size_t n = 0;
    seg_status st = seg_alloc(&x, c->points, sizeof *x, "a curve", err);

    if (!st)
        st = seg_alloc(&y, c->points, sizeof *y, "a curve", err);
    if (!st)
        st = seg_curves_line(c, loss, regime, 0, c->x, x, y, &n, err);
    seg_string_printf(&tip, "%s, %s: ", c->loss[loss].label, c->regime[regime].scene.name);
    seg_score_text(c, loss, regime, &tip);
    if (!st)
        st = seg_panel_curve(canvas->svg, panel, x, y, n, stroke, tip.text, err);
    canvas->svg->body.failed = canvas->svg->body.failed || tip.failed;
    seg_string_free(&tip);
    free(x);
    free(y);
    return st;
}

seg_status seg_draw_lines(const seg_canvas *canvas, const seg_panel *panel, size_t regime, const size_t *list, size_t n,
                          const seg_line_styles *styles, seg_error *err)
{
    seg_status st = SEG_OK;

    /* Wide lines first: they remain visible beside the dashed lines on top of them. */
    for (int wide = 1; wide >= 0; wide--)
        for (size_t i = 0; !st && i < n; i++)
            if ((styles->stroke[i].width > THIN) == wide && !seg_curves_skipped(canvas->curves, list[i], regime))
                st = draw_line(canvas, panel, regime, list[i], &styles->stroke[i], err);
    return st;
}
