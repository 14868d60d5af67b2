/* run_kind.h - what all predictions of a run are: labels, or maps of probabilities; and whether its files are series.
 *
 * One saturated map, or one of a class that is nowhere, holds nothing but 0 and 1 and could be a label map. So the kind is
 * decided once for a run, by the first file that leaves no doubt, and the files after it follow.
 */
#ifndef SEG_EVALUATE_RUN_KIND_H
#define SEG_EVALUATE_RUN_KIND_H

#include "pairing.h"
#include "reading.h"

typedef struct {
    seg_run_kind kind;
    bool series;
    char *reason; /* the file that decided, or why none had to be read; owned */
} seg_run_reading;

/* Reads headers, and values only where a header leaves the kind open: floats until their first fraction, grey pictures until
 * one holds labels. Files that cannot be read are left for the case to report. */
seg_status seg_run_decide(seg_run_reading *run, const seg_reading *reading, const seg_pairings *list, seg_error *err);
void seg_run_free(seg_run_reading *run);

#endif
