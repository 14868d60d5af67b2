/* class_table.c - the list of classes of a pair, and the class of every label in it. */
#include "class_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

/* The label of "not labelled" in many data sets of street scenes and objects. */
enum { VOID = 255 };

static bool find(const seg_class_table *t, int64_t id, size_t *index)
{
    size_t low = 0, high = t->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->id[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return low < t->n && t->id[low] == id;
}

static seg_status add(seg_class_table *t, int64_t id, seg_error *err)
{
    size_t at;
    seg_status st;

    if (find(t, id, &at))
        return SEG_OK;
    st = seg_grow(&t->id, &t->room, t->n + 1, sizeof *t->id, "classes", err);
    if (st)
        return st;
    memmove(t->id + at + 1, t->id + at, (t->n - at) * sizeof *t->id);
    t->id[at] = id;
    t->n++;
    return SEG_OK;
}

bool seg_label_is_ignored(const seg_match_options *o, int64_t label)
{
    for (size_t i = 0; i < o->n_ignored; i++)
        if (o->ignored[i] == label)
            return true;
    return label == SEG_LABEL_NOT_FINITE && o->nan == SEG_NAN_SKIP;
}

static bool is_listed(const seg_match_options *o, int64_t label)
{
    for (size_t i = 0; i < o->n_classes; i++)
        if (o->classes[i] == label)
            return true;
    return false;
}

seg_label_role seg_class_table_role(const seg_class_table *t, const seg_match_options *o, int64_t label, bool truth,
                                    size_t *index)
{
    bool not_finite = label == SEG_LABEL_NOT_FINITE && o->nan == SEG_NAN_SKIP;

    *index = 0;
    if (seg_label_is_ignored(o, label)) { /* only the truth ignores: in the prediction the label is wrong */
        *index = t->n;
        return truth || not_finite ? SEG_LABEL_IGNORED : SEG_LABEL_HIDDEN;
    }
    if (find(t, label, index))
        return SEG_LABEL_CLASS;
    *index = o->n_classes && t->zero_is_class ? t->n : 0;
    return !o->n_classes ? SEG_LABEL_UNKNOWN : t->zero_is_class ? SEG_LABEL_HIDDEN : SEG_LABEL_CLASS;
}

/* ---- labels without a meaning ---- */

static bool holds(const seg_labelmap *map, int64_t value)
{
    for (size_t i = 0; i < map->values; i++)
        if (map->value[i] == value)
            return true;
    return false;
}

/* Whether 255 stands beside labels other than the background. */
static bool holds_void(const seg_labelmap *map)
{
    bool others = false;

    for (size_t i = 0; i < map->values; i++)
        others |= map->value[i] != 0 && map->value[i] != VOID;
    return others && holds(map, VOID);
}

static bool names_void(const seg_match_options *o)
{
    bool named = o->ignore_nothing || o->n_ignored || is_listed(o, VOID);

    for (size_t r = 0; o->regions && r < o->regions->n; r++)
        named |= seg_region_has(&o->regions->region[r], VOID);
    for (size_t i = 0; i < o->n_names; i++)
        named |= o->names[i].id == VOID;
    return named;
}

/* The largest label but for 255, at least 1. */
static int64_t last_label(const seg_labelmap *map)
{
    int64_t last = 1;

    for (size_t i = 0; i < map->values; i++)
        last = map->value[i] != VOID && map->value[i] > last ? map->value[i] : last;
    return last;
}

/* Scored as a class, it would be one that every model misses. */
seg_status seg_check_void(const seg_image *prediction, const seg_image *truth, const seg_match_options *o,
                          seg_error *err)
{
    bool predicted = prediction->kind == SEG_IMAGE_LABELS && holds(&prediction->labels, VOID);
    char classes[32];

    for (size_t k = 0; k < seg_image_channels(prediction); k++)
        predicted |= !prediction->independent && seg_image_channel_id(prediction, k) == VOID;
    if (truth->kind != SEG_IMAGE_LABELS || names_void(o) || predicted || !holds_void(&truth->labels))
        return SEG_OK;
    if (seg_image_channels(prediction) == 1) /* one map takes one class */
        snprintf(classes, sizeof classes, "255");
    else
        snprintf(classes, sizeof classes, "1-%lld,255", (long long)last_label(&truth->labels));
    return seg_fail(err, SEG_MISMATCH,
                    "%s has the label 255 and %s never has it: often it means 'not labelled' (say --ignore-label 255 "
                    "to leave those voxels out, or --classes %s if it is a class)",
                    truth->path, prediction->path, classes);
}

/* ---- the list ---- */

static seg_status add_labels(seg_class_table *t, const seg_image *image, const seg_match_options *o, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && image->kind == SEG_IMAGE_LABELS && i < image->labels.values; i++)
        if (!seg_label_is_ignored(o, image->labels.value[i]))
            st = add(t, image->labels.value[i], err);
    return st;
}

static seg_status many_labels(const seg_image *prediction, const seg_labelmap *truth, const char *path, size_t found,
                              const seg_match_options *o, seg_error *err)
{
    int64_t last = 0;

    for (size_t i = 0; i < truth->values; i++)
        if (truth->value[i] != 0 && !seg_label_is_ignored(o, truth->value[i]))
            last = truth->value[i];
    return seg_fail(err, SEG_MISMATCH,
                    "%s is one foreground map, but %s has %zu classes beside 0 (say which one the map is, as --classes "
                    "%lld, or which labels it unites, as --regions NAME=LABELS)",
                    prediction->path, path, found, (long long)last);
}

/* One label of the truth beside 0, for a prediction that is one foreground map. */
static seg_status add_foreground(seg_class_table *t, const seg_image *prediction, const seg_image *truth,
                                 const seg_match_options *o, seg_error *err)
{
    const seg_labelmap *map = &truth->labels;
    int64_t id = 1;
    size_t found = 0;
    seg_status st;

    for (size_t i = 0; truth->kind == SEG_IMAGE_LABELS && i < map->values; i++)
        if (map->value[i] != 0 && !seg_label_is_ignored(o, map->value[i])) {
            id = map->value[i];
            found++;
        }
    if (found > 1)
        return many_labels(prediction, map, truth->path, found, o, err);
    st = add(t, 0, err);
    return st ? st : add(t, id, err);
}

static seg_status add_channels(seg_class_table *t, const seg_image *image, const seg_match_options *o, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t k = 0; !st && k < seg_image_channels(image); k++)
        if (!seg_label_is_ignored(o, seg_image_channel_id(image, k)))
            st = add(t, seg_image_channel_id(image, k), err);
    return st;
}

/* 0, which is the background unless the list names it, and what the list says. */
static seg_status add_selection(seg_class_table *t, const seg_match_options *o, seg_error *err)
{
    seg_status st = add(t, 0, err);

    for (size_t i = 0; !st && i < o->n_classes; i++)
        st = add(t, o->classes[i], err);
    t->zero_is_class = is_listed(o, 0);
    return st;
}

/* ---- a selection that names the channels ---- */

static bool has_channel(const seg_image *image, int64_t id)
{
    for (size_t k = 0; k < seg_image_channels(image); k++)
        if (seg_image_channel_id(image, k) == id)
            return true;
    return false;
}

static bool ascends(const seg_match_options *o)
{
    for (size_t i = 1; i < o->n_classes; i++)
        if (o->classes[i - 1] >= o->classes[i])
            return false;
    return true;
}

/* A list that (with 0) has one entry for each channel and a label that no channel has. */
static seg_status name_channels(const seg_class_table *t, seg_image *image, const seg_match_options *o,
                                const seg_warnings *notes, seg_error *err)
{
    bool foreign = false;
    seg_string ids = {0};
    seg_status st;

    for (size_t i = 0; i < t->n; i++)
        foreign |= !has_channel(image, t->id[i]);
    if (image->id || image->prob.planes < 2 || t->n != (size_t)image->prob.planes || !foreign)
        return SEG_OK;
    for (size_t i = 0; i < t->n; i++)
        seg_string_printf(&ids, "%s%lld", i ? "," : "", (long long)t->id[i]);
    if (!ascends(o))
        st = seg_fail(err, SEG_MISMATCH,
                      "%s has %d channels, and --classes has as many entries, not in ascending order: which channel is "
                      "which? (say --channels softmax:%s, in the order of the channels)",
                      image->path, image->prob.planes, ids.text ? ids.text : "");
    else
        st = seg_alloc(&image->id, t->n, sizeof *image->id, "labels of channels", err);
    if (!st) {
        memcpy(image->id, t->id, t->n * sizeof *image->id);
        seg_warn(notes, "%s: its %d channels are taken for the labels %s in this order (--channels softmax:%s says so)",
                 image->path, image->prob.planes, ids.text ? ids.text : "", ids.text ? ids.text : "");
    }
    seg_string_free(&ids);
    return st;
}

/* ---- all of it ---- */

/* The map of probabilities that says how many classes there are, or NULL. */
static seg_image *leading_map(seg_image *prediction, seg_image *truth)
{
    if (prediction->kind == SEG_IMAGE_PROBABILITIES)
        return prediction;
    return truth->kind == SEG_IMAGE_PROBABILITIES ? truth : NULL;
}

static seg_status fill(seg_class_table *t, seg_image *prediction, seg_image *truth, const seg_match_options *o,
                       const seg_warnings *notes, seg_error *err)
{
    seg_image *map = leading_map(prediction, truth);
    seg_status st;

    if (o->n_classes) {
        st = add_selection(t, o, err);
        return st || !map ? st : name_channels(t, map, o, notes, err);
    }
    if (map && map->prob.planes > 1)
        return add_channels(t, map, o, err);
    if (map)
        return add_foreground(t, prediction, truth, o, err);
    st = add(t, 0, err);
    if (!st)
        st = add_labels(t, truth, o, err);
    return st ? st : add_labels(t, prediction, o, err);
}

/* Whether a label or a channel of the image is hidden. */
static bool hides(const seg_class_table *t, const seg_image *image, bool truth, const seg_match_options *o)
{
    bool hidden = false;
    size_t index;

    for (size_t i = 0; image->kind == SEG_IMAGE_LABELS && i < image->labels.values; i++)
        hidden |= seg_class_table_role(t, o, image->labels.value[i], truth, &index) == SEG_LABEL_HIDDEN;
    for (size_t k = 0; image->prob.planes > 1 && k < seg_image_channels(image); k++)
        hidden |= seg_class_table_role(t, o, seg_image_channel_id(image, k), truth, &index) == SEG_LABEL_HIDDEN;
    return hidden;
}

/* Voxels of a class for which a map has no probability have no loss. */
static seg_status check_hidden_truth(const seg_class_table *t, const seg_image *prediction, const seg_image *truth,
                                     const seg_match_options *o, seg_error *err)
{
    size_t index;

    for (size_t i = 0; truth->kind == SEG_IMAGE_LABELS && i < truth->labels.values; i++) {
        int64_t label = truth->labels.value[i];

        if (seg_class_table_role(t, o, label, true, &index) == SEG_LABEL_HIDDEN && !has_channel(prediction, label))
            return seg_fail(
                err, SEG_MISMATCH,
                "%s has the label %lld, for which the %d channels of %s have no probability (say --map-truth "
                "%lld=K if it is the class K, or leave 0 out of --classes: then it is background)",
                truth->path, (long long)label, prediction->prob.planes, prediction->path, (long long)label);
    }
    return SEG_OK;
}

static seg_status check_one_map(const seg_class_table *t, const seg_image *map, seg_error *err)
{
    if (!map || map->prob.planes != 1 || t->n == 2)
        return SEG_OK;
    return seg_fail(err, SEG_MISMATCH,
                    "%s is one foreground map, but --classes names %zu classes with the background (name one)",
                    map->path, t->n);
}

seg_status seg_class_table_make(seg_class_table *t, seg_image *prediction, seg_image *truth, const seg_match_options *o,
                                const seg_warnings *notes, seg_error *err)
{
    seg_status st = fill(t, prediction, truth, o, notes, err);

    if (!st && t->n == 1) /* two empty masks: there is still a foreground, with no voxel in it */
        st = add(t, t->id[0] == 0 ? 1 : 0, err);
    if (!st)
        st = check_one_map(t, leading_map(prediction, truth), err);
    if (!st && prediction->kind == SEG_IMAGE_PROBABILITIES && t->zero_is_class)
        st = check_hidden_truth(t, prediction, truth, o, err);
    if (!st)
        t->hidden = hides(t, prediction, false, o) || hides(t, truth, true, o);
    return st;
}

/* ---- what is not selected ---- */

struct unselected {
    const seg_class_table *table;
    const seg_match_options *options;
    seg_string text;
    size_t n;
};

static void list_unselected(struct unselected *u, const seg_labelmap *map, const char *of)
{
    uint64_t *count;
    size_t index;

    if (seg_alloc(&count, map->values, sizeof *count, "label counts", NULL))
        return;
    seg_labelmap_count(map, map->values, count);
    for (size_t i = 0; i < map->values; i++)
        if (map->value[i] != 0 && !seg_label_is_ignored(u->options, map->value[i]) &&
            !find(u->table, map->value[i], &index))
            seg_string_printf(&u->text, "%s%lld (%llu voxels of the %s)", u->n++ ? ", " : "", (long long)map->value[i],
                              (unsigned long long)count[i], of);
    free(count);
}

void seg_class_table_note(const seg_class_table *t, const seg_image *prediction, const seg_image *truth,
                          const seg_match_options *o, const seg_warnings *notes)
{
    struct unselected u = {.table = t, .options = o};

    if (!o->n_classes)
        return;
    if (truth->kind == SEG_IMAGE_LABELS)
        list_unselected(&u, &truth->labels, "truth");
    if (prediction->kind == SEG_IMAGE_LABELS)
        list_unselected(&u, &prediction->labels, "prediction");
    if (u.n)
        seg_warn(notes, "labels that are not selected are %s: %s",
                 t->zero_is_class ? "scored nowhere, but wrong where a class is" : "background", u.text.text);
    seg_string_free(&u.text);
}
