/* probmap.h - a probability for every voxel and class, stored as float, one class after another.
 *
 * The planes are either in memory, or stay in an uncompressed file and are read block by block each time they are
 * needed: a map of gigabytes then costs no memory at all, and reading it again costs less than writing it once. Those of
 * a compressed file may be a stream, where one reading is enough.
 */
#ifndef SEG_IMAGE_PROBMAP_H
#define SEG_IMAGE_PROBMAP_H

#include "../base/error.h"
#include "../simd/prob.h"
#include "grid.h"

/* Where planes come from when they are not in memory. `read` fills out[n] with voxels [begin, begin + n) of `plane`
 * and is called from any thread; a fault is remembered by the source and reported by `check`. */
typedef struct {
    void (*read)(void *context, int plane, size_t begin, size_t n, float *out);
    seg_status (*check)(void *context, seg_error *err);
    void (*close)(void *context);
    void *context;
} seg_plane_source;

/* A stream of planes, one after another: `next` gives the next n values. After the last one `finish` reports whether
 * the file was whole. */
typedef struct {
    seg_status (*next)(void *context, size_t n, float *out, seg_error *err);
    seg_status (*finish)(void *context, seg_error *err);
    void (*close)(void *context);
    void *context;
} seg_plane_stream;

typedef struct {
    seg_grid grid;
    int planes;              /* one per class, or 1: the probability of the foreground alone */
    float *prob;             /* [planes][voxels] when in memory, else NULL */
    bool borrowed;           /* prob belongs to another map */
    seg_plane_source source; /* .read set when they stay in their file */
    seg_plane_stream stream; /* .next set when they can be read once only */
} seg_probmap;

/* Whether all values are probabilities. */
bool seg_probs_fit(const float *p, size_t n);

/* The voxels [begin, begin + n) of a plane: a pointer into memory, or `scratch` (room for n) filled from the source.
 * Values are as in the file: not yet checked or clamped. */
const float *seg_probmap_block(const seg_probmap *map, int plane, size_t begin, size_t n, float *scratch);

/* A map whose planes were streamed: they cannot be read again, and seg_probmap_check() reports an attempt. */
seg_status seg_probmap_consumed(seg_probmap *map, seg_error *err);

/* Tells whether any block read so far failed (file truncated while it was read). */
seg_status seg_probmap_check(const seg_probmap *map, seg_error *err);

/* Loads all planes into memory, if they are not there yet. */
seg_status seg_probmap_load(seg_probmap *map, seg_error *err);

/* The slice `index` across `axis`, in memory. */
seg_status seg_probmap_slice(seg_probmap *out, const seg_probmap *map, int axis, size_t index, seg_error *err);

/* As seg_labelmap_reorient(); loads the map. */
seg_status seg_probmap_reorient(seg_probmap *map, const int from[3], const bool flip[3], seg_error *err);

void seg_probmap_free(seg_probmap *map);

#endif
