/* setup.h - from what the user asked for to objects, steps, and the words that describe them. */
#ifndef SEG_CURVES_SETUP_H
#define SEG_CURVES_SETUP_H

#include "../image/labelmap.h"
#include "curves.h"
#include "write.h"

/* Names with radii: "large=30,small=4". */
typedef struct {
    char name[64];
    double radius; /* pixels */
} seg_object_size;

/* Reads the list; names may be left out ("30,4"). At least one, all different. */
seg_status seg_object_sizes_read(const char *text, seg_object_size **size, size_t *n, seg_error *err);

/* One regime for each size. */
seg_status seg_experiments_of_sizes(const seg_plan_of_steps *plan, const seg_object_size *size, size_t n, uint64_t seed,
                                    seg_experiment **regime, seg_error *err);

/* One regime: the voxels of a class of the user's truth. id < 0: the only class but 0. */
seg_status seg_experiment_of_truth(const seg_plan_of_steps *plan, const seg_labelmap *truth, const char *file,
                                   int64_t id, uint64_t seed, seg_experiment **regime, seg_error *err);

/* Adds what an annotator marked with the class of the regime's object: one more step. The image must have the truth's
 * shape; `masks` is how many there will be. */
seg_status seg_experiment_add_annotator(seg_experiment *regime, const seg_labelmap *mask, const char *file,
                                        size_t masks, seg_error *err);

/* Sentences about a run, owned by this struct. */
enum { SEG_REMARKS = 6 };
typedef struct {
    char *heading;
    char *text[SEG_REMARKS];
    size_t n;
    bool failed; /* a sentence was lost for lack of memory */
} seg_remarks;

seg_status seg_remarks_make(seg_remarks *remarks, const seg_curves *curves, seg_error *err);
void seg_remarks_free(seg_remarks *remarks);

#endif
