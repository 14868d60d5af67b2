/* test_conditional_boundary.c - the conditional boundary loss against its definition, pixel by pixel, and the classes
 * that leave its means. */
#include "shapes.h"

enum { NX = 14, NY = 11, N = NX * NY, C = 3 };

static const size_t flat[3] = {NX, NY, 1};

struct settings {
    int window;
    double ratio;
    bool logit, ccas, nonzero;
    double w[3];
};

struct image {
    uint8_t label[N];
    double y[N][C];
};

/* The three terms, and how many classes are used. */
struct terms {
    double a2c, cls, a2pn;
    int used;
};

static int argmax(const double *y)
{
    int best = 0;

    for (int c = 1; c < C; c++)
        best = y[c] > y[best] ? c : best;
    return best;
}

/* Larger of the steps along x and y. */
static int apart(int i, int j)
{
    int dx = abs(i % NX - j % NX), dy = abs(i / NX - j / NX);

    return dx > dy ? dx : dy;
}

static bool is_edge(const struct image *im, int i, double ratio)
{
    int b = (int)fmax(1, rint(ratio * sqrt(NX * NX + NY * NY))), x = i % NX, y = i / NX;

    for (int j = 0; j < N; j++)
        if (apart(i, j) <= b && im->label[j] != im->label[i])
            return true;
    return x < b || y < b || x + b >= NX || y + b >= NY;
}

static void embed(const double *y, bool logit, double *f)
{
    for (int c = 0; c < C; c++)
        f[c] = logit ? log(fmax(y[c], 1e-7)) : y[c];
}

static double cross_entropy(const double *m, int cls, bool logit)
{
    double sum = 0;

    for (int c = 0; c < C; c++)
        sum += logit ? exp(m[c]) : fmax(m[c], 1e-7);
    return logit ? log(sum) - m[cls] : log(sum / fmax(m[cls], 1e-7));
}

/* Mean embedding of the neighbours with the same label (and predicted right); returns their number. */
static int mean_of(const struct image *im, const struct settings *t, int i, bool right, double *m)
{
    int count = 0;

    memset(m, 0, C * sizeof *m);
    for (int j = 0; j < N; j++) {
        double f[C];

        if (j == i || apart(i, j) > t->window / 2 || im->label[j] != im->label[i] ||
            (right && argmax(im->y[j]) != im->label[j]))
            continue;
        embed(im->y[j], t->logit, f);
        for (int c = 0; c < C; c++)
            m[c] += f[c];
        count++;
    }
    for (int c = 0; c < C; c++)
        m[c] /= count + 1e-5;
    return count;
}

static void add_classes(const struct image *im, const struct settings *t, struct terms *out)
{
    for (int cls = 0; cls < C; cls++) {
        double n1 = 0, n2 = 0, ce1 = 0, ce2 = 0, square = 0, m[C], f[C];

        for (int i = 0; i < N; i++) {
            if (im->label[i] != cls || !is_edge(im, i, t->ratio))
                continue;
            if (mean_of(im, t, i, false, m) > 0) {
                n1++;
                ce1 += cross_entropy(m, cls, t->logit);
            }
            if (argmax(im->y[i]) != cls || mean_of(im, t, i, true, m) == 0)
                continue;
            n2++;
            ce2 += cross_entropy(m, cls, t->logit);
            embed(im->y[i], t->logit, f);
            for (int c = 0; c < C; c++)
                square += (f[c] - m[c]) * (f[c] - m[c]) / C;
        }
        if (n1 == 0 || n2 == 0)
            continue;
        out->a2c += square / n2;
        out->cls += ce1 / n1 + ce2 / n2;
        out->used++;
    }
    out->a2c /= fmax(out->used, 1);
    out->cls /= fmax(out->used, 1);
}

static double cosine(const double *a, const double *b)
{
    double ab = 0, aa = 0, bb = 0;

    for (int c = 0; c < C; c++) {
        ab += a[c] * b[c];
        aa += a[c] * a[c];
        bb += b[c] * b[c];
    }
    return ab / sqrt(aa) / sqrt(bb);
}

static void add_pairs(const struct image *im, const struct settings *t, struct terms *out)
{
    int half = t->window / 2;
    double sum = 0, pairs = 0;

    for (int i = 0; i < N; i++) {
        int x = i % NX, y = i / NX;

        if (!is_edge(im, i, t->ratio) || x < half || y < half || x + half >= NX || y + half >= NY ||
            (t->nonzero && im->label[i] == 0))
            continue;
        for (int j = 0; j < N; j++) {
            double a[C], b[C], off;

            if (j == i || apart(i, j) > half || (t->ccas && argmax(im->y[j]) != im->label[j]))
                continue;
            embed(im->y[i], t->logit, a);
            embed(im->y[j], t->logit, b);
            off = cosine(a, b) - (im->label[i] == im->label[j]);
            sum += off * off;
            pairs++;
        }
    }
    out->a2pn = pairs > 0 ? sum / pairs : 0;
}

static void make(struct image *im, seg_pair *pair, uint64_t seed)
{
    float prob[C * N];

    if (seed % 2)
        shape_balls(flat, C, im->label);
    else
        shape_noise(flat, C, &seed, im->label);
    shape_soft(im->label, N, C, &seed, prob);
    fixture_prob(pair, flat, THICK, C, prob, im->label);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < C; c++)
            im->y[i][c] = (double)prob[c * N + i];
}

static void the_three_terms_follow_their_definition(void **state)
{
    static const struct {
        const char *spec;
        struct settings t;
    } variants[] = {
        {"conditional-boundary", {5, 0.02, false, true, false, {2, 0.2, 1}}},
        {"cbl:window=3,dilation_ratio=0.15,ccas=no,w_a2c=1,w_cls=3,w_a2pn=0.5",
         {3, 0.15, false, false, false, {1, 3, 0.5}}},
        {"cbl:embedding=logit,anchors=nonzero,window=7", {7, 0.02, true, true, true, {2, 0.2, 1}}},
    };

    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++)
        for (int k = 0; k < 3; k++) {
            const struct settings *t = &variants[k].t;
            struct terms want = {0};
            struct image im;
            scoring_result r;
            seg_pair pair;

            make(&im, &pair, seed);
            add_classes(&im, t, &want);
            add_pairs(&im, t, &want);
            scoring_compute(&pair, variants[k].spec, &r);
            assert_near(r.score.extra[0].x, want.a2c, 1e-11, 1e-14);
            assert_near(r.score.extra[1].x, want.cls, 1e-11, 1e-14);
            assert_near(r.score.extra[2].x, want.a2pn, 1e-11, 1e-14);
            assert_near(r.score.extra[3].x, want.used, 0, 0);
            assert_near(r.score.total.x, t->w[0] * want.a2c + t->w[1] * want.cls + t->w[2] * want.a2pn, 1e-11, 0);
            seg_pair_free(&pair);
        }
}

/* A class nowhere predicted right has no A_2: it is left out, and the number of classes says so. */
static void a_class_never_predicted_right_is_left_out(void **state)
{
    uint8_t truth[N], nothing[N] = {0};
    scoring_result full, empty;
    seg_pair pair;

    (void)state;
    shape_balls(flat, 2, truth);
    fixture_labels(&pair, flat, VOXEL, 2, truth, truth);
    scoring_compute(&pair, "conditional-boundary", &full);
    seg_pair_free(&pair);
    fixture_labels(&pair, flat, VOXEL, 2, nothing, truth);
    scoring_compute(&pair, "conditional-boundary", &empty);
    seg_pair_free(&pair);
    assert_near(full.score.extra[3].x, 2, 0, 0);
    assert_near(empty.score.extra[3].x, 1, 0, 0);
    assert_true(full.score.total.x < 1e-6); /* only the 1e-5 in the window's mean is left */
}

static void one_pixel_has_nothing_to_compare(void **state)
{
    const size_t n[3] = {1, 1, 1};
    const uint8_t label = 1;
    scoring_result r;
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, VOXEL, 2, &label, &label);
    scoring_compute(&pair, "conditional-boundary", &r);
    assert_true(isnan(r.score.total.x));
    assert_string_equal(r.score.total.status, "not-computed: no edge pixel with a neighbour to compare");
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_three_terms_follow_their_definition),
        cmocka_unit_test(a_class_never_predicted_right_is_left_out),
        cmocka_unit_test(one_pixel_has_nothing_to_compare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
