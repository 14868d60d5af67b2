/* case_svg.c - the page of a case: head, three planes, list and strip, the mistakes one by one, definitions. */
#include "case_svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "badges.h"
#include "grey.h"
#include "plane_svg.h"
#include "wrong_runs.h"

#define POINTS_PER_MM (72 / 25.4)
#define MARGIN        8.0  /* of the page, points */
#define GUTTER        12.0 /* beside and above a frame, for its letters */
#define CROP_LEAST_MM 68.0
#define AROUND_MM     10.0 /* shown around the labels */
#define LINE          14.6 /* of the list */

static const seg_font title_font = {.size = 7.2, .colour = seg_text_ink, .bold = true};
static const seg_font text_font = {.size = 7, .colour = seg_text_ink};
static const seg_font second_font = {.size = 7, .colour = seg_text_second};

/* The page as it grows downwards. */
struct page {
    seg_svg svg;
    const seg_case_svg *c;
    double width, y;      /* points */
    seg_grey_image *grey; /* NULL: none */
};

static const seg_pair *pair_of(const struct page *p)
{
    return p->c->text.pair;
}

static seg_font flush_right(seg_font font)
{
    font.anchor = SEG_END;
    return font;
}

static seg_font centred(seg_font font)
{
    font.anchor = SEG_MIDDLE;
    return font;
}

/* ---- head ---- */

struct key {
    const char *text, *fill;
};

static void draw_key(struct page *p, double y)
{
    const struct key keys[] = {{"right", seg_kind_right},
                               {"missed", seg_kind_missed},
                               {"extra", "url(#extra)"},
                               {"wrong class", "url(#wrong)"},
                               {"outline: truth", NULL}};
    double x = p->width - MARGIN;

    for (size_t i = sizeof keys / sizeof *keys; i-- > 0;) {
        x -= seg_text_width(keys[i].text, 6.5, false);
        seg_svg_text(&p->svg, x, y, &(seg_font){.size = 6.5, .colour = seg_text_ink}, "%s", keys[i].text);
        x -= 14;
        if (keys[i].fill)
            seg_svg_rect(&p->svg, x, y - 6, 11, 7.5, keys[i].fill, &(seg_stroke){seg_text_ink, 0.3, NULL});
        else
            seg_svg_line(&p->svg, x, y - 2.2, x + 11, y - 2.2, &(seg_stroke){seg_text_ink, 0.8, NULL});
        x -= 9;
    }
}

static void draw_head(struct page *p, const int *order, size_t n)
{
    const seg_case_text *t = &p->c->text;
    bool narrow = p->width < 350;
    seg_string lowest = {0};

    seg_svg_text(&p->svg, MARGIN, p->y + 8, &(seg_font){.size = 8.5, .colour = seg_text_ink, .bold = true}, "%s",
                 t->name);
    draw_key(p, p->y + (narrow ? 32 : 8));
    if (n) {
        seg_class_words(&lowest, t->pair, order[0]);
        seg_svg_text(&p->svg, MARGIN, p->y + 20, &second_font, "mean DSC %.3f; lowest: %s %.3f",
                     seg_mean_dsc(t->pair, t->slices), lowest.text ? lowest.text : "",
                     seg_counts_dsc(&t->slices->whole[order[0]]));
    } else {
        seg_svg_text(&p->svg, MARGIN, p->y + 20, &second_font, "no class has a voxel in either mask");
    }
    seg_string_free(&lowest);
    p->y += narrow ? 42 : 30;
}

/* ---- planes ---- */

static seg_box box_of_labels(const seg_pair *pair)
{
    size_t classes = (size_t)pair->classes;
    seg_box *box = calloc(2 * classes, sizeof *box), all = {0};

    if (box) {
        seg_labelmap_boxes(&pair->truth, classes, box);
        seg_labelmap_boxes(&pair->pred_labels, classes, box + classes);
        for (size_t c = 0; c < 2 * classes; c++)
            if (seg_pair_foreground(pair, (int)(c % classes)))
                all = seg_box_join(&all, &box[c]);
    }
    free(box);
    if (seg_box_is_empty(&all))
        for (int a = 0; a < 3; a++)
            all.end[a] = pair->grid.n[a];
    return all;
}

static void widen(seg_box *box, const seg_grid *grid, double by)
{
    for (int a = 0; a < 3; a++) {
        size_t n = (size_t)ceil(by / grid->mm[a]);

        box->begin[a] = box->begin[a] > n ? box->begin[a] - n : 0;
        box->end[a] = box->end[a] + n < grid->n[a] ? box->end[a] + n : grid->n[a];
    }
}

static void centre_of(const struct page *p, size_t at[3])
{
    const seg_mistakes *m = p->c->text.mistakes;
    const seg_box box = box_of_labels(pair_of(p));

    for (int a = 0; a < 3; a++)
        at[a] = p->c->has_at ? p->c->at[a] : m->n ? m->mistake[0].at[a] : (box.begin[a] + box.end[a]) / 2;
}

static seg_status draw_plane(struct page *p, seg_plane_place *place, seg_error *err)
{
    seg_string png = {0};
    seg_status st = p->grey ? seg_grey_png(&png, p->grey, place->plane, err) : SEG_OK;

    if (!st && p->grey) {
        place->grey = (const unsigned char *)png.text;
        place->grey_bytes = png.length;
    }
    if (!st)
        st = seg_plane_draw(&p->svg, place, pair_of(p), err);
    seg_string_free(&png);
    return st;
}

/* All planes have one scale, so that they fill the row; the highest is at most half the page wide high. */
static double row_scale(const struct page *p, const seg_plane *plane, size_t n)
{
    double wide = 0, high = 0, room = p->width - 2 * MARGIN - 2 * GUTTER * (double)n - 8 * ((double)n - 1);

    for (size_t i = 0; i < n; i++) {
        wide += (double)plane[i].n[0] * plane[i].mm[0];
        high = fmax(high, (double)plane[i].n[1] * plane[i].mm[1]);
    }
    return fmin(room / wide, p->width * 0.45 / high);
}

static seg_status draw_planes(struct page *p, seg_error *err)
{
    const seg_grid *grid = &pair_of(p)->grid;
    static const int world[3] = {2, 1, 0}; /* axial, coronal, sagittal */
    seg_plane plane[3] = {{.index = 0}};
    seg_box box = box_of_labels(pair_of(p));
    size_t at[3], n = seg_grid_dims(grid) == 3 ? 3 : 1;
    double x = MARGIN, high = 0, scale;
    seg_status st = SEG_OK;

    widen(&box, grid, AROUND_MM);
    centre_of(p, at);
    for (size_t i = 0; !st && i < n; i++) {
        seg_plane_view view = seg_plane_across(grid, n == 1 ? 2 : seg_axis_of_world(grid, world[i]));

        st = seg_plane_cut(&plane[i], pair_of(p), p->c->text.mistakes, &view, at[view.normal], &box, err);
    }
    scale = st ? 1 : row_scale(p, plane, n);
    for (size_t i = 0; !st && i < n; i++) {
        seg_plane_place place = {.plane = &plane[i],
                                 .x = x + GUTTER,
                                 .y = p->y + 20,
                                 .scale = scale,
                                 .crossed = n > 1,
                                 .badges = true,
                                 .unit = seg_grid_unit(grid)};

        memcpy(place.cross, at, sizeof at);
        if (n > 1)
            seg_svg_text(&p->svg, place.x, p->y + 8, &text_font, "%s %zu (0 to %zu)", plane[i].view.name,
                         plane[i].index, grid->n[plane[i].view.normal] - 1);
        st = draw_plane(p, &place, err);
        x = place.x + seg_plane_width(&place) + GUTTER + 8;
        high = fmax(high, seg_plane_height(&place));
    }
    p->y += high + 46;
    for (size_t i = 0; i < n; i++)
        seg_plane_free(&plane[i]);
    return st;
}

/* ---- the list ---- */

struct columns {
    double left, volume, depth, slices;
};

static void list_line(struct page *p, double y, const struct columns *at, const char *words, const char *volume,
                      const char *depth, const char *slices, const seg_font *font)
{
    seg_font right = flush_right(*font);

    seg_svg_text(&p->svg, at->left + 16, y, font, "%s", words);
    seg_svg_text(&p->svg, at->volume, y, &right, "%s", volume);
    seg_svg_text(&p->svg, at->depth, y, &right, "%s", depth);
    seg_svg_text(&p->svg, at->slices, y, &right, "%s", slices);
}

static void list_mistake(struct page *p, double y, const struct columns *at, size_t i)
{
    const seg_pair *pair = pair_of(p);
    const seg_mistake *m = &p->c->text.mistakes->mistake[i];
    seg_string words = {0}, volume = {0};
    char depth[32], slices[64];

    seg_mistake_words(&words, pair, m);
    seg_volume_words(&volume, &pair->grid, m->voxels);
    snprintf(depth, sizeof depth, m->depth >= SEG_DEPTH_MOST ? "≥ %.3g" : "%.3g", fmin(m->depth, SEG_DEPTH_MOST));
    snprintf(slices, sizeof slices, m->slice[0] == m->slice[1] ? "%zu" : "%zu–%zu", m->slice[0], m->slice[1]);
    seg_badge(&p->svg, at->left + 5, y - 2.2, i + 1);
    list_line(p, y, at, words.text ? words.text : "", volume.text ? volume.text : "", depth,
              seg_grid_dims(&pair->grid) == 3 ? slices : "", &text_font);
    p->svg.body.failed = p->svg.body.failed || words.failed || volume.failed;
    seg_string_free(&words);
    seg_string_free(&volume);
}

static double list_rest(struct page *p, double y, const struct columns *at)
{
    const seg_mistakes *m = p->c->text.mistakes;
    const seg_grid *grid = &pair_of(p)->grid;
    const uint64_t voxels[2] = {m->smaller_voxels, m->border_voxels};
    char words[2][64], depth[32];

    snprintf(words[0], sizeof words[0], "%llu smaller mistake%s", (unsigned long long)m->smaller,
             m->smaller == 1 ? "" : "s");
    snprintf(words[1], sizeof words[1], "within %.3g %s of the border", m->tolerance, seg_grid_unit(grid));
    snprintf(depth, sizeof depth, "≤ %.3g", m->tolerance);
    for (int i = 0; i < 2; i++) {
        seg_string volume = {0};

        if (i == 0 && !m->smaller)
            continue;
        seg_volume_words(&volume, grid, voxels[i]);
        list_line(p, y, at, words[i], volume.text ? volume.text : "", i ? depth : "", "", &second_font);
        seg_string_free(&volume);
        y += LINE;
    }
    return y;
}

static double draw_list(struct page *p, double left, double right, double y)
{
    const seg_mistakes *m = p->c->text.mistakes;
    const seg_grid *grid = &pair_of(p)->grid;
    bool volume = grid->has_mm && seg_grid_dims(grid) == 3;
    struct columns at = {left, right - 88, right - 40, right};
    const seg_font grey = flush_right(second_font);

    seg_svg_text(&p->svg, left, y, &title_font, "What went wrong");
    seg_svg_text(&p->svg, at.volume, y, &grey, "%s", volume ? "ml" : "px");
    seg_svg_text(&p->svg, at.depth, y, &grey, "depth (%s)", seg_grid_unit(grid));
    seg_svg_text(&p->svg, at.slices, y, &grey, "%s", seg_grid_dims(grid) == 3 ? "slices" : "");
    seg_svg_line(&p->svg, left, y + 5, right, y + 5, &(seg_stroke){seg_text_ink, 0.7, NULL});
    y += LINE + 2;
    for (size_t i = 0; i < m->n; i++, y += LINE)
        list_mistake(p, y, &at, i);
    if (!m->n) {
        seg_svg_text(&p->svg, left + 16, y, &text_font, "nothing is wrong beyond %.3g %s", m->tolerance,
                     seg_grid_unit(grid));
        y += LINE;
    }
    seg_svg_line(&p->svg, left, y - LINE + 6, right, y - LINE + 6, &(seg_stroke){seg_text_frame, 0.5, NULL});
    return list_rest(p, y + 2, &at);
}

/* ---- the strip of slices ---- */

enum { STRIP_ROWS = 12, STRIP_COLUMNS = 120 };

struct strip {
    double left, cell, right; /* of the cells; the numbers stand at `right` */
    size_t columns, group;
};

/* What a column shows: the lowest DSC of its slices, or that the class is missed or extra in one of them. */
static void strip_cell(struct page *p, const struct strip *s, const seg_slice_counts *c, size_t n, size_t column,
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

static void strip_row(struct page *p, const struct strip *s, int cls, double y)
{
    const seg_slice_dsc *d = p->c->text.slices;
    const seg_slice_counts *c = d->count + (size_t)cls * d->slices;
    const seg_font right = flush_right(text_font);
    seg_string name = {0};

    seg_class_words(&name, pair_of(p), cls);
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

static void strip_axis(struct page *p, const struct strip *s, double y)
{
    const seg_slice_dsc *d = p->c->text.slices;
    seg_plane_view view = seg_plane_across(&pair_of(p)->grid, p->c->text.axis);
    double end = s->left + (double)s->columns * s->cell;
    const seg_font tick = {.size = 6.5, .colour = seg_text_ink, .anchor = SEG_MIDDLE}, label = centred(text_font);

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
static void strip_mark(struct page *p, const struct strip *s, double y)
{
    size_t at[3];
    double x;

    centre_of(p, at);
    x = s->left + ((double)(at[p->c->text.axis] / s->group) + 0.5) * s->cell;
    seg_svg_area(&p->svg, (seg_point[]){{x - 2.6, y - 5}, {x + 2.6, y - 5}, {x, y}}, 3, seg_text_ink, 1);
}

static double widest_class(const struct page *p, const int *order, size_t n)
{
    double widest = 20;

    for (size_t i = 0; i < n; i++) {
        seg_string name = {0};

        seg_class_words(&name, pair_of(p), order[i]);
        if (name.text)
            widest = fmax(widest, seg_text_width(name.text, 7, false));
        seg_string_free(&name);
    }
    return widest;
}

static double draw_strip(struct page *p, double left, double right, double y, const int *order, size_t n)
{
    const seg_slice_dsc *d = p->c->text.slices;
    size_t shown = n < STRIP_ROWS ? n : STRIP_ROWS;
    struct strip s = {.right = right, .group = (d->slices + STRIP_COLUMNS - 1) / STRIP_COLUMNS};
    const seg_font grey = flush_right(second_font);

    s.columns = (d->slices + s.group - 1) / s.group;
    s.left = left + fmin(widest_class(p, order, shown), 110) + 4;
    s.cell = (right - 26 - s.left) / (double)s.columns;
    seg_svg_text(&p->svg, left, y, &title_font, "DSC in each slice (bars from 0 to 1)");
    seg_svg_text(&p->svg, right, y, &grey, "DSC");
    strip_mark(p, &s, y + 8.5);
    y += 18;
    for (size_t i = 0; i < shown; i++, y += 12.5)
        strip_row(p, &s, order[i], y);
    strip_axis(p, &s, y - 9);
    y += 18;
    if (shown < n) {
        seg_svg_text(&p->svg, s.left, y, &second_font, "%zu more class%s, DSC %.2f to %.2f", n - shown,
                     n - shown == 1 ? "" : "es", seg_counts_dsc(&d->whole[order[shown]]),
                     seg_counts_dsc(&d->whole[order[n - 1]]));
        y += LINE;
    }
    return y;
}

static void draw_middle(struct page *p, const int *order, size_t n)
{
    bool narrow = p->width < 350, strip = n && p->c->text.slices->slices > 1;
    double right = narrow || !strip ? p->width - MARGIN : p->width * 0.445, left = p->width * 0.49, end;

    end = draw_list(p, MARGIN, right, p->y);
    if (strip && narrow)
        end = draw_strip(p, MARGIN, p->width - MARGIN, end + 10, order, n);
    else if (strip)
        end = fmax(end, draw_strip(p, left, p->width - MARGIN, p->y, order, n));
    p->y = end + 10;
}

/* ---- the mistakes one by one ---- */

static seg_box box_of_mistake(const seg_grid *grid, const seg_mistakes *all, size_t index)
{
    seg_box of = {0};
    size_t ny = grid->n[1];

    for (size_t i = 0; i < all->runs; i++) {
        const seg_mistake_run *r = &all->run[i];
        size_t y = r->row % ny, z = r->row / ny;

        if (r->mistake == index)
            of = seg_box_join(&of, &(seg_box){{r->begin, y, z}, {r->end, y + 1, z + 1}});
    }
    return of;
}

/* A square of at least `least` mm around the mistake, moved inside the image where it would leave it. */
static seg_box around(const seg_grid *grid, const seg_mistakes *all, size_t index, double least)
{
    seg_box of = box_of_mistake(grid, all, index), box;

    for (int a = 0; a < 3; a++)
        least = fmax(least, (double)(of.end[a] - of.begin[a]) * grid->mm[a] + 8);
    for (int a = 0; a < 3; a++) {
        size_t n = (size_t)fmin(fmax(1, round(least / grid->mm[a])), (double)grid->n[a]);
        size_t middle = (of.begin[a] + of.end[a]) / 2;

        box.begin[a] = middle > n / 2 ? middle - n / 2 : 0;
        box.begin[a] = box.begin[a] + n > grid->n[a] ? grid->n[a] - n : box.begin[a];
        box.end[a] = box.begin[a] + n;
    }
    return box;
}

static seg_status draw_crop(struct page *p, size_t i, double x, double y, double side, seg_error *err)
{
    const seg_grid *grid = &pair_of(p)->grid;
    const seg_mistakes *all = p->c->text.mistakes;
    const seg_mistake *m = &all->mistake[i];
    int axis = seg_grid_dims(grid) == 3 ? p->c->text.axis : 2;
    seg_plane_view view = seg_plane_across(grid, axis);
    seg_plane plane = {.index = 0};
    seg_string words = {0};
    seg_box box = around(grid, all, i, CROP_LEAST_MM);
    seg_status st;

    memset(view.letter, 0, sizeof view.letter);
    seg_mistake_words(&words, pair_of(p), m);
    st = seg_plane_cut(&plane, pair_of(p), all, &view, m->at[axis], &box, err);
    if (!st) {
        double wide = (double)plane.n[0] * plane.mm[0], high = (double)plane.n[1] * plane.mm[1];
        seg_plane_place place = {.plane = &plane,
                                 .x = x,
                                 .y = y + 26,
                                 .scale = side / fmax(wide, high),
                                 .names = true,
                                 .unit = seg_grid_unit(grid)};
        double after;

        seg_badge(&p->svg, x + 4.5, y + 4, i + 1);
        after = seg_svg_paragraph(&p->svg, x + 12, y + 6, side - 10, 0, 7.5,
                                  &(seg_font){.size = 6.5, .colour = seg_text_ink}, words.text ? words.text : "");
        if (seg_grid_dims(grid) == 3)
            seg_svg_text(&p->svg, x + 12, after, &(seg_font){.size = 6, .colour = seg_text_second}, "%s %zu", view.name,
                         plane.index);
        st = draw_plane(p, &place, err);
    }
    seg_string_free(&words);
    seg_plane_free(&plane);
    return st;
}

static seg_status draw_crops(struct page *p, seg_error *err)
{
    size_t n = p->c->text.mistakes->n, across = p->width < 350 ? 3 : 6;
    double gap = 7, side = (p->width - 2 * MARGIN - gap * ((double)across - 1)) / (double)across;
    seg_status st = SEG_OK;

    if (!n)
        return SEG_OK;
    seg_svg_text(&p->svg, MARGIN, p->y, &title_font,
                 seg_grid_dims(&pair_of(p)->grid) == 3 ? "Each mistake in the slice where it is largest"
                                                       : "Each mistake");
    p->y += 12;
    for (size_t i = 0; !st && i < n; i++) {
        if (i && i % across == 0)
            p->y += side + 38;
        st = draw_crop(p, i, MARGIN + (double)(i % across) * (side + gap), p->y, side, err);
    }
    p->y += side + 38;
    return st;
}

/* ---- the foot ---- */

static void draw_foot(struct page *p)
{
    const seg_grid *grid = &pair_of(p)->grid;
    const char *unit = seg_grid_unit(grid);
    const seg_font font = {.size = 5.8, .colour = seg_text_second};
    char text[512], size[80];

    if (seg_grid_dims(grid) == 2)
        snprintf(size, sizeof size, "%.4g × %.4g %s", grid->mm[0], grid->mm[1], unit);
    else
        snprintf(size, sizeof size, "%.4g × %.4g × %.4g %s", grid->mm[0], grid->mm[1], grid->mm[2], unit);
    snprintf(text, sizeof text,
             "Mistake: wrong voxels of one kind deeper than %.3g %s, joined where they touch; ordered by volume times "
             "depth. Depth: %s to the nearest voxel where the same label is right, at most %g. %sEvery picture of a "
             "row of planes has one scale; voxels of %s.",
             p->c->text.mistakes->tolerance, unit, unit, SEG_DEPTH_MOST,
             grid->has_affine ? "Directions from the header. " : "", size);
    p->y = seg_svg_paragraph(&p->svg, MARGIN, p->y + 4, p->width - 2 * MARGIN - 40, 0, 7.5, &font, text);
}

/* ---- the page ---- */

static seg_status draw_blocks(struct page *p, seg_error *err)
{
    int *order = NULL;
    size_t n = 0;
    seg_status st = seg_alloc(&order, (size_t)pair_of(p)->classes, sizeof *order, "classes", err);

    if (!st)
        n = seg_classes_by_dsc(pair_of(p), p->c->text.slices, order);
    if (!st) {
        seg_kind_patterns(&p->svg);
        draw_head(p, order, n);
        st = draw_planes(p, err);
    }
    if (!st) {
        draw_middle(p, order, n);
        st = draw_crops(p, err);
    }
    if (!st)
        draw_foot(p);
    free(order);
    return st;
}

seg_status seg_case_svg_write(seg_string *out, const seg_case_svg *c, seg_error *err)
{
    struct page p = {.c = c, .width = c->mm * POINTS_PER_MM, .y = MARGIN};
    seg_grey_image grey = {c->grey, &c->text.pair->grid, {c->window[0], c->window[1]}};
    seg_string about = {0};
    seg_status st;

    p.grey = c->grey ? &grey : NULL;
    seg_case_text_write(&about, &c->text);
    st = draw_blocks(&p, err);
    if (!st)
        st = seg_string_check(&about, err);
    if (!st)
        st = seg_svg_finish(
            &p.svg,
            &(seg_svg_page){
                .width = p.width, .height = p.y + MARGIN, .mm = c->mm, .title = c->text.name, .about = about.text},
            out, err);
    seg_svg_free(&p.svg);
    seg_string_free(&about);
    return st;
}
