/* fuzz_image.h - what the fuzzers of the image formats share: any bytes are read in each of the four ways.
 *
 * The last byte chooses how. Now and then the mutator starts over from a valid file, made by the fuzzer's valid_file().
 */
#ifndef TESTS_FUZZ_FUZZ_IMAGE_H
#define TESTS_FUZZ_FUZZ_IMAGE_H

#include <stdlib.h>
#include <string.h>

#include "io/infer_kind.h"
#include "support/fixture.h"
#include "support/write_formats.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FUZZ_NUMBERS = 64 };

/* Small numbers of a random type, FUZZ_NUMBERS of them. */
static inline test_bytes some_numbers(uint64_t *seed, seg_type_id type, size_t n, bool big)
{
    double value[FUZZ_NUMBERS];

    for (size_t i = 0; i < FUZZ_NUMBERS; i++)
        value[i] = (double)(fixture_random(seed) % 5);
    return numbers_make(type, value, n < FUZZ_NUMBERS ? n : FUZZ_NUMBERS, big);
}

static test_bytes valid_file(uint64_t seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed)
{
    if (size < 16 || seed % 256 == 0) {
        test_bytes b = valid_file(seed);

        size = b.n < room ? b.n : room;
        memcpy(data, b.at, size);
        free(b.at);
        return size;
    }
    return LLVMFuzzerMutate(data, size, room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const AXES[] = {NULL, NULL, "czyx", "xyz", "cxyz", "xyzct"};
    seg_read_options options = {.memory = 64 << 20};
    seg_image_file a, *not_taken = &a; /* options.once is not set */
    seg_image image = {0};
    seg_error err = {0};

    if (size == 0)
        return 0;
    options.as = (seg_read_as)(data[size - 1] % 4);
    options.keep_nan = data[size - 1] & 4;
    options.axes = AXES[data[size - 1] / 8 % 6];
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

#endif
