/* threads.h - the number of threads of a command, and its option. */
#ifndef SEG_COMMANDS_THREADS_H
#define SEG_COMMANDS_THREADS_H

#include "../cli/options.h"

#define SEG_THREADS_ROW(offset_)                                                                                       \
    {                                                                                                                  \
        'j', "threads", SEG_OPTION_INTEGER, offset_, false, "N", NULL, 1, 4096,                                        \
            "SEGLOSS_THREADS, OMP_NUM_THREADS, SLURM_CPUS_PER_TASK, or all processors",                                \
            "threads; results do not depend on it", SEG_COMPLETE_NOTHING                                               \
    }

/* The option's number when it is not 0, else the environment's, else all processors. */
seg_status seg_command_threads(int asked, seg_error *err);

#endif
