/* shard.h - which part of a batch this process scores. */
#ifndef SEG_EVALUATE_SHARD_H
#define SEG_EVALUATE_SHARD_H

#include <stddef.h>

#include "../base/error.h"

/* Part `part` (from 0) of `parts`: the cases whose place in the list is part modulo parts. */
typedef struct {
    size_t part, parts;
} seg_shard;

/* "K/N" with K from 1, or "auto": from the environment of a Slurm job array, srun, Open MPI or PMI, in this order,
 * and the choice is told. */
seg_status seg_shard_read(seg_shard *shard, const char *text, const seg_warnings *notes, seg_error *err);

#endif
