/* segments.c - a class is the voxels that have its label value in its layer. */
#include "segments.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "read.h"

seg_status seg_segment_names(const seg_image_file *a, seg_label_name **names, size_t *n, seg_error *err)
{
    seg_status st = seg_alloc(names, a->segments, sizeof **names, "label names", err);

    *n = 0;
    for (size_t i = 0; !st && i < a->segments; i++) {
        if (!a->segment[i].name)
            continue;
        (*names)[*n] = (seg_label_name){a->segment[i].value, seg_copy(a->segment[i].name, SIZE_MAX)};
        if ((*names)[*n].text)
            ++*n;
        else
            st = seg_no_name(err);
    }
    if (st) {
        seg_label_names_free(*names, *n);
        *names = NULL;
        *n = 0;
    }
    return st;
}

/* Codes 1 where the layer has the value of the segment, else 0. */
static seg_status make_mask(seg_labelmap *mask, const seg_labelmap *layer, const seg_segment *segment, seg_error *err)
{
    uint32_t *to;
    seg_status st = seg_labelmap_copy(mask, layer, err);

    if (!st)
        st = seg_alloc(&to, layer->values, sizeof *to, "a segment", err);
    if (st)
        return st;
    for (size_t c = 0; c < layer->values; c++)
        to[c] = layer->value[c] == segment->value;
    seg_labelmap_recode(mask, to);
    free(to);
    return SEG_OK;
}

/* The name of the file, or the number that Slicer counts segments by. */
static char *name_of(const seg_segment *segment, size_t i)
{
    char number[32];

    snprintf(number, sizeof number, "Segment_%zu", i);
    return seg_copy(segment->name ? segment->name : number, SIZE_MAX);
}

seg_status seg_segment_masks(const seg_image_file *a, const seg_labelmap *layer, seg_image *image, seg_error *err)
{
    seg_status st = seg_alloc(&image->mask, a->segments, sizeof *image->mask, "segments", err);

    image->kind = SEG_IMAGE_MASKS;
    image->independent = true;
    if (!st)
        st = seg_alloc(&image->name, a->segments, sizeof *image->name, "names of segments", err);
    for (size_t i = 0; !st && i < a->segments; i++) {
        image->masks = i + 1;
        st = make_mask(&image->mask[i], &layer[a->segment[i].layer], &a->segment[i], err);
        image->name[i] = st ? NULL : name_of(&a->segment[i], i);
        if (!st && !image->name[i])
            st = seg_no_name(err);
    }
    if (st)
        seg_image_free(image);
    return st;
}
