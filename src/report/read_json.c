/* read_json.c - reads JSON documents and JSONL lines of `segloss eval` back with json-c. */
#include <json.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "read_parts.h"

typedef struct json_object json;

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
    json *value = json_object_object_get(object, key);

    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static bool is_number(const json *value)
{
    return json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int);
}

/* A JSON value as the text that our options print it with; NULL for null. */
static void add_plain(seg_string *out, json *value)
{
    char number[SEG_NUMBER_ROOM];

    if (json_object_is_type(value, json_type_double))
        seg_string_add(out, seg_number(number, json_object_get_double(value)));
    else if (json_object_is_type(value, json_type_boolean))
        seg_string_add(out, json_object_get_boolean(value) ? "yes" : "no");
    else if (value)
        seg_string_add(out, json_object_get_string(value));
}

static void add_params(seg_string *out, json *params)
{
    if (!json_object_is_type(params, json_type_object))
        return;
    json_object_object_foreach(params, key, value)
    {
        seg_string_printf(out, "%s%s=", out->length ? ";" : "", key);
        add_plain(out, value);
    }
}

static double number_of(const json *row)
{
    json *value = json_object_object_get(row, "value"), *infinite = json_object_object_get(row, "infinite");

    if (is_number(value))
        return json_object_get_double(value);
    return infinite ? json_object_get_int(infinite) < 0 ? -INFINITY : INFINITY : NAN;
}

static seg_status read_place_of_row(seg_row *row, seg_case *c, const json *object, const place *at, seg_error *err)
{
    json *slice = json_object_object_get(object, "slice"), *cls = json_object_object_get(object, "class");

    row->slice = row->cls = -1;
    if (slice && !json_object_is_type(slice, json_type_int))
        return bad(at, "slice", "a whole number or null", err);
    if (cls && !json_object_is_type(cls, json_type_int))
        return bad(at, "class", "a whole number or null", err);
    if (slice)
        row->slice = (long)json_object_get_int64(slice);
    if (cls)
        row->cls = seg_case_class_index(c, json_object_get_int64(cls), text_at(object, "label"), err);
    return cls && row->cls < 0 ? SEG_MEMORY : SEG_OK;
}

static seg_status read_row(seg_case *c, const json *object, const place *at, seg_error *err)
{
    json *value = json_object_object_get(object, "value");
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
    if (value && !is_number(value))
        return bad(at, "value", "a number or null", err);
    row.kind = strcmp(kind, "loss") ? SEG_KIND_METRIC : SEG_KIND_LOSS;
    st = read_place_of_row(&row, c, object, at, err);
    add_params(&params, json_object_object_get(object, "params"));
    if (!st)
        st = seg_string_check(&params, err);
    row.params = params.text;
    if (!st)
        st = seg_case_add(c, &row, err);
    seg_string_free(&params);
    return st;
}

static seg_status read_classes(seg_case *c, json *classes, const place *at, seg_error *err)
{
    size_t n = json_object_is_type(classes, json_type_array) ? json_object_array_length(classes) : 0;
    seg_status st = SEG_OK;

    for (size_t k = 0; k < n && !st; k++) {
        json *cls = json_object_array_get_idx(classes, k), *id = json_object_object_get(cls, "class");

        if (!json_object_is_type(id, json_type_int))
            return bad(at, "classes", "a list of {\"class\": ID, \"label\": NAME}", err);
        st = seg_case_add_class(c, json_object_get_int64(id), text_at(cls, "label"), err);
    }
    return st;
}

static seg_status read_grid(seg_case *c, const json *object, const place *at, seg_error *err)
{
    json *shape = json_object_object_get(object, "shape"), *spacing = json_object_object_get(object, "spacing");

    if (!shape || !spacing)
        return SEG_OK;
    if (!json_object_is_type(shape, json_type_array) || json_object_array_length(shape) != 3)
        return bad(at, "shape", "a list of three numbers", err);
    if (!json_object_is_type(spacing, json_type_array) || json_object_array_length(spacing) != 3)
        return bad(at, "spacing", "a list of three numbers", err);
    for (size_t axis = 0; axis < 3; axis++) {
        c->shape[axis] = (size_t)json_object_get_int64(json_object_array_get_idx(shape, axis));
        c->spacing[axis] = json_object_get_double(json_object_array_get_idx(spacing, axis));
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

static seg_status read_setting(seg_report_file *file, const char *name, json *value, seg_error *err)
{
    seg_string text = {0};
    seg_setting setting = {0};
    seg_status st = seg_grow(&file->settings, &file->room_settings, file->n_settings + 1, sizeof *file->settings,
                             "the settings of a report", err);

    add_plain(&text, value);
    setting.name = seg_intern_keep(&file->pool, name);
    setting.value = value ? seg_intern_keep(&file->pool, text.text ? text.text : "") : NULL;
    if (!st && (text.failed || !setting.name || (value && !setting.value)))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for the settings of a report");
    if (!st)
        file->settings[file->n_settings++] = setting;
    seg_string_free(&text);
    return st;
}

static seg_status read_settings(seg_report_file *file, json *settings, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!json_object_is_type(settings, json_type_object))
        return SEG_OK;
    json_object_object_foreach(settings, name, value)
    {
        if (!st)
            st = read_setting(file, name, value, err);
    }
    return st;
}

/* Where the case belongs in a sharded run. The settings of the file are those of its first case. */
static seg_status read_shard(seg_report_file *file, seg_case *c, json *shard, const place *at, seg_error *err)
{
    json *settings = json_object_object_get(shard, "settings");
    int64_t part, parts, index, cases;

    if (!shard)
        return SEG_OK;
    part = json_object_get_int64(json_object_object_get(shard, "part"));
    parts = json_object_get_int64(json_object_object_get(shard, "parts"));
    index = json_object_get_int64(json_object_object_get(shard, "index"));
    cases = json_object_get_int64(json_object_object_get(shard, "cases"));
    if (part < 1 || part > parts || index < 0 || index >= cases || index % parts != part - 1 || !settings)
        return bad(at, "shard", "the place of a case in a sharded run", err);
    c->shard = (seg_case_shard){(size_t)part, (size_t)parts, (size_t)index, (size_t)cases, NULL};
    c->shard.settings = seg_intern_keep(&c->pool, json_object_to_json_string_ext(settings, JSON_C_TO_STRING_PLAIN));
    if (!c->shard.settings)
        return seg_fail(err, SEG_MEMORY, "not enough memory for a report");
    return file->n_settings ? SEG_OK : read_settings(file, settings, err);
}

static seg_status read_case(seg_report_file *file, const json *object, const place *at, seg_error *err)
{
    const char *name = text_at(object, "case");
    json *rows = json_object_object_get(object, "results");
    size_t n = json_object_is_type(rows, json_type_array) ? json_object_array_length(rows) : 0;
    seg_case *c;
    seg_status st;

    if (!name)
        return bad(at, "case", "a name", err);
    if (!json_object_is_type(rows, json_type_array))
        return bad(at, "results", "a list", err);
    c = seg_report_file_add(file, name, err);
    if (!c)
        return err ? err->status : SEG_READ;
    st = read_names(c, object, at, err);
    if (!st)
        st = read_grid(c, object, at, err);
    if (!st)
        st = read_classes(c, json_object_object_get(object, "classes"), at, err);
    if (!st)
        st = read_shard(file, c, json_object_object_get(object, "shard"), at, err);
    for (size_t i = 0; i < n && !st; i++)
        st = read_row(c, json_object_array_get_idx(rows, i), at, err);
    return st;
}

/* `needed`: a document says which schema it follows; a line only may. */
static seg_status check_schema(const json *object, bool needed, seg_error *err)
{
    json *schema = json_object_object_get(object, "schema");

    if (!schema && !needed)
        return SEG_OK;
    if (!json_object_is_type(schema, json_type_int))
        return seg_fail(err, SEG_READ, "has no \"schema\", a report of segloss eval was wanted");
    if (json_object_get_int64(schema) != SEG_REPORT_SCHEMA)
        return seg_fail(err, SEG_READ, "has schema %lld, this segloss reads schema %d (use the version that wrote it)",
                        (long long)json_object_get_int64(schema), SEG_REPORT_SCHEMA);
    return SEG_OK;
}

/* What came of parsing a text. */
typedef struct {
    json *value;     /* NULL on failure */
    size_t offset;   /* where it went wrong */
    const char *why; /* json-c's words */
    bool torn;       /* the text ends too early */
    bool no_memory;
} parsed;

/* json-c 0.16 crashes, or leaves values out, when an allocation fails while it parses. So we ask beforehand whether
 * what it will need is there: our rows take about 20 times their text. */
static bool room_to_parse(size_t length)
{
    enum { TIMES_THE_TEXT = 20 };
    void *probe = malloc(TIMES_THE_TEXT * length + 1);
    bool room = probe != NULL;

    free(probe);
    return room;
}

/* One JSON value that fills the whole text. */
static parsed parse(const char *text, size_t length)
{
    struct json_tokener *tokener = length <= INT_MAX && room_to_parse(length) ? json_tokener_new() : NULL;
    enum json_tokener_error error;
    parsed result = {.no_memory = !tokener, .why = "it is larger than 2 GiB"};

    if (!tokener)
        return result;
    while (length && strchr(" \t\r\n", text[length - 1])) /* strict parsing refuses them behind the value */
        length--;
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    result.value = json_tokener_parse_ex(tokener, text, (int)length);
    result.offset = json_tokener_get_parse_end(tokener);
    error = json_tokener_get_error(tokener);
    result.torn = error == json_tokener_continue;
    result.no_memory = !result.value && error == json_tokener_success && strncmp(text, "null", 4);
    result.why = json_tokener_error_desc(error);
    json_tokener_free(tokener);
    return result;
}

static size_t lines_before(const char *text, size_t offset)
{
    size_t lines = 0;

    for (size_t i = 0; i < offset; i++)
        lines += text[i] == '\n';
    return lines;
}

/* A line of JSONL is a case, whole or torn; everything else that starts with a brace is a document. */
bool seg_report_is_document(const char *text, size_t length)
{
    static const char CASE[] = "{\"case\":", DOCUMENT[] = "{\"segloss\":"; /* as we write them: nothing is parsed */
    const char *line_end;
    bool is_case;
    parsed line;

    if (!strncmp(text, CASE, sizeof CASE - 1) || !strncmp(text, DOCUMENT, sizeof DOCUMENT - 1))
        return text[2] == DOCUMENT[2];
    line_end = memchr(text, '\n', length);
    line = parse(text, line_end ? (size_t)(line_end - text) : length);
    is_case = json_object_object_get(line.value, "case");
    json_object_put(line.value);
    return !is_case;
}

static seg_status not_json(const parsed *p, const char *text, seg_error *err)
{
    if (p->no_memory)
        return seg_fail(err, SEG_MEMORY, "not enough memory to read JSON, or %s", p->why);
    return seg_fail(err, SEG_READ, "line %zu: %s%s, a report of segloss eval was wanted",
                    lines_before(text, p->offset) + 1,
                    p->torn ? "the JSON document is cut off" : "is not JSON: ", p->torn ? "" : p->why);
}

static seg_status read_document(seg_report_file *file, json *document, seg_error *err)
{
    json *cases = json_object_object_get(document, "cases");
    place at = {"case", 1};
    seg_status st = check_schema(document, true, err);
    size_t n;

    if (!st && !json_object_is_type(cases, json_type_array))
        st = seg_fail(err, SEG_READ, "has no \"cases\", a report of segloss eval was wanted (without --summary-only)");
    if (!st)
        st = read_settings(file, json_object_object_get(document, "settings"), err);
    n = st ? 0 : json_object_array_length(cases);
    for (; at.number <= n && !st; at.number++)
        st = read_case(file, json_object_array_get_idx(cases, at.number - 1), &at, err);
    return st;
}

seg_status seg_report_read_json(seg_report_file *file, const char *text, size_t length, seg_error *err)
{
    parsed document = parse(text, length);
    seg_status st = document.value ? read_document(file, document.value, err) : not_json(&document, text, err);

    file->format = seg_report_format_find("json");
    json_object_put(document.value);
    return st;
}

/* A last line without its line break is complete all the same when it parses. */
static seg_status cut_off(const parsed *p, size_t number, seg_error *err)
{
    if (p->no_memory)
        return seg_fail(err, SEG_MEMORY, "line %zu: not enough memory to read JSON, or %s", number, p->why);
    return seg_fail(err, SEG_READ,
                    "line %zu: is cut off, a complete case was wanted (finish the run with segloss eval "
                    "--resume)",
                    number);
}

static seg_status not_a_case(const parsed *p, size_t number, seg_error *err)
{
    if (p->no_memory)
        return seg_fail(err, SEG_MEMORY, "line %zu: not enough memory to read JSON, or %s", number, p->why);
    return seg_fail(err, SEG_READ, "line %zu: is not a JSON object, a case of segloss eval was wanted", number);
}

seg_status seg_report_read_line(seg_report_file *file, const char *text, size_t length, size_t number, seg_error *err)
{
    parsed p = parse(text, length);
    place at = {"line", number};
    seg_status st;

    if (!p.value && text[length - 1] != '\n')
        st = cut_off(&p, number, err);
    else if (!json_object_is_type(p.value, json_type_object))
        st = not_a_case(&p, number, err);
    else
        st = check_schema(p.value, false, err);
    if (!st)
        st = read_case(file, p.value, &at, err);
    json_object_put(p.value);
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
