/* test_active_boundary.c - the active boundary loss against a plain transcription of its seven steps, what happens
 * where it is not defined, and its gradient with the neighbours held constant. */
#include "shapes.h"
#include "support/peaks.h"

enum { NX = 23, NY = 17, N = NX * NY, C = 3 };

static const size_t flat[3] = {NX, NY, 1};

struct settings {
    double max_ratio, label_smoothing, max_dist;
    int dist; /* 0 trunc, 1 exact, 2 edt */
};

struct image {
    uint8_t label[N];
    double y[N][C];
};

static void normalise(const double *y, double *p)
{
    double sum = 0;

    for (int c = 0; c < C; c++)
        sum += p[c] = fmax(y[c], 1e-7);
    for (int c = 0; c < C; c++)
        p[c] /= sum;
}

static double kl(const double *y, const double *other)
{
    double p[C], q[C], sum = 0;

    normalise(y, p);
    normalise(other, q);
    for (int c = 0; c < C; c++)
        sum += p[c] * log(p[c] / q[c]);
    return sum;
}

static void find_truth(const struct image *im, uint8_t *edge)
{
    for (int i = 0; i < N; i++)
        edge[i] = (i / NX + 1 < NY && im->label[i] != im->label[i + NX]) ||
                  (i % NX + 1 < NX && im->label[i] != im->label[i + 1]);
}

static void find_predicted(const struct image *im, const struct settings *t, uint8_t *predicted)
{
    double change[N], e = 1e-5;
    int above = N;

    for (int i = 0; i < N; i++)
        change[i] =
            (i / NX + 1 < NY ? kl(im->y[i], im->y[i + NX]) : 0) + (i % NX + 1 < NX ? kl(im->y[i], im->y[i + 1]) : 0);
    for (;; e *= 1.2) {
        above = 0;
        for (int i = 0; i < N; i++)
            above += change[i] > e;
        if (above <= t->max_ratio * N)
            break;
    }
    for (int i = 0; i < N; i++) {
        predicted[i] = 0;
        for (int j = 0; j < N; j++)
            if (abs(i % NX - j % NX) <= 1 && abs(i / NX - j / NX) <= 1 && change[j] > e)
                predicted[i] = 1;
    }
}

static double distance(const uint8_t *edge, const struct settings *t, int i)
{
    double d = shape_nearest(flat, VOXEL, edge, 1, (size_t)i);

    return t->dist == 2 ? d : t->dist == 1 ? fmax(d - 1, 0) : floor(fmax(d - 1, 0));
}

/* Everything but the pixel's own probabilities comes from `im`; those from `moved`. Sum of the terms, and their count. */
static double sum_terms(const struct image *im, const struct image *moved, const struct settings *t, double *count)
{
    static const int dy[9] = {1, -1, 0, 0, -1, 1, -1, 1, 0}, dx[9] = {0, 0, -1, 1, 1, 1, -1, -1, 0};
    uint8_t edge[N], predicted[N];
    double sum = 0;

    *count = 0;
    find_truth(im, edge);
    find_predicted(im, t, predicted);
    for (int i = 0; i < N; i++) {
        double least = INFINITY, z[8], all = 0, ce = 0, own = distance(edge, t, i);
        int target = 8;

        if (!predicted[i])
            continue;
        for (int j = 0; j < 9; j++) {
            int x = i % NX + dx[j], y = i / NX + dy[j];
            int u = x < 0 ? 0 : x >= NX ? NX - 1 : x, v = y < 0 ? 0 : y >= NY ? NY - 1 : y;
            double D = u == x && v == y ? distance(edge, t, v * NX + u) : 1e5;

            if (j < 8)
                all += exp(z[j] = kl(im->y[v * NX + u], moved->y[i]));
            if (D < least) {
                least = D;
                target = j;
            }
        }
        if (target == 8)
            continue;
        for (int j = 0; j < 8; j++)
            ce -= (j == target ? 1 - t->label_smoothing : t->label_smoothing / 8) * (z[j] - log(all));
        sum += fmin(own, t->max_dist) / t->max_dist * ce;
        (*count)++;
    }
    return sum;
}

static void make(struct image *im, seg_pair *pair, uint64_t seed)
{
    float prob[C * N];

    shape_balls(flat, C, im->label);
    shape_soft(im->label, N, C, &seed, prob);
    fixture_prob(pair, flat, THICK, C, prob, im->label);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < C; c++)
            im->y[i][c] = (double)prob[c * N + i];
}

static const struct {
    const char *spec;
    struct settings t;
} variants[] = {
    {"active-boundary:max_ratio=0.05", {0.05, 0.2, 20, 0}},
    {"active-boundary:max_ratio=0.3,label_smoothing=0,dist=exact,max_dist=3", {0.3, 0, 3, 1}},
    {"active-boundary:max_ratio=0.05,form=survey", {0.05, 0, 20, 2}},
};

static void the_loss_follows_its_seven_steps(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++)
        for (int k = 0; k < 3; k++) {
            struct image im;
            seg_pair pair;
            double count, sum;

            make(&im, &pair, seed);
            sum = sum_terms(&im, &im, &variants[k].t, &count);
            assert_true(count > 0);
            assert_near(scoring_value(&pair, variants[k].spec), sum / count, 1e-11, 1e-13);
            seg_pair_free(&pair);
        }
}

/* The slope of a pixel's own terms, the neighbours staying as they are. */
static void the_gradient_holds_the_neighbours_constant(void **state)
{
    static struct image im, moved;
    const double h = 1e-5;
    seg_pair pair;
    double *got, count;
    int moving = 0;

    (void)state;
    make(&im, &pair, 5);
    got = scoring_gradient(&pair, variants[0].spec);
    for (int i = 3; i < N; i += 7)
        for (int c = 0; c < C; c++) {
            double up, down;

            moved = im;
            moved.y[i][c] += h;
            up = sum_terms(&im, &moved, &variants[0].t, &count);
            moved.y[i][c] -= 2 * h;
            down = sum_terms(&im, &moved, &variants[0].t, &count);
            assert_near(got[c * N + i], (up - down) / (2 * h) / count, 1e-5, 1e-9);
            moving += got[c * N + i] != 0;
        }
    assert_true(moving > 0);
    free(got);
    seg_pair_free(&pair);
}

/* Slices of a volume pool their pixels; those without a boundary add nothing. */
static void slices_are_pooled(void **state)
{
    const size_t deep[3] = {NX, NY, 3};
    static uint8_t label[3 * N];
    static float prob[3 * C * N];
    struct image im[2];
    double sum = 0, count = 0, n;
    seg_pair pair, single;

    (void)state;
    for (int z = 0; z < 3; z++) {
        if (z < 2) {
            make(&im[z], &single, (uint64_t)z + 8);
            sum += sum_terms(&im[z], &im[z], &variants[0].t, &n);
            count += n;
            seg_pair_free(&single);
        }
        for (int i = 0; i < N; i++) {
            label[z * N + i] = z < 2 ? im[z].label[i] : 1;
            for (int c = 0; c < C; c++)
                prob[(c * 3 + z) * N + i] = (float)im[z % 2].y[i][c];
        }
    }
    fixture_prob(&pair, deep, THICK, C, prob, label);
    assert_near(scoring_value(&pair, variants[0].spec), sum / count, 1e-11, 0);
    seg_pair_free(&pair);
}

static void expect_status(const seg_pair *pair, const char *wanted)
{
    scoring_result r;

    scoring_compute(pair, "active-boundary", &r);
    assert_true(isnan(r.score.total.x));
    assert_string_equal(r.score.total.status, wanted);
}

static void without_boundaries_it_is_not_defined(void **state)
{
    uint8_t one[N], half[N];
    float even[C * N];
    seg_pair pair;

    (void)state;
    for (int i = 0; i < N; i++) {
        one[i] = 1;
        half[i] = i % NX < 9;
    }
    for (int i = 0; i < C * N; i++)
        even[i] = 1.0F / C;
    fixture_labels(&pair, flat, VOXEL, C, half, one);
    expect_status(&pair, "not-computed: no boundary in the truth of any slice");
    seg_pair_free(&pair);
    fixture_labels(&pair, flat, VOXEL, C, one, half);
    expect_status(&pair, "not-computed: no predicted boundary that could move");
    seg_pair_free(&pair);
    fixture_prob(&pair, flat, VOXEL, C, even, half);
    expect_status(&pair, "not-computed: no predicted boundary that could move");
    seg_pair_free(&pair);
}

/* A vertical edge, predicted `off` columns to the right: every pixel of the boundary is drawn to the left. */
static void the_cost_grows_with_the_way_to_go(void **state)
{
    double before = -1;

    (void)state;
    for (int off = 0; off < 6; off++) {
        uint8_t truth[N], prediction[N];
        seg_pair pair;
        double now;

        for (int i = 0; i < N; i++) {
            truth[i] = i % NX < 9;
            prediction[i] = i % NX < 9 + off;
        }
        fixture_labels(&pair, flat, VOXEL, 2, prediction, truth);
        now = scoring_value(&pair, "active-boundary:max_ratio=0.1,dist=exact");
        assert_true(now >= before);
        before = now;
        seg_pair_free(&pair);
    }
    assert_true(before > 0);
}

/* Classes that the peaks say to be below prob_eps are not read. */
static void what_is_known_of_far_classes_changes_nothing(void **state)
{
    static const char *const specs[] = {"active-boundary", "active-boundary:prob_eps=1e-3"};
    seg_pair pair;

    (void)state;
    shape_pair(&pair, (const size_t[]){64, 64, 4}, VOXEL, 3, 1, 43);
    for (size_t i = 0; i < 4 * 4096; i++) /* one class is far from the first two slices, another one from the third */
        pair.prob.prob[(i < 2 * 4096 ? 2 : 1) * pair.voxels + i] *= i < 3 * 4096 ? 1e-7f : 1;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        double want = scoring_value(&pair, specs[i]), got;

        peaks_make(&pair, 512);
        got = scoring_value(&pair, specs[i]);
        assert_memory_equal(&got, &want, sizeof got);
        assert_true(want > 0);
        seg_block_max_free(&pair.block_max);
    }
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_of_far_classes_changes_nothing),
        cmocka_unit_test(the_loss_follows_its_seven_steps),
        cmocka_unit_test(the_gradient_holds_the_neighbours_constant),
        cmocka_unit_test(slices_are_pooled),
        cmocka_unit_test(without_boundaries_it_is_not_defined),
        cmocka_unit_test(the_cost_grows_with_the_way_to_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
