/* pair_check.c - what must be right about two images before they become pairs. */
#include <stdlib.h>

#include "../base/memory.h"
#include "../image/label_rename.h"
#include "class_table.h"
#include "pair_build.h"
#include "rename_image.h"

static seg_status check_order(const seg_image *prediction, const seg_image *truth, const seg_match_options *o,
                              seg_error *err)
{
    if (prediction->kind != SEG_IMAGE_PROBABILITIES && truth->kind == SEG_IMAGE_PROBABILITIES && !o->soft_truth)
        return seg_fail(err, SEG_MISMATCH,
                        "%s holds labels and %s holds probabilities: the prediction comes first, then the truth (swap "
                        "them, or say --truth-input prob for a soft truth)",
                        prediction->path, truth->path);
    return SEG_OK;
}

/* Of exclusive channels; independent ones are matched one by one. */
static seg_status check_counts(const seg_image *prediction, const seg_image *truth, seg_error *err)
{
    int p = prediction->prob.planes, t = truth->prob.planes;

    if (p && t && p != t && (p > 2 || t > 2) && !prediction->independent && !truth->independent)
        return seg_fail(err, SEG_MISMATCH, "%s has %d channels, but the soft truth %s has %d (one per class in both)",
                        prediction->path, p, truth->path, t);
    return SEG_OK;
}

/* The 0/255 of a mask becomes 0/1 unless the other image has more labels too. */
static void fold_binary(seg_image *image, const seg_image *other, bool named, const seg_match_options *o,
                        const seg_warnings *notes)
{
    seg_labelmap *map = &image->labels;
    int64_t last = map->values ? map->value[map->values - 1] : 0;
    bool plain = other->kind == SEG_IMAGE_PROBABILITIES ? other->prob.planes <= 2 : true;

    if (image->kind != SEG_IMAGE_LABELS || !image->binary || last == 0 || named)
        return;
    for (size_t i = 0; plain && other->kind == SEG_IMAGE_LABELS && i < other->labels.values; i++)
        plain = other->labels.value[i] == 0 || other->labels.value[i] == 1 || other->labels.value[i] == last;
    if (!plain || seg_label_is_ignored(o, last))
        return;
    seg_warn(notes, "%s: a mask of 0 and %lld, read as classes 0 and 1", image->path, (long long)last);
    map->value[map->values - 1] = 1;
}

static seg_status threshold_truth(seg_image *truth, double threshold, seg_error *err)
{
    seg_labelmap *map = &truth->labels;
    int64_t *to;
    seg_status st;

    if (truth->kind != SEG_IMAGE_LABELS)
        return SEG_OK;
    st = seg_alloc(&to, map->values, sizeof *to, "label table", err);
    for (size_t i = 0; !st && i < map->values; i++)
        to[i] = map->value[i] == SEG_LABEL_NOT_FINITE ? map->value[i] : (double)map->value[i] > threshold;
    if (!st)
        st = seg_labelmap_rename(map, to, err);
    free(to);
    truth->binary = false;
    return st;
}

/* More values than classes usually are: ids of objects would be scored as classes. */
static void note_many_values(const seg_image *image, const seg_match_options *o, const seg_warnings *notes)
{
    const seg_labelmap *map = &image->labels;

    if (image->kind == SEG_IMAGE_LABELS && map->values > 256 && map->value[0] >= 0 && !o->instances.ids)
        seg_warn(notes, "%s has %zu values: if they are objects, say --objects instances", image->path, map->values);
}

/* Whether something says what the label 255 is. */
static bool names_labels(const seg_match_options *o, int side)
{
    bool listed = o->renaming[side] && o->renaming[side]->title;

    for (size_t i = 0; i < o->n_classes; i++)
        listed |= o->classes[i] > 1;
    return listed;
}

seg_status seg_pair_check(seg_image *prediction, seg_image *truth, const seg_match_options *o,
                          const seg_warnings *notes, seg_error *err)
{
    seg_status st = check_order(prediction, truth, o, err);

    if (!st)
        st = check_counts(prediction, truth, err);
    if (!st)
        st = seg_align(prediction, truth, o->geometry, notes, err);
    if (!st && o->mask)
        st = seg_align(o->mask, truth, o->geometry, notes, err);
    if (!st && o->instances.ids)
        st = seg_instances_split(prediction, &o->instances, err);
    if (!st && o->instances.ids)
        st = seg_instances_split(truth, &o->instances, err);
    if (!st && o->has_truth_threshold)
        st = threshold_truth(truth, o->truth_threshold, err);
    if (st)
        return st;
    note_many_values(prediction, o, notes);
    note_many_values(truth, o, notes);
    fold_binary(prediction, truth, names_labels(o, 0), o, notes);
    fold_binary(truth, prediction, names_labels(o, 1), o, notes);
    st = seg_image_rename(prediction, o->renaming[0], err);
    return st ? st : seg_image_rename(truth, o->renaming[1], err);
}
