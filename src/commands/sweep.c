/* sweep.c - segloss sweep: losses over grids of their parameters, for one pair or for many. */
#include <stdlib.h>
#include <string.h>

#include "../base/files.h"
#include "../base/parallel.h"
#include "../evaluate/sweep.h"
#include "../io/image_file.h"
#include "../report/overwrite_guard.h"
#include "batch.h"
#include "command.h"

/* What eval takes comes first, so that its rows fit this struct too. */
struct options {
    seg_eval_options eval;
    bool zip;
    int gradient;
    const char *plot;
};

#define EVAL(field_) offsetof(seg_eval_options, field_)

static const seg_option rows[] = {
    {'l', "loss", SEG_OPTION_TEXTS, EVAL(scoring.losses), false, "SPEC", NULL, 0, 0, NULL,
     "losses as for eval, with grids for values: tversky:alpha=0.2:0.8:0.2,beta={0.3/0.7}, focal:gamma=log(0.5/4/4); "
     "may be repeated",
     SEG_COMPLETE_LOSS},
    {'m', "metric", SEG_OPTION_TEXTS, EVAL(scoring.metrics), false, "SPEC", NULL, 0, 0, "dsc,hd95",
     "metrics as for eval", SEG_COMPLETE_METRIC},
    SEG_READING_ROWS(seg_eval_options),
    {0, "zip", SEG_OPTION_SWITCH, offsetof(struct options, zip), false, NULL, NULL, 0, 0, NULL,
     "take the first values of all swept parameters, then the second ones, instead of every value with every other",
     SEG_COMPLETE_NOTHING},
    {0, "gradient", SEG_OPTION_CHOICE, offsetof(struct options, gradient), false, "BY", seg_sweep_gradient_words, 0, 0,
     "logit", "the gradient that is measured: by the logits in front of a softmax, by the probabilities, or none",
     SEG_COMPLETE_NOTHING},
    {0, "plot", SEG_OPTION_TEXT, offsetof(struct options, plot), false, "FILE", NULL, 0, 0, NULL,
     "draw shares and spread of the gradient, and tau, against what is swept, as SVG", SEG_COMPLETE_FILE},
    {'p', "prediction", SEG_OPTION_TEXT, EVAL(prediction), false, "FILE", NULL, 0, 0, NULL,
     "the prediction, instead of the first operand", SEG_COMPLETE_FILE},
    {'g', "truth", SEG_OPTION_TEXTS, EVAL(truths), false, "FILE", NULL, 0, 0, NULL,
     "the truth, instead of the second operand", SEG_COMPLETE_FILE},
    SEG_OUTPUT_ROWS(seg_eval_options),
    {0, "pairs", SEG_OPTION_TEXT, EVAL(pairs), false, "FILE", NULL, 0, 0, NULL,
     "the pairs listed in a CSV or TSV file, as for eval; - is stdin", SEG_COMPLETE_FILE},
    {'0', "null", SEG_OPTION_SWITCH, EVAL(nul), false, NULL, NULL, 0, 0, NULL, "the list is prediction NUL truth NUL",
     SEG_COMPLETE_NOTHING},
    {0, "match", SEG_OPTION_TEXT, EVAL(match), false, "RULE", NULL, 0, 0, "name",
     "how the files of two folders pair up, as for eval", SEG_COMPLETE_NOTHING},
    {0, "allow-missing", SEG_OPTION_SWITCH, EVAL(allow_missing), false, NULL, NULL, 0, 0, NULL,
     "score the pairs there are when some files have no partner", SEG_COMPLETE_NOTHING},
    {0, "stop-on-error", SEG_OPTION_SWITCH, EVAL(stop_on_error), false, NULL, NULL, 0, 0, NULL,
     "stop at the first case that fails", SEG_COMPLETE_NOTHING},
    {0, "progress", SEG_OPTION_CHOICE, EVAL(progress), false, "WHEN", seg_progress_words, 0, 0, "auto",
     "progress on stderr: auto is on a terminal after a second, lines are for a log", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void preset(void *values)
{
    struct options *o = values;

    seg_scoring_preset(&o->eval.scoring);
    o->eval.errors = -1;
    o->gradient = SEG_SWEEP_LOGIT;
}

static seg_status read_grids(seg_sweep *sweep, const seg_texts *losses, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < losses->n && !st; i++)
        st = seg_sweep_add(sweep, losses->text[i], err);
    return st ? st : seg_sweep_check(sweep, err);
}

static seg_status write_plot(const seg_sweep *sweep, const char *path, seg_error *err)
{
    seg_string svg = {0};
    seg_status st = seg_sweep_plot(sweep, &svg, err);

    if (!st)
        st = seg_output_file(path, svg.text, svg.length, err);
    seg_string_free(&svg);
    return st;
}

/* Scores everything; a plot is drawn also when some cases failed. */
static seg_status score(const struct options *o, seg_sweep *sweep, seg_scoring *scoring, const seg_texts *operands,
                        const seg_messages *messages, seg_error *err)
{
    const seg_observer observer = {sweep, seg_sweep_look};
    seg_settings settings = {0};
    seg_status st, plotted = SEG_OK;

    scoring->evaluate.observer = &observer;
    seg_settings_fill(&settings, &o->eval.scoring);
    settings.setting[settings.n++] = (seg_setting){"zip", o->zip ? "yes" : "no"};
    st = seg_guard_image(o->plot, err);
    if (!st)
        st = seg_eval_run(&o->eval, scoring, &settings, operands, messages, err);
    if (o->plot && (st == SEG_OK || st == SEG_PARTLY))
        plotted = write_plot(sweep, o->plot, err);
    seg_settings_free(&settings);
    return plotted ? plotted : st;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    struct options o = *(const struct options *)values;
    seg_sweep sweep = {.zip = o.zip, .gradient = (seg_sweep_gradient)o.gradient, .notes = &messages->notes};
    const char *metrics[] = {"dsc,hd95"};
    const seg_watch watch = {&sweep, seg_sweep_take, seg_sweep_table, seg_sweep_points};
    seg_scoring_setup setup = {0};
    seg_status st = seg_outputs_declare(&o.eval.sinks, err);

    if (!st)
        st = seg_declare_output(o.plot, err);
    if (!st)
        st = read_grids(&sweep, &o.eval.scoring.losses, err);

    o.eval.scoring.add_losses = seg_sweep_plan;
    o.eval.scoring.add_context = &sweep;
    o.eval.sinks.watch = &watch;
    if (!st && !o.eval.scoring.metrics.n)
        o.eval.scoring.metrics = (seg_texts){.n = 1, .text = metrics};
    if (!st)
        st = seg_scoring_setup_make(&setup, &o.eval.scoring, messages, err);
    sweep.memory = seg_memory_budget(&setup.scoring.reading.files[0]);
    sweep.threads = seg_thread_count();
    if (!st)
        st = score(&o, &sweep, &setup.scoring, operands, messages, err);
    seg_scoring_setup_free(&setup);
    seg_sweep_free(&sweep);
    return st;
}

const seg_command seg_command_sweep = {
    .name = "sweep",
    .operands = "PREDICTION TRUTH",
    .summary = "losses over grids of their parameters",
    .description =
        "Computes losses for many values of their parameters, over one pair or a batch, as eval does: the rows are the "
        "same, with the parameters that differ from their defaults in 'params'. Everything is computed in one pass "
        "over the "
        "data.\n\n"
        "Where --loss takes a value, it also takes start:stop:step (the stop included), a list {a/b/c} or {a,b,c}, of "
        "numbers or words, and log(a/b/n), n values from a to b that grow by the same factor; also in the losses of a "
        "formula, whose numbers may be swept too: '{0.2/0.8}*dice + ce'. A parameter may follow another one: "
        "tversky:alpha=0.2:0.8:0.2,beta=1-alpha. Several swept parameters make a grid, every value with every other, "
        "or "
        "with --zip rows. A shell wants quotes around brackets.\n\n"
        "The table (on a terminal, with -f table, md or latex) has a row for each point; csv and tsv have rows of kind "
        "sweep with the same numbers, whose names stand in the column label, jsonl has lines and json a list 'points'. "
        "Losses with different parameters are not one scale, so beside the mean over the cases there are numbers "
        "without "
        "a scale: the ratio to the loss with the swept parameters at their defaults (where 0 is perfect); Kendall's "
        "tau-b "
        "of the loss with each metric over the cases (three at least); the share of the gradient on voxels that touch "
        "another class in the truth (boundary) "
        "and on the smallest connected part of a foreground class of the truth (smallest); and over how many voxels it "
        "is spread, (sum |g|)^2 / sum g^2 (n_eff), where a voxel's |g| is the sum over classes. A loss without a "
        "gradient, and a formula, leave those empty.",
    .examples =
        "segloss sweep --loss 'focal-tversky:alpha=0.2:0.8:0.2,gamma=2' predictions/ labels/\tFour points over "
        "all cases\n"
        "segloss sweep -l 'focal:gamma={1.5/2/2.5/3}' -l 'tversky:alpha=0.2:0.8:0.2' pred.nii truth.nii -f table\t"
        "Two grids as a table\n"
        "segloss sweep --zip -l 'tversky:alpha=0.1:0.9:0.1,beta=0.9:0.1:-0.1' pred.nii truth.nii -o rows.csv "
        "--plot sweep.svg\tNine pairs of prices that add up to 1",
    .options = rows,
    .size = sizeof(struct options),
    .least = 0,
    .most = 2,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
