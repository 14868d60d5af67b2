/* summary.h - what the cases of a report say together: mean, spread and quartiles of every measure.
 *
 * One entry per (kind, measure, params, class), in the order in which they first came. Undefined and infinite values
 * are counted apart and enter no moment, so n + undefined + infinite = cases that have the row.
 */
#ifndef SEG_REPORT_SUMMARY_H
#define SEG_REPORT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../base/intern.h"

typedef enum { SEG_KIND_LOSS, SEG_KIND_METRIC } seg_kind;
extern const char *const seg_kind_words[]; /* "loss", "metric" */

/* What one entry is about. */
typedef struct {
    seg_kind kind;
    const char *measure, *params, *unit;
    bool aggregate; /* over classes; class and label mean nothing then */
    int64_t cls;
    const char *label; /* NULL: no name */
} seg_summary_key;

typedef struct {
    seg_summary_key key;
    double *x; /* [n] finite values in the order of arrival */
    size_t n, room;
    size_t undefined, infinite;
} seg_summary_entry;

/* {0} is empty. */
typedef struct {
    seg_summary_entry *entry; /* [n] */
    size_t n, room;
    size_t *slot; /* [slots] hash of keys: 1 + index, 0 where free */
    size_t slots;
    size_t last; /* entry added to last: the next case mostly asks for the one after it */
    seg_intern pool;
} seg_summary;

/* What is said of one entry. All NAN when n is 0; sd is NAN when n is 1. */
typedef struct {
    size_t n, undefined, infinite;
    double mean, sd;       /* sd with n - 1 */
    double median, q1, q3; /* type 7: linear between order statistics */
    double min, max;
} seg_summary_numbers;

seg_status seg_summary_add(seg_summary *summary, const seg_summary_key *key, double value, seg_error *err);

/* Where the report has tp, fp and fn, adds what all cases say as one: the IoU of each class from its summed voxels,
 * and their mean, as iou and miou with the parameter pooled=yes. That is how data sets of street scenes are scored.
 * Called once, after the last case. */
seg_status seg_summary_pool(seg_summary *summary, seg_error *err);

/* Sorts a copy of the values. */
seg_status seg_summary_moments(seg_summary_numbers *moments, const seg_summary_entry *entry, seg_error *err);

/* The entry of a measure over all classes ("dsc" for --fail-under), or NULL. params NULL: whichever came first. */
const seg_summary_entry *seg_summary_find(const seg_summary *summary, seg_kind kind, const char *measure,
                                          const char *params);

void seg_summary_free(seg_summary *summary);

#endif
