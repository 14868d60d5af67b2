/* fuzz_png.c - libFuzzer target: any bytes are a PNG, and after every mutation the chunks' CRCs are made right, so that
 * what they protect is reached.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/infer_kind.h"
#include "support/fixture.h"
#include "support/write_png.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static test_bytes valid_file(uint64_t seed)
{
    static const int colours[] = {0, 2, 3, 4, 6};
    static const char *const extras[] = {NULL, "tEXt", "gAMA", "tRNS", "acTL", "iCCP"};
    uint16_t sample[8 * 8 * 4];
    png_file f = {.sample = sample, .colour = colours[fixture_random(&seed) % 5]};

    f.width = 1 + fixture_random(&seed) % 8;
    f.height = 1 + fixture_random(&seed) % 8;
    f.depth = f.colour == 0   ? 1 << fixture_random(&seed) % 5
              : f.colour == 3 ? 1 << fixture_random(&seed) % 4
                              : 8 << fixture_random(&seed) % 2;
    f.interlaced = fixture_random(&seed) & 1;
    f.palette = f.colour == 3 ? (size_t)1 << f.depth : 0;
    f.extra = extras[fixture_random(&seed) % 6];
    f.extra_data = "abcdefgh";
    f.extra_bytes = 8;
    for (size_t i = 0; i < sizeof sample / sizeof *sample; i++)
        sample[i] = (uint16_t)(fixture_random(&seed) % (fixture_random(&seed) & 1 ? 2 : 1u << f.depth));
    return png_make(&f);
}

static void mend_checksums(uint8_t *data, size_t size)
{
    for (size_t at = 8; at + 12 <= size;) {
        size_t n = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 | (size_t)data[at + 2] << 8 | data[at + 3];
        uint32_t crc;

        if (n > size - at - 12)
            return;
        crc = (uint32_t)crc32(crc32(0, NULL, 0), data + at + 4, (uInt)n + 4);
        for (int i = 0; i < 4; i++)
            data[at + 8 + n + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
        at += n + 12;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed)
{
    if (size < 16 || seed % 256 == 0) {
        test_bytes b = valid_file(seed);

        size = b.n < room ? b.n : room;
        memcpy(data, b.at, size);
        free(b.at);
        return size;
    }
    size = LLVMFuzzerMutate(data, size, room);
    if (seed % 8)
        mend_checksums(data, size);
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seg_read_options options = {.memory = 64 << 20};
    seg_image_file a, *not_taken = &a; /* options.once is not set */
    seg_image image = {0};
    seg_error err = {0};

    options.as = size && data[size - 1] & 1 ? SEG_AS_PROBABILITIES : SEG_AS_LABELS;
    if (seg_image_file_open_memory(&a, data, size, "fuzz", &options, NULL, &err)) {
        if (!err.text[0])
            abort();
        return 0;
    }
    if (seg_image_from_array(&image, &not_taken, &options, &err) && !err.text[0])
        abort();
    seg_image_free(&image);
    seg_image_file_close(&a);
    return 0;
}
