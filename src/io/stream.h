/* stream.h - bytes in order: of a file as they are, inflated, or as a decoder gives them. */
#ifndef SEG_IO_STREAM_H
#define SEG_IO_STREAM_H

#include "inflate.h"
#include "input.h"

/* What makes the bytes of a stream out of another one's. */
typedef struct {
    /* Fills out[room] as far as the data goes: *got < room only at the end of the data. */
    seg_status (*fill)(void *context, void *out, size_t room, size_t *got, seg_error *err);
    /* Called after the last byte was read: compares checksums, reads to the end of the file. NULL: nothing to do. */
    seg_status (*finish)(void *context, seg_error *err);
    void (*close)(void *context); /* NULL: nothing to do */
    void *context;
} seg_decoder;

/* The decoder of deflate data in bytes [begin, end) of a file. */
seg_status seg_inflate_decoder(seg_decoder *decoder, seg_wrapping wrapping, const seg_input *input, uint64_t begin,
                               uint64_t end, const seg_warnings *notes, seg_error *err);

typedef struct {
    const seg_input *input;
    const seg_warnings *notes;
    seg_decoder decoder; /* .fill NULL: the bytes of the file as they are */
    uint64_t at;         /* without a decoder: position in the file behind what is in the buffer */
    uint8_t *buffer;
    size_t room, begin, end; /* [begin, end) of the buffer is not taken yet */
    bool quiet;              /* bytes that are left over are not warned of */
} seg_stream;

/* Starts at the first byte of a file, which is inflated when it begins with the magic number of gzip. The input must
 * outlive the stream. */
seg_status seg_stream_open(seg_stream *stream, const seg_input *input, const seg_warnings *notes, seg_error *err);

/* The same for a file that is not inflated, whatever it begins with. */
seg_status seg_stream_open_plain(seg_stream *stream, const seg_input *input, const seg_warnings *notes, seg_error *err);

/* A stream of the bytes that a decoder makes, at most `size` of them; seg_stream_close() closes the decoder, which is
 * also closed when this fails. The input gives its name to errors. */
seg_status seg_stream_decode(seg_stream *stream, const seg_decoder *decoder, uint64_t size, const seg_input *input,
                             const seg_warnings *notes, seg_error *err);

/* *bytes = the next bytes, at most n and fewer only at the end; they stay where they are. */
seg_status seg_stream_peek(seg_stream *stream, size_t n, const uint8_t **bytes, size_t *got, seg_error *err);

/* *bytes = the next n bytes, good until the next call; an end before that is an error. */
seg_status seg_stream_take(seg_stream *stream, size_t n, const uint8_t **bytes, seg_error *err);

/* The next n bytes, put where the caller wants them. */
seg_status seg_stream_read(seg_stream *stream, void *out, size_t n, seg_error *err);
seg_status seg_stream_skip(seg_stream *stream, uint64_t n, seg_error *err);

/* Reads to the end, so that checksums are compared. Bytes that are left over are counted in a warning. */
seg_status seg_stream_finish(seg_stream *stream, seg_error *err);

/* The most bytes that a file of this size can hold: deflate never packs more than 1032 into one. */
uint64_t seg_stream_limit(const seg_input *input, bool gzip);

void seg_stream_close(seg_stream *stream);

#endif
