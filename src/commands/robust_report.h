/* robust_report.h - the numbers of `segloss robust` as a table, as CSV, as JSON. */
#ifndef SEG_COMMANDS_ROBUST_REPORT_H
#define SEG_COMMANDS_ROBUST_REPORT_H

#include "../evaluate/robust.h"
#include "../report/report.h"
#include "../statistics/robustness.h"

typedef enum { SEG_ROBUST_TABLE, SEG_ROBUST_CSV, SEG_ROBUST_JSON } seg_robust_format;
extern const char *const seg_robust_format_words[]; /* "table", "csv", "json" */

typedef struct {
    const seg_robust_data *data;
    const char *const *name; /* [predictions] */
    bool raters;
    const char *source; /* "jitter of 1 voxel", for the table */
    int digits;
    const seg_setting *settings;
    size_t n_settings;
} seg_robust_result;

seg_status seg_robust_write(const seg_robust_result *result, seg_robust_format format, seg_string *out, seg_error *err);

#endif
