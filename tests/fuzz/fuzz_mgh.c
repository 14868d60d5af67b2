/* fuzz_mgh.c - libFuzzer target: any bytes are a file of this format. */
#include "fuzz_image.h"

static test_bytes valid_file(uint64_t seed)
{
    static const struct {
        uint32_t code;
        seg_type_id id;
    } TYPES[] = {{0, SEG_UINT8}, {1, SEG_INT32}, {3, SEG_FLOAT32}, {4, SEG_INT16}, {10, SEG_UINT16}};
    size_t t = fixture_random(&seed) % 5, shape[4] = {3, 2, 2, 1 + fixture_random(&seed) % 3};
    const double mm[3] = {1, 2, 3};
    test_bytes b = mgh_make(shape, mm, TYPES[t].code, some_numbers(&seed, TYPES[t].id, 12 * shape[3], true));

    return fixture_random(&seed) & 1 ? gzip_make(b) : b;
}
