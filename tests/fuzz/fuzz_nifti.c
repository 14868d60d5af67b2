/* fuzz_nifti.c - libFuzzer target: any bytes are a NIfTI file, read in each of the four ways.
 *
 * The last byte chooses how. Now and then the mutator starts over from a valid file of random type and shape.
 */
#include <stdlib.h>
#include <string.h>

#include "io/infer_kind.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned int seed);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static test_bytes valid_file(uint64_t seed)
{
    static double value[64];
    nifti_file f = {.value = value, .dims = 1 + (int)(fixture_random(&seed) % 5), .sform = 1, .qform = 1};
    size_t axes = (size_t)f.dims;

    for (size_t i = 0; i < axes; i++) /* at most 3 x 3 x 3 x 1 x 2 */
        f.shape[i] = 1 + fixture_random(&seed) % (i < 3 ? 3 : i + 1 == axes ? 2 : 1);
    f.type = nifti_types[fixture_random(&seed) % NIFTI_TYPES];
    f.version = 1 + (int)(fixture_random(&seed) % 2);
    f.big_endian = fixture_random(&seed) & 1;
    f.slope = fixture_random(&seed) & 1 ? 0.25 : 0;
    for (int i = 0; i < 64; i++)
        value[i] = (double)(fixture_random(&seed) % 5);
    return fixture_random(&seed) & 1 ? gzip_make(nifti_make(&f)) : nifti_make(&f);
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
    return LLVMFuzzerMutate(data, size, room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seg_read_options options = {.memory = 64 << 20};
    seg_image_file a, *not_taken = &a; /* options.once is not set */
    seg_image image = {0};
    seg_error err = {0};

    if (size == 0)
        return 0;
    options.as = (seg_read_as)(data[size - 1] % 4);
    options.keep_nan = data[size - 1] & 4;
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
