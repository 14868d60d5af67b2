/* object_params.c - from the parameters of a metric of objects to objects, matches and counts. */
#include "object_params.h"

#include <math.h>

#include "lesions.h"

const char *const seg_object_auto_words[] = {"auto", NULL};

/* What BraTS 2023 has for most of its tasks. */
static const double BRATS_MIN_VOLUME = 50;

static double min_volume_of(const seg_object_params *p, double automatic)
{
    return p->min_volume.word < 0 ? p->min_volume.x[0] : automatic;
}

seg_match_rule_kind seg_object_match_kind(const seg_class_ctx *view, const seg_object_params *p)
{
    if (p->match != SEG_MATCH_AUTO)
        return (seg_match_rule_kind)p->match;
    return view->convention->lesions_dilated ? SEG_MATCH_DILATED : SEG_MATCH_GREEDY;
}

seg_status seg_objects_of(seg_class_ctx *view, const seg_object_params *p, const seg_objects **objects, seg_error *err)
{
    return seg_class_view_objects(view, seg_reach_of(p->connectivity, &view->pair->grid), min_volume_of(p, 0), objects,
                                  err);
}

seg_status seg_object_matches_of(seg_class_ctx *view, const seg_object_params *p, const seg_objects **objects,
                                 seg_object_matches *matches, seg_error *err)
{
    const seg_object_rule rule = {seg_object_match_kind(view, p), (seg_criterion)p->criterion, p->threshold,
                                  p->overlap};
    seg_status st = seg_objects_of(view, p, objects, err);

    return st ? st : seg_objects_match(matches, *objects, &rule, err);
}

static seg_status count_dilated(seg_class_ctx *view, const seg_object_params *p, seg_object_counts *counts,
                                seg_error *err)
{
    const seg_dilated_rule rule = {.dilation = p->dilation, .min_volume = min_volume_of(p, BRATS_MIN_VOLUME)};
    seg_dilated_matches d;
    seg_status st = seg_lesions_match_dilated(&d, view, &rule, err);

    *counts = (seg_object_counts){(double)d.found, (double)d.invented, (double)d.lesions - (double)d.found};
    return st;
}

seg_status seg_object_counts_of(seg_class_ctx *view, const seg_object_params *p, seg_object_counts *counts,
                                seg_error *err)
{
    seg_object_matches m;
    const seg_objects *objects;
    seg_status st;

    if (seg_object_match_kind(view, p) == SEG_MATCH_DILATED)
        return count_dilated(view, p, counts, err);
    st = seg_object_matches_of(view, p, &objects, &m, err);
    if (st)
        return st;
    *counts = (seg_object_counts){(double)m.tp, (double)m.fp, (double)m.fn};
    seg_object_matches_free(&m);
    return SEG_OK;
}

static seg_status check_ascending(const seg_numbers *list, const char *name, seg_error *err)
{
    for (size_t i = 1; list->word < 0 && i < list->n; i++)
        if (!(list->x[i] > list->x[i - 1]))
            return seg_fail(err, SEG_USAGE, "%s: %g follows %g, ascending numbers were wanted", name, list->x[i],
                            list->x[i - 1]);
    return SEG_OK;
}

seg_status seg_object_params_check(const void *params, seg_error *err)
{
    const seg_object_params *p = params;
    seg_status st = check_ascending(&p->size, "size", err);

    if (p->min_volume.word < 0 && p->min_volume.n > 1)
        return seg_fail(err, SEG_USAGE, "min-volume: %zu numbers were given, one was wanted", p->min_volume.n);
    return st ? st : check_ascending(&p->thresholds, "thresholds", err);
}
