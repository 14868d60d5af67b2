/* compare.c - segloss compare: the tables of a paper from reports, with marks and paired statistics. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../cli/terminal.h"
#include "../compare/figure.h"
#include "../compare/load.h"
#include "../compare/significance.h"
#include "../compare/table.h"
#include "../metrics/metric.h"
#include "../report/output.h"
#include "command.h"
#include "threads.h"
#include "interrupt.h"
#include "outputs.h"

struct options {
    const char *longs, *rows, *cols, *group, *cases, *metric_column, *value; /* a long table and its columns */
    seg_texts where, metrics, losses, row_order, column_order, names;
    bool per_class, mean, percent, arrows, significance, intersect, mixed_settings, transpose, quiet;
    int digits, show, ties, marking, statistics, colour, resamples, zeros, wrap;
    double alpha, seed, margin;
    const char *case_table, *cluster, *by, *missing, *ranking;
    const char *caption, *label, *format, *output, *plot;
};

static const char *const TIES[] = {"printed", "strict", NULL};
static const char *const STATISTICS[] = {"auto", "all", "none", NULL};

#define AT(field_) offsetof(struct options, field_)
#define TEXT_ROW(name_, field_, argument_, preset_, help_)                                                             \
    {                                                                                                                  \
        0, name_, SEG_OPTION_TEXT, AT(field_), false, argument_, NULL, 0, 0, preset_, help_, SEG_COMPLETE_NOTHING      \
    }
#define TEXTS_ROW(letter_, name_, field_, argument_, help_, completes_)                                                \
    {                                                                                                                  \
        letter_, name_, SEG_OPTION_TEXTS, AT(field_), false, argument_, NULL, 0, 0, NULL, help_, completes_            \
    }
#define SWITCH_ROW(name_, field_, negatable_, preset_, help_)                                                          \
    {                                                                                                                  \
        0, name_, SEG_OPTION_SWITCH, AT(field_), negatable_, NULL, NULL, 0, 0, preset_, help_, SEG_COMPLETE_NOTHING    \
    }
#define CHOICE_ROW(name_, field_, argument_, choices_, preset_, help_)                                                 \
    {                                                                                                                  \
        0, name_, SEG_OPTION_CHOICE, AT(field_), false, argument_, choices_, 0, 0, preset_, help_,                     \
            SEG_COMPLETE_NOTHING                                                                                       \
    }

/* The words that a shell offers; seg_table_formats knows their other names. */
static const char *const FORMATS[] = {"text", "markdown", "latex", "html", "csv", "json", NULL};

static const seg_option rows[] = {
    TEXTS_ROW(
        'm', "metric", metrics, "NAME[:up|down]",
        "compare these metrics, a comma list; the direction that is good may be said behind a colon (default: every "
        "metric of the reports)",
        SEG_COMPLETE_METRIC),
    TEXTS_ROW('l', "loss", losses, "NAME", "compare the values of these losses, each by itself", SEG_COMPLETE_LOSS),
    {0, "long", SEG_OPTION_TEXT, AT(longs), false, "FILE", NULL, 0, 0, NULL,
     "read one CSV or TSV table with a value a line instead of reports", SEG_COMPLETE_FILE},
    TEXT_ROW("rows", rows, "COLUMN", NULL, "the column of the long table that names the rows"),
    TEXT_ROW("cols", cols, "COLUMN", "none", "the column of the long table that names the columns"),
    TEXT_ROW("group", group, "COLUMN", "none", "the column of the long table that names the blocks of rows"),
    TEXT_ROW("case", cases, "COLUMN", "none", "the column of the long table that names the cases"),
    TEXT_ROW("metric-column", metric_column, "COLUMN", "metric, or measure",
             "the column of the long table that names the metrics"),
    TEXT_ROW("value", value, "COLUMN", "value", "the column of the long table that holds the values"),
    TEXTS_ROW(0, "where", where, "COLUMN=TEXT", "only these lines of the long table; may be repeated",
              SEG_COMPLETE_NOTHING),
    SWITCH_ROW("intersect", intersect, false, NULL, "compare the cases that all methods have, when they differ"),
    TEXT_ROW(
        "missing", missing, "exclude|worst|penalty=X|pairwise", "exclude",
        "what becomes of a value that a method lacks: the case is left out for all methods; it is worse than any; it "
        "becomes X (or the diagonal of the image); each pair is tested over its own common cases"),
    {0, "cases", SEG_OPTION_TEXT, AT(case_table), false, "FILE", NULL, 0, 0, NULL,
     "a CSV or TSV table with a column 'case' and others for --cluster and --by", SEG_COMPLETE_FILE},
    TEXT_ROW("cluster", cluster, "COLUMN|regex:EXPR", "none",
             "cases that belong together, as the scans of a patient: everything is about their means; EXPR has a group "
             "that finds the cluster in the name of a case"),
    TEXT_ROW("by", by, "COLUMN", "none", "a block of the table for every value of a column of --cases"),
    SWITCH_ROW("mixed-settings", mixed_settings, false, NULL, "compare reports that were not made alike, and say so"),
    SWITCH_ROW("per-class", per_class, true, "on", "a column for each class beside the mean over classes"),
    SWITCH_ROW("mean", mean, false, NULL, "add a column with the mean over the columns of a metric"),
    TEXTS_ROW(0, "row-order", row_order, "A,B,...", "rows that come first", SEG_COMPLETE_NOTHING),
    TEXTS_ROW(0, "col-order", column_order, "A,B,...", "columns that come first", SEG_COMPLETE_NOTHING),
    CHOICE_ROW("show", show, "WHAT", seg_show_words, "mean",
               "what a cell says: the mean, with the sd or an interval, or the median, with quartiles"),
    SWITCH_ROW("percent", percent, false, NULL, "metrics without a unit times 100"),
    {0, "digits", SEG_OPTION_INTEGER, AT(digits), false, "N", NULL, 0, 12, "as in the table, else 4, or 2 with a unit",
     "digits behind the point", SEG_COMPLETE_NOTHING},
    CHOICE_ROW("mark", marking, "HOW", seg_marking_words, "bold-underline",
               "how best and second best are marked; survey is blue and red"),
    CHOICE_ROW("ties", ties, "RULE", TIES, "printed", "whether numbers that are printed alike share a mark"),
    SWITCH_ROW("arrows", arrows, true, "on", "arrows in the head that say which direction is good"),
    SWITCH_ROW("transpose", transpose, false, NULL,
               "methods are columns, and classes rows (metrics, where there are no classes)"),
    CHOICE_ROW(
        "wrap", wrap, "WHEN", seg_wrap_words, "auto",
        "metric: a table for each metric; auto: where the whole one is wider than the terminal or, in latex, than "
        "183 mm, which may turn it too"),
    TEXTS_ROW(0, "name", names, "OLD=NEW",
              "call a method, a metric or a class NEW, in latex as it is typed; may be repeated", SEG_COMPLETE_NOTHING),
    CHOICE_ROW("statistics", statistics, "WHEN", STATISTICS, "auto",
               "paired tests, intervals and the stability of the ranking; auto: in text, html and json"),
    SWITCH_ROW("significance", significance, false, NULL,
               "a dagger on values that differ from the best of their column (signed-rank test, Holm over the pairs of "
               "the column, --alpha)"),
    {0, "alpha", SEG_OPTION_NUMBER, AT(alpha), false, "P", NULL, 1e-6, 0.5, "0.05", "level of the tests",
     SEG_COMPLETE_NOTHING},
    CHOICE_ROW("zeros", zeros, "HOW", seg_zeros_words, "drop",
               "differences of 0 in the signed-rank test: left out, or ranked and then left out"),
    {0, "margin", SEG_OPTION_NUMBER, AT(margin), false, "M", NULL, 0, 1e300, "none",
     "test whether the means differ by less than M, in the unit of the metric", SEG_COMPLETE_NOTHING},
    TEXT_ROW("ranking", ranking, "all|mean,rank,test", "none",
             "say the orders of the methods by the mean, by the mean of the ranks of every case, by the pairs won"),
    {0, "boot", SEG_OPTION_INTEGER, AT(resamples), false, "B", NULL, 10, 10000000, "10000", "bootstrap resamples",
     SEG_COMPLETE_NOTHING},
    {0, "seed", SEG_OPTION_NUMBER, AT(seed), false, "N", NULL, 0, 9007199254740992.0, "1", "seed of the resamples",
     SEG_COMPLETE_NOTHING},
    TEXT_ROW("caption", caption, "TEXT", "none", "caption of the table"),
    TEXT_ROW("label", label, "TEXT", "none", "label of the LaTeX table"),
    {'f', "format", SEG_OPTION_TEXT, AT(format), false, "FORMAT", FORMATS, 0, 0, "text; or by the extension of -o",
     "form of the table", SEG_COMPLETE_NOTHING},
    {'o', "output", SEG_OPTION_TEXT, AT(output), false, "FILE", NULL, 0, 0, "stdout",
     "where the table goes; a file appears whole or not at all", SEG_COMPLETE_FILE},
    {0, "plot", SEG_OPTION_TEXT, AT(plot), false, "FILE.svg", NULL, 0, 0, NULL,
     "draw means with intervals and paired differences; average ranks of three methods and more with critical "
     "differences go to FILE-ranks.svg",
     SEG_COMPLETE_FILE},
    CHOICE_ROW("color", colour, "WHEN", seg_colour_words, "auto", "colour in text"),
    {'q', "quiet", SEG_OPTION_SWITCH, AT(quiet), false, NULL, NULL, 0, 0, NULL, "errors only", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void preset(void *values)
{
    struct options *o = values;

    o->per_class = o->arrows = true;
    o->digits = -1;
    o->alpha = 0.05;
    o->resamples = 10000;
    o->seed = 1;
}

/* Pieces of comma lists; the texts belong to it. */
typedef struct {
    char **piece;
    size_t n, room;
} list;

static seg_status split(list *pieces, const seg_texts *texts, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < texts->n && !st; i++) {
        const char *text = texts->text[i];

        for (size_t n; *text && !st; text += n + (text[n] == ',')) {
            n = strcspn(text, ",");
            st = seg_grow(&pieces->piece, &pieces->room, pieces->n + 1, sizeof *pieces->piece, "a list", err);
            if (st)
                break;
            pieces->piece[pieces->n] = seg_copy(text, n);
            if (!pieces->piece[pieces->n++])
                st = seg_fail(err, SEG_MEMORY, "not enough memory for a list");
        }
    }
    return st;
}

static void free_list(list *pieces)
{
    for (size_t i = 0; i < pieces->n; i++)
        free(pieces->piece[i]);
    free(pieces->piece);
}

static bool is_amount(const char *name)
{
    const seg_metric *metric = seg_metric_find(name);

    return metric && metric->amount;
}

static bool is_count(const char *name)
{
    const seg_metric *metric = seg_metric_find(name);

    return metric && metric->amount && metric->unit != SEG_UNIT_VOLUME;
}

static int direction_of_metric(const char *name)
{
    const seg_metric *metric = seg_metric_find(name);

    return metric ? metric->better : 0;
}

/* "hd95:down", "dsc"; the piece is cut at the colon. */
static seg_status read_wanted(seg_wanted *wanted, char *piece, bool loss, seg_error *err)
{
    char *colon = strchr(piece, ':');

    *wanted = (seg_wanted){.name = piece, .loss = loss};
    if (!colon)
        return SEG_OK;
    *colon = '\0';
    wanted->better = !strcmp(colon + 1, "up") ? 1 : !strcmp(colon + 1, "down") ? -1 : 0;
    return wanted->better
               ? SEG_OK
               : seg_fail(err, SEG_USAGE, "'%s' behind %s is no direction, up or down was wanted", colon + 1, piece);
}

/* The lists of the question, read from the options. */
typedef struct {
    list metrics, losses, row_order, column_order;
    seg_wanted *wanted;
    list new_names; /* "OLD", "NEW" cut at the = */
    seg_new_name *renaming;
    seg_string remarks; /* under the table */
    seg_missing missing;
    unsigned rankings;
} lists;

static seg_status read_names(lists *l, const struct options *o, seg_error *err)
{
    seg_status st = seg_alloc(&l->renaming, o->names.n, sizeof *l->renaming, "the names", err);

    if (!st)
        st = seg_grow(&l->new_names.piece, &l->new_names.room, o->names.n + 1, sizeof *l->new_names.piece, "the names",
                      err);
    for (size_t i = 0; i < o->names.n && !st; i++) {
        char *copy = seg_copy(o->names.text[i], SIZE_MAX), *equals = copy ? strchr(copy, '=') : NULL;

        if (!copy)
            return seg_fail(err, SEG_MEMORY, "not enough memory for the names");
        l->new_names.piece[l->new_names.n++] = copy;
        if (!equals || equals == copy)
            return seg_fail(err, SEG_USAGE, "--name '%s' is no name, OLD=NEW was wanted", o->names.text[i]);
        *equals = '\0';
        l->renaming[i] = (seg_new_name){copy, equals + 1};
    }
    return st;
}

static seg_status read_missing(seg_missing *missing, const char *text, seg_error *err)
{
    static const char *const WORDS[] = {
        [SEG_MISSING_EXCLUDE] = "exclude", [SEG_MISSING_WORST] = "worst", [SEG_MISSING_PAIRWISE] = "pairwise"};
    static const char PENALTY[] = "penalty=";

    *missing = (seg_missing){.rule = SEG_MISSING_EXCLUDE};
    for (size_t i = 0; text && i < sizeof WORDS / sizeof *WORDS; i++) {
        if (WORDS[i] && !strcmp(text, WORDS[i])) {
            missing->rule = (seg_missing_rule)i;
            return SEG_OK;
        }
    }
    if (!text)
        return SEG_OK;
    missing->rule = SEG_MISSING_PENALTY;
    if (!strncmp(text, PENALTY, sizeof PENALTY - 1)) {
        missing->diagonal = !strcmp(text + sizeof PENALTY - 1, "diagonal");
        if (missing->diagonal || (seg_read_double(text + sizeof PENALTY - 1, &missing->penalty)))
            return SEG_OK;
    }
    return seg_fail(err, SEG_USAGE,
                    "--missing '%s' is none of exclude, worst, pairwise, penalty=NUMBER and penalty=diagonal", text);
}

static seg_status read_rankings(unsigned *rankings, const char *text, seg_error *err)
{
    static const char *const WORDS[SEG_RANKINGS] = {"mean", "rank", "test"};

    *rankings = text && !strcmp(text, "all") ? (1u << SEG_RANKINGS) - 1 : 0;
    for (size_t n; text && strcmp(text, "all") && *text; text += n + (text[n] == ',')) {
        int rule = 0;

        n = strcspn(text, ",");
        while (rule < SEG_RANKINGS && (strlen(WORDS[rule]) != n || strncmp(WORDS[rule], text, n)))
            rule++;
        if (rule == SEG_RANKINGS)
            return seg_fail(err, SEG_USAGE, "--ranking '%.*s' is none of all, mean, rank and test", (int)n, text);
        *rankings |= 1u << rule;
    }
    return SEG_OK;
}

static seg_status read_lists(lists *l, const struct options *o, seg_query *q, seg_error *err)
{
    seg_status st = split(&l->metrics, &o->metrics, err);

    if (!st)
        st = split(&l->losses, &o->losses, err);
    if (!st)
        st = split(&l->row_order, &o->row_order, err);
    if (!st)
        st = split(&l->column_order, &o->column_order, err);
    if (!st)
        st = seg_alloc(&l->wanted, l->metrics.n + l->losses.n, sizeof *l->wanted, "the measures", err);
    for (size_t i = 0; i < l->metrics.n + l->losses.n && !st; i++) {
        bool loss = i >= l->metrics.n;

        st = read_wanted(&l->wanted[i], loss ? l->losses.piece[i - l->metrics.n] : l->metrics.piece[i], loss, err);
    }
    if (!st)
        st = read_names(l, o, err);
    if (!st)
        st = read_missing(&l->missing, o->missing, err);
    if (!st)
        st = read_rankings(&l->rankings, o->ranking, err);
    q->wanted = l->wanted;
    q->n_wanted = l->metrics.n + l->losses.n;
    q->row_order = (const char *const *)l->row_order.piece;
    q->n_row_order = l->row_order.n;
    q->column_order = (const char *const *)l->column_order.piece;
    q->n_column_order = l->column_order.n;
    return st;
}

static void free_lists(lists *l)
{
    free_list(&l->metrics);
    free_list(&l->losses);
    free_list(&l->row_order);
    free_list(&l->column_order);
    free_list(&l->new_names);
    seg_string_free(&l->remarks);
    free(l->renaming);
    free(l->wanted);
}

static seg_status gather(seg_dataset *cube, const struct options *o, const seg_query *q, const seg_texts *operands,
                         seg_string *remarks, const seg_warnings *notes, seg_error *err)
{
    if (o->longs && (o->by || o->cluster || o->case_table))
        return seg_fail(err, SEG_USAGE, "%s is for reports; a long table has %s",
                        o->by        ? "--by"
                        : o->cluster ? "--cluster"
                                     : "--cases",
                        o->by ? "--group COLUMN" : "its own columns, choose lines with --where");
    if (o->longs && !o->cases && o->missing)
        return seg_fail(err, SEG_USAGE,
                        "--missing is about cases, the long table has none (name their column with --case)");
    if (o->longs && operands->n)
        return seg_fail(err, SEG_USAGE, "a long table and reports were given, one of them was wanted");
    if (o->longs && !o->rows)
        return seg_fail(err, SEG_USAGE, "--long wants --rows COLUMN, the column that names the rows");
    if (!o->longs && (o->rows || o->cols || o->group || o->cases || o->where.n || o->value || o->metric_column))
        return seg_fail(err, SEG_USAGE,
                        "--rows, --cols, --group, --case, --where, --value and --metric-column are for a "
                        "table given with --long");
    if (!o->longs && !operands->n)
        return seg_fail(err, SEG_USAGE, "no report was given, NAME=FILE was wanted for each method (or --long FILE)");
    return o->longs ? seg_load_long(cube, o->longs, q, err)
                    : seg_load_reports(cube, operands->text, operands->n, q, remarks, notes, err);
}

static seg_status find_format(const seg_table_format **format, const struct options *o, seg_error *err)
{
    const char *near;

    *format = o->format ? seg_table_format_find(o->format) : o->output ? seg_table_format_of_path(o->output) : NULL;
    near = *format || !o->format ? NULL : seg_table_format_nearest(o->format);
    if (o->format && !*format)
        return near ? seg_fail(err, SEG_USAGE, "there is no format '%s' (did you mean '%s'?)", o->format, near)
                    : seg_fail(err, SEG_USAGE,
                               "there is no format '%s', text, markdown, latex, html, csv or json was "
                               "wanted",
                               o->format);
    if (!*format && o->output && seg_path_ending(o->output))
        return seg_fail(err, SEG_USAGE,
                        "%s: no form of table ends in .%s (txt, md, tex, html, csv or json was wanted, or "
                        "say --format)",
                        o->output, seg_path_ending(o->output));
    if (!*format)
        *format = seg_table_format_find("text");
    return SEG_OK;
}

static seg_table_style style_of(const struct options *o, const lists *l)
{
    bool to_stdout = !o->output || !strcmp(o->output, "-");

    return (seg_table_style){
        .marking = (seg_marking)o->marking,
        .arrows = o->arrows,
        .transpose = o->transpose,
        .wrap = (seg_wrap)o->wrap,
        .names = l->renaming,
        .n_names = o->names.n,
        .caption = o->caption,
        .label = o->label,
        .width = to_stdout ? seg_terminal_columns() : 0,
        .colour = to_stdout && seg_want_colour(o->colour, STDOUT_FILENO),
    };
}

static bool wants_statistics(const struct options *o, const seg_table_format *format)
{
    return !strcmp(STATISTICS[o->statistics], "all") ||
           (!strcmp(STATISTICS[o->statistics], "auto") && format->statistics);
}

static seg_status write_table(const seg_table *table, const struct options *o, const seg_table_format *format,
                              seg_error *err)
{
    seg_table shown = *table;
    seg_string text = {0};
    seg_status st;

    if (!wants_statistics(o, format))
        shown.n_verdicts = 0;
    st = format->write(&shown, &text, err);
    if (!st)
        st = seg_string_check(&text, err);
    if (!st)
        st = seg_output_file(o->output, text.text ? text.text : "", text.length, err);
    seg_string_free(&text);
    return st;
}

/* "table.svg": "table-ranks.svg". */
static void ranks_path(const char *path, seg_string *out)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    size_t n = dot ? (size_t)(dot - path) : strlen(path);

    seg_string_add_n(out, path, n);
    seg_string_printf(out, "-ranks%s", path + n);
}

static seg_status write_ranks(const seg_table *table, const struct options *o, seg_error *err)
{
    seg_string text = {0}, path = {0};
    seg_status st = seg_table_rank_picture(table, &text, err);

    ranks_path(o->plot, &path);
    if (!st)
        st = seg_string_check(&path, err);
    if (!st)
        st = seg_output_file(path.text, text.text ? text.text : "", text.length, err);
    seg_string_free(&text);
    seg_string_free(&path);
    return st;
}

static seg_status write_plot(const seg_table *table, const struct options *o, seg_error *err)
{
    seg_string text = {0};
    seg_status st = o->plot ? seg_table_picture(table, &text, err) : SEG_OK;

    if (!st && o->plot)
        st = seg_output_file(o->plot, text.text ? text.text : "", text.length, err);
    seg_string_free(&text);
    if (!st && o->plot && strcmp(o->plot, "-") && seg_table_rank_pictures(table))
        st = write_ranks(table, o, err);
    return st;
}

static seg_grading grading_of(const struct options *o, const lists *l, const seg_table_format *format)
{
    bool intervals =
        o->plot || o->show == SEG_SHOW_INTERVAL || !strcmp(format->name, "csv") || !strcmp(format->name, "json");

    return (seg_grading){.show = (seg_show)o->show,
                         .percent = o->percent,
                         .decimals = o->digits,
                         .strict = !strcmp(TIES[o->ties], "strict"),
                         .mean = o->mean,
                         .level = 1 - o->alpha,
                         .intervals = intervals,
                         .resamples = (size_t)o->resamples,
                         .missing = l->missing,
                         .seed = (uint64_t)o->seed};
}

static seg_status tell_apart(seg_table *table, seg_grades *grades, seg_error *err)
{
    table->tells_apart = true;
    if (!grades->cube->has_cases)
        return seg_fail(err, SEG_USAGE,
                        "--significance tests over cases, the long table has none (name their column with "
                        "--case)");
    return seg_grades_tell_apart(grades, &table->judging, &table->attainable, err);
}

static bool is_name(const seg_intern *axis, const char *name)
{
    return seg_intern_find(axis, name) > 0;
}

/* A name that nothing has is a slip. */
static seg_status check_names(const seg_dataset *cube, const lists *l, size_t n, seg_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = l->renaming[i].name;

        if (!is_name(&cube->rows, name) && !is_name(&cube->columns, name) && !is_name(&cube->measures, name) &&
            !is_name(&cube->groups, name) && strcmp(name, "mean"))
            return seg_fail(err, SEG_USAGE, "--name: no method, metric or class is called '%s'", name);
    }
    return SEG_OK;
}

static seg_test_options tests_of(const struct options *o, const lists *l)
{
    return (seg_test_options){.alpha = o->alpha,
                              .resamples = (size_t)o->resamples,
                              .seed = (uint64_t)o->seed,
                              .missing = l->missing,
                              .zeros = (seg_zeros)o->zeros,
                              .margin = o->margin};
}

static seg_status compare(const seg_dataset *cube, const struct options *o, const lists *l,
                          const seg_messages *messages, seg_error *err)
{
    seg_table table = {.judging = tests_of(o, l),
                       .style = style_of(o, l),
                       .rankings = l->rankings,
                       .remarks = l->remarks.text,
                       .notes = &messages->notes};
    const seg_table_format *format = NULL;
    seg_grades grades = {0};
    seg_test_result *verdicts = NULL;
    seg_status st = find_format(&format, o, err);

    if (!st)
        st = check_names(cube, l, o->names.n, err);
    if (!st) {
        seg_grading grading = grading_of(o, l, format);

        st = seg_grades_make(&grades, cube, &grading, err);
    }
    if (!st && o->significance)
        st = tell_apart(&table, &grades, err);
    if (!st && (wants_statistics(o, format) || o->plot))
        st = seg_test_results_make(&verdicts, &table.n_verdicts, cube, &table.judging, err);
    table.grades = &grades;
    table.verdict = verdicts;
    if (!st)
        st = write_plot(&table, o, err);
    if (!st)
        st = write_table(&table, o, format, err);
    seg_test_results_free(verdicts, table.n_verdicts);
    seg_grades_free(&grades);
    return st;
}

/* Tables of one row or one case are still tables, but no comparisons. */
static void warn(const seg_dataset *cube, const seg_messages *messages)
{
    if (cube->rows.n == 1 && cube->groups.n == 1)
        seg_warn(&messages->notes, "%s is alone: there is nothing to compare it with, so nothing is marked or tested",
                 cube->rows.text[0]);
    else if (cube->has_cases && cube->cases.n == 1)
        seg_warn(&messages->notes, "%s is the only case: no test or interval can be computed", cube->cases.text[0]);
}

static seg_status declare_outputs(const struct options *o, seg_error *err)
{
    seg_string ranks = {0};
    seg_status st = seg_declare_output(o->output, err);

    if (!st)
        st = seg_declare_output(o->plot, err);
    if (!st && o->plot && strcmp(o->plot, "-")) {
        ranks_path(o->plot, &ranks);
        st = ranks.failed ? seg_string_check(&ranks, err) : seg_declare_output(ranks.text, err);
    }
    seg_string_free(&ranks);
    return st;
}

static seg_query query_of(const struct options *o)
{
    return (seg_query){.better = direction_of_metric,
                       .intersect = o->intersect,
                       .aggregate_only = !o->per_class,
                       .rows = o->rows,
                       .cols = o->cols,
                       .group = o->group,
                       .cases = o->cases,
                       .metric = o->metric_column,
                       .value = o->value,
                       .where = o->where.text,
                       .n_where = o->where.n,
                       .amount = is_amount,
                       .count = is_count,
                       .table = {o->case_table, o->cluster, o->by},
                       .mixed_settings = o->mixed_settings};
}

/* Remarks about the reports, each once. */
static void warn_of_reports(const seg_dataset *cube, const char *remarks, const seg_messages *messages)
{
    for (const char *line = remarks; line && *line; line += strcspn(line, "\n") + 1)
        seg_warn(&messages->notes, "%.*s", (int)strcspn(line, ".\n"), line);
    warn(cube, messages);
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const struct options *o = values;
    seg_query question = query_of(o);
    lists l = {0};
    seg_dataset cube = {0};
    seg_status st;

    messages->quiet = o->quiet;
    st = seg_command_threads(0, &messages->notes, err);
    if (!st)
        st = read_lists(&l, o, &question, err);
    if (!st)
        st = declare_outputs(o, err);
    if (!st)
        st = gather(&cube, o, &question, operands, &l.remarks, &messages->notes, err);
    if (!st) {
        warn_of_reports(&cube, l.remarks.text, messages);
        st = compare(&cube, o, &l, messages, err);
    }
    if (!st && cube.settings_unknown)
        seg_warn(&messages->notes, "a report has no settings: that the reports were made alike cannot be checked (json "
                                   "reports hold the settings)");
    seg_dataset_free(&cube);
    free_lists(&l);
    return st;
}

const seg_command seg_command_compare = {
    .name = "compare",
    .operands = "[NAME=]REPORT...",
    .summary = "tables of methods by classes, with best and second best and paired statistics",
    .description =
        "Each report is one method's run of segloss eval (csv, tsv, json or jsonl), called NAME or like its file; "
        "several "
        "reports of one NAME are parts of one run. Rows are methods, columns are metrics and classes, cells are means "
        "over "
        "cases, and the best and second best of every column are marked as they are printed, so that ties share a "
        "mark.\n\n"
        "All methods must have been scored on the same cases and with the same settings; the differences are listed "
        "otherwise. A case in which the truth lacks the class leaves the column for all methods. Any other value that "
        "is "
        "undefined, infinite or imputed, and a case that failed, is a failure of the method: --missing says what "
        "becomes "
        "of it, and table and tests are always over the same cases. In csv and json, failed counts them, and rank puts "
        "a "
        "method that failed in more cases behind one that failed in fewer. Values of different losses have no common "
        "scale and are never compared.\n\n"
        "The statistics are paired by case: Wilcoxon's signed-rank test with Holm's correction over all pairs, "
        "rank-biserial effect, Hodges-Lehmann shift, the mean difference, Friedman (exact for few cases) with "
        "Nemenyi's "
        "critical difference, intervals by Student's t below 30 cases and by bootstrap (BCa) from there on, and the "
        "stability of the ranking. Where no test could reach significance with so few cases, that is said. With "
        "--margin "
        "two one-sided t tests say whether two means are equivalent. "
        "--significance puts their outcome into the table itself: a dagger on every value that differs from the best "
        "of its "
        "column. CSV and JSON have no daggers; JSON has every pair with its p.\n\n"
        "With --long one table with a value a line is read instead, as published results often are; without --case its "
        "columns stand for the cases.",
    .examples =
        "segloss compare unet=unet.csv transunet=transunet.jsonl\tTwo methods, with statistics\n"
        "segloss compare *.csv -m dsc,hd95 --no-per-class --show sd --significance -f latex -o table.tex\tA table for "
        "a paper\n"
        "segloss compare --long results.csv --rows loss --cols class --group network --metric DSC:up,HD95:down\t"
        "A published table, with marks\n"
        "segloss compare unet=u.csv transunet=t.csv --cases patients.csv --cluster patient\tOver patients, not scans\n"
        "segloss compare unet.csv --transpose -m dsc,hd95\tOrgans by metrics of one method",
    .options = rows,
    .size = sizeof(struct options),
    .least = 0,
    .most = 1000,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
