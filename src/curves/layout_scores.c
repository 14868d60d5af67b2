/* layout_scores.c - the drawdown of every loss as dots, one for each object, level by level, steadiest first. */
#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../plot/dots.h"
#include "layout.h"

/* A loss and where it stands among its level: by the drawdown of the last object. */
struct entry {
    size_t loss;
    int level;
    double drawdown;
};

static int steadier(const void *a, const void *b)
{
    const struct entry *p = a, *q = b;

    if (p->level != q->level)
        return p->level - q->level;
    if (p->drawdown < q->drawdown || p->drawdown > q->drawdown)
        return p->drawdown < q->drawdown ? -1 : 1;
    return (p->loss > q->loss) - (p->loss < q->loss);
}

static void fill_dots(const seg_curves *c, size_t loss, seg_dot *dot, double *largest)
{
    for (size_t regime = 0; regime < c->regimes; regime++) {
        const seg_curve_score *s = &seg_curves_scores(c, loss, regime)[c->x];
        const double x = s->mean[SEG_DRAWDOWN], sd = isnan(s->sd[SEG_DRAWDOWN]) ? 0 : s->sd[SEG_DRAWDOWN];

        dot[regime] = (seg_dot){x, fmax(0, x - sd), x + sd, regime + 1 == c->regimes};
        if (!isnan(x))
            *largest = fmax(*largest, x + sd);
    }
}

/* "o large, * small; mean of 16 seeds +- sd" */
static void describe_dots(const seg_curves *c, seg_string *out)
{
    char title[96];

    seg_curves_x_title(c, c->x, title, sizeof title);
    seg_string_printf(out, "largest drawdown while %s grows, share of range: ", seg_x_titles[c->x]);
    for (size_t regime = 0; regime < c->regimes; regime++)
        seg_string_printf(out, "%s%s %s", regime ? ", " : "", regime + 1 == c->regimes ? "●" : "○",
                          c->regime[regime].scene.name);
    if (c->seeds > 1)
        seg_string_printf(out, "; mean of %zu seeds ± sd", c->seeds);
    seg_string_add(out, "; dotted: the limits of monotone and of wavy");
}

static void draw_levels(seg_canvas *canvas)
{
    double x = 6;

    for (int level = 0; level < SEG_LEVELS; level++) {
        const seg_font font = {.size = SEG_SMALL, .colour = seg_level_colours[level], .bold = true};

        seg_svg_text(canvas->svg, x, canvas->y + SEG_SMALL, &font, "%s", seg_level_names[level]);
        x += seg_text_width(seg_level_names[level], SEG_SMALL, true) + 9;
    }
    canvas->y += 2 * SEG_SMALL;
}

static void draw_plot(seg_canvas *canvas, const seg_dot_row *row, size_t n, double largest)
{
    static const double guides[] = {0.05, 0.10};
    const seg_font font = {.size = SEG_SMALL, .colour = seg_ink};
    seg_string text = {0};

    describe_dots(canvas->curves, &text);
    draw_levels(canvas);
    canvas->y += seg_dots(canvas->svg, 4, canvas->y, canvas->width - 8,
                          &(seg_dot_plot){row, n, 0, fmax(0.12, largest), guides, 2, NULL, SEG_SMALL});
    if (text.text)
        canvas->y = seg_svg_paragraph(canvas->svg, 4, canvas->y + 1.4 * SEG_SMALL, canvas->width - 8, 0,
                                      1.25 * SEG_SMALL, &font, text.text) -
                    SEG_SMALL;
    canvas->svg->body.failed = canvas->svg->body.failed || text.failed;
    seg_string_free(&text);
}

static size_t sort_losses(const seg_curves *c, struct entry *entry, size_t *list)
{
    const size_t n = seg_losses_drawn(c, SEG_LEVELS, list);

    for (size_t i = 0; i < n; i++) {
        double x = seg_curves_scores(c, list[i], c->regimes - 1)[c->x].mean[SEG_DRAWDOWN];

        entry[i] = (struct entry){list[i], (int)c->loss[list[i]].level, isnan(x) ? INFINITY : x};
    }
    qsort(entry, n, sizeof *entry, steadier);
    return n;
}

seg_status seg_layout_scores(seg_canvas *canvas, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    struct entry *entry = NULL;
    seg_dot_row *row = NULL;
    seg_dot *dot = NULL;
    size_t *list = NULL, n = 0;
    double largest = 0;
    seg_status st = seg_alloc(&entry, c->losses, sizeof *entry, "rows", err);

    if (!st)
        st = seg_alloc(&row, c->losses, sizeof *row, "rows", err);
    if (!st)
        st = seg_alloc(&dot, c->losses * c->regimes, sizeof *dot, "dots", err);
    if (!st)
        st = seg_alloc(&list, c->losses, sizeof *list, "rows", err);
    if (!st)
        n = sort_losses(c, entry, list);
    for (size_t i = 0; i < n; i++) {
        const size_t loss = entry[i].loss;

        fill_dots(c, loss, dot + i * c->regimes, &largest);
        row[i] = (seg_dot_row){c->loss[loss].label, seg_level_colours[entry[i].level],
                               c->loss[loss].label, dot + i * c->regimes,
                               c->regimes,          i && entry[i].level != entry[i - 1].level};
    }
    if (!st)
        draw_plot(canvas, row, n, largest);
    free(entry);
    free(row);
    free(dot);
    free(list);
    return st;
}
