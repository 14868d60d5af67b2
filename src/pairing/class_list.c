/* class_list.c - lists of classes: cut into entries, then names and ranges become labels. */
#include "class_list.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../image/label_index.h"

/* "7" or "1-4"; a minus in front belongs to the number. */
static bool read_range(const char *text, int64_t *first, int64_t *last)
{
    const char *dash = strchr(*text == '-' ? text + 1 : text, '-');
    char begin[32];

    if (!dash)
        return seg_read_int64(text, first) && seg_read_int64(text, last);
    if ((size_t)(dash - text) >= sizeof begin)
        return false;
    memcpy(begin, text, (size_t)(dash - text));
    begin[dash - text] = '\0';
    return seg_read_int64(begin, first) && seg_read_int64(dash + 1, last) && *first <= *last;
}

static seg_status add_entry(seg_class_list *list, const char *text, size_t length, const char *what, seg_error *err)
{
    seg_class_entry e = {0};
    seg_status st = seg_grow(&list->entry, &list->room, list->n + 1, sizeof e, "classes", err);

    if (st)
        return st;
    if (!length)
        return seg_fail(err, SEG_USAGE, "%s: an entry of the list is empty, labels such as 1-4,7 were wanted", what);
    e.text = seg_copy(text, length);
    if (!e.text)
        return seg_fail(err, SEG_MEMORY, "not enough memory for a list of classes");
    e.numeric = read_range(e.text, &e.first, &e.last);
    list->entry[list->n++] = e;
    if (e.numeric && (uint64_t)e.last - (uint64_t)e.first >= SEG_LABELS_MAX)
        return seg_fail(err, SEG_USAGE, "%s %s: at most %d classes are possible", what, e.text, SEG_LABELS_MAX);
    return SEG_OK;
}

seg_status seg_class_list_read(seg_class_list *list, const char *text, const char *what, seg_error *err)
{
    seg_status st = SEG_OK;

    *list = (seg_class_list){0};
    for (const char *at = text; !st;) {
        size_t n = strcspn(at, ",/");

        st = add_entry(list, at, n, what, err);
        if (!at[n])
            break;
        at += n + 1;
    }
    if (st)
        seg_class_list_free(list);
    return st;
}

bool seg_class_list_numeric(const seg_class_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        if (!list->entry[i].numeric)
            return false;
    return true;
}

static const char *label_name(const void *context, size_t i)
{
    return ((const seg_label_name *)context)[i].text;
}

static seg_status unknown_name(const char *text, const seg_label_name *names, size_t n, const char *what,
                               seg_error *err)
{
    const char *near = seg_nearest(text, n, label_name, names);

    if (near)
        return seg_fail(err, SEG_USAGE, "%s: there is no label named '%s' (did you mean '%s'?)", what, text, near);
    return seg_fail(err, SEG_USAGE, "%s: '%s' is neither a number, nor a range such as 1-4, nor the name of a label%s",
                    what, text, n ? "" : " (names need --labels FILE)");
}

static bool find_name(const seg_label_name *names, size_t n, const char *text, int64_t *id)
{
    for (size_t i = 0; i < n; i++)
        if (seg_same_name(names[i].text, text)) {
            *id = names[i].id;
            return true;
        }
    return false;
}

seg_status seg_class_list_resolve(const seg_class_list *list, const seg_label_name *names, size_t n_names,
                                  const char *what, int64_t **ids, size_t *n, seg_error *err)
{
    size_t room = 0;
    seg_status st = SEG_OK;

    *ids = NULL;
    *n = 0;
    for (size_t i = 0; !st && i < list->n; i++) {
        seg_class_entry e = list->entry[i];

        if (find_name(names, n_names, e.text, &e.first))
            e.last = e.first;
        else if (!e.numeric)
            st = unknown_name(e.text, names, n_names, what, err);
        if (!st)
            st = seg_grow(ids, &room, *n + (size_t)(e.last - e.first) + 1, sizeof **ids, "classes", err);
        for (int64_t id = e.first; !st && id <= e.last; id++)
            (*ids)[(*n)++] = id;
    }
    if (st) {
        free(*ids);
        *ids = NULL;
        *n = 0;
    }
    return st;
}

void seg_class_list_free(seg_class_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->entry[i].text);
    free(list->entry);
    *list = (seg_class_list){0};
}
