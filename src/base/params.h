/* params.h - the parameters of a loss or metric as rows of a const table.
 *
 * "fn=0.7,classes=1-3/7" is read into the descriptor's own struct, so that a formula says t->fn, not p[0]. The same
 * rows give range checks, the `params` column of every report, `segloss describe`, the manual and the completions.
 */
#ifndef SEG_BASE_PARAMS_H
#define SEG_BASE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "text.h"

typedef enum {
    SEG_PARAM_NUMBER,  /* double */
    SEG_PARAM_INTEGER, /* int */
    SEG_PARAM_SWITCH,  /* int, 0 or 1, typed yes or no */
    SEG_PARAM_CHOICE,  /* int, index into choices */
    SEG_PARAM_NUMBERS, /* seg_numbers: 0.2/0.8, or one of the words in choices */
    SEG_PARAM_CLASSES, /* seg_classes: fg, all, present, present-fg, 1-3/7 */
    SEG_PARAM_FILE     /* char *: a path, NULL by default; free()d with the struct */
} seg_param_type;

/* A list of numbers, or a word instead of it. word is an index into the row's choices, -1 when numbers were given. */
typedef struct {
    int word;
    size_t n;
    double *x;  /* [n] */
    char **cls; /* [n] the class of each, an id or a name; NULL when the numbers are for all classes */
} seg_numbers;

/* Which classes a loss or metric averages over. */
typedef enum {
    SEG_CLASSES_PRESET, /* not said: the descriptor's own default, which may depend on its form */
    SEG_CLASSES_FG,     /* every class but the background */
    SEG_CLASSES_ALL,
    SEG_CLASSES_PRESENT, /* those with a voxel in the truth */
    SEG_CLASSES_PRESENT_FG,
    SEG_CLASSES_LISTED /* explicit ids, as ranges */
} seg_classes_kind;

typedef struct {
    seg_classes_kind kind;
    size_t n;
    int64_t (*range)[2]; /* [n] first and last class id, inclusive */
} seg_classes;

/* One row. Lists end with a row whose name is NULL. */
typedef struct {
    const char *name;  /* as printed, with '-' */
    const char *alias; /* another accepted name, or NULL */
    seg_param_type type;
    size_t at;         /* offsetof() the field in the descriptor's struct */
    double preset;     /* number, integer, switch; index for a choice; numbers: index of the word, or one number */
    double min, max;   /* number, integer, each of numbers */
    bool above, below; /* min, max themselves are excluded */
    bool words;        /* numbers: words alone, as max/mean; the numbers are their places among the choices */
    bool strata;       /* numbers: edges of strata; a list of two is one stratum, "30-100" or "100-" */
    bool by_class;     /* numbers: also CLASS:NUMBER/CLASS:NUMBER, or a file with lines "CLASS NUMBER" */
    const char *const *choices; /* NULL-terminated words of a choice, or words instead of numbers */
    const char *classes;        /* classes: the word that describes the default, for help only */
    const char *help;           /* one line without a period */
} seg_param;

/* Fills *params (size bytes) with the presets. */
seg_status seg_params_preset(const seg_param *rows, void *params, size_t size, seg_error *err);

/* Reads "a=1,b=x/y" (NULL or "" for none) over the presets. `owner` is named in the sentence: "tversky". */
seg_status seg_params_read(const seg_param *rows, const char *owner, const char *text, void *params, seg_error *err);

/* Sets one parameter from its text, as seg_params_read does for each piece. */
seg_status seg_params_set(const seg_param *rows, const char *owner, const char *name, const char *text, void *params,
                          seg_error *err);

/* The parameters that differ from their presets, in the order of the rows, "alpha=0.3;beta=0.7" with the separator
 * given. Adds to *out. */
void seg_params_write(const seg_param *rows, const void *params, const char *separator, seg_string *out);

/* The same with the names that `typed` ("alpha=0.3,beta=0.7", or NULL) uses, where a parameter has two. */
void seg_params_write_as(const seg_param *rows, const void *params, const char *typed, const char *separator,
                         seg_string *out);

/* The value of one row as text ("0.3", "fg", "0.2/0.8", "yes"). Adds to *out. */
void seg_params_write_value(const seg_param *row, const void *params, seg_string *out);
/* The preset of one row as text. */
void seg_params_write_preset(const seg_param *row, seg_string *out);
/* The legal values of one row as text: "[0, 1]", "> 0", "linear|squared". */
void seg_params_write_range(const seg_param *row, seg_string *out);

void seg_params_free(const seg_param *rows, void *params);

/* True when the class with the given id belongs to the selection. `preset` replaces SEG_CLASSES_PRESET; `foreground`
 * says whether it is not the background, `present` whether the truth has a voxel of it. */
bool seg_classes_has(const seg_classes *classes, seg_classes_kind preset, int64_t id, bool foreground, bool present);

/* Reads "fg", "all", "present", "present-fg" or "1-3/7" ("," is accepted for "/"). */
seg_status seg_classes_read(seg_classes *classes, const char *text, seg_error *err);
void seg_classes_free(seg_classes *classes);

/* Rows for tables. */
#define SEG_NUMBER(name_, type_, field_, preset_, min_, max_, help_)                                                   \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_NUMBER, .at = offsetof(type_, field_), .preset = preset_, .min = min_,        \
        .max = max_, .help = help_                                                                                     \
    }
#define SEG_INTEGER(name_, type_, field_, preset_, min_, max_, help_)                                                  \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_INTEGER, .at = offsetof(type_, field_), .preset = preset_, .min = min_,       \
        .max = max_, .help = help_                                                                                     \
    }
#define SEG_SWITCH(name_, type_, field_, preset_, help_)                                                               \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_SWITCH, .at = offsetof(type_, field_), .preset = preset_, .help = help_       \
    }
#define SEG_CHOICE(name_, type_, field_, preset_, choices_, help_)                                                     \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_CHOICE, .at = offsetof(type_, field_), .preset = preset_,                     \
        .choices = choices_, .help = help_                                                                             \
    }
#define SEG_CLASS_LIST(name_, type_, field_, default_, help_)                                                          \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_CLASSES, .at = offsetof(type_, field_), .classes = default_, .help = help_    \
    }
#define SEG_FILE(name_, type_, field_, help_)                                                                          \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_FILE, .at = offsetof(type_, field_), .help = help_                            \
    }

#endif
