/* agree.c - segloss agree: which loss says what which metric says, over the cases of reports. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../compare/agree.h"
#include "../metrics/metric.h"
#include "../report/output.h"
#include "command.h"
#include "threads.h"

static const char *const correlation_words[] = {"kendall", "spearman", NULL};
static const char *const missing_words[] = {"exclude", "worst", NULL};
static const char *const format_words[] = {"table", "csv", "json", NULL};
enum { TABLE, CSV, JSON };

struct options {
    int correlation, missing, order, boot, digits, threads;
    const char *cases, *cluster, *strata, *cls, *plot, *format, *output;
    double seed;
    bool interval, quiet;
};

#define AT(field_) offsetof(struct options, field_)

static const seg_option rows[] = {
    SEG_CHOICE_ROW("correlation", AT(correlation), "WHICH", correlation_words, "kendall",
                   "Kendall's tau-b, or Spearman's correlation with mid-ranks"),
    SEG_TEXT_ROW(0, "class", AT(cls), "N", "the mean over classes", "the rows of this class instead",
                 SEG_COMPLETE_NOTHING),
    SEG_TEXT_ROW(0, "cases", AT(cases), "FILE", NULL,
                 "a CSV or TSV table with a column 'case' and others for --cluster and --strata", SEG_COMPLETE_FILE),
    SEG_TEXT_ROW(0, "cluster", AT(cluster), "COLUMN|regex:EXPR", NULL,
                 "cases that belong together, as the scans of a patient: they are resampled together",
                 SEG_COMPLETE_NOTHING),
    SEG_TEXT_ROW(0, "strata", AT(strata), "COLUMN:K", NULL,
                 "every correlation again in K parts of the cases, by this column of --cases, as voxels:3",
                 SEG_COMPLETE_NOTHING),
    SEG_CHOICE_ROW("missing", AT(missing), "HOW", missing_words, "exclude",
                   "infinite distances: left out and counted, or ranked last"),
    {0, "boot", SEG_OPTION_INTEGER, AT(boot), false, "B", NULL, 0, 1000000, "1000",
     "resamples of the cases for the intervals; 0: no intervals", SEG_COMPLETE_NOTHING},
    {0, "seed", SEG_OPTION_NUMBER, AT(seed), false, "N", NULL, 0, 9007199254740992.0, "1", "seed of the resamples",
     SEG_COMPLETE_NOTHING},
    SEG_CHOICE_ROW("order", AT(order), "HOW", seg_agree_order_words, "given",
                   "rows as in the reports, similar losses side by side, or by the first metric"),
    SEG_SWITCH_ROW(0, "interval", AT(interval), "95 % intervals below the numbers of the table"),
    SEG_TEXT_ROW(0, "plot", AT(plot), "FILE.svg", NULL, "draw the matrix as a heat map; so does -o FILE.svg",
                 SEG_COMPLETE_FILE),
    SEG_TEXT_ROW('f', "format", AT(format), "FORMAT", "table on a terminal, csv otherwise",
                 "form of the numbers: table, csv, json; or by the extension of -o", SEG_COMPLETE_NOTHING),
    SEG_TEXT_ROW('o', "output", AT(output), "FILE", "stdout", "where the numbers go", SEG_COMPLETE_FILE),
    {0, "digits", SEG_OPTION_INTEGER, AT(digits), false, "N", NULL, 1, 17, "as many as read back to the same number",
     "significant digits of csv and json", SEG_COMPLETE_NOTHING},
    SEG_THREADS_ROW(AT(threads)),
    {'q', "quiet", SEG_OPTION_SWITCH, AT(quiet), false, NULL, NULL, 0, 0, NULL, "errors only", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void preset(void *values)
{
    struct options *o = values;

    o->boot = 1000;
    o->seed = 1;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t n = path ? strlen(path) : 0, m = strlen(ending);

    return n > m && strcasecmp(path + n - m, ending) == 0;
}

static seg_status find_format(const struct options *o, int *format, seg_error *err)
{
    *format = ends_in(o->output, ".json")                                           ? JSON
              : ends_in(o->output, ".txt") || (!o->output && isatty(STDOUT_FILENO)) ? TABLE
                                                                                    : CSV;
    for (int i = 0; o->format && format_words[i]; i++)
        if (seg_same_name(o->format, format_words[i])) {
            *format = i;
            return SEG_OK;
        }
    return o->format ? seg_fail(err, SEG_USAGE, "-f %s is not known: table, csv and json are", o->format) : SEG_OK;
}

/* Reports are wanted, and folders of images are what eval makes them from. */
static seg_status check_operands(const seg_texts *operands, seg_error *err)
{
    struct stat info;

    for (size_t i = 0; i < operands->n; i++)
        if (strcmp(operands->text[i], "-") && !stat(operands->text[i], &info) && S_ISDIR(info.st_mode))
            return seg_fail(
                err, SEG_USAGE,
                "%s: is a folder, a report was wanted (segloss eval PREDICTIONS TRUTHS -l all -o report.csv "
                "makes one)",
                operands->text[i]);
    return SEG_OK;
}

static int better_of(const char *name)
{
    const seg_metric *metric = seg_metric_find(name);

    return metric ? metric->better : 0;
}

static seg_status make_query(seg_agree_query *q, const struct options *o, seg_error *err)
{
    *q = (seg_agree_query){.one_class = o->cls != NULL,
                           .strata = o->strata,
                           .facts = {.path = o->cases, .cluster = o->cluster},
                           .better = better_of};
    if (o->cls && !seg_read_int64(o->cls, &q->cls))
        return seg_fail(err, SEG_USAGE, "--class '%s' is not a label", o->cls);
    if (o->cluster && !o->cases && strncmp(o->cluster, "regex:", 6))
        return seg_fail(err, SEG_USAGE, "--cluster needs a table of the cases with this column (--cases FILE)");
    return SEG_OK;
}

/* ---- the result ---- */

struct result {
    seg_agree_data data;
    seg_agree_options options;
    seg_agree_cell *cell;
    size_t cells;
    seg_agree_winner *winner;
    size_t *order;
};

static seg_status compute(struct result *r, const struct options *o, seg_error *err)
{
    const seg_agree_data *d = &r->data;
    seg_status st = seg_agree_compute(&r->cell, &r->cells, d, &r->options, err);

    if (!st)
        st = seg_alloc(&r->winner, d->metrics.n, sizeof *r->winner, "metrics", err);
    if (!st)
        st = seg_alloc(&r->order, d->losses.n, sizeof *r->order, "losses", err);
    for (size_t m = 0; !st && m < d->metrics.n; m++)
        st = seg_agree_winner_of(&r->winner[m], d, m, r->cell, &r->options, err);
    return st ? st : seg_agree_sort(r->order, d, r->cell, &r->options, (seg_agree_order)o->order, err);
}

static void add_settings(seg_setting *s, size_t *n, const struct options *o, char room[2][SEG_NUMBER_ROOM])
{
    s[(*n)++] = (seg_setting){"correlation", correlation_words[o->correlation]};
    s[(*n)++] = (seg_setting){"missing", missing_words[o->missing]};
    s[(*n)++] = (seg_setting){"class", o->cls};
    s[(*n)++] = (seg_setting){"cases", o->cases};
    s[(*n)++] = (seg_setting){"cluster", o->cluster};
    s[(*n)++] = (seg_setting){"strata", o->strata};
    s[(*n)++] = (seg_setting){"boot", seg_number(room[0], o->boot)};
    s[(*n)++] = (seg_setting){"seed", seg_number(room[1], o->seed)};
}

static seg_status write_figure(const seg_agree_result *shown, const char *path, seg_error *err)
{
    seg_string svg = {0};
    seg_status st = path ? seg_agree_figure(shown, &svg, err) : SEG_OK;

    if (!st && path)
        st = seg_output_file(path, svg.text, svg.length, err);
    seg_string_free(&svg);
    return st;
}

static seg_status write_numbers(const seg_agree_result *shown, const struct options *o, int format, seg_error *err)
{
    char room[2][SEG_NUMBER_ROOM];
    seg_setting settings[16];
    size_t n = 0;
    seg_string text = {0};
    seg_status st = SEG_OK;

    add_settings(settings, &n, o, room);
    if (format == JSON)
        seg_agree_json(shown, settings, n, &text);
    else if (format == CSV)
        seg_agree_csv(shown, &text);
    else
        st = seg_agree_table(shown, &text, err);
    if (!st)
        st = seg_string_check(&text, err);
    if (!st)
        st = seg_output_file(o->output, text.text, text.length, err);
    seg_string_free(&text);
    return st;
}

static seg_status write_all(const struct result *r, const struct options *o, int format, seg_error *err)
{
    const seg_agree_result shown = {.data = &r->data,
                                    .options = &r->options,
                                    .cell = r->cell,
                                    .cells = r->cells,
                                    .winner = r->winner,
                                    .order = r->order,
                                    .interval = o->interval,
                                    .digits = o->digits};
    bool figure = ends_in(o->output, ".svg");
    seg_status st = write_figure(&shown, figure ? o->output : o->plot, err);

    return st || figure ? st : write_numbers(&shown, o, format, err);
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const struct options *o = values;
    struct result r = {.options = {.spearman = o->correlation == 1,
                                   .missing_worst = o->missing == 1,
                                   .boot = (size_t)o->boot,
                                   .seed = (uint64_t)o->seed}};
    seg_agree_query query;
    int format = TABLE;
    seg_status st = seg_command_threads(o->threads, &messages->notes, err);

    messages->quiet = o->quiet;
    if (!st)
        st = make_query(&query, o, err);
    if (!st)
        st = find_format(o, &format, err);
    if (!st)
        st = check_operands(operands, err);
    if (!st && o->output)
        st = seg_declare_output(o->output, err);
    if (!st && o->plot)
        st = seg_declare_output(o->plot, err);
    if (!st)
        st = seg_agree_read(&r.data, operands->text, operands->n, &query, err);
    for (size_t i = 0; !st && i < r.data.skipped.n; i++)
        seg_message_info(messages, 1, "%s is good neither large nor small and is left out", r.data.skipped.text[i]);
    if (!st)
        st = compute(&r, o, err);
    if (!st)
        st = write_all(&r, o, format, err);
    free(r.cell);
    free(r.winner);
    free(r.order);
    seg_agree_free(&r.data);
    return st;
}

const seg_command seg_command_agree = {
    .name = "agree",
    .operands = "REPORT...",
    .summary = "how well each loss ranks the cases as a metric does",
    .description =
        "Reads reports of eval that hold losses and metrics of the same cases, and correlates every loss with every "
        "metric by rank over the cases: 1 means that both order the cases alike, from good to bad. One value counts "
        "for a "
        "case: that over all classes, or with --class that of one. Several reports are several methods on the same "
        "cases: "
        "each is correlated by itself, and the matrix is the mean.\n\n"
        "Each number comes with the cases it rests on and with a 95 % percentile interval over resamples of the cases "
        "(or "
        "of clusters with all their cases). Fewer than 3 cases, or a constant column, give no number; fewer than 5 "
        "groups, "
        "or more than a tenth of the resamples without a number, no interval. A loss is said to agree best with a "
        "metric "
        "only with 10 cases and more, and if it stays first in 95 % of the resamples.\n\n"
        "A loss that is a function of a metric agrees with it by construction, as dice on hard masks with DSC. "
        "Agreement "
        "over the cases of one model says nothing about training with that loss.",
    .examples =
        "segloss agree report.csv\tEvery loss against every metric\n"
        "segloss agree report.csv --cases cases.csv --cluster patient --strata voxels:3\tPatients resampled, and again "
        "for "
        "small, medium and large objects\n"
        "segloss agree unet.json transunet.json --plot agreement.svg\tThe mean over two methods, and a heat map",
    .options = rows,
    .size = sizeof(struct options),
    .least = 1,
    .most = 1000,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
