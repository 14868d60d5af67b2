/* options.c - parses a command line with getopt_long and stores the values in the command's struct. */
#include "options.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

enum { FIRST_CODE = 1000, NEGATED = 10000 }; /* codes of long options, above every letter */

/* The rows as getopt_long needs them. */
struct tables {
    const seg_option *rows;
    size_t n;
    struct option *longs;
    char **negations; /* names made here */
    char *shorts;
    char *given; /* [n] 0, or how the option was given: SET, CLEARED by --no- */
};

enum { SET = 1, CLEARED };

static bool takes_argument(const seg_option *row)
{
    return row->type != SEG_OPTION_SWITCH && row->type != SEG_OPTION_COUNT;
}

static seg_status add_negation(struct tables *t, size_t *used, size_t i, seg_error *err)
{
    seg_string name = {0};
    seg_status st;

    seg_string_printf(&name, "no-%s", t->rows[i].name);
    st = seg_string_check(&name, err);
    t->negations[i] = name.text;
    if (!st)
        t->longs[(*used)++] = (struct option){name.text, no_argument, NULL, NEGATED + (int)i};
    return st;
}

static seg_status add_row(struct tables *t, size_t *used, size_t *letters, size_t i, seg_error *err)
{
    const seg_option *row = &t->rows[i];
    bool argument = takes_argument(row);

    t->longs[(*used)++] =
        (struct option){row->name, argument ? required_argument : no_argument, NULL, FIRST_CODE + (int)i};
    if (row->letter) {
        t->shorts[(*letters)++] = row->letter;
        if (argument)
            t->shorts[(*letters)++] = ':';
    }
    return row->negatable ? add_negation(t, used, i, err) : SEG_OK;
}

static seg_status make_tables(struct tables *t, const seg_option *rows, seg_error *err)
{
    size_t used = 0, letters = 0;
    seg_status st;

    *t = (struct tables){.rows = rows};
    while (rows[t->n].name)
        t->n++;
    st = seg_alloc(&t->longs, 2 * t->n + 1, sizeof *t->longs, "options", err);
    if (!st)
        st = seg_alloc(&t->negations, t->n, sizeof *t->negations, "options", err);
    if (!st)
        st = seg_alloc(&t->shorts, 2 * t->n + 2, 1, "options", err);
    if (!st)
        st = seg_alloc(&t->given, t->n, 1, "options", err);
    if (!st)
        t->shorts[letters++] = ':'; /* a missing argument is reported as ':' and not printed */
    for (size_t i = 0; i < t->n && !st; i++)
        st = add_row(t, &used, &letters, i, err);
    return st;
}

static void free_tables(struct tables *t)
{
    for (size_t i = 0; t->negations && i < t->n; i++)
        free(t->negations[i]);
    free(t->negations);
    free(t->longs);
    free(t->shorts);
    free(t->given);
}

static const char *long_name(const void *context, size_t i)
{
    return ((const struct option *)context)[i].name;
}

/* The options that an abbreviated name may stand for, as "--loss or --labels"; returns their number. */
static size_t meanings(const struct option *longs, const char *name, seg_string *out)
{
    size_t n = 0;

    for (const struct option *o = longs; o->name && *name; o++)
        if (!strncmp(o->name, name, strlen(name)))
            seg_string_printf(out, "%s--%s", n++ ? " or " : "", o->name);
    return n;
}

static seg_status unknown_long(const struct tables *t, const char *command, const char *name, seg_error *err)
{
    seg_string several = {0};
    const char *near;
    size_t n = 0;
    seg_status st;

    while (t->longs[n].name)
        n++;
    near = seg_nearest(name, n, long_name, t->longs);
    if (meanings(t->longs, name, &several) > 1 && several.text)
        st = seg_fail(err, SEG_USAGE, "--%s may be %s (write it out)", name, several.text);
    else if (near)
        st = seg_fail(err, SEG_USAGE, "there is no option --%s (did you mean --%s?)", name, near);
    else
        st = seg_fail(err, SEG_USAGE, "there is no option --%s (see 'segloss %s --help')", name, command);
    seg_string_free(&several);
    return st;
}

/* A letter outside ASCII comes byte by byte, so its whole word is shown: the one that getopt is in, or just left. */
static seg_status unknown_letter(const char *command, char *const *argv, seg_error *err)
{
    const char *now = argv[optind], *word = now && strchr(now, (char)optopt) ? now : argv[optind - 1];

    if (optopt > 0 && optopt < 128)
        return seg_fail(err, SEG_USAGE, "there is no option -%c (see 'segloss %s --help')", optopt, command);
    return seg_fail(err, SEG_USAGE, "there is no option %s (see 'segloss %s --help')", word, command);
}

static seg_status unknown(const struct tables *t, const char *command, char *const *argv, seg_error *err)
{
    const char *typed = argv[optind - 1];
    char *name;
    seg_status st;

    if (optopt >= FIRST_CODE)
        return seg_fail(err, SEG_USAGE, "%s takes no argument", typed);
    if (optopt)
        return unknown_letter(command, argv, err);
    name = strndup(typed + 2, strcspn(typed + 2, "="));
    st = name ? unknown_long(t, command, name, err) : seg_fail(err, SEG_MEMORY, "not enough memory for an option");
    free(name);
    return st;
}

static seg_status add_text(seg_texts *list, const char *text, seg_error *err)
{
    seg_status st = seg_grow(&list->text, &list->room, list->n + 1, sizeof *list->text, "options", err);

    if (!st)
        list->text[list->n++] = text;
    return st;
}

static seg_status read_number(const seg_option *row, const char *text, void *at, seg_error *err)
{
    double x;
    bool whole = row->type == SEG_OPTION_INTEGER;

    if (!seg_read_double(text, &x) || (whole && (x != floor(x) || fabs(x) > 1e9)))
        return seg_fail(err, SEG_USAGE, "--%s '%s' is not a %snumber", row->name, text, whole ? "whole " : "");
    if (row->min < row->max && (x < row->min || x > row->max))
        return seg_fail(err, SEG_USAGE, "--%s %s is out of range, %.16g to %.16g was wanted", row->name, text, row->min,
                        row->max);
    if (whole)
        *(int *)at = (int)x;
    else
        *(double *)at = x;
    return SEG_OK;
}

static const char *choice_name(const void *context, size_t i)
{
    return ((const char *const *)context)[i];
}

static seg_status read_choice(const seg_option *row, const char *text, int *at, seg_error *err)
{
    seg_string words = {0};
    size_t n = 0;
    const char *near;
    seg_status st = SEG_OK;

    while (row->choices[n] && !seg_same_name(row->choices[n], text)) {
        seg_string_printf(&words, "%s%s", n ? ", " : "", row->choices[n]);
        n++;
    }
    if (row->choices[n]) {
        *at = (int)n;
    } else {
        near = seg_nearest(text, n, choice_name, row->choices);
        st = near ? seg_fail(err, SEG_USAGE, "--%s has no '%s' (did you mean '%s'?)", row->name, text, near)
                  : seg_fail(err, SEG_USAGE, "--%s has no '%s', one of %s was wanted", row->name, text,
                             words.text ? words.text : "");
    }
    seg_string_free(&words);
    return st;
}

static seg_status take(const seg_option *row, bool negated, const char *text, void *values, seg_error *err)
{
    void *at = (char *)values + row->at;

    switch (row->type) {
    case SEG_OPTION_SWITCH:
        *(bool *)at = !negated;
        return SEG_OK;
    case SEG_OPTION_COUNT:
        ++*(int *)at;
        return SEG_OK;
    case SEG_OPTION_TEXT:
        *(const char **)at = text;
        return SEG_OK;
    case SEG_OPTION_TEXTS:
        return add_text(at, text, err);
    case SEG_OPTION_NUMBER:
    case SEG_OPTION_INTEGER:
        return read_number(row, text, at, err);
    case SEG_OPTION_CHOICE:
        return read_choice(row, text, at, err);
    }
    return SEG_BUG;
}

/* Lists and counts add up, and a switch may be repeated. Anything else has one value: the second is refused, not
 * preferred to the first. */
static seg_status check_once(const struct tables *t, const seg_option *row, bool negated, seg_error *err)
{
    char *given = &t->given[row - t->rows], now = negated ? CLEARED : SET;
    bool adds_up = row->type == SEG_OPTION_TEXTS || row->type == SEG_OPTION_COUNT;
    bool same = row->type == SEG_OPTION_SWITCH && *given == now;
    bool repeated = *given && !adds_up && !same;

    if (repeated && *given != now)
        return seg_fail(err, SEG_USAGE, "--%s and --no-%s are both given, one was wanted", row->name, row->name);
    if (repeated)
        return seg_fail(err, SEG_USAGE, "--%s is given twice, once was wanted", row->name);
    *given = now;
    return SEG_OK;
}

static const seg_option *row_of(const struct tables *t, int code)
{
    if (code >= NEGATED)
        return &t->rows[code - NEGATED];
    if (code >= FIRST_CODE)
        return &t->rows[code - FIRST_CODE];
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].letter == code)
            return &t->rows[i];
    return NULL;
}

static seg_status next_option(const struct tables *t, const char *command, int argc, char **argv, void *values,
                              bool *more, seg_error *err)
{
    int code = getopt_long(argc, argv, t->shorts, t->longs, NULL);
    const seg_option *row;
    seg_status st;

    *more = code != -1;
    if (code == -1)
        return SEG_OK;
    if (code == ':')
        return seg_fail(err, SEG_USAGE, "%s needs an argument (see 'segloss %s --help')", argv[optind - 1], command);
    if (code == '?')
        return unknown(t, command, argv, err);
    row = row_of(t, code);
    st = check_once(t, row, code >= NEGATED, err);
    return st ? st : take(row, code >= NEGATED, optarg, values, err);
}

seg_status seg_options_read(const seg_option *rows, const char *command, int argc, char **argv, void *values,
                            seg_texts *operands, seg_error *err)
{
    struct tables t;
    bool more = true;
    seg_status st = make_tables(&t, rows, err);

    opterr = 0;
    optind = 0; /* glibc: start anew, also after an earlier call */
    while (!st && more)
        st = next_option(&t, command, argc, argv, values, &more, err);
    for (int i = optind; !st && i < argc; i++)
        st = add_text(operands, argv[i], err);
    free_tables(&t);
    return st;
}

void seg_options_free(const seg_option *rows, void *values)
{
    for (const seg_option *row = rows; row->name; row++)
        if (row->type == SEG_OPTION_TEXTS) {
            seg_texts *list = (seg_texts *)(void *)((char *)values + row->at);

            free(list->text);
            *list = (seg_texts){0};
        }
}

bool seg_options_want_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
        if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help"))
            return true;
    return false;
}
