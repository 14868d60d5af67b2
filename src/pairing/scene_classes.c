/* scene_classes.c - matches regions, channels and labels by name or by place. */
#include "scene_classes.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "class_table.h"

struct lists {
    seg_scene_classes *classes;
    const seg_image *const *side;
    const seg_match_options *options;
    const seg_warnings *notes;
};

static seg_status add(seg_scene_classes *c, seg_scene_class added, seg_error *err)
{
    seg_status st = seg_grow(&c->of, &c->room, c->n + 1, sizeof added, "classes", err);

    if (!st)
        c->of[c->n++] = added;
    return st;
}

static int find_channel(const seg_image *image, const char *name)
{
    for (size_t k = 0; image->name && k < seg_image_channels(image); k++)
        if (seg_same_name(image->name[k], name))
            return (int)k;
    return -1;
}

/* ---- regions ---- */

static seg_status no_channel(const seg_image *image, const char *region, seg_error *err)
{
    seg_string names = {0};
    seg_status st;

    for (size_t k = 0; k < seg_image_channels(image); k++)
        seg_string_printf(&names, "%s%s", k ? ", " : "", image->name[k]);
    st = seg_fail(err, SEG_MISMATCH,
                  "%s has no channel for the region %s: its channels are %s (name them as the regions, with --channels "
                  "independent:NAMES)",
                  image->path, region, names.text ? names.text : "");
    seg_string_free(&names);
    return st;
}

static seg_status other_number(const seg_image *image, const seg_scene_classes *regions, seg_error *err)
{
    size_t channels = seg_image_channels(image);
    seg_string names = {0};
    seg_status st;

    if (channels < regions->n)
        return seg_fail(err, SEG_MISMATCH,
                        "%s has %zu channels, but there are %zu regions: give as many regions as channels", image->path,
                        channels, regions->n);
    for (size_t c = 0; c < channels; c++)
        seg_string_printf(&names, "%s%s", c ? "," : "", c < regions->n ? regions->of[c].name : "other");
    st = seg_fail(err, SEG_MISMATCH,
                  "%s has %zu channels, but there are %zu regions (name the channels with --channels independent:%s, "
                  "or give as many regions as channels)",
                  image->path, channels, regions->n, names.text ? names.text : "NAMES");
    seg_string_free(&names);
    return st;
}

/* Which channel of an independent image each region is. */
static seg_status place_regions(const struct lists *l, int side, seg_error *err)
{
    const seg_image *image = l->side[side];
    seg_scene_classes *c = l->classes;
    seg_string pairs = {0};
    seg_status st = SEG_OK;

    if (!image->independent)
        return SEG_OK;
    if (!image->name && seg_image_channels(image) != c->n)
        return other_number(image, c, err);
    for (size_t r = 0; !st && r < c->n; r++) {
        c->of[r].channel[side] = image->name ? find_channel(image, c->of[r].name) : (int)r;
        if (c->of[r].channel[side] < 0)
            st = no_channel(image, c->of[r].name, err);
        seg_string_printf(&pairs, "%s%zu = %s", r ? ", " : "", r, c->of[r].name);
    }
    if (!st && !image->name)
        seg_warn(l->notes,
                 "%s: its channels are taken for the regions in their order: %s (--channels independent:NAMES "
                 "says another)",
                 image->path, pairs.text ? pairs.text : "");
    seg_string_free(&pairs);
    return st;
}

static seg_status from_regions(const struct lists *l, seg_error *err)
{
    const seg_regions *regions = l->options->regions;
    seg_status st = SEG_OK;

    for (size_t r = 0; !st && r < regions->n; r++) {
        const seg_region *region = &regions->region[r];

        st = add(l->classes,
                 (seg_scene_class){
                     .id = (int64_t)r + 1, .name = region->name, .member = region->label, .members = region->labels},
                 err);
    }
    for (int side = 0; !st && side < SEG_SIDE_COUNT; side++)
        st = place_regions(l, side, err);
    return st;
}

/* ---- channels ---- */

static bool id_of_name(const seg_match_options *o, const char *name, int64_t *id)
{
    for (size_t i = 0; i < o->n_names; i++)
        if (seg_same_name(o->names[i].text, name)) {
            *id = o->names[i].id;
            return true;
        }
    return false;
}

static const char *name_of_id(const seg_match_options *o, int64_t id)
{
    for (size_t i = 0; i < o->n_names; i++)
        if (o->names[i].id == id)
            return o->names[i].text;
    return NULL;
}

/* Names of files or channels that only one image has, in one sentence. */
static seg_string list_names(const seg_image *image, const seg_image *other)
{
    seg_string names = {0};

    for (size_t k = 0; k < seg_image_channels(image); k++)
        if (find_channel(other, image->name[k]) < 0)
            seg_string_printf(&names, "%s%s", names.length ? ", " : "", image->name[k]);
    return names;
}

static seg_status missing_channels(const struct lists *l, const seg_image *leader, const seg_image *other, bool truth,
                                   seg_error *err)
{
    seg_string missing = list_names(leader, other), extra = list_names(other, leader);
    seg_status st = SEG_OK;

    if (missing.length && (!l->options->missing_left_out || !truth))
        st = seg_fail(
            err, SEG_MISMATCH,
            "%s has no %s, which %s has: a missing file is not an empty mask (--allow-missing leaves such classes "
            "out)",
            other->path, missing.text, leader->path);
    else if (missing.length)
        seg_warn(l->notes, "%s has no %s; left out", other->path, missing.text);
    if (extra.length && !st)
        seg_warn(l->notes, "%s has %s, which %s does not have; left out", other->path, extra.text, leader->path);
    seg_string_free(&missing);
    seg_string_free(&extra);
    return st;
}

/* Both images have independent channels: matched by name, or by place when one has no names. */
static seg_status match_channels(const struct lists *l, int lead, seg_error *err)
{
    const seg_image *leader = l->side[lead], *other = l->side[!lead];
    size_t n = seg_image_channels(leader);
    bool by_name = leader->name && other->name;
    seg_status st = SEG_OK;

    if (!by_name && seg_image_channels(other) != n)
        return seg_fail(err, SEG_MISMATCH, "%s has %zu channels, but %s has %zu (one for each class in both)",
                        other->path, seg_image_channels(other), leader->path, n);
    if (by_name)
        st = missing_channels(l, leader, other, lead == SEG_SIDE_TRUTH, err);
    for (size_t k = 0; !st && k < n; k++) {
        seg_scene_class c = {.id = (int64_t)k + 1,
                             .name = leader->name  ? leader->name[k]
                                     : other->name ? other->name[k]
                                                   : NULL};

        c.channel[lead] = (int)k;
        c.channel[!lead] = by_name ? find_channel(other, c.name) : (int)k;
        if (c.channel[!lead] >= 0)
            st = add(l->classes, c, err);
    }
    return st;
}

static bool is_selected(const seg_match_options *o, int64_t id)
{
    bool selected = !o->n_classes;

    for (size_t i = 0; i < o->n_classes; i++)
        selected |= o->classes[i] == id;
    return selected;
}

/* Channels of the one image against labels of the other: by the names of the labels, or channel k = label k from 1. */
static seg_status match_labels(const struct lists *l, int lead, seg_error *err)
{
    const seg_image *leader = l->side[lead];
    size_t n = seg_image_channels(leader);
    seg_status st = SEG_OK;

    for (size_t k = 0; !st && k < n; k++) {
        seg_scene_class c = {.id = (int64_t)k + 1};
        bool known = !leader->name || id_of_name(l->options, leader->name[k], &c.id);

        if (!known && l->options->n_classes)
            continue;
        if (!known)
            return seg_fail(
                err, SEG_MISMATCH,
                "%s: which label of %s is %s? (give the labels of the names with --labels FILE, or leave it "
                "out of --classes)",
                leader->path, l->side[!lead]->path, leader->name[k]);
        c.channel[lead] = (int)k;
        c.name = leader->name ? leader->name[k] : name_of_id(l->options, c.id);
        c.members = 1;
        st = add(l->classes, c, err);
    }
    for (size_t k = 0; k < l->classes->n; k++) {
        l->classes->of[k].own = l->classes->of[k].id;
        l->classes->of[k].member = &l->classes->of[k].own; /* the array has its final place now */
    }
    return st;
}

/* A label of the truth that no channel stands for would be scored nowhere. */
static seg_status check_labels(const struct lists *l, const seg_image *channels, const seg_image *labels,
                               seg_error *err)
{
    size_t n = seg_image_channels(channels);

    for (size_t i = 0; i < labels->labels.values; i++) {
        int64_t label = labels->labels.value[i];

        if (label > (int64_t)n && !seg_label_is_ignored(l->options, label) && is_selected(l->options, label))
            return seg_fail(err, SEG_MISMATCH,
                            "%s has the label %lld, but %s has %zu channels (say which labels each channel unites, as "
                            "--regions NAME=LABELS,..., or select labels with --classes 1-%zu)",
                            labels->path, (long long)label, channels->path, n, n);
    }
    seg_warn(l->notes, "%s: its %zu channels are taken for the labels 1 to %zu of %s", channels->path, n, n,
             labels->path);
    return SEG_OK;
}

static seg_status from_channels(const struct lists *l, seg_error *err)
{
    int lead = l->side[SEG_SIDE_TRUTH]->independent ? SEG_SIDE_TRUTH : SEG_SIDE_PREDICTION;
    const seg_image *other = l->side[!lead];
    seg_status st;

    if (other->independent)
        return match_channels(l, lead, err);
    st = match_labels(l, lead, err);
    if (!st && !l->side[lead]->name && other->kind == SEG_IMAGE_LABELS)
        st = check_labels(l, l->side[lead], other, err);
    return st;
}

/* ---- selection ---- */

static seg_status select_classes(const struct lists *l, seg_error *err)
{
    const seg_match_options *o = l->options;
    bool any = false;

    for (size_t k = 0; k < l->classes->n; k++)
        any |= l->classes->of[k].selected = is_selected(o, l->classes->of[k].id);
    for (size_t i = 0; i < o->n_classes; i++) {
        bool found = false;

        for (size_t k = 0; k < l->classes->n; k++)
            found |= l->classes->of[k].id == o->classes[i];
        if (!found)
            return seg_fail(err, SEG_USAGE,
                            "--classes %lld: there are only the classes %lld to %lld (name one of them)",
                            (long long)o->classes[i], l->classes->n ? (long long)l->classes->of[0].id : 0,
                            l->classes->n ? (long long)l->classes->of[l->classes->n - 1].id : 0);
    }
    return any ? SEG_OK
               : seg_fail(err, SEG_MISMATCH, "%s and %s have no class in common (check their names)", l->side[0]->path,
                          l->side[1]->path);
}

seg_status seg_scene_classes_make(seg_scene_classes *classes, const seg_image *side[SEG_SIDE_COUNT],
                                  const seg_match_options *options, const seg_warnings *notes, seg_error *err)
{
    const struct lists l = {classes, side, options, notes};
    seg_status st = options->regions ? from_regions(&l, err) : from_channels(&l, err);

    return st ? st : select_classes(&l, err);
}
