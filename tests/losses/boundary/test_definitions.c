/* test_definitions.c - the boundary losses against their definitions, computed in the plainest way on small images:
 * distances by looking at every pair of voxels, discs voxel by voxel, probabilities of bins by going through all
 * thresholds. */
#include "shapes.h"

enum { MOST = 240 };

/* A small image with everything the definitions need, in plain arrays. */
struct image {
    size_t n[3], voxels;
    double mm[3];
    int classes;
    uint8_t label[MOST];
    double y[4][MOST];
    seg_pair pair;
};

static void make(struct image *im, const size_t n[3], const double mm[3], int classes, uint64_t seed, bool blobs)
{
    float prob[4 * MOST];

    memcpy(im->n, n, sizeof im->n);
    memcpy(im->mm, mm, sizeof im->mm);
    im->voxels = n[0] * n[1] * n[2];
    im->classes = classes;
    assert_true(im->voxels <= MOST);
    if (blobs)
        shape_balls(n, classes, im->label);
    else
        shape_noise(n, classes, &seed, im->label);
    shape_soft(im->label, im->voxels, classes, &seed, prob);
    fixture_prob(&im->pair, n, mm, classes, prob, im->label);
    for (int c = 0; c < classes; c++)
        for (size_t i = 0; i < im->voxels; i++)
            im->y[c][i] = (double)prob[(size_t)c * im->voxels + i];
}

static const size_t plane[3] = {17, 13, 1}, volume[3] = {8, 7, 4};

static void for_some_images(void (*check)(struct image *im))
{
    static struct image im;

    for (uint64_t seed = 1; seed <= 3; seed++)
        for (int k = 0; k < 4; k++) {
            make(&im, k % 2 ? volume : plane, k < 2 ? VOXEL : THICK, 3, seed, k < 2);
            check(&im);
            seg_pair_free(&im.pair);
        }
}

static void mask_of(const struct image *im, int cls, uint8_t *mask)
{
    for (size_t i = 0; i < im->voxels; i++)
        mask[i] = im->label[i] == cls;
}

/* Negative inside, positive outside, 0 everywhere without an edge. */
static double signed_distance(const struct image *im, const double mm[3], const uint8_t *mask, size_t i)
{
    double d = shape_nearest(im->n, mm, mask, !mask[i], i);

    return isinf(d) ? 0 : mask[i] ? -d : d;
}

static double boundary_of(const struct image *im, const double mm[3], double offset)
{
    uint8_t mask[MOST];
    double sum = 0;

    for (int c = 1; c < im->classes; c++) {
        mask_of(im, c, mask);
        for (size_t i = 0; i < im->voxels; i++) {
            double d = signed_distance(im, mm, mask, i);

            sum += (d < 0 ? d + offset : d) * im->y[c][i];
        }
    }
    return sum / (double)im->voxels / (im->classes - 1);
}

static void check_boundary(struct image *im)
{
    assert_near(scoring_value(&im->pair, "boundary"), boundary_of(im, VOXEL, 1), 1e-6, 1e-7);
    assert_near(scoring_value(&im->pair, "boundary:distance=mm,inside_offset=0.25"), boundary_of(im, im->mm, 0.25),
                1e-6, 1e-7);
    assert_near(scoring_value(&im->pair, "boundary:form=survey"),
                boundary_of(im, VOXEL, 0) * (double)im->voxels * (im->classes - 1), 1e-6, 1e-4);
}

static void boundary_sums_brute_force_distances(void **state)
{
    (void)state;
    for_some_images(check_boundary);
}

static double region_wise_of(const struct image *im, const double mm[3])
{
    uint8_t mask[MOST];
    double sum = 0;

    for (int c = 0; c < im->classes; c++) {
        double deepest = 0;

        mask_of(im, c, mask);
        for (size_t i = 0; i < im->voxels; i++)
            deepest = fmax(deepest, -signed_distance(im, mm, mask, i));
        for (size_t i = 0; i < im->voxels; i++)
            sum += im->y[c][i] * (mask[i] ? signed_distance(im, mm, mask, i) / deepest : 1);
    }
    return sum / (double)im->voxels / im->classes;
}

static void check_region_wise(struct image *im)
{
    assert_near(scoring_value(&im->pair, "region-wise"), region_wise_of(im, VOXEL), 1e-6, 1e-7);
    assert_near(scoring_value(&im->pair, "region-wise:distance=mm"), region_wise_of(im, im->mm), 1e-6, 1e-7);
    assert_near(scoring_value(&im->pair, "region-wise:kind=boundary,distance=mm,classes=fg"),
                scoring_value(&im->pair, "boundary:distance=mm,inside_offset=0"), 1e-13, 1e-15);
}

static void region_wise_divides_by_the_deepest_voxel(void **state)
{
    (void)state;
    for_some_images(check_region_wise);
}

static double hausdorff_of(const struct image *im, const double mm[3], double alpha, bool two, bool inside)
{
    uint8_t p[MOST], q[MOST];
    double sum = 0;

    for (int c = 1; c < im->classes; c++) {
        mask_of(im, c, p);
        for (size_t i = 0; i < im->voxels; i++)
            q[i] = im->y[c][i] > 0.5;
        for (size_t i = 0; i < im->voxels; i++) {
            double off = p[i] - im->y[c][i], a = signed_distance(im, mm, p, i), b = signed_distance(im, mm, q, i);
            double dp = inside && a > 0 ? 0 : pow(fabs(a), alpha), dq = inside && b > 0 ? 0 : pow(fabs(b), alpha);

            sum += off * off * (dp + (two ? dq : 0));
        }
    }
    return sum / (double)im->voxels / (im->classes - 1);
}

static void check_hausdorff_dt(struct image *im)
{
    assert_near(scoring_value(&im->pair, "hausdorff"), hausdorff_of(im, VOXEL, 2, true, false), 1e-6, 1e-9);
    assert_near(scoring_value(&im->pair, "hausdorff:field=inside"), hausdorff_of(im, VOXEL, 2, true, true), 1e-6, 1e-9);
    assert_near(scoring_value(&im->pair, "hd:distance=mm,alpha=0.7,sides=one"),
                hausdorff_of(im, im->mm, 0.7, false, false), 1e-6, 1e-9);
    assert_near(scoring_value(&im->pair, "hausdorff:distance=mm,alpha=3,field=inside"),
                hausdorff_of(im, im->mm, 3, true, true), 1e-6, 1e-9);
}

static void hausdorff_dt_weighs_errors_by_brute_force_distances(void **state)
{
    (void)state;
    for_some_images(check_hausdorff_dt);
}

/* conv of one voxel with the cross. */
static double cross_mean(const struct image *im, const double *b, size_t i)
{
    double sum = 0;

    for (size_t j = 0; j < im->voxels; j++)
        if (shape_distance(im->n, VOXEL, i, j) <= 1)
            sum += b[j];
    return sum / (im->n[2] > 1 ? 7 : 5);
}

static double erosion_of(const struct image *im, double alpha, int steps, double threshold, bool minmax)
{
    double b[MOST], r[MOST], sum = 0;

    for (int c = 1; c < im->classes; c++) {
        for (size_t i = 0; i < im->voxels; i++)
            b[i] = pow((im->label[i] == c) - im->y[c][i], 2);
        for (int k = 1; k <= steps; k++) {
            double least = INFINITY, most = -INFINITY;

            for (size_t i = 0; i < im->voxels; i++) {
                r[i] = fmax(cross_mean(im, b, i) - threshold, 0);
                least = fmin(least, r[i]);
                most = fmax(most, r[i]);
            }
            for (size_t i = 0; i < im->voxels; i++) {
                b[i] = minmax && most > least ? (r[i] - least) / (most - least) : r[i];
                sum += pow(k, alpha) * b[i];
            }
        }
    }
    return sum / (double)im->voxels / (im->classes - 1);
}

static void check_erosion(struct image *im)
{
    assert_near(scoring_value(&im->pair, "hausdorff:variant=er"), erosion_of(im, 2, 10, 0.5, true), 1e-11, 1e-14);
    assert_near(scoring_value(&im->pair, "hausdorff:variant=er,threshold=0,erosions=4,alpha=0"),
                erosion_of(im, 0, 4, 0, true), 1e-11, 1e-14); /* no voxel is 0: the minimum is taken off */
    assert_near(scoring_value(&im->pair, "hausdorff:variant=er,threshold=0.1,normalize=none,alpha=1.5"),
                erosion_of(im, 1.5, 10, 0.1, false), 1e-11, 1e-14);
}

static void hausdorff_er_erodes_the_whole_image(void **state)
{
    (void)state;
    for_some_images(check_erosion);
}

/* Mean over the voxels within r, also those outside the image, of a map that is 0 there. */
static double disc_mean(const struct image *im, const double *map, size_t i, double r)
{
    long reach = (long)r, deep = im->n[2] > 1 ? reach : 0, at[3];
    double sum = 0, count = 0;

    shape_at(im->n, i, at);
    for (long z = -deep; z <= deep; z++)
        for (long y = -reach; y <= reach; y++)
            for (long x = -reach; x <= reach; x++) {
                long u = at[0] + x, v = at[1] + y, w = at[2] + z;

                if ((double)(x * x + y * y + z * z) > r * r)
                    continue;
                count++;
                if (u >= 0 && v >= 0 && w >= 0 && u < (long)im->n[0] && v < (long)im->n[1] && w < (long)im->n[2])
                    sum += map[(size_t)u + im->n[0] * ((size_t)v + im->n[1] * (size_t)w)];
            }
    return sum / count;
}

static double soft(double x, double threshold)
{
    return fmax(x - threshold, 0);
}

static double convolution_of(const struct image *im, const double *radius, int radii, double alpha, double th)
{
    double p[MOST], sum = 0;

    for (int c = 1; c < im->classes; c++) {
        for (size_t i = 0; i < im->voxels; i++)
            p[i] = im->label[i] == c;
        for (int k = 0; k < radii; k++)
            for (size_t i = 0; i < im->voxels; i++) {
                double q = im->y[c][i], off = (p[i] - q) * (p[i] - q);
                double Dp = disc_mean(im, p, i, radius[k]), Dq = disc_mean(im, im->y[c], i, radius[k]);

                sum += pow(radius[k], alpha) *
                       ((soft(1 - Dp, th) + soft(Dq, th)) * off * q + (soft(Dp, th) + soft(1 - Dq, th)) * off * p[i]);
            }
    }
    return sum / (double)im->voxels / (im->classes - 1);
}

static void check_convolution(struct image *im)
{
    static const double few[] = {1, 2, 3.5}, standard[] = {3, 6, 9, 12, 15, 18};

    assert_near(scoring_value(&im->pair, "hausdorff:variant=cv,radii=1/2/3.5,threshold=0.2,alpha=1"),
                convolution_of(im, few, 3, 1, 0.2), 1e-11, 0);
    assert_near(scoring_value(&im->pair, "hausdorff:variant=cv"), convolution_of(im, standard, 6, 2, 0.5), 1e-11, 0);
}

static void hausdorff_cv_looks_through_whole_discs(void **state)
{
    (void)state;
    for_some_images(check_convolution);
}

/* The mask less its voxels with a face neighbour (in the image) outside it. */
static void peel(const struct image *im, uint8_t *mask)
{
    uint8_t kept[MOST];

    for (size_t i = 0; i < im->voxels; i++) {
        kept[i] = mask[i];
        for (size_t j = 0; j < im->voxels; j++)
            kept[i] &= mask[j] || shape_distance(im->n, VOXEL, i, j) > 1;
    }
    memcpy(mask, kept, im->voxels);
}

struct bins {
    int R, K;
    double unit;
    const double *mm;
    bool peeled;
};

static int bin_of(const struct image *im, const uint8_t *mask, size_t i, const struct bins *b)
{
    double d;

    if (!mask[i])
        return 0;
    d = ceil(shape_nearest(im->n, b->mm, mask, 0, i) / b->unit - 1e-6);
    return (int)ceil(fmin(d, b->R) * (b->K - 1) / b->R - 1e-9);
}

static int increasing(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* h[k][i]: for how much of the thresholds tau in (0, 1) voxel i of {y >= tau} is in bin k. */
static void bin_shares(const struct image *im, const double *y, const struct bins *b, double h[8][MOST])
{
    double tau[MOST + 2] = {0};
    uint8_t mask[MOST];

    memcpy(tau + 1, y, im->voxels * sizeof *tau);
    tau[im->voxels + 1] = 1;
    qsort(tau, im->voxels + 2, sizeof *tau, increasing);
    for (int k = 0; k < b->K; k++)
        for (size_t i = 0; i < im->voxels; i++)
            h[k][i] = 0;
    for (size_t s = 0; s + 1 < im->voxels + 2; s++) {
        double wide = tau[s + 1] - tau[s];

        if (wide == 0)
            continue;
        for (size_t i = 0; i < im->voxels; i++)
            mask[i] = y[i] >= tau[s + 1];
        if (b->peeled)
            peel(im, mask);
        for (size_t i = 0; i < im->voxels; i++)
            h[bin_of(im, mask, i, b)][i] += wide;
    }
}

static double boundary_aware_of(const struct image *im, const struct bins *b)
{
    static double h[8][MOST];
    uint8_t mask[MOST];
    double sum = 0, eps = 1e-7;

    for (int c = 1; c < im->classes; c++) {
        bin_shares(im, im->y[c], b, h);
        mask_of(im, c, mask);
        if (b->peeled)
            peel(im, mask);
        for (size_t i = 0; i < im->voxels; i++)
            for (int k = 0, bin = bin_of(im, mask, i, b); k < b->K; k++) {
                double p = fmin(fmax(h[k][i], eps), 1 - eps);

                sum -= k == bin ? log(p) : log(1 - p);
            }
    }
    return sum / (double)im->voxels / b->K / (im->classes - 1);
}

static void boundary_aware_is_the_mean_over_thresholds(void **state)
{
    static struct image im;
    const size_t small[3] = {9, 8, 1}, cube[3] = {5, 4, 3};

    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        make(&im, seed % 2 ? small : cube, THICK, 3, seed, seed > 2);
        assert_near(scoring_value(&im.pair, "boundary-aware"),
                    boundary_aware_of(&im, &(struct bins){5, 6, 1, VOXEL, false}), 1e-6, 0); /* y are floats */
        assert_near(scoring_value(&im.pair, "boundary-aware:R=7,K=4,distance=mm,unit=0.6"),
                    boundary_aware_of(&im, &(struct bins){7, 4, 0.6, im.mm, false}), 1e-6, 0);
        assert_near(scoring_value(&im.pair, "boundary-aware:R=2,K=3,q=boundary"),
                    boundary_aware_of(&im, &(struct bins){2, 3, 1, VOXEL, true}), 1e-6, 0);
        seg_pair_free(&im.pair);
    }
}

/* NIfTI's 0.8 is a float a little above 0.8: five of them are 4 mm all the same. */
static void lengths_are_compared_with_slack(void **state)
{
    const size_t n[3] = {40, 3, 1};
    const double exact[3] = {0.8, 0.8, 0.8}, stored[3] = {(double)0.8F, (double)0.8F, (double)0.8F};
    seg_pair a, b;

    (void)state;
    shape_pair(&a, n, exact, 2, 0, 7);
    shape_pair(&b, n, stored, 2, 0, 7);
    assert_near(scoring_value(&a, "boundary-aware:distance=mm,R=9,K=10"),
                scoring_value(&b, "boundary-aware:distance=mm,R=9,K=10"), 1e-12, 0);
    seg_pair_free(&a);
    seg_pair_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boundary_sums_brute_force_distances),
        cmocka_unit_test(region_wise_divides_by_the_deepest_voxel),
        cmocka_unit_test(hausdorff_dt_weighs_errors_by_brute_force_distances),
        cmocka_unit_test(hausdorff_er_erodes_the_whole_image),
        cmocka_unit_test(hausdorff_cv_looks_through_whole_discs),
        cmocka_unit_test(boundary_aware_is_the_mean_over_thresholds),
        cmocka_unit_test(lengths_are_compared_with_slack),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
