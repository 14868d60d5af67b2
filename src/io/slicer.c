/* slicer.c - keys such as Segment0_Name, Segment0_LabelValue and Segment0_Layer.
 *
 * A segment is the set of voxels that have its label value in its layer. In one layer no two segments overlap.
 */
#include "slicer.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

enum { MOST_SEGMENTS = 65534, NO_LAYER = -1 };

/* The segment with that number; *segment is NULL when there is no memory. */
static seg_status segment_at(seg_image_file *a, size_t number, seg_segment **segment, seg_error *err)
{
    size_t room = a->segments;
    seg_status st = SEG_OK;

    if (number >= a->segments)
        st = seg_grow(&a->segment, &room, number + 1, sizeof *a->segment, "segments", err);
    if (st)
        return st;
    for (; a->segments <= number; a->segments++)
        a->segment[a->segments] = (seg_segment){NULL, 1, NO_LAYER};
    *segment = &a->segment[number];
    return SEG_OK;
}

static seg_status wrong(const seg_image_file *a, const char *key, const char *value, seg_error *err)
{
    return seg_fail(err, SEG_READ,
                    "%s: has %.60s:=%.60s, which is not a number that can be used (save it again with 3D Slicer)",
                    a->name, key, value);
}

static seg_status take_segment(seg_image_file *a, size_t number, const char *key, const char *what, const char *value,
                               seg_error *err)
{
    seg_segment *s = NULL;
    int64_t x;
    seg_status st = segment_at(a, number, &s, err);

    if (st)
        return st;
    if (!strcmp(what, "Name")) {
        free(s->name);
        s->name = seg_copy(value, SIZE_MAX);
        return s->name ? SEG_OK : seg_no_name(err);
    }
    if (!seg_read_int64(value, &x) || x < 0 || x > (strcmp(what, "Layer") ? INT32_MAX : MOST_SEGMENTS))
        return wrong(a, key, value, err);
    if (!strcmp(what, "LabelValue"))
        s->value = x;
    else
        s->layer = x;
    return SEG_OK;
}

seg_status seg_slicer_key(seg_image_file *a, const char *key, const char *value, seg_error *err)
{
    size_t digits = strncmp(key, "Segment", 7) ? 0 : strspn(key + 7, "0123456789");
    const char *what = key + 7 + digits + 1;
    char number[8] = "";
    int64_t n;

    if (!strncmp(key, "Segmentation_", 13) && strstr(key, "Representation") && strstr(value, "ractional"))
        return seg_fail(err, SEG_READ,
                        "%s: is a fractional segmentation of 3D Slicer, a binary one was wanted (export it as a binary "
                        "labelmap)",
                        a->name);
    if (digits == 0 || digits > 6 || key[7 + digits] != '_' ||
        (strcmp(what, "Name") && strcmp(what, "LabelValue") && strcmp(what, "Layer")))
        return SEG_OK;
    memcpy(number, key + 7, digits);
    if (!seg_read_int64(number, &n) || n >= MOST_SEGMENTS)
        return wrong(a, key, value, err);
    return take_segment(a, (size_t)n, key, what, value, err);
}

seg_status seg_slicer_check(seg_image_file *a, seg_error *err)
{
    if (a->segments && a->voxels == 1)
        return seg_fail(
            err, SEG_READ,
            "%s: has one voxel, which 3D Slicer writes when there is no image; segments with voxels were wanted "
            "(save the segmentation again)",
            a->name);
    for (size_t i = 0; i < a->segments; i++) {
        seg_segment *s = &a->segment[i];

        if (s->layer == NO_LAYER)
            s->layer = a->channels > 1 ? (int64_t)i : 0;
        if (s->layer >= (int64_t)a->channels)
            return seg_fail(err, SEG_READ, "%s: has segment %zu in layer %lld, but %zu layers (it is damaged)", a->name,
                            i, (long long)s->layer, a->channels);
    }
    return SEG_OK;
}
