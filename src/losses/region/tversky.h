/* tversky.h - the Tversky index of one class, which the focal Tversky loss goes on from. */
#ifndef SEG_LOSSES_REGION_TVERSKY_H
#define SEG_LOSSES_REGION_TVERSKY_H

#include "overlap.h"

/* The first parameters of tversky and focal-tversky. */
struct seg_tversky {
    double fp, fn; /* weights of false positives and false negatives */
    seg_classes classes;
    seg_numbers smooth;
    int intersection, form;
};

/* 1 - T, never below 0. */
double seg_tversky_term(const seg_overlap *o, const struct seg_tversky *p);
/* Derivatives of that. */
seg_overlap_slope seg_tversky_slope(const seg_overlap *o, const void *params);
seg_overlap_term seg_tversky_map(const seg_overlap *o, const void *params);
bool seg_tversky_takes(const seg_loss_ctx *work, const void *params, int cls);
seg_status seg_tversky_check(const char *loss, const struct seg_tversky *p, seg_error *err);

#define SEG_TVERSKY_ROWS(type_, tversky_)                                                                              \
    {.name = "fp",                                                                                                     \
     .alias = "beta",                                                                                                  \
     .type = SEG_PARAM_NUMBER,                                                                                         \
     .at = offsetof(type_, tversky_.fp),                                                                               \
     .preset = 0.3,                                                                                                    \
     .min = 0,                                                                                                         \
     .max = HUGE_VAL,                                                                                                  \
     .help = "weight of false positives (the survey's beta); not 0 together with fn"},                                 \
        {.name = "fn",                                                                                                 \
         .alias = "alpha",                                                                                             \
         .type = SEG_PARAM_NUMBER,                                                                                     \
         .at = offsetof(type_, tversky_.fn),                                                                           \
         .preset = 0.7,                                                                                                \
         .min = 0,                                                                                                     \
         .max = HUGE_VAL,                                                                                              \
         .help = "weight of false negatives (the survey's alpha); not 0 together with fp"},                            \
        SEG_CLASS_LIST("classes", type_, tversky_.classes, "fg", "classes to average over"),                           \
        {.name = "smooth",                                                                                             \
         .type = SEG_PARAM_NUMBERS,                                                                                    \
         .at = offsetof(type_, tversky_.smooth),                                                                       \
         .preset = 0,                                                                                                  \
         .min = 0,                                                                                                     \
         .max = HUGE_VAL,                                                                                              \
         .help = "added to numerator (to I) and denominator; two numbers for different values"},                       \
        SEG_INTERSECTION_ROW(type_, tversky_.intersection),                                                            \
        SEG_CHOICE("form", type_, tversky_.form, SEG_FORM_REFERENCE, seg_form_words,                                   \
                   "whose equation: the original authors' or the survey's print")

#endif
