/* report.h - what `segloss eval` found out: rows of numbers with their names, units and reasons, case by case.
 *
 * A case is filled (seg_case_class, seg_case_add), handed to the open report (seg_report_add), which writes it and
 * adds its whole-case rows to the summary, and freed:
 *
 *     st = seg_report_begin(&report, format, &style, &output, err);
 *     for each case, in order:  st = seg_report_add(&report, &scored, err);
 *     if (!st) st = seg_report_end(&report, err);
 *     if (!st) st = seg_output_keep(&output, err);        // else the temporary file is dropped
 *     seg_report_free(&report);  seg_output_free(&output);
 *
 * The same cases in the same order give the same bytes: nothing here looks at the clock, the threads or the locale.
 */
#ifndef SEG_REPORT_REPORT_H
#define SEG_REPORT_REPORT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../base/intern.h"
#include "../base/text.h"
#include "../base/value.h"
#include "markup.h"
#include "output.h"
#include "summary.h"

enum { SEG_REPORT_SCHEMA = 1 };

/* The slice of a row that is the mean over the slices of its case. */
#define SEG_SLICE_MEAN           LONG_MAX
#define SEG_SLICE_MEAN_PARAMETER "slice=mean" /* last of the parameters in a summary */

/* One number. The texts belong to whoever fills the row; seg_case_add copies them into the case. */
typedef struct {
    long slice; /* -1: the whole case */
    int cls;    /* index into the case's classes; -1: the aggregate over classes */
    seg_kind kind;
    const char *measure; /* "hd95" */
    const char *params;  /* "alpha=0.3;beta=0.7", NULL or "" for the presets */
    double value;        /* NAN: undefined; may be infinite */
    const char *unit;    /* "mm", "px", NULL or "" */
    const char *status;  /* NULL or "ok", else the reason: "empty-truth", "not-computed: ..." */
    size_t slices;       /* of SEG_SLICE_MEAN: how many it is the mean of */
} seg_row;

typedef struct {
    int64_t id;
    const char *label; /* NULL: no name */
} seg_case_class;

/* Voxels of one class against all others, ignored ones left out. */
typedef struct {
    uint64_t tp, fp, fn, tn;
} seg_case_counts;

/* Where a case of a sharded run belongs, so that the parts can be joined again; parts 0: the run was whole. */
typedef struct {
    size_t part, parts;   /* 1..parts */
    size_t index, cases;  /* place in the whole list from 0, and its length */
    const char *settings; /* read back: the settings of the run as JSON text; the writer takes the report's own */
} seg_case_shard;

/* A connected mistake of a case, for people and scripts that ask what went wrong. */
typedef struct {
    int64_t truth, called; /* labels */
    const char *words;     /* "gallbladder missed" */
    double volume;         /* in the case's volume_unit */
    double depth;          /* of its deepest voxel, in the case's depth_unit */
    bool at_least;         /* the depth is this or more */
    size_t slice[2];       /* first and last, from 0 */
    size_t at[3];          /* a voxel of it, from 0 */
    double score;          /* what mistakes are ordered by */
} seg_case_error;

/* A small picture of a case. */
typedef struct {
    unsigned char *png; /* [bytes] free()d with the case */
    size_t bytes, width, height;
    const char *words; /* what a reader hears instead of the picture */
    const char *place; /* "axial 11 (R left, A up)" */
} seg_case_picture;

enum { SEG_CASE_PICTURES = 3 };

/* A score at 256 thresholds of a map. */
typedef struct {
    const char *measure, *params;
    int64_t cls;
    double y[256];
} seg_case_curve;

/* Everything about one pair of files. {0} is an empty case; fill the names with seg_case_name. */
typedef struct {
    const char *name;               /* "case_007" */
    const char *prediction, *truth; /* paths as given; NULL when unknown (a report read back from CSV) */
    const char *status;             /* "ok", or the kind of failure: "unreadable", "mismatch", ... */
    const char *message;            /* the sentence of a failure, else NULL */
    size_t shape[3];                /* voxels; all 0 when the case failed before they were known */
    double spacing[3];              /* mm (or 1 when unknown); all 0 likewise */
    seg_case_shard shard;           /* json and jsonl show it */
    seg_case_class *classes;
    size_t n_classes, room_classes;
    seg_case_counts *counts; /* [n_classes], or NULL; json and jsonl show them */
    uint64_t *confusion;     /* [confused][confused] voxels of a truth (row) by prediction, or NULL; likewise */
    size_t confused;         /* n_classes, or 1 more: labels that are no class stand last */
    seg_row *rows;
    size_t n, room;
    bool lists_errors; /* the mistakes were asked for; there may be none */
    seg_case_error *errors;
    size_t n_errors, room_errors;
    const char *volume_unit, *depth_unit; /* ml or px, mm or px */
    seg_case_picture picture[SEG_CASE_PICTURES];
    size_t n_pictures;
    seg_intern pool;        /* owns every text above */
    seg_case_curve *curves; /* for values of the whole data set */
    size_t n_curves, room_curves;
    double *aside;       /* numbers of a command's own that no report shows; free()d with the case */
    double *reliability; /* [n_classes][reliability_bins][3]: voxels, sum of p, voxels of the class; or NULL */
    size_t reliability_bins;
    seg_string objects; /* lines of a table of objects, when one is wanted; free()d with the case */
} seg_case;

/* Sets name and paths; each may be NULL. The status becomes "ok". */
seg_status seg_case_name(seg_case *c, const char *name, const char *prediction, const char *truth, seg_error *err);

/* Adds a class; its index is the number of classes before. label may be NULL. */
seg_status seg_case_add_class(seg_case *c, int64_t id, const char *label, seg_error *err);

/* Room for the counts of the classes that are there. */
seg_status seg_case_add_counts(seg_case *c, seg_error *err);
/* Room for a matrix of confused x confused voxels. */
seg_status seg_case_add_confusion(seg_case *c, size_t confused, seg_error *err);

/* Adds a row; the texts are copied (kept once per case, so 1e5 rows cost 1e5 structs). */
seg_status seg_case_add(seg_case *c, const seg_row *row, seg_error *err);

/* The same from what losses and metrics return; does nothing when the value was not asked for. */
seg_status seg_case_add_value(seg_case *c, seg_row row, seg_value value, seg_error *err);

/* Adds a mistake; its text is copied. */
seg_status seg_case_add_error(seg_case *c, const seg_case_error *error, seg_error *err);

/* Adds a picture, up to SEG_CASE_PICTURES; its texts are copied, and picture->png becomes the case's, also when this
 * fails. */
seg_status seg_case_add_picture(seg_case *c, const seg_case_picture *picture, seg_error *err);

/* Texts for the units of the mistakes. */
seg_status seg_case_set_units(seg_case *c, const char *volume, const char *depth, seg_error *err);

/* Adds a curve; its texts are copied. */
seg_status seg_case_add_curve(seg_case *c, const seg_case_curve *curve, seg_error *err);

/* The case failed: status and message come from *why; rows and classes are dropped, the names stay. */
seg_status seg_case_fail(seg_case *c, const seg_error *why, seg_error *err);

/* True unless the case failed. */
bool seg_case_ok(const seg_case *c);

void seg_case_free(seg_case *c);

/* One entry of the JSON document's "settings"; a text that is a number becomes one. NULL value: null. */
typedef struct {
    const char *name, *value;
} seg_setting;

struct seg_report_style;

/* A command's own look at the cases of its reports. */
typedef struct {
    void *context;
    /* Every case, in order, before it is reported. */
    seg_status (*add)(void *context, const seg_case *c, seg_error *err);
    /* What table, md and latex print at the end, instead of blocks of cases and their summary. NULL: as ever. */
    seg_status (*table)(void *context, const struct seg_report_style *style, const seg_table_markup *dialect,
                        seg_string *out, seg_error *err);
    /* What csv, tsv, jsonl and json ("csv", ...) have behind their cases. NULL: nothing. */
    seg_status (*points)(void *context, const char *format, seg_string *out, seg_error *err);
} seg_watch;

/* Adds the values of all cases at once to a summary, whose cases are complete. */
typedef struct {
    void *context;
    seg_status (*rows)(void *context, seg_summary *summary, seg_error *err);
} seg_pool_callback;

/* How a report looks. {0} is a plain report. The texts must outlive it. */
typedef struct seg_report_style {
    const seg_setting *settings; /* [n_settings] for json; leave out what must not change the bytes (threads) */
    size_t n_settings;
    int digits;     /* significant digits; < 1: the shortest text that reads back to the same double, and 4
                             * decimals in table, md and latex, which people read */
    bool no_header; /* csv, tsv */
    const char *na; /* word for an undefined value in csv, tsv, value and the tables; NULL: empty (tables: -) */
    bool colour;    /* table only */
    bool summary_only;
    bool no_summary;                 /* table, md, latex, json: cases alone */
    bool keep_summary;               /* for the command's own use, also when the format shows none */
    int width;                       /* columns of the terminal for `table`; < 1: unlimited */
    const seg_watch *watch;          /* table: what prints it instead; may be NULL */
    const seg_absent_values *absent; /* values of a class in neither map; NULL: undefined */
    const seg_pool_callback *pool;   /* NULL: none */
    /* html */
    const char *title;                                 /* "unet against truth"; NULL: none */
    const char *command;                               /* as it was typed; NULL: not said */
    int pictures;                                      /* cases with pictures at most; below 0: the usual number */
    int (*better)(seg_kind kind, const char *measure); /* 1: more is better, -1: less, 0: unknown; may be NULL */
} seg_report_style;

struct seg_report;

/* A format: three functions, called in this order, which add text to the report's output. */
typedef struct {
    const char *name;              /* csv */
    const char *const *extensions; /* "csv", ..., NULL-terminated: what -o FILE tells */
    const char *meaning;           /* for `segloss list formats` */
    bool streams;                  /* every case is complete in the output as soon as it is added */
    bool sums;                     /* ends with the summary of its cases */
    seg_status (*begin)(struct seg_report *report, seg_error *err);
    seg_status (*add)(struct seg_report *report, const seg_case *c, seg_error *err);
    seg_status (*end)(struct seg_report *report, seg_error *err);
} seg_report_format;

extern const seg_report_format *const seg_report_formats[];
extern const size_t seg_report_formats_count;

/* By name, or NULL. */
const seg_report_format *seg_report_format_find(const char *name);
/* The format whose name is nearest to what was typed, or NULL. */
const char *seg_report_format_nearest(const char *name);
/* Whether reports of this format show the mistakes and pictures of cases, so that cases need to have them. */
bool seg_report_format_draws(const seg_report_format *format);
/* By the extension of a path ("out.csv"), or NULL. */
const seg_report_format *seg_report_format_of_path(const char *path);

/* An open report. {0} is closed. */
typedef struct seg_report {
    const seg_report_format *format;
    seg_report_style style;
    seg_output *output;
    seg_summary summary;  /* whole-case rows of every case so far; empty when it is not needed, so that a stream
                             * takes no memory that grows with its cases */
    seg_string text;      /* what is about to be written */
    size_t cases, failed; /* how many were added or counted, and how many of them had failed */
    size_t written;       /* how many of them were written */
    bool summed;          /* the summary is complete */
    seg_string header;    /* md, latex: the columns of the table that is open; empty when none is */
    size_t columns;       /* md, latex: how many the open table has */
    seg_intern notes;     /* md, latex: footnotes so far; the first is number 1 */
    void *own;            /* what the format keeps of the cases; freed by own_free */
    void (*own_free)(void *own);
} seg_report;

seg_status seg_report_begin(seg_report *report, const seg_report_format *format, const seg_report_style *style,
                            seg_output *output, seg_error *err);
seg_status seg_report_add(seg_report *report, const seg_case *c, seg_error *err);
/* Takes a case into the summary and the counts without writing it: for --resume, whose file has its line already. */
seg_status seg_report_count(seg_report *report, const seg_case *c, seg_error *err);
/* Completes the summary, once; seg_report_end() does it too. For a command that looks at the summary before. */
seg_status seg_report_sum(seg_report *report, seg_error *err);
seg_status seg_report_end(seg_report *report, seg_error *err);
void seg_report_free(seg_report *report);

#endif
