/* palette_file.c - colours and labels, line by line:
 *
 *     id r g b [name]                 1 220 20 60 person
 *     r g b name                      64 128 64   Animal                (CamVid)
 *     name:r,g,b::                    Animal:64,128,64::                (CVAT)
 *     id r g b a visible mesh "name"  1 255 0 0 1 1 1 "liver"           (ITK-SNAP)
 *     id name r g b a                 17 Left-Hippocampus 220 216 20 0  (FreeSurfer)
 */
#include "palette_file.h"

#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "text_file.h"

enum { MOST_WORDS = 16 };

/* The words of a line: separated by blanks, or by commas and blanks. */
static int cut(char *line, char *word[MOST_WORDS])
{
    int n = 0;

    while (n < MOST_WORDS && (word[n] = strsep(&line, " \t,")))
        n += *word[n] != '\0';
    return n;
}

static bool numbers(char *const word[], int first, int count, int n, int64_t *out)
{
    for (int i = 0; i < count; i++)
        if (first + i >= n || !seg_read_int64(word[first + i], &out[i]))
            return false;
    return true;
}

static bool is_colour(const int64_t rgb[3])
{
    return rgb[0] >= 0 && rgb[0] <= 255 && rgb[1] >= 0 && rgb[1] <= 255 && rgb[2] >= 0 && rgb[2] <= 255;
}

/* One line of the table above; *name points into the line, or is NULL. */
static bool parse(char *line, int64_t number, int64_t rgb[3], int64_t *id, const char **name)
{
    char *colon = strchr(line, ':'), *word[MOST_WORDS], *quote = strchr(line, '"');
    int64_t four[4];
    int n;

    *id = number;
    *name = NULL;
    if (colon && strchr(colon, ',')) {
        *colon = '\0';
        *name = line;
        colon[1 + strcspn(colon + 1, ":")] = '\0';
        n = cut(colon + 1, word);
        return n == 3 && numbers(word, 0, 3, n, rgb);
    }
    if (quote) {
        *quote = '\0';
        quote[1 + strcspn(quote + 1, "\"")] = '\0';
        *name = quote + 1;
    }
    n = cut(line, word);
    if (numbers(word, 0, 4, n, four)) {
        *id = four[0];
        memcpy(rgb, four + 1, 3 * sizeof *rgb);
        if (!*name && n > 4)
            *name = word[4];
        return true;
    }
    if (numbers(word, 0, 3, n, rgb)) {
        *name = n > 3 ? word[3] : NULL;
        return true;
    }
    *name = n > 1 ? word[1] : NULL;
    return numbers(word, 0, 1, n, id) && numbers(word, 2, 3, n, rgb);
}

static seg_status add_line(seg_palette *p, char *line, int64_t number, const char *path, size_t at, seg_error *err)
{
    int64_t rgb[3], id;
    const char *name;

    if (!parse(line, number, rgb, &id, &name) || !is_colour(rgb))
        return seg_fail(
            err, SEG_READ,
            "%s: line %zu is no colour and label, \"id r g b name\" or \"r g b name\" with numbers from 0 to "
            "255 was wanted",
            path, at);
    return seg_palette_add(p, SEG_COLOUR(rgb[0], rgb[1], rgb[2]), id, name, err);
}

seg_status seg_palette_read_file(seg_palette *p, const char *path, seg_error *err)
{
    char *text, *rest, *line;
    size_t at = 0;
    int64_t number = 0;
    seg_status st = seg_text_file_read(&text, path, "a palette", err);

    *p = (seg_palette){0};
    if (!st && !(p->title = seg_copy(path, SIZE_MAX)))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a palette");
    rest = text;
    while (!st && (line = seg_text_line(&rest, &at)))
        st = add_line(p, line, number++, path, at, err);
    if (!st && !p->n)
        st = seg_fail(err, SEG_READ, "%s: has no colour, lines \"id r g b name\" were wanted", path);
    free(text);
    if (st)
        seg_palette_free(p);
    return st;
}
