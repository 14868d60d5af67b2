/* output.h - where a report goes: stdout, a file that appears whole or not at all, or one that grows line by line.
 *
 * Who reads stdout may leave (`| head`): then .closed is set, writing goes on as a no-op, and everything returns
 * SEG_OK, so that the command ends quietly; a long run may look at .closed and stop. SIGPIPE must be ignored by the
 * program (signal(SIGPIPE, SIG_IGN)).
 */
#ifndef SEG_REPORT_OUTPUT_H
#define SEG_REPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

typedef enum {
    SEG_OUTPUT_WHOLE, /* a temporary file beside it, renamed at the end: the old file stays until then */
    SEG_OUTPUT_LINES  /* written in place, from its beginning or after the bytes to keep: for JSONL and --resume */
} seg_output_mode;

/* {0} is closed. */
typedef struct {
    int fd; /* valid while `open` */
    bool open;
    bool mine;       /* fd is not stdout's: it is closed at the end */
    bool closed;     /* the reader has left */
    char *name;      /* for messages: the path as given, or "stdout" */
    char *path;      /* where the file goes, links resolved; NULL when written directly */
    char *temporary; /* .NAME.XXXXXX beside it; NULL when there is none. unlink()ing it is all a signal needs */
} seg_output;

/* path NULL or "-" is stdout. Pipes, terminals and devices are written directly in either mode. For SEG_OUTPUT_LINES
 * the file is cut to `keep` bytes first (0: begin anew). */
seg_status seg_output_open(seg_output *out, const char *path, seg_output_mode mode, size_t keep, seg_error *err);

/* Writes all of it in one write(2) when the system lets it. */
seg_status seg_output_write(seg_output *out, const char *text, size_t length, seg_error *err);

/* All is written: the file gets its name (flushed to the disk first), or stdout is checked. */
seg_status seg_output_keep(seg_output *out, seg_error *err);

/* Closes; what was not kept of a SEG_OUTPUT_WHOLE file is removed. */
void seg_output_free(seg_output *out);

#endif
