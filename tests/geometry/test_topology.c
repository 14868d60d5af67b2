/* test_topology.c - Betti and Euler numbers of shapes whose topology is known, in both connectivities. */
#include <stdlib.h>

#include "geometry/topology.h"
#include "support/fixture.h"

static const size_t N[3] = {70, 9, 9}; /* rows of more than one word */

static seg_mask empty(bool flat)
{
    const size_t n[3] = {N[0], N[1], flat ? 1 : N[2]};
    seg_mask m;

    assert_int_equal(seg_mask_alloc(&m, n, NULL), SEG_OK);
    return m;
}

static void fill(const seg_mask *m, size_t x0, size_t x1, size_t y0, size_t y1, size_t z0, size_t z1, bool on)
{
    for (size_t z = z0; z < z1; z++)
        for (size_t y = y0; y < y1; y++)
            for (size_t x = x0; x < x1; x++)
                if (on)
                    seg_mask_set(m, x, y, z);
                else
                    seg_mask_row(m, y, z)[x / 64] &= ~((uint64_t)1 << x % 64);
}

static void expect(const seg_mask *m, bool flat, bool corner, int b0, int b1, int b2)
{
    seg_topology t;

    assert_int_equal(seg_topology_of(&t, m, corner, flat, NULL), SEG_OK);
    assert_int_equal(t.objects, b0);
    assert_int_equal(t.tunnels, b1);
    assert_int_equal(t.cavities, b2);
    assert_int_equal(t.euler, b0 - b1 + b2);
}

static void both(const seg_mask *m, bool flat, int b0, int b1, int b2)
{
    expect(m, flat, true, b0, b1, b2);
    expect(m, flat, false, b0, b1, b2);
}

static void known_shapes(void **state)
{
    seg_mask m = empty(false);

    (void)state;
    both(&m, false, 0, 0, 0);
    fill(&m, 60, 67, 1, 8, 1, 8, true); /* a solid box across two words */
    both(&m, false, 1, 0, 0);
    fill(&m, 62, 65, 3, 6, 3, 6, false); /* hollow */
    both(&m, false, 1, 0, 1);
    fill(&m, 62, 65, 3, 6, 0, 9, false); /* a tunnel through it */
    both(&m, false, 1, 1, 0);
    fill(&m, 0, 70, 0, 9, 0, 9, true); /* the whole image */
    both(&m, false, 1, 0, 0);
    seg_mask_free(&m);
    m = empty(true);
    fill(&m, 2, 5, 2, 5, 0, 1, true);
    fill(&m, 3, 4, 3, 4, 0, 1, false); /* a ring */
    both(&m, true, 1, 1, 0);
    fill(&m, 60, 68, 0, 9, 0, 1, true);
    both(&m, true, 2, 1, 0);
    seg_mask_free(&m);
}

/* Two voxels that touch at a corner, and a diamond whose hole leaks at the corners. */
static void connectivity_decides(void **state)
{
    seg_mask m = empty(true);

    (void)state;
    fill(&m, 63, 64, 3, 4, 0, 1, true);
    fill(&m, 64, 65, 4, 5, 0, 1, true);
    expect(&m, true, true, 1, 0, 0);
    expect(&m, true, false, 2, 0, 0);
    fill(&m, 63, 64, 5, 6, 0, 1, true);
    fill(&m, 62, 63, 4, 5, 0, 1, true);
    expect(&m, true, true, 1, 1, 0);
    expect(&m, true, false, 4, 0, 0);
    seg_mask_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_shapes), cmocka_unit_test(connectivity_decides)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
