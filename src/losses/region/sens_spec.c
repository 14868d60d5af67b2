/* sens_spec.c - sensitivity-specificity loss: squared errors inside and outside the object, each averaged by itself.
 *
 *     L = mean over classes of  r E1 + (1 - r) E0
 *     E1 = sum t (t - y)^2 / (N_c + eps)          mean squared error on the class: what sensitivity loses
 *     E0 = sum (1 - t) (t - y)^2 / (N - N_c + eps)          and off it: what specificity loses
 *
 * A term without voxels is 0. With two classes and classes=all r cancels, because E1 of one class is E0 of the other.
 */
#include <math.h>

#include "../gradient.h"
#include "../loss.h"

struct sens_spec {
    double r, eps;
    seg_classes classes;
    int form;
};

/* What the sums of squared errors are divided by; form=survey has no eps. */
static double own_size(const struct sens_spec *p, const seg_class_sums *m, int cls)
{
    return m->sum_t[cls] + (p->form == SEG_FORM_SURVEY ? 0 : p->eps);
}

static double other_size(const struct sens_spec *p, const seg_class_sums *m, int cls)
{
    return m->n - m->sum_t[cls] + (p->form == SEG_FORM_SURVEY ? 0 : p->eps);
}

static double per(double sum, double size)
{
    return size > 0 ? sum / size : 0;
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    const struct sens_spec *p = params;
    const seg_class_sums *m;
    seg_status st = seg_loss_ctx_sums(work, &m, err);
    double E1, E0;

    if (st)
        return st;
    E1 = per(m->sse_fg[cls], own_size(p, m, cls));
    E0 = per(m->sse_bg[cls], other_size(p, m, cls));
    *value = seg_value_of(p->form == SEG_FORM_SURVEY ? 1 - p->r * E1 + (1 - p->r) * E0 : p->r * E1 + (1 - p->r) * E0);
    return SEG_OK;
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct sens_spec *p = params;

    return p->form == SEG_FORM_SURVEY || seg_loss_ctx_includes(work, &p->classes, SEG_CLASSES_FG, cls);
}

struct slope {
    seg_loss_ctx *work;
    const struct sens_spec *p;
    const seg_class_sums *m;
    int taken;
};

/* gradient: 2 (y - t) (r t / N_c + (1 - r) (1 - t) / (N - N_c)), the first term negative with form=survey */
static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    const struct sens_spec *p = s->p;
    double own, other;

    if (!takes(s->work, p, v->cls))
        return 0;
    own = per(p->r * v->t, own_size(p, s->m, v->cls));
    other = per((1 - p->r) * (1 - v->t), other_size(p, s->m, v->cls));
    return 2 * (v->y - v->t) * (p->form == SEG_FORM_SURVEY ? other - own : other + own) / s->taken;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    struct slope s = {.work = work, .p = params};
    seg_status st = seg_loss_ctx_sums(work, &s.m, err);

    for (int cls = 0; cls < work->pair->classes; cls++)
        s.taken += takes(work, params, cls);
    if (!st)
        seg_gradient_fill(work->pair, slope, &s, out);
    return st;
}

/* map: (t - y)^2 (r t / N_c + (1 - r) (1 - t) / (N - N_c)); form=survey has 1 as an offset */
static double term(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    const struct sens_spec *p = s->p;
    double own = per(p->r * v->t, own_size(p, s->m, v->cls));
    double other = per((1 - p->r) * (1 - v->t), other_size(p, s->m, v->cls));

    return (v->y - v->t) * (v->y - v->t) * (p->form == SEG_FORM_SURVEY ? other - own : other + own) / s->taken;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    struct slope s = {.work = work, .p = params, .taken = seg_loss_classes_taken(work, &seg_loss_sens_spec, params)};
    seg_status st = seg_loss_ctx_sums(work, &s.m, err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        if (takes(work, params, cls))
            st = seg_loss_map_class(map, cls, term, &s, err);
    map->offset = s.p->form == SEG_FORM_SURVEY ? 1 : 0;
    return st;
}

static const seg_param rows[] = {
    SEG_NUMBER("r", struct sens_spec, r, 0.05, 0, 1,
               "weight of the error inside the class; the error outside has weight 1 - r"),
    SEG_CLASSES_ROW(struct sens_spec, "fg"),
    SEG_NUMBER("eps", struct sens_spec, eps, 0, 0, HUGE_VAL, "added to both denominators"),
    SEG_FORM_ROW(struct sens_spec),
    {0},
};

const seg_loss seg_loss_sens_spec = {
    .name = "sens-spec",
    .aliases = {"ssl", "sensitivity-specificity"},
    .title = "Sensitivity-specificity loss",
    .level = SEG_REGION,
    .equation = "L = mean over classes of  r E1 + (1 - r) E0\n"
                "E1 = sum t (t - y)^2 / N_c,  E0 = sum (1 - t) (t - y)^2 / (N - N_c)",
    .symbols = "t, y   ground truth and probability of the class at a voxel\n"
               "N_c    its voxels in the ground truth, N all voxels\n"
               "E1     mean squared error inside the class, E0 outside\n"
               "r      weight of E1",
    .range = "[0, 1]; 0 for a perfect prediction (form=survey: [0, 2])",
    .empty = "A term without voxels is 0: for a class that is absent from the ground truth only E0 remains. With r = "
             "0.05 a missed object adds at most 0.05.",
    .advantages =
        "Both errors are means over their own voxels, so the loss does not depend on the size of the object; r sets "
        "the weight of false negatives against false positives; smooth everywhere.",
    .disadvantages =
        "With the usual small r an object that is missed completely changes the loss little; squared errors give weak "
        "gradients for confident mistakes; r must be chosen.",
    .use_cases = "Lesions that fill a tiny part of the volume (multiple sclerosis).",
    .reference = "Brosch, Yoo, Tang, Li, Traboulsee, Tam: Deep Convolutional Encoder Networks for Multiple Sclerosis "
                 "Lesion Segmentation, MICCAI 2015, doi 10.1007/978-3-319-24574-4_1",
    .survey =
        "Equation 18 prints 1 - alpha E1 + (1 - alpha) E0 and calls the errors E1 and E0 sensitivity and "
        "specificity: its first sign rewards missing the object. form=survey evaluates that over all classes with "
        "alpha = r.",
    .elsewhere =
        "NiftyNet adds up classes (r = 0.05, 1e-5 in the denominators), SegLoss averages them (r = 0.1, 1 in the "
        "denominators); both name the two parts the wrong way round.",
    .params = rows,
    .size = sizeof(struct sens_spec),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .class_value = class_value,
    .includes_class = takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .single_pass = seg_always_single_pass,
};
