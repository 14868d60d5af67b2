/* test_mistakes.c - mistakes against a search over all pairs of voxels and a flood fill, and planted faults by name. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture/mistakes.h"
#include "picture/slice_dsc.h"
#include "picture/wrong_runs.h"
#include "support/fixture.h"
#include "support/metric_score.h"

enum { CLASSES = 4, MOST_VOXELS = 1200 };

/* ---- by brute force ---- */

struct volume {
    size_t n[3], voxels;
    double mm[3];
    uint8_t truth[MOST_VOXELS], called[MOST_VOXELS];
};

static void place_of(const struct volume *v, size_t i, double at[3])
{
    at[0] = v->mm[0] * (double)(i % v->n[0]);
    at[1] = v->mm[1] * (double)(i / v->n[0] % v->n[1]);
    at[2] = v->mm[2] * (double)(i / v->n[0] / v->n[1]);
}

static double nearest(const struct volume *v, size_t i, const uint8_t *label, uint8_t wanted)
{
    double best = INFINITY, a[3], b[3];

    place_of(v, i, a);
    for (size_t k = 0; k < v->voxels; k++) {
        if (label[k] != wanted)
            continue;
        place_of(v, k, b);
        best = fmin(
            best, sqrt((a[2] - b[2]) * (a[2] - b[2]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[0] - b[0]) * (a[0] - b[0])));
    }
    return best;
}

static double depth_of(const struct volume *v, size_t i)
{
    double depth = 0;

    if (v->truth[i] == v->called[i])
        return 0;
    if (v->truth[i])
        depth = fmax(depth, nearest(v, i, v->called, v->truth[i]));
    if (v->called[i])
        depth = fmax(depth, nearest(v, i, v->truth, v->called[i]));
    return fmin(depth, SEG_DEPTH_MOST);
}

static void random_volume(struct volume *v, const size_t n[3], uint64_t *seed)
{
    v->voxels = n[0] * n[1] * n[2];
    for (int a = 0; a < 3; a++) {
        v->n[a] = n[a];
        v->mm[a] = 0.5 + 2 * fixture_uniform(seed);
    }
    score_random_labels(v->truth, v->voxels, CLASSES, 6, seed);
    memcpy(v->called, v->truth, v->voxels);
    for (size_t i = 0; i < v->voxels; i++)
        if (fixture_uniform(seed) < 0.25)
            v->called[i] = (uint8_t)(fixture_random(seed) % CLASSES);
}

static void pair_of(seg_pair *pair, const struct volume *v)
{
    fixture_labels(pair, v->n, v->mm, CLASSES, v->called, v->truth);
}

static const size_t SIZES[][3] = {{12, 10, 8}, {30, 20, 1}, {70, 4, 3}, {1, 9, 7}, {5, 5, 5}};
enum { N_SIZES = sizeof SIZES / sizeof *SIZES };

static void depths_agree_with_all_pairs(void **state)
{
    uint64_t seed = 20;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t s = 0; s < N_SIZES; s++) {
        struct volume v;
        seg_pair pair;
        seg_wrong_runs w;
        seg_error err = {0};
        size_t wrong = 0;

        random_volume(&v, SIZES[s], &seed);
        pair_of(&pair, &v);
        assert_ok(seg_wrong_runs_find(&w, &pair, &err), &err);
        for (size_t row = 0; row < v.n[1] * v.n[2]; row++)
            for (size_t i = w.first[row]; i < w.first[row + 1]; i++)
                for (uint32_t x = w.run[i].begin; x < w.run[i].end; x++, wrong++) {
                    size_t at = row * v.n[0] + x;

                    assert_int_equal(w.run[i].truth, v.truth[at]);
                    assert_int_equal(w.run[i].called, v.called[at]);
                    /* the same squares, added in another order */
                    assert_near(w.depth[w.run[i].at + x - w.run[i].begin], depth_of(&v, at), 1e-14, 0);
                }
        for (size_t i = 0; i < v.voxels; i++)
            wrong -= v.truth[i] != v.called[i];
        assert_int_equal(wrong, 0);
        seg_wrong_runs_free(&w);
        seg_pair_free(&pair);
    }
}

/* A mistake found by flooding from voxel `from`. */
struct flooded {
    double score, depth;
    size_t voxels, first;
    int truth, called;
};

static bool are_neighbours(const struct volume *v, size_t a, size_t b)
{
    long dx = (long)(a % v->n[0]) - (long)(b % v->n[0]);
    long dy = (long)(a / v->n[0] % v->n[1]) - (long)(b / v->n[0] % v->n[1]);
    long dz = (long)(a / v->n[0] / v->n[1]) - (long)(b / v->n[0] / v->n[1]);

    return labs(dx) <= 1 && labs(dy) <= 1 && labs(dz) <= 1;
}

static struct flooded flood(const struct volume *v, const double *depth, double tolerance, size_t from, bool *done)
{
    struct flooded f = {.first = from, .truth = v->truth[from], .called = v->called[from]};
    size_t stack[MOST_VOXELS], n = 1;

    stack[0] = from;
    done[from] = true;
    while (n) {
        size_t at = stack[--n];

        f.voxels++;
        f.score += (depth[at] - tolerance) * v->mm[0] * v->mm[1] * (v->n[2] > 1 ? v->mm[2] : 1);
        f.depth = fmax(f.depth, depth[at]);
        for (size_t k = 0; k < v->voxels; k++)
            if (!done[k] && depth[k] > tolerance && v->truth[k] == f.truth && v->called[k] == f.called &&
                are_neighbours(v, at, k)) {
                done[k] = true;
                stack[n++] = k;
            }
    }
    return f;
}

static int worst_first(const void *a, const void *b)
{
    const struct flooded *p = a, *q = b;

    if (fabs(p->score - q->score) > 1e-9)
        return p->score > q->score ? -1 : 1;
    return p->first < q->first ? -1 : 1;
}

static void mistakes_agree_with_a_flood_fill(void **state)
{
    uint64_t seed = 77;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t s = 0; s < N_SIZES; s++) {
        struct volume v;
        struct flooded all[MOST_VOXELS];
        double depth[MOST_VOXELS];
        bool done[MOST_VOXELS] = {false};
        size_t n = 0, rest = 0, border = 0;
        seg_pair pair;
        seg_mistakes m;
        seg_error err = {0};

        random_volume(&v, SIZES[s], &seed);
        pair_of(&pair, &v);
        assert_ok(seg_mistakes_find(&m, &pair, &(seg_mistakes_options){1.0, 5, 2}, &err), &err);
        for (size_t i = 0; i < v.voxels; i++) {
            depth[i] = depth_of(&v, i);
            border += v.truth[i] != v.called[i] && depth[i] <= 1.0;
        }
        for (size_t i = 0; i < v.voxels; i++)
            if (!done[i] && depth[i] > 1.0)
                all[n++] = flood(&v, depth, 1.0, i, done);
        qsort(all, n, sizeof *all, worst_first);
        assert_int_equal(m.n, n < 5 ? n : 5);
        for (size_t i = 0; i < m.n; i++) {
            assert_int_equal(m.mistake[i].voxels, all[i].voxels);
            assert_int_equal(m.mistake[i].truth, all[i].truth);
            assert_int_equal(m.mistake[i].called, all[i].called);
            assert_near(m.mistake[i].score, all[i].score, 1e-12, 0);
            assert_near(m.mistake[i].depth, all[i].depth, 1e-14, 0);
        }
        for (size_t i = m.n; i < n; i++)
            rest += all[i].voxels;
        assert_int_equal(m.smaller, n - m.n);
        assert_int_equal(m.smaller_voxels, rest);
        assert_int_equal(m.border_voxels, border);
        seg_mistakes_free(&m);
        seg_pair_free(&pair);
    }
}

static void slices_add_up(void **state)
{
    uint64_t seed = 5;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t s = 0; s < N_SIZES; s++)
        for (int axis = 0; axis < 3; axis++) {
            struct volume v;
            seg_pair pair;
            seg_slice_dsc d;
            seg_error err = {0};
            size_t before[3] = {1, SIZES[s][0], SIZES[s][0] * SIZES[s][1]};

            random_volume(&v, SIZES[s], &seed);
            pair_of(&pair, &v);
            assert_ok(seg_slice_dsc_find(&d, &pair, axis, &err), &err);
            for (size_t i = 0; i < v.voxels; i++) {
                size_t slice = i / before[axis] % v.n[axis];

                d.count[v.truth[i] * d.slices + slice].truth--;
                d.count[v.called[i] * d.slices + slice].called--;
                if (v.truth[i] == v.called[i])
                    d.count[v.truth[i] * d.slices + slice].right--;
                d.whole[v.truth[i]].truth--;
            }
            for (size_t i = 0; i < d.classes * d.slices; i++)
                assert_true(!d.count[i].truth && !d.count[i].called && !d.count[i].right);
            for (size_t c = 0; c < d.classes; c++)
                assert_int_equal(d.whole[c].truth, 0);
            seg_slice_dsc_free(&d);
            seg_pair_free(&pair);
        }
}

/* ---- planted faults ---- */

enum { NX = 40, NY = 30, NZ = 20, N = NX * NY * NZ };

struct box {
    size_t begin[3], end[3];
};

static void paint(uint8_t *label, const struct box *b, uint8_t cls)
{
    for (size_t z = b->begin[2]; z < b->end[2]; z++)
        for (size_t y = b->begin[1]; y < b->end[1]; y++)
            memset(label + b->begin[0] + NX * (y + NY * z), cls, b->end[0] - b->begin[0]);
}

struct planted {
    const char *words;
    struct box box;
    uint8_t called; /* what the prediction has in the box */
    size_t voxels;
    size_t slice[2];
};

/* Class 1 fills x 5..15, y 5..15, z 4..14; class 2 the box with x 20..30. */
static const struct box one = {{5, 5, 4}, {15, 15, 14}}, two = {{20, 5, 4}, {30, 15, 14}};

static void check_planted(const struct planted *p, const double mm[3])
{
    static uint8_t truth[N], called[N];
    const size_t n[3] = {NX, NY, NZ};
    seg_pair pair;
    seg_mistakes m;
    seg_string words = {0};
    seg_error err = {0};

    memset(truth, 0, N);
    paint(truth, &one, 1);
    paint(truth, &two, 2);
    memcpy(called, truth, N);
    paint(called, &p->box, p->called);
    fixture_labels(&pair, n, mm, 3, called, truth);
    assert_ok(seg_mistakes_find(&m, &pair, &(seg_mistakes_options){0.0, 6, 2}, &err), &err);
    assert_true(m.n >= 1);
    seg_mistake_words(&words, &pair, &m.mistake[0]);
    assert_string_equal(words.text, p->words);
    assert_int_equal(m.mistake[0].voxels, p->voxels);
    assert_int_equal(m.mistake[0].slice[0], p->slice[0]);
    assert_int_equal(m.mistake[0].slice[1], p->slice[1]);
    for (int a = 0; a < 3; a++)
        assert_true(m.mistake[0].at[a] >= p->box.begin[a] && m.mistake[0].at[a] < p->box.end[a]);
    seg_string_free(&words);
    seg_mistakes_free(&m);
    seg_pair_free(&pair);
}

static void planted_faults_are_named(void **state)
{
    static const struct planted faults[] = {
        {"class 1 missed", {{5, 5, 4}, {15, 15, 14}}, 0, 1000, {4, 13}},
        {"class 1 cut short", {{5, 5, 4}, {15, 15, 7}}, 0, 300, {4, 6}},
        {"class 1 called class 2", {{5, 5, 4}, {15, 15, 14}}, 2, 1000, {4, 13}},
        {"class 1 invented", {{34, 20, 16}, {38, 24, 19}}, 1, 48, {16, 18}},
        {"class 2 too far out", {{30, 5, 4}, {36, 15, 14}}, 2, 600, {4, 13}},
    };
    static const double mm[3][3] = {{1, 1, 1}, {1, 1, 5}, {0.5, 2, 3}};

    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        for (int k = 0; k < 3; k++)
            check_planted(&faults[i], mm[k]);
}

/* A border that is one voxel too wide is no mistake beyond the longest edge of a voxel. */
static void an_inexact_border_is_no_mistake(void **state)
{
    static uint8_t truth[N], called[N];
    const size_t n[3] = {NX, NY, NZ};
    const double mm[3] = {1, 1, 3};
    const struct box wide = {{4, 4, 3}, {16, 16, 15}};
    seg_pair pair;
    seg_mistakes m;
    seg_error err = {0};

    (void)state;
    paint(truth, &one, 1);
    paint(called, &wide, 1);
    fixture_labels(&pair, n, mm, 2, called, truth);
    assert_ok(seg_mistakes_find(&m, &pair, &(seg_mistakes_options){NAN, 6, 2}, &err), &err);
    assert_near(m.tolerance, 3, 0, 0);
    /* edges and corners of the box are deeper than 3 mm, its faces are not */
    assert_int_equal(m.border_voxels + m.smaller_voxels + (m.n ? m.mistake[0].voxels : 0) +
                         (m.n > 1 ? m.mistake[1].voxels : 0),
                     12 * 12 * 12 - 1000);
    assert_true(m.border_voxels > 600);
    seg_mistakes_free(&m);
    seg_pair_free(&pair);
}

static void a_perfect_prediction_has_none(void **state)
{
    static uint8_t truth[N];
    const size_t n[3] = {NX, NY, NZ};
    const double mm[3] = {1, 1, 1};
    seg_pair pair;
    seg_mistakes m;
    seg_error err = {0};

    (void)state;
    paint(truth, &one, 1);
    fixture_labels(&pair, n, mm, 2, truth, truth);
    assert_ok(seg_mistakes_find(&m, &pair, &(seg_mistakes_options){NAN, 6, 2}, &err), &err);
    assert_true(!m.n && !m.smaller && !m.smaller_voxels && !m.border_voxels && !m.runs);
    seg_mistakes_free(&m);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depths_agree_with_all_pairs),
        cmocka_unit_test(mistakes_agree_with_a_flood_fill),
        cmocka_unit_test(slices_add_up),
        cmocka_unit_test(planted_faults_are_named),
        cmocka_unit_test(an_inexact_border_is_no_mistake),
        cmocka_unit_test(a_perfect_prediction_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
