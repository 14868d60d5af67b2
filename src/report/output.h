/* output.h - where a report goes: stdout, a file that appears whole or not at all, or one that grows line by line.
 *
 * The reader of stdout may leave (`| head`): then .closed is set, writing goes on as a no-op, and everything returns
 * SEG_OK, so that the command ends quietly; a long run may test .closed and stop. The program must ignore SIGPIPE, and
 * SIGXFSZ so that a file that has reached its limit is an error.
 *
 * Temporary files are known to the process from before they are created until they have their names or are removed. A
 * signal handler removes them with seg_output_remove_temporaries().
 */
#ifndef SEG_REPORT_OUTPUT_H
#define SEG_REPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

typedef enum {
    SEG_OUTPUT_WHOLE, /* a temporary file beside it, renamed at the end: the old file stays until then */
    SEG_OUTPUT_LINES  /* written in place, behind what the file holds: for a report that grows line by line */
} seg_output_mode;

/* {0} is closed. */
typedef struct {
    int fd; /* valid while `open` */
    bool open;
    bool mine;                       /* fd is not stdout's: it is closed at the end */
    bool closed;                     /* the reader has left */
    char *name;                      /* for messages: the path as given, or "stdout" */
    char *path;                      /* where the file goes, links resolved; NULL when written directly */
    struct seg_temporary *temporary; /* .NAME.XXXXXX beside it; NULL when there is none */
} seg_output;

/* path NULL or "-" is stdout. Pipes, terminals and devices are written directly in either mode. */
seg_status seg_output_open(seg_output *out, const char *path, seg_output_mode mode, seg_error *err);

/* Writes all of it in one write(2) when the system lets it. */
seg_status seg_output_write(seg_output *out, const char *text, size_t length, seg_error *err);

/* All is written: the file gets its name (flushed to the disk first), or stdout is checked. */
seg_status seg_output_keep(seg_output *out, seg_error *err);

/* Closes; what was not kept of a SEG_OUTPUT_WHOLE file is removed. */
void seg_output_free(seg_output *out);

/* A whole file in one call. */
seg_status seg_output_file(const char *path, const char *text, size_t length, seg_error *err);

/* Removes the temporary files of all outputs. Safe in a signal handler, whatever other threads do meanwhile. */
void seg_output_remove_temporaries(void);

#endif
