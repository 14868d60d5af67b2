/* map_case.h - the maps of one case: computed while its losses are at hand, written to files, and told as numbers. */
#ifndef SEG_EVALUATE_MAP_CASE_H
#define SEG_EVALUATE_MAP_CASE_H

#include "../report/report.h"
#include "loss_maps.h"
#include "map_statistics.h"

typedef enum { SEG_MAP_LOSS, SEG_MAP_PROB, SEG_MAP_LOGIT, SEG_MAP_SHARE, SEG_MAP_WHATS } seg_map_what;
extern const char *const seg_map_what_words[]; /* "loss", "prob", "logit", "share" */

/* Which classes a file shows. */
typedef enum { SEG_MAP_CLASS_USUAL, SEG_MAP_CLASS_ALL, SEG_MAP_CLASS_SUM, SEG_MAP_CLASS_ONE } seg_map_class;

/* Where maps go; path NULL: nowhere. */
typedef struct {
    const char *path; /* a file, or with `folder` a folder that exists */
    bool folder, png, packed, float64;
    int axis;   /* of a picture: 0 x, 1 y, 2 z; -1: the one with the largest spacing */
    long slice; /* of a picture; -1: where the map is largest */
    bool has_limits;
    double limits[2];
} seg_map_files;

typedef struct {
    bool what[SEG_MAP_WHATS];
    seg_map_class cls;
    int64_t label; /* with SEG_MAP_CLASS_ONE */
    seg_map_files files;
    seg_zone_options zones;
    bool statistics; /* numbers are wanted */
    bool has_spacing;
    const seg_warnings *notes;
} seg_map_options;

/* The numbers of one loss or formula. The texts belong to the plan. */
typedef struct {
    const char *measure, *params, *status; /* status: NULL is "ok" */
    seg_map_sum sum;
    bool has_gradient;
    seg_gradient_statistics prob, logit;
    seg_object_pull *object; /* [objects] by the logit gradient */
} seg_map_entry;

typedef struct {
    seg_map_entry *entry;
    size_t n;
    seg_map_regions regions;    /* without its maps */
    int64_t *object_label;      /* [objects] the class in the files */
    seg_gradient_statistics ce; /* the logit gradient of the mean cross-entropy */
    int dims;                   /* 2 or 3 */
    bool labels;                /* the prediction has no gradient */
} seg_map_case;

/* Computes and writes what was asked for. SEG_USAGE when one loss alone has no such map. Free *out also after an error. */
seg_status seg_map_case_run(seg_map_case *out, const seg_map_options *options, const seg_case *scored,
                            seg_loss_ctx *work, const seg_plan *plan, const seg_score *score, seg_error *err);
void seg_map_case_free(seg_map_case *c);

#endif
