/* confusion.h - a confusion matrix over all cases, as a table and as a picture. */
#ifndef SEG_EVALUATE_CONFUSION_H
#define SEG_EVALUATE_CONFUSION_H

#include "pool.h"

/* CSV: truth,label,ID,... with a row for each class by ascending id, and a last column (and row) "other" for labels that
 * are no class. by_row: shares of the row's sum instead of voxels; empty cells where it is 0. */
seg_status seg_confusion_table(const seg_pool *pool, bool by_row, seg_string *out, seg_error *err);

/* SVG: shares of the rows as a heat map with numbers, and the number of voxels of each class of the truth. */
seg_status seg_confusion_picture(const seg_pool *pool, seg_string *out, seg_error *err);

#endif
