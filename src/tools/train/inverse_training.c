/* inverse_training.c - Adam on the mean Frobenius norm of the error of the predicted affine map.
 *
 *     L = 1/B sum over the batch of |o - theta|_F,   dL/do = (o - theta) / (B |o - theta|_F)
 *
 * A step visits the batch twice: groups of samples go forward and back, each filling its own slopes; then
 * blocks of weights gather their gradient from all samples in order, and move. Inputs of 0, most of a tile of
 * boundary and half of what a ReLU lets through, are skipped both times.
 */
#include "inverse_training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "boundary_pairs.h"
#include "random.h"

const seg_training_options seg_training_presets = {.seed = 1,
                                                   .tile = 32,
                                                   .band = 2,
                                                   .hidden = {192, 32},
                                                   .pool = 300000,
                                                   .held_out = 20000,
                                                   .steps = 12000,
                                                   .batch = 512,
                                                   .report = 1000,
                                                   .rate = 1.5e-3};

enum {
    LAYERS = 3,
    GROUP = 16, /* samples that go through a layer side by side, so that its weights are fetched once */
    INPUTS_PER_TASK = 64,
    LANES = 16 /* partial sums of a dot product */
};

/* Streams of random numbers, kept apart. */
enum { STREAM_POOL = 1, STREAM_HELD_OUT, STREAM_WEIGHTS, STREAM_BATCHES };

static const double BETA1 = 0.9, BETA2 = 0.999, ADAM_EPS = 1e-8;

/* Loops over floats are worth vectorising even where the rest is not; clang does it at -O2. No operation is
 * reordered by it, so the numbers stay the same. */
#if defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((optimize("O3")))
#else
#define VECTORISED
#endif

/* The numbers between the layers, for a whole batch. */
struct activations {
    float *value[LAYERS + 1]; /* [batch][width] */
    float *slope[LAYERS + 1]; /* [batch][width] dL/d(value before the ReLU); [0] is not used */
    float (*target)[SEG_INVERSE_OUTPUTS];
    double *error; /* [batch] */
};

struct training {
    const seg_training_options *options;
    seg_boundary_pairs pool, held_out;
    seg_inverse_network *net;
    seg_inverse_network mean, square; /* of the gradient, moving averages of Adam */
    struct activations batch;
    size_t step;
    double rate, correction1, correction2;
    size_t first_task[LAYERS + 1]; /* blocks of weights, layer after layer; each layer ends with its biases */
    float *gradient;               /* [workers][INPUTS_PER_TASK + 1][widest] */
    size_t widest;
};

/* ---- arithmetic ---- */

VECTORISED static void add_scaled(float *restrict y, float a, const float *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

VECTORISED static float dot(const float *restrict x, const float *restrict y, size_t n)
{
    float part[LANES] = {0}, sum = 0;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES)
        for (int lane = 0; lane < LANES; lane++)
            part[lane] += x[i + (size_t)lane] * y[i + (size_t)lane];
    for (; i < n; i++)
        sum += x[i] * y[i];
    for (int lane = 0; lane < LANES; lane++)
        sum += part[lane];
    return sum;
}

VECTORISED static void adam(float *restrict weight, float *restrict mean, float *restrict square,
                            const float *restrict gradient, size_t n, const struct training *t)
{
    const float b1 = (float)BETA1, b2 = (float)BETA2, eps = (float)ADAM_EPS;
    const float rate = (float)(t->rate / t->correction1), scale = (float)(1 / t->correction2);

    for (size_t i = 0; i < n; i++) {
        float g = gradient[i];

        mean[i] = b1 * mean[i] + (1 - b1) * g;
        square[i] = b2 * square[i] + (1 - b2) * g * g;
        weight[i] -= rate * mean[i] / (sqrtf(square[i] * scale) + eps);
    }
}

/* ---- forward and back, for the samples [begin, end) of a batch ---- */

static void forward(const seg_inverse_network *net, const struct activations *b, size_t l, size_t begin, size_t end)
{
    size_t in = net->width[l], out = net->width[l + 1];

    for (size_t s = begin; s < end; s++)
        memcpy(b->value[l + 1] + s * out, net->bias[l], out * sizeof(float));
    for (size_t block = 0; block < in; block += INPUTS_PER_TASK)
        for (size_t s = begin; s < end; s++) {
            const float *x = b->value[l] + s * in;

            for (size_t i = block; i < in && i < block + INPUTS_PER_TASK; i++)
                if (x[i] != 0)
                    add_scaled(b->value[l + 1] + s * out, x[i], net->weight[l] + i * out, out);
        }
    for (size_t k = begin * out; l + 1 < net->layers && k < end * out; k++)
        b->value[l + 1][k] = b->value[l + 1][k] > 0 ? b->value[l + 1][k] : 0;
}

static void back(const seg_inverse_network *net, const struct activations *b, size_t l, size_t begin, size_t end)
{
    size_t in = net->width[l], out = net->width[l + 1];

    for (size_t s = begin; s < end; s++)
        for (size_t i = 0; i < in; i++)
            b->slope[l][s * in + i] =
                b->value[l][s * in + i] > 0 ? dot(net->weight[l] + i * out, b->slope[l + 1] + s * out, out) : 0;
}

/* |o - theta|, and its slope. */
static void compare(const struct activations *b, size_t s, size_t batch)
{
    const float *o = b->value[LAYERS] + s * SEG_INVERSE_OUTPUTS;
    float *slope = b->slope[LAYERS] + s * SEG_INVERSE_OUTPUTS;
    double square = 0;

    for (int k = 0; k < SEG_INVERSE_OUTPUTS; k++) {
        double d = (double)o[k] - (double)b->target[s][k];

        square += d * d;
    }
    b->error[s] = sqrt(square);
    for (int k = 0; k < SEG_INVERSE_OUTPUTS; k++)
        slope[k] = b->error[s] > 0 ? (float)((double)(o[k] - b->target[s][k]) / b->error[s] / (double)batch) : 0;
}

static void go_through(void *context, size_t group, int worker)
{
    struct training *t = context;
    const struct activations *b = &t->batch;
    size_t begin = group * GROUP, end = begin + GROUP < t->options->batch ? begin + GROUP : t->options->batch;

    (void)worker;
    for (size_t s = begin; s < end; s++) {
        seg_random r = seg_random_of(t->options->seed << 8 | STREAM_BATCHES, t->step * t->options->batch + s);
        size_t which = (size_t)(seg_random_bits(&r) % t->pool.n);

        seg_boundary_pair_turned(&t->pool, which, (unsigned)(seg_random_bits(&r) >> 61),
                                 b->value[0] + s * t->net->width[0], b->target[s]);
    }
    for (size_t l = 0; l < LAYERS; l++)
        forward(t->net, b, l, begin, end);
    for (size_t s = begin; s < end; s++)
        compare(b, s, t->options->batch);
    for (size_t l = LAYERS - 1; l > 0; l--)
        back(t->net, b, l, begin, end);
}

/* ---- moving the weights ---- */

static void move_weights(struct training *t, size_t l, size_t begin, size_t end, float *gradient)
{
    size_t in = t->net->width[l], out = t->net->width[l + 1];

    memset(gradient, 0, (end - begin) * out * sizeof *gradient);
    for (size_t s = 0; s < t->options->batch; s++) {
        const float *x = t->batch.value[l] + s * in, *slope = t->batch.slope[l + 1] + s * out;

        for (size_t i = begin; i < end; i++)
            if (x[i] != 0)
                add_scaled(gradient + (i - begin) * out, x[i], slope, out);
    }
    adam(t->net->weight[l] + begin * out, t->mean.weight[l] + begin * out, t->square.weight[l] + begin * out, gradient,
         (end - begin) * out, t);
}

static void move_biases(struct training *t, size_t l, float *gradient)
{
    size_t out = t->net->width[l + 1];

    memset(gradient, 0, out * sizeof *gradient);
    for (size_t s = 0; s < t->options->batch; s++)
        add_scaled(gradient, 1, t->batch.slope[l + 1] + s * out, out);
    adam(t->net->bias[l], t->mean.bias[l], t->square.bias[l], gradient, out, t);
}

static void move(void *context, size_t task, int worker)
{
    struct training *t = context;
    float *gradient = t->gradient + (size_t)worker * INPUTS_PER_TASK * t->widest;
    size_t l = 0, begin, in;

    while (task >= t->first_task[l + 1])
        l++;
    in = t->net->width[l];
    begin = (task - t->first_task[l]) * INPUTS_PER_TASK;
    if (begin < in)
        move_weights(t, l, begin, begin + INPUTS_PER_TASK < in ? begin + INPUTS_PER_TASK : in, gradient);
    else
        move_biases(t, l, gradient);
}

/* Returns the mean error of the batch, from before the step. */
static double take_step(struct training *t)
{
    size_t batch = t->options->batch;

    t->rate = t->options->rate * 0.5 * (1 + cos(3.141592653589793 * (double)t->step / (double)t->options->steps));
    t->correction1 = 1 - pow(BETA1, (double)t->step + 1);
    t->correction2 = 1 - pow(BETA2, (double)t->step + 1);
    seg_parallel_for((batch + GROUP - 1) / GROUP, go_through, t);
    seg_parallel_for(t->first_task[LAYERS], move, t);
    return seg_sum(t->batch.error, batch) / (double)batch;
}

/* ---- validation ---- */

struct judging {
    const seg_inverse_network *net;
    const seg_boundary_pairs *pairs;
    double (*guess)[SEG_INVERSE_OUTPUTS]; /* [pairs] */
    double *room;                         /* [workers][inputs + values] */
    size_t values;
};

static void guess_pair(void *context, size_t i, int worker)
{
    const struct judging *j = context;
    size_t inputs = j->net->width[0];
    double *x = j->room + (size_t)worker * (inputs + j->values);

    for (size_t k = 0; k < inputs; k++)
        x[k] = j->pairs->map[i * inputs + k] / 255.0;
    memcpy(j->guess[i], seg_inverse_network_apply(j->net, x, x + inputs), sizeof j->guess[i]);
}

static double norm(const double *x)
{
    double square = 0;

    for (int k = 0; k < SEG_INVERSE_OUTPUTS; k++)
        square += x[k] * x[k];
    return sqrt(square);
}

/* Pearson's correlation of sums over n pairs. */
static double correlation(double n, double x, double y, double xx, double yy, double xy)
{
    return (n * xy - x * y) / sqrt((n * xx - x * x) * (n * yy - y * y));
}

static void measure(const struct judging *j, seg_training_quality *q)
{
    double n = (double)j->pairs->n, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    double rest[SEG_INVERSE_OUTPUTS] = {0}, all[SEG_INVERSE_OUTPUTS] = {0}, total[SEG_INVERSE_OUTPUTS] = {0};

    *q = (seg_training_quality){0};
    for (size_t i = 0; i < j->pairs->n; i++) {
        double off[SEG_INVERSE_OUTPUTS], truth[SEG_INVERSE_OUTPUTS], guessed = norm(j->guess[i]), moved;

        for (int k = 0; k < SEG_INVERSE_OUTPUTS; k++) {
            truth[k] = (double)j->pairs->target[i][k];
            off[k] = j->guess[i][k] - truth[k];
            rest[k] += off[k] * off[k];
            all[k] += truth[k] * truth[k];
            total[k] += truth[k];
        }
        moved = norm(truth);
        q->error += norm(off) / n;
        q->identity_error += moved / n;
        x += guessed, y += moved, xx += guessed * guessed, yy += moved * moved, xy += guessed * moved;
    }
    q->correlation = correlation(n, x, y, xx, yy, xy);
    for (int k = 0; k < SEG_INVERSE_OUTPUTS; k++)
        q->explained[k] = 1 - rest[k] / (all[k] - total[k] * total[k] / n);
}

static seg_status judge(const seg_inverse_network *net, const seg_boundary_pairs *pairs, seg_training_quality *q,
                        seg_error *err)
{
    struct judging j = {net, pairs, NULL, NULL, seg_inverse_network_values(net)};
    seg_status st = seg_alloc(&j.guess, pairs->n, sizeof *j.guess, "guesses", err);

    if (!st)
        st = seg_alloc(&j.room, (size_t)seg_thread_count() * (net->width[0] + j.values), sizeof *j.room, "layers", err);
    if (!st) {
        seg_parallel_for(pairs->n, guess_pair, &j);
        measure(&j, q);
    }
    free(j.room);
    free(j.guess);
    return st;
}

static seg_status make_pairs(seg_boundary_pairs *pairs, size_t n, const seg_training_options *o, uint64_t stream,
                             seg_error *err)
{
    return seg_boundary_pairs_make(pairs, n, o->tile, o->band, o->seed << 8 | stream, err);
}

seg_status seg_inverse_judge(const seg_inverse_network *net, const seg_training_options *options,
                             seg_training_quality *quality, seg_error *err)
{
    seg_boundary_pairs pairs = {0};
    seg_status st = make_pairs(&pairs, options->held_out, options, STREAM_HELD_OUT, err);

    if (!st)
        st = judge(net, &pairs, quality, err);
    seg_boundary_pairs_free(&pairs);
    return st;
}

/* ---- the whole training ---- */

/* He's initialisation; a last layer ten times smaller starts near "nothing moved". */
static void draw_weights(seg_inverse_network *net, uint64_t seed)
{
    seg_random r = seg_random_of(seed << 8 | STREAM_WEIGHTS, 0);

    for (size_t l = 0; l < net->layers; l++) {
        double scale = sqrt(2.0 / (double)net->width[l]) * (l + 1 < net->layers ? 1 : 0.1);

        for (size_t i = 0; i < net->width[l] * net->width[l + 1]; i++)
            net->weight[l][i] = (float)(scale * seg_random_normal(&r));
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* A boundary present in only one of the two counts as the 99th percentile of all moved boundaries. */
static seg_status set_missing(seg_inverse_network *net, const seg_boundary_pairs *pairs, seg_error *err)
{
    double *moved;
    seg_status st = seg_alloc(&moved, pairs->n, sizeof *moved, "distances", err);

    if (st)
        return st;
    for (size_t i = 0; i < pairs->n; i++) {
        double square = 0;

        for (int k = 0; k < SEG_INVERSE_OUTPUTS; k++)
            square += (double)pairs->target[i][k] * (double)pairs->target[i][k];
        moved[i] = sqrt(square);
    }
    qsort(moved, pairs->n, sizeof *moved, ascending);
    net->missing = (double)(float)moved[pairs->n * 99 / 100];
    free(moved);
    return SEG_OK;
}

static seg_status claim_batch(struct training *t, seg_error *err)
{
    size_t batch = t->options->batch;
    seg_status st = seg_alloc(&t->batch.target, batch, sizeof *t->batch.target, "targets", err);

    if (!st)
        st = seg_alloc(&t->batch.error, batch, sizeof(double), "errors", err);
    for (size_t l = 0; !st && l <= LAYERS; l++) {
        size_t width = t->net->width[l];

        st = seg_alloc(&t->batch.value[l], batch * width, sizeof(float), "a batch", err);
        if (!st && l > 0)
            st = seg_alloc(&t->batch.slope[l], batch * width, sizeof(float), "a batch", err);
        t->widest = width > t->widest && l > 0 ? width : t->widest;
        if (l > 0)
            t->first_task[l] =
                t->first_task[l - 1] + (t->net->width[l - 1] + INPUTS_PER_TASK - 1) / INPUTS_PER_TASK + 1;
    }
    if (!st)
        st = seg_alloc(&t->gradient, (size_t)seg_thread_count() * INPUTS_PER_TASK * t->widest, sizeof(float),
                       "a gradient", err);
    return st;
}

static seg_status prepare(struct training *t, seg_error *err)
{
    const seg_training_options *o = t->options;
    const size_t width[LAYERS + 1] = {2 * o->tile * o->tile, o->hidden[0], o->hidden[1], SEG_INVERSE_OUTPUTS};
    seg_status st = seg_inverse_network_alloc(t->net, LAYERS, width, err);

    t->net->tile = o->tile, t->net->band = o->band;
    if (!st)
        st = seg_inverse_network_alloc(&t->mean, LAYERS, width, err);
    if (!st)
        st = seg_inverse_network_alloc(&t->square, LAYERS, width, err);
    if (!st)
        st = claim_batch(t, err);
    if (!st)
        st = make_pairs(&t->held_out, o->held_out, o, STREAM_HELD_OUT, err);
    if (!st)
        st = make_pairs(&t->pool, o->pool, o, STREAM_POOL, err);
    if (!st)
        st = set_missing(t->net, &t->pool, err);
    if (!st)
        draw_weights(t->net, o->seed);
    return st;
}

static seg_status walk(struct training *t, seg_training_say *say, void *context, seg_error *err)
{
    const seg_training_options *o = t->options;
    seg_training_quality quality = {0};
    double sum = 0;
    size_t since = 0;
    seg_status st = SEG_OK;

    for (t->step = 0; !st && t->step < o->steps; t->step++) {
        sum += take_step(t);
        since++;
        if (!o->report || ((t->step + 1) % o->report && t->step + 1 < o->steps))
            continue;
        st = judge(t->net, &t->held_out, &quality, err);
        if (!st)
            say(context, &(seg_training_report){t->step + 1, sum / (double)since, quality.error});
        sum = 0, since = 0;
    }
    return st;
}

static void free_training(struct training *t)
{
    free(t->gradient);
    for (size_t l = 0; l <= LAYERS; l++) {
        free(t->batch.value[l]);
        free(t->batch.slope[l]);
    }
    free(t->batch.target);
    free(t->batch.error);
    seg_inverse_network_free(&t->square);
    seg_inverse_network_free(&t->mean);
    seg_boundary_pairs_free(&t->held_out);
    seg_boundary_pairs_free(&t->pool);
}

seg_status seg_inverse_train(seg_inverse_network *net, const seg_training_options *options, seg_training_say *say,
                             void *context, seg_error *err)
{
    struct training t = {.options = options, .net = net};
    seg_status st;

    *net = (seg_inverse_network){0};
    st = prepare(&t, err);
    if (!st)
        st = walk(&t, say, context, err);
    if (st)
        seg_inverse_network_free(net);
    free_training(&t);
    return st;
}
