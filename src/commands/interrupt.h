/* interrupt.h - what SIGINT, SIGTERM and SIGHUP do: no half-written file stays, no finished line is lost. */
#ifndef SEG_COMMANDS_INTERRUPT_H
#define SEG_COMMANDS_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

/* From now on a signal removes the temporary files of all outputs, prints `sentence` (a literal that ends with a newline;
 * NULL: nothing) on stderr and ends the program with 128 + signal. With `graceful` the first signal only sets the flag
 * that seg_interrupt_flag() points to: a batch then finishes the cases it has begun. A SIGHUP that was ignored when the
 * program started, as nohup does, stays ignored. */
void seg_interrupt_watch(bool graceful, const char *sentence);

const atomic_int *seg_interrupt_flag(void);

/* 128 + the signal that came, or 0. */
int seg_interrupt_code(void);

#endif
