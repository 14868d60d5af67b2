/* json_text.c - writes JSON values. */
#include "json_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/utf8.h"

static void add_char(seg_string *out, const char *text, int length)
{
    static const char NAMED[] = "b\bf\fn\nr\rt\t\"\"\\\\"; /* pairs: letter after the backslash, character */
    unsigned char c = (unsigned char)*text;

    for (const char *pair = NAMED; length == 1 && *pair; pair += 2) {
        if (*text == pair[1]) {
            seg_string_printf(out, "\\%c", pair[0]);
            return;
        }
    }
    if (length == 0)
        seg_string_add(out, "\xef\xbf\xbd");
    else if (c < 0x20 || c == 0x7f)
        seg_string_printf(out, "\\u%04x", c);
    else
        seg_string_add_n(out, text, (size_t)length);
}

/* Length of the stretch that needs no escape, the usual case. */
static size_t harmless(const char *text)
{
    size_t n = 0;

    while (text[n] >= 0x20 && text[n] < 0x7f && text[n] != '"' && text[n] != '\\')
        n++;
    return n;
}

void seg_json_text(seg_string *out, const char *text)
{
    unsigned long code;

    if (!text) {
        seg_string_add(out, "null");
        return;
    }
    seg_string_add_n(out, "\"", 1);
    while (*text) {
        size_t plain = harmless(text);
        int length;

        seg_string_add_n(out, text, plain);
        text += plain;
        if (!*text)
            break;
        length = seg_utf8_next(text, &code);
        add_char(out, text, length);
        text += length > 0 ? length : 1;
    }
    seg_string_add_n(out, "\"", 1);
}

void seg_json_number(seg_string *out, double x, int digits)
{
    char number[SEG_NUMBER_ROOM];

    seg_string_add(out, isfinite(x) ? seg_number_digits(number, x, digits) : "null");
}

void seg_json_guess(seg_string *out, const char *text)
{
    char number[SEG_NUMBER_ROOM];
    double x;

    if (text && seg_read_double(text, &x) && !strcmp(seg_number(number, x), text))
        seg_string_add(out, text);
    else
        seg_json_text(out, text);
}

/* End of the piece that starts at text: the ';' before the next "name=", or the end. */
static const char *piece_end(const char *text)
{
    const char *end = strchr(text, ';');

    while (end && end[1 + strcspn(end + 1, ";=")] != '=')
        end = strchr(end + 1, ';');
    return end ? end : text + strlen(text);
}

static void add_piece(seg_string *out, char *piece)
{
    char *equals = strchr(piece, '=');

    if (equals)
        *equals = '\0';
    seg_json_text(out, piece);
    seg_string_add(out, ": ");
    seg_json_guess(out, equals ? equals + 1 : "");
}

void seg_json_params(seg_string *out, const char *params)
{
    seg_string_add(out, "{");
    while (*params) {
        const char *end = piece_end(params);
        char *piece = seg_copy(params, (size_t)(end - params));

        if (!piece) {
            out->failed = true;
            return;
        }
        add_piece(out, piece);
        free(piece);
        params = *end ? end + 1 : end;
        if (*params)
            seg_string_add(out, ", ");
    }
    seg_string_add(out, "}");
}

static void add_elements(seg_string *out, const seg_json *parent)
{
    for (const seg_json *value = parent->first; value; value = value->next) {
        if (value->key) {
            seg_json_text(out, value->key);
            seg_string_add(out, ": ");
        }
        seg_json_value(out, value);
        if (value->next)
            seg_string_add(out, ", ");
    }
}

void seg_json_value(seg_string *out, const seg_json *value)
{
    switch ((seg_json_type)value->type) {
    case SEG_JSON_NULL:
        seg_string_add(out, "null");
        break;
    case SEG_JSON_BOOLEAN:
        seg_string_add(out, value->boolean ? "true" : "false");
        break;
    case SEG_JSON_INTEGER:
        seg_string_printf(out, "%" PRId64, value->integer);
        break;
    case SEG_JSON_REAL:
        seg_json_number(out, value->real, 0);
        break;
    case SEG_JSON_TEXT:
        seg_json_text(out, value->text);
        break;
    case SEG_JSON_ARRAY:
    case SEG_JSON_OBJECT: /* at most SEG_JSON_DEPTH inside each other */
        seg_string_add(out, value->type == SEG_JSON_ARRAY ? "[" : "{");
        add_elements(out, value);
        seg_string_add(out, value->type == SEG_JSON_ARRAY ? "]" : "}");
        break;
    }
}
