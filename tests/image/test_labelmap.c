/* test_labelmap.c - runs say the same as the voxels they were made from. */
#include "support/fixture.h"

#include <stdlib.h>
#include <string.h>

static void fill(uint8_t *voxel, size_t n, uint64_t *seed, int stay)
{
    for (size_t i = 0; i < n; i++)
        voxel[i] = i && fixture_random(seed) % (uint64_t)stay ? voxel[i - 1] : (uint8_t)(fixture_random(seed) % 5 * 3);
}

static void build(seg_labelmap *map, const seg_grid *grid, const uint8_t *voxel)
{
    seg_error err = {0};

    assert_ok(seg_labelmap_begin(map, grid, &err), &err);
    for (size_t row = 0; row < seg_grid_rows(grid); row++)
        assert_ok(seg_labelmap_add_row_u8(map, voxel + row * grid->n[0], &err), &err);
    assert_ok(seg_labelmap_end(map, &err), &err);
}

static void codes_give_back_the_voxels(void **state)
{
    uint64_t seed = 7;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t nx = 1; nx < 140; nx += nx < 8 ? 1 : 13) {
        seg_grid grid = {.n = {nx, 5, 3}};
        size_t n = seg_grid_voxels(&grid);
        uint8_t *voxel = malloc(n);
        uint16_t *code = malloc(n * sizeof *code);
        seg_labelmap map;

        fill(voxel, n, &seed, 1 + (int)(nx % 20));
        build(&map, &grid, voxel);
        seg_labelmap_codes(&map, 0, n, code);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(map.value[code[i]], voxel[i]);
        for (size_t begin = 0; begin < n; begin += 7) {
            size_t part = n - begin < 11 ? n - begin : 11;

            seg_labelmap_codes(&map, begin, part, code);
            for (size_t i = 0; i < part; i++)
                assert_int_equal(map.value[code[i]], voxel[begin + i]);
        }
        seg_labelmap_free(&map);
        free(voxel);
        free(code);
    }
}

static void a_repeated_row_is_the_row_added_again(void **state)
{
    static const uint8_t row[2][4] = {{5, 5, 2, 5}, {7, 7, 7, 7}};
    seg_grid grid = {.n = {4, 7, 1}};
    seg_labelmap once, again;
    uint8_t voxel[28];
    seg_error err = {0};

    (void)state;
    assert_ok(seg_labelmap_begin(&again, &grid, &err), &err);
    for (size_t y = 0; y < 7; y++)
        memcpy(voxel + 4 * y, row[y == 4], 4);
    assert_ok(seg_labelmap_add_row_u8(&again, row[0], &err), &err);
    assert_ok(seg_labelmap_repeat_row(&again, 3, &err), &err);
    assert_ok(seg_labelmap_add_row_u8(&again, row[1], &err), &err);
    assert_ok(seg_labelmap_repeat_row(&again, 0, &err), &err);
    assert_ok(seg_labelmap_add_row_u8(&again, row[0], &err), &err);
    assert_ok(seg_labelmap_repeat_row(&again, 1, &err), &err);
    assert_ok(seg_labelmap_end(&again, &err), &err);
    build(&once, &grid, voxel);
    assert_int_equal(again.runs, once.runs);
    assert_memory_equal(again.run, once.run, once.runs * sizeof *once.run);
    assert_memory_equal(again.first, once.first, 8 * sizeof *once.first);
    seg_labelmap_free(&once);
    seg_labelmap_free(&again);
}

/* A row as 16-bit codes and as 64-bit numbers of which neighbours differ in a single byte, any of the eight. */
static void check_wide_row(const uint8_t *voxel, size_t nx)
{
    seg_grid grid = {.n = {nx, 1, 1}};
    uint16_t *half = malloc(nx * sizeof *half);
    int64_t *wide = malloc(nx * sizeof *wide);
    seg_labelmap codes, numbers;
    seg_error err = {0};

    for (size_t x = 0; x < nx; x++) {
        half[x] = (uint16_t)(voxel[x] << 8 | 1);
        wide[x] = (int64_t)voxel[x] << 8 * (nx % 8);
    }
    assert_ok(seg_labelmap_begin(&codes, &grid, &err), &err);
    assert_ok(seg_labelmap_add_row_codes(&codes, half, &err), &err);
    assert_ok(seg_labelmap_close(&codes, &err), &err);
    assert_ok(seg_labelmap_begin(&numbers, &grid, &err), &err);
    assert_ok(seg_labelmap_add_row_i64(&numbers, wide, &err), &err);
    assert_ok(seg_labelmap_end(&numbers, &err), &err);
    assert_int_equal(codes.runs, numbers.runs);
    for (size_t x = 0, run = 0; x < nx; x++) {
        run += x && voxel[x] != voxel[x - 1];
        assert_in_range(run, 0, codes.runs - 1);
        assert_true(codes.run[run].x <= x && numbers.run[run].x == codes.run[run].x);
        assert_int_equal(codes.run[run].code, half[x]);
        assert_int_equal(numbers.value[numbers.run[run].code], wide[x]);
    }
    seg_labelmap_free(&codes);
    seg_labelmap_free(&numbers);
    free(half);
    free(wide);
}

static void wide_voxels_have_the_runs_of_narrow_ones(void **state)
{
    uint64_t seed = 31;
    uint8_t voxel[300];

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t nx = 1; nx < sizeof voxel; nx += nx < 150 ? 1 : 17) {
        fill(voxel, nx, &seed, 1 + (int)(nx % 20));
        check_wide_row(voxel, nx);
    }
}

static void values_ascend_and_neighbouring_runs_differ(void **state)
{
    static const uint8_t voxel[12] = {9, 9, 3, 3, 3, 9, 0, 0, 9, 9, 9, 9};
    seg_grid grid = {.n = {6, 2, 1}};
    seg_labelmap map;

    (void)state;
    build(&map, &grid, voxel);
    assert_int_equal(map.values, 3);
    assert_int_equal(map.value[0], 0);
    assert_int_equal(map.value[1], 3);
    assert_int_equal(map.value[2], 9);
    assert_int_equal(map.first[1], 3);
    assert_int_equal(map.first[2], 5);
    assert_int_equal(map.run[1].x, 2);
    assert_int_equal(map.run[1].code, 1);
    seg_labelmap_free(&map);
}

static void recoding_joins_runs_that_became_equal(void **state)
{
    static const uint8_t voxel[12] = {9, 9, 3, 3, 3, 9, 0, 0, 9, 9, 9, 9};
    static const uint32_t to[3] = {0, 1, 1};
    seg_grid grid = {.n = {6, 2, 1}};
    uint64_t counts[2];
    seg_labelmap map;

    (void)state;
    build(&map, &grid, voxel);
    seg_labelmap_recode(&map, to);
    assert_int_equal(map.runs, 3);
    seg_labelmap_count(&map, 2, counts);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 10);
    seg_labelmap_free(&map);
}

static void slices_and_turns_move_every_voxel_to_its_place(void **state)
{
    seg_grid grid = {.n = {5, 4, 3}};
    static const int from[3] = {2, 0, 1};
    static const bool flip[3] = {true, false, true};
    uint8_t voxel[60];
    uint16_t code[60];
    uint64_t seed = 11;
    seg_labelmap map, slice;
    seg_error err = {0};

    (void)state;
    fill(voxel, 60, &seed, 2);
    build(&map, &grid, voxel);
    for (int axis = 0; axis < 3; axis++)
        for (size_t index = 0; index < grid.n[axis]; index++) {
            assert_ok(seg_labelmap_slice(&slice, &map, axis, index, &err), &err);
            seg_labelmap_codes(&slice, 0, seg_grid_voxels(&slice.grid), code);
            for (size_t b = 0; b < slice.grid.n[1]; b++)
                for (size_t a = 0; a < slice.grid.n[0]; a++) {
                    size_t at[3] = {axis == 0 ? index : a,
                                    axis == 1   ? index
                                    : axis == 0 ? a
                                                : b,
                                    axis == 2 ? index : b};

                    assert_int_equal(map.value[code[a + slice.grid.n[0] * b]], voxel[at[0] + 5 * (at[1] + 4 * at[2])]);
                }
            seg_labelmap_free(&slice);
        }
    assert_ok(seg_labelmap_reorient(&map, from, flip, &err), &err);
    assert_int_equal(map.grid.n[0], 3);
    assert_int_equal(map.grid.n[1], 5);
    seg_labelmap_codes(&map, 0, 60, code);
    for (size_t z = 0; z < 4; z++)
        for (size_t y = 0; y < 5; y++)
            for (size_t x = 0; x < 3; x++)
                assert_int_equal(map.value[code[x + 3 * (y + 5 * z)]], voxel[y + 5 * ((3 - z) + 4 * (2 - x))]);
    seg_labelmap_free(&map);
}

static void overlay_takes_over_one_code(void **state)
{
    static const uint8_t a[10] = {0, 3, 3, 0, 0, 3, 3, 3, 3, 3}, b[10] = {3, 3, 0, 0, 3, 0, 0, 3, 3, 0};
    seg_grid grid = {.n = {5, 2, 1}};
    uint16_t code[10];
    seg_labelmap first, second;
    seg_error err = {0};

    (void)state;
    build(&first, &grid, a);
    build(&second, &grid, b);
    assert_ok(seg_labelmap_overlay(&first, &second, 1, 7, &err), &err);
    seg_labelmap_codes(&first, 0, 10, code);
    for (int i = 0; i < 10; i++)
        assert_int_equal(code[i], b[i] == 3 ? 7 : a[i] / 3);
    seg_labelmap_free(&first);
    seg_labelmap_free(&second);
}

static void too_many_labels_are_refused(void **state)
{
    seg_grid grid = {.n = {SEG_LABELS_MAX + 1, 1, 1}};
    int64_t *row = calloc(grid.n[0], sizeof *row);
    seg_labelmap map;
    seg_error err = {0};

    (void)state;
    for (size_t i = 0; i < grid.n[0]; i++)
        row[i] = (int64_t)i * -7;
    assert_ok(seg_labelmap_begin(&map, &grid, &err), &err);
    assert_int_equal(seg_labelmap_add_row_i64(&map, row, &err), SEG_READ);
    assert_non_null(strstr(err.text, "65000"));
    seg_labelmap_free(&map);
    free(row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_give_back_the_voxels),
        cmocka_unit_test(a_repeated_row_is_the_row_added_again),
        cmocka_unit_test(wide_voxels_have_the_runs_of_narrow_ones),
        cmocka_unit_test(values_ascend_and_neighbouring_runs_differ),
        cmocka_unit_test(recoding_joins_runs_that_became_equal),
        cmocka_unit_test(slices_and_turns_move_every_voxel_to_its_place),
        cmocka_unit_test(overlay_takes_over_one_code),
        cmocka_unit_test(too_many_labels_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
