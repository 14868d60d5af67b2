/* accumulator.h - what a loss or a metric sums over the voxels of a class: the size of its state, how a run of voxels is
 * added to it, and how two states become one. Reading, cutting into tiles, skipping and merging are done by the walks:
 * the first reading of a map (argmax_map.h), a pass over one class (class_pass.h), one over true classes (true_class.h).
 *
 * A state belongs to one class and to one range of voxels. States are merged in the order of the ranges, so
 * floating-point sums do not depend on threads. States of whole numbers may be shared by ranges (`exact`), because there
 * every order gives the same.
 */
#ifndef SEG_PASS_ACCUMULATOR_H
#define SEG_PASS_ACCUMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../base/timing.h"
#include "../image/labelmap.h"

/* n consecutive voxels of one label, in the plane of one class. Ignored voxels are left out. */
typedef struct {
    const float *p; /* [n] as stored: the probability is 1 minus the value where flip */
    size_t n;
    bool flip;
    bool own; /* the label is the class of the plane: t = 1, else t = 0 */
    uint32_t label;
    int cls;
} seg_class_run;

/* States begin as zero bytes. `params` are those of the loss or metric. */
typedef struct {
    size_t (*bytes)(const void *params, int classes);
    void (*update)(void *state, const void *params, const seg_class_run *run);
    void (*merge)(void *into, const void *state); /* NULL: the state is doubles, which are added */
    size_t merged_bytes;                          /* of `into` in a pass over a class, where it is of another type */
    size_t limit;                            /* a state is merged and cleared before it has more voxels; 0: no limit */
    float (*skip_below)(const void *params); /* runs of other classes whose values are all below add nothing; or NULL */
    bool own_only;                           /* runs of other classes add nothing */
    bool of_case;                            /* one state for all classes together */
    bool exact;                              /* whole numbers: states may be merged in any order */
    bool (*enabled)(const void *params);     /* whether the first reading feeds it; NULL: always */
} seg_accumulator;

/* Voxels of one block maximum. */
enum { SEG_BLOCK_MAX_VOXELS = 1024 };

/* Consecutive voxels of one class plane, as the first reading finds them. */
typedef struct {
    int cls;
    const float *p; /* [n] */
    bool flip;
    size_t begin, n;
    const float *max; /* [n / SEG_BLOCK_MAX_VOXELS, rounded up] not less than the values; infinity where some are not
                       * probabilities */
    size_t part;      /* index of the range of voxels; tiles of a class and a part come in order */
    int worker;       /* which of the states of an exact accumulator is free now */
} seg_class_tile;

typedef struct {
    const seg_accumulator *kind;
    const void *params;
    const char *name;     /* of the loss or metric, for the timing */
    size_t slots, stride; /* states of a class, and bytes from one to the next */
    char *state;          /* [classes][slots]; [slots] where of_case; NULL: not fed */
} seg_accumulation;

/* {0} is empty. */
typedef struct {
    size_t n;
    seg_accumulation *item;
    const seg_labelmap *truth; /* class indices as codes */
    int classes;
    const seg_timing *timing; /* receives the time of each item, and of inflating; may be NULL */
} seg_accumulations;

/* Makes all states, zero: one for each part, or worker where exact. seg_accumulations_reset() also after an error. */
seg_status seg_accumulations_begin(seg_accumulations *a, const seg_labelmap *truth, int classes, size_t parts,
                                   int workers, seg_error *err);

/* Adds a tile to all items. */
void seg_accumulations_update(const seg_accumulations *a, const seg_class_tile *tile);

/* Merges the states of every class into its first one. */
void seg_accumulations_merge(const seg_accumulations *a);

/* The merged state of a class (any, where of_case) for these parameters, which are the same address; NULL when it was not
 * fed. */
const void *seg_accumulations_state(const seg_accumulations *a, const void *params, int cls);

/* Frees the states, not the list. */
void seg_accumulations_reset(seg_accumulations *a);

/* For walks: adds a state to another, and the size of a state on whole cache lines. */
void seg_accumulator_merge(const seg_accumulator *kind, void *into, const void *state, size_t bytes);
size_t seg_accumulator_stride(const seg_accumulator *kind, const void *params, int classes);

#endif
