/* label_index.h - label values and their codes, in the order in which values occur. */
#ifndef SEG_IMAGE_LABEL_INDEX_H
#define SEG_IMAGE_LABEL_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

/* More different labels than this is not a label map, and codes fit 16 bits. */
enum { SEG_LABELS_MAX = 65000 };

typedef struct {
    int64_t *value; /* [values] of each code; whoever uses them takes them: _free() leaves them */
    size_t values, room;
    size_t slots;       /* a power of two, at least twice the values */
    uint32_t *slot;     /* code + 1, 0 where free */
    int64_t last_value; /* the previous value: rows repeat the same few */
    uint32_t last_code;
} seg_label_index;

/* The code of a value, new or known. More than SEG_LABELS_MAX values: SEG_READ. */
seg_status seg_label_code(seg_label_index *index, int64_t value, uint32_t *code, seg_error *err);

/* Brings the values into ascending order, at the end; *rank, to be freed by the caller, is the new place of each code. */
seg_status seg_label_index_sort(seg_label_index *index, uint32_t **rank, seg_error *err);

void seg_label_index_free(seg_label_index *index);

#endif
