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

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "../loss.h"
#include "class_block.h"

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

static bool takes(const seg_work *work, const void *params, int class)
{
    return seg_work_takes(work, &((const struct region_wise *)params)->classes, SEG_CLASSES_ALL, class);
}

static double weight(const seg_work *work, const void *params, int class)
{
    const struct region_wise *t = params;

    (void)class;
    return is_sum(t) ? 1 : 1.0 / seg_work_taken(work, &t->classes, SEG_CLASSES_ALL);
}

struct pass {
    const seg_pair *pair;
    int class;
    const float *distance; /* [voxels] signed; 0 everywhere without an edge */
    seg_two_lines z;
    float *deepest;   /* [blocks] the largest distance inside */
    double scale;
    double *gradient; /* [voxels] */
};

static void find_deepest(void *context, size_t begin, size_t end)
{
    const struct pass *s = context;
    float least = 0;

    for (size_t i = begin; i < end; i++)
        least = s->distance[i] < least ? s->distance[i] : least;
    s->deepest[begin / SEG_BLOCK] = -least;
}

static seg_status largest_inside(struct pass *s, double *largest, seg_error *err)
{
    size_t voxels = s->pair->voxels, blocks = (voxels + SEG_BLOCK - 1) / SEG_BLOCK;
    seg_status st = seg_alloc(&s->deepest, blocks, sizeof *s->deepest, "block maxima", err);

    if (st)
        return st;
    seg_blocks_visit(voxels, find_deepest, s);
    for (size_t i = 0; i < blocks; i++)
        *largest = fmax(*largest, s->deepest[i]);
    free(s->deepest);
    return SEG_OK;
}

static seg_status make_map(struct pass *s, seg_work *work, int class, const struct region_wise *t,
                           seg_error *err)
{
    seg_set_extent extent;
    double largest = 0;
    seg_status st;

    *s = (struct pass){.pair = work->pair, .class = class,
                       .scale = is_sum(t) ? 1 : 1 / fmax(seg_work_voxels(work), 1)};
    st = seg_work_truth_distance(work, class, t->distance == SEG_DISTANCE_MM, &s->distance, &extent, err);
    if (st)
        return st;
    if (t->kind == KIND_BOUNDARY) {
        s->z = (seg_two_lines){{0, 1}, {0, 1}};
        return SEG_OK;
    }
    s->z.outside[0] = extent == SEG_SET_FULL ? -1 : 1;
    if (extent != SEG_SET_PARTLY)
        return SEG_OK;
    st = largest_inside(s, &largest, err);
    s->z.inside[1] = 1 / largest;
    return st;
}

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    double y[SEG_BLOCK];

    seg_class_prob(s->pair, s->class, begin, end - begin, y);
    sums[0] = seg_two_lines_sum(&s->z, s->distance + begin, y, end - begin);
}

static seg_status class_value(seg_work *work, int class, const void *params, seg_value *value, seg_error *err)
{
    struct pass s;
    double sum = 0;
    seg_status st = make_map(&s, work, class, params, err);

    if (!st)
        st = seg_blocks_sum(work->pair->voxels, 1, add_block, &s, &sum, err);
    *value = seg_work_voxels(work) > 0 ? seg_value_of(s.scale * sum) : seg_value_undefined(SEG_NO_VOXELS);
    return st;
}

static void fill_gradient(void *context, size_t begin, size_t end)
{
    const struct pass *s = context;

    for (size_t i = begin; i < end; i++)
        s->gradient[i] = s->scale * seg_two_lines_at(&s->z, s->distance[i]);
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

        if (!takes(work, params, class))
            continue;
        st = make_map(&s, work, class, params, err);
        s.scale *= weight(work, params, class);
        s.gradient = gradient + (size_t)class * voxels;
        if (!st)
            seg_blocks_visit(voxels, fill_gradient, &s);
    }
    return st;
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
               "G_c  voxels of class c in the truth; EDT  distance to the nearest voxel of a set\n"
               "N, K  voxels and classes",
    .range = "rrw: [-1, 1]; boundary: no bounds. A perfect prediction is the minimum for its truth, negative",
    .empty = "rrw: a class absent from the truth costs its probabilities (0 for an empty prediction), one "
             "that fills the image their negative; boundary: 0",
    .advantages = "Deals with class imbalance and with the importance of places in one map; the rectified "
                  "map trains stably without a second loss beside it.",
    .disadvantages = "A distance map per class; values depend on the shape of the truth and do not compare "
                     "between images; rrw is blind to how far outside a false voxel lies.",
    .use_cases = "Organs and lesions of different size where one loss without scheduling is wanted.",
    .reference = "J. M. Valverde and J. Tohka, Region-wise loss for biomedical image segmentation, Pattern "
                 "Recognition 136, 2023, arXiv:2108.01405",
    .survey = "Eq. 31 is the sum over voxels and classes; form=survey is reduction=sum.",
    .elsewhere = "In the authors' boundary variant a class that is absent reuses the map of the class "
                 "before it; here it has none.",
    .params = rows,
    .size = sizeof(struct region_wise),
    .class_value = class_value,
    .takes_class = takes,
    .weight = weight,
    .gradient = gradient,
};
