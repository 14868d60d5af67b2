/* stage_times.h - for -v -v: where the time of a run went, and how much memory it took at most. */
#ifndef SEG_COMMANDS_STAGE_TIMES_H
#define SEG_COMMANDS_STAGE_TIMES_H

#include <stdatomic.h>
#include <stddef.h>

#include "../base/timing.h"
#include "../cli/messages.h"

enum { SEG_STAGES = 160 };

/* Times are added up by stage, over all cases and threads. */
typedef struct {
    seg_timing timing; /* hand &stages->timing to the library */
    atomic_flag busy;
    size_t n;
    struct {
        char name[48];
        double seconds;
        size_t times;
    } stage[SEG_STAGES]; /* in order of their first end; what does not fit is not counted */
    double begun;
} seg_stage_times;

/* The struct must not be moved afterwards. */
void seg_stages_begin(seg_stage_times *stages);

/* A line for each stage, one for the whole, and the peak of memory, where messages are verbose enough. */
void seg_stages_print(const seg_stage_times *stages, const seg_messages *messages);

#endif
