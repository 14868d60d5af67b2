/* palette.c - colours and their labels. */
#include "palette.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

static seg_palette_entry *entry_of(const seg_palette *p, uint32_t colour)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->entry[i].colour == colour)
            return &p->entry[i];
    return NULL;
}

static seg_status add_name(seg_palette *p, int64_t id, const char *text, seg_error *err)
{
    seg_status st = seg_grow(&p->name, &p->name_room, p->names + 1, sizeof *p->name, "names of labels", err);

    if (st)
        return st;
    p->name[p->names] = (seg_label_name){id, seg_copy(text, SIZE_MAX)};
    if (!p->name[p->names].text)
        return seg_fail(err, SEG_MEMORY, "not enough memory for names of labels");
    p->names++;
    return SEG_OK;
}

seg_status seg_palette_add(seg_palette *p, uint32_t colour, int64_t id, const char *name, seg_error *err)
{
    seg_palette_entry *known = entry_of(p, colour);
    seg_status st = SEG_OK;

    p->repeated += known != NULL;
    if (known && known->id < 0)
        known->id = id;
    if (!known && !(st = seg_grow(&p->entry, &p->room, p->n + 1, sizeof *p->entry, "a palette", err)))
        p->entry[p->n++] = (seg_palette_entry){colour, id};
    return st || !name ? st : add_name(p, id, name, err);
}

bool seg_palette_find(const seg_palette *p, uint32_t colour, int64_t *id)
{
    const seg_palette_entry *known = p->packed ? NULL : entry_of(p, colour);

    *id = known ? known->id : (int64_t)colour;
    return p->packed || known;
}

void seg_palette_free(seg_palette *p)
{
    for (size_t i = 0; i < p->names; i++)
        free(p->name[i].text);
    free(p->name);
    free(p->entry);
    free(p->ignored);
    free(p->title);
    *p = (seg_palette){0};
}
