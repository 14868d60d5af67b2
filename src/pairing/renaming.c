/* renaming.c - reads renamings of labels and applies them, one label at a time. */
#include "renaming.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "class_list.h"

/* ---- Cityscapes ---- */

/* Ids, training ids and colours of the Cityscapes data set (Cordts et al. 2016), as its label policy gives them. */
const seg_cityscapes_label seg_cityscapes_labels[] = {
    {"unlabeled", 0, 255, {0, 0, 0}},
    {"ego vehicle", 1, 255, {0, 0, 0}},
    {"rectification border", 2, 255, {0, 0, 0}},
    {"out of roi", 3, 255, {0, 0, 0}},
    {"static", 4, 255, {0, 0, 0}},
    {"dynamic", 5, 255, {111, 74, 0}},
    {"ground", 6, 255, {81, 0, 81}},
    {"road", 7, 0, {128, 64, 128}},
    {"sidewalk", 8, 1, {244, 35, 232}},
    {"parking", 9, 255, {250, 170, 160}},
    {"rail track", 10, 255, {230, 150, 140}},
    {"building", 11, 2, {70, 70, 70}},
    {"wall", 12, 3, {102, 102, 156}},
    {"fence", 13, 4, {190, 153, 153}},
    {"guard rail", 14, 255, {180, 165, 180}},
    {"bridge", 15, 255, {150, 100, 100}},
    {"tunnel", 16, 255, {150, 120, 90}},
    {"pole", 17, 5, {153, 153, 153}},
    {"polegroup", 18, 255, {153, 153, 153}},
    {"traffic light", 19, 6, {250, 170, 30}},
    {"traffic sign", 20, 7, {220, 220, 0}},
    {"vegetation", 21, 8, {107, 142, 35}},
    {"terrain", 22, 9, {152, 251, 152}},
    {"sky", 23, 10, {70, 130, 180}},
    {"person", 24, 11, {220, 20, 60}},
    {"rider", 25, 12, {255, 0, 0}},
    {"car", 26, 13, {0, 0, 142}},
    {"truck", 27, 14, {0, 0, 70}},
    {"bus", 28, 15, {0, 60, 100}},
    {"caravan", 29, 255, {0, 0, 90}},
    {"trailer", 30, 255, {0, 0, 110}},
    {"train", 31, 16, {0, 80, 100}},
    {"motorcycle", 32, 17, {0, 0, 230}},
    {"bicycle", 33, 18, {119, 11, 32}},
    {"license plate", -1, 255, {0, 0, 142}},
};
const size_t seg_cityscapes_labels_count = sizeof seg_cityscapes_labels / sizeof *seg_cityscapes_labels;

enum { VOID = 255 };

/* ---- lists ---- */

static bool overlap(const seg_rename_entry *a, const seg_rename_entry *b)
{
    return a->first <= b->last && b->first <= a->last &&
           (a->file == b->file || (a->file && b->file && !strcmp(a->file, b->file)));
}

seg_status seg_renaming_add(seg_renaming *r, seg_rename_entry e, const char *what, seg_error *err)
{
    seg_status st = seg_grow(&r->entry, &r->room, r->n + 1, sizeof e, "a renaming of labels", err);

    /* The lists that people type are short; those of panoptic files have a name for each image. */
    for (size_t i = r->kind == SEG_RENAME_SEGMENTS ? r->n : 0; !st && i < r->n; i++)
        if (overlap(&r->entry[i], &e))
            st = seg_fail(err, SEG_USAGE, "%s: the label %lld is renamed twice, once was wanted", what,
                          (long long)(e.first > r->entry[i].first ? e.first : r->entry[i].first));
    if (!st)
        r->entry[r->n++] = e;
    return st;
}

seg_status seg_renaming_add_name(seg_renaming *r, int64_t id, const char *text, seg_error *err)
{
    seg_status st = seg_grow(&r->name, &r->name_room, r->names + 1, sizeof *r->name, "names of labels", err);

    for (size_t i = 0; !st && i < r->names; i++)
        if (r->name[i].id == id)
            return SEG_OK;
    if (st)
        return st;
    r->name[r->names] = (seg_label_name){id, seg_copy(text, SIZE_MAX)};
    if (!r->name[r->names].text)
        return seg_fail(err, SEG_MEMORY, "not enough memory for names of labels");
    r->names++;
    return SEG_OK;
}

static seg_status bad_entry(const char *entry, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_USAGE, "%s: '%s' is not OLD=NEW, as in 4=3 or 5-9=0", what, entry);
}

/* "5-9=0", or several labels on the left: "5/7=0". */
static seg_status read_entry(seg_renaming *r, char *text, const char *what, seg_error *err)
{
    char *equals = strchr(text, '=');
    seg_class_list left = {0};
    int64_t to;
    seg_status st;

    if (!equals || !seg_read_int64(equals + 1, &to))
        return bad_entry(text, what, err);
    *equals = '\0';
    st = seg_class_list_read(&left, text, what, err);
    if (!st && !seg_class_list_numeric(&left))
        st = bad_entry(text, what, err);
    for (size_t i = 0; !st && i < left.n; i++)
        st = seg_renaming_add(r, (seg_rename_entry){left.entry[i].first, left.entry[i].last, to, NULL}, what, err);
    seg_class_list_free(&left);
    return st;
}

static seg_status set_title(seg_renaming *r, const char *text, seg_error *err)
{
    r->given = true;
    r->title = seg_copy(text, SIZE_MAX);
    return r->title ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a renaming of labels");
}

seg_status seg_renaming_read(seg_renaming *r, const char *text, const char *what, seg_error *err)
{
    char *copy = seg_copy(text, SIZE_MAX), *rest = copy, *entry;
    seg_status st;

    *r = (seg_renaming){0};
    st = copy ? set_title(r, text, err) : seg_fail(err, SEG_MEMORY, "not enough memory for a renaming of labels");
    while (!st && (entry = strsep(&rest, ",")))
        st = read_entry(r, entry, what, err);
    free(copy);
    if (st)
        seg_renaming_free(r);
    return st;
}

/* ---- known renamings ---- */

static void ignore_void(seg_renaming *r)
{
    r->has_ignore = true;
    r->ignore = VOID;
}

static seg_status train_ids(seg_renaming *r, seg_error *err)
{
    seg_status st = SEG_OK;

    ignore_void(r);
    for (size_t i = 0; !st && i < seg_cityscapes_labels_count; i++) {
        const seg_cityscapes_label *l = &seg_cityscapes_labels[i];

        st = seg_renaming_add(r, (seg_rename_entry){l->id, l->id, l->train_id, NULL}, "--map", err);
        if (!st && l->train_id != VOID)
            st = seg_renaming_add_name(r, l->train_id, l->name, err);
    }
    return st;
}

bool seg_renaming_known(seg_renaming *r, const char *name, seg_status *st, seg_error *err)
{
    bool divides = !strncmp(name, "div:", 4);

    *r = (seg_renaming){0};
    *st = SEG_OK;
    if (seg_same_name(name, "cityscapes-trainids")) {
        *st = train_ids(r, err);
    } else if (seg_same_name(name, "cityscapes-instances") || divides) {
        r->kind = SEG_RENAME_DIVIDE;
        r->divisor = 1000;
        if (divides && (!seg_read_int64(name + 4, &r->divisor) || r->divisor < 2))
            *st = seg_fail(err, SEG_USAGE, "--map %s: a whole number of 2 or more was wanted behind div:", name);
    } else if (seg_same_name(name, "reduce-zero")) {
        r->kind = SEG_RENAME_REDUCE_ZERO;
        ignore_void(r);
    } else if (!seg_same_name(name, "none")) {
        return false;
    }
    if (!*st)
        *st = set_title(r, name, err);
    if (*st)
        seg_renaming_free(r);
    return true;
}

/* ---- applying ---- */

static bool of_file(const seg_rename_entry *e, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return !e->file || (path && !strcmp(e->file, slash ? slash + 1 : path));
}

int64_t seg_renaming_apply(const seg_renaming *r, int64_t label, const char *path, bool *listed)
{
    *listed = true;
    if (!r)
        return label;
    if (r->kind == SEG_RENAME_DIVIDE)
        return label < r->divisor ? label : label / r->divisor;
    if (r->kind == SEG_RENAME_REDUCE_ZERO)
        return label == 0 ? VOID : label == VOID ? VOID : label - 1;
    for (size_t i = 0; i < r->n; i++)
        if (r->entry[i].first <= label && label <= r->entry[i].last && of_file(&r->entry[i], path))
            return r->entry[i].to;
    *listed = r->kind != SEG_RENAME_SEGMENTS || label == 0;
    return label;
}

void seg_renaming_free(seg_renaming *r)
{
    for (size_t i = 0; i < r->names; i++)
        free(r->name[i].text);
    for (size_t i = 0; i < r->files; i++)
        free(r->file[i]);
    free(r->name);
    free(r->file);
    free(r->entry);
    free(r->title);
    *r = (seg_renaming){0};
}
