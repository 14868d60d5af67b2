/* scoring.h - the options that every command shares which scores files: what to compute, and how to read. */
#ifndef SEG_COMMANDS_SCORING_H
#define SEG_COMMANDS_SCORING_H

#include "../cli/messages.h"
#include "../cli/options.h"
#include "../evaluate/score.h"
#include "reading_options.h"
#include "threads.h"

typedef struct {
    seg_texts losses, metrics;
    seg_reading_options_given reading;
    const char *spacing, *memory, *convention;
    double threshold; /* NAN: not given */
    int geometry, empty, nan;
    bool per_slice, slice_mean, per_class;
    int slice_axis; /* 0 auto, 1 x, 2 y, 3 z */
    int threads;    /* 0: not given */
    bool quiet;
    int verbose;
    /* Not an option: who fills the plans with losses instead of `losses` as they stand, or NULL. */
    seg_status (*add_losses)(void *context, seg_plan *plan, seg_error *err);
    void *add_context;
} seg_scoring_options;

/* The rows, for a struct whose field `scoring` is the above; reading without --loss and --metric. */
extern const char *const seg_axis_words[];
#define SEG_READING_ROWS(type_)                                                                                        \
    {0,                                                                                                                \
     "convention",                                                                                                     \
     SEG_OPTION_TEXT,                                                                                                  \
     offsetof(type_, scoring.convention),                                                                              \
     false,                                                                                                            \
     "NAME",                                                                                                           \
     NULL,                                                                                                             \
     0,                                                                                                                \
     0,                                                                                                                \
     "segloss",                                                                                                        \
     "whose definitions the metrics follow; see 'segloss list conventions'",                                           \
     SEG_COMPLETE_CONVENTION},                                                                                         \
        SEG_MEANING_ROWS(type_, scoring.reading),                                                                      \
        {'t',                                                                                                          \
         "threshold",                                                                                                  \
         SEG_OPTION_NUMBER,                                                                                            \
         offsetof(type_, scoring.threshold),                                                                           \
         false,                                                                                                        \
         "X",                                                                                                          \
         NULL,                                                                                                         \
         0,                                                                                                            \
         1,                                                                                                            \
         "largest probability; 0.5 for one foreground map",                                                            \
         "how probabilities become a mask for the metrics",                                                            \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "spacing",                                                                                                    \
         SEG_OPTION_TEXT,                                                                                              \
         offsetof(type_, scoring.spacing),                                                                             \
         false,                                                                                                        \
         "X,Y,Z",                                                                                                      \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "from the header",                                                                                            \
         "size of a voxel in mm, or 'none' for lengths in pixels",                                                     \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "geometry",                                                                                                   \
         SEG_OPTION_CHOICE,                                                                                            \
         offsetof(type_, scoring.geometry),                                                                            \
         false,                                                                                                        \
         "RULE",                                                                                                       \
         seg_geometry_words,                                                                                           \
         0,                                                                                                            \
         0,                                                                                                            \
         "strict",                                                                                                     \
         "what to do when the two grids lie differently in space",                                                     \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "empty",                                                                                                      \
         SEG_OPTION_CHOICE,                                                                                            \
         offsetof(type_, scoring.empty),                                                                               \
         false,                                                                                                        \
         "POLICY",                                                                                                     \
         seg_empty_words,                                                                                              \
         0,                                                                                                            \
         0,                                                                                                            \
         "na",                                                                                                         \
         "what an undefined metric of an empty mask becomes. zero-one: 1 when the truth is empty too, else 0; "        \
         "distances: 0 when both are empty, else they stay infinite. diagonal: distances become the image's "          \
         "diagonal. "                                                                                                  \
         "An imputed value says so in its status and is counted in the summary",                                       \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "nan",                                                                                                        \
         SEG_OPTION_CHOICE,                                                                                            \
         offsetof(type_, scoring.nan),                                                                                 \
         false,                                                                                                        \
         "RULE",                                                                                                       \
         seg_nan_words,                                                                                                \
         0,                                                                                                            \
         0,                                                                                                            \
         "error",                                                                                                      \
         "what to do with voxels that are not finite",                                                                 \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "per-slice",                                                                                                  \
         SEG_OPTION_SWITCH,                                                                                            \
         offsetof(type_, scoring.per_slice),                                                                           \
         false,                                                                                                        \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         "rows for each slice beside those of the volume",                                                             \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "slice-mean",                                                                                                 \
         SEG_OPTION_SWITCH,                                                                                            \
         offsetof(type_, scoring.slice_mean),                                                                          \
         false,                                                                                                        \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         "a row for the mean over the slices in which a measure is defined, as many 2D papers print it",               \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "slice-axis",                                                                                                 \
         SEG_OPTION_CHOICE,                                                                                            \
         offsetof(type_, scoring.slice_axis),                                                                          \
         false,                                                                                                        \
         "AXIS",                                                                                                       \
         seg_axis_words,                                                                                               \
         0,                                                                                                            \
         0,                                                                                                            \
         "auto",                                                                                                       \
         "the axis slices are cut across; auto is the one with the largest spacing, z in a tie",                       \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "per-class",                                                                                                  \
         SEG_OPTION_SWITCH,                                                                                            \
         offsetof(type_, scoring.per_class),                                                                           \
         true,                                                                                                         \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "on",                                                                                                         \
         "rows for each class beside their mean",                                                                      \
         SEG_COMPLETE_NOTHING},                                                                                        \
        {0,                                                                                                            \
         "memory",                                                                                                     \
         SEG_OPTION_TEXT,                                                                                              \
         offsetof(type_, scoring.memory),                                                                              \
         false,                                                                                                        \
         "SIZE",                                                                                                       \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "what is free",                                                                                               \
         "memory budget, as 500M or 4G: a file that claims more is refused, and of a batch only as many cases "        \
         "are in memory as fit",                                                                                       \
         SEG_COMPLETE_NOTHING},                                                                                        \
        SEG_THREADS_ROW(offsetof(type_, scoring.threads)),                                                             \
        {'q',                                                                                                          \
         "quiet",                                                                                                      \
         SEG_OPTION_SWITCH,                                                                                            \
         offsetof(type_, scoring.quiet),                                                                               \
         false,                                                                                                        \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         "errors only, no remarks and no progress",                                                                    \
         SEG_COMPLETE_NOTHING},                                                                                        \
    {                                                                                                                  \
        'v', "verbose", SEG_OPTION_COUNT, offsetof(type_, scoring.verbose), false, NULL, NULL, 0, 0, NULL,             \
            "say what was decided; twice: and how long it took", SEG_COMPLETE_NOTHING                                  \
    }

#define SEG_SCORING_ROWS(type_)                                                                                        \
    {'l',                                                                                                              \
     "loss",                                                                                                           \
     SEG_OPTION_TEXTS,                                                                                                 \
     offsetof(type_, scoring.losses),                                                                                  \
     false,                                                                                                            \
     "SPEC",                                                                                                           \
     NULL,                                                                                                             \
     0,                                                                                                                \
     0,                                                                                                                \
     "ce,dice for probabilities, none for labels",                                                                     \
     "losses: names, 'all', a level (pixel, region, boundary-level, combination), 'none', with parameters as in "      \
     "tversky:alpha=0.7,beta=0.3; or a formula over losses as 'total = 0.5*tversky(alpha=0.7) + 0.5*ce'; may be "      \
     "repeated",                                                                                                       \
     SEG_COMPLETE_LOSS},                                                                                               \
        {'m',                                                                                                          \
         "metric",                                                                                                     \
         SEG_OPTION_TEXTS,                                                                                             \
         offsetof(type_, scoring.metrics),                                                                             \
         false,                                                                                                        \
         "SPEC",                                                                                                       \
         NULL,                                                                                                         \
         0,                                                                                                            \
         0,                                                                                                            \
         "dsc,iou,hd95",                                                                                               \
         "metrics: names, 'all', a family, 'none', with parameters as in hd95:convention=medpy; may be repeated",      \
         SEG_COMPLETE_METRIC},                                                                                         \
        SEG_READING_ROWS(type_)

/* Defaults that are not 0. */
void seg_scoring_preset(seg_scoring_options *options);

/* Turns the options into what scoring needs, and sets the number of threads. Free it with seg_scoring_free() and the
 * texts it made with seg_scoring_settings_free(). */
typedef struct {
    seg_scoring scoring;
} seg_scoring_setup;

seg_status seg_scoring_setup_make(seg_scoring_setup *setup, const seg_scoring_options *options, seg_messages *messages,
                                  seg_error *err);
void seg_scoring_setup_free(seg_scoring_setup *setup);

#endif
