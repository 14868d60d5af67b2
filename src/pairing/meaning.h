/* meaning.h - what the stored numbers of a file mean: labels, masks, probabilities, or something that only its owner can
 * say.
 *
 * The rules are tables (meaning_rules.c), read from the top: the first row that fits decides. The manual and `segloss info`
 * show the same rows.
 */
#ifndef SEG_PAIRING_MEANING_H
#define SEG_PAIRING_MEANING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../base/text.h"

/* What was found in a file. */
typedef struct {
    const char *path;
    bool picture;  /* PNG or TIFF: whole numbers may be grey levels */
    bool palette;  /* numbers are indices of colours */
    bool colours;  /* numbers are packed colours */
    bool integers; /* stored as whole numbers, unchanged by a slope */
    int bits;      /* of a stored number */
    bool is_signed;
    double largest;       /* that a stored whole number can be */
    size_t n[3];          /* voxels along x, y, z */
    size_t channels;      /* of an axis beside those of space; 1: there is none */
    size_t frames;        /* of a second such axis, else 1 */
    bool label_intent;    /* the header says that the file holds labels */
    bool looked;          /* the values are known, down to here: */
    bool whole;           /* no fraction */
    bool one_hot;         /* channels of 0 and 1, one of them 1 in every voxel */
    const int64_t *value; /* [values] the different whole numbers, ascending */
    size_t values;
    double low, high; /* of what was seen */
    bool all_seen;    /* low and high are those of the whole file */
    uint64_t odd;     /* values outside [0, 1], when all are seen */
    double worst_sum; /* of channels with fractions: the sum farthest from 1, and the voxels whose sum is off */
    uint64_t off_sums, voxels;
} seg_facts;

/* What was said about the files. */
typedef enum { SEG_SAID_NOTHING, SEG_SAID_PROBABILITIES, SEG_SAID_LOGITS, SEG_SAID_LABELS } seg_said;
typedef enum {
    SEG_CHANNELS_AUTO,
    SEG_CHANNELS_SOFTMAX,
    SEG_CHANNELS_INDEPENDENT,
    SEG_CHANNELS_SERIES
} seg_channels_kind;
extern const char *const seg_channels_words[];

/* What a run was decided to be: all its predictions are of one kind. */
typedef enum { SEG_RUN_OPEN, SEG_RUN_LABELS, SEG_RUN_PROBABILITIES } seg_run_kind;

/* The question: what does `file` mean, as the prediction or the truth of a pair whose other file is `other`? */
typedef struct {
    const seg_facts *file;
    const seg_facts *other; /* NULL: not known */
    bool truth;
    seg_said said;
    seg_channels_kind channels;
    bool labels_named; /* --classes, --map, --regions or names that cover its values: they are labels */
    bool mapped;       /* a renaming of its labels was given */
    size_t regions;    /* 0: none */
    seg_run_kind run;
    bool other_is_map;      /* the prediction of a truth is a map of probabilities */
    bool other_independent; /* the prediction of a truth has independent channels */
    bool soft_wanted;       /* a truth with fractions was asked for */
} seg_question;

typedef enum {
    SEG_MEANS_LABELS,
    SEG_MEANS_MAP,         /* probabilities of one foreground: values / unit */
    SEG_MEANS_ONE_HOT,     /* labels: channel k is class k */
    SEG_MEANS_SOFTMAX,     /* probabilities of exclusive classes */
    SEG_MEANS_INDEPENDENT, /* masks or maps that may overlap */
    SEG_MEANS_SERIES,      /* the channels are frames, each a case */
    SEG_MEANS_REFUSED
} seg_meaning_kind;

typedef struct seg_meaning_rule seg_meaning_rule;
typedef struct {
    seg_meaning_kind kind;
    double unit;                  /* the stored number that means probability 1 */
    const seg_meaning_rule *rule; /* the row that decided, or NULL: it was said */
} seg_meaning;

struct seg_meaning_rule {
    const char *found; /* for the manual: what is found */
    const char *taken; /* and what it is taken for */
    bool (*fits)(const seg_question *q);
    seg_meaning_kind kind;
    double (*unit)(const seg_question *q); /* NULL: 1 */
    const char *note;                      /* said once for a run, or NULL; %s is the file, %g its unit */
    seg_status refusal;
    void (*doubt)(const seg_question *q, seg_string *out); /* what was found, what it could be, what to say */
    const char *settled;                                   /* for the manual: the options that settle it */
};

/* The rows for a prediction and for a truth; they end with one that always fits. */
extern const seg_meaning_rule seg_prediction_rules[], seg_truth_rules[];
extern const size_t seg_prediction_rule_count, seg_truth_rule_count;

/* Decides. SEG_READ or SEG_MISMATCH with one sentence that names the options when the file could mean two things. The note
 * of the row goes to `notes`. */
seg_status seg_meaning_find(seg_meaning *meaning, const seg_question *q, const seg_warnings *notes, seg_error *err);

/* What a file was taken for, in words. */
const char *seg_meaning_text(const seg_meaning *meaning);

/* Whether whole numbers look like grey levels (see the manual, section GREY LEVELS). */
bool seg_looks_grey(const seg_question *q);

/* Whether the only values are 0 and one more that stands for "inside". */
bool seg_is_mask(const seg_facts *f);

/* Whether the only values are 0 and 1. */
bool seg_is_zero_one(const seg_facts *f);

/* SEG_READ for probabilities that leave [0, 1]: `outside` values, from low to high, the first at `place` (or NULL). Names the
 * options that settle it. */
seg_status seg_fail_outside(seg_error *err, const char *path, bool truth, bool integers, uint64_t outside, double low,
                            double high, const char *place);

#endif
