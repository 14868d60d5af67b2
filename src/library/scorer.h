/* scorer.h - scores files or arrays in memory with the options of `segloss eval`.
 *
 *     seg_scorer *scorer;
 *     seg_result *result;
 *     seg_error err = {0};
 *     const char *options[] = {"--metric", "dsc,hd95", "--loss", "none", NULL};
 *
 *     if (!seg_scorer_new(&scorer, options, &err)) {
 *         if (!seg_scorer_files(scorer, "prediction.nii.gz", "truth.nii.gz", &result, NULL, &err)) {
 *             ... seg_result_row_at(result, 0)->value ...
 *             seg_result_free(result);
 *         }
 *         seg_scorer_free(scorer);
 *     }
 *
 * Functions that can fail return a seg_status, 0 for success, and write one sentence into *err (which may be NULL).
 * Nothing is printed and the process is never ended. A scorer is not changed by scoring, so several threads may use
 * one at the same time. */
#ifndef SEG_LIBRARY_SCORER_H
#define SEG_LIBRARY_SCORER_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

/* The version of the library, "0.2.0". */
const char *seg_version(void);

/* What to compute and how to read the inputs. */
typedef struct seg_scorer seg_scorer;

/* Makes a scorer from options as on the command line of `segloss eval`, ending with NULL: "--metric", "dsc,hd95",
 * "-l", "tversky:alpha=0.7", "--classes", "1-3", ... Options about reports, batches and messages are not known here.
 * options may be NULL: DSC, IoU and HD95, with cross-entropy and Dice loss for probabilities.
 * SEG_USAGE for an unknown option or value, SEG_READ for a file of label names that cannot be read, SEG_MEMORY. */
seg_status seg_scorer_new(seg_scorer **scorer, const char *const *options, seg_error *err);
void seg_scorer_free(seg_scorer *scorer);

/* The values of one pair of images. */
typedef struct seg_result seg_result;

/* Scores two files. Warnings go to `warnings`, which may be NULL. On success the caller frees *result; after an error
 * it is NULL. SEG_READ, SEG_MISMATCH, SEG_USAGE, SEG_MEMORY. */
seg_status seg_scorer_files(const seg_scorer *scorer, const char *prediction, const char *truth, seg_result **result,
                            const seg_warnings *warnings, seg_error *err);

typedef enum {
    SEG_ARRAY_FLOAT32, /* probabilities in [0, 1] */
    SEG_ARRAY_UINT8,   /* the others: labels */
    SEG_ARRAY_INT16,
    SEG_ARRAY_UINT16,
    SEG_ARRAY_INT64
} seg_array_type;

/* An image in memory: data[channels][shape[2]][shape[1]][shape[0]], without gaps, so shape[0] is the axis whose voxels
 * are adjacent. It is only read, and only during the call. */
typedef struct {
    const void *data;
    seg_array_type type;
    size_t shape[3];   /* voxels along each axis, at least 1; {width, height, 1} for a 2D image */
    double spacing[3]; /* millimetres; all 0: unknown, distances are then in voxels */
    int channels;      /* probabilities: classes, or 1 for the foreground alone; labels: 1 */
} seg_array;

/* The same for arrays. The truth is of labels, or with the option --truth-input prob of probabilities. */
seg_status seg_scorer_arrays(const seg_scorer *scorer, const seg_array *prediction, const seg_array *truth,
                             seg_result **result, const seg_warnings *warnings, seg_error *err);

/* One value. The texts belong to the result. */
typedef struct {
    const char *kind;    /* "loss" or "metric" */
    const char *measure; /* "hd95" */
    const char *params;  /* parameters that differ from the defaults, "convention=medpy", or "" */
    int is_class;        /* 0: the value over all classes; 1: that of one class */
    int64_t label;       /* value of the class in the label map, when is_class is 1 */
    const char *name;    /* its name, or NULL */
    long slice;          /* with --per-slice: index of the slice; -1: the whole image */
    double value;        /* NaN when undefined; may be infinite */
    const char *unit;    /* "mm", "px", or "" */
    const char *status;  /* "ok", or the reason: "empty-truth", "not-computed: ..." */
} seg_result_row;

/* Rows are in the order of a report: for each loss, then each metric, the value over all classes before the classes. */
size_t seg_result_rows(const seg_result *result);
/* NULL when there is no row i. Valid until the result is freed. */
const seg_result_row *seg_result_row_at(const seg_result *result, size_t i);
void seg_result_free(seg_result *result);

#endif
