/* scene.h - a prediction and its truth, ready to be scored: one pair of exclusive classes, or one pair for each
 * independent class. */
#ifndef SEG_PAIRING_SCENE_H
#define SEG_PAIRING_SCENE_H

#include "pair_build.h"

/* Exclusive classes: one pair. Independent classes (regions, overlapping channels, folders of masks): a pair of
 * {background, class} for each, side by side; pair[i].id[1] and label[1] are the class. {0} is empty. */
typedef struct {
    seg_pair *pair;
    size_t n;
    bool independent;
    seg_image *side; /* [2] the images whose planes the pairs share, or NULL */
} seg_scene;

/* Makes the scene of two images, which are used up. */
seg_status seg_scene_match(seg_scene *scene, seg_image *prediction, seg_image *truth, const seg_match_options *options,
                           const seg_warnings *notes, seg_error *err);
void seg_scene_free(seg_scene *scene);

#endif
