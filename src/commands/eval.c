/* eval.c - segloss eval: the losses and metrics of predictions against their truths, for one pair or for many. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../evaluate/case_list.h"
#include "../evaluate/gate.h"
#include "../evaluate/run_kind.h"
#include "batch.h"
#include "command.h"
#include "eval_options.h"
#include "settings.h"
#include "stage_times.h"

static const char *const GATE_MISSING[] = {"fail", "ignore", NULL};

static const seg_option rows[] = {
    SEG_SCORING_ROWS(seg_eval_options),
    {'p', "prediction", SEG_OPTION_TEXT, offsetof(seg_eval_options, prediction), false, "FILE", NULL, 0, 0, NULL,
     "the prediction, instead of the first operand", SEG_COMPLETE_FILE},
    {'g', "truth", SEG_OPTION_TEXTS, offsetof(seg_eval_options, truths), false, "FILE", NULL, 0, 0, NULL,
     "the truth, instead of the second operand; several are those of several raters", SEG_COMPLETE_FILE},
    SEG_CHOICE_ROW("raters", offsetof(seg_eval_options, raters), "HOW", seg_raters_words, "each",
                   "what becomes of several truths: each is a case of its own, majority is the label with most votes, "
                   "mean is a soft truth, the share of the raters"),
    SEG_CHOICE_ROW(
        "files", offsetof(seg_eval_options, files), "KIND", seg_files_words, "auto",
        "what the files of a folder are: cases, the channels of one map (the class is the number in the name), "
        "or masks of structures (the class is the name)"),
    SEG_TEXT_ROW(0, "suffix", offsetof(seg_eval_options, suffix), "TEXT", NULL,
                 "only files of the prediction folder whose names end in TEXT, as .npz", SEG_COMPLETE_NOTHING),
    SEG_OUTPUT_ROWS(seg_eval_options),
    SEG_POOL_ROWS(seg_eval_options),
    {0, "pairs", SEG_OPTION_TEXT, offsetof(seg_eval_options, pairs), false, "FILE", NULL, 0, 0, NULL,
     "score the pairs listed in a CSV or TSV file with the columns prediction, truth and optionally case (paths "
     "relative to it); - is stdin, where a line may also hold just a prediction and a truth",
     SEG_COMPLETE_FILE},
    {'0', "null", SEG_OPTION_SWITCH, offsetof(seg_eval_options, nul), false, NULL, NULL, 0, 0, NULL,
     "the list is prediction NUL truth NUL, as find -print0 and printf make it", SEG_COMPLETE_NOTHING},
    {0, "match", SEG_OPTION_TEXT, offsetof(seg_eval_options, match), false, "RULE", NULL, 0, 0, "name",
     "how the files of two folders pair up: name, nnunet, bids, cityscapes, or regex:EXPR whose first group is the "
     "case",
     SEG_COMPLETE_NOTHING},
    {0, "allow-missing", SEG_OPTION_SWITCH, offsetof(seg_eval_options, allow_missing), false, NULL, NULL, 0, 0, NULL,
     "score the pairs there are when some files have no partner", SEG_COMPLETE_NOTHING},
    {0, "stop-on-error", SEG_OPTION_SWITCH, offsetof(seg_eval_options, stop_on_error), false, NULL, NULL, 0, 0, NULL,
     "stop at the first case that fails", SEG_COMPLETE_NOTHING},
    {0, "resume", SEG_OPTION_SWITCH, offsetof(seg_eval_options, resume), false, NULL, NULL, 0, 0, NULL,
     "keep the finished cases of the jsonl file given with -o, and do the rest", SEG_COMPLETE_NOTHING},
    {0, "shard", SEG_OPTION_TEXT, offsetof(seg_eval_options, shard), false, "K/N", NULL, 0, 0, NULL,
     "score only every N-th case, from the K-th; auto takes both from a Slurm job array, srun, Open MPI or PMI",
     SEG_COMPLETE_NOTHING},
    {0, "fail-under", SEG_OPTION_TEXTS, offsetof(seg_eval_options, fail_under), false, "MEASURE=X", NULL, 0, 0, NULL,
     "exit with 1 when a mean is below X, as dsc=0.85 or dsc[liver]=0.9", SEG_COMPLETE_NOTHING},
    {0, "fail-over", SEG_OPTION_TEXTS, offsetof(seg_eval_options, fail_over), false, "MEASURE=X", NULL, 0, 0, NULL,
     "exit with 1 when a mean is above X, as hd95=8", SEG_COMPLETE_NOTHING},
    {0, "gate-missing", SEG_OPTION_CHOICE, offsetof(seg_eval_options, gate_missing), false, "WHAT", GATE_MISSING, 0, 0,
     "fail",
     "what an undefined, infinite or imputed value does to --fail-under and --fail-over; ignore: the mean of the "
     "others "
     "decides",
     SEG_COMPLETE_NOTHING},
    {0, "errors", SEG_OPTION_INTEGER, offsetof(seg_eval_options, errors), false, "N", NULL, 0, 20, "none",
     "json: list at most N mistakes of each case in words, with volume, depth and place; see segloss view",
     SEG_COMPLETE_NOTHING},
    {0, "pictures", SEG_OPTION_INTEGER, offsetof(seg_eval_options, sinks.pictures), false, "N", NULL, 0, 1000, "10",
     "html: show pictures of the N worst cases", SEG_COMPLETE_NOTHING},
    {0, "reliability", SEG_OPTION_TEXT, offsetof(seg_eval_options, sinks.reliability), false, "FILE", NULL, 0, 0, NULL,
     "CSV of the bins of ece over all cases, for a reliability diagram: class, bin, its limits, voxels, mean "
     "probability "
     "and share of the class",
     SEG_COMPLETE_FILE},
    {0, "object-table", SEG_OPTION_TEXT, offsetof(seg_eval_options, sinks.object_table), false, "FILE", NULL, 0, 0,
     NULL,
     "a line for every object (component or instance), matched or not: its place, size, match and the quality of the "
     "match; csv, tsv or jsonl by the file's extension, '-' is stdout",
     SEG_COMPLETE_FILE},
    {0, "progress", SEG_OPTION_CHOICE, offsetof(seg_eval_options, progress), false, "WHEN", seg_progress_words, 0, 0,
     "auto", "progress on stderr: auto is on a terminal after a second, lines are for a log", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void preset(void *values)
{
    seg_eval_options *o = values;

    seg_scoring_preset(&o->scoring);
    o->errors = -1;
    o->sinks.pictures = -1;
}

/* The prediction and the truths, from options and operands. */
static seg_status find_files(const seg_eval_options *o, const seg_texts *operands, seg_case_request *r, seg_error *err)
{
    size_t used = 0;

    r->prediction = o->prediction ? o->prediction : used < operands->n ? operands->text[used++] : NULL;
    r->truth = o->truths.n ? o->truths.text : used < operands->n ? &operands->text[used++] : NULL;
    r->truths = o->truths.n ? o->truths.n : r->truth != NULL;
    if (!r->prediction || !r->truth)
        return seg_fail(err, SEG_USAGE, "a prediction and a truth are wanted, %s (see --help)",
                        r->prediction ? "only a prediction was given"
                        : r->truth    ? "only a truth was given"
                                      : "none was given");
    if (used < operands->n)
        return seg_fail(err, SEG_USAGE, "'%s' is one too many: a prediction and a truth are wanted",
                        operands->text[used]);
    return SEG_OK;
}

static bool is_folder(const char *path)
{
    struct stat info;

    return strcmp(path, "-") && !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* ---- one pair ---- */

static seg_case_paths paths_of(const seg_pairing *p)
{
    return (seg_case_paths){.prediction = p->prediction,
                            .truth = p->truth,
                            .more = (const char *const *)p->more,
                            .n_more = p->n_more,
                            .mask = p->mask,
                            .folder = {(seg_files_kind)p->folder[0], (seg_files_kind)p->folder[1]}};
}

static seg_status score_pair(seg_outputs *sinks, const seg_scoring *scoring, const seg_pairing *p,
                             seg_pair_files *files, const seg_messages *messages, seg_error *err)
{
    seg_case scored = {0};
    double since;
    seg_status st = seg_case_name(&scored, p->name, p->prediction, p->truth, err);

    if (!st)
        st = seg_score_pair(&scored, scoring, files, &messages->notes, err);
    since = seg_seconds();
    if (!st)
        st = seg_outputs_add(sinks, &scored, err);
    seg_took(scoring->evaluate.timing, &since, "write", "");
    seg_case_free(&scored);
    return st;
}

/* The report is opened when the files were read: it says what they were taken for. */
static seg_status read_and_open(seg_pair_files *files, seg_outputs *sinks, const seg_eval_options *o,
                                const seg_scoring *scoring, seg_settings *settings, const seg_pairing *p,
                                const seg_messages *messages, seg_error *err)
{
    const seg_case_paths paths = paths_of(p);
    seg_status st = seg_pair_files_read(files, scoring, &paths, &messages->notes, err);

    if (!st)
        st = seg_settings_pair_reading(settings, files, err);
    return st ? st : seg_outputs_open(sinks, &o->sinks, settings->setting, settings->n, false, err);
}

static seg_status run_pair(const seg_eval_options *o, const seg_scoring *scoring, seg_settings *settings,
                           const seg_pairing *p, const seg_messages *messages, seg_error *err)
{
    seg_outputs sinks = {0};
    seg_pair_files files = {0};
    bool kept = true;
    double since;
    seg_status st, gates = SEG_OK;

    if (o->resume || o->shard)
        return seg_fail(err, SEG_USAGE, "%s is for many cases: two folders, or --pairs FILE",
                        o->resume ? "--resume" : "--shard");
    st = read_and_open(&files, &sinks, o, scoring, settings, p, messages, err);
    if (!st)
        st = score_pair(&sinks, scoring, p, &files, messages, err);
    seg_pair_files_free(&files);
    if (!st) /* a gate that cannot be judged does not cost the report */
        gates = seg_eval_gates(o, &sinks, messages, &kept, err);
    since = seg_seconds();
    if (!st)
        st = seg_outputs_keep(&sinks, err);
    st = st ? st : gates;
    seg_took(scoring->evaluate.timing, &since, "write", "");
    seg_outputs_free(&sinks);
    return st ? st : kept ? SEG_OK : SEG_PARTLY;
}

/* The objects and bins of finished cases are not recorded. */
static seg_status check_tables(const seg_eval_options *o, seg_error *err)
{
    const char *table = o->sinks.object_table ? "--object-table" : o->sinks.reliability ? "--reliability" : NULL;

    return o->resume && table
               ? seg_fail(
                     err, SEG_USAGE,
                     "%s and --resume: what it needs of the finished cases is not known any more (leave one of the "
                     "two out)",
                     table)
               : SEG_OK;
}

/* Options that apply to several pairs are refused for one. */
static seg_status check_source(const seg_eval_options *o, const seg_texts *operands, seg_error *err)
{
    if (o->pairs && (operands->n || o->prediction || o->truths.n))
        return seg_fail(err, SEG_USAGE, "either --pairs FILE or a prediction and a truth, not both");
    if (o->nul && !o->pairs)
        return seg_fail(err, SEG_USAGE, "-0 is for a list: --pairs FILE, or --pairs -");
    return check_tables(o, err);
}

/* Options that say how the files of folders belong together. */
static seg_status check_folders(const seg_eval_options *o, const seg_case_request *r, seg_error *err)
{
    bool folder[2] = {is_folder(r->prediction), is_folder(r->truth[0])};

    if (o->match && !(folder[0] && folder[1]))
        return seg_fail(err, SEG_USAGE, "--match is for two folders (leave it out)");
    if (o->allow_missing && !folder[0] && !folder[1])
        return seg_fail(err, SEG_USAGE, "--allow-missing is for two folders (leave it out)");
    if (o->suffix && !folder[0])
        return seg_fail(err, SEG_USAGE, "--suffix is for a folder of predictions (leave it out)");
    if (o->files && !folder[0] && !folder[1])
        return seg_fail(err, SEG_USAGE, "--files %s is for a folder, and both operands are files (leave it out)",
                        seg_files_words[o->files]);
    if (o->raters && r->truths < 2)
        return seg_fail(err, SEG_USAGE, "--raters %s needs the truths of several raters: -g A -g B",
                        seg_raters_words[o->raters]);
    return SEG_OK;
}

static seg_status make_request(const seg_eval_options *o, const seg_texts *operands, seg_case_request *r,
                               seg_error *err)
{
    seg_status st = find_files(o, operands, r, err);

    r->mask = o->scoring.reading.mask;
    r->files = (seg_files_kind)o->files;
    r->raters = (seg_raters_kind)o->raters;
    r->rule_said = o->match != NULL;
    r->rule.allow_missing = o->allow_missing;
    r->rule.suffix = o->suffix;
    if (!st)
        st = check_folders(o, r, err);
    return st ? st : seg_match_rule_read(&r->rule.rule, &r->rule.expression, o->match ? o->match : "name", err);
}

/* A file with more than one channel may be a series, whose frames are cases. */
static seg_status expand_one(seg_pairings *list, const seg_reading *reading, bool *batch, const seg_messages *messages,
                             seg_error *err)
{
    seg_run_reading run = {0};
    seg_status st = SEG_OK;

    if (*batch || !seg_case_list_frames(list, reading))
        return SEG_OK;
    st = seg_run_decide(&run, reading, list, err);
    if (!st && run.series)
        st = seg_case_list_expand(list, reading, &messages->notes, err);
    *batch = list->n > 1;
    seg_run_free(&run);
    return st;
}

seg_status seg_eval_run(const seg_eval_options *o, seg_scoring *scoring, seg_settings *settings,
                        const seg_texts *operands, const seg_messages *messages, seg_error *err)
{
    seg_case_request request = {0};
    seg_pairings list = {0};
    bool batch = false;
    seg_status st = check_source(o, operands, err);

    scoring->reading.match.missing_left_out = o->allow_missing;
    scoring->reading.raters = (seg_raters_kind)o->raters;
    scoring->reading.match.soft_truth |= o->raters == SEG_RATERS_MEAN;
    if (st || o->pairs)
        return st ? st : seg_eval_batch(o, scoring, settings, NULL, messages, err);
    st = make_request(o, operands, &request, err);
    if (!st)
        st = seg_case_list_make(&list, &request, &batch, &messages->notes, err);
    if (!st)
        st = expand_one(&list, &scoring->reading, &batch, messages, err);
    scoring->reading.run = SEG_RUN_OPEN; /* a pair decides for itself */
    if (!st)
        st = batch ? seg_eval_batch(o, scoring, settings, &list, messages, err)
                   : run_pair(o, scoring, settings, &list.pairing[0], messages, err);
    seg_pairings_free(&list);
    return st;
}

/* Malformed bounds, and measures that are not computed, are refused before any work is done. A measure that is only
 * computed for probabilities may still be missing at the end. */
static seg_status foresee_gates(const seg_texts *texts, bool under, bool pooled, const seg_plan *plan, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < texts->n && !st; i++) {
        seg_gate gate;

        st = seg_gate_read(&gate, texts->text[i], under, err);
        if (!st)
            st = seg_gate_foresee(&gate, plan, err);
        if (!st && gate.pooled && !pooled)
            st = seg_fail(err, SEG_USAGE, "%s %s is about a value of all cases at once (give --pooled too)",
                          under ? "--fail-under" : "--fail-over", texts->text[i]);
        seg_gate_free(&gate);
    }
    return st;
}

/* Mistakes are found when a report lists or draws them. */
static seg_case_mistakes_options mistakes_wanted(const seg_eval_options *o)
{
    enum { DRAWN = 6 };
    bool draw = seg_outputs_draw(&o->sinks);
    size_t listed = o->errors > 0 ? (size_t)o->errors : 0;

    return (seg_case_mistakes_options){.list = o->errors >= 0,
                                       .most = draw && listed < DRAWN ? DRAWN : listed,
                                       .pictures = draw && o->sinks.pictures != 0,
                                       .axis = o->scoring.slice_axis - 1};
}

/* "unet against truth": the last parts of the operands. */
static char *title_of(const seg_eval_options *o, const seg_texts *operands)
{
    const char *prediction = o->prediction ? o->prediction : operands->n ? operands->text[0] : o->pairs;
    const char *truth = o->truths.n ? o->truths.text[0] : operands->n > 1 ? operands->text[1] : NULL;
    char *of[2] = {prediction ? seg_case_stem(prediction) : NULL, truth ? seg_case_stem(truth) : NULL};
    seg_string title = {0};

    if (of[0])
        seg_string_add(&title, of[0]);
    if (of[1])
        seg_string_printf(&title, " against %s", of[1]);
    free(of[0]);
    free(of[1]);
    return title.text;
}

/* Labels that seem to be numbered in two ways: said also when quiet, as the numbers may be of no use. */
static void warn_of_numbering(const seg_label_survey *survey, const seg_messages *messages)
{
    seg_string text = {0};

    seg_label_survey_conclude(survey, &text);
    if (text.length)
        seg_message_alarm(messages, "%s", text.text);
    seg_string_free(&text);
}

/* What a case needs beside its rows, for the reports that were asked for. */
static void plan_cases(seg_scoring *scoring, const seg_eval_options *o)
{
    seg_evaluate_options *e = &scoring->evaluate;

    e->counts = o->sinks.pooled;
    e->confusion = o->sinks.pooled || o->sinks.confusion || seg_outputs_draw(&o->sinks);
    e->reliability = o->sinks.reliability ? seg_reliability_bins(&scoring->for_probabilities) : 0;
    e->objects = seg_outputs_object_format(&o->sinks);
    e->mistakes = mistakes_wanted(o);
}

static seg_status foresee_all_gates(const seg_eval_options *o, const seg_plan *plan, seg_error *err)
{
    seg_status st = foresee_gates(&o->fail_under, true, o->sinks.pooled, plan, err);

    return st ? st : foresee_gates(&o->fail_over, false, o->sinks.pooled, plan, err);
}

/* Scores, and says at the end whether the labels of both sides seem to be numbered alike. */
static seg_status score(const seg_eval_options *o, seg_scoring_setup *setup, const seg_texts *operands,
                        const seg_messages *messages, seg_error *err)
{
    seg_settings settings = {0};
    seg_label_survey survey;
    seg_status st;

    seg_settings_fill(&settings, &o->scoring);
    if (o->sinks.pooled) /* the cases of the report hold counts */
        settings.setting[settings.n++] = (seg_setting){"pooled", "yes"};
    seg_label_survey_begin(&survey);
    setup->scoring.survey = &survey;
    st = seg_eval_run(o, &setup->scoring, &settings, operands, messages, err);
    if (!st || st == SEG_PARTLY)
        warn_of_numbering(&survey, messages);
    seg_label_survey_end(&survey);
    seg_settings_free(&settings);
    return st;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    seg_eval_options o = *(const seg_eval_options *)values;
    seg_scoring_setup setup = {0};
    seg_stage_times stages;
    char *title = title_of(&o, operands);
    seg_status st;

    o.sinks.gated = o.fail_under.n || o.fail_over.n;
    o.sinks.title = title;
    o.sinks.line = messages->line;
    seg_stages_begin(&stages);
    st = seg_outputs_declare(&o.sinks, err);
    if (!st)
        st = seg_scoring_setup_make(&setup, &o.scoring, messages, err);
    setup.scoring.evaluate.timing = messages->verbose > 1 ? &stages.timing : NULL;
    plan_cases(&setup.scoring, &o);
    if (!st)
        st = foresee_all_gates(&o, &setup.scoring.for_probabilities, err);
    if (!st)
        st = score(&o, &setup, operands, messages, err);
    seg_stages_print(&stages, messages);
    seg_scoring_setup_free(&setup);
    free(title);
    return st;
}

const seg_command seg_command_eval = {
    .name = "eval",
    .operands = "PREDICTION TRUTH",
    .summary = "score predictions against their truths",
    .description =
        "Computes losses and metrics of a prediction against its truth. Both are images (segloss list formats), "
        "recognised by "
        "their content; '-' is stdin; a folder of files c0.png c1.png ... is one map with a class in each.\n\n"
        "A prediction of integers is a map of labels; values in [0, 1] are probabilities: one foreground map, or "
        "x,y,z,class. Anything doubtful is an error that names the option which settles it.\n\n"
        "Two folders are many pairs, as is a list given with --pairs. Cases are scored side by side and reported in "
        "order, with a summary over them; a case that fails gets its row with the reason, the others go on, and the "
        "exit code is 1.",
    .examples =
        "segloss eval pred.nii.gz truth.nii.gz\tDSC, IoU and HD95 for each class, and cross-entropy and Dice "
        "if the prediction is probabilities\n"
        "segloss eval --loss all --metric none -f json pred.nii truth.nii\tAll losses as JSON\n"
        "segloss eval -m hd95:convention=all pred.png truth.png\tHD95 as every tool computes it\n"
        "segloss eval -l tversky:alpha=0.7,beta=0.3 -m none -f value pred.nii truth.nii\tBare numbers for a "
        "script\n"
        "segloss eval predictions/ labels/ -o cases.jsonl --resume\tTwo folders; what is done stays done when "
        "the run is interrupted\n"
        "segloss eval --pairs list.csv -o cases.csv -o summary.md --fail-under dsc=0.85\tA list, two reports, and "
        "an exit code for a script",
    .options = rows,
    .size = sizeof(seg_eval_options),
    .least = 0,
    .most = 2,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
