/* resume.h - the record beside a report that grows line by line: what is done, and from which files it was made.
 *
 * OUT.resume holds a line for the settings and one for each case: where its line of the report ends, the checksum of that
 * line, sizes and times of the case's files, its name. A line is written behind the case's line of the report. About once
 * a second both files are flushed to the disk, the report first. So whatever an interruption or a power failure leaves
 * behind, the record vouches for no line that is not there: on resuming both are cut to the lines that agree. When a
 * run has ended with all its cases the record says so in a last line, or is removed.
 *
 * The report is locked while a run writes. */
#ifndef SEG_EVALUATE_RESUME_H
#define SEG_EVALUATE_RESUME_H

#include <stdint.h>
#include <time.h>

#include "../base/error.h"
#include "batch.h"

/* {.fd = -1, .lock = -1} is closed. */
typedef struct {
    int fd;   /* of the record; -1: not open */
    int lock; /* of the report */
    char *path, *report, *settings;
    char *text;     /* the record as it was found */
    char *at;       /* the next line of it */
    uint64_t kept;  /* bytes of the record that hold good */
    uint64_t bytes; /* and of the report */
    size_t cases;   /* finished ones that the record vouches for; 0 when the run begins anew */
    size_t lines;   /* complete lines of the report */
    bool created;   /* the report was not there before */
    bool complete;  /* the record says that its run has ended */
    bool begun;     /* this run has written something */
    struct timespec flushed;
} seg_resume;

/* Locks the report and reads its record, without writing anything. With `go_on` the record's settings must be these
 * (they end with a newline): others, or a report without a record, are SEG_MISMATCH. Without, a report whose run was
 * interrupted is SEG_WRITE: r->lines > 0 then. A report that another run writes is SEG_WRITE. */
seg_status seg_resume_open(seg_resume *r, const char *report, const char *settings, bool go_on, seg_error *err);

/* The next case of the record must be this one, made from files of this size and time. */
seg_status seg_resume_check(seg_resume *r, const seg_pairing *pairing, seg_stamp prediction, seg_stamp truth,
                            seg_error *err);

/* Before a line is added to the report: cuts both files to what holds good, once. */
seg_status seg_resume_begin(seg_resume *r, seg_error *err);

/* The case's line has been added to the report. */
seg_status seg_resume_add(seg_resume *r, const char *name, seg_stamp prediction, seg_stamp truth, seg_error *err);

/* All cases are done: flushes both files. The record then says so, or is removed. */
seg_status seg_resume_end(seg_resume *r, bool keep_record, seg_error *err);

/* Flushes and closes what is open. A report that was created and got no line is removed. */
void seg_resume_close(seg_resume *r);

#endif
