/* rename_image.c - new labels for a whole image. */
#include "rename_image.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../image/label_rename.h"

static seg_status new_label(const seg_renaming *r, const char *path, int64_t label, int64_t *to, seg_error *err)
{
    bool listed;

    *to = label == SEG_LABEL_NOT_FINITE ? label : seg_renaming_apply(r, label, path, &listed);
    if (label == SEG_LABEL_NOT_FINITE || listed)
        return SEG_OK;
    return seg_fail(err, SEG_MISMATCH,
                    "%s has the segment %lld, which %s does not list for it (check that the JSON belongs to the image)",
                    path, (long long)label, r->title);
}

static seg_status rename_labels(seg_image *image, const seg_renaming *r, seg_error *err)
{
    seg_labelmap *map = &image->labels;
    int64_t *to;
    seg_status st = seg_alloc(&to, map->values, sizeof *to, "label table", err);

    for (size_t i = 0; !st && i < map->values; i++)
        st = new_label(r, image->path, map->value[i], &to[i], err);
    if (!st)
        st = seg_labelmap_rename(map, to, err);
    free(to);
    return st;
}

static seg_status rename_channels(seg_image *image, const seg_renaming *r, seg_error *err)
{
    size_t n = seg_image_channels(image);
    int64_t *to;
    seg_status st = seg_alloc(&to, n, sizeof *to, "labels of channels", err);

    for (size_t k = 0; !st && k < n; k++)
        st = new_label(r, image->path, seg_image_channel_id(image, k), &to[k], err);
    if (st) {
        free(to);
        return st;
    }
    free(image->id);
    image->id = to;
    return SEG_OK;
}

seg_status seg_image_rename(seg_image *image, const seg_renaming *renaming, seg_error *err)
{
    if (!renaming || !renaming->title || image->independent)
        return SEG_OK;
    image->binary = false;
    if (image->kind == SEG_IMAGE_LABELS)
        return rename_labels(image, renaming, err);
    return seg_image_channels(image) > 1 ? rename_channels(image, renaming, err) : SEG_OK;
}
