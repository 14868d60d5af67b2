/* interrupt.h - what SIGINT and SIGTERM do: no half-written file stays, no finished line is lost. */
#ifndef SEG_COMMANDS_INTERRUPT_H
#define SEG_COMMANDS_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "../report/output.h"

/* From now on a signal removes the temporary files of the watched outputs and ends the program with 128 + signal.
 * With `graceful` the first one only sets the flag that seg_interrupt_flag() points to: a batch then finishes the
 * cases it has begun. */
void seg_interrupt_watch(bool graceful);

/* The temporary file of this output goes when a signal ends the program. At most 16 are remembered. */
void seg_interrupt_add(const seg_output *output);
/* Forget them: they have their names, or are gone. */
void seg_interrupt_clear(void);

const atomic_int *seg_interrupt_flag(void);

/* 128 + the signal that came, or 0. */
int seg_interrupt_code(void);

#endif
