/* class_table.h - which class each label and each channel of an exclusive pair belongs to. */
#ifndef SEG_PAIRING_CLASS_TABLE_H
#define SEG_PAIRING_CLASS_TABLE_H

#include "pair_build.h"

/* The classes of a pair, by ascending label. The hidden class, if there is one, comes behind the last. */
typedef struct {
    int64_t *id; /* [n] */
    size_t n, room;
    bool zero_is_class; /* the selection names 0 */
    bool hidden;        /* there is a hidden class */
} seg_class_table;

/* What a label of one of the images becomes. */
typedef enum { SEG_LABEL_CLASS, SEG_LABEL_HIDDEN, SEG_LABEL_IGNORED, SEG_LABEL_UNKNOWN } seg_label_role;

/* Finds the classes from the selection, the channels of probabilities or the labels of both images. Old use: a selection
 * with one entry for each channel names the channels, then prediction->id is set. */
seg_status seg_class_table_make(seg_class_table *table, seg_image *prediction, seg_image *truth,
                                const seg_match_options *options, const seg_warnings *notes, seg_error *err);

/* The role of a label; *index = its class. Labels that are not selected belong to class 0, or are hidden. */
seg_label_role seg_class_table_role(const seg_class_table *table, const seg_match_options *options, int64_t label,
                                    bool truth, size_t *index);

/* Whether voxels with this label of the truth count nowhere. */
bool seg_label_is_ignored(const seg_match_options *options, int64_t label);

/* Voxels of labels outside the selection are said in one note. */
void seg_class_table_note(const seg_class_table *table, const seg_image *prediction, const seg_image *truth,
                          const seg_match_options *options, const seg_warnings *notes);

/* The truth has 255 beside other labels and nothing says what it is: SEG_MISMATCH. */
seg_status seg_check_void(const seg_image *prediction, const seg_image *truth, const seg_match_options *options,
                          seg_error *err);

#endif
