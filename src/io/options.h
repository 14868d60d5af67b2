/* options.h - what the user can say about how a file is to be read. */
#ifndef SEG_IO_OPTIONS_H
#define SEG_IO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { SEG_AS_AUTO, SEG_AS_PROBABILITIES, SEG_AS_LOGITS, SEG_AS_LABELS } seg_read_as;
extern const char *const seg_read_as_words[]; /* "auto", "prob", "logits", "labels" */

typedef struct {
    seg_read_as as;
    uint64_t memory;       /* bytes a file may claim; 0: what the machine has free */
    bool has_spacing;      /* --spacing given */
    double spacing[3];     /* used instead of the header's; all 0: none, lengths in pixels; the last NaN: only the
                             * two of an image are known */
    const char *axes;      /* letters of x y z c t for the stored axes, or NULL: what the format says */
    bool has_frame;        /* only one frame is read: */
    size_t frame;          /* this one, from 0 */
    bool once;             /* one look at the values of a map is enough: they need not stay in memory */
    bool keep_nan;         /* float data that is not finite is kept (--nan skip, zero) instead of refused ... */
    const char *as_option; /* what sets `as`, for advice in errors; NULL: --input, "": nothing does */
    bool nan_is_zero;      /* ... and in a label map becomes 0 instead of SEG_LABEL_NOT_FINITE */
    double scale;          /* stored values are divided by it; 0: by what the format says */
    bool clip;             /* values below 0 become 0, above 1 become 1 */
    bool has_above;        /* foreground is where the stored value is above ... */
    double above;          /* ... this: the file becomes a mask */
    const struct seg_palette *palette; /* labels of the colours of RGB images; NULL: only grey is read */
} seg_read_options;

/* " (ADVICE)" for an error about what a file holds, the %s of the advice being the option; "" when there is none. */
enum { SEG_ADVICE = 128 };
const char *seg_read_advice(char out[SEG_ADVICE], const seg_read_options *options, const char *advice);

#endif
