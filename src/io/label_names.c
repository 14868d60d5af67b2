/* label_names.c - label files of the field, told apart by what is in them.
 *
 *     BIDS dseg.tsv      a header line with the columns index and name
 *     nnU-Net            {"labels": {"background": 0, "liver": 1, "ignore": 2}}, or names by number (version 1)
 *     BIDS probseg.json  {"LabelMap": ["background", "liver"]}
 *     ITK-SNAP           1  255 0 0  1 1 1  "liver"
 *     FreeSurfer         1  liver  255 0 0 0
 *     list               1 liver
 *
 * Where an id is named twice the first name stays: FreeSurfer's own table does that.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../base/json.h"
#include "../base/memory.h"
#include "../base/text.h"
#include "input.h"
#include "read.h"

/* A label file is a page of text; FreeSurfer's, the longest, has 100 kB. */
enum { MOST_BYTES = 16 << 20 };

typedef struct {
    const char *path;
    seg_label_name *names;
    size_t n, room;
    bool *has_ignore;
    int64_t *ignore;
} list;

static seg_status add(list *l, int64_t id, const char *text, size_t length, seg_error *err)
{
    seg_status st;

    for (size_t i = 0; i < l->n; i++)
        if (l->names[i].id == id)
            return SEG_OK;
    st = seg_grow(&l->names, &l->room, l->n + 1, sizeof *l->names, "label names", err);
    if (st)
        return st;
    l->names[l->n] = (seg_label_name){id, seg_copy(text, length)};
    if (!l->names[l->n].text)
        return seg_fail(err, SEG_MEMORY, "not enough memory for label names (close other programs)");
    l->n++;
    return SEG_OK;
}

/* ---- lines of text ---- */

typedef struct {
    const char *at, *end; /* the piece, without blanks around it */
} piece;

static piece trimmed(const char *at, const char *end)
{
    while (at < end && isspace((unsigned char)*at))
        at++;
    while (end > at && isspace((unsigned char)end[-1]))
        end--;
    return (piece){at, end};
}

static bool is_number(piece p, int64_t *x)
{
    char text[24];
    size_t n = (size_t)(p.end - p.at);

    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, p.at, n);
    text[n] = 0;
    return seg_read_int64(text, x);
}

/* Cuts the first word off *rest. */
static piece word(piece *rest)
{
    const char *end = rest->at;

    while (end < rest->end && !isspace((unsigned char)*end))
        end++;
    piece w = {rest->at, end};
    *rest = trimmed(end, rest->end);
    return w;
}

/* Cuts the last word off *rest. */
static piece last_word(piece *rest)
{
    const char *at = rest->end;

    while (at > rest->at && !isspace((unsigned char)at[-1]))
        at--;
    piece w = {at, rest->end};
    *rest = trimmed(rest->at, at);
    return w;
}

static piece unquoted(piece p)
{
    if (p.end - p.at >= 2 && *p.at == '"' && p.end[-1] == '"')
        return (piece){p.at + 1, p.end - 1};
    return p;
}

/* Behind the id: ITK-SNAP's six numbers and a name in quotes. */
static bool itk_snap(piece rest, piece *name)
{
    for (int i = 0; i < 6; i++) {
        piece w = word(&rest);
        double x;
        char text[24];
        size_t n = (size_t)(w.end - w.at);

        if (n == 0 || n >= sizeof text)
            return false;
        memcpy(text, w.at, n);
        text[n] = 0;
        if (!seg_read_double(text, &x))
            return false;
    }
    *name = unquoted(rest);
    return rest.at < rest.end && *rest.at == '"';
}

/* Behind the id: FreeSurfer's name and four numbers. */
static bool freesurfer(piece rest, piece *name)
{
    for (int i = 0; i < 4; i++) {
        int64_t x;

        if (!is_number(last_word(&rest), &x))
            return false;
    }
    *name = rest;
    return rest.at < rest.end;
}

/* The id at the front of a line, and what follows it and a comma, colon or equals sign. */
static bool leading_id(piece *line, int64_t *id)
{
    const char *end = line->at + (line->at < line->end && *line->at == '-');

    while (end < line->end && isdigit((unsigned char)*end))
        end++;
    if (!is_number((piece){line->at, end}, id))
        return false;
    *line = trimmed(end, line->end);
    if (line->at < line->end && strchr(",:=", *line->at))
        *line = trimmed(line->at + 1, line->end);
    else if (line->at == end)
        return false;
    return line->at < line->end;
}

static seg_status add_line(list *l, piece line, size_t number, seg_error *err)
{
    int64_t id;
    piece name;

    if (line.at == line.end || *line.at == '#' || (line.end - line.at > 1 && !memcmp(line.at, "//", 2)))
        return SEG_OK;
    if (!leading_id(&line, &id))
        return seg_fail(err, SEG_READ,
                        "%s: line %zu is not \"id name\", a list of labels was wanted (see the manual "
                        "for the label files that are known)",
                        l->path, number);
    if (!itk_snap(line, &name) && !freesurfer(line, &name))
        name = unquoted(line);
    return add(l, id, name.at, (size_t)(name.end - name.at), err);
}

/* ---- tab-separated columns ---- */

/* Column `index` of a line, from 0. */
static piece column(piece line, size_t index)
{
    const char *at = line.at;

    for (size_t i = 0;; i++) {
        const char *tab = memchr(at, '\t', (size_t)(line.end - at));

        if (i == index)
            return trimmed(at, tab ? tab : line.end);
        if (!tab)
            return (piece){line.end, line.end};
        at = tab + 1;
    }
}

static bool is_text(piece p, const char *text)
{
    return (size_t)(p.end - p.at) == strlen(text) && !strncasecmp(p.at, text, strlen(text));
}

/* The column of that name in the header line; SIZE_MAX when there is none. */
static size_t column_named(piece header, const char *name)
{
    size_t columns = 1;

    for (const char *c = header.at; c < header.end; c++)
        columns += *c == '\t';
    for (size_t i = 0; i < columns; i++)
        if (is_text(column(header, i), name))
            return i;
    return SIZE_MAX;
}

static seg_status add_row(list *l, piece line, size_t number, size_t index, size_t name, seg_error *err)
{
    piece text = column(line, name);
    int64_t id;

    if (trimmed(line.at, line.end).at == line.end)
        return SEG_OK;
    if (!is_number(column(line, index), &id))
        return seg_fail(err, SEG_READ,
                        "%s: line %zu has no whole number in the column index, a label was wanted "
                        "(correct the line)",
                        l->path, number);
    return add(l, id, text.at, (size_t)(text.end - text.at), err);
}

static seg_status add_lines(list *l, const char *text, const char *end, seg_error *err)
{
    size_t index = SIZE_MAX, name = SIZE_MAX, number = 0;
    seg_status st = SEG_OK;

    while (!st && text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        piece line = {text, stop ? stop : end};

        number++;
        text = stop ? stop + 1 : end;
        if (number == 1) {
            index = column_named(line, "index");
            name = column_named(line, "name");
            if (index != SIZE_MAX && name != SIZE_MAX)
                continue;
            index = SIZE_MAX;
        }
        st = index != SIZE_MAX ? add_row(l, line, number, index, name, err)
                               : add_line(l, trimmed(line.at, line.end), number, err);
    }
    return st;
}

/* ---- JSON ---- */

static seg_status add_entry(list *l, const char *key, const seg_json *value, seg_error *err)
{
    int64_t id;

    if (seg_json_is(value, SEG_JSON_ARRAY) && value->n == 1)
        value = value->first;
    if (seg_json_is(value, SEG_JSON_TEXT)) /* version 1: number to name */
        return seg_read_int64(key, &id) ? add(l, id, value->text, SIZE_MAX, err) : SEG_OK;
    if (!seg_json_is(value, SEG_JSON_INTEGER)) /* a region of several labels */
        return SEG_OK;
    if (!strcmp(key, "ignore")) {
        *l->has_ignore = true;
        *l->ignore = value->integer;
    }
    return add(l, value->integer, key, SIZE_MAX, err);
}

static seg_status add_json(list *l, const seg_json *root, seg_error *err)
{
    const seg_json *labels = seg_json_get(root, "labels"), *map = seg_json_get(root, "LabelMap");
    int64_t id = 0;
    seg_status st = SEG_OK;

    if (seg_json_is(labels, SEG_JSON_OBJECT)) {
        for (const seg_json *value = labels->first; value && !st; value = value->next)
            st = add_entry(l, value->key, value, err);
        return st;
    }
    if (!seg_json_is(map, SEG_JSON_ARRAY))
        return seg_fail(err, SEG_READ,
                        "%s: is JSON without \"labels\" or \"LabelMap\", one of them was wanted (give "
                        "nnU-Net's dataset.json)",
                        l->path);
    for (const seg_json *name = map->first; name && !st; name = name->next, id++)
        if (name->type == SEG_JSON_TEXT)
            st = add(l, id, name->text, SIZE_MAX, err);
    return st;
}

static seg_status parse_json(list *l, const char *text, size_t n, seg_error *err)
{
    seg_json_document document;
    seg_error why = {0};
    seg_status st = seg_json_parse(&document, text, n, NULL, &why);

    if (st)
        st = seg_fail(err, st, "%s: %s%s", l->path, why.text,
                      st == SEG_READ ? ", a JSON object was wanted (correct the file)" : "");
    else
        st = add_json(l, document.root, err);
    seg_json_free(&document);
    return st;
}

/* ---- the file ---- */

static seg_status parse(list *l, const char *text, size_t n, seg_error *err)
{
    const char *end = text + n;
    seg_status st;

    if (memchr(text, 0, n))
        return seg_fail(err, SEG_READ, "%s: is not text, a label file was wanted (give a TSV, JSON or text file)",
                        l->path);
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        text += 3;
    st = trimmed(text, end).at < end && *trimmed(text, end).at == '{' ? parse_json(l, text, (size_t)(end - text), err)
                                                                      : add_lines(l, text, end, err);
    if (!st && l->n == 0)
        st = seg_fail(err, SEG_READ, "%s: names no label, at least one was wanted (give a TSV, JSON or text file)",
                      l->path);
    return st;
}

static seg_status read_text(char **text, size_t *n, const char *path, seg_error *err)
{
    seg_input input;
    seg_status st = seg_input_open(&input, path, MOST_BYTES, err);

    *text = NULL;
    if (st)
        return st;
    *n = (size_t)input.size;
    if (input.size > MOST_BYTES)
        st = seg_fail(err, SEG_READ, "%s: has %.1f MB, a label file of at most %d MB was wanted (check the name)", path,
                      (double)input.size / 1e6, MOST_BYTES >> 20);
    if (!st)
        st = seg_alloc(text, *n + 1, 1, "a label file", err);
    if (!st)
        st = seg_input_at(&input, 0, *text, *n, err);
    seg_input_close(&input);
    return st;
}

seg_status seg_label_names_read(seg_label_name **names, size_t *n, bool *has_ignore, int64_t *ignore, const char *path,
                                seg_error *err)
{
    list l = {.path = path, .has_ignore = has_ignore, .ignore = ignore};
    char *text;
    size_t bytes;
    seg_status st = read_text(&text, &bytes, path, err);

    if (!st)
        st = parse(&l, text, bytes, err);
    free(text);
    if (st) {
        seg_label_names_free(l.names, l.n);
        l = (list){0};
    }
    *names = l.names;
    *n = l.n;
    return st;
}

void seg_label_names_free(seg_label_name *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i].text);
    free(names);
}
