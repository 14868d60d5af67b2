/* joined_runs.h - connected components of wrong runs: voxels with one truth and one prediction, joined by faces, edges
 * and corners. */
#ifndef SEG_PICTURE_JOINED_RUNS_H
#define SEG_PICTURE_JOINED_RUNS_H

#include "wrong_runs.h"

/* component[runs] = the component of each run, numbered from 0 in the order of their first voxels; *n of them.
 * free(*component). */
seg_status seg_runs_join(const size_t n[3], const size_t *first, const seg_wrong_run *run, size_t **component,
                         size_t *components, seg_error *err);

#endif
