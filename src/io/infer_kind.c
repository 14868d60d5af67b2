/* infer_kind.c - one file alone becomes an image: by what was said, or by the rules for a prediction. */
#include "infer_kind.h"

#include "look.h"

seg_said seg_said_of(const seg_read_options *o)
{
    static const seg_said said[] = {[SEG_AS_AUTO] = SEG_SAID_NOTHING,
                                    [SEG_AS_PROBABILITIES] = SEG_SAID_PROBABILITIES,
                                    [SEG_AS_LOGITS] = SEG_SAID_LOGITS,
                                    [SEG_AS_LABELS] = SEG_SAID_LABELS};

    if (o->has_above)
        return SEG_SAID_LABELS;
    return o->scale > 0 && o->as == SEG_AS_AUTO ? SEG_SAID_PROBABILITIES : said[o->as];
}

seg_status seg_image_from_array(seg_image *image, seg_image_file **owned, const seg_read_options *options,
                                seg_error *err)
{
    seg_look look;
    seg_meaning meaning;
    seg_question q = {.said = seg_said_of(options)};
    seg_status st;

    seg_look_begin(&look, *owned, options);
    q.file = &look.facts;
    st = seg_look_values(&look, err);
    if (!st)
        st = seg_meaning_find(&meaning, &q, (*owned)->notes, err);
    if (!st)
        st = seg_look_image(&look, &meaning, image, err);
    *owned = look.file;
    look.file = NULL;
    seg_look_close(&look);
    return st;
}
