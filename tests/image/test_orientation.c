/* test_orientation.c - every turn of a volume is found from its affine and no other; corners tell how far two grids are apart. */
#include <math.h>

#include "image/labelmap.h"
#include "image/orientation.h"
#include "support/fixture.h"

/* A grid of unequal axes whose affine is a rotation about all three axes by `angle`, then a shift. */
static seg_grid tilted(double angle)
{
    seg_grid g = {.n = {5, 4, 3}, .mm = {0.5, 1, 2.5}, .has_mm = true, .has_affine = true};
    const double c = cos(angle), s = sin(angle);
    const double turn[3][3] = {{c * c, c * s * s - s * c, c * s * c + s * s},
                               {s * c, s * s * s + c * c, s * s * c - c * s},
                               {-s, c * s, c * c}};

    for (int r = 0; r < 3; r++) {
        for (int a = 0; a < 3; a++)
            g.affine[r][a] = turn[r][a] * g.mm[a];
        g.affine[r][3] = 10.0 * r - 7;
    }
    return g;
}

static const int ORDERS[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/* Where a voxel lies in the world. */
static void place(const seg_grid *g, size_t x, size_t y, size_t z, double at[3])
{
    for (int r = 0; r < 3; r++)
        at[r] =
            g->affine[r][0] * (double)x + g->affine[r][1] * (double)y + g->affine[r][2] * (double)z + g->affine[r][3];
}

/* 48 turns of a volume that stands obliquely: the turn found brings every voxel to its own place in the world. */
static void each_of_the_48_turns_is_found_and_undone(void **state)
{
    static const double ANGLES[] = {0, 0.1, -0.3};

    (void)state;
    for (size_t t = 0; t < 3; t++)
        for (int turn = 0; turn < 48; turn++) {
            const bool flips[3] = {turn & 1, turn & 2, turn & 4};
            seg_grid like = tilted(ANGLES[t]), grid = seg_grid_reorient(&like, ORDERS[turn / 8], flips), back;
            int from[3];
            bool flip[3];

            assert_true(seg_space_turn(&grid, &like, from, flip));
            back = seg_grid_reorient(&grid, from, flip);
            /* affines of a hundred millimetres in double: rounding is below 1e-12 */
            assert_near(seg_space_displacement(&back, &like), 0, 0, 1e-12);
            for (size_t i = 0; i < 60; i++) {
                size_t x = i % 5, y = i / 5 % 4, z = i / 20, source = seg_grid_source(&grid, from, flip, x, y, z);
                double here[3], there[3];

                place(&like, x, y, z, here);
                place(&grid, source % grid.n[0], source / grid.n[0] % grid.n[1], source / grid.n[0] / grid.n[1], there);
                for (int r = 0; r < 3; r++)
                    assert_near(there[r], here[r], 0, 1e-12);
            }
        }
}

static void what_is_no_turn_is_not_found(void **state)
{
    static const int same[3] = {0, 1, 2};
    static const bool none[3];
    seg_grid like = tilted(0.1), grid;
    int from[3];
    bool flip[3];

    (void)state;
    assert_true(seg_space_turn(&like, &like, from, flip));
    assert_memory_equal(from, same, sizeof same);
    assert_memory_equal(flip, none, sizeof none);
    grid = like;
    grid.affine[0][3] += 2 * SEG_SPACE_TOLERANCE_MM; /* elsewhere */
    assert_false(seg_space_turn(&grid, &like, from, flip));
    grid = like;
    grid.affine[0][3] += 0.5 * SEG_SPACE_TOLERANCE_MM; /* rounded */
    assert_true(seg_space_turn(&grid, &like, from, flip));
    grid = like;
    grid.n[2] = 4;
    assert_false(seg_space_turn(&grid, &like, from, flip));
    grid = tilted(0.2); /* turned by some degrees: would need interpolation */
    assert_false(seg_space_turn(&grid, &like, from, flip));
    grid = like;
    for (int r = 0; r < 3; r++) /* two axes along one line */
        grid.affine[r][1] = grid.affine[r][0];
    assert_false(seg_space_turn(&grid, &like, from, flip));
    for (int r = 0; r < 3; r++)
        grid.affine[r][1] = 0;
    assert_false(seg_space_turn(&grid, &like, from, flip));
    grid = like;
    grid.has_affine = false;
    assert_false(seg_space_turn(&grid, &like, from, flip));
    assert_false(seg_space_turn(&like, &grid, from, flip));
}

static void displacement_is_that_of_the_worst_corner(void **state)
{
    seg_grid a = tilted(0), b = a;

    (void)state;
    assert_near(seg_space_displacement(&a, &b), 0, 0, 0);
    b.affine[0][3] += 3;
    b.affine[1][3] -= 4;
    assert_near(seg_space_displacement(&a, &b), 5, 1e-14, 0);
    b = a;
    b.affine[2][2] += 0.25; /* the far side of 3 slices */
    assert_near(seg_space_displacement(&a, &b), 0.5, 1e-14, 0);
    assert_near(seg_space_displacement(&b, &a), 0.5, 1e-14, 0);
    b = a;
    b.affine[0][0] = -b.affine[0][0]; /* mirrored about the first voxel: 4 steps of 0.5 to the other side */
    assert_near(seg_space_displacement(&a, &b), 4, 1e-14, 0);
}

static void without_affines_the_sizes_are_compared(void **state)
{
    seg_grid a = tilted(0), b = a;

    (void)state;
    b.has_affine = false;
    b.mm[2] = 3; /* 2 steps of 0.5 more */
    assert_near(seg_space_displacement(&a, &b), 1, 1e-14, 0);
    assert_near(seg_space_displacement(&b, &a), 1, 1e-14, 0);
    b.has_mm = false;
    assert_near(seg_space_displacement(&a, &b), 0, 0, 0);
    b.has_mm = true;
    a.n[2] = b.n[2] = 1; /* the spacing across a single slice enters no distance */
    assert_near(seg_space_displacement(&a, &b), 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_of_the_48_turns_is_found_and_undone),
        cmocka_unit_test(what_is_no_turn_is_not_found),
        cmocka_unit_test(displacement_is_that_of_the_worst_corner),
        cmocka_unit_test(without_affines_the_sizes_are_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
