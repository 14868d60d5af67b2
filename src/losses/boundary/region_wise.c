/* region_wise.c - region-wise loss: probabilities summed over a map that rewards the heart of a region.
 *
 *     L_c = 1/N sum over n of z_c(n) y_n^c,      L = mean over c
 *     kind=rrw:       z_c = -EDT(not G_c) / max EDT(not G_c) inside G_c,  +1 outside
 *     kind=boundary:  z_c = -EDT(not G_c) inside,  +EDT(G_c) outside: the boundary loss without its offset
 *
 * G_c voxels of class c in the truth; the largest distance is taken over the image, class by class. With rrw
 * a class that is absent has z = 1 (any probability is punished), one that fills the image z = -1; with
 * boundary both have 0. Linear in y: the gradient is z / N. A perfect prediction is the minimum, a negative
 * number.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../loss.h"
#include "distance_weighted.h"
#include "masked_class.h"

enum { KIND_RRW, KIND_BOUNDARY };
static const char *const kind_words[] = {"rrw", "boundary", NULL};

struct region_wise {
    int kind;
    seg_classes classes;
    int distance, reduction, form;
};

/* The survey prints the sum (eq. 31). */
static bool is_sum(const struct region_wise *t)
{
    return t->form == SEG_FORM_SURVEY || t->reduction == SEG_REDUCE_SUM;
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    return seg_loss_ctx_includes(work, &((const struct region_wise *)params)->classes, SEG_CLASSES_ALL, cls);
}

static double weight(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct region_wise *t = params;

    (void)cls;
    return is_sum(t) ? 1 : 1.0 / seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_ALL);
}

/* The largest distance inside, block by block. */
struct depth {
    const float *distance; /* [voxels] signed */
    float *deepest;        /* [blocks] */
};

static void find_deepest(void *context, size_t begin, size_t end)
{
    const struct depth *s = context;
    float least = 0;

    for (size_t i = begin; i < end; i++)
        least = s->distance[i] < least ? s->distance[i] : least;
    s->deepest[begin / SEG_BLOCK] = -least;
}

static seg_status largest_inside(const float *distance, size_t voxels, double *largest, seg_error *err)
{
    size_t blocks = (voxels + SEG_BLOCK - 1) / SEG_BLOCK;
    struct depth s = {distance, NULL};
    seg_status st = seg_alloc(&s.deepest, blocks, sizeof *s.deepest, "block maxima", err);

    if (st)
        return st;
    seg_parallel_blocks(voxels, find_deepest, &s);
    for (size_t i = 0; i < blocks; i++)
        *largest = fmax(*largest, s.deepest[i]);
    free(s.deepest);
    return SEG_OK;
}

/* kind=rrw. Without an edge the distance is 0 everywhere, and z the same. */
static seg_status rectified(seg_distance_lines *z, seg_set_extent extent, seg_error *err)
{
    double largest = 0;
    seg_status st;

    z->outside[0] = extent == SEG_SET_FULL ? -1 : 1;
    if (extent != SEG_SET_PARTLY)
        return SEG_OK;
    st = largest_inside(z->distance, z->pair->voxels, &largest, err);
    z->inside[1] = 1 / largest;
    return st;
}

static seg_status lines(seg_distance_lines *z, seg_loss_ctx *work, const void *params, seg_error *err)
{
    const struct region_wise *t = params;
    bool mm = t->distance == SEG_DISTANCE_MM;
    seg_set_extent extent;
    seg_status st = seg_loss_ctx_truth_distance(work, z->cls, mm, &z->distance, &extent, err);

    z->scale = is_sum(t) ? 1 : 1 / fmax(seg_loss_ctx_voxels(work), 1);
    if (!st && t->kind == KIND_RRW)
        return rectified(z, extent, err);
    z->inside[1] = z->outside[1] = 1;
    return st;
}

static const seg_lines_loss along_lines = {lines, takes, weight};

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    return seg_lines_value(&along_lines, work, cls, params, value, err);
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    return seg_lines_gradient(&along_lines, work, params, gradient, err);
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    return seg_lines_map(&along_lines, work, params, map, err);
}

static const seg_param rows[] = {
    SEG_CHOICE("kind", struct region_wise, kind, KIND_RRW, kind_words, "rectified map, or signed distances"),
    SEG_CLASSES_ROW(struct region_wise, "all"),
    SEG_DISTANCE_ROW(struct region_wise),
    SEG_REDUCTION_ROW(struct region_wise),
    SEG_FORM_ROW(struct region_wise),
    {0}};

const seg_loss seg_loss_region_wise = {
    .name = "region-wise",
    .aliases = {"rw"},
    .title = "Region-wise loss",
    .level = SEG_BOUNDARY,
    .equation = "L = 1/(N K) sum_c sum_n z_c(n) y_n^c\n"
                "rrw: z_c = -EDT(not G_c) / max EDT(not G_c) inside G_c, +1 outside\n"
                "boundary: z_c = -EDT(not G_c) inside, +EDT(G_c) outside",
    .symbols = "y_n^c  probability of class c at voxel n\n"
               "G_c  voxels of class c in the ground truth; EDT  distance to the nearest voxel of a set\n"
               "N, K  voxels and classes",
    .range = "rrw: [-1, 1]; boundary: no bounds. A perfect prediction is the minimum for its ground truth, negative",
    .empty = "rrw: a class absent from the ground truth gives the mean of its probabilities (0 for an empty "
             "prediction), one that fills the image their negative; boundary: 0",
    .advantages = "One map handles class imbalance and the importance of locations; the rectified map trains stably "
                  "without a second loss.",
    .disadvantages = "A distance map per class; values depend on the shape of the ground truth and are not comparable "
                     "between images; rrw does not depend on how far outside a false positive lies.",
    .use_cases = "Organs and lesions of different size where one loss without scheduling is preferred.",
    .reference = "J. M. Valverde and J. Tohka, Region-wise loss for biomedical image segmentation, Pattern "
                 "Recognition 136, 2023, arXiv:2108.01405",
    .survey = "Eq. 31 is the sum over voxels and classes; form=survey is reduction=sum.",
    .elsewhere = "In the authors' boundary variant a class that is absent reuses the map of the class "
                 "before it; here it has none.",
    .params = rows,
    .size = sizeof(struct region_wise),
    .class_value = class_value,
    .includes_class = takes,
    .weight = weight,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
};
