/* test_kernels.c - every kernel against its scalar form, and all instruction sets of this processor bit by bit.
 *
 * Lengths around the number of lanes; values at, beyond and far from the ends of [0, 1], tiny ones and, where a kernel
 * takes them, some that are not finite. The lower envelope has test_envelope.c, clamped sums test_clamped_sums.c.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pass/argmax_tile.h"
#include "simd/prob.h"
#include "simd/simd.h"
#include "support/fixture.h"

enum { MOST = 1000, CLASSES = 3 };

typedef struct {
    float p[CLASSES][MOST + 8];
    double y[CLASSES][MOST + 8];
    size_t n;
    bool flip;
} input;

/* What a kernel gives, as bytes. */
typedef struct {
    unsigned char bytes[1 << 16];
    size_t n;
} output;

static void put(output *out, const void *bytes, size_t n)
{
    assert_true(out->n + n <= sizeof out->bytes);
    memcpy(out->bytes + out->n, bytes, n);
    out->n += n;
}

static void fill(input *in, size_t n, bool finite, uint64_t *seed)
{
    static const float ends[] = {0,    1,      -0.0f,    1e-8f, 1 + 5e-4f, -5e-4f, 0x1p-30f, 1 - 0x1p-24f,
                                 0.5f, 1e-40f, INFINITY, NAN};
    size_t kinds = sizeof ends / sizeof *ends - (finite ? 2 : 0);

    in->n = n;
    in->flip = fixture_random(seed) % 2;
    for (int c = 0; c < CLASSES; c++)
        for (size_t i = 0; i < MOST + 8; i++) {
            uint64_t kind = fixture_random(seed) % 4;

            in->p[c][i] = kind == 0   ? ends[fixture_random(seed) % kinds]
                          : kind == 1 ? (float)pow(2, -40 * fixture_uniform(seed))
                                      : (float)fixture_uniform(seed);
            in->y[c][i] = fixture_uniform(seed);
        }
}

static void near(double got, double want)
{
    assert_true(got == want || fabs(got - want) <= 1e-13 * fabs(want)); /* the order of adding some hundred terms */
}

/* ---- each kernel: its bytes, and its scalar form ---- */

static void sums(const seg_simd_kernels *k, const input *in, output *out)
{
    seg_run_sums own = {0}, other = {0}, want = {0};
    double focal, powers, focal_wanted = 0, powers_wanted = 0;

    k->sum_own(in->p[0], in->n, in->flip, 1e-7, 43, &own);
    k->sum_other(in->p[0], in->n, in->flip, &other);
    focal = k->sum_focal(in->p[0], in->n, in->flip, 2, 1e-7);
    powers = k->sum_log_powers(in->p[0], in->n, in->flip, 1e-7, 0.3);
    seg_run_sums_own_ref(in->p[0], in->n, in->flip, 1e-7, &want);
    for (size_t i = 0; i < in->n; i++) {
        double y = seg_clamp_prob(in->p[0][i], in->flip), cost = -log(fmax(y, 1e-7));

        focal_wanted += (1 - y) * (1 - y) * cost;
        powers_wanted += pow(cost, 0.3);
    }
    near(own.mass, want.mass), near(own.square, want.square), near(own.error, want.error), near(own.log, want.log);
    near(other.mass, want.mass), near(other.square, want.square);
    near(focal, focal_wanted), near(powers, powers_wanted);
    put(out, &own, sizeof own), put(out, &other, sizeof other);
    put(out, &focal, sizeof focal), put(out, &powers, sizeof powers);
}

static void clamped(const seg_simd_kernels *k, const input *in, output *out)
{
    seg_clamp clamp = seg_clamp_between(1e-3, 1 - 1e-3);
    seg_focal_sums3 focal = {0};
    double sum[3] = {k->sum_clamped(in->p[0], in->n, in->flip, &clamp),
                     k->sum_neg_log(in->p[0], in->n, in->flip, &clamp),
                     k->sum_neg_log1m(in->p[0], in->n, in->flip, &clamp)};

    k->sum_clamped_focal(in->p[0], in->n, in->flip, &clamp, 0.5, 1e-7, &focal);
    near(sum[0], seg_sum_clamped_ref(in->p[0], in->n, in->flip, &clamp));
    put(out, sum, sizeof sum), put(out, &focal, sizeof focal);
}

static void probabilities(const seg_simd_kernels *k, const input *in, output *out)
{
    double y[MOST], uncertain[MOST], sum, want = 0;
    uint32_t key[MOST], bits;
    size_t begin = 0, end = in->n, leading, ones = 0, left;
    int32_t cut = seg_float_bits_below(0.75);
    bool fits = k->probs_fit(in->p[0], in->n), all = true;

    k->widen(in->p[0], in->n, in->flip, y);
    k->ranking_keys(in->p[0], in->n, in->flip, true, key);
    k->trim(in->p[0], cut, &begin, &end);
    leading = k->sum_leading(in->p[0], in->n, cut, &sum);
    for (size_t i = 0; i < in->n; i++) {
        float x = in->p[0][i], as_float = (float)seg_clamp_prob(x, in->flip);

        memcpy(&bits, &as_float, sizeof bits);
        all = all && x >= -SEG_PROB_SLACK && x <= 1 + SEG_PROB_SLACK;
        assert_true(y[i] == seg_clamp_prob(x, in->flip));
        assert_int_equal(key[i], bits << 1 | 1);
        want += i < leading ? seg_clamp_prob(x, false) : 0;
        assert_true((i >= begin && i < end && i >= leading) || !(x > 0.75f));
    }
    assert_true(leading % SEG_VEC_LANES == 0);
    assert_int_equal(fits, all);
    near(sum, want);
    left = k->widen_uncertain(in->p[0], in->n, in->flip, uncertain, &ones);
    for (size_t i = 0, at = 0; i < in->n; i++)
        if (at < left && uncertain[at] == y[i])
            at++;
        else
            assert_true(y[i] == 1);
    assert_int_equal(left + ones, in->n);
    put(out, uncertain, left * sizeof *uncertain);
    put(out, y, in->n * sizeof *y), put(out, key, in->n * sizeof *key), put(out, &sum, sizeof sum);
    put(out, &begin, sizeof begin), put(out, &end, sizeof end), put(out, &fits, 1);
}

static void argmax(const seg_simd_kernels *k, const input *in, output *out)
{
    seg_argmax_scratch memory, plain, saved;
    seg_argmax_tile r = seg_argmax_in(&memory), want = seg_argmax_in(&plain), again = seg_argmax_in(&saved);
    seg_argmax_stats stats = SEG_ARGMAX_NO_STATS;
    uint16_t winner[MOST], label[MOST];
    uint64_t off[SEG_SUM_SLACKS] = {0};
    double worst = 1;
    float peak = 0;

    k->argmax_init(&r, in->n, -1);
    k->argmax_init(&want, in->n, -1);
    k->argmax_init(&again, in->n, -1);
    for (int c = 0; c < CLASSES; c++) {
        k->argmax_update(&r, in->p[c], in->n, c, c != 1, &peak);
        seg_argmax_update_ref(&want, in->p[c], in->n, c, c != 1, &stats);
    }
    assert_memory_equal(r.best, want.best, in->n * sizeof *r.best);
    assert_memory_equal(r.sum, want.sum, in->n * sizeof *r.sum);
    assert_memory_equal(r.winner, want.winner, in->n * sizeof *r.winner);
    assert_true(peak == fmaxf(stats.high, 0));
    for (size_t i = 0; i < in->n; i++)
        r.bad[i] = i % 5 ? 0 : -1;
    k->argmax_save(&r, in->n, winner);
    k->argmax_load(&again, in->n, winner);
    assert_memory_equal(again.bad, r.bad, in->n * sizeof *r.bad);
    assert_memory_equal(again.winner, r.winner, in->n * sizeof *r.winner);
    k->argmax_labels(&r, in->n, 77, label);
    for (size_t i = 0; i < in->n; i++)
        assert_int_equal(label[i], i % 5 ? r.winner[i] : 77);
    k->argmax_check_sums(&r, in->n, off, &worst);
    put(out, r.best, in->n * sizeof *r.best), put(out, r.sum, in->n * sizeof *r.sum), put(out, winner, in->n * 2);
    put(out, off, sizeof off), put(out, &worst, sizeof worst);
}

static void argmax_clamped(const seg_simd_kernels *k, const input *in, output *out)
{
    int32_t best[MOST + 8], winner[MOST + 8], least = 0, lowest = INT32_MAX;

    for (size_t i = 0; i < in->n + 8; i++)
        best[i] = -1, winner[i] = 0;
    for (int c = 0; c < CLASSES; c++)
        least = k->argmax_clamped(best, winner, in->p[c], in->n, c);
    for (size_t i = 0; i < in->n; i++) {
        double most = -1;
        float x;
        int32_t first = 0;

        for (int c = 0; c < CLASSES; c++)
            if (seg_clamp_prob(in->p[c][i], false) > most)
                most = seg_clamp_prob(in->p[c][i], false), first = c;
        memcpy(&x, &best[i], sizeof x);
        assert_true(x == (float)most);
        assert_int_equal(winner[i], first);
        lowest = best[i] < lowest ? best[i] : lowest;
    }
    assert_true(least <= lowest);
    put(out, best, in->n * sizeof *best), put(out, winner, in->n * sizeof *winner), put(out, &least, sizeof least);
}

static void histograms(const seg_simd_kernels *k, const input *in, output *out)
{
    static seg_bins_side side, floats;
    uint64_t key[MOST + 8], n = 0, bits;
    double top = 0;

    memset(&side, 0, sizeof side), memset(&floats, 0, sizeof floats);
    k->lovasz_count(&side, in->p[0], in->n, in->flip);
    k->lovasz_count_floats(floats.packed, in->p[0], in->n, SEG_COARSE_BITS);
    k->topk_keys(in->y[0], in->n, 0.25, key);
    for (size_t i = 0; i < in->n; i++) {
        double y = fmax(in->y[0][i], 0.25), one = 1;

        memcpy(&bits, &y, sizeof bits);
        memcpy(&n, &one, sizeof n);
        assert_true(key[i] == n - bits);
        top += seg_clamp_prob(in->p[0][i], in->flip) >= 0x1p-30;
    }
    n = 0;
    for (size_t b = 1; b < SEG_BINS; b++)
        n += side.packed[b] >> SEG_PACKED_SHIFT;
    for (size_t b = 0; b < SEG_HIGH_BINS; b++)
        n += side.high[b].n;
    assert_true((double)n == top); /* each error from 2^-30 up is in one bin */
    for (size_t b = 0; b < SEG_BINS; b++)
        if (side.packed[b])
            put(out, &side.packed[b], sizeof side.packed[b]);
    for (size_t b = 0; b < SEG_HIGH_BINS; b++)
        if (side.high[b].n)
            put(out, &side.high[b], sizeof side.high[b]);
    for (size_t b = 0; b < SEG_BINS; b++)
        if (floats.packed[b])
            put(out, &floats.packed[b], sizeof floats.packed[b]);
    put(out, key, in->n * sizeof *key);
}

static void rows(const seg_simd_kernels *k, const input *in, output *out)
{
    static double y[4][MOST + 8];
    uint64_t bits[MOST / 64 + 1];
    double dot = k->row_dot(in->y[0], in->y[1], in->n), want = 0;

    memcpy(y[0], in->y, sizeof in->y);
    memcpy(y[3], in->y[2], sizeof y[3]);
    k->row_add(y[0], y[1], in->n);
    k->row_add_plus(y[0], y[1], 0.25, in->n);
    k->row_add_difference(y[0], in->y[1], in->y[2], in->n);
    k->row_max(y[2], in->n, 0.5);
    k->row_above(in->y[0], in->n, 0.5, bits);
    k->row_extremes(in->y[0], in->n, y[1], y[3]);
    for (size_t i = 0; i < in->n; i++) {
        double a = in->y[0][i], b = in->y[1][i], c = in->y[2][i];

        assert_true(y[0][i] == ((a + b) + (b + 0.25)) + (b - c));
        assert_true(y[2][i] == fmax(c, 0.5) && y[1][i] == fmax(b, a) && y[3][i] == fmin(c, a));
        assert_int_equal(bits[i / 64] >> i % 64 & 1, a > 0.5);
        want += a * b;
    }
    near(dot, want);
    put(out, y[0], in->n * sizeof *y[0]), put(out, &dot, sizeof dot);
}

static void distances(const seg_simd_kernels *k, const input *in, output *out)
{
    const double inside[2] = {0.5, -2}, outside[2] = {1, 3};
    float d[MOST];
    double sum[3], want[3] = {0};

    for (size_t i = 0; i < in->n; i++)
        d[i] = (float)(20 * (in->y[1][i] - 0.5));
    sum[0] = k->sum_squares_by_distance(in->y[0], d, true, in->n);
    sum[1] = k->sum_squares_by_distance(in->y[0], d, false, in->n);
    sum[2] = k->sum_lines_by_distance(inside, outside, d, in->y[0], in->n);
    for (size_t i = 0; i < in->n; i++) {
        double off = in->y[0][i] * (double)d[i];

        want[0] += d[i] < 0 ? off * off : 0;
        want[1] += off * off;
        want[2] +=
            in->y[0][i] * (d[i] < 0 ? inside[0] + inside[1] * (double)d[i] : outside[0] + outside[1] * (double)d[i]);
    }
    near(sum[0], want[0]), near(sum[1], want[1]);
    assert_true(fabs(sum[2] - want[2]) <= 1e-11); /* terms of both signs */
    put(out, sum, sizeof sum);
}

static void gaps(const seg_simd_kernels *k, const input *in, output *out)
{
    uint8_t next[128], longer[128], shorter[128], before[128];

    for (size_t i = 0; i < 128; i++) {
        next[i] = (uint8_t)(in->y[0][i] * 300);
        next[i] = i % 3 ? next[i] : UINT8_MAX - (uint8_t)(i % 2);
        before[i] = shorter[i] = (uint8_t)(in->y[1][i] * 256);
    }
    k->gaps_lengthen(longer, next, 128);
    k->gaps_shorten(shorter, next, 128);
    for (size_t i = 0; i < 128; i++) {
        int want = next[i] < 255 ? next[i] + 1 : 255;

        assert_int_equal(longer[i], want);
        assert_int_equal(shorter[i], want < before[i] ? want : before[i]);
    }
    put(out, longer, 128), put(out, shorter, 128);
}

/* The windows of embedding.c have a test of their own: here only the sets are compared. */
static void windows(const seg_simd_kernels *k, const input *in, output *out)
{
    enum { STRIDE = 40, PLANE = 320, AT = 3 * STRIDE + 8 };
    double f[CLASSES * PLANE], norm[PLANE], anchor[8] = {1, 0, 1, 1, 1, 0, 1, 1},
                                            m[2][CLASSES * SEG_WINDOW_LANES] = {{0}};
    int32_t code[PLANE], right[PLANE];
    seg_window_rows w = {2, STRIDE, PLANE, CLASSES, f, norm, code, right};
    seg_window_stats stats = {.m1 = m[0], .m2 = m[1]};

    for (size_t i = 0; i < PLANE; i++) {
        for (size_t c = 0; c < CLASSES; c++)
            f[c * PLANE + i] = in->y[c][i];
        code[i] = (int32_t)(in->y[0][i] * (CLASSES + 1));
        right[i] = in->y[1][i] > 0.3;
    }
    k->window_logs(f, CLASSES * PLANE, 1e-3);
    for (size_t i = 0; i < CLASSES * PLANE; i++)
        near(f[i], log(fmax(in->y[i / PLANE][i % PLANE], 1e-3)));
    k->window_norms(f, PLANE, CLASSES, 1e-8, norm);
    k->window_add(&w, AT, AT - 2 * STRIDE, AT + 2 * STRIDE, anchor, true, &stats);
    put(out, f, sizeof f), put(out, norm, sizeof norm), put(out, m, sizeof m);
    put(out, stats.n1, sizeof stats.n1), put(out, stats.n2, sizeof stats.n2);
    put(out, stats.pairs, sizeof stats.pairs), put(out, stats.count, sizeof stats.count);
}

static void layer(const seg_simd_kernels *k, const input *in, output *out)
{
    enum { IN = 12, OUT = 37 };
    double got[OUT];

    k->dense_layer(in->p[0], in->p[1], IN, OUT, in->y[0], got);
    for (size_t o = 0; o < OUT; o++) {
        double want = (double)in->p[1][o];

        for (size_t i = 0; i < IN; i++)
            want += in->y[0][i] * (double)in->p[0][i * OUT + o];
        assert_true(got[o] == want);
    }
    put(out, got, sizeof got);
}

static void starts(const seg_simd_kernels *k, const input *in, output *out)
{
    unsigned char row[8 * MOST];
    uint32_t at[MOST];

    for (size_t size = 1; size <= 8; size *= size == 2 ? 4 : 2) {
        size_t count, next = 0;

        for (size_t i = 0; i < in->n * size; i++)
            row[i] = (unsigned char)(in->y[1][i / size / 8] * 3) + (i % (11 * size) == size - 1);
        count = k->run_starts(row, in->n, size, at);
        for (size_t i = 0; i < in->n; i++)
            if (i == 0 || memcmp(row + i * size, row + (i - 1) * size, size) != 0)
                assert_int_equal(at[next++], i);
        assert_int_equal(count, next);
        put(out, at, count * sizeof *at);
    }
}

/* ---- all of them ---- */

static const struct {
    void (*run)(const seg_simd_kernels *k, const input *in, output *out);
    bool finite; /* wants values that are finite */
} KERNELS[] = {{sums, false},       {clamped, false}, {probabilities, false}, {argmax, true}, {argmax_clamped, false},
               {histograms, false}, {rows, true},     {distances, true},      {gaps, true},   {windows, true},
               {layer, true},       {starts, true}};

static void all_sets_give_the_same_bits_and_those_of_the_scalar_form(void **state)
{
    static input in;
    static output first, other;
    uint64_t seed = 20261201;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++)
        for (size_t n = 1; n <= MOST; n += n < 80 ? 1 : 61) {
            fill(&in, n, KERNELS[i].finite, &seed);
            first.n = 0;
            KERNELS[i].run(seg_simd_at(0), &in, &first);
            for (int set = 1; seg_simd_at(set); set++) {
                other.n = 0;
                KERNELS[i].run(seg_simd_at(set), &in, &other);
                assert_int_equal(other.n, first.n);
                assert_memory_equal(other.bytes, first.bytes, first.n);
            }
        }
}

/* Against the C library's, which is right to less than a unit in the last place. */
static void vector_logarithms_are_right_to_the_last_place(void **state)
{
    enum { N = 80000 };
    double *x = malloc(N * sizeof *x), *wanted = malloc(N * sizeof *wanted);
    uint64_t seed = 10;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        double u = fixture_uniform(&seed), v = fixture_uniform(&seed);

        x[i] = i % 4 == 0 ? u + 0x1p-60 : i % 4 == 1 ? 1 - u * exp(-30 * v) : i % 4 == 2 ? exp(-16 * u) : exp(-700 * u);
        wanted[i] = log(x[i]);
    }
    x[0] = 1, wanted[0] = 0;
    seg_simd()->window_logs(x, N, DBL_MIN);
    assert_true(x[0] == 0);
    for (size_t i = 0; i < N; i++)
        assert_near(x[i], wanted[i], 3e-16, 0);
    free(x);
    free(wanted);
}

static void the_environment_chooses_a_set_or_is_refused(void **state)
{
    seg_error err = {0};

    (void)state;
    for (int set = 0; seg_simd_at(set); set++) {
        setenv("SEGLOSS_SIMD", seg_simd_at(set)->name, 1);
        assert_int_equal(seg_simd_check(&err), SEG_OK);
    }
    setenv("SEGLOSS_SIMD", "", 1);
    assert_int_equal(seg_simd_check(&err), SEG_OK);
    setenv("SEGLOSS_SIMD", "neon", 1);
    assert_int_equal(seg_simd_check(&err), SEG_USAGE);
    assert_non_null(strstr(err.text, "SEGLOSS_SIMD=neon: this processor has "));
    unsetenv("SEGLOSS_SIMD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sets_give_the_same_bits_and_those_of_the_scalar_form),
        cmocka_unit_test(vector_logarithms_are_right_to_the_last_place),
        cmocka_unit_test(the_environment_chooses_a_set_or_is_refused),
    };

    for (int set = 0; seg_simd_at(set); set++)
        print_message("instruction set %s\n", seg_simd_at(set)->name);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
