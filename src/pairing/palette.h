/* palette.h - labels for the colours of RGB images. */
#ifndef SEG_PAIRING_PALETTE_H
#define SEG_PAIRING_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "label_name.h"

/* A colour as one number, R + 256 G + 65536 B. */
#define SEG_COLOUR(r_, g_, b_) ((uint32_t)(r_) | (uint32_t)(g_) << 8 | (uint32_t)(b_) << 16)

typedef struct {
    uint32_t colour;
    int64_t id;
} seg_palette_entry;

typedef struct seg_palette {
    char *title;              /* what was said: a name, or a file */
    bool packed;              /* panoptic: the label is the packed colour itself */
    seg_palette_entry *entry; /* of equal colours the first with an id of 0 or more */
    size_t n, room;
    size_t repeated; /* entries whose colour was there already */
    seg_label_name *name;
    size_t names, name_room;
    int64_t *ignored; /* labels that the data set does not evaluate */
    size_t n_ignored, ignored_room;
} seg_palette;

/* The palette of that name: voc, cityscapes, ade20k, camvid, panoptic. False when the name is not known. */
bool seg_palette_known(seg_palette *palette, const char *name, seg_status *st, seg_error *err);

/* Adds a colour; `name` may be NULL. */
seg_status seg_palette_add(seg_palette *palette, uint32_t colour, int64_t id, const char *name, seg_error *err);

/* The label of a colour; false when the palette does not have it. */
bool seg_palette_find(const seg_palette *palette, uint32_t colour, int64_t *id);

void seg_palette_free(seg_palette *palette);

#endif
