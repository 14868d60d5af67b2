/* class_number.c - a number for each class, from a list "1:5/liver:3". */
#include "../base/text.h"
#include "class_context.h"

static bool is_class(const seg_pair *pair, int cls, const char *text)
{
    int64_t id;

    if (seg_read_int64(text, &id))
        return id == pair->id[cls];
    return pair->label && pair->label[cls] && seg_same_name(pair->label[cls], text);
}

/* An id that no class has may be meant for another case; a name is unknown, or written wrongly. */
static seg_status check_names(const seg_numbers *list, const seg_pair *pair, const char *what, seg_error *err)
{
    for (size_t i = 0; i < list->n; i++) {
        int64_t id;
        bool known = seg_read_int64(list->cls[i], &id);

        for (int c = 0; c < pair->classes && !known; c++)
            known = is_class(pair, c, list->cls[i]);
        if (!known)
            return seg_fail(err, SEG_USAGE,
                            "%s: there is no class '%s' (name the classes with --labels and list them with --classes, "
                            "or give ids)",
                            what, list->cls[i]);
    }
    return SEG_OK;
}

seg_status seg_class_number(const seg_numbers *list, const seg_pair *pair, int cls, const char *what, double *x,
                            seg_error *err)
{
    const char *name = pair->label ? pair->label[cls] : NULL;
    seg_status st;

    if (!list->cls) {
        *x = list->x[0];
        return SEG_OK;
    }
    st = check_names(list, pair, what, err);
    for (size_t i = 0; i < list->n && !st; i++)
        if (is_class(pair, cls, list->cls[i])) {
            *x = list->x[i];
            return SEG_OK;
        }
    return st ? st
              : seg_fail(err, SEG_USAGE, "%s: class %lld%s%s%s is not in the list (add it, or leave the class out)",
                         what, (long long)pair->id[cls], name ? " (" : "", name ? name : "", name ? ")" : "");
}
