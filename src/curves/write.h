/* write.h - the curves and scores as CSV, JSON, a table for people, and scripts for other plotting programs. */
#ifndef SEG_CURVES_WRITE_H
#define SEG_CURVES_WRITE_H

#include "claims.h"
#include "curves.h"

/* The settings as text, so that a run can be repeated from its JSON. */
typedef struct {
    const char *name, *value;
    bool number; /* written without quotes */
} seg_curves_setting;

typedef struct {
    const seg_curves *curves;
    const seg_claim_of_survey *statement;
    size_t statements;
    const seg_series_point *series; /* [n_series] or NULL */
    size_t n_series;
    const char *heading;
    const char *const *remark; /* [remarks] conditions and notes, in words */
    size_t remarks;
    const seg_curves_setting *setting;
    size_t settings;
} seg_curves_report;

/* One row for each regime, seed, loss and step; steps in the order of x. */
seg_status seg_write_curves_csv(const seg_curves *curves, seg_string *out, seg_error *err);
/* One row for each regime, loss and reference measure. */
seg_status seg_write_scores_csv(const seg_curves *curves, seg_string *out, seg_error *err);
/* The drawdown of Dice at the same jitter / radius, a row for each object. */
seg_status seg_write_series_csv(const seg_series_point *point, size_t n, seg_string *out, seg_error *err);
seg_status seg_write_curves_json(const seg_curves_report *report, seg_string *out, seg_error *err);
/* The score table and the statements, `columns` characters wide. */
seg_status seg_write_curves_text(const seg_curves_report *report, size_t columns, seg_string *out, seg_error *err);

/* Scripts that draw curves.csv, which they expect beside them. */
seg_status seg_write_gnuplot(const seg_curves_report *report, seg_string *out, seg_error *err);
seg_status seg_write_pgfplots(const seg_curves_report *report, seg_string *out, seg_error *err);

/* The panels in a terminal: braille dots, or ASCII when `unicode` is false. */
seg_status seg_write_terminal(const seg_curves_report *report, size_t columns, bool unicode, seg_string *out,
                              seg_error *err);

/* "k,TP,FN,FP" for every step of the first seed. */
void seg_write_counts(const seg_curves *curves, size_t regime, seg_string *out);

/* The value of the loss's parameter `reduction`, or "". */
void seg_loss_reduction(const seg_curve_loss *loss, seg_string *out);

#endif
