/* test_place.c - a part of a grid is found by its place in space and put where it belongs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image/place.h"
#include "support/fixture.h"

/* Axes y, x, z of the world, 2 x 3 x 4 mm. */
static seg_grid grid(size_t nx, size_t ny, size_t nz, const double origin[3])
{
    return (seg_grid){.n = {nx, ny, nz},
                      .mm = {2, 3, 4},
                      .has_mm = true,
                      .has_affine = true,
                      .affine = {{0, -3, 0, origin[0]}, {2, 0, 0, origin[1]}, {0, 0, 4, origin[2]}}};
}

static void parts_are_found(void **state)
{
    const double zero[3] = {0, 0, 0}, shifted[3] = {-6, 2, 8}, half[3] = {-6, 1, 8}, before[3] = {3, 0, 0};
    seg_grid whole = grid(6, 5, 4, zero), part = grid(2, 3, 2, shifted), other;
    size_t at[3];

    (void)state;
    assert_true(seg_grid_part(&part, &whole, at));
    assert_int_equal(at[0], 1);
    assert_int_equal(at[1], 2);
    assert_int_equal(at[2], 2);
    assert_true(seg_grid_part(&whole, &whole, at));
    other = grid(2, 3, 2, half);
    assert_false(seg_grid_part(&other, &whole, at));
    other = grid(2, 3, 2, before);
    assert_false(seg_grid_part(&other, &whole, at));
    other = grid(2, 3, 3, shifted); /* reaches beyond the end */
    assert_false(seg_grid_part(&other, &whole, at));
    other = part;
    other.affine[0][1] = 3; /* turned around */
    assert_false(seg_grid_part(&other, &whole, at));
    other = part;
    other.affine[1][0] = 2.5;
    assert_false(seg_grid_part(&other, &whole, at));
    other = part;
    other.has_affine = false;
    assert_false(seg_grid_part(&other, &whole, at));
}

static void make_map(seg_labelmap *map, const seg_grid *g, const uint8_t *value)
{
    seg_error err = {0};

    assert_ok(seg_labelmap_begin(map, g, &err), &err);
    for (size_t row = 0; row < seg_grid_rows(g); row++)
        assert_ok(seg_labelmap_add_row_u8(map, value + row * g->n[0], &err), &err);
    assert_ok(seg_labelmap_end(map, &err), &err);
}

/* What the whole holds: the part at 1, 2, 2 and background around it. */
static int wanted(const uint8_t *value, const seg_grid *part, size_t x, size_t y, size_t z)
{
    if (x < 1 || x - 1 >= part->n[0] || y < 2 || y - 2 >= part->n[1] || z < 2 || z - 2 >= part->n[2])
        return 0;
    return value[x - 1 + part->n[0] * (y - 2 + part->n[1] * (z - 2))];
}

static void labels_and_masks_are_placed(void **state)
{
    static const uint8_t VALUES[12] = {7, 0, 7, 9, 9, 9, 0, 0, 7, 7, 9, 0},
                         ONES[12] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const double zero[3] = {0, 0, 0}, shifted[3] = {-6, 2, 8};
    const size_t at[3] = {1, 2, 2};
    seg_grid whole = grid(6, 5, 4, zero), part = grid(2, 3, 2, shifted);

    (void)state;
    for (int masks = 0; masks < 2; masks++) {
        seg_image image = {.kind = masks ? SEG_IMAGE_MASKS : SEG_IMAGE_LABELS, .masks = (size_t)masks};
        const uint8_t *value = masks ? ONES : VALUES;
        const seg_labelmap *map = &image.labels;
        seg_error err = {0};
        uint16_t code[120];

        if (masks) {
            uint32_t one[1] = {1};

            image.mask = calloc(1, sizeof *image.mask);
            map = image.mask;
            make_map(image.mask, &part, value);
            seg_labelmap_recode(image.mask, one); /* a mask has the code 1 inside */
        } else {
            make_map(&image.labels, &part, value);
        }
        assert_ok(seg_image_place(&image, &whole, at, &err), &err);
        assert_int_equal(map->grid.n[0], 6);
        seg_labelmap_codes(map, 0, 120, code);
        for (size_t i = 0; i < 120; i++) {
            int64_t have = masks ? code[i] : map->value[code[i]];

            assert_int_equal(have, wanted(value, &part, i % 6, i / 6 % 5, i / 30));
        }
        seg_image_free(&image);
    }
}

static void a_copy_is_equal(void **state)
{
    static const uint8_t VALUES[12] = {7, 0, 7, 9, 9, 9, 0, 0, 7, 7, 9, 0};
    const double zero[3] = {0, 0, 0};
    seg_grid g = grid(2, 3, 2, zero);
    seg_labelmap map, copy;
    seg_error err = {0};
    uint16_t a[12], b[12];

    (void)state;
    make_map(&map, &g, VALUES);
    assert_ok(seg_labelmap_copy(&copy, &map, &err), &err);
    seg_labelmap_codes(&map, 0, 12, a);
    seg_labelmap_free(&map);
    seg_labelmap_codes(&copy, 0, 12, b);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(copy.values, 3);
    assert_int_equal(copy.value[2], 9);
    seg_labelmap_free(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(labels_and_masks_are_placed),
        cmocka_unit_test(a_copy_is_equal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
