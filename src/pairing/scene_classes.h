/* scene_classes.h - the classes of an independent scene, and where each stands in the prediction and in the truth. */
#ifndef SEG_PAIRING_SCENE_CLASSES_H
#define SEG_PAIRING_SCENE_CLASSES_H

#include "pair_build.h"

enum { SEG_SIDE_PREDICTION, SEG_SIDE_TRUTH, SEG_SIDE_COUNT };

/* One class. In an image of independent channels it is a channel; in one of exclusive labels it is the union of the
 * members. */
typedef struct {
    int64_t id;       /* as reports show it: the place from 1, or the label */
    const char *name; /* or NULL */
    int channel[SEG_SIDE_COUNT];
    const int64_t *member; /* [members] */
    size_t members;
    int64_t own; /* room for a class of one label */
    bool selected;
} seg_scene_class;

typedef struct {
    seg_scene_class *of;
    size_t n, room;
} seg_scene_classes;

/* The classes are the regions, else the channels of the truth, else those of the prediction. SEG_MISMATCH when channels
 * and classes do not fit together. */
seg_status seg_scene_classes_make(seg_scene_classes *classes, const seg_image *side[SEG_SIDE_COUNT],
                                  const seg_match_options *options, const seg_warnings *notes, seg_error *err);

#endif
