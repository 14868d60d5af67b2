/* fuzz_inflate.c - libFuzzer target: any bytes are gzip data; what is accepted must be what zlib makes of it. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/stream.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 8 << 20 };

static test_bytes member(uint64_t seed)
{
    size_t n = fixture_random(&seed) % 3000, kinds = 1 + fixture_random(&seed) % 256;
    test_bytes b = {calloc(n + 1, 1), n};

    for (size_t i = 0; i < n; i++)
        b.at[i] = (uint8_t)(fixture_random(&seed) % kinds);
    return gzip_make(b);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed)
{
    if (size < 16 || seed % 256 == 0) {
        test_bytes b = seed % 512 ? member(seed) : bytes_join(member(seed), member(seed + 1));

        size = b.n < room ? b.n : room;
        memcpy(data, b.at, size);
        free(b.at);
        return size;
    }
    return LLVMFuzzerMutate(data, size, room);
}

/* What zlib inflates from the first member; -1 when it refuses. */
static long first_member(const uint8_t *data, size_t size, uint8_t *out)
{
    z_stream z = {0};
    int code;

    if (inflateInit2(&z, 31) != Z_OK)
        abort();
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = ROOM;
    code = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return code == Z_STREAM_END ? (long)z.total_out : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t ours[ROOM], theirs[ROOM];
    seg_input input;
    seg_inflate *g = NULL;
    seg_error err = {0};
    size_t got = 0;
    seg_status st;
    long want;

    if (size < 2)
        return 0;
    if (seg_input_of_memory(&input, data, size, "fuzz", &err))
        abort();
    st = seg_inflate_open(&g, SEG_GZIP, &input, 0, input.size, NULL, &err);
    if (!st)
        st = seg_inflate_fill(g, ours, ROOM, &got, &err);
    seg_inflate_close(g);
    seg_input_close(&input);
    if (st && !err.text[0])
        abort();
    if (st || got == ROOM)
        return 0;
    want = first_member(data, size, theirs);
    if (want >= 0 && ((size_t)want > got || memcmp(ours, theirs, (size_t)want))) /* zlib refuses incomplete codes */
        abort();
    return 0;
}
