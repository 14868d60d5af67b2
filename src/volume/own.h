/* own.h - the probabilities of true classes: what the losses of single voxels look at. */
#ifndef SEG_VOLUME_OWN_H
#define SEG_VOLUME_OWN_H

#include "pair.h"
#include "stretch.h"

/* Goes through the voxels of a block that count and gives the stored probabilities of their true classes, piece by piece
 * in the order of the voxels: seg_own_begin(...); while (seg_own_next(...)). For label truths.
 *
 * A map that stays in its file is read some rows at a time, since the next stretches of a class are near: a read of
 * 16 KB costs little more than one of a hundred bytes. */
enum { SEG_OWN_WINDOWS = 8, SEG_OWN_WINDOW = 4096 };

typedef struct {
    const float *p; /* [n] as stored; the probability is 1 minus the value where flip */
    size_t n;
    uint32_t code;
    bool flip;
} seg_own_piece;

typedef struct {
    const seg_pair *pair;
    seg_stretches stretches;
    seg_stretch rest;                          /* what is left of the current stretch */
    seg_stretch window[SEG_OWN_WINDOWS];       /* what value[] holds */
    float value[SEG_OWN_WINDOWS][SEG_OWN_WINDOW];
} seg_own;

void seg_own_begin(seg_own *own, const seg_pair *pair, size_t begin, size_t end);
bool seg_own_next(seg_own *own, seg_own_piece *piece);

/* Probability of the true class at the voxels of [begin, begin + n) that count, in order, and their classes unless code
 * is NULL: y[n], code[n]; returns how many there are. For label truths. */
size_t seg_own_prob(const seg_pair *pair, size_t begin, size_t n, double *y, uint16_t *code);

#endif
