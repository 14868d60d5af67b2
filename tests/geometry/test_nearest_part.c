/* test_nearest_part.c - the feature transform against a search over all voxels, ties included. */
#include <stdlib.h>

#include "geometry/nearest_part.h"
#include "support/fixture.h"

static void every_voxel_has_its_nearest_part(void **state)
{
    static const size_t SIZES[][3] = {{1, 1, 1}, {17, 1, 1}, {13, 11, 1}, {7, 6, 5}, {3, 9, 8}};
    uint64_t seed = 7;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t s = 0; s < 5 * sizeof SIZES / sizeof *SIZES; s++) {
        const size_t *n = SIZES[s % 5];
        size_t all = n[0] * n[1] * n[2];
        uint32_t *part = calloc(all, sizeof *part), *given = calloc(all, sizeof *given);
        uint32_t *squared = calloc(all, sizeof *squared);

        for (size_t i = 0; i < all && s >= 5; i++) { /* the first round has no part at all */
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            given[i] = part[i] = (seed >> 40) % 12 ? 0 : 1 + (uint32_t)((seed >> 33) % 4);
        }
        assert_int_equal(seg_nearest_parts(n, part, squared, NULL), SEG_OK);
        for (size_t i = 0; i < all; i++) {
            uint64_t best = UINT64_MAX;

            for (size_t k = 0; k < all; k++) {
                long d[3] = {(long)(i % n[0]) - (long)(k % n[0]), (long)(i / n[0] % n[1]) - (long)(k / n[0] % n[1]),
                             (long)(i / n[0] / n[1]) - (long)(k / n[0] / n[1])};
                uint64_t here = (uint64_t)(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) << 32 | given[k];

                best = given[k] && here < best ? here : best;
            }
            assert_int_equal(part[i], best == UINT64_MAX ? 0 : (uint32_t)best);
            assert_int_equal(squared[i], (uint32_t)(best >> 32));
        }
        free(part);
        free(given);
        free(squared);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_voxel_has_its_nearest_part)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
