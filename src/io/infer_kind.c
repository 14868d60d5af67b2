/* infer_kind.c - decides whether a file's numbers are labels or probabilities, and says why when it cannot.
 *
 * One axis for classes, or data in [0, 1] with fractions: probabilities. Whole numbers: labels. Anything else is not
 * guessed at.
 */
#include "infer_kind.h"

#include <string.h>

#include "../base/text.h"
#include "format.h"
#include "label_values.h"
#include "prob_planes.h"

/* A grey picture with more values than a byte holds may be a photograph or a map of probabilities. */
enum { MOST_PICTURE_LABELS = 256 };

static const double OUTSIDE = 1e-3;

static seg_status doubtful(const seg_image_file *a, double value, uint64_t at, const seg_read_options *options,
                           seg_error *err)
{
    char place[96], number[SEG_NUMBER_ROOM], advice[SEG_ADVICE];

    return seg_fail(err, SEG_READ, "%s: %s at %s is neither a label nor a probability, one of the two was wanted%s",
                    a->name, seg_number_digits(number, value, 6), seg_image_file_place(a, at, place),
                    seg_read_advice(advice, options, "say %s logits, prob or labels"));
}

static seg_status fractional(const seg_image_file *a, const seg_label_faults *f, const seg_read_options *options,
                             seg_error *err)
{
    char place[96], number[SEG_NUMBER_ROOM], advice[SEG_ADVICE];

    return seg_fail(err, SEG_READ, "%s: %llu voxels are not whole numbers, the first %s at %s, labels were wanted%s",
                    a->name, (unsigned long long)f->fractions, seg_number_digits(number, f->fraction, 6),
                    seg_image_file_place(a, f->fraction_at, place),
                    seg_read_advice(advice, options, "use %s prob or logits"));
}

/* 0 and the largest value of the type: a mask. */
static bool is_binary(const seg_labelmap *map, const seg_image_file *a)
{
    double full = a->format->picture && !(a->type->bytes > 2) ? a->white : a->type->largest;

    if (a->palette || full <= 1 || map->values == 0 || map->values > 2)
        return false;
    return (double)map->value[map->values - 1] == full && (map->values == 1 || map->value[0] == 0);
}

static seg_status read_labels(seg_image *image, seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    seg_label_faults faults;
    char advice[SEG_ADVICE];
    seg_status st;

    if (a->has_planes)
        return seg_fail(err, SEG_READ, "%s: has an axis of %d classes, a label map was wanted%s", a->name, a->planes,
                        seg_read_advice(advice, options, "leave out %s labels, or keep one volume"));
    st = seg_labels_read(&image->labels, a, options, false, &faults, err);
    if (!st && faults.fractions)
        st = fractional(a, &faults, options, err);
    if (!st && faults.not_finite && !options->keep_nan)
        st = seg_not_finite(a, faults.not_finite, faults.not_finite_at, err);
    if (!st)
        image->binary = is_binary(&image->labels, a);
    return st;
}

static seg_status read_planes(seg_image *image, seg_image_file **owned, const seg_read_options *options, seg_error *err)
{
    seg_image_file *a = *owned;
    seg_status st;

    image->kind = SEG_IMAGE_PROBABILITIES;
    if (seg_planes_can_stream(a, options)) {
        st = seg_planes_stream(&image->prob, a, options, err);
        *owned = st ? a : NULL;
        return st;
    }
    if (options->as != SEG_AS_LOGITS && seg_planes_can_stay(a))
        return seg_planes_lazy(&image->prob, a, err);
    st = seg_planes_room(&image->prob, a->name, &a->grid, a->planes, options, err);
    if (!st)
        st = seg_planes_read(image->prob.prob, a, options, err);
    if (!st && options->as == SEG_AS_LOGITS)
        st = seg_planes_from_logits(&image->prob, a->name, err);
    return st;
}

/* The labels met before the first fraction are 0 and 1, as they are in a probability map. */
static bool may_be_probabilities(const seg_labelmap *map, double fraction)
{
    for (size_t i = 0; i < map->values; i++)
        if ((map->value[i] < 0 || map->value[i] > 1) && map->value[i] != SEG_LABEL_NOT_FINITE)
            return false;
    return fraction >= -OUTSIDE && fraction <= 1 + OUTSIDE;
}

/* Floats of one volume: labels until a fraction is met. */
static seg_status read_doubtful(seg_image *image, seg_image_file **owned, const seg_read_options *options,
                                seg_error *err)
{
    seg_image_file *a = *owned;
    seg_label_faults faults;
    seg_status st = seg_labels_read(&image->labels, a, options, true, &faults, err);

    if (st || !faults.fractions) {
        if (!st && faults.not_finite && !options->keep_nan)
            st = seg_not_finite(a, faults.not_finite, faults.not_finite_at, err);
        image->binary = !st && is_binary(&image->labels, a);
        return st;
    }
    if (!may_be_probabilities(&image->labels, faults.fraction))
        st = doubtful(a, faults.fraction, faults.fraction_at, options, err);
    seg_labelmap_free(&image->labels);
    if (!st)
        st = seg_image_file_rewind(a, options, err);
    return st ? st : read_planes(image, owned, options, err);
}

static seg_status read_picture(seg_image *image, seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    char advice[SEG_ADVICE];
    seg_status st = read_labels(image, a, options, err);

    if (!st && image->labels.values > MOST_PICTURE_LABELS)
        st = seg_fail(
            err, SEG_READ,
            "%s: has %zu different values, which labels seldom have, and it is not said what "
            "they are%s",
            a->name, image->labels.values,
            seg_read_advice(advice, options, "say %s prob or labels, or --objects instances if they are objects"));
    return st;
}

seg_status seg_image_from_array(seg_image *image, seg_image_file **owned, const seg_read_options *options,
                                seg_error *err)
{
    seg_image_file *a = *owned;

    if (a->channels > 1 && a->frames > 1)
        return seg_fail(err, SEG_READ, "%s: has %zu frames of %zu channels, one of the two was wanted (split the file)",
                        a->name, a->frames, a->channels);
    if (options->as == SEG_AS_LABELS)
        return read_labels(image, a, options, err);
    if (options->as != SEG_AS_AUTO || a->has_planes)
        return read_planes(image, owned, options, err);
    if (a->format->picture && !a->type->real)
        return read_picture(image, a, options, err);
    if (!a->type->real && !a->scaled)
        return read_labels(image, a, options, err);
    return read_doubtful(image, owned, options, err);
}
