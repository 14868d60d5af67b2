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

/* The option's number when it is not 0, else the environment's, else all processors. When the machine refuses so many,
 * as many as it allows, with a warning: OpenMP's library would end the program. SEG_USAGE for an environment variable
 * that makes no sense. */
seg_status seg_command_threads(int asked, const seg_warnings *notes, seg_error *err);

/* Raises a stack limit that is too small, for the first thread and those to come. SEG_MEMORY when it cannot be raised. */
seg_status seg_command_stack(seg_error *err);

#endif
