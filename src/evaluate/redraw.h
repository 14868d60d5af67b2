/* redraw.h - another annotator's truth: borders that move a little, or labels that are wrong here and there.
 *
 * Random numbers are taken by counter from a keyed hash, so that a seed means the same truth for every prediction, on
 * every machine and for any number of threads.
 */
#ifndef SEG_EVALUATE_REDRAW_H
#define SEG_EVALUATE_REDRAW_H

#include <stdint.h>

#include "../base/error.h"
#include "../image/pair.h"

typedef struct {
    bool noise;    /* else the border moves */
    double rho;    /* noise: share of the voxels whose label changes */
    double jitter; /* how far a border moves at most, in voxels of the finest axis */
    double grain;  /* voxels between the points at which a movement is drawn */
    uint64_t seed;
} seg_redraw_options;

/* Uniform in [0, 1): number `counter` of a stream of the seed. */
double seg_redraw_uniform(uint64_t seed, uint64_t stream, uint64_t counter);

/* What is the same for all redraws of a pair. {0} is empty. */
typedef struct {
    const seg_pair *pair;
    const seg_redraw_options *options;
    uint16_t *code;  /* [voxels] the given truth */
    size_t *at;      /* [candidates] voxels whose label can change */
    float *distance; /* [candidates][classes] signed: negative inside, 0 half-way between voxels */
    size_t candidates;
} seg_redraw;

seg_status seg_redraw_begin(seg_redraw *r, const seg_pair *pair, const seg_redraw_options *options, seg_error *err);
void seg_redraw_free(seg_redraw *r);

/* Redraw `number` (from 1): code[voxels]. Ignored voxels stay as they are. Every voxel gets the label of the smallest
 * S_c - jitter h_c, ties to the lower one; S_c signed distance, h_c in [-1, 1] smooth noise of the label. With noise a
 * label becomes one of the others, all alike. */
void seg_redraw_codes(const seg_redraw *r, size_t number, uint16_t *code);

/* A truth from codes; free it with seg_labelmap_free(). */
seg_status seg_redraw_truth(seg_labelmap *truth, const seg_pair *pair, const uint16_t *code, seg_error *err);

#endif
