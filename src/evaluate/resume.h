/* resume.h - the record beside a growing report, which tells a later run what is done and from what it was made.
 *
 * OUT.resume holds a line for the settings and one for each case with the sizes and times of its files. A line is
 * written before the case's line of the report, so every complete line of the report has one. The record is locked
 * while a run writes, so that two runs cannot share an output.
 */
#ifndef SEG_EVALUATE_RESUME_H
#define SEG_EVALUATE_RESUME_H

#include "../base/error.h"
#include "batch.h"

typedef struct {
    int fd; /* -1: closed */
    char *path, *report;
    char *text;  /* the record as it was found */
    char *at;    /* the next line of it */
    size_t kept; /* bytes of the record that hold good */
} seg_resume;

/* Opens and locks the record of `report`. With `go_on` an earlier run's record is read and its settings compared:
 * other settings, or a report without a record, are SEG_MISMATCH. Without, a fresh record is begun. `done`: cases
 * that the report holds. */
seg_status seg_resume_open(seg_resume *r, const char *report, const char *settings, bool go_on, size_t done,
                           seg_error *err);

/* The next case of the record must be this one, made from files of this size and time. */
seg_status seg_resume_check(seg_resume *r, const seg_pairing *pairing, seg_stamp prediction, seg_stamp truth,
                            seg_error *err);

/* Adds a case. */
seg_status seg_resume_add(seg_resume *r, const char *name, seg_stamp prediction, seg_stamp truth, seg_error *err);

/* Closes; the record is removed when the report is complete and is not to be continued later. */
void seg_resume_close(seg_resume *r, bool remove);

#endif
