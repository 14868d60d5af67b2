/* distance_weighted.h - losses that weigh the probabilities of a class by straight lines along its signed distance map:
 *
 *     L_c = scale  sum over n of  line(d_n) y_n^c         line(d) = inside[0] + inside[1] d    for d < 0
 *     dL_c / dy_n^c = scale line(d_n)                               outside[0] + outside[1] d  elsewhere
 */
#ifndef SEG_LOSSES_BOUNDARY_DISTANCE_WEIGHTED_H
#define SEG_LOSSES_BOUNDARY_DISTANCE_WEIGHTED_H

#include "../context.h"
#include "../loss_map.h"

typedef struct {
    const seg_pair *pair;
    int cls;
    const float *distance; /* [voxels] signed; NULL: nothing weighs anything */
    double inside[2], outside[2];
    double scale;
} seg_distance_lines;

/* What a loss of this kind says: the lines of a class (pair and class are set, the rest is 0), and as in seg_loss which
 * classes it takes and their weights. */
typedef struct {
    seg_status (*lines)(seg_distance_lines *l, seg_loss_ctx *work, const void *params, seg_error *err);
    bool (*takes_class)(const seg_loss_ctx *work, const void *params, int cls);
    double (*weight)(const seg_loss_ctx *work, const void *params, int cls);
} seg_lines_loss;

seg_status seg_lines_value(const seg_lines_loss *loss, seg_loss_ctx *work, int cls, const void *params,
                           seg_value *value, seg_error *err);
seg_status seg_lines_gradient(const seg_lines_loss *loss, seg_loss_ctx *work, const void *params, double *gradient,
                              seg_error *err);

/* Shares the value out: scale line(d_n) y_n^c, times the class's weight. */
seg_status seg_lines_map(const seg_lines_loss *loss, seg_loss_ctx *work, const void *params, seg_loss_map *map,
                         seg_error *err);

#endif
