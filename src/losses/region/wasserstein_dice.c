/* wasserstein_dice.c - generalised Wasserstein Dice loss: confusing kindred classes costs less than confusing strangers.
 *
 *     W_n = sum_c M[l(n)][c] y_n^c          what it costs to move the predicted mass of voxel n to its true class
 *     TP = sum_n a_l(n) (1 - W_n)     AE = sum_n W_n
 *     L = 1 - (2 TP + eps) / (2 TP + AE + eps)          a = 0 for the background, 1 for the other classes
 *     weighting=gdl:  L = 1 - (2 TP + eps) / (sum_n a (2 - W_n) + eps)          a_c = 1 / (N_c + 1) for all classes
 *
 * M has a zero diagonal, is symmetric, and is divided by its largest entry; without costs= every confusion costs 1. With
 * these costs and two classes L is the Dice loss of the foreground. Nothing to find and nothing found (0/0) costs 0; an
 * empty truth costs 1 as soon as any mass is off the background.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/files.h"
#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../image/label_runs.h"
#include "../gradient.h"
#include "../loss.h"

enum { DEFAULT_WEIGHTING, GDL };
static const char *const weighting_words[] = {"default", "gdl", NULL};

struct wasserstein {
    char *costs;
    double eps;
    int weighting, form;
};

/* ---- the matrix of costs ---- */

/* Numbers separated by commas, blanks or new lines: M[C * C] and nothing more. */
static seg_status read_costs(FILE *file, const char *path, size_t C, double *M, seg_error *err)
{
    enum { MOST = 1 << 24 }; /* an endless pipe ends here */
    char text[64];
    size_t n = 0;

    while ((void)!fscanf(file, "%*[ \t\r\n,;]"), n < MOST && fscanf(file, "%63[^ \t\r\n,;]", text) == 1) {
        double x;

        if (!seg_read_double(text, &x))
            return seg_fail(err, SEG_READ, "%s: '%s' is not a number", path, text);
        if (n < C * C)
            M[n] = x;
        n++;
    }
    if (ferror(file))
        return seg_fail(err, SEG_READ, "%s: %s", path, strerror(errno));
    if (n != C * C)
        return seg_fail(err, SEG_MISMATCH, "%s: %zu costs, but %zu x %zu classes need %zu", path, n, C, C, C * C);
    return SEG_OK;
}

static seg_status check_costs(const char *path, size_t C, const double *M, double *largest, seg_error *err)
{
    *largest = 0;
    for (size_t l = 0; l < C; l++) {
        if (M[l * C + l] != 0)
            return seg_fail(err, SEG_READ, "%s: class %zu is %g from itself, but 0 was wanted", path, l, M[l * C + l]);
        for (size_t c = 0; c < C; c++) {
            if (M[l * C + c] < 0 || M[l * C + c] != M[c * C + l])
                return seg_fail(err, SEG_READ,
                                "%s: the costs between class %zu and %zu are %g and %g, but one number >= 0 "
                                "was wanted",
                                path, l, c, M[l * C + c], M[c * C + l]);
            *largest = fmax(*largest, M[l * C + c]);
        }
    }
    if (*largest == 0)
        return seg_fail(err, SEG_READ, "%s: all costs are 0, so every prediction would be perfect", path);
    return SEG_OK;
}

/* The equation and the peers take the background to be 1 from every other class. */
static void remark_background(const seg_loss_ctx *work, const char *path, size_t C, const double *M)
{
    for (size_t l = 1; l < C; l++)
        if (M[l * C] != 1) {
            seg_warn(work->notes, "%s: class %zu is %g from the background, not 1; implementations differ in this case",
                     path, l, M[l * C]);
            return;
        }
}

static seg_status file_costs(const seg_loss_ctx *work, const char *path, double *M, seg_error *err)
{
    size_t C = (size_t)work->pair->classes;
    FILE *file;
    double largest;
    seg_status st = seg_open_input(&file, path, "a matrix of costs", err);

    if (st)
        return st;
    st = read_costs(file, path, C, M, err);
    seg_close_input(file);
    if (!st)
        st = check_costs(path, C, M, &largest, err);
    for (size_t i = 0; !st && i < C * C; i++)
        M[i] /= largest;
    if (!st)
        remark_background(work, path, C, M);
    return st;
}

/* ---- the loss ---- */

/* What one pair makes of the parameters. */
struct costs {
    int C;
    double *M; /* [C][C] */
    double *a; /* [C] */
};

static void set_weights(struct costs *k, const seg_loss_ctx *work, const struct wasserstein *p)
{
    for (int c = 0; c < k->C; c++) {
        if (p->weighting == GDL)
            k->a[c] = 1 / ((double)work->truth_voxels[c] + 1);
        else
            k->a[c] = seg_pair_foreground(work->pair, c);
    }
}

static seg_status make_costs(struct costs *k, const seg_loss_ctx *work, const struct wasserstein *p, seg_error *err)
{
    size_t C = (size_t)work->pair->classes;
    seg_status st;

    *k = (struct costs){.C = work->pair->classes};
    st = seg_alloc(&k->M, C * (C + 1), sizeof *k->M, "costs between classes", err);
    if (st)
        return st;
    k->a = k->M + C * C;
    set_weights(k, work, p);
    if (p->costs)
        return file_costs(work, p->costs, k->M, err);
    for (size_t i = 0; i < C * C; i++)
        k->M[i] = i / C != i % C;
    return SEG_OK;
}

/* Numerator and denominator of the score. */
struct score {
    double above, below;
};

/* W_n enters linearly, so the soft confusion matrix has all that is needed: sum of W over class l is sum_c M A[l]. */
static struct score add_up(const struct costs *k, const struct wasserstein *p, const seg_class_sums *m)
{
    double TP = 0, rest = 0;

    for (int l = 0; l < k->C; l++) {
        double W = 0;

        for (int c = 0; c < k->C; c++)
            W += k->M[l * k->C + c] * m->confusion[l * k->C + c];
        TP += k->a[l] * (m->sum_t[l] - W);
        rest += p->weighting == GDL ? k->a[l] * W : W;
    }
    return (struct score){2 * TP + p->eps, 2 * TP + rest + p->eps};
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    const struct wasserstein *p = params;
    const seg_class_sums *m;
    struct costs k = {0};
    struct score s;
    seg_status st = make_costs(&k, work, p, err);

    if (!st)
        st = seg_loss_ctx_sums(work, &m, err);
    if (!st) {
        s = add_up(&k, p, m);
        score->total = seg_value_of(s.below > 0 ? 1 - s.above / s.below : 0);
        if (p->form == SEG_FORM_SURVEY) /* - sum_c M_cc t y, and the diagonal of costs is 0 */
            score->total = seg_value_of(0);
    }
    free(k.M);
    return st;
}

struct slope {
    const struct costs *k;
    const struct wasserstein *p;
    struct score s;
};

/* value:    L = 1 - A / B;   dA/dW = -2 a,   dB/dW = 1 - 2 a  or, with gdl,  -a
 * gradient: dL/dW = -(A' B - A B') / B^2,   dW/dy^c = M[l][c] */
static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    double a = s->k->a[v->label], A = s->s.above, B = s->s.below;
    double dA = -2 * a, dB = s->p->weighting == GDL ? -a : 1 - 2 * a;

    if (B <= 0 || s->p->form == SEG_FORM_SURVEY)
        return 0;
    return -(dA * B - A * dB) / (B * B) * s->k->M[v->label * s->k->C + v->cls];
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    const seg_class_sums *m;
    struct costs k = {0};
    seg_status st = make_costs(&k, work, params, err);

    if (!st)
        st = seg_loss_ctx_sums(work, &m, err);
    if (!st)
        seg_gradient_fill(work->pair, slope, &(struct slope){&k, params, add_up(&k, params, m)}, out);
    free(k.M);
    return st;
}

struct moving {
    const seg_pair *pair;
    const struct costs *k;
    int label;
    double share; /* 1 / B, times a with gdl */
    double *plane;
};

/* W_n / B at the voxels of one label. */
static void move_block(void *context, size_t begin, size_t end)
{
    const struct moving *m = context;
    seg_label_runs runs = seg_label_runs_of(&m->pair->truth, begin, end);
    double y[SEG_BLOCK];
    seg_label_run s;

    while (seg_label_runs_next(&runs, &s))
        for (int c = 0; s.code == (uint32_t)m->label && c < m->k->C; c++) {
            double cost = m->share * m->k->M[m->label * m->k->C + c];

            if (cost == 0)
                continue;
            seg_pair_prob(m->pair, c, s.begin, s.end - s.begin, y);
            for (size_t i = s.begin; i < s.end; i++)
                m->plane[i] += cost * y[i - s.begin];
        }
}

/* map: 1 - A / B = sum of W, or with gdl of a W, / B, at the true class */
static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct wasserstein *p = params;
    const seg_class_sums *m;
    struct costs k = {0};
    seg_status st = make_costs(&k, work, params, err);

    if (!st)
        st = seg_loss_ctx_sums(work, &m, err);
    for (int label = 0; !st && label < k.C && p->form == SEG_FORM_REFERENCE; label++) {
        struct score s = add_up(&k, p, m);
        struct moving move = {work->pair, &k, label, s.below > 0 ? 1 / s.below : 0, seg_loss_map_begin(map)};

        move.share *= p->weighting == GDL ? k.a[label] : 1;
        seg_parallel_blocks(work->pair->voxels, move_block, &move);
        st = seg_loss_map_end(map, label, err);
    }
    free(k.M);
    return st;
}

static const seg_param rows[] = {
    SEG_FILE("costs", struct wasserstein, costs,
             "file of C x C numbers >= 0, symmetric with a diagonal of 0: cost of confusing each pair of classes "
             "(default: 1)"),
    SEG_CHOICE("weighting", struct wasserstein, weighting, DEFAULT_WEIGHTING, weighting_words,
               "equal weights of the foreground classes, or all classes by 1 / (size + 1)"),
    SEG_NUMBER("eps", struct wasserstein, eps, 0, 0, HUGE_VAL, "added to numerator and denominator"),
    SEG_FORM_ROW(struct wasserstein),
    {0},
};

const seg_loss seg_loss_wasserstein_dice = {
    .name = "wasserstein-dice",
    .aliases = {"gwdl", "generalised-wasserstein-dice", "generalized-wasserstein-dice"},
    .title = "Generalised Wasserstein Dice loss",
    .level = SEG_REGION,
    .equation = "L = 1 - (2 TP + eps) / (2 TP + AE + eps)\n"
                "TP = sum_n a_l(n) (1 - W_n),  AE = sum_n W_n,  W_n = sum_c M[l(n)][c] y_n^c\n"
                "weighting=gdl:  L = 1 - (2 TP + eps) / (sum_n a_l(n) (2 - W_n) + eps)",
    .symbols = "W_n   cost of the prediction at voxel n\n"
               "M     costs between classes, divided by the largest\n"
               "l(n)  class of voxel n in the ground truth, y_n^c probability of class c there\n"
               "a     0 for the background and 1 for the others; with gdl 1 / (size of the class + 1)",
    .range = "[0, 1]; 0 for a perfect prediction",
    .empty = "No foreground in the ground truth: 1 for any probability outside the background, else 0. There are no "
             "values per class.",
    .advantages = "Weights confusions between classes by a cost matrix, so a hierarchy of classes can be used; one "
                  "value for many classes.",
    .disadvantages = "Requires a user-specified inter-class cost matrix; discontinuous for an empty ground truth; "
                     "costs other than 1 to the background "
                     "mean different things in different code.",
    .use_cases = "Many related classes, such as tumour parts or brain structures.",
    .reference =
        "Fidon et al.: Generalised Wasserstein Dice Score for Imbalanced Multi-class Segmentation using Holistic "
        "Convolutional Networks, BrainLes 2017, arXiv 1707.00478",
    .survey =
        "Equation 9 takes only the diagonal of M, which is 0 for any matrix of distances; form=survey evaluates it "
        "and is 0 for every input.",
    .elsewhere =
        "The authors' code has eps = 2.2e-16, MONAI 1e-5; NiftyNet weighs by the cost to the background. All agree "
        "when every class is 1 from the background; segloss remarks when it is not.",
    .params = rows,
    .size = sizeof(struct wasserstein),
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .single_pass = seg_always_single_pass,
};
