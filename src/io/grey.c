/* grey.c - colour pictures are read only if they are grey. */
#include "grey.h"

#include <string.h>

static seg_status has_colour(const seg_image_file *a, size_t x, size_t y, seg_error *err)
{
    return seg_fail(
        err, SEG_READ,
        "%s: pixel (%zu, %zu) has a colour, one number per pixel was wanted (say --palette FILE, which label "
        "each colour is, or --palette panoptic for ids; or write the labels as grey or palette %s)",
        a->name, x, y, a->format->name);
}

static seg_status changing_alpha(const seg_image_file *a, size_t x, size_t y, seg_error *err)
{
    return seg_fail(
        err, SEG_READ,
        "%s: transparency changes at pixel (%zu, %zu), one number per pixel was wanted (write it without an "
        "alpha channel)",
        a->name, x, y);
}

static seg_status check_alpha(seg_pixels *p, const seg_image_file *a, const uint8_t *sample, size_t x, size_t y,
                              seg_error *err)
{
    uint64_t alpha = 0;

    memcpy(&alpha, sample, a->type->bytes);
    if (p->alpha_seen && alpha != p->alpha_value)
        return changing_alpha(a, x, y, err);
    p->alpha_seen = true;
    p->alpha_value = alpha;
    return SEG_OK;
}

void seg_take_colours(seg_image_file *a, int colours)
{
    a->colours = colours == 3;
    if (a->colours)
        a->type = &seg_types[SEG_UINT32];
}

/* 8-bit samples as R + 256 G + 65536 B. */
static seg_status pack_row(seg_pixels *p, const seg_image_file *a, const uint8_t *at, size_t width, size_t y,
                           uint8_t *to, seg_error *err)
{
    for (size_t x = 0; x < width; x++, at += p->channels, to += 4) {
        uint32_t colour = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;

        if (p->alpha && p->alpha_seen && at[3] != p->alpha_value)
            return changing_alpha(a, x, y, err);
        p->alpha_seen = p->alpha;
        p->alpha_value = p->alpha ? at[3] : 0;
        memcpy(to, &colour, sizeof colour);
    }
    return SEG_OK;
}

seg_status seg_grey_row(seg_pixels *p, const seg_image_file *a, const void *row, size_t width, size_t y, void *out,
                        seg_error *err)
{
    size_t bytes = a->type->bytes, colours = (size_t)(p->channels - p->alpha), pixel = bytes * (size_t)p->channels;
    const uint8_t *at = row;
    uint8_t *to = out;
    seg_status st = SEG_OK;

    if (a->colours)
        return pack_row(p, a, row, width, y, out, err);
    for (size_t x = 0; !st && x < width; x++, at += pixel, to += bytes) {
        if (colours > 1 && memcmp(at, at + bytes, (colours - 1) * bytes))
            return has_colour(a, x, y, err);
        if (p->alpha)
            st = check_alpha(p, a, at + colours * bytes, x, y, err);
        memcpy(to, at, bytes);
    }
    return st;
}
