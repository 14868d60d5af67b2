/* csv.c - comma- and tab-separated values (RFC 4180, with plain LF at the ends of lines). */
#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

void seg_csv_field(seg_string *out, char separator, const char *text)
{
    const char special[] = {separator, '"', '\n', '\r', '\0'};

    if (!text[strcspn(text, special)]) {
        seg_string_add(out, text);
        return;
    }
    seg_string_add_n(out, "\"", 1);
    for (size_t n; *text; text += n) {
        n = strcspn(text, "\"");
        n += text[n] == '"';
        seg_string_add_n(out, text, n);
        if (text[n - 1] == '"')
            seg_string_add_n(out, "\"", 1);
    }
    seg_string_add_n(out, "\"", 1);
}

/* Unquotes the field at *from in place and steps behind its closing quote; false when there is none. */
static bool unquote(seg_csv *csv, char **from, char **end)
{
    char *to = *from, *c = *from + 1;

    while (*c && (*c != '"' || c[1] == '"')) {
        csv->line += *c == '\n';
        c += *c == '"';
        *to++ = *c++;
    }
    *end = to;
    *from = c + (*c == '"');
    return *c == '"';
}

/* Reads one field at *at, which moves behind the separator; *last says that the record ends here. */
static seg_status next_field(seg_csv *csv, char **at, bool *last, seg_error *err)
{
    const char stops[] = {csv->separator, '\n', '\0'};
    seg_status st = seg_grow(&csv->field, &csv->room, csv->n + 1, sizeof *csv->field, "the columns of a table", err);
    char *start = *at, *end;

    if (st)
        return st;
    if (*start == '"') {
        if (!unquote(csv, at, &end))
            return seg_fail(err, SEG_READ, "line %zu: a quote is opened and never closed", csv->record);
        *at += **at == '\r';
        if (!strchr(stops, **at))
            return seg_fail(err, SEG_READ, "line %zu: text follows a closing quote, a separator was wanted",
                            csv->record);
    } else {
        *at += strcspn(*at, stops);
        end = *at - (*at > start && **at != csv->separator && (*at)[-1] == '\r');
    }
    csv->field[csv->n++] = start;
    *last = **at != csv->separator;
    csv->line += **at == '\n';
    *at += **at != '\0';
    *end = '\0';
    return SEG_OK;
}

seg_status seg_csv_next(seg_csv *csv, bool *more, seg_error *err)
{
    seg_status st = SEG_OK;
    bool last = false;

    for (; *csv->text == '\n' || (*csv->text == '\r' && csv->text[1] == '\n'); csv->text++)
        csv->line += *csv->text == '\n';
    csv->record = csv->line;
    csv->n = 0;
    *more = *csv->text != '\0';
    while (*more && !last && !st)
        st = next_field(csv, &csv->text, &last, err);
    return st;
}

void seg_csv_free(seg_csv *csv)
{
    free(csv->field);
    *csv = (seg_csv){0};
}

char seg_csv_separator(const char *text)
{
    bool quoted = false, tab = false;

    for (; *text && (quoted || *text != '\n'); text++) {
        quoted ^= *text == '"';
        if (!quoted && *text == ',')
            return ',';
        tab |= !quoted && *text == '\t';
    }
    return tab ? '\t' : ',';
}
