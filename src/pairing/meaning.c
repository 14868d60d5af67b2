/* meaning.c - asks the rules, and says what they decide. */
#include "meaning.h"

#include <math.h>
#include <stdio.h>

const char *const seg_channels_words[] = {"auto", "softmax", "independent", "series", NULL};

bool seg_is_zero_one(const seg_facts *f)
{
    return f->looked && f->whole && f->low >= 0 && f->high <= 1;
}

bool seg_is_mask(const seg_facts *f)
{
    double high = f->high;

    if (!f->looked || !f->whole || f->channels > 1 || f->palette || f->values > 2 || f->low < 0)
        return false;
    if (f->values == 2 && f->value[0] != 0)
        return false;
    return high <= 1 || high == 255 || (f->integers && high == f->largest);
}

/* ---- grey levels ---- */

/* More values than this that the other file does not have are no labels. */
enum { MANY_OTHERS = 17 };

static bool has_value(const seg_facts *f, int64_t value)
{
    for (size_t i = 0; i < f->values; i++)
        if (f->value[i] == value)
            return true;
    return false;
}

static size_t values_between(const seg_facts *f, double low, double high)
{
    size_t n = 0;

    for (size_t i = 0; i < f->values; i++)
        n += (double)f->value[i] >= low && (double)f->value[i] <= high;
    return n;
}

static size_t values_of_its_own(const seg_facts *f, const seg_facts *other)
{
    size_t n = 0;

    for (size_t i = 0; i < f->values; i++)
        n += !has_value(other, f->value[i]);
    return n;
}

bool seg_looks_grey(const seg_question *q)
{
    const seg_facts *f = q->file;
    double eighth = (f->largest + 1) / 8;
    bool top, empty_middle;

    if (q->said || q->labels_named || !f->looked || !f->whole || !f->integers || f->is_signed || f->bits > 16 ||
        f->palette || f->colours || f->channels > 1 || f->largest < 255 || f->high < (f->largest + 1) / 2)
        return false;
    if (q->other && q->other->looked && q->other->whole && values_of_its_own(f, q->other) >= MANY_OTHERS)
        return true;
    top = values_between(f, f->largest + 1 - eighth, f->largest) >= 2;
    empty_middle = !values_between(f, eighth, f->largest - eighth);
    return top && (f->picture || empty_middle);
}

/* ---- deciding ---- */

/* What was said needs no rule. */
static bool was_said(seg_meaning *m, const seg_question *q)
{
    const seg_facts *f = q->file;
    bool several = f->channels > 1 || f->frames > 1;

    if (!q->said || q->said == SEG_SAID_LABELS || several)
        return false;
    m->kind = SEG_MEANS_MAP;
    m->unit = f->picture && f->integers ? f->largest : 1;
    return true;
}

static seg_status refuse(const seg_meaning_rule *rule, const seg_question *q, seg_error *err)
{
    seg_string doubt = {0};
    seg_status st;

    rule->doubt(q, &doubt);
    st = seg_fail(err, rule->refusal, "%s: %s", q->file->path, doubt.text ? doubt.text : "is in doubt");
    seg_string_free(&doubt);
    return st;
}

seg_status seg_meaning_find(seg_meaning *m, const seg_question *q, const seg_warnings *notes, seg_error *err)
{
    const seg_meaning_rule *rule = q->truth ? seg_truth_rules : seg_prediction_rules;

    *m = (seg_meaning){.unit = 1};
    if (was_said(m, q))
        return SEG_OK;
    while (!rule->fits(q))
        rule++;
    m->rule = rule;
    m->kind = rule->kind;
    m->unit = rule->unit ? rule->unit(q) : 1;
    if (rule->kind == SEG_MEANS_REFUSED)
        return refuse(rule, q, err);
    if (rule->note && notes) {
        char note[1024];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(note, sizeof note, rule->note, q->file->path, m->unit);
#pragma GCC diagnostic pop
        seg_warn(notes, "%s", note);
    }
    return SEG_OK;
}

const char *seg_meaning_text(const seg_meaning *m)
{
    static const char *const said[] = {"labels",
                                       "a map of probabilities, as was said",
                                       "labels: one channel for each",
                                       "probabilities of exclusive classes, as was said",
                                       "a mask or map for each class, as was said",
                                       "frames",
                                       "nothing"};

    return m->rule ? m->rule->taken : said[m->kind];
}

seg_status seg_fail_outside(seg_error *err, const char *path, bool truth, bool integers, uint64_t outside, double low,
                            double high, const char *place)
{
    const char *scale = truth ? "--truth-scale" : "--scale", *input = truth ? "--truth-input" : "--input";
    char advice[200];

    if (!integers && low >= -0.25 && high <= 1.25)
        snprintf(advice, sizeof advice, "say --clip if they are probabilities, or %s logits", input);
    else if (low >= 0 && high <= 100 && !integers)
        snprintf(advice, sizeof advice, "say %s 100 if that means 1, %s 255, or %s logits", scale, scale, input);
    else if (low >= 0 && high <= 100)
        snprintf(advice, sizeof advice, "say %s 255 if that means 1, %s 100, or %s logits", scale, scale, input);
    else if (low >= 0 && high <= 255)
        snprintf(advice, sizeof advice, "say %s 255 if that means 1, or %s logits", scale, input);
    else if (low >= 0 && high <= 65535)
        snprintf(advice, sizeof advice, "say %s 65535 if that means 1, or %s logits", scale, input);
    else
        snprintf(advice, sizeof advice, "say %s logits if they are values before the softmax or sigmoid", input);
    return seg_fail(err, SEG_READ,
                    "%s holds %llu values outside [0, 1], from %g to %g%s%s, probabilities were wanted (%s)", path,
                    (unsigned long long)outside, low, high, place ? ", the first at " : "", place ? place : "", advice);
}
