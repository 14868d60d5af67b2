/* folder_image.c - channels of a map, or masks of structures, one file for each. */
#include "folder_image.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../image/orientation.h"
#include "../simd/prob.h"
#include "format.h"
#include "look.h"
#include "prob_planes.h"

char *seg_file_stem(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n;

    seg_is_image_name(name, &n);
    return seg_copy(name, n);
}

/* ---- names of channels ---- */

/* "c03": the length of the text before the number, and the number; false when there is none. */
static bool numbered(const char *path, size_t *text, long *number)
{
    char *stem = seg_file_stem(path);
    size_t n = stem ? strlen(stem) : 0, end = n;

    while (n > 0 && isdigit((unsigned char)stem[n - 1]))
        n--;
    *text = n;
    *number = n < end && end - n < 10 ? atol(stem + n) : -1;
    free(stem);
    return *number >= 0;
}

static bool same_text(const char *a, const char *b, size_t n)
{
    char *p = seg_file_stem(a), *q = seg_file_stem(b);
    bool same = p && q && strncmp(p, q, n) == 0;

    free(p);
    free(q);
    return same;
}

static bool ends_as_channels(const char *path, size_t n)
{
    static const char *const words[] = {"c", "ch", "channel", "class", "label", "prob", "pve_", "softmax", NULL};
    char *stem = seg_file_stem(path);
    bool ends = false;

    while (stem && n > 0 && (stem[n - 1] == '_' || stem[n - 1] == '-') &&
           strncasecmp(stem + (n > 4 ? n - 4 : 0), "pve_", 4))
        n--;
    for (int i = 0; stem && words[i]; i++) {
        size_t m = strlen(words[i]);

        ends |= n >= m && !strncasecmp(stem + n - m, words[i], m);
    }
    free(stem);
    return ends;
}

/* number[n]: of each file, all after the same text. */
static bool read_numbers(const seg_folder *folder, long *number)
{
    size_t first = 0, text;

    for (size_t i = 0; i < folder->n; i++) {
        if (!numbered(folder->path[i], i ? &text : &first, &number[i]))
            return false;
        if (i && (text != first || !same_text(folder->path[0], folder->path[i], first)))
            return false;
    }
    return folder->n > 0;
}

bool seg_folder_is_channels(const seg_folder *folder)
{
    long *number;
    size_t text = 0;
    bool channels;

    if (seg_alloc(&number, folder->n, sizeof *number, "names of channels", NULL))
        return false;
    channels = folder->n > 1 && read_numbers(folder, number);
    if (channels)
        numbered(folder->path[0], &text, &number[0]);
    channels = channels && ends_as_channels(folder->path[0], text);
    for (size_t i = 0; channels && i < folder->n; i++)
        channels = number[i] == (long)i; /* the list is in the order of the numbers */
    free(number);
    return channels;
}

/* ---- one grid ---- */

static seg_status check_grid(const seg_image_file *a, const seg_grid *first, const char *path, seg_error *err)
{
    const size_t *want = first->n, *have = a->grid.n;

    if (a->has_planes)
        return seg_fail(
            err, SEG_READ,
            "%s: has an axis of %d channels itself, one image in each file was wanted (name this file alone)", a->name,
            a->planes);
    if (memcmp(want, have, sizeof first->n))
        return seg_fail(err, SEG_MISMATCH,
                        "%s has %zu x %zu x %zu voxels, but %s has %zu x %zu x %zu: files of one size were wanted",
                        a->name, have[0], have[1], have[2], path, want[0], want[1], want[2]);
    if (seg_space_displacement(&a->grid, first) > SEG_SPACE_TOLERANCE_MM)
        return seg_fail(err, SEG_MISMATCH, "%s lies elsewhere in space than %s: files of one image were wanted",
                        a->name, path);
    return SEG_OK;
}

static seg_status read_plane(seg_image *image, size_t plane, size_t planes, const char *path, const char *first,
                             const seg_read_options *options, const seg_warnings *notes, seg_error *err)
{
    seg_image_file a;
    seg_status st = seg_image_file_open(&a, path, options, notes, err);

    if (st)
        return st;
    if (!image->prob.planes)
        st = seg_planes_room(&image->prob, a.name, &a.grid, (int)planes, options, err);
    if (!st)
        st = check_grid(&a, &image->prob.grid, first, err);
    if (!st)
        st = seg_planes_read(image->prob.prob + plane * a.voxels, &a, options, err);
    seg_image_file_close(&a);
    return st;
}

/* ---- channels ---- */

static seg_status bad_numbers(const seg_folder *folder, seg_error *err)
{
    return seg_fail(
        err, SEG_MISMATCH,
        "%s and the files beside it are no channels: one text and the numbers 0, 1, 2, ... (or from 1) were "
        "wanted in their names (say --files masks or --files cases if they are those)",
        folder->path[0]);
}

/* The background is the rest of 1; false when there is less than nothing left. */
static bool fill_background(seg_probmap *map)
{
    size_t voxels = seg_grid_voxels(&map->grid);
    bool fits = true;

    for (size_t i = 0; i < voxels; i++) {
        double sum = 0;

        for (int k = 1; k < map->planes; k++)
            sum += (double)map->prob[(size_t)k * voxels + i];
        map->prob[i] = (float)(1 - sum);
        fits &= !(1 - sum < -(double)SEG_SUM_FAR);
    }
    return fits;
}

static seg_status check_numbers(const seg_folder *folder, const long *number, long first, seg_error *err)
{
    if (first > 1)
        return bad_numbers(folder, err);
    for (size_t i = 1; i < folder->n; i++)
        if (number[i] != number[i - 1] + 1)
            return seg_fail(
                err, SEG_MISMATCH,
                "%s: no channel has the number %ld, which stands between those of the files (add the file, or "
                "rename the others)",
                folder->path[i], number[i - 1] + 1);
    return SEG_OK;
}

static seg_status read_channels(seg_image *image, const seg_folder *folder, const long *number,
                                const seg_read_options *options, const seg_warnings *notes, seg_error *err)
{
    size_t rest = number[0] == 1, planes = folder->n + rest;
    seg_status st = check_numbers(folder, number, number[0], err);

    for (size_t i = 0; !st && i < folder->n; i++)
        st = read_plane(image, i + rest, planes, folder->path[i], folder->path[0], options, notes, err);
    if (st)
        return st;
    if (options->as == SEG_AS_LOGITS)
        return rest ? seg_fail(err, SEG_MISMATCH,
                               "%s: logits without those of the background (number 0) have no softmax", folder->path[0])
                    : seg_planes_from_logits(&image->prob, folder->path[0], false, err);
    if (rest && !fill_background(&image->prob))
        return seg_fail(
            err, SEG_MISMATCH,
            "%s and the files beside it sum to more than 1: they are no channels of one map (say --files masks "
            "or --files cases)",
            folder->path[0]);
    if (rest) {
        seg_warn(notes,
                 "%s is the channel of the lowest number, 1: background = the rest of 1 (class = number in the name)",
                 folder->path[0]);
    }
    return SEG_OK;
}

seg_status seg_image_of_channel_files(seg_image *image, const seg_folder *folder, const seg_read_options *options,
                                      const seg_warnings *notes, seg_error *err)
{
    long *number;
    seg_status st = seg_alloc(&number, folder->n, sizeof *number, "names of channels", err);

    image->kind = SEG_IMAGE_PROBABILITIES;
    if (!st && !read_numbers(folder, number))
        st = bad_numbers(folder, err);
    if (!st)
        st = read_channels(image, folder, number, options, notes, err);
    free(number);
    return st;
}

/* ---- masks ---- */

static seg_status name_masks(seg_image *image, const seg_folder *folder, seg_error *err)
{
    seg_status st = seg_alloc(&image->name, folder->n, sizeof *image->name, "names of masks", err);

    for (size_t i = 0; !st && i < folder->n; i++)
        if (!(image->name[i] = seg_file_stem(folder->path[i])))
            st = seg_fail(err, SEG_MEMORY, "not enough memory for names of masks");
    return st;
}

/* Codes 1 where the only value other than 0 is. */
static seg_status take_mask(seg_image *image, seg_look *look, seg_error *err)
{
    seg_labelmap *map = &look->map[0];
    uint32_t code[2] = {0, 0};

    if (map->values > 2 || (map->values == 2 && map->value[0] != 0))
        return seg_fail(
            err, SEG_READ,
            "%s: holds %zu different values, a mask has 0 and one more (say --files cases if it holds labels)",
            look->facts.path, map->values);
    for (size_t i = 0; i < map->values; i++)
        code[i] = map->value[i] != 0;
    seg_labelmap_recode(map, code);
    image->mask[image->masks++] = *map;
    *map = (seg_labelmap){0};
    return SEG_OK;
}

/* *fractions is set, and nothing is kept, when the file is a map. */
static seg_status read_mask(seg_image *image, const char *path, const char *first, const seg_read_options *options,
                            bool *fractions, const seg_warnings *notes, seg_error *err)
{
    seg_look look;
    seg_status st = seg_look_open(&look, path, options, notes, err);

    if (!st && image->masks)
        st = check_grid(look.file, &image->mask[0].grid, first, err);
    if (!st && look.file->has_planes)
        st = check_grid(look.file, &look.file->grid, first, err);
    if (!st)
        st = seg_look_values(&look, err);
    *fractions = !st && !look.facts.whole;
    if (!st && !*fractions)
        st = take_mask(image, &look, err);
    seg_look_close(&look);
    return st;
}

static void drop_masks(seg_image *image)
{
    for (size_t i = 0; i < image->masks; i++)
        seg_labelmap_free(&image->mask[i]);
    free(image->mask);
    image->mask = NULL;
    image->masks = 0;
}

static seg_status read_maps(seg_image *image, const seg_folder *folder, const seg_read_options *options,
                            const seg_warnings *notes, seg_error *err)
{
    seg_status st = SEG_OK;

    drop_masks(image);
    image->kind = SEG_IMAGE_PROBABILITIES;
    for (size_t i = 0; !st && i < folder->n; i++)
        st = read_plane(image, i, folder->n, folder->path[i], folder->path[0], options, notes, err);
    if (!st && options->as == SEG_AS_LOGITS)
        st = seg_planes_from_logits(&image->prob, folder->path[0], true, err);
    return st;
}

seg_status seg_image_of_mask_files(seg_image *image, const seg_folder *folder, const seg_read_options *options,
                                   const seg_warnings *notes, seg_error *err)
{
    bool fractions = options->as == SEG_AS_PROBABILITIES || options->as == SEG_AS_LOGITS || options->scale > 0;
    seg_status st = seg_alloc(&image->mask, folder->n, sizeof *image->mask, "masks", err);

    image->kind = SEG_IMAGE_MASKS;
    image->independent = true;
    for (size_t i = 0; !st && !fractions && i < folder->n; i++)
        st = read_mask(image, folder->path[i], folder->path[0], options, &fractions, notes, err);
    if (!st && fractions)
        st = read_maps(image, folder, options, notes, err);
    return st ? st : name_masks(image, folder, err);
}
