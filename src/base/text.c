/* text.c - shortest number text, forgiving name comparison, "did you mean", growing strings. */
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

char *seg_number_digits(char out[SEG_NUMBER_ROOM], double x, int digits)
{
    if (digits < 1)
        return seg_number(out, x);
    if (isnan(x) || isinf(x))
        return seg_number(out, x);
    snprintf(out, SEG_NUMBER_ROOM, "%.*g", digits > 17 ? 17 : digits, x);
    return out;
}

char *seg_number(char out[SEG_NUMBER_ROOM], double x)
{
    if (isnan(x) || isinf(x)) {
        snprintf(out, SEG_NUMBER_ROOM, "%s", isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
        return out;
    }
    /* 15 digits always survive text -> double -> text, 17 always survive double -> text -> double. Below DBL_MIN doubles
     * are so far apart that fewer digits tell them from one another. */
    for (int digits = fabs(x) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        snprintf(out, SEG_NUMBER_ROOM, "%.*g", digits, x);
        if (strtod(out, NULL) == x)
            break;
    }
    return out;
}

char *seg_size(char out[SEG_NUMBER_ROOM], double bytes)
{
    if (bytes < 1000)
        snprintf(out, SEG_NUMBER_ROOM, "%.0f bytes", bytes);
    else if (bytes < 1e5)
        snprintf(out, SEG_NUMBER_ROOM, "%.1f kB", bytes / 1e3);
    else
        snprintf(out, SEG_NUMBER_ROOM, bytes < 1e15 ? "%.1f MB" : "%.3g MB", bytes / 1e6);
    return out;
}

bool seg_read_double(const char *text, double *x)
{
    char *end;

    if (!*text || isspace((unsigned char)*text) || strpbrk(text, "nNxXpP"))
        return false;
    errno = 0;
    *x = strtod(text, &end);
    return end != text && !*end && isfinite(*x);
}

bool seg_read_int64(const char *text, int64_t *x)
{
    char *end;
    long long value;

    if (!*text || isspace((unsigned char)*text))
        return false;
    errno = 0;
    value = strtoll(text, &end, 10);
    *x = value;
    return end != text && !*end && !errno;
}

static int plain(char c)
{
    return c == '_' ? '-' : tolower((unsigned char)c);
}

bool seg_same_name(const char *a, const char *b)
{
    while (*a && plain(*a) == plain(*b))
        a++, b++;
    return !*a && !*b;
}

enum { NAME_MAX_LENGTH = 63 };

/* Letters to insert, delete, replace or swap to get from a to b; INT_MAX when one of them is too long to be a name. */
static int distance(const char *a, const char *b)
{
    int la = (int)strlen(a), lb = (int)strlen(b);
    int row[3][NAME_MAX_LENGTH + 1] = {{0}};

    if (la > NAME_MAX_LENGTH || lb > NAME_MAX_LENGTH)
        return INT_MAX;
    for (int i = 0; i <= la; i++) {
        int *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];

        now[0] = i;
        for (int j = 1; i == 0 && j <= lb; j++)
            now[j] = j;
        for (int j = 1; i > 0 && j <= lb; j++) {
            int same = plain(a[i - 1]) == plain(b[j - 1]);
            int best = before[j - 1] + !same;

            best = before[j] + 1 < best ? before[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) && plain(a[i - 2]) == plain(b[j - 1]))
                best = earlier[j - 2] + 1 < best ? earlier[j - 2] + 1 : best;
            now[j] = best;
        }
    }
    return row[la % 3][lb];
}

const char *seg_nearest(const char *typed, size_t n, const char *(*name)(const void *context, size_t i),
                        const void *context)
{
    const char *best = NULL;
    int limit = (int)strlen(typed) / 3 + 1; /* one slip in three letters still shows what was meant */

    for (size_t i = 0; i < n; i++) {
        const char *candidate = name(context, i);
        int d = candidate ? distance(typed, candidate) : INT_MAX;

        if (d <= limit && d < (int)strlen(typed)) {
            best = candidate;
            limit = d - 1;
        }
    }
    return best;
}

static atomic_bool any_lost;

void seg_text_is_lost(void)
{
    atomic_store(&any_lost, true);
}

/* Room for n more bytes and the '\0'. */
static bool has_room(seg_string *s, size_t n)
{
    if (!s->failed && !seg_grow(&s->text, &s->room, s->length + n + 1, 1, "text", NULL))
        return true;
    s->failed = true;
    seg_text_is_lost();
    return false;
}

void seg_string_add_n(seg_string *s, const char *text, size_t n)
{
    if (!has_room(s, n))
        return;
    memcpy(s->text + s->length, text, n);
    s->length += n;
    s->text[s->length] = '\0';
}

void seg_string_add(seg_string *s, const char *text)
{
    seg_string_add_n(s, text, strlen(text));
}

void seg_string_printf(seg_string *s, const char *format, ...)
{
    va_list args, again;
    int n;

    va_start(args, format);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    if (n < 0) {
        s->failed = true;
    } else if (has_room(s, (size_t)n)) {
        vsnprintf(s->text + s->length, (size_t)n + 1, format, again);
        s->length += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

void seg_string_free(seg_string *s)
{
    free(s->text);
    *s = (seg_string){0};
}

seg_status seg_string_check(const seg_string *s, seg_error *err)
{
    return s->failed ? seg_fail(err, SEG_MEMORY, "not enough memory for text of %zu bytes", s->length) : SEG_OK;
}

seg_status seg_strings_check(seg_error *err)
{
    return atomic_load(&any_lost) ? seg_fail(err, SEG_MEMORY, "not enough memory for a text of the output") : SEG_OK;
}

char *seg_copy(const char *text, size_t n)
{
    char *copy = n == SIZE_MAX ? strdup(text) : strndup(text, n);

    if (!copy)
        seg_text_is_lost();
    return copy;
}

const char *seg_path_ending(const char *path)
{
    enum { LONGEST = 5 };
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
    size_t n = dot ? strlen(dot + 1) : 0;

    if (!dot || dot == base || n < 1 || n > LONGEST)
        return NULL;
    for (const char *c = dot + 1; *c; c++)
        if (!isalnum((unsigned char)*c))
            return NULL;
    return dot + 1;
}
