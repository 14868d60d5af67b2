/* isal_on_zlib.h - the part of ISA-L's interface that inflate.c uses, on top of zlib: for builds without ISA-L.
 *
 * The names and meanings are those of igzip_lib.h; only what inflate.c reads is there. */
#ifndef SEG_IO_ISAL_ON_ZLIB_H
#define SEG_IO_ISAL_ON_ZLIB_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

enum { ISAL_DEFLATE = -15, ISAL_ZLIB = 15, ISAL_GZIP = 15 + 16 }; /* as windowBits of inflateInit2() */

enum { ISAL_DECOMP_OK = 0, ISAL_NEED_DICT = 4, ISAL_INVALID_BLOCK = -1, ISAL_INCORRECT_CHECKSUM = -4 };

typedef enum { ISAL_BLOCK_NEW_HDR, ISAL_BLOCK_FINISH } isal_block_state;

struct inflate_state {
    uint8_t *next_in, *next_out;
    uint32_t avail_in, avail_out;
    int crc_flag;
    int32_t read_in_length; /* bits taken from the input and not used: 0, zlib gives bytes back */
    isal_block_state block_state;
    z_stream zlib;
    bool begun;
};

static inline void isal_inflate_init(struct inflate_state *s)
{
    *s = (struct inflate_state){0};
}

static inline void isal_inflate_end(struct inflate_state *s)
{
    if (s->begun)
        inflateEnd(&s->zlib);
    s->begun = false;
}

static inline void isal_inflate_reset(struct inflate_state *s)
{
    isal_inflate_end(s);
    s->block_state = ISAL_BLOCK_NEW_HDR;
    memset(&s->zlib, 0, sizeof s->zlib);
}

static inline int isal_inflate(struct inflate_state *s)
{
    int code;

    if (!s->begun && inflateInit2(&s->zlib, s->crc_flag) != Z_OK)
        return ISAL_INVALID_BLOCK;
    s->begun = true;
    s->zlib.next_in = s->next_in;
    s->zlib.avail_in = s->avail_in;
    s->zlib.next_out = s->next_out;
    s->zlib.avail_out = s->avail_out;
    code = inflate(&s->zlib, Z_NO_FLUSH);
    s->next_in = s->zlib.next_in;
    s->avail_in = s->zlib.avail_in;
    s->next_out = s->zlib.next_out;
    s->avail_out = s->zlib.avail_out;
    if (code == Z_STREAM_END)
        s->block_state = ISAL_BLOCK_FINISH;
    if (code == Z_NEED_DICT)
        return ISAL_NEED_DICT;
    if (code == Z_DATA_ERROR && s->zlib.msg &&
        (strstr(s->zlib.msg, "incorrect data check") || strstr(s->zlib.msg, "incorrect length check")))
        return ISAL_INCORRECT_CHECKSUM;
    return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR ? ISAL_DECOMP_OK : ISAL_INVALID_BLOCK;
}

#endif
