/* true_class.h - the probabilities of true classes, for the losses of single voxels: of a plane only the voxels of its
 * class are read. For label truths. */
#ifndef SEG_PASS_TRUE_CLASS_H
#define SEG_PASS_TRUE_CLASS_H

#include "../image/pair.h"
#include "accumulator.h"

/* result = the sums over all voxels that count, in the order of the voxels: blocks of SEG_BLOCK voxels, merged in their
 * order. One result for each class, kind->bytes() apart, or one of all where kind->of_case. The states are doubles. */
seg_status seg_true_class_pass(const seg_pair *pair, const seg_accumulator *kind, const void *params, double *result,
                               seg_error *err);

/* Probability of the true class at the voxels of [begin, begin + n) that count, in order, and their classes unless code
 * is NULL: y[n], code[n]; returns how many there are. */
size_t seg_true_class_prob(const seg_pair *pair, size_t begin, size_t n, double *y, uint16_t *code);

/* The same without most voxels whose probability is 1; *ones: how many were left out. */
size_t seg_true_class_uncertain(const seg_pair *pair, size_t begin, size_t n, double *y, size_t *ones);

#endif
