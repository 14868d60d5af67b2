/* inverse_form.c - InverseForm: how far the predicted boundary would have to be moved, turned and stretched
 * to lie on the true one, as a trained network reads it from small tiles.
 *
 *     L = sum over tiles of w d / sum over tiles of w
 *     d = |theta - I|_F                                  distance=euclidean
 *     d = acos((tr P - 1)/2) + lam |theta - P|_F^2       distance=geodesic; P is the rotation nearest to theta
 *
 * theta is the affine map the network sees between the two bands of boundary in the tile. A tile where only
 * one of the two has a boundary costs what the weights file says; one with neither weighs nothing. No
 * boundary anywhere: 0. Volumes are looked at slice by slice. form=survey adds the cross-entropy and the
 * boundary cross-entropy of eq. 29.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../gradient.h"
#include "../loss.h"
#include "inverse_form_bce.h"
#include "inverse_form_tiles.h"
#include "masked_class.h"

enum { EUCLIDEAN, GEODESIC };
static const char *const distance_words[] = {"euclidean", "geodesic", NULL};
static const char *const tiles_words[] = {"weighted", "occupied", "all", NULL};
static const char *const shrink_words[] = {"auto", NULL};

/* shrink=auto puts about this many tiles across the shorter side of a slice, as the authors' frame does. */
static const double TILES_ACROSS = 3;

struct inverse_form {
    char *weights;
    int distance, tiles, form;
    double lam, min_mass, beta, gamma;
    seg_numbers shrink;
    seg_classes classes;
};

/* What one class of one slice contributes. */
struct part {
    seg_inverse_sum sum;
    double bce;
};

struct job {
    const struct inverse_form *t;
    seg_inverse_tiles tiles;
    seg_inverse_network net;
    seg_inverse_room *room; /* [workers] */
    int workers;
    int *cls; /* [classes] the selected ones */
    size_t classes, slices;
    struct part *part;          /* [classes][slices] */
    double counted;             /* voxels that are not ignored */
    const seg_inverse_sum *all; /* for the gradient: the sums over everything, and where it goes */
    double *gradient;           /* [all classes][voxels] */
};

/* ---- setting up ---- */

static size_t choose_shrink(const struct inverse_form *t, const seg_pair *pair, size_t tile)
{
    double shorter = (double)(pair->grid.n[0] < pair->grid.n[1] ? pair->grid.n[0] : pair->grid.n[1]);
    double blocks = floor(shorter / (TILES_ACROSS * (double)tile) + 0.5);

    if (t->shrink.word < 0)
        return (size_t)t->shrink.x[0];
    return blocks > 1 ? (size_t)blocks : 1;
}

static seg_status claim_rooms(struct job *job, seg_error *err)
{
    seg_status st = seg_alloc(&job->part, job->classes * job->slices, sizeof *job->part, "slices", err);

    job->workers = seg_thread_count();
    if (!st)
        st = seg_alloc(&job->room, (size_t)job->workers, sizeof *job->room, "threads", err);
    for (int worker = 0; !st && worker < job->workers; worker++)
        st = seg_inverse_room_claim(&job->room[worker], &job->tiles, err);
    return st;
}

static seg_status begin(struct job *job, seg_loss_ctx *work, const struct inverse_form *t, seg_error *err)
{
    const seg_pair *pair = work->pair;
    seg_status st;

    *job = (struct job){.t = t, .slices = pair->grid.n[2], .counted = seg_loss_ctx_voxels(work)};
    st = seg_inverse_network_read(&job->net, t->weights, err);
    if (!st && job->net.raw && t->distance == GEODESIC)
        st = seg_fail(err, SEG_USAGE,
                      "%s: these weights do not give an affine map, so distance=geodesic is not "
                      "defined (use distance=euclidean)",
                      t->weights);
    if (!st)
        st = seg_alloc(&job->cls, (size_t)pair->classes, sizeof *job->cls, "classes", err);
    for (int cls = 0; !st && cls < pair->classes; cls++)
        if (seg_loss_ctx_includes(work, &t->classes, SEG_CLASSES_FG, cls))
            job->cls[job->classes++] = cls;
    job->tiles = (seg_inverse_tiles){.pair = pair,
                                     .net = &job->net,
                                     .min_mass = t->min_mass,
                                     .weight = (seg_tile_weight)t->tiles,
                                     .geodesic = t->distance == GEODESIC,
                                     .lam = t->lam};
    if (!st) {
        job->tiles.shrink = choose_shrink(t, pair, job->net.tile);
        st = claim_rooms(job, err);
    }
    return st;
}

static void end(struct job *job)
{
    for (int worker = 0; job->room && worker < job->workers; worker++)
        seg_inverse_room_free(&job->room[worker]);
    free(job->room);
    free(job->part);
    free(job->cls);
    seg_inverse_network_free(&job->net);
}

/* ---- value ---- */

static seg_status visit_part(void *context, size_t task, int worker, double *none, seg_error *err)
{
    const struct job *job = context;
    struct part *part = &job->part[task];
    int cls = job->cls[task / job->slices];
    size_t z = task % job->slices;

    (void)none;
    part->sum = seg_inverse_slice(&job->tiles, &job->room[worker], cls, z);
    if (job->t->form != SEG_FORM_SURVEY)
        return SEG_OK;
    return seg_inverse_bce(job->tiles.pair, cls, z, 0, NULL, &part->bce, err);
}

static seg_status visit_all(struct job *job, seg_item_fn *visit, seg_error *err)
{
    return seg_ordered_sum(job->classes * job->slices, 0, visit, job, NULL, err);
}

/* The sums of the slices of selected class k; of all of them for k = classes. */
static struct part add_up(const struct job *job, size_t k)
{
    size_t first = k < job->classes ? k : 0, last = k < job->classes ? k + 1 : job->classes;
    struct part all = {0};

    for (size_t task = first * job->slices; task < last * job->slices; task++) {
        all.sum.distance += job->part[task].sum.distance;
        all.sum.weight += job->part[task].sum.weight;
        all.bce += job->part[task].bce;
    }
    return all;
}

static double mean_distance(const seg_inverse_sum *sum)
{
    return sum->weight > 0 ? sum->distance / sum->weight : 0;
}

/* CE + beta BCE + gamma L, each a mean over voxels or tiles. */
static seg_status add_survey_terms(const struct job *job, seg_loss_ctx *work, const struct part *all, double *loss,
                                   seg_error *err)
{
    const seg_class_sums *m;
    double ce = 0;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    if (st)
        return st;
    for (int cls = 0; cls < work->pair->classes; cls++)
        ce += m->sum_t_nll[cls] / m->n;
    *loss = ce + job->t->beta * all->bce / (job->counted * (double)job->classes) + job->t->gamma * *loss;
    return SEG_OK;
}

static seg_status add_scores(const struct job *job, seg_loss_ctx *work, seg_score *score, seg_error *err)
{
    struct part all = add_up(job, job->classes);
    double loss = mean_distance(&all.sum);
    seg_status st = SEG_OK;

    if (job->t->form == SEG_FORM_SURVEY)
        st = add_survey_terms(job, work, &all, &loss, err);
    for (size_t k = 0; job->t->form == SEG_FORM_REFERENCE && k < job->classes; k++) {
        struct part one = add_up(job, k);

        score->by_class[job->cls[k]] = seg_value_of(mean_distance(&one.sum));
    }
    score->total = seg_value_of(loss);
    return st;
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    struct job job;
    seg_status st = begin(&job, work, params, err);

    if (!st && job.classes == 0)
        score->total = seg_value_undefined(SEG_NO_CLASS);
    else if (!st && job.counted == 0)
        score->total = seg_value_undefined(SEG_NO_VOXELS);
    else if (!st) {
        st = visit_all(&job, visit_part, err);
        if (!st)
            st = add_scores(&job, work, score, err);
    }
    end(&job);
    return st;
}

/* ---- gradient ---- */

/* value:    CE  =  1/N sum_n sum_c -t ln max(y, eps)
 * gradient: CE' =  -t / (N y), 0 below eps */
static double ce_slope(const void *context, const seg_voxel *v)
{
    const struct job *job = context;

    return job->t->form == SEG_FORM_SURVEY && v->y > SEG_EPS ? -v->t / (v->y * job->counted) : 0;
}

static seg_status visit_slope(void *context, size_t task, int worker, double *none, seg_error *err)
{
    const struct job *job = context;
    const seg_pair *pair = job->tiles.pair;
    const bool survey = job->t->form == SEG_FORM_SURVEY;
    int cls = job->cls[task / job->slices];
    size_t z = task % job->slices, pixels = pair->grid.n[0] * pair->grid.n[1];
    double *gradient = job->gradient + (size_t)cls * pair->voxels + z * pixels, unused;
    seg_status st = SEG_OK;

    (void)none;
    seg_inverse_slice_slope(&job->tiles, &job->room[worker], cls, z, job->all, survey ? job->t->gamma : 1, gradient);
    if (survey)
        st =
            seg_inverse_bce(pair, cls, z, job->t->beta / (job->counted * (double)job->classes), gradient, &unused, err);
    seg_class_ignore(pair, z * pixels, pixels, gradient);
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    const struct inverse_form *t = params;
    struct part all;
    struct job job;
    seg_status st;

    if (t->distance == GEODESIC)
        return seg_fail(err, SEG_USAGE,
                        "inverse-form: distance=geodesic has an infinite slope where nothing moved "
                        "(use distance=euclidean for the gradient)");
    st = begin(&job, work, t, err);
    if (!st)
        seg_gradient_fill(work->pair, ce_slope, &job, gradient);
    if (!st && job.counted > 0)
        st = visit_all(&job, visit_part, err);
    if (!st && job.counted > 0) {
        all = add_up(&job, job.classes);
        job.all = &all.sum, job.gradient = gradient;
        st = visit_all(&job, visit_slope, err);
    }
    end(&job);
    return st;
}

/* ---- description ---- */

static seg_status check(const void *params, seg_error *err)
{
    const struct inverse_form *t = params;

    if (t->shrink.word < 0 && (t->shrink.n != 1 || t->shrink.x[0] != floor(t->shrink.x[0])))
        return seg_fail(err, SEG_USAGE, "inverse-form: shrink is one whole number of pixels, or auto");
    return SEG_OK;
}

static const seg_param rows[] = {
    SEG_FILE("weights", struct inverse_form, weights, "weights file; default: the network that comes with segloss"),
    SEG_CHOICE("distance", struct inverse_form, distance, EUCLIDEAN, distance_words,
               "Frobenius norm of the map minus the identity, or geodesic distance of its rotation"),
    SEG_NUMBER("lam", struct inverse_form, lam, 0.1, 0, 1e6,
               "weight of the part that is not a rotation, for distance=geodesic"),
    SEG_CLASSES_ROW(struct inverse_form, "fg"),
    {.name = "shrink",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct inverse_form, shrink),
     .preset = 0,
     .min = 1,
     .max = 65536,
     .choices = shrink_words,
     .help = "pixels averaged into one, along each side; auto: about three tiles across a slice"},
    SEG_CHOICE("tiles", struct inverse_form, tiles, SEG_TILES_WEIGHTED, tiles_words,
               "weight of a tile: its boundary pixels, 1 if it has any, or always 1"),
    SEG_NUMBER("min_mass", struct inverse_form, min_mass, 1, 0, 1e6,
               "a tile with less boundary than this, in pixels, is treated as empty"),
    SEG_NUMBER("beta", struct inverse_form, beta, 0.3, 0, 1e6, "weight of the boundary cross-entropy, for form=survey"),
    SEG_NUMBER("gamma", struct inverse_form, gamma, 0.3, 0, 1e6, "weight of the distance, for form=survey"),
    SEG_FORM_ROW(struct inverse_form),
    {0}};

const seg_loss seg_loss_inverse_form = {
    .name = "inverse-form",
    .aliases = {"inverseform"},
    .title = "InverseForm loss",
    .level = SEG_BOUNDARY,
    .equation = "L = sum_tiles w d / sum_tiles w\n"
                "d = |theta - I|_F   or   acos((tr P - 1)/2) + lam |theta - P|_F^2\n"
                "theta = network(band of the predicted boundary, band of the true boundary)",
    .symbols = "theta  affine map (3 x 3) from the predicted boundary in a tile to the true one\n"
               "P  rotation nearest to theta\n"
               "w  boundary pixels of the tile, both maps together",
    .range = "[0, infinity); close to 0 for a perfect prediction, not exactly, as the network is an approximation",
    .empty = "a tile where only one map has a boundary gives a constant of the weights file (0.96 by default); no "
             "boundary in either map: 0",
    .advantages = "Measures how far a boundary is shifted, rotated or scaled, which overlap losses do not; can be "
                  "added to any region loss.",
    .disadvantages = "Needs a trained network; saturates when a boundary moves by more than half a tile; insensitive "
                     "to a shift along a straight edge; not a substitute for a region loss.",
    .use_cases = "Street scenes and organs whose shape is right but whose outline is displaced; fine-tuning after a "
                 "region loss.",
    .reference = "S. Borse et al., InverseForm: A loss function for structured boundary-aware segmentation, CVPR "
                 "2021, arXiv:2104.02745",
    .survey = "Eq. 29 is the whole training loss, CE + beta BCE(edges) + gamma L: form=survey.",
    .elsewhere = "The authors' weights (401 MB) cannot be shipped and their published loss does not depend on the "
                 "prediction. The shipped network was trained from scratch on synthetic boundaries by\n"
                 "segloss-train-inverseform inverse_form.sgif\n"
                 "(seed 1, 12000 steps of 512 pairs); sha256 of the file:\n"
                 "1e67ab29ee15c3a88382d031373ef1eef6ef950e3778c4e8ed21e7cc83f6c2e0",
    .params = rows,
    .size = sizeof(struct inverse_form),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .value = value,
    .gradient = gradient,
};
