/* case_mistakes.c - from mistakes of pairs to those of a case, and small pictures of the worst. */
#include "case_mistakes.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../picture/case_text.h"
#include "../picture/thumbnail.h"
#include "../picture/wrong_runs.h"

#define AROUND_MM 10.0 /* shown around the labels */

int seg_default_slice_axis(const seg_grid *grid)
{
    int axis = 2;

    for (int a = 1; a >= 0 && seg_grid_dims(grid) == 3; a--)
        if (grid->mm[a] > grid->mm[axis])
            axis = a;
    return axis;
}

/* ---- the list ---- */

/* A mistake and the pair it is of. */
struct found {
    const seg_mistake *mistake;
    size_t pair;
};

static int worst_first(const void *a, const void *b)
{
    const struct found *p = a, *q = b;

    if (p->mistake->score < q->mistake->score || p->mistake->score > q->mistake->score)
        return p->mistake->score > q->mistake->score ? -1 : 1;
    if (p->pair != q->pair)
        return p->pair < q->pair ? -1 : 1;
    return p->mistake < q->mistake ? -1 : p->mistake > q->mistake;
}

static seg_status add_mistake(seg_case *out, const seg_scene *scene, const struct found *f, seg_error *err)
{
    const seg_pair *pair = &scene->pair[f->pair];
    const seg_mistake *m = f->mistake;
    seg_string words = {0};
    seg_case_error e = {.truth = pair->id[m->truth],
                        .called = pair->id[m->called],
                        .volume = seg_volume_of(&pair->grid, m->voxels),
                        .depth = m->depth,
                        .at_least = m->depth >= SEG_DEPTH_MOST,
                        .slice = {m->slice[0], m->slice[1]},
                        .at = {m->at[0], m->at[1], m->at[2]},
                        .score = m->score};
    seg_status st;

    seg_mistake_words(&words, pair, m);
    st = seg_string_check(&words, err);
    e.words = words.text;
    if (!st)
        st = seg_case_add_error(out, &e, err);
    seg_string_free(&words);
    return st;
}

/* ---- pictures ---- */

static seg_status add_picture(seg_case *out, const seg_plane *plane, const seg_pair *pair, const seg_mistake *worst,
                              seg_error *err)
{
    seg_string png = {0}, words = {0}, place = {0};
    seg_case_picture picture = {0};
    size_t size[2] = {0};
    seg_status st = seg_thumbnail(&png, plane, size, err);

    seg_thumbnail_words(&words, plane, out->name, pair, worst);
    seg_string_printf(&place, seg_grid_dims(&pair->grid) == 3 ? "%s %zu" : "whole image", plane->view.name,
                      plane->index);
    if (plane->view.letter[0])
        seg_string_printf(&place, " (%c left, %c up)", plane->view.letter[0], plane->view.letter[2]);
    if (!st)
        st = seg_string_check(&png, err);
    if (!st)
        st = seg_string_check(&words, err);
    if (!st)
        st = seg_string_check(&place, err);
    if (!st) {
        picture = (seg_case_picture){(unsigned char *)png.text, png.length, size[0], size[1], words.text, place.text};
        png = (seg_string){0};
        st = seg_case_add_picture(out, &picture, err);
    }
    seg_string_free(&png);
    seg_string_free(&words);
    seg_string_free(&place);
    return st;
}

static seg_status add_pictures(seg_case *out, const seg_pair *pair, const seg_mistakes *m, seg_error *err)
{
    static const int world[SEG_CASE_PICTURES] = {2, 1, 0}; /* axial, coronal, sagittal */
    seg_box box = seg_box_of_labels(pair, AROUND_MM);
    size_t n = seg_grid_dims(&pair->grid) == 3 ? SEG_CASE_PICTURES : 1;
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < n; i++) {
        seg_plane_view view = seg_plane_across(&pair->grid, n == 1 ? 2 : seg_axis_of_world(&pair->grid, world[i]));
        size_t at = m->n ? m->mistake[0].at[view.normal] : (box.begin[view.normal] + box.end[view.normal]) / 2;
        seg_plane plane;

        st = seg_plane_cut(&plane, pair, m, &view, at, &box, err);
        if (!st)
            st = add_picture(out, &plane, pair, m->n ? &m->mistake[0] : NULL, err);
        seg_plane_free(&plane);
    }
    return st;
}

/* ---- the case ---- */

/* The mistakes of each pair, and all of them in one list. */
struct search {
    seg_mistakes *of; /* [scene->n] */
    struct found *found;
    size_t n;
};

static seg_status find_all(struct search *s, const seg_scene *scene, const seg_case_mistakes_options *o, seg_error *err)
{
    const seg_grid *grid = &scene->pair[0].grid;
    seg_mistakes_options options = {NAN, o->most, o->axis < 0 ? seg_default_slice_axis(grid) : o->axis};
    seg_status st = seg_alloc(&s->of, scene->n, sizeof *s->of, "mistakes", err);

    for (size_t i = 0; !st && i < scene->n; i++) {
        st = seg_mistakes_find(&s->of[i], &scene->pair[i], &options, err);
        s->n += s->of[i].n;
    }
    if (!st)
        st = seg_alloc(&s->found, s->n, sizeof *s->found, "mistakes", err);
    s->n = 0;
    for (size_t i = 0; !st && i < scene->n; i++)
        for (size_t k = 0; k < s->of[i].n; k++)
            s->found[s->n++] = (struct found){&s->of[i].mistake[k], i};
    if (!st)
        qsort(s->found, s->n, sizeof *s->found, worst_first);
    return st;
}

seg_status seg_case_add_mistakes(seg_case *out, const seg_scene *scene, const seg_case_mistakes_options *o,
                                 seg_error *err)
{
    const seg_grid *grid = &scene->pair[0].grid;
    struct search s = {0};
    seg_status st = seg_case_set_units(out, seg_volume_unit(grid), seg_grid_unit(grid), err);

    out->lists_errors = o->list;
    if (!st)
        st = find_all(&s, scene, o, err);
    for (size_t i = 0; !st && i < s.n && i < o->most; i++)
        st = add_mistake(out, scene, &s.found[i], err);
    if (!st && o->pictures) {
        size_t worst = s.n ? s.found[0].pair : 0;

        st = add_pictures(out, &scene->pair[worst], &s.of[worst], err);
    }
    for (size_t i = 0; s.of && i < scene->n; i++)
        seg_mistakes_free(&s.of[i]);
    free(s.of);
    free(s.found);
    return st;
}
