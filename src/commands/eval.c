/* eval.c - segloss eval: the losses and metrics of a prediction against its truth. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "command.h"
#include "scoring.h"

struct options {
    seg_scoring_options scoring;
    const char *prediction, *truth;
    const char *format;
    seg_texts outputs;
    int digits;
    bool no_header, summary_only;
    const char *na;
    int colour;
};

static const char *const colour_words[] = {"auto", "always", "never", NULL};

static const seg_option rows[] = {
    SEG_SCORING_ROWS(struct options),
    {'p', "prediction", SEG_OPTION_TEXT, offsetof(struct options, prediction), false, "FILE", NULL, 0, 0, NULL,
     "the prediction, instead of the first operand", SEG_COMPLETE_FILE},
    {'g', "truth", SEG_OPTION_TEXT, offsetof(struct options, truth), false, "FILE", NULL, 0, 0, NULL,
     "the truth, instead of the second operand", SEG_COMPLETE_FILE},
    {'f', "format", SEG_OPTION_TEXT, offsetof(struct options, format), false, "FORMAT", NULL, 0, 0,
     "table on a terminal, csv otherwise; or by the extension of -o",
     "form of the report: table, csv, tsv, json, jsonl, md, latex, value", SEG_COMPLETE_FORMAT},
    {'o', "output", SEG_OPTION_TEXTS, offsetof(struct options, outputs), false, "FILE", NULL, 0, 0, "stdout",
     "where the report goes; a file appears whole or not at all; several -o write several forms of one run",
     SEG_COMPLETE_FILE},
    {0, "digits", SEG_OPTION_INTEGER, offsetof(struct options, digits), false, "N", NULL, 1, 17,
     "as many as read back to the same number", "significant digits", SEG_COMPLETE_NOTHING},
    {0, "no-header", SEG_OPTION_SWITCH, offsetof(struct options, no_header), false, NULL, NULL, 0, 0, NULL,
     "leave out the header line of csv and tsv", SEG_COMPLETE_NOTHING},
    {0, "na", SEG_OPTION_TEXT, offsetof(struct options, na), false, "TEXT", NULL, 0, 0, "empty",
     "what stands for an undefined value", SEG_COMPLETE_NOTHING},
    {0, "summary-only", SEG_OPTION_SWITCH, offsetof(struct options, summary_only), false, NULL, NULL, 0, 0, NULL,
     "only what the cases say together", SEG_COMPLETE_NOTHING},
    {0, "color", SEG_OPTION_CHOICE, offsetof(struct options, colour), false, "WHEN", colour_words, 0, 0, "auto",
     "colour in tables", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void preset(void *values)
{
    struct options *o = values;

    seg_scoring_preset(&o->scoring);
}

/* ---- one report for each -o ---- */

struct sink {
    seg_output output;
    seg_report report;
};

struct sinks {
    size_t n;
    struct sink *sink;
};

static seg_status find_format(const struct options *o, const char *path, const seg_report_format **format,
                              seg_error *err)
{
    bool many = o->outputs.n > 1;
    const char *name = path || isatty(STDOUT_FILENO) == 0 ? "csv" : "table", *near;

    *format = path ? seg_report_format_of_path(path) : NULL;
    if (o->format && !(many && *format)) {
        *format = seg_report_format_find(o->format);
        near = *format ? NULL : seg_report_format_nearest(o->format);
        if (!*format)
            return near ? seg_fail(err, SEG_USAGE, "there is no format '%s' (did you mean '%s'?)", o->format, near)
                        : seg_fail(err, SEG_USAGE, "there is no format '%s' (see 'segloss list formats')", o->format);
    }
    if (!*format)
        *format = seg_report_format_find(name);
    return SEG_OK;
}

static int terminal_width(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static seg_status open_sink(struct sink *s, const struct options *o, const char *path, const seg_setting *settings,
                            size_t n_settings, seg_error *err)
{
    bool terminal = !path && isatty(STDOUT_FILENO);
    seg_report_style style = {.settings = settings, .n_settings = n_settings, .digits = o->digits,
                              .no_header = o->no_header, .na = o->na, .summary_only = o->summary_only,
                              .colour = !path && seg_want_colour(o->colour, STDOUT_FILENO),
                              .width = terminal ? terminal_width() : 0};
    const seg_report_format *format = NULL;
    seg_status st = find_format(o, path, &format, err);

    if (!st)
        st = seg_output_open(&s->output, path, SEG_OUTPUT_WHOLE, 0, err);
    return st ? st : seg_report_begin(&s->report, format, &style, &s->output, err);
}

static seg_status open_sinks(struct sinks *sinks, const struct options *o, const seg_setting *settings,
                             size_t n_settings, seg_error *err)
{
    size_t n = o->outputs.n ? o->outputs.n : 1;
    seg_status st = seg_alloc(&sinks->sink, n, sizeof *sinks->sink, "reports", err);

    for (size_t i = 0; i < n && !st; i++) {
        const char *path = o->outputs.n ? o->outputs.text[i] : NULL;

        sinks->n = i + 1;
        st = open_sink(&sinks->sink[i], o, path && strcmp(path, "-") ? path : NULL, settings, n_settings, err);
    }
    return st;
}

static seg_status add_case(struct sinks *sinks, const seg_case *c, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < sinks->n && !st; i++)
        st = seg_report_add(&sinks->sink[i].report, c, err);
    return st;
}

static seg_status keep_sinks(struct sinks *sinks, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < sinks->n && !st; i++)
        st = seg_report_end(&sinks->sink[i].report, err);
    for (size_t i = 0; i < sinks->n && !st; i++)
        st = seg_output_keep(&sinks->sink[i].output, err);
    return st;
}

static void free_sinks(struct sinks *sinks)
{
    for (size_t i = 0; i < sinks->n; i++) {
        seg_report_free(&sinks->sink[i].report);
        seg_output_free(&sinks->sink[i].output);
    }
    free(sinks->sink);
}

/* ---- settings, as the JSON document shows them ---- */

enum { SETTINGS = 16 };

static size_t add_setting(seg_setting *settings, size_t n, const char *name, const char *value)
{
    settings[n] = (seg_setting){name, value};
    return n + 1;
}

static char *joined(const seg_texts *list, const char *preset_text)
{
    seg_string out = {0};

    for (size_t i = 0; i < list->n; i++)
        seg_string_printf(&out, "%s%s", i ? "," : "", list->text[i]);
    seg_string_add(&out, list->n ? "" : preset_text);
    return out.text;
}

/* The texts that had to be made. */
struct made {
    char *losses, *metrics;
    char threshold[SEG_NUMBER_ROOM];
};

static size_t fill_settings(seg_setting *settings, struct made *made, const seg_scoring_options *o)
{
    size_t n = 0;

    made->losses = joined(&o->losses, "default");
    made->metrics = joined(&o->metrics, "dsc,iou,hd95");
    n = add_setting(settings, n, "loss", made->losses);
    n = add_setting(settings, n, "metric", made->metrics);
    n = add_setting(settings, n, "convention", o->convention ? o->convention : "segloss");
    n = add_setting(settings, n, "input", seg_read_as_words[o->input]);
    n = add_setting(settings, n, "truth-input", seg_read_as_words[o->truth_input]);
    n = add_setting(settings, n, "classes", o->classes);
    n = add_setting(settings, n, "labels", o->labels);
    n = add_setting(settings, n, "ignore-label", o->ignore);
    n = add_setting(settings, n, "threshold",
                    isnan(o->threshold) ? NULL : seg_number(made->threshold, o->threshold));
    n = add_setting(settings, n, "spacing", o->spacing);
    n = add_setting(settings, n, "geometry", seg_geometry_words[o->geometry]);
    n = add_setting(settings, n, "empty", seg_empty_words[o->empty]);
    n = add_setting(settings, n, "nan", seg_nan_words[o->nan]);
    n = add_setting(settings, n, "per-slice", o->per_slice ? "yes" : "no");
    n = add_setting(settings, n, "slice-axis", seg_axis_words[o->slice_axis]);
    return add_setting(settings, n, "per-class", o->per_class ? "yes" : "no");
}

/* ---- the pair ---- */

static seg_status find_pair(const struct options *o, const seg_texts *operands, const char *pair[2], seg_error *err)
{
    size_t used = 0;

    pair[0] = o->prediction ? o->prediction : used < operands->n ? operands->text[used++] : NULL;
    pair[1] = o->truth ? o->truth : used < operands->n ? operands->text[used++] : NULL;
    if (!pair[0] || !pair[1])
        return seg_fail(err, SEG_USAGE, "a prediction and a truth are wanted, only %s was given (see 'segloss eval "
                        "--help')", pair[0] ? "a prediction" : pair[1] ? "a truth" : "neither");
    if (used < operands->n)
        return seg_fail(err, SEG_USAGE, "'%s' is one too many: a prediction and a truth are wanted", operands->text[used]);
    return SEG_OK;
}

/* The file's name without folder and extensions. */
static char *case_name(const char *path)
{
    static const char *const extensions[] = {".nii.gz", ".hdr.gz", ".img.gz", ".nii", ".hdr", ".img", ".png", NULL};
    size_t end = strlen(path), start;

    if (!strcmp(path, "-"))
        return seg_copy("stdin", SIZE_MAX);
    while (end > 1 && path[end - 1] == '/')
        end--;
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    for (int i = 0; extensions[i]; i++) {
        size_t length = strlen(extensions[i]);

        if (end - start > length && !strncasecmp(path + end - length, extensions[i], length)) {
            end -= length;
            break;
        }
    }
    return seg_copy(path + start, end - start);
}

static seg_status score_pair(struct sinks *sinks, const seg_scoring *scoring, const char *const pair[2],
                             const seg_messages *messages, seg_error *err)
{
    seg_case scored = {0};
    char *name = case_name(pair[0]);
    seg_status st = name ? seg_case_name(&scored, name, pair[0], pair[1], err)
                         : seg_fail(err, SEG_MEMORY, "not enough memory for the name of a case");

    if (!st)
        st = seg_score_files(&scored, scoring, pair[0], pair[1], &messages->notes, err);
    if (!st)
        st = add_case(sinks, &scored, err);
    seg_case_free(&scored);
    free(name);
    return st;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const struct options *o = values;
    seg_scoring_setup setup = {0};
    seg_setting settings[SETTINGS];
    struct made made = {0};
    struct sinks sinks = {0};
    const char *pair[2];
    seg_status st = find_pair(o, operands, pair, err);

    if (!st)
        st = seg_scoring_setup_make(&setup, &o->scoring, messages, err);
    if (!st)
        st = open_sinks(&sinks, o, settings, fill_settings(settings, &made, &o->scoring), err);
    if (!st)
        st = score_pair(&sinks, &setup.scoring, pair, messages, err);
    if (!st)
        st = keep_sinks(&sinks, err);
    free_sinks(&sinks);
    free(made.losses);
    free(made.metrics);
    seg_scoring_setup_free(&setup);
    return st;
}

const seg_command seg_command_eval = {
    .name = "eval",
    .operands = "PREDICTION TRUTH",
    .summary = "score a prediction against its truth",
    .description =
        "Computes losses and metrics of a prediction against its truth. Both are NIfTI or PNG files, recognised by "
        "their content; '-' is stdin; a folder of files c0.png c1.png ... is one map with a class in each.\n\n"
        "A prediction of integers is a map of labels; values in [0, 1] are probabilities: one foreground map, or "
        "x,y,z,class. Anything doubtful is an error that names the option which settles it.",
    .examples = "segloss eval pred.nii.gz truth.nii.gz\tDSC, IoU and HD95 for each class, and cross-entropy and Dice "
                "if the prediction is probabilities\n"
                "segloss eval --loss all --metric none -f json pred.nii truth.nii\tall 25 losses as JSON\n"
                "segloss eval -m hd95:convention=all pred.png truth.png\tHD95 as every tool computes it\n"
                "segloss eval -l tversky:alpha=0.7,beta=0.3 -m none -f value pred.nii truth.nii\tbare numbers for a "
                "script",
    .options = rows,
    .size = sizeof(struct options),
    .least = 0,
    .most = 2,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
