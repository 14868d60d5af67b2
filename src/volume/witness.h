/* witness.h - who else looks on while a map of probabilities is read for the first time.
 *
 * Reading a map of gigabytes costs more than most of what is computed of it. Who needs but one look at every value, in
 * no order of classes, asks for it before the map is read, and finds later what was seen.
 */
#ifndef SEG_VOLUME_WITNESS_H
#define SEG_VOLUME_WITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/timing.h"
#include "labelmap.h"

/* What there will be to see. */
typedef struct {
    const seg_labelmap *truth; /* class indices as codes */
    int classes;
    size_t voxels;
    size_t parts; /* depends on the size of the map alone */
    int workers;
} seg_showing;

enum { SEG_PEAK_VOXELS = 1024 };

/* Some values of one class that come by. */
typedef struct {
    const seg_showing *showing;
    int class;
    const float *p;  /* [n] stored values of voxels [begin, begin + n); the probability is 1 minus them where flip */
    bool flip;
    size_t begin, n;
    const float *peak; /* not less than any of p[i * SEG_PEAK_VOXELS ...]; infinity where some are no probabilities */
    size_t part;     /* the sights of a class in a part come in the order of the voxels, parts side by side */
    int worker;      /* who works on the part; never twice at the same moment */
} seg_sight;

typedef struct {
    /* Whether it is worth it; else `begin` is not called, and nothing is seen. */
    bool (*wants)(const void *params, const seg_showing *showing);
    seg_status (*begin)(void **seen, const void *params, const seg_showing *showing, seg_error *err);
    void (*see)(void *seen, const seg_sight *sight);
    /* All of a class has been seen. Classes may end side by side. */
    void (*end)(void *seen, int class);
    void (*free)(void *seen);
} seg_witness_kind;

typedef struct {
    const seg_witness_kind *kind;
    const void *params;
    const char *name; /* of the loss, for the timing */
    void *seen;       /* NULL: nothing */
} seg_witness;

/* {0} is nobody. */
typedef struct {
    size_t n;
    seg_witness *witness;
    const seg_timing *timing; /* is told how long each looked, and how long inflating took; NULL: nobody asked */
} seg_witnesses;

seg_status seg_witnesses_begin(seg_witnesses *witnesses, const seg_showing *showing, seg_error *err);
void seg_witnesses_see(const seg_witnesses *witnesses, const seg_sight *sight);
void seg_witnesses_end(const seg_witnesses *witnesses, int classes);

/* What the witness with these parameters (the same address) has seen, or NULL. */
void *seg_witnesses_seen(const seg_witnesses *witnesses, const void *params);

/* Forgets what was seen. */
void seg_witnesses_forget(seg_witnesses *witnesses);

#endif
