/* map.c - segloss map: where in an image a loss comes from, and which voxels its gradient would move. */
#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "../evaluate/map_case.h"
#include "../report/output.h"
#include "../report/overwrite_guard.h"
#include "batch.h"
#include "command.h"
#include "map_report.h"
#include "settings.h"

static const char *const type_words[] = {"float32", "float64", NULL};
static const char *const unit_words[] = {"voxels", "mm", NULL};

/* What eval takes comes first, so that its rows fit this struct too. */
struct options {
    seg_eval_options eval;
    seg_texts what;
    const char *cls, *output, *statistics, *format, *limits;
    bool png;
    int type, slice, unit;
    double band, near;
};

#define EVAL(field_) offsetof(seg_eval_options, field_)
#define OWN(field_)  offsetof(struct options, field_)

static const seg_option rows[] = {
    {'l', "loss", SEG_OPTION_TEXTS, EVAL(scoring.losses), false, "SPEC", NULL, 0, 0, "ce,dice",
     "losses as for eval, with parameters, and formulas over losses; may be repeated", SEG_COMPLETE_LOSS},
    {0, "what", SEG_OPTION_TEXTS, OWN(what), false, "LIST", NULL, 0, 0, "loss",
     "what the maps of -o show: loss (each voxel's share of the loss), prob and logit (the derivative by the "
     "probabilities, and by the logits in front of a softmax), share (of the sum of the logit derivative's absolute "
     "values); a list with commas",
     SEG_COMPLETE_NOTHING},
    {0, "class", SEG_OPTION_TEXT, OWN(cls), false, "N", NULL, 0, 0, "sum for loss and share, else all",
     "the class of a map: a label, all (one image for each class), or sum (of the classes; of absolute values for "
     "derivatives)",
     SEG_COMPLETE_NOTHING},
    {'o', "output", SEG_OPTION_TEXT, OWN(output), false, "FILE", NULL, 0, 0, NULL,
     "write maps: a .nii, .nii.gz or .png file for one loss, one kind of map and one pair; else a folder (one that "
     "exists, or a name that ends in /)",
     SEG_COMPLETE_FILE},
    {0, "png", SEG_OPTION_SWITCH, OWN(png), false, NULL, NULL, 0, 0, NULL, "write pictures into the folder of -o",
     SEG_COMPLETE_NOTHING},
    {0, "type", SEG_OPTION_CHOICE, OWN(type), false, "TYPE", type_words, 0, 0, "float32", "of the numbers in a map",
     SEG_COMPLETE_NOTHING},
    {0, "slice", SEG_OPTION_INTEGER, OWN(slice), false, "K", NULL, -1, 1e9, "where the map is largest",
     "the slice across --slice-axis that a picture of a volume shows, from 0", SEG_COMPLETE_NOTHING},
    {0, "limits", SEG_OPTION_TEXT, OWN(limits), false, "LO,HI", NULL, 0, 0, "99.5 % quantile",
     "the values at the ends of a picture's colours, so that two pictures can be compared", SEG_COMPLETE_NOTHING},
    {0, "statistics", SEG_OPTION_TEXT, OWN(statistics), false, "FILE", NULL, 0, 0, "stdout without -o",
     "write the numbers too: table, csv or json by the extension; - is stdout", SEG_COMPLETE_FILE},
    {'f', "format", SEG_OPTION_TEXT, OWN(format), false, "FORMAT", NULL, 0, 0, "table on a terminal, csv otherwise",
     "form of the numbers: table, csv, json", SEG_COMPLETE_NOTHING},
    {0, "digits", SEG_OPTION_INTEGER, EVAL(sinks.digits), false, "N", NULL, 1, 17,
     "as many as read back to the same number", "significant digits of csv and json", SEG_COMPLETE_NOTHING},
    {0, "band", SEG_OPTION_NUMBER, OWN(band), false, "X", NULL, 0, 1e6, "2",
     "how far from the border of the truth the zones inner and outer reach", SEG_COMPLETE_NOTHING},
    {0, "near", SEG_OPTION_NUMBER, OWN(near), false, "X", NULL, 0, 1e6, "10",
     "how far from the foreground the zone near reaches", SEG_COMPLETE_NOTHING},
    {0, "unit", SEG_OPTION_CHOICE, OWN(unit), false, "UNIT", unit_words, 0, 0, "voxels", "of --band and --near",
     SEG_COMPLETE_NOTHING},
    SEG_READING_ROWS(seg_eval_options),
    {'p', "prediction", SEG_OPTION_TEXT, EVAL(prediction), false, "FILE", NULL, 0, 0, NULL,
     "the prediction, instead of the first operand", SEG_COMPLETE_FILE},
    {'g', "truth", SEG_OPTION_TEXTS, EVAL(truths), false, "FILE", NULL, 0, 0, NULL,
     "the truth, instead of the second operand", SEG_COMPLETE_FILE},
    {0, "pairs", SEG_OPTION_TEXT, EVAL(pairs), false, "FILE", NULL, 0, 0, NULL,
     "the pairs listed in a CSV or TSV file, as for eval; - is stdin", SEG_COMPLETE_FILE},
    {'0', "null", SEG_OPTION_SWITCH, EVAL(nul), false, NULL, NULL, 0, 0, NULL, "the list is prediction NUL truth NUL",
     SEG_COMPLETE_NOTHING},
    {0, "match", SEG_OPTION_TEXT, EVAL(match), false, "RULE", NULL, 0, 0, "name",
     "how the files of two folders pair up, as for eval", SEG_COMPLETE_NOTHING},
    {0, "allow-missing", SEG_OPTION_SWITCH, EVAL(allow_missing), false, NULL, NULL, 0, 0, NULL,
     "take the pairs there are when some files have no partner", SEG_COMPLETE_NOTHING},
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
    o->slice = -1;
    o->band = 2;
    o->near = 10;
}

/* ---- options ---- */

static seg_status read_what(seg_map_options *m, const seg_texts *texts, size_t *n, seg_error *err)
{
    *n = 0;
    for (size_t i = 0; i < texts->n; i++) {
        char copy[128], *rest = copy, *word;

        snprintf(copy, sizeof copy, "%s", texts->text[i]);
        while ((word = strsep(&rest, ","))) {
            int what = 0;

            while (what < SEG_MAP_WHATS && !seg_same_name(word, seg_map_what_words[what]))
                what++;
            if (what == SEG_MAP_WHATS)
                return seg_fail(err, SEG_USAGE, "--what '%s' is not known: loss, prob, logit and share are", word);
            m->what[what] = true;
        }
    }
    if (!texts->n)
        m->what[SEG_MAP_LOSS] = true;
    for (int what = 0; what < SEG_MAP_WHATS; what++)
        *n += m->what[what];
    return SEG_OK;
}

static seg_status read_class(seg_map_options *m, const char *text, seg_error *err)
{
    if (!text)
        return SEG_OK;
    if (seg_same_name(text, "all"))
        m->cls = SEG_MAP_CLASS_ALL;
    else if (seg_same_name(text, "sum"))
        m->cls = SEG_MAP_CLASS_SUM;
    else if (seg_read_int64(text, &m->label))
        m->cls = SEG_MAP_CLASS_ONE;
    else
        return seg_fail(err, SEG_USAGE, "--class '%s' is neither a label, nor all, nor sum", text);
    if (m->what[SEG_MAP_SHARE] && m->cls != SEG_MAP_CLASS_SUM)
        return seg_fail(err, SEG_USAGE, "--what share is a sum over the classes (leave --class out)");
    return SEG_OK;
}

static seg_status read_limits(seg_map_files *f, const char *text, seg_error *err)
{
    char low[64];
    const char *comma = text ? strchr(text, ',') : NULL;

    if (!text)
        return SEG_OK;
    snprintf(low, sizeof low, "%.*s", comma ? (int)(comma - text) : 0, text);
    if (!comma || !seg_read_double(low, &f->limits[0]) || !seg_read_double(comma + 1, &f->limits[1]) ||
        !(f->limits[0] <= 0 && f->limits[1] > 0))
        return seg_fail(err, SEG_USAGE, "--limits '%s' is not two numbers LO,HI with LO at most 0 and HI above 0",
                        text);
    f->has_limits = true;
    return SEG_OK;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);

    return n > m && strcasecmp(path + n - m, ending) == 0;
}

static bool is_folder(const char *path)
{
    struct stat info;

    return path && strcmp(path, "-") && !stat(path, &info) && S_ISDIR(info.st_mode);
}

/* Makes the folder when its name says that it is one. */
static seg_status open_folder(const char *path, seg_error *err)
{
    if (!is_folder(path) && mkdir(path, 0777) && errno != EEXIST)
        return seg_fail(err, SEG_WRITE, "%s: %s", path, strerror(errno));
    if (access(path, W_OK))
        return seg_fail(err, SEG_WRITE, "%s: %s", path, strerror(errno));
    return SEG_OK;
}

/* `several`: more than one file will be written. */
static seg_status read_output(seg_map_files *f, const struct options *o, bool several, seg_error *err)
{
    const char *path = o->output;

    if (!path)
        return o->png ? seg_fail(err, SEG_USAGE, "--png is for a folder: -o FOLDER/") : SEG_OK;
    f->path = path;
    f->folder = is_folder(path) || (*path && path[strlen(path) - 1] == '/');
    f->float64 = o->type == 1;
    f->packed = f->folder || ends_in(path, ".gz");
    f->png = f->folder ? o->png : ends_in(path, ".png");
    if (f->folder)
        return open_folder(path, err);
    if (several)
        return seg_fail(err, SEG_USAGE,
                        "-o %s is one file, but several maps were asked for (a folder is wanted: "
                        "-o FOLDER/)",
                        path);
    if (!f->png && !ends_in(path, ".nii") && !ends_in(path, ".nii.gz"))
        return seg_fail(err, SEG_USAGE, "-o %s: the name ends in none of .nii, .nii.gz and .png", path);
    return SEG_OK;
}

static seg_status find_format(const struct options *o, seg_map_format *format, seg_error *err)
{
    bool file = o->statistics && strcmp(o->statistics, "-");

    *format = isatty(STDOUT_FILENO) && !file ? SEG_MAP_TABLE : SEG_MAP_CSV;
    if (file && (ends_in(o->statistics, ".txt") || ends_in(o->statistics, ".md")))
        *format = SEG_MAP_TABLE;
    if (file && ends_in(o->statistics, ".json"))
        *format = SEG_MAP_JSON;
    for (int i = 0; o->format && seg_map_format_words[i]; i++)
        if (seg_same_name(o->format, seg_map_format_words[i])) {
            *format = (seg_map_format)i;
            return SEG_OK;
        }
    return o->format ? seg_fail(err, SEG_USAGE, "-f %s is not known: table, csv and json are", o->format) : SEG_OK;
}

/* ---- the cases ---- */

/* The numbers of a case, from the time it was computed (in any thread) until it is its turn to be told. */
struct waiting {
    _Atomic(const seg_case *) scored;
    seg_map_case maps;
    struct waiting *next;
};

struct run {
    seg_map_options o;
    seg_map_report report;
    _Atomic(struct waiting *) waiting;
};

static bool waits(struct run *r, const seg_case *scored)
{
    struct waiting *w = atomic_load(&r->waiting);

    while (w && w->scored != scored)
        w = w->next;
    return w != NULL;
}

/* A case that is looked at twice is scored as several pairs, and its value is their mean. */
static seg_status several(const seg_case *scored, seg_error *err)
{
    return seg_fail(
        err, SEG_USAGE,
        "%s: is scored as several overlapping classes, and a map is of one (choose it by its name, as -c TC "
        "does)",
        scored->name);
}

static seg_status look(void *context, seg_case *out, seg_loss_ctx *work, const seg_plan *plan, const seg_score *score,
                       seg_error *err)
{
    struct run *r = context;
    struct waiting *w = NULL;
    seg_status st = waits(r, out) ? several(out, err) : seg_alloc(&w, 1, sizeof *w, "maps", err);

    if (st)
        return st;
    w->scored = out;
    st = seg_map_case_run(&w->maps, &r->o, out, work, plan, score, err);
    w->next = atomic_load(&r->waiting);
    while (!atomic_compare_exchange_weak(&r->waiting, &w->next, w))
        ;
    return st;
}

/* A case that is done, in order; one at a time, but others may begin to wait meanwhile. */
static seg_status tell(void *context, const seg_case *scored, seg_error *err)
{
    struct run *r = context;
    struct waiting *w = atomic_load(&r->waiting);
    seg_status st = SEG_OK;

    while (w && w->scored != scored)
        w = w->next;
    if (r->o.statistics)
        st = seg_map_report_add(&r->report, scored, w && seg_case_ok(scored) ? &w->maps : NULL, err);
    if (w) {
        seg_map_case_free(&w->maps);
        w->scored = NULL; /* the next case may lie at the same address */
    }
    return st;
}

static void free_run(struct run *r)
{
    for (struct waiting *w = atomic_load(&r->waiting), *next; w; w = next) {
        next = w->next;
        seg_map_case_free(&w->maps);
        free(w);
    }
    seg_string_free(&r->report.text);
}

static seg_status write_report(struct run *r, const char *path, seg_error *err)
{
    seg_status st;

    seg_map_report_end(&r->report);
    st = seg_string_check(&r->report.text, err);
    if (!st)
        st = seg_guard_image(path, err);
    return st ? st : seg_output_file(path, r->report.text.text, r->report.text.length, err);
}

static seg_status make_run(struct run *r, const struct options *o, bool batch, size_t items, seg_error *err)
{
    size_t whats;
    seg_status st = read_what(&r->o, &o->what, &whats, err);

    if (!st)
        st = read_class(&r->o, o->cls, err);
    if (!st)
        st = read_limits(&r->o.files, o->limits, err);
    if (!st)
        st = read_output(&r->o.files, o, batch || items > 1 || whats > 1, err);
    if (!st)
        st = find_format(o, &r->report.format, err);
    if (!st && o->output && !r->o.files.folder)
        st = seg_declare_output(o->output, err);
    if (!st && o->statistics)
        st = seg_declare_output(o->statistics, err);
    r->o.zones = (seg_zone_options){o->band, o->near, o->unit == 1};
    r->o.files.axis = o->eval.scoring.slice_axis - 1;
    r->o.files.slice = o->slice;
    r->o.statistics = !o->output || o->statistics;
    r->o.has_spacing = o->eval.scoring.spacing != NULL;
    r->report.digits = o->eval.sinks.digits;
    r->report.band = o->band;
    r->report.near = o->near;
    r->report.unit = unit_words[o->unit];
    return st;
}

/* Items that get a row, of either plan. */
static size_t items_of(const seg_plan *plan)
{
    size_t n = 0;

    for (size_t i = 0; i < plan->items; i++)
        n += !plan->item[i].hidden;
    return n;
}

static seg_status run_all(struct run *r, struct options *o, seg_scoring *scoring, const seg_texts *operands,
                          const seg_messages *messages, seg_error *err)
{
    const seg_observer observer = {r, look};
    const seg_watch watch = {r, tell, NULL, NULL};
    seg_settings settings = {0};
    seg_status st, written = SEG_OK;

    scoring->evaluate.observer = &observer;
    o->eval.sinks.watch = &watch;
    o->eval.sinks.none = true;
    seg_settings_fill(&settings, &o->eval.scoring);
    r->report.settings = settings.setting;
    r->report.n_settings = settings.n;
    if (r->o.statistics)
        seg_map_report_begin(&r->report);
    st = seg_eval_run(&o->eval, scoring, &settings, operands, messages, err);
    if (r->o.statistics && (st == SEG_OK || st == SEG_PARTLY))
        written = write_report(r, o->statistics, err);
    seg_settings_free(&settings);
    return written ? written : st;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    struct options o = *(const struct options *)values;
    struct run r = {.o.notes = &messages->notes};
    const char *losses[] = {"ce,dice"}, *metrics[] = {"none"};
    bool batch = o.eval.pairs || (operands->n == 2 && is_folder(operands->text[0]) && is_folder(operands->text[1]));
    seg_scoring_setup setup = {0};
    seg_status st;

    if (!o.eval.scoring.losses.n)
        o.eval.scoring.losses = (seg_texts){.n = 1, .text = losses};
    o.eval.scoring.metrics = (seg_texts){.n = 1, .text = metrics};
    o.eval.scoring.per_slice = false;
    o.eval.scoring.per_class = false;
    st = seg_scoring_setup_make(&setup, &o.eval.scoring, messages, err);
    if (!st)
        st = make_run(&r, &o, batch, items_of(&setup.scoring.for_probabilities), err);
    if (!st)
        st = run_all(&r, &o, &setup.scoring, operands, messages, err);
    free_run(&r);
    seg_scoring_setup_free(&setup);
    return st;
}

const seg_command seg_command_map = {
    .name = "map",
    .operands = "PREDICTION TRUTH",
    .summary = "where in an image a loss comes from, and what its gradient moves",
    .description =
        "Shares each loss out over the voxels: the sum of a loss map, plus an offset that no voxel owns, is the value "
        "that eval prints, which is checked before a map is written. 'map' says how: exact (the term of each voxel "
        "stands in the formula), proportional (a function of a sum of terms, in proportion to them), mixed, or none "
        "(rmi and inverse-form are functions of patches). A sum of losses with constant factors has the same sum of "
        "maps; other formulas have gradients only.\n\n"
        "The gradient is taken by the probabilities (prob), and by the logits in front of a softmax (logit): what "
        "training moves. A confident mistake has a logit derivative of almost 0 with some losses: there the network "
        "learns nothing. The numbers say where the gradient lies: shares in zones around the border of the truth, on "
        "wrong voxels, over how many voxels it is spread (n_eff), its size against that of mean cross-entropy (vs_ce), "
        "and for every connected object of the truth its pull: the mean derivative on its wrong voxels, divided by "
        "that "
        "on which a unit of gradient typically lies. An object that is at most half found with a pull below 0.01 is "
        "dead: this loss does not move it.\n\n"
        "Without -o the numbers are printed. With -o maps are written: as NIfTI on the truth's grid, or as pictures "
        "with the outlines of truth (full) and prediction (dashed), a bar of colours and a legend. In a folder the "
        "files "
        "are CASE_LOSS_WHAT.nii.gz, with _classN for one class.",
    .examples =
        "segloss map pred.nii.gz truth.nii.gz\tWhere cross-entropy and Dice come from, and the objects that they do "
        "not move\n"
        "segloss map -l dice --what loss -o dice.nii.gz pred.nii.gz truth.nii.gz\tThe Dice loss of every voxel, on the "
        "truth's grid\n"
        "segloss map -l focal --what logit -o focal.png pred.nii.gz truth.nii.gz\tA picture of the focal loss's "
        "gradient\n"
        "segloss map -l '0.5*dice + 0.5*ce' -l dice --what loss,share -o maps/ pred.nii.gz truth.nii.gz\tFour maps "
        "in a folder\n"
        "segloss map -l all -f json predictions/ labels/\tThe numbers of all losses for every case",
    .options = rows,
    .size = sizeof(struct options),
    .least = 0,
    .most = 2,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
