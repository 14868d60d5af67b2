/* map_statistics.h - where the gradient of a loss lies: in zones around the truth's border, on wrong voxels, on each
 * connected component of the truth. */
#ifndef SEG_EVALUATE_MAP_STATISTICS_H
#define SEG_EVALUATE_MAP_STATISTICS_H

#include <stdint.h>

#include "../base/error.h"
#include "../image/pair.h"

/* A partition of the voxels that count, by distances between voxel centres. */
typedef enum {
    SEG_ZONE_INNER,    /* foreground, at most `band` from a voxel of another label */
    SEG_ZONE_INTERIOR, /* other foreground */
    SEG_ZONE_OUTER,    /* background, at most `band` from the foreground */
    SEG_ZONE_NEAR,     /* at most `near` */
    SEG_ZONE_FAR,      /* the rest */
    SEG_ZONES
} seg_zone;
extern const char *const seg_zone_words[]; /* "inner", ... */

typedef struct {
    double band, near;
    bool mm; /* else voxels */
} seg_zone_options;

/* A connected component of a foreground class of the truth. */
typedef struct {
    int cls;
    size_t number; /* within its class, from 1 */
    uint64_t size, wrong;
    double centroid[3]; /* voxels */
} seg_map_object;

/* What is known of a pair before any loss. */
typedef struct {
    uint8_t *place;   /* [voxels] the zone, SEG_PLACE_ERROR added on wrong voxels; SEG_PLACE_IGNORED */
    uint32_t *object; /* [voxels] 1 + index of the object, 0: none */
    seg_map_object *objects;
    size_t n_objects, room_objects;
    uint64_t counted, errors;
    double saturated_share, saturated_errors; /* NAN for labels, and the latter without errors */
} seg_map_regions;

enum { SEG_PLACE_ERROR = 8, SEG_PLACE_IGNORED = 16 };

seg_status seg_map_regions_find(seg_map_regions *regions, const seg_pair *pair, const seg_zone_options *options,
                                seg_error *err);
void seg_map_regions_free(seg_map_regions *regions);

/* Of one object: share of the gradient, and the mean over its wrong voxels divided by sum a^2 / sum a; NAN where there is
 * none. */
typedef struct {
    double share, pull;
    bool dead; /* at most half of it is found, and pull < 0.01 */
} seg_object_pull;

/* Of a gradient with a = sum over classes of |g|. Shares are NAN when l1 is 0. */
typedef struct {
    size_t nonfinite;
    double l1, max, n_eff;
    double zone[SEG_ZONES], errors;
} seg_gradient_statistics;

/* object[regions->n_objects], or NULL when not wanted. */
seg_status seg_gradient_statistics_find(seg_gradient_statistics *out, const double *a, size_t nonfinite,
                                        const seg_map_regions *regions, size_t voxels, seg_object_pull *object,
                                        seg_error *err);

/* Against the logit gradient of the mean cross-entropy on the same input; NAN where undefined. */
double seg_gradient_vs_ce(const seg_gradient_statistics *s, const seg_gradient_statistics *ce);
double seg_gradient_concentration(const seg_gradient_statistics *s, const seg_gradient_statistics *ce);
bool seg_gradient_vanishing(const seg_gradient_statistics *s, const seg_gradient_statistics *ce,
                            const seg_map_regions *regions);
bool seg_gradient_exploding(const seg_gradient_statistics *s, const seg_gradient_statistics *ce);

#endif
