/* md5.c - the MD5 digest (RFC 1321). */
#include "md5.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t turn(uint32_t x, int bits)
{
    return x << bits | x >> (32 - bits);
}

/* One block of 64 bytes changes the four words of the state. */
static void digest_block(uint32_t state[4], const unsigned char *block)
{
    static const int turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];

    for (int i = 0; i < 64; i++) {
        const int round = i / 16;
        const uint32_t mixed = round == 0   ? (b & c) | (~b & d)
                               : round == 1 ? (d & b) | (~d & c)
                               : round == 2 ? b ^ c ^ d
                                            : c ^ (b | ~d);
        const unsigned char *w = block + 4 * ((round == 0   ? i
                                               : round == 1 ? 5 * i + 1
                                               : round == 2 ? 3 * i + 5
                                                            : 7 * i) %
                                              16);
        const uint32_t word = (uint32_t)w[0] | (uint32_t)w[1] << 8 | (uint32_t)w[2] << 16 | (uint32_t)w[3] << 24;
        /* The constants are the first 32 bits of |sin 1|, |sin 2|, ... */
        const uint32_t constant = (uint32_t)(uint64_t)floor(fabs(sin(i + 1)) * 4294967296.0);
        const uint32_t next = b + turn(a + mixed + word + constant, turns[round][i % 4]);

        a = d;
        d = c;
        c = b;
        b = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

void seg_md5(const char *text, size_t length, char out[33])
{
    uint32_t state[4] = {0x67452301u, 0xEFCDAB89u, 0x98BADCFEu, 0x10325476u};
    unsigned char last[128] = {0};
    const size_t whole = length / 64 * 64, rest = length - whole, room = rest < 56 ? 64 : 128;

    for (size_t i = 0; i < whole; i += 64)
        digest_block(state, (const unsigned char *)text + i);
    memcpy(last, text + whole, rest);
    last[rest] = 0x80;
    for (int i = 0; i < 8; i++)
        last[room - 8 + (size_t)i] = (unsigned char)((uint64_t)length * 8 >> (8 * i));
    for (size_t i = 0; i < room; i += 64)
        digest_block(state, last + i);
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", state[i / 4] >> (8 * (i % 4)) & 0xff);
}
