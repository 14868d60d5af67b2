/* scoring.c - from the texts of the shared options to checked settings. */
#include "scoring.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"

const char *const seg_axis_words[] = {"auto", "x", "y", "z", NULL};

void seg_scoring_preset(seg_scoring_options *options)
{
    seg_reading_options_preset(&options->reading);
    options->threshold = NAN;
    options->per_class = true;
}

/* ---- single options ---- */

static seg_status read_size(const char *text, uint64_t *bytes, seg_error *err)
{
    static const char units[] = "KMGT";
    char *end;
    double x = strtod(text, &end);
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;

    if (end == text || !(x > 0) || x > 1e6 * 1e12 || (*end && !unit) || (unit && end[1] && strcasecmp(end + 1, "B")))
        return seg_fail(err, SEG_USAGE, "--memory '%s' is no size, something like 500M or 4G was wanted", text);
    for (const char *u = units; unit && u <= unit; u++)
        x *= 1024;
    *bytes = (uint64_t)x;
    return SEG_OK;
}

/* Lengths of a voxel in mm that any instrument has, and whose squares are far from the ends of a double. */
static const double SHORTEST = 1e-12, LONGEST = 1e12;

static seg_status read_spacing(const char *text, seg_read_options *read, seg_error *err)
{
    double mm[3];
    char copy[128], *rest = copy, *piece;
    size_t n = 0;

    read->has_spacing = true;
    if (seg_same_name(text, "none")) {
        memset(read->spacing, 0, sizeof read->spacing);
        return SEG_OK;
    }
    snprintf(copy, sizeof copy, "%s", text);
    while ((piece = strsep(&rest, ",x")) && n < 4)
        if (n == 3 || !seg_read_double(piece, &mm[n++]) || !(mm[n - 1] >= SHORTEST && mm[n - 1] <= LONGEST))
            n = 9;
    if (n == 2)
        mm[n++] = NAN; /* enough for an image, not for a volume */
    if (n != 3)
        return seg_fail(err, SEG_USAGE, "--spacing '%s' is not three lengths in mm such as 0.8,0.8,2.5, nor 'none'",
                        text);
    memcpy(read->spacing, mm, sizeof mm);
    return SEG_OK;
}

/* ---- the plans ---- */

static seg_status plan_losses(seg_plan *plan, const seg_scoring_options *o, const char *preset, seg_error *err)
{
    seg_status st = SEG_OK;

    if (o->add_losses)
        return o->add_losses(o->add_context, plan, err);
    if (!o->losses.n)
        return seg_plan_add_losses(plan, preset, err);
    for (size_t i = 0; i < o->losses.n && !st; i++)
        st = seg_plan_add_losses(plan, o->losses.text[i], err);
    return st;
}

static seg_status plan_metrics(seg_plan *plan, const seg_texts *specs, int convention, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!specs->n)
        return seg_plan_add_metrics(plan, "dsc,iou,hd95", convention, err);
    for (size_t i = 0; i < specs->n && !st; i++)
        st = seg_plan_add_metrics(plan, specs->text[i], convention, err);
    return st;
}

static const char *convention_name(const void *context, size_t i)
{
    (void)context;
    return seg_conventions[i].name;
}

static seg_status find_convention(const char *name, int *convention, seg_error *err)
{
    const char *near;

    *convention = name ? seg_convention_find(name) : 0;
    if (*convention >= 0)
        return SEG_OK;
    near = seg_nearest(name, seg_conventions_count, convention_name, NULL);
    return near ? seg_fail(err, SEG_USAGE, "there is no convention '%s' (did you mean '%s'?)", name, near)
                : seg_fail(err, SEG_USAGE, "there is no convention '%s' (see 'segloss list conventions')", name);
}

static seg_status make_plans(seg_scoring *s, const seg_scoring_options *o, seg_error *err)
{
    int convention;
    seg_status st = find_convention(o->convention, &convention, err);

    if (!st)
        st = plan_losses(&s->for_labels, o, "none", err);
    if (!st)
        st = plan_losses(&s->for_probabilities, o, "ce,dice", err);
    if (!st)
        st = plan_metrics(&s->for_labels, &o->metrics, convention, err);
    if (!st)
        st = plan_metrics(&s->for_probabilities, &o->metrics, convention, err);
    if (!st && !s->for_probabilities.items && !s->for_probabilities.metrics.n)
        st = seg_fail(err, SEG_USAGE, "nothing to compute: --loss and --metric are both none");
    return st;
}

/* PySODMetrics reads masks as grey pictures: above 128 is foreground. */
static void follow_convention(seg_reading *r, const seg_scoring_options *o, const seg_messages *messages)
{
    int convention = o->convention ? seg_convention_find(o->convention) : 0;

    if (convention < 0 || !seg_conventions[convention].grey_stretched || r->match.soft_truth)
        return;
    r->match.has_truth_threshold = true;
    r->match.truth_threshold = 128;
    if (r->files[1].as == SEG_AS_AUTO)
        r->files[1].as = SEG_AS_LABELS;
    seg_warn(&messages->notes, "--convention %s: values of the truth above 128 are foreground",
             seg_conventions[convention].name);
}

seg_status seg_scoring_setup_make(seg_scoring_setup *setup, const seg_scoring_options *o, seg_messages *messages,
                                  seg_error *err)
{
    seg_scoring *s = &setup->scoring;
    seg_reading *r = &s->reading;
    seg_status st;

    *setup = (seg_scoring_setup){0};
    messages->quiet = o->quiet;
    messages->verbose = o->verbose;
    s->evaluate = (seg_evaluate_options){.per_class = o->per_class,
                                         .per_slice = o->per_slice,
                                         .slice_mean = o->slice_mean,
                                         .slice_axis = o->slice_axis - 1,
                                         .empty = (seg_empty_policy)o->empty,
                                         .decisions = o->verbose ? &messages->decisions : NULL};
    st = seg_reading_of_options(r, &o->reading, o->convention, err);
    r->match.geometry = (seg_geometry)o->geometry;
    r->match.nan = (seg_nan_policy)o->nan;
    r->match.threshold = o->threshold;
    if (!st)
        st = seg_command_threads(o->threads, &messages->notes, err);
    for (int side = 0; !st && side < 2; side++) {
        if (o->memory)
            st = read_size(o->memory, &r->files[side].memory, err);
        if (!st && o->spacing)
            st = read_spacing(o->spacing, &r->files[side], err);
    }
    if (!st)
        st = make_plans(s, o, err);
    if (!st)
        follow_convention(r, o, messages);
    return st;
}

void seg_scoring_setup_free(seg_scoring_setup *setup)
{
    seg_scoring_free(&setup->scoring);
    *setup = (seg_scoring_setup){0};
}
