/* read_lines.c - one line at a time goes through the reader of JSONL. */
#include "read_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "read_parts.h"

static seg_status fail(const char *path, const char *what, seg_error *err)
{
    return seg_fail(err, SEG_READ, "%s: %s: %s", path, what, strerror(errno));
}

seg_status seg_report_lines_open(seg_report_lines *lines, const char *path, uint64_t at, seg_error *err)
{
    *lines = (seg_report_lines){.path = path, .at = at, .next = at};
    lines->stream = fopen(path, "rbe");
    if (!lines->stream)
        return fail(path, "cannot be opened", err);
    return fseeko(lines->stream, (off_t)at, SEEK_SET) ? fail(path, "cannot be read", err) : SEG_OK;
}

/* The next line that is not empty; *length is 0 at the end. */
static seg_status read_line(seg_report_lines *lines, size_t *length, seg_error *err)
{
    ssize_t n;

    do {
        errno = 0;
        n = getline(&lines->text, &lines->room, lines->stream);
        if (n < 0 && (ferror(lines->stream) || errno == ENOMEM))
            return fail(lines->path, "cannot be read", err);
        lines->number++;
        lines->at = lines->next;
        lines->next += n < 0 ? 0 : (uint64_t)n;
    } while (n > 0 && strspn(lines->text, " \t\r\n") == (size_t)n);
    *length = n < 0 ? 0 : (size_t)n;
    return SEG_OK;
}

seg_status seg_report_lines_next(seg_report_lines *lines, seg_case **c, seg_error *err)
{
    size_t length = 0;
    seg_status st = read_line(lines, &length, err);

    *c = NULL;
    seg_report_file_free(&lines->one);
    if (st || !length)
        return st;
    if (memchr(lines->text, '\0', length))
        return seg_fail(err, SEG_READ, "%s: is binary, a text was wanted", lines->path);
    st = seg_report_read_line(&lines->one, lines->text, length, lines->number, err);
    if (st)
        return seg_while(err, "%s", lines->path);
    *c = &lines->one.cases[0];
    return SEG_OK;
}

void seg_report_lines_close(seg_report_lines *lines)
{
    if (lines->stream)
        fclose(lines->stream);
    free(lines->text);
    seg_report_file_free(&lines->one);
    *lines = (seg_report_lines){0};
}

seg_status seg_report_lines_count(const char *path, size_t *n, size_t *bytes, seg_error *err)
{
    seg_report_lines lines = {.path = path, .stream = fopen(path, "rbe")};
    size_t length = 1;
    seg_status st = SEG_OK;

    *n = *bytes = 0;
    if (!lines.stream)
        return errno == ENOENT ? SEG_OK : fail(path, "cannot be opened", err);
    while (!st && length) {
        st = read_line(&lines, &length, err);
        if (!st && length && lines.text[length - 1] == '\n') {
            *n += 1;
            *bytes = (size_t)lines.next;
        }
    }
    seg_report_lines_close(&lines);
    return st;
}
