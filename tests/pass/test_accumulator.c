/* Who looks on while a map is hardened sees every value of every class once, in order within a part, under its peak. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "pass/argmax_map.h"

enum { NX = 53, NY = 47, NZ = 31, VOXELS = NX * NY * NZ, CLASSES = 3, PARTS = 1024 };

static const size_t N[3] = {NX, NY, NZ};
static const double MM[3] = {1, 1, 1};

/* What a witness finds out; wrong counts what must not be. */
struct record {
    const float *prob;
    int planes;
    size_t parts;
    uint8_t seen[CLASSES][VOXELS]; /* parts do not overlap, so threads do not meet */
    size_t last[CLASSES][PARTS];   /* 1 + the last voxel of the class in the part */
    int wrong[CLASSES][PARTS];
    int ended[CLASSES];
};

static bool wants(const void *params, const seg_pass_info *showing)
{
    return params && showing->voxels == VOXELS;
}

static seg_status begin(void **seen, const void *params, const seg_pass_info *showing, seg_error *err)
{
    struct record *r = calloc(1, sizeof *r);

    (void)err;
    assert_non_null(r);
    assert_true(showing->parts <= PARTS);
    r->prob = *(const float *const *)params;
    r->planes = showing->classes == 2 ? 1 : showing->classes;
    r->parts = showing->parts;
    *seen = r;
    return SEG_OK;
}

static void see(void *seen, const seg_class_tile *s)
{
    struct record *r = seen;
    const float *plane = r->prob + (r->planes == 1 ? 0 : (size_t)s->cls * VOXELS);
    int wrong = s->flip != (r->planes == 1 && s->cls == 0) || s->worker >= s->showing->workers || s->part >= r->parts;

    for (size_t i = 0; i < s->n; i++) {
        wrong += memcmp(&s->p[i], &plane[s->begin + i], sizeof *s->p) != 0;
        wrong += !(s->p[i] <= s->peak[i / SEG_BLOCK_MAX_VOXELS]) && !isnan(s->p[i]);
        r->seen[s->cls][s->begin + i]++;
    }
    wrong += s->begin < r->last[s->cls][s->part];
    r->last[s->cls][s->part] = s->begin + s->n;
    r->wrong[s->cls][s->part] += wrong;
}

static void end(void *seen, int cls)
{
    ((struct record *)seen)->ended[cls]++;
}

static const seg_accumulator_kind kind = {wants, begin, see, end, free};

static void check(const struct record *r, int classes)
{
    assert_non_null(r);
    for (int c = 0; c < classes; c++) {
        assert_int_equal(r->ended[c], 1);
        for (size_t part = 0; part < r->parts; part++)
            assert_int_equal(r->wrong[c][part], 0);
        for (size_t i = 0; i < VOXELS; i++)
            if (r->seen[c][i] != 1)
                fail_msg("voxel %zu of class %d was seen %d times", i, c, r->seen[c][i]);
    }
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

/* ---- planes in memory, and planes that come by ---- */

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

static void look(const seg_probmap *map, const seg_labelmap *truth, seg_accumulators *witnesses, const void *params,
                 int threads)
{
    seg_error err = {0};
    seg_labelmap hard = {0};
    seg_prob_stats seen;

    seg_set_threads(threads);
    assert_ok(seg_probmap_argmax(&hard, map, &(seg_argmax_options){NAN, false, truth, witnesses}, &seen, &err), &err);
    seg_set_threads(0);
    check(seg_accumulators_state(witnesses, params), map->planes == 1 ? 2 : map->planes);
    seg_class_sums_free(&seen.sums);
    seg_block_max_free(&seen.block_max);
    seg_labelmap_free(&hard);
}

static void every_value_comes_by_once(void **state)
{
    static float prob[CLASSES * VOXELS];
    static uint8_t truth[VOXELS];

    (void)state;
    for (int threads = 1; threads <= 3; threads++)
        for (int planes = 1; planes <= CLASSES; planes += 2)
            for (int odd = 0; odd < 2; odd++) {
                const float *values = prob;
                seg_accumulator witness[2] = {{&kind, &values, "loss", NULL}, {&kind, NULL, "none", NULL}};
                seg_accumulators witnesses = {2, witness, NULL};
                struct passing passing = {prob};
                seg_probmap map = {
                    .grid = {.n = {NX, NY, NZ}}, .planes = planes, .stream = {give, all_is_well, NULL, &passing}};
                seg_pair pair;

                fill(prob, planes, truth, false, 5);
                fixture_prob(&pair, N, MM, planes, prob, truth);
                fill(prob, planes, truth, odd, 5);
                memcpy(pair.prob.prob, prob, (size_t)planes * VOXELS * sizeof *prob);
                look(&pair.prob, &pair.truth, &witnesses, &values, threads);
                look(&map, &pair.truth, &witnesses, &values, threads);
                assert_null(seg_accumulators_state(&witnesses, NULL)); /* who does not want to look sees nothing */
                seg_accumulators_reset(&witnesses);
                assert_null(seg_accumulators_state(&witnesses, &values));
                seg_pair_free(&pair);
            }
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

/* With --nan skip the truth ignores more voxels than were known when the map was looked at. */
static void what_was_seen_is_forgotten_when_voxels_are_left_out_later(void **state)
{
    static float prob[CLASSES * VOXELS];
    static uint8_t truth[VOXELS];

    (void)state;
    for (int odd = 0; odd < 2; odd++) {
        const float *values = prob;
        seg_accumulator witness = {&kind, &values, "loss", NULL};
        seg_accumulators witnesses = {1, &witness, NULL};
        seg_match_options options = {.threshold = NAN, .nan = SEG_NAN_SKIP, .witnesses = &witnesses};
        seg_image prediction, labels;
        seg_error err = {0};
        seg_pair pair;

        fill(prob, CLASSES, truth, odd, 6);
        prediction = image_of(prob);
        labels = labels_of(truth);
        assert_ok(seg_pair_match(&pair, &prediction, &labels, &options, NULL, &err), &err);
        assert_int_equal(seg_accumulators_state(&witnesses, &values) == NULL, odd);
        assert_int_equal(pair.ignores, odd);
        seg_accumulators_reset(&witnesses);
        seg_pair_free(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_comes_by_once),
        cmocka_unit_test(what_was_seen_is_forgotten_when_voxels_are_left_out_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
