/* test_planes.c - a plane looks the same however the file holds its axes, and what is drawn is what is wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture/case_svg.h"
#include "picture/plane.h"
#include "plot/xml.h"
#include "support/fixture.h"

enum { NX = 14, NY = 11, NZ = 6, N = NX * NY * NZ };

/* Voxels that lie in the world as their file says: index (i, j, k) at (i, j, k) times mm, RAS. */
static void make_pair(seg_pair *pair, const double mm[3])
{
    const size_t n[3] = {NX, NY, NZ};
    uint8_t truth[N] = {0}, called[N] = {0};

    for (size_t i = 0; i < N; i++) {
        size_t x = i % NX, y = i / NX % NY, z = i / NX / NY;

        truth[i] = x >= 2 && x < 7 && y >= 3 && y < 9 && z >= 1 && z < 5 ? 1 : x >= 9 && y < 5 ? 2 : 0;
        called[i] = x >= 3 && x < 8 && y >= 3 && y < 8 && z >= 1 && z < 5 ? 1 : x >= 9 && y < 4 && z > 1 ? 2 : 0;
        if (x == 12 && y < 3)
            called[i] = 1;
    }
    fixture_labels(pair, n, mm, 3, called, truth);
    pair->grid.has_affine = true;
    for (int a = 0; a < 3; a++)
        pair->grid.affine[a][a] = mm[a];
}

static void turn(seg_pair *pair, const int from[3], const bool flip[3])
{
    seg_error err = {0};

    pair->grid = seg_grid_reorient(&pair->grid, from, flip);
    assert_ok(seg_labelmap_reorient(&pair->truth, from, flip, &err), &err);
    assert_ok(seg_labelmap_reorient(&pair->pred_labels, from, flip, &err), &err);
}

/* The plane across a world axis through the voxel that lies at `at` in the world's order of axes. */
static void cut(seg_plane *plane, const seg_pair *pair, const seg_mistakes *m, int world, size_t at)
{
    seg_box all = {{0, 0, 0}, {pair->grid.n[0], pair->grid.n[1], pair->grid.n[2]}};
    int axis = seg_axis_of_world(&pair->grid, world);
    seg_plane_view view = seg_plane_across(&pair->grid, axis);
    bool falling = pair->grid.affine[world][axis] < 0;
    seg_error err = {0};

    assert_ok(seg_plane_cut(plane, pair, m, &view, falling ? pair->grid.n[axis] - 1 - at : at, &all, &err), &err);
}

static void planes_do_not_depend_on_the_order_of_axes(void **state)
{
    static const int ways[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const char names[3][9] = {"sagittal", "coronal", "axial"}, letters[3][5] = {"APSI", "RLSI", "RLAP"};
    const double mm[3] = {1, 2, 5};
    seg_pair plain;
    seg_mistakes none = {0};

    (void)state;
    make_pair(&plain, mm);
    for (int way = 0; way < 6; way++)
        for (int flips = 0; flips < 8; flips++) {
            const bool flip[3] = {flips & 1, flips & 2, flips & 4};
            seg_pair turned;

            make_pair(&turned, mm);
            turn(&turned, ways[way], flip);
            for (int world = 0; world < 3; world++) {
                seg_plane a, b;

                cut(&a, &plain, &none, world, 3);
                cut(&b, &turned, &none, world, 3);
                assert_string_equal(b.view.name, names[world]);
                assert_memory_equal(b.view.letter, letters[world], 4);
                for (int k = 0; k < 2; k++) {
                    assert_int_equal(a.n[k], b.n[k]);
                    assert_near(b.mm[k], a.mm[k], 1e-12, 0);
                }
                assert_memory_equal(a.kind, b.kind, a.n[0] * a.n[1]);
                seg_plane_free(&a);
                seg_plane_free(&b);
            }
            seg_pair_free(&turned);
        }
    seg_pair_free(&plain);
}

static void pixels_and_voxels_lead_to_each_other(void **state)
{
    const double mm[3] = {1, 1, 1};
    seg_pair pair;
    seg_mistakes none = {0};

    (void)state;
    make_pair(&pair, mm);
    for (int world = 0; world < 3; world++) {
        seg_plane p;

        cut(&p, &pair, &none, world, 2);
        for (size_t i = 0; i < p.n[0]; i++)
            for (size_t j = 0; j < p.n[1]; j++) {
                size_t voxel[3], pixel[2];

                seg_plane_voxel(&p, i, j, voxel);
                seg_plane_pixel(&p, voxel, pixel);
                assert_true(pixel[0] == i && pixel[1] == j);
            }
        seg_plane_free(&p);
    }
    seg_pair_free(&pair);
}

/* ---- the page ---- */

static void draw(seg_string *out, const seg_pair *pair, double mm)
{
    seg_mistakes m;
    seg_slice_dsc slices;
    seg_error err = {0};

    assert_ok(seg_mistakes_find(&m, pair, &(seg_mistakes_options){NAN, 6, 2}, &err), &err);
    assert_ok(seg_slice_dsc_find(&slices, pair, 2, &err), &err);
    assert_ok(seg_case_svg_write(
                  out, &(seg_case_svg){.text = {"<b>&\"case", pair, &m, &slices, 2, 80, false}, .mm = mm}, &err),
              &err);
    seg_slice_dsc_free(&slices);
    seg_mistakes_free(&m);
}

static void check_xml(const char *text)
{
    char why[128] = "";

    if (!xml_well_formed(text, why))
        fail_msg("%s", why);
}

static void pages_are_well_formed_and_repeat(void **state)
{
    const double mm[3] = {1, 2, 5};
    static const double widths[] = {183, 89};
    seg_pair pair;

    (void)state;
    make_pair(&pair, mm);
    for (int i = 0; i < 2; i++) {
        seg_string a = {0}, b = {0};

        draw(&a, &pair, widths[i]);
        draw(&b, &pair, widths[i]);
        assert_string_equal(a.text, b.text);
        assert_null(strstr(a.text, "<b>"));
        assert_non_null(strstr(a.text, "&lt;b&gt;&amp;&quot;case"));
        assert_null(strstr(a.text, "http://www.w3.org/1999/xlink"));
        assert_non_null(strstr(a.text, "<desc id=\"desc\">"));
        assert_non_null(strstr(a.text, "what went wrong"));
        check_xml(a.text);
        seg_string_free(&a);
        seg_string_free(&b);
    }
    seg_pair_free(&pair);
}

/* Without an affine there are no letters, and the axes have their own names. */
static void no_directions_without_an_affine(void **state)
{
    const double mm[3] = {1, 1, 1};
    seg_pair pair;
    seg_plane_view view;
    seg_string out = {0};

    (void)state;
    make_pair(&pair, mm);
    pair.grid.has_affine = false;
    view = seg_plane_across(&pair.grid, 1);
    assert_string_equal(view.name, "y");
    assert_true(!view.letter[0] && !view.letter[3] && !view.flip[0] && !view.flip[1] && !view.from);
    draw(&out, &pair, 183);
    assert_null(strstr(out.text, "axial"));
    assert_null(strstr(out.text, "Directions"));
    seg_string_free(&out);
    seg_pair_free(&pair);
}

static void empty_masks_and_single_voxels_have_a_page(void **state)
{
    static const size_t sizes[][3] = {{1, 1, 1}, {5, 4, 1}, {4, 4, 4}};
    const double mm[3] = {1, 1, 1};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (int fill = 0; fill < 4; fill++) {
            uint8_t truth[64], called[64];
            seg_pair pair;
            seg_string out = {0};

            memset(truth, fill & 1, sizeof truth);
            memset(called, fill >> 1, sizeof called);
            fixture_labels(&pair, sizes[i], mm, 2, called, truth);
            draw(&out, &pair, 183);
            check_xml(out.text);
            assert_null(strstr(out.text, "nan"));
            assert_null(strstr(out.text, "inf\""));
            seg_string_free(&out);
            seg_pair_free(&pair);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_do_not_depend_on_the_order_of_axes),
        cmocka_unit_test(pixels_and_voxels_lead_to_each_other),
        cmocka_unit_test(pages_are_well_formed_and_repeat),
        cmocka_unit_test(no_directions_without_an_affine),
        cmocka_unit_test(empty_masks_and_single_voxels_have_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
