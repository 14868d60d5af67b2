/* shard.c - reads K/N, or finds it in the environment that a cluster sets. */
#include "shard.h"

#include <stdlib.h>
#include <string.h>

#include "../base/text.h"

static bool number(const char *name, int64_t *x)
{
    const char *text = getenv(name);

    return text && seg_read_int64(text, x);
}

/* The ids of the array must be MIN, MIN + 1, ... MAX: with gaps the number of a task's part would be unknown. */
static seg_status slurm_array(seg_shard *shard, bool *found, seg_error *err)
{
    int64_t id, count, low, high, step = 1;

    *found = number("SLURM_ARRAY_TASK_ID", &id);
    if (!*found)
        return SEG_OK;
    number("SLURM_ARRAY_TASK_STEP", &step);
    if (!number("SLURM_ARRAY_TASK_COUNT", &count) || !number("SLURM_ARRAY_TASK_MIN", &low) ||
        !number("SLURM_ARRAY_TASK_MAX", &high) || step != 1 || count != high - low + 1 || id < low || id > high)
        return seg_fail(err, SEG_USAGE,
                        "--shard auto: the ids of this job array have gaps or steps (submit it as "
                        "--array=1-N, or give --shard K/N)");
    *shard = (seg_shard){(size_t)(id - low), (size_t)count};
    return SEG_OK;
}

static const struct {
    const char *rank, *size, *engine;
} RANKS[] = {
    {"SLURM_PROCID", "SLURM_NTASKS", "srun"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "Open MPI"},
    {"PMI_RANK", "PMI_SIZE", "PMI"},
};

static seg_status find(seg_shard *shard, const seg_warnings *notes, seg_error *err)
{
    bool found;
    seg_status st = slurm_array(shard, &found, err);
    const char *engine = "the Slurm job array";

    for (size_t i = 0; !st && !found && i < sizeof RANKS / sizeof *RANKS; i++) {
        int64_t rank, size;

        if (number(RANKS[i].rank, &rank) && number(RANKS[i].size, &size) && size > 1 && rank >= 0 && rank < size) {
            *shard = (seg_shard){(size_t)rank, (size_t)size};
            engine = RANKS[i].engine;
            found = true;
        }
    }
    if (!st && !found)
        return seg_fail(err, SEG_USAGE,
                        "--shard auto: neither a Slurm job array, srun, Open MPI nor PMI says which part "
                        "this is (give --shard K/N)");
    if (!st)
        seg_warn(notes, "part %zu of %zu, from %s", shard->part + 1, shard->parts, engine);
    return st;
}

seg_status seg_shard_read(seg_shard *shard, const char *text, const seg_warnings *notes, seg_error *err)
{
    const char *slash = strchr(text, '/');
    char *first = slash ? seg_copy(text, (size_t)(slash - text)) : NULL;
    int64_t part = 0, parts = 0;
    bool good = first && seg_read_int64(first, &part) && seg_read_int64(slash + 1, &parts) && part >= 1 &&
                part <= parts && parts <= 1000000;

    free(first);
    if (seg_same_name(text, "auto"))
        return find(shard, notes, err);
    if (!good)
        return seg_fail(err, SEG_USAGE, "--shard '%s' is not K/N with K from 1 to N, nor 'auto'", text);
    *shard = (seg_shard){(size_t)part - 1, (size_t)parts};
    return SEG_OK;
}
