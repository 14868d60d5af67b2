/* robust.c - segloss robust: does a difference survive another annotator? */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../report/output.h"
#include "batch.h"
#include "command.h"
#include "robust_report.h"
#include "settings.h"

/* What eval takes comes first, so that its rows fit this struct too. */
struct options {
    seg_eval_options eval;
    seg_texts raters;
    double jitter, noise, grain, seed;
    int redraws;
    const char *format, *output;
};

#define EVAL(field_) offsetof(seg_eval_options, field_)
#define OWN(field_)  offsetof(struct options, field_)

static const seg_option rows[] = {
    {'l', "loss", SEG_OPTION_TEXTS, EVAL(scoring.losses), false, "SPEC", NULL, 0, 0, "none", "losses as for eval",
     SEG_COMPLETE_LOSS},
    {'m', "metric", SEG_OPTION_TEXTS, EVAL(scoring.metrics), false, "SPEC", NULL, 0, 0, "dsc,hd95",
     "metrics as for eval", SEG_COMPLETE_METRIC},
    {0, "rater", SEG_OPTION_TEXTS, OWN(raters), false, "FOLDER", NULL, 0, 0, NULL,
     "other truths, with the names of the given ones; twice or more", SEG_COMPLETE_FOLDER},
    {0, "jitter", SEG_OPTION_NUMBER, OWN(jitter), false, "J", NULL, 0, 1000, "1",
     "redraw the borders of the truth: each moves by at most J voxels (of the finest axis), smoothly",
     SEG_COMPLETE_NOTHING},
    {0, "grain", SEG_OPTION_NUMBER, OWN(grain), false, "X", NULL, 1, 10000, "6",
     "voxels from one drawn movement of a border to the next", SEG_COMPLETE_NOTHING},
    {0, "noise", SEG_OPTION_NUMBER, OWN(noise), false, "RHO", NULL, 0, 1, NULL,
     "instead: the label of every voxel is wrong with this probability", SEG_COMPLETE_NOTHING},
    {0, "redraws", SEG_OPTION_INTEGER, OWN(redraws), false, "R", NULL, 0, 100000, "20",
     "truths that are drawn, 2 or more", SEG_COMPLETE_NOTHING},
    {0, "seed", SEG_OPTION_NUMBER, OWN(seed), false, "N", NULL, 0, 9007199254740992.0, "0", "seed of the redraws",
     SEG_COMPLETE_NOTHING},
    {'f', "format", SEG_OPTION_TEXT, OWN(format), false, "FORMAT", NULL, 0, 0, "table on a terminal, csv otherwise",
     "form of the numbers: table, csv, json; or by the extension of -o", SEG_COMPLETE_NOTHING},
    {'o', "output", SEG_OPTION_TEXT, OWN(output), false, "FILE", NULL, 0, 0, "stdout", "where the numbers go",
     SEG_COMPLETE_FILE},
    {0, "digits", SEG_OPTION_INTEGER, EVAL(sinks.digits), false, "N", NULL, 1, 17,
     "as many as read back to the same number", "significant digits of csv and json", SEG_COMPLETE_NOTHING},
    SEG_READING_ROWS(seg_eval_options),
    {0, "match", SEG_OPTION_TEXT, EVAL(match), false, "RULE", NULL, 0, 0, "name",
     "how the files of two folders pair up, as for eval", SEG_COMPLETE_NOTHING},
    {0, "allow-missing", SEG_OPTION_SWITCH, EVAL(allow_missing), false, NULL, NULL, 0, 0, NULL,
     "take the pairs there are when some files have no partner", SEG_COMPLETE_NOTHING},
    {0, "progress", SEG_OPTION_CHOICE, EVAL(progress), false, "WHEN", seg_progress_words, 0, 0, "auto",
     "progress on stderr: auto is on a terminal after a second, lines are for a log", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void preset(void *values)
{
    struct options *o = values;

    seg_scoring_preset(&o->eval.scoring);
    o->jitter = o->noise = NAN;
    o->grain = 6;
    o->redraws = 20;
}

/* ---- options ---- */

struct run {
    struct options o;
    seg_robust_data data;
    seg_redraw_options redraw;
    char **name, **path; /* [predictions] */
    const char *truth;
    char source[64];
    seg_scoring_setup setup;
    seg_settings settings;
    const seg_messages *messages;
};

static seg_status read_sources(struct run *r, seg_error *err)
{
    const struct options *o = &r->o;
    int sources = (o->raters.n > 0) + !isnan(o->jitter) + !isnan(o->noise);
    double jitter = isnan(o->jitter) ? 1 : o->jitter;

    if (sources > 1)
        return seg_fail(err, SEG_USAGE, "only one of --rater, --jitter and --noise says where other truths come from");
    if (o->raters.n == 1)
        return seg_fail(err, SEG_USAGE, "one other truth has no spread: --rater is wanted twice or more");
    if (!o->raters.n && o->redraws < 2)
        return seg_fail(err, SEG_USAGE, "--redraws is %d, but a spread needs 2 or more", o->redraws);
    r->redraw = (seg_redraw_options){
        .noise = !isnan(o->noise), .rho = o->noise, .jitter = jitter, .grain = o->grain, .seed = (uint64_t)o->seed};
    r->data.redraws = o->raters.n ? o->raters.n : (size_t)o->redraws;
    if (o->raters.n)
        snprintf(r->source, sizeof r->source, "other raters");
    else if (r->redraw.noise)
        snprintf(r->source, sizeof r->source, "label noise %g", o->noise);
    else
        snprintf(r->source, sizeof r->source, "borders moved by at most %g voxel%s", jitter, jitter == 1 ? "" : "s");
    return SEG_OK;
}

/* NAME=PATH, or the last part of the path. */
static seg_status add_prediction(struct run *r, const char *text, seg_error *err)
{
    const char *equal = strchr(text, '='), *slash = strchr(text, '/'), *path = text;
    size_t i = r->data.predictions, n, end = strlen(text);
    bool named = equal && (!slash || equal < slash);

    path = named ? equal + 1 : text;
    while (!named && end > 1 && text[end - 1] == '/')
        end--;
    n = end;
    while (!named && n > 0 && text[n - 1] != '/')
        n--;
    r->path[i] = seg_copy(path, SIZE_MAX);
    r->name[i] = named ? seg_copy(text, (size_t)(equal - text)) : seg_copy(text + n, end - n);
    if (!r->path[i] || !r->name[i])
        return seg_fail(err, SEG_MEMORY, "not enough memory for the names of the predictions");
    r->data.predictions++;
    for (size_t k = 0; k < i; k++)
        if (!strcmp(r->name[k], r->name[i]))
            return seg_fail(err, SEG_USAGE, "two predictions are called '%s' (name them: NAME=PATH)", r->name[i]);
    return SEG_OK;
}

static seg_status read_operands(struct run *r, const seg_texts *operands, seg_error *err)
{
    seg_status st = SEG_OK;

    if (operands->n < 2)
        return seg_fail(err, SEG_USAGE, "predictions and, last, the truth are wanted (see --help)");
    r->truth = operands->text[operands->n - 1];
    st = seg_alloc(&r->name, operands->n, sizeof *r->name, "predictions", err);
    if (!st)
        st = seg_alloc(&r->path, operands->n, sizeof *r->path, "predictions", err);
    for (size_t i = 0; i + 1 < operands->n && !st; i++)
        st = add_prediction(r, operands->text[i], err);
    return st;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t n = path ? strlen(path) : 0, m = strlen(ending);

    return n > m && strcasecmp(path + n - m, ending) == 0;
}

static seg_status find_format(const struct options *o, seg_robust_format *format, seg_error *err)
{
    *format = ends_in(o->output, ".json")                                           ? SEG_ROBUST_JSON
              : ends_in(o->output, ".txt") || (!o->output && isatty(STDOUT_FILENO)) ? SEG_ROBUST_TABLE
                                                                                    : SEG_ROBUST_CSV;
    for (int i = 0; o->format && seg_robust_format_words[i]; i++)
        if (seg_same_name(o->format, seg_robust_format_words[i])) {
            *format = (seg_robust_format)i;
            return SEG_OK;
        }
    return o->format ? seg_fail(err, SEG_USAGE, "-f %s is not known: table, csv and json are", o->format) : SEG_OK;
}

/* ---- runs of eval ---- */

/* One folder (or file) of predictions against one of truths. */
struct pass {
    struct run *r;
    size_t prediction, redraw; /* redraw 0: the given truth */
    seg_robust_observer *observer;
};

static seg_status take(void *context, const seg_case *scored, seg_error *err)
{
    const struct pass *p = context;
    seg_status st = SEG_OK;

    if (!seg_case_ok(scored))
        return SEG_OK;
    st = seg_robust_take(&p->r->data, scored, p->prediction, p->redraw, err);
    if (!st && p->observer)
        st = seg_robust_tell(p->observer, &p->r->data, scored, p->prediction, err);
    return st;
}

static seg_status run_pass(const struct pass *p, const char *prediction, const char *truth,
                           const seg_observer *observer, const seg_watch *watch, seg_error *err)
{
    struct run *r = p->r;
    seg_eval_options eval = r->o.eval;
    const char *pair[] = {prediction, truth};
    const seg_texts operands = {.n = 2, .text = pair};

    eval.sinks.none = true;
    eval.sinks.watch = watch;
    r->setup.scoring.evaluate.observer = observer;
    return seg_eval_run(&eval, &r->setup.scoring, &r->settings, &operands, r->messages, err);
}

/* Cases that fail are missing values; *partly says that there were some. */
static seg_status run_prediction(struct run *r, size_t prediction, bool *partly, seg_error *err)
{
    seg_robust_observer robust = {.data = &r->data, .redraw = &r->redraw, .count = prediction == 0};
    const seg_observer observer = {&robust, seg_robust_look};
    struct pass pass = {r, prediction, 0, r->o.raters.n ? NULL : &robust};
    const seg_watch watch = {.context = &pass, .add = take};
    seg_status st = run_pass(&pass, r->path[prediction], r->truth, pass.observer ? &observer : NULL, &watch, err);

    *partly |= st == SEG_PARTLY;
    for (size_t k = 0; k < r->o.raters.n && (!st || st == SEG_PARTLY); k++) {
        pass.redraw = k + 1;
        st = run_pass(&pass, r->path[prediction], r->o.raters.text[k], NULL, &watch, err);
        *partly |= st == SEG_PARTLY;
    }
    seg_robust_observer_free(&robust);
    return st == SEG_PARTLY ? SEG_OK : st;
}

/* ---- how the raters agree with the given truth ---- */

static seg_status take_dsc(void *context, const seg_case *scored, seg_error *err)
{
    const struct pass *p = context;
    seg_status st = SEG_OK;

    for (size_t k = 0; k < scored->n && !st; k++)
        if (scored->rows[k].cls >= 0 && !strcmp(scored->rows[k].measure, "dsc"))
            st = seg_robust_add_dsc(&p->r->data, scored->classes[scored->rows[k].cls].id, scored->rows[k].value, err);
    return st;
}

static seg_status compare_raters(struct run *r, const seg_messages *messages, seg_error *err)
{
    const char *dsc[] = {"dsc"}, *none[] = {"none"};
    seg_scoring_options options = r->o.eval.scoring;
    seg_scoring_setup usual = r->setup;
    struct pass pass = {r, 0, 0, NULL};
    const seg_watch watch = {.context = &pass, .add = take_dsc};
    seg_messages quiet = *messages;
    seg_status st;

    options.metrics = (seg_texts){.n = 1, .text = dsc};
    options.losses = (seg_texts){.n = 1, .text = none};
    options.per_class = true;
    options.reading.input = SEG_AS_LABELS;
    st = seg_scoring_setup_make(&r->setup, &options, &quiet, err);
    for (size_t k = 0; k < r->o.raters.n && !st; k++) {
        st = run_pass(&pass, r->o.raters.text[k], r->truth, NULL, &watch, err);
        st = st == SEG_PARTLY ? SEG_OK : st;
    }
    seg_scoring_setup_free(&r->setup);
    r->setup = usual;
    return st;
}

/* ---- the whole ---- */

static seg_status compute(struct run *r, seg_messages *messages, bool *partly, seg_error *err)
{
    static const char *metrics[] = {"dsc,hd95"}, *losses[] = {"none"};
    seg_scoring_options *scoring = &r->o.eval.scoring;
    seg_status st;

    if (!scoring->metrics.n)
        scoring->metrics = (seg_texts){.n = 1, .text = metrics};
    if (!scoring->losses.n)
        scoring->losses = (seg_texts){.n = 1, .text = losses};
    scoring->per_class = scoring->per_slice = false;
    st = seg_scoring_setup_make(&r->setup, scoring, messages, err);
    seg_settings_fill(&r->settings, scoring);
    if (!st)
        st = seg_robust_measures(&r->data, &r->setup.scoring.for_probabilities, err);
    for (size_t p = 0; p < r->data.predictions && !st; p++)
        st = run_prediction(r, p, partly, err);
    return st || !r->o.raters.n ? st : compare_raters(r, messages, err);
}

static seg_status write_result(struct run *r, seg_robust_format format, seg_error *err)
{
    char room[4][SEG_NUMBER_ROOM];
    const seg_robust_result result = {.data = &r->data,
                                      .name = (const char *const *)r->name,
                                      .raters = r->o.raters.n > 0,
                                      .source = r->source,
                                      .digits = r->o.eval.sinks.digits,
                                      .settings = r->settings.setting,
                                      .n_settings = r->settings.n + 5};
    seg_setting *own = r->settings.setting + r->settings.n;
    seg_string text = {0};
    seg_status st;

    own[0] = (seg_setting){"truths", r->source};
    own[1] = (seg_setting){"redraws", seg_number(room[0], (double)r->data.redraws)};
    own[2] = (seg_setting){"grain", seg_number(room[1], r->redraw.grain)};
    own[3] = (seg_setting){"seed", seg_number(room[2], (double)r->redraw.seed)};
    own[4] = (seg_setting){"match", r->o.eval.match};
    st = seg_robust_write(&result, format, &text, err);
    if (!st)
        st = seg_output_file(r->o.output, text.text, text.length, err);
    seg_string_free(&text);
    return st;
}

static void free_run(struct run *r)
{
    for (size_t i = 0; i < r->data.predictions; i++) {
        free(r->name[i]);
        free(r->path[i]);
    }
    free(r->name);
    free(r->path);
    seg_robust_free(&r->data);
    seg_settings_free(&r->settings);
    seg_scoring_setup_free(&r->setup);
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    struct run r = {.o = *(const struct options *)values, .messages = messages};
    seg_robust_format format = SEG_ROBUST_TABLE;
    bool partly = false;
    seg_status st = read_sources(&r, err);

    if (!st)
        st = read_operands(&r, operands, err);
    if (!st)
        st = find_format(&r.o, &format, err);
    if (!st && r.o.output)
        st = seg_declare_output(r.o.output, err);
    if (!st)
        st = compute(&r, messages, &partly, err);
    if (!st)
        st = write_result(&r, format, err);
    free_run(&r);
    return st ? st : partly ? SEG_PARTLY : SEG_OK;
}

const seg_command seg_command_robust = {
    .name = "robust",
    .operands = "[NAME=]PREDICTION... TRUTH",
    .summary = "whether a difference survives another annotator",
    .description =
        "Scores predictions (folders, or single files) against the given truth, and again against other truths: those "
        "of "
        "other raters, or the given one redrawn. --jitter moves every border by at most J voxels, smoothly along it, "
        "as "
        "another hand would; small objects may vanish, which is counted. --noise makes single labels wrong. All "
        "predictions "
        "meet the same truths.\n\n"
        "For each measure: the value against the given truth (the mean over cases), the bias (how the mean over the "
        "other "
        "truths differs), and the sd (over truths, of one case's value). For each pair of predictions: the gap, what "
        "is "
        "left of it on average with other truths (retained), its sd over truths with a 95 % interval, and how often it "
        "has "
        "another sign (flips). Both predictions meet the same truth and err alike, so the sd of the gap, not that of a "
        "value, is what a gap has to be compared with: it stands when it never flips and is above three times the "
        "upper "
        "end of its sd, and is within annotation noise below twice the sd.\n\n"
        "The DSC between the given and the other truths of each class is printed: choose J so that it is that of your "
        "own "
        "raters. Cases with an undefined or infinite value anywhere are left out of that measure and counted.",
    .examples =
        "segloss robust a=unet/ b=transunet/ labels/ -m dsc,hd95\tTwo methods, borders redrawn 20 times\n"
        "segloss robust a=unet/ b=transunet/ labels/ --jitter 2 --redraws 50 -f json\tBorders that move further\n"
        "segloss robust unet/ labels/ --rater rater2/ --rater rater3/\tOther raters' masks of the same names",
    .options = rows,
    .size = sizeof(struct options),
    .least = 0,
    .most = 1000,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
