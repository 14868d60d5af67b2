/* pair_build.c - the checks that make a pair: same voxels, same place, same classes, the prediction first. */
#include "pair_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/memory.h"
#include "../image/orientation.h"
#include "../pass/argmax_map.h"

const char *const seg_geometry_words[] = {"strict", "warn", "ignore", "reorient", NULL};
const char *const seg_nan_words[] = {"error", "skip", "zero", NULL};

struct match {
    seg_pair *pair;
    seg_image *prediction, *truth;
    const seg_match_options *options;
    const seg_warnings *notes;
    size_t ids, id_room;
    int64_t *id; /* ascending */
};

/* ---- the right way round ---- */

static seg_status check_order(const struct match *m, seg_error *err)
{
    if (m->prediction->kind == SEG_IMAGE_LABELS && m->truth->kind == SEG_IMAGE_PROBABILITIES && !m->options->soft_truth)
        return seg_fail(err, SEG_MISMATCH,
                        "%s holds labels and %s holds probabilities: the prediction comes first, "
                        "then the truth (swap them, or say --truth-input prob for a soft truth)",
                        m->prediction->path, m->truth->path);
    return SEG_OK;
}

/* ---- the same space ---- */

static bool same_shape(const seg_grid *a, const seg_grid *b)
{
    return a->n[0] == b->n[0] && a->n[1] == b->n[1] && a->n[2] == b->n[2];
}

static seg_status turn_prediction(struct match *m, seg_error *err)
{
    const seg_grid *truth = seg_image_grid(m->truth), *prediction = seg_image_grid(m->prediction);
    int from[3];
    bool flip[3];

    if (!seg_space_turn(prediction, truth, from, flip))
        return seg_fail(err, SEG_MISMATCH,
                        "%s: no exact turn or flip brings it onto the grid of %s (resample it "
                        "first, or say --geometry ignore to compare voxel by voxel)",
                        m->prediction->path, m->truth->path);
    return m->prediction->kind == SEG_IMAGE_LABELS ? seg_labelmap_reorient(&m->prediction->labels, from, flip, err)
                                                   : seg_probmap_reorient(&m->prediction->prob, from, flip, err);
}

static seg_status check_shape(const struct match *m, seg_error *err)
{
    const seg_grid *p = seg_image_grid(m->prediction), *t = seg_image_grid(m->truth);

    if (same_shape(p, t))
        return SEG_OK;
    return seg_fail(err, SEG_MISMATCH,
                    "%s has %zu x %zu x %zu voxels, but %s has %zu x %zu x %zu (try 'segloss "
                    "info' on both)",
                    m->prediction->path, p->n[0], p->n[1], p->n[2], m->truth->path, t->n[0], t->n[1], t->n[2]);
}

static seg_status check_space(struct match *m, seg_error *err)
{
    double mm;
    seg_geometry policy = m->options->geometry;
    seg_status st;

    if (policy == SEG_GEOMETRY_REORIENT &&
        (!same_shape(seg_image_grid(m->prediction), seg_image_grid(m->truth)) ||
         seg_space_displacement(seg_image_grid(m->prediction), seg_image_grid(m->truth)) > SEG_SPACE_TOLERANCE_MM)) {
        st = turn_prediction(m, err);
        if (st)
            return st;
    }
    st = check_shape(m, err);
    if (st || policy == SEG_GEOMETRY_IGNORE)
        return st;
    mm = seg_space_displacement(seg_image_grid(m->prediction), seg_image_grid(m->truth));
    if (mm <= SEG_SPACE_TOLERANCE_MM)
        return SEG_OK;
    if (policy == SEG_GEOMETRY_WARN) {
        seg_warn(m->notes, "%s lies %.3g mm away from %s; compared voxel by voxel, with the truth's spacing",
                 m->prediction->path, mm, m->truth->path);
        return SEG_OK;
    }
    return seg_fail(err, SEG_MISMATCH,
                    "%s lies elsewhere in space than %s: a corner of the volume differs by %.3g mm, "
                    "at most %.3g is rounding (try --geometry reorient for a flip, or --geometry ignore)",
                    m->prediction->path, m->truth->path, mm, SEG_SPACE_TOLERANCE_MM);
}

/* ---- the classes ---- */

static bool has_id(const struct match *m, int64_t id, size_t *index)
{
    size_t low = 0, high = m->ids;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (m->id[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (index)
        *index = low;
    return low < m->ids && m->id[low] == id;
}

static seg_status add_id(struct match *m, int64_t id, seg_error *err)
{
    size_t at;
    seg_status st;

    if (has_id(m, id, &at))
        return SEG_OK;
    st = seg_grow(&m->id, &m->id_room, m->ids + 1, sizeof *m->id, "classes", err);
    if (st)
        return st;
    memmove(m->id + at + 1, m->id + at, (m->ids - at) * sizeof *m->id);
    m->id[at] = id;
    m->ids++;
    return SEG_OK;
}

static bool is_ignored(const struct match *m, int64_t value)
{
    if (value == SEG_LABEL_NOT_FINITE && m->options->nan == SEG_NAN_SKIP)
        return true;
    return m->options->has_ignore && value == m->options->ignore;
}

/* The 0/255 of a mask becomes 0/1 unless the other image also speaks of more. */
static void fold_binary(const struct match *m, seg_image *image, const seg_image *other)
{
    seg_labelmap *map = &image->labels;
    bool plain = other->kind == SEG_IMAGE_PROBABILITIES ? other->prob.planes <= 2 : true;

    if (image->kind != SEG_IMAGE_LABELS || !image->binary || !map->values || m->options->n_classes)
        return;
    for (size_t i = 0; plain && other->kind == SEG_IMAGE_LABELS && i < other->labels.values; i++)
        plain = other->labels.value[i] == 0 || other->labels.value[i] == 1 ||
                other->labels.value[i] == map->value[map->values - 1];
    if (!plain || is_ignored(m, map->value[map->values - 1]) || map->value[map->values - 1] == 0)
        return;
    seg_warn(m->notes, "%s: a mask of 0 and %lld, read as classes 0 and 1", image->path,
             (long long)map->value[map->values - 1]);
    map->value[map->values - 1] = 1;
}

static seg_status add_map_ids(struct match *m, const seg_image *image, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && image->kind == SEG_IMAGE_LABELS && i < image->labels.values; i++)
        if (!is_ignored(m, image->labels.value[i]))
            st = add_id(m, image->labels.value[i], err);
    return st;
}

/* One class of the truth beside 0, for a prediction that is one foreground map. */
static seg_status foreground_ids(struct match *m, seg_error *err)
{
    const seg_labelmap *t = &m->truth->labels;
    int64_t id = 1;
    size_t found = 0;
    seg_status st;

    for (size_t i = 0; m->truth->kind == SEG_IMAGE_LABELS && i < t->values; i++)
        if (t->value[i] != 0 && !is_ignored(m, t->value[i])) {
            id = t->value[i];
            found++;
        }
    if (found > 1)
        return seg_fail(err, SEG_MISMATCH,
                        "%s is one foreground map, but %s has %zu classes beside 0 (give one map "
                        "per class, or --ignore-label N)",
                        m->prediction->path, m->truth->path, found);
    st = add_id(m, 0, err);
    return st ? st : add_id(m, id, err);
}

/* Channel k of a map stands for class k, or for the k-th of --classes. */
static seg_status plane_ids(struct match *m, const seg_image *image, seg_error *err)
{
    size_t planes = (size_t)image->prob.planes;
    seg_status st = SEG_OK;

    if (m->options->n_classes) {
        if (m->ids != planes)
            return seg_fail(err, SEG_MISMATCH,
                            "%s has %zu channels, but --classes names %zu classes with the "
                            "background (name one class per channel)",
                            image->path, planes, m->ids);
        return SEG_OK;
    }
    for (size_t k = 0; !st && k < planes; k++)
        st = add_id(m, (int64_t)k, err);
    return st;
}

/* 0, which is the background unless the list names it, and what the list says. */
static seg_status listed_ids(struct match *m, seg_error *err)
{
    seg_status st = add_id(m, 0, err);

    for (size_t i = 0; i < m->options->n_classes && !st; i++)
        st = add_id(m, m->options->classes[i], err);
    return st;
}

/* 0 and every label of the two maps. */
static seg_status seen_ids(struct match *m, seg_error *err)
{
    seg_status st = add_id(m, 0, err);

    if (!st)
        st = add_map_ids(m, m->truth, err);
    return st ? st : add_map_ids(m, m->prediction, err);
}

/* The map of probabilities that says how many classes there are, or NULL. */
static const seg_image *leading_map(const struct match *m)
{
    if (m->prediction->kind == SEG_IMAGE_PROBABILITIES)
        return m->prediction;
    return m->truth->kind == SEG_IMAGE_PROBABILITIES ? m->truth : NULL;
}

/* The label of "not labelled" in many data sets of street scenes and objects. */
enum { VOID = 255 };

static bool holds(const seg_labelmap *map, int64_t value)
{
    for (size_t i = 0; i < map->values; i++)
        if (map->value[i] == value)
            return true;
    return false;
}

/* Scored as a class, it would be one that every model misses. */
static seg_status check_void(const struct match *m, seg_error *err)
{
    if (m->options->has_ignore || !holds(&m->truth->labels, VOID) || holds(&m->prediction->labels, VOID))
        return SEG_OK;
    return seg_fail(err, SEG_MISMATCH,
                    "%s has the label 255 and %s never has it: often it means 'not labelled' (say "
                    "--ignore-label 255 to leave those voxels out, or --classes with 255 in it if it is a class)",
                    m->truth->path, m->prediction->path);
}

static seg_status find_ids(struct match *m, const seg_image *map, seg_error *err)
{
    seg_status st = m->options->n_classes ? listed_ids(m, err) : SEG_OK;

    if (st)
        return st;
    if (map && map->prob.planes > 1)
        return plane_ids(m, map, err);
    if (m->options->n_classes)
        return SEG_OK;
    if (map)
        return foreground_ids(m, err);
    st = check_void(m, err);
    return st ? st : seen_ids(m, err);
}

static seg_status find_classes(struct match *m, seg_error *err)
{
    const seg_image *map = leading_map(m);
    seg_status st = find_ids(m, map, err);

    if (!st && m->ids == 1) /* two empty masks: there is still a foreground, with no voxel in it */
        st = add_id(m, m->id[0] == 0 ? 1 : 0, err);
    if (!st && map && map->prob.planes == 1 && m->ids != 2)
        st = seg_fail(err, SEG_MISMATCH,
                      "%s is one foreground map, but --classes names %zu classes with the background "
                      "(name one)",
                      map->path, m->ids);
    return st;
}

static seg_status unknown_label(const struct match *m, const seg_image *image, int64_t value, seg_error *err)
{
    const char *lead =
        m->options->n_classes ? "add it to --classes, or say" : "name the classes with --classes, or say";

    return seg_fail(err, SEG_MISMATCH,
                    "%s has the label %lld, which is not among the %zu classes %lld to %lld (%s "
                    "--ignore-label %lld to leave those voxels out)",
                    image->path, (long long)value, m->ids, (long long)m->id[0], (long long)m->id[m->ids - 1], lead,
                    (long long)value);
}

/* Codes of a label map become class indices, `classes` where ignored. */
static seg_status recode(const struct match *m, seg_image *image, bool may_ignore, bool *ignores, seg_error *err)
{
    seg_labelmap *map = &image->labels;
    uint32_t *to;
    seg_status st = seg_alloc(&to, map->values, sizeof *to, "classes", err);

    for (size_t i = 0; !st && i < map->values; i++) {
        size_t index;

        if (is_ignored(m, map->value[i])) {
            to[i] = (uint32_t)m->ids;
            *ignores = true;
            if (!may_ignore && map->value[i] != SEG_LABEL_NOT_FINITE)
                seg_warn(m->notes, "%s holds the ignore label %lld itself; those voxels are left out too", image->path,
                         (long long)map->value[i]);
        } else if (has_id(m, map->value[i], &index)) {
            to[i] = (uint32_t)index;
        } else {
            st = unknown_label(m, image, map->value[i], err);
        }
    }
    if (!st)
        seg_labelmap_recode(map, to);
    free(to);
    return st;
}

/* ---- probabilities ---- */

static seg_status judge(const struct match *m, const seg_image *image, const seg_prob_stats *check, seg_error *err)
{
    if (check->not_finite && m->options->nan == SEG_NAN_ERROR)
        return seg_fail(err, SEG_READ,
                        "%s holds %llu values that are not finite (NaN or infinity), probabilities in "
                        "[0, 1] were wanted (--nan skip leaves those voxels out, --nan zero reads them as 0)",
                        image->path, (unsigned long long)check->not_finite);
    if (check->outside)
        return seg_fail(err, SEG_READ,
                        "%s holds %llu values outside [0, 1], from %g to %g (say %s logits if they are "
                        "scores before the softmax)",
                        image->path, (unsigned long long)check->outside, check->min, check->max,
                        image == m->truth ? "--truth-input" : "--input");
    if (check->off_sum)
        seg_warn(m->notes, "%s: the classes of %llu voxels do not sum to 1 within 0.001 (worst %.6g); used as they are",
                 image->path, (unsigned long long)check->off_sum, check->worst_sum);
    return SEG_OK;
}

/* Planes that come by once are loaded where once is not enough. */
static seg_status look_at(seg_image *image, const seg_argmax_options *rules, seg_labelmap *hard, seg_prob_stats *check,
                          seg_error *err)
{
    bool streams = image->prob.stream.next && seg_argmax_can_stream(&image->prob, rules);
    seg_status st = image->prob.stream.next && !streams ? seg_probmap_load(&image->prob, err) : SEG_OK;

    if (!st)
        st = seg_probmap_argmax(hard, &image->prob, rules, check, err);
    return st || !streams ? st : seg_probmap_consumed(&image->prob, err);
}

/* The winning classes of a map of probabilities. One foreground map speaks of ids[0] and ids[1]. */
static seg_status harden(const struct match *m, seg_image *image, const seg_argmax_options *rules, seg_labelmap *hard,
                         bool *ignores, seg_error *err)
{
    seg_prob_stats check = {0};
    seg_status st = look_at(image, rules, hard, &check, err);

    if (!st)
        st = judge(m, image, &check, err);
    if (st == SEG_OK && rules->skip_nan && check.not_finite)
        *ignores = true;
    /* When the prediction makes the truth ignore more voxels, all must be looked at again. */
    if (st == SEG_OK && !(rules->skip_nan && check.not_finite)) {
        m->pair->sums = check.sums;
    } else {
        seg_class_sums_free(&check.sums);
        if (rules->witnesses)
            seg_accumulators_reset(rules->witnesses);
    }
    m->pair->block_max = check.block_max;
    return st;
}

/* ---- the pair ---- */

static seg_status take_names(const struct match *m, seg_error *err)
{
    seg_pair *pair = m->pair;
    seg_status st = seg_alloc(&pair->label, m->ids, sizeof *pair->label, "class names", err);

    for (size_t k = 0; !st && k < m->ids; k++)
        for (size_t i = 0; i < m->options->n_names && !pair->label[k]; i++)
            if (m->options->names[i].id == m->id[k]) {
                pair->label[k] = strdup(m->options->names[i].text);
                if (!pair->label[k])
                    st = seg_fail(err, SEG_MEMORY, "not enough memory for class names");
            }
    return st;
}

/* A name that says that nothing is there. */
static bool is_background(const char *name)
{
    static const char *const words[] = {"background", "bg",          "back",    "none",  "void",
                                        "unlabeled",  "unlabelled",  "unknown", "other", "others",
                                        "ignore",     "clear label", "outside", "empty", "0"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcasecmp(name, words[i]))
            return true;
    return false;
}

/* Class 0 of street scenes is the road: leaving it out must not go unnoticed. */
static void note_named_zero(const struct match *m)
{
    const char *name = m->ids && m->id[0] == 0 ? m->pair->label[0] : NULL;

    if (name && !m->pair->zero_is_class && !is_background(name))
        seg_warn(m->notes,
                 "label 0 is called '%s' but is left out of the means as the background (say --classes 0-%lld "
                 "if it is a class)",
                 name, (long long)m->id[m->ids - 1]);
}

static seg_status fill_truth(const struct match *m, bool *ignores, seg_error *err)
{
    seg_pair *pair = m->pair;
    seg_status st;

    if (m->truth->kind == SEG_IMAGE_PROBABILITIES)
        return harden(m, m->truth, &(seg_argmax_options){NAN, m->options->nan == SEG_NAN_SKIP, NULL, NULL},
                      &pair->truth, ignores, err);
    st = recode(m, m->truth, true, ignores, err);
    if (!st) {
        pair->truth = m->truth->labels;
        m->truth->labels = (seg_labelmap){0};
    }
    return st;
}

static seg_status fill_prediction(const struct match *m, bool *ignores, seg_error *err)
{
    seg_pair *pair = m->pair;
    const seg_argmax_options rules = {m->options->threshold, m->options->nan == SEG_NAN_SKIP,
                                      m->truth->kind == SEG_IMAGE_LABELS ? &pair->truth : NULL, m->options->witnesses};
    seg_status st;

    if (m->prediction->kind == SEG_IMAGE_PROBABILITIES)
        return harden(m, m->prediction, &rules, &pair->pred_labels, ignores, err);
    st = recode(m, m->prediction, false, ignores, err);
    if (!st) {
        pair->pred_labels = m->prediction->labels;
        m->prediction->labels = (seg_labelmap){0};
    }
    return st;
}

/* What one map ignores the other ignores too. */
static seg_status share_ignored(seg_pair *pair, seg_error *err)
{
    uint32_t ignored = (uint32_t)pair->classes;
    seg_status st = seg_labelmap_overlay(&pair->truth, &pair->pred_labels, ignored, ignored, err);

    return st ? st : seg_labelmap_overlay(&pair->pred_labels, &pair->truth, ignored, ignored, err);
}

/* A list that names 0 says that it is a class like the others. */
static bool lists_zero(const seg_match_options *options)
{
    for (size_t i = 0; i < options->n_classes; i++)
        if (options->classes[i] == 0)
            return true;
    return false;
}

static seg_status build(struct match *m, seg_error *err)
{
    seg_pair *pair = m->pair;
    seg_status st;

    pair->grid = *seg_image_grid(m->truth);
    if (!pair->grid.has_mm && seg_image_grid(m->prediction)->has_mm)
        pair->grid = *seg_image_grid(m->prediction);
    pair->voxels = seg_grid_voxels(&pair->grid);
    if (m->ids >= SEG_LABELS_MAX)
        return seg_fail(err, SEG_MISMATCH, "%s and %s speak of %zu classes, at most %d are possible",
                        m->prediction->path, m->truth->path, m->ids, SEG_LABELS_MAX);
    pair->classes = (int)m->ids;
    pair->zero_is_class = lists_zero(m->options);
    st = take_names(m, err);
    if (!st)
        note_named_zero(m);
    if (!st)
        st = fill_truth(m, &pair->ignores, err);
    if (!st)
        st = fill_prediction(m, &pair->ignores, err);
    if (!st && pair->ignores)
        st = share_ignored(pair, err);
    if (st)
        return st;
    pair->id = m->id;
    m->id = NULL;
    pair->prob = m->prediction->prob;
    pair->soft_truth = m->truth->prob;
    m->prediction->prob = m->truth->prob = (seg_probmap){0};
    return SEG_OK;
}

static seg_status check_counts(const struct match *m, seg_error *err)
{
    bool both = m->prediction->kind == SEG_IMAGE_PROBABILITIES && m->truth->kind == SEG_IMAGE_PROBABILITIES;
    int p = m->prediction->prob.planes, t = m->truth->prob.planes;

    if (both && p != t && (p > 2 || t > 2))
        return seg_fail(err, SEG_MISMATCH, "%s has %d channels, but the soft truth %s has %d (one per class in both)",
                        m->prediction->path, p, m->truth->path, t);
    return SEG_OK;
}

seg_status seg_pair_match(seg_pair *pair, seg_image *prediction, seg_image *truth, const seg_match_options *options,
                          const seg_warnings *notes, seg_error *err)
{
    struct match m = {.pair = pair, .prediction = prediction, .truth = truth, .options = options, .notes = notes};
    seg_status st;

    *pair = (seg_pair){0};
    st = check_order(&m, err);
    if (!st)
        st = check_counts(&m, err);
    if (!st)
        st = check_space(&m, err);
    if (!st) {
        fold_binary(&m, prediction, truth);
        fold_binary(&m, truth, prediction);
        st = find_classes(&m, err);
    }
    if (!st)
        st = build(&m, err);
    free(m.id);
    if (st) {
        pair->classes = pair->label ? (int)m.ids : 0;
        seg_pair_free(pair);
        return st;
    }
    seg_image_free(prediction);
    seg_image_free(truth);
    return SEG_OK;
}
