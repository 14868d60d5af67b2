/* renaming.h - other ids for labels: "4=3,5-9=0", a file, or one of the renamings that the field knows by name. */
#ifndef SEG_PAIRING_RENAMING_H
#define SEG_PAIRING_RENAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "label_name.h"

typedef struct {
    int64_t first, last, to;
    const char *file; /* panoptic segments: the image they belong to; else NULL */
} seg_rename_entry;

typedef enum {
    SEG_RENAME_LISTED,      /* entries; other labels stay */
    SEG_RENAME_DIVIDE,      /* v < divisor stays, else v / divisor rounded down */
    SEG_RENAME_REDUCE_ZERO, /* 0 to 255, 255 stays, k to k - 1 */
    SEG_RENAME_SEGMENTS     /* panoptic segments of the file; one that is not listed is refused, 0 stays */
} seg_rename_kind;

/* {0} renames nothing. */
typedef struct {
    seg_rename_kind kind;
    int64_t divisor;
    seg_rename_entry *entry;
    size_t n, room;
    bool has_ignore; /* the renaming says which label is ignored */
    int64_t ignore;
    seg_label_name *name; /* names of the new labels */
    size_t names, name_room;
    char **file; /* [files] names of images, for entry[].file */
    size_t files, file_room;
    bool given; /* also by "none": labels are known to be right */
    char *title;
} seg_renaming;

/* Reads "1=2,2=1,5-9=0". SEG_USAGE when a label stands twice on the left. */
seg_status seg_renaming_read(seg_renaming *renaming, const char *text, const char *what, seg_error *err);

/* The renaming of that name (cityscapes-trainids, cityscapes-instances, div:N, reduce-zero, none); false when the name is
 * not known. */
bool seg_renaming_known(seg_renaming *renaming, const char *name, seg_status *st, seg_error *err);

/* Adds one entry, after checking that its labels do not stand on the left already. */
seg_status seg_renaming_add(seg_renaming *renaming, seg_rename_entry entry, const char *what, seg_error *err);
seg_status seg_renaming_add_name(seg_renaming *renaming, int64_t id, const char *text, seg_error *err);

/* The new label; *listed = false when the renaming should have listed it and does not. `path`: of the file. */
int64_t seg_renaming_apply(const seg_renaming *renaming, int64_t label, const char *path, bool *listed);

void seg_renaming_free(seg_renaming *renaming);

/* Street scenes: the labelIds of Cityscapes with their colours and names, and the ids they are trained with (255: not
 * evaluated). */
typedef struct {
    const char *name;
    int16_t id, train_id;
    uint8_t rgb[3];
} seg_cityscapes_label;
extern const seg_cityscapes_label seg_cityscapes_labels[];
extern const size_t seg_cityscapes_labels_count;

#endif
