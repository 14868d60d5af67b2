/* robust.c - a case is scored once as it is, and again for each redrawn truth. */
#include "robust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../geometry/components.h"

/* ---- values ---- */

static seg_status add_measure(seg_robust_data *d, const char *name, const char *params, seg_kind kind, seg_error *err)
{
    seg_status st = seg_grow(&d->measure, &d->room_measures, d->measures + 1, sizeof *d->measure, "measures", err);

    if (!st)
        d->measure[d->measures++] = (seg_robust_measure){name, params ? params : "", kind};
    return st;
}

seg_status seg_robust_measures(seg_robust_data *d, const seg_plan *plan, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < plan->metrics.n && !st; i++)
        st = add_measure(d, plan->metrics.job[i].metric->name, plan->metric_text[i], SEG_KIND_METRIC, err);
    for (size_t i = 0; i < plan->items && !st; i++) {
        const seg_plan_item *item = &plan->item[i];

        if (item->hidden)
            continue;
        st = item->is_expression
                 ? add_measure(d, plan->expression[item->index].name, plan->expression_text[item->index], SEG_KIND_LOSS,
                               err)
                 : add_measure(d, plan->loss[item->index].loss->name, plan->loss[item->index].text, SEG_KIND_LOSS, err);
    }
    return st;
}

/* out[measures] from the aggregate rows; NAN where a measure has none. */
static void read_rows(const seg_robust_data *d, const seg_case *scored, double *out)
{
    for (size_t m = 0; m < d->measures; m++)
        out[m] = NAN;
    for (size_t k = 0; k < scored->n; k++) {
        const seg_row *row = &scored->rows[k];

        for (size_t m = 0; row->slice < 0 && row->cls < 0 && m < d->measures; m++)
            if (row->kind == d->measure[m].kind && !strcmp(row->measure, d->measure[m].name) &&
                !strcmp(row->params ? row->params : "", d->measure[m].params))
                out[m] = row->value;
    }
}

/* Where the values of a case stand; new cases at the end. */
static seg_status place_of(seg_robust_data *d, const char *name, size_t prediction, size_t redraw, double **place,
                           seg_error *err)
{
    size_t values = d->predictions * (d->redraws + 1) * d->measures, known = d->cases.n;
    size_t number = seg_intern_number(&d->cases, name);
    seg_status st = number ? seg_grow(&d->value, &d->room_cases, number, sizeof *d->value, "cases", err)
                           : seg_fail(err, SEG_MEMORY, "not enough memory for the names of the cases");

    if (!st && number > known) {
        st = seg_alloc(&d->value[number - 1], values, sizeof **d->value, "values", err);
        for (size_t i = 0; !st && i < values; i++)
            d->value[number - 1][i] = NAN;
    }
    if (!st)
        *place = d->value[number - 1] + (prediction * (d->redraws + 1) + redraw) * d->measures;
    return st;
}

seg_status seg_robust_take(seg_robust_data *d, const seg_case *scored, size_t prediction, size_t redraw, seg_error *err)
{
    double *place;
    seg_status st = place_of(d, scored->name, prediction, redraw, &place, err);

    if (!st)
        read_rows(d, scored, place);
    return st;
}

static seg_status class_of(seg_robust_data *d, int64_t id, seg_robust_class **cls, seg_error *err)
{
    size_t i = 0;
    seg_status st = SEG_OK;

    while (i < d->classes && d->cls[i].id != id)
        i++;
    if (i == d->classes) {
        st = seg_grow(&d->cls, &d->room_classes, i + 1, sizeof *d->cls, "classes", err);
        if (!st)
            d->cls[d->classes++] = (seg_robust_class){.id = id};
    }
    if (!st)
        *cls = &d->cls[i];
    return st;
}

seg_status seg_robust_add_dsc(seg_robust_data *d, int64_t id, double dsc, seg_error *err)
{
    seg_robust_class *cls;
    seg_status st = isnan(dsc) ? SEG_OK : class_of(d, id, &cls, err);

    if (!st && !isnan(dsc)) {
        cls->dsc += dsc;
        cls->n++;
    }
    return st;
}

void seg_robust_free(seg_robust_data *d)
{
    for (size_t i = 0; d->value && i < d->cases.n; i++)
        free(d->value[i]);
    free(d->value);
    free(d->measure);
    free(d->cls);
    seg_intern_free(&d->cases);
    *d = (seg_robust_data){0};
}

/* ---- one case ---- */

struct seg_robust_waiting {
    _Atomic(const seg_case *) scored;
    double *value;         /* [redraws][measures] */
    seg_robust_class *cls; /* [classes], or NULL */
    size_t classes;
    struct seg_robust_waiting *next;
};

/* The components of the given truth's classes. */
struct objects {
    uint32_t *of; /* [voxels] 1 + object, 0: none */
    int *cls;     /* [n] */
    size_t n, room;
    uint8_t *left; /* [n] a voxel of it is left */
};

static seg_status add_objects(struct objects *o, const seg_pair *pair, int cls, seg_error *err)
{
    seg_mask set = {0};
    seg_components found = {0};
    size_t first = o->n;
    seg_status st = seg_mask_of_code(&set, &pair->truth, (uint32_t)cls, err);

    if (!st)
        st = seg_components_find(&found, &set, SEG_CONN_CORNER, err);
    if (!st)
        st = seg_grow(&o->cls, &o->room, first + found.n, sizeof *o->cls, "objects", err);
    for (size_t i = 0; !st && i < found.n; i++)
        o->cls[o->n++] = cls;
    for (size_t row = 0; !st && row < found.rows; row++)
        for (size_t k = found.first[row]; k < found.first[row + 1]; k++)
            for (size_t x = found.stretch[k].begin; x < found.stretch[k].end; x++)
                o->of[row * pair->grid.n[0] + x] = (uint32_t)(first + found.stretch[k].component + 1);
    seg_components_free(&found);
    seg_mask_free(&set);
    return st;
}

static seg_status find_objects(struct objects *o, const seg_pair *pair, seg_error *err)
{
    seg_status st = seg_alloc(&o->of, pair->voxels, sizeof *o->of, "objects", err);

    for (int cls = 0; !st && cls < pair->classes; cls++)
        if (seg_pair_foreground(pair, cls))
            st = add_objects(o, pair, cls, err);
    return st ? st : seg_alloc(&o->left, o->n, sizeof *o->left, "objects", err);
}

static void free_objects(struct objects *o)
{
    free(o->of);
    free(o->cls);
    free(o->left);
}

/* Counts of one class in both truths. */
struct counts {
    double given, drawn, both;
};

static seg_status count_classes(struct seg_robust_waiting *w, const seg_redraw *r, struct objects *o,
                                const uint16_t *code, seg_error *err)
{
    const seg_pair *pair = r->pair;
    struct counts *n;
    seg_status st = seg_alloc(&n, (size_t)pair->classes + 1, sizeof *n, "classes", err);

    if (st)
        return st;
    memset(o->left, 0, o->n);
    for (size_t i = 0; i < pair->voxels; i++) {
        n[r->code[i]].given++;
        n[code[i]].drawn++;
        if (code[i] != r->code[i])
            continue;
        n[code[i]].both++;
        if (o->of[i])
            o->left[o->of[i] - 1] = 1;
    }
    for (int c = 0; c < pair->classes; c++) {
        double sum = n[c].given + n[c].drawn;

        w->cls[c].dsc += sum > 0 ? 2 * n[c].both / sum : 0;
        w->cls[c].n += sum > 0;
    }
    for (size_t k = 0; k < o->n; k++) {
        w->cls[o->cls[k]].objects++;
        w->cls[o->cls[k]].vanished += !o->left[k];
    }
    free(n);
    return SEG_OK;
}

static seg_status score_redrawn(const seg_robust_data *d, const seg_pair *pair, const seg_plan *plan,
                                const uint16_t *code, double *value, seg_error *err)
{
    static const seg_evaluate_options plain = {.slice_axis = -1};
    seg_pair redrawn = *pair;
    seg_case scored = {0};
    seg_status st;

    redrawn.sums = (seg_class_sums){0}; /* they were of the given truth */
    redrawn.truth = (seg_labelmap){0};
    st = seg_redraw_truth(&redrawn.truth, pair, code, err);
    if (!st)
        st = seg_case_name(&scored, "redrawn", NULL, NULL, err);
    if (!st)
        st = seg_evaluate(&scored, &redrawn, plan, &plain, err);
    if (!st)
        read_rows(d, &scored, value);
    seg_case_free(&scored);
    seg_labelmap_free(&redrawn.truth);
    return st;
}

static seg_status each_redraw(const seg_robust_observer *o, struct seg_robust_waiting *w, const seg_redraw *r,
                              const seg_plan *plan, seg_error *err)
{
    struct objects objects = {0};
    uint16_t *code = NULL;
    seg_status st = seg_alloc_big(&code, r->pair->voxels, sizeof *code, "a redrawn truth", err);

    if (!st && w->cls)
        st = find_objects(&objects, r->pair, err);
    for (size_t i = 0; !st && i < o->data->redraws; i++) {
        seg_redraw_codes(r, i + 1, code);
        if (w->cls)
            st = count_classes(w, r, &objects, code, err);
        if (!st)
            st = score_redrawn(o->data, r->pair, plan, code, w->value + i * o->data->measures, err);
    }
    free_objects(&objects);
    free(code);
    return st;
}

static seg_status make_waiting(struct seg_robust_waiting **w, const seg_robust_observer *o, const seg_pair *pair,
                               const seg_case *scored, seg_error *err)
{
    seg_status st = seg_alloc(w, 1, sizeof **w, "a case", err);

    if (st)
        return st;
    (*w)->scored = scored;
    (*w)->classes = o->count ? (size_t)pair->classes : 0;
    st = seg_alloc(&(*w)->value, o->data->redraws * o->data->measures, sizeof *(*w)->value, "values", err);
    if (!st && o->count)
        st = seg_alloc(&(*w)->cls, (*w)->classes, sizeof *(*w)->cls, "classes", err);
    for (size_t c = 0; !st && c < (*w)->classes; c++)
        (*w)->cls[c].id = pair->id[c];
    return st;
}

seg_status seg_robust_look(void *context, seg_case *out, seg_loss_ctx *work, const seg_plan *plan,
                           const seg_score *score, seg_error *err)
{
    seg_robust_observer *o = context;
    struct seg_robust_waiting *w = NULL;
    seg_redraw r = {0};
    seg_status st;

    (void)score;
    for (w = atomic_load(&o->waiting); w; w = w->next)
        if (w->scored == out)
            return seg_fail(err, SEG_USAGE,
                            "%s: is scored as several overlapping classes, one is needed (choose it by its name)",
                            out->name);
    if (seg_pair_soft(work->pair))
        return seg_fail(err, SEG_USAGE, "a soft truth cannot be redrawn (give labels)");
    st = make_waiting(&w, o, work->pair, out, err);
    if (!st)
        st = seg_redraw_begin(&r, work->pair, o->redraw, err);
    if (!st)
        st = each_redraw(o, w, &r, plan, err);
    seg_redraw_free(&r);
    if (w) {
        w->next = atomic_load(&o->waiting);
        while (!atomic_compare_exchange_weak(&o->waiting, &w->next, w))
            ;
    }
    return st;
}

seg_status seg_robust_tell(seg_robust_observer *o, seg_robust_data *d, const seg_case *scored, size_t prediction,
                           seg_error *err)
{
    struct seg_robust_waiting *w = atomic_load(&o->waiting);
    double *place;
    seg_status st;

    while (w && w->scored != scored)
        w = w->next;
    if (!w || !seg_case_ok(scored))
        return SEG_OK;
    w->scored = NULL; /* the next case may lie at the same address */
    st = place_of(d, scored->name, prediction, 1, &place, err);
    if (!st)
        memcpy(place, w->value, d->redraws * d->measures * sizeof *place);
    for (size_t c = 0; c < w->classes && !st; c++) {
        seg_robust_class *cls;

        st = class_of(d, w->cls[c].id, &cls, err);
        if (st)
            break;
        cls->dsc += w->cls[c].dsc;
        cls->n += w->cls[c].n;
        cls->objects += w->cls[c].objects;
        cls->vanished += w->cls[c].vanished;
    }
    return st;
}

void seg_robust_observer_free(seg_robust_observer *o)
{
    for (struct seg_robust_waiting *w = atomic_load(&o->waiting), *next; w; w = next) {
        next = w->next;
        free(w->value);
        free(w->cls);
        free(w);
    }
    atomic_store(&o->waiting, NULL);
}
