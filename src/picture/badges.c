/* badges.c - searches free places for badges and names. */
#include "badges.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BADGES_MOST = 20, DIRECTIONS = 16, RINGS = 8 };
#define BADGE_RADIUS 4.2

void seg_badge(seg_svg *svg, double x, double y, size_t number)
{
    seg_svg_circle(svg, x, y, BADGE_RADIUS, seg_text_ink, &(seg_stroke){"#FFFFFF", 0.5, NULL});
    seg_svg_text(svg, x, y + 2.2, &(seg_font){.size = 6.2, .colour = "#FFFFFF", .anchor = SEG_MIDDLE, .bold = true},
                 "%zu", number);
}

/* The largest of 1, 2, 5 times a power of ten that is at most a quarter of the frame. */
double seg_scale_bar(double frame)
{
    double most = frame / 4, ten = pow(10, floor(log10(most)));

    return most >= 5 * ten ? 5 * ten : most >= 2 * ten ? 2 * ten : ten;
}

/* ---- where a mistake lies ---- */

/* The pixel of the mistake nearest to the middle of its pixels; false when it has none here. */
static bool middle_of(const seg_plane *p, size_t mistake, size_t pixel[2])
{
    double sum[2] = {0}, n = 0, best = INFINITY;

    for (size_t k = 0; k < p->n[0] * p->n[1]; k++)
        if (p->mistake[k] == mistake + 1) {
            sum[0] += (double)(k % p->n[0]);
            sum[1] += (double)(k / p->n[0]);
            n++;
        }
    for (size_t k = 0; n > 0 && k < p->n[0] * p->n[1]; k++) {
        double dx = ((double)(k % p->n[0]) - sum[0] / n) * p->mm[0],
               dy = ((double)(k / p->n[0]) - sum[1] / n) * p->mm[1];

        if (p->mistake[k] == mistake + 1 && dx * dx + dy * dy < best) {
            best = dx * dx + dy * dy;
            pixel[0] = k % p->n[0];
            pixel[1] = k / p->n[0];
        }
    }
    return n > 0;
}

/* ---- free places ---- */

struct places {
    const seg_plane_place *place;
    seg_point taken[BADGES_MOST];
    size_t n;
};

/* Whether no pixel under a disc belongs to a class; where every pixel has one, whether none is wrong. */
static bool is_empty(const seg_plane_place *place, double x, double y)
{
    const seg_plane *p = place->plane;

    for (int i = -2; i <= 2; i++)
        for (int j = -2; j <= 2; j++) {
            double px = (x + i * BADGE_RADIUS / 2 - place->x) / (p->mm[0] * place->scale);
            double py = (y + j * BADGE_RADIUS / 2 - place->y) / (p->mm[1] * place->scale);
            int kind;

            if (i * i + j * j > 5 || px < 0 || py < 0 || px >= (double)p->n[0] || py >= (double)p->n[1])
                continue;
            kind = p->kind[(size_t)py * p->n[0] + (size_t)px];
            if (kind != SEG_PIXEL_EMPTY && !(place->scene && kind == SEG_PIXEL_RIGHT))
                return false;
        }
    return true;
}

/* Whether something as wide as 2 `half` around a point would lie on the scale bar or its length. */
static bool on_bar(const seg_plane_place *p, double x, double y, double half)
{
    double bar = seg_scale_bar((double)p->plane->n[0] * p->plane->mm[0]) * p->scale + 10;

    return x - half < p->x + bar && y + half > p->y + seg_plane_height(p) - 14;
}

static bool is_free(const struct places *s, double x, double y)
{
    const seg_plane_place *p = s->place;
    double margin = BADGE_RADIUS + 1, w = seg_plane_width(p), h = seg_plane_height(p);

    if (x < p->x + margin || y < p->y + margin || x > p->x + w - margin || y > p->y + h - margin)
        return false;
    if (on_bar(p, x, y, margin))
        return false;
    for (size_t i = 0; i < s->n; i++)
        if (hypot(x - s->taken[i].x, y - s->taken[i].y) < 2 * margin)
            return false;
    return is_empty(p, x, y);
}

/* The nearest free place around a point, ring by ring. */
static bool find_place(const struct places *s, seg_point at, seg_point *found)
{
    for (int ring = 0; ring < RINGS; ring++)
        for (int d = 0; d < DIRECTIONS; d++) {
            double r = 9 + 6 * ring, angle = 6.283185307179586 * (d + 0.25) / DIRECTIONS;

            *found = (seg_point){at.x + r * cos(angle), at.y + r * sin(angle)};
            if (is_free(s, found->x, found->y))
                return true;
        }
    return false;
}

/* The middle of the pixel of the mistake that is nearest to a point of the page. */
static seg_point nearest_pixel(const seg_plane_place *place, size_t mistake, seg_point to)
{
    const seg_plane *p = place->plane;
    seg_point best = to;
    double least = INFINITY;

    for (size_t k = 0; k < p->n[0] * p->n[1]; k++) {
        seg_point at = {place->x + ((double)(k % p->n[0]) + 0.5) * p->mm[0] * place->scale,
                        place->y + ((double)(k / p->n[0]) + 0.5) * p->mm[1] * place->scale};

        if (p->mistake[k] == mistake + 1 && hypot(at.x - to.x, at.y - to.y) < least) {
            least = hypot(at.x - to.x, at.y - to.y);
            best = at;
        }
    }
    return best;
}

void seg_badges_draw(seg_svg *svg, const seg_plane_place *place)
{
    struct places s = {.place = place};

    for (size_t m = 0; m < BADGES_MOST; m++) {
        const seg_plane *p = place->plane;
        size_t pixel[2] = {0, 0};
        seg_point at, badge;

        if (!middle_of(p, m, pixel))
            continue;
        at = (seg_point){place->x + ((double)pixel[0] + 0.5) * p->mm[0] * place->scale,
                         place->y + ((double)pixel[1] + 0.5) * p->mm[1] * place->scale};
        if (!find_place(&s, at, &badge))
            continue;
        s.taken[s.n++] = badge;
        at = nearest_pixel(place, m, badge);
        seg_svg_line(svg, at.x, at.y, badge.x, badge.y,
                     &(seg_stroke){place->grey ? "#FFFFFF" : seg_text_ink, 0.5, NULL});
        seg_badge(svg, badge.x, badge.y, m + 1);
    }
}

/* ---- names ---- */

/* Where the name of a class is most likely to fit: a run of its pixels in a row. */
struct place {
    size_t begin, row, length;
    double fit; /* how far the class reaches to each side of the run's middle, points */
};

/* Pixels of the same class above and below a pixel; the smaller number of the two. */
static size_t reach_across(const seg_plane *p, size_t i, size_t j)
{
    uint16_t cls = p->truth[j * p->n[0] + i];
    size_t up = 0, down = 0;

    while (up < j && p->truth[(j - up - 1) * p->n[0] + i] == cls)
        up++;
    while (j + down + 1 < p->n[1] && p->truth[(j + down + 1) * p->n[0] + i] == cls)
        down++;
    return up < down ? up : down;
}

static void find_places(const seg_plane_place *place, int classes, struct place *best)
{
    const seg_plane *p = place->plane;

    for (size_t j = 0; j < p->n[1]; j++)
        for (size_t i = 0, end; i < p->n[0]; i = end) {
            uint16_t cls = p->truth[j * p->n[0] + i];
            double half, fit;

            for (end = i + 1; end < p->n[0] && p->truth[j * p->n[0] + end] == cls;)
                end++;
            half = (double)(end - i) / 2 * p->mm[0] * place->scale;
            if (cls >= classes || half <= best[cls].fit)
                continue;
            /* a name is wide and low: what is above and below counts more */
            fit = fmin(half, 3 * ((double)reach_across(p, (i + end) / 2, j) + 0.5) * p->mm[1] * place->scale);
            if (fit > best[cls].fit && !on_bar(place, place->x + (double)(i + end) / 2 * p->mm[0] * place->scale,
                                               place->y + ((double)j + 0.5) * p->mm[1] * place->scale, 12))
                best[cls] = (struct place){i, j, end - i, fit};
        }
}

/* One name, where it fits inside its class and does not lie on the scale bar. */
static void draw_name(seg_svg *svg, const seg_plane_place *place, const char *name, const struct place *at)
{
    const seg_plane *p = place->plane;
    double width = seg_text_width(name, 6, false), pixel = p->mm[0] * place->scale;
    double x = place->x + ((double)at->begin + (double)at->length / 2) * pixel;
    double y = place->y + ((double)at->row + 0.5) * p->mm[1] * place->scale + 2;

    if (width > (double)at->length * pixel || (on_bar(place, x, y, 2) || on_bar(place, x - width / 2, y, 2)))
        return;
    seg_svg_text(svg, x, y, &(seg_font){.size = 6, .colour = seg_text_ink, .anchor = SEG_MIDDLE, .halo = 0.8}, "%s",
                 name);
}

void seg_names_draw(seg_svg *svg, const seg_plane_place *place, const seg_pair *pair)
{
    struct place *best = calloc((size_t)pair->classes, sizeof *best);

    svg->body.failed = svg->body.failed || !best;
    if (best)
        find_places(place, pair->classes, best);
    for (int c = 0; best && c < pair->classes; c++) {
        seg_string name = {0};

        if (!seg_pair_foreground(pair, c) || !best[c].length)
            continue;
        seg_class_words(&name, pair, c);
        if (name.text)
            draw_name(svg, place, name.text, &best[c]);
        svg->body.failed = svg->body.failed || name.failed;
        seg_string_free(&name);
    }
    free(best);
}
