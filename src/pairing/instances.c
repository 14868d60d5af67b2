/* instances.c - a copy of the runs keeps the ids; the labels are renamed to classes. */
#include "instances.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../image/label_rename.h"

static seg_status copy_ids(seg_labelmap *out, const seg_labelmap *map, seg_error *err)
{
    uint32_t *same;
    seg_status st = seg_alloc(&same, map->values + 1, sizeof *same, "objects", err);

    for (size_t i = 0; !st && i <= map->values; i++)
        same[i] = (uint32_t)i;
    if (!st)
        st = seg_labelmap_coded(out, map, same, err);
    free(same);
    if (!st)
        st = seg_alloc(&out->value, map->values, sizeof *out->value, "objects", err);
    if (st)
        return st;
    memcpy(out->value, map->value, map->values * sizeof *out->value);
    out->values = map->values;
    return SEG_OK;
}

static int64_t class_of(int64_t value, int64_t divisor)
{
    if (value == SEG_LABEL_NOT_FINITE)
        return value;
    if (divisor)
        return value >= divisor ? value / divisor : value;
    return value > 0;
}

static seg_status check(const seg_image *image, seg_error *err)
{
    const seg_labelmap *map = &image->labels;

    if (image->kind != SEG_IMAGE_LABELS)
        return seg_fail(err, SEG_MISMATCH,
                        "%s holds %s, but --objects instances wants a map of ids (make ids of it first, or score its "
                        "connected components: leave --objects out)",
                        image->path, image->kind == SEG_IMAGE_MASKS ? "masks" : "probabilities");
    for (size_t i = 0; i < map->values; i++)
        if ((map->value[i] < 0 && map->value[i] != SEG_LABEL_NOT_FINITE) || map->value[i] > UINT32_MAX)
            return seg_fail(err, SEG_MISMATCH, "%s has the id %lld, 0 to %lld were wanted for objects", image->path,
                            (long long)map->value[i], (long long)UINT32_MAX);
    return SEG_OK;
}

seg_status seg_instances_split(seg_image *image, const seg_instances *instances, seg_error *err)
{
    seg_labelmap *map = &image->labels;
    int64_t *to = NULL;
    seg_status st = check(image, err);

    if (!st)
        st = copy_ids(&image->objects, map, err);
    if (!st)
        st = seg_alloc(&to, map->values, sizeof *to, "objects", err);
    for (size_t i = 0; !st && i < map->values; i++)
        to[i] = class_of(map->value[i], instances->divisor);
    if (!st)
        st = seg_labelmap_rename(map, to, err);
    free(to);
    image->binary = false;
    return st;
}
