/* label_survey.c - merges the runs of truth and prediction and counts their labels. */
#include "label_survey.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* More different pairs of labels than this are not numberings that a sentence can name. */
enum { MOST_ANSWERS = 4096, MOST_CLASSES = 64 };

/* Shares: nearly all of a label. */
static const double NEARLY_ALL = 0.9;

void seg_label_survey_begin(seg_label_survey *s)
{
    *s = (seg_label_survey){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void seg_label_survey_end(seg_label_survey *s)
{
    pthread_mutex_destroy(&s->lock);
    free(s->answer);
    *s = (seg_label_survey){0};
}

/* ---- one pair ---- */

static void count_row(const seg_pair *pair, size_t row, uint64_t *joint)
{
    const seg_labelmap *t = &pair->truth, *p = &pair->pred_labels;
    size_t i = t->first[row], j = p->first[row], x = 0, width = pair->grid.n[0], n = (size_t)pair->classes + 1;

    while (x < width) {
        size_t end_t = i + 1 < t->first[row + 1] ? t->run[i + 1].x : width;
        size_t end_p = j + 1 < p->first[row + 1] ? p->run[j + 1].x : width;
        size_t end = end_t < end_p ? end_t : end_p;

        joint[t->run[i].code * n + p->run[j].code] += end - x;
        i += end == end_t;
        j += end == end_p;
        x = end;
    }
}

static void add_answer(seg_label_survey *s, int64_t truth, int64_t prediction, uint64_t voxels)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->answer[i].truth == truth && s->answer[i].prediction == prediction) {
            s->answer[i].voxels += voxels;
            return;
        }
    s->incomplete |=
        s->n >= MOST_ANSWERS || seg_grow(&s->answer, &s->room, s->n + 1, sizeof *s->answer, "labels", NULL) != SEG_OK;
    if (!s->incomplete)
        s->answer[s->n++] = (seg_label_answer){truth, prediction, voxels};
}

void seg_label_survey_add(seg_label_survey *s, const seg_pair *pair)
{
    size_t n = (size_t)pair->classes + 1;
    uint64_t *joint = NULL;

    if (pair->classes > MOST_CLASSES || seg_alloc(&joint, n * n, sizeof *joint, "labels", NULL)) {
        pthread_mutex_lock(&s->lock);
        s->incomplete = true;
        pthread_mutex_unlock(&s->lock);
        return;
    }
    for (size_t row = 0; row < seg_grid_rows(&pair->grid); row++)
        count_row(pair, row, joint);
    pthread_mutex_lock(&s->lock);
    for (int t = 0; t < seg_pair_scored(pair); t++)
        for (int p = 0; p < seg_pair_scored(pair); p++)
            if (joint[(size_t)t * n + (size_t)p] && !s->incomplete)
                add_answer(s, pair->id[t], pair->id[p], joint[(size_t)t * n + (size_t)p]);
    pthread_mutex_unlock(&s->lock);
    free(joint);
}

/* ---- conclusions ---- */

static uint64_t voxels_of(const seg_label_survey *s, int64_t label, bool truth)
{
    uint64_t voxels = 0;

    for (size_t i = 0; i < s->n; i++)
        if ((truth ? s->answer[i].truth : s->answer[i].prediction) == label)
            voxels += s->answer[i].voxels;
    return voxels;
}

/* The answer that most voxels of a label of the truth have. */
static const seg_label_answer *most_of(const seg_label_survey *s, int64_t truth)
{
    const seg_label_answer *most = NULL;

    for (size_t i = 0; i < s->n; i++)
        if (s->answer[i].truth == truth && (!most || s->answer[i].voxels > most->voxels))
            most = &s->answer[i];
    return most;
}

static bool is_first(const seg_label_survey *s, size_t i, bool truth)
{
    int64_t label = truth ? s->answer[i].truth : s->answer[i].prediction;

    for (size_t k = 0; k < i; k++)
        if ((truth ? s->answer[k].truth : s->answer[k].prediction) == label)
            return false;
    return label != 0;
}

static void list_labels(const seg_label_survey *s, bool truth, seg_string *out, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (is_first(s, i, truth))
            seg_string_printf(out, "%s%lld", (*n)++ ? ", " : "",
                              (long long)(truth ? s->answer[i].truth : s->answer[i].prediction));
}

static bool share_label(const seg_label_survey *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (is_first(s, i, true) && voxels_of(s, s->answer[i].truth, false))
            return true;
    return false;
}

static void no_label_in_common(const seg_label_survey *s, seg_string *out)
{
    seg_string truth = {0}, prediction = {0};
    size_t t, p;

    list_labels(s, true, &truth, &t);
    list_labels(s, false, &prediction, &p);
    if (t && p)
        seg_string_printf(
            out,
            "no label in common: the truth has %s and the prediction %s: other numbering? (--map-prediction "
            "A=B or --map-truth A=B renames labels; --classes says that they are right)",
            truth.text, prediction.text);
    seg_string_free(&truth);
    seg_string_free(&prediction);
}

/* Every label of the truth is nearly always answered with one other label. */
static void other_labels(const seg_label_survey *s, seg_string *out)
{
    seg_string list = {0};
    size_t labels = 0, moved = 0;

    for (size_t i = 0; i < s->n; i++) {
        int64_t label = s->answer[i].truth;
        const seg_label_answer *most = is_first(s, i, true) ? most_of(s, label) : NULL;

        labels += most != NULL;
        if (!most || most->prediction == label || most->prediction == 0 ||
            (double)most->voxels < NEARLY_ALL * (double)voxels_of(s, label, true))
            continue;
        seg_string_printf(&list, "%s%lld=%lld", moved++ ? "," : "", (long long)most->prediction, (long long)label);
    }
    if (labels >= 2 && moved == labels && list.text)
        seg_string_printf(out,
                          "nearly all voxels of each label are answered with another label: other numbering? "
                          "(--map-prediction %s; --classes says that they are right)",
                          list.text);
    seg_string_free(&list);
}

void seg_label_survey_conclude(const seg_label_survey *s, seg_string *out)
{
    if (s->incomplete || !s->n)
        return;
    if (!share_label(s))
        no_label_in_common(s, out);
    else
        other_labels(s, out);
}
