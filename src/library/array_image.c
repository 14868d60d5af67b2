/* array_image.c - checks an array and makes an image of it. */
#include "array_image.h"

#include <math.h>

#include "../base/memory.h"
#include "../base/text.h"

enum { MOST_CHANNELS = 65535 };

static const size_t BYTES[] = {4, 1, 2, 2, 8}; /* of one value of each seg_array_type */

static seg_status check_shape(const seg_array *a, const char *name, seg_error *err)
{
    size_t values = BYTES[a->type] * (size_t)a->channels;

    for (int i = 0; i < 3; i++)
        if (a->shape[i] < 1 || a->shape[i] > SIZE_MAX / 2 / values)
            return seg_fail(err, SEG_USAGE, "%s: the shape is %zu x %zu x %zu, three sizes of at least 1 were wanted",
                            name, a->shape[0], a->shape[1], a->shape[2]);
        else
            values *= a->shape[i];
    if (a->shape[0] > UINT32_MAX)
        return seg_fail(err, SEG_USAGE, "%s: the first axis has %zu voxels, at most %u were wanted", name, a->shape[0],
                        UINT32_MAX);
    return SEG_OK;
}

static seg_status check_spacing(const seg_array *a, const char *name, bool *known, seg_error *err)
{
    *known = a->spacing[0] != 0 || a->spacing[1] != 0 || a->spacing[2] != 0;
    for (int i = 0; *known && i < 3; i++)
        if (!(a->spacing[i] > 0) || !isfinite(a->spacing[i]))
            return seg_fail(err, SEG_USAGE,
                            "%s: the spacing is %g x %g x %g, three lengths above 0 (or all 0) were wanted", name,
                            a->spacing[0], a->spacing[1], a->spacing[2]);
    return SEG_OK;
}

static seg_status check(const seg_array *a, const char *name, bool *known, seg_error *err)
{
    seg_status st;

    if (!a->data)
        return seg_fail(err, SEG_USAGE, "%s: the array has no data", name);
    if ((unsigned)a->type > SEG_ARRAY_INT64)
        return seg_fail(err, SEG_USAGE, "%s: the array's type is %d, one of seg_array_type was wanted", name,
                        (int)a->type);
    if (a->channels < 1 || a->channels > (a->type == SEG_ARRAY_FLOAT32 ? MOST_CHANNELS : 1))
        return seg_fail(err, SEG_USAGE, "%s: the array has %d channels, %s", name, a->channels,
                        a->type == SEG_ARRAY_FLOAT32 ? "a number of classes was wanted"
                                                     : "1 was wanted (labels have one channel)");
    st = check_shape(a, name, err);
    return st ? st : check_spacing(a, name, known, err);
}

/* An axis of one voxel moves to the end, which moves no voxel in memory. */
static seg_grid grid_of(const seg_array *a, bool known)
{
    seg_grid grid = {.n = {1, 1, 1}, .mm = {1, 1, 1}, .has_mm = known};
    int to = 0;

    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < 3; i++)
            if ((a->shape[i] == 1) == pass) {
                grid.n[to] = a->shape[i];
                grid.mm[to++] = known ? a->spacing[i] : 1;
            }
    return grid;
}

static seg_status add_row(seg_labelmap *map, const seg_array *a, size_t begin, seg_error *err)
{
    switch (a->type) {
    case SEG_ARRAY_UINT8:
        return seg_labelmap_add_row_u8(map, (const uint8_t *)a->data + begin, err);
    case SEG_ARRAY_INT16:
        return seg_labelmap_add_row_i16(map, (const int16_t *)a->data + begin, err);
    case SEG_ARRAY_UINT16:
        return seg_labelmap_add_row_u16(map, (const uint16_t *)a->data + begin, err);
    default:
        return seg_labelmap_add_row_i64(map, (const int64_t *)a->data + begin, err);
    }
}

/* A mask of 0 and 255 may stand for the labels 0 and 1, as in a file. */
static bool is_mask(const seg_labelmap *map, seg_array_type type)
{
    return type == SEG_ARRAY_UINT8 && map->values <= 2 && map->values && map->value[map->values - 1] == 255 &&
           (map->values == 1 || map->value[0] == 0);
}

static seg_status labels(seg_image *image, const seg_grid *grid, const seg_array *a, seg_error *err)
{
    seg_status st = seg_labelmap_begin(&image->labels, grid, err);

    for (size_t row = 0; !st && row < seg_grid_rows(grid); row++)
        st = add_row(&image->labels, a, row * grid->n[0], err);
    if (!st)
        st = seg_labelmap_end(&image->labels, err);
    if (!st)
        image->binary = is_mask(&image->labels, a->type);
    return st;
}

seg_status seg_array_image(seg_image *image, const seg_array *a, const char *name, seg_error *err)
{
    bool known = false;
    seg_status st = check(a, name, &known, err);
    seg_grid grid;

    *image = (seg_image){.kind = SEG_IMAGE_LABELS};
    if (st)
        return st;
    image->path = seg_copy(name, SIZE_MAX);
    if (!image->path)
        return seg_fail(err, SEG_MEMORY, "not enough memory for the name of an array");
    grid = grid_of(a, known);
    if (a->type != SEG_ARRAY_FLOAT32)
        return labels(image, &grid, a, err);
    image->kind = SEG_IMAGE_PROBABILITIES;
    image->prob = (seg_probmap){.grid = grid,
                                .planes = a->channels,
                                .prob = (float *)(uintptr_t)a->data, /* borrowed: it is only read */
                                .borrowed = true};
    return SEG_OK;
}
