/* loss.h - what a loss is: a const descriptor from which parsing, help, manual, completions and tests follow. */
#ifndef SEG_LOSSES_LOSS_H
#define SEG_LOSSES_LOSS_H

#include "../base/error.h"
#include "../base/params.h"
#include "../base/value.h"
#include "context.h"
#include "loss_map.h"

/* The survey's taxonomy, and the folder. */
typedef enum { SEG_PIXEL, SEG_REGION, SEG_BOUNDARY, SEG_COMBINATION, SEG_LEVELS } seg_level;

enum { SEG_EXTRAS = 8 };

/* What a loss gives back. by_class has one entry per class, not asked where the loss has no value of its own for it.
 * Extras are further numbers worth a row, such as the value per element. */
typedef struct {
    seg_value total;
    seg_value *by_class;
    struct {
        const char *name; /* a literal; becomes part=NAME in the row's parameters */
        double x;
    } extra[SEG_EXTRAS];
    size_t extras;
    double seconds; /* the engine spent on it; what several losses share counts for the first */
} seg_score;

typedef enum { SEG_FORM_REFERENCE, SEG_FORM_SURVEY } seg_form;
extern const char *const seg_form_words[]; /* "reference", "survey" */

typedef enum { SEG_REDUCE_MEAN, SEG_REDUCE_SUM } seg_reduction;
extern const char *const seg_reduction_words[]; /* "mean", "sum" */

enum {
    SEG_LOSS_SOFT_TRUTH = 1, /* defined for a truth in [0, 1] */
    SEG_LOSS_SUMS = 2        /* class_value terms are added instead of averaged */
};

typedef struct {
    const char *name;       /* as typed: focal-tversky */
    const char *aliases[4]; /* NULL-terminated */
    const char *title;      /* Focal Tversky loss */
    seg_level level;

    /* For describe, the manual and the README; plain text, sentences. */
    const char *equation;   /* plain text, lines separated by \n */
    const char *symbols;    /* the letters of the equation, lines separated by \n */
    const char *range;      /* "[0, 1]; 0 for a perfect prediction" */
    const char *empty;      /* what a class costs that is empty in the truth, the prediction, both */
    const char *advantages; /* after the survey's Table 2, in our words */
    const char *disadvantages;
    const char *use_cases;
    const char *reference; /* first author, title, venue, year, arXiv or DOI */
    const char *survey;    /* how the survey's print differs, or NULL */
    const char *elsewhere; /* which public implementation gives which other number, or NULL */

    const seg_param *params; /* ends with a row without a name; NULL for none */
    size_t size;             /* of the struct the rows fill */
    unsigned flags;

    /* Rules between parameters ("fn and fp cannot both be 0"). May be NULL. */
    seg_status (*check)(const void *params, seg_error *err);

    /* Exactly one of the two. `value` fills *score, whose by_class arrives with nothing asked. `class_value` gives the
     * term of one class, for the classes that takes_class names; the engine makes the mean (or sum) over them and
     * goes through the classes in order, all losses side by side, so that a distance map is made once per class. */
    seg_status (*value)(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err);
    seg_status (*class_value)(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err);
    bool (*includes_class)(const seg_loss_ctx *work, const void *params, int cls);

    /* Fed while the probabilities are read for the first time; seg_loss_accumulated(work, params, cls) finds the states.
     * May be NULL. */
    const seg_accumulator *accumulator;

    /* Whether the value of a label truth needs no more than the class sums and the states of its accumulator; the map may
     * be a stream then, which cannot be read again. NULL: the map is read again. */
    bool (*single_pass)(const void *params);

    /* With class_value: what the term of a class weighs in the total, for losses whose total is another sum than the
     * mean. NULL: 1 / number of classes taken, or 1 with SEG_LOSS_SUMS. */
    double (*weight)(const seg_loss_ctx *work, const void *params, int cls);

    /* gradient[classes][voxels] = dL/dy with the probabilities of a voxel taken as independent; overwritten whole,
     * 0 at ignored voxels. NULL when there is none; no_gradient then says why. */
    seg_status (*gradient)(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err);
    const char *no_gradient;

    /* Shares the value out over classes and voxels, see loss_map.h. NULL when it is no sum over voxels. Not called for a
     * value that is not finite. */
    seg_status (*map)(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err);
    seg_map_kind map_kind;
    double map_error; /* how far the value may lie from the sum of the map, relative; 0: by rounding alone */
} seg_loss;

/* The losses, in the survey's order. */
#define LOSS(name) extern const seg_loss seg_loss_##name;
#include "all.h"
#undef LOSS
extern const seg_loss *const seg_losses[];
extern const size_t seg_losses_count;

extern const char *const seg_level_names[SEG_LEVELS]; /* "pixel", "region", "boundary", "combination" */

/* By name or alias, or NULL. "wce" is not a loss of its own but a preset: see seg_loss_shorthand(). */
const seg_loss *seg_loss_find(const char *name);

/* Names that stand for a loss with parameters: "wce" -> "ce", *params = "weights=inverse". NULL if there is none. */
const seg_loss *seg_loss_shorthand(const char *name, const char **params);

/* The nearest known name to a mistyped one, or NULL. */
const char *seg_loss_nearest(const char *name);

/* One loss to compute. */
typedef struct {
    const seg_loss *loss;
    const void *params;
} seg_loss_job;

/* Computes n losses on one pair. scores[n]: each by_class has room for pair->classes. A loss that is not defined for
 * this input (soft truth) gives an undefined total with a status, not an error. Classes whose term is undefined are
 * left out of the mean; when all are, so is the total. A number that is not finite and carries no status is SEG_BUG. */
seg_status seg_losses_compute(seg_loss_ctx *work, const seg_loss_job *jobs, size_t n, seg_score *scores,
                              seg_error *err);

/* What the term of a class weighs in the total of a loss with class_value when `taken` classes have one. */
double seg_loss_class_weight(const seg_loss_ctx *work, const seg_loss *loss, const void *params, int cls, int taken);
/* The classes it takes. */
int seg_loss_classes_taken(const seg_loss_ctx *work, const seg_loss *loss, const void *params);

/* For .one_look of losses that are made of moments, whatever their parameters. */
bool seg_always_single_pass(const void *params);

/* Shared parameter rows. */
#define SEG_FORM_ROW(type_)                                                                                            \
    SEG_CHOICE("form", type_, form, SEG_FORM_REFERENCE, seg_form_words,                                                \
               "definition: of the original paper, or as printed in the survey")
#define SEG_REDUCTION_ROW(type_)                                                                                       \
    SEG_CHOICE("reduction", type_, reduction, SEG_REDUCE_MEAN, seg_reduction_words, "mean over voxels, or sum")
#define SEG_CLASSES_ROW(type_, default_) SEG_CLASS_LIST("classes", type_, classes, default_, "classes to average over")
#define SEG_EPS_ROW(type_)                                                                                             \
    {                                                                                                                  \
        .name = "eps", .type = SEG_PARAM_NUMBER, .at = offsetof(type_, eps), .preset = SEG_EPS, .min = 0,              \
        .above = true, .max = 1e-2, .help = "probabilities are clamped to at least eps before the logarithm"           \
    }
/* For losses that clamp probabilities to [eps, 1 - eps]: in double the latter must be less than 1. */
#define SEG_CLAMP_EPS_ROW(type_)                                                                                       \
    {                                                                                                                  \
        .name = "eps", .type = SEG_PARAM_NUMBER, .at = offsetof(type_, eps), .preset = SEG_EPS, .min = 1e-15,          \
        .max = 1e-2, .help = "probabilities are clamped to [eps, 1 - eps]"                                             \
    }

#endif
