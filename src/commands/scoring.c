/* scoring.c - from the texts of the shared options to checked settings. */
#include "scoring.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "../io/region_file.h"
#include "../io/renaming_file.h"

const char *const seg_axis_words[] = {"auto", "x", "y", "z", NULL};

void seg_scoring_preset(seg_scoring_options *options)
{
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

static seg_status read_ignore(const char *text, seg_reading *r, seg_error *err)
{
    r->ignore_said = true;
    return seg_same_name(text, "none") ? SEG_OK : seg_class_list_read(&r->ignored, text, "--ignore-label", err);
}

/* ---- labels ---- */

/* A list with "=" in it, a known name, or a file. */
static seg_status read_map(const char *text, const char *option, seg_renaming *renaming, seg_error *err)
{
    seg_status st;

    if (strchr(text, '='))
        return seg_renaming_read(renaming, text, option, err);
    if (!strncmp(text, "panoptic:", 9))
        return seg_renaming_read_panoptic(renaming, text + 9, err);
    if (seg_renaming_known(renaming, text, &st, err))
        return st;
    st = seg_renaming_read_file(renaming, text, err);
    return st ? seg_while(err, "%s", option) : SEG_OK;
}

static seg_status read_maps(const seg_scoring_options *o, seg_reading *r, seg_error *err)
{
    const char *own[2] = {o->map_prediction, o->map_truth};
    static const char *const option[2] = {"--map-prediction", "--map-truth"};
    seg_status st = SEG_OK;

    for (int side = 0; !st && side < 2; side++)
        if (o->map && own[side])
            st = seg_fail(err, SEG_USAGE, "--map is for both files, %s for one: give --map-prediction and --map-truth",
                          option[side]);
        else if (o->map || own[side])
            st = read_map(o->map ? o->map : own[side], o->map ? "--map" : option[side], &r->renaming[side], err);
    return st;
}

static seg_status read_regions(const char *text, seg_reading *r, seg_error *err)
{
    r->regions_said = true;
    if (seg_same_name(text, "none"))
        return SEG_OK;
    return strchr(text, '=') ? seg_regions_read(&r->regions, text, err) : seg_regions_read_file(&r->regions, text, err);
}

/* A class that is scored and ignored at the same time. */
static seg_status check_ignored(const seg_reading *r, seg_error *err)
{
    for (size_t i = 0; i < r->classes.n; i++)
        for (size_t k = 0; k < r->ignored.n; k++) {
            const seg_class_entry *c = &r->classes.entry[i], *g = &r->ignored.entry[k];

            if (c->numeric && g->numeric && c->first == c->last && g->first <= c->first && c->first <= g->last)
                return seg_fail(err, SEG_USAGE,
                                "--classes has %lld and --ignore-label too: a class is scored or ignored, not both",
                                (long long)c->first);
        }
    return SEG_OK;
}

/* "components", "instances" or "instances:D". */
static seg_status read_objects(const char *text, seg_instances *instances, seg_error *err)
{
    static const char word[] = "instances";
    const char *colon = strchr(text, ':');
    char kind[32];

    snprintf(kind, sizeof kind, "%.*s", (int)strcspn(text, ":"), text);
    if (seg_same_name(text, "components"))
        return SEG_OK;
    instances->ids = seg_same_name(kind, word);
    if (!instances->ids || (colon && (!seg_read_int64(colon + 1, &instances->divisor) || instances->divisor < 2 ||
                                      instances->divisor > UINT32_MAX)))
        return seg_fail(err, SEG_USAGE,
                        "--objects has no '%s', components, instances or instances:D with D > 1 was wanted", text);
    return SEG_OK;
}

/* Ids are not classes: a list of classes or labels would select among them by chance. */
static seg_status check_objects(const seg_scoring_options *o, const seg_instances *instances, seg_error *err)
{
    const char *maps[] = {o->map, o->map_prediction, o->map_truth};
    bool mapped = false, divided = false;

    if (!instances->ids)
        return SEG_OK;
    for (int i = 0; i < 3; i++) {
        mapped |= maps[i] && !seg_same_name(maps[i], "none");
        divided |= maps[i] && seg_same_name(maps[i], "cityscapes-instances");
    }
    if (instances->divisor && divided)
        return seg_fail(err, SEG_USAGE,
                        "--objects instances:%lld divides already: leave out --map cityscapes-instances",
                        (long long)instances->divisor);
    if (o->regions && !seg_same_name(o->regions, "none"))
        return seg_fail(err, SEG_USAGE, "--regions unites labels, but with --objects instances values are objects");
    if (!instances->divisor && (o->classes || mapped))
        return seg_fail(err, SEG_USAGE,
                        "with --objects instances values are objects, and %s is for classes (leave it out, or say "
                        "instances:D)",
                        o->classes ? "--classes" : "--map");
    return SEG_OK;
}

static seg_status read_labels(const seg_scoring_options *o, seg_reading *r, seg_error *err)
{
    seg_status st = SEG_OK;

    r->find_names = !o->labels;
    if (o->objects)
        st = read_objects(o->objects, &r->match.instances, err);
    if (!st)
        st = check_objects(o, &r->match.instances, err);
    for (int side = 0; side < 2 && r->match.instances.ids; side++) /* ids may look grey */
        if (r->files[side].as == SEG_AS_AUTO)
            r->files[side].as = SEG_AS_LABELS;
    if (st)
        return st;
    if (o->labels)
        st = seg_label_names_read(&r->names, &r->n_names, &r->names_ignore, &r->ignored_by_names, o->labels, err);
    if (!st && o->ignore)
        st = read_ignore(o->ignore, r, err);
    if (!st && o->classes)
        st = seg_class_list_read(&r->classes, o->classes, "--classes", err);
    if (!st)
        st = read_maps(o, r, err);
    if (!st && o->regions)
        st = read_regions(o->regions, r, err);
    if (!st)
        st = check_ignored(r, err);
    return st ? st : seg_reading_check(r, err);
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

seg_status seg_scoring_setup_make(seg_scoring_setup *setup, const seg_scoring_options *o, seg_messages *messages,
                                  seg_error *err)
{
    seg_scoring *s = &setup->scoring;
    seg_reading *r = &s->reading;
    seg_status st;

    *setup = (seg_scoring_setup){0};
    messages->quiet = o->quiet;
    messages->verbose = o->verbose;
    r->files[0].as = (seg_read_as)o->input;
    r->files[1].as = (seg_read_as)o->truth_input;
    r->match = (seg_match_options){.geometry = (seg_geometry)o->geometry,
                                   .nan = (seg_nan_policy)o->nan,
                                   .threshold = o->threshold,
                                   .soft_truth = o->truth_input == SEG_AS_PROBABILITIES};
    s->evaluate = (seg_evaluate_options){.per_class = o->per_class,
                                         .per_slice = o->per_slice,
                                         .slice_mean = o->slice_mean,
                                         .slice_axis = o->slice_axis - 1,
                                         .empty = (seg_empty_policy)o->empty,
                                         .decisions = o->verbose ? &messages->decisions : NULL};
    st = seg_command_threads(o->threads, &messages->notes, err);
    for (int side = 0; !st && side < 2; side++) {
        if (o->memory)
            st = read_size(o->memory, &r->files[side].memory, err);
        if (!st && o->spacing)
            st = read_spacing(o->spacing, &r->files[side], err);
    }
    if (!st)
        st = read_labels(o, r, err);
    if (!st)
        st = make_plans(s, o, err);
    return st;
}

void seg_scoring_setup_free(seg_scoring_setup *setup)
{
    seg_scoring_free(&setup->scoring);
    *setup = (seg_scoring_setup){0};
}
