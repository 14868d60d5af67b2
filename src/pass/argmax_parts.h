/* argmax_parts.h - common to the two walks of the first reading, and private to them: all planes of some rows at a time
 * (argmax_map.c), or plane after plane as a compressed file yields them (argmax_stream.c).
 *
 * The work is cut into parts of whole rows, so that each makes its own runs; a part takes some rows at a time, whose
 * planes stay in the second-level cache. All cuts depend on the size of the map alone, and both walks do the same with every
 * value in the same order.
 */
#ifndef SEG_PASS_ARGMAX_PARTS_H
#define SEG_PASS_ARGMAX_PARTS_H

#include "../base/error.h"
#include "../image/probmap.h"
#include "argmax_options.h"
#include "argmax_tile.h"

typedef struct {
    seg_labelmap rows; /* its rows as a map of their own */
    seg_prob_stats check;
    seg_status status;
} seg_argmax_part;

typedef struct {
    const seg_probmap *map;
    const seg_argmax_options *rules;
    seg_argmax_part *part; /* [parts] */
    float *most;           /* [times rows are fetched][planes] as seg_block_max */
    size_t rows, parts, rows_each, rows_at_once;
    int classes;                      /* one plane is the foreground of two classes */
    int workers;                      /* tiles that are worked on at a time */
    seg_accumulation sums_item;       /* class sums, when they are wanted */
    seg_accumulations sums;           /* that item, or none */
    seg_accumulations *accumulations; /* of the caller, or NULL */
} seg_argmax_job;

_Static_assert((int)SEG_ARGMAX_TILE == (int)SEG_BLOCK_MAX_VOXELS, "a tile of the argmax has one block maximum");

/* Rows [row, end) of a part, and the next of them that are taken at a time. */
typedef struct {
    size_t row, end;
} seg_argmax_rows;
seg_argmax_rows seg_argmax_rows_of(const seg_argmax_job *h, size_t part);
size_t seg_argmax_rows_next(const seg_argmax_job *h, const seg_argmax_rows *rows);

/* The most voxels that are taken at a time. */
size_t seg_argmax_voxels(const seg_argmax_job *h);

seg_status seg_argmax_part_begin(const seg_argmax_job *h, size_t part);
/* code[rows * nx] */
seg_status seg_argmax_part_add(seg_argmax_part *part, const uint16_t *code, size_t rows);

/* The value that a winner has to exceed, the class of a plane, and whether the plane can win. */
float seg_argmax_threshold(const seg_argmax_job *h);
int32_t seg_argmax_class(const seg_argmax_job *h, int plane);
bool seg_argmax_competes(const seg_argmax_job *h, int plane);

/* Adds the statistics of values that are not probabilities; checks the sums of a tile and writes its classes. */
void seg_argmax_add_stats(seg_prob_stats *check, const seg_argmax_stats *stats);
void seg_argmax_finish(const seg_argmax_job *h, const seg_argmax_tile *tile, size_t n, seg_prob_stats *check,
                       uint16_t *code);

/* Feeds n values of a plane, from `row` on, to the accumulators; max[n / SEG_ARGMAX_TILE, rounded up]: block maxima. */
void seg_argmax_feed(const seg_argmax_job *h, int plane, size_t part, int worker, size_t row, size_t n, const float *p,
                     const float *max);

/* Parts of a stream in flight for each thread. Each has a slot, which serves as `worker` of exact accumulators. */
enum { SEG_ARGMAX_SLOTS = 2 };

/* argmax_stream.c: all parts, from map->stream. */
seg_status seg_argmax_stream(const seg_argmax_job *h, seg_error *err);

#endif
