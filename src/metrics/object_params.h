/* object_params.h - the parameters that the metrics of objects share, and what they mean. */
#ifndef SEG_METRICS_OBJECT_PARAMS_H
#define SEG_METRICS_OBJECT_PARAMS_H

#include "objects.h"

typedef struct {
    int convention, connectivity, match, criterion, of, dilation;
    double threshold, overlap;
    seg_numbers min_volume, size, thresholds;
} seg_object_params;

/* Counts by the rule that the parameters and the convention ask for. */
typedef struct {
    double tp, fp, fn;
} seg_object_counts;

/* The objects, and which are matched; not for SEG_MATCH_DILATED. */
seg_status seg_objects_of(seg_class_ctx *view, const seg_object_params *p, const seg_objects **objects, seg_error *err);
seg_status seg_object_matches_of(seg_class_ctx *view, const seg_object_params *p, const seg_objects **objects,
                                 seg_object_matches *matches, seg_error *err);

/* TP, FP and FN by any rule. */
seg_status seg_object_counts_of(seg_class_ctx *view, const seg_object_params *p, seg_object_counts *counts,
                                seg_error *err);

/* The rule in force: SEG_MATCH_AUTO is greedy, or dilated in a convention that pairs so. */
seg_match_rule_kind seg_object_match_kind(const seg_class_ctx *view, const seg_object_params *p);

/* Refuses lists where one number is wanted, and thresholds and sizes that do not ascend. */
seg_status seg_object_params_check(const void *params, seg_error *err);

extern const char *const seg_object_auto_words[];

#define SEG_OBJECT_CONNECTIVITY_ROW(preset_)                                                                           \
    SEG_CHOICE("connectivity", seg_object_params, connectivity, preset_, seg_reach_words,                              \
               "neighbours that make one object: face 6 (2D 4), edge 18 (2D 8), corner 26 (2D 8); auto: corner, in "   \
               "2D face; without effect on instances")
#define SEG_OBJECT_VOLUME_ROW                                                                                          \
    {                                                                                                                  \
        .name = "min-volume", .type = SEG_PARAM_NUMBERS, .at = offsetof(seg_object_params, min_volume),                \
        .choices = seg_object_auto_words, .min = 0, .max = 1e12,                                                       \
        .help = "objects up to this volume (mm^3; 2D mm^2 or px) leave both sides before anything is matched, with "   \
                "match=dilated the truth alone; auto: 0, with match=dilated 50"                                        \
    }
#define SEG_OBJECT_MATCH_ROWS                                                                                          \
    SEG_CHOICE("match", seg_object_params, match, SEG_MATCH_AUTO, seg_match_words,                                     \
               "greedy: best pairs first; optimal: most pairs, then the largest sum; merge: greedy, and fragments "    \
               "join; any: sides apart, by contact; dilated: BraTS 2023; auto: greedy, or the convention's"),          \
        SEG_OBJECT_CRITERION_ROW,                                                                                      \
        {.name = "threshold",                                                                                          \
         .alias = "iou",                                                                                               \
         .type = SEG_PARAM_NUMBER,                                                                                     \
         .at = offsetof(seg_object_params, threshold),                                                                 \
         .preset = 0.5,                                                                                                \
         .min = 0,                                                                                                     \
         .max = 1,                                                                                                     \
         .help = "score from which a pair fits; 0: any common voxel"},                                                 \
        SEG_NUMBER("overlap", seg_object_params, overlap, 0, 0, 1,                                                     \
                   "match=any: share of a truth object that must be covered; 0: one voxel"),                           \
        SEG_INTEGER("dilation", seg_object_params, dilation, 3, 0, 100,                                                \
                    "match=dilated: steps by which the truth is dilated")
#define SEG_OBJECT_CRITERION_ROW                                                                                       \
    SEG_CHOICE("criterion", seg_object_params, criterion, SEG_CRITERION_IOU, seg_criterion_words,                      \
               "score of a pair: iou, dsc, or truth: the share of the truth object")

#endif
