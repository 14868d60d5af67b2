/* segmentation_file.c - what a segmentation says about itself is used before what lies beside it. */
#include "segmentation_file.h"

#include <string.h>

#include "../image/place.h"
#include "../io/read.h"
#include "../io/segments.h"

seg_status seg_segmentation_take(seg_look *look, const char *path, seg_case_reading *c, int side, seg_meaning *meaning,
                                 seg_image *image, bool *ready, seg_error *err)
{
    const seg_image_file *a = look->file;
    seg_status st;

    seg_label_names_free(c->carried[side], c->n_carried[side]); /* of a first look */
    c->carried[side] = NULL;
    c->n_carried[side] = 0;
    if (!a || !a->segments)
        return SEG_OK;
    if (!seg_has_layers(a))
        return c->reading->renaming[side].given ? SEG_OK
                                                : seg_segment_names(a, &c->carried[side], &c->n_carried[side], err);
    if (look->maps != a->channels)
        return seg_fail(err, SEG_READ,
                        "%s: is a segmentation of %zu layers, whose values are labels (leave out what says otherwise)",
                        path, a->channels);
    st = seg_segment_masks(a, look->map, image, err);
    if (st)
        return st;
    *meaning = (seg_meaning){.kind = SEG_MEANS_INDEPENDENT, .unit = 1};
    look->facts.channels = a->segments;
    look->facts.frames = 1;
    look->facts.looked = look->facts.whole = true;
    look->facts.one_hot = false;
    look->facts.high = 1;
    *ready = true;
    return SEG_OK;
}

seg_status seg_segmentation_place(const seg_look *look, const char *path, seg_image *image, const seg_image *other,
                                  const seg_warnings *notes, seg_error *err)
{
    const seg_grid *part = seg_image_grid(image), *whole = seg_image_grid(other);
    size_t at[3];
    seg_status st;

    if (!look->file || !look->file->segments || image->kind == SEG_IMAGE_PROBABILITIES ||
        !memcmp(part->n, whole->n, sizeof part->n) || !seg_grid_part(part, whole, at))
        return SEG_OK;
    seg_warn(
        notes,
        "%s: has %zu x %zu x %zu voxels, a part of the other image's grid, and is placed there from voxel (%zu, %zu, "
        "%zu) on; the rest is background",
        path, part->n[0], part->n[1], part->n[2], at[0], at[1], at[2]);
    st = seg_image_place(image, whole, at, err);
    return st;
}
