/* curves.c - segloss curves: losses as functions of the error of a prediction; Figure 3 of the survey, and the user's own object. */
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../cli/progress.h"
#include "../cli/terminal.h"
#include "../curves/claims.h"
#include "../curves/figure.h"
#include "../curves/setup.h"
#include "../io/read.h"
#include "../plot/render.h"
#include "../report/output.h"
#include "command.h"
#include "curve_losses.h"
#include "print.h"
#include "threads.h"

enum { FORMAT_SVG, FORMAT_PNG };
static const char *const format_words[] = {"svg", "png", NULL};

enum { PLOT_NONE, PLOT_BRAILLE, PLOT_GNUPLOT, PLOT_PGFPLOTS };
static const char *const plot_words[] = {"none", "braille", "gnuplot", "pgfplots", NULL};

struct options {
    seg_texts losses, annotators;
    const char *family, *direction, *sizes, *truth, *cls, *folder, *seed;
    int order, noise, unit, image, steps, seeds, dim, x, scale, layout, format, plot, threads, progress, verbose;
    double jitter, soft, max, width;
    bool caption, quiet;
};

/* Choices that another setting decides unless they are made. */
enum { NOT_CHOSEN = -1 };

/* The words that a shell offers: the names of seg_families. */
static const char *const FAMILIES[] = {"drift",       "translate", "offset",     "boundary",    "missing",
                                       "spurious",    "mix",       "pred-noise", "label-noise", "soft-label",
                                       "temperature", "size",      "fov",        NULL};

static const seg_option rows[] = {
    {'l', "loss", SEG_OPTION_TEXTS, offsetof(struct options, losses), false, "SPEC", NULL, 0, 0,
     "the eight of the figure",
     "losses: names, 'all', a level (pixel, region, boundary-level, combination), with parameters as "
     "in tversky:alpha=0.7,beta=0.3; or a formula as in 'total = 0.5*tversky(alpha=0.7) + 0.5*ce'; may be repeated",
     SEG_COMPLETE_LOSS},
    {0, "family", SEG_OPTION_TEXT, offsetof(struct options, family), false, "NAME", FAMILIES, 0, 0, "drift",
     "how the prediction is perturbed, see above", SEG_COMPLETE_NOTHING},
    {0, "dir", SEG_OPTION_TEXT, offsetof(struct options, direction), false, "X,Y[,Z]", NULL, 0, 0,
     "along the finest axis", "translate: the direction, of any length; shifts are rounded to whole voxels",
     SEG_COMPLETE_NOTHING},
    {0, "order", SEG_OPTION_CHOICE, offsetof(struct options, order), false, "WHICH", seg_order_words, 0, 0, "smallest",
     "missing: which component of the object is missed first; hashed: random order", SEG_COMPLETE_NOTHING},
    {0, "noise", SEG_OPTION_CHOICE, offsetof(struct options, noise), false, "WHERE", seg_noise_words, 0, 0, "all",
     "label-noise: flipped labels anywhere, within 3 px of the border, only in the object, or a border that is shifted "
     "outwards",
     SEG_COMPLETE_NOTHING},
    {0, "unit", SEG_OPTION_CHOICE, offsetof(struct options, unit), false, "UNIT", seg_unit_words, 0, 0, "px",
     "offset, boundary, soft-label: distances and --max in voxels, or in millimetres of the ground truth's grid",
     SEG_COMPLETE_NOTHING},
    {0, "annotators", SEG_OPTION_TEXTS, offsetof(struct options, annotators), false, "FILE", NULL, 0, 0, NULL,
     "soft-label: the mask of an annotator for the image of --truth; repeat for each. The ground truth becomes the "
     "mean of the first, the first two, ... masks",
     SEG_COMPLETE_FILE},
    {0, "size", SEG_OPTION_TEXT, offsetof(struct options, sizes), false, "LIST", NULL, 0, 0, "large=30,small=4",
     "names and radii of the discs or balls, in pixels", SEG_COMPLETE_NOTHING},
    {0, "image", SEG_OPTION_INTEGER, offsetof(struct options, image), false, "N", NULL, 4, 4096, "128",
     "pixels along each side", SEG_COMPLETE_NOTHING},
    {0, "dim", SEG_OPTION_INTEGER, offsetof(struct options, dim), false, "2|3", NULL, 2, 3, "2",
     "discs in an image, or balls in a volume", SEG_COMPLETE_NOTHING},
    {'g', "truth", SEG_OPTION_TEXT, offsetof(struct options, truth), false, "FILE", NULL, 0, 0, NULL,
     "your own object instead of discs: a label map, 2D or 3D", SEG_COMPLETE_FILE},
    {0, "class", SEG_OPTION_TEXT, offsetof(struct options, cls), false, "N", NULL, 0, 0, "the only one",
     "label of the object in --truth", SEG_COMPLETE_NOTHING},
    {0, "steps", SEG_OPTION_INTEGER, offsetof(struct options, steps), false, "K", NULL, 1, 1000, "40",
     "number of steps K; there are K + 1 predictions, the first usually perfect", SEG_COMPLETE_NOTHING},
    {0, "jitter", SEG_OPTION_NUMBER, offsetof(struct options, jitter), false, "PX", NULL, 0, 1000, "1",
     "drift: amplitude of the random jitter of position and radius, in steps of 1/16 pixel", SEG_COMPLETE_NOTHING},
    {0, "soft", SEG_OPTION_NUMBER, offsetof(struct options, soft), false, "PX", NULL, 0, 1000, "0: hard masks",
     "width of the prediction's soft edge: p = 1/(1+exp(distance/width))", SEG_COMPLETE_NOTHING},
    {0, "max", SEG_OPTION_NUMBER, offsetof(struct options, max), false, "S", NULL, 0, 0, "depends on the family",
     "largest severity, in the unit of the family: pixels, parts, errors or a fraction", SEG_COMPLETE_NOTHING},
    {0, "seed", SEG_OPTION_TEXT, offsetof(struct options, seed), false, "N", NULL, 0, 0, "0", "random seed",
     SEG_COMPLETE_NOTHING},
    {0, "seeds", SEG_OPTION_INTEGER, offsetof(struct options, seeds), false, "N", NULL, 1, 10000, "16",
     "repeat with N seeds: scores are mean and standard deviation; the figure draws the first", SEG_COMPLETE_NOTHING},
    {'x', "x", SEG_OPTION_CHOICE, offsetof(struct options, x), false, "MEASURE", seg_x_words, 0, 0,
     "errors, or step where errors do not grow",
     "reference measure on the x axis, against which curves are scored: FP + FN, the severity, 1 - IoU, the balanced "
     "error, HD95",
     SEG_COMPLETE_NOTHING},
    {0, "scale", SEG_OPTION_CHOICE, offsetof(struct options, scale), false, "HOW", seg_curve_scale_words, 0, 0, "range",
     "scale each curve by its range, by its largest magnitude, or not", SEG_COMPLETE_NOTHING},
    {0, "layout", SEG_OPTION_CHOICE, offsetof(struct options, layout), false, "NAME", seg_layout_words, 0, 0,
     "panels; grid for more than eight losses",
     "panels per object, a grid of losses, a row per category, or dots of the "
     "scores",
     SEG_COMPLETE_NOTHING},
    {0, "width", SEG_OPTION_NUMBER, offsetof(struct options, width), false, "MM", NULL, 60, 600,
     "89 for panels and scores, else 183", "printed width of the figure; fonts are never smaller than 6.5 pt",
     SEG_COMPLETE_NOTHING},
    {0, "caption", SEG_OPTION_SWITCH, offsetof(struct options, caption), true, NULL, NULL, 0, 0, "off",
     "write settings and the survey's statements below the figure too; they are always in caption.txt",
     SEG_COMPLETE_NOTHING},
    {0, "format", SEG_OPTION_CHOICE, offsetof(struct options, format), false, "FORMAT", format_words, 0, 0, "svg",
     "format of the figure; png writes curves.png in addition to curves.svg", SEG_COMPLETE_NOTHING},
    {0, "plot", SEG_OPTION_CHOICE, offsetof(struct options, plot), false, "HOW", plot_words, 0, 0, "none",
     "also plot in the terminal (braille), or write a script that plots curves.csv", SEG_COMPLETE_NOTHING},
    {'o', "output", SEG_OPTION_TEXT, offsetof(struct options, folder), false, "FOLDER", NULL, 0, 0, "segloss-curves",
     "folder for curves.csv, scores.csv, curves.json and curves.svg; created when missing", SEG_COMPLETE_FOLDER},
    SEG_THREADS_ROW(offsetof(struct options, threads)),
    {0, "progress", SEG_OPTION_CHOICE, offsetof(struct options, progress), false, "WHEN", seg_progress_words, 0, 0,
     "auto", "show progress on stderr", SEG_COMPLETE_NOTHING},
    {'q', "quiet", SEG_OPTION_SWITCH, offsetof(struct options, quiet), false, NULL, NULL, 0, 0, NULL,
     "print errors only, no warnings and no progress", SEG_COMPLETE_NOTHING},
    {'v', "verbose", SEG_OPTION_COUNT, offsetof(struct options, verbose), false, NULL, NULL, 0, 0, NULL,
     "report inferred settings", SEG_COMPLETE_NOTHING},
    {.name = NULL},
};

static void preset(void *values)
{
    struct options *o = values;

    o->order = NOT_CHOSEN;
    o->noise = NOT_CHOSEN;
    o->unit = NOT_CHOSEN;
    o->image = 128;
    o->dim = 2;
    o->steps = 40;
    o->jitter = 1;
    o->max = NAN;
    o->seeds = 16;
    o->x = NOT_CHOSEN;
    o->layout = NOT_CHOSEN;
    o->width = NAN;
    o->family = "drift";
    o->seed = "0";
    o->folder = "segloss-curves";
}

/* ---- the request ---- */

static seg_status read_family(const char *name, const seg_family **family, seg_error *err)
{
    const char *near = seg_family_nearest(name);

    *family = seg_family_find(name);
    if (*family)
        return SEG_OK;
    return near ? seg_fail(err, SEG_USAGE, "there is no family '%s' (did you mean '%s'?)", name, near)
                : seg_fail(err, SEG_USAGE, "there is no family '%s' (see 'segloss curves --help')", name);
}

/* The form of the family that --order, --noise and --unit select. */
static seg_status choose_forms(const struct options *o, const seg_family **family, seg_error *err)
{
    const struct {
        const char *option, *const *words;
        int chosen;
    } choice[] = {
        {"order", seg_order_words, o->order}, {"noise", seg_noise_words, o->noise}, {"unit", seg_unit_words, o->unit}};
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < sizeof choice / sizeof *choice; i++)
        if (choice[i].chosen != NOT_CHOSEN)
            st = seg_family_choose(family, choice[i].option, choice[i].words[choice[i].chosen], err);
    if (!st && o->annotators.n && o->unit != NOT_CHOSEN)
        st = seg_fail(err, SEG_USAGE, "--unit is for distances, --annotators has none (leave one out)");
    if (!st && o->annotators.n && !o->truth)
        st = seg_fail(err, SEG_USAGE, "--annotators mark the image of --truth, which was not given");
    if (!st && o->annotators.n)
        st = seg_family_choose(family, "annotators", "masks", err);
    return st;
}

/* Two or three numbers, not all 0. */
static seg_status read_direction(const char *text, double direction[3], seg_error *err)
{
    bool good = true, some = false;
    const char *at = text;
    size_t n = 0;

    for (bool more = true; good && more; n++) {
        const size_t bytes = strcspn(at, ",");
        char piece[64] = "";

        good = n < 3 && bytes < sizeof piece;
        memcpy(piece, at, good ? bytes : 0);
        good = good && seg_read_double(piece, &direction[n]) && fabs(direction[n]) <= 1e9;
        some = some || (good && direction[n] != 0);
        more = at[bytes] == ',';
        at += bytes + more;
    }
    if (good && some && n > 1)
        return SEG_OK;
    return seg_fail(err, SEG_USAGE,
                    "--dir is '%s', two or three numbers are wanted that are not all 0, as in 1,0 or "
                    "0,-1,1",
                    text);
}

static seg_status read_whole(const char *option, const char *text, int64_t *x, seg_error *err)
{
    if (seg_read_int64(text, x) && *x >= 0)
        return SEG_OK;
    return seg_fail(err, SEG_USAGE, "%s is '%s', a whole number from 0 is wanted", option, text);
}

/* A mask of 0 and 255 holds the classes 0 and 1, as for eval. */
static seg_status read_labels(seg_image *image, const char *file, const seg_warnings *notes, seg_error *err)
{
    seg_status st = seg_image_read(image, file, &(seg_read_options){.as = SEG_AS_LABELS, .as_option = ""}, notes, err);
    int64_t *full = !st && image->binary ? &image->labels.value[image->labels.values - 1] : NULL;

    if (full && *full > 1) {
        seg_warn(notes, "%s: a mask of 0 and %lld, read as classes 0 and 1", file, (long long)*full);
        *full = 1;
    }
    return st;
}

static seg_status add_annotators(const struct options *o, const seg_warnings *notes, seg_experiment *regime,
                                 seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < o->annotators.n; i++) {
        const char *file = o->annotators.text[i];
        seg_image image = {0};

        st = read_labels(&image, file, notes, err);
        if (!st)
            st = seg_experiment_add_annotator(regime, &image.labels, file, o->annotators.n, err);
        seg_image_free(&image);
    }
    return st;
}

static seg_status regime_of_file(const struct options *o, const seg_plan_of_steps *plan, uint64_t seed,
                                 const seg_warnings *notes, seg_experiment **regime, seg_error *err)
{
    seg_image image = {0};
    int64_t cls = -1;
    seg_status st = o->cls ? read_whole("--class", o->cls, &cls, err) : SEG_OK;

    if (!st)
        st = read_labels(&image, o->truth, notes, err);
    if (!st)
        st = seg_experiment_of_truth(plan, &image.labels, o->truth, cls, seed, regime, err);
    seg_image_free(&image);
    return st ? st : add_annotators(o, notes, *regime, err);
}

static const char *sizes_of(const struct options *o)
{
    return o->sizes ? o->sizes : "large=30,small=4";
}

static seg_status make_objects(const struct options *o, const seg_plan_of_steps *plan, uint64_t seed,
                               const seg_warnings *notes, seg_experiment **regime, size_t *n, seg_error *err)
{
    seg_object_size *size = NULL;
    seg_status st = SEG_OK;

    *n = 1;
    if (o->truth && o->sizes)
        st = seg_fail(err, SEG_USAGE, "--size is for discs and balls, --truth brings its own object (leave one out)");
    if (!st && o->truth)
        return regime_of_file(o, plan, seed, notes, regime, err);
    if (!st && o->cls)
        st = seg_fail(err, SEG_USAGE, "--class names a label of --truth, which was not given");
    if (!st)
        st = seg_object_sizes_read(sizes_of(o), &size, n, err);
    if (!st)
        st = seg_experiments_of_sizes(plan, size, *n, seed, regime, err);
    free(size);
    return st;
}

/* Every object twice: the border moves inwards in the one and outwards in the other. */
static seg_status make_branches(const struct options *o, seg_plan_of_steps plan, uint64_t seed,
                                const seg_warnings *notes, seg_experiment **regime, size_t *n, seg_error *err)
{
    seg_experiment *side[2] = {NULL, NULL};
    size_t each[2] = {0, 0};
    seg_status st = SEG_OK;

    for (int b = 0; b < 2 && !st; b++) {
        plan.branch = b ? 1 : -1;
        st = make_objects(o, &plan, seed, notes, &side[b], &each[b], err);
    }
    if (!st)
        st = seg_alloc(regime, each[0] + each[1], sizeof **regime, "objects", err);
    *n = st ? 0 : each[0] + each[1];
    for (size_t i = 0; i < *n; i++) {
        seg_experiment *one = &(*regime)[i];
        size_t length;

        *one = side[i % 2][i / 2];
        length = strlen(one->scene.name);
        snprintf(one->scene.name + length, sizeof one->scene.name - length, " %s", seg_branch_word(&one->plan));
    }
    for (int b = 0; b < 2; b++) {
        for (size_t i = 0; st && side[b] && i < each[b]; i++)
            seg_phantom_free(&side[b][i].scene);
        free(side[b]);
    }
    return st;
}

static seg_status make_regimes(const struct options *o, uint64_t seed, const seg_warnings *notes,
                               seg_experiment **regime, size_t *n, seg_error *err)
{
    seg_plan_of_steps plan = {.dim = o->dim,
                              .image = (size_t)o->image,
                              .steps = (size_t)o->steps,
                              .jitter = round(o->jitter * SEG_UNITS) / SEG_UNITS,
                              .soft = o->soft,
                              .max = o->max};
    seg_status st = read_family(o->family, &plan.family, err);

    if (!st)
        st = choose_forms(o, &plan.family, err);
    if (!st && o->direction)
        st = read_direction(o->direction, plan.direction, err);

    if (!st && plan.family->branches)
        return make_branches(o, plan, seed, notes, regime, n, err);
    return st ? st : make_objects(o, &plan, seed, notes, regime, n, err);
}

/* ---- progress, reported by many threads ---- */

struct ticker {
    seg_progress progress;
    atomic_flag busy;
};

static void tick(void *context, size_t done, size_t total)
{
    struct ticker *t = context;

    (void)total;
    if (atomic_flag_test_and_set(&t->busy))
        return; /* another thread is reporting at this moment */
    seg_progress_at(&t->progress, done, 0);
    atomic_flag_clear(&t->busy);
}

/* ---- output folder ---- */

/* Makes the folder and those above it. */
static seg_status make_folder(const char *path, seg_error *err)
{
    char *copy = seg_copy(path, SIZE_MAX);
    struct stat is;
    seg_status st = SEG_OK;

    if (!copy)
        return seg_fail(err, SEG_MEMORY, "not enough memory for a path");
    for (char *c = copy + 1; copy[0] && *c; c++)
        if (*c == '/') {
            *c = '\0';
            (void)mkdir(copy, 0777); /* the last one decides */
            *c = '/';
        }
    (void)mkdir(copy, 0777);
    free(copy);
    if (stat(path, &is) || !S_ISDIR(is.st_mode))
        st = seg_fail(err, SEG_WRITE, "%s: the folder cannot be made (choose another one with -o)", path);
    else if (access(path, W_OK | X_OK))
        st = seg_fail(err, SEG_WRITE, "%s: the folder cannot be written to (choose another one with -o)", path);
    return st;
}

static seg_status compute(const struct options *o, seg_messages *messages, seg_curve_losses *losses, seg_curves *curves,
                          seg_error *err)
{
    struct ticker ticker = {.busy = ATOMIC_FLAG_INIT};
    seg_curves_request request = {
        .seeds = (size_t)o->seeds, .scale = (seg_curve_scale)o->scale, .progress = {tick, &ticker}};
    int64_t seed = 0;
    seg_status st = read_whole("--seed", o->seed, &seed, err);

    request.first_seed = (uint64_t)seed;
    if (!st)
        st = seg_curve_losses_make(losses, o->losses.text, o->losses.n, err);
    if (!st)
        st = make_regimes(o, request.first_seed, &messages->notes, &request.regime, &request.regimes, err);
    if (!st) /* before the computation, not after it */
        st = make_folder(o->folder, err);
    request.loss = losses->loss;
    request.losses = losses->n;
    if (!st) {
        size_t steps = 0;

        request.x = o->x == NOT_CHOSEN ? request.regime[0].plan.family->x : (seg_x)o->x;
        for (size_t i = 0; i < request.regimes; i++)
            steps += request.seeds * seg_experiment_points(&request.regime[i]);
        seg_progress_begin(&ticker.progress, (seg_progress_when)o->progress, o->quiet, "steps", steps);
        st = seg_curves_run(curves, &request, err);
        seg_progress_end(&ticker.progress);
    } else {
        *curves = (seg_curves){.regime = request.regime, .regimes = request.regime ? request.regimes : 0};
    }
    return st ? st : seg_curves_score(curves, err);
}

static seg_status write_file(const char *folder, const char *name, const seg_string *text, seg_error *err)
{
    seg_string path = {0};
    seg_status st;

    seg_string_printf(&path, "%s/%s", folder, name);
    st = seg_string_check(&path, err);
    if (!st)
        st = seg_output_file(path.text, text->text, text->length, err);
    seg_string_free(&path);
    return st;
}

typedef seg_status writer(const seg_curves_report *report, seg_string *out, seg_error *err);

static seg_status curves_csv(const seg_curves_report *report, seg_string *out, seg_error *err)
{
    return seg_write_curves_csv(report->curves, out, err);
}

static seg_status scores_csv(const seg_curves_report *report, seg_string *out, seg_error *err)
{
    return seg_write_scores_csv(report->curves, out, err);
}

static seg_status series_csv(const seg_curves_report *report, seg_string *out, seg_error *err)
{
    return seg_write_series_csv(report->series, report->n_series, out, err);
}

static seg_status write_report(const char *folder, const char *name, writer *write_it, const seg_curves_report *report,
                               seg_error *err)
{
    seg_string text = {0};
    seg_status st = write_it(report, &text, err);

    if (!st)
        st = write_file(folder, name, &text, err);
    seg_string_free(&text);
    return st;
}

static seg_figure choose_figure(const struct options *o, const seg_curves *curves)
{
    seg_figure f = {.layout = (seg_figure_layout)o->layout, .mm = o->width};

    if (o->layout == NOT_CHOSEN)
        f.layout = curves->losses > 8 ? SEG_LAYOUT_GRID : SEG_LAYOUT_PANELS;
    if (isnan(f.mm))
        f.mm = f.layout == SEG_LAYOUT_PANELS || f.layout == SEG_LAYOUT_SCORES ? 89 : 183;
    return f;
}

enum { CAPTIONS = SEG_REMARKS + SEG_CLAIMS, DOTS_PER_INCH = 300 };

/* The remarks and statements as paragraphs. */
static seg_status make_caption(const seg_curves_report *r, seg_string text[CAPTIONS], const char *caption[CAPTIONS],
                               size_t *n, seg_error *err)
{
    seg_status st = SEG_OK;

    *n = 0;
    for (size_t i = 0; i < r->remarks; i++)
        caption[(*n)++] = r->remark[i];
    for (size_t i = 0; !st && i < r->statements; i++) {
        seg_claim_text(&r->statement[i], &text[i]);
        st = seg_string_check(&text[i], err);
        caption[(*n)++] = text[i].text;
    }
    return st;
}

/* A paragraph a line. */
static seg_status write_caption(const char *folder, const char *const *caption, size_t n, seg_error *err)
{
    seg_string text = {0};
    seg_status st;

    for (size_t i = 0; i < n; i++)
        seg_string_printf(&text, "%s\n", caption[i]);
    seg_string_add(&text, "");
    st = seg_string_check(&text, err);
    if (!st)
        st = write_file(folder, "caption.txt", &text, err);
    seg_string_free(&text);
    return st;
}

static seg_status write_figure(const struct options *o, const seg_curves_report *report, seg_error *err)
{
    seg_figure figure = choose_figure(o, report->curves);
    seg_string svg = {0}, png = {0}, text[CAPTIONS] = {{0}};
    const char *caption[CAPTIONS];
    seg_status st;

    figure.heading = report->heading;
    figure.caption = caption;
    figure.no_caption = !o->caption;
    st = make_caption(report, text, caption, &figure.captions, err);
    if (!st)
        st = write_caption(o->folder, caption, figure.captions, err);
    if (!st)
        st = seg_figure_draw(report->curves, &figure, &svg, err);
    if (!st)
        st = write_file(o->folder, "curves.svg", &svg, err);
    if (!st && o->format == FORMAT_PNG)
        st = seg_png_of_svg(&svg, (int)lround(figure.mm / 25.4 * DOTS_PER_INCH), &png, err);
    if (!st && o->format == FORMAT_PNG)
        st = write_file(o->folder, "curves.png", &png, err);
    for (size_t i = 0; i < CAPTIONS; i++)
        seg_string_free(&text[i]);
    seg_string_free(&svg);
    seg_string_free(&png);
    return st;
}

/* ---- settings for curves.json ---- */

enum { SETTINGS = 20 };

static seg_curves_setting text_setting(const char *name, const char *value)
{
    return (seg_curves_setting){name, value, false};
}

static seg_curves_setting number_setting(const char *name, char room[SEG_NUMBER_ROOM], double value)
{
    const bool known = isfinite(value);

    return (seg_curves_setting){name, known ? seg_number(room, value) : "null", true};
}

static size_t fill_settings(const struct options *o, const seg_curves *c, char room[SETTINGS][SEG_NUMBER_ROOM],
                            seg_curves_setting *s)
{
    const seg_plan_of_steps *plan = &c->regime[0].plan;
    const seg_figure figure = choose_figure(o, c);
    size_t n = 0;

    s[n++] = text_setting("family", plan->family->name);
    if (o->direction)
        s[n++] = text_setting("dir", o->direction);
    if (o->order != NOT_CHOSEN)
        s[n++] = text_setting("order", seg_order_words[o->order]);
    if (o->noise != NOT_CHOSEN)
        s[n++] = text_setting("noise", seg_noise_words[o->noise]);
    if (o->unit != NOT_CHOSEN)
        s[n++] = text_setting("unit", seg_unit_words[o->unit]);
    if (o->annotators.n)
        s[n] = number_setting("annotators", room[n], (double)o->annotators.n), n++;
    s[n++] = o->truth ? text_setting("truth", o->truth) : text_setting("size", sizes_of(o));
    if (o->truth)
        s[n] = number_setting("class", room[n], (double)c->regime[0].scene.id), n++;
    else
        s[n] = number_setting("image", room[n], o->image), n++;
    s[n] = number_setting("dim", room[n], seg_grid_dims(&c->regime[0].scene.grid)), n++;
    s[n] = number_setting("steps", room[n], o->steps), n++;
    s[n] = number_setting("jitter", room[n], plan->jitter), n++;
    s[n] = number_setting("soft", room[n], plan->soft), n++;
    s[n] = number_setting("max", room[n], plan->max), n++;
    s[n++] = (seg_curves_setting){"seed", o->seed, true};
    s[n] = number_setting("seeds", room[n], o->seeds), n++;
    s[n++] = text_setting("x", seg_x_words[c->x]);
    s[n++] = text_setting("scale", seg_curve_scale_words[c->scale]);
    s[n++] = text_setting("layout", seg_layout_words[figure.layout]);
    s[n] = number_setting("width", room[n], figure.mm), n++;
    return n;
}

/* ---- the terminal ---- */

static size_t terminal_columns(void)
{
    int columns = seg_terminal_columns();

    return columns >= 40 ? (size_t)columns : 110;
}

/* Whether the locale's letters are UTF-8, as the environment says. */
static bool speaks_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

static seg_status show(const struct options *o, const seg_curves_report *report, seg_error *err)
{
    seg_string text = {0};
    seg_status st = SEG_OK;

    if (o->plot == PLOT_BRAILLE)
        st = seg_write_terminal(report, terminal_columns(), speaks_utf8(), &text, err);
    if (!st)
        st = seg_write_curves_text(report, terminal_columns(), &text, err);
    if (!st)
        st = seg_print(&text, err);
    seg_string_free(&text);
    return st;
}

static seg_status write_all(const struct options *o, const seg_curves_report *report, seg_messages *messages,
                            seg_error *err)
{
    seg_status st = write_report(o->folder, "curves.csv", curves_csv, report, err);

    if (!st)
        st = write_report(o->folder, "scores.csv", scores_csv, report, err);
    if (!st)
        st = write_report(o->folder, "curves.json", seg_write_curves_json, report, err);
    if (!st && report->series)
        st = write_report(o->folder, "series.csv", series_csv, report, err);
    if (!st)
        st = write_figure(o, report, err);
    if (!st && o->plot == PLOT_GNUPLOT)
        st = write_report(o->folder, "curves.gp", seg_write_gnuplot, report, err);
    if (!st && o->plot == PLOT_PGFPLOTS)
        st = write_report(o->folder, "curves.tex", seg_write_pgfplots, report, err);
    if (!st)
        seg_message_info(messages, 1, "curves.csv, scores.csv, curves.json, caption.txt and curves.svg are in %s",
                         o->folder);
    return st;
}

static seg_status tell(const struct options *o, const seg_curves *curves, seg_messages *messages, seg_error *err)
{
    seg_claim_of_survey statement[SEG_CLAIMS];
    seg_series_point series[SEG_SERIES];
    seg_curves_setting setting[SETTINGS];
    char room[SETTINGS][SEG_NUMBER_ROOM];
    seg_remarks remarks = {0};
    seg_curves_report report = {.curves = curves, .statement = statement, .setting = setting};
    seg_status st = seg_claims_judge(curves, statement, &report.statements, series, &report.n_series, err);

    if (!st)
        st = seg_remarks_make(&remarks, curves, err);
    report.series = report.n_series ? series : NULL;
    report.heading = remarks.heading;
    report.remark = (const char *const *)remarks.text;
    report.remarks = remarks.n;
    report.settings = fill_settings(o, curves, room, setting);
    if (!st)
        st = write_all(o, &report, messages, err);
    if (!st)
        st = show(o, &report, err);
    seg_remarks_free(&remarks);
    return st;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const struct options *o = values;
    seg_curve_losses losses = {0};
    seg_curves curves = {0};
    seg_status st;

    (void)operands;
    messages->quiet = o->quiet;
    messages->verbose = o->verbose;
    st = seg_command_threads(o->threads, &messages->notes, err);
    if (!st)
        st = compute(o, messages, &losses, &curves, err);
    if (!st)
        st = tell(o, &curves, messages, err);
    seg_curves_free(&curves);
    seg_curve_losses_free(&losses);
    return st;
}

const seg_command seg_command_curves = {
    .name = "curves",
    .operands = "",
    .summary = "plot losses against the error of a perturbed prediction: Figure 3 of the survey",
    .description =
        "Plots every loss against the errors of a prediction that is perturbed more and more, for a large and a small "
        "object, and scores how monotonically each rises: Kendall's tau, the largest drawdown, the share of reversals, "
        "plateau and tail, against five reference measures. Writes curves.csv, scores.csv, curves.json and "
        "curves.svg.\n\n"
        "By default it re-creates Figure 3 of Azad et al. (arXiv 2312.05391) by its own construction, since the "
        "authors published neither code nor settings, and reports which of the survey's statements hold, and under "
        "which condition. With --truth it does the same for your own object.\n\n"
        "The families: drift moves the prediction away until nothing overlaps, with jitter; translate only shifts it; "
        "offset erodes, and in a curve of its own dilates; boundary roughens the border; missing removes parts; "
        "spurious adds "
        "false objects; mix exchanges false positives for false negatives at a fixed number of errors; pred-noise and "
        "label-noise flip voxels of the prediction or of the ground truth; soft-label blurs the ground truth's border; "
        "temperature lowers the confidence of the prediction; size enlarges the object under a fixed shift; fov "
        "enlarges the image around it.\n\n"
        "curves.csv has a row for every object, seed, step and loss: counts, scores and distances of the prediction, "
        "the "
        "loss and its scaled value; rows are in the order of the x axis. scores.csv has a row for every object, loss "
        "and reference measure (column yardstick). A verdict of monotone, saturating, wavy, fluctuating or falling "
        "follows from "
        "the drawdown (0.05, 0.10) and "
        "the "
        "plateau (0.25); the limits are a convention. Seed 0 gives the jitter of the default figure.",
    .examples = "segloss curves\tThe figure with its eight losses, in segloss-curves/\n"
                "segloss curves --loss all --seeds 16 -o all\tAll losses as a grid, scores over 16 seeds\n"
                "segloss curves --loss all --layout scores\tOne row for each loss\n"
                "segloss curves --loss 'total = 0.5*tversky(alpha=0.7) + 0.5*ce' --loss ce\tA formula of losses next "
                "to a known loss\n"
                "segloss curves --truth case7.nii.gz --class 3 --loss dice,ce,boundary\tYour own object\n"
                "segloss curves --family boundary --max 2 --plot braille\tA rough border, shown in the terminal",
    .options = rows,
    .size = sizeof(struct options),
    .least = 0,
    .most = 0,
    .completes = SEG_COMPLETE_NOTHING,
    .preset = preset,
    .run = run,
};
