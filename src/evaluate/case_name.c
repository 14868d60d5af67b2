/* case_name.c - what a case is called when only its file is known. */
#include <stdlib.h>
#include <string.h>

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

void seg_pairing_free(seg_pairing *pairing)
{
    free(pairing->name);
    free(pairing->prediction);
    free(pairing->truth);
    *pairing = (seg_pairing){0};
}

void seg_pairings_free(seg_pairings *list)
{
    for (size_t i = 0; i < list->n; i++)
        seg_pairing_free(&list->pairing[i]);
    free(list->pairing);
    *list = (seg_pairings){0};
}
