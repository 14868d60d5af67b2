/* params.c - one reader, one printer and one range check for the parameters of every loss and metric. */
#include "params.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* ---- fields ---- */

static void *field(const seg_param *row, void *params)
{
    return (char *)params + row->at;
}

static const void *field_of(const seg_param *row, const void *params)
{
    return (const char *)params + row->at;
}

static int count_words(const char *const *words)
{
    int n = 0;

    while (words && words[n])
        n++;
    return n;
}

static int find_word(const char *const *words, const char *text)
{
    for (int i = 0; words && words[i]; i++)
        if (seg_same_name(words[i], text))
            return i;
    return -1;
}

/* ---- presets ---- */

static seg_status preset_numbers(const seg_param *row, seg_numbers *list, seg_error *err)
{
    seg_status st;

    free(list->x);
    *list = (seg_numbers){.word = -1};
    if (row->choices) {
        list->word = (int)row->preset;
        return SEG_OK;
    }
    st = seg_alloc(&list->x, 1, sizeof *list->x, row->name, err);
    if (!st) {
        list->x[0] = row->preset;
        list->n = 1;
    }
    return st;
}

seg_status seg_params_preset(const seg_param *rows, void *params, size_t size, seg_error *err)
{
    seg_status st = SEG_OK;

    memset(params, 0, size);
    for (const seg_param *row = rows; row && row->name && !st; row++) {
        if (row->type == SEG_PARAM_NUMBER)
            *(double *)field(row, params) = row->preset;
        else if (row->type == SEG_PARAM_NUMBERS)
            st = preset_numbers(row, field(row, params), err);
        else if (row->type != SEG_PARAM_CLASSES && row->type != SEG_PARAM_FILE)
            *(int *)field(row, params) = (int)row->preset;
    }
    return st;
}

static void free_numbers(seg_numbers *list)
{
    for (size_t i = 0; list->cls && i < list->n; i++)
        free(list->cls[i]);
    free(list->cls);
    free(list->x);
    *list = (seg_numbers){0};
}

void seg_params_free(const seg_param *rows, void *params)
{
    for (const seg_param *row = rows; row && row->name && params; row++) {
        if (row->type == SEG_PARAM_NUMBERS)
            free_numbers(field(row, params));
        else if (row->type == SEG_PARAM_CLASSES)
            seg_classes_free(field(row, params));
        else if (row->type == SEG_PARAM_FILE)
            free(*(char **)field(row, params));
    }
}

/* ---- reading ---- */

static bool in_range(const seg_param *row, double x)
{
    if (row->min == row->max) /* no range given */
        return true;
    return (row->above ? x > row->min : x >= row->min) && (row->below ? x < row->max : x <= row->max);
}

/* What was typed: "tversky", "alpha", "-1". Messages use these words, not the parameter's other name. */
struct typed {
    const char *owner, *name, *text;
};

static seg_status bad_value(const seg_param *row, const struct typed *typed, seg_error *err)
{
    seg_string range = {0};
    seg_status st;

    seg_params_write_range(row, &range);
    st = seg_fail(err, SEG_USAGE, "%s: %s=%s is not possible, %s was wanted (try 'segloss describe %s')", typed->owner,
                  typed->name, typed->text, range.text ? range.text : "another value", typed->owner);
    seg_string_free(&range);
    return st;
}

/* Appends one number, of a class or (cls NULL) of all. */
static seg_status add_number(const seg_param *row, const struct typed *typed, const char *cls, const char *number,
                             seg_numbers *list, seg_error *err)
{
    size_t room = list->n, class_room = list->n;
    double x;
    seg_status st;

    if (row->words)
        x = find_word(row->choices, number);
    else if (!seg_read_double(number, &x))
        x = NAN;
    if (isnan(x) || (row->words ? x < 0 : !in_range(row, x)) || (list->n && !cls != !list->cls))
        return bad_value(row, typed, err);
    st = seg_grow(&list->x, &room, list->n + 1, sizeof *list->x, row->name, err);
    if (!st && cls)
        st = seg_grow(&list->cls, &class_room, list->n + 1, sizeof *list->cls, row->name, err);
    if (st)
        return st;
    list->x[list->n] = x;
    if (cls) {
        list->cls[list->n] = seg_copy(cls, SIZE_MAX);
        if (!list->cls[list->n])
            return seg_fail(err, SEG_MEMORY, "not enough memory for %s", row->name);
    }
    list->n++;
    return SEG_OK;
}

/* "0.2/0.8", or "1:5/liver:3". */
static seg_status add_pieces(const seg_param *row, const struct typed *typed, seg_numbers *list, seg_error *err)
{
    char *copy = seg_copy(typed->text, SIZE_MAX), *rest = copy, *piece;
    seg_status st = copy ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for %s", row->name);

    while (!st && (piece = strsep(&rest, "/"))) {
        char *colon = row->by_class ? strrchr(piece, ':') : NULL;

        if (colon)
            *colon = '\0';
        st = add_number(row, typed, colon ? piece : NULL, colon ? colon + 1 : piece, list, err);
    }
    free(copy);
    return st;
}

/* Lines "CLASS NUMBER"; a class may be a name with blanks. Empty lines and those that begin with # are skipped. */
static seg_status add_lines(const seg_param *row, const struct typed *typed, FILE *file, seg_numbers *list,
                            seg_error *err)
{
    char *line = NULL;
    size_t room = 0, at = 0;
    seg_status st = SEG_OK;

    while (!st && getline(&line, &room, file) > 0) {
        char *end = line + strlen(line), *number;

        at++;
        while (end > line && isspace((unsigned char)end[-1]))
            *--end = '\0';
        if (line[strspn(line, " \t")] == '\0' || *line == '#')
            continue;
        for (number = end; number > line && !isspace((unsigned char)number[-1]); number--)
            ;
        if (number == line)
            st =
                seg_fail(err, SEG_USAGE, "%s: %s=%s: line %zu has no number after the class, 'CLASS NUMBER' was wanted",
                         typed->owner, typed->name, typed->text, at);
        for (end = number; end > line && isspace((unsigned char)end[-1]);)
            *--end = '\0';
        if (!st)
            st = add_number(row, typed, line, number, list, err);
    }
    free(line);
    return st;
}

static bool is_file_of_numbers(const seg_param *row, const char *text)
{
    double x;

    return row->by_class && !strchr(text, ':') && !seg_read_double(text, &x) &&
           strspn(text, "0123456789.eE+-/") < strlen(text);
}

static seg_status read_file_of_numbers(const seg_param *row, const struct typed *typed, seg_numbers *list,
                                       seg_error *err)
{
    FILE *file = fopen(typed->text, "r");
    seg_status st;

    if (!file)
        return seg_fail(err, SEG_USAGE, "%s: %s=%s is no number, no list CLASS:NUMBER/CLASS:NUMBER and no file: %s",
                        typed->owner, typed->name, typed->text, strerror(errno));
    st = add_lines(row, typed, file, list, err);
    fclose(file);
    if (!st && !list->n)
        st = seg_fail(err, SEG_USAGE, "%s: %s=%s has no line, 'CLASS NUMBER' was wanted", typed->owner, typed->name,
                      typed->text);
    return st;
}

static seg_status read_numbers(const seg_param *row, const struct typed *typed, seg_numbers *list, seg_error *err)
{
    seg_numbers out = {.word = find_word(row->choices, typed->text)};
    seg_status st = SEG_OK;

    if (out.word < 0)
        st = is_file_of_numbers(row, typed->text) ? read_file_of_numbers(row, typed, &out, err)
                                                  : add_pieces(row, typed, &out, err);
    if (st) {
        free_numbers(&out);
        return st;
    }
    free_numbers(list);
    *list = out;
    return SEG_OK;
}

static seg_status read_switch(const seg_param *row, const struct typed *typed, int *on, seg_error *err)
{
    static const char *const words[] = {"no", "yes", "off", "on", "false", "true", "0", "1", NULL};
    int word = find_word(words, typed->text);

    if (word < 0)
        return bad_value(row, typed, err);
    *on = word & 1;
    return SEG_OK;
}

static seg_status read_choice(const seg_param *row, const struct typed *typed, int *chosen, seg_error *err)
{
    int word = find_word(row->choices, typed->text);

    if (word < 0)
        return bad_value(row, typed, err);
    *chosen = word;
    return SEG_OK;
}

static seg_status read_number(const seg_param *row, const struct typed *typed, void *at, seg_error *err)
{
    double x;

    if (!seg_read_double(typed->text, &x) || !in_range(row, x))
        return bad_value(row, typed, err);
    if (row->type == SEG_PARAM_INTEGER) {
        if (x != floor(x) || fabs(x) > 1e9)
            return bad_value(row, typed, err);
        *(int *)at = (int)x;
    } else {
        *(double *)at = x;
    }
    return SEG_OK;
}

static seg_status read_file(const seg_param *row, const struct typed *typed, char **path, seg_error *err)
{
    if (!*typed->text)
        return bad_value(row, typed, err);
    free(*path);
    *path = seg_copy(typed->text, SIZE_MAX);
    return *path ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for %s", row->name);
}

static seg_status read_classes(const char *owner, const char *text, seg_classes *classes, seg_error *err)
{
    seg_status st = seg_classes_read(classes, text, err);

    if (st)
        seg_while(err, "%s", owner);
    return st;
}

static seg_status read_row(const seg_param *row, const struct typed *typed, void *params, seg_error *err)
{
    void *at = field(row, params);

    switch (row->type) {
    case SEG_PARAM_NUMBER:
    case SEG_PARAM_INTEGER:
        return read_number(row, typed, at, err);
    case SEG_PARAM_SWITCH:
        return read_switch(row, typed, at, err);
    case SEG_PARAM_CHOICE:
        return read_choice(row, typed, at, err);
    case SEG_PARAM_NUMBERS:
        return read_numbers(row, typed, at, err);
    case SEG_PARAM_CLASSES:
        return read_classes(typed->owner, typed->text, at, err);
    case SEG_PARAM_FILE:
        return read_file(row, typed, at, err);
    }
    return SEG_BUG;
}

/* Names at even places, aliases (or NULL) at odd ones. */
static const char *row_name(const void *rows, size_t i)
{
    const seg_param *row = (const seg_param *)rows + i / 2;

    return i % 2 ? row->alias : row->name;
}

static seg_status unknown(const seg_param *rows, const char *owner, const char *name, seg_error *err)
{
    size_t n = 0;
    const char *near;

    while (rows && rows[n].name)
        n++;
    if (n == 0)
        return seg_fail(err, SEG_USAGE, "%s has no parameters, but '%s' was given", owner, name);
    near = seg_nearest(name, 2 * n, row_name, rows);
    return near ? seg_fail(err, SEG_USAGE, "%s has no parameter '%s' (did you mean '%s'?)", owner, name, near)
                : seg_fail(err, SEG_USAGE, "%s has no parameter '%s' (see 'segloss describe %s')", owner, name, owner);
}

static const seg_param *find_row(const seg_param *rows, const char *name)
{
    for (const seg_param *row = rows; row && row->name; row++)
        if (seg_same_name(row->name, name) || (row->alias && seg_same_name(row->alias, name)))
            return row;
    return NULL;
}

seg_status seg_params_set(const seg_param *rows, const char *owner, const char *name, const char *text, void *params,
                          seg_error *err)
{
    const seg_param *row = find_row(rows, name);

    struct typed typed = {owner, name, text};

    return row ? read_row(row, &typed, params, err) : unknown(rows, owner, name, err);
}

/* A parameter given twice, under one name or its other one: which was meant is not ours to guess. */
static seg_status set_once(const seg_param *rows, const char *owner, const char *name, const char *text, void *params,
                           uint64_t *given, seg_error *err)
{
    const seg_param *row = find_row(rows, name);
    uint64_t bit = row ? (uint64_t)1 << ((row - rows) & 63) : 0;

    if (*given & bit)
        return seg_fail(err, SEG_USAGE, "%s: %s%s%s%s is given twice, once was wanted", owner, row->name,
                        row->alias ? " (also called " : "", row->alias ? row->alias : "", row->alias ? ")" : "");
    *given |= bit;
    return seg_params_set(rows, owner, name, text, params, err);
}

seg_status seg_params_read(const seg_param *rows, const char *owner, const char *text, void *params, seg_error *err)
{
    char *copy, *rest, *piece;
    uint64_t given = 0;
    seg_status st = SEG_OK;

    if (!text || !*text)
        return SEG_OK;
    copy = rest = seg_copy(text, SIZE_MAX);
    if (!copy)
        return seg_fail(err, SEG_MEMORY, "not enough memory for the parameters of %s", owner);
    while (!st && (piece = strsep(&rest, ","))) {
        char *equals = strchr(piece, '=');

        piece += strspn(piece, " "); /* "fn=0.7, fp=0.3" */
        if (!equals) {
            st = seg_fail(err, SEG_USAGE, "%s: '%s' is no parameter, name=value was wanted", owner, piece);
        } else {
            *equals = '\0';
            st = set_once(rows, owner, piece, equals + 1, params, &given, err);
        }
    }
    free(copy);
    return st;
}

/* ---- printing ---- */

static void write_numbers(const seg_param *row, const seg_numbers *list, seg_string *out)
{
    char number[SEG_NUMBER_ROOM];

    if (list->word >= 0 && row->choices) {
        seg_string_add(out, row->choices[list->word]);
        return;
    }
    if (row->strata && list->n == 2) {
        seg_string_printf(out, "%s-", seg_number(number, list->x[0]));
        seg_string_add(out, isinf(list->x[1]) ? "" : seg_number(number, list->x[1]));
        return;
    }
    for (size_t i = 0; i < list->n; i++)
        seg_string_printf(out, "%s%s%s%s", i ? "/" : "", list->cls ? list->cls[i] : "", list->cls ? ":" : "",
                          row->words ? row->choices[(int)list->x[i]] : seg_number(number, list->x[i]));
}

static void write_classes(const seg_param *row, const seg_classes *classes, seg_string *out)
{
    static const char *const words[] = {"", "fg", "all", "present", "present-fg"};

    if (classes->kind == SEG_CLASSES_PRESET) {
        seg_string_add(out, row->classes ? row->classes : "fg");
        return;
    }
    if (classes->kind != SEG_CLASSES_LISTED) {
        seg_string_add(out, words[classes->kind]);
        return;
    }
    for (size_t i = 0; i < classes->n; i++) {
        seg_string_printf(out, "%s%lld", i ? "/" : "", (long long)classes->range[i][0]);
        if (classes->range[i][1] != classes->range[i][0])
            seg_string_printf(out, "-%lld", (long long)classes->range[i][1]);
    }
}

void seg_params_write_value(const seg_param *row, const void *params, seg_string *out)
{
    const void *at = field_of(row, params);
    char number[SEG_NUMBER_ROOM];

    switch (row->type) {
    case SEG_PARAM_NUMBER:
        seg_string_add(out, seg_number(number, *(const double *)at));
        break;
    case SEG_PARAM_INTEGER:
        seg_string_printf(out, "%d", *(const int *)at);
        break;
    case SEG_PARAM_SWITCH:
        seg_string_add(out, *(const int *)at ? "yes" : "no");
        break;
    case SEG_PARAM_CHOICE:
        seg_string_add(out, row->choices[*(const int *)at]);
        break;
    case SEG_PARAM_NUMBERS:
        write_numbers(row, at, out);
        break;
    case SEG_PARAM_CLASSES:
        write_classes(row, at, out);
        break;
    case SEG_PARAM_FILE:
        seg_string_add(out, *(char *const *)at ? *(char *const *)at : "");
        break;
    }
}

static bool is_preset(const seg_param *row, const void *params)
{
    const void *at = field_of(row, params);
    const seg_numbers *list = at;

    switch (row->type) {
    case SEG_PARAM_NUMBER:
        return *(const double *)at == row->preset;
    case SEG_PARAM_NUMBERS:
        return row->choices ? list->word == (int)row->preset : list->n == 1 && list->x[0] == row->preset;
    case SEG_PARAM_CLASSES:
        return ((const seg_classes *)at)->kind == SEG_CLASSES_PRESET;
    case SEG_PARAM_FILE:
        return !*(char *const *)at;
    default:
        return *(const int *)at == (int)row->preset;
    }
}

/* Whether the specification "a=1,b=x/y" uses this name. */
static bool uses_name(const char *spec, const char *name)
{
    while (spec && *spec) {
        size_t length;
        char key[64];

        spec += strspn(spec, " ");
        length = strcspn(spec, "=,");
        snprintf(key, sizeof key, "%.*s", (int)length, spec);
        if (seg_same_name(key, name))
            return true;
        spec += strcspn(spec, ",");
        spec += *spec == ',';
    }
    return false;
}

void seg_params_write(const seg_param *rows, const void *params, const char *separator, seg_string *out)
{
    seg_params_write_as(rows, params, NULL, separator, out);
}

void seg_params_write_as(const seg_param *rows, const void *params, const char *typed, const char *separator,
                         seg_string *out)
{
    bool first = true;

    for (const seg_param *row = rows; row && row->name; row++) {
        if (is_preset(row, params))
            continue;
        seg_string_printf(out, "%s%s=", first ? "" : separator,
                          row->alias && uses_name(typed, row->alias) ? row->alias : row->name);
        seg_params_write_value(row, params, out);
        first = false;
    }
}

void seg_params_write_preset(const seg_param *row, seg_string *out)
{
    char number[SEG_NUMBER_ROOM];

    if (row->type == SEG_PARAM_CLASSES)
        seg_string_add(out, row->classes ? row->classes : "fg");
    else if (row->type == SEG_PARAM_SWITCH)
        seg_string_add(out, row->preset != 0 ? "yes" : "no");
    else if (row->choices)
        seg_string_add(out, row->choices[(int)row->preset]);
    else if (row->type != SEG_PARAM_FILE)
        seg_string_add(out, seg_number(number, row->preset));
}

static void write_interval(const seg_param *row, seg_string *out)
{
    char low[SEG_NUMBER_ROOM], high[SEG_NUMBER_ROOM];
    const char *kind = row->type == SEG_PARAM_INTEGER   ? "a whole number"
                       : row->type == SEG_PARAM_NUMBERS ? "one or more numbers"
                                                        : "a number";

    if (row->min == row->max)
        seg_string_add(out, kind);
    else if (isinf(row->max))
        seg_string_printf(out, "%s %s %s", kind, row->above ? ">" : ">=", seg_number(low, row->min));
    else
        seg_string_printf(out, "%s in %c%s, %s%c", kind, row->above ? '(' : '[', seg_number(low, row->min),
                          seg_number(high, row->max), row->below ? ')' : ']');
}

void seg_params_write_range(const seg_param *row, seg_string *out)
{
    if (row->type == SEG_PARAM_SWITCH) {
        seg_string_add(out, "yes or no");
    } else if (row->type == SEG_PARAM_CLASSES) {
        seg_string_add(out, "fg, all, present, present-fg or ids such as 1-3/7");
    } else if (row->type == SEG_PARAM_FILE) {
        seg_string_add(out, "a file");
    } else if (row->type == SEG_PARAM_CHOICE || row->type == SEG_PARAM_NUMBERS) {
        int n = count_words(row->choices);

        for (int i = 0; i < n; i++)
            seg_string_printf(out, "%s%s",
                              i == 0                                        ? ""
                              : i == n - 1 && row->type == SEG_PARAM_CHOICE ? " or "
                                                                            : ", ",
                              row->choices[i]);
        if (row->words) {
            seg_string_add(out, ", or some of them separated by '/'");
        } else if (row->type == SEG_PARAM_NUMBERS) {
            seg_string_add(out, n ? ", or " : "");
            write_interval(row, out);
            seg_string_add(out, " separated by '/'");
            if (row->by_class)
                seg_string_add(out, ", or CLASS:NUMBER/CLASS:NUMBER, or a file of lines 'CLASS NUMBER'");
        }
    } else {
        write_interval(row, out);
    }
}

/* ---- classes ---- */

void seg_classes_free(seg_classes *classes)
{
    free(classes->range);
    *classes = (seg_classes){0};
}

static bool read_range(char *piece, int64_t range[2])
{
    char *dash = strchr(piece + (*piece == '-'), '-');

    if (dash)
        *dash = '\0';
    return seg_read_int64(piece, &range[0]) && seg_read_int64(dash ? dash + 1 : piece, &range[1]) &&
           range[0] <= range[1];
}

seg_status seg_classes_read(seg_classes *classes, const char *text, seg_error *err)
{
    static const char *const words[] = {"", "fg", "all", "present", "present-fg", NULL};
    seg_classes out = {.kind = SEG_CLASSES_LISTED};
    int word = *text ? find_word(words, text) : -1;
    size_t room = 0;
    char *copy = seg_copy(text, SIZE_MAX), *rest = copy, *piece;
    seg_status st = copy ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a class list");

    if (word > 0)
        out.kind = (seg_classes_kind)word;
    while (!st && word <= 0 && (piece = strsep(&rest, "/,"))) {
        int64_t range[2];

        if (!read_range(piece, range))
            st = seg_fail(err, SEG_USAGE,
                          "classes=%s is no list of classes, fg, all, present, present-fg or ids such "
                          "as 1-3/7 were wanted",
                          text);
        if (!st)
            st = seg_grow(&out.range, &room, out.n + 1, sizeof *out.range, "a class list", err);
        if (!st)
            memcpy(out.range[out.n++], range, sizeof range);
    }
    free(copy);
    if (st) {
        seg_classes_free(&out);
        return st;
    }
    seg_classes_free(classes);
    *classes = out;
    return SEG_OK;
}

bool seg_classes_has(const seg_classes *classes, seg_classes_kind preset, int64_t id, bool foreground, bool present)
{
    switch (classes->kind == SEG_CLASSES_PRESET ? preset : classes->kind) {
    case SEG_CLASSES_ALL:
        return true;
    case SEG_CLASSES_PRESENT:
        return present;
    case SEG_CLASSES_PRESENT_FG:
        return present && foreground;
    case SEG_CLASSES_LISTED:
        for (size_t i = 0; i < classes->n; i++)
            if (classes->range[i][0] <= id && id <= classes->range[i][1])
                return true;
        return false;
    default:
        return foreground;
    }
}
