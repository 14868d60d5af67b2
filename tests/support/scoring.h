/* scoring.h - losses for tests, asked for as on the command line: "tversky:fp=0.3,fn=0.7". */
#ifndef TESTS_SUPPORT_SCORING_H
#define TESTS_SUPPORT_SCORING_H

#include "fixture.h"
#include "losses/loss.h"

/* A specification, read: free with job_free(). Fails the test when it cannot be read. */
typedef struct {
    seg_loss_job job;
    void *params;
} scoring_job;

void scoring_read(scoring_job *job, const char *spec);
void scoring_free(scoring_job *job);

enum { SCORING_CLASSES = 64 };

/* Everything a loss gives on a pair. by_class lies in room, which the caller owns. */
typedef struct {
    seg_score score;
    seg_value room[SCORING_CLASSES];
} scoring_result;

void scoring_compute(const seg_pair *pair, const char *spec, scoring_result *result);
/* The total alone. */
double scoring_value(const seg_pair *pair, const char *spec);

/* A pair with every class in the truth, in patches, and a prediction that mostly agrees: probabilities in
 * [0.02, 0.96] that sum to 1. `ignore`: some voxels are ignored. foreground: two classes, one plane. */
typedef struct {
    size_t n[3];
    int classes;
    bool foreground, ignore;
    uint64_t seed;
} scoring_recipe;
void scoring_random(seg_pair *pair, const scoring_recipe *recipe);

/* The gradient [classes][voxels], to be freed. */
double *scoring_gradient(const seg_pair *pair, const char *spec);

/* Fails unless the gradient agrees with central differences of the loss along `directions` random directions: step h
 * is halved as long as that makes the two agree better. Works on a copy of the pair's probabilities, which must have
 * a plane for each class and stay at least 1e-3 away from 0 and 1. */
void scoring_check_gradient(seg_pair *pair, const char *spec, int directions, double rtol, uint64_t seed);

/* Compares every row of losses.csv whose loss is of one of two levels with what is computed, from pred.nii.gz and for
 * two classes also from pred_fg.nii.gz. Fails for a name that no loss has, a row without a source, a loss of these
 * levels without a row. */
void scoring_check_golden(seg_level one, seg_level other);

/* Calls visit for each row of losses.csv. */
typedef struct {
    char name[64], spec[512], case_name[64], source[256];
    double value, rtol, atol; /* value is NAN where undefined */
} scoring_row;
void scoring_each_golden(void (*visit)(const scoring_row *row, void *context), void *context);

#endif
