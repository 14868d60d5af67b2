/* regions.h - unions of labels that are scored one by one, such as the whole tumour, its core and the enhancing part. */
#ifndef SEG_PAIRING_REGIONS_H
#define SEG_PAIRING_REGIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

typedef struct {
    char *name;
    int64_t *label; /* [labels] its members */
    size_t labels;
} seg_region;

typedef struct {
    seg_region *region;
    size_t n, room;
    int64_t *order; /* [n] nnU-Net's regions_class_order, or NULL: the label that each channel writes */
    char *path;     /* the file they were read from, or NULL */
} seg_regions;

/* Reads "WT=1/2/3,TC=2/3,ET=3"; ranges as 1-4 are allowed. SEG_USAGE for a region without labels or name, or a second
 * one of the same name. */
seg_status seg_regions_read(seg_regions *regions, const char *text, seg_error *err);

/* Adds a region whose members are text as "1/2/3"; `what` begins its errors. */
seg_status seg_regions_add(seg_regions *regions, const char *name, const char *members, const char *what,
                           seg_error *err);

/* The region that contains a label, by its members. */
bool seg_region_has(const seg_region *region, int64_t label);

/* Whether all labels of the one are members of the other, and not the reverse. */
bool seg_region_inside(const seg_region *inner, const seg_region *outer);

/* The place of the region of that name, or -1. */
int seg_regions_find(const seg_regions *regions, const char *name);

void seg_regions_free(seg_regions *regions);

#endif
