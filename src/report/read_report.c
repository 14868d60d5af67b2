/* read_report.c - finds out by its first character what a report is, and hands it to the reader of that format. */
#include "read_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "csv.h"
#include "read_parts.h"
#include "../base/utf8.h"

static seg_status read_stream(char **text, size_t *length, FILE *stream, seg_error *err)
{
    size_t room = 0, n;
    seg_status st = SEG_OK;

    do {
        st = seg_grow(text, &room, *length + 65536, 1, "a report", err);
        n = st ? 0 : fread(*text + *length, 1, room - *length - 1, stream);
        *length += n;
    } while (n);
    if (!st && ferror(stream))
        st = seg_fail(err, SEG_READ, "cannot be read: %s", strerror(errno));
    if (!st)
        (*text)[*length] = '\0';
    return st;
}

seg_status seg_read_text(char **text, size_t *length, const char *path, seg_error *err)
{
    FILE *stream;
    seg_status st;

    *text = NULL;
    *length = 0;
    st = seg_open_input(&stream, path, "a report", err);
    if (st)
        return st;
    st = read_stream(text, length, stream, err);
    seg_close_input(stream);
    if (!st && memchr(*text, '\0', *length))
        st = seg_fail(err, SEG_READ, "is binary, a text was wanted");
    if (st)
        seg_while(err, "%s", strcmp(path, "-") ? path : "stdin");
    return st;
}

seg_case *seg_report_file_add(seg_report_file *file, const char *name, seg_error *err)
{
    size_t number;
    seg_case *c;

    if (seg_intern_find(&file->names, name)) {
        seg_fail(err, SEG_READ, "two cases are called %s, every case may stand there once", name);
        return NULL;
    }
    if (seg_grow(&file->cases, &file->room, file->n + 1, sizeof *file->cases, "the cases of a report", err))
        return NULL;
    number = seg_intern_number(&file->names, name);
    if (!number) {
        seg_fail(err, SEG_MEMORY, "not enough memory for the cases of a report");
        return NULL;
    }
    c = &file->cases[file->n++];
    *c = (seg_case){0};
    return seg_case_name(c, name, NULL, NULL, err) ? NULL : c;
}

int seg_case_class_index(seg_case *c, int64_t id, const char *label, seg_error *err)
{
    size_t near = c->n && c->rows[c->n - 1].cls >= 0 ? (size_t)c->rows[c->n - 1].cls + 1 : 0;

    for (size_t i = 0; i < c->n_classes; i++) { /* rows mostly come class by class */
        size_t k = (near + i) % c->n_classes;

        if (c->classes[k].id == id)
            return (int)k;
    }
    return seg_case_add_class(c, id, label, err) ? -1 : (int)c->n_classes - 1;
}

static seg_status read_text(seg_report_file *file, char *text, size_t length, seg_error *err)
{
    size_t mark = strncmp(text, "\xef\xbb\xbf", 3) ? 0 : 3; /* a byte order mark, which some editors put in front */
    char *start = text + mark + strspn(text + mark, " \t\r\n");

    if (!*start)
        return seg_fail(err, SEG_READ, "is empty, a report of segloss eval was wanted");
    if (*start != '{')
        return seg_report_read_csv(file, text + mark, err);
    if (seg_report_is_document(start, length - (size_t)(start - text)))
        return seg_report_read_json(file, start, length - (size_t)(start - text), err);
    return seg_report_read_jsonl(file, text, length, err);
}

seg_status seg_report_read(seg_report_file *file, const char *path, seg_error *err)
{
    char *text = NULL;
    size_t length;
    seg_status st;

    *file = (seg_report_file){0};
    st = seg_read_text(&text, &length, path, err);
    if (!st) {
        st = read_text(file, text, length, err);
        if (st)
            seg_while(err, "%s", strcmp(path, "-") ? path : "stdin");
    }
    free(text);
    if (st)
        seg_report_file_free(file);
    return st;
}

const seg_case *seg_report_file_find(const seg_report_file *file, const char *name)
{
    size_t number = seg_intern_find(&file->names, name);
    seg_string spelled = {0};

    if (!number) {
        seg_utf8_add(&spelled, name);
        number = spelled.text ? seg_intern_find(&file->names, spelled.text) : 0;
        seg_string_free(&spelled);
    }
    return number ? &file->cases[number - 1] : NULL;
}

void seg_report_file_free(seg_report_file *file)
{
    for (size_t i = 0; i < file->n; i++)
        seg_case_free(&file->cases[i]);
    free(file->cases);
    free(file->settings);
    seg_intern_free(&file->names);
    seg_intern_free(&file->pool);
    *file = (seg_report_file){0};
}
