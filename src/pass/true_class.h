/* true_class.h - the probabilities of true classes: what the losses of single voxels look at. */
#ifndef SEG_PASS_TRUE_CLASS_H
#define SEG_PASS_TRUE_CLASS_H

#include "../image/label_runs.h"
#include "../image/pair.h"

/* Goes through the voxels of a block that count and gives the stored probabilities of their true classes, piece by piece
 * in the order of the voxels: seg_true_class_begin(...); while (seg_true_class_next(...)). For label truths.
 *
 * A map that stays in its file is read some rows at a time, since the next stretches of a class are near: a read of
 * 16 KB costs little more than one of a hundred bytes. */
enum { SEG_TRUE_CLASS_WINDOWS = 8, SEG_TRUE_CLASS_WINDOW = 4096 };

typedef struct {
    const float *p; /* [n] as stored; the probability is 1 minus the value where flip */
    size_t n;
    uint32_t code;
    bool flip;
} seg_true_class_piece;

typedef struct {
    const seg_pair *pair;
    seg_label_runs stretches;
    seg_label_run rest;                           /* what is left of the current stretch */
    seg_label_run window[SEG_TRUE_CLASS_WINDOWS]; /* what value[] holds */
    float value[SEG_TRUE_CLASS_WINDOWS][SEG_TRUE_CLASS_WINDOW];
} seg_true_class;

void seg_true_class_begin(seg_true_class *own, const seg_pair *pair, size_t begin, size_t end);
bool seg_true_class_next(seg_true_class *own, seg_true_class_piece *piece);

/* Probability of the true class at the voxels of [begin, begin + n) that count, in order, and their classes unless code
 * is NULL: y[n], code[n]; returns how many there are. For label truths. */
size_t seg_true_class_prob(const seg_pair *pair, size_t begin, size_t n, double *y, uint16_t *code);

#endif
