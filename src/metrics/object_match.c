/* object_match.c - which object of the prediction belongs to which of the truth.
 *
 * c: common voxels of prediction p and truth t. Score: IoU c / (p + t - c), DSC 2 c / (p + t), or the share of the truth
 * c / t. A pair fits when its score reaches the threshold; pairs without a common voxel do not exist.
 *
 *     greedy    pairs by falling score (equal ones: the smaller truth, then the smaller prediction); taken when it fits
 *               and both are free
 *     merge     the same, but a free prediction whose truth is taken joins it where the score of the union rises
 *     optimal   one to one: most fitting pairs, then the largest sum of their scores (object_assign.c)
 *     any       a truth is found when enough of it is covered; a prediction is wrong when it meets no truth
 */
#include <stdlib.h>

#include "../base/memory.h"
#include "object_assign.h"
#include "objects.h"

const char *const seg_match_words[] = {"auto", "greedy", "optimal", "merge", "any", "dilated", NULL};
const char *const seg_criterion_words[] = {"iou", "dsc", "truth", NULL};

static double score(seg_criterion criterion, double common, double prediction, double truth)
{
    return criterion == SEG_CRITERION_IOU   ? common / (prediction + truth - common)
           : criterion == SEG_CRITERION_DSC ? 2 * common / (prediction + truth)
                                            : common / truth;
}

struct candidate {
    uint32_t p, t;
    double common, score;
};

/* Better ones first; equal ones in the order of the truth, then the prediction. */
static int better_first(const void *x, const void *y)
{
    const struct candidate *p = x, *q = y;

    if (p->score != q->score)
        return p->score > q->score ? -1 : 1;
    if (p->t != q->t)
        return p->t < q->t ? -1 : 1;
    return p->p < q->p ? -1 : p->p > q->p;
}

static seg_status list_candidates(struct candidate **out, const seg_objects *o, seg_criterion criterion, seg_error *err)
{
    const seg_components *p = &o->of[SEG_PREDICTION], *t = &o->of[SEG_TRUTH];
    seg_status st = seg_alloc(out, o->n_shared, sizeof **out, "objects", err);

    for (size_t i = 0; i < o->n_shared && !st; i++) {
        const seg_shared *s = &o->shared[i];
        double common = (double)s->voxels;

        (*out)[i] = (struct candidate){s->a, s->b, common,
                                       score(criterion, common, (double)p->voxels[s->a], (double)t->voxels[s->b])};
    }
    return st;
}

/* ---- greedy and merge ---- */

/* The score of a truth with the union of its predictions, kept as sums. */
struct joined {
    double common, prediction;
};

static void take_best(seg_object_matches *m, const seg_objects *o, const struct candidate *c, size_t n,
                      const seg_object_rule *rule, struct joined *of)
{
    for (size_t i = 0; i < n; i++) {
        double size = (double)o->of[SEG_PREDICTION].voxels[c[i].p], truth = (double)o->of[SEG_TRUTH].voxels[c[i].t];
        struct joined *j = &of[c[i].t];
        bool taken = m->found[c[i].t], good = !taken && c[i].score >= rule->threshold;

        if (m->truth_of[c[i].p] != SEG_NO_OBJECT)
            continue;
        if (taken && rule->kind == SEG_MATCH_MERGE)
            good = score(rule->criterion, j->common + c[i].common, j->prediction + size, truth) >
                   score(rule->criterion, j->common, j->prediction, truth);
        if (!good)
            continue;
        m->truth_of[c[i].p] = c[i].t;
        m->found[c[i].t] = true;
        j->common += c[i].common;
        j->prediction += size;
    }
}

static seg_status match_greedily(seg_object_matches *m, const seg_objects *o, const seg_object_rule *rule,
                                 seg_error *err)
{
    struct candidate *c = NULL;
    struct joined *of = NULL;
    seg_status st = list_candidates(&c, o, rule->criterion, err);

    if (!st)
        st = seg_alloc(&of, o->of[SEG_TRUTH].n, sizeof *of, "objects", err);
    if (!st && o->n_shared) {
        qsort(c, o->n_shared, sizeof *c, better_first);
        take_best(m, o, c, o->n_shared, rule, of);
    }
    free(of);
    free(c);
    return st;
}

/* ---- optimal ---- */

static seg_status match_optimally(seg_object_matches *m, const seg_objects *o, const seg_object_rule *rule,
                                  seg_error *err)
{
    struct candidate *c = NULL;
    seg_assign_edge *edge = NULL;
    size_t n = 0;
    seg_status st = list_candidates(&c, o, rule->criterion, err);

    if (!st)
        st = seg_alloc(&edge, o->n_shared, sizeof *edge, "objects", err);
    for (size_t i = 0; i < o->n_shared && !st; i++)
        if (c[i].score >= rule->threshold)
            edge[n++] = (seg_assign_edge){c[i].t, c[i].p, c[i].score};
    if (!st)
        st = seg_assign(edge, n, o->of[SEG_TRUTH].n, o->of[SEG_PREDICTION].n, m->truth_of, err);
    for (size_t p = 0; p < o->of[SEG_PREDICTION].n && !st; p++)
        if (m->truth_of[p] != SEG_NO_OBJECT)
            m->found[m->truth_of[p]] = true;
    free(edge);
    free(c);
    return st;
}

/* ---- any ---- */

static seg_status match_any(seg_object_matches *m, const seg_objects *o, double overlap, seg_error *err)
{
    uint64_t *covered;
    seg_status st = seg_alloc(&covered, o->of[SEG_TRUTH].n, sizeof *covered, "objects", err);

    for (size_t i = 0; i < o->n_shared && !st; i++) {
        covered[o->shared[i].b] += o->shared[i].voxels;
        m->useful[o->shared[i].a] = true;
    }
    for (size_t t = 0; t < o->of[SEG_TRUTH].n && !st; t++)
        m->found[t] = covered[t] && (double)covered[t] / (double)o->of[SEG_TRUTH].voxels[t] >= overlap;
    free(covered);
    return st;
}

/* ---- all ---- */

static void count(seg_object_matches *m, const seg_objects *o)
{
    size_t wrong = 0;

    for (size_t t = 0; t < o->of[SEG_TRUTH].n; t++)
        m->tp += m->found[t];
    for (size_t p = 0; p < o->of[SEG_PREDICTION].n; p++) {
        m->useful[p] = m->useful[p] || m->truth_of[p] != SEG_NO_OBJECT;
        wrong += !m->useful[p];
    }
    m->fn = o->of[SEG_TRUTH].n - m->tp;
    m->fp = wrong;
}

seg_status seg_objects_match(seg_object_matches *m, const seg_objects *o, const seg_object_rule *rule, seg_error *err)
{
    size_t predictions = o->of[SEG_PREDICTION].n;
    seg_status st;

    *m = (seg_object_matches){0};
    st = seg_alloc(&m->truth_of, predictions, sizeof *m->truth_of, "objects", err);
    if (!st)
        st = seg_alloc(&m->useful, predictions, sizeof *m->useful, "objects", err);
    if (!st)
        st = seg_alloc(&m->found, o->of[SEG_TRUTH].n, sizeof *m->found, "objects", err);
    for (size_t p = 0; p < predictions && !st; p++)
        m->truth_of[p] = SEG_NO_OBJECT;
    if (!st)
        st = rule->kind == SEG_MATCH_OPTIMAL ? match_optimally(m, o, rule, err)
             : rule->kind == SEG_MATCH_ANY   ? match_any(m, o, rule->overlap, err)
                                             : match_greedily(m, o, rule, err);
    if (st) {
        seg_object_matches_free(m);
        return st;
    }
    count(m, o);
    return SEG_OK;
}

void seg_object_matches_free(seg_object_matches *m)
{
    free(m->truth_of);
    free(m->useful);
    free(m->found);
    *m = (seg_object_matches){0};
}

seg_status seg_objects_overlap(seg_object_overlap **overlap, const seg_objects *o, const seg_object_matches *m,
                               seg_error *err)
{
    seg_status st = seg_alloc(overlap, o->of[SEG_TRUTH].n, sizeof **overlap, "objects", err);

    if (st)
        return st;
    for (size_t t = 0; t < o->of[SEG_TRUTH].n; t++)
        (*overlap)[t].truth = (double)o->of[SEG_TRUTH].voxels[t];
    for (size_t p = 0; p < o->of[SEG_PREDICTION].n; p++)
        if (m->truth_of[p] != SEG_NO_OBJECT)
            (*overlap)[m->truth_of[p]].prediction += (double)o->of[SEG_PREDICTION].voxels[p];
    for (size_t i = 0; i < o->n_shared; i++)
        if (m->truth_of[o->shared[i].a] == o->shared[i].b)
            (*overlap)[o->shared[i].b].common += (double)o->shared[i].voxels;
    return SEG_OK;
}

double seg_object_iou(const seg_object_overlap *o)
{
    return score(SEG_CRITERION_IOU, o->common, o->prediction, o->truth);
}

double seg_object_dsc(const seg_object_overlap *o)
{
    return score(SEG_CRITERION_DSC, o->common, o->prediction, o->truth);
}

seg_status seg_objects_members(uint32_t **member, size_t **first, const seg_objects *o, const seg_object_matches *m,
                               seg_error *err)
{
    size_t truths = o->of[SEG_TRUTH].n, predictions = o->of[SEG_PREDICTION].n;
    seg_status st = seg_alloc(first, truths + 2, sizeof **first, "objects", err);

    *member = NULL;
    if (!st)
        st = seg_alloc(member, predictions, sizeof **member, "objects", err);
    if (st)
        return st;
    for (size_t p = 0; p < predictions; p++)
        if (m->truth_of[p] != SEG_NO_OBJECT)
            (*first)[m->truth_of[p] + 2]++;
    for (size_t t = 2; t < truths + 2; t++)
        (*first)[t] += (*first)[t - 1];
    for (size_t p = 0; p < predictions; p++) /* first[t + 1] runs from the truth's begin to its end */
        if (m->truth_of[p] != SEG_NO_OBJECT)
            (*member)[(*first)[m->truth_of[p] + 1]++] = (uint32_t)p;
    return SEG_OK;
}
