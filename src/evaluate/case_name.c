/* case_name.c - what a case is called when only its file is known. */
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../io/format.h"
#include "pairing.h"

char *seg_case_path(const char *path)
{
    size_t stem;

    if (!strcmp(path, "-"))
        return seg_copy("stdin", SIZE_MAX);
    seg_is_image_name(path, &stem);
    while (stem > 1 && path[stem - 1] == '/')
        stem--;
    return seg_copy(path, stem);
}

char *seg_case_stem(const char *path)
{
    char *whole = seg_case_path(path), *slash = whole ? strrchr(whole, '/') : NULL, *stem;

    if (!slash || !slash[1])
        return whole;
    stem = seg_copy(slash + 1, SIZE_MAX);
    free(whole);
    return stem;
}

static bool copy_text(char **out, const char *text)
{
    *out = text ? seg_copy(text, SIZE_MAX) : NULL;
    return !text || *out;
}

seg_status seg_pairing_copy(seg_pairing *out, const seg_pairing *p, seg_error *err)
{
    bool good = true;
    seg_status st = SEG_OK;

    *out = (seg_pairing){.has_frame = p->has_frame, .frame = p->frame, .folder = {p->folder[0], p->folder[1]}};
    good &= copy_text(&out->name, p->name);
    good &= copy_text(&out->prediction, p->prediction);
    good &= copy_text(&out->truth, p->truth);
    good &= copy_text(&out->mask, p->mask);
    if (p->n_more)
        st = seg_alloc(&out->more, p->n_more, sizeof *out->more, "a list of cases", err);
    for (size_t i = 0; !st && i < p->n_more; i++) {
        good &= copy_text(&out->more[i], p->more[i]);
        out->n_more = i + 1;
    }
    if (!st && !good)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a list of cases");
    if (st)
        seg_pairing_free(out);
    return st;
}

void seg_pairing_free(seg_pairing *pairing)
{
    free(pairing->name);
    free(pairing->prediction);
    free(pairing->truth);
    free(pairing->mask);
    for (size_t i = 0; i < pairing->n_more; i++)
        free(pairing->more[i]);
    free(pairing->more);
    *pairing = (seg_pairing){0};
}

void seg_pairings_free(seg_pairings *list)
{
    for (size_t i = 0; i < list->n; i++)
        seg_pairing_free(&list->pairing[i]);
    free(list->pairing);
    *list = (seg_pairings){0};
}
