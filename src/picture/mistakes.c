/* mistakes.c - deep wrong voxels are joined, ordered by depth and volume, and named. */
#include "mistakes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/inert.h"
#include "../base/memory.h"
#include "joined_runs.h"

/* ---- the runs deeper than the tolerance ---- */

struct deep {
    size_t *first;      /* [rows + 1] */
    seg_wrong_run *run; /* [runs] parts of wrong runs, with `at` into their depths */
    size_t runs, room;
    size_t *component; /* [runs] */
    size_t components;
};

static void deep_free(struct deep *d)
{
    free(d->first);
    free(d->run);
    free(d->component);
}

/* The parts of a run that are deeper than the tolerance. */
static seg_status cut_run(struct deep *d, const seg_wrong_run *run, const double *depth, double tolerance,
                          uint64_t *border, seg_error *err)
{
    uint32_t n = run->end - run->begin;
    seg_status st = SEG_OK;

    for (uint32_t i = 0, end; !st && i < n; i = end) {
        bool deep = depth[run->at + i] > tolerance;

        for (end = i + 1; end < n && (depth[run->at + end] > tolerance) == deep;)
            end++;
        if (!deep) {
            *border += end - i;
            continue;
        }
        st = seg_grow(&d->run, &d->room, d->runs + 1, sizeof *d->run, "mistakes", err);
        if (!st)
            d->run[d->runs++] = (seg_wrong_run){run->begin + i, run->begin + end, run->truth, run->called, run->at + i};
    }
    return st;
}

static seg_status find_deep(struct deep *d, const seg_wrong_runs *w, double tolerance, uint64_t *border, seg_error *err)
{
    size_t rows = w->n[1] * w->n[2];
    seg_status st = seg_alloc(&d->first, rows + 1, sizeof *d->first, "mistakes", err);

    for (size_t row = 0; !st && row < rows; row++) {
        for (size_t i = w->first[row]; !st && i < w->first[row + 1]; i++)
            st = cut_run(d, &w->run[i], w->depth, tolerance, border, err);
        d->first[row + 1] = d->runs;
    }
    return st ? st : seg_runs_join(w->n, d->first, d->run, &d->component, &d->components, err);
}

/* ---- the worst of them ---- */

struct sum {
    double score, depth;
    uint64_t voxels;
    size_t component;
};

static seg_status add_up(struct sum **sums, const struct deep *d, const seg_wrong_runs *w, double tolerance,
                         double voxel, seg_error *err)
{
    seg_status st = seg_alloc(sums, d->components, sizeof **sums, "mistakes", err);

    for (size_t i = 0; !st && i < d->components; i++)
        (*sums)[i].component = i;
    for (size_t i = 0; !st && i < d->runs; i++) {
        struct sum *s = &(*sums)[d->component[i]];
        uint32_t n = d->run[i].end - d->run[i].begin;

        s->voxels += n;
        for (size_t k = d->run[i].at; k < d->run[i].at + n; k++) {
            s->score += (w->depth[k] - tolerance) * voxel;
            s->depth = fmax(s->depth, w->depth[k]);
        }
    }
    return st;
}

/* Components are numbered in the order of their first voxels. */
static int worst_first(const void *a, const void *b)
{
    const struct sum *p = a, *q = b;

    if (p->score != q->score)
        return p->score > q->score ? -1 : 1;
    return p->component < q->component ? -1 : p->component > q->component;
}

/* ---- one mistake ---- */

struct place {
    size_t x, y, z;
};

static size_t along(const struct place *p, int axis)
{
    return axis == 0 ? p->x : axis == 1 ? p->y : p->z;
}

/* The voxels of one mistake, one after the other. */
struct voxels {
    const struct deep *deep;
    const seg_wrong_runs *wrong;
    size_t component;
    size_t run, row;
    uint32_t x;
};

static bool next_voxel(struct voxels *v, struct place *p)
{
    const struct deep *d = v->deep;

    while (v->run < d->runs && (d->component[v->run] != v->component || v->x >= d->run[v->run].end)) {
        v->run++;
        v->x = v->run < d->runs ? d->run[v->run].begin : 0;
    }
    if (v->run == d->runs)
        return false;
    while (d->first[v->row + 1] <= v->run)
        v->row++;
    *p = (struct place){v->x++, v->row % v->wrong->n[1], v->row / v->wrong->n[1]};
    return true;
}

static struct voxels voxels_of(const struct deep *d, const seg_wrong_runs *w, size_t component)
{
    return (struct voxels){d, w, component, 0, 0, d->runs ? d->run[0].begin : 0};
}

/* First and last slice; returns the slice with most voxels. per_slice[slices] comes zeroed. */
static size_t largest_slice(seg_mistake *m, struct voxels v, int axis, size_t slices, uint64_t *per_slice)
{
    struct place p;
    size_t largest = 0;

    while (next_voxel(&v, &p))
        per_slice[along(&p, axis)]++;
    m->slice[0] = SIZE_MAX;
    for (size_t i = 0; i < slices; i++) {
        if (!per_slice[i])
            continue;
        if (m->slice[0] == SIZE_MAX)
            m->slice[0] = i;
        m->slice[1] = i;
        if (per_slice[i] > per_slice[largest])
            largest = i;
    }
    return largest;
}

static double square(double x)
{
    return x * x;
}

/* The voxel of the slice that is nearest to the mean position there. */
static void find_middle(seg_mistake *m, const struct voxels *all, int axis, size_t slice, const double mm[3])
{
    double sum[3] = {0}, n = 0, best = INFINITY;
    struct voxels v = *all;
    struct place p;

    while (next_voxel(&v, &p))
        if (along(&p, axis) == slice) {
            sum[0] += (double)p.x, sum[1] += (double)p.y, sum[2] += (double)p.z;
            n++;
        }
    v = *all;
    while (next_voxel(&v, &p)) {
        double far = square(mm[0] * ((double)p.x - sum[0] / n)) + square(mm[1] * ((double)p.y - sum[1] / n)) +
                     square(mm[2] * ((double)p.z - sum[2] / n));

        if (along(&p, axis) == slice && far < best) {
            best = far;
            m->at[0] = p.x, m->at[1] = p.y, m->at[2] = p.z;
        }
    }
}

static seg_status place(seg_mistake *m, const struct voxels *v, int axis, const double mm[3], seg_error *err)
{
    size_t slices = v->wrong->n[axis];
    uint64_t *per_slice = NULL;
    seg_status st = seg_alloc(&per_slice, slices, sizeof *per_slice, "slices of a mistake", err);

    if (!st)
        find_middle(m, v, axis, largest_slice(m, *v, axis, slices, per_slice), mm);
    free(per_slice);
    return st;
}

/* ---- invented, or a class that reaches too far ---- */

/* Whether a voxel of the run, or a neighbour of one, has the truth that the run was called. */
static bool run_touches(const seg_labelmap *truth, const seg_wrong_run *run, size_t row)
{
    long ny = (long)truth->grid.n[1], nz = (long)truth->grid.n[2], y = (long)row % ny, z = (long)row / ny;
    size_t begin = run->begin ? run->begin - 1 : 0, end = run->end < truth->grid.n[0] ? run->end + 1 : run->end;

    for (long k = z - 1; k <= z + 1; k++)
        for (long j = y - 1; j <= y + 1; j++) {
            size_t other = (size_t)(j + ny * k);

            if (j < 0 || j >= ny || k < 0 || k >= nz)
                continue;
            for (size_t i = seg_labelmap_run_at(truth, other, begin);
                 i < truth->first[other + 1] && truth->run[i].x < end; i++)
                if (truth->run[i].code == run->called)
                    return true;
        }
    return false;
}

/* touches[components of all wrong runs]. A mistake is judged with the wrong voxels around it, of any depth: those
 * that join it to the class are shallow. */
struct touching {
    size_t *component; /* [wrong runs] */
    size_t components;
    bool *touches;
};

static seg_status find_touching(struct touching *t, const seg_wrong_runs *w, const seg_pair *pair, seg_error *err)
{
    seg_status st = seg_runs_join(w->n, w->first, w->run, &t->component, &t->components, err);

    if (!st)
        st = seg_alloc(&t->touches, t->components, sizeof *t->touches, "mistakes", err);
    for (size_t row = 0; !st && row < w->n[1] * w->n[2]; row++)
        for (size_t i = w->first[row]; i < w->first[row + 1]; i++) {
            bool *touches = &t->touches[t->component[i]];

            if (!*touches && !seg_pair_foreground(pair, (int)w->run[i].truth))
                *touches = run_touches(&pair->truth, &w->run[i], row);
        }
    return st;
}

/* The wrong run that a deep run is a part of: the last one that begins at or before it. */
static size_t whole_run(const seg_wrong_runs *w, size_t at)
{
    size_t low = 0, high = w->runs;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (w->run[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static seg_mistake_kind kind_of(const seg_wrong_runs *w, const seg_pair *pair, const struct touching *t,
                                const seg_wrong_run *run)
{
    if (seg_pair_foreground(pair, (int)run->truth) && seg_pair_foreground(pair, (int)run->called))
        return SEG_MISTAKE_CALLED;
    if (seg_pair_foreground(pair, (int)run->truth))
        return w->right[run->truth] ? SEG_MISTAKE_CUT_SHORT : SEG_MISTAKE_MISSED;
    return t->touches[t->component[whole_run(w, run->at)]] ? SEG_MISTAKE_TOO_FAR : SEG_MISTAKE_INVENTED;
}

/* ---- the whole ---- */

static double longest_edge(const seg_grid *grid)
{
    double longest = fmax(grid->mm[0], grid->mm[1]);

    return seg_grid_dims(grid) == 3 ? fmax(longest, grid->mm[2]) : longest;
}

static double voxel_volume(const seg_grid *grid)
{
    return grid->mm[0] * grid->mm[1] * (seg_grid_dims(grid) == 3 ? grid->mm[2] : 1);
}

static seg_status describe(seg_mistakes *out, const struct sum *sums, const struct deep *d, const seg_wrong_runs *w,
                           const seg_pair *pair, int axis, seg_error *err)
{
    struct touching touching = {0};
    seg_status st = out->n ? find_touching(&touching, w, pair, err) : SEG_OK;

    for (size_t i = 0; !st && i < out->n; i++) {
        struct voxels v = voxels_of(d, w, sums[i].component);
        size_t first = 0;
        seg_mistake *m = &out->mistake[i];

        while (d->component[first] != sums[i].component)
            first++;
        *m = (seg_mistake){.kind = kind_of(w, pair, &touching, &d->run[first]),
                           .truth = (int)d->run[first].truth,
                           .called = (int)d->run[first].called,
                           .voxels = sums[i].voxels,
                           .depth = sums[i].depth,
                           .score = sums[i].score};
        st = place(m, &v, axis, pair->grid.mm, err);
    }
    free(touching.component);
    free(touching.touches);
    return st;
}

/* The runs of the listed mistakes; sums[0..n) are theirs. */
static seg_status list_runs(seg_mistakes *out, const struct sum *sums, const struct deep *d, size_t rows,
                            seg_error *err)
{
    uint32_t *rank = NULL;
    size_t room = 0;
    seg_status st = seg_alloc(&rank, d->components, sizeof *rank, "mistakes", err);

    for (size_t i = 0; !st && i < out->n; i++)
        rank[sums[i].component] = (uint32_t)i + 1;
    for (size_t row = 0; !st && row < rows; row++)
        for (size_t i = d->first[row]; !st && i < d->first[row + 1]; i++) {
            uint32_t listed = rank[d->component[i]];

            if (!listed)
                continue;
            st = seg_grow(&out->run, &room, out->runs + 1, sizeof *out->run, "mistakes", err);
            if (!st)
                out->run[out->runs++] = (seg_mistake_run){row, d->run[i].begin, d->run[i].end, listed - 1};
        }
    free(rank);
    return st;
}

static seg_status list_worst(seg_mistakes *out, const struct deep *d, const seg_wrong_runs *w, const seg_pair *pair,
                             const seg_mistakes_options *options, seg_error *err)
{
    struct sum *sums = NULL;
    seg_status st = add_up(&sums, d, w, out->tolerance, voxel_volume(&pair->grid), err);

    if (!st) {
        qsort(sums, d->components, sizeof *sums, worst_first);
        out->n = d->components < options->most ? d->components : options->most;
        st = seg_alloc(&out->mistake, out->n, sizeof *out->mistake, "mistakes", err);
    }
    for (size_t i = out->n; !st && i < d->components; i++) {
        out->smaller++;
        out->smaller_voxels += sums[i].voxels;
    }
    if (!st)
        st = describe(out, sums, d, w, pair, options->axis, err);
    if (!st)
        st = list_runs(out, sums, d, w->n[1] * w->n[2], err);
    free(sums);
    return st;
}

seg_status seg_mistakes_find(seg_mistakes *out, const seg_pair *pair, const seg_mistakes_options *options,
                             seg_error *err)
{
    struct deep deep = {0};
    seg_status st;

    *out = (seg_mistakes){.tolerance = isnan(options->tolerance) ? longest_edge(&pair->grid) : options->tolerance};
    st = seg_wrong_runs_find(&out->wrong, pair, err);
    if (!st)
        st = find_deep(&deep, &out->wrong, out->tolerance, &out->border_voxels, err);
    if (!st)
        st = list_worst(out, &deep, &out->wrong, pair, options, err);
    deep_free(&deep);
    return st;
}

void seg_mistakes_free(seg_mistakes *m)
{
    free(m->mistake);
    free(m->run);
    seg_wrong_runs_free(&m->wrong);
    *m = (seg_mistakes){0};
}

/* ---- words ---- */

void seg_class_words(seg_string *out, const seg_pair *pair, int cls)
{
    const char *name = pair->label[cls];
    size_t start = out->length;

    if (!name) {
        seg_string_printf(out, "class %lld", (long long)pair->id[cls]);
        return;
    }
    seg_inert_add(out, SEG_INERT_TERMINAL, name);
    for (size_t i = start; i < out->length; i++)
        if (out->text[i] == '_')
            out->text[i] = ' ';
}

void seg_mistake_words(seg_string *out, const seg_pair *pair, const seg_mistake *m)
{
    static const char *const words[] = {[SEG_MISTAKE_CALLED] = " called ",
                                        [SEG_MISTAKE_MISSED] = " missed",
                                        [SEG_MISTAKE_CUT_SHORT] = " cut short",
                                        [SEG_MISTAKE_INVENTED] = " invented",
                                        [SEG_MISTAKE_TOO_FAR] = " too far out"};
    bool of_truth = m->kind == SEG_MISTAKE_CALLED || m->kind == SEG_MISTAKE_MISSED || m->kind == SEG_MISTAKE_CUT_SHORT;

    seg_class_words(out, pair, of_truth ? m->truth : m->called);
    seg_string_add(out, words[m->kind]);
    if (m->kind == SEG_MISTAKE_CALLED)
        seg_class_words(out, pair, m->called);
}
