/* dataset.h - what is compared: values by group, row (method), column (class), measure and case.
 *
 * A report per method gives rows = methods, columns = classes and "all", cases = cases. One long table gives whatever
 * its columns say; without cases every cell is one number, and the columns stand for the cases in the statistics.
 */
#ifndef SEG_COMPARE_DATASET_H
#define SEG_COMPARE_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/intern.h"
#include "state.h"

typedef struct {
    const char *name; /* "hd95", "tversky fn=0.7" */
    const char *unit; /* "mm" or "" */
    int better;       /* +1 large is good, -1 small is good, 0 neither: no marks, no tests */
    const char *loss; /* which one, with its parameters: losses have no common scale; NULL: a metric */
    int decimals;     /* the most that the values were written with; -1: not known */
} seg_measure;

typedef struct {
    size_t group, row, measure, column, at; /* at: case */
    double value;                           /* NAN: undefined; may be infinite */
    seg_value_state state;
} seg_datum;

/* {0} is empty. The pools hold the names: number 1 is index 0. */
typedef struct {
    seg_intern groups, rows, columns, cases, measures;
    seg_intern texts;     /* owns measure[].unit and .loss */
    seg_measure *measure; /* [measures.n] */
    size_t room_measures;
    seg_datum *datum; /* [n] in the order of [group][row][measure][column][case] once sorted */
    size_t n, room;
    bool has_cases;        /* else every cell is one number */
    bool settings_unknown; /* a report did not say how it was made */
    /* Cases that belong together, as the scans of a patient; NULL: every case stands for itself. */
    size_t *cluster; /* [cases.n] index into clusters */
    seg_intern clusters;
    const char *cluster_name; /* "patient", or NULL; owned by texts */
    double *diagonal;         /* [cases.n] length of the image's diagonal, in mm when known; NULL: not known */
} seg_dataset;

/* Index of a name on an axis, new names at the end; SIZE_MAX without memory. */
size_t seg_dataset_name(seg_intern *axis, const char *name);

/* Index of a measure, new ones at the end; it must not be known with another unit or
 * as another loss. SIZE_MAX on failure. */
size_t seg_dataset_measure(seg_dataset *cube, const seg_measure *measure, seg_error *err);

seg_status seg_dataset_add(seg_dataset *cube, const seg_datum *datum, seg_error *err);

/* Sorts, and refuses a second value at the same place. */
seg_status seg_dataset_sort(seg_dataset *cube, seg_error *err);

/* The data of one cell: *n of them, one per case, or NULL. The cube is sorted. */
const seg_datum *seg_dataset_cell(const seg_dataset *cube, size_t group, size_t row, size_t measure, size_t column,
                                  size_t *n);

/* True when anything is there: in a row of a group, a column of a measure, a measure of a group. Sorted cubes. */
bool seg_dataset_has_row(const seg_dataset *cube, size_t group, size_t row);
bool seg_dataset_has_column(const seg_dataset *cube, size_t measure, size_t column);
bool seg_dataset_has_measure(const seg_dataset *cube, size_t group, size_t measure);

/* "all", "Average", "Mean": a column that sums up the others. */
bool seg_is_mean_column(const char *name);

void seg_dataset_free(seg_dataset *cube);

#endif
