/* accumulator.h - who else looks on while a map of probabilities is read for the first time.
 *
 * Reading a map of gigabytes costs more than most of what is computed of it. Who needs but one look at every value, in
 * no order of classes, asks for it before the map is read, and finds later what was seen.
 */
#ifndef SEG_PASS_ACCUMULATOR_H
#define SEG_PASS_ACCUMULATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/timing.h"
#include "../image/labelmap.h"

/* What there will be to see. */
typedef struct {
    const seg_labelmap *truth; /* class indices as codes */
    int classes;
    size_t voxels;
    size_t parts; /* depends on the size of the map alone */
    int workers;
} seg_pass_info;

enum { SEG_BLOCK_MAX_VOXELS = 1024 };

/* Some values of one class that come by. */
typedef struct {
    const seg_pass_info *showing;
    int cls;
    const float *p; /* [n] stored values of voxels [begin, begin + n); the probability is 1 minus them where flip */
    bool flip;
    size_t begin, n;
    const float
        *peak;   /* not less than any of p[i * SEG_BLOCK_MAX_VOXELS ...]; infinity where some are no probabilities */
    size_t part; /* the sights of a class in a part come in the order of the voxels, parts side by side */
    int worker;  /* who works on the part; never twice at the same moment */
} seg_class_tile;

typedef struct {
    /* Whether it is worth it; else `begin` is not called, and nothing is seen. */
    bool (*wants)(const void *params, const seg_pass_info *showing);
    seg_status (*begin)(void **seen, const void *params, const seg_pass_info *showing, seg_error *err);
    void (*see)(void *seen, const seg_class_tile *sight);
    /* All of a class has been seen. Classes may end side by side. May be NULL. */
    void (*end)(void *seen, int cls);
    void (*free)(void *seen);
} seg_accumulator_kind;

typedef struct {
    const seg_accumulator_kind *kind;
    const void *params;
    const char *name; /* of the loss, for the timing */
    void *seen;       /* NULL: nothing */
} seg_accumulator;

/* {0} is nobody. */
typedef struct {
    size_t n;
    seg_accumulator *witness;
    const seg_timing *timing; /* is told how long each looked, and how long inflating took; NULL: nobody asked */
} seg_accumulators;

seg_status seg_accumulators_begin(seg_accumulators *witnesses, const seg_pass_info *showing, seg_error *err);
void seg_accumulators_update(const seg_accumulators *witnesses, const seg_class_tile *sight);
void seg_accumulators_finish(const seg_accumulators *witnesses, int classes);

/* What the witness with these parameters (the same address) has seen, or NULL. */
void *seg_accumulators_state(const seg_accumulators *witnesses, const void *params);

/* Forgets what was seen. */
void seg_accumulators_reset(seg_accumulators *witnesses);

#endif
