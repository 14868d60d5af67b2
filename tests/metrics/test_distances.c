/* test_distances.c - distances agree with their definition, spelled out over all pairs of voxels. */
#include "support/metric_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Both sum the same squares in the same order; averages differ by the order of at most 1000 additions. */
static const double SAME = 1e-12;

/* ---- the definitions, slowly ---- */

struct points {
    size_t n, at[4096][3];
};

static bool has(const uint8_t *label, const size_t n[3], long x, long y, long z)
{
    if (x < 0 || y < 0 || z < 0 || x >= (long)n[0] || y >= (long)n[1] || z >= (long)n[2])
        return false;
    return label[(size_t)x + n[0] * ((size_t)y + n[1] * (size_t)z)] == 1;
}

static void boundary(struct points *out, const uint8_t *label, const size_t n[3])
{
    static const int step[6][3] = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    int steps = n[2] > 1 ? 6 : 4;

    out->n = 0;
    for (long z = 0; z < (long)n[2]; z++)
        for (long y = 0; y < (long)n[1]; y++)
            for (long x = 0; x < (long)n[0]; x++) {
                bool inside = has(label, n, x, y, z), edge = false;

                for (int s = 0; s < steps; s++)
                    edge |= !has(label, n, x + step[s][0], y + step[s][1], z + step[s][2]);
                if (inside && edge)
                    memcpy(out->at[out->n++], ((size_t[3]){(size_t)x, (size_t)y, (size_t)z}), sizeof out->at[0]);
            }
}

static double nearest(const size_t from[3], const struct points *to, const double mm[3])
{
    double best = INFINITY;

    for (size_t i = 0; i < to->n; i++) {
        double sum = 0;

        for (int a = 2; a >= 0; a--) {
            double d = ((double)from[a] - (double)to->at[i][a]) * mm[a];

            sum += d * d;
        }
        best = fmin(best, sqrt(sum));
    }
    return best;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double percentile(const double *sorted, size_t n, double q)
{
    double r = q / 100 * (double)(n - 1), low = floor(r);
    size_t i = (size_t)low;

    return i + 1 < n ? sorted[i] + (sorted[i + 1] - sorted[i]) * (r - low) : sorted[i];
}

struct answers {
    double hd, hd95, assd, masd, nsd;
};

static struct answers slowly(const uint8_t *a, const uint8_t *b, const size_t n[3], const double mm[3], double tau)
{
    static struct points points[2];
    static double d[2][4096];
    double sum[2] = {0}, near[2] = {0};

    boundary(&points[0], a, n);
    boundary(&points[1], b, n);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < points[side].n; i++) {
            d[side][i] = nearest(points[side].at[i], &points[!side], mm);
            sum[side] += d[side][i];
            near[side] += (float)d[side][i] <= (float)tau;
        }
        qsort(d[side], points[side].n, sizeof d[side][0], ascending);
    }
    double n0 = (double)points[0].n, n1 = (double)points[1].n;

    return (struct answers){fmax(d[0][points[0].n - 1], d[1][points[1].n - 1]),
                            fmax(percentile(d[0], points[0].n, 95), percentile(d[1], points[1].n, 95)),
                            (sum[0] + sum[1]) / (n0 + n1), (sum[0] / n0 + sum[1] / n1) / 2,
                            (near[0] + near[1]) / (n0 + n1)};
}

static void hd_assd_and_nsd_are_what_their_definitions_say(void **state)
{
    static const size_t shapes[][3] = {{9, 7, 1}, {70, 5, 1}, {12, 9, 6}, {66, 4, 3}, {1, 13, 1}, {5, 1, 4}};
    uint64_t seed = 11;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 60; round++) {
        const size_t *n = shapes[round % 6];
        double mm[3] = {0.3 + fixture_uniform(&seed), 0.3 + fixture_uniform(&seed), 0.3 + 3 * fixture_uniform(&seed)};
        double tau = fixture_uniform(&seed) * 2;
        size_t voxels = n[0] * n[1] * n[2];
        uint8_t *p = malloc(voxels), *g = malloc(voxels);
        struct answers wanted;
        char nsd[64];
        seg_pair pair;

        score_random_labels(p, voxels, 2, 1 + round % 5, &seed);
        score_random_labels(g, voxels, 2, 1 + round % 7, &seed);
        p[0] = g[voxels - 1] = 1;
        wanted = slowly(p, g, n, mm, tau);
        fixture_labels(&pair, n, mm, 2, p, g);
        snprintf(nsd, sizeof nsd, "nsd:tolerance=%.17g", tau);
        assert_near(score(&pair, "hd", 1), wanted.hd, SAME, 0);
        assert_near(score(&pair, "hd95", 1), wanted.hd95, SAME, 0);
        assert_near(score(&pair, "assd", 1), wanted.assd, SAME, 0);
        assert_near(score(&pair, "masd", 1), wanted.masd, SAME, 0);
        assert_near(score(&pair, nsd, 1), wanted.nsd, SAME, 0);
        seg_pair_free(&pair);
        free(p);
        free(g);
    }
}

/* ---- closed forms ---- */

/* Two voxels at (3, 4, 0) and (3, 0, 3) of steps 1, 2, 3: 8 and 9 mm apart along y and z. */
static void pair_of_two_voxels(seg_pair *pair)
{
    static const size_t n[3] = {8, 6, 5};
    static const double mm[3] = {1, 2, 3};
    uint8_t p[8 * 6 * 5] = {0}, g[8 * 6 * 5] = {0};

    p[3 + 8 * (4 + 6 * 0)] = 1;
    g[3 + 8 * (0 + 6 * 3)] = 1;
    fixture_labels(pair, n, mm, 2, p, g);
}

static void two_voxels_are_their_distance_apart_in_every_convention(void **state)
{
    static const char *const metrics[] = {"hd",
                                          "hd95",
                                          "asd",
                                          "assd",
                                          "masd",
                                          "average-hausdorff",
                                          "contour-mean-distance",
                                          "surface-median",
                                          "centre-distance"};
    double apart = sqrt(8 * 8 + 9 * 9), voxels = sqrt(4 * 4 + 3 * 3);
    seg_pair pair;

    (void)state;
    pair_of_two_voxels(&pair);
    for (size_t m = 0; m < sizeof metrics / sizeof metrics[0]; m++)
        for (size_t c = 0; c < seg_conventions_count; c++) {
            double wanted = seg_conventions[c].step == SEG_STEP_VOXEL ? voxels : apart;

            /* Surface elements are corners of voxels: some are nearer than the centres. */
            if (seg_conventions[c].elements == SEG_SURFELS || seg_conventions[c].elements == SEG_CELLS)
                continue;
            if (seg_convention_defines((int)c, metrics[m]))
                assert_near(score_with(&pair, metrics[m], seg_conventions[c].name, SEG_EMPTY_NA, 1).x, wanted, SAME, 0);
        }
    assert_near(score(&pair, "surface-sd", 1), 0, 0, 1e-12);
    seg_pair_free(&pair);
}

static void a_tolerance_of_three_voxels_means_three_voxels(void **state)
{
    static const size_t n[3] = {9, 1, 1};
    const double mm[3] = {0.8, 1, 1}, header[3] = {(double)0.8f, 1, 1};
    const uint8_t p[9] = {0, 1}, g[9] = {0, 0, 0, 0, 1};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, mm, 2, p, g); /* 3 x 0.8 is over 2.4 in double */
    assert_near(score(&pair, "nsd:tolerance=2.4", 1), 1, 0, 0);
    assert_near(score_with(&pair, "nsd:tolerance=2.4", "metricsreloaded", SEG_EMPTY_NA, 1).x, 0, 0, 0);
    seg_pair_free(&pair);
    fixture_labels(&pair, n, header, 2, p, g);
    assert_near(score(&pair, "nsd:tolerance=2.4", 1), 1, 0, 0);
    seg_pair_free(&pair);
}

static void the_centres_of_two_boxes_are_their_middles(void **state)
{
    static const size_t n[3] = {6, 5, 4};
    static const double mm[3] = {0.5, 2, 3};
    uint8_t p[6 * 5 * 4] = {0}, g[6 * 5 * 4] = {0};
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < sizeof p; i++) {
        size_t x = i % 6, y = i / 6 % 5, z = i / 30;

        p[i] = x < 2 && y < 3 && z < 1;    /* centre (0.5, 1, 0) */
        g[i] = x >= 3 && y >= 3 && z >= 1; /* centre (4, 3.5, 2) */
    }
    fixture_labels(&pair, n, mm, 2, p, g);
    assert_near(score(&pair, "centre-distance", 1), sqrt(1.75 * 1.75 + 5 * 5 + 6 * 6), SAME, 0);
    assert_near(score(&pair, "volume-prediction", 1), 6 * 3, SAME, 0);
    assert_near(score(&pair, "volume-truth", 1), 18 * 3, SAME, 0);
    seg_pair_free(&pair);
}

/* ---- boundary IoU ---- */

static bool in_band(const uint8_t *label, const size_t n[3], long x, long y, long z, long width)
{
    long depth = n[2] > 1 ? width : 0;

    if (!has(label, n, x, y, z))
        return false;
    for (long dz = -depth; dz <= depth; dz++)
        for (long dy = -width; dy <= width; dy++)
            for (long dx = -width; dx <= width; dx++)
                if (!has(label, n, x + dx, y + dy, z + dz))
                    return true;
    return false;
}

static void boundary_iou_compares_what_is_near_the_outside(void **state)
{
    static const size_t shapes[][3] = {{70, 9, 1}, {14, 11, 7}};
    static const double mm[3] = {1, 1, 1};
    uint64_t seed = 5;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 8; round++) {
        const size_t *n = shapes[round % 2];
        size_t voxels = n[0] * n[1] * n[2];
        uint8_t *p = malloc(voxels), *g = malloc(voxels);
        double both = 0, either = 0;
        seg_pair pair;

        memset(p, 1, voxels);
        memset(g, 1, voxels);
        for (int hole = 0; hole < 6; hole++)
            p[fixture_random(&seed) % voxels] = g[fixture_random(&seed) % voxels] = 0;
        for (size_t i = 0; i < voxels; i++) {
            long x = (long)(i % n[0]), y = (long)(i / n[0] % n[1]), z = (long)(i / n[0] / n[1]);
            bool a = in_band(p, n, x, y, z, 2), b = in_band(g, n, x, y, z, 2);

            both += a && b;
            either += a || b;
        }
        fixture_labels(&pair, n, mm, 2, p, g);
        assert_near(score(&pair, "boundary-iou:width=2", 1), both / either, SAME, 0);
        seg_pair_free(&pair);
        free(p);
        free(g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hd_assd_and_nsd_are_what_their_definitions_say),
        cmocka_unit_test(two_voxels_are_their_distance_apart_in_every_convention),
        cmocka_unit_test(a_tolerance_of_three_voxels_means_three_voxels),
        cmocka_unit_test(the_centres_of_two_boxes_are_their_middles),
        cmocka_unit_test(boundary_iou_compares_what_is_near_the_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
