/* look.c - facts about a file, and the image that it becomes. */
#include "look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../image/label_rename.h"
#include "../image/one_hot.h"
#include "../pairing/palette.h"
#include "format.h"
#include "prob_planes.h"

/* ---- the header ---- */

static double largest_of(const seg_image_file *a)
{
    double bits = 8.0 * (double)a->type->bytes - (a->type->name[0] == 'i');

    if (a->type->real)
        return 0;
    return a->format->picture && a->type->bytes <= 2 ? a->white : exp2(bits) - 1;
}

void seg_look_begin(seg_look *look, seg_image_file *a, const seg_read_options *options)
{
    *look = (seg_look){.options = *options, .file = a};
    look->facts = (seg_facts){.path = a->name,
                              .picture = a->format->picture,
                              .palette = a->palette,
                              .colours = a->colours,
                              .integers = !a->type->real && !a->scaled,
                              .bits = 8 * (int)a->type->bytes,
                              .is_signed = a->type->name[0] == 'i',
                              .largest = largest_of(a),
                              .n = {a->extent[0], a->extent[1], a->extent[2]},
                              .channels = a->channels,
                              .frames = a->frames,
                              .label_intent = a->label_intent,
                              .voxels = a->voxels};
}

seg_status seg_look_open(seg_look *look, const char *path, const seg_read_options *options, const seg_warnings *notes,
                         seg_error *err)
{
    seg_image_file *a;
    seg_status st = seg_alloc(&a, 1, sizeof *a, "reading a file", err);

    *look = (seg_look){0};
    if (!st)
        st = seg_image_file_open(a, path, options, notes, err);
    if (st)
        free(a);
    else
        seg_look_begin(look, a, options);
    return st;
}

/* ---- whole numbers ---- */

static seg_status fractional(const seg_image_file *a, const seg_label_faults *f, const seg_read_options *options,
                             seg_error *err)
{
    char place[96], number[SEG_NUMBER_ROOM], advice[SEG_ADVICE];

    return seg_fail(err, SEG_READ, "%s: %llu voxels are not whole numbers, the first %s at %s, labels were wanted%s",
                    a->name, (unsigned long long)f->fractions, seg_number_digits(number, f->fraction, 6),
                    seg_image_file_place(a, f->fraction_at, place),
                    seg_read_advice(advice, options, "use %s prob or logits"));
}

static void free_maps(seg_look *look)
{
    for (size_t i = 0; i < look->maps; i++)
        seg_labelmap_free(&look->map[i]);
    free(look->map);
    free(look->value);
    look->map = NULL;
    look->value = NULL;
    look->maps = 0;
    look->facts.value = NULL;
    look->facts.values = 0;
}

static void count_value(seg_facts *f, double x)
{
    f->low = fmin(f->low, x);
    f->high = fmax(f->high, x);
}

/* The different labels of all channels, but for those that stand for what is not finite. */
static seg_status gather_values(seg_look *look, seg_error *err)
{
    seg_facts *f = &look->facts;
    size_t room = 0;
    seg_status st = SEG_OK;

    for (size_t k = 0; !st && k < look->maps; k++)
        for (size_t i = 0; !st && i < look->map[k].values; i++) {
            int64_t label = look->map[k].value[i];
            size_t at = 0, high = f->values;

            if (label == SEG_LABEL_NOT_FINITE)
                continue;
            while (at < high) { /* a map of instances has ten thousands of values */
                size_t middle = at + (high - at) / 2;

                if (look->value[middle] < label)
                    at = middle + 1;
                else
                    high = middle;
            }
            if (at < f->values && look->value[at] == label)
                continue;
            st = seg_grow(&look->value, &room, f->values + 1, sizeof *look->value, "label table", err);
            if (st)
                return st;
            memmove(look->value + at + 1, look->value + at, (f->values - at) * sizeof *look->value);
            look->value[at] = label;
            f->values++;
        }
    f->value = look->value;
    f->low = f->values ? (double)f->value[0] : 0;
    f->high = f->values ? (double)f->value[f->values - 1] : 0;
    return st;
}

/* Planes of whole numbers become label maps until a fraction is met. */
static seg_status read_maps(seg_look *look, seg_error *err)
{
    seg_image_file *a = look->file;
    bool stop = look->options.as != SEG_AS_LABELS && !look->options.has_above;
    size_t planes = (size_t)a->planes;
    seg_status st = seg_alloc(&look->map, planes, sizeof *look->map, "label maps", err);

    look->moved = true;
    for (size_t k = 0; !st && !look->faults.fractions && k < planes; k++) {
        seg_label_faults faults;

        look->maps = k + 1;
        st = seg_labels_read(&look->map[k], a, &look->options, stop, k + 1 == planes, &faults, err);
        if (st)
            look->maps = k;
        look->faults.fractions += faults.fractions;
        if (look->faults.fractions == faults.fractions) {
            look->faults.fraction = faults.fraction;
            look->faults.fraction_at = k * a->voxels + faults.fraction_at;
        }
        if (!look->faults.not_finite)
            look->faults.not_finite_at = k * a->voxels + faults.not_finite_at;
        look->faults.not_finite += faults.not_finite;
    }
    if (!st && look->faults.fractions && !stop && !look->options.has_above)
        st = fractional(a, &look->faults, &look->options, err);
    if (!st && look->faults.not_finite && !look->options.keep_nan)
        st = seg_not_finite(a, look->faults.not_finite, look->faults.not_finite_at, err);
    return st;
}

/* The values before the first fraction, and the fraction itself, tell whether it may be a map of probabilities. */
static void take_fraction(seg_look *look)
{
    seg_facts *f = &look->facts;

    f->low = f->high = look->faults.fraction;
    for (size_t k = 0; k < look->maps; k++)
        for (size_t i = 0; i < look->map[k].values; i++)
            if (look->map[k].value[i] != SEG_LABEL_NOT_FINITE)
                count_value(f, (double)look->map[k].value[i]);
    free_maps(look);
}

/* Whether what was seen so far is in [0, 1]: the rest is checked when it is read. */
static bool may_be_probabilities(const seg_facts *f)
{
    return f->low >= -(double)SEG_PROB_SLACK && f->high <= 1 + (double)SEG_PROB_SLACK;
}

/* Where a colour is met first. */
static void find_colour(const seg_labelmap *map, uint32_t code, size_t *x, size_t *y)
{
    for (size_t row = 0; row < seg_grid_rows(&map->grid); row++)
        for (size_t i = map->first[row]; i < map->first[row + 1]; i++)
            if (map->run[i].code == code) {
                *x = map->run[i].x;
                *y = row;
                return;
            }
}

static seg_status unknown_colour(const seg_look *look, const seg_labelmap *map, size_t code, seg_error *err)
{
    uint32_t colour = (uint32_t)map->value[code];
    uint64_t *count;
    size_t x = 0, y = 0;
    seg_status st = seg_alloc(&count, map->values, sizeof *count, "counts of colours", err);

    if (st)
        return st;
    seg_labelmap_count(map, map->values, count);
    find_colour(map, (uint32_t)code, &x, &y);
    st = seg_fail(
        err, SEG_READ,
        "%s: the colour %u, %u, %u of %llu pixels, the first (%zu, %zu), is not in the palette %s (colours must be "
        "exact: JPEG changes them)",
        look->facts.path, colour & 255, colour >> 8 & 255, colour >> 16, (unsigned long long)count[code], x, y,
        look->options.palette->title);
    free(count);
    return st;
}

/* Packed colours become labels, by their runs. */
static seg_status name_colours(seg_look *look, seg_error *err)
{
    seg_labelmap *map = &look->map[0];
    int64_t *to;
    seg_status st = seg_alloc(&to, map->values, sizeof *to, "label table", err);

    for (size_t i = 0; !st && i < map->values; i++)
        if (!seg_palette_find(look->options.palette, (uint32_t)map->value[i], &to[i]))
            st = unknown_colour(look, map, i, err);
    if (!st)
        st = seg_labelmap_rename(map, to, err);
    free(to);
    return st;
}

seg_status seg_look_values(seg_look *look, seg_error *err)
{
    const seg_read_options *o = &look->options;
    seg_facts *f = &look->facts;
    seg_status st;

    if (!o->has_above && (o->as == SEG_AS_PROBABILITIES || o->as == SEG_AS_LOGITS || o->scale > 0))
        return SEG_OK;
    st = read_maps(look, err);
    if (!st && look->file->colours && o->palette)
        st = name_colours(look, err);
    if (st)
        return st;
    f->looked = true;
    f->whole = !look->faults.fractions || o->has_above;
    if (!f->whole) {
        take_fraction(look);
        return may_be_probabilities(f) ? SEG_OK : seg_look_sums(look, err);
    }
    st = gather_values(look, err);
    if (!st && look->maps > 1 && seg_is_zero_one(f))
        st = seg_one_hot(NULL, look->map, look->maps, &f->one_hot, err);
    return st;
}

/* ---- fractions ---- */

/* How far from 1 a sum may be: what rounding to 8 bits for each channel leaves, or to half precision. */
static double sum_slack(const seg_facts *f)
{
    return f->integers && f->bits == 8 ? 0.02 : 0.01;
}

static void judge_sums(seg_facts *f, const double *sum, size_t n)
{
    double slack = sum_slack(f);

    f->worst_sum = 1;
    for (size_t i = 0; i < n; i++) {
        bool off = fabs(sum[i] - 1) > slack;

        f->off_sums += off;
        if (off && fabs(sum[i] - 1) > fabs(f->worst_sum - 1))
            f->worst_sum = sum[i];
    }
}

enum { BLOCK = 4096 };

static seg_status add_plane(seg_look *look, double *sum, seg_error *err)
{
    seg_image_file *a = look->file;
    double value[BLOCK];
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < a->voxels; i += BLOCK) {
        size_t n = a->voxels - i < BLOCK ? a->voxels - i : BLOCK;
        const void *raw = NULL;

        st = seg_image_file_take(a, n, &raw, err);
        if (st)
            return st;
        seg_image_file_values(a, raw, n, value);
        for (size_t j = 0; j < n; j++) {
            double x = isfinite(value[j]) ? value[j] / a->unit : 0;

            count_value(&look->facts, x);
            look->facts.odd += x < -(double)SEG_PROB_SLACK || x > 1 + (double)SEG_PROB_SLACK;
            sum[i + j] += x;
        }
    }
    return st;
}

seg_status seg_look_sums(seg_look *look, seg_error *err)
{
    seg_image_file *a = look->file;
    double *sum = NULL;
    seg_status st = look->moved ? seg_image_file_rewind(a, &look->options, err) : SEG_OK;

    look->moved = true;
    look->facts.odd = 0;
    if (!st)
        st =
            seg_memory_allow(&look->options, a->name, (double)a->voxels * sizeof *sum, "the sums of its channels", err);
    if (!st)
        st = seg_alloc(&sum, a->voxels, sizeof *sum, "the sums of channels", err);
    for (int k = 0; !st && k < a->planes; k++)
        st = add_plane(look, sum, err);
    if (!st) {
        judge_sums(&look->facts, sum, a->voxels);
        look->facts.all_seen = true;
    }
    free(sum);
    return st;
}

/* ---- images ---- */

/* 0 and 255, or 0 and the largest value of the type: a mask. */
static bool is_binary(const seg_look *look)
{
    return seg_is_mask(&look->facts) && look->facts.high > 1;
}

static seg_status make_labels(seg_look *look, seg_image *image, seg_error *err)
{
    if (look->maps != 1)
        return seg_fail(err, SEG_READ,
                        "%s: has %zu channels, a label map was wanted (say --channels series, or --frame N)",
                        look->facts.path, look->facts.channels);
    image->labels = look->map[0];
    look->map[0] = (seg_labelmap){0};
    image->binary = is_binary(look);
    return SEG_OK;
}

static seg_status make_one_hot(seg_look *look, seg_image *image, seg_error *err)
{
    bool one_hot;

    return seg_one_hot(&image->labels, look->map, look->maps, &one_hot, err);
}

/* Codes of a map that holds 0 and one more value become 0 and 1. */
static seg_status to_mask(const seg_look *look, seg_labelmap *map, seg_error *err)
{
    uint32_t code[2] = {0, 0};

    if (map->values > 2 || (map->values == 2 && map->value[0] != 0))
        return seg_fail(err, SEG_READ, "%s: holds %zu different values in a channel, a mask has 0 and one more",
                        look->facts.path, map->values);
    for (size_t i = 0; i < map->values; i++)
        code[i] = map->value[i] != 0;
    seg_labelmap_recode(map, code);
    return SEG_OK;
}

static seg_status make_masks(seg_look *look, seg_image *image, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t k = 0; !st && k < look->maps; k++)
        st = to_mask(look, &look->map[k], err);
    if (st)
        return st;
    image->kind = SEG_IMAGE_MASKS;
    image->independent = true;
    image->mask = look->map;
    image->masks = look->maps;
    look->map = NULL;
    look->maps = 0;
    return SEG_OK;
}

static seg_status make_planes(seg_look *look, const seg_meaning *meaning, seg_image *image, seg_error *err)
{
    const seg_read_options *o = &look->options;
    seg_image_file *a = look->file;
    seg_status st = look->moved ? seg_image_file_rewind(a, o, err) : SEG_OK;

    if (st)
        return st;
    image->kind = SEG_IMAGE_PROBABILITIES;
    image->independent = meaning->kind == SEG_MEANS_INDEPENDENT;
    image->coarse = look->facts.integers && look->facts.bits == 8;
    if (!(o->scale > 0))
        a->unit = meaning->unit;
    if (seg_planes_can_stream(a, o)) {
        st = seg_planes_stream(&image->prob, a, o, err);
        look->file = st ? a : NULL;
        return st;
    }
    if (o->as != SEG_AS_LOGITS && seg_planes_can_stay(a))
        return seg_planes_lazy(&image->prob, a, err);
    st = seg_planes_room(&image->prob, a->name, &a->grid, a->planes, o, err);
    if (!st)
        st = seg_planes_read(image->prob.prob, a, o, err);
    if (!st && o->as == SEG_AS_LOGITS)
        st = seg_planes_from_logits(&image->prob, a->name, image->independent, err);
    return st;
}

seg_status seg_look_image(seg_look *look, const seg_meaning *meaning, seg_image *image, seg_error *err)
{
    switch (meaning->kind) {
    case SEG_MEANS_LABELS:
        return make_labels(look, image, err);
    case SEG_MEANS_ONE_HOT:
        return make_one_hot(look, image, err);
    case SEG_MEANS_INDEPENDENT:
        return look->maps && look->facts.whole ? make_masks(look, image, err) : make_planes(look, meaning, image, err);
    case SEG_MEANS_SERIES:
        return seg_fail(err, SEG_MISMATCH, "%s: is a series of %zu frames, one image was wanted (say --frame N)",
                        look->facts.path, look->facts.frames > 1 ? look->facts.frames : look->facts.channels);
    default:
        free_maps(look);
        return make_planes(look, meaning, image, err);
    }
}

void seg_look_close(seg_look *look)
{
    free_maps(look);
    if (look->file) {
        seg_image_file_close(look->file);
        free(look->file);
    }
    *look = (seg_look){0};
}
