/* map_case.c - item after item: loss map, gradient by probabilities, by logits, share. */
#include "map_case.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "map_files.h"

const char *const seg_map_what_words[] = {"loss", "prob", "logit", "share", NULL};

/* One case at work. */
struct maps {
    seg_map_case *out;
    const seg_map_options *o;
    const seg_case *scored;
    seg_map_source source;
    const seg_pair *pair;
    int cls;              /* index of the class that was asked for, or -1 */
    double *gradient, *a; /* [classes][voxels] and [voxels], where needed */
    bool alone;           /* one loss: what it has not is an error */
};

static bool wants_gradient(const seg_map_options *o)
{
    return o->files.path && (o->what[SEG_MAP_PROB] || o->what[SEG_MAP_LOGIT] || o->what[SEG_MAP_SHARE]);
}

static seg_status write_map(const struct maps *m, const seg_map_entry *e, seg_map_what what, int cls, bool all,
                            const double *values, seg_error *err)
{
    const seg_map_output map = {.options = m->o,
                                .scored = m->scored,
                                .pair = m->pair,
                                .measure = e->measure,
                                .params = e->params,
                                .sum = &e->sum,
                                .what = what,
                                .cls = cls,
                                .all = all,
                                .values = values};

    return seg_map_output_write(&map, err);
}

/* ---- the loss map ---- */

static seg_status no_map(const struct maps *m, seg_map_entry *e, seg_error *err)
{
    bool only_loss = m->o->files.path && m->o->what[SEG_MAP_LOSS] && !wants_gradient(m->o);

    if (m->alone && only_loss && isfinite(e->sum.value.x))
        return seg_fail(err, SEG_USAGE, "%s has no map that adds up to it; use --what logit", e->measure);
    e->status = isfinite(e->sum.value.x) ? "no-map" : e->sum.value.status;
    return SEG_OK;
}

static seg_status loss_map(struct maps *m, seg_map_entry *e, seg_error *err)
{
    bool writes = m->o->files.path && m->o->what[SEG_MAP_LOSS], all = writes && m->o->cls == SEG_MAP_CLASS_ALL;
    int cls = all ? SEG_MAP_ALL_CLASSES : m->o->cls == SEG_MAP_CLASS_ONE ? m->cls : SEG_MAP_SUM_OF_CLASSES;
    double *values = NULL;
    seg_status st = SEG_OK;

    if (writes)
        st = seg_alloc_big(&values, m->pair->voxels * (all ? (size_t)m->pair->classes : 1), sizeof *values,
                           "a loss map", err);
    if (!st)
        st = seg_map_loss(&m->source, cls, values, &e->sum, err);
    if (!st && e->sum.kind == SEG_MAP_NONE)
        st = no_map(m, e, err);
    else if (!st && writes)
        st = write_map(m, e, SEG_MAP_LOSS, cls >= 0 ? cls : -1, all, values, err);
    free(values);
    return st;
}

/* ---- gradients ---- */

struct difference {
    const seg_pair *pair;
    const double *gradient;
    double *to;
    bool logit;
};

/* By the one probability p of a foreground map: g_1 - g_0; by its logit channel 1 of the softmax form. */
static void subtract(void *context, size_t begin, size_t end)
{
    const struct difference *d = context;
    const double *g0 = d->gradient, *g1 = d->gradient + d->pair->voxels;

    for (size_t i = begin; i < end; i++)
        d->to[i] = d->logit ? g1[i] : g1[i] - g0[i];
}

static seg_status write_gradient(const struct maps *m, const seg_map_entry *e, seg_map_what what, seg_error *err)
{
    seg_map_class cls = m->o->cls;
    bool single = m->o->files.png && !m->o->files.folder;
    struct difference d = {m->pair, m->gradient, m->a, what == SEG_MAP_LOGIT};

    if (!m->o->files.path || !m->o->what[what])
        return SEG_OK;
    if (cls == SEG_MAP_CLASS_USUAL && m->pair->prob.planes == 1) {
        seg_parallel_blocks(m->pair->voxels, subtract, &d);
        return write_map(m, e, what, 1, false, m->a, err);
    }
    if (cls == SEG_MAP_CLASS_ALL || (cls == SEG_MAP_CLASS_USUAL && !single))
        return write_map(m, e, what, -1, true, m->gradient, err);
    if (cls == SEG_MAP_CLASS_ONE)
        return write_map(m, e, what, m->cls, false, m->gradient + (size_t)m->cls * m->pair->voxels, err);
    return write_map(m, e, what, -1, false, m->a, err);
}

/* Statistics of what stands in m->gradient, and its file; `object` may be NULL. */
static seg_status finish_gradient(struct maps *m, const seg_map_entry *e, seg_map_what what,
                                  seg_gradient_statistics *statistics, seg_object_pull *object, seg_error *err)
{
    size_t bad = seg_map_magnitude(m->pair, m->gradient, m->a);
    seg_status st = SEG_OK;

    if (m->o->statistics)
        st = seg_gradient_statistics_find(statistics, m->a, bad, &m->out->regions, m->pair->voxels, object, err);
    else
        statistics->l1 = seg_sum(m->a, m->pair->voxels);
    return st || !e ? st : write_gradient(m, e, what, err);
}

static seg_status write_share(struct maps *m, const seg_map_entry *e, seg_error *err)
{
    double l1 = e->logit.l1;

    if (!m->o->files.path || !m->o->what[SEG_MAP_SHARE])
        return SEG_OK;
    seg_map_magnitude(m->pair, m->gradient, m->a);
    for (size_t i = 0; i < m->pair->voxels; i++)
        m->a[i] = l1 > 0 ? m->a[i] / l1 : 0;
    return write_map(m, e, SEG_MAP_SHARE, -1, false, m->a, err);
}

/* A loss without a gradient is an error when a file of it was asked for and it is alone. */
static seg_status no_gradient(const struct maps *m, seg_map_entry *e, seg_error *why, seg_error *err)
{
    if (m->alone && wants_gradient(m->o)) {
        *err = *why;
        return SEG_USAGE;
    }
    if (wants_gradient(m->o) && !e->status)
        e->status = "no-gradient";
    return SEG_OK;
}

static seg_status gradients(struct maps *m, seg_map_entry *e, seg_error *err)
{
    seg_error why = {0};
    seg_status st;

    if (!m->gradient || !isfinite(e->sum.value.x))
        return SEG_OK;
    st = seg_map_gradient(&m->source, m->gradient, &why);
    if (st == SEG_USAGE)
        return no_gradient(m, e, &why, err);
    if (st) {
        *err = why;
        return st;
    }
    st = seg_alloc(&e->object, m->out->regions.n_objects, sizeof *e->object, "objects", err);
    e->has_gradient = !st;
    if (!st)
        st = finish_gradient(m, e, SEG_MAP_PROB, &e->prob, NULL, err);
    if (!st) {
        seg_map_to_logit(m->pair, m->gradient);
        st = finish_gradient(m, e, SEG_MAP_LOGIT, &e->logit, e->object, err);
    }
    return st ? st : write_share(m, e, err);
}

/* What every loss is compared with. */
static seg_status cross_entropy(struct maps *m, seg_error *err)
{
    void *params = NULL;
    seg_status st = seg_alloc(&params, seg_loss_ce.size, 1, "parameters", err);

    if (!st)
        st = seg_params_preset(seg_loss_ce.params, params, seg_loss_ce.size, err);
    if (!st)
        st = seg_loss_ce.gradient(m->source.work, params, m->gradient, err);
    if (!st) {
        seg_map_to_logit(m->pair, m->gradient);
        st = finish_gradient(m, NULL, SEG_MAP_LOGIT, &m->out->ce, NULL, err);
    }
    if (params)
        seg_params_free(seg_loss_ce.params, params);
    free(params);
    return st;
}

/* ---- the case ---- */

static seg_status find_class(struct maps *m, seg_error *err)
{
    m->cls = -1;
    for (int cls = 0; m->o->cls == SEG_MAP_CLASS_ONE && cls < seg_pair_scored(m->pair); cls++)
        if (m->pair->id[cls] == m->o->label)
            m->cls = cls;
    if (m->o->cls == SEG_MAP_CLASS_ONE && m->cls < 0)
        return seg_fail(err, SEG_USAGE, "there is no class %" PRId64 " in this case", m->o->label);
    return SEG_OK;
}

static seg_status check_files(const struct maps *m, seg_error *err)
{
    const seg_map_files *f = &m->o->files;

    if (wants_gradient(m->o) && m->out->labels)
        return seg_fail(err, SEG_USAGE,
                        "the prediction is a map of labels, and labels have no gradient (give "
                        "probabilities, or ask for the loss map)");
    if (f->path && !f->png && !m->pair->grid.has_affine && !m->pair->grid.has_mm && !m->o->has_spacing)
        return seg_fail(err, SEG_USAGE,
                        "%s: the truth has no grid, so its maps can only be pictures (write .png, or "
                        "give the size of a voxel)",
                        m->scored->truth);
    return SEG_OK;
}

static seg_status alloc_gradients(struct maps *m, seg_error *err)
{
    seg_status st;

    if (m->out->labels || (!m->o->statistics && !wants_gradient(m->o)))
        return SEG_OK;
    st =
        seg_alloc_big(&m->gradient, m->pair->voxels * (size_t)m->pair->classes, sizeof *m->gradient, "a gradient", err);
    return st ? st : seg_alloc_big(&m->a, m->pair->voxels, sizeof *m->a, "a gradient", err);
}

static seg_status each_item(struct maps *m, const seg_plan *plan, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < plan->items; i++) {
        seg_map_entry *e = &m->out->entry[m->out->n];

        if (plan->item[i].hidden)
            continue;
        m->source.item = &plan->item[i];
        *e = (seg_map_entry){.measure = seg_map_measure(&m->source), .params = seg_map_params(&m->source)};
        m->out->n++;
        st = loss_map(m, e, err);
        if (!st)
            st = gradients(m, e, err);
    }
    return st;
}

/* The maps are no longer needed; the numbers stay. */
static seg_status keep_numbers(struct maps *m, seg_error *err)
{
    seg_map_regions *r = &m->out->regions;
    seg_status st = seg_alloc(&m->out->object_label, r->n_objects, sizeof *m->out->object_label, "objects", err);

    for (size_t k = 0; !st && k < r->n_objects; k++)
        m->out->object_label[k] = m->pair->id[r->objects[k].cls];
    free(r->place);
    free(r->object);
    r->place = NULL;
    r->object = NULL;
    return st;
}

seg_status seg_map_case_run(seg_map_case *out, const seg_map_options *options, const seg_case *scored,
                            seg_loss_ctx *work, const seg_plan *plan, const seg_score *score, seg_error *err)
{
    struct maps m = {.out = out,
                     .o = options,
                     .scored = scored,
                     .source = {work, plan, NULL, score},
                     .pair = work->pair,
                     .alone = plan->items == 1};
    seg_status st;

    *out = (seg_map_case){.dims = seg_grid_dims(&m.pair->grid), .labels = m.pair->prob.planes == 0};
    st = find_class(&m, err);
    if (!st)
        st = check_files(&m, err);
    if (!st)
        st = seg_alloc(&out->entry, plan->items, sizeof *out->entry, "maps", err);
    if (!st && options->statistics)
        st = seg_map_regions_find(&out->regions, m.pair, &options->zones, err);
    if (!st)
        st = alloc_gradients(&m, err);
    if (!st && m.gradient && options->statistics)
        st = cross_entropy(&m, err);
    if (!st)
        st = each_item(&m, plan, err);
    if (!st)
        st = keep_numbers(&m, err);
    free(m.gradient);
    free(m.a);
    return st;
}

void seg_map_case_free(seg_map_case *c)
{
    for (size_t i = 0; c->entry && i < c->n; i++)
        free(c->entry[i].object);
    free(c->entry);
    free(c->object_label);
    seg_map_regions_free(&c->regions);
    *c = (seg_map_case){0};
}
