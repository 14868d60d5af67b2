/* sweep.h - losses over grids of their parameters: what to compute, what was measured, and the table and plot of it.
 *
 * All points of all grids are one plan, so that sums which they share are made once for each pair:
 *
 *     for each --loss:   st = seg_sweep_add(&sweep, text, err);
 *     if (!st)           st = seg_sweep_check(&sweep, err);
 *     plans:             seg_sweep_plan(&sweep, &plan, err)       each plan gets the same items
 *     cases:             seg_sweep_look() as the observer         gradients, into the case
 *                        seg_sweep_take() in the order of the cases
 *     at the end:        seg_sweep_table(), seg_sweep_plot()
 */
#ifndef SEG_EVALUATE_SWEEP_H
#define SEG_EVALUATE_SWEEP_H

#include "../report/markup.h"
#include "../report/report.h"
#include "evaluate.h"
#include "sweep_grid.h"

/* Which gradient is measured. */
typedef enum { SEG_SWEEP_PROB, SEG_SWEEP_LOGIT, SEG_SWEEP_NO_GRADIENT } seg_sweep_gradient;
extern const char *const seg_sweep_gradient_words[]; /* "prob", "logit", "none" */

/* What a case tells of an item of the plan; NAN where there is none. */
enum {
    SEG_SWEEP_VALUE,
    SEG_SWEEP_BOUNDARY,
    SEG_SWEEP_SMALLEST,
    SEG_SWEEP_VOXELS,
    SEG_SWEEP_SPREAD, /* voxels / all voxels of the case */
    SEG_SWEEP_NUMBERS
};
/* As many metrics as a loss is compared with. */
enum { SEG_SWEEP_METRICS = 32 };

typedef struct {
    seg_sweep_grid grid;
    const seg_loss *loss; /* NULL: a formula */
    size_t points;
    size_t *item;  /* [points] index into the plan's items */
    size_t preset; /* the item with every swept parameter at its preset; SIZE_MAX: there is none */
} seg_sweep_family;

/* {0} is empty; set the first five. */
typedef struct {
    bool zip;
    seg_sweep_gradient gradient;
    uint64_t memory; /* bytes that gradients may take */
    int threads;     /* so many cases may share them */
    const seg_warnings *notes;
    size_t families, room;
    seg_sweep_family *family;
    size_t items;         /* of each plan */
    size_t cases, failed; /* that were taken */
    size_t number_room, metric_room;
    double *number;                                                 /* [cases][items][SEG_SWEEP_NUMBERS] */
    double *metric;                                                 /* [cases][SEG_SWEEP_METRICS] */
    size_t metrics;                                                 /* how many there are */
    char *metric_name[SEG_SWEEP_METRICS], *unit[SEG_SWEEP_METRICS]; /* "dsc", "nsd tolerance=2" */
} seg_sweep;

/* Adds what one --loss says. */
seg_status seg_sweep_add(seg_sweep *sweep, const char *text, seg_error *err);

/* SEG_USAGE when nothing is swept or there are too many points. */
seg_status seg_sweep_check(seg_sweep *sweep, seg_error *err);

/* Adds every point, and without rows the presets, to an empty plan. The first argument is the sweep. */
seg_status seg_sweep_plan(void *sweep, seg_plan *plan, seg_error *err);

/* For seg_observer: measures a case that is being scored; runs in any thread. */
seg_status seg_sweep_look(void *sweep, seg_case *out, seg_loss_ctx *work, const seg_plan *plan, const seg_score *score,
                          seg_error *err);

/* For seg_watch: takes over what was measured of a case. */
seg_status seg_sweep_take(void *sweep, const seg_case *c, seg_error *err);

/* What is said of an item over all cases; NAN where there is nothing to say. */
typedef struct {
    size_t n;                          /* cases in which the loss is defined */
    double value;                      /* mean over them */
    double ratio;                      /* value / the preset's, over the cases in which both are; NAN where 0 is not
                                        * perfect or the loss has either sign */
    double tau[SEG_SWEEP_METRICS];     /* Kendall's tau-b of the loss with each metric; of three cases at least */
    double boundary, smallest, voxels; /* means over the cases */
    double spread;
} seg_sweep_row;

seg_status seg_sweep_row_of(seg_sweep_row *row, const seg_sweep *sweep, const seg_sweep_family *family, size_t point,
                            seg_error *err);

/* For seg_watch: a row for each point, a block for each grid, as text, Markdown or LaTeX. */
seg_status seg_sweep_table(void *sweep, const seg_report_style *style, const seg_table_markup *dialect, seg_string *out,
                           seg_error *err);
/* For seg_watch: the same as rows of kind sweep (csv, tsv), lines (jsonl) or a list "points" (json). */
seg_status seg_sweep_points(void *sweep, const char *format, seg_string *out, seg_error *err);

/* Adds an SVG of what has no scale of its own - shares of the gradient, its spread, and tau from ten cases on - against
 * the first swept parameter: a panel for each of them and each grid, and a line for each value of the others. */
seg_status seg_sweep_plot(const seg_sweep *sweep, seg_string *out, seg_error *err);

void seg_sweep_free(seg_sweep *sweep);

#endif
