/* test_box.c - boxes of labels and masks, and masks cut along them, against a voxel-by-voxel account. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "geometry/box.h"
#include "support/sample_masks.h"

static const size_t SIZES[][3] = {{1, 1, 1}, {9, 4, 1}, {63, 3, 2}, {64, 4, 3}, {65, 5, 2}, {200, 7, 5}};
enum { N_SIZES = sizeof SIZES / sizeof SIZES[0], CODES = 5 };

static uint8_t *random_labels(const size_t n[3], uint64_t *seed)
{
    size_t voxels = n[0] * n[1] * n[2];
    uint8_t *label = malloc(voxels), current = 0;

    assert_non_null(label);
    for (size_t i = 0; i < voxels; i++) {
        if (sample_uniform(seed) < 0.05)
            current = (uint8_t)(sample_next(seed) >> 32) % CODES;
        label[i] = current;
    }
    return label;
}

static seg_labelmap map_of(const uint8_t *label, const size_t n[3])
{
    seg_grid grid = {.n = {n[0], n[1], n[2]}, .mm = {1, 1, 1}};
    seg_labelmap map = {0};

    assert_int_equal(seg_labelmap_begin(&map, &grid, NULL), SEG_OK);
    for (size_t row = 0; row < n[1] * n[2]; row++)
        assert_int_equal(seg_labelmap_add_row_u8(&map, label + row * n[0], NULL), SEG_OK);
    assert_int_equal(seg_labelmap_end(&map, NULL), SEG_OK);
    return map;
}

static seg_box box_of(const uint8_t *label, int value, const size_t n[3])
{
    seg_box box = {0};

    for (size_t i = 0; i < n[0] * n[1] * n[2]; i++) {
        seg_box voxel = {{i % n[0], i / n[0] % n[1], i / n[0] / n[1]}, {0}};

        for (int a = 0; a < 3; a++)
            voxel.end[a] = voxel.begin[a] + 1;
        if (label[i] == value)
            box = seg_box_join(&box, &voxel);
    }
    return box;
}

static void expect_mask(const seg_mask *mask, const uint8_t *label, int value, const size_t n[3], const seg_box *box)
{
    size_t count = 0;

    for (size_t z = 0; z < mask->n[2]; z++)
        for (size_t y = 0; y < mask->n[1]; y++)
            for (size_t x = 0; x < mask->n[0]; x++) {
                size_t i = box->begin[0] + x + n[0] * (box->begin[1] + y + n[1] * (box->begin[2] + z));

                assert_int_equal(seg_mask_has(mask, x, y, z), label[i] == value);
                count += label[i] == value;
            }
    assert_int_equal(seg_mask_count(mask), count); /* no bits beyond the rows */
}

/* A box at random places, at least one voxel large. */
static seg_box random_box(const size_t n[3], uint64_t *seed)
{
    seg_box box;

    for (int a = 0; a < 3; a++) {
        box.begin[a] = (size_t)(sample_uniform(seed) * (double)n[a]);
        box.end[a] = box.begin[a] + 1 + (size_t)(sample_uniform(seed) * (double)(n[a] - box.begin[a]));
    }
    return box;
}

static void check_code(const seg_labelmap *map, const uint8_t *label, const seg_box *boxes, uint32_t code,
                       uint64_t *seed)
{
    const size_t *n = map->grid.n;
    int value = (int)map->value[code];
    seg_box wanted = box_of(label, value, n), whole = {{0}, {n[0], n[1], n[2]}}, part = random_box(n, seed), found;
    seg_mask mask, cut;

    assert_memory_equal(&boxes[code], &wanted, sizeof wanted);
    assert_int_equal(seg_mask_of_code(&mask, map, code, NULL), SEG_OK);
    expect_mask(&mask, label, value, n, &whole);
    found = seg_mask_box(&mask);
    assert_memory_equal(&found, &wanted, sizeof wanted);
    assert_int_equal(seg_mask_cut(&cut, &mask, &part, NULL), SEG_OK);
    expect_mask(&cut, label, value, n, &part);
    seg_mask_free(&cut);
    seg_mask_free(&mask);
    assert_int_equal(seg_mask_of_box(&mask, map, code, &part, NULL), SEG_OK);
    expect_mask(&mask, label, value, n, &part);
    seg_mask_free(&mask);
}

static void boxes_and_masks_hold_what_the_labels_say(void **state)
{
    uint64_t seed = 1234;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < 20 * N_SIZES; s++) {
        const size_t *n = SIZES[s % N_SIZES];
        uint8_t *label = random_labels(n, &seed);
        seg_labelmap map = map_of(label, n);
        seg_box boxes[CODES];

        seg_labelmap_boxes(&map, map.values, boxes);
        for (uint32_t code = 0; code < map.values; code++)
            check_code(&map, label, boxes, code, &seed);
        seg_labelmap_free(&map);
        free(label);
    }
}

static void boxes_grow_up_to_the_edge_of_the_image(void **state)
{
    const size_t n[3] = {10, 5, 1};
    seg_box box = {{3, 0, 0}, {9, 2, 1}}, none = {0};
    seg_box grown = seg_box_grow(&box, 2, n), still = seg_box_grow(&none, 2, n), joint = seg_box_join(&none, &box);
    const seg_box wanted = {{1, 0, 0}, {10, 4, 1}};

    (void)state;
    assert_memory_equal(&grown, &wanted, sizeof wanted);
    assert_true(seg_box_is_empty(&still));
    assert_memory_equal(&joint, &box, sizeof box);
}

static void a_code_that_is_absent_has_an_empty_box(void **state)
{
    const size_t n[3] = {4, 1, 1};
    const uint8_t label[4] = {0, 0, 1, 1};
    seg_labelmap map = map_of(label, n);
    seg_box boxes[4];

    (void)state;
    seg_labelmap_boxes(&map, 4, boxes);
    assert_true(!seg_box_is_empty(&boxes[0]) && !seg_box_is_empty(&boxes[1]));
    assert_true(seg_box_is_empty(&boxes[2]) && seg_box_is_empty(&boxes[3]));
    seg_labelmap_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_and_masks_hold_what_the_labels_say),
        cmocka_unit_test(boxes_grow_up_to_the_edge_of_the_image),
        cmocka_unit_test(a_code_that_is_absent_has_an_empty_box),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
