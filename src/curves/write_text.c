/* write_text.c - the score table and the statements for people, and plots in the terminal. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../plot/braille.h"
#include "figure.h"
#include "write.h"

/* Characters of UTF-8 text. */
static size_t letters(const char *text, size_t bytes)
{
    size_t n = 0;

    for (size_t i = 0; i < bytes; i++)
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    return n;
}

static void pad(seg_string *out, const char *text, size_t width)
{
    const size_t n = letters(text, strlen(text));

    seg_string_add(out, text);
    for (size_t i = n; i < width; i++)
        seg_string_add(out, " ");
}

/* Lines of at most `columns` characters; those after the first are indented. */
static void wrap(seg_string *out, const char *text, size_t columns, size_t indent)
{
    size_t used = 0;
    bool first = true;

    while (*text) {
        const size_t bytes = strcspn(text, " "), n = letters(text, bytes);

        if (!first && used + 1 + n > columns) {
            seg_string_add(out, "\n");
            for (size_t i = 0; i < indent; i++)
                seg_string_add(out, " ");
            used = indent;
        } else if (!first) {
            seg_string_add(out, " ");
            used++;
        }
        seg_string_add_n(out, text, bytes);
        used += n;
        first = false;
        text += bytes + (text[bytes] == ' ');
    }
    seg_string_add(out, "\n");
}

static void add_number(seg_string *out, int width, double x)
{
    if (isnan(x))
        seg_string_printf(out, " %*s", width, "-");
    else
        seg_string_printf(out, " %*.3f", width, x + 0.0);
}

static size_t label_width(const seg_curves *c)
{
    size_t widest = 4;

    for (size_t i = 0; i < c->losses; i++) {
        const size_t n = letters(c->loss[i].label, strlen(c->loss[i].label));

        widest = n > widest ? n : widest;
    }
    return widest;
}

/* The columns of the table after the name of the loss. Scores without the other measures are for a narrow terminal. */
typedef struct {
    bool scores, tail, measures;
} columns_shown;

/* How wide the number of a score is. */
static int score_width(int score, columns_shown shown)
{
    if (score == SEG_TAU)
        return shown.measures ? 6 : 5;
    return shown.measures ? 9 : score == SEG_PLATEAU ? 7 : 8;
}

static void add_scores(const seg_curves *c, const seg_curve_score *s, columns_shown shown, seg_string *out)
{
    char verdict[32];

    for (int m = 0; m < SEG_RISE; m++) {
        if (m == SEG_TAIL ? !shown.tail : !shown.scores)
            continue;
        add_number(out, score_width(m, shown), s->mean[m]);
        if (c->seeds > 1 && (m == SEG_DRAWDOWN || m == SEG_TAU))
            seg_string_printf(out, shown.measures ? " ±%.3f" : "±%.3f", isnan(s->sd[m]) ? 0 : s->sd[m]);
    }
    snprintf(verdict, sizeof verdict, "%s%s", seg_trend_words[s->verdict], s->borderline ? "?" : "");
    if (shown.scores)
        seg_string_printf(out, shown.measures ? "  %-12s" : "  %s", verdict);
}

static void add_row(const seg_curves *c, size_t regime, size_t loss, size_t width, columns_shown shown, seg_string *out)
{
    const seg_curve_score *score = seg_curves_scores(c, loss, regime);
    const char *skipped = seg_curves_skipped(c, loss, regime);

    seg_string_add(out, "  ");
    pad(out, c->loss[loss].label, width);
    if (skipped) {
        seg_string_printf(out, "  skipped: %s\n", skipped);
        return;
    }
    add_scores(c, &score[c->x], shown, out);
    for (int x = 0; shown.measures && x < SEG_XS; x++)
        if (x != (int)c->x)
            add_number(out, 7, score[x].mean[SEG_TAU]);
    seg_string_add(out, "\n");
}

static void add_header(const seg_curves *c, size_t width, columns_shown shown, seg_string *out)
{
    const char *sd = c->seeds < 2 ? "" : shown.measures ? "     sd" : "    sd";

    seg_string_printf(out, "  %-*s", (int)width, "loss");
    if (shown.scores)
        seg_string_printf(out, " %*s%s %*s%s %*s %*s", score_width(SEG_TAU, shown), "tau", sd,
                          score_width(SEG_DRAWDOWN, shown), "drawdown", sd, score_width(SEG_REVERSAL, shown),
                          "reversal", score_width(SEG_PLATEAU, shown), "plateau");
    if (shown.tail)
        seg_string_printf(out, " %9s", "tail");
    if (shown.scores)
        seg_string_printf(out, shown.measures ? "  %-12s" : "  %s", "verdict");
    for (int x = 0; shown.measures && x < SEG_XS; x++)
        if (x != (int)c->x)
            seg_string_printf(out, " %7s", seg_x_words[x]);
    seg_string_add(out, "\n");
}

static void add_lines(const seg_curves *c, size_t regime, columns_shown shown, seg_string *out)
{
    const size_t width = label_width(c);

    add_header(c, width, shown, out);
    for (size_t loss = 0; loss < c->losses; loss++)
        add_row(c, regime, loss, width, shown, out);
    seg_string_add(out, "\n");
}

/* With this many columns, and in files, one table is written. */
enum { WIDE = 110 };

/* Two tables where the terminal is too narrow for one. */
static void add_table(const seg_curves *c, size_t regime, size_t columns, seg_string *out)
{
    const size_t whole = 2 + label_width(c) + 7 + 4 * 10 + 14 + 4 * 8 + (c->seeds > 1 ? 14 : 0);
    char title[128], detail[128], x[96];
    seg_string head = {0};

    seg_experiment_title(&c->regime[regime], title, sizeof title);
    seg_experiment_subtitle(&c->regime[regime], detail, sizeof detail);
    seg_curves_x_title(c, c->x, x, sizeof x);
    seg_string_printf(&head, "%s, %s; against %s", title, detail, x);
    if (c->seeds > 1)
        seg_string_printf(&head, ", mean of %zu seeds", c->seeds);
    if (columns < whole && columns < WIDE) {
        wrap(out, head.text ? head.text : "", columns, 4);
        add_lines(c, regime, (columns_shown){true, false, false}, out);
        seg_string_printf(out, "%s: tail, and tau against the other reference measures\n", title);
        add_lines(c, regime, (columns_shown){false, true, true}, out);
    } else {
        seg_string_printf(out, "%s; right of the verdict: tau against the other measures\n",
                          head.text ? head.text : "");
        add_lines(c, regime, (columns_shown){true, true, true}, out);
    }
    out->failed = out->failed || head.failed;
    seg_string_free(&head);
}

seg_status seg_write_curves_text(const seg_curves_report *r, size_t columns, seg_string *out, seg_error *err)
{
    wrap(out, r->heading, columns, 0);
    for (size_t i = 0; i < r->remarks; i++)
        wrap(out, r->remark[i], columns, 0);
    seg_string_add(out, "\n");
    for (size_t regime = 0; regime < r->curves->regimes; regime++)
        add_table(r->curves, regime, columns, out);
    for (size_t i = 0; i < r->statements; i++) {
        seg_string line = {0};

        seg_claim_text(&r->statement[i], &line);
        wrap(out, line.text ? line.text : "", columns, 4);
        out->failed = out->failed || line.failed;
        seg_string_free(&line);
    }
    return seg_string_check(out, err);
}

/* Colours are not reliable in a terminal: each panel shows one loss. */
enum { BOARD_ROWS = 6, BOARD_COLUMNS = 30, BESIDE = 3 };

static seg_status draw_board(const seg_curves *c, size_t loss, size_t regime, bool unicode, seg_dotboard *board,
                             seg_error *err)
{
    double *x = NULL, *y = NULL, low, high, range[2] = {INFINITY, -INFINITY};
    size_t n = 0;
    seg_status st = seg_dotboard_begin(board, BOARD_COLUMNS, BOARD_ROWS, unicode, err);

    if (!st)
        st = seg_alloc(&x, c->points, sizeof *x, "a curve", err);
    if (!st)
        st = seg_alloc(&y, c->points, sizeof *y, "a curve", err);
    if (!st)
        st = seg_curves_line(c, loss, regime, 0, c->x, x, y, &n, err);
    for (size_t i = 0; i < n; i++) {
        range[0] = fmin(range[0], y[i]);
        range[1] = fmax(range[1], y[i]);
    }
    low = range[0];
    high = range[1] > range[0] ? range[1] : range[0] + 1;
    for (size_t i = 1; !st && i < n; i++)
        seg_dotboard_line(board, (x[i - 1] - x[0]) / (x[n - 1] - x[0]), (y[i - 1] - low) / (high - low),
                          (x[i] - x[0]) / (x[n - 1] - x[0]), (y[i] - low) / (high - low), '*');
    free(x);
    free(y);
    return st;
}

/* The objects stand side by side, with tau and drawdown under each. */
static seg_status draw_loss(const seg_curves *c, size_t loss, size_t first, size_t n, bool unicode, seg_string *out,
                            seg_error *err)
{
    seg_dotboard board[BESIDE] = {{0}};
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < n; i++)
        st = draw_board(c, loss, first + i, unicode, &board[i], err);
    for (size_t row = 0; !st && row < BOARD_ROWS; row++) {
        for (size_t i = 0; i < n; i++) {
            seg_string_add(out, unicode ? "│" : "|");
            seg_dotboard_row(&board[i], row, out);
            seg_string_add(out, "   ");
        }
        seg_string_add(out, "\n");
    }
    for (size_t i = 0; !st && i < n; i++) {
        const seg_curve_score *s = &seg_curves_scores(c, loss, first + i)[c->x];
        seg_string line = {0};

        seg_string_add(&line, unicode ? "└ " : "+ ");
        if (seg_curves_skipped(c, loss, first + i))
            seg_string_add(&line, "skipped");
        else
            seg_string_printf(&line, "tau %.2f  drawdown %.2f", s->mean[SEG_TAU], s->mean[SEG_DRAWDOWN] + 0.0);
        pad(out, line.text ? line.text : "", BOARD_COLUMNS + 4);
        out->failed = out->failed || line.failed;
        seg_string_free(&line);
    }
    seg_string_add(out, "\n\n");
    for (size_t i = 0; i < BESIDE; i++)
        seg_dotboard_free(&board[i]);
    return st;
}

seg_status seg_write_terminal(const seg_curves_report *r, size_t columns, bool unicode, seg_string *out, seg_error *err)
{
    const seg_curves *c = r->curves;
    size_t fit = columns / (BOARD_COLUMNS + 4);
    seg_status st = SEG_OK;

    fit = fit < 1 ? 1 : fit > BESIDE ? BESIDE : fit;
    for (size_t first = 0; !st && first < c->regimes; first += fit) {
        const size_t n = c->regimes - first < fit ? c->regimes - first : fit;

        for (size_t loss = 0; !st && loss < c->losses; loss++) {
            seg_string_printf(out, "%s: ", c->loss[loss].label);
            for (size_t i = 0; i < n; i++)
                seg_string_printf(out, "%s%s", i ? " | " : "", c->regime[first + i].scene.name);
            seg_string_add(out, "\n");
            st = draw_loss(c, loss, first, n, unicode, out, err);
        }
    }
    return st ? st : seg_string_check(out, err);
}
