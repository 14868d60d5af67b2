/* inflate.h - decompresses deflate data block by block; what it gives counts only when its checksum was compared. */
#ifndef SEG_IO_INFLATE_H
#define SEG_IO_INFLATE_H

#include "input.h"

typedef struct seg_inflate seg_inflate;

/* What is around the deflate data: gzip members with CRC-32 and length, one after another (RFC 1952); a zlib header
 * and Adler-32 (RFC 1950); nothing (RFC 1951), where the caller compares a checksum. */
typedef enum { SEG_GZIP, SEG_ZLIB, SEG_DEFLATE } seg_wrapping;

/* Reads from byte `begin` of the input up to `end`. The input must outlive it. */
seg_status seg_inflate_open(seg_inflate **inflate, seg_wrapping wrapping, const seg_input *input, uint64_t begin,
                            uint64_t end, const seg_warnings *notes, seg_error *err);

/* Fills out[room] as far as the data goes: *got < room only at the end of the data, whose checksum was then compared. */
seg_status seg_inflate_fill(seg_inflate *inflate, void *out, size_t room, size_t *got, seg_error *err);

void seg_inflate_close(seg_inflate *inflate);

/* True when the bytes from `at` on begin with the magic number of gzip. */
bool seg_is_gzip(const seg_input *input, uint64_t at);

#endif
