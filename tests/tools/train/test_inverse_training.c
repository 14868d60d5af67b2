/* test_inverse_training.c - the trainer learns, and the same options give the same network on any number
 * of threads. */
#include <math.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "support/fixture.h"
#include "tools/train/boundary_pairs.h"
#include "tools/train/inverse_training.h"

/* Small enough for a second. */
static seg_training_options small_training(void)
{
    seg_training_options o = seg_training_presets;

    o.tile = 16, o.band = 1;
    o.hidden[0] = 32, o.hidden[1] = 16;
    o.pool = 4000, o.held_out = 500;
    o.steps = 2500, o.batch = 100, o.report = 0;
    return o;
}

static void assert_same_network(const seg_inverse_network *a, const seg_inverse_network *b)
{
    assert_true(a->missing == b->missing);
    assert_int_equal(a->layers, b->layers);
    for (size_t l = 0; l < a->layers; l++) {
        assert_memory_equal(a->weight[l], b->weight[l], a->width[l] * a->width[l + 1] * sizeof(float));
        assert_memory_equal(a->bias[l], b->bias[l], a->width[l + 1] * sizeof(float));
    }
}

static void the_network_does_not_depend_on_threads(void **state)
{
    seg_training_options o = small_training();
    seg_inverse_network one, many;
    seg_error err = {0};

    (void)state;
    o.steps = 40;
    seg_set_threads(1);
    assert_ok(seg_inverse_train(&one, &o, NULL, NULL, &err), &err);
    seg_set_threads(3);
    assert_ok(seg_inverse_train(&many, &o, NULL, NULL, &err), &err);
    assert_same_network(&one, &many);
    seg_inverse_network_free(&one);
    seg_inverse_network_free(&many);
}

static void another_seed_gives_another_network(void **state)
{
    seg_training_options o = small_training();
    seg_inverse_network a, b;
    seg_error err = {0};

    (void)state;
    o.steps = 2;
    assert_ok(seg_inverse_train(&a, &o, NULL, NULL, &err), &err);
    o.seed++;
    assert_ok(seg_inverse_train(&b, &o, NULL, NULL, &err), &err);
    assert_true(a.weight[0][0] != b.weight[0][0]);
    seg_inverse_network_free(&a);
    seg_inverse_network_free(&b);
}

static void training_beats_the_guess_that_nothing_moves(void **state)
{
    seg_training_options o = small_training();
    seg_training_quality q;
    seg_inverse_network net;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_inverse_train(&net, &o, NULL, NULL, &err), &err);
    assert_ok(seg_inverse_judge(&net, &o, &q, &err), &err);
    print_message("# error %.4f, identity %.4f, correlation %.3f\n", q.error, q.identity_error, q.correlation);
    assert_true(q.error < 0.9 * q.identity_error);
    assert_true(q.correlation > 0.3);
    seg_inverse_network_free(&net);
}

static void pairs_depend_on_the_seed_and_their_number_alone(void **state)
{
    seg_boundary_pairs few, many;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_boundary_pairs_make(&few, 10, 16, 1, 7, &err), &err);
    assert_ok(seg_boundary_pairs_make(&many, 700, 16, 1, 7, &err), &err);
    assert_memory_equal(few.map, many.map, 10 * 2 * 16 * 16);
    assert_memory_equal(few.target, many.target, 10 * sizeof *few.target);
    seg_boundary_pairs_free(&few);
    seg_boundary_pairs_free(&many);
}

/* A symmetry of the square changes neither how far a map shifts, nor how much it scales and turns. */
static void symmetries_keep_the_size_of_a_map_and_the_mass_of_tiles(void **state)
{
    enum { T = 16, PAIRS = 50 };
    seg_boundary_pairs pairs;
    seg_error err = {0};
    float x[2 * T * T], target[SEG_PAIR_TARGETS];

    (void)state;
    assert_ok(seg_boundary_pairs_make(&pairs, PAIRS, T, 1, 3, &err), &err);
    for (size_t i = 0; i < PAIRS; i++)
        for (unsigned symmetry = 0; symmetry < 8; symmetry++) {
            const float *from = pairs.target[i];
            double mass = 0;

            seg_boundary_pair_turned(&pairs, i, symmetry, x, target);
            for (int k = 0; k < T * T; k++)
                mass += (double)x[k] - pairs.map[i * 2 * T * T + (size_t)k] / 255.0;
            assert_near(mass, 0, 0, 1e-4); /* sums of 256 floats */
            assert_near(hypot((double)target[2], (double)target[5]), hypot((double)from[2], (double)from[5]), 1e-6,
                        1e-9);
            assert_near((double)(target[0] + target[4]), (double)(from[0] + from[4]), 1e-6, 1e-7); /* the trace */
            assert_near(fabs((double)(target[1] - target[3])), fabs((double)(from[1] - from[3])), 1e-6, 1e-7);
        }
    seg_boundary_pairs_free(&pairs);
}

/* A tile holding one vertical edge, and the same edge 2 pixels to the left: prediction(x) = truth(x + 2
 * px). Whatever the symmetry, moving the turned prediction by the turned shift must give the turned truth. */
static void a_turned_shift_still_leads_to_the_turned_truth(void **state)
{
    enum { T = 8 };
    uint8_t map[2 * T * T];
    float target[1][SEG_PAIR_TARGETS] = {{0, 0, 2 * 2.0f / T, 0, 0, 0}}, x[2 * T * T], turned[SEG_PAIR_TARGETS];
    const seg_boundary_pairs pairs = {.n = 1, .tile = T, .band = 1, .map = map, .target = target};

    (void)state;
    for (int i = 0; i < T * T; i++) {
        map[i] = i % T + 2 == 5 && i / T < 4 ? 255 : 0;
        map[T * T + i] = i % T == 5 && i / T < 4 ? 255 : 0;
    }
    for (unsigned symmetry = 0; symmetry < 8; symmetry++) {
        int dx, dy;

        seg_boundary_pair_turned(&pairs, 0, symmetry, x, turned);
        dx = (int)lround((double)turned[2] * T / 2), dy = (int)lround((double)turned[5] * T / 2);
        assert_int_equal(abs(dx) + abs(dy), 2);
        for (int i = 0; i < T * T; i++) {
            int u = i % T + dx, v = i / T + dy;

            if (u >= 0 && u < T && v >= 0 && v < T)
                assert_true(x[i] == x[T * T + v * T + u]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_network_does_not_depend_on_threads),
        cmocka_unit_test(another_seed_gives_another_network),
        cmocka_unit_test(training_beats_the_guess_that_nothing_moves),
        cmocka_unit_test(pairs_depend_on_the_seed_and_their_number_alone),
        cmocka_unit_test(symmetries_keep_the_size_of_a_map_and_the_mass_of_tiles),
        cmocka_unit_test(a_turned_shift_still_leads_to_the_turned_truth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
