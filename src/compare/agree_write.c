/* agree_write.c - agreement as a table, as CSV, as JSON and as a heat map. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../plot/svg.h"
#include "../report/csv.h"
#include "../report/json_text.h"
#include "../report/text_table.h"
#include "agree.h"

static const char *correlation_of(const seg_agree_result *r)
{
    return r->options->spearman ? "spearman" : "kendall";
}

static const seg_agree_cell *cell_at(const seg_agree_result *r, int stratum, size_t loss, size_t metric)
{
    return &r->cell[((size_t)stratum * r->data->losses.n + loss) * r->data->metrics.n + metric];
}

/* ---- JSON ---- */

static void json_number(seg_string *out, const char *name, double x, int digits)
{
    seg_string_printf(out, ", \"%s\": ", name);
    seg_json_number(out, x, digits);
}

static void json_pair(const seg_agree_result *r, const seg_agree_cell *c, seg_string *out)
{
    const seg_agree_measure *loss = &r->data->loss[c->loss], *metric = &r->data->metric[c->metric];

    seg_string_add(out, "{\"loss\": ");
    seg_json_text(out, loss->name);
    seg_string_add(out, ", \"loss_params\": ");
    seg_json_params(out, loss->params);
    seg_string_add(out, ", \"metric\": ");
    seg_json_text(out, metric->name);
    seg_string_add(out, ", \"metric_params\": ");
    seg_json_params(out, metric->params);
    seg_string_add(out, ", \"stratum\": ");
    seg_string_printf(out, c->stratum ? "%d" : "null", c->stratum);
    seg_string_printf(out, ", \"n\": %zu, \"left_out\": %zu", c->n, c->left_out);
    json_number(out, correlation_of(r), c->r, r->digits);
    json_number(out, "low", c->low, r->digits);
    json_number(out, "high", c->high, r->digits);
    seg_string_printf(out, ", \"groups\": %zu}", c->groups);
}

static void json_winner(const seg_agree_result *r, size_t metric, seg_string *out)
{
    const seg_agree_winner *w = &r->winner[metric];

    seg_string_add(out, "{\"metric\": ");
    seg_json_text(out, r->data->metrics.text[metric]);
    seg_string_add(out, ", \"loss\": ");
    seg_json_text(out, w->best[0] == SIZE_MAX ? NULL : r->data->losses.text[w->best[0]]);
    json_number(out, "stays_first", w->stays, r->digits);
    seg_string_printf(out, ", \"n\": %zu}", w->n);
}

void seg_agree_json(const seg_agree_result *r, const seg_setting *settings, size_t n_settings, seg_string *out)
{
    seg_string_printf(out, "{\n  \"segloss\": \"%s\",\n  \"schema\": %d,\n  \"settings\": {", SEG_VERSION,
                      SEG_REPORT_SCHEMA);
    for (size_t i = 0; i < n_settings; i++) {
        seg_string_add(out, i ? ", " : "");
        seg_json_text(out, settings[i].name);
        seg_string_add(out, ": ");
        seg_json_guess(out, settings[i].value);
    }
    seg_string_printf(out, "},\n  \"methods\": %zu,\n  \"cases\": %zu,\n  \"pairs\": [", r->data->methods,
                      r->data->cases.n);
    for (size_t i = 0; i < r->cells; i++) {
        seg_string_add(out, i ? ",\n    " : "\n    ");
        json_pair(r, &r->cell[i], out);
    }
    seg_string_add(out, "\n  ],\n  \"first\": [");
    for (size_t m = 0; m < r->data->metrics.n; m++) {
        seg_string_add(out, m ? ",\n    " : "\n    ");
        json_winner(r, m, out);
    }
    seg_string_add(out, "\n  ]\n}\n");
}

/* ---- CSV ---- */

static void csv_number(seg_string *out, double x, int digits)
{
    char text[SEG_NUMBER_ROOM];

    seg_string_printf(out, ",%s", isfinite(x) ? seg_number_digits(text, x, digits) : "");
}

void seg_agree_csv(const seg_agree_result *r, seg_string *out)
{
    seg_string_printf(out, "loss,loss_params,metric,metric_params,stratum,n,left_out,%s,low,high,groups\n",
                      correlation_of(r));
    for (size_t i = 0; i < r->cells; i++) {
        const seg_agree_cell *c = &r->cell[i];
        const seg_agree_measure *loss = &r->data->loss[c->loss], *metric = &r->data->metric[c->metric];
        const char *const names[] = {loss->name, loss->params, metric->name, metric->params};

        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            seg_string_add(out, k ? "," : "");
            seg_csv_field(out, ',', names[k]);
        }
        seg_string_printf(out, c->stratum ? ",%d" : ",", c->stratum);
        seg_string_printf(out, ",%zu,%zu", c->n, c->left_out);
        csv_number(out, c->r, r->digits);
        csv_number(out, c->low, r->digits);
        csv_number(out, c->high, r->digits);
        seg_string_printf(out, ",%zu\n", c->groups);
    }
}

/* ---- table ---- */

/* The cases of a metric: those of most losses. */
static size_t cases_of(const seg_agree_result *r, int stratum, size_t metric)
{
    size_t most = 0;

    for (size_t l = 0; l < r->data->losses.n; l++) {
        size_t n = cell_at(r, stratum, l, metric)->n;

        most = n > most ? n : most;
    }
    return most;
}

static void add_cell(const seg_agree_cell *c, size_t n, seg_text_table *t)
{
    char text[64];

    if (isnan(c->r))
        snprintf(text, sizeof text, "%s", c->why ? c->why : "-");
    else if (c->n != n)
        snprintf(text, sizeof text, "%.2f (%zu)", c->r, c->n);
    else
        snprintf(text, sizeof text, "%.2f", c->r);
    seg_text_table_add(t, text);
}

static void add_interval(const seg_agree_cell *c, seg_text_table *t)
{
    char text[64];

    snprintf(text, sizeof text, "[%.2f, %.2f]", c->low, c->high);
    seg_text_table_add(t, isnan(c->low) ? "" : text);
}

static seg_status one_table(const seg_agree_result *r, int stratum, seg_string *out, seg_error *err)
{
    size_t metrics = r->data->metrics.n;
    seg_text_table t = {.columns = metrics + 1, .left = 1};
    seg_status st;

    seg_text_table_add(&t, "");
    for (size_t m = 0; m < metrics; m++) {
        char head[300];

        snprintf(head, sizeof head, "%s (%zu)", r->data->metrics.text[m], cases_of(r, stratum, m));
        seg_text_table_add(&t, head);
    }
    for (size_t i = 0; i < r->data->losses.n; i++) {
        seg_text_table_add(&t, r->data->losses.text[r->order[i]]);
        for (size_t m = 0; m < metrics; m++)
            add_cell(cell_at(r, stratum, r->order[i], m), cases_of(r, stratum, m), &t);
        if (r->interval)
            seg_text_table_add(&t, "");
        for (size_t m = 0; r->interval && m < metrics; m++)
            add_interval(cell_at(r, stratum, r->order[i], m), &t);
    }
    st = seg_text_table_print(&t, 0, false, out, err);
    seg_text_table_free(&t);
    return st;
}

/* "dice agrees best with dsc", or why that cannot be told. */
static void sentence(const seg_agree_result *r, size_t metric, seg_string *out)
{
    const seg_agree_winner *w = &r->winner[metric];

    if (w->best[0] == SIZE_MAX)
        return;
    if (w->stays >= 0.95) {
        seg_string_printf(out, "%s agrees best with %s (first in %.0f %% of the resamples, n = %zu).\n",
                          r->data->losses.text[w->best[0]], r->data->metrics.text[metric], 100 * w->stays, w->n);
        return;
    }
    seg_string_printf(out, "%s: with n = %zu the best loss cannot be told:", r->data->metrics.text[metric], w->n);
    for (int k = 0; k < 3 && w->best[k] != SIZE_MAX; k++)
        seg_string_printf(out, "%s %s %.2f", k ? "," : "", r->data->losses.text[w->best[k]], w->r[k]);
    seg_string_add(out, ".\n");
}

seg_status seg_agree_table(const seg_agree_result *r, seg_string *out, seg_error *err)
{
    seg_status st = SEG_OK;

    seg_string_printf(out,
                      "%s over %zu cases; cases that count in brackets. 1: loss and metric order the cases alike.\n",
                      r->options->spearman ? "Spearman's correlation" : "Kendall's tau-b", r->data->cases.n);
    if (r->data->methods > 1)
        seg_string_printf(out, "Mean over %zu reports, each by itself.\n", r->data->methods);
    for (int s = 0; s <= r->data->strata && !st; s++) {
        if (s)
            seg_string_printf(out, "\nstratum %d of %d (1: smallest)\n", s, r->data->strata);
        st = one_table(r, s, out, err);
    }
    seg_string_add(out, "\n");
    for (size_t m = 0; m < r->data->metrics.n; m++)
        sentence(r, m, out);
    seg_string_add(
        out, "A loss that is a function of a metric agrees with it by construction. Agreement over the cases of one\n"
             "model says nothing about training with the loss.\n");
    return st;
}

/* ---- heat map ---- */

enum { CELL_WIDTH = 46, CELL_HEIGHT = 16, TOP = 46, SIDE = 8 };

static const char DISAGREE[] = "#0072B2", AGREE[] = "#E69F00", UNTOLD[] = "#DADADA", INK[] = "#222222";

/* From white to the colour by its absolute value. */
static void shade(char out[8], double r)
{
    const char *end = r < 0 ? DISAGREE : AGREE;
    unsigned red, green, blue;
    double t = fmin(fabs(r), 1);

    sscanf(end + 1, "%2x%2x%2x", &red, &green, &blue);
    snprintf(out, 8, "#%02X%02X%02X", (unsigned)lround(255 + t * ((double)red - 255)),
             (unsigned)lround(255 + t * ((double)green - 255)), (unsigned)lround(255 + t * ((double)blue - 255)));
}

static void draw_cell(seg_svg *svg, const seg_agree_cell *c, double x, double y)
{
    const seg_font font = {.size = 7, .anchor = SEG_MIDDLE, .colour = INK};
    const seg_stroke white = {"#FFFFFF", 1, NULL};
    char fill[8];

    if (isnan(c->r)) {
        seg_svg_rect(svg, x, y, CELL_WIDTH, CELL_HEIGHT, "url(#none)", &white);
        return;
    }
    shade(fill, c->r);
    seg_svg_rect(svg, x, y, CELL_WIDTH, CELL_HEIGHT, c->low <= 0 && c->high >= 0 ? UNTOLD : fill, &white);
    seg_svg_text(svg, x + CELL_WIDTH / 2.0, y + CELL_HEIGHT / 2.0 + 2.5, &font, "%s%.2f",
                 c->r < 0 ? "\xe2\x88\x92" : "", fabs(c->r));
}

static double label_width(const seg_agree_result *r)
{
    double most = 0;

    for (size_t l = 0; l < r->data->losses.n; l++)
        most = fmax(most, seg_text_width(r->data->losses.text[l], 7, false));
    return most;
}

seg_status seg_agree_figure(const seg_agree_result *r, seg_string *out, seg_error *err)
{
    const seg_font head = {.size = 7, .anchor = SEG_MIDDLE, .bold = true, .colour = INK};
    const seg_font small = {.size = 6.5, .anchor = SEG_MIDDLE, .colour = "#5C5C5C"};
    const seg_font name = {.size = 7, .anchor = SEG_END, .colour = INK}, note = {.size = 6.5, .colour = "#5C5C5C"};
    const seg_stroke line = {"#B4B4B4", 0.6, NULL};
    double left = SIDE + label_width(r) + 6, right = left + CELL_WIDTH * (double)r->data->metrics.n;
    double bottom = TOP + CELL_HEIGHT * (double)r->data->losses.n, width = fmax(right + SIDE, 230);
    seg_svg svg = {0};
    seg_svg_page page = {.width = width,
                         .height = bottom + 30,
                         .title = "Agreement of losses and metrics",
                         .about =
                             "Rank correlation of each loss with each metric over the cases; 1: both order them alike. "
                             "Grey: the interval contains 0. Hatched: no number."};

    seg_svg_hatch(&svg, "none", "#FFFFFF", &line, 4, false);
    seg_svg_text(&svg, SIDE, 14, &(seg_font){.size = 7, .bold = true, .colour = INK}, "%s",
                 r->options->spearman ? "Spearman's correlation" : "Kendall's tau-b");
    for (size_t m = 0; m < r->data->metrics.n; m++) {
        double x = left + CELL_WIDTH * ((double)m + 0.5);

        seg_svg_text(&svg, x, TOP - 14, &head, "%s", r->data->metrics.text[m]);
        seg_svg_text(&svg, x, TOP - 5, &small, "n = %zu", cases_of(r, 0, m));
    }
    for (size_t i = 0; i < r->data->losses.n; i++) {
        double y = TOP + CELL_HEIGHT * (double)i;

        seg_svg_text(&svg, left - 4, y + CELL_HEIGHT / 2.0 + 2.5, &name, "%s", r->data->losses.text[r->order[i]]);
        for (size_t m = 0; m < r->data->metrics.n; m++)
            draw_cell(&svg, cell_at(r, 0, r->order[i], m), left + CELL_WIDTH * (double)m, y);
    }
    seg_svg_text(&svg, SIDE, bottom + 14, &note, "orange: alike, blue: opposite, grey: the interval contains 0");
    return seg_svg_finish(&svg, &page, out, err);
}
