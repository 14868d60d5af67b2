/* renaming_file.c - lines of old and new labels, and the segments of panoptic images. */
#include "renaming_file.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "text_file.h"

static seg_status begin(seg_renaming *r, const char *path, seg_error *err)
{
    *r = (seg_renaming){.given = true, .title = seg_copy(path, SIZE_MAX)};
    return r->title ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a renaming of labels");
}

/* ---- lines ---- */

static char *word(char **rest)
{
    char *w = NULL;

    while (*rest && (w = strsep(rest, " \t,;:=")) && !*w)
        w = NULL;
    return w;
}

static bool read_labels(const char *text, int64_t *first, int64_t *last)
{
    const char *dash = text && *text ? strchr(text + 1, '-') : NULL;
    char *copy;
    bool good;

    if (!text || !dash)
        return text && seg_read_int64(text, first) && seg_read_int64(text, last);
    copy = seg_copy(text, (size_t)(dash - text));
    good = copy && seg_read_int64(copy, first) && seg_read_int64(dash + 1, last) && *first <= *last;
    free(copy);
    return good;
}

static seg_status add_line(seg_renaming *r, char *line, const char *path, size_t number, seg_error *err)
{
    char *rest = line, *old = word(&rest), *new = word(&rest);
    seg_rename_entry e = {0};
    seg_string what = {0};
    seg_status st;

    if (!read_labels(old, &e.first, &e.last) || !new || !seg_read_int64(new, &e.to))
        return seg_fail(err, SEG_READ,
                        "%s: line %zu is not \"old new [name]\", two labels were wanted (correct the line)", path,
                        number);
    seg_string_printf(&what, "%s, line %zu", path, number);
    st = what.failed ? seg_fail(err, SEG_MEMORY, "not enough memory for a renaming of labels")
                     : seg_renaming_add(r, e, what.text, err);
    seg_string_free(&what);
    while (rest && (*rest == ' ' || *rest == '\t'))
        rest++;
    if (!st && rest && *rest)
        st = seg_renaming_add_name(r, e.to, rest, err);
    return st == SEG_USAGE ? seg_fail(err, SEG_READ, "%s", err ? err->text : "") : st;
}

seg_status seg_renaming_read_file(seg_renaming *r, const char *path, seg_error *err)
{
    char *text, *rest, *line;
    size_t number = 0;
    seg_status st = begin(r, path, err);

    if (!st)
        st = seg_text_file_read(&text, path, "a list of labels and their new labels", err);
    if (st) {
        seg_renaming_free(r);
        return st;
    }
    rest = text;
    while (!st && (line = seg_text_line(&rest, &number)))
        st = add_line(r, line, path, number, err);
    if (!st && !r->n)
        st = seg_fail(err, SEG_READ, "%s: renames no label, lines \"old new\" were wanted", path);
    free(text);
    if (st)
        seg_renaming_free(r);
    return st;
}

/* ---- panoptic segments ---- */

static int64_t number_of(json_object *object, const char *key, bool *good)
{
    json_object *value = NULL;

    if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, json_type_int)) {
        *good = false;
        return 0;
    }
    return json_object_get_int64(value);
}

/* The name of an image, kept by the renaming. */
static seg_status keep_name(seg_renaming *r, const char *name, const char **kept, seg_error *err)
{
    const char *slash = strrchr(name, '/');
    seg_status st = seg_grow(&r->file, &r->file_room, r->files + 1, sizeof *r->file, "names of images", err);

    if (st)
        return st;
    r->file[r->files] = seg_copy(slash ? slash + 1 : name, SIZE_MAX);
    if (!r->file[r->files])
        return seg_fail(err, SEG_MEMORY, "not enough memory for names of images");
    *kept = r->file[r->files++];
    return SEG_OK;
}

static seg_status add_image(seg_renaming *r, json_object *image, const char *path, seg_error *err)
{
    json_object *name = NULL, *segments = NULL;
    const char *file = NULL;
    bool good = json_object_object_get_ex(image, "file_name", &name) &&
                json_object_object_get_ex(image, "segments_info", &segments) &&
                json_object_is_type(segments, json_type_array);
    seg_status st = good ? keep_name(r, json_object_get_string(name), &file, err) : SEG_OK;

    for (size_t i = 0; !st && good && i < json_object_array_length(segments); i++) {
        json_object *segment = json_object_array_get_idx(segments, i);
        int64_t id = number_of(segment, "id", &good), category = number_of(segment, "category_id", &good);

        if (good)
            st = seg_renaming_add(r, (seg_rename_entry){id, id, category, file}, path, err);
    }
    if (!st && !good)
        st = seg_fail(
            err, SEG_READ,
            "%s: an entry of \"annotations\" lacks file_name, or segments_info with id and category_id (COCO's "
            "panoptic JSON was wanted)",
            path);
    return st;
}

static seg_status add_categories(seg_renaming *r, json_object *categories, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < json_object_array_length(categories); i++) {
        json_object *category = json_object_array_get_idx(categories, i), *name = NULL;
        bool good = true;
        int64_t id = number_of(category, "id", &good);

        if (good && json_object_object_get_ex(category, "name", &name))
            st = seg_renaming_add_name(r, id, json_object_get_string(name), err);
    }
    return st;
}

static seg_status add_json(seg_renaming *r, json_object *root, const char *path, seg_error *err)
{
    json_object *images = NULL, *categories = NULL;
    seg_status st = SEG_OK;

    if (!json_object_object_get_ex(root, "annotations", &images) || !json_object_is_type(images, json_type_array))
        return seg_fail(err, SEG_READ, "%s: has no list of \"annotations\", COCO's panoptic JSON was wanted", path);
    for (size_t i = 0; !st && i < json_object_array_length(images); i++)
        st = add_image(r, json_object_array_get_idx(images, i), path, err);
    if (!st && json_object_object_get_ex(root, "categories", &categories) &&
        json_object_is_type(categories, json_type_array))
        st = add_categories(r, categories, err);
    return st;
}

seg_status seg_renaming_read_panoptic(seg_renaming *r, const char *path, seg_error *err)
{
    json_object *root = NULL;
    char *text = NULL;
    seg_status st = begin(r, path, err);

    r->kind = SEG_RENAME_SEGMENTS;
    if (!st)
        st = seg_text_file_read(&text, path, "COCO's panoptic JSON", err);
    if (!st)
        st = seg_json_parse(&root, text, path, err);
    if (!st)
        st = add_json(r, root, path, err);
    json_object_put(root);
    free(text);
    if (st)
        seg_renaming_free(r);
    return st;
}
