/* fuzz_npz.c - libFuzzer target: any bytes are a file of this format. */
#include "fuzz_image.h"

static test_bytes valid_file(uint64_t seed)
{
    zip_file file[2];

    for (int i = 0; i < 2; i++) {
        test_bytes b = npy_make(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 3, 4), }",
                                some_numbers(&seed, SEG_FLOAT32, 48, false));

        file[i] = (zip_file){i ? "x.npy" : "probabilities.npy", b, fixture_random(&seed) & 1,
                             fixture_random(&seed) & 1 ? ZIP_64 : ZIP_HONEST};
    }
    if (fixture_random(&seed) & 1) {
        free(file[1].bytes.at);
        return zip_make(file, 1);
    }
    return zip_make(file, 2);
}
