/* object_table.c - lists objects: sums over their runs, the best overlap, and what a match is worth. */
#include "object_table.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "tally.h"

/* What a truth object and its union of predictions have in common, and how far they are apart. */
struct worth {
    double overlap, iou, dsc, hd95, assd;
};

struct listing {
    seg_class_ctx *view;
    const seg_objects *o;
    const seg_object_matches *m;
    bool any; /* match=any: everything that touches belongs together */
    double *best[SEG_SIDES];
    uint64_t (*sum[SEG_SIDES])[3]; /* of the voxel indices in the image */
    struct worth *worth;           /* [truths], of the matched ones; not for match=any */
    seg_shared *by_truth;          /* the shared pairs once more, by truth, then prediction */
    seg_string text;
};

static void free_listing(struct listing *l)
{
    for (int side = 0; side < SEG_SIDES; side++) {
        free(l->best[side]);
        free(l->sum[side]);
    }
    free(l->worth);
    free(l->by_truth);
    seg_string_free(&l->text);
}

/* ---- sums ---- */

static seg_status add_positions(struct listing *l, int side, seg_error *err)
{
    const seg_components *c = &l->o->of[side];
    const seg_box *box = &l->view->box;
    size_t height = l->view->mask[side].n[1];
    seg_status st = seg_alloc(&l->sum[side], c->n, sizeof *l->sum[side], "objects", err);

    for (size_t row = 0; row < c->rows && !st; row++)
        for (size_t i = c->first[row]; i < c->first[row + 1]; i++) {
            const seg_component_run *r = &c->stretch[i];
            uint64_t n = r->end - r->begin, x = box->begin[0] + r->begin, *sum = l->sum[side][r->component];

            sum[0] += n * x + n * (n - 1) / 2;
            sum[1] += n * (box->begin[1] + row % height);
            sum[2] += n * (box->begin[2] + row / height);
        }
    return st;
}

static seg_object_overlap overlap_of(const seg_objects *o, const seg_shared *s)
{
    return (seg_object_overlap){(double)o->of[SEG_TRUTH].voxels[s->b], (double)o->of[SEG_PREDICTION].voxels[s->a],
                                (double)s->voxels};
}

static seg_status find_best(struct listing *l, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_alloc(&l->best[side], l->o->of[side].n, sizeof *l->best[side], "objects", err);
    for (size_t i = 0; i < l->o->n_shared && !st; i++) {
        const seg_shared *s = &l->o->shared[i];
        seg_object_overlap both = overlap_of(l->o, s);
        double iou = seg_object_iou(&both), *p = &l->best[SEG_PREDICTION][s->a], *t = &l->best[SEG_TRUTH][s->b];

        *p = iou > *p ? iou : *p;
        *t = iou > *t ? iou : *t;
    }
    return st;
}

static int by_truth_first(const void *x, const void *y)
{
    const seg_shared *p = x, *q = y;

    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    return p->a < q->a ? -1 : p->a > q->a;
}

static seg_status sort_by_truth(struct listing *l, seg_error *err)
{
    seg_status st = seg_alloc(&l->by_truth, l->o->n_shared, sizeof *l->by_truth, "objects", err);

    if (st || !l->o->n_shared)
        return st;
    memcpy(l->by_truth, l->o->shared, l->o->n_shared * sizeof *l->by_truth);
    qsort(l->by_truth, l->o->n_shared, sizeof *l->by_truth, by_truth_first);
    return SEG_OK;
}

/* ---- matches ---- */

static seg_status weigh(struct listing *l, seg_error *err)
{
    seg_object_overlap *overlap = NULL;
    uint32_t *member = NULL;
    size_t *first = NULL, truths = l->o->of[SEG_TRUTH].n;
    seg_status st = seg_alloc(&l->worth, truths, sizeof *l->worth, "objects", err);

    if (!st)
        st = seg_objects_overlap(&overlap, l->o, l->m, err);
    if (!st)
        st = seg_objects_members(&member, &first, l->o, l->m, err);
    for (uint32_t t = 0; t < truths && !st && !l->any; t++) {
        struct worth *w = &l->worth[t];

        if (!l->m->found[t])
            continue;
        *w = (struct worth){overlap[t].common, seg_object_iou(&overlap[t]), seg_object_dsc(&overlap[t]), 0, 0};
        st =
            seg_object_distances(l->view, l->o, t, member + first[t], first[t + 1] - first[t], &w->hd95, &w->assd, err);
    }
    free(overlap);
    free(member);
    free(first);
    return st;
}

/* ---- match=any: the union of all that an object touches ---- */

/* The pairs of an object: [*begin, *end) of the list that is ordered by its side. */
static const seg_shared *pairs_of(const struct listing *l, int side, uint32_t object, size_t *n)
{
    const seg_shared *list = side == SEG_TRUTH ? l->by_truth : l->o->shared;
    size_t low = 0, high = l->o->n_shared;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((side == SEG_TRUTH ? list[middle].b : list[middle].a) < object)
            low = middle + 1;
        else
            high = middle;
    }
    for (*n = 0; low + *n < l->o->n_shared; ++*n)
        if ((side == SEG_TRUTH ? list[low + *n].b : list[low + *n].a) != object)
            break;
    return list + low;
}

static seg_status weigh_touched(struct listing *l, int side, uint32_t object, const seg_shared *pair, size_t n,
                                struct worth *w, seg_error *err)
{
    uint32_t *member;
    seg_object_overlap both = {0, 0, 0};
    seg_status st = seg_alloc(&member, n, sizeof *member, "objects", err);

    if (st)
        return st;
    *(side == SEG_TRUTH ? &both.truth : &both.prediction) = (double)l->o->of[side].voxels[object];
    for (size_t i = 0; i < n; i++) {
        member[i] = side == SEG_TRUTH ? pair[i].a : pair[i].b;
        both.common += (double)pair[i].voxels;
        *(side == SEG_TRUTH ? &both.prediction : &both.truth) += (double)l->o->of[!side].voxels[member[i]];
    }
    *w = (struct worth){both.common, seg_object_iou(&both), seg_object_dsc(&both), 0, 0};
    st = seg_object_distances_from(l->view, l->o, side, object, member, n, &w->hd95, &w->assd, err);
    free(member);
    return st;
}

/* ---- rows ---- */

static void add_number(seg_string *text, int64_t number)
{
    seg_string_printf(text, "%s%lld", text->length ? "+" : "", (long long)number);
}

/* The numbers of the other side, and what the match is worth. */
static seg_status describe_match(struct listing *l, seg_object_row *row, uint32_t object, seg_error *err)
{
    uint32_t truth = row->side == SEG_TRUTH ? object : l->m->truth_of[object];
    size_t n;
    const seg_shared *pair = pairs_of(l, row->side, object, &n);
    struct worth w = {0, 0, 0, 0, 0};
    seg_status st = SEG_OK;

    l->text.length = 0;
    if (l->any && n)
        st = weigh_touched(l, row->side, object, pair, n, &w, err);
    for (size_t i = 0; i < n; i++)
        if (l->any || (row->side == SEG_TRUTH && l->m->truth_of[pair[i].a] == truth) ||
            (row->side == SEG_PREDICTION && pair[i].b == truth))
            add_number(&l->text, l->o->number[!row->side][row->side == SEG_TRUTH ? pair[i].a : pair[i].b]);
    row->has_match = l->any ? n > 0 : truth != SEG_NO_OBJECT && l->m->found[truth];
    if (row->has_match && !l->any)
        w = l->worth[truth];
    row->overlap = w.overlap;
    row->iou = w.iou;
    row->dsc = w.dsc;
    row->hd95 = w.hd95;
    row->assd = w.assd;
    row->match = l->text.length ? l->text.text : "";
    return st ? st : seg_string_check(&l->text, err);
}

static seg_status fill_row(struct listing *l, seg_object_row *row, int side, uint32_t object, seg_error *err)
{
    const seg_components *c = &l->o->of[side];

    *row = (seg_object_row){.cls = l->view->cls,
                            .side = side,
                            .number = l->o->number[side][object],
                            .matched = side == SEG_TRUTH ? l->m->found[object] : l->m->useful[object],
                            .voxels = c->voxels[object],
                            .volume = (double)c->voxels[object] * seg_class_view_voxel_size(l->view),
                            .best_iou = l->best[side][object]};
    for (int a = 0; a < 3; a++) {
        row->centre[a] = (double)l->sum[side][object][a] / (double)c->voxels[object];
        row->box[a][0] = l->view->box.begin[a] + c->box[object].begin[a];
        row->box[a][1] = l->view->box.begin[a] + c->box[object].end[a] - 1;
    }
    return describe_match(l, row, object, err);
}

static seg_status list_class(struct listing *l, seg_status (*add)(void *, const seg_object_row *, seg_error *),
                             void *context, seg_error *err)
{
    seg_status st = find_best(l, err);

    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = add_positions(l, side, err);
    if (!st)
        st = sort_by_truth(l, err);
    if (!st)
        st = weigh(l, err);
    for (int side = SEG_SIDES - 1; side >= 0 && !st; side--)
        for (uint32_t i = 0; i < l->o->of[side].n && !st; i++) {
            seg_object_row row;

            st = fill_row(l, &row, side, i, err);
            if (!st)
                st = add(context, &row, err);
        }
    return st;
}

/* ---- classes ---- */

static seg_status list_of_class(const seg_pair *pair, int cls, const seg_tally *tally, const seg_object_params *params,
                                int convention, seg_status (*add)(void *, const seg_object_row *, seg_error *),
                                void *context, seg_error *err)
{
    seg_class_ctx view;
    seg_object_matches m = {0};
    struct listing l = {.view = &view, .m = &m};
    seg_status st;

    seg_class_view_begin(&view, pair, cls, tally);
    view.convention = &seg_conventions[convention];
    l.any = seg_object_match_kind(&view, params) == SEG_MATCH_ANY;
    if (seg_object_match_kind(&view, params) == SEG_MATCH_DILATED)
        st =
            seg_fail(err, SEG_USAGE,
                     "an object table has no match=dilated, which pairs lesions of the dilated truth (ask for a lesion "
                     "metric with another rule first)");
    else
        st = seg_object_matches_of(&view, params, &l.o, &m, err);
    if (!st)
        st = list_class(&l, add, context, err);
    free_listing(&l);
    seg_object_matches_free(&m);
    seg_class_view_free(&view);
    return st;
}

seg_status seg_objects_list(const seg_pair *pair, const seg_object_params *params, int convention,
                            seg_status (*add)(void *context, const seg_object_row *row, seg_error *err), void *context,
                            seg_error *err)
{
    seg_tally tally;
    seg_status st = seg_tally_pair(&tally, pair, err);

    for (int cls = 0; cls < pair->classes && !st; cls++)
        if (seg_pair_foreground(pair, cls))
            st = list_of_class(pair, cls, &tally, params, convention, add, context, err);
    seg_tally_free(&tally);
    return st;
}

static bool matches_objects(const seg_metric *metric)
{
    bool found = false;

    for (const seg_param *row = metric->params; metric->check == seg_object_params_check && row->name; row++)
        found |= !strcmp(row->name, "match");
    return found;
}

seg_object_params seg_object_params_of(const seg_metric_jobs *jobs, int *convention)
{
    seg_object_params p = {.threshold = 0.5, .dilation = 3};

    for (size_t i = 0; i < jobs->n; i++)
        if (matches_objects(jobs->job[i].metric)) {
            memcpy(&p, jobs->job[i].params, sizeof p);
            *convention = seg_metric_job_convention(&jobs->job[i]);
            return p;
        }
    *convention = jobs->n ? jobs->job[0].convention : 0;
    return p;
}
