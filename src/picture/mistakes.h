/* mistakes.h - what went wrong in a case: connected mistakes, the worst first, in words.
 *
 * A mistake is a set of voxels with one truth and one prediction that are wrong deeper than a tolerance (wrong_runs.h)
 * and are joined by faces, edges and corners. Mistakes are ordered by the sum over their voxels of (depth - tolerance)
 * times the volume of a voxel; equal sums by their first voxel. Counting wrong voxels instead would put the slices
 * with long borders first, where the prediction is merely inexact.
 */
#ifndef SEG_PICTURE_MISTAKES_H
#define SEG_PICTURE_MISTAKES_H

#include "../base/text.h"
#include "../image/pair.h"
#include "wrong_runs.h"

typedef enum {
    SEG_MISTAKE_CALLED,    /* both are classes: "left kidney called right kidney" */
    SEG_MISTAKE_MISSED,    /* called background, and no voxel of the class is right in the whole case */
    SEG_MISTAKE_CUT_SHORT, /* called background, and some voxels of the class are right */
    SEG_MISTAKE_INVENTED,  /* is background, and it touches no voxel whose truth is the class it was called */
    SEG_MISTAKE_TOO_FAR    /* is background, and it touches such a voxel */
} seg_mistake_kind;

typedef struct {
    seg_mistake_kind kind;
    int truth, called; /* class indices */
    uint64_t voxels;
    double depth;    /* of its deepest voxel, mm or px; SEG_DEPTH_MOST means this or more */
    double score;    /* what it is ordered by: mm times mm3, or px times px */
    size_t slice[2]; /* first and last slice, from 0 */
    size_t at[3];    /* a voxel of it, from 0: in its largest slice, the one nearest to its middle there */
} seg_mistake;

typedef struct {
    double tolerance; /* mm or px; NAN: the longest edge of a voxel. Voxels this deep or less are at the border */
    size_t most;      /* mistakes listed */
    int axis;         /* slices lie across it: 0 x, 1 y, 2 z */
} seg_mistakes_options;

/* Voxels begin <= x < end of a row belong to a listed mistake. */
typedef struct {
    size_t row;
    uint32_t begin, end;
    uint32_t mistake;
} seg_mistake_run;

typedef struct {
    double tolerance;
    seg_mistake *mistake; /* [n] the worst first */
    size_t n;
    seg_mistake_run *run; /* [runs] of all listed mistakes, in memory order */
    size_t runs;
    uint64_t smaller, smaller_voxels; /* mistakes that are not listed */
    uint64_t border_voxels;           /* wrong voxels within the tolerance */
    seg_wrong_runs wrong;             /* all wrong voxels with their depths */
} seg_mistakes;

/* Finds the mistakes of the hard prediction. The voxels of all mistakes, of the smaller ones and of the border add up
 * to the wrong voxels. Free with seg_mistakes_free(), also after an error. The same for any number of threads. */
seg_status seg_mistakes_find(seg_mistakes *out, const seg_pair *pair, const seg_mistakes_options *options,
                             seg_error *err);
void seg_mistakes_free(seg_mistakes *m);

/* Adds the name of a class as people write it: "left kidney" for left_kidney, "class 3" without a name. */
void seg_class_words(seg_string *out, const seg_pair *pair, int cls);

/* Adds "gallbladder missed", "right kidney called left kidney". */
void seg_mistake_words(seg_string *out, const seg_pair *pair, const seg_mistake *mistake);

#endif
