/* boundary_dou.c - Boundary DoU loss: difference over a union that shrinks as the object gets larger.
 *
 *     L_c = (A - 2 I + s) / (A - (1 + a) I + s),      L = mean over c
 *     I = sum t y,  A = sum y^2 + sum t,  a = 1 - 2 (B + s) / (S + s) held in [alpha_min, alpha_max]
 *
 * S voxels of class c in the truth, B those of them with a face neighbour that is not of the class or not in
 * the image: 4 neighbours in a 2D image or with slices=2d, else 6. A large object has few boundary voxels, a
 * near alpha_max, and the part of the union where both agree counts less; a small one is treated like IoU.
 * This is one of four different boundaries among the losses of this folder: inner, by face neighbours, the
 * image border counts. A class absent from the truth costs 1 whatever the prediction, also when both are
 * empty.
 *
 * The survey (eq. 30) has A = sum t + sum y, no smoothing and a in [0, 1): the same for 0/1 maps up to a; 0/0
 * costs 0.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../gradient.h"
#include "../loss.h"
#include "masked_class.h"

enum { SLICES_3D, SLICES_2D };
static const char *const slices_words[] = {"3d", "2d", NULL};

struct boundary_dou {
    seg_classes classes;
    double smooth, alpha_min, alpha_max;
    int slices, form;
};

struct edge_count {
    const seg_mask *set;
    bool flat;       /* neighbours in the plane only */
    uint64_t *parts; /* [slices] */
};

/* Of the 64 voxels of word i of a row those that have no face neighbour outside the set. */
static uint64_t inner(const seg_mask *set, size_t i, size_t y, size_t z, bool flat)
{
    const uint64_t *row = seg_mask_row(set, y, z);
    uint64_t left = row[i] << 1 | (i > 0 ? row[i - 1] >> 63 : 0);
    uint64_t right = row[i] >> 1 | (i + 1 < set->words ? row[i + 1] << 63 : 0);
    uint64_t both = left & right;

    both &= y > 0 ? seg_mask_row(set, y - 1, z)[i] : 0;
    both &= y + 1 < set->n[1] ? seg_mask_row(set, y + 1, z)[i] : 0;
    if (flat)
        return both;
    both &= z > 0 ? seg_mask_row(set, y, z - 1)[i] : 0;
    return both & (z + 1 < set->n[2] ? seg_mask_row(set, y, z + 1)[i] : 0);
}

static void count_slice(void *context, size_t z, int worker)
{
    const struct edge_count *c = context;
    uint64_t count = 0;

    (void)worker;
    for (size_t y = 0; y < c->set->n[1]; y++)
        for (size_t i = 0; i < c->set->words; i++)
            count += (uint64_t)__builtin_popcountll(seg_mask_row(c->set, y, z)[i] & ~inner(c->set, i, y, z, c->flat));
    c->parts[z] = count;
}

static seg_status count_boundary(seg_loss_ctx *work, int cls, bool flat, double *boundary, seg_error *err)
{
    seg_mask set = {0};
    struct edge_count c = {&set, flat || work->pair->grid.n[2] == 1, NULL};
    seg_status st = seg_mask_of_code(&set, &work->pair->truth, (uint32_t)cls, err);

    if (!st)
        st = seg_alloc(&c.parts, set.n[2], sizeof *c.parts, "slice counts", err);
    *boundary = 0;
    if (!st) {
        seg_parallel_for(set.n[2], count_slice, &c);
        for (size_t z = 0; z < set.n[2]; z++)
            *boundary += (double)c.parts[z];
    }
    free(c.parts);
    seg_mask_free(&set);
    return st;
}

/* L_c = above / below, and the a in it. */
struct ratio {
    double above, below, a;
};

static seg_status find_ratio(struct ratio *r, seg_loss_ctx *work, int cls, const struct boundary_dou *t, seg_error *err)
{
    bool survey = t->form == SEG_FORM_SURVEY;
    double s = survey ? 0 : t->smooth, S = (double)work->truth_voxels[cls], B, A;
    const seg_class_sums *m;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    if (!st)
        st = count_boundary(work, cls, t->slices == SLICES_2D, &B, err);
    if (st)
        return st;
    r->a = S + s > 0 ? 1 - 2 * (B + s) / (S + s) : 0;
    r->a = survey ? fmax(r->a, 0) : fmin(fmax(r->a, t->alpha_min), t->alpha_max);
    A = m->sum_t[cls] + (survey ? m->sum_y[cls] : m->sum_y2[cls]);
    r->above = A - 2 * m->sum_ty[cls] + s;
    r->below = A - (1 + r->a) * m->sum_ty[cls] + s;
    return SEG_OK;
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    return seg_loss_ctx_includes(work, &((const struct boundary_dou *)params)->classes, SEG_CLASSES_ALL, cls);
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    struct ratio r;
    seg_status st = find_ratio(&r, work, cls, params, err);

    if (!st && seg_loss_ctx_voxels(work) > 0)
        *value = seg_value_of(r.below > 0 ? r.above / r.below : 0);
    else
        *value = seg_value_undefined(SEG_NO_VOXELS);
    return st;
}

struct class_slope {
    struct ratio r;
    bool survey;
    double scale; /* 1/K, 0 for a class that is not taken */
};

/* [ (A' - 2 t) below - (A' - (1 + a) t) above ] / below^2,   A' = 2 y, or 1 in the survey's form */
static double slope(const void *context, const seg_voxel *v)
{
    const struct class_slope *s = &((const struct class_slope *)context)[v->cls];
    const struct ratio *r = &s->r;
    double A = s->survey ? 1 : 2 * v->y;

    if (s->scale == 0)
        return 0;
    return s->scale * ((A - 2 * v->t) * r->below - (A - (1 + r->a) * v->t) * r->above) / (r->below * r->below);
}

/* free(*slopes), also after an error. */
static seg_status make_slopes(struct class_slope **slopes, seg_loss_ctx *work, const struct boundary_dou *t,
                              seg_error *err)
{
    int taken = seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_ALL);
    struct class_slope *s;
    seg_status st = seg_alloc(slopes, (size_t)work->pair->classes, sizeof **slopes, "class slopes", err);

    s = *slopes;
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        if (!takes(work, t, cls))
            continue;
        s[cls].survey = t->form == SEG_FORM_SURVEY;
        st = find_ratio(&s[cls].r, work, cls, t, err);
        if (!st && s[cls].r.below > 0)
            s[cls].scale = 1.0 / taken;
    }
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    struct class_slope *s;
    seg_status st = make_slopes(&s, work, params, err);

    if (!st)
        seg_gradient_fill(work->pair, slope, s, gradient);
    free(s);
    return st;
}

/* map: above = sum of (t - y)^2, or of t + y - 2 t y in the survey's form, and s, which is the offset */
static double term(const void *context, const seg_voxel *v)
{
    const struct class_slope *s = &((const struct class_slope *)context)[v->cls];
    double sum = s->survey ? v->t + v->y - 2 * v->t * v->y : (v->t - v->y) * (v->t - v->y);

    return s->scale * sum / s->r.below;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct boundary_dou *t = params;
    struct class_slope *s;
    seg_status st = make_slopes(&s, work, params, err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        if (s[cls].scale == 0)
            continue;
        map->offset += s[cls].scale * (s[cls].survey ? 0 : t->smooth) / s[cls].r.below;
        st = seg_loss_map_class(map, cls, term, s, err);
    }
    free(s);
    return st;
}

static seg_status check(const void *params, seg_error *err)
{
    const struct boundary_dou *t = params;

    if (t->alpha_min > t->alpha_max)
        return seg_fail(err, SEG_USAGE, "boundary-dou: alpha_min %g is above alpha_max %g", t->alpha_min, t->alpha_max);
    return SEG_OK;
}

static const seg_param rows[] = {
    SEG_CLASSES_ROW(struct boundary_dou, "all"),
    SEG_NUMBER("smooth", struct boundary_dou, smooth, 1e-5, 0, 1e9,
               "added to numerator and denominator of every ratio"),
    SEG_BELOW("alpha_min", struct boundary_dou, alpha_min, -1, -1, 1,
              "smallest a, not above alpha_max; 0 as in the paper, -1 as in its code"),
    SEG_BELOW("alpha_max", struct boundary_dou, alpha_max, 0.8, -1, 1, "largest a, not below alpha_min"),
    SEG_CHOICE("slices", struct boundary_dou, slices, SLICES_3D, slices_words,
               "boundary of the volume, or of each of its slices"),
    SEG_FORM_ROW(struct boundary_dou),
    {0}};

const seg_loss seg_loss_boundary_dou = {
    .name = "boundary-dou",
    .aliases = {"bdou"},
    .title = "Boundary DoU loss",
    .level = SEG_BOUNDARY,
    .equation = "L = mean_c (A - 2 I + s) / (A - (1 + a) I + s)\n"
                "I = sum t y,  A = sum y^2 + sum t,  a = 1 - 2 (B + s) / (S + s) in [alpha_min, alpha_max]",
    .symbols = "t, y  ground truth and probability of class c\n"
               "S  voxels of the class in the ground truth\n"
               "B  those with a face neighbour of another class or outside the image\n"
               "s  smooth",
    .range = "[0, 1]; 0 for a perfect prediction of a class that occurs",
    .empty = "a class absent from the ground truth gives 1, also when the prediction is empty too (0 with "
             "form=survey); an empty prediction gives 1",
    .advantages = "Combines edge and region in one ratio without a distance map; adapts to the size of the object; as "
                  "cheap as Dice.",
    .disadvantages = "The size is estimated from a count of boundary voxels, which is noisy for thin objects; an "
                     "absent class has the maximum loss.",
    .use_cases = "Organs whose edges matter, of different sizes in one image.",
    .reference = "F. Sun et al., Boundary difference over union loss for medical image segmentation, MICCAI "
                 "2023, arXiv:2308.00220",
    .survey = "Eq. 30 is written with sets and a in [0, 1); the code squares probabilities, smooths, and "
              "caps a at 0.8 without a floor at 0. form=survey takes the sets literally.",
    .elsewhere = "AWA_BoundaryDoULoss' volume version is the same with 6 neighbours; the authors' code run "
                 "slice by slice is slices=2d.",
    .params = rows,
    .size = sizeof(struct boundary_dou),
    .check = check,
    .class_value = class_value,
    .includes_class = takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .single_pass = seg_always_single_pass,
};
