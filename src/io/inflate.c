/* inflate.c - deflate with ISA-L, six times as fast as zlib on label maps.
 *
 * A gzip file is one member after another, each with a CRC-32 and a length that ISA-L compares. After the last member zero
 * bytes are padding (tapes, block devices); anything else there is ignored with a remark, as gzip does.
 */
#include "inflate.h"

#ifdef SEG_WITHOUT_ISAL
#include "isal_on_zlib.h"
#else
#include <isa-l/igzip_lib.h>
#define isal_inflate_end(state) ((void)0) /* ISA-L allocates nothing */
#endif
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* Compressed bytes read at a time. */
enum { IN_BLOCK = 256 * 1024 };

/* A member's fixed part; bits of the flags that RFC 1952 reserves. */
enum { MEMBER_HEADER = 10, RESERVED_FLAGS = 0xe0 };

/* ISA-L counts its output room in 32 bits. */
static const size_t OUT_BLOCK = (size_t)1 << 30;

struct seg_inflate {
    const seg_input *input;
    const seg_warnings *notes;
    seg_wrapping wrapping;
    uint64_t at, end; /* of the input: behind what is in `in`, and behind the data */
    bool ended;
    struct inflate_state state;
    uint8_t in[IN_BLOCK];
};

static const char *const NAMES[] = {"gzip", "zlib", "deflate"};

bool seg_is_gzip(const seg_input *input, uint64_t at)
{
    uint8_t magic[2];

    return !seg_input_pread(input, at, magic, 2) && magic[0] == 0x1f && magic[1] == 0x8b;
}

static seg_status damaged(const seg_inflate *g, const char *how, seg_error *err)
{
    return seg_fail(err, SEG_READ, "%s: %s data is damaged: %s, intact data was wanted (copy or write the file again)",
                    g->input->name, NAMES[g->wrapping], how);
}

/* Moves what is left of `in` to its front and reads on behind it. */
static seg_status refill(seg_inflate *g, seg_error *err)
{
    size_t kept = g->state.avail_in, more = IN_BLOCK - kept;
    seg_status st;

    if (kept > 0)
        memmove(g->in, g->state.next_in, kept);
    if (more > g->end - g->at)
        more = (size_t)(g->end - g->at);
    st = seg_input_at(g->input, g->at, g->in + kept, more, err);
    if (st)
        return st;
    g->at += more;
    g->state.next_in = g->in;
    g->state.avail_in = (uint32_t)(kept + more);
    return SEG_OK;
}

/* Starts on the member whose header is at the front of `in`. */
static seg_status start_member(seg_inflate *g, seg_error *err)
{
    const uint8_t *header = g->state.next_in;

    if (g->state.avail_in < MEMBER_HEADER)
        return damaged(g, "it ends in a header", err);
    if (header[2] != 8 || (header[3] & RESERVED_FLAGS))
        return damaged(g, "unknown method or flags", err);
    isal_inflate_reset(&g->state);
    g->state.crc_flag = ISAL_GZIP;
    return SEG_OK;
}

/* Behind a member: another one, padding, or bytes that do not belong to the file. */
static seg_status next_member(seg_inflate *g, seg_error *err)
{
    bool padded = false;
    seg_status st;

    for (;;) {
        st = g->state.avail_in < MEMBER_HEADER ? refill(g, err) : SEG_OK;
        if (st)
            return st;
        if (g->state.avail_in == 0 || *g->state.next_in != 0)
            break;
        padded = true;
        g->state.next_in++;
        g->state.avail_in--;
    }
    if (!padded && g->state.avail_in >= 2 && g->state.next_in[0] == 0x1f && g->state.next_in[1] == 0x8b)
        return start_member(g, err);
    g->ended = true;
    if (g->state.avail_in > 0)
        seg_warn(g->notes, "%s: %llu bytes behind the gzip data are ignored", g->input->name,
                 (unsigned long long)(g->end - g->at + g->state.avail_in));
    return SEG_OK;
}

/* After zlib or bare deflate data: the bytes that are left do not belong to it. */
static void end_single(seg_inflate *g)
{
    uint64_t left = g->end - g->at + g->state.avail_in + g->state.read_in_length / 8;

    g->ended = true;
    if (left > 0)
        seg_warn(g->notes, "%s: %llu bytes behind the %s data are ignored", g->input->name, (unsigned long long)left,
                 NAMES[g->wrapping]);
}

seg_status seg_inflate_open(seg_inflate **inflate, seg_wrapping wrapping, const seg_input *input, uint64_t begin,
                            uint64_t end, const seg_warnings *notes, seg_error *err)
{
    seg_inflate *g;
    seg_status st = seg_alloc_big(inflate, 1, sizeof **inflate, "inflating data", err);

    if (st)
        return st;
    g = *inflate;
    g->input = input;
    g->notes = notes;
    g->wrapping = wrapping;
    g->at = begin;
    g->end = end;
    g->ended = false;
    isal_inflate_init(&g->state);
    g->state.avail_in = 0;
    st = refill(g, err);
    if (!st && wrapping == SEG_GZIP)
        st = start_member(g, err);
    else if (!st)
        g->state.crc_flag = wrapping == SEG_ZLIB ? ISAL_ZLIB : ISAL_DEFLATE;
    if (st) {
        seg_inflate_close(g);
        *inflate = NULL;
    }
    return st;
}

static seg_status inflate_fault(const seg_inflate *g, int code, seg_error *err)
{
    if (code == ISAL_INCORRECT_CHECKSUM)
        return damaged(g, "its checksum does not match", err);
    return damaged(g, "it is not what a compressor writes", err);
}

/* One call of ISA-L: on return the room is full, the member is finished, or all input is used. */
static seg_status step(seg_inflate *g, seg_error *err)
{
    uint32_t in = g->state.avail_in, out = g->state.avail_out;
    int code = isal_inflate(&g->state);

    if (code < 0 || code == ISAL_NEED_DICT)
        return inflate_fault(g, code, err);
    if (g->state.block_state == ISAL_BLOCK_FINISH || g->state.avail_out == 0)
        return SEG_OK;
    if (g->state.avail_in == 0 && g->at == g->end)
        return damaged(g, "it ends too early", err);
    if (g->state.avail_in == in && g->state.avail_out == out && in > 0)
        return damaged(g, "it makes no progress", err);
    return g->state.avail_in == 0 ? refill(g, err) : SEG_OK;
}

seg_status seg_inflate_fill(seg_inflate *g, void *out, size_t room, size_t *got, seg_error *err)
{
    uint8_t *to = out;
    seg_status st = SEG_OK;

    while (!st && room > 0 && !g->ended) {
        uint32_t some = (uint32_t)(room < OUT_BLOCK ? room : OUT_BLOCK);

        g->state.next_out = to;
        g->state.avail_out = some;
        st = step(g, err);
        to += some - g->state.avail_out;
        room -= some - g->state.avail_out;
        if (!st && g->state.block_state == ISAL_BLOCK_FINISH) {
            if (g->wrapping == SEG_GZIP)
                st = next_member(g, err);
            else
                end_single(g);
        }
    }
    *got = (size_t)(to - (uint8_t *)out);
    return st;
}

void seg_inflate_close(seg_inflate *inflate)
{
    if (inflate)
        isal_inflate_end(&inflate->state);
    free(inflate);
}
