/* components.c - union-find over the stretches of set bits in neighbouring rows. */
#include "components.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "bits.h"

/* ---- stretches ---- */

static seg_status list_stretches(seg_components *c, const seg_mask *set, seg_error *err)
{
    size_t room = 0, n = 0;
    seg_status st;

    c->rows = set->n[1] * set->n[2];
    st = seg_alloc(&c->first, c->rows + 1, sizeof *c->first, "components", err);
    for (size_t row = 0; row < c->rows && !st; row++) {
        const uint64_t *bits = set->bit + row * set->words;

        for (size_t x = seg_bits_next(bits, set->n[0], 0, true), end; x < set->n[0] && !st; n++) {
            st = seg_grow(&c->stretch, &room, n + 1, sizeof *c->stretch, "components", err);
            if (st)
                break;
            end = seg_bits_next(bits, set->n[0], x, false);
            c->stretch[n] = (seg_component_run){(uint32_t)x, (uint32_t)end, (uint32_t)n};
            x = seg_bits_next(bits, set->n[0], end, true);
        }
        c->first[row + 1] = n;
    }
    return st;
}

/* ---- union-find: a stretch's component is its parent, roots are their own ---- */

static uint32_t root_of(seg_component_run *s, uint32_t i)
{
    while (s[i].component != i) {
        s[i].component = s[s[i].component].component;
        i = s[i].component;
    }
    return i;
}

/* The earlier stretch becomes the root. */
static void join(seg_component_run *s, uint32_t a, uint32_t b)
{
    a = root_of(s, a);
    b = root_of(s, b);
    if (a < b)
        s[b].component = a;
    else
        s[a].component = b;
}

/* Joins the stretches of two rows that overlap, or with `slack` 1 touch at a corner. */
static void join_rows(seg_components *c, size_t row, size_t other, uint32_t slack)
{
    size_t i = c->first[row], k = c->first[other];

    while (i < c->first[row + 1] && k < c->first[other + 1]) {
        const seg_component_run *a = &c->stretch[i], *b = &c->stretch[k];

        if (a->begin < b->end + slack && b->begin < a->end + slack)
            join(c->stretch, (uint32_t)i, (uint32_t)k);
        if (a->end < b->end)
            i++;
        else
            k++;
    }
}

/* Joins a row with its neighbours before it. */
static void join_before(seg_components *c, size_t y, size_t z, size_t n, int axes)
{
    static const int before[4][2] = {{-1, 0}, {-1, -1}, {0, -1}, {1, -1}};

    for (int k = 0; k < 4; k++) {
        int differ = (before[k][0] != 0) + (before[k][1] != 0);
        size_t other_y = y + (size_t)before[k][0], other_z = z + (size_t)before[k][1];

        if (differ <= axes && other_y < n && other_z <= z)
            join_rows(c, y + n * z, other_y + n * other_z, differ < axes);
    }
}

static void join_all(seg_components *c, const seg_mask *set, seg_connectivity reach)
{
    int axes = reach == SEG_CONN_FACE ? 1 : reach == SEG_CONN_EDGE ? 2 : 3;

    for (size_t z = 0; z < set->n[2]; z++)
        for (size_t y = 0; y < set->n[1]; y++)
            join_before(c, y, z, set->n[1], axes);
}

/* ---- numbers ---- */

/* Roots come first in their components, so one pass gives numbers in the order of the first voxels. */
static void number(seg_components *c)
{
    for (size_t i = 0; i < c->first[c->rows]; i++) {
        seg_component_run *s = &c->stretch[i];

        s->component = s->component == i ? (uint32_t)c->n++ : c->stretch[s->component].component;
    }
}

static seg_status measure(seg_components *c, size_t ny, seg_error *err)
{
    seg_status st = seg_alloc(&c->voxels, c->n, sizeof *c->voxels, "components", err);

    if (!st)
        st = seg_alloc(&c->box, c->n, sizeof *c->box, "components", err);
    for (size_t row = 0; row < c->rows && !st; row++)
        for (size_t i = c->first[row]; i < c->first[row + 1]; i++) {
            const seg_component_run *s = &c->stretch[i];
            seg_box box = {{s->begin, row % ny, row / ny}, {s->end, row % ny + 1, row / ny + 1}};

            c->voxels[s->component] += s->end - s->begin;
            c->box[s->component] = seg_box_join(&c->box[s->component], &box);
        }
    return st;
}

seg_status seg_components_find(seg_components *c, const seg_mask *set, seg_connectivity reach, seg_error *err)
{
    seg_status st;

    *c = (seg_components){0};
    st = list_stretches(c, set, err);
    if (!st) {
        join_all(c, set, reach);
        for (size_t i = 0; i < c->first[c->rows]; i++) /* a path of one step to every root */
            c->stretch[i].component = root_of(c->stretch, (uint32_t)i);
        number(c);
        st = measure(c, set->n[1], err);
    }
    if (st)
        seg_components_free(c);
    return st;
}

/* ---- parts of a label map ---- */

/* Adds what of the voxels [begin, end) of a row of the box lies in `bits` as stretches of one component. */
static seg_status add_stretches(seg_components *c, size_t *n, size_t *room, const uint64_t *bits, size_t begin,
                                size_t end, uint32_t component, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t x = seg_bits_next(bits, end, begin, true), to; x < end && !st; x = seg_bits_next(bits, end, to, true)) {
        to = seg_bits_next(bits, end, x, false);
        st = seg_grow(&c->stretch, room, *n + 1, sizeof *c->stretch, "objects", err);
        if (!st)
            c->stretch[(*n)++] = (seg_component_run){(uint32_t)x, (uint32_t)to, component};
    }
    return st;
}

static seg_status add_codes(seg_components *c, const seg_labelmap *map, const seg_box *box, const seg_mask *within,
                            const uint32_t *to, size_t row, size_t *n, size_t *room, seg_error *err)
{
    size_t y = box->begin[1] + row % within->n[1], z = box->begin[2] + row / within->n[1];
    size_t from = y + map->grid.n[1] * z, last = map->first[from + 1];
    seg_status st = SEG_OK;

    for (size_t r = seg_labelmap_run_at(map, from, box->begin[0]); r < last && map->run[r].x < box->end[0] && !st;
         r++) {
        size_t begin = map->run[r].x > box->begin[0] ? map->run[r].x : box->begin[0];
        size_t end = r + 1 < last ? map->run[r + 1].x : map->grid.n[0];
        uint32_t component = to[map->run[r].code < map->values ? map->run[r].code : map->values];

        if (end > box->end[0])
            end = box->end[0];
        if (component != UINT32_MAX)
            st = add_stretches(c, n, room, within->bit + row * within->words, begin - box->begin[0],
                               end - box->begin[0], component, err);
    }
    return st;
}

seg_status seg_components_of_codes(seg_components *c, const seg_labelmap *map, const seg_box *box,
                                   const seg_mask *within, const uint32_t *to, size_t n, seg_error *err)
{
    size_t stretches = 0, room = 0;
    seg_status st;

    *c = (seg_components){.n = n, .rows = within->n[1] * within->n[2]};
    st = seg_alloc(&c->first, c->rows + 1, sizeof *c->first, "objects", err);
    for (size_t row = 0; row < c->rows && !st; row++) {
        st = add_codes(c, map, box, within, to, row, &stretches, &room, err);
        c->first[row + 1] = stretches;
    }
    if (!st)
        st = measure(c, within->n[1], err);
    if (st)
        seg_components_free(c);
    return st;
}

void seg_components_keep(seg_components *c, const uint32_t *to)
{
    size_t n = 0, kept = 0;

    for (size_t row = 0, i = 0; row < c->rows; row++) {
        for (size_t end = c->first[row + 1]; i < end; i++)
            if (to[c->stretch[i].component] != UINT32_MAX) {
                c->stretch[kept] = c->stretch[i];
                c->stretch[kept++].component = to[c->stretch[i].component];
            }
        c->first[row + 1] = kept;
    }
    for (size_t i = 0; i < c->n; i++)
        if (to[i] != UINT32_MAX) {
            c->voxels[n] = c->voxels[i];
            c->box[n++] = c->box[i];
        }
    c->n = n;
}

void seg_components_free(seg_components *c)
{
    free(c->voxels);
    free(c->box);
    free(c->first);
    free(c->stretch);
    *c = (seg_components){0};
}

/* The first stretch of a row that ends behind x. */
static size_t stretch_behind(const seg_components *c, size_t row, size_t x)
{
    size_t low = c->first[row], high = c->first[row + 1];

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->stretch[middle].end <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void seg_components_draw(const seg_components *c, uint32_t component, const size_t n[3], const seg_box *box,
                         const seg_mask *out)
{
    const seg_box *own = &c->box[component];

    for (size_t z = own->begin[2]; z < own->end[2]; z++)
        for (size_t y = own->begin[1]; y < own->end[1]; y++) {
            size_t row = y + n[1] * z, i = stretch_behind(c, row, own->begin[0]);

            for (; i < c->first[row + 1] && c->stretch[i].begin < own->end[0]; i++)
                if (c->stretch[i].component == component)
                    seg_bits_fill(seg_mask_row(out, y - box->begin[1], z - box->begin[2]),
                                  c->stretch[i].begin - box->begin[0], c->stretch[i].end - box->begin[0]);
        }
}

/* ---- what two sets of components share ---- */

static size_t count_between(const uint64_t *row, size_t begin, size_t end)
{
    size_t count = 0;

    for (size_t i = begin / 64; i * 64 < end; i++) {
        uint64_t word = row[i];

        if (i == begin / 64)
            word &= ~seg_bits_low(begin % 64);
        if (end < (i + 1) * 64)
            word &= seg_bits_low(end % 64);
        count += seg_bits_count(&word, 1);
    }
    return count;
}

static seg_status share_row(seg_shared_list *s, const seg_components *a, const seg_components *b, size_t row,
                            const seg_mask *within, seg_error *err)
{
    size_t i = a->first[row], k = b->first[row];
    seg_status st = SEG_OK;

    while (i < a->first[row + 1] && k < b->first[row + 1] && !st) {
        const seg_component_run *p = &a->stretch[i], *q = &b->stretch[k];
        size_t begin = p->begin > q->begin ? p->begin : q->begin, end = p->end < q->end ? p->end : q->end;
        size_t voxels = end <= begin ? 0
                        : within     ? count_between(within->bit + row * within->words, begin, end)
                                     : end - begin;

        if (voxels)
            st = seg_shared_add(s, p->component, q->component, voxels, err);
        if (p->end < q->end)
            i++;
        else
            k++;
    }
    return st;
}

seg_status seg_components_shared(seg_shared **shared, size_t *n, const seg_components *a, const seg_components *b,
                                 const seg_mask *within, seg_error *err)
{
    seg_shared_list s = {0};
    seg_status st = SEG_OK;

    for (size_t row = 0; row < a->rows && !st; row++)
        st = share_row(&s, a, b, row, within, err);
    if (st) {
        free(s.pair);
        s = (seg_shared_list){0};
    }
    seg_shared_join(&s);
    *n = s.n;
    *shared = s.pair;
    return st;
}
