/* test_surfels.c - the sizes of surface elements are those of the marching-cubes surface, whatever the voxel. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/surfels.h"

static double sum_of_sizes(const double step[3])
{
    double size[SEG_CELL_CODES], sum = 0;

    seg_surfel_sizes(3, step, SEG_SURFEL_AREA, size);
    for (int code = 0; code < SEG_CELL_CODES; code++)
        sum += size[code];
    return sum;
}

/* Steps are given x first; the published sums are of surface-distance's table. */
static void the_sizes_of_all_cells_add_up_to_the_published_sums(void **state)
{
    (void)state;
    assert_near(sum_of_sizes((const double[3]){1, 1, 1}), 241.34313970553745, 1e-14, 0);
    assert_near(sum_of_sizes((const double[3]){3, 2, 1}), 950.4895895094021, 1e-14, 0);
    assert_near(sum_of_sizes((const double[3]){0.7, 0.9, 3}), 473.9015442754166, 1e-14, 0);
}

static void single_cells_have_the_published_sizes(void **state)
{
    static const struct {
        int code;
        double size;
    } published[] = {{0, 0},         {1, 0.434757},  {3, 1.096232},  {5, 1.386263}, {17, 1.710263},
                     {7, 1.619272},  {23, 2.608545}, {27, 3.287293}, {30, 2.05403}, {60, 2.192464},
                     {105, 1.73903}, {15, 0.63},     {255, 0}};
    double size[SEG_CELL_CODES];

    (void)state;
    seg_surfel_sizes(3, (const double[3]){0.7, 0.9, 3}, SEG_SURFEL_AREA, size);
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++)
        assert_near(size[published[i].code], published[i].size, 0, 5e-7); /* printed with six decimals */
}

static void cells_of_an_image_are_lengths(void **state)
{
    static const double corner = 1.8027756377319946; /* sqrt(13) / 2 */
    static const int corners[16] = {0, 1, 1, 0, 1, 0, 2, 1, 1, 2, 0, 1, 0, 1, 1, 0};
    double size[SEG_CELL_CODES];

    (void)state;
    seg_surfel_sizes(2, (const double[3]){3, 2, 1}, SEG_SURFEL_AREA, size);
    for (int code = 0; code < 16; code++) {
        double side = code == 3 || code == 12 ? 3 : code == 5 || code == 10 ? 2 : 0;

        assert_near(size[code], corners[code] * corner + side, 1e-14, 0);
    }
}

static void a_cell_and_its_complement_share_their_surface(void **state)
{
    static const double step[3] = {0.7, 0.9, 3};
    double size[SEG_CELL_CODES];

    (void)state;
    for (seg_surfel_size kind = SEG_SURFEL_AREA; kind <= SEG_SURFEL_FACES; kind++) {
        seg_surfel_sizes(3, step, kind, size);
        for (int code = 0; code < SEG_CELL_CODES; code++)
            assert_near(size[code], size[255 - code], 1e-14, 0);
    }
}

/* A box of a x b x c voxels has 2 (a b + b c + c a) faces between voxels, each shared by four cells. */
static void faces_around_a_box_add_up_to_its_surface(void **state)
{
    static const size_t n[3] = {70, 6, 5}, box[3] = {67, 3, 2};
    static const double step[3] = {0.5, 2, 3};
    double *size, sum = 0, side[3];
    seg_mask mask, cells;
    seg_error err = {0};
    size_t count;

    (void)state;
    assert_ok(seg_mask_alloc(&mask, n, &err), &err);
    for (size_t i = 0; i < box[0] * box[1] * box[2]; i++)
        seg_mask_set(&mask, i % box[0], i / box[0] % box[1], i / box[0] / box[1]);
    assert_ok(seg_surfels(&cells, &size, &count, &mask, 3, step, SEG_SURFEL_FACES, &err), &err);
    for (size_t i = 0; i < count; i++)
        sum += size[i];
    for (int a = 0; a < 3; a++)
        side[a] = (double)box[a] * step[a];
    assert_near(sum, 2 * (side[0] * side[1] + side[1] * side[2] + side[2] * side[0]), 1e-12, 0);
    assert_int_equal(count, 68 * 4 * 3 - 66 * 2 * 1); /* the corners of the box's voxels but those inside it */
    free(size);
    seg_mask_free(&cells);
    seg_mask_free(&mask);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sizes_of_all_cells_add_up_to_the_published_sums),
        cmocka_unit_test(single_cells_have_the_published_sizes),
        cmocka_unit_test(cells_of_an_image_are_lengths),
        cmocka_unit_test(a_cell_and_its_complement_share_their_surface),
        cmocka_unit_test(faces_around_a_box_add_up_to_its_surface),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
