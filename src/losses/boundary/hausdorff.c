/* hausdorff.c - Hausdorff distance losses: squared errors, weighted by how far from an edge they lie.
 *
 * Three estimates of the same distance (variant=):
 *     dt  (p - q)^2 times powers of the distance to the edges of the truth and of the thresholded prediction
 *     er  (p - q)^2 that survives k erosions, times a power of k
 *     cv  (p - q)^2 seen through discs of growing radius, times a power of the radius
 * p truth, q probability of a class; the loss is the mean over classes. Each variant has its file, with its
 * equation.
 */
#include "hausdorff.h"

#include "../../base/parallel.h"
#include "../loss.h"
#include "masked_class.h"

enum { VARIANT_DT };
static const char *const variant_words[] = {"dt", "er", "cv", NULL};
static seg_hausdorff_fn *const variants[] = {seg_hausdorff_dt, seg_hausdorff_er, seg_hausdorff_cv};
static const char *const mask_words[] = {"threshold", "argmax", NULL};
static const char *const field_words[] = {"both", "inside", NULL};
static const char *const sides_words[] = {"two", "one", NULL};
static const char *const normalize_words[] = {"minmax", "none", NULL};
static const char *const radii_words[] = {"3/6/9/12/15/18", NULL};

void seg_hausdorff_block(const seg_pair *pair, int cls, size_t begin, size_t n, double *p, double *q)
{
    seg_pair_target(pair, cls, begin, n, p);
    seg_class_prob(pair, cls, begin, n, q);
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    return seg_loss_ctx_includes(work, &((const seg_hausdorff *)params)->classes, SEG_CLASSES_FG, cls);
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    const seg_hausdorff *t = params;
    double loss = 0;
    seg_status st = variants[t->variant](work, cls, t, &loss, NULL, NULL, err);

    *value = seg_loss_ctx_voxels(work) > 0 ? seg_value_of(loss) : seg_value_undefined(SEG_NO_VOXELS);
    return st;
}

struct scaling {
    double *gradient;
    double by;
};

static void scale(void *context, size_t begin, size_t end)
{
    const struct scaling *s = context;

    for (size_t i = begin; i < end; i++)
        s->gradient[i] *= s->by;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    const seg_hausdorff *t = params;
    size_t voxels = work->pair->voxels;
    struct scaling mean = {gradient, 1.0 / seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_FG)};
    seg_status st = SEG_OK;

    for (size_t i = 0; i < voxels * (size_t)work->pair->classes; i++)
        gradient[i] = 0;
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        double loss;

        if (!takes(work, t, cls))
            continue;
        mean.gradient = gradient + (size_t)cls * voxels;
        st = variants[t->variant](work, cls, t, &loss, mean.gradient, NULL, err);
        seg_parallel_blocks(voxels, scale, &mean);
    }
    return st;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const seg_hausdorff *t = params;
    struct scaling mean = {map->plane, 1.0 / seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_FG)};
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        double loss;

        if (!takes(work, t, cls))
            continue;
        st = variants[t->variant](work, cls, t, &loss, NULL, seg_loss_map_begin(map), err);
        seg_parallel_blocks(work->pair->voxels, scale, &mean);
        if (!st)
            st = seg_loss_map_end(map, cls, err);
    }
    return st;
}

static seg_status check(const void *params, seg_error *err)
{
    const seg_hausdorff *t = params;

    if (t->variant == VARIANT_DT && t->alpha == 0)
        return seg_fail(err, SEG_USAGE, "hausdorff: alpha must be above 0 with variant=dt");
    if (t->variant == VARIANT_DT && t->threshold == 0)
        return seg_fail(err, SEG_USAGE, "hausdorff: threshold must be above 0 with variant=dt");
    if (t->variant != VARIANT_DT && t->distance == SEG_DISTANCE_MM)
        return seg_fail(err, SEG_USAGE, "hausdorff: variant=%s counts voxels, so distance=mm is not possible",
                        variant_words[t->variant]);
    return SEG_OK;
}

static const seg_param rows[] = {
    SEG_CHOICE("variant", seg_hausdorff, variant, VARIANT_DT, variant_words,
               "distance transform, erosion or convolution"),
    SEG_NUMBER("alpha", seg_hausdorff, alpha, 2, 0, 100,
               "power of the distance, the erosion or the radius; above 0 with variant=dt"),
    SEG_BELOW("threshold", seg_hausdorff, threshold, 0.5, 0, 1,
              "dt: a voxel belongs to the prediction above this probability; er, cv: soft threshold; "
              "above 0 with variant=dt"),
    SEG_CLASSES_ROW(seg_hausdorff, "fg"),
    SEG_DISTANCE_ROW(seg_hausdorff),
    SEG_CHOICE("mask", seg_hausdorff, mask, 0, mask_words,
               "dt: predicted mask from the threshold or the largest class"),
    SEG_CHOICE("field", seg_hausdorff, field, 0, field_words, "dt: distances on both sides of an edge, or inside only"),
    SEG_CHOICE("sides", seg_hausdorff, sides, 0, sides_words,
               "dt: edges of ground truth and prediction, or of the ground truth only"),
    SEG_INTEGER("erosions", seg_hausdorff, erosions, 10, 1, 1000, "er: number of erosions"),
    SEG_CHOICE("normalize", seg_hausdorff, normalize, 0, normalize_words, "er: rescale to [0, 1] after each erosion"),
    {.name = "radii",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(seg_hausdorff, radii),
     .preset = 0,
     .min = 1,
     .max = 1000,
     .choices = radii_words,
     .help = "cv: radii of the discs, voxels"},
    {0}};

const seg_loss seg_loss_hausdorff = {
    .name = "hausdorff",
    .aliases = {"hd"},
    .title = "Hausdorff distance loss",
    .level = SEG_BOUNDARY,
    .equation = "dt: L = mean_c 1/N sum_n (p - q)^2 (d_p^alpha + d_q^alpha)\n"
                "er: L = mean_c 1/N sum_n sum_k k^alpha b_k,  b_0 = (p - q)^2\n"
                "cv: L = mean_c 1/N sum_r r^alpha sum_n { [s(1 - D_r*p) + s(D_r*q)] f_q\n"
                "                                       + [s(D_r*p) + s(1 - D_r*q)] f_p }",
    .symbols = "p, q  ground truth and probability of class c\n"
               "d_p, d_q  distances to the edges of the ground truth and of {q > threshold}, on both sides\n"
               "b_k  max(conv(b_{k-1}, B) - threshold, 0), rescaled to [0, 1]\n"
               "B  mean over the cross of a voxel and its face neighbours: 5, or 7 in a volume\n"
               "D_r  mean over a disc or ball of radius r;  s(x) = max(x - threshold, 0)\n"
               "f_q, f_p  (p - q)^2 q and (p - q)^2 p",
    .range = "[0, infinity); 0 for a perfect prediction",
    .empty = "dt: when one map is empty only the other's distances are used, so sides=one gives 0 for an empty ground "
             "truth; both empty: 0",
    .advantages = "Weights each error by a power of its distance to the boundary, so distant errors dominate; smooth "
                  "enough for training.",
    .disadvantages =
        "The distance transform of the prediction must be recomputed at every iteration; unstable on its own at the "
        "start of training; erosion and convolution have parameters to choose, and cv is slow in volumes.",
    .use_cases = "Where single distant errors matter, such as radiotherapy contours, together with a region loss.",
    .reference = "D. Karimi and S. E. Salcudean, Reducing the Hausdorff distance in medical image "
                 "segmentation with convolutional neural networks, IEEE Transactions on Medical Imaging "
                 "39(2), 2020, arXiv:1904.10030",
    .survey =
        "Eqs. 24 to 26 are the Hausdorff distance itself; the losses that estimate it are described in words only.",
    .elsewhere = "dt: MONAI and PatRyg99 agree; SegLoss has no rule for an empty mask; SegWithDistMap is "
                 "field=inside, Kervadec's field=inside, mask=argmax. er: kornia agrees; PatRyg99's kernel "
                 "for volumes is wrong. cv: no public code was found to compare with. The gradient of dt "
                 "treats the distances as constants, as all implementations do.",
    .params = rows,
    .size = sizeof(seg_hausdorff),
    .check = check,
    .class_value = class_value,
    .includes_class = takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
};
