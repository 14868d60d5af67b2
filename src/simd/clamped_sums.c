/* clamped_sums.c - eight voxels at a time; where all eight are held at the near end they are only counted.
 *
 * Of a map of organs nearly all probabilities of a class are tiny, so log(1 - p) has a way of its own for those. */
#include "clamped_sums.h"

#include <float.h>
#include <math.h>

#include "vec8.h"

seg_clamp seg_clamp_between(double low, double high)
{
    return (seg_clamp){low, high, -log(high), -log1p(-low)};
}

static double held(float y, bool flip, const seg_clamp *hold)
{
    return fmin(fmax(seg_clamp_prob(y, flip), hold->low), hold->high);
}

double seg_sum_neg_log_ref(const float *y, size_t n, bool flip, const seg_clamp *hold)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum -= log(held(y[i], flip, hold));
    return sum;
}

double seg_sum_neg_log1m_ref(const float *y, size_t n, bool flip, const seg_clamp *hold)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum -= log1p(-held(y[i], flip, hold));
    return sum;
}

double seg_sum_clamped_ref(const float *y, size_t n, bool flip, const seg_clamp *hold)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += held(y[i], flip, hold);
    return sum;
}

void seg_sum_clamped_focal_ref(const float *y, size_t n, bool flip, const seg_clamp *hold, double power, double eps,
                               seg_focal_sums3 *sums)
{
    for (size_t i = 0; i < n; i++) {
        double p = held(y[i], flip, hold);

        sums->mass += p;
        sums->rest += 1 - p;
        sums->focal -= pow(1 - p, power) * log(fmax(p, eps));
    }
}

/* p of eight values. */
SEG_VEC_INLINE void take(seg_f64x8 *p, const float *y, int flip, const seg_clamp *hold)
{
    seg_vec_load_prob(p, y, flip);
    seg_vec_max(p, hold->low);
    seg_vec_min(p, hold->high);
}

/* Adds the first n lanes. */
SEG_VEC_INLINE double add_lanes(const seg_f64x8 *v, size_t n)
{
    double lane[SEG_VEC_LANES], sum = 0;

    memcpy(lane, v, sizeof lane);
    for (size_t k = 0; k < n; k++)
        sum += lane[k];
    return sum;
}

/* ---- logarithms ---- */

/* Below this, p + p^2 / 2 + ... + p^5 / 5 is -log(1 - p) to the last place: what follows is less than 2^-52 p. */
static const int32_t SMALL = 0x3a800000; /* the bits of 2^-10 as a float */

/* sum += -log p, or -log(1 - p), of the first n of eight values. */
SEG_VEC_INLINE void add_octet(seg_f64x8 *sum, double *more, const float *y, size_t n, int flip, int rest,
                              const seg_clamp *hold)
{
    seg_f64x8 p, cost;

    take(&p, y, flip, hold);
    if (rest && !flip && seg_vec_all_le(y, SMALL)) {
        cost = p * (1.0 + p * (1.0 / 2 + p * (1.0 / 3 + p * (1.0 / 4 + p * (1.0 / 5)))));
    } else {
        cost = rest ? 1.0 - p : p;
        if (seg_vec_any_zero(&cost)) {
            *more += (rest ? seg_sum_neg_log1m_ref : seg_sum_neg_log_ref)(y, n, flip, hold);
            return;
        }
        if (rest)
            seg_vec_log1m(&p);
        else
            seg_vec_log(&p);
        cost = -p;
    }
    if (n == SEG_VEC_LANES)
        *sum += cost;
    else
        *more += add_lanes(&cost, n);
}

SEG_VEC_INLINE double add_logs(const float *y, size_t n, int flip, int rest, const seg_clamp *hold)
{
    float last[SEG_VEC_LANES] = {0.5, 0.5, 0.5, 0.5,
                                 0.5, 0.5, 0.5, 0.5}; /* not 0, whose logarithm is a case of its own */
    int32_t cut = seg_float_bits_below(hold->low);
    seg_f64x8 sum = {0};
    size_t i = 0, least = 0;
    double more = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        if (!flip && (rest ? seg_vec_all_le(y + i, cut) : seg_vec_all_one(y + i)))
            least += SEG_VEC_LANES;
        else
            add_octet(&sum, &more, y + i, SEG_VEC_LANES, flip, rest, hold);
    }
    if (i < n) {
        memcpy(last, y + i, (n - i) * sizeof *last);
        add_octet(&sum, &more, last, n - i, flip, rest, hold);
    }
    return seg_vec_hsum(&sum) + more + (double)least * (rest ? hold->least_rest : hold->least_log);
}

SEG_MULTIARCH static double log_straight(const float *y, size_t n, const seg_clamp *hold)
{
    return add_logs(y, n, 0, 0, hold);
}

SEG_MULTIARCH static double log_flipped(const float *y, size_t n, const seg_clamp *hold)
{
    return add_logs(y, n, 1, 0, hold);
}

SEG_MULTIARCH static double rest_straight(const float *y, size_t n, const seg_clamp *hold)
{
    return add_logs(y, n, 0, 1, hold);
}

SEG_MULTIARCH static double rest_flipped(const float *y, size_t n, const seg_clamp *hold)
{
    return add_logs(y, n, 1, 1, hold);
}

double seg_sum_neg_log(const float *y, size_t n, bool flip, const seg_clamp *hold)
{
    if (hold->low > 0 && hold->low < DBL_MIN) /* the octets' logarithm is one of normal numbers, as all floats are */
        return seg_sum_neg_log_ref(y, n, flip, hold);
    return (flip ? log_flipped : log_straight)(y, n, hold);
}

double seg_sum_neg_log1m(const float *y, size_t n, bool flip, const seg_clamp *hold)
{
    return (flip ? rest_flipped : rest_straight)(y, n, hold);
}

/* ---- the probabilities themselves ---- */

SEG_VEC_INLINE double add_mass(const float *y, size_t n, int flip, const seg_clamp *hold)
{
    int32_t cut = seg_float_bits_below(hold->low);
    float last[SEG_VEC_LANES] = {0};
    seg_f64x8 sum = {0}, p;
    size_t i = 0, least = 0;
    double more = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        if (!flip && seg_vec_all_le(y + i, cut)) {
            least += SEG_VEC_LANES;
            continue;
        }
        take(&p, y + i, flip, hold);
        sum += p;
    }
    if (i < n) {
        memcpy(last, y + i, (n - i) * sizeof *last);
        take(&p, last, flip, hold);
        more = add_lanes(&p, n - i);
    }
    return seg_vec_hsum(&sum) + more + (double)least * hold->low;
}

SEG_MULTIARCH static double mass_straight(const float *y, size_t n, const seg_clamp *hold)
{
    return add_mass(y, n, 0, hold);
}

SEG_MULTIARCH static double mass_flipped(const float *y, size_t n, const seg_clamp *hold)
{
    return add_mass(y, n, 1, hold);
}

double seg_sum_clamped(const float *y, size_t n, bool flip, const seg_clamp *hold)
{
    return (flip ? mass_flipped : mass_straight)(y, n, hold);
}

/* ---- focal costs ---- */

struct focal {
    double power, eps;
};

/* x^power; the root is what the presets ask for, 0 and 2 what the asymmetric and the survey's form do. */
SEG_VEC_INLINE void raise_to(seg_f64x8 *x, double power)
{
    double lane[SEG_VEC_LANES];

    if (power == 0)
        *x = *x * 0.0 + 1.0;
    if (power == 2)
        *x *= *x;
    if (power == 0 || power == 1 || power == 2)
        return;
    memcpy(lane, x, sizeof lane);
    for (int k = 0; k < SEG_VEC_LANES; k++)
        lane[k] = power == 0.5 ? sqrt(lane[k]) : pow(lane[k], power);
    memcpy(x, lane, sizeof lane);
}

/* p, 1 - p and (1 - p)^power log(max(p, eps)) of eight values. */
SEG_VEC_INLINE void take_focal(seg_f64x8 *p, seg_f64x8 *rest, seg_f64x8 *cost, const float *y, int flip,
                               const seg_clamp *hold, const struct focal *f)
{
    seg_f64x8 log;

    take(p, y, flip, hold);
    log = *p;
    seg_vec_max(&log, f->eps);
    seg_vec_log(&log);
    *cost = *rest = 1.0 - *p;
    raise_to(cost, f->power);
    *cost *= log;
}

SEG_VEC_INLINE void add_focal(const float *y, size_t n, int flip, const seg_clamp *hold, const struct focal *f,
                              seg_focal_sums3 *sums)
{
    float last[SEG_VEC_LANES] = {0};
    seg_f64x8 mass = {0}, rest = {0}, focal = {0}, p, miss, cost;
    size_t i = 0, certain = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        if (!flip && seg_vec_all_one(y + i)) {
            certain += SEG_VEC_LANES;
            continue;
        }
        take_focal(&p, &miss, &cost, y + i, flip, hold, f);
        mass += p;
        rest += miss;
        focal += cost;
    }
    if (certain) {
        sums->mass += (double)certain * hold->high;
        sums->rest += (double)certain * (1 - hold->high);
        sums->focal += (double)certain * pow(1 - hold->high, f->power) * hold->least_log;
    }
    sums->mass += seg_vec_hsum(&mass);
    sums->rest += seg_vec_hsum(&rest);
    sums->focal -= seg_vec_hsum(&focal);
    if (i < n) {
        memcpy(last, y + i, (n - i) * sizeof *last);
        take_focal(&p, &miss, &cost, last, flip, hold, f);
        sums->mass += add_lanes(&p, n - i);
        sums->rest += add_lanes(&miss, n - i);
        sums->focal -= add_lanes(&cost, n - i);
    }
}

SEG_MULTIARCH static void focal_straight(const float *y, size_t n, const seg_clamp *hold, const struct focal *f,
                                         seg_focal_sums3 *sums)
{
    add_focal(y, n, 0, hold, f, sums);
}

SEG_MULTIARCH static void focal_flipped(const float *y, size_t n, const seg_clamp *hold, const struct focal *f,
                                        seg_focal_sums3 *sums)
{
    add_focal(y, n, 1, hold, f, sums);
}

void seg_sum_clamped_focal(const float *y, size_t n, bool flip, const seg_clamp *hold, double power, double eps,
                           seg_focal_sums3 *sums)
{
    const struct focal f = {power, eps};

    if (fmax(hold->low, eps) < DBL_MIN)
        seg_sum_clamped_focal_ref(y, n, flip, hold, power, eps, sums);
    else
        (flip ? focal_flipped : focal_straight)(y, n, hold, &f, sums);
}
