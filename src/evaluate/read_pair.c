/* read_pair.c - reads two files as far as needed, asks the rules about both, and makes images of them. */
#include "read_pair.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../io/folder_image.h"
#include "../io/infer_kind.h"
#include "../pairing/rename_image.h"
#include "raters.h"
#include "segmentation_file.h"

enum { PREDICTION, TRUTH, SIDES };

struct pair {
    seg_pair_files *files;
    const seg_reading *reading;
    const seg_case_paths *paths;
    const char *path[SIDES];
    seg_read_options options[SIDES];
    seg_look look[SIDES];
    seg_meaning meaning[SIDES];
    bool ready[SIDES]; /* a folder, whose image is made at once */
    seg_status status[SIDES];
    seg_error error[SIDES];
    const seg_warnings *notes;
};

seg_read_options seg_reading_options(const seg_reading *r, int side, const seg_case_paths *paths)
{
    seg_read_options o = r->files[side];

    o.as_option = side == TRUTH ? "--truth-input" : NULL;
    o.keep_nan = r->match.nan != SEG_NAN_ERROR;
    o.nan_is_zero = r->match.nan == SEG_NAN_ZERO;
    if (paths->has_frame) {
        o.has_frame = true;
        o.frame = paths->frame;
    }
    return o;
}

/* ---- the question ---- */

static bool names_cover(const seg_case_reading *c, const seg_facts *f)
{
    const seg_reading *r = c->reading;
    const seg_label_name *names = r->n_names ? r->names : c->found;
    size_t n = r->n_names ? r->n_names : c->n_found, covered = 0;

    for (size_t i = 0; i < f->values; i++)
        for (size_t k = 0; k < n; k++)
            if (names[k].id == f->value[i]) {
                covered++;
                break;
            }
    return f->values > 2 && covered == f->values;
}

/* A selection of names, or of labels beyond 1: a selection never means grey levels. */
static bool selects_labels(const seg_reading *r)
{
    bool selects = false;

    for (size_t i = 0; i < r->classes.n; i++)
        selects |= !r->classes.entry[i].numeric || r->classes.entry[i].last > 1;
    return selects;
}

seg_question seg_reading_question(const seg_reading *r, int side, const seg_facts *file, const seg_facts *other,
                                  const seg_case_reading *c)
{
    seg_channels_kind channels = r->channels[side];

    if (side == TRUTH && channels == SEG_CHANNELS_AUTO)
        channels = r->channels[PREDICTION];
    return (seg_question){.file = file,
                          .other = other,
                          .truth = side == TRUTH,
                          .said = seg_said_of(&r->files[side]),
                          .channels = channels,
                          .labels_named =
                              selects_labels(r) || r->renaming[side].given || c->match.regions || names_cover(c, file),
                          .mapped = r->renaming[side].given,
                          .regions = c->match.regions ? c->match.regions->n : 0,
                          .run = side == PREDICTION ? r->run : SEG_RUN_OPEN,
                          .soft_wanted = r->match.soft_truth};
}

/* ---- both files ---- */

/* A truth without frames is that of every frame. */
static seg_status open_side(struct pair *p, size_t i)
{
    seg_read_options *o = &p->options[i];
    seg_look *look = &p->look[i];
    seg_status st;

    if (i == PREDICTION || !o->has_frame)
        return seg_look_open(look, p->path[i], o, p->notes, &p->error[i]);
    o->has_frame = false;
    st = seg_look_open(look, p->path[i], o, NULL, &p->error[i]);
    o->has_frame = !st && look->facts.channels * look->facts.frames > 1;
    seg_look_close(look);
    return st ? st : seg_look_open(look, p->path[i], o, p->notes, &p->error[i]);
}

static bool is_folder(const char *path)
{
    struct stat about;

    return !seg_input_is_stdin(path) && !stat(path, &about) && S_ISDIR(about.st_mode);
}

static seg_image *image_of(struct pair *p, size_t side)
{
    return side == PREDICTION ? &p->files->prediction : &p->files->truth;
}

/* The files of a folder are the channels of a map, or a mask each. */
static seg_status read_folder(struct pair *p, size_t i, seg_error *err)
{
    seg_image *image = image_of(p, i);
    seg_files_kind kind = p->paths->folder[i] ? p->paths->folder[i] : p->reading->folders;
    seg_folder folder = {0};
    seg_status st = seg_folder_list(&folder, p->path[i], p->notes, err);
    bool channels;

    if (st)
        return st;
    channels = kind == SEG_FILES_CHANNELS || (kind != SEG_FILES_MASKS && seg_folder_is_channels(&folder));
    if (kind == SEG_FILES_CASES || (!channels && kind != SEG_FILES_MASKS))
        st = seg_fail(
            err, SEG_MISMATCH,
            "%s: is a folder of %zu files, one image was wanted: masks of structures, channels of a map, or cases? "
            "(say --files masks, --files channels or --files cases)",
            p->path[i], folder.n);
    else
        st = (channels ? seg_image_of_channel_files : seg_image_of_mask_files)(image, &folder, &p->options[i], p->notes,
                                                                               err);
    image->folder_assumed = channels && kind != SEG_FILES_CHANNELS;
    p->meaning[i] = (seg_meaning){.kind = channels ? SEG_MEANS_SOFTMAX : SEG_MEANS_INDEPENDENT, .unit = 1};
    p->look[i].facts = (seg_facts){.path = p->path[i],
                                   .channels = folder.n,
                                   .frames = 1,
                                   .looked = true,
                                   .whole = image->kind == SEG_IMAGE_MASKS,
                                   .high = 1};
    p->ready[i] = true;
    seg_folder_free(&folder);
    return st;
}

static void look_at(void *context, size_t i, int worker)
{
    struct pair *p = context;

    (void)worker;
    if (is_folder(p->path[i])) {
        p->status[i] = read_folder(p, i, &p->error[i]);
        return;
    }
    p->status[i] = open_side(p, i);
    if (!p->status[i])
        p->status[i] = seg_look_values(&p->look[i], &p->error[i]);
    if (!p->status[i])
        p->status[i] = seg_segmentation_take(&p->look[i], p->path[i], &p->files->reading, (int)i, &p->meaning[i],
                                             image_of(p, i), &p->ready[i], &p->error[i]);
}

static void make_image(void *context, size_t i, int worker)
{
    struct pair *p = context;
    (void)worker;
    if (!p->ready[i])
        p->status[i] = seg_look_image(&p->look[i], &p->meaning[i], image_of(p, i), &p->error[i]);
}

static seg_status both(struct pair *p, void (*run)(void *, size_t, int), seg_error *err)
{
    seg_parallel_for(SIDES, run, p);
    for (int i = 0; i < SIDES; i++)
        if (p->status[i]) {
            if (err)
                *err = p->error[i];
            return p->status[i];
        }
    return SEG_OK;
}

/* ---- deciding ---- */

static seg_question question(const struct pair *p, int side)
{
    seg_question q =
        seg_reading_question(p->reading, side, &p->look[side].facts, &p->look[!side].facts, &p->files->reading);

    if (p->options[side].has_frame && q.channels == SEG_CHANNELS_SERIES)
        q.channels = SEG_CHANNELS_AUTO; /* one of its frames is left */
    if (p->options[side].has_above)
        q.said = SEG_SAID_LABELS;
    q.other_is_map = side == TRUTH && p->meaning[PREDICTION].kind != SEG_MEANS_LABELS &&
                     p->meaning[PREDICTION].kind != SEG_MEANS_ONE_HOT;
    q.other_independent = side == TRUTH && p->meaning[PREDICTION].kind == SEG_MEANS_INDEPENDENT;
    return q;
}

/* A truth with grey edges becomes a mask where that is part of the convention in use. */
static seg_status threshold_grey_truth(struct pair *p, seg_error *err)
{
    seg_read_options *o = &p->options[TRUTH];

    seg_warn(p->notes, "%s: has grey levels; foreground is above 128 (--truth-threshold says another)", p->path[TRUTH]);
    o->has_above = true;
    o->above = 128;
    seg_look_close(&p->look[TRUTH]);
    look_at(p, TRUTH, 0);
    if (p->status[TRUTH] && err)
        *err = p->error[TRUTH];
    return p->status[TRUTH];
}

/* Grey levels in the truth are asked about first: they decide what the prediction may be. */
static seg_status decide_grey_truth(struct pair *p, seg_error *err)
{
    seg_question q = question(p, TRUTH);
    seg_meaning ignored;

    if (p->ready[TRUTH] || !seg_looks_grey(&q))
        return SEG_OK;
    q.other_is_map = p->options[PREDICTION].as == SEG_AS_PROBABILITIES;
    return p->reading->grey_truth_is_mask ? threshold_grey_truth(p, err) : seg_meaning_find(&ignored, &q, NULL, err);
}

/* As many channels as regions may be regions or a softmax, and so may channels against masks: their sums tell. */
static seg_status sum_channels(struct pair *p, int side, seg_error *err)
{
    const seg_facts *f = &p->look[side].facts;
    const seg_case_reading *c = &p->files->reading;
    const seg_facts *t = &p->look[TRUTH].facts;
    bool as_regions = c->match.regions && c->match.regions->n == f->channels;
    bool against_masks = side == PREDICTION && t->channels > 1 && t->whole && !t->one_hot;
    bool asked = !f->whole && f->channels > 1 && f->frames == 1 && (as_regions || against_masks) &&
                 p->reading->channels[PREDICTION] == SEG_CHANNELS_AUTO && p->options[side].as != SEG_AS_LOGITS &&
                 !f->all_seen;

    return asked ? seg_look_sums(&p->look[side], err) : SEG_OK;
}

/* A truth with fractions against labels is asked about with its whole range: a threshold depends on it. */
static seg_status find_range(struct pair *p, int side, seg_error *err)
{
    const seg_facts *t = &p->look[TRUTH].facts;
    bool labels = p->meaning[PREDICTION].kind == SEG_MEANS_LABELS || p->meaning[PREDICTION].kind == SEG_MEANS_ONE_HOT;

    if (side != TRUTH || !labels || !t->looked || t->whole || t->all_seen || p->reading->match.soft_truth)
        return SEG_OK;
    return seg_look_sums(&p->look[TRUTH], err);
}

static size_t frames_of(const seg_facts *f)
{
    return f->frames > 1 ? f->frames : f->channels;
}

/* Frames are cases of their own; here one image is wanted. */
static seg_status check_series(const struct pair *p, seg_error *err)
{
    const seg_facts *f = &p->look[PREDICTION].facts, *t = &p->look[TRUTH].facts;

    if (p->meaning[PREDICTION].kind != SEG_MEANS_SERIES && p->meaning[TRUTH].kind != SEG_MEANS_SERIES)
        return SEG_OK;
    if (frames_of(f) != frames_of(t))
        return seg_fail(err, SEG_MISMATCH, "%s has %zu frames, but %s has %zu (one for each frame in both)", f->path,
                        frames_of(f), t->path, frames_of(t));
    return seg_fail(err, SEG_MISMATCH, "%s is a series of %zu frames, one image was wanted (say --frame N, from 0)",
                    f->path, frames_of(f));
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && !strcasecmp(text + n - m, end);
}

/* The 19 ids that Cityscapes is trained with, against its labelIds. */
static seg_status check_train_ids(const struct pair *p, seg_error *err)
{
    const seg_facts *f = &p->look[PREDICTION].facts;
    bool trained = f->looked && f->whole && f->values > 1 && f->channels == 1;

    for (size_t i = 0; trained && i < f->values; i++)
        trained = (f->value[i] >= 0 && f->value[i] <= 18) || f->value[i] == 255;
    if (!trained || !ends_with(p->path[TRUTH], "_labelIds.png") || p->reading->renaming[TRUTH].given ||
        p->reading->renaming[PREDICTION].given)
        return SEG_OK;
    return seg_fail(err, SEG_MISMATCH,
                    "%s has labelIds by its name, and %s has only labels 0 to 18, which are trainIds (say --map-truth "
                    "cityscapes-trainids, or --map none if they are labelIds)",
                    p->path[TRUTH], p->path[PREDICTION]);
}

static seg_status decide(struct pair *p, seg_error *err)
{
    seg_status st = decide_grey_truth(p, err);

    for (int side = 0; !st && side < SIDES; side++) {
        seg_question q;

        if (p->ready[side])
            continue;
        st = sum_channels(p, side, err);
        if (!st)
            st = find_range(p, side, err);
        q = question(p, side);
        if (!st)
            st = seg_meaning_find(&p->meaning[side], &q, p->notes, err);
    }
    if (!st)
        st = check_series(p, err);
    return st ? st : check_train_ids(p, err);
}

/* ---- names of channels ---- */

static seg_status name_independent(seg_image *image, const seg_class_list *list, seg_error *err)
{
    seg_status st = seg_alloc(&image->name, list->n, sizeof *image->name, "names of channels", err);

    for (size_t k = 0; !st && k < list->n; k++)
        if (!(image->name[k] = strdup(list->entry[k].text)))
            st = seg_fail(err, SEG_MEMORY, "not enough memory for names of channels");
    return st;
}

static seg_status label_softmax(seg_image *image, const seg_class_list *list, const seg_case_reading *c, seg_error *err)
{
    const seg_reading *r = c->reading;
    size_t n;
    seg_status st = seg_class_list_resolve(list, r->n_names ? r->names : c->found, r->n_names ? r->n_names : c->n_found,
                                           "--channels", &image->id, &n, err);

    if (!st && n != seg_image_channels(image))
        st = seg_fail(err, SEG_MISMATCH, "%s has %zu channels, but --channels names %zu labels (one for each)",
                      image->path, seg_image_channels(image), n);
    return st;
}

/* What --channels says about each channel. */
static seg_status name_channels(struct pair *p, int side, seg_image *image, seg_error *err)
{
    const seg_class_list *list = &p->reading->channel_names[side];
    size_t n = seg_image_channels(image);

    if (side == TRUTH && !list->n && image->independent)
        list = &p->reading->channel_names[PREDICTION];
    if (!list->n || n < 2)
        return SEG_OK;
    if (!image->independent)
        return label_softmax(image, list, &p->files->reading, err);
    if (list->n != n)
        return seg_fail(err, SEG_MISMATCH, "%s has %zu channels, but --channels names %zu (one for each channel)",
                        image->path, n, list->n);
    return name_independent(image, list, err);
}

static seg_status finish_image(struct pair *p, int side, seg_error *err)
{
    seg_image *image = image_of(p, (size_t)side);

    image->path = strdup(seg_input_is_stdin(p->path[side]) ? "standard input" : p->path[side]);
    if (!image->path)
        return seg_no_name(err);
    image->sums_assumed = p->meaning[side].kind == SEG_MEANS_SOFTMAX &&
                          p->reading->channels[PREDICTION] == SEG_CHANNELS_AUTO &&
                          (!p->ready[side] || image->folder_assumed) && p->options[side].as != SEG_AS_LOGITS;
    return name_channels(p, side, image, err);
}

/* ---- the mask of voxels that count ---- */

/* Codes 1 inside and 0 outside; at least one voxel must be inside. */
static seg_status take_mask(seg_image *mask, seg_labelmap *map, seg_error *err)
{
    uint64_t count[2] = {0, 0};
    uint32_t *code;
    seg_status st = seg_alloc(&code, map->values, sizeof *code, "a mask", err);

    for (size_t i = 0; !st && i < map->values; i++)
        code[i] = map->value[i] != 0;
    if (!st)
        seg_labelmap_recode(map, code);
    free(code);
    if (st)
        return st;
    mask->labels = *map;
    *map = (seg_labelmap){0};
    seg_labelmap_count(&mask->labels, 2, count);
    return count[1]
               ? SEG_OK
               : seg_fail(err, SEG_MISMATCH, "%s: is empty: no voxel is inside this mask (check the file)", mask->path);
}

/* Which part of a map is inside? */
static seg_status fractional_mask(seg_look *look, seg_error *err)
{
    seg_status st = look->facts.all_seen ? SEG_OK : seg_look_sums(look, err);
    double high = look->facts.high;

    return st ? st
              : seg_fail(err, SEG_MISMATCH,
                         "%s: holds fractions from %g to %g, a mask was wanted (say --mask-threshold %g: inside is "
                         "above it)",
                         look->facts.path, look->facts.low, high, high > 1 ? high / 2 : 0.5);
}

static seg_status read_mask(struct pair *p, seg_error *err)
{
    const seg_reading *r = p->reading;
    seg_read_options o = {.memory = r->files[TRUTH].memory,
                          .has_above = r->has_mask_threshold,
                          .above = r->mask_threshold,
                          .has_spacing = r->files[TRUTH].has_spacing};
    seg_image *mask = &p->files->mask;
    seg_look look;
    seg_status st;

    memcpy(o.spacing, r->files[TRUTH].spacing, sizeof o.spacing);
    mask->path = strdup(p->paths->mask);
    if (!mask->path)
        return seg_no_name(err);
    st = seg_look_open(&look, mask->path, &o, p->notes, err);
    if (!st)
        st = seg_look_values(&look, err);
    if (!st && !look.facts.whole)
        st = fractional_mask(&look, err);
    if (!st && look.maps != 1)
        st = seg_fail(err, SEG_MISMATCH, "%s: has %zu channels, a mask of one was wanted (keep one volume)", mask->path,
                      look.facts.channels);
    if (!st)
        st = take_mask(mask, &look.map[0], err);
    seg_look_close(&look);
    return st;
}

/* ---- several raters ---- */

/* The truth of one more rater, on the grid of the first. */
static seg_status read_rater(const struct pair *p, const char *path, seg_image *out, seg_error *err)
{
    seg_pair_files files = {.reading = p->files->reading};
    struct pair q = *p;
    seg_question asked;
    seg_status st;

    q.files = &files;
    q.path[TRUTH] = path;
    q.ready[TRUTH] = false;
    look_at(&q, TRUTH, 0);
    st = q.status[TRUTH];
    asked = question(&q, TRUTH);
    if (!st && !q.ready[TRUTH])
        st = seg_meaning_find(&q.meaning[TRUTH], &asked, q.notes, &q.error[TRUTH]);
    if (!st && !q.ready[TRUTH])
        st = seg_look_image(&q.look[TRUTH], &q.meaning[TRUTH], &files.truth, &q.error[TRUTH]);
    if (st && err)
        *err = q.error[TRUTH];
    if (!st)
        st = finish_image(&q, TRUTH, err);
    if (!st)
        st = seg_align(&files.truth, &p->files->truth, p->reading->match.geometry, p->notes, err);
    seg_look_close(&q.look[TRUTH]);
    *out = files.truth;
    return st;
}

/* A mask of 0 and 255 is one of 0 and 1, as it is for a single rater. */
static seg_status rename_rater(const seg_case_reading *c, seg_image *image, seg_error *err)
{
    seg_labelmap *map = &image->labels;

    if (image->kind == SEG_IMAGE_LABELS && image->binary && !c->match.renaming[TRUTH])
        map->value[map->values - 1] = 1;
    image->binary = false;
    return seg_image_rename(image, c->match.renaming[TRUTH], err);
}

static seg_status join_raters(struct pair *p, seg_error *err)
{
    seg_case_reading *c = &p->files->reading;
    size_t n = p->paths->n_more + 1;
    seg_image *truth;
    seg_status st = seg_alloc(&truth, n, sizeof *truth, "the raters", err);

    if (st)
        return st;
    truth[0] = p->files->truth;
    for (size_t i = 1; !st && i < n; i++)
        st = read_rater(p, p->paths->more[i - 1], &truth[i], err);
    for (size_t i = 0; !st && i < n; i++)
        st = rename_rater(c, &truth[i], err);
    if (!st) {
        c->match.renaming[TRUTH] = NULL; /* it is done */
        st = seg_raters_join(truth, n, p->reading->raters, &p->files->prediction, &c->match, p->notes, err);
    }
    p->files->truth = truth[0];
    for (size_t i = 1; i < n; i++)
        seg_image_free(&truth[i]);
    free(truth);
    return st;
}

/* ---- a case ---- */

static seg_status read_both(struct pair *p, seg_error *err)
{
    seg_status st = both(p, look_at, err);

    if (!st)
        st = decide(p, err);
    if (!st)
        st = both(p, make_image, err);
    for (int side = 0; !st && side < SIDES; side++)
        st = seg_segmentation_place(&p->look[side], p->path[side], image_of(p, (size_t)side),
                                    image_of(p, (size_t)!side), p->notes, err);
    if (!st && p->paths->mask)
        st = read_mask(p, err);
    for (int side = 0; !st && side < SIDES; side++)
        st = finish_image(p, side, err);
    if (!st)
        st = seg_case_reading_resolve(&p->files->reading, &p->files->prediction, &p->files->truth, p->notes, err);
    return st || !p->paths->n_more ? st : join_raters(p, err);
}

seg_status seg_read_pair(seg_pair_files *files, const seg_reading *r, const seg_case_paths *paths, bool once,
                         const seg_timing *timing, const seg_warnings *notes, seg_error *err)
{
    struct pair p = {.files = files,
                     .reading = r,
                     .paths = paths,
                     .path = {paths->prediction, paths->truth},
                     .options = {seg_reading_options(r, PREDICTION, paths), seg_reading_options(r, TRUTH, paths)},
                     .notes = notes};
    double since = seg_seconds();
    seg_status st;

    *files = (seg_pair_files){0};
    if (!strcmp(paths->prediction, "-") && !strcmp(paths->truth, "-"))
        return seg_fail(err, SEG_USAGE, "the prediction and the truth cannot both be stdin (name a file for one)");
    p.options[PREDICTION].once = once;
    st = seg_case_reading_begin(&files->reading, r, paths->truth, notes, err);
    if (!st)
        st = read_both(&p, err);
    for (int side = 0; side < SIDES; side++) {
        files->meaning[side] = p.meaning[side];
        seg_look_close(&p.look[side]);
    }
    seg_took(timing, &since, "read", "");
    return st;
}

void seg_pair_files_free(seg_pair_files *files)
{
    seg_image_free(&files->prediction);
    seg_image_free(&files->truth);
    seg_image_free(&files->mask);
    seg_case_reading_free(&files->reading);
}
