/* test_components.c - connected components against a flood fill, shared voxels and dilations against a count. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "geometry/components.h"
#include "support/sample_masks.h"

static const size_t SIZES[][3] = {{1, 1, 1}, {9, 7, 1}, {63, 4, 3}, {65, 5, 4}, {130, 3, 3}, {12, 11, 10}, {2, 1, 30}};
enum { N_SIZES = sizeof SIZES / sizeof SIZES[0], NONE = -1 };

static size_t voxels_of(const size_t n[3])
{
    return n[0] * n[1] * n[2];
}

static bool has(const seg_mask *mask, size_t i)
{
    return seg_mask_has(mask, i % mask->n[0], i / mask->n[0] % mask->n[1], i / mask->n[0] / mask->n[1]);
}

/* Neighbour k of 27 of voxel i within reach; false when there is none. */
static bool neighbour(const size_t n[3], size_t i, int k, seg_connectivity reach, size_t *out)
{
    long at[3] = {(long)(i % n[0]), (long)(i / n[0] % n[1]), (long)(i / n[0] / n[1])};
    int d[3] = {k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1}, differ = 0;

    for (int a = 0; a < 3; a++) {
        differ += d[a] != 0;
        at[a] += d[a];
        if (at[a] < 0 || at[a] >= (long)n[a])
            return false;
    }
    *out = (size_t)(at[0] + (long)n[0] * (at[1] + (long)n[1] * at[2]));
    return differ > 0 && differ <= 1 + (int)reach;
}

/* Labels in the order of the first voxels; returns how many. */
static int flood(const seg_mask *set, seg_connectivity reach, int *label)
{
    size_t voxels = voxels_of(set->n), *stack = malloc(voxels * sizeof *stack), depth, next;
    int count = 0;

    for (size_t i = 0; i < voxels; i++)
        label[i] = NONE;
    for (size_t i = 0; i < voxels; i++) {
        if (!has(set, i) || label[i] != NONE)
            continue;
        label[i] = count;
        stack[0] = i;
        for (depth = 1; depth > 0;) {
            size_t from = stack[--depth];

            for (int k = 0; k < 27; k++)
                if (neighbour(set->n, from, k, reach, &next) && has(set, next) && label[next] == NONE) {
                    label[next] = count;
                    stack[depth++] = next;
                }
        }
        count++;
    }
    free(stack);
    return count;
}

static void expect_same(const seg_components *c, const size_t n[3], const int *label, int count)
{
    size_t seen = 0, wanted = 0;

    assert_int_equal(c->n, count);
    for (size_t row = 0; row < c->rows; row++)
        for (size_t i = c->first[row]; i < c->first[row + 1]; i++)
            for (size_t x = c->stretch[i].begin; x < c->stretch[i].end; x++, seen++)
                assert_int_equal(c->stretch[i].component, label[x + n[0] * row]);
    for (size_t i = 0; i < voxels_of(n); i++)
        wanted += label[i] != NONE;
    assert_int_equal(seen, wanted);
}

static void expect_sizes(const seg_components *c, const size_t n[3], const int *label)
{
    for (uint32_t k = 0; k < c->n; k++) {
        seg_box box = {0};
        uint64_t voxels = 0;

        for (size_t i = 0; i < voxels_of(n); i++) {
            size_t x = i % n[0], y = i / n[0] % n[1], z = i / n[0] / n[1];
            seg_box one = {{x, y, z}, {x + 1, y + 1, z + 1}};

            if (label[i] == (int)k) {
                box = seg_box_join(&box, &one);
                voxels++;
            }
        }
        assert_int_equal(c->voxels[k], voxels);
        assert_memory_equal(&c->box[k], &box, sizeof box);
    }
}

static seg_mask sample(int k, const size_t n[3], uint64_t *seed)
{
    return k < SAMPLE_SHAPES ? sample_of_shape(n, (sample_shape)k) : sample_noise(n, 0.1 + 0.15 * (k % 5), seed);
}

static void components_are_those_of_a_flood_fill(void **state)
{
    uint64_t seed = 31;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++)
        for (int k = 0; k < SAMPLE_SHAPES + 10; k++)
            for (seg_connectivity reach = SEG_CONN_FACE; reach <= SEG_CONN_CORNER; reach++) {
                seg_mask set = sample(k, SIZES[s], &seed);
                int *label = malloc(voxels_of(set.n) * sizeof *label), count = flood(&set, reach, label);
                seg_components c;

                assert_int_equal(seg_components_find(&c, &set, reach, NULL), SEG_OK);
                expect_same(&c, set.n, label, count);
                if (count < 20)
                    expect_sizes(&c, set.n, label);
                seg_components_free(&c);
                seg_mask_free(&set);
                free(label);
            }
}

static void shared_voxels_are_counted(void **state)
{
    uint64_t seed = 32;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++) {
        const size_t *n = SIZES[s];
        seg_mask a = sample_noise(n, 0.3, &seed), b = sample_noise(n, 0.5, &seed), w = sample_noise(n, 0.7, &seed);
        int *la = malloc(voxels_of(n) * sizeof *la), *lb = malloc(voxels_of(n) * sizeof *lb);
        seg_components ca, cb;
        seg_shared *shared;
        size_t count, total = 0, wanted = 0;

        flood(&a, SEG_CONN_FACE, la);
        flood(&b, SEG_CONN_EDGE, lb);
        assert_int_equal(seg_components_find(&ca, &a, SEG_CONN_FACE, NULL), SEG_OK);
        assert_int_equal(seg_components_find(&cb, &b, SEG_CONN_EDGE, NULL), SEG_OK);
        assert_int_equal(seg_components_shared(&shared, &count, &ca, &cb, s % 2 ? &w : NULL, NULL), SEG_OK);
        for (size_t k = 0; k < count; k++) {
            uint64_t voxels = 0;

            for (size_t i = 0; i < voxels_of(n); i++)
                voxels += la[i] == (int)shared[k].a && lb[i] == (int)shared[k].b && (s % 2 == 0 || has(&w, i));
            assert_int_equal(shared[k].voxels, voxels);
            total += (size_t)voxels;
        }
        for (size_t i = 0; i < voxels_of(n); i++)
            wanted += has(&a, i) && has(&b, i) && (s % 2 == 0 || has(&w, i));
        assert_int_equal(total, wanted);
        free(shared);
        seg_components_free(&ca);
        seg_components_free(&cb);
        seg_mask_free(&a);
        seg_mask_free(&b);
        seg_mask_free(&w);
        free(la);
        free(lb);
    }
}

static void dilation_adds_what_is_within_reach(void **state)
{
    uint64_t seed = 33;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++)
        for (seg_connectivity reach = SEG_CONN_FACE; reach <= SEG_CONN_CORNER; reach++) {
            seg_mask set = sample_noise(SIZES[s], 0.03, &seed), grown = {0};
            seg_box all = {{0}, {set.n[0], set.n[1], set.n[2]}};

            assert_int_equal(seg_mask_cut(&grown, &set, &all, NULL), SEG_OK);
            assert_int_equal(seg_mask_dilate(&grown, reach, NULL), SEG_OK);
            for (size_t i = 0; i < voxels_of(set.n); i++) {
                bool near = has(&set, i);
                size_t other;

                for (int k = 0; k < 27; k++)
                    near = near || (neighbour(set.n, i, k, reach, &other) && has(&set, other));
                assert_int_equal(has(&grown, i), near);
            }
            seg_mask_free(&set);
            seg_mask_free(&grown);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(components_are_those_of_a_flood_fill),
        cmocka_unit_test(shared_voxels_are_counted),
        cmocka_unit_test(dilation_adds_what_is_within_reach),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
