/* machine.h - what the machine, or the share of it that this process was given, has to offer. */
#ifndef SEG_BASE_MACHINE_H
#define SEG_BASE_MACHINE_H

#include <stdint.h>

/* Bytes that can be used without swapping: what the system calls available, and no more than the control group of the
 * process or its Slurm job (SLURM_MEM_PER_NODE, SLURM_MEM_PER_CPU) leaves. */
uint64_t seg_free_memory(void);

/* Processors a Slurm task was given (SLURM_CPUS_PER_TASK), or 0. */
int seg_slurm_processors(void);

#endif
