/* class_list.h - a list of classes as people type it, "1-4,7" or "liver,spleen", and the labels that it means. */
#ifndef SEG_PAIRING_CLASS_LIST_H
#define SEG_PAIRING_CLASS_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "label_name.h"

/* One entry: its text, and the labels first to last when the text is a number or a range. */
typedef struct {
    char *text;
    bool numeric;
    int64_t first, last;
} seg_class_entry;

typedef struct {
    seg_class_entry *entry;
    size_t n, room;
} seg_class_list;

/* Reads entries that are separated by "," or "/". `what` names the list in errors ("--classes"). An empty entry, or a
 * range of more than SEG_LABELS_MAX labels, is SEG_USAGE. */
seg_status seg_class_list_read(seg_class_list *list, const char *text, const char *what, seg_error *err);

/* Whether every entry is a number or a range. */
bool seg_class_list_numeric(const seg_class_list *list);

/* (*ids)[*n] = the labels of the list in its order; free() them. An entry that is the name of a label stands for it, also
 * when it looks like a number (as 3rd-Ventricle begins). A name that is not known is SEG_USAGE with the nearest one. */
seg_status seg_class_list_resolve(const seg_class_list *list, const seg_label_name *names, size_t n_names,
                                  const char *what, int64_t **ids, size_t *n, seg_error *err);

void seg_class_list_free(seg_class_list *list);

#endif
