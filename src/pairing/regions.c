/* regions.c - reads lists of regions and answers what they contain. */
#include "regions.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "class_list.h"

static seg_status take_region(seg_regions *regions, const char *name, int64_t *label, size_t labels, seg_error *err)
{
    seg_status st = seg_grow(&regions->region, &regions->room, regions->n + 1, sizeof *regions->region, "regions", err);
    char *copy = st ? NULL : seg_copy(name, SIZE_MAX);

    if (!st && !copy)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for regions");
    if (st) {
        free(label);
        return st;
    }
    regions->region[regions->n++] = (seg_region){copy, label, labels};
    return SEG_OK;
}

seg_status seg_regions_add(seg_regions *regions, const char *name, const char *members, const char *what,
                           seg_error *err)
{
    seg_class_list list = {0};
    int64_t *label = NULL;
    size_t labels = 0;
    seg_status st;

    if (!*name || !*members)
        return seg_fail(err, SEG_USAGE, "%s: the region '%s' has no %s, NAME=LABELS as in WT=1/2/3 was wanted", what,
                        name, *name ? "labels" : "name");
    if (seg_regions_find(regions, name) >= 0)
        return seg_fail(err, SEG_USAGE, "%s: there are two regions '%s' (give each a name of its own)", what, name);
    st = seg_class_list_read(&list, members, what, err);
    if (!st && !seg_class_list_numeric(&list))
        st = seg_fail(err, SEG_USAGE,
                      "%s: the labels of the region '%s' are '%s', numbers as in 1/2/3 or 1-4 were wanted", what, name,
                      members);
    if (!st)
        st = seg_class_list_resolve(&list, NULL, 0, what, &label, &labels, err);
    seg_class_list_free(&list);
    return st ? st : take_region(regions, name, label, labels, err);
}

static seg_status add_entry(seg_regions *regions, char *entry, seg_error *err)
{
    char *equals = strchr(entry, '=');

    if (!equals)
        return seg_fail(err, SEG_USAGE, "--regions: '%s' is not NAME=LABELS, as in WT=1/2/3", entry);
    *equals = '\0';
    return seg_regions_add(regions, entry, equals + 1, "--regions", err);
}

seg_status seg_regions_read(seg_regions *regions, const char *text, seg_error *err)
{
    char *copy = seg_copy(text, SIZE_MAX), *rest = copy, *entry;
    seg_status st = copy ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for regions");

    *regions = (seg_regions){0};
    while (!st && (entry = strsep(&rest, ",")))
        st = add_entry(regions, entry, err);
    free(copy);
    if (st)
        seg_regions_free(regions);
    return st;
}

bool seg_region_has(const seg_region *region, int64_t label)
{
    for (size_t i = 0; i < region->labels; i++)
        if (region->label[i] == label)
            return true;
    return false;
}

bool seg_region_inside(const seg_region *inner, const seg_region *outer)
{
    bool more = false;

    for (size_t i = 0; i < inner->labels; i++)
        if (!seg_region_has(outer, inner->label[i]))
            return false;
    for (size_t i = 0; i < outer->labels; i++)
        more |= !seg_region_has(inner, outer->label[i]);
    return more;
}

int seg_regions_find(const seg_regions *regions, const char *name)
{
    for (size_t i = 0; i < regions->n; i++)
        if (seg_same_name(regions->region[i].name, name))
            return (int)i;
    return -1;
}

void seg_regions_free(seg_regions *regions)
{
    for (size_t i = 0; i < regions->n; i++) {
        free(regions->region[i].name);
        free(regions->region[i].label);
    }
    free(regions->region);
    free(regions->order);
    free(regions->path);
    *regions = (seg_regions){0};
}
