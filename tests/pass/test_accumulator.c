/* test_accumulator.c - every walk gives every value of a class to an accumulator once, in an order that is fixed. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "pass/argmax_map.h"
#include "pass/class_pass.h"
#include "pass/true_class.h"

enum { NX = 53, NY = 47, NZ = 31, VOXELS = NX * NY * NZ, CLASSES = 3 };

static const size_t N[3] = {NX, NY, NZ};
static const double MM[3] = {1, 1, 1};

/* What an accumulator is given of a class: whole numbers, so that any order gives the same, and a chain that depends on
 * the order of the values. */
struct record {
    uint64_t n, bits; /* values, and the sum of their bits and of `flip` */
    uint64_t chain;
};

static size_t record_bytes(const void *params, int classes)
{
    (void)params, (void)classes;
    return sizeof(struct record);
}

static uint64_t bits_of(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static void record_update(void *state, const void *params, const seg_class_run *run)
{
    struct record *r = state;

    (void)params;
    assert_int_equal(run->own, run->label == (uint32_t)run->cls);
    for (size_t i = 0; i < run->n; i++) {
        r->n++;
        r->bits += bits_of(run->p[i]) + run->flip;
        r->chain = r->chain * 1000003 + bits_of(run->p[i]);
    }
}

static void record_merge(void *into, const void *state)
{
    struct record *a = into;
    const struct record *b = state;

    a->n += b->n;
    a->bits += b->bits;
    a->chain = a->chain * 31 + b->chain;
}

static bool never(const void *params)
{
    (void)params;
    return false;
}

static float least(const void *params)
{
    (void)params;
    return 0.3f;
}

enum { ORDERED, EXACT, OWN, CASE, SKIPPING, NEVER, KINDS };
#define RECORD .bytes = record_bytes, .update = record_update, .merge = record_merge
static const seg_accumulator kinds[KINDS] = {
    [ORDERED] = {RECORD},
    [EXACT] = {RECORD, .exact = true},
    [OWN] = {RECORD, .own_only = true},
    [CASE] = {RECORD, .own_only = true, .of_case = true, .exact = true},
    [SKIPPING] = {RECORD, .skip_below = least},
    [NEVER] = {RECORD, .enabled = never},
};
static const char params[KINDS];

static void make_list(seg_accumulations *list, seg_accumulation item[KINDS])
{
    for (int k = 0; k < KINDS; k++)
        item[k] = (seg_accumulation){.kind = &kinds[k], .params = &params[k], .name = "loss"};
    *list = (seg_accumulations){.n = KINDS, .item = item};
}

static struct record of(const seg_accumulations *list, int kind, int cls)
{
    const struct record *r = seg_accumulations_state(list, &params[kind], cls);

    assert_non_null(r);
    return *r;
}

/* What should be given of a class: of all voxels, or of its own, or of its own and those from 0.3 up. */
static struct record expected(const float *prob, int planes, const uint8_t *truth, int cls, int kind)
{
    const float *p = prob + (planes == 1 ? 0 : (size_t)cls * VOXELS);
    bool flip = planes == 1 && cls == 0;
    struct record r = {0};

    for (size_t i = 0; i < VOXELS; i++)
        if (kind == ORDERED || truth[i] == cls || (kind == SKIPPING && (flip || !(p[i] < 0.3f)))) {
            r.n++;
            r.bits += bits_of(p[i]) + flip;
        }
    return r;
}

static void check(const seg_accumulations *list, const float *prob, int planes, const uint8_t *truth)
{
    struct record sum = {0}, all;

    for (int c = 0; c < (planes == 1 ? 2 : planes); c++) {
        struct record every = expected(prob, planes, truth, c, ORDERED), own = expected(prob, planes, truth, c, OWN);
        struct record from = expected(prob, planes, truth, c, SKIPPING);

        assert_true(of(list, ORDERED, c).n == every.n && of(list, ORDERED, c).bits == every.bits);
        assert_true(of(list, EXACT, c).n == every.n && of(list, EXACT, c).bits == every.bits);
        assert_true(of(list, OWN, c).n == own.n && of(list, OWN, c).bits == own.bits);
        assert_in_range(of(list, SKIPPING, c).n, from.n, every.n);
        sum.n += own.n;
        sum.bits += own.bits;
    }
    all = of(list, CASE, 0);
    assert_true(all.n == sum.n && all.bits == sum.bits);
    assert_null(seg_accumulations_state(list, &params[NEVER], 0));
}

static void fill(float *prob, int planes, uint8_t *truth, bool odd, uint64_t seed)
{
    for (size_t i = 0; i < VOXELS; i++) {
        truth[i] = (uint8_t)(fixture_uniform(&seed) * (planes == 1 ? 2 : planes));
        for (int k = 0; k < planes; k++)
            prob[(size_t)k * VOXELS + i] = (float)fixture_uniform(&seed) / (float)planes;
    }
    if (odd)
        prob[VOXELS / 2] = NAN;
}

/* ---- planes in memory, and planes from a stream ---- */

struct passing {
    const float *next;
};

static seg_status give(void *context, size_t n, float *out, seg_error *err)
{
    struct passing *p = context;

    (void)err;
    memcpy(out, p->next, n * sizeof *out);
    p->next += n;
    return SEG_OK;
}

static seg_status all_is_well(void *context, seg_error *err)
{
    (void)context;
    (void)err;
    return SEG_OK;
}

static void read_map(const seg_probmap *map, const seg_labelmap *truth, seg_accumulations *list, int threads)
{
    seg_error err = {0};
    seg_labelmap hard = {0};
    seg_prob_stats seen;

    seg_set_threads(threads);
    assert_ok(seg_probmap_argmax(&hard, map, &(seg_argmax_options){NAN, false, truth, list}, &seen, &err), &err);
    seg_set_threads(0);
    seg_class_sums_free(&seen.sums);
    seg_block_max_free(&seen.block_max);
    seg_labelmap_free(&hard);
}

/* The order does not depend on threads, nor on where the map comes from. */
static void every_value_is_added_once_and_in_order(void **state)
{
    static float prob[CLASSES * VOXELS];
    static uint8_t truth[VOXELS];

    (void)state;
    for (int planes = 1; planes <= CLASSES; planes += 2)
        for (int odd = 0; odd < 2; odd++) {
            uint64_t chain[CLASSES];

            for (int threads = 1; threads <= 3; threads++) {
                seg_accumulation item[KINDS];
                seg_accumulations list;
                struct passing passing = {prob};
                seg_probmap map = {
                    .grid = {.n = {NX, NY, NZ}}, .planes = planes, .stream = {give, all_is_well, NULL, &passing}};
                seg_pair pair;

                make_list(&list, item);
                fill(prob, planes, truth, false, 5);
                fixture_prob(&pair, N, MM, planes, prob, truth);
                fill(prob, planes, truth, odd, 5);
                memcpy(pair.prob.prob, prob, (size_t)planes * VOXELS * sizeof *prob);
                for (int streamed = 0; streamed < 2; streamed++) {
                    read_map(streamed ? &map : &pair.prob, &pair.truth, &list, threads);
                    check(&list, prob, planes, truth);
                    for (int c = 0; c < (planes == 1 ? 2 : planes); c++) {
                        chain[c] = threads == 1 && !streamed ? of(&list, ORDERED, c).chain : chain[c];
                        assert_true(of(&list, ORDERED, c).chain == chain[c]);
                    }
                }
                seg_accumulations_reset(&list);
                assert_null(seg_accumulations_state(&list, &params[ORDERED], 0));
                seg_pair_free(&pair);
            }
        }
}

/* ---- a pass over one class, and one over true classes ---- */

static size_t doubles_bytes(const void *unused, int classes)
{
    (void)unused, (void)classes;
    return 2 * sizeof(double);
}

static void doubles_update(void *state, const void *unused, const seg_class_run *run)
{
    double *sum = state;

    (void)unused;
    sum[0] += (double)run->n;
    for (size_t i = 0; i < run->n; i++)
        sum[1] += (double)run->p[i] * (run->own ? 1 : 3);
}

static void passes_add_every_voxel(void **state)
{
    static const seg_accumulator every = {.bytes = doubles_bytes, .update = doubles_update};
    static const seg_accumulator own = {.bytes = doubles_bytes, .update = doubles_update, .own_only = true};
    static const seg_accumulator limited = {
        .bytes = record_bytes, .update = record_update, .merge = record_merge, .limit = 20000, .exact = true};
    static float prob[CLASSES * VOXELS];
    static uint8_t truth[VOXELS];
    double by_class[CLASSES][2];
    seg_error err = {0};
    seg_pair pair;

    (void)state;
    fill(prob, CLASSES, truth, false, 8);
    fixture_prob_ignoring(&pair, N, MM, CLASSES, prob, truth, 2);
    assert_ok(seg_true_class_pass(&pair, &own, NULL, by_class[0], &err), &err);
    for (int c = 0; c < CLASSES; c++) {
        double sum[2] = {0}, alone[2] = {0}, want[2] = {0}, of_own[2] = {0};
        struct record counted = {0};
        uint64_t bits = 0;

        for (size_t i = 0; i < VOXELS; i++) {
            double p = (double)prob[(size_t)c * VOXELS + i];

            if (truth[i] == 2)
                continue;
            want[0]++;
            want[1] += truth[i] == c ? p : 3 * p;
            of_own[0] += truth[i] == c;
            of_own[1] += truth[i] == c ? p : 0;
            bits += bits_of((float)p);
        }
        assert_ok(seg_class_pass(&pair, &every, NULL, c, NULL, sum, &err), &err);
        assert_ok(seg_class_pass(&pair, &own, NULL, c, NULL, alone, &err), &err);
        assert_ok(seg_class_pass(&pair, &limited, NULL, c, NULL, &counted, &err), &err);
        assert_true(sum[0] == want[0] && alone[0] == of_own[0] && by_class[c][0] == of_own[0]);
        assert_near(sum[1], want[1], 1e-12, 0);
        assert_near(alone[1], of_own[1], 1e-12, 0);
        assert_near(by_class[c][1], of_own[1], 1e-12, 0);
        assert_true(counted.n == (uint64_t)want[0] && counted.bits == bits);
    }
    seg_pair_free(&pair);
}

static seg_image image_of(const float *prob)
{
    seg_image image = {.kind = SEG_IMAGE_PROBABILITIES,
                       .prob = {.grid = {.n = {NX, NY, NZ}, .mm = {1, 1, 1}}, .planes = CLASSES}};

    image.prob.prob = malloc(sizeof(float) * CLASSES * VOXELS);
    image.path = strdup("map");
    assert_true(image.prob.prob && image.path);
    memcpy(image.prob.prob, prob, sizeof(float) * CLASSES * VOXELS);
    return image;
}

static seg_image labels_of(const uint8_t *truth)
{
    seg_image image = {.kind = SEG_IMAGE_LABELS};
    seg_grid grid = {.n = {NX, NY, NZ}, .mm = {1, 1, 1}};
    seg_error err = {0};

    image.path = strdup("truth");
    assert_ok(seg_labelmap_begin(&image.labels, &grid, &err), &err);
    for (size_t row = 0; row < NY * NZ; row++) {
        uint16_t code[NX];

        for (size_t x = 0; x < NX; x++)
            code[x] = truth[row * NX + x];
        assert_ok(seg_labelmap_add_row_codes(&image.labels, code, &err), &err);
    }
    assert_ok(seg_labelmap_close(&image.labels, &err), &err);
    image.labels.values = CLASSES;
    image.labels.value = calloc(CLASSES, sizeof *image.labels.value);
    assert_non_null(image.labels.value);
    for (int c = 0; c < CLASSES; c++)
        image.labels.value[c] = c;
    return image;
}

/* With --nan skip the truth ignores more voxels than were known when the map was read. */
static void states_are_dropped_when_voxels_are_left_out_later(void **state)
{
    static float prob[CLASSES * VOXELS];
    static uint8_t truth[VOXELS];

    (void)state;
    for (int odd = 0; odd < 2; odd++) {
        seg_accumulation item[KINDS];
        seg_accumulations list;
        seg_match_options options = {.threshold = NAN, .nan = SEG_NAN_SKIP, .accumulations = &list};
        seg_image prediction, labels;
        seg_error err = {0};
        seg_pair pair;

        make_list(&list, item);
        fill(prob, CLASSES, truth, odd, 6);
        prediction = image_of(prob);
        labels = labels_of(truth);
        assert_ok(seg_pair_match(&pair, &prediction, &labels, &options, NULL, &err), &err);
        assert_int_equal(seg_accumulations_state(&list, &params[ORDERED], 0) == NULL, odd);
        assert_int_equal(pair.ignores, odd);
        seg_accumulations_reset(&list);
        seg_pair_free(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_added_once_and_in_order),
        cmocka_unit_test(passes_add_every_voxel),
        cmocka_unit_test(states_are_dropped_when_voxels_are_left_out_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
