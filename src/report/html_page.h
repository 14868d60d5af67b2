/* html_page.h - a report as one HTML file: what is kept of each case until the page is written, and its sections.
 *
 * The page shows two measures (the first two that the cases have): a strip of dots for each class, a table of all
 * cases, pictures and mistakes of the worst ones, and the numbers of every measure. Nothing is fetched from outside.
 */
#ifndef SEG_REPORT_HTML_PAGE_H
#define SEG_REPORT_HTML_PAGE_H

#include "report.h"

enum { SEG_HTML_MEASURES = 2 };

typedef struct {
    seg_kind kind;
    const char *measure, *params, *unit;
    char title[64]; /* "HD95" */
    int better;     /* 1: more is better, -1: less, 0: unknown */
    bool share;     /* no unit, and every value so far is in [0, 1] */
    bool distance;  /* mm or px */
} seg_html_measure;

typedef struct {
    const char *name, *message;       /* message: NULL unless the case failed */
    double *value[SEG_HTML_MEASURES]; /* [1 + known] the aggregate, then the classes known when it was added */
    size_t known;
    seg_case_error *error; /* [errors] the texts belong to the page's pool */
    size_t errors;
    const char *volume_unit, *depth_unit;
    seg_case_picture picture[SEG_CASE_PICTURES];
    size_t pictures;
} seg_html_case;

/* Voxels of each class of the truth (row) by what they were called (column), over all cases. */
typedef struct {
    seg_case_class *cls; /* [n] */
    size_t n, room;
    uint64_t *voxels; /* [n][n] */
} seg_html_confusion;

typedef struct {
    seg_html_measure measure[SEG_HTML_MEASURES];
    size_t measures;
    seg_case_class *cls; /* [classes] */
    size_t classes, room_classes;
    seg_html_case *c; /* [n] */
    size_t n, room, failed;
    size_t *worst; /* [n_worst] indices of the worst cases so far; room for most + 1 */
    size_t n_worst, most;
    double edge; /* longest edge of a voxel of the first case, mm or px; 1 before */
    seg_html_confusion confusion;
    seg_intern pool;
} seg_html;

seg_status seg_html_add(seg_html *h, const seg_case *c, const seg_report_style *style, seg_error *err);
void seg_html_free(seg_html *h);

/* The value of a measure for a case and class; -1: the aggregate. NAN where there is none. */
double seg_html_value(const seg_html *h, size_t measure, size_t index, int cls);

/* "0.724", "9.5", "∞", "–" as people read them. */
void seg_html_number(seg_string *out, const seg_html_measure *m, double x);

/* Name of a class as people write it, escaped; "all classes" for -1. */
void seg_html_class(seg_string *out, const seg_html *h, int cls);

/* The values of a measure and class over the cases: finite ones to x[n], in the order of the cases. */
typedef struct {
    double *x;
    size_t n, infinite, undefined;
} seg_html_sample;
seg_status seg_html_sample_of(seg_html_sample *s, const seg_html *h, size_t measure, int cls, seg_error *err);

/* At most `most` of the worst cases so far, in the order of the page: order[]; returns how many. Taken in turn: the lowest
 * aggregate, the largest single mistake. Both orders are needed: a case with a good mean can hide swapped organs. */
size_t seg_html_worst(const seg_html *h, size_t *order, size_t most);

/* Sections, each from <section> to </section>; nothing where it has nothing to say. worst[shown]: indices of cases. */
seg_status seg_html_head(seg_string *out, const seg_html *h, const seg_report_style *style, seg_error *err);
seg_status seg_html_first(seg_string *out, const seg_html *h, const size_t *worst, size_t shown, seg_error *err);
seg_status seg_html_strips(seg_string *out, const seg_html *h, const size_t *worst, size_t shown, seg_error *err);
seg_status seg_html_cases(seg_string *out, const seg_html *h, const size_t *worst, size_t shown, seg_error *err);
void seg_html_worst_cases(seg_string *out, const seg_html *h, const size_t *worst, size_t shown);
seg_status seg_html_confusion_add(seg_html_confusion *f, const seg_case *c, seg_intern *pool, seg_error *err);
void seg_html_confusion_free(seg_html_confusion *f);
void seg_html_confusion_section(seg_string *out, const seg_html_confusion *f);
seg_status seg_html_numbers(seg_string *out, const seg_summary *summary, seg_error *err);
void seg_html_made(seg_string *out, const seg_report_style *style);

#endif
