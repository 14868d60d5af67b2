/* threads.c - the number of threads: from the option, else the environment, else all processors. */
#include "threads.h"

#include <stdlib.h>

#include "../base/machine.h"
#include "../base/parallel.h"
#include "../base/text.h"

seg_status seg_command_threads(int asked, seg_error *err)
{
    const char *text = getenv("SEGLOSS_THREADS");
    int64_t n = asked;

    if (!asked && text && *text && (!seg_read_int64(text, &n) || n < 1 || n > 4096))
        return seg_fail(err, SEG_USAGE, "SEGLOSS_THREADS is '%s', a number from 1 to 4096 was wanted", text);
    if (n > 0)
        seg_set_threads((int)n);
    else if (!getenv("OMP_NUM_THREADS"))
        seg_set_threads(seg_slurm_processors()); /* 0: all */
    return SEG_OK;
}
