/* fuzz_tiff.c - libFuzzer target: any bytes are a file of this format. */
#include "fuzz_image.h"

static test_bytes valid_file(uint64_t seed)
{
    static const struct {
        int bits, format;
        seg_type_id id;
    } TYPES[] = {{8, 1, SEG_UINT8}, {16, 2, SEG_INT16}, {32, 3, SEG_FLOAT32}, {64, 3, SEG_FLOAT64}};
    size_t t = fixture_random(&seed) % 4;
    tiff_file f = {.width = 4, .height = 3, .pages = 1 + (int)(fixture_random(&seed) % 4)};

    f.bits = TYPES[t].bits;
    f.format = TYPES[t].format;
    f.big_endian = fixture_random(&seed) & 1;
    f.bigtiff = fixture_random(&seed) & 1;
    if (fixture_random(&seed) & 1)
        f.tag[0] = (tiff_tag){270, 2, 1, 0, "ImageJ=1.53t\nimages=2\nchannels=2\nunit=micron\nspacing=2\n"};
    f.data = some_numbers(&seed, TYPES[t].id, 12 * (size_t)f.pages, f.big_endian);
    return tiff_make(&f);
}
