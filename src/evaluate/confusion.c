/* confusion.c - writes the confusion matrix of a pool: rows are the truth, columns the prediction, ids ascending. */
#include "confusion.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../plot/palette.h"
#include "../plot/svg.h"
#include "../report/csv.h"

/* The classes in the order of their ids, then the labels that are no class where there are any. */
typedef struct {
    const seg_pool *p;
    size_t *at; /* [n] index into p->matrix */
    size_t n;
} order;

static seg_status make_order(order *o, const seg_pool *p, seg_error *err)
{
    seg_status st = seg_alloc(&o->at, p->n + 1, sizeof *o->at, "a confusion matrix", err);

    o->p = p;
    for (size_t k = 0; k < p->n && !st; k++) {
        size_t place = o->n++;

        for (; place && p->cls[o->at[place - 1]].id > p->cls[k].id; place--)
            o->at[place] = o->at[place - 1];
        o->at[place] = k;
    }
    if (!st && p->has_other)
        o->at[o->n++] = p->side - 1;
    if (!st && !p->matrix)
        st = seg_fail(err, SEG_MISMATCH,
                      "the cases hold no confusion matrix (json reports of a run with --confusion or --pooled do)");
    return st;
}

static bool is_other(const order *o, size_t i)
{
    return o->at[i] == o->p->side - 1 && o->at[i] >= o->p->n;
}

static uint64_t cell_of(const order *o, size_t row, size_t column)
{
    return o->p->matrix[o->at[row] * o->p->side + o->at[column]];
}

static uint64_t row_sum(const order *o, size_t row)
{
    uint64_t sum = 0;

    for (size_t j = 0; j < o->n; j++)
        sum += cell_of(o, row, j);
    return sum;
}

/* "other" or the id. */
static void add_id(const order *o, size_t i, seg_string *out)
{
    if (is_other(o, i))
        seg_string_add(out, "other");
    else
        seg_string_printf(out, "%" PRId64, o->p->cls[o->at[i]].id);
}

static void add_row(const order *o, size_t i, bool by_row, seg_string *out)
{
    const char *label = is_other(o, i) ? NULL : o->p->cls[o->at[i]].label;
    uint64_t sum = row_sum(o, i);
    char number[SEG_NUMBER_ROOM];

    add_id(o, i, out);
    seg_string_add(out, ",");
    seg_csv_field(out, ',', label ? label : "");
    for (size_t j = 0; j < o->n; j++) {
        if (!by_row)
            seg_string_printf(out, ",%" PRIu64, cell_of(o, i, j));
        else
            seg_string_printf(out, ",%s", sum ? seg_number(number, (double)cell_of(o, i, j) / (double)sum) : "");
    }
    seg_string_add(out, "\n");
}

seg_status seg_confusion_table(const seg_pool *pool, bool by_row, seg_string *out, seg_error *err)
{
    order o = {0};
    seg_status st = make_order(&o, pool, err);

    if (!st)
        seg_string_add(out, "truth,label");
    for (size_t j = 0; j < o.n && !st; j++) {
        seg_string_add(out, ",");
        add_id(&o, j, out);
    }
    seg_string_add(out, st ? "" : "\n");
    for (size_t i = 0; i < o.n && !st; i++)
        add_row(&o, i, by_row, out);
    free(o.at);
    return st;
}

/* ---- the picture ---- */

static const double FONT = 7.5, CELL = 26, MARGIN = 6;

static void name_of(const order *o, size_t i, seg_string *out)
{
    const char *label = is_other(o, i) ? NULL : o->p->cls[o->at[i]].label;

    if (label)
        seg_string_add(out, label);
    else
        add_id(o, i, out);
}

/* White at 0, dark blue at 1. */
static void colour_of(double share, char text[8])
{
    static const int DARK[3] = {0x0b, 0x3c, 0x6f};
    int c[3];

    for (int k = 0; k < 3; k++)
        c[k] = (int)lround(255 + share * (DARK[k] - 255));
    snprintf(text, 8, "#%02x%02x%02x", c[0], c[1], c[2]);
}

static void draw_cell(seg_svg *svg, const order *o, size_t i, size_t j, double x, double y)
{
    uint64_t sum = row_sum(o, i);
    double share = sum ? (double)cell_of(o, i, j) / (double)sum : 0;
    const seg_font font = {
        .size = FONT - 0.5, .colour = share > 0.5 ? "#ffffff" : seg_ink, .anchor = SEG_MIDDLE, .bold = i == j};
    char colour[8];

    colour_of(share, colour);
    seg_svg_rect(svg, x, y, CELL, CELL, colour, &(seg_stroke){seg_pale, 0.4, ""});
    if (sum && cell_of(o, i, j))
        seg_svg_text(svg, x + CELL / 2, y + CELL / 2 + 0.35 * FONT, &font, share < 0.005 ? "<.01" : "%.2f", share);
}

static double widest_name(const order *o)
{
    double widest = 0;

    for (size_t i = 0; i < o->n; i++) {
        seg_string name = {0};

        name_of(o, i, &name);
        widest = fmax(widest, name.text ? seg_text_width(name.text, FONT, false) : 0);
        seg_string_free(&name);
    }
    return widest;
}

static void draw_row(seg_svg *svg, const order *o, size_t i, double left, double top)
{
    double y = top + CELL * (double)i;
    seg_string name = {0};

    name_of(o, i, &name);
    seg_svg_text(svg, left - 4, y + CELL / 2 + 0.35 * FONT,
                 &(seg_font){.size = FONT, .colour = seg_ink, .anchor = SEG_END}, "%s", name.text ? name.text : "");
    seg_svg_text(svg, left + CELL * ((double)i + 0.6), top - 4,
                 &(seg_font){.size = FONT, .colour = seg_ink, .turn = -60}, "%s", name.text ? name.text : "");
    for (size_t j = 0; j < o->n; j++)
        draw_cell(svg, o, i, j, left + CELL * (double)j, y);
    seg_svg_text(svg, left + CELL * (double)o->n + 5, y + CELL / 2 + 0.35 * FONT,
                 &(seg_font){.size = FONT, .colour = seg_grey}, "%" PRIu64, row_sum(o, i));
    svg->body.failed |= name.failed;
    seg_string_free(&name);
}

seg_status seg_confusion_picture(const seg_pool *pool, seg_string *out, seg_error *err)
{
    order o = {0};
    seg_svg svg = {0};
    seg_status st = make_order(&o, pool, err);
    double names = st ? 0 : widest_name(&o), left = MARGIN + names + 6, top = MARGIN + names + 3 * FONT;
    double width = left + CELL * (double)o.n + 60, height = top + CELL * (double)o.n + 2 * MARGIN;

    if (!st) {
        seg_svg_text(&svg, MARGIN, MARGIN + FONT, &(seg_font){.size = FONT + 1, .colour = seg_ink, .bold = true},
                     "Confusion: rows truth, columns prediction");
        seg_svg_text(&svg, left + CELL * (double)o.n + 5, top - 4, &(seg_font){.size = FONT, .colour = seg_grey},
                     "voxels");
        for (size_t i = 0; i < o.n; i++)
            draw_row(&svg, &o, i, left, top);
        st = seg_svg_finish(&svg,
                            &(seg_svg_page){.width = width,
                                            .height = height,
                                            .title = "Confusion matrix",
                                            .about = "Share of the voxels of each class of the truth (row) that are of "
                                                     "each class of the prediction (column), over all cases."},
                            out, err);
    }
    seg_svg_free(&svg);
    free(o.at);
    return st;
}
