/* text_file.c - reads a small file whole. */
#include "text_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "input.h"

/* FreeSurfer's table of labels, a long one, has 100 kB; the JSON of a panoptic data set has 60 MB. */
enum { MOST_BYTES = 128 << 20 };

static seg_status check_text(char *text, size_t n, const char *path, const char *what, seg_error *err)
{
    if (memchr(text, 0, n))
        return seg_fail(err, SEG_READ, "%s: is not text, %s was wanted (check the name)", path, what);
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        memmove(text, text + 3, n - 3 + 1);
    return SEG_OK;
}

seg_status seg_text_file_read(char **text, const char *path, const char *what, seg_error *err)
{
    seg_input input;
    seg_status st = seg_input_open(&input, path, MOST_BYTES, err);
    size_t n;

    *text = NULL;
    if (st)
        return st;
    n = (size_t)input.size;
    if (input.size > MOST_BYTES)
        st = seg_fail(err, SEG_READ, "%s: has %.1f MB, %s of at most %d MB was wanted (check the name)", path,
                      (double)input.size / 1e6, what, MOST_BYTES >> 20);
    if (!st)
        st = seg_alloc(text, n + 1, 1, what, err);
    if (!st)
        st = seg_input_at(&input, 0, *text, n, err);
    if (!st)
        st = check_text(*text, n, path, what, err);
    seg_input_close(&input);
    if (st) {
        free(*text);
        *text = NULL;
    }
    return st;
}

bool seg_text_is_json(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return *text == '{';
}

seg_status seg_text_parse_json(seg_json_document *document, const char *text, const char *path, seg_error *err)
{
    seg_error why = {0};
    seg_status st = seg_json_parse(document, text, strlen(text), NULL, &why);

    if (st == SEG_READ)
        return seg_fail(err, st, "%s: %s, a JSON object was wanted (correct the file)", path, why.text);
    if (st)
        return seg_fail(err, st, "%s: %s", path, why.text);
    return seg_json_is(document->root, SEG_JSON_OBJECT)
               ? SEG_OK
               : seg_fail(err, SEG_READ, "%s: is not a JSON object, one was wanted (correct the file)", path);
}

char *seg_text_line(char **rest, size_t *number)
{
    char *line;

    while ((line = strsep(rest, "\n"))) {
        size_t n;

        ++*number;
        while (isspace((unsigned char)*line))
            line++;
        for (n = strlen(line); n && isspace((unsigned char)line[n - 1]); n--)
            line[n - 1] = '\0';
        if (*line && *line != '#' && strncmp(line, "//", 2) != 0)
            return line;
    }
    return NULL;
}
