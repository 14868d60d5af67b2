/* shapes.h - small pairs for the tests of the boundary and combination losses. */
#ifndef TESTS_LOSSES_BOUNDARY_SHAPES_H
#define TESTS_LOSSES_BOUNDARY_SHAPES_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/scoring.h"

static const double VOXEL[3] = {1, 1, 1};
static const double THICK[3] = {0.7, 0.9, 2.5};

enum { IGNORED_LABEL = 99 };

/* Balls of labels 1 .. classes - 1 in a background. */
static inline void shape_balls(const size_t n[3], int classes, uint8_t *label)
{
    for (size_t i = 0; i < n[0] * n[1] * n[2]; i++) {
        double x = (double)(i % n[0]), y = (double)(i / n[0] % n[1]), z = (double)(i / n[0] / n[1]);

        label[i] = 0;
        for (int c = 1; c < classes; c++) {
            double dx = x - (double)n[0] * c / classes, dy = y - (double)n[1] * (0.3 + 0.4 * (c % 2));
            double dz = (z - (double)(n[2] - 1) / 2) * 2, r = 0.22 * (double)n[1];

            if (dx * dx + dy * dy + dz * dz < r * r)
                label[i] = (uint8_t)c;
        }
    }
}

/* Noisy probabilities that sum to 1, for the labels moved by three voxels along x: right more often than not, and
 * surely wrong at the edges. prob[classes][voxels] stays 1e-3 away from 0 and 1. */
static inline void shape_soft(const uint8_t *label, size_t voxels, int classes, uint64_t *seed, float *prob)
{
    for (size_t i = 0; i < voxels; i++) {
        uint8_t seen = label[i >= 3 ? i - 3 : i];
        double sum = 0, e[16];

        for (int c = 0; c < classes; c++)
            sum += e[c] = exp(2 * fixture_uniform(seed) + (seen == c ? 3 : 0));
        for (int c = 0; c < classes; c++)
            prob[(size_t)c * voxels + i] = (float)(e[c] / sum);
    }
}

/* A soft prediction of balls. With ignore != 0 every 7th voxel or so is ignored. */
static inline void shape_pair(seg_pair *pair, const size_t n[3], const double mm[3], int classes, int ignore,
                              uint64_t seed)
{
    size_t voxels = n[0] * n[1] * n[2];
    uint8_t *label = malloc(voxels);
    float *prob = malloc((size_t)classes * voxels * sizeof *prob);

    shape_balls(n, classes, label);
    shape_soft(label, voxels, classes, &seed, prob);
    for (size_t i = 0; ignore && i < voxels; i++)
        if (fixture_uniform(&seed) < 0.15)
            label[i] = IGNORED_LABEL;
    if (ignore)
        fixture_prob_ignoring(pair, n, mm, classes, prob, label, IGNORED_LABEL);
    else
        fixture_prob(pair, n, mm, classes, prob, label);
    free(label);
    free(prob);
}

/* A random label map in which every label of 0 .. classes - 1 occurs. */
static inline void shape_noise(const size_t n[3], int classes, uint64_t *seed, uint8_t *label)
{
    size_t voxels = n[0] * n[1] * n[2];

    for (size_t i = 0; i < voxels; i++)
        label[i] = (uint8_t)(i < (size_t)classes ? i : fixture_random(seed) % (uint64_t)classes);
}

/* Position of a voxel. */
static inline void shape_at(const size_t n[3], size_t i, long at[3])
{
    at[0] = (long)(i % n[0]);
    at[1] = (long)(i / n[0] % n[1]);
    at[2] = (long)(i / n[0] / n[1]);
}

static inline double shape_distance(const size_t n[3], const double mm[3], size_t i, size_t j)
{
    long a[3], b[3];
    double sum = 0;

    shape_at(n, i, a);
    shape_at(n, j, b);
    for (int k = 0; k < 3; k++)
        sum += (double)((a[k] - b[k]) * (a[k] - b[k])) * mm[k] * mm[k];
    return sqrt(sum);
}

/* Distance to the nearest voxel with in[j] == wanted, by looking at all of them; infinite when there is none. */
static inline double shape_nearest(const size_t n[3], const double mm[3], const uint8_t *in, int wanted, size_t i)
{
    double least = INFINITY;

    for (size_t j = 0; j < n[0] * n[1] * n[2]; j++)
        if (in[j] == wanted)
            least = fmin(least, shape_distance(n, mm, i, j));
    return least;
}

#endif
