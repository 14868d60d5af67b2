/* reading_options.c - from the texts of the options about the meaning of numbers to a reading. */
#include "reading_options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../base/text.h"
#include "../io/axes.h"
#include "../io/palette_file.h"
#include "../io/region_file.h"
#include "../io/renaming_file.h"

void seg_reading_options_preset(seg_reading_options_given *given)
{
    given->scale = given->truth_scale = given->truth_threshold = given->mask_threshold = NAN;
    given->frame = -1;
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

static seg_status read_maps(const seg_reading_options_given *o, seg_reading *r, seg_error *err)
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
    if (!strchr(text, '=') && access(text, F_OK))
        return seg_fail(err, SEG_USAGE,
                        "--regions %s is neither a file nor a list of unions (write a list as WT=1/2/3,TC=2/3,ET=3)",
                        text);
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
static seg_status check_objects(const seg_reading_options_given *o, const seg_instances *instances, seg_error *err)
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

/* Ids of segments say nothing about classes. */
static seg_status check_palette(const seg_reading_options_given *o, seg_error *err)
{
    bool panoptic = o->palette && seg_same_name(o->palette, "panoptic");

    if (!panoptic || o->map || o->map_prediction || o->map_truth)
        return SEG_OK;
    return seg_fail(
        err, SEG_USAGE,
        "--palette panoptic reads ids of segments, not classes: their classes are in COCO's JSON (say --map-truth "
        "panoptic:FILE and --map-prediction panoptic:FILE)");
}

static seg_status read_labels(const seg_reading_options_given *o, seg_reading *r, seg_error *err)
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
    if (!st && o->labels)
        st = seg_label_names_read(&r->names, &r->n_names, &r->names_ignore, &r->ignored_by_names, o->labels, err);
    if (!st && o->ignore)
        st = read_ignore(o->ignore, r, err);
    if (!st && o->classes)
        st = seg_class_list_read(&r->classes, o->classes, "--classes", err);
    if (!st)
        st = read_maps(o, r, err);
    if (!st && o->regions)
        st = read_regions(o->regions, r, err);
    if (!st && o->palette && !seg_palette_known(&r->palette, o->palette, &st, err))
        st = seg_palette_read_file(&r->palette, o->palette, err);
    for (int side = 0; !st && o->palette && side < 2; side++)
        r->files[side].palette = &r->palette;
    if (!st)
        st = check_palette(o, err);
    if (!st)
        st = check_ignored(r, err);
    return st ? st : seg_reading_check(r, err);
}

/* ---- numbers ---- */

/* "independent:WT,TC,ET" */
static seg_status read_channels(const char *text, const char *option, seg_reading *r, int side, seg_error *err)
{
    const char *colon = strchr(text, ':');
    size_t n = colon ? (size_t)(colon - text) : strlen(text);
    seg_status st = SEG_OK;

    for (int k = 0; seg_channels_words[k]; k++)
        if (strlen(seg_channels_words[k]) == n && !strncasecmp(seg_channels_words[k], text, n)) {
            r->channels[side] = (seg_channels_kind)k;
            if (colon)
                st = seg_class_list_read(&r->channel_names[side], colon + 1, option, err);
            if (!st && colon && (k == SEG_CHANNELS_AUTO || k == SEG_CHANNELS_SERIES))
                st = seg_fail(err, SEG_USAGE, "%s %s: only softmax and independent channels have labels or names",
                              option, text);
            return st;
        }
    return seg_fail(err, SEG_USAGE, "%s '%s' is none of auto, softmax, independent, series, with a list behind a colon",
                    option, text);
}

/* Two options that say different things about the same numbers. */
static seg_status check_numbers(const seg_reading_options_given *o, seg_error *err)
{
    const struct {
        bool both;
        const char *text;
    } contradiction[] = {
        {!isnan(o->scale) && o->input == SEG_AS_LABELS, "--scale makes probabilities, and --input says labels"},
        {!isnan(o->scale) && o->input == SEG_AS_LOGITS, "--scale makes probabilities, and --input says logits"},
        {o->clip && o->input == SEG_AS_LABELS, "--clip is for probabilities, and --input says labels"},
        {o->clip && o->input == SEG_AS_LOGITS, "--clip is for probabilities, and --input says logits"},
        {!isnan(o->truth_scale) && o->truth_input == SEG_AS_LABELS,
         "--truth-scale makes probabilities, and --truth-input says labels"},
        {!isnan(o->truth_threshold) && o->truth_input == SEG_AS_PROBABILITIES,
         "--truth-threshold makes a mask, and --truth-input says prob"},
        {!isnan(o->truth_threshold) && !isnan(o->truth_scale),
         "--truth-threshold is of the stored values and makes a mask, so --truth-scale has nothing to do"},
        {!isnan(o->mask_threshold) && !o->mask, "--mask-threshold needs --mask"},
    };

    for (size_t i = 0; i < sizeof contradiction / sizeof *contradiction; i++)
        if (contradiction[i].both)
            return seg_fail(err, SEG_USAGE, "%s (leave one out)", contradiction[i].text);
    return SEG_OK;
}

static seg_status read_numbers(const seg_reading_options_given *o, seg_reading *r, seg_error *err)
{
    seg_status st = check_numbers(o, err);

    r->files[0].as = (seg_read_as)o->input;
    r->files[1].as = (seg_read_as)o->truth_input;
    r->files[0].scale = isnan(o->scale) ? 0 : o->scale;
    r->files[1].scale = isnan(o->truth_scale) ? 0 : o->truth_scale;
    r->files[0].clip = o->clip;
    r->files[1].clip = o->clip && (o->truth_input == SEG_AS_PROBABILITIES || r->files[1].scale > 0);
    r->files[1].has_above = !isnan(o->truth_threshold);
    r->files[1].above = r->files[1].has_above ? o->truth_threshold : 0;
    r->match.soft_truth =
        o->truth_input == SEG_AS_PROBABILITIES || o->truth_input == SEG_AS_LOGITS || r->files[1].scale > 0;
    r->has_mask_threshold = !isnan(o->mask_threshold);
    r->mask_threshold = r->has_mask_threshold ? o->mask_threshold : 0;
    for (int side = 0; side < 2; side++) {
        r->files[side].has_frame = o->frame >= 0;
        r->files[side].frame = o->frame >= 0 ? (size_t)o->frame : 0;
    }
    return st;
}

static seg_status read_order(const seg_reading_options_given *o, seg_reading *r, seg_error *err)
{
    seg_status st = SEG_OK;

    if (o->axes && !seg_axes_valid(o->axes))
        return seg_fail(err, SEG_USAGE,
                        "--axes '%s' is no order of axes: x and y, and of z, c and t those that there are", o->axes);
    r->files[0].axes = o->axes;
    if (o->channels)
        st = read_channels(o->channels, "--channels", r, 0, err);
    if (!st && o->truth_channels)
        st = read_channels(o->truth_channels, "--truth-channels", r, 1, err);
    return st;
}

seg_status seg_reading_of_options(seg_reading *r, const seg_reading_options_given *o, const char *convention,
                                  seg_error *err)
{
    seg_status st = read_numbers(o, r, err);

    r->grey_truth_is_mask =
        convention && seg_same_name(convention, "pysodmetrics") && isnan(o->truth_threshold) && !o->truth_input;
    if (!st)
        st = read_order(o, r, err);
    return st ? st : read_labels(o, r, err);
}
