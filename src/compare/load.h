/* load.h - fills a cube from reports of `segloss eval`, one or more per method, or from one long table. */
#ifndef SEG_COMPARE_LOAD_H
#define SEG_COMPARE_LOAD_H

#include "../base/text.h"
#include "case_facts.h"
#include "dataset.h"

/* A measure that was asked for. */
typedef struct {
    const char *name; /* "dsc" */
    bool loss;        /* a loss; "iou" is one, and a metric too */
    int better;       /* +1 or -1 as given with ":up", ":down"; 0: look it up */
} seg_wanted;

/* What is to be compared. The texts must outlive the call. */
typedef struct {
    const seg_wanted *wanted; /* [n_wanted]; none: every metric (reports), everything (long table) */
    size_t n_wanted;
    /* +1, -1 or 0 for a metric that is not in `wanted` with its direction; losses are better small. */
    int (*better)(const char *metric);
    bool (*amount)(const char *metric); /* a count or a volume, whose 0 for an empty class is a finding */
    bool (*count)(const char *metric);  /* a whole number of voxels or objects */
    seg_facts_query table;              /* groups and clusters of the cases */
    bool mixed_settings;                /* go on when the reports were not made alike */
    bool intersect;                     /* only the cases that all methods have */
    bool aggregate_only;                /* leave out the columns of single classes */
    const char *const *row_order, *const *column_order; /* [n] names that come first */
    size_t n_row_order, n_column_order;

    /* For a long table: the names of its columns. NULL: there is none. */
    const char *rows, *cols, *group, *cases, *metric, *value;
    const char *const *where; /* [n_where] "COLUMN=TEXT" */
    size_t n_where;
} seg_query;

/* One operand: NAME=FILE, or FILE, whose name without folder and extension is the method's. */
/* *remarks: what must stand under every table that is made of them, a sentence a line. */
seg_status seg_load_reports(seg_dataset *cube, const char *const *operands, size_t n, const seg_query *question,
                            seg_string *remarks, const seg_warnings *notes, seg_error *err);

seg_status seg_load_long(seg_dataset *cube, const char *path, const seg_query *question, seg_error *err);

/* Which of the wanted measures it is, SIZE_MAX when it is not wanted. Nothing wanted: 0 for all. */
size_t seg_wanted_index(const seg_query *question, const char *name, bool loss);
/* Its direction. */
int seg_wanted_better(const seg_query *question, const char *name, bool loss);
/* Registers the names that come first, and reports those that were not used. */
seg_status seg_order_names(seg_dataset *cube, const seg_query *question, seg_error *err);
seg_status seg_check_order(const seg_dataset *cube, const seg_query *question, seg_error *err);

#endif
