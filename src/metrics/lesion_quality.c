/* lesion_quality.c - how well matched objects agree: quality of the matches, panoptic quality, SEG.
 *
 *     SQ = mean over the matches of IoU (or DSC, HD95, ASSD) between the truth object and the union of its predictions
 *     PQ = SQ times 2 TP / (2 TP + FP + FN)
 *     SEG = mean over truth objects of the IoU with the prediction that covers more than half of it, 0 without
 */
#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "object_params.h"

enum { OF_IOU, OF_DSC, OF_HD95, OF_ASSD };

/* One number for each match. */
struct qualities {
    double *x;
    size_t n;
    double fp, fn;
};

static seg_status distance_of(double *x, seg_class_ctx *view, const seg_objects *o, uint32_t truth,
                              const uint32_t *member, size_t n, int of, seg_error *err)
{
    double hd95, assd;
    seg_status st = seg_object_distances(view, o, truth, member, n, &hd95, &assd, err);

    if (!st)
        *x = of == OF_HD95 ? hd95 : assd;
    return st;
}

static seg_status distances(struct qualities *q, seg_class_ctx *view, const seg_objects *o, const seg_object_matches *m,
                            int of, seg_error *err)
{
    uint32_t *member = NULL;
    size_t *first = NULL;
    seg_status st = seg_objects_members(&member, &first, o, m, err);

    for (uint32_t t = 0; t < o->of[SEG_TRUTH].n && !st; t++)
        if (m->found[t])
            st = distance_of(&q->x[q->n++], view, o, t, member + first[t], first[t + 1] - first[t], of, err);
    free(member);
    free(first);
    return st;
}

static seg_status overlaps(struct qualities *q, const seg_objects *o, const seg_object_matches *m, int of,
                           seg_error *err)
{
    seg_object_overlap *overlap;
    seg_status st = seg_objects_overlap(&overlap, o, m, err);

    for (size_t t = 0; t < o->of[SEG_TRUTH].n && !st; t++)
        if (m->found[t])
            q->x[q->n++] = of == OF_DSC ? seg_object_dsc(&overlap[t]) : seg_object_iou(&overlap[t]);
    free(overlap);
    return st;
}

static seg_status qualities_of(struct qualities *q, seg_class_ctx *view, const seg_object_params *p, seg_error *err)
{
    seg_object_matches m;
    const seg_objects *o;
    seg_status st = seg_object_matches_of(view, p, &o, &m, err);

    *q = (struct qualities){0};
    if (st)
        return st;
    q->fp = (double)m.fp;
    q->fn = (double)m.fn;
    st = seg_alloc(&q->x, m.tp, sizeof *q->x, "objects", err);
    if (!st)
        st = p->of >= OF_HD95 ? distances(q, view, o, &m, p->of, err) : overlaps(q, o, &m, p->of, err);
    seg_object_matches_free(&m);
    return st;
}

/* NAN where the rule leaves no pairs of objects: match=any, match=dilated. */
static bool has_pairs(seg_class_ctx *view, const seg_object_params *p)
{
    seg_match_rule_kind kind = seg_object_match_kind(view, p);

    return kind != SEG_MATCH_ANY && kind != SEG_MATCH_DILATED;
}

static double mean_of(const struct qualities *q, int of)
{
    double sum = 0;

    for (size_t i = 0; i < q->n; i++)
        sum += q->x[i];
    if (q->n)
        return sum / (double)q->n;
    return q->fp + q->fn > 0 && of < OF_HD95 ? 0 : NAN;
}

static double deviation_of(const struct qualities *q, double mean)
{
    double sum = 0;

    for (size_t i = 0; i < q->n; i++)
        sum += (q->x[i] - mean) * (q->x[i] - mean);
    return sqrt(sum / (double)q->n);
}

static const char NO_PAIRS[] = SEG_NOT_COMPUTED "match=any and match=dilated pair no objects";

#define QUALITY(name_, value_)                                                                                         \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        const seg_object_params *p = params;                                                                           \
        struct qualities q = {0};                                                                                      \
        seg_status st;                                                                                                 \
                                                                                                                       \
        *value = seg_value_undefined(NO_PAIRS);                                                                        \
        if (!has_pairs(view, p))                                                                                       \
            return SEG_OK;                                                                                             \
        st = qualities_of(&q, view, p, err);                                                                           \
        *value = seg_value_of(value_);                                                                                 \
        free(q.x);                                                                                                     \
        return st;                                                                                                     \
    }

QUALITY(sq, mean_of(&q, p->of))
QUALITY(sq_sd, deviation_of(&q, mean_of(&q, p->of)))
QUALITY(pq, mean_of(&q, p->of) * (2 * (double)q.n / (2 * (double)q.n + q.fp + q.fn)))

/* ---- SEG ---- */

static seg_status seg_measure_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const seg_objects *o;
    double sum = 0;
    seg_status st = seg_objects_of(view, params, &o, err);

    for (size_t i = 0; !st && i < o->n_shared; i++) {
        const seg_shared *s = &o->shared[i];
        seg_object_overlap both = {(double)o->of[SEG_TRUTH].voxels[s->b], (double)o->of[SEG_PREDICTION].voxels[s->a],
                                   (double)s->voxels};

        if (2 * s->voxels > o->of[SEG_TRUTH].voxels[s->b])
            sum += seg_object_iou(&both);
    }
    if (!st)
        *value = seg_value_of(sum / (double)o->of[SEG_TRUTH].n);
    return st;
}

/* ---- descriptors ---- */

static seg_unit unit_of_quality(const void *params)
{
    return ((const seg_object_params *)params)->of >= OF_HD95 ? SEG_UNIT_LENGTH : SEG_UNIT_NONE;
}

static const char *const of_words[] = {"iou", "dsc", "hd95", "assd", NULL}, *const overlap_words[] = {"iou", "dsc",
                                                                                                      NULL};
static const seg_param quality_rows[] = {
    SEG_CONVENTION_ROW(seg_object_params),
    SEG_CHOICE(
        "of", seg_object_params, of, OF_IOU, of_words,
        "what is averaged over the matches; hd95 and assd between face boundaries, joined as the convention does"),
    SEG_OBJECT_MATCH_ROWS,
    SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO),
    SEG_OBJECT_VOLUME_ROW,
    {0}};
static const seg_param panoptic_rows[] = {
    SEG_CONVENTION_ROW(seg_object_params),
    SEG_CHOICE("of", seg_object_params, of, OF_IOU, overlap_words, "what is averaged over the matches"),
    SEG_OBJECT_MATCH_ROWS,
    SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO),
    SEG_OBJECT_VOLUME_ROW,
    {0}};
static const seg_param object_rows[] = {
    SEG_CONVENTION_ROW(seg_object_params), SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO), SEG_OBJECT_VOLUME_ROW, {0}};

#define OBJECTS(rows_)                                                                                                 \
    .family = SEG_STRUCTURE_METRIC, .params = rows_, .size = sizeof(seg_object_params), .check = seg_object_params_check
#define PANOPTIC .reference = "Kirillov et al. 2019, CVPR, arXiv 1801.00868"

const seg_metric seg_metric_lesion_sq = {
    .name = "lesion-sq",
    .aliases = {"sq", "segmentation-quality"},
    .title = "Segmentation quality of lesions",
    OBJECTS(quality_rows),
    PANOPTIC,
    .better = 1,
    .unit_of = unit_of_quality,
    .definition =
        "mean IoU (or what `of` says) of the matched objects, each with the union of its predictions; 0 when\n"
        "none is matched",
    .range = "[0, 1]; [0, inf) with of=hd95 and of=assd, where lower is better",
    .empty = "truth 0, prediction 0, both undefined; distances undefined",
    .class_value = sq_value};
const seg_metric seg_metric_lesion_sq_sd = {
    .name = "lesion-sq-sd",
    .aliases = {"sq-sd"},
    .title = "Spread of the segmentation quality of lesions",
    OBJECTS(quality_rows),
    PANOPTIC,
    .unit_of = unit_of_quality,
    .definition = "standard deviation (over n) of the quality of the matched objects, see lesion-sq",
    .range = "[0, inf)",
    .empty = "undefined without a match",
    .class_value = sq_sd_value};
const seg_metric seg_metric_lesion_pq = {.name = "lesion-pq",
                                         .aliases = {"pq", "panoptic-quality"},
                                         .title = "Panoptic quality of lesions",
                                         OBJECTS(panoptic_rows),
                                         PANOPTIC,
                                         .better = 1,
                                         .definition = "lesion-sq times lesion-f1",
                                         .range = "[0, 1]",
                                         .empty = "truth 0, prediction 0, both undefined",
                                         .class_value = pq_value};
const seg_metric seg_metric_seg = {
    .name = "seg",
    .aliases = {"seg-measure"},
    .title = "SEG of the Cell Tracking Challenge",
    OBJECTS(object_rows),
    .reference = "Maska et al. 2014, Bioinformatics 30; Ulman et al. 2017, Nature Methods 14",
    .better = 1,
    .definition = "mean over truth objects of the IoU with the prediction that covers more than half of the object, 0\n"
                  "without one; false positives cost nothing. The challenge pools the objects of all frames",
    .range = "[0, 1]",
    .empty = "truth undefined, prediction 0, both undefined",
    .class_value = seg_measure_value};
