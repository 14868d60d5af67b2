/* text.h - numbers to and from text, names as people type them, and strings that grow. */
#ifndef SEG_BASE_TEXT_H
#define SEG_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum { SEG_NUMBER_ROOM = 32 };

/* A decimal text that reads back to the same double, as short as any of up to 15 digits ("0.1", "1e-07", "inf", "-inf",
 * "nan"). */
char *seg_number(char out[SEG_NUMBER_ROOM], double x);

/* The same with at most `digits` significant digits; digits < 1 means the shortest exact text. */
char *seg_number_digits(char out[SEG_NUMBER_ROOM], double x, int digits);

/* A number of bytes for people: "800 bytes", "12.5 kB", "3.0 MB". */
char *seg_size(char out[SEG_NUMBER_ROOM], double bytes);

/* The whole of `text` as a number; false when anything is left over. "inf" and "nan" are not numbers here. */
bool seg_read_double(const char *text, double *x);
bool seg_read_int64(const char *text, int64_t *x);

/* Names compare without case, and '-' equals '_': "Focal_Tversky" is focal-tversky. */
bool seg_same_name(const char *a, const char *b);

/* Of n names the one nearest to what was typed, or NULL when none is near enough to be meant. `name(context, i)`
 * gives the i-th; it may return NULL to skip. */
const char *seg_nearest(const char *typed, size_t n, const char *(*name)(const void *context, size_t i),
                        const void *context);

/* A string that grows. {0} is empty; .text is NULL until something is added, then always terminated. A failed
 * growth is remembered in .failed and later additions do nothing, so that one check at the end is enough. */
typedef struct {
    char *text;
    size_t length, room;
    bool failed;
} seg_string;

void seg_string_add(seg_string *s, const char *text);
void seg_string_add_n(seg_string *s, const char *text, size_t n);
void seg_string_printf(seg_string *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void seg_string_free(seg_string *s);
/* SEG_MEMORY when an addition failed. */
seg_status seg_string_check(const seg_string *s, seg_error *err);
/* SEG_MEMORY when an addition to any string of the process or a seg_copy() has failed. Outputs ask this before they are
 * written, so that a text that is lost on its way through other texts makes no output that looks complete. */
seg_status seg_strings_check(seg_error *err);
/* For texts that are lost elsewhere. */
void seg_text_is_lost(void);

/* A copy of the first n bytes of text (all of it when n is SIZE_MAX), or NULL without memory. free() it. */
char *seg_copy(const char *text, size_t n);

/* What stands behind the last dot of a file's name, when it looks like a format: 1 to 5 letters or digits. Or NULL. */
const char *seg_path_ending(const char *path);

#endif
