/* boundary.c - boundary loss: probabilities summed over the signed distance map of the truth.
 *
 *     L_c = 1/N sum over n of phi_c(n) y_n^c,      L = mean over c
 *     phi_c = EDT(G_c) outside G_c,  -(EDT(not G_c) - off) inside,  0 if G_c is empty or the whole image
 *
 * G_c voxels of class c in the truth, EDT distance to the nearest voxel of a set, off = inside_offset (1, in
 * the unit of the distance, as in the authors' code: next to the edge phi is 0 inside and 1 outside). phi
 * does not depend on the prediction, so the loss is linear and its gradient is phi / N. A good prediction is
 * negative, a perfect one the smallest possible, whose value depends on the object: values of two images do
 * not compare.
 */
#include <math.h>

#include "../../base/blocks.h"
#include "../loss.h"
#include "class_block.h"

struct boundary {
    seg_classes classes;
    int distance;
    double inside_offset;
    int reduction, form;
};

/* The survey prints the plain integral (eq. 23): a sum, and a distance that is not moved. */
static bool is_sum(const struct boundary *t)
{
    return t->form == SEG_FORM_SURVEY || t->reduction == SEG_REDUCE_SUM;
}

struct pass {
    const seg_pair *pair;
    const float *distance; /* [voxels] signed */
    int class;
    seg_two_lines phi;
    double scale;
    double *gradient;      /* [voxels] */
};

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    double y[SEG_BLOCK];

    seg_class_prob(s->pair, s->class, begin, end - begin, y);
    sums[0] = seg_two_lines_sum(&s->phi, s->distance + begin, y, end - begin);
}

static bool takes(const seg_work *work, const void *params, int class)
{
    return seg_work_takes(work, &((const struct boundary *)params)->classes, SEG_CLASSES_FG, class);
}

static double weight(const seg_work *work, const void *params, int class)
{
    const struct boundary *t = params;

    (void)class;
    return is_sum(t) ? 1 : 1.0 / seg_work_taken(work, &t->classes, SEG_CLASSES_FG);
}

static seg_status begin_pass(struct pass *s, seg_work *work, int class, const struct boundary *t,
                             seg_set_extent *extent, seg_error *err)
{
    *s = (struct pass){.pair = work->pair, .class = class,
                       .phi = {{t->form == SEG_FORM_SURVEY ? 0 : t->inside_offset, 1}, {0, 1}},
                       .scale = is_sum(t) ? 1 : 1 / fmax(seg_work_voxels(work), 1)};
    return seg_work_truth_distance(work, class, t->distance == SEG_DISTANCE_MM, &s->distance, extent, err);
}

static seg_status class_value(seg_work *work, int class, const void *params, seg_value *value, seg_error *err)
{
    struct pass s;
    seg_set_extent extent;
    double sum = 0;
    seg_status st = begin_pass(&s, work, class, params, &extent, err);

    if (!st && extent == SEG_SET_PARTLY)
        st = seg_blocks_sum(work->pair->voxels, 1, add_block, &s, &sum, err);
    *value = seg_work_voxels(work) > 0 ? seg_value_of(s.scale * sum) : seg_value_undefined(SEG_NO_VOXELS);
    return st;
}

static void fill_gradient(void *context, size_t begin, size_t end)
{
    const struct pass *s = context;

    for (size_t i = begin; i < end; i++)
        s->gradient[i] = s->scale * seg_two_lines_at(&s->phi, s->distance[i]);
    seg_class_ignore(s->pair, begin, end - begin, s->gradient + begin);
}

static seg_status gradient(seg_work *work, const void *params, double *gradient, seg_error *err)
{
    size_t voxels = work->pair->voxels;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < voxels * (size_t)work->pair->classes; i++)
        gradient[i] = 0;
    for (int class = 0; !st && class < work->pair->classes; class++) {
        struct pass s;
        seg_set_extent extent;

        if (!takes(work, params, class))
            continue;
        st = begin_pass(&s, work, class, params, &extent, err);
        s.scale *= weight(work, params, class);
        s.gradient = gradient + (size_t)class * voxels;
        if (!st && extent == SEG_SET_PARTLY)
            seg_blocks_visit(voxels, fill_gradient, &s);
    }
    return st;
}

static const seg_param rows[] = {
    SEG_CLASSES_ROW(struct boundary, "fg"),
    SEG_DISTANCE_ROW(struct boundary),
    SEG_NUMBER("inside_offset", struct boundary, inside_offset, 1, 0, 1e9,
               "taken off the distance inside the object, in the unit of the distance"),
    SEG_REDUCTION_ROW(struct boundary),
    SEG_FORM_ROW(struct boundary),
    {0}};

const seg_loss seg_loss_boundary = {
    .name = "boundary",
    .title = "Boundary loss",
    .level = SEG_BOUNDARY,
    .equation = "L = 1/(N K) sum_c sum_n phi_c(n) y_n^c\n"
                "phi_c = EDT(G_c) outside G_c,  -(EDT(not G_c) - off) inside",
    .symbols = "y_n^c  probability of class c at voxel n\n"
               "G_c  voxels of class c in the truth; EDT  distance to the nearest voxel of a set\n"
               "off  inside_offset\n"
               "N, K  voxels and classes",
    .range = "no bounds; negative for good predictions, a perfect one is the minimum for its truth, not 0",
    .empty = "a class that is empty in the truth, or fills the image, costs 0 whatever the prediction; an "
             "empty prediction costs 0",
    .advantages = "Does not depend on how many voxels a class has; tells a near miss from a far one; linear "
                  "and cheap, as the map is made once.",
    .disadvantages = "Alone it is content with an empty prediction, so it is used beside a region loss "
                     "whose share shrinks during training. Says nothing about a class that is not there.",
    .use_cases = "Small lesions in a large background, together with Dice or cross-entropy.",
    .reference = "H. Kervadec et al., Boundary loss for highly unbalanced segmentation, MIDL 2019 and "
                 "Medical Image Analysis 67, 2021, arXiv:1812.07032",
    .survey = "Eq. 23 is the bare integral of phi times y: no mean, no offset inside, and the sign of phi "
              "is not told; form=survey is reduction=sum, inside_offset=0.",
    .elsewhere = "RegionWiseLoss' copy has no offset inside (inside_offset=0). SegWithDistMap sets the "
                 "inner edge to 0 instead of subtracting 1. The authors subtract 1 also in millimetres, so "
                 "with voxels below 1 mm the inner edge is slightly positive.",
    .params = rows,
    .size = sizeof(struct boundary),
    .class_value = class_value,
    .takes_class = takes,
    .weight = weight,
    .gradient = gradient,
};
