/* text_header.c - lines, lists of numbers, and the only file beside the header that may be opened. */
#include "text_header.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/text.h"
#include "format.h"

/* Without the blanks around it; ends the text. */
static char *trimmed(char *text)
{
    size_t n;

    while (isspace((unsigned char)*text))
        text++;
    n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        text[--n] = '\0';
    return text;
}

seg_status seg_header_line(seg_image_file *a, char *line, uint64_t *at, bool *more, seg_error *err)
{
    const uint8_t *bytes = NULL, *end;
    size_t got = 0, n;
    char *text;
    seg_status st = seg_stream_peek(&a->stream, SEG_HEADER_LINE, &bytes, &got, err);

    *more = !st && got > 0;
    if (!*more)
        return st;
    end = memchr(bytes, '\n', got);
    n = end ? (size_t)(end - bytes) : got;
    if (n >= SEG_HEADER_LINE || *at + n > SEG_HEADER_BYTES)
        return seg_fail(err, SEG_READ,
                        "%s: has a %s header with a line of more than %d bytes, or of more than %d bytes in "
                        "all, less was wanted (it is damaged)",
                        a->name, a->format->name, SEG_HEADER_LINE, SEG_HEADER_BYTES);
    if (memchr(bytes, 0, n))
        return seg_fail(err, SEG_READ, "%s: has a zero byte in its %s header, text was wanted (it is damaged)", a->name,
                        a->format->name);
    memcpy(line, bytes, n);
    line[n] = '\0';
    n += end != NULL;
    *at += n;
    st = seg_stream_skip(&a->stream, n, err);
    text = trimmed(line);
    memmove(line, text, strlen(text) + 1);
    return st;
}

bool seg_header_cut(char *line, const char *separator, char **value)
{
    char *at = strstr(line, separator);

    if (!at)
        return false;
    *value = trimmed(at + strlen(separator));
    *at = '\0';
    trimmed(line);
    return true;
}

static const char SEPARATORS[] = " \t,()[]";

bool seg_header_numbers(const char *text, double *out, int n)
{
    int have = 0;

    for (text += strspn(text, SEPARATORS); *text; text += strspn(text, SEPARATORS)) {
        char word[64];
        size_t length = strcspn(text, SEPARATORS);

        if (have == n || length >= sizeof word)
            return false;
        memcpy(word, text, length);
        word[length] = '\0';
        if (!strcasecmp(word, "nan"))
            out[have] = NAN;
        else if (!seg_read_double(word, &out[have]))
            return false;
        have++;
        text += length;
    }
    return have == n;
}

bool seg_header_sizes(const char *text, size_t *out, int n)
{
    double x[SEG_MOST_DIMS];

    if (n > SEG_MOST_DIMS || !seg_header_numbers(text, x, n))
        return false;
    for (int i = 0; i < n; i++) {
        if (!(x[i] >= 1 && x[i] <= 9007199254740992.0) || x[i] != floor(x[i])) /* 2^53 */
            return false;
        out[i] = (size_t)x[i];
    }
    return true;
}

/* A name without folders, and nothing that stands for several files. */
static bool is_plain(const char *name)
{
    return *name && !strpbrk(name, "/\\%*?") && strcmp(name, ".") && strcmp(name, "..");
}

seg_status seg_header_data_file(seg_image_file *a, const char *name, const seg_read_options *options, seg_error *err)
{
    const char *slash = strrchr(a->name, '/');
    seg_string path = {0};
    seg_status st;

    if (!is_plain(name) || !a->input.is_file)
        return seg_fail(
            err, SEG_READ,
            "%s: names the data file '%.100s', the plain name of one file in the same folder was wanted%s (write "
            "header and data into one file)",
            a->name, name, a->input.is_file ? "" : ", beside a header that is a file,");
    seg_string_add_n(&path, a->name, slash ? (size_t)(slash + 1 - a->name) : 0);
    seg_string_add(&path, name);
    st = seg_string_check(&path, err);
    if (!st) {
        seg_stream_close(&a->stream);
        seg_input_close(&a->input);
        st = seg_input_open(&a->input, path.text, options->memory, err);
    }
    if (!st)
        st = seg_stream_open_plain(&a->stream, &a->input, a->notes, err);
    a->plain = true;
    seg_string_free(&path);
    return st;
}
