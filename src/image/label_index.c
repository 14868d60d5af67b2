/* label_index.c - an open hash from label value to provisional code. */
#include "label_index.h"

#include <stdlib.h>

#include "../base/memory.h"

static size_t slot_of(const seg_label_index *index, int64_t value)
{
    uint64_t mixed = ((uint64_t)value + 0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u;
    size_t i = (size_t)(mixed >> 32) & (index->slots - 1);

    while (index->slot[i] && index->value[index->slot[i] - 1] != value)
        i = (i + 1) & (index->slots - 1);
    return i;
}

static seg_status widen(seg_label_index *index, seg_error *err)
{
    size_t slots = index->slots ? index->slots * 4 : 64;
    uint32_t *slot;
    seg_status st = seg_alloc(&slot, slots, sizeof *slot, "label table", err);

    if (st)
        return st;
    free(index->slot);
    index->slot = slot;
    index->slots = slots;
    for (size_t code = 0; code < index->values; code++)
        slot[slot_of(index, index->value[code])] = (uint32_t)code + 1;
    return SEG_OK;
}

static seg_status add_value(seg_label_index *index, int64_t value, seg_error *err)
{
    seg_status st = SEG_OK;

    if (index->values >= SEG_LABELS_MAX)
        return seg_fail(err, SEG_READ,
                        "more than %d different values, which is no label map (read it as "
                        "probabilities if it holds them)",
                        SEG_LABELS_MAX);
    if (2 * (index->values + 1) > index->slots)
        st = widen(index, err);
    if (!st)
        st = seg_grow(&index->value, &index->room, index->values + 1, sizeof *index->value, "label table", err);
    if (st)
        return st;
    index->value[index->values++] = value;
    index->slot[slot_of(index, value)] = (uint32_t)index->values;
    return SEG_OK;
}

seg_status seg_label_code(seg_label_index *index, int64_t value, uint32_t *code, seg_error *err)
{
    seg_status st = SEG_OK;

    if (index->values && value == index->last_value) {
        *code = index->last_code;
        return SEG_OK;
    }
    size_t i = index->slots ? slot_of(index, value) : 0;
    if (index->slots && index->slot[i]) {
        *code = index->slot[i] - 1;
    } else {
        st = add_value(index, value, err);
        *code = (uint32_t)index->values - 1;
    }
    index->last_value = value;
    index->last_code = *code;
    return st;
}

struct entry {
    int64_t value;
    uint32_t code;
};

static int by_value(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return x->value < y->value ? -1 : x->value > y->value;
}

seg_status seg_label_index_sort(seg_label_index *index, uint32_t **rank, seg_error *err)
{
    struct entry *entry;
    seg_status st = seg_alloc(rank, index->values, sizeof **rank, "label table", err);

    if (st)
        return st;
    st = seg_alloc(&entry, index->values, sizeof *entry, "label table", err);
    if (st) {
        free(*rank);
        return st;
    }
    for (size_t i = 0; i < index->values; i++)
        entry[i] = (struct entry){index->value[i], (uint32_t)i};
    qsort(entry, index->values, sizeof *entry, by_value);
    for (size_t i = 0; i < index->values; i++) {
        index->value[i] = entry[i].value;
        (*rank)[entry[i].code] = (uint32_t)i;
    }
    free(entry);
    return SEG_OK;
}

void seg_label_index_free(seg_label_index *index)
{
    free(index->slot);
    *index = (seg_label_index){0};
}
