/* raters.c - counts votes voxel by voxel, row after row of all raters. */
#include "raters.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* What is done with the votes of a row: codes[n][width], each a place in `label`, or NO_VOTE. */
struct votes {
    size_t n, width;
    const seg_labelmap *const *map; /* [n] */
    int64_t *label;                 /* [labels] the different labels of all raters, ascending */
    size_t labels, room;
    uint16_t **place; /* [n][values of the map] of each code in `label` */
    uint16_t *row;    /* [n][width] */
    uint64_t ties;
};

enum { NO_VOTE = UINT16_MAX };

static bool is_ignored(const seg_match_options *match, int64_t label)
{
    for (size_t i = 0; match && i < match->n_ignored; i++)
        if (match->ignored[i] == label)
            return true;
    return label == SEG_LABEL_NOT_FINITE;
}

static seg_status add_label(struct votes *v, int64_t label, seg_error *err)
{
    size_t at = 0;
    seg_status st;

    while (at < v->labels && v->label[at] < label)
        at++;
    if (at < v->labels && v->label[at] == label)
        return SEG_OK;
    st = seg_grow(&v->label, &v->room, v->labels + 1, sizeof *v->label, "labels of the raters", err);
    if (st)
        return st;
    memmove(v->label + at + 1, v->label + at, (v->labels - at) * sizeof *v->label);
    v->label[at] = label;
    v->labels++;
    return SEG_OK;
}

static uint16_t place_of(const struct votes *v, int64_t label)
{
    for (size_t i = 0; i < v->labels; i++)
        if (v->label[i] == label)
            return (uint16_t)i;
    return NO_VOTE;
}

static seg_status gather_labels(struct votes *v, const seg_match_options *match, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t r = 0; !st && r < v->n; r++)
        for (size_t i = 0; !st && i < v->map[r]->values; i++)
            if (!is_ignored(match, v->map[r]->value[i]))
                st = add_label(v, v->map[r]->value[i], err);
    return st;
}

/* All labels are known now. */
static seg_status begin_votes(struct votes *v, const seg_match_options *match, seg_error *err)
{
    seg_status st = seg_alloc(&v->place, v->n, sizeof *v->place, "the raters", err);

    v->width = v->map[0]->grid.n[0];
    for (size_t r = 0; !st && r < v->n; r++) {
        st = seg_alloc(&v->place[r], v->map[r]->values, sizeof **v->place, "the raters", err);
        for (size_t i = 0; !st && i < v->map[r]->values; i++)
            v->place[r][i] = is_ignored(match, v->map[r]->value[i]) ? NO_VOTE : place_of(v, v->map[r]->value[i]);
    }
    return st ? st : seg_alloc(&v->row, v->n * v->width, sizeof *v->row, "the raters", err);
}

static void end_votes(struct votes *v)
{
    for (size_t r = 0; v->place && r < v->n; r++)
        free(v->place[r]);
    free(v->place);
    free(v->label);
    free(v->row);
}

static void read_row(struct votes *v, size_t row)
{
    for (size_t r = 0; r < v->n; r++) {
        uint16_t *code = v->row + r * v->width;

        seg_labelmap_codes(v->map[r], row * v->width, v->width, code);
        for (size_t x = 0; x < v->width; x++)
            code[x] = v->place[r][code[x]];
    }
}

/* ---- majority ---- */

static size_t votes_for(const struct votes *v, size_t x, uint16_t place)
{
    size_t n = 0;

    for (size_t r = 0; r < v->n; r++)
        n += v->row[r * v->width + x] == place;
    return n;
}

/* The place with most votes at a voxel, the smallest of equals; NO_VOTE when no rater votes. */
static uint16_t winner(struct votes *v, size_t x)
{
    uint16_t best = NO_VOTE;
    size_t most = 0;
    bool tie = false;

    for (size_t r = 0; r < v->n; r++) {
        uint16_t place = v->row[r * v->width + x];
        size_t n = place == NO_VOTE || place == best ? 0 : votes_for(v, x, place);

        if (!n || n < most)
            continue;
        tie = n == most;
        if (n > most || place < best)
            best = place;
        most = n;
    }
    v->ties += tie;
    return best;
}

static seg_status majority(seg_labelmap *out, struct votes *v, int64_t ignored, seg_error *err)
{
    int64_t *label = NULL;
    size_t rows = seg_grid_rows(&v->map[0]->grid);
    seg_status st = seg_labelmap_begin(out, &v->map[0]->grid, err);

    if (!st)
        st = seg_alloc(&label, v->width, sizeof *label, "a row of labels", err);
    for (size_t row = 0; !st && row < rows; row++) {
        read_row(v, row);
        for (size_t x = 0; x < v->width; x++) {
            uint16_t place = winner(v, x);

            label[x] = place == NO_VOTE ? ignored : v->label[place];
        }
        st = seg_labelmap_add_row_i64(out, label, err);
    }
    if (!st)
        st = seg_labelmap_end(out, err);
    free(label);
    if (st)
        seg_labelmap_free(out);
    return st;
}

static void note_ties(const struct votes *v, const char *of, const seg_warnings *notes)
{
    if (v->ties)
        seg_warn(notes, "%llu voxels%s%s are a tie between labels; the smallest label is taken",
                 (unsigned long long)v->ties, *of ? " of " : "", of);
}

/* ---- the share of the raters ---- */

/* out[planes][voxels]: the share of the raters who vote; a voxel without a vote is 0 everywhere. */
static void shares(float *out, struct votes *v, const int64_t *id, size_t planes)
{
    size_t rows = seg_grid_rows(&v->map[0]->grid), voxels = rows * v->width;

    for (size_t row = 0; row < rows; row++) {
        read_row(v, row);
        for (size_t x = 0; x < v->width; x++) {
            size_t voting = v->n - votes_for(v, x, NO_VOTE);

            for (size_t k = 0; k < planes; k++) {
                uint16_t place = place_of(v, id[k]);
                size_t n = place == NO_VOTE ? 0 : votes_for(v, x, place);

                out[k * voxels + row * v->width + x] = voting ? (float)((double)n / (double)voting) : 0;
            }
        }
    }
}

static seg_status make_map(seg_image *image, const seg_grid *grid, size_t planes, seg_error *err)
{
    float *prob;
    seg_status st = seg_alloc_big(&prob, seg_grid_voxels(grid) * planes, sizeof *prob, "a soft truth", err);

    if (!st) {
        image->kind = SEG_IMAGE_PROBABILITIES;
        image->prob = (seg_probmap){.grid = *grid, .planes = (int)planes, .prob = prob};
    }
    return st;
}

/* The classes of a soft truth: those of the prediction's channels, or the one foreground, or all labels of both. */
static seg_status soft_classes(struct votes *v, const seg_image *prediction, int64_t **id, size_t *n, seg_error *err)
{
    size_t channels = seg_image_channels(prediction);
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && prediction->kind == SEG_IMAGE_LABELS && i < prediction->labels.values; i++)
        if (!is_ignored(NULL, prediction->labels.value[i]))
            st = add_label(v, prediction->labels.value[i], err);
    if (!st && channels < 2)
        st = add_label(v, 0, err);
    *n = channels > 1 ? channels : v->labels;
    if (!st)
        st = seg_alloc(id, *n, sizeof **id, "classes", err);
    for (size_t k = 0; !st && k < *n; k++)
        (*id)[k] = channels > 1 ? seg_image_channel_id(prediction, k) : v->label[k];
    return st;
}

static seg_status check_classes(const struct votes *v, const int64_t *id, size_t n, const char *path, seg_error *err)
{
    for (size_t i = 0; i < v->labels; i++) {
        bool found = false;

        for (size_t k = 0; k < n; k++)
            found |= id[k] == v->label[i];
        if (!found)
            return seg_fail(err, SEG_MISMATCH,
                            "%s: a rater has the label %lld, for which the prediction has no channel", path,
                            (long long)v->label[i]);
    }
    return SEG_OK;
}

static seg_status soft_labels(seg_image *out, struct votes *v, const seg_image *prediction,
                              const seg_match_options *match, seg_error *err)
{
    int64_t *id = NULL;
    size_t n = 0;
    bool one;
    seg_status st = gather_labels(v, match, err);

    if (!st)
        st = soft_classes(v, prediction, &id, &n, err);
    if (!st)
        st = begin_votes(v, match, err);
    if (!st)
        st = check_classes(v, id, n, prediction->path, err);
    one = !st && n == 2 && prediction->prob.planes < 2; /* one foreground: its share alone */
    if (!st)
        st = make_map(out, &v->map[0]->grid, one ? 1 : n, err);
    if (!st)
        shares(out->prob.prob, v, id + one, one ? 1 : n);
    if (st || one)
        free(id);
    else
        out->id = id;
    return st;
}

/* ---- images ---- */

static seg_status join_labels(seg_image *truth, size_t n, seg_raters_kind kind, const seg_image *prediction,
                              const seg_match_options *match, const seg_warnings *notes, seg_error *err)
{
    const seg_labelmap **map;
    struct votes v = {.n = n};
    seg_labelmap joined = {0};
    seg_image soft = {0};
    seg_status st = seg_alloc(&map, n, sizeof *map, "the raters", err);

    for (size_t r = 0; !st && r < n; r++)
        map[r] = &truth[r].labels;
    v.map = map;
    if (!st && kind == SEG_RATERS_MEAN)
        st = soft_labels(&soft, &v, prediction, match, err);
    else if (!st && !(st = gather_labels(&v, match, err)) && !(st = begin_votes(&v, match, err)))
        st = majority(&joined, &v, match->n_ignored ? match->ignored[0] : SEG_LABEL_NOT_FINITE, err);
    note_ties(&v, "", notes);
    if (!st) {
        seg_labelmap_free(&truth->labels);
        truth->labels = joined;
        if (kind == SEG_RATERS_MEAN) {
            truth->kind = soft.kind;
            truth->prob = soft.prob;
            truth->id = soft.id;
        }
    }
    end_votes(&v);
    free(map);
    return st;
}

static int find_mask(const seg_image *image, const seg_image *first, size_t k)
{
    for (size_t i = 0; first->name && image->name && i < image->masks; i++)
        if (!strcmp(image->name[i], first->name[k]))
            return (int)i;
    return first->name && image->name ? -1 : k < image->masks ? (int)k : -1;
}

/* The masks that the raters have of the k-th class of the first. */
static seg_status find_masks(const seg_labelmap **map, const seg_image *truth, size_t n, size_t k, seg_error *err)
{
    for (size_t r = 0; r < n; r++) {
        int at = find_mask(&truth[r], truth, k);

        if (at < 0)
            return seg_fail(err, SEG_MISMATCH, "%s has no %s, which another rater has", truth[r].path,
                            truth->name ? truth->name[k] : "channel of this number");
        map[r] = &truth[r].mask[at];
    }
    return SEG_OK;
}

/* Codes of masks are their values; votes are counted by values. NULL takes them away again. */
static void set_values(const seg_labelmap **map, size_t n, int64_t *values)
{
    for (size_t r = 0; r < n && map[r]; r++) {
        ((seg_labelmap *)map[r])->value = values;
        ((seg_labelmap *)map[r])->values = values ? 2 : 0;
    }
}

/* More than half of the raters, with codes that are the values. */
static seg_status join_by_majority(seg_labelmap *joined, struct votes *v, seg_error *err)
{
    uint32_t code[2];
    seg_status st = majority(joined, v, 0, err);

    for (size_t i = 0; !st && i < joined->values; i++)
        code[i] = (uint32_t)joined->value[i];
    if (!st)
        seg_labelmap_recode(joined, code);
    return st;
}

/* Masks of one class: more than half of the raters, or their share. */
static seg_status join_mask(seg_image *truth, size_t n, size_t k, float *share, const seg_warnings *notes,
                            seg_error *err)
{
    static int64_t values[] = {0, 1};
    const seg_labelmap **map;
    struct votes v = {.n = n};
    seg_labelmap joined;
    seg_status st = seg_alloc(&map, n, sizeof *map, "the raters", err);

    if (st)
        return st;
    v.map = map;
    st = find_masks(map, truth, n, k, err);
    set_values(map, n, values);
    if (!st)
        st = gather_labels(&v, NULL, err);
    if (!st)
        st = begin_votes(&v, NULL, err);
    if (!st && share)
        shares(share, &v, &values[1], 1);
    else if (!st)
        st = join_by_majority(&joined, &v, err);
    if (!st && !share)
        note_ties(&v, truth->name ? truth->name[k] : "", notes);
    set_values(map, n, NULL);
    if (!st && !share) {
        seg_labelmap_free(&truth->mask[k]);
        truth->mask[k] = joined;
    }
    end_votes(&v);
    free(map);
    return st;
}

static seg_status join_masks(seg_image *truth, size_t n, seg_raters_kind kind, const seg_warnings *notes,
                             seg_error *err)
{
    seg_image soft = {0};
    size_t classes = truth->masks, voxels = seg_grid_voxels(&truth->mask[0].grid);
    seg_status st = kind == SEG_RATERS_MEAN ? make_map(&soft, &truth->mask[0].grid, classes, err) : SEG_OK;

    for (size_t k = 0; !st && k < classes; k++)
        st = join_mask(truth, n, k, soft.prob.prob ? soft.prob.prob + k * voxels : NULL, notes, err);
    if (st || kind != SEG_RATERS_MEAN) {
        free(soft.prob.prob);
        return st;
    }
    for (size_t k = 0; k < classes; k++)
        seg_labelmap_free(&truth->mask[k]);
    free(truth->mask);
    truth->mask = NULL;
    truth->masks = 0;
    truth->kind = soft.kind;
    truth->prob = soft.prob;
    return SEG_OK;
}

seg_status seg_raters_join(seg_image *truth, size_t n, seg_raters_kind kind, const seg_image *prediction,
                           const seg_match_options *match, const seg_warnings *notes, seg_error *err)
{
    for (size_t r = 1; r < n; r++)
        if (truth[r].kind != truth->kind)
            return seg_fail(err, SEG_MISMATCH, "%s and %s are not of one kind, truths of one kind were wanted",
                            truth->path, truth[r].path);
    if (truth->kind == SEG_IMAGE_PROBABILITIES)
        return seg_fail(err, SEG_MISMATCH,
                        "%s: is a soft truth already; votes are of labels (say --truth-threshold 0.5)", truth->path);
    return truth->kind == SEG_IMAGE_LABELS ? join_labels(truth, n, kind, prediction, match, notes, err)
                                           : join_masks(truth, n, kind, notes, err);
}
