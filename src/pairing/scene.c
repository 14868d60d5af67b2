/* scene.c - independent classes: for each the runs of its mask on both sides, and its map of probabilities.
 *
 * Scoring K independent classes is K times scoring one foreground against one mask. Masks of unions of labels come from
 * the runs of the label maps; probabilities are read once for each class.
 */
#include "scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../image/label_rename.h"
#include "../image/plane_sums.h"
#include "../pass/argmax_map.h"
#include "class_table.h"
#include "harden.h"
#include "rename_image.h"
#include "scene_classes.h"

enum { BACKGROUND, FOREGROUND, IGNORED };

struct build {
    seg_scene *scene;
    const seg_image *side[SEG_SIDE_COUNT];
    const seg_match_options *options;
    const seg_warnings *notes;
    seg_scene_classes classes;
    seg_labelmap hard[SEG_SIDE_COUNT]; /* exclusive or encoded channels as labels; empty: not needed */
};

static bool is_member(const seg_scene_class *c, int64_t label)
{
    for (size_t i = 0; i < c->members; i++)
        if (c->member[i] == label)
            return true;
    return false;
}

/* ---- masks ---- */

/* The union of labels as a map of BACKGROUND, FOREGROUND and IGNORED. */
static seg_status union_mask(const struct build *b, int side, const seg_labelmap *labels, const seg_scene_class *c,
                             seg_labelmap *out, bool *ignores, seg_error *err)
{
    uint32_t *code;
    seg_status st = seg_alloc(&code, labels->values + 1, sizeof *code, "classes", err);

    for (size_t i = 0; !st && i < labels->values; i++) {
        int64_t label = labels->value[i];
        bool ignored =
            label == SEG_LABEL_NOT_FINITE || (side == SEG_SIDE_TRUTH && seg_label_is_ignored(b->options, label));

        code[i] = ignored ? IGNORED : is_member(c, label) ? FOREGROUND : BACKGROUND;
        *ignores |= ignored;
    }
    if (!st) {
        code[labels->values] = IGNORED; /* what hardening could not read */
        st = seg_labelmap_coded(out, labels, code, err);
    }
    free(code);
    return st;
}

static seg_status copy_mask(const seg_labelmap *mask, seg_labelmap *out, seg_error *err)
{
    static const uint32_t same[] = {BACKGROUND, FOREGROUND, IGNORED};

    return seg_labelmap_coded(out, mask, same, err);
}

/* ---- probabilities ---- */

/* The map of one class: its channel, or the sum of its members' channels. */
static seg_status class_map(const seg_image *image, const seg_scene_class *c, int side, seg_probmap *out,
                            seg_error *err)
{
    int *to;
    seg_status st = seg_alloc(&to, (size_t)image->prob.planes, sizeof *to, "classes", err);

    for (int k = 0; !st && k < image->prob.planes; k++) {
        bool mine = image->independent ? k == c->channel[side] : is_member(c, seg_image_channel_id(image, (size_t)k));

        to[k] = mine ? 0 : -1;
    }
    if (!st)
        st = seg_plane_sums(out, &image->prob, to, 1, err);
    free(to);
    return st;
}

/* A class's map, its labels by the threshold, and what the losses sum up. */
static seg_status harden_class(const struct build *b, const seg_image *image, seg_probmap *map, bool truth,
                               seg_pair *pair, seg_error *err)
{
    seg_image one = {.path = image->path, .kind = SEG_IMAGE_PROBABILITIES, .prob = *map, .independent = true};
    const seg_argmax_options rules = {truth ? NAN : b->options->threshold, b->options->nan == SEG_NAN_SKIP,
                                      truth || pair->soft_truth.planes ? NULL : &pair->truth, NULL};
    const seg_harden h = {&one, b->options, b->notes, truth};
    seg_labelmap *hard = truth ? &pair->truth : &pair->pred_labels;
    seg_status st = seg_harden_map(&h, &rules, hard, &pair->ignores, pair, err);

    *map = one.prob;
    return st;
}

/* The labels of exclusive channels, with the label of each channel as its value. */
static seg_status harden_exclusive(struct build *b, int side, seg_error *err)
{
    seg_image *image = &b->scene->side[side];
    seg_labelmap *hard = &b->hard[side];
    const seg_argmax_options rules = {NAN, b->options->nan == SEG_NAN_SKIP, NULL, NULL};
    const seg_harden h = {image, b->options, b->notes, side == SEG_SIDE_TRUTH};
    bool ignores = false;
    seg_status st = seg_harden_map(&h, &rules, hard, &ignores, NULL, err);

    if (!st)
        st = seg_alloc(&hard->value, (size_t)image->prob.planes, sizeof *hard->value, "classes", err);
    for (int k = 0; !st && k < image->prob.planes; k++)
        hard->value[k] = seg_image_channel_id(image, (size_t)k);
    hard->values = st ? 0 : (size_t)image->prob.planes;
    return st;
}

/* nnU-Net's way from overlapping channels to labels: for k in order, order[k] is written where p_k > 0.5. */
static seg_status write_channel(struct build *b, const seg_image *image, int k, int64_t label, seg_error *err)
{
    seg_labelmap *hard = &b->hard[SEG_SIDE_PREDICTION];
    const seg_scene_class only = {.channel = {k, k}};
    seg_pair one = {.soft_truth.planes = 1};
    seg_probmap map;
    seg_status st = class_map(image, &only, SEG_SIDE_PREDICTION, &map, err);

    if (!st)
        st = harden_class(b, image, &map, false, &one, err);
    if (!st)
        st = seg_labelmap_overlay(hard, &one.pred_labels, FOREGROUND, (uint32_t)hard->values, err);
    hard->value[hard->values++] = label;
    seg_labelmap_free(&one.pred_labels);
    seg_block_max_free(&one.block_max);
    seg_probmap_free(&map);
    return st;
}

static seg_status encode(struct build *b, seg_error *err)
{
    const seg_image *image = &b->scene->side[SEG_SIDE_PREDICTION];
    const seg_regions *regions = b->options->regions;
    seg_labelmap *hard = &b->hard[SEG_SIDE_PREDICTION];
    uint16_t *row = NULL;
    seg_status st = seg_labelmap_begin(hard, &image->prob.grid, err);

    if (!st)
        st = seg_alloc(&row, image->prob.grid.n[0], sizeof *row, "a row of labels", err);
    for (size_t i = 0; !st && i < seg_grid_rows(&image->prob.grid); i++)
        st = seg_labelmap_add_row_codes(hard, row, err);
    if (!st)
        st = seg_labelmap_close(hard, err);
    if (!st)
        st = seg_alloc(&hard->value, regions->n + 1, sizeof *hard->value, "classes", err);
    hard->values = st ? 0 : 1; /* code 0: label 0 */
    for (size_t k = 0; !st && k < regions->n; k++)
        st = write_channel(b, image, b->classes.of[k].channel[SEG_SIDE_PREDICTION], regions->order[k], err);
    free(row);
    if (!st)
        seg_warn(
            b->notes,
            "%s: the channels become labels as nnU-Net writes them, in the regions_class_order of %s; losses use the "
            "channels",
            image->path, regions->path ? regions->path : "the regions");
    return st;
}

/* ---- one class ---- */

static seg_status fill_truth(const struct build *b, const seg_scene_class *c, seg_pair *pair, seg_error *err)
{
    const seg_image *image = b->side[SEG_SIDE_TRUTH];
    seg_status st;

    if (image->kind == SEG_IMAGE_LABELS)
        st = union_mask(b, SEG_SIDE_TRUTH, &image->labels, c, &pair->truth, &pair->ignores, err);
    else if (image->kind == SEG_IMAGE_MASKS)
        st = copy_mask(&image->mask[c->channel[SEG_SIDE_TRUTH]], &pair->truth, err);
    else if (!(st = class_map(image, c, SEG_SIDE_TRUTH, &pair->soft_truth, err)))
        st = harden_class(b, image, &pair->soft_truth, true, pair, err);
    if (!st && b->options->mask) {
        pair->ignores = true;
        st = seg_labelmap_overlay(&pair->truth, &b->options->mask->labels, 0, IGNORED, err);
    }
    return st;
}

static seg_status fill_prediction(const struct build *b, const seg_scene_class *c, seg_pair *pair, seg_error *err)
{
    const seg_image *image = b->side[SEG_SIDE_PREDICTION];
    const seg_labelmap *hard = &b->hard[SEG_SIDE_PREDICTION];
    seg_status st = SEG_OK;

    if (image->kind == SEG_IMAGE_LABELS)
        return union_mask(b, SEG_SIDE_PREDICTION, &image->labels, c, &pair->pred_labels, &pair->ignores, err);
    if (image->kind == SEG_IMAGE_MASKS)
        return copy_mask(&image->mask[c->channel[SEG_SIDE_PREDICTION]], &pair->pred_labels, err);
    st = class_map(image, c, SEG_SIDE_PREDICTION, &pair->prob, err);
    if (!st && hard->values)
        return union_mask(b, SEG_SIDE_PREDICTION, hard, c, &pair->pred_labels, &pair->ignores, err);
    return st ? st : harden_class(b, image, &pair->prob, false, pair, err);
}

static seg_status name_class(seg_pair *pair, const seg_scene_class *c, seg_error *err)
{
    seg_status st = seg_alloc(&pair->id, 2, sizeof *pair->id, "classes", err);

    if (!st)
        st = seg_alloc(&pair->label, 2, sizeof *pair->label, "class names", err);
    if (st)
        return st;
    pair->classes = 2;
    pair->id[1] = c->id;
    pair->label[1] = c->name ? strdup(c->name) : NULL;
    return c->name && !pair->label[1] ? seg_fail(err, SEG_MEMORY, "not enough memory for class names") : SEG_OK;
}

static seg_status build_class(const struct build *b, const seg_scene_class *c, seg_pair *pair, seg_error *err)
{
    seg_status st = name_class(pair, c, err);

    pair->grid = *seg_image_grid(b->side[SEG_SIDE_TRUTH]);
    if (!pair->grid.has_mm && seg_image_grid(b->side[SEG_SIDE_PREDICTION])->has_mm)
        pair->grid = *seg_image_grid(b->side[SEG_SIDE_PREDICTION]);
    pair->voxels = seg_grid_voxels(&pair->grid);
    if (!st)
        st = fill_truth(b, c, pair, err);
    if (!st)
        st = fill_prediction(b, c, pair, err);
    if (!st && pair->ignores)
        st = seg_labelmap_overlay(&pair->truth, &pair->pred_labels, IGNORED, IGNORED, err);
    if (!st && pair->ignores)
        st = seg_labelmap_overlay(&pair->pred_labels, &pair->truth, IGNORED, IGNORED, err);
    return st;
}

/* ---- the order of the channels ---- */

static uint64_t voxels_of(const seg_pair *pair)
{
    uint64_t count[2];

    seg_labelmap_count(&pair->pred_labels, 2, count);
    return count[FOREGROUND];
}

/* A part that is larger than the whole shows that the channels come in another order. */
static seg_status check_order(const struct build *b, seg_error *err)
{
    const seg_image *image = b->side[SEG_SIDE_PREDICTION];
    const seg_regions *regions = b->options->regions;

    if (!regions || !image->independent || image->name)
        return SEG_OK;
    for (size_t i = 0; i < regions->n; i++)
        for (size_t j = 0; j < regions->n; j++)
            if (seg_region_inside(&regions->region[i], &regions->region[j]) &&
                (double)voxels_of(&b->scene->pair[i]) > 1.5 * (double)voxels_of(&b->scene->pair[j]))
                return seg_fail(
                    err, SEG_MISMATCH,
                    "%s: %s has more voxels than %s, of which it is a part: do the channels come in another "
                    "order? (say which channel is which region, with --channels independent:NAMES)",
                    image->path, regions->region[i].name, regions->region[j].name);
    return SEG_OK;
}

/* Pairs of classes that are not selected go. */
static void keep_selected(struct build *b)
{
    seg_scene *s = b->scene;
    size_t kept = 0;

    for (size_t k = 0; k < s->n; k++)
        if (b->classes.of[k].selected)
            s->pair[kept++] = s->pair[k];
        else
            seg_pair_free(&s->pair[k]);
    s->n = kept;
}

/* ---- the scene ---- */

static bool whole_needed(const struct build *b)
{
    return b->options->regions && b->side[SEG_SIDE_PREDICTION]->independent;
}

static seg_status build_pairs(struct build *b, seg_error *err)
{
    seg_status st = seg_alloc(&b->scene->pair, b->classes.n, sizeof *b->scene->pair, "classes", err);

    b->scene->n = st ? 0 : b->classes.n;
    for (size_t k = 0; !st && k < b->classes.n; k++)
        if (b->classes.of[k].selected || whole_needed(b))
            st = build_class(b, &b->classes.of[k], &b->scene->pair[k], err);
    if (!st)
        st = check_order(b, err);
    keep_selected(b);
    return st;
}

/* What is needed of whole images before their classes are taken apart. */
static seg_status prepare(struct build *b, seg_error *err)
{
    const seg_match_options *o = b->options;
    seg_status st = SEG_OK;

    for (int side = 0; !st && side < SEG_SIDE_COUNT; side++)
        if (b->scene->side[side].prob.stream.next)
            st = seg_probmap_load(&b->scene->side[side].prob, err);
    if (st || b->side[SEG_SIDE_PREDICTION]->kind != SEG_IMAGE_PROBABILITIES)
        return st;
    if (!b->side[SEG_SIDE_PREDICTION]->independent)
        return isnan(o->threshold) ? harden_exclusive(b, SEG_SIDE_PREDICTION, err) : SEG_OK;
    return o->regions && o->regions->order ? encode(b, err) : SEG_OK;
}

static seg_status keep_images(struct build *b, seg_image *prediction, seg_image *truth, seg_error *err)
{
    seg_image *side;
    seg_status st = seg_alloc(&side, SEG_SIDE_COUNT, sizeof *side, "images", err);

    if (st)
        return st;
    side[SEG_SIDE_PREDICTION] = *prediction;
    side[SEG_SIDE_TRUTH] = *truth;
    *prediction = *truth = (seg_image){0};
    b->scene->side = side;
    b->side[0] = &side[0];
    b->side[1] = &side[1];
    return SEG_OK;
}

static seg_status match_independent(seg_scene *scene, seg_image *prediction, seg_image *truth,
                                    const seg_match_options *o, const seg_warnings *notes, seg_error *err)
{
    struct build b = {.scene = scene, .options = o, .notes = notes};
    seg_status st = seg_pair_check(prediction, truth, o, notes, err);

    scene->independent = true;
    if (!st)
        st = keep_images(&b, prediction, truth, err);
    if (!st)
        st = seg_check_void(b.side[0], b.side[1], o, err);
    if (!st)
        st = seg_scene_classes_make(&b.classes, b.side, o, notes, err);
    if (!st)
        st = prepare(&b, err);
    if (!st)
        st = build_pairs(&b, err);
    for (int side = 0; side < SEG_SIDE_COUNT; side++)
        seg_labelmap_free(&b.hard[side]);
    free(b.classes.of);
    return st;
}

seg_status seg_scene_match(seg_scene *scene, seg_image *prediction, seg_image *truth, const seg_match_options *options,
                           const seg_warnings *notes, seg_error *err)
{
    seg_status st;

    *scene = (seg_scene){0};
    if (options->regions || prediction->independent || truth->independent) {
        st = match_independent(scene, prediction, truth, options, notes, err);
    } else {
        st = seg_alloc(&scene->pair, 1, sizeof *scene->pair, "a pair", err);
        if (!st)
            st = seg_pair_match(scene->pair, prediction, truth, options, notes, err);
        scene->n = !st;
    }
    if (st)
        seg_scene_free(scene);
    return st;
}

void seg_scene_free(seg_scene *scene)
{
    for (size_t i = 0; i < scene->n; i++)
        seg_pair_free(&scene->pair[i]);
    free(scene->pair);
    for (int side = 0; scene->side && side < SEG_SIDE_COUNT; side++)
        seg_image_free(&scene->side[side]);
    free(scene->side);
    *scene = (seg_scene){0};
}
