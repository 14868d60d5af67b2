/* figure.c - the frame around every layout: heading, caption, page; and the words for axes and objects. */
#include "figure.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"

const char *const seg_layout_words[] = {"panels", "grid", "category", "scores", NULL};
const char *const seg_level_colours[SEG_LEVELS] = {"#0072B2", "#D55E00", "#009E73", "#5D3A00"};

static seg_layout_fn *const layouts[] = {seg_layout_panels, seg_layout_grid, seg_layout_category, seg_layout_scores};

static const char *unit_of(const seg_curves *c)
{
    return seg_grid_dims(&c->regime[0].scene.grid) == 3 ? "voxels" : "pixels";
}

void seg_curves_x_title(const seg_curves *c, seg_x x, char *out, size_t room)
{
    if (x == SEG_X_ERRORS)
        snprintf(out, room, "%s (%s)", seg_x_titles[x], unit_of(c));
    else if (x == SEG_X_STEP)
        snprintf(out, room, "%s", c->regime[0].plan.family->severity);
    else if (x == SEG_X_HD95)
        snprintf(out, room, "%s (%s)", seg_x_titles[x], seg_grid_unit(&c->regime[0].scene.grid));
    else
        snprintf(out, room, "%s", seg_x_titles[x]);
}

void seg_experiment_title(const seg_experiment *r, char *out, size_t room)
{
    snprintf(out, room, r->scene.is_ball ? "%s object" : "%s", r->scene.name);
    out[0] = (char)toupper((unsigned char)out[0]);
}

void seg_experiment_subtitle(const seg_experiment *r, char *out, size_t room)
{
    const seg_phantom *s = &r->scene;
    const char *unit = seg_grid_dims(&s->grid) == 3 ? "voxels" : "px";
    const double percent = 100 * (double)s->object / (double)s->voxels;

    snprintf(out, room, s->is_ball ? "r = %.4g px, %zu %s (%.*f %%)" : "r ≈ %.3g px, %zu %s (%.*f %%)",
             seg_phantom_radius(s), s->object, unit,
             percent < 0.1 ? 3
             : percent < 1 ? 2
                           : 1,
             percent);
}

static void add_params(const seg_loss *loss, const void *params, seg_string *out)
{
    const char *before = " (";

    for (const seg_param *row = loss->params; row && row->name; row++) {
        const seg_param one[2] = {*row, {0}};
        seg_string differs = {0};

        seg_params_write(one, params, ";", &differs);
        if (differs.length) {
            const char *value = strchr(differs.text, '=');

            /* Words are shown without the parameter's name: "survey" for form=survey. */
            seg_string_add(out, before);
            seg_string_add(out, row->type == SEG_PARAM_CHOICE && value ? value + 1 : differs.text);
            before = ", ";
        }
        out->failed = out->failed || differs.failed;
        seg_string_free(&differs);
    }
    if (before[0] == ',')
        seg_string_add(out, ")");
}

/* Names that fit a small panel, for losses whose titles do not. */
static const struct {
    const char *name, *label;
} short_labels[] = {
    {"distance-ce", "Distance-map CE"},
    {"wasserstein-dice", "Wasserstein Dice"},
    {"iou", "IoU"},
    {"lovasz", "Lovász-Softmax"},
    {"sens-spec", "Sens.-specificity"},
    {"rmi", "RMI"},
    {"t-loss", "T-loss"},
    {"hausdorff", "Hausdorff"},
    {"exp-log", "Exp-Log"},
};

void seg_loss_label(const seg_loss *loss, const void *params, seg_string *out)
{
    const char *end = strstr(loss->title, " loss"), *label = NULL;
    const size_t n = end ? (size_t)(end - loss->title) : strlen(loss->title), comma = strcspn(loss->title, ",");

    for (size_t i = 0; i < sizeof short_labels / sizeof *short_labels; i++)
        label = strcmp(short_labels[i].name, loss->name) ? label : short_labels[i].label;
    if (label)
        seg_string_add(out, label);
    else
        seg_string_add_n(out, loss->title, comma < n ? comma : n);
    add_params(loss, params, out);
}

void seg_score_text(const seg_curves *c, size_t loss, size_t regime, seg_string *out)
{
    const seg_curve_score *s = &seg_curves_scores(c, loss, regime)[c->x];

    if (!isnan(s->mean[SEG_TAU]))
        seg_string_printf(out, "tau %.3f, ", s->mean[SEG_TAU]);
    if (!isnan(s->mean[SEG_DRAWDOWN]))
        seg_string_printf(out, "drawdown %.3f, ", s->mean[SEG_DRAWDOWN]);
    seg_string_printf(out, "%s%s", seg_trend_words[s->verdict], s->borderline ? "?" : "");
}

/* Where Helvetica is missing, the font that stands in may be a little wider. */
static const double SLACK = 0.95;

static void draw_caption(seg_canvas *canvas)
{
    const seg_font font = {.size = SEG_SMALL, .colour = seg_grey};
    const double leading = 1.25 * SEG_SMALL;

    if (canvas->figure->no_caption)
        return;
    canvas->y += 1.6 * SEG_SMALL;
    for (size_t i = 0; i < canvas->figure->captions; i++)
        canvas->y = seg_svg_paragraph(canvas->svg, 4, canvas->y, SLACK * (canvas->width - 8), 0, leading, &font,
                                      canvas->figure->caption[i]) +
                    0.35 * leading;
    canvas->y -= leading;
}

static void join(const seg_figure *figure, seg_string *out)
{
    for (size_t i = 0; i < figure->captions; i++) {
        seg_string_add(out, i ? "\n" : "");
        seg_string_add(out, figure->caption[i]);
    }
    if (!out->text)
        seg_string_add(out, figure->heading);
}

seg_status seg_figure_draw(const seg_curves *curves, const seg_figure *figure, seg_string *out, seg_error *err)
{
    const seg_font heading = {.size = SEG_TITLE, .colour = seg_ink, .bold = true};
    seg_svg svg = {0};
    seg_string about = {0};
    seg_canvas canvas = {curves, figure, &svg, figure->mm / 25.4 * 72, 4};
    seg_status st;

    join(figure, &about);
    canvas.y = seg_svg_paragraph(&svg, 4, canvas.y + SEG_TITLE, SLACK * (canvas.width - 8), 0, 1.2 * SEG_TITLE,
                                 &heading, figure->heading);
    st = layouts[figure->layout](&canvas, err);
    draw_caption(&canvas);
    if (!st)
        st = seg_string_check(&about, err);
    /* One column is shown at twice its size on a screen; in print the column decides. */
    if (!st)
        st = seg_svg_finish(&svg,
                            &(seg_svg_page){canvas.width, canvas.y + 6, figure->mm < 120 ? 2 * figure->mm : figure->mm,
                                            figure->heading, about.text},
                            out, err);
    seg_string_free(&about);
    seg_svg_free(&svg);
    return st;
}
