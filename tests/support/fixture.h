/* fixture.h - pairs for tests: the golden cases, and pairs made from arrays. */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "pairing/pair_build.h"

/* The folder with the golden cases, seen from where tests run: the root of the repository. */
#define GOLDEN "tests/golden"

extern const char *const golden_cases[]; /* NULL-terminated */

/* Reads tests/golden/NAME with nifticlib (these files are known to be good); `foreground`: pred_fg.nii.gz. */
void fixture_golden(seg_pair *pair, const char *name, bool foreground);
/* Whether the case has a foreground map, that is, two classes. */
bool fixture_has_foreground(const char *name);

/* A pair from arrays: prob[planes][voxels], planes == 1 for a foreground map; truth[voxels]. */
void fixture_prob(seg_pair *pair, const size_t n[3], const double mm[3], int planes, const float *prob,
                  const uint8_t *truth);
/* A pair of two label maps with the labels 0..classes-1. */
void fixture_labels(seg_pair *pair, const size_t n[3], const double mm[3], int classes, const uint8_t *prediction,
                    const uint8_t *truth);

/* As fixture_prob, with an ignore label in the truth. */
void fixture_prob_ignoring(seg_pair *pair, const size_t n[3], const double mm[3], int planes, const float *prob,
                           const uint8_t *truth, int ignore);

/* A pair with a soft truth: truth[planes][voxels]. */
void fixture_soft(seg_pair *pair, const size_t n[3], int planes, const float *prob, const float *truth);

/* Random numbers that are the same everywhere: splitmix64. */
uint64_t fixture_random(uint64_t *state);
double fixture_uniform(uint64_t *state); /* [0, 1) */

/* Fails with both values when |got - wanted| > atol + rtol |wanted|. Both NaN, or the same infinity, agree. */
#define assert_near(got, wanted, rtol, atol) fixture_near(got, wanted, rtol, atol, #got, __FILE__, __LINE__)
void fixture_near(double got, double wanted, double rtol, double atol, const char *what, const char *file, int line);

/* Fails when a call that must succeed did not, with its sentence. */
#define assert_ok(call, err) fixture_ok(call, err, #call, __FILE__, __LINE__)
void fixture_ok(seg_status st, const seg_error *err, const char *what, const char *file, int line);

#endif
