/* region_file.c - the regions of nnU-Net's dataset.json:
 *
 *     {"labels": {"background": 0, "whole_tumor": [1, 2, 3], "tumor_core": [2, 3], "enhancing": 3},
 *      "regions_class_order": [1, 2, 3]}
 */
#include "region_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../base/json.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "text_file.h"

/* ---- lines ---- */

/* "WT 1 2 3": the members as "1/2/3". */
static seg_status add_line(seg_regions *regions, char *line, const char *path, size_t number, seg_error *err)
{
    char *rest = line, *name = strsep(&rest, " \t,;:="), *word;
    seg_string members = {0}, what = {0};
    seg_status st;

    while (rest && (word = strsep(&rest, " \t,;/:=")))
        if (*word)
            seg_string_printf(&members, "%s%s", members.length ? "/" : "", word);
    seg_string_printf(&what, "%s, line %zu", path, number);
    st = what.failed || members.failed
             ? seg_fail(err, SEG_MEMORY, "not enough memory for regions")
             : seg_regions_add(regions, name, members.text ? members.text : "", what.text, err);
    seg_string_free(&members);
    seg_string_free(&what);
    return st == SEG_USAGE ? seg_fail_as(err, SEG_READ) : st;
}

static seg_status add_lines(seg_regions *regions, char *text, const char *path, seg_error *err)
{
    size_t number = 0;
    char *line;
    seg_status st = SEG_OK;

    while (!st && (line = seg_text_line(&text, &number)))
        st = add_line(regions, line, path, number, err);
    return st;
}

/* ---- dataset.json ---- */

static seg_status add_json_region(seg_regions *regions, const seg_json *region, const char *path, seg_error *err)
{
    bool several = region->type == SEG_JSON_ARRAY;
    seg_string members = {0};
    seg_status st = SEG_OK;

    for (const seg_json *label = several ? region->first : region; label && !st; label = several ? label->next : NULL) {
        if (label->type != SEG_JSON_INTEGER)
            st = seg_fail(err, SEG_READ, "%s: a label of the region '%s' is no whole number (correct the file)", path,
                          region->key);
        else
            seg_string_printf(&members, "%s%" PRId64, members.length ? "/" : "", label->integer);
    }
    if (!st)
        st = seg_string_check(&members, err);
    if (!st)
        st = seg_regions_add(regions, region->key, members.text ? members.text : "", path, err);
    seg_string_free(&members);
    return st;
}

static bool is_background(const seg_json *region)
{
    bool zero = region->type == SEG_JSON_INTEGER && region->integer == 0;

    return zero || seg_same_name(region->key, "background") || seg_same_name(region->key, "ignore");
}

/* Whether an entry has two labels or more. */
static bool has_unions(const seg_json *labels)
{
    bool unions = false;

    for (const seg_json *region = labels->first; region; region = region->next)
        unions |= region->type == SEG_JSON_ARRAY && region->n > 1;
    return unions;
}

static seg_status read_order(seg_regions *regions, const seg_json *order, const char *path, seg_error *err)
{
    const seg_json *label = seg_json_is(order, SEG_JSON_ARRAY) ? order->first : NULL;
    size_t n = label ? order->n : 0;
    seg_status st;

    if (n != regions->n)
        return seg_fail(err, SEG_READ,
                        "%s: regions_class_order has %zu labels, one for each of the %zu regions was wanted", path, n,
                        regions->n);
    st = seg_alloc(&regions->order, n, sizeof *regions->order, "regions", err);
    for (size_t k = 0; !st && k < n; k++, label = label->next) {
        regions->order[k] = seg_json_integer(label);
        if (!seg_region_has(&regions->region[k], regions->order[k]))
            st = seg_fail(
                err, SEG_READ,
                "%s: regions_class_order has %lld for the region '%s', of which it is no label (correct the file)",
                path, (long long)regions->order[k], regions->region[k].name);
    }
    return st;
}

static seg_status add_json(seg_regions *regions, const seg_json *root, const char *path, bool found, seg_error *err)
{
    const seg_json *labels = seg_json_get(root, "labels"), *order = seg_json_get(root, "regions_class_order");
    seg_status st = SEG_OK;

    if (!seg_json_is(labels, SEG_JSON_OBJECT))
        return found
                   ? SEG_OK
                   : seg_fail(err, SEG_READ, "%s: is JSON without \"labels\", nnU-Net's dataset.json was wanted", path);
    if (found && !has_unions(labels))
        return SEG_OK;
    for (const seg_json *region = labels->first; region && !st; region = region->next)
        if (!is_background(region))
            st = add_json_region(regions, region, path, err);
    if (!st && order)
        st = read_order(regions, order, path, err);
    return st;
}

static seg_status parse(seg_regions *regions, char *text, const char *path, bool found, seg_error *err)
{
    seg_json_document document;
    seg_status st;

    if (!seg_text_is_json(text))
        return found ? SEG_OK : add_lines(regions, text, path, err);
    st = seg_text_parse_json(&document, text, path, err);
    if (!st)
        st = add_json(regions, document.root, path, found, err);
    seg_json_free(&document);
    return st;
}

static seg_status read_file(seg_regions *regions, const char *path, bool found, seg_error *err)
{
    char *text;
    seg_status st = seg_text_file_read(&text, path, "a file of regions", err);

    *regions = (seg_regions){0};
    if (!st)
        st = parse(regions, text, path, found, err);
    if (!st && !found && !regions->n)
        st = seg_fail(err, SEG_READ, "%s: names no region, lines such as 'WT 1 2 3' were wanted", path);
    if (!st && !(regions->path = seg_copy(path, SIZE_MAX)))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for regions");
    free(text);
    if (st)
        seg_regions_free(regions);
    return st;
}

seg_status seg_regions_read_file(seg_regions *regions, const char *path, seg_error *err)
{
    return read_file(regions, path, false, err);
}

seg_status seg_regions_find_in(seg_regions *regions, const char *path, seg_error *err)
{
    return read_file(regions, path, true, err);
}
