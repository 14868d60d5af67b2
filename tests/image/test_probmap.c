/* test_probmap.c - planes in memory and planes that stay elsewhere are the same map, cut, turned or loaded. */
#include <stdlib.h>
#include <string.h>

#include <math.h>
#include "image/labelmap.h"
#include "image/probmap.h"
#include "support/fixture.h"

enum { X = 5, Y = 4, Z = 3, PLANES = 2, VOXELS = X * Y * Z };

/* Planes that come from an array and count who asks; `fault` is told by check. */
struct elsewhere {
    float value[PLANES * VOXELS];
    int closed;
    seg_status fault;
};

static void read_some(void *context, int plane, size_t begin, size_t n, float *out)
{
    const struct elsewhere *e = context;

    assert_true(plane >= 0 && plane < PLANES && begin + n <= VOXELS);
    memcpy(out, e->value + (size_t)plane * VOXELS + begin, n * sizeof *out);
}

static seg_status check(void *context, seg_error *err)
{
    const struct elsewhere *e = context;

    return e->fault ? seg_fail(err, e->fault, "became shorter") : SEG_OK;
}

static void close_it(void *context)
{
    ((struct elsewhere *)context)->closed++;
}

/* Value of plane, x, y, z: all different. */
static float value(size_t plane, size_t x, size_t y, size_t z)
{
    return (float)(plane * VOXELS + x + X * (y + Y * z));
}

static void begin(seg_probmap *map, struct elsewhere *e, bool in_memory)
{
    *e = (struct elsewhere){.closed = 0};
    for (size_t i = 0; i < PLANES * VOXELS; i++)
        e->value[i] = (float)i;
    *map = (seg_probmap){.grid = {.n = {X, Y, Z}, .mm = {1, 2, 3}}, .planes = PLANES};
    if (in_memory) {
        map->prob = malloc(sizeof e->value);
        memcpy(map->prob, e->value, sizeof e->value);
    } else {
        map->source = (seg_plane_source){read_some, check, close_it, e};
    }
}

static void blocks_are_the_same_wherever_the_planes_are(void **state)
{
    (void)state;
    for (int in_memory = 0; in_memory < 2; in_memory++) {
        struct elsewhere e;
        seg_probmap map;
        float scratch[VOXELS];

        begin(&map, &e, in_memory);
        for (int plane = 0; plane < PLANES; plane++)
            for (size_t from = 0; from < VOXELS; from++)
                for (size_t n = 1; from + n <= VOXELS; n += 1 + n / 2)
                    assert_memory_equal(seg_probmap_block(&map, plane, from, n, scratch),
                                        e.value + (size_t)plane * VOXELS + from, n * sizeof *scratch);
        seg_probmap_free(&map);
        seg_probmap_free(&map);
        assert_int_equal(e.closed, !in_memory);
    }
}

static void slices_take_every_voxel_from_its_place(void **state)
{
    (void)state;
    for (int in_memory = 0; in_memory < 2; in_memory++) {
        struct elsewhere e;
        seg_probmap map, slice;
        seg_error err = {0};

        begin(&map, &e, in_memory);
        for (int axis = 0; axis < 3; axis++)
            for (size_t index = 0; index < map.grid.n[axis]; index++) {
                const float *p;

                assert_ok(seg_probmap_slice(&slice, &map, axis, index, &err), &err);
                p = slice.prob;
                assert_int_equal(slice.grid.n[2], 1);
                for (size_t plane = 0; plane < PLANES; plane++)
                    for (size_t b = 0; b < slice.grid.n[1]; b++)
                        for (size_t a = 0; a < slice.grid.n[0]; a++)
                            assert_true(*p++ == (axis == 0   ? value(plane, index, a, b)
                                                 : axis == 1 ? value(plane, a, index, b)
                                                             : value(plane, a, b, index)));
                seg_probmap_free(&slice);
            }
        seg_probmap_free(&map);
    }
}

static const int ORDERS[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/* The definition, voxel by voxel; and the turn back gives the same bytes and the same grid. */
static void a_turn_moves_every_voxel_and_can_be_undone(void **state)
{
    (void)state;
    for (int turn = 0; turn < 48; turn++) {
        const int *from = ORDERS[turn / 8];
        const bool flip[3] = {turn & 1, turn & 2, turn & 4};
        int back[3];
        bool flip_back[3];
        struct elsewhere e;
        seg_probmap map;
        seg_grid grid;
        seg_error err = {0};

        begin(&map, &e, turn % 2);
        grid = map.grid;
        assert_ok(seg_probmap_reorient(&map, from, flip, &err), &err);
        for (int a = 0; a < 3; a++) {
            assert_int_equal(map.grid.n[a], grid.n[from[a]]);
            assert_near(map.grid.mm[a], grid.mm[from[a]], 0, 0);
            back[from[a]] = a;
            flip_back[from[a]] = flip[a];
        }
        for (size_t i = 0; i < PLANES * VOXELS; i++) {
            const size_t *n = map.grid.n, v = i % VOXELS;
            size_t to[3] = {v % n[0], v / n[0] % n[1], v / n[0] / n[1]}, at[3] = {0};

            for (int a = 0; a < 3; a++)
                at[from[a]] = flip[a] ? map.grid.n[a] - 1 - to[a] : to[a];
            assert_true(map.prob[i] == value(i / VOXELS, at[0], at[1], at[2]));
        }
        assert_ok(seg_probmap_reorient(&map, back, flip_back, &err), &err);
        assert_memory_equal(map.prob, e.value, sizeof e.value);
        assert_memory_equal(map.grid.n, grid.n, sizeof grid.n);
        seg_probmap_free(&map);
    }
}

static void a_map_is_loaded_once_and_lets_its_source_go(void **state)
{
    struct elsewhere e;
    seg_probmap map;
    seg_error err = {0};
    const float *at;

    (void)state;
    begin(&map, &e, false);
    assert_ok(seg_probmap_load(&map, &err), &err);
    assert_int_equal(e.closed, 1);
    assert_memory_equal(map.prob, e.value, sizeof e.value);
    at = map.prob;
    assert_ok(seg_probmap_load(&map, &err), &err);
    assert_ptr_equal(map.prob, at);
    assert_ok(seg_probmap_check(&map, &err), &err);
    seg_probmap_free(&map);
    assert_int_equal(e.closed, 1);
}

/* A file that was cut while it was read: an error, not a map with holes. */
static void a_fault_of_the_source_is_told_and_loads_nothing(void **state)
{
    struct elsewhere e;
    seg_probmap map;
    seg_error err = {0};

    (void)state;
    begin(&map, &e, false);
    e.fault = SEG_READ;
    assert_int_equal(seg_probmap_check(&map, &err), SEG_READ);
    err = (seg_error){0};
    assert_int_equal(seg_probmap_load(&map, &err), SEG_READ);
    assert_string_equal(err.text, "became shorter");
    assert_null(map.prob);
    assert_int_equal(seg_probmap_reorient(&map, ORDERS[3], (bool[3]){true, false, true}, &err), SEG_READ);
    assert_int_equal(map.grid.n[0], X);
    seg_probmap_free(&map);
    assert_int_equal(e.closed, 1);
}

/* ---- planes that come by once ---- */

static seg_status give(void *context, size_t n, float *out, seg_error *err)
{
    struct elsewhere *e = context;

    (void)err;
    for (size_t i = 0; i < n; i++)
        out[i] = (float)i;
    e->fault = SEG_OK; /* a new look */
    return SEG_OK;
}

static seg_status say(void *context, seg_error *err)
{
    struct elsewhere *e = context;

    return e->fault ? seg_fail(err, e->fault, "was damaged") : SEG_OK;
}

static void count_close(void *context)
{
    ((struct elsewhere *)context)->closed++;
}

static void planes_that_come_by_can_be_loaded_instead(void **state)
{
    struct elsewhere e = {0};
    seg_probmap map = {.grid = {.n = {3, 2, 1}}, .planes = 2, .stream = {give, say, count_close, &e}};
    seg_error err = {0};

    (void)state;
    assert_ok(seg_probmap_load(&map, &err), &err);
    assert_null(map.stream.next);
    assert_int_equal(e.closed, 1);
    for (int plane = 0; plane < 2; plane++)
        assert_true(*seg_probmap_block(&map, plane, 1, 1, NULL) == (float)(plane * 6 + 1));
    seg_probmap_free(&map);
    assert_int_equal(e.closed, 1);
}

/* Whoever looks again is found out, and what it read is no number. */
static void streamed_planes_cannot_be_read_again(void **state)
{
    struct elsewhere e = {0};
    seg_probmap map = {.grid = {.n = {3, 2, 1}}, .planes = 2, .stream = {give, say, count_close, &e}};
    seg_error err = {0};
    float value[3] = {0};

    (void)state;
    assert_ok(seg_probmap_consumed(&map, &err), &err);
    assert_int_equal(e.closed, 1);
    assert_ok(seg_probmap_check(&map, &err), &err);
    assert_true(isnan(seg_probmap_block(&map, 1, 2, 3, value)[2]));
    assert_int_equal(seg_probmap_check(&map, &err), SEG_BUG);
    assert_non_null(strstr(err.text, "after it had been streamed"));
    seg_probmap_free(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_that_come_by_can_be_loaded_instead),
        cmocka_unit_test(streamed_planes_cannot_be_read_again),
        cmocka_unit_test(blocks_are_the_same_wherever_the_planes_are),
        cmocka_unit_test(slices_take_every_voxel_from_its_place),
        cmocka_unit_test(a_turn_moves_every_voxel_and_can_be_undone),
        cmocka_unit_test(a_map_is_loaded_once_and_lets_its_source_go),
        cmocka_unit_test(a_fault_of_the_source_is_told_and_loads_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
