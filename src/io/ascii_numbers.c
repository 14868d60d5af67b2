/* ascii_numbers.c - words to numbers of a type, in the byte order of this machine. */
#include "ascii_numbers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/memory.h"
#include "../base/text.h"

/* A word with a sign, 17 digits and an exponent is far shorter. */
enum { MOST_WORD = 64 };

typedef struct {
    const seg_image_file *file;
    seg_stream *from;
    uint64_t given;
} reader;

static bool is_separator(uint8_t c)
{
    return isspace(c) || c == ',';
}

static seg_status wrong(const reader *r, const char *word, seg_error *err)
{
    return seg_fail(err, SEG_READ,
                    "%s: number %llu of its text is '%.30s', a number of type %s was wanted (it is damaged)",
                    r->file->name, (unsigned long long)r->given, word, r->file->type->name);
}

/* The next word, empty at the end of the text. */
static seg_status next_word(reader *r, char word[MOST_WORD + 1], seg_error *err)
{
    const uint8_t *at = NULL;
    size_t got = 0, skip = 0, n = 0;
    seg_status st;

    do { /* blanks may be many */
        st = seg_stream_peek(r->from, 4096, &at, &got, err);
        for (skip = 0; !st && skip < got && is_separator(at[skip]); skip++)
            ;
        if (!st)
            st = seg_stream_skip(r->from, skip, err);
    } while (!st && got > 0 && skip == got);
    if (!st)
        st = seg_stream_peek(r->from, MOST_WORD + 1, &at, &got, err);
    while (!st && n < got && !is_separator(at[n]))
        n++;
    if (st)
        return st;
    memcpy(word, at, n < MOST_WORD ? n : MOST_WORD);
    word[n < MOST_WORD ? n : MOST_WORD] = '\0';
    return n > MOST_WORD ? wrong(r, word, err) : seg_stream_skip(r->from, n, err);
}

/* Whole numbers by way of 64 bits; unsigned ones above INT64_MAX by way of the sign bit. */
static bool to_integer(const char *word, const seg_type *type, uint8_t out[8])
{
    int64_t x, back;
    uint64_t large;
    char *end;

    if (type == &seg_types[SEG_UINT64] && isdigit((unsigned char)*word)) {
        large = strtoull(word, &end, 10);
        memcpy(out, &large, 8);
        return !*end && strlen(word) < 20;
    }
    if (!seg_read_int64(word, &x))
        return false;
    memcpy(out, &x, 8); /* little-endian, or moved to the front below */
    if (*(const uint8_t *)&(const uint16_t){1} == 0)
        memmove(out, out + 8 - type->bytes, type->bytes);
    type->to_int64(out, 1, &back);
    return back == x;
}

static bool to_real(const char *word, const seg_type *type, uint8_t out[8])
{
    bool inf = !strcasecmp(word, "inf") || !strcasecmp(word, "-inf"), nan = !strcasecmp(word, "nan");
    double x = inf || nan ? strtod(word, NULL) : 0;
    float single;

    if (!inf && !nan && !seg_read_double(word, &x))
        return false;
    single = (float)x;
    memcpy(out, type->bytes == 4 ? (const void *)&single : &x, type->bytes);
    return true;
}

static seg_status fill(void *context, void *out, size_t room, size_t *got, seg_error *err)
{
    reader *r = context;
    const seg_type *type = r->file->type;
    seg_status st = SEG_OK;
    char word[MOST_WORD + 1];

    *got = 0;
    while (!st && room - *got >= type->bytes && r->given < r->file->stored) {
        uint8_t bytes[8];

        st = next_word(r, word, err);
        if (!st && !(type->real ? to_real : to_integer)(word, type, bytes))
            st = *word ? wrong(r, word, err)
                       : seg_fail(err, SEG_READ, "%s: has %llu numbers in its text, %llu were wanted (it is cut off)",
                                  r->file->name, (unsigned long long)r->given, (unsigned long long)r->file->stored);
        if (st)
            break;
        memcpy((uint8_t *)out + *got, bytes, type->bytes);
        *got += type->bytes;
        r->given++;
    }
    return st;
}

static seg_status finish(void *context, seg_error *err)
{
    reader *r = context;
    char word[MOST_WORD + 1];
    seg_status st = next_word(r, word, err);

    if (!st && *word)
        st = seg_fail(err, SEG_READ,
                      "%s: has more than the %llu numbers in its text that its header says (it is damaged)",
                      r->file->name, (unsigned long long)r->file->stored);
    return st ? st : seg_input_check(&r->file->input, err);
}

seg_status seg_ascii_decoder(seg_decoder *decoder, const seg_image_file *a, seg_stream *from, seg_error *err)
{
    reader *r;
    seg_status st = seg_alloc(&r, 1, sizeof *r, "numbers in text", err);

    if (st)
        return st;
    *r = (reader){.file = a, .from = from};
    *decoder = (seg_decoder){fill, finish, free, r};
    return SEG_OK;
}
