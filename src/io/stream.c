/* stream.c - one buffer that fits the second-level cache, refilled by reading or by a decoder. */
#include "stream.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* The buffer of a stream: big enough to make calls cheap, small enough to stay in the second-level cache. */
enum { STREAM_BLOCK = 256 * 1024 };

static seg_status fill_inflate(void *context, void *out, size_t room, size_t *got, seg_error *err)
{
    return seg_inflate_fill(context, out, room, got, err);
}

static void close_inflate(void *context)
{
    seg_inflate_close(context);
}

seg_status seg_inflate_decoder(seg_decoder *decoder, seg_wrapping wrapping, const seg_input *input, uint64_t begin,
                               uint64_t end, const seg_warnings *notes, seg_error *err)
{
    seg_inflate *inflate = NULL;
    seg_status st = seg_inflate_open(&inflate, wrapping, input, begin, end, notes, err);

    if (!st)
        *decoder = (seg_decoder){fill_inflate, NULL, close_inflate, inflate};
    return st;
}

static seg_status make_buffer(seg_stream *s, size_t size, seg_error *err)
{
    seg_status st = seg_alloc_big(&s->buffer, size, 1, "reading a file", err);

    if (!st)
        s->room = size;
    return st;
}

seg_status seg_stream_open_plain(seg_stream *s, const seg_input *input, const seg_warnings *notes, seg_error *err)
{
    *s = (seg_stream){.input = input, .notes = notes};
    return make_buffer(s, STREAM_BLOCK, err);
}

seg_status seg_stream_open(seg_stream *s, const seg_input *input, const seg_warnings *notes, seg_error *err)
{
    seg_status st = seg_stream_open_plain(s, input, notes, err);

    if (!st && seg_is_gzip(input, 0))
        st = seg_inflate_decoder(&s->decoder, SEG_GZIP, input, 0, input->size, notes, err);
    if (st)
        seg_stream_close(s);
    return st;
}

seg_status seg_stream_decode(seg_stream *s, const seg_decoder *decoder, uint64_t size, const seg_input *input,
                             const seg_warnings *notes, seg_error *err)
{
    seg_status st;

    *s = (seg_stream){.input = input, .notes = notes, .decoder = *decoder};
    st = make_buffer(s, size < STREAM_BLOCK ? ((size_t)size | 7) + 1 : STREAM_BLOCK, err);
    if (st)
        seg_stream_close(s);
    return st;
}

/* Up to n bytes, from the decoder or the file. */
static seg_status fetch(seg_stream *s, void *out, size_t n, size_t *got, seg_error *err)
{
    seg_status st;

    if (s->decoder.fill)
        return s->decoder.fill(s->decoder.context, out, n, got, err);
    *got = n < s->input->size - s->at ? n : (size_t)(s->input->size - s->at);
    st = seg_input_at(s->input, s->at, out, *got, err);
    s->at += *got;
    return st;
}

/* Room for n bytes in one piece, with what is not taken yet at the front. */
static seg_status make_room(seg_stream *s, size_t n, seg_error *err)
{
    size_t kept = s->end - s->begin;
    uint8_t *bigger = s->buffer;
    seg_status st = SEG_OK;

    if (n > s->room)
        st = seg_alloc_big(&bigger, n, 1, "a row of an image", err);
    if (st)
        return st;
    memmove(bigger, s->buffer + s->begin, kept);
    if (bigger != s->buffer) {
        free(s->buffer);
        s->buffer = bigger;
        s->room = n;
    }
    s->begin = 0;
    s->end = kept;
    return SEG_OK;
}

seg_status seg_stream_peek(seg_stream *s, size_t n, const uint8_t **bytes, size_t *got, seg_error *err)
{
    size_t have = s->end - s->begin, more;
    seg_status st = SEG_OK;

    if (have < n) {
        st = make_room(s, n, err);
        if (!st)
            st = fetch(s, s->buffer + s->end, s->room - s->end, &more, err);
        if (!st)
            s->end += more;
        have = s->end - s->begin;
    }
    *bytes = s->buffer + s->begin;
    *got = have < n ? have : n;
    return st;
}

static seg_status ends_early(const seg_stream *s, size_t missing, seg_error *err)
{
    return seg_fail(err, SEG_READ, "%s: ends %s%zu bytes too early, a whole file was wanted (copy or write it again)",
                    s->input->name, s->decoder.fill ? "at least " : "", missing);
}

seg_status seg_stream_take(seg_stream *s, size_t n, const uint8_t **bytes, seg_error *err)
{
    size_t got;
    seg_status st = seg_stream_peek(s, n, bytes, &got, err);

    if (!st && got < n)
        st = ends_early(s, n - got, err);
    if (!st)
        s->begin += n;
    return st;
}

seg_status seg_stream_read(seg_stream *s, void *out, size_t n, seg_error *err)
{
    size_t have = s->end - s->begin, first = have < n ? have : n, got = 0;
    seg_status st = SEG_OK;

    memcpy(out, s->buffer + s->begin, first);
    s->begin += first;
    if (first < n)
        st = fetch(s, (uint8_t *)out + first, n - first, &got, err);
    if (!st && first + got < n)
        st = ends_early(s, n - first - got, err);
    return st;
}

seg_status seg_stream_skip(seg_stream *s, uint64_t n, seg_error *err)
{
    const uint8_t *bytes;
    uint64_t have = s->end - s->begin;
    seg_status st = SEG_OK;

    if (!s->decoder.fill && n > have && n - have <= s->input->size - s->at) { /* a plain file is not read for that */
        s->at += n - have;
        s->begin = s->end = 0;
        return SEG_OK;
    }
    while (!st && n > 0) {
        size_t some = n < STREAM_BLOCK ? (size_t)n : STREAM_BLOCK;

        st = seg_stream_take(s, some, &bytes, err);
        n -= some;
    }
    return st;
}

seg_status seg_stream_finish(seg_stream *s, seg_error *err)
{
    uint64_t left = 0;
    size_t got = 1;
    const uint8_t *bytes;
    seg_status st = SEG_OK;

    if (!s->decoder.fill) {
        left = s->end - s->begin + (s->input->size - s->at);
        st = seg_input_check(s->input, err);
    }
    while (!st && s->decoder.fill && got > 0) {
        st = seg_stream_peek(s, STREAM_BLOCK, &bytes, &got, err);
        s->begin += got;
        left += got;
    }
    if (!st && s->decoder.finish)
        st = s->decoder.finish(s->decoder.context, err);
    if (!st && left > 0 && !s->quiet)
        seg_warn(s->notes, "%s: %llu bytes behind the voxels are ignored", s->input->name, (unsigned long long)left);
    return st;
}

uint64_t seg_stream_limit(const seg_input *input, bool gzip)
{
    return gzip ? 1032 * input->size + 65536 : input->size;
}

void seg_stream_close(seg_stream *s)
{
    if (s->decoder.close)
        s->decoder.close(s->decoder.context);
    free(s->buffer);
    *s = (seg_stream){0};
}
