/* summary.h - what the cases of a report say together: mean, spread and quartiles of every measure.
 *
 * One entry per (kind, measure, params, class), in the order in which they first came. Undefined and infinite values
 * are counted apart and enter no moment. seg_summary_complete() adds what a case without the row would have had, so that
 * n + undefined + infinite = cases that were scored, for every entry.
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
    size_t imputed; /* values, among x, that a convention or a policy put in, or that a mean over classes holds */
    size_t partial; /* means over classes, among x, that leave out a class for another reason than both-empty */
    size_t absent;  /* both-empty, the class is in neither map: among the undefined ones */
    size_t absent_imputed; /* and among the imputed ones */
    bool pooled;           /* of all cases at once: x[0] is the value, of `behind` cases */
    size_t behind;
} seg_summary_entry;

/* {0} is empty. */
typedef struct {
    seg_summary_entry *entry; /* [n] */
    size_t n, room;
    size_t *slot; /* [slots] hash of keys: 1 + index, 0 where free */
    size_t slots;
    size_t cases; /* that were scored, see seg_summary_complete() */
    size_t last;  /* entry added to last: the next case mostly asks for the one after it */
    seg_intern pool;
} seg_summary;

/* What is said of one entry. All NAN when n is 0; sd is NAN when n is 1. */
typedef struct {
    size_t n, undefined, infinite;
    double mean, sd;       /* sd with n - 1 */
    double median, q1, q3; /* type 7: linear between order statistics */
    double min, max;
    size_t imputed; /* a part of n */
} seg_summary_numbers;

/* status NULL or "ok", else as in a row. */
seg_status seg_summary_add(seg_summary *summary, const seg_summary_key *key, double value, const char *status,
                           seg_error *err);

/* A value of all cases at once, of so many cases. */
seg_status seg_summary_add_pooled(seg_summary *summary, const seg_summary_key *key, double value, size_t cases,
                                  seg_error *err);

/* The value that a measure has for a class in neither map, and its status; NAN: undefined. */
typedef struct {
    void *context;
    seg_status (*value)(void *context, const seg_summary_key *key, double *x, const char **status, seg_error *err);
} seg_absent_values;

/* Called once, after the last of `cases` scored cases: a case in which a class is in neither map has no row for it, and
 * gets here the value that the measure has for such a class; it is undefined without `absent`. */
seg_status seg_summary_complete(seg_summary *summary, size_t cases, const seg_absent_values *absent, seg_error *err);

/* Sorts a copy of the values. */
seg_status seg_summary_moments(seg_summary_numbers *moments, const seg_summary_entry *entry, seg_error *err);

/* The entry of a measure over all classes, or NULL. params NULL: whichever came first. */
const seg_summary_entry *seg_summary_find(const seg_summary *summary, seg_kind kind, const char *measure,
                                          const char *params);

void seg_summary_free(seg_summary *summary);

#endif
