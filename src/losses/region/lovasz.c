/* lovasz.c - Lovasz-softmax loss: the Jaccard loss, extended from masks to probabilities so that it is convex in them.
 *
 *     L = mean over classes of  sum_k e_(k) (J_k - J_(k-1))          errors e in descending order
 *     J_k = 1 - (P - h_k) / (P + k - h_k)          the Jaccard loss if the k worst voxels were all wrong
 *
 * e = |t - y|, P voxels of the class, h_k of them among the first k. On a hard prediction it is exactly 1 - IoU. The
 * order within equal errors does not change L. A class that is absent from the truth costs its largest probability:
 * one voxel decides, so the default averages over the classes that are present.
 */
#include <math.h>

#include "../gradient.h"
#include "../loss.h"
#include "lovasz_class.h"

struct lovasz {
    seg_classes classes;
    int form;
};

/* Counting pays when there are many more voxels than bins; its error bound must stay far below the 1e-6 to which values
 * of different programs are compared. */
static const size_t MANY_VOXELS = (size_t)1 << 18;
#define ERROR_ALLOWED 1e-8

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    double x = 0, err_bound = INFINITY;
    seg_status st = SEG_OK;

    (void)params;
    if (work->pair->voxels >= MANY_VOXELS && work->truth_voxels[cls] > 0)
        st = seg_lovasz_by_histogram(work, cls, ERROR_ALLOWED, &x, &err_bound, err);
    if (!st && err_bound > ERROR_ALLOWED)
        st = seg_lovasz_by_sorting(work, cls, &x, err);
    if (!st)
        *value = seg_value_of(x);
    return st;
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct lovasz *p = params;

    return p->form == SEG_FORM_SURVEY || seg_loss_ctx_includes(work, &p->classes, SEG_CLASSES_PRESENT, cls);
}

/* value:    L = sum e dJ,   e = 1 - y for the class's own voxels, y elsewhere;   J depends on the order alone
 * gradient: -dJ and +dJ, divided by the number of classes */
static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    size_t n = work->pair->voxels;
    int taken = 0;
    seg_status st = SEG_OK;

    for (int cls = 0; cls < work->pair->classes; cls++)
        taken += takes(work, params, cls);
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        double *own = out + (size_t)cls * n;
        bool taking = takes(work, params, cls);

        if (taking)
            st = seg_lovasz_class_gradient(work, cls, own, err);
        for (size_t i = 0; i < n; i++)
            own[i] = taking ? own[i] / taken : 0;
    }
    return st;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    double scale = 1.0 / seg_loss_classes_taken(work, &seg_loss_lovasz, params);
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        if (!takes(work, params, cls))
            continue;
        st = seg_lovasz_class_map(work, cls, scale, seg_loss_map_begin(map), err);
        if (!st)
            st = seg_loss_map_end(map, cls, err);
    }
    return st;
}

static const seg_param rows[] = {
    SEG_CLASSES_ROW(struct lovasz, "present"),
    SEG_FORM_ROW(struct lovasz),
    {0},
};

const seg_loss seg_loss_lovasz = {
    .name = "lovasz",
    .aliases = {"lovasz-softmax"},
    .title = "Lovasz-softmax loss",
    .level = SEG_REGION,
    .equation = "L = mean over classes of  sum_k e_(k) (J_k - J_(k-1))\n"
                "J_k = 1 - (P - h_k) / (P + k - h_k),  J_0 = 0",
    .symbols = "e_(k)  the k-th largest of the errors |t - y| of a class\n"
               "P      voxels of the class in the ground truth, h_k those among the k largest errors",
    .range = "[0, 1]; 0 for a perfect prediction, 1 - IoU (mean over classes) for a hard one",
    .empty =
        "For an absent class the loss equals the maximum predicted probability; the default, classes=present, leaves "
        "such classes out.",
    .advantages = "A convex surrogate of the Jaccard index itself; piecewise linear in the errors; no "
                  "parameter to tune.",
    .disadvantages =
        "Needs the sorted errors of every class; gradients depend only on the ordering of the errors and training "
        "can be slow at the start, so it often follows a phase of cross-entropy.",
    .use_cases = "When mean IoU is the score, as in street scenes; fine-tuning.",
    .reference = "Berman, Rannen Triki, Blaschko: The Lovasz-Softmax loss, CVPR 2018, arXiv 1705.08790",
    .survey =
        "Equation 12 averages over all classes (form=survey), the authors' code over those present. The text mentions "
        "hinge losses, which belong to the binary variant on logits; this is the softmax variant.",
    .elsewhere =
        "float32 cumulative sums in the authors' and other code break beyond 2^24 voxels. kornia gathers label "
        "numbers instead of class masks and is right only for class 1 of two.",
    .params = rows,
    .size = sizeof(struct lovasz),
    .class_value = class_value,
    .includes_class = takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .map_error = ERROR_ALLOWED,
};
