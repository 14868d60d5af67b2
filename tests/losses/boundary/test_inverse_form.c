/* test_inverse_form.c - the network's file and arithmetic, the InverseForm loss, and whether what segloss
 * ships sees that a boundary has moved. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parallel.h"
#include "losses/boundary/inverse_form_distance.h"
#include "losses/boundary/inverse_form_edge.h"
#include "losses/boundary/inverse_form_network.h"
#include "support/peaks.h"
#include "support/scoring.h"

/* ---- the file ---- */

static void write_bytes(const char *path, const unsigned char *bytes, size_t n)
{
    FILE *stream = fopen(path, "wb");

    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, n, stream), n);
    fclose(stream);
}

static void must_be_refused(const unsigned char *bytes, size_t n, const char *words)
{
    char path[] = "/tmp/segloss-weights-XXXXXX";
    seg_inverse_network net;
    seg_error err = {0};
    int file = mkstemp(path);

    assert_true(file >= 0);
    close(file);
    write_bytes(path, bytes, n);
    assert_int_equal(seg_inverse_network_read(&net, path, &err), SEG_READ);
    unlink(path);
    if (!strstr(err.text, words))
        fail_msg("wanted \"%s\" in: %s", words, err.text);
}

/* A copy of the shipped file with the 32-bit number at `at` replaced. */
static void refuse_with(size_t at, uint32_t number, const char *words)
{
    size_t n;
    const unsigned char *shipped = seg_inverse_shipped(&n);
    unsigned char *copy = test_malloc(n);

    memcpy(copy, shipped, n);
    for (int byte = 0; byte < 4; byte++)
        copy[at + (size_t)byte] = (unsigned char)(number >> (8 * byte));
    must_be_refused(copy, n, words);
    test_free(copy);
}

static void a_damaged_weights_file_is_refused_with_a_reason(void **state)
{
    size_t n;
    const unsigned char *shipped = seg_inverse_shipped(&n);
    static const size_t short_ones[] = {0, 1, 7, 27, 28, 43, 44, 47, 48, 1000};

    (void)state;
    for (size_t i = 0; i < sizeof short_ones / sizeof *short_ones; i++)
        must_be_refused(shipped, short_ones[i], "");
    must_be_refused(shipped, n - 1, "announces");
    must_be_refused((const unsigned char *)"not weights at all, but long enough to hold a header", 52, "SGLIFW1");
    refuse_with(8, 2, "version 2");
    refuse_with(12, 31, "do not fit");
    refuse_with(12, 0x80000000u, "do not fit");
    refuse_with(16, 0, "do not fit");
    refuse_with(20, 7, "kind 7");
    refuse_with(24, 0, "0 layers");
    refuse_with(24, 0xffffffffu, "layers");
    refuse_with(32, 0xffffffffu, "wanted 1 to 65536");
    refuse_with(32, 65536, "announces");
    refuse_with(40, 5, "5 outputs");
    refuse_with(1000, 0x12345678u, "checksum");
}

static void a_missing_weights_file_is_named(void **state)
{
    seg_inverse_network net;
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_inverse_network_read(&net, "no/such/file.sgif", &err), SEG_READ);
    assert_non_null(strstr(err.text, "no/such/file.sgif"));
    assert_int_equal(seg_inverse_network_read(&net, "/tmp", &err), SEG_READ);
}

static void what_was_read_is_written_with_the_same_bytes(void **state)
{
    char path[] = "/tmp/segloss-weights-XXXXXX";
    size_t n;
    const unsigned char *shipped = seg_inverse_shipped(&n);
    unsigned char *back = test_malloc(n + 1);
    seg_inverse_network net;
    seg_error err = {0};
    int file = mkstemp(path);
    FILE *stream;

    (void)state;
    assert_true(file >= 0);
    close(file);
    assert_ok(seg_inverse_network_read(&net, NULL, &err), &err);
    assert_ok(seg_inverse_network_write(&net, path, &err), &err);
    stream = fopen(path, "rb");
    assert_int_equal(fread(back, 1, n + 1, stream), n);
    fclose(stream);
    unlink(path);
    assert_memory_equal(back, shipped, n);
    assert_true(n <= 2 << 20);
    seg_inverse_network_free(&net);
    test_free(back);
}

/* ---- arithmetic ---- */

static void edges_of_a_mask_are_the_band_on_both_sides(void **state)
{
    double map[12 * 9], edge[12 * 9], low[12 * 9];

    (void)state;
    for (int i = 0; i < 12 * 9; i++)
        map[i] = i % 12 >= 5; /* a step between columns 4 and 5 */
    seg_inverse_edge(map, 12, 9, 2, edge, low);
    for (int i = 0; i < 12 * 9; i++)
        assert_true(edge[i] == (i % 12 >= 3 && i % 12 <= 6));
}

static void an_edge_is_its_highest_minus_its_lowest_end(void **state)
{
    enum { NX = 13, NY = 7 };
    double map[NX * NY], edge[NX * NY], low[NX * NY];
    uint64_t seed = 5;

    (void)state;
    for (int i = 0; i < NX * NY; i++)
        map[i] = fixture_uniform(&seed);
    for (size_t band = 1; band <= 8; band++) { /* up to more than the map is high */
        seg_inverse_edge(map, NX, NY, band, edge, low);
        for (size_t i = 0; i < NX * NY; i++) {
            size_t highest, lowest;

            seg_inverse_edge_ends(map, NX, NY, band, i % NX, i / NX, &highest, &lowest);
            assert_true(edge[i] == map[highest] - map[lowest]);
        }
    }
}

static void the_geodesic_of_a_rotation_is_its_angle(void **state)
{
    (void)state;
    for (double angle = 0; angle < 3.1; angle += 0.1) {
        double c = cos(angle), s = sin(angle);

        /* The distance grows from 0 without rounding: 1e-14 is a few units in the last place of pi. */
        assert_near(seg_inverse_geodesic((double[6]){c - 1, -s, 0, s, c - 1, 0}, 0.1), angle, 0, 1e-14);
    }
}

/* Along the axis that is flipped the nearest rotation is not the polar factor, whose determinant is -1. */
static void the_geodesic_is_defined_for_reflections_and_scales(void **state)
{
    (void)state;
    /* theta = diag(2, 1, 1): P = I, |theta - P|^2 = 1 */
    assert_near(seg_inverse_geodesic((double[6]){1, 0, 0, 0, 0, 0}, 0.25), 0.25, 0, 1e-14);
    /* theta = diag(-3, 1, 2)-like cannot occur: the last row is fixed. diag(-0.5, 1, 1): P = I, |theta -
     * P|^2 = 2.25 */
    assert_near(seg_inverse_geodesic((double[6]){-1.5, 0, 0, 0, 0, 0}, 1), 2.25, 0, 1e-14);
    /* diag(-3, -1, 1): P = diag(-1, -1, 1), a half turn; |theta - P|^2 = 4 */
    assert_near(seg_inverse_geodesic((double[6]){-4, 0, 0, 0, -2, 0}, 1), 3.141592653589793 + 4, 0, 1e-14);
}

/* ---- the loss ---- */

/* A truth of bent stripes, and probabilities: smooth ones with some noise, or nothing but noise (noise =
 * 1). */
static void make_pair(seg_pair *pair, const size_t n[3], int classes, double noise, uint64_t seed)
{
    size_t voxels = n[0] * n[1] * n[2];
    float *prob = test_calloc(voxels * (size_t)classes, sizeof *prob);
    uint8_t *truth = test_calloc(voxels, 1);

    for (size_t i = 0; i < voxels; i++) {
        double x = (double)(i % n[0]) / (double)n[0], y = (double)(i / n[0] % n[1]) / (double)n[1];

        for (int c = 0; c < classes; c++) {
            double smooth = 0.5 + 0.5 * sin(5 * x + 2 * c) * cos(4 * y + 3 * c);

            prob[(size_t)c * voxels + i] =
                (float)(0.02 + 0.96 * ((1 - noise) * smooth + noise * fixture_uniform(&seed)));
        }
        truth[i] = (uint8_t)((int)(2.3 * x + 1.7 * y + 0.4 * sin(6 * x)) % classes);
    }
    fixture_prob(pair, n, (const double[3]){1, 1, 1}, classes, prob, truth);
    test_free(truth);
    test_free(prob);
}

/* Differences at single voxels. The loss has kinks, where two pixels of a disc are equal or a unit of the
 * network is at 0, so a few of them may lie inside the step: nine in ten voxels must agree. */
static void check_slopes(seg_pair *pair, const char *spec, uint64_t seed)
{
    enum { VOXELS = 40 };
    static const double STEP = 5e-5;
    size_t n = (size_t)pair->classes * pair->voxels;
    double *gradient = scoring_gradient(pair, spec), largest = 0;
    int agree = 0;

    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(gradient[i]));
    assert_true(largest > 0);
    for (int k = 0; k < VOXELS; k++) {
        size_t i = fixture_random(&seed) % n;
        float kept = pair->prob.prob[i], up = (float)((double)kept + STEP), down = (float)((double)kept - STEP);
        double change;

        pair->prob.prob[i] = up;
        change = scoring_value(pair, spec);
        pair->prob.prob[i] = down;
        change = (change - scoring_value(pair, spec)) / ((double)up - (double)down);
        pair->prob.prob[i] = kept;
        agree += fabs(change - gradient[i]) <= 1e-5 * largest + 1e-4 * fabs(gradient[i]);
    }
    if (agree < VOXELS * 9 / 10)
        fail_msg("%s: the gradient agrees with differences at %d of %d voxels only", spec, agree, VOXELS);
    free(gradient);
}

static void the_gradient_agrees_with_differences(void **state)
{
    static const char *const specs[] = {"inverse-form",
                                        "inverse-form:tiles=occupied",
                                        "inverse-form:tiles=all",
                                        "inverse-form:shrink=2",
                                        "inverse-form:shrink=3,classes=all",
                                        "inverse-form:form=survey",
                                        "inverse-form:form=survey,beta=2,gamma=0.1"};

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        seg_pair pair;

        make_pair(&pair, (const size_t[3]){41, 37, i % 2 ? 2 : 1}, 3, 1, 11 + i);
        check_slopes(&pair, specs[i], 21 + i);
        seg_pair_free(&pair);
    }
}

static void the_geodesic_gradient_is_refused(void **state)
{
    scoring_job job;
    seg_loss_ctx work;
    seg_pair pair;
    seg_error err = {0};
    double *gradient;

    (void)state;
    make_pair(&pair, (const size_t[3]){20, 20, 1}, 2, 0.3, 3);
    gradient = test_calloc(pair.voxels * 2, sizeof *gradient);
    scoring_read(&job, "inverse-form:distance=geodesic");
    assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
    assert_int_equal(job.job.loss->gradient(&work, job.job.params, gradient, &err), SEG_USAGE);
    seg_loss_ctx_free(&work);
    scoring_free(&job);
    seg_pair_free(&pair);
    test_free(gradient);
}

static void the_value_does_not_depend_on_threads(void **state)
{
    const size_t n[3] = {150, 120, 7};
    seg_pair pair;
    double one, many;

    (void)state;
    make_pair(&pair, n, 4, 0.3, 9);
    seg_set_threads(1);
    one = scoring_value(&pair, "inverse-form:form=survey");
    seg_set_threads(5);
    many = scoring_value(&pair, "inverse-form:form=survey");
    assert_true(one == many);
    seg_pair_free(&pair);
}

/* An ignored corner holds whatever it likes, in either map. */
/* Slices without the class, whose probabilities are known to be too small for a boundary, are not looked at. */
static void what_is_known_of_far_classes_changes_nothing(void **state)
{
    static const char *const specs[] = {"inverse-form:shrink=1", "inverse-form:shrink=1,tiles=all",
                                        "inverse-form:shrink=1,tiles=weighted,min_mass=0.1"};
    enum { CLASSES = 3, SLICES = 4, SIDE = 60, SLICE = SIDE * SIDE, N = SLICE * SLICES };
    float *prob = malloc(CLASSES * N * sizeof *prob);
    uint8_t *label = malloc(N);
    uint64_t seed = 5;
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        size_t x = i % SIDE, y = i / SIDE % SIDE, z = i / SLICE;
        bool square = x > 10 + z && x < 40 && y > 12 && y < 45;
        double rest = 1e-5 * fixture_uniform(&seed);

        label[i] = square && z < 2 ? 1 : square && z == 2 ? 2 : 0;
        for (size_t c = 0; c < CLASSES; c++)
            prob[c * N + i] = (float)(c == label[i >= 2 ? i - 2 : i] ? 1 - rest : rest / 2);
    }
    fixture_prob(&pair, (const size_t[]){SIDE, SIDE, SLICES}, (const double[]){1, 1, 1}, CLASSES, prob, label);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        double want = scoring_value(&pair, specs[i]), got;

        peaks_make(&pair, 700);
        got = scoring_value(&pair, specs[i]);
        assert_memory_equal(&got, &want, sizeof got); /* nothing was added for them before either */
        assert_true(want > 0);
        seg_block_max_free(&pair.block_max);
    }
    seg_pair_free(&pair);
    free(label);
    free(prob);
}

static void ignored_pixels_do_not_matter(void **state)
{
    enum { N = 48 };
    float prob[2 * N * N];
    uint8_t truth[N * N];
    double value[2];

    (void)state;
    for (int time = 0; time < 2; time++) {
        uint64_t seed = 17 + (uint64_t)time;
        seg_pair pair;

        for (int i = 0; i < N * N; i++) {
            int x = i % N, y = i / N;
            bool ignored = x > 30 && y > 30;
            double p = ignored ? fixture_uniform(&seed) : 1 / (1 + exp(hypot(x - 20, y - 22) - 11));

            prob[i] = (float)(1 - p), prob[N * N + i] = (float)p;
            truth[i] = ignored ? 9 : hypot(x - 23, y - 20) < 12;
        }
        fixture_prob_ignoring(&pair, (const size_t[3]){N, N, 1}, (const double[3]){1, 1, 1}, 2, prob, truth, 9);
        value[time] = scoring_value(&pair, "inverse-form:form=survey");
        seg_pair_free(&pair);
    }
    assert_true(value[0] == value[1]);
}

/* ---- what the shipped network sees ---- */

/* Shapes of families that the training does not know; positive inside. */
typedef double outline(double x, double y, double size);

static double superellipse(double x, double y, double size)
{
    return size - pow(x * x * x * x + y * y * y * y, 0.25);
}

static double ring(double x, double y, double size)
{
    return 0.35 * size - fabs(hypot(x, y) - size);
}

static double crescent(double x, double y, double size)
{
    return fmin(size - hypot(x, y), hypot(x - 0.6 * size, y) - 0.7 * size);
}

static double cross(double x, double y, double size)
{
    double a = fmax(fabs(x) / 0.35, fabs(y)), b = fmax(fabs(x), fabs(y) / 0.35);

    return size - fmin(a, b);
}

static double trefoil(double x, double y, double size)
{
    double level = -1e9;

    for (int k = 0; k < 3; k++)
        level = fmax(level, 0.55 * size - hypot(x - 0.5 * size * cos(2.1 * k), y - 0.5 * size * sin(2.1 * k)));
    return level;
}

static outline *const outlines[] = {superellipse, ring, crescent, cross, trefoil};

enum { KINDS = sizeof outlines / sizeof *outlines, STEPS = 7, TILES = 300, T = 32, BAND = 2, CANVAS = T + 2 * BAND };

typedef enum { SHIFT, TURN, GROW } motion;

struct scene {
    outline *shape;
    double x, y, size, angle, direction;
};

static double level_at(const struct scene *s, double x, double y)
{
    double u = x - s->x, v = y - s->y, c = cos(s->angle), n = sin(s->angle);

    return s->shape(c * u + n * v, c * v - n * u, s->size);
}

/* The edge map of the shape seen after a motion by `amount`; returns its mass. */
static double edge_tile(const struct scene *s, motion what, double amount, double *out)
{
    static double canvas[CANVAS * CANVAS], edge[CANVAS * CANVAS], low[CANVAS * CANVAS];
    double mass = 0, c = what == TURN ? cos(amount) : 1, n = what == TURN ? sin(amount) : 0;

    for (int i = 0; i < CANVAS * CANVAS; i++) {
        double x = (i % CANVAS - BAND + 0.5) * 2 / T - 1, y = (i / CANVAS - BAND + 0.5) * 2 / T - 1;
        double grow = what == GROW ? amount : 1, shift = what == SHIFT ? amount * 2 / T : 0;

        canvas[i] = level_at(s, grow * (c * x - n * y) + shift * cos(s->direction),
                             grow * (n * x + c * y) + shift * sin(s->direction)) > 0;
    }
    seg_inverse_edge(canvas, CANVAS, CANVAS, BAND, edge, low);
    for (int y = 0; y < T; y++)
        for (int x = 0; x < T; x++)
            mass += out[y * T + x] = edge[(y + BAND) * CANVAS + x + BAND];
    return mass;
}

/* Spearman's correlation of distance[] with 0, 1, 2...; distances are all different. */
static double rank_correlation(const double *distance)
{
    double square = 0;

    for (int i = 0; i < STEPS; i++) {
        int rank = 0;

        for (int j = 0; j < STEPS; j++)
            rank += distance[j] < distance[i];
        square += (rank - i) * (rank - i);
    }
    return 1 - 6 * square / (STEPS * (STEPS * STEPS - 1.0));
}

static bool scene_distances(const seg_inverse_network *net, const struct scene *s, motion what, const double *amount,
                            double *distance)
{
    static double x[2 * T * T], value[4096];

    if (edge_tile(s, what, what == GROW, x + T * T) < 20) /* about 5 pixels of outline */
        return false;
    for (int step = 0; step < STEPS; step++) {
        const double *out;

        if (edge_tile(s, what, amount[step], x) < 20)
            return false;
        out = seg_inverse_network_apply(net, x, value);
        distance[step] = 0;
        for (int k = 0; k < SEG_INVERSE_OUTPUTS; k++)
            distance[step] += out[k] * out[k];
        distance[step] = sqrt(distance[step]);
    }
    return true;
}

/* The mean over tiles of the rank correlation between the distance and the amount of motion. */
static double mean_correlation(const seg_inverse_network *net, motion what, double first, double last)
{
    double amount[STEPS], distance[STEPS], mean[STEPS] = {0}, sum = 0;
    uint64_t seed = 2024;
    int tiles = 0;

    for (int step = 0; step < STEPS; step++)
        amount[step] = first + (last - first) * step / (STEPS - 1);
    for (int i = 0; i < TILES; i++) {
        struct scene s = {.shape = outlines[i % KINDS]};

        s.x = 1.4 * fixture_uniform(&seed) - 0.7, s.y = 1.4 * fixture_uniform(&seed) - 0.7;
        s.size = 0.35 + 0.6 * fixture_uniform(&seed);
        s.angle = 6.2832 * fixture_uniform(&seed), s.direction = 6.2832 * fixture_uniform(&seed);
        if (!scene_distances(net, &s, what, amount, distance))
            continue;
        sum += rank_correlation(distance);
        for (int step = 0; step < STEPS; step++)
            mean[step] += distance[step];
        tiles++;
    }
    print_message("# %s:", (const char *[]){"shift 0..6 px", "rotation 0..25 deg", "scale 1..1.3"}[what]);
    for (int step = 0; step < STEPS; step++)
        print_message(" %.3f", mean[step] / tiles);
    print_message("  rank correlation %.3f over %d tiles\n", sum / tiles, tiles);
    assert_true(tiles > TILES / 2);
    return sum / tiles;
}

/* The limits are what the shipped network reaches, rounded down. A turned ring or square looks
 * almost as it did, so rotations are the hardest. */
static void the_shipped_network_sees_how_far_a_boundary_moved(void **state)
{
    seg_inverse_network net;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_inverse_network_read(&net, getenv("SEGLOSS_TEST_WEIGHTS"), &err), &err);
    assert_true(mean_correlation(&net, SHIFT, 0, 6) >= 0.97);
    assert_true(mean_correlation(&net, TURN, 0, 25 * 3.14159265 / 180) >= 0.95);
    assert_true(mean_correlation(&net, GROW, 1, 1.3) >= 0.93);
    seg_inverse_network_free(&net);
}

/* Whole masks, through the loss: further away costs more. */
static void a_mask_further_away_costs_more(void **state)
{
    enum { N = 128 };
    static uint8_t truth[N * N], moved[N * N];
    double before = -1;

    (void)state;
    for (int shift = 0; shift <= 6; shift++) {
        double value;
        seg_pair pair;

        for (int i = 0; i < N * N; i++) {
            double x = i % N - 60.5, y = i / N - 66.5;

            truth[i] = cross(0.8 * x + 0.6 * y, 0.8 * y - 0.6 * x, 40) > 0;
            moved[i] = cross(0.8 * (x - shift) + 0.6 * y, 0.8 * y - 0.6 * (x - shift), 40) > 0;
        }
        fixture_labels(&pair, (const size_t[3]){N, N, 1}, (const double[3]){1, 1, 1}, 2, moved, truth);
        value = scoring_value(&pair, "inverse-form");
        assert_true(value > before);
        before = value;
        seg_pair_free(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_weights_file_is_refused_with_a_reason),
        cmocka_unit_test(a_missing_weights_file_is_named),
        cmocka_unit_test(what_was_read_is_written_with_the_same_bytes),
        cmocka_unit_test(edges_of_a_mask_are_the_band_on_both_sides),
        cmocka_unit_test(an_edge_is_its_highest_minus_its_lowest_end),
        cmocka_unit_test(the_geodesic_of_a_rotation_is_its_angle),
        cmocka_unit_test(the_geodesic_is_defined_for_reflections_and_scales),
        cmocka_unit_test(the_gradient_agrees_with_differences),
        cmocka_unit_test(the_geodesic_gradient_is_refused),
        cmocka_unit_test(the_value_does_not_depend_on_threads),
        cmocka_unit_test(what_is_known_of_far_classes_changes_nothing),
        cmocka_unit_test(ignored_pixels_do_not_matter),
        cmocka_unit_test(the_shipped_network_sees_how_far_a_boundary_moved),
        cmocka_unit_test(a_mask_further_away_costs_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
