/* harden_parts.h - what the two ways through a map have in common: all planes of some rows at a time (harden.c), or plane
 * after plane as they come out of a compressed file (harden_stream.c). For these two only.
 *
 * The work is cut into parts of whole rows, so that each makes its own runs; a part takes some rows at a time, whose
 * planes stay in the second-level cache. All cuts depend on the size of the map alone, and both ways do the same to every
 * value in the same order.
 */
#ifndef SEG_VOLUME_HARDEN_PARTS_H
#define SEG_VOLUME_HARDEN_PARTS_H

#include "../base/error.h"
#include "harden_rules.h"
#include "probmap.h"
#include "race.h"

typedef struct {
    seg_labelmap rows; /* its rows as a map of their own */
    seg_prob_check check;
    seg_status status;
} seg_hard_part;

typedef struct {
    const seg_probmap *map;
    const seg_harden_rules *rules;
    seg_hard_part *part; /* [parts] */
    double *sums;        /* [parts][classes][seg_moments_width()], when sums are wanted */
    float *most;         /* [times rows are fetched][planes] as seg_peaks */
    size_t rows, parts, rows_each, rows_at_once;
    seg_showing showing;
    seg_witnesses *witnesses; /* or NULL */
} seg_hardening;

_Static_assert((int)SEG_RACE == (int)SEG_PEAK_VOXELS, "a race has the peaks that a sight shows");

/* Rows [row, end) of a part, and the next of them that are taken at a time. */
typedef struct {
    size_t row, end;
} seg_hard_rows;
seg_hard_rows seg_hard_rows_of(const seg_hardening *h, size_t part);
size_t seg_hard_rows_next(const seg_hardening *h, const seg_hard_rows *rows);

/* The doubles of a part, in seg_hardening.sums. */
size_t seg_hard_sums(const seg_hardening *h);

/* The most voxels that are taken at a time. */
size_t seg_hard_voxels(const seg_hardening *h);

seg_status seg_hard_part_begin(const seg_hardening *h, size_t part);
/* code[rows * nx] */
seg_status seg_hard_part_add(seg_hard_part *part, const uint16_t *code, size_t rows);

/* The rules of the race: what has to be exceeded, as which class a plane runs, and whether it takes part. */
float seg_hard_start(const seg_hardening *h);
int32_t seg_hard_class(const seg_hardening *h, int plane);
bool seg_hard_takes_part(const seg_hardening *h, int plane);

/* What planes with odd values looked like, and what the voxels of a race have become. */
void seg_hard_note(seg_prob_check *check, const seg_race_seen *seen);
void seg_hard_finish(const seg_hardening *h, const seg_race *race, size_t n, seg_prob_check *check, uint16_t *code);

/* A plane's values at `rows` from `row` on, for the sums and for who else looks; peak[voxels / SEG_RACE]. */
void seg_hard_show(const seg_hardening *h, int plane, size_t part, int worker, size_t row, size_t n, const float *p,
                   const float *peak);

/* Parts in flight for every thread, of planes that come by: each has its slot, which stands for a worker. */
enum { SEG_HARD_SLOTS = 2 };

/* harden_stream.c: all parts, from map->stream. */
seg_status seg_harden_stream(const seg_hardening *h, seg_error *err);

#endif
