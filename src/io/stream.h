/* stream.h - bytes in order, from a plain or a gzip file alike. */
#ifndef SEG_IO_STREAM_H
#define SEG_IO_STREAM_H

#include "gunzip.h"
#include "input.h"

typedef struct {
    const seg_input *input;
    const seg_warnings *notes;
    seg_gunzip *gunzip; /* NULL: the file is plain */
    uint64_t at;        /* of a plain input: behind what is in the buffer */
    uint8_t *buffer;
    size_t room, begin, end; /* [begin, end) of the buffer is not taken yet */
} seg_stream;

/* Starts at the first byte. The input must outlive the stream. */
seg_status seg_stream_open(seg_stream *stream, const seg_input *input, const seg_warnings *notes, seg_error *err);

/* *bytes = the next bytes, at most n and fewer only at the end; they stay where they are. */
seg_status seg_stream_peek(seg_stream *stream, size_t n, const uint8_t **bytes, size_t *got, seg_error *err);

/* *bytes = the next n bytes, good until the next call; an end before that is an error. */
seg_status seg_stream_take(seg_stream *stream, size_t n, const uint8_t **bytes, seg_error *err);

/* The next n bytes, put where the caller wants them. */
seg_status seg_stream_read(seg_stream *stream, void *out, size_t n, seg_error *err);
seg_status seg_stream_skip(seg_stream *stream, uint64_t n, seg_error *err);

/* Runs to the end, so that gzip's checksums are compared; bytes left over are remarked upon. */
seg_status seg_stream_finish(seg_stream *stream, seg_error *err);

/* The most bytes that an honest file of this size can give: deflate never packs more than 1032 to one. */
uint64_t seg_stream_limit(const seg_input *input, bool gzip);

void seg_stream_close(seg_stream *stream);

#endif
