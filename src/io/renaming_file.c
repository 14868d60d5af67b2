/* renaming_file.c - lines of old and new labels, and the segments of panoptic images. */
#include "renaming_file.h"

#include <stdlib.h>
#include <string.h>

#include "../base/json.h"
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
    return st == SEG_USAGE ? seg_fail_as(err, SEG_READ) : st;
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

static int64_t number_of(const seg_json *object, const char *key, bool *good)
{
    const seg_json *value = seg_json_get(object, key);

    *good &= seg_json_is(value, SEG_JSON_INTEGER);
    return seg_json_integer(value);
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

static seg_status add_image(seg_renaming *r, const seg_json *image, const char *path, seg_error *err)
{
    const seg_json *segments = seg_json_get(image, "segments_info");
    const char *name = seg_json_string(seg_json_get(image, "file_name")), *file = NULL;
    bool good = name && seg_json_is(segments, SEG_JSON_ARRAY);
    seg_status st = good ? keep_name(r, name, &file, err) : SEG_OK;

    for (const seg_json *segment = good ? segments->first : NULL; segment && good && !st; segment = segment->next) {
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

static seg_status add_categories(seg_renaming *r, const seg_json *categories, seg_error *err)
{
    seg_status st = SEG_OK;

    for (const seg_json *category = categories->first; category && !st; category = category->next) {
        const char *name = seg_json_string(seg_json_get(category, "name"));
        bool good = name;
        int64_t id = number_of(category, "id", &good);

        if (good)
            st = seg_renaming_add_name(r, id, name, err);
    }
    return st;
}

static seg_status add_json(seg_renaming *r, const seg_json *root, const char *path, seg_error *err)
{
    const seg_json *images = seg_json_get(root, "annotations"), *categories = seg_json_get(root, "categories");
    seg_status st = SEG_OK;

    if (!seg_json_is(images, SEG_JSON_ARRAY))
        return seg_fail(err, SEG_READ, "%s: has no list of \"annotations\", COCO's panoptic JSON was wanted", path);
    for (const seg_json *image = images->first; image && !st; image = image->next)
        st = add_image(r, image, path, err);
    if (!st && seg_json_is(categories, SEG_JSON_ARRAY))
        st = add_categories(r, categories, err);
    return st;
}

seg_status seg_renaming_read_panoptic(seg_renaming *r, const char *path, seg_error *err)
{
    seg_json_document document = {0};
    char *text = NULL;
    seg_status st = begin(r, path, err);

    r->kind = SEG_RENAME_SEGMENTS;
    if (!st)
        st = seg_text_file_read(&text, path, "COCO's panoptic JSON", err);
    if (!st)
        st = seg_text_parse_json(&document, text, path, err);
    if (!st)
        st = add_json(r, document.root, path, err);
    seg_json_free(&document);
    free(text);
    if (st)
        seg_renaming_free(r);
    return st;
}
