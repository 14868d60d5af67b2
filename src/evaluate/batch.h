/* batch.h - many pairs, scored side by side and handed on in their order, however many they are. */
#ifndef SEG_EVALUATE_BATCH_H
#define SEG_EVALUATE_BATCH_H

#include <stdatomic.h>
#include <stdint.h>

#include "../base/error.h"
#include "pairing.h"
#include "score.h"

/* What a file was when it was scored. */
typedef struct {
    int64_t size, mtime_ns; /* -1: not there */
} seg_stamp;

/* A case that is done. */
typedef struct {
    size_t index;     /* place in the whole list, also when only a shard of it is scored */
    seg_case *scored; /* its status says whether it failed */
    seg_status status;
    seg_stamp prediction, truth;
} seg_batch_case;

typedef struct {
    const seg_scoring *scoring;
    const seg_pairings *pairings; /* the cases: a whole list, or */
    seg_pair_list *list;          /* one that is read as it is used */
    size_t shard, shards;         /* only the cases with index % shards == shard; shards 0: all */
    size_t skip;                  /* cases (of the shard) at the beginning that are done already */
    bool stop_on_error;
    const atomic_int *stop; /* set by a signal: finish what was begun */
    const seg_warnings *notes;
    void *context;
    /* A case that was skipped, in order: checks that it is the one that was done. NULL without skipping. */
    seg_status (*skipped)(void *context, const seg_pairing *pairing, seg_stamp prediction, seg_stamp truth,
                          seg_error *err);
    /* A case that is done, in order. */
    seg_status (*done)(void *context, const seg_batch_case *done, seg_error *err);
} seg_batch;

/* What became of it. */
typedef struct {
    size_t cases, failed;
    bool stopped; /* by the signal */
} seg_batch_result;

/* SEG_OK also when cases failed: see the result. Otherwise what ended the run: the list, the output, memory, or with
 * stop_on_error the first case that failed. */
seg_status seg_batch_run(const seg_batch *batch, seg_batch_result *result, seg_error *err);

seg_stamp seg_stamp_of(const char *path);

#endif
