/* page_planes.c - the blocks with planes: three through one voxel, and one around each mistake. */
#include "page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

#define GUTTER        12.0 /* beside and above a frame, for its letters */
#define CROP_LEAST_MM 68.0
#define AROUND_MM     10.0 /* shown around the labels */

/* ---- three planes ---- */

void seg_page_centre(const seg_picture_page *p, size_t at[3])
{
    const seg_mistakes *m = p->c->text.mistakes;
    const seg_box box = seg_box_of_labels(seg_page_pair(p), 0);

    for (int a = 0; a < 3; a++)
        at[a] = p->c->has_at ? p->c->at[a] : m->n ? m->mistake[0].at[a] : (box.begin[a] + box.end[a]) / 2;
}

seg_status seg_page_plane(seg_picture_page *p, seg_plane_place *place, seg_error *err)
{
    seg_string png = {0};
    seg_status st = p->grey ? seg_grey_png(&png, p->grey, place->plane, err) : SEG_OK;

    if (!st && p->grey) {
        place->grey = (const unsigned char *)png.text;
        place->grey_bytes = png.length;
    }
    if (!st)
        st = seg_plane_draw(&p->svg, place, seg_page_pair(p), err);
    seg_string_free(&png);
    return st;
}

/* Planes that are drawn together, in rows; a narrow page takes two rows. */
struct planes {
    seg_plane plane[3];
    size_t n, in_row; /* planes in the last row; the others stand in the row above it */
    size_t at[3];
    double scale;
};

static seg_status cut_planes(struct planes *s, const seg_picture_page *p, seg_error *err)
{
    static const int world[3] = {2, 1, 0}; /* axial, coronal, sagittal */
    const seg_grid *grid = &seg_page_pair(p)->grid;
    seg_box box = seg_box_of_labels(seg_page_pair(p), AROUND_MM);
    seg_status st = SEG_OK;

    seg_page_centre(p, s->at);
    s->n = seg_grid_dims(grid) == 3 ? 3 : 1;
    s->in_row = s->n == 3 && seg_page_narrow(p) ? 2 : s->n;
    for (size_t i = 0; !st && i < s->n; i++) {
        seg_plane_view view = seg_plane_across(grid, s->n == 1 ? 2 : seg_axis_of_world(grid, world[i]));

        st = seg_plane_cut(&s->plane[i], seg_page_pair(p), p->c->text.mistakes, &view, s->at[view.normal], &box, err);
    }
    return st;
}

/* All planes have one scale, the largest at which the last row fits the page and no plane is higher than 0.45 of the
 * page's width. */
static double row_scale(const struct planes *s, const seg_picture_page *p)
{
    double gaps = 2 * GUTTER * (double)s->in_row + 8 * ((double)s->in_row - 1), wide = 0, high = 0;

    for (size_t i = 0; i < s->n; i++) {
        if (i >= s->n - s->in_row)
            wide += (double)s->plane[i].n[0] * s->plane[i].mm[0];
        high = fmax(high, (double)s->plane[i].n[1] * s->plane[i].mm[1]);
    }
    return fmin((p->width - 2 * SEG_PAGE_MARGIN - gaps) / wide, p->width * 0.45 / high);
}

/* Draws planes [begin, end) beside each other. */
static seg_status draw_row(struct planes *s, seg_picture_page *p, size_t begin, size_t end, seg_error *err)
{
    const seg_grid *grid = &seg_page_pair(p)->grid;
    double x = SEG_PAGE_MARGIN, high = 0;
    seg_status st = SEG_OK;

    for (size_t i = begin; !st && i < end; i++) {
        const seg_plane *plane = &s->plane[i];
        seg_plane_place place = {.plane = plane,
                                 .x = x + GUTTER,
                                 .y = p->y + 20,
                                 .scale = s->scale,
                                 .crossed = s->n > 1,
                                 .badges = true,
                                 .unit = seg_grid_unit(grid)};

        memcpy(place.cross, s->at, sizeof s->at);
        if (s->n > 1)
            seg_svg_text(&p->svg, place.x, p->y + 8, &seg_text_font, "%s %zu (0 to %zu)", plane->view.name,
                         plane->index, grid->n[plane->view.normal] - 1);
        st = seg_page_plane(p, &place, err);
        x = place.x + seg_plane_width(&place) + GUTTER + 8;
        high = fmax(high, seg_plane_height(&place));
    }
    p->y += high + 40;
    return st;
}

seg_status seg_page_planes(seg_picture_page *p, seg_error *err)
{
    struct planes s = {.n = 0};
    seg_status st = cut_planes(&s, p, err);
    size_t first = s.n - s.in_row;

    s.scale = st ? 1 : row_scale(&s, p);
    if (!st && first)
        st = draw_row(&s, p, 0, first, err);
    if (!st)
        st = draw_row(&s, p, first, s.n, err);
    p->y += 6;
    for (size_t i = 0; i < s.n; i++)
        seg_plane_free(&s.plane[i]);
    return st;
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

static seg_status draw_crop(seg_picture_page *p, size_t i, double x, double y, double side, seg_error *err)
{
    const seg_grid *grid = &seg_page_pair(p)->grid;
    const seg_mistakes *all = p->c->text.mistakes;
    const seg_mistake *m = &all->mistake[i];
    int axis = seg_grid_dims(grid) == 3 ? p->c->text.axis : 2;
    seg_plane_view view = seg_plane_across(grid, axis);
    seg_plane plane = {.index = 0};
    seg_string words = {0};
    seg_box box = around(grid, all, i, CROP_LEAST_MM);
    seg_status st;

    memset(view.letter, 0, sizeof view.letter);
    seg_mistake_words(&words, seg_page_pair(p), m);
    st = seg_plane_cut(&plane, seg_page_pair(p), all, &view, m->at[axis], &box, err);
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
        st = seg_page_plane(p, &place, err);
    }
    seg_string_free(&words);
    seg_plane_free(&plane);
    return st;
}

seg_status seg_page_crops(seg_picture_page *p, seg_error *err)
{
    size_t n = p->c->text.mistakes->n, across = seg_page_narrow(p) ? 3 : 6;
    double gap = 7, side = (p->width - 2 * SEG_PAGE_MARGIN - gap * ((double)across - 1)) / (double)across;
    seg_status st = SEG_OK;

    if (!n)
        return SEG_OK;
    seg_svg_text(&p->svg, SEG_PAGE_MARGIN, p->y, &seg_title_font,
                 seg_grid_dims(&seg_page_pair(p)->grid) == 3 ? "Each mistake in the slice where it is largest"
                                                             : "Each mistake");
    p->y += 12;
    for (size_t i = 0; !st && i < n; i++) {
        if (i && i % across == 0)
            p->y += side + 38;
        st = draw_crop(p, i, SEG_PAGE_MARGIN + (double)(i % across) * (side + gap), p->y, side, err);
    }
    p->y += side + 38;
    return st;
}
