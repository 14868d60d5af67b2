/* run_kind.c - asks file after file, some of them side by side, until one decides. */
#include "run_kind.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../base/text.h"
#include "../io/folder_image.h"
#include "read_pair.h"

/* What the files of one case tell. */
typedef struct {
    bool map;     /* the prediction holds probabilities */
    bool picture; /* its header leaves open whether it is a grey map: a PNG or TIFF of whole numbers */
    bool labels;  /* it holds labels of 2 and more, and is no grey map */
    bool series;
} answer;

struct asking {
    const seg_reading *reading;
    const seg_pairings *list;
    size_t first;
    bool pictures_settled; /* one picture held labels: the values of others are not read */
    answer *answer;        /* [threads] */
};

static bool is_folder(const char *path)
{
    struct stat about;

    return !stat(path, &about) && S_ISDIR(about.st_mode);
}

static bool is_grey_picture(const seg_facts *f)
{
    return f->picture && f->integers && !f->palette && !f->colours && f->largest >= 255;
}

/* Whether the header says all: whole numbers of one channel that are no picture. */
static bool header_says_labels(const seg_facts *f)
{
    return f->integers && f->channels * f->frames == 1 && !is_grey_picture(f);
}

static seg_case_paths paths_of(const seg_pairing *p)
{
    return (seg_case_paths){
        .prediction = p->prediction, .truth = p->truth, .has_frame = p->has_frame, .frame = p->frame};
}

/* The truth is needed to tell grey maps from labels, and series from channels. */
static seg_status ask_truth(const struct asking *a, const seg_pairing *p, const seg_look *prediction, answer *out)
{
    const seg_case_paths paths = paths_of(p);
    const seg_read_options o = seg_reading_options(a->reading, 1, &paths);
    seg_case_reading reading;
    seg_look truth;
    seg_question q;
    seg_meaning meaning;
    seg_status st = is_folder(p->truth) ? SEG_OK : seg_look_open(&truth, p->truth, &o, NULL, NULL);

    if (is_folder(p->truth) || st)
        return st;
    st = seg_look_values(&truth, NULL);
    if (!st)
        st = seg_case_reading_begin(&reading, a->reading, p->truth, NULL, NULL);
    if (!st) {
        q = seg_reading_question(a->reading, 0, &prediction->facts, &truth.facts, &reading);
        if (!seg_meaning_find(&meaning, &q, NULL, NULL)) {
            out->series = meaning.kind == SEG_MEANS_SERIES;
            out->map = meaning.kind == SEG_MEANS_MAP && prediction->facts.high > 1;
        }
        seg_case_reading_free(&reading);
    }
    seg_look_close(&truth);
    return st;
}

static seg_status ask_values(const struct asking *a, const seg_pairing *p, seg_look *look, answer *out)
{
    const seg_facts *f = &look->facts;
    seg_status st = seg_look_values(look, NULL);

    if (st)
        return st;
    out->map = !f->whole;
    if (!f->whole && a->reading->channels[0] != SEG_CHANNELS_SERIES)
        return SEG_OK;
    if (f->channels * f->frames > 1 || (is_grey_picture(f) && f->high >= 2))
        st = ask_truth(a, p, look, out);
    out->labels = !out->map && f->high >= 2 && !seg_is_mask(f);
    return st;
}

static seg_status ask_once(const struct asking *a, const seg_pairing *p, answer *out)
{
    const seg_case_paths paths = paths_of(p);
    const seg_read_options o = seg_reading_options(a->reading, 0, &paths);
    seg_look look;
    seg_status st;

    *out = (answer){false, false, false, false};
    if (is_folder(p->prediction)) {
        out->map = p->folder[0] == SEG_FILES_CHANNELS;
        return SEG_OK;
    }
    if (!strcmp(p->prediction, "-"))
        return SEG_OK;
    st = seg_look_open(&look, p->prediction, &o, NULL, NULL);
    if (st)
        return st;
    out->picture = is_grey_picture(&look.facts);
    if (!header_says_labels(&look.facts) && !(out->picture && a->pictures_settled))
        st = ask_values(a, p, &look, out);
    seg_look_close(&look);
    return st;
}

/* A file that cannot be read decides nothing: its case fails when it is scored. It is asked twice, so that a failure
 * that does not last cannot change what the other files mean. */
static void ask(void *context, size_t i, int worker)
{
    const struct asking *a = context;
    const seg_pairing *p = &a->list->pairing[a->first + i];

    (void)worker;
    if (ask_once(a, p, &a->answer[i]))
        ask_once(a, p, &a->answer[i]);
}

static seg_status say(seg_run_reading *run, seg_run_kind kind, const char *what, const char *path, seg_error *err)
{
    seg_string reason = {0};
    seg_status st;

    seg_string_printf(&reason, "%s%s%s", what, path ? " " : "", path ? path : "");
    st = seg_string_check(&reason, err);
    run->kind = kind;
    run->reason = reason.text;
    return st;
}

/* What was said about the values needs no file; labels in channels may still be frames. */
static bool was_said(seg_run_reading *run, const seg_reading *r, seg_error *err, seg_status *st)
{
    const seg_read_options *o = &r->files[0];

    if (o->as == SEG_AS_AUTO && !(o->scale > 0))
        return false;
    *st = say(run, o->as == SEG_AS_LABELS ? SEG_RUN_LABELS : SEG_RUN_PROBABILITIES, "as was said", NULL, err);
    return o->as != SEG_AS_LABELS || r->channels[0] != SEG_CHANNELS_AUTO;
}

seg_status seg_run_decide(seg_run_reading *run, const seg_reading *reading, const seg_pairings *list, seg_error *err)
{
    size_t threads = (size_t)seg_thread_count(), some = 1;
    struct asking a = {.reading = reading, .list = list};
    seg_status st = SEG_OK;

    *run = (seg_run_reading){.series = reading->channels[0] == SEG_CHANNELS_SERIES};
    if (!list->n || was_said(run, reading, err, &st) || st)
        return st;
    st = seg_alloc(&a.answer, threads, sizeof *a.answer, "what the files hold", err);
    if (!st && run->kind) { /* the first case alone says whether its channels are frames */
        ask(&a, 0, 0);
        run->series |= a.answer[0].series;
    }
    for (; !st && !run->kind && a.first < list->n; a.first += some, some = threads) {
        some = some < list->n - a.first ? some : list->n - a.first;
        seg_parallel_for(some, ask, &a);
        for (size_t i = 0; !st && !run->kind && i < some; i++) {
            run->series |= a.answer[i].series;
            a.pictures_settled |= a.answer[i].labels && a.answer[i].picture;
            if (a.answer[i].map)
                st = say(run, SEG_RUN_PROBABILITIES, "by the fractions or grey levels of",
                         list->pairing[a.first + i].prediction, err);
        }
    }
    if (!st && !run->kind)
        st = say(run, SEG_RUN_LABELS, "no prediction holds a fraction", NULL, err);
    free(a.answer);
    return st;
}

void seg_run_free(seg_run_reading *run)
{
    free(run->reason);
    *run = (seg_run_reading){0};
}
