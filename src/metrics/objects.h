/* objects.h - the objects of a class on both sides: connected components, or instances of a map of ids. */
#ifndef SEG_METRICS_OBJECTS_H
#define SEG_METRICS_OBJECTS_H

#include "../geometry/components.h"
#include "class_context.h"

/* No object. */
#define SEG_NO_OBJECT UINT32_MAX

/* Objects are numbered 0 ... n - 1 here; `number` is what is printed: the rank of a component by its first voxel in file
 * order, from 1, or the id of an instance. Objects up to the smallest volume have left both sides and kept their number. */
typedef struct seg_objects {
    seg_connectivity reach;
    double min_volume;
    seg_components of[SEG_SIDES]; /* inside the box of the view */
    int64_t *number[SEG_SIDES];   /* [of[side].n] */
    seg_shared *shared;           /* [n_shared] voxels that prediction a and truth b have in common, by a, then b */
    size_t n_shared;
} seg_objects;

/* The objects of a class, made once for each connectivity and smallest volume in turn; they belong to the view. Instances
 * have no connectivity. One pass over the runs finds all that is shared. */
seg_status seg_class_view_objects(seg_class_ctx *view, seg_connectivity reach, double min_volume,
                                  const seg_objects **objects, seg_error *err);
void seg_objects_free(seg_objects *objects);

/* auto is corner in a volume and face in an image. */
enum { SEG_REACH_AUTO, SEG_REACH_FACE, SEG_REACH_EDGE, SEG_REACH_CORNER };
extern const char *const seg_reach_words[];
seg_connectivity seg_reach_of(int word, const seg_grid *grid);

/* ---- matching ---- */

typedef enum {
    SEG_MATCH_AUTO, /* greedy, or what the convention has */
    SEG_MATCH_GREEDY,
    SEG_MATCH_OPTIMAL,
    SEG_MATCH_MERGE,
    SEG_MATCH_ANY,
    SEG_MATCH_DILATED
} seg_match_rule_kind;
extern const char *const seg_match_words[];

typedef enum { SEG_CRITERION_IOU, SEG_CRITERION_DSC, SEG_CRITERION_TRUTH } seg_criterion;
extern const char *const seg_criterion_words[];

typedef struct {
    seg_match_rule_kind kind; /* greedy, optimal, merge or any */
    seg_criterion criterion;
    double threshold; /* a pair fits when its score reaches it */
    double overlap;   /* any: a truth is found when this share of it is covered */
} seg_object_rule;

/* Which objects are matched. With `any` both sides stand alone and truth_of is SEG_NO_OBJECT everywhere. */
typedef struct {
    uint32_t *truth_of; /* [predictions] */
    bool *found;        /* [truths] */
    bool *useful;       /* [predictions] not a false positive */
    size_t tp, fp, fn;  /* predictions that are merged into one match count once */
} seg_object_matches;

seg_status seg_objects_match(seg_object_matches *matches, const seg_objects *objects, const seg_object_rule *rule,
                             seg_error *err);
void seg_object_matches_free(seg_object_matches *matches);

/* Voxels of a truth object, of the union of its predictions, and of both. */
typedef struct {
    double truth, prediction, common;
} seg_object_overlap;

/* overlap[truths], zeros for those without a match. */
seg_status seg_objects_overlap(seg_object_overlap **overlap, const seg_objects *objects,
                               const seg_object_matches *matches, seg_error *err);

double seg_object_iou(const seg_object_overlap *o);
double seg_object_dsc(const seg_object_overlap *o);

/* ---- distances of a match ---- */

/* HD95 and mean distance between the face boundaries of a truth object and the union of predictions, by the joining rules
 * of the view's convention. member[n]: the predictions. */
seg_status seg_object_distances(seg_class_ctx *view, const seg_objects *objects, uint32_t truth, const uint32_t *member,
                                size_t n, double *hd95, double *assd, seg_error *err);

/* The same for an object of either side and the union of members of the other. */
seg_status seg_object_distances_from(seg_class_ctx *view, const seg_objects *objects, int side, uint32_t object,
                                     const uint32_t *member, size_t n, double *hd95, double *assd, seg_error *err);

/* member[predictions] ordered by the truth they belong to; first[truths + 1] where each truth's begin. */
seg_status seg_objects_members(uint32_t **member, size_t **first, const seg_objects *objects,
                               const seg_object_matches *matches, seg_error *err);

#endif
