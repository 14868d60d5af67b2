/* object_table.h - every object of a pair, matched or not, with its place, size and match. */
#ifndef SEG_METRICS_OBJECT_TABLE_H
#define SEG_METRICS_OBJECT_TABLE_H

#include "object_params.h"

typedef struct {
    int cls;        /* index of its class in the pair */
    int side;       /* SEG_PREDICTION or SEG_TRUTH */
    int64_t number; /* rank of a component, or id of an instance */
    bool matched;
    const char *match; /* numbers of the objects it belongs with, joined by '+'; "" without */
    uint64_t voxels;
    double volume;                        /* mm^3, mm^2; voxels where their size is unknown */
    double centre[3];                     /* mean of the voxel indices, from 0 */
    size_t box[3][2];                     /* first and last index along each axis */
    double best_iou;                      /* the largest IoU with one object of the other side */
    bool has_match;                       /* the last five are known: */
    double overlap, iou, dsc, hd95, assd; /* of a truth object and the union of its predictions */
} seg_object_row;

/* Calls add for the objects of each foreground class, first those of the truth, then those of the prediction, by number.
 * The texts of a row hold during the call. */
seg_status seg_objects_list(const seg_pair *pair, const seg_object_params *params, int convention,
                            seg_status (*add)(void *context, const seg_object_row *row, seg_error *err), void *context,
                            seg_error *err);

/* The parameters of the first job that matches objects, else the presets; *convention that of the run or of the job. */
seg_object_params seg_object_params_of(const seg_metric_jobs *jobs, int *convention);

#endif
