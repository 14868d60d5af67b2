/* read_json.c - reads JSON documents and JSONL lines of `segloss eval` back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/json.h"
#include "../base/memory.h"
#include "json_text.h"
#include "read_parts.h"

typedef seg_json json;

/* Where in the file something is wrong, for messages: "line 3" of JSONL, "case 3" of a document. */
typedef struct {
    const char *unit;
    size_t number;
} place;

static seg_status bad(const place *at, const char *key, const char *wanted, seg_error *err)
{
    return seg_fail(err, SEG_READ, "%s %zu: \"%s\" is missing or of the wrong kind, %s was wanted", at->unit,
                    at->number, key, wanted);
}

/* The text at the key; NULL when it is null or missing. */
static const char *text_at(const json *object, const char *key)
{
    return seg_json_string(seg_json_get(object, key));
}

/* The first element of a value of that type; NULL when it is empty, missing or of another type. */
static const json *first_of(const json *value, seg_json_type type)
{
    return seg_json_is(value, type) ? value->first : NULL;
}

/* A JSON value as the text that our options print it with; nothing for null. */
static void add_plain(seg_string *out, const json *value)
{
    if (seg_json_is(value, SEG_JSON_TEXT))
        seg_string_add(out, value->text);
    else if (seg_json_is(value, SEG_JSON_BOOLEAN))
        seg_string_add(out, value->boolean ? "yes" : "no");
    else if (value && value->type != SEG_JSON_NULL)
        seg_json_value(out, value);
}

static void add_params(seg_string *out, const json *params)
{
    for (const json *value = first_of(params, SEG_JSON_OBJECT); value; value = value->next) {
        seg_string_printf(out, "%s%s=", out->length ? ";" : "", value->key);
        add_plain(out, value);
    }
}

static double number_of(const json *row)
{
    const json *value = seg_json_get(row, "value"), *infinite = seg_json_get(row, "infinite");

    if (seg_json_is_number(value))
        return seg_json_real(value);
    return infinite ? seg_json_real(infinite) < 0 ? -INFINITY : INFINITY : NAN;
}

static seg_status read_place_of_row(seg_row *row, seg_case *c, const json *object, const place *at, seg_error *err)
{
    const json *slice = seg_json_get(object, "slice"), *cls = seg_json_get(object, "class");

    row->slice = row->cls = -1;
    if (seg_json_string(slice) && !strcmp(seg_json_string(slice), "mean")) {
        row->slice = SEG_SLICE_MEAN;
        row->slices = (size_t)seg_json_integer(seg_json_get(object, "slices"));
    } else if (slice && slice->type != SEG_JSON_INTEGER) {
        return bad(at, "slice", "a whole number or null", err);
    }
    if (cls && cls->type != SEG_JSON_INTEGER)
        return bad(at, "class", "a whole number or null", err);
    if (slice && row->slice != SEG_SLICE_MEAN)
        row->slice = (long)slice->integer;
    if (cls)
        row->cls = seg_case_class_index(c, cls->integer, text_at(object, "label"), err);
    return cls && row->cls < 0 ? SEG_MEMORY : SEG_OK;
}

static seg_status read_row(seg_case *c, const json *object, const place *at, seg_error *err)
{
    const json *value = seg_json_get(object, "value");
    const char *kind = text_at(object, "kind");
    seg_string params = {0};
    seg_row row = {.measure = text_at(object, "measure"),
                   .unit = text_at(object, "unit"),
                   .status = text_at(object, "status"),
                   .value = number_of(object)};
    seg_status st = SEG_OK;

    if (!row.measure || !*row.measure)
        return bad(at, "measure", "a name", err);
    if (!kind || (strcmp(kind, "loss") && strcmp(kind, "metric")))
        return bad(at, "kind", "\"loss\" or \"metric\"", err);
    if (value && !seg_json_is_number(value))
        return bad(at, "value", "a number or null", err);
    row.kind = strcmp(kind, "loss") ? SEG_KIND_METRIC : SEG_KIND_LOSS;
    st = read_place_of_row(&row, c, object, at, err);
    add_params(&params, seg_json_get(object, "params"));
    if (!st)
        st = seg_string_check(&params, err);
    row.params = params.text;
    if (!st)
        st = seg_case_add(c, &row, err);
    seg_string_free(&params);
    return st;
}

static seg_status read_classes(seg_case *c, const json *classes, const place *at, seg_error *err)
{
    seg_status st = SEG_OK;

    for (const json *cls = first_of(classes, SEG_JSON_ARRAY); cls && !st; cls = cls->next) {
        const json *id = seg_json_get(cls, "class");

        if (!seg_json_is(id, SEG_JSON_INTEGER))
            return bad(at, "classes", "a list of {\"class\": ID, \"label\": NAME}", err);
        st = seg_case_add_class(c, id->integer, text_at(cls, "label"), err);
    }
    return st;
}

static uint64_t count_at(const json *object, const char *key)
{
    int64_t n = seg_json_integer(seg_json_get(object, key));

    return n > 0 ? (uint64_t)n : 0;
}

/* The counts of all classes, or of none. */
static seg_status read_counts(seg_case *c, const json *classes, seg_error *err)
{
    size_t k = 0;
    seg_status st = SEG_OK;

    for (const json *cls = first_of(classes, SEG_JSON_ARRAY); cls && !st; cls = cls->next, k++) {
        const json *counts = seg_json_get(cls, "counts");

        if (!counts)
            return SEG_OK;
        st = seg_case_add_counts(c, err);
        if (!st)
            c->counts[k] = (seg_case_counts){count_at(counts, "tp"), count_at(counts, "fp"), count_at(counts, "fn"),
                                             count_at(counts, "tn")};
    }
    return st;
}

static seg_status read_confusion(seg_case *c, const json *matrix, const place *at, seg_error *err)
{
    size_t i = 0;
    seg_status st;

    if (!matrix)
        return SEG_OK;
    if (!seg_json_is(matrix, SEG_JSON_ARRAY) || (matrix->n != c->n_classes && matrix->n != c->n_classes + 1))
        return bad(at, "confusion", "a row for each class", err);
    st = seg_case_add_confusion(c, matrix->n, err);
    for (const json *row = matrix->first; row && !st; row = row->next) {
        if (!seg_json_is(row, SEG_JSON_ARRAY) || row->n != c->confused)
            return bad(at, "confusion", "rows as long as the matrix is high", err);
        for (const json *cell = row->first; cell; cell = cell->next)
            c->confusion[i++] = seg_json_integer(cell) > 0 ? (uint64_t)seg_json_integer(cell) : 0;
    }
    return st;
}

static bool is_list_of_three(const json *value)
{
    return seg_json_is(value, SEG_JSON_ARRAY) && value->n == 3;
}

static seg_status read_grid(seg_case *c, const json *object, const place *at, seg_error *err)
{
    const json *shape = seg_json_get(object, "shape"), *spacing = seg_json_get(object, "spacing");

    if (!shape || !spacing)
        return SEG_OK;
    if (!is_list_of_three(shape))
        return bad(at, "shape", "a list of three numbers", err);
    if (!is_list_of_three(spacing))
        return bad(at, "spacing", "a list of three numbers", err);
    shape = shape->first;
    spacing = spacing->first;
    for (size_t axis = 0; axis < 3; axis++, shape = shape->next, spacing = spacing->next) {
        c->shape[axis] = (size_t)seg_json_integer(shape);
        c->spacing[axis] = seg_json_real(spacing);
    }
    return SEG_OK;
}

static seg_status read_names(seg_case *c, const json *object, const place *at, seg_error *err)
{
    const char *status = text_at(object, "status"), *message = text_at(object, "message");
    seg_status st = seg_case_name(c, c->name, text_at(object, "prediction"), text_at(object, "truth"), err);

    if (!st && !status)
        st = bad(at, "status", "\"ok\" or the kind of failure", err);
    if (st)
        return st;
    c->status = seg_intern_keep(&c->pool, status);
    c->message = seg_intern_keep(&c->pool, message);
    return c->status && (c->message || !message) ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a report");
}

static seg_status read_setting(seg_report_file *file, const json *value, seg_error *err)
{
    bool null = value->type == SEG_JSON_NULL;
    seg_string text = {0};
    seg_setting setting = {0};
    seg_status st = seg_grow(&file->settings, &file->room_settings, file->n_settings + 1, sizeof *file->settings,
                             "the settings of a report", err);

    add_plain(&text, value);
    setting.name = seg_intern_keep(&file->pool, value->key);
    setting.value = null ? NULL : seg_intern_keep(&file->pool, text.text ? text.text : "");
    if (!st && (text.failed || !setting.name || (!null && !setting.value)))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for the settings of a report");
    if (!st)
        file->settings[file->n_settings++] = setting;
    seg_string_free(&text);
    return st;
}

static seg_status read_settings(seg_report_file *file, const json *settings, seg_error *err)
{
    seg_status st = SEG_OK;

    for (const json *value = first_of(settings, SEG_JSON_OBJECT); value && !st; value = value->next)
        st = read_setting(file, value, err);
    return st;
}

static seg_status keep_shard_settings(seg_case *c, const json *settings, seg_error *err)
{
    seg_string text = {0};

    seg_json_value(&text, settings);
    c->shard.settings = text.failed ? NULL : seg_intern_keep(&c->pool, text.text);
    seg_string_free(&text);
    return c->shard.settings ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a report");
}

/* Where the case belongs in a sharded run. The settings of the file are those of its first case. */
static seg_status read_shard(seg_report_file *file, seg_case *c, const json *shard, const place *at, seg_error *err)
{
    const json *settings = seg_json_get(shard, "settings");
    int64_t part, parts, index, cases;
    seg_status st;

    if (!shard)
        return SEG_OK;
    part = seg_json_integer(seg_json_get(shard, "part"));
    parts = seg_json_integer(seg_json_get(shard, "parts"));
    index = seg_json_integer(seg_json_get(shard, "index"));
    cases = seg_json_integer(seg_json_get(shard, "cases"));
    if (part < 1 || part > parts || index < 0 || index >= cases || index % parts != part - 1 || !settings)
        return bad(at, "shard", "the place of a case in a sharded run", err);
    c->shard = (seg_case_shard){(size_t)part, (size_t)parts, (size_t)index, (size_t)cases, NULL};
    st = keep_shard_settings(c, settings, err);
    return st || file->n_settings ? st : read_settings(file, settings, err);
}

static void read_numbers(const json *list, size_t *out, size_t n)
{
    const json *value = first_of(list, SEG_JSON_ARRAY);

    for (size_t i = 0; i < n && value; i++, value = value->next)
        out[i] = (size_t)seg_json_integer(value);
}

static seg_status read_error(seg_case *c, const json *object, const place *at, seg_error *err)
{
    const json *ml = seg_json_get(object, "ml"), *at_least = seg_json_get(object, "at_least");
    seg_case_error e = {.truth = seg_json_integer(seg_json_get(object, "truth")),
                        .called = seg_json_integer(seg_json_get(object, "prediction")),
                        .words = text_at(object, "words"),
                        .volume = seg_json_real(ml ? ml : seg_json_get(object, "px")),
                        .depth = seg_json_real(seg_json_get(object, "depth")),
                        .at_least = seg_json_is(at_least, SEG_JSON_BOOLEAN) && at_least->boolean,
                        .score = seg_json_real(seg_json_get(object, "score"))};
    seg_status st;

    if (!e.words)
        return bad(at, "errors", "a list of {\"words\": TEXT, ...}", err);
    read_numbers(seg_json_get(object, "slices"), e.slice, 2);
    read_numbers(seg_json_get(object, "at"), e.at, 3);
    st = seg_case_set_units(c, ml ? "ml" : "px", ml ? "mm" : "px", err);
    return st ? st : seg_case_add_error(c, &e, err);
}

static seg_status read_errors(seg_case *c, const json *errors, const place *at, seg_error *err)
{
    seg_status st = SEG_OK;

    c->lists_errors = seg_json_is(errors, SEG_JSON_ARRAY);
    for (const json *e = first_of(errors, SEG_JSON_ARRAY); e && !st; e = e->next)
        st = read_error(c, e, at, err);
    return st;
}

static seg_status read_case(seg_report_file *file, const json *object, const place *at, seg_error *err)
{
    const char *name = text_at(object, "case");
    const json *rows = seg_json_get(object, "results");
    seg_case *c;
    seg_status st;

    if (!name)
        return bad(at, "case", "a name", err);
    if (!seg_json_is(rows, SEG_JSON_ARRAY))
        return bad(at, "results", "a list", err);
    c = seg_report_file_add(file, name, err);
    if (!c)
        return err ? err->status : SEG_READ;
    st = read_names(c, object, at, err);
    if (!st)
        st = read_grid(c, object, at, err);
    if (!st)
        st = read_classes(c, seg_json_get(object, "classes"), at, err);
    if (!st)
        st = read_errors(c, seg_json_get(object, "errors"), at, err);
    if (!st)
        st = read_counts(c, seg_json_get(object, "classes"), err);
    if (!st)
        st = read_confusion(c, seg_json_get(object, "confusion"), at, err);
    if (!st)
        st = read_shard(file, c, seg_json_get(object, "shard"), at, err);
    for (const json *row = rows->first; row && !st; row = row->next)
        st = read_row(c, row, at, err);
    return st;
}

/* `needed`: a document says which schema it follows; a line only may. */
static seg_status check_schema(const json *object, bool needed, seg_error *err)
{
    const json *schema = seg_json_get(object, "schema");

    if (!schema && !needed)
        return SEG_OK;
    if (!schema || schema->type != SEG_JSON_INTEGER)
        return seg_fail(err, SEG_READ, "has no \"schema\", a report of segloss eval was wanted");
    if (schema->integer != SEG_REPORT_SCHEMA)
        return seg_fail(err, SEG_READ, "has schema %lld, this segloss reads schema %d (use the version that wrote it)",
                        (long long)schema->integer, SEG_REPORT_SCHEMA);
    return SEG_OK;
}

/* A line of JSONL is a case, whole or torn; everything else that starts with a brace is a document. */
bool seg_report_is_document(const char *text, size_t length)
{
    static const char CASE[] = "{\"case\":", DOCUMENT[] = "{\"segloss\":"; /* as we write them: nothing is parsed */
    const char *line_end;
    bool is_case;
    seg_json_document line;

    if (!strncmp(text, CASE, sizeof CASE - 1) || !strncmp(text, DOCUMENT, sizeof DOCUMENT - 1))
        return text[2] == DOCUMENT[2];
    line_end = memchr(text, '\n', length);
    seg_json_parse(&line, text, line_end ? (size_t)(line_end - text) : length, NULL, NULL);
    is_case = seg_json_get(line.root, "case");
    seg_json_free(&line);
    return !is_case;
}

static seg_status read_document(seg_report_file *file, const json *document, seg_error *err)
{
    const json *cases = seg_json_get(document, "cases");
    place at = {"case", 1};
    seg_status st = check_schema(document, true, err);

    if (!st && !seg_json_is(cases, SEG_JSON_ARRAY))
        st = seg_fail(err, SEG_READ, "has no \"cases\", a report of segloss eval was wanted (without --summary-only)");
    if (!st)
        st = read_settings(file, seg_json_get(document, "settings"), err);
    for (const json *c = st ? NULL : cases->first; c && !st; c = c->next, at.number++)
        st = read_case(file, c, &at, err);
    return st;
}

seg_status seg_report_read_json(seg_report_file *file, const char *text, size_t length, seg_error *err)
{
    seg_json_document document;
    seg_error why = {0};
    seg_status st = seg_json_parse(&document, text, length, NULL, &why);

    file->format = seg_report_format_find("json");
    if (st)
        seg_fail(err, st, "%s%s", why.text, st == SEG_READ ? ", a report of segloss eval was wanted" : "");
    else
        st = read_document(file, document.root, err);
    seg_json_free(&document);
    return st;
}

/* A line of segloss sweep about a point of its grid: no case. */
static bool is_point(const json *line)
{
    const char *kind = text_at(line, "kind");

    return kind && !strcmp(kind, "sweep");
}

/* A last line without its line break is complete all the same when it parses. */
seg_status seg_report_read_line(seg_report_file *file, const char *text, size_t length, size_t number, seg_error *err)
{
    seg_json_document line;
    seg_error why = {0};
    place at = {"line", number};
    bool no_break = text[length - 1] != '\n';
    seg_status st = seg_json_parse(&line, text, length, NULL, &why);

    if (st == SEG_MEMORY)
        st = seg_fail(err, SEG_MEMORY, "line %zu: %s", number, why.text);
    else if (st && no_break)
        st = seg_fail(err, SEG_READ,
                      "line %zu: is cut off, a complete case was wanted (finish the run with segloss eval --resume)",
                      number);
    else if (st || !seg_json_is(line.root, SEG_JSON_OBJECT))
        st = seg_fail(err, SEG_READ, "line %zu: is not a JSON object, a case of segloss eval was wanted", number);
    else
        st = check_schema(line.root, false, err);
    if (!st && !is_point(line.root))
        st = read_case(file, line.root, &at, err);
    seg_json_free(&line);
    return st;
}

seg_status seg_report_read_jsonl(seg_report_file *file, const char *text, size_t length, seg_error *err)
{
    const char *end = text + length;
    seg_status st = SEG_OK;

    file->format = seg_report_format_find("jsonl");
    for (size_t number = 1; text < end && !st; number++) {
        const char *line_break = memchr(text, '\n', (size_t)(end - text));
        size_t n = line_break ? (size_t)(line_break + 1 - text) : (size_t)(end - text);

        if (strspn(text, " \t\r\n") < n)
            st = seg_report_read_line(file, text, n, number, err);
        text += n;
    }
    return st;
}
