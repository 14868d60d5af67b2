/* thumbnail.c - draws a plane pixel by pixel and lets libpng write it. */
#include "thumbnail.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "badges.h"
#include "case_text.h"

enum { WIDEST = 320, BAR_ROWS = 3 };

/* ---- colours ---- */

typedef enum { WHITE, GREY, ORANGE, BLUE, PINK, DARK, PALE, INK, COLOURS } colour;

static const unsigned char palette[COLOURS][3] = {
    [WHITE] = {255, 255, 255}, [GREY] = {218, 218, 218}, [ORANGE] = {230, 159, 0}, [BLUE] = {0, 114, 178},
    [PINK] = {204, 121, 167},  [DARK] = {74, 31, 56},    [PALE] = {235, 235, 235}, [INK] = {34, 34, 34}};

/* Extra: white lines at 45 degrees; wrong: crossed dark lines. */
static colour colour_of(seg_pixel_kind kind, size_t x, size_t y)
{
    bool rising = (x + y) % 4 == 0, falling = (x + 400 - y % 4) % 4 == 0;

    switch (kind) {
    case SEG_PIXEL_RIGHT:
        return GREY;
    case SEG_PIXEL_MISSED:
        return ORANGE;
    case SEG_PIXEL_EXTRA:
        return rising ? WHITE : BLUE;
    case SEG_PIXEL_WRONG:
        return rising || falling ? DARK : PINK;
    case SEG_PIXEL_IGNORED:
        return rising ? PALE : WHITE;
    default:
        return WHITE;
    }
}

/* ---- pixels ---- */

struct raster {
    const seg_plane *plane;
    size_t w, h;
    double mm; /* of a pixel */
    unsigned char *pixel;
};

/* The plane's pixel under a pixel of the raster. */
static size_t under(const struct raster *r, size_t x, size_t y)
{
    const seg_plane *p = r->plane;
    size_t i = (size_t)(((double)x + 0.5) * r->mm / p->mm[0]), j = (size_t)(((double)y + 0.5) * r->mm / p->mm[1]);

    i = i < p->n[0] ? i : p->n[0] - 1;
    j = j < p->n[1] ? j : p->n[1] - 1;
    return j * p->n[0] + i;
}

static void fill(struct raster *r)
{
    for (size_t y = 0; y < r->h; y++)
        for (size_t x = 0; x < r->w; x++) {
            size_t at = under(r, x, y);
            bool edge = (x && r->plane->truth[under(r, x - 1, y)] != r->plane->truth[at]) ||
                        (y && r->plane->truth[under(r, x, y - 1)] != r->plane->truth[at]);

            r->pixel[y * r->w + x] = (unsigned char)(edge ? INK : colour_of((seg_pixel_kind)r->plane->kind[at], x, y));
        }
}

static void draw_bar(struct raster *r)
{
    size_t length = (size_t)round(seg_scale_bar((double)r->w * r->mm) / r->mm);

    for (size_t y = r->h > 8 ? r->h - 8 : 0; r->h > 8 && y < r->h - 8 + BAR_ROWS - 1; y++)
        for (size_t x = 6; x < 6 + length && x < r->w; x++)
            r->pixel[y * r->w + x] = INK;
}

static seg_status encode(seg_string *out, const struct raster *r, seg_error *err)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)r->w,
                       .height = (png_uint_32)r->h,
                       .format = PNG_FORMAT_RGB_COLORMAP,
                       .colormap_entries = COLOURS};
    png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
    char *file;
    seg_status st = seg_alloc(&file, bytes, 1, "a picture", err);

    if (!st && !png_image_write_to_memory(&image, file, &bytes, 0, r->pixel, 0, palette))
        st = seg_fail(err, SEG_MEMORY, "libpng could not write a picture: %s", image.message);
    if (!st)
        seg_string_add_n(out, file, bytes);
    png_image_free(&image);
    free(file);
    return st;
}

seg_status seg_thumbnail(seg_string *out, const seg_plane *plane, size_t size[2], seg_error *err)
{
    double wide = (double)plane->n[0] * plane->mm[0], high = (double)plane->n[1] * plane->mm[1];
    struct raster r = {.plane = plane, .mm = fmax(fmax(1, wide / WIDEST), high / (2.0 * WIDEST))};
    seg_status st;

    /* small images are enlarged by a whole factor, so that they can be seen */
    if (wide < WIDEST / 2.0)
        r.mm = 1 / floor(fmax(1, WIDEST / 2.0 / wide));
    r.w = (size_t)fmax(1, round(wide / r.mm));
    r.h = (size_t)fmax(1, round(high / r.mm));
    st = seg_alloc(&r.pixel, r.w * r.h, 1, "a picture", err);
    if (!st) {
        fill(&r);
        draw_bar(&r);
        st = encode(out, &r, err);
    }
    free(r.pixel);
    size[0] = r.w;
    size[1] = r.h;
    return st;
}

/* ---- words ---- */

void seg_thumbnail_words(seg_string *out, const seg_plane *plane, const char *name, const seg_pair *pair,
                         const seg_mistake *mistake)
{
    if (seg_grid_dims(&pair->grid) == 3)
        seg_string_printf(out, "%s slice %zu of %s", plane->view.name, plane->index, name);
    else
        seg_string_add(out, name);
    if (!mistake)
        return;
    seg_string_add(out, ": ");
    seg_mistake_words(out, pair, mistake);
    seg_string_add(out, ", ");
    seg_volume_words(out, &pair->grid, mistake->voxels);
    seg_string_printf(out, " %s", seg_volume_unit(&pair->grid));
}
