/* figure.c - draws a comparison: for every block and measure a dot plot, one line per class and row, the mean with its
 * interval; then the paired differences (figure_differences.c). Average ranks have a drawing of their own
 * (figure_ranks.c).
 */
#include "figure.h"
#include "figure_parts.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../plot/dots.h"
#include "../plot/palette.h"

static const double WIDTH = SEG_FIGURE_WIDTH, MARGIN = SEG_FIGURE_MARGIN, FONT = SEG_FIGURE_FONT;

/* The mean, whatever the cells of the table show: the interval is one of the mean. */
static seg_dot dot_of(const seg_cell *cell)
{
    double mean = cell->d.mean;
    bool interval = cell->n > 1 && cell->interval_kind && isfinite(cell->interval.low);

    return (seg_dot){mean, interval ? fmin(mean, cell->interval.low) : mean,
                     interval ? fmax(mean, cell->interval.high) : mean, true};
}

/* Means and intervals of a measure in a block: the range of the axis. False when there is nothing to show. */
static bool find_range(const seg_table *table, const seg_block *block, size_t first, size_t n, double range[2])
{
    range[0] = INFINITY, range[1] = -INFINITY;
    for (size_t i = 0; i < block->rows; i++) {
        for (size_t j = first; j < first + n; j++) {
            const seg_cell *cell = &block->cell[i * table->grades->columns + j];
            seg_dot dot;

            if (!cell->n || !isfinite(cell->d.mean))
                continue;
            dot = dot_of(cell);
            range[0] = fmin(range[0], dot.low);
            range[1] = fmax(range[1], dot.high);
        }
    }
    if (range[0] == range[1]) {
        range[0] -= 0.5;
        range[1] += 0.5;
    }
    return range[0] < range[1];
}

/* Lines of the plot: the class as a heading where there are several, then the rows. dot and line have room. */
static size_t fill_lines(const seg_table *table, const seg_block *block, size_t first, size_t n, seg_dot_row *line,
                         seg_dot *dot)
{
    const seg_grades *g = table->grades;
    size_t lines = 0;

    for (size_t j = first; j < first + n; j++) {
        if (n > 1)
            line[lines++] = (seg_dot_row){.label = seg_table_plain_name(table, seg_grades_column_name(g, j)),
                                          .colour = seg_ink,
                                          .gap_above = j > first};
        for (size_t i = 0; i < block->rows; i++, dot++) {
            *dot = dot_of(&block->cell[i * g->columns + j]);
            line[lines++] = (seg_dot_row){.label = seg_table_plain_name(table, g->cube->rows.text[block->row[i]]),
                                          .colour = seg_hues[i % SEG_HUES],
                                          .dot = dot,
                                          .dots = 1};
        }
    }
    return lines;
}

void seg_comparison_title(seg_comparison_canvas *c, const char *group, size_t measure, const char *more)
{
    static const seg_markup PLAIN = {.up = "\xe2\x86\x91", .down = "\xe2\x86\x93"};
    const seg_font bold = {.size = FONT + 1, .colour = seg_ink, .bold = true};
    seg_string name = {0};

    seg_table_measure(c->table, measure, &seg_markup_plain, &PLAIN, &name);
    c->y += 2 * FONT;
    seg_svg_text(&c->svg, MARGIN, c->y, &bold, "%s%s%s%s%s", group, *group ? ", " : "", name.text ? name.text : "",
                 *more ? ", " : "", more);
    c->y += 0.8 * FONT;
    c->svg.body.failed |= name.failed;
    seg_string_free(&name);
}

void seg_comparison_subtitle(seg_comparison_canvas *c, const char *text)
{
    c->y += FONT;
    seg_svg_text(&c->svg, MARGIN, c->y, &(seg_font){.size = FONT, .colour = seg_grey}, "%s", text);
    c->y += 0.8 * FONT;
}

/* What the lines are. */
static void add_subtitle(seg_comparison_canvas *c, size_t cases)
{
    seg_string text = {0};

    seg_string_printf(&text, "means over %zu case%s, with %g %% intervals", cases, cases == 1 ? "" : "s",
                      100 * c->table->grades->how.level);
    seg_comparison_subtitle(c, text.text ? text.text : "");
    c->svg.body.failed |= text.failed;
    seg_string_free(&text);
}

static seg_status add_dots(seg_comparison_canvas *c, const seg_block *block, size_t first, size_t n, seg_error *err)
{
    const seg_grades *g = c->table->grades;
    double range[2];
    seg_dot_row *line = NULL;
    seg_dot *dot = NULL;
    seg_status st = seg_alloc(&line, n * (block->rows + 1), sizeof *line, "a plot", err);

    if (!st)
        st = seg_alloc(&dot, n * block->rows, sizeof *dot, "a plot", err);
    if (!st && find_range(c->table, block, first, n, range)) {
        seg_dot_plot plot = {.row = line, .from = range[0], .to = range[1], .font = FONT};

        seg_comparison_title(c, g->cube->groups.text[block->group], g->column[first].measure, "");
        if (g->cube->has_cases)
            add_subtitle(c, g->cube->cases.n);
        plot.rows = fill_lines(c->table, block, first, n, line, dot);
        c->y += seg_dots(&c->svg, MARGIN, c->y, WIDTH - 2 * MARGIN, &plot);
    }
    free(dot);
    free(line);
    return st;
}

seg_status seg_comparison_finish(seg_comparison_canvas *c, const char *title, const char *about, seg_string *out,
                                 seg_error *err)
{
    seg_status st = seg_svg_finish(
        &c->svg, &(seg_svg_page){.width = WIDTH, .height = c->y + MARGIN, .mm = 183, .title = title, .about = about},
        out, err);

    seg_svg_free(&c->svg);
    return st;
}

seg_status seg_table_picture(const seg_table *table, seg_string *out, seg_error *err)
{
    const seg_grades *g = table->grades;
    seg_comparison_canvas c = {.table = table, .y = 2};
    seg_status st = SEG_OK;

    for (size_t b = 0; b < g->blocks && !st; b++) {
        for (size_t j = 0; j < g->columns && !st; j++) {
            size_t span = seg_table_span(table, j);

            if (span)
                st = add_dots(&c, &g->block[b], j, span, err);
        }
    }
    for (size_t i = 0; i < table->n_verdicts && !st; i++)
        st = seg_comparison_differences(&c, &table->verdict[i], err);
    if (st) {
        seg_svg_free(&c.svg);
        return st;
    }
    return seg_comparison_finish(
        &c, table->style.caption ? table->style.caption : "Comparison",
        "Means with intervals of every row, measure and class, and the paired differences from "
        "the best method.",
        out, err);
}
