/* sweep_grid.c - cuts a specification at the values that are swept, and reads those. */
#include "sweep_grid.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../losses/loss.h"

/* A stop that is missed by less than this part of a step is reached: 0.2 + 3 * 0.2 is not 0.8. */
static const double TOLERANCE = 1e-9;
/* 0.2 + 2 * 0.2 is 0.6 to this many digits, which is more than any bound is written with. */
enum { DIGITS = 12 };

/* A stretch of the text. */
typedef struct {
    const char *at;
    size_t n;
} stretch;

#define SHOW(s) (int)(s).n, (s).at

static seg_status no_memory(seg_error *err)
{
    return seg_fail(err, SEG_MEMORY, "not enough memory for a sweep");
}

static seg_status add_text(char ***list, size_t *n, size_t *room, const char *text, size_t length, seg_error *err)
{
    seg_status st = seg_grow(list, room, *n + 1, sizeof **list, "a sweep", err);

    if (st)
        return st;
    (*list)[*n] = seg_copy(text, length);
    return (*list)[*n] ? (void)++*n, SEG_OK : no_memory(err);
}

/* ---- values ---- */

struct value {
    stretch owner; /* the loss as typed */
    stretch text;  /* what stands behind '=' */
    seg_sweep_axis *axis;
};

static seg_status bad(const struct value *v, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_USAGE, "%.*s: %s=%.*s %s", SHOW(v->owner), v->axis->name, SHOW(v->text), what);
}

static seg_status add_value(seg_sweep_axis *axis, const char *text, size_t n, seg_error *err)
{
    return add_text(&axis->text, &axis->n, &axis->room, text, n, err);
}

static seg_status add_number(seg_sweep_axis *axis, double x, seg_error *err)
{
    char number[SEG_NUMBER_ROOM];

    return add_value(axis, seg_number_digits(number, x, DIGITS), SIZE_MAX, err);
}

static seg_status too_many(const struct value *v, double n, seg_error *err)
{
    return seg_fail(err, SEG_USAGE, "%.*s: %s=%.*s has %.6g values, at most %d points are possible", SHOW(v->owner),
                    v->axis->name, SHOW(v->text), n, SEG_SWEEP_POINTS);
}

static bool takes_numbers(const seg_param *row)
{
    return !row || row->type == SEG_PARAM_NUMBER || row->type == SEG_PARAM_INTEGER || row->type == SEG_PARAM_NUMBERS;
}

static seg_status wants_words(const struct value *v, seg_error *err)
{
    seg_string range = {0};
    seg_status st;

    seg_params_write_range(v->axis->row, &range);
    st = seg_fail(err, SEG_USAGE, "%.*s: %s=%.*s is a range of numbers, but %s takes %s (list them, as in %s={a/b})",
                  SHOW(v->owner), v->axis->name, SHOW(v->text), v->axis->name, range.text ? range.text : "words",
                  v->axis->name);
    seg_string_free(&range);
    return st;
}

/* Cuts "a/b/c" into numbers; -1 when it is anything else or has more than `most`. */
static int read_numbers(stretch text, char separator, double *x, int most)
{
    int n = 0;

    for (const char *at = text.at, *end = text.at + text.n; at <= end; n++) {
        const char *stop = memchr(at, separator, (size_t)(end - at));
        char *copy = seg_copy(at, (size_t)((stop ? stop : end) - at));
        const bool good = copy && n < most && seg_read_double(copy, &x[n]);

        free(copy);
        if (!good)
            return -1;
        at = stop ? stop + 1 : end + 1;
    }
    return n;
}

/* start:stop:step */
static seg_status read_range(const struct value *v, seg_error *err)
{
    double x[3], start, step, steps;
    seg_status st = SEG_OK;

    if (!takes_numbers(v->axis->row))
        return wants_words(v, err);
    if (read_numbers(v->text, ':', x, 3) != 3)
        return bad(v, "is no range, start:stop:step in numbers was wanted", err);
    start = x[0], step = x[2];
    if (!(fabs(step) > 0))
        return bad(v, "has a step of 0, which never ends", err);
    steps = (x[1] - start) / step;
    if (steps < -TOLERANCE)
        return bad(v, "steps away from its stop (turn the sign of the step)", err);
    if (!(steps < SEG_SWEEP_POINTS))
        return too_many(v, floor(steps) + 1, err);
    for (int i = 0; i <= (int)floor(steps + TOLERANCE) && !st; i++) {
        double value = start + i * step;

        st = add_number(v->axis, fabs(value) < TOLERANCE * fabs(step) ? 0 : value, err);
    }
    return st;
}

/* Commas (which a list of losses has as semicolons), or slashes. */
static char separator_of(stretch text)
{
    return memchr(text.at, ';', text.n) ? ';' : memchr(text.at, ',', text.n) ? ',' : '/';
}

/* log(a/b/n) */
static seg_status read_log(const struct value *v, seg_error *err)
{
    const size_t open = strlen("log(");
    stretch inner = {v->text.at + open, v->text.n - open};
    double x[3];
    seg_status st = SEG_OK;

    if (!takes_numbers(v->axis->row))
        return wants_words(v, err);
    if (!inner.n || inner.at[--inner.n] != ')')
        return bad(v, "is not closed, a ')' was wanted", err);
    if (read_numbers(inner, separator_of(inner), x, 3) != 3)
        return bad(v, "is no log(first/last/number of values)", err);
    if (!(x[0] > 0 && x[1] > 0))
        return bad(v, "is not possible: both ends must be above 0", err);
    if (!(x[2] >= 2) || x[2] != floor(x[2]))
        return bad(v, "is not possible: the number of values must be whole and at least 2", err);
    if (x[2] > SEG_SWEEP_POINTS)
        return too_many(v, x[2], err);
    for (int i = 0; i < (int)x[2] && !st; i++)
        st = add_number(v->axis, i == (int)x[2] - 1 ? x[1] : x[0] * pow(x[1] / x[0], i / (x[2] - 1)), err);
    return st;
}

/* {a/b/c} */
static seg_status read_list(const struct value *v, seg_error *err)
{
    const char *at = v->text.at + 1, *end = v->text.at + v->text.n - 1;
    char separator;
    seg_status st = SEG_OK;

    if (end < at || *end != '}')
        return bad(v, "is not closed, a '}' was wanted", err);
    if (end == at)
        return bad(v, "is an empty list, values were wanted, as in {1/2/3}", err);
    separator = separator_of((stretch){at, (size_t)(end - at)});
    while (at <= end && !st) {
        const char *stop = memchr(at, separator, (size_t)(end - at));

        stop = stop ? stop : end;
        if (stop == at)
            st = bad(v, "has an empty place", err);
        else if (v->axis->n == SEG_SWEEP_POINTS)
            st = too_many(v, SEG_SWEEP_POINTS + 1, err);
        else
            st = add_value(v->axis, at, (size_t)(stop - at), err);
        at = stop + 1;
    }
    return st;
}

static bool starts(stretch text, const char *with)
{
    return text.n >= strlen(with) && !strncasecmp(text.at, with, strlen(with));
}

/* A path may hold a colon. */
static bool is_swept(stretch text, const seg_param *row)
{
    if (starts(text, "{"))
        return true;
    return (!row || row->type != SEG_PARAM_FILE) && (starts(text, "log(") || memchr(text.at, ':', text.n));
}

static seg_status read_value(const struct value *v, seg_error *err)
{
    return starts(v->text, "{") ? read_list(v, err) : starts(v->text, "log(") ? read_log(v, err) : read_range(v, err);
}

/* ---- the text around them ---- */

struct scan {
    seg_sweep_grid *grid;
    bool formula;
    stretch owner;
    const char *piece; /* where the piece of text under way begins */
};

static const seg_loss *loss_of(stretch name)
{
    const char *before;
    char *copy = seg_copy(name.at, name.n);
    const seg_loss *loss = copy ? seg_loss_find(copy) : NULL;

    if (copy && !loss)
        loss = seg_loss_shorthand(copy, &before);
    free(copy);
    return loss;
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* The name that ends at `end`, blanks behind it left out. */
static stretch name_before(const char *text, const char *end)
{
    const char *at;

    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    for (at = end; at > text && in_name(at[-1]);)
        at--;
    return (stretch){at, (size_t)(end - at)};
}

/* A value ends at a comma or a bracket that it has not opened. */
static stretch value_at(const char *at)
{
    size_t n = 0;
    int depth = 0;

    while (isspace((unsigned char)*at))
        at++;
    for (; at[n] && (depth || (at[n] != ',' && at[n] != ')')); n++)
        depth += at[n] == '{' || at[n] == '(' ? 1 : at[n] == '}' || at[n] == ')' ? -1 : 0;
    while (n && isspace((unsigned char)at[n - 1]))
        n--;
    return (stretch){at, n};
}

static const seg_param *row_of(const seg_loss *loss, const char *name)
{
    for (const seg_param *row = loss ? loss->params : NULL; row && row->name; row++)
        if (seg_same_name(row->name, name) || (row->alias && seg_same_name(row->alias, name)))
            return row;
    return NULL;
}

static seg_status make_axis(struct scan *s, const char *name, const seg_param *row, seg_error *err)
{
    seg_sweep_grid *g = s->grid;
    seg_status st;

    for (size_t i = 0; i < g->axes; i++)
        if (!s->formula && row && g->axis[i].row == row)
            return seg_fail(err, SEG_USAGE, "%.*s: %s is swept twice", SHOW(s->owner), name);
    st = seg_grow(&g->axis, &g->axis_room, g->axes + 1, sizeof *g->axis, "a sweep", err);
    if (st)
        return st;
    g->axis[g->axes++] = (seg_sweep_axis){.name = seg_copy(name, SIZE_MAX), .row = row};
    return g->axis[g->axes - 1].name ? SEG_OK : no_memory(err);
}

/* The text from where the last piece ended. */
static seg_status add_piece(struct scan *s, const char *end, seg_error *err)
{
    seg_sweep_grid *g = s->grid;

    return add_text(&g->piece, &g->pieces, &g->piece_room, s->piece, (size_t)(end - s->piece), err);
}

/* ---- parameters that follow another ---- */

/* "1-alpha" as left operand, operator, right operand: one of them a number. "alpha" alone has no operator. */
typedef struct {
    double number;
    char sign; /* + - * / or 0 */
    bool number_first;
    char name[64];
} tie;

static bool read_name(const char **at, char name[64])
{
    size_t n = 0;

    while (isalpha((unsigned char)**at) || (n && (isalnum((unsigned char)**at) || **at == '_'))) {
        if (n == 63)
            return false;
        name[n++] = *(*at)++;
    }
    name[n] = '\0';
    return n > 0;
}

static void skip_blanks(const char **at)
{
    while (isspace((unsigned char)**at))
        ++*at;
}

static bool read_number(const char **at, double *x)
{
    char *end;

    *x = strtod(*at, &end);
    if (end == *at || isalpha((unsigned char)**at))
        return false;
    *at = end;
    return true;
}

static bool read_tie(tie *t, const char *text)
{
    const char *at = text;

    *t = (tie){0};
    t->number_first = read_number(&at, &t->number);
    skip_blanks(&at);
    if (!t->number_first && !read_name(&at, t->name))
        return false;
    skip_blanks(&at);
    if (!*at)
        return !t->number_first;
    if (!strchr("+-*/", *at))
        return false;
    t->sign = *at++;
    skip_blanks(&at);
    if (!(t->number_first ? read_name(&at, t->name) : read_number(&at, &t->number)))
        return false;
    skip_blanks(&at);
    return !*at;
}

static double tied(const tie *t, double x)
{
    double a = t->number_first ? t->number : x, b = t->number_first ? x : t->number;

    return !t->sign ? x : t->sign == '+' ? a + b : t->sign == '-' ? a - b : t->sign == '*' ? a * b : a / b;
}

/* The text as it follows another parameter, or NULL: words and plain numbers do not. */
static char *follows(stretch text, const seg_loss *loss, const seg_param *row)
{
    char *copy = takes_numbers(row) && row ? seg_copy(text.at, text.n) : NULL;
    double x;
    tie t;

    if (copy && !seg_read_double(copy, &x) && read_tie(&t, copy) && row_of(loss, t.name))
        return copy;
    free(copy);
    return NULL;
}

/* Gives the axis the values of the one that it follows. */
static seg_status fill_tied(seg_sweep_grid *g, size_t a, seg_error *err)
{
    seg_sweep_axis *axis = &g->axis[a];
    tie t;
    seg_status st = SEG_OK;

    read_tie(&t, axis->follows);
    axis->source = SIZE_MAX;
    for (size_t i = 0; i < g->axes && axis->source == SIZE_MAX; i++) {
        if (i != a && !g->axis[i].follows && seg_same_name(g->axis[i].name, t.name))
            axis->source = i;
    }
    if (axis->source == SIZE_MAX)
        return seg_fail(err, SEG_USAGE, "%s: %s=%s follows %s, which is not swept", g->title, axis->name, axis->follows,
                        t.name);
    for (size_t i = 0; i < g->axis[axis->source].n && !st; i++) {
        double x;

        if (!seg_read_double(g->axis[axis->source].text[i], &x))
            return seg_fail(err, SEG_USAGE, "%s: %s=%s follows %s, whose values are no numbers", g->title, axis->name,
                            axis->follows, t.name);
        st = add_number(axis, fabs(tied(&t, x)) < TOLERANCE ? 0 : tied(&t, x), err);
    }
    return st;
}

/* Reads the value, if it is swept, as an axis between two pieces of text. */
static seg_status take_value(struct scan *s, stretch name_text, stretch text, seg_error *err)
{
    const seg_loss *loss = loss_of(s->owner);
    char *name = seg_copy(name_text.at, name_text.n);
    const seg_param *row = name ? row_of(loss, name) : NULL;
    char *tie_text = follows(text, loss, row);
    seg_status st = name ? SEG_OK : no_memory(err);

    if (st || (!tie_text && !is_swept(text, row))) {
        free(name);
        return st;
    }
    if (loss && !row) /* says which name is near */
        st = seg_params_set(loss->params, loss->name, name, "", NULL, err);
    if (!st)
        st = make_axis(s, name, row, err);
    if (!st)
        st = add_piece(s, text.at, err);
    if (!st && tie_text)
        s->grid->axis[s->grid->axes - 1].follows = tie_text;
    else if (!st)
        st = read_value(&(struct value){s->owner, text, &s->grid->axis[s->grid->axes - 1]}, err);
    if (st)
        free(tie_text);
    s->piece = text.at + text.n;
    free(name);
    return st;
}

/* A number of a formula: {0.2/0.8}*dice. The axis is called weight, the next one weight2. */
static seg_status take_weight(struct scan *s, stretch text, seg_error *err)
{
    char name[32];
    size_t weights = 1;
    seg_status st;

    for (size_t a = 0; a < s->grid->axes; a++)
        weights += !strncmp(s->grid->axis[a].name, "weight", 6) && !s->grid->axis[a].row;
    snprintf(name, sizeof name, weights > 1 ? "weight%zu" : "weight", weights);
    s->owner = (stretch){"formula", 7};
    st = make_axis(s, name, NULL, err);
    if (!st)
        st = add_piece(s, text.at, err);
    if (!st)
        st = read_value(&(struct value){s->owner, text, &s->grid->axis[s->grid->axes - 1]}, err);
    s->piece = text.at + text.n;
    return st;
}

/* The bracket that opens here and what it holds. */
static stretch bracket_at(const char *at)
{
    size_t n = strcspn(at, "}");

    return (stretch){at, n + (at[n] == '}')};
}

seg_status seg_sweep_grid_read(seg_sweep_grid *grid, const char *name, const char *text, seg_error *err)
{
    struct scan s = {.grid = grid, .formula = !name, .piece = text};
    const char *at = text;
    int depth = 0;
    seg_status st = SEG_OK;

    if (name)
        s.owner = (stretch){name, strlen(name)};
    grid->title = seg_copy(text, SIZE_MAX);
    if (!grid->title)
        return no_memory(err);
    for (char *c = grid->title; (c = strchr(c, ';'));)
        *c = ','; /* as it was typed */
    while (*at && !st) {
        if (s.formula && *at == '(')
            s.owner = name_before(text, at);
        depth += (*at == '(') - (*at == ')');
        if (*at == '=' && (name || depth > 0)) {
            stretch value = value_at(at + 1);

            st = take_value(&s, name_before(text, at), value, err);
            at = value.at + value.n;
        } else if (*at == '{' && s.formula) {
            stretch value = bracket_at(at);

            st = take_weight(&s, value, err);
            at = value.at + value.n;
        } else {
            at++;
        }
    }
    if (!st)
        st = add_piece(&s, s.piece + strlen(s.piece), err);
    for (size_t a = 0; a < grid->axes && !st; a++) {
        if (grid->axis[a].follows)
            st = fill_tied(grid, a, err);
    }
    return st;
}

/* ---- points ---- */

seg_status seg_sweep_grid_count(const seg_sweep_grid *g, bool zip, size_t *n, seg_error *err)
{
    *n = zip && g->axes ? g->axis[0].n : 1;
    for (size_t a = 0; a < g->axes; a++) {
        if (zip && g->axis[a].n != *n)
            return seg_fail(err, SEG_USAGE,
                            "%s: --zip takes the values of all parameters one by one, but %s has "
                            "%zu and %s has %zu",
                            g->title, g->axis[0].name, *n, g->axis[a].name, g->axis[a].n);
        *n *= zip || g->axis[a].follows ? 1 : g->axis[a].n;
        if (*n > SEG_SWEEP_POINTS)
            return seg_fail(err, SEG_USAGE,
                            "%s: the grid has more than %d points (widen the steps, or pair the "
                            "values with --zip)",
                            g->title, SEG_SWEEP_POINTS);
    }
    return SEG_OK;
}

size_t seg_sweep_grid_at(const seg_sweep_grid *g, bool zip, size_t point, size_t axis)
{
    if (zip)
        return point;
    if (g->axis[axis].follows)
        axis = g->axis[axis].source;
    for (size_t a = g->axes - 1; a > axis; a--)
        point /= g->axis[a].follows ? 1 : g->axis[a].n;
    return point % g->axis[axis].n;
}

void seg_sweep_grid_write(const seg_sweep_grid *g, bool zip, size_t point, seg_string *out)
{
    for (size_t a = 0; a < g->axes; a++) {
        seg_string_add(out, g->piece[a]);
        seg_string_add(out, g->axis[a].text[seg_sweep_grid_at(g, zip, point, a)]);
    }
    seg_string_add(out, g->piece[g->axes]);
}

void seg_sweep_grid_write_preset(const seg_sweep_grid *g, seg_string *out)
{
    for (size_t a = 0; a < g->axes; a++) {
        seg_string_add(out, g->piece[a]);
        if (g->axis[a].row)
            seg_params_write_preset(g->axis[a].row, out);
    }
    seg_string_add(out, g->piece[g->axes]);
}

void seg_sweep_grid_free(seg_sweep_grid *g)
{
    for (size_t a = 0; a < g->axes; a++) {
        for (size_t i = 0; i < g->axis[a].n; i++)
            free(g->axis[a].text[i]);
        free(g->axis[a].text);
        free(g->axis[a].follows);
        free(g->axis[a].name);
    }
    for (size_t i = 0; i < g->pieces; i++)
        free(g->piece[i]);
    free(g->title);
    free(g->axis);
    free(g->piece);
    *g = (seg_sweep_grid){0};
}
