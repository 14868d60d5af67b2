/* plane_svg.c - a plane as paths: one for each kind of pixel, one for the outline. */
#include "plane_svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "badges.h"

const char seg_kind_right[] = "#DADADA", seg_kind_missed[] = "#E69F00", seg_kind_extra[] = "#0072B2",
           seg_kind_wrong[] = "#CC79A7";
const char seg_text_ink[] = "#222222", seg_text_second[] = "#5C5C5C", seg_text_frame[] = "#B4B4B4";

static const char *const fills[SEG_PIXEL_KINDS] = {[SEG_PIXEL_RIGHT] = seg_kind_right,
                                                   [SEG_PIXEL_MISSED] = seg_kind_missed,
                                                   [SEG_PIXEL_EXTRA] = "url(#extra)",
                                                   [SEG_PIXEL_WRONG] = "url(#wrong)",
                                                   [SEG_PIXEL_IGNORED] = "url(#ignored)"};

void seg_kind_patterns(seg_svg *svg)
{
    seg_svg_hatch(svg, "extra", seg_kind_extra, &(seg_stroke){"#FFFFFF", 0.35, NULL}, 2, false);
    seg_svg_hatch(svg, "wrong", seg_kind_wrong, &(seg_stroke){"#4A1F38", 0.3, NULL}, 1.8, true);
    seg_svg_hatch(svg, "ignored", "#F4F4F4", &(seg_stroke){"#B4B4B4", 0.3, NULL}, 3, false);
}

double seg_plane_width(const seg_plane_place *p)
{
    return (double)p->plane->n[0] * p->plane->mm[0] * p->scale;
}

double seg_plane_height(const seg_plane_place *p)
{
    return (double)p->plane->n[1] * p->plane->mm[1] * p->scale;
}

/* ---- kinds and outline ---- */

static size_t find_runs(const seg_plane *p, seg_pixel_kind kind, seg_svg_run *run)
{
    size_t n = 0;

    for (size_t j = 0; j < p->n[1]; j++)
        for (size_t i = 0; i < p->n[0]; i++) {
            size_t begin = i;

            while (i < p->n[0] && p->kind[j * p->n[0] + i] == kind)
                i++;
            if (i > begin)
                run[n++] = (seg_svg_run){(int)begin, (int)j, (int)(i - begin)};
        }
    return n;
}

static seg_status draw_kinds(seg_svg *svg, const seg_plane_place *place, seg_error *err)
{
    const seg_plane *p = place->plane;
    seg_svg_run *run;
    seg_status st = seg_alloc(&run, p->n[0] * p->n[1], sizeof *run, "a picture", err);

    for (int kind = SEG_PIXEL_RIGHT; !st && kind < SEG_PIXEL_KINDS; kind++) {
        if (kind == SEG_PIXEL_RIGHT && place->grey)
            continue;
        seg_svg_cells(svg, place->x, place->y, p->mm[0] * place->scale, p->mm[1] * place->scale, run,
                      find_runs(p, (seg_pixel_kind)kind, run), fills[kind], place->grey ? 0.8 : 1);
    }
    free(run);
    return st;
}

struct outline {
    seg_point *point; /* two for each segment */
    size_t segments, room;
};

static seg_status add_segment(struct outline *o, seg_point a, seg_point b, seg_error *err)
{
    seg_status st = seg_grow(&o->point, &o->room, 2 * o->segments + 2, sizeof *o->point, "an outline", err);

    if (!st) {
        o->point[2 * o->segments] = a;
        o->point[2 * o->segments++ + 1] = b;
    }
    return st;
}

/* Straight edges between pixels of different truth along one direction: `along` 0 gives those that run down. */
static seg_status add_edges(struct outline *o, const seg_plane_place *place, int along, seg_error *err)
{
    const seg_plane *p = place->plane;
    size_t lines = p->n[along], length = p->n[1 - along];
    size_t step = along == 0 ? 1 : p->n[0], next = along == 0 ? p->n[0] : 1;
    double across = p->mm[along] * place->scale, down = p->mm[1 - along] * place->scale;
    seg_status st = SEG_OK;

    for (size_t i = 1; !st && i < lines; i++)
        for (size_t j = 0; !st && j < length; j++) {
            size_t begin = j;
            const uint16_t *t = p->truth + i * step;

            while (j < length && t[j * next] != (t - step)[j * next])
                j++;
            if (j > begin) {
                double a = (double)i * across, b = (double)begin * down, c = (double)j * down;

                st = along == 0 ? add_segment(o, (seg_point){place->x + a, place->y + b},
                                              (seg_point){place->x + a, place->y + c}, err)
                                : add_segment(o, (seg_point){place->x + b, place->y + a},
                                              (seg_point){place->x + c, place->y + a}, err);
            }
        }
    return st;
}

seg_status seg_plane_outline(seg_svg *svg, const seg_plane_place *place, const char *colour, seg_error *err)
{
    struct outline o = {0};
    seg_status st = add_edges(&o, place, 0, err);

    if (!st)
        st = add_edges(&o, place, 1, err);
    if (!st)
        seg_svg_segments(svg, o.point, o.segments, &(seg_stroke){colour, 0.5, NULL});
    free(o.point);
    return st;
}

/* ---- frame, letters, bar ---- */

static void draw_letters(seg_svg *svg, const seg_plane_place *place)
{
    double w = seg_plane_width(place), h = seg_plane_height(place), x = place->x, y = place->y;
    const double at[4][2] = {
        {x - 7, y + h / 2 + 2}, {x + w + 7, y + h / 2 + 2}, {x + w / 2, y - 3}, {x + w / 2, y + h + 8}};

    for (int i = 0; i < 4; i++)
        if (place->plane->view.letter[i])
            seg_svg_text(svg, at[i][0], at[i][1],
                         &(seg_font){.size = 6.5, .colour = seg_text_second, .anchor = SEG_MIDDLE, .bold = true}, "%c",
                         place->plane->view.letter[i]);
}

static void draw_bar(seg_svg *svg, const seg_plane_place *place)
{
    double length = seg_scale_bar((double)place->plane->n[0] * place->plane->mm[0]);
    double x = place->x + 4, y = place->y + seg_plane_height(place) - 4, end = x + length * place->scale;
    const char *ink = place->grey ? "#FFFFFF" : seg_text_ink;

    seg_svg_line(svg, x, y, end, y, &(seg_stroke){ink, 1.4, NULL});
    seg_svg_text(svg, x, y - 2.5, &(seg_font){.size = 6, .colour = ink, .halo = place->grey ? 0 : 0.8}, "%g %s", length,
                 place->unit);
}

/* Short strokes at the frame where the other two planes cut this one. */
static void draw_cross(seg_svg *svg, const seg_plane_place *place)
{
    const seg_plane *p = place->plane;
    const seg_stroke stroke = {place->grey ? "#FFFFFF" : seg_text_ink, 1, NULL};
    size_t pixel[2];
    double w = seg_plane_width(place), h = seg_plane_height(place), x, y;

    seg_plane_pixel(p, place->cross, pixel);
    x = place->x + ((double)pixel[0] + 0.5) * p->mm[0] * place->scale;
    y = place->y + ((double)pixel[1] + 0.5) * p->mm[1] * place->scale;
    seg_svg_line(svg, x, place->y, x, place->y + 5, &stroke);
    seg_svg_line(svg, x, place->y + h - 5, x, place->y + h, &stroke);
    seg_svg_line(svg, place->x, y, place->x + 5, y, &stroke);
    seg_svg_line(svg, place->x + w - 5, y, place->x + w, y, &stroke);
}

seg_status seg_plane_draw(seg_svg *svg, const seg_plane_place *place, const seg_pair *pair, seg_error *err)
{
    double w = seg_plane_width(place), h = seg_plane_height(place);
    seg_status st;

    if (place->grey)
        seg_svg_png(svg, place->x, place->y, w, h, place->grey, place->grey_bytes);
    st = draw_kinds(svg, place, err);
    if (!st)
        st = seg_plane_outline(svg, place, place->grey ? "#FFFFFF" : seg_text_ink, err);
    if (st)
        return st;
    seg_svg_rect(svg, place->x, place->y, w, h, NULL, &(seg_stroke){seg_text_frame, 0.5, NULL});
    draw_letters(svg, place);
    if (place->crossed)
        draw_cross(svg, place);
    if (place->names)
        seg_names_draw(svg, place, pair);
    draw_bar(svg, place);
    if (place->badges)
        seg_badges_draw(svg, place);
    return SEG_OK;
}
