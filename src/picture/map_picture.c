/* map_picture.c - colours, outlines and legend of a map, pixel by pixel. */
#include "map_picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/percentile.h"
#include "anatomy.h"
#include "raster.h"

/* ---- colours ---- */

/* From white to the largest value: lightness falls evenly, so the order also holds in grey. */
static const seg_rgb above[] = {{255, 255, 255}, {251, 230, 196}, {243, 201, 139}, {230, 159, 0},
                                {184, 111, 0},   {140, 74, 0},    {59, 31, 0}};
static const seg_rgb below[] = {{255, 255, 255}, {207, 227, 241}, {147, 193, 223}, {86, 153, 203},
                                {0, 114, 178},   {0, 76, 126},    {0, 38, 66}};
enum { STEPS = sizeof above / sizeof *above - 1 };
static const seg_rgb ink = {34, 34, 34}, frame = {180, 180, 180}, black = {0, 0, 0}, white = {255, 255, 255};

static uint8_t between(uint8_t a, uint8_t b, double t)
{
    return (uint8_t)lround(a + t * (b - a));
}

/* x in [-1, 1] */
static seg_rgb colour_of(double x)
{
    const seg_rgb *ramp = x < 0 ? below : above;
    double at = fmin(fabs(x), 1) * STEPS;
    int i = at < STEPS ? (int)at : STEPS - 1;

    at -= i;
    return (seg_rgb){between(ramp[i].r, ramp[i + 1].r, at), between(ramp[i].g, ramp[i + 1].g, at),
                     between(ramp[i].b, ramp[i + 1].b, at)};
}

/* Values at the ends of the colours: [lo, hi] with lo 0 where nothing is negative, else -hi. */
struct scale {
    double lo, hi, most; /* most: the largest absolute value */
};

static double share_of(const struct scale *s, double value)
{
    double end = value < 0 ? -s->lo : s->hi;

    return isfinite(value) && end > 0 ? value / end : 0;
}

/* ---- the plane ---- */

struct plane {
    const seg_map_picture *p;
    seg_plane_view view;
    size_t n[2];              /* pixels of the map to the right and down */
    size_t size[2];           /* of a pixel on the page */
    double *value;            /* [n[1]][n[0]] */
    uint16_t *truth, *called; /* [n[1]][n[0]] */
};

static size_t voxel_at(const struct plane *pl, size_t i, size_t j)
{
    const size_t *n = pl->p->pair->grid.n;
    size_t at[3];

    at[pl->view.normal] = pl->p->slice;
    at[pl->view.axis[0]] = pl->view.flip[0] ? pl->n[0] - 1 - i : i;
    at[pl->view.axis[1]] = pl->view.flip[1] ? pl->n[1] - 1 - j : j;
    return at[0] + n[0] * (at[1] + n[1] * at[2]);
}

enum { LONGER_SIDE = 512 };

static void find_sizes(struct plane *pl)
{
    const double *mm = pl->p->pair->grid.mm;
    double a = mm[pl->view.axis[0]], b = mm[pl->view.axis[1]], least = fmin(a, b), ratio[2] = {a / least, b / least};
    double longer = fmax((double)pl->n[0] * ratio[0], (double)pl->n[1] * ratio[1]);
    double factor = fmax(ceil(LONGER_SIDE / longer), 1);

    for (int i = 0; i < 2; i++)
        pl->size[i] = (size_t)fmax(round(factor * ratio[i]), 1);
}

static seg_status cut_plane(struct plane *pl, const seg_map_picture *p, seg_error *err)
{
    size_t pixels;
    seg_status st;

    *pl = (struct plane){.p = p, .view = seg_plane_across(&p->pair->grid, p->axis)};
    for (int i = 0; i < 2; i++)
        pl->n[i] = p->pair->grid.n[pl->view.axis[i]];
    find_sizes(pl);
    pixels = pl->n[0] * pl->n[1];
    st = seg_alloc(&pl->value, pixels, sizeof *pl->value, "a plane", err);
    if (!st)
        st = seg_alloc(&pl->truth, 2 * pixels, sizeof *pl->truth, "a plane", err);
    if (st)
        return st;
    pl->called = pl->truth + pixels;
    for (size_t k = 0; k < pixels; k++) {
        size_t voxel = voxel_at(pl, k % pl->n[0], k / pl->n[0]);

        pl->value[k] = p->value[voxel];
        seg_pair_codes(p->pair, voxel, 1, &pl->truth[k]);
        seg_labelmap_codes(&p->pair->pred_labels, voxel, 1, &pl->called[k]);
    }
    return SEG_OK;
}

static const double CUT = 99.5; /* per cent of the values lie within the colours */

static seg_status find_scale(struct scale *s, const struct plane *pl, seg_error *err)
{
    size_t pixels = pl->n[0] * pl->n[1];
    bool negative = false;
    double *size;
    seg_status st = seg_alloc(&size, pixels, sizeof *size, "a plane", err);

    *s = (struct scale){0};
    for (size_t k = 0; !st && k < pixels; k++) {
        size[k] = isfinite(pl->value[k]) ? fabs(pl->value[k]) : 0;
        s->most = fmax(s->most, size[k]);
        negative |= pl->value[k] < 0;
    }
    if (!st)
        s->hi = seg_percentile(size, pixels, CUT);
    if (s->hi == 0)
        s->hi = s->most;
    s->lo = negative ? -s->hi : 0;
    if (pl->p->has_limits) {
        s->lo = pl->p->limits[0];
        s->hi = pl->p->limits[1];
    }
    free(size);
    return st;
}

enum { MARGIN = 12, DASH = 4 };

static bool dark(seg_rgb c)
{
    return 2 * c.r + 5 * c.g + c.b < 8 * 90;
}

/* Black; white on dark ground. */
static void outline_pixel(seg_raster *r, size_t x, size_t y)
{
    seg_rgb *at = &r->pixel[y * r->width + x];

    *at = dark(*at) ? white : black;
}

/* The edges of a pixel at its left and its top where the label changes; the outline of the prediction lies one pixel further
 * in, where there is room for both. */
static void draw_edges(seg_raster *r, const struct plane *pl, size_t i, size_t j, bool dashed)
{
    const uint16_t *code = dashed ? pl->called : pl->truth;
    size_t k = j * pl->n[0] + i, w = pl->size[0], h = pl->size[1], in = dashed && w > 3 && h > 3;
    size_t x = MARGIN + i * w, y = MARGIN + j * h;

    for (size_t v = 0; i > 0 && code[k] != code[k - 1] && v < h; v++)
        if (!dashed || (y + v) / DASH % 2 == 0)
            outline_pixel(r, x + in, y + v);
    for (size_t u = 0; j > 0 && code[k] != code[k - pl->n[0]] && u < w; u++)
        if (!dashed || (x + u) / DASH % 2 == 0)
            outline_pixel(r, x + u, y + in);
}

static void draw_plane(seg_raster *r, const struct plane *pl, const struct scale *s)
{
    size_t w = pl->size[0], h = pl->size[1];

    seg_raster_box(r, MARGIN - 1, MARGIN - 1, pl->n[0] * w + 2, pl->n[1] * h + 2, frame);
    for (size_t j = 0; j < pl->n[1]; j++)
        for (size_t i = 0; i < pl->n[0]; i++)
            seg_raster_box(r, MARGIN + i * w, MARGIN + j * h, w, h,
                           colour_of(share_of(s, pl->value[j * pl->n[0] + i])));
    for (size_t j = 0; j < pl->n[1]; j++)
        for (size_t i = 0; i < pl->n[0]; i++) {
            draw_edges(r, pl, i, j, false);
            draw_edges(r, pl, i, j, true);
        }
}

/* ---- legend ---- */

enum { BAR = 360, BAR_HEIGHT = 14, LINE = 20, LEAST_WIDTH = 600 };

static void number_at(seg_raster *r, size_t x, size_t y, double value)
{
    char text[SEG_NUMBER_ROOM];
    size_t width, left;

    seg_number_digits(text, value, 3);
    width = seg_raster_text_width(text);
    left = x > MARGIN + width / 2 ? x - width / 2 : MARGIN;
    seg_raster_text(r, left, y, text, ink);
}

/* The colours with the numbers at their ends and in the middle. Returns where the next line begins. */
static size_t draw_bar(seg_raster *r, const struct scale *s, size_t y)
{
    size_t left = MARGIN + 40;

    seg_raster_box(r, left - 1, y - 1, BAR + 2, BAR_HEIGHT + 2, frame);
    for (size_t x = 0; x < BAR; x++) {
        double value = s->lo + (s->hi - s->lo) * ((double)x + 0.5) / BAR;

        seg_raster_box(r, left + x, y, 1, BAR_HEIGHT, colour_of(share_of(s, value)));
    }
    y += BAR_HEIGHT + 6;
    number_at(r, left, y, s->lo);
    number_at(r, left + BAR / 2, y, (s->lo + s->hi) / 2);
    number_at(r, left + BAR, y, s->hi);
    return y + LINE + 4;
}

/* A line, broken where it is wider than the picture. Returns where the next one begins. */
static size_t draw_line(seg_raster *r, const char *text, size_t y, bool draw)
{
    size_t fit = (r->width - 2 * MARGIN) / SEG_LETTER_STEP, most = fit < 255 ? fit : 255;

    while (*text) {
        char part[256];
        size_t n = strlen(text) < most ? strlen(text) : most;

        if (n < strlen(text))
            for (size_t k = n; k > n / 2; k--)
                if (text[k] == ' ') {
                    n = k;
                    break;
                }
        snprintf(part, sizeof part, "%.*s", (int)n, text);
        if (draw)
            seg_raster_text(r, MARGIN, y, part, ink);
        y += LINE;
        text += n;
        text += strspn(text, " ");
    }
    return y;
}

static size_t draw_legend(seg_raster *r, const seg_map_picture *p, const struct scale *s, size_t y, bool draw)
{
    char cut[160], number[SEG_NUMBER_ROOM];

    y = draw ? draw_bar(r, s, y) : y + BAR_HEIGHT + 6 + LINE + 4;
    for (size_t i = 0; i < SEG_MAP_PICTURE_LINES && p->line[i]; i++)
        y = draw_line(r, p->line[i], y, draw);
    if (s->most > fmax(s->hi, -s->lo)) {
        snprintf(cut, sizeof cut, "Colours end at %s; the largest value is %s.",
                 p->has_limits ? "the limits given" : "the 99.5 % quantile", seg_number_digits(number, s->most, 3));
        y = draw_line(r, cut, y, draw);
    }
    return draw_line(r, "Full line: truth. Dashed line: prediction.", y, draw);
}

/* ---- the picture ---- */

size_t seg_map_picture_slice(const seg_grid *grid, const double *value, int axis)
{
    size_t best = 0, step = 1;
    double most = -1;

    for (int a = 0; a < axis; a++)
        step *= grid->n[a];
    for (size_t slice = 0; slice < grid->n[axis]; slice++) {
        double sum = 0;

        for (size_t i = 0; i < seg_grid_voxels(grid); i += step * grid->n[axis])
            for (size_t k = 0; k < step; k++)
                sum += fabs(value[i + slice * step + k]);
        if (sum > most) {
            most = sum;
            best = slice;
        }
    }
    return best;
}

seg_status seg_map_picture_png(seg_string *out, const seg_map_picture *p, seg_error *err)
{
    struct plane pl;
    struct scale s = {0};
    seg_raster r = {0};
    seg_status st = cut_plane(&pl, p, err);
    size_t bottom = MARGIN + pl.n[1] * pl.size[1] + MARGIN, wide = pl.n[0] * pl.size[0] + 2 * MARGIN;

    if (!st)
        st = find_scale(&s, &pl, err);
    r.width = wide > LEAST_WIDTH ? wide : LEAST_WIDTH;
    if (!st)
        st = seg_raster_make(&r, r.width, draw_legend(&r, p, &s, bottom, false) + MARGIN, err);
    if (!st) {
        draw_plane(&r, &pl, &s);
        draw_legend(&r, p, &s, bottom, true);
        st = seg_raster_png(out, &r, err);
    }
    seg_raster_free(&r);
    free(pl.value);
    free(pl.truth);
    return st;
}
