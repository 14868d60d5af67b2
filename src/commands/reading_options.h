/* reading_options.h - the options that say what the numbers in the files mean; every command that reads a pair has them. */
#ifndef SEG_COMMANDS_READING_OPTIONS_H
#define SEG_COMMANDS_READING_OPTIONS_H

#include "../cli/options.h"
#include "../evaluate/reading.h"

/* As given; texts belong to the command line. */
typedef struct {
    int input, truth_input;    /* seg_read_as */
    double scale, truth_scale; /* NAN: not given */
    bool clip;
    double truth_threshold; /* NAN: not given */
    const char *channels, *truth_channels, *axes;
    int frame; /* -1: not given */
    const char *classes, *labels, *ignore;
    const char *map, *map_prediction, *map_truth, *regions, *palette, *objects;
    const char *mask;
    double mask_threshold; /* NAN: not given */
} seg_reading_options_given;

void seg_reading_options_preset(seg_reading_options_given *given);

/* Turns them into a reading, which is empty; free it also after an error. Contradictions are SEG_USAGE and name both
 * options. `convention`: of the metrics, whose tools may turn a grey truth into a mask. */
seg_status seg_reading_of_options(seg_reading *reading, const seg_reading_options_given *given, const char *convention,
                                  seg_error *err);

#define SEG_NUMBER_ROW(name_, at_, argument_, min_, max_, preset_, help_)                                              \
    {                                                                                                                  \
        0, name_, SEG_OPTION_NUMBER, at_, false, argument_, NULL, min_, max_, preset_, help_, SEG_COMPLETE_NOTHING     \
    }

/* The rows, for a struct whose field `field_` is the above. */
#define SEG_MEANING_ROWS(type_, field_)                                                                                \
    SEG_CHOICE_ROW("input", offsetof(type_, field_.input), "KIND", seg_read_as_words, "auto",                          \
                   "what the prediction holds"),                                                                       \
        SEG_CHOICE_ROW("truth-input", offsetof(type_, field_.truth_input), "KIND", seg_read_as_words, "auto",          \
                       "what the truth holds; prob is a soft truth in [0, 1]"),                                        \
        SEG_NUMBER_ROW("scale", offsetof(type_, field_.scale), "X", 1e-9, 1e12, "1",                                   \
                       "the prediction's values are divided by X (255, 65535, 100) and are probabilities then"),       \
        SEG_NUMBER_ROW("truth-scale", offsetof(type_, field_.truth_scale), "X", 1e-9, 1e12, "1",                       \
                       "the same for the truth"),                                                                      \
        SEG_SWITCH_ROW(0, "clip", offsetof(type_, field_.clip),                                                        \
                       "probabilities below 0 become 0, above 1 become 1; the number is reported"),                    \
        SEG_NUMBER_ROW("truth-threshold", offsetof(type_, field_.truth_threshold), "X", 0, 0, NULL,                    \
                       "the truth is foreground where its stored value is above X"),                                   \
        SEG_TEXT_ROW(0, "channels", offsetof(type_, field_.channels), "KIND[:LIST]", "auto",                           \
                     "what an axis beside those of space is: softmax (exclusive classes), independent (masks or maps " \
                     "that may overlap) or series (frames, each a case); the list gives each channel its label or "    \
                     "name, as independent:WT,TC,ET",                                                                  \
                     SEG_COMPLETE_NOTHING),                                                                            \
        SEG_TEXT_ROW(0, "truth-channels", offsetof(type_, field_.truth_channels), "KIND[:LIST]", "as --channels",      \
                     "the same for the truth", SEG_COMPLETE_NOTHING),                                                  \
        SEG_TEXT_ROW(0, "axes", offsetof(type_, field_.axes), "ORDER", "xyzc; czyx for NumPy",                         \
                     "order of the prediction's stored axes, of the letters x y z c t (c channels, t frames), the "    \
                     "first the fastest (for NumPy: as shape prints them)",                                            \
                     SEG_COMPLETE_NOTHING),                                                                            \
        {0,                                                                                                            \
         "frame",                                                                                                      \
         SEG_OPTION_INTEGER,                                                                                           \
         offsetof(type_, field_.frame),                                                                                \
         false,                                                                                                        \
         "N",                                                                                                          \
         NULL,                                                                                                         \
         0,                                                                                                            \
         65534,                                                                                                        \
         "all",                                                                                                        \
         "only this frame of both files, from 0: an entry of the axis of frames, else of the last axis",               \
         SEG_COMPLETE_NOTHING},                                                                                        \
        SEG_TEXT_ROW('c', "classes", offsetof(type_, field_.classes), "LIST", "from the files",                        \
                     "the classes that are scored, as labels or names: 1-4,7 or liver,spleen; their rows are what "    \
                     "they are without the list; other labels are background, or wrong wherever they stand when the "  \
                     "list names 0, as 0-18 does",                                                                     \
                     SEG_COMPLETE_NOTHING),                                                                            \
        SEG_TEXT_ROW(0, "map", offsetof(type_, field_.map), "LIST", NULL,                                              \
                     "other labels for those of both files, as 4=3,5-9=0, all at once; a file of lines 'old new "      \
                     "[name]'; or cityscapes-trainids, cityscapes-instances, div:N, reduce-zero, panoptic:FILE, none", \
                     SEG_COMPLETE_FILE),                                                                               \
        SEG_TEXT_ROW(0, "map-prediction", offsetof(type_, field_.map_prediction), "LIST", NULL,                        \
                     "the same for the prediction alone", SEG_COMPLETE_FILE),                                          \
        SEG_TEXT_ROW(0, "map-truth", offsetof(type_, field_.map_truth), "LIST", NULL, "the same for the truth alone",  \
                     SEG_COMPLETE_FILE),                                                                               \
        SEG_TEXT_ROW(0, "regions", offsetof(type_, field_.regions), "LIST", "from nnU-Net's dataset.json",             \
                     "unions of labels, scored one by one, as WT=1/2/3,TC=2/3,ET=3; nnU-Net's dataset.json, or a "     \
                     "file of lines 'NAME labels...'; none: the labels themselves",                                    \
                     SEG_COMPLETE_FILE),                                                                               \
        SEG_TEXT_ROW(                                                                                                  \
            0, "objects", offsetof(type_, field_.objects), "KIND", "components",                                       \
            "what an object is for lesion-... and related: components of a class; instances: every value but 0 "       \
            "is one; instances:D: of class value / D, as instances:1000 for Cityscapes",                               \
            SEG_COMPLETE_NOTHING),                                                                                     \
        SEG_TEXT_ROW('L', "labels", offsetof(type_, field_.labels), "FILE", "found beside the truth",                  \
                     "names of the labels: BIDS dseg.tsv, nnU-Net dataset.json, ITK-SNAP, FreeSurfer, or lines "       \
                     "'id name'",                                                                                      \
                     SEG_COMPLETE_FILE),                                                                               \
        SEG_TEXT_ROW('i', "ignore-label", offsetof(type_, field_.ignore), "LIST", "none",                              \
                     "labels of the truth whose voxels are scored in no sum, border or distance",                      \
                     SEG_COMPLETE_NOTHING),                                                                            \
        SEG_TEXT_ROW(0, "mask", offsetof(type_, field_.mask), "FILE", NULL,                                            \
                     "only voxels inside are scored: those where this image is not 0; of many cases a folder",         \
                     SEG_COMPLETE_FILE),                                                                               \
        SEG_NUMBER_ROW("mask-threshold", offsetof(type_, field_.mask_threshold), "X", 0, 0, NULL,                      \
                       "inside is where the mask's value is above X"),                                                 \
        SEG_TEXT_ROW(0, "palette", offsetof(type_, field_.palette), "FILE", NULL,                                      \
                     "labels of the colours of RGB images: a file of colours, or voc, cityscapes, ade20k, camvid, "    \
                     "panoptic",                                                                                       \
                     SEG_COMPLETE_FILE)

#endif
