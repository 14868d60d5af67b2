/* meaning_rules.c - the decision tables: one row for each kind of file that is met.
 *
 * A row that is taken for something without asking follows a convention of the field, named in `found` or `taken`. Where
 * two readings of a file are plausible the row refuses, and names the options in the order of likelihood.
 */
#include "meaning.h"

#include <math.h>

#define FILE_(q) ((q)->file)

/* Slack around [0, 1] that rounding explains, and the range that a resampling or a rounding of the software explains. */
static const double SLACK = 1e-3, SLIGHTLY = 0.25;

static const char *option(const seg_question *q, const char *prediction, const char *truth)
{
    return q->truth ? truth : prediction;
}

/* ---- what is found ---- */

static bool several(const seg_question *q)
{
    return FILE_(q)->channels > 1;
}

static bool fractions(const seg_question *q)
{
    return !FILE_(q)->whole;
}

static bool within(const seg_facts *f, double low, double high)
{
    return f->low >= low && f->high <= high;
}

static bool is_index(const seg_question *q)
{
    return !several(q) && FILE_(q)->palette;
}

static bool is_grey_map(const seg_question *q)
{
    return !several(q) && FILE_(q)->picture && seg_looks_grey(q) && q->other && seg_is_mask(q->other);
}

static bool is_grey_of_run(const seg_question *q)
{
    return !several(q) && q->run == SEG_RUN_PROBABILITIES && FILE_(q)->picture && FILE_(q)->integers &&
           !FILE_(q)->palette && FILE_(q)->whole && !q->labels_named && (seg_is_mask(FILE_(q)) || seg_looks_grey(q)) &&
           FILE_(q)->high > 1;
}

static bool is_grey(const seg_question *q)
{
    return !several(q) && seg_looks_grey(q);
}

static bool is_instances(const seg_question *q)
{
    return !several(q) && FILE_(q)->picture && FILE_(q)->bits == 16 && FILE_(q)->whole && FILE_(q)->high >= 1000 &&
           !q->mapped && !q->said && !seg_is_mask(FILE_(q));
}

static bool is_map_of_run(const seg_question *q)
{
    return !several(q) && FILE_(q)->whole && q->run == SEG_RUN_PROBABILITIES &&
           (seg_is_zero_one(FILE_(q)) || (seg_is_mask(FILE_(q)) && !FILE_(q)->picture));
}

static bool is_other_than_run(const seg_question *q)
{
    return !several(q) && FILE_(q)->whole && q->run == SEG_RUN_PROBABILITIES;
}

static bool is_mask(const seg_question *q)
{
    return !several(q) && FILE_(q)->whole && !seg_is_zero_one(FILE_(q)) && seg_is_mask(FILE_(q));
}

static bool is_labels(const seg_question *q)
{
    return !several(q) && FILE_(q)->whole;
}

static bool is_map(const seg_question *q)
{
    return !several(q) && fractions(q) && within(FILE_(q), -SLACK, 1 + SLACK);
}

static bool is_slightly_outside(const seg_question *q)
{
    return fractions(q) && within(FILE_(q), -SLIGHTLY, 1 + SLIGHTLY);
}

static bool is_scaled(const seg_question *q)
{
    return fractions(q) && within(FILE_(q), 0, 255);
}

/* ---- channels ---- */

static bool has_two_axes(const seg_question *q)
{
    return FILE_(q)->frames > 1 && several(q) && q->channels != SEG_CHANNELS_SERIES;
}

/* Shape K, x, y, z where the other file has x, y, z: what NumPy and PyTorch keep in memory. */
static bool is_channels_first(const seg_question *q)
{
    const size_t *n = FILE_(q)->n, *t = q->other ? q->other->n : NULL;

    return several(q) && t && FILE_(q)->frames == 1 && FILE_(q)->channels == t[2] && n[1] == t[0] && n[2] == t[1] &&
           (n[0] != t[0] || n[1] != t[1] || n[2] != t[2]);
}

/* Channels of values before an activation, of as many regions: a softmax, or a sigmoid each? */
static bool is_logits_of_regions(const seg_question *q)
{
    return several(q) && q->said == SEG_SAID_LOGITS && q->channels == SEG_CHANNELS_AUTO &&
           q->regions == FILE_(q)->channels;
}

static bool is_logits(const seg_question *q)
{
    return several(q) && q->said == SEG_SAID_LOGITS;
}

static bool is_said_series(const seg_question *q)
{
    return (several(q) || FILE_(q)->frames > 1) && q->channels == SEG_CHANNELS_SERIES;
}

static bool is_said_independent(const seg_question *q)
{
    return several(q) && q->channels == SEG_CHANNELS_INDEPENDENT;
}

static bool is_said_softmax(const seg_question *q)
{
    return several(q) && q->channels == SEG_CHANNELS_SOFTMAX && (fractions(q) || q->said);
}

static bool is_series(const seg_question *q)
{
    const seg_facts *f = FILE_(q);

    return several(q) && f->whole && (f->label_intent || f->high >= 2) && q->other && q->other->channels == f->channels;
}

static bool is_one_hot(const seg_question *q)
{
    return several(q) && FILE_(q)->whole && FILE_(q)->one_hot;
}

static bool is_independent_truth(const seg_question *q)
{
    return several(q) && FILE_(q)->whole && seg_is_zero_one(FILE_(q)) && q->other_independent;
}

static bool is_masks_or_frames(const seg_question *q)
{
    return several(q) && FILE_(q)->whole && seg_is_zero_one(FILE_(q));
}

static bool is_frames_of_one(const seg_question *q)
{
    return several(q) && FILE_(q)->whole;
}

/* 99.9 % of the voxels, because padding after a crop is often 0 in every channel. */
static bool is_softmax(const seg_question *q)
{
    const seg_facts *f = FILE_(q);

    return several(q) && within(f, -SLACK, 1 + SLACK) && (double)f->off_sums <= 1e-3 * (double)f->voxels;
}

static bool is_regions(const seg_question *q)
{
    return several(q) && within(FILE_(q), -SLACK, 1 + SLACK) && q->regions == FILE_(q)->channels;
}

static bool is_unknown_channels(const seg_question *q)
{
    return several(q) && within(FILE_(q), -SLACK, 1 + SLACK);
}

static bool always(const seg_question *q)
{
    (void)q;
    return true;
}

/* ---- truths ---- */

static bool is_soft(const seg_question *q)
{
    return !several(q) && fractions(q) && within(FILE_(q), -SLACK, 1 + SLACK) && (q->other_is_map || q->soft_wanted);
}

static bool is_fractional_truth(const seg_question *q)
{
    return fractions(q) && !several(q);
}

/* ---- units ---- */

static double white(const seg_question *q)
{
    return FILE_(q)->largest;
}

static double of_mask(const seg_question *q)
{
    return FILE_(q)->high > 1 ? FILE_(q)->high : 1;
}

/* ---- doubts ---- */

static void say_grey(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);

    if (q->truth)
        seg_string_printf(out,
                          "has %zu different values up to %g: a mask with grey edges, a soft truth, labels%s? "
                          "(say --truth-threshold %g, --truth-input prob%s --truth-input labels%s)",
                          f->values, f->high, q->other_is_map ? "" : ", or objects", f->bits == 16 ? 32768.0 : 128.0,
                          q->other_is_map ? " or" : ",", q->other_is_map ? "" : " or --objects instances");
    else if (f->picture)
        seg_string_printf(out,
                          "has %zu different values up to %g: labels, or a map of probabilities? (say --input prob, "
                          "--input labels, or --objects instances)",
                          f->values, f->high);
    else
        seg_string_printf(out,
                          "has %zu different values up to %g: labels, or a map of probabilities? (say --scale %g, "
                          "--input labels, or --objects instances)",
                          f->values, f->high, f->largest);
}

static void say_instances(const seg_question *q, seg_string *out)
{
    seg_string_printf(out,
                      "has values up to %g: ids of instances, or labels? (say %s cityscapes-instances if they are 1000 "
                      "times the class and more, --objects instances:1000 if they are objects, or %s labels)",
                      FILE_(q)->high, option(q, "--map-prediction", "--map-truth"),
                      option(q, "--input", "--truth-input"));
}

static void say_other_than_run(const seg_question *q, seg_string *out)
{
    seg_string_printf(
        out,
        "holds labels up to %g, but the predictions of this run are maps of probabilities (take it out, or "
        "say --input labels for all)",
        FILE_(q)->high);
}

static void say_slightly(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);

    seg_string_printf(
        out,
        "holds %llu values slightly outside [0, 1], from %g to %g (say --clip if they are probabilities, or "
        "%s logits)",
        (unsigned long long)f->odd, f->low, f->high, option(q, "--input", "--truth-input"));
}

static void say_scaled(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);
    const char *scale = option(q, "--scale", "--truth-scale"), *input = option(q, "--input", "--truth-input");

    seg_string_printf(out, "holds fractions from %g to %g, and probabilities are in [0, 1] ", f->low, f->high);
    if (f->high <= 100)
        seg_string_printf(out, "(say %s 100 if that means 1, %s 255, or %s logits)", scale, scale, input);
    else if (f->high <= 255)
        seg_string_printf(out, "(say %s 255 if that means 1, %s 65535, or %s logits)", scale, scale, input);
    else
        seg_string_printf(out, "(say %s 65535 if that means 1, or %s logits)", scale, input);
}

static void say_neither(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);

    seg_string_printf(
        out,
        "holds fractions from %g to %g, neither labels nor probabilities (say %s logits if they are values "
        "before the softmax or sigmoid)",
        f->low, f->high, option(q, "--input", "--truth-input"));
}

static void say_two_axes(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);

    seg_string_printf(out, "has two axes beside those of space, %zu x %zu: frames of channels? ", f->frames,
                      f->channels);
    if (q->other && q->other->frames == f->frames)
        seg_string_printf(out, "(say --channels series to score every frame, or --frame N for one of them)");
    else
        seg_string_printf(
            out, "(say --frame N for one of them, or --channels series when the truth has %zu frames too)", f->frames);
}

static void say_channels_first(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);

    seg_string_printf(
        out,
        "has the shape %zu x %zu x %zu x %zu, and %s has %zu x %zu x %zu: its channels come first (say --axes "
        "cxyz)",
        f->n[0], f->n[1], f->n[2], f->channels, q->other->path, q->other->n[0], q->other->n[1], q->other->n[2]);
}

static void say_logits_of_regions(const seg_question *q, seg_string *out)
{
    seg_string_printf(
        out,
        "has logits of %zu channels, as many as regions: a sigmoid for each, or one softmax? (say --channels "
        "independent or --channels softmax)",
        FILE_(q)->channels);
}

static void say_masks_or_frames(const seg_question *q, seg_string *out)
{
    seg_string_printf(
        out,
        "has %zu channels of 0 and 1 that do not exclude each other: masks of structures, or frames? (say "
        "%s independent or --channels series)",
        FILE_(q)->channels, option(q, "--channels", "--truth-channels"));
}

static void say_frames_of_one(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);

    if (q->other && q->other->channels != f->channels)
        seg_string_printf(
            out, "has %zu channels of labels up to %g, but %s has %zu: frames? (say --frame N for one of them)",
            f->channels, f->high, q->other->path, q->other->channels);
    else
        seg_string_printf(out, "has %zu channels of whole numbers up to %g: frames of labels? (say --channels series)",
                          f->channels, f->high);
}

static void say_unknown_channels(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);
    const char *channels = option(q, "--channels", "--truth-channels");

    seg_string_printf(out,
                      "has %zu channels in [0, 1] whose sum is not 1 in %llu voxels (worst %.6g): overlapping classes? "
                      "(say %s independent, %s softmax or --channels series)",
                      f->channels, (unsigned long long)f->off_sums, f->worst_sum, channels, channels);
}

static void say_fractional_truth(const seg_question *q, seg_string *out)
{
    const seg_facts *f = FILE_(q);

    seg_string_printf(
        out,
        "is the truth and holds fractions from %g to %g, and the prediction holds labels: a mask that was "
        "resampled, a soft truth, or swapped files? (say --truth-threshold %g, --truth-input prob, or swap "
        "them: the prediction comes first)",
        f->low, f->high, f->high > 1.25 ? f->high / 2 : 0.5);
}

/* ---- the tables ---- */

#define CHANNEL_ROWS                                                                                                     \
    {"channels before the axes of space: the shape is K and then the other file's",                                      \
     "-",                                                                                                                \
     is_channels_first,                                                                                                  \
     SEG_MEANS_REFUSED,                                                                                                  \
     NULL,                                                                                                               \
     NULL,                                                                                                               \
     SEG_MISMATCH,                                                                                                       \
     say_channels_first,                                                                                                 \
     "--axes cxyz"},                                                                                                     \
        {"two axes beside those of space", "-", has_two_axes, SEG_MEANS_REFUSED, NULL, NULL, SEG_MISMATCH, say_two_axes, \
         "--channels series, --frame N"},                                                                                \
        {"channels, --channels series",                                                                                  \
         "one case for each frame",                                                                                      \
         is_said_series,                                                                                                 \
         SEG_MEANS_SERIES,                                                                                               \
         NULL,                                                                                                           \
         NULL,                                                                                                           \
         SEG_OK,                                                                                                         \
         NULL,                                                                                                           \
         NULL},                                                                                                          \
        {"channels, --channels independent",                                                                             \
         "a mask or map for each class",                                                                                 \
         is_said_independent,                                                                                            \
         SEG_MEANS_INDEPENDENT,                                                                                          \
         NULL,                                                                                                           \
         NULL,                                                                                                           \
         SEG_OK,                                                                                                         \
         NULL,                                                                                                           \
         NULL},                                                                                                          \
        {"channels with fractions, --channels softmax",                                                                  \
         "probabilities of exclusive classes",                                                                           \
         is_said_softmax,                                                                                                \
         SEG_MEANS_SOFTMAX,                                                                                              \
         NULL,                                                                                                           \
         NULL,                                                                                                           \
         SEG_OK,                                                                                                         \
         NULL,                                                                                                           \
         NULL},                                                                                                          \
        {"logits of as many channels as regions",                                                                        \
         "-",                                                                                                            \
         is_logits_of_regions,                                                                                           \
         SEG_MEANS_REFUSED,                                                                                              \
         NULL,                                                                                                           \
         NULL,                                                                                                           \
         SEG_MISMATCH,                                                                                                   \
         say_logits_of_regions,                                                                                          \
         "--channels independent, --channels softmax"},                                                                  \
        {"channels of logits", "a softmax", is_logits, SEG_MEANS_SOFTMAX, NULL, NULL, SEG_OK, NULL, "--channels"},       \
        {"channels of whole numbers with a value of 2 or more, as many in the other file",                               \
         "a series: each is a frame of labels, and a case",                                                              \
         is_series,                                                                                                      \
         SEG_MEANS_SERIES,                                                                                               \
         NULL,                                                                                                           \
         NULL,                                                                                                           \
         SEG_OK,                                                                                                         \
         NULL,                                                                                                           \
         "--channels"},                                                                                                  \
    {                                                                                                                    \
        "channels of 0 and 1 whose sum is 1 in every voxel", "labels: channel k is class k", is_one_hot,                 \
            SEG_MEANS_ONE_HOT, NULL, NULL, SEG_OK, NULL, "--channels"                                                    \
    }

#define MORE_CHANNEL_ROWS                                                                                              \
    {"other channels of 0 and 1",                                                                                      \
     "-",                                                                                                              \
     is_masks_or_frames,                                                                                               \
     SEG_MEANS_REFUSED,                                                                                                \
     NULL,                                                                                                             \
     NULL,                                                                                                             \
     SEG_MISMATCH,                                                                                                     \
     say_masks_or_frames,                                                                                              \
     "--channels independent, --channels series"},                                                                     \
        {"other channels of whole numbers",                                                                            \
         "-",                                                                                                          \
         is_frames_of_one,                                                                                             \
         SEG_MEANS_REFUSED,                                                                                            \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         SEG_MISMATCH,                                                                                                 \
         say_frames_of_one,                                                                                            \
         "--channels series, --frame N"},                                                                              \
        {"channels in [0, 1] whose sum is within 0.01 of 1 in 99.9 % of the voxels",                                   \
         "probabilities of exclusive classes (softmax): channel k is class k",                                         \
         is_softmax,                                                                                                   \
         SEG_MEANS_SOFTMAX,                                                                                            \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         SEG_OK,                                                                                                       \
         NULL,                                                                                                         \
         "--channels"},                                                                                                \
        {"channels in [0, 1], as many as regions",                                                                     \
         "a map for each region, in their order (nnU-Net)",                                                            \
         is_regions,                                                                                                   \
         SEG_MEANS_INDEPENDENT,                                                                                        \
         NULL,                                                                                                         \
         "%s: its channels do not sum to 1 and are as many as the regions: read as one map for each region",           \
         SEG_OK,                                                                                                       \
         NULL,                                                                                                         \
         "--channels"},                                                                                                \
    {                                                                                                                  \
        "other channels in [0, 1]", "-", is_unknown_channels, SEG_MEANS_REFUSED, NULL, NULL, SEG_MISMATCH,             \
            say_unknown_channels, "--channels independent, --channels softmax, --channels series"                      \
    }

const seg_meaning_rule seg_prediction_rules[] = {
    {"a palette image", "labels: the index (VOC, LabelMe, DAVIS)", is_index, SEG_MEANS_LABELS, NULL, NULL, SEG_OK, NULL,
     "--palette is for RGB"},
    {"whole numbers of a grey PNG or TIFF that look grey, and the truth is a mask of two values",
     "a map of probabilities, divided by 255 or 65535 (saliency, polyps)", is_grey_map, SEG_MEANS_MAP, white,
     "%s: read as probabilities, values / %g (--input labels if they are labels)", SEG_OK, NULL, "--input labels"},
    {"grey levels or 0 and 255 of a PNG or TIFF in a run of such maps", "a map of probabilities, divided likewise",
     is_grey_of_run, SEG_MEANS_MAP, white, "%s: read as probabilities, values / %g (--input labels if they are labels)",
     SEG_OK, NULL, "--input labels"},
    {"other whole numbers that look grey", "-", is_grey, SEG_MEANS_REFUSED, NULL, NULL, SEG_MISMATCH, say_grey,
     "--input prob (PNG, TIFF), --scale 255, --scale 65535, --input labels"},
    {"a 16-bit PNG or TIFF with values of 1000 or more", "-", is_instances, SEG_MEANS_REFUSED, NULL, NULL, SEG_MISMATCH,
     say_instances, "--map-prediction cityscapes-instances, --input labels"},
    {"0 and 1 in a run of probability maps", "a map that is certain everywhere", is_map_of_run, SEG_MEANS_MAP, of_mask,
     NULL, SEG_OK, NULL, "--input labels"},
    {"labels of 2 and more in a run of probability maps", "a failed case", is_other_than_run, SEG_MEANS_REFUSED, NULL,
     NULL, SEG_MISMATCH, say_other_than_run, "--input labels"},
    {"0 and 255, or 0 and the largest value of the type, and the other file has no more labels",
     "a mask: classes 0 and 1", is_mask, SEG_MEANS_LABELS, NULL, NULL, SEG_OK, NULL, "--classes 255"},
    {"whole numbers (floats within 0.001)", "labels", is_labels, SEG_MEANS_LABELS, NULL, NULL, SEG_OK, NULL,
     "--input prob"},
    {"fractions in [0, 1] (slack 0.001)", "a map of the one foreground", is_map, SEG_MEANS_MAP, NULL, NULL, SEG_OK,
     NULL, "--input"},
    CHANNEL_ROWS,
    MORE_CHANNEL_ROWS,
    {"fractions in [-0.25, 1.25]", "-", is_slightly_outside, SEG_MEANS_REFUSED, NULL, NULL, SEG_READ, say_slightly,
     "--clip, --input logits"},
    {"fractions in [0, 100] or [0, 255]", "-", is_scaled, SEG_MEANS_REFUSED, NULL, NULL, SEG_READ, say_scaled,
     "--scale 100, --scale 255, --input logits"},
    {"other fractions", "-", always, SEG_MEANS_REFUSED, NULL, NULL, SEG_READ, say_neither, "--input logits"},
};

const seg_meaning_rule seg_truth_rules[] = {
    {"a palette image", "labels: the index (VOC, LabelMe, DAVIS)", is_index, SEG_MEANS_LABELS, NULL, NULL, SEG_OK, NULL,
     "--palette is for RGB"},
    {"whole numbers that look grey", "-", is_grey, SEG_MEANS_REFUSED, NULL, NULL, SEG_MISMATCH, say_grey,
     "--truth-threshold 128, --truth-input prob, --truth-input labels"},
    {"a 16-bit PNG or TIFF with values of 1000 or more", "-", is_instances, SEG_MEANS_REFUSED, NULL, NULL, SEG_MISMATCH,
     say_instances, "--map-truth cityscapes-instances, --truth-input labels"},
    {"0 and 255, or 0 and the largest value of the type, and the other file has no more labels",
     "a mask: classes 0 and 1", is_mask, SEG_MEANS_LABELS, NULL, NULL, SEG_OK, NULL, "--classes 255"},
    {"whole numbers (floats within 0.001)", "labels", is_labels, SEG_MEANS_LABELS, NULL, NULL, SEG_OK, NULL,
     "--truth-input prob"},
    {"fractions in [0, 1], and the prediction is a map", "a soft truth", is_soft, SEG_MEANS_MAP, NULL,
     "%s: a soft truth, used as it is (--truth-threshold 0.5 makes it a mask)", SEG_OK, NULL, "--truth-threshold 0.5"},
    {"other fractions", "-", is_fractional_truth, SEG_MEANS_REFUSED, NULL, NULL, SEG_MISMATCH, say_fractional_truth,
     "--truth-threshold 0.5, --truth-input prob, the files in the other order"},
    CHANNEL_ROWS,
    {"other channels of 0 and 1, and the prediction has independent channels", "a mask for each class",
     is_independent_truth, SEG_MEANS_INDEPENDENT, NULL, NULL, SEG_OK, NULL, "--truth-channels"},
    MORE_CHANNEL_ROWS,
    {"other channels with fractions", "-", always, SEG_MEANS_REFUSED, NULL, NULL, SEG_READ, say_neither,
     "--truth-input logits"},
};

const size_t seg_prediction_rule_count = sizeof seg_prediction_rules / sizeof *seg_prediction_rules;
const size_t seg_truth_rule_count = sizeof seg_truth_rules / sizeof *seg_truth_rules;
