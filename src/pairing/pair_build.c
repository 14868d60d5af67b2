/* pair_build.c - the checks that make a pair: same voxels, same place, same classes, the prediction first. */
#include "pair_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/memory.h"
#include "../image/label_rename.h"
#include "../image/plane_sums.h"
#include "../pass/argmax_map.h"
#include "class_table.h"
#include "harden.h"

const char *const seg_nan_words[] = {"error", "skip", "zero", NULL};

struct match {
    seg_pair *pair;
    seg_image *prediction, *truth;
    const seg_match_options *options;
    const seg_warnings *notes;
    seg_class_table table;
};

/* ---- classes of labels ---- */

static seg_status unknown_label(const struct match *m, const seg_image *image, int64_t value, seg_error *err)
{
    const seg_class_table *t = &m->table;

    if (m->prediction->kind == SEG_IMAGE_PROBABILITIES && m->prediction->prob.planes > 1)
        return seg_fail(err, SEG_MISMATCH,
                        "%s has the label %lld, which none of the %d channels of %s stands for (say which label each "
                        "channel is with --channels softmax:LIST, or --classes %lld-%lld to count it as background)",
                        image->path, (long long)value, m->prediction->prob.planes, m->prediction->path,
                        (long long)(t->n > 1 ? t->id[1] : 1), (long long)t->id[t->n - 1]);
    return seg_fail(
        err, SEG_MISMATCH,
        "%s has the label %lld, which is not among the %zu classes %lld to %lld (say --classes %lld to count "
        "it as background)",
        image->path, (long long)value, t->n, (long long)t->id[0], (long long)t->id[t->n - 1],
        (long long)t->id[t->n - 1]);
}

/* Codes of a label map become class indices: the hidden class behind the others, the number of classes where ignored. */
static seg_status recode(const struct match *m, seg_image *image, bool *ignores, seg_error *err)
{
    seg_labelmap *map = &image->labels;
    uint32_t *to, ignored = (uint32_t)m->pair->classes;
    seg_status st = seg_alloc(&to, map->values, sizeof *to, "classes", err);

    for (size_t i = 0; !st && i < map->values; i++) {
        size_t index;
        seg_label_role role = seg_class_table_role(&m->table, m->options, map->value[i], image == m->truth, &index);

        to[i] = role == SEG_LABEL_IGNORED ? ignored : (uint32_t)index;
        *ignores |= role == SEG_LABEL_IGNORED;
        if (role == SEG_LABEL_UNKNOWN)
            st = unknown_label(m, image, map->value[i], err);
    }
    if (!st)
        seg_labelmap_recode(map, to);
    free(to);
    return st;
}

/* ---- channels ---- */

/* (*to)[k] = the class of channel k; *same when every channel is the class of its own place. */
static seg_status channel_classes(const struct match *m, const seg_image *image, int **to, bool *same, seg_error *err)
{
    size_t planes = (size_t)image->prob.planes;
    seg_status st = seg_alloc(to, planes, sizeof **to, "classes", err);

    *same = planes == (size_t)m->pair->classes || planes == 1;
    for (size_t k = 0; !st && planes > 1 && k < planes; k++) {
        size_t index;

        seg_class_table_role(&m->table, m->options, seg_image_channel_id(image, k), false, &index);
        (*to)[k] = (int)index;
        *same &= index == k;
    }
    return st;
}

/* The channels of a map in memory become the classes: those of one class are added up. */
static seg_status merge_channels(seg_image *image, const int *to, int classes, seg_error *err)
{
    seg_probmap merged = {0};
    seg_status st = seg_plane_sums(&merged, &image->prob, to, classes, err);

    if (st)
        return st;
    seg_probmap_free(&image->prob);
    image->prob = merged;
    return SEG_OK;
}

/* ---- probabilities ---- */

/* Labels of a map whose channels are not the classes: the argmax over the channels as stored, then the classes. */
static seg_status harden_and_merge(const struct match *m, seg_image *image, const int *to, seg_labelmap *hard,
                                   bool *ignores, seg_error *err)
{
    const seg_argmax_options rules = {m->options->threshold, m->options->nan == SEG_NAN_SKIP, NULL, NULL};
    const uint32_t ignored = (uint32_t)m->pair->classes;
    int planes = image->prob.planes;
    seg_harden h = {image, m->options, m->notes, image == m->truth};
    uint32_t *code = NULL;
    seg_status st = seg_probmap_load(&image->prob, err);

    if (!st)
        st = seg_harden_map(&h, &rules, hard, ignores, NULL, err);
    if (!st)
        st = seg_alloc(&code, (size_t)planes + 1, sizeof *code, "classes", err);
    for (int k = 0; !st && k < planes; k++)
        code[k] = (uint32_t)to[k];
    if (!st) {
        code[planes] = ignored;
        seg_labelmap_recode(hard, code);
        st = merge_channels(image, to, m->pair->classes, err);
    }
    free(code);
    return st;
}

/* `rules` hold the truth and what accumulates where the map is looked at once and its channels are the classes. */
static seg_status harden(const struct match *m, seg_image *image, const seg_argmax_options *rules, seg_labelmap *hard,
                         bool *ignores, seg_error *err)
{
    seg_harden h = {image, m->options, m->notes, image == m->truth};
    bool same;
    int *to = NULL;
    seg_status st = channel_classes(m, image, &to, &same, err);

    if (!st)
        st = same ? seg_harden_map(&h, rules, hard, ignores, m->pair, err)
                  : harden_and_merge(m, image, to, hard, ignores, err);
    free(to);
    return st;
}

/* ---- the pair ---- */

static seg_status take_names(const struct match *m, seg_error *err)
{
    seg_pair *pair = m->pair;
    const seg_class_table *t = &m->table;
    seg_status st = seg_alloc(&pair->label, (size_t)pair->classes, sizeof *pair->label, "class names", err);

    for (size_t k = 0; !st && k < t->n; k++)
        for (size_t i = 0; i < m->options->n_names && !pair->label[k]; i++)
            if (m->options->names[i].id == t->id[k]) {
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
    const seg_class_table *t = &m->table;
    const char *name = t->n && t->id[0] == 0 ? m->pair->label[0] : NULL;

    if (name && !m->pair->zero_is_class && !is_background(name))
        seg_warn(m->notes,
                 "label 0 is called '%s' but is left out of the means as the background (say --classes 0-%lld "
                 "if it is a class)",
                 name, (long long)t->id[t->n - 1]);
}

static seg_status fill_truth(const struct match *m, bool *ignores, seg_error *err)
{
    const seg_argmax_options rules = {NAN, m->options->nan == SEG_NAN_SKIP, NULL, NULL};
    seg_pair *pair = m->pair;
    seg_status st;

    if (m->truth->kind == SEG_IMAGE_PROBABILITIES)
        return harden(m, m->truth, &rules, &pair->truth, ignores, err);
    st = recode(m, m->truth, ignores, err);
    if (!st) {
        pair->truth = m->truth->labels;
        m->truth->labels = (seg_labelmap){0};
    }
    return st;
}

/* Voxels outside the mask are ignored as by a label of the truth. */
static seg_status apply_mask(const struct match *m, bool *ignores, seg_error *err)
{
    if (!m->options->mask)
        return SEG_OK;
    *ignores = true;
    return seg_labelmap_overlay(&m->pair->truth, &m->options->mask->labels, 0, (uint32_t)m->pair->classes, err);
}

static seg_status fill_prediction(const struct match *m, bool *ignores, seg_error *err)
{
    seg_pair *pair = m->pair;
    const seg_argmax_options rules = {m->options->threshold, m->options->nan == SEG_NAN_SKIP,
                                      m->truth->kind == SEG_IMAGE_LABELS ? &pair->truth : NULL,
                                      m->options->accumulations};
    seg_status st;

    if (m->prediction->kind == SEG_IMAGE_PROBABILITIES)
        return harden(m, m->prediction, &rules, &pair->pred_labels, ignores, err);
    st = recode(m, m->prediction, ignores, err);
    if (!st) {
        pair->pred_labels = m->prediction->labels;
        m->prediction->labels = (seg_labelmap){0};
    }
    return st;
}

/* What the truth ignores counts nowhere in the prediction, and the reverse for values that are not finite. */
static seg_status share_ignored(seg_pair *pair, seg_error *err)
{
    uint32_t ignored = (uint32_t)pair->classes;
    seg_status st = seg_labelmap_overlay(&pair->truth, &pair->pred_labels, ignored, ignored, err);

    return st ? st : seg_labelmap_overlay(&pair->pred_labels, &pair->truth, ignored, ignored, err);
}

/* A prediction that abstains where the truth does not is wrong there, which must not go unnoticed. */
static void note_abstained(const struct match *m)
{
    const seg_pair *pair = m->pair;
    uint64_t *count;

    if (!pair->has_hidden || !m->options->n_ignored ||
        seg_alloc(&count, (size_t)pair->classes, sizeof *count, "counts", NULL))
        return;
    seg_labelmap_count(&pair->pred_labels, (size_t)pair->classes, count);
    if (count[pair->classes - 1] && !m->options->n_classes)
        seg_warn(
            m->notes,
            "%s has an ignored label in %llu voxels where the truth has a class; they count as wrong: only the truth "
            "ignores",
            m->prediction->path, (unsigned long long)count[pair->classes - 1]);
    free(count);
}

static seg_status fill_labels(const struct match *m, seg_error *err)
{
    seg_pair *pair = m->pair;
    seg_status st = fill_truth(m, &pair->ignores, err);

    if (!st)
        st = apply_mask(m, &pair->ignores, err);
    if (!st)
        st = fill_prediction(m, &pair->ignores, err);
    if (!st && pair->ignores)
        st = share_ignored(pair, err);
    if (!st)
        note_abstained(m);
    return st;
}

static seg_status build(struct match *m, seg_error *err)
{
    seg_pair *pair = m->pair;
    seg_status st;

    pair->grid = *seg_image_grid(m->truth);
    if (!pair->grid.has_mm && seg_image_grid(m->prediction)->has_mm)
        pair->grid = *seg_image_grid(m->prediction);
    pair->voxels = seg_grid_voxels(&pair->grid);
    if (m->table.n + 1 >= SEG_LABELS_MAX)
        return seg_fail(err, SEG_MISMATCH, "%s and %s have %zu classes together, at most %d are possible",
                        m->prediction->path, m->truth->path, m->table.n, SEG_LABELS_MAX);
    pair->classes = (int)m->table.n + m->table.hidden;
    pair->has_hidden = m->table.hidden;
    pair->zero_is_class = m->table.zero_is_class;
    st = take_names(m, err);
    if (!st)
        note_named_zero(m);
    if (!st && m->table.hidden) /* its id is asked for, and never shown */
        st = seg_grow(&m->table.id, &m->table.room, m->table.n + 1, sizeof *m->table.id, "classes", err);
    if (!st && m->table.hidden)
        m->table.id[m->table.n] = INT64_MAX;
    if (!st)
        st = fill_labels(m, err);
    if (st)
        return st;
    pair->id = m->table.id;
    m->table.id = NULL;
    pair->has_objects = m->options->instances.ids;
    pair->object_divisor = m->options->instances.divisor;
    pair->objects[0] = m->prediction->objects;
    pair->objects[1] = m->truth->objects;
    m->prediction->objects = m->truth->objects = (seg_labelmap){0};
    pair->prob = m->prediction->prob;
    pair->soft_truth = m->truth->prob;
    m->prediction->prob = m->truth->prob = (seg_probmap){0};
    return SEG_OK;
}

seg_status seg_pair_match(seg_pair *pair, seg_image *prediction, seg_image *truth, const seg_match_options *options,
                          const seg_warnings *notes, seg_error *err)
{
    struct match m = {.pair = pair, .prediction = prediction, .truth = truth, .options = options, .notes = notes};
    seg_status st;

    *pair = (seg_pair){0};
    st = seg_pair_check(prediction, truth, options, notes, err);
    if (!st)
        st = options->instances.ids || options->has_truth_threshold ? SEG_OK
                                                                    : seg_check_void(prediction, truth, options, err);
    if (!st)
        st = seg_class_table_make(&m.table, prediction, truth, options, notes, err);
    if (!st)
        seg_class_table_note(&m.table, prediction, truth, options, notes);
    if (!st)
        st = build(&m, err);
    free(m.table.id);
    if (st) {
        pair->classes = pair->label ? (int)m.table.n : 0;
        seg_pair_free(pair);
        return st;
    }
    seg_image_free(prediction);
    seg_image_free(truth);
    return SEG_OK;
}
