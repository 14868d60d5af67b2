/* fuzz_npy.c - libFuzzer target: any bytes are a file of this format. */
#include "fuzz_image.h"

static test_bytes valid_file(uint64_t seed)
{
    static const struct {
        const char *code;
        seg_type_id id;
    } TYPES[] = {{"|u1", SEG_UINT8},   {"<i2", SEG_INT16},   {">u4", SEG_UINT32},
                 {"<f2", SEG_FLOAT16}, {">f4", SEG_FLOAT32}, {"<f8", SEG_FLOAT64}};
    size_t t = fixture_random(&seed) % 6, n = 1 + fixture_random(&seed) % 3;
    char dictionary[128];

    snprintf(dictionary, sizeof dictionary, "{'descr': '%s', 'fortran_order': %s, 'shape': (%zu, 2, %zu, 3), }",
             TYPES[t].code, fixture_random(&seed) & 1 ? "True" : "False", n, n);
    return npy_make(1 + (int)(fixture_random(&seed) % 3), dictionary,
                    some_numbers(&seed, TYPES[t].id, 6 * n * n, TYPES[t].code[0] == '>'));
}
