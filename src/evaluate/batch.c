/* batch.c - drives the pipeline of cases: name, score, hand on. */
#include "batch.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "../base/parallel.h"
#include "../base/pipeline.h"
#include "../io/image_file.h"
#include "../io/memory_estimate.h"

/* Numbers of a case that are work enough for all threads: 256 MB of floats. */
static const uint64_t LARGE = (uint64_t)64 << 20;

/* Bytes of work space per voxel: what the losses with distance maps take, and metrics on noise. */
enum { WORK_SPACE = 16 };

/* The pipeline calls `next` and `done` one at a time each, but one may run while the other does: they share nothing
 * that changes. */
struct run {
    const seg_batch *b;
    seg_batch_result *result;
    size_t index; /* of the next case in the whole list */
    size_t skipped;
    uint64_t memory;                       /* bytes for all cases in flight */
    uint64_t share;                        /* and for one of those that are side by side */
    bool few;                              /* fewer cases than threads */
    seg_status list_status, output_status; /* what ended the list, and what ended the output */
    seg_error list_error, output_error;
};

struct item {
    seg_pairing pairing;
    seg_case scored;
    seg_status status;
    seg_stamp prediction, truth;
    size_t index;
    uint64_t values;     /* of both files, when they are many */
    uint64_t held, need; /* bytes: of the images, and with what scoring them takes */
    bool read;
    seg_pair_files files;
    seg_error error;
};

seg_stamp seg_stamp_of(const char *path)
{
    struct stat info;

    if (stat(path, &info))
        return (seg_stamp){-1, -1};
    return (seg_stamp){info.st_size, (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec};
}

/* The next pair of the list, whoever's shard it is. */
static bool next_pairing(struct run *r, seg_pairing *p)
{
    bool more = false;

    if (r->b->list) {
        r->list_status = seg_pair_list_next(r->b->list, p, &more, &r->list_error);
        return more;
    }
    if (r->index >= r->b->pairings->n)
        return false;
    r->list_status = seg_pairing_copy(p, &r->b->pairings->pairing[r->index], &r->list_error);
    return !r->list_status;
}

/* Whether the case is to be scored now; cases of other shards and those already done are not. */
static bool wanted(struct run *r, struct item *item)
{
    if (r->b->shards && item->index % r->b->shards != r->b->shard)
        return false;
    item->prediction = seg_stamp_of(item->pairing.prediction);
    item->truth = seg_stamp_of(item->pairing.truth);
    if (r->skipped == r->b->skip)
        return true;
    r->skipped++;
    r->list_status = r->b->skipped(r->b->context, &item->pairing, item->prediction, item->truth, &r->list_error);
    return false;
}

/* What the case will take. */
static void claim(const struct run *r, struct item *item)
{
    seg_read_options prediction = r->b->scoring->reading.files[0], truth = r->b->scoring->reading.files[1];
    uint64_t least = r->share / (2 * (sizeof(float) + WORK_SPACE)); /* two files of so few values fit */
    seg_memory_estimate p, t;

    prediction.once = seg_scoring_single_pass(r->b->scoring);
    least = least < LARGE / 2 ? least : LARGE / 2;
    p = seg_memory_estimate_of(item->pairing.prediction, &prediction, least);
    t = seg_memory_estimate_of(item->pairing.truth, &truth, least);
    item->values = p.values + t.values;
    item->held = p.held + t.held;
    item->need = item->held + WORK_SPACE * (p.voxels > t.voxels ? p.voxels : t.voxels);
}

static bool next(void *context, void *at)
{
    struct run *r = context;
    struct item *item = at;

    while (!r->list_status) {
        if (r->b->stop && *r->b->stop) {
            r->result->stopped = true;
            return false;
        }
        if (!next_pairing(r, &item->pairing))
            return false;
        item->index = r->index++;
        if (wanted(r, item)) {
            claim(r, item);
            return true;
        }
        seg_pairing_free(&item->pairing);
    }
    return false;
}

/* Cases side by side take no more than their share each. */
static bool alone(void *context, const void *at)
{
    const struct run *r = context;
    const struct item *item = at;

    return item->values > LARGE || item->need > r->share || r->few;
}

static void read_files(const struct run *r, struct item *item)
{
    const seg_pairing *p = &item->pairing;
    const seg_case_paths paths = {.prediction = p->prediction,
                                  .truth = p->truth,
                                  .more = (const char *const *)p->more,
                                  .n_more = p->n_more,
                                  .mask = p->mask,
                                  .has_frame = p->has_frame,
                                  .frame = p->frame,
                                  .folder = {(seg_files_kind)p->folder[0], (seg_files_kind)p->folder[1]}};

    item->status = seg_pair_files_read(&item->files, r->b->scoring, &paths, r->b->notes, &item->error);
    item->read = true;
}

static void prepare(void *context, const void *current, void *next_one)
{
    const struct run *r = context;
    const struct item *now = current;
    struct item *item = next_one;

    if (now->need + item->held <= r->memory)
        read_files(r, item);
}

static void score(void *context, void *at)
{
    const struct run *r = context;
    struct item *item = at;
    seg_error why = {0};
    seg_status st =
        seg_case_name(&item->scored, item->pairing.name, item->pairing.prediction, item->pairing.truth, &why);

    if (!item->read)
        read_files(r, item);
    if (!st && item->status)
        st = seg_fail(&why, item->status, "%s", item->error.text);
    if (!st)
        st = seg_score_pair(&item->scored, r->b->scoring, &item->files, r->b->notes, &why);
    if (st)
        (void)seg_case_fail(&item->scored, &why, NULL);
    item->status = st;
    seg_pair_files_free(&item->files);
}

static void drop(void *context, void *at)
{
    struct item *item = at;

    (void)context;
    seg_pair_files_free(&item->files);
    seg_pairing_free(&item->pairing);
    seg_case_free(&item->scored);
}

static bool done(void *context, void *at)
{
    struct run *r = context;
    struct item *item = at;
    seg_batch_case finished = {item->index, &item->scored, item->status, item->prediction, item->truth};
    seg_status st = item->scored.name
                        ? r->b->done(r->b->context, &finished, &r->output_error)
                        : seg_fail(&r->output_error, SEG_MEMORY, "not enough memory for the name of a case");

    r->result->cases++;
    r->result->failed += item->status != SEG_OK;
    if (!st && item->status && r->b->stop_on_error)
        st = seg_fail(&r->output_error, item->status, "case %s: %s (stopped, as --stop-on-error asks)",
                      item->pairing.name, item->scored.message ? item->scored.message : "failed");
    r->output_status = st;
    drop(context, at);
    return !st;
}

seg_status seg_batch_run(const seg_batch *batch, seg_batch_result *result, seg_error *err)
{
    uint64_t memory = seg_memory_budget(&batch->scoring->reading.files[0]);
    struct run r = {.b = batch,
                    .result = result,
                    .memory = memory,
                    .share = memory / (uint64_t)seg_thread_count(),
                    .few = batch->pairings && !batch->list && batch->pairings->n < (size_t)seg_thread_count()};
    seg_pipeline pipeline = {.size = sizeof(struct item),
                             .context = &r,
                             .next = next,
                             .alone = alone,
                             .prepare = prepare,
                             .work = score,
                             .done = done,
                             .drop = drop};
    seg_status st;

    *result = (seg_batch_result){0};
    st = seg_pipeline_run(&pipeline, err);
    if (!st && r.output_status)
        st = seg_fail(err, r.output_status, "%s", r.output_error.text);
    if (!st && r.list_status)
        st = seg_fail(err, r.list_status, "%s", r.list_error.text);
    return st;
}
