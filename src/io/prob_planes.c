/* prob_planes.c - stored numbers to float, all at once or block by block.
 *
 * float32 in the machine's byte order is moved, everything else is computed in double and rounded once.
 *
 *     softmax  p_k = exp(x_k - max x) / sum_j exp(x_j - max x)          sigmoid  p = 1 / (1 + exp(-x))
 */
#include "prob_planes.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../base/text.h"
#include "../pairing/meaning.h"
#include "format.h"

/* Numbers handled at a time: they and their doubles stay in the first- and second-level cache. */
enum { CHUNK = 4096 };

static void to_float(const seg_image_file *a, const void *raw, size_t n, float *out)
{
    double value[CHUNK];

    seg_image_file_values(a, raw, n, value);
    for (size_t i = 0; i < n; i++)
        out[i] = (float)(value[i] / a->unit);
}

static bool stored_as_float(const seg_image_file *a)
{
    return a->type == &seg_types[SEG_FLOAT32] && !a->swapped && !a->scaled && a->unit == 1;
}

/* ---- left in the file ---- */

typedef struct {
    seg_image_file format; /* how to turn stored numbers into values; its input is ours */
    atomic_int fault;      /* the first failure of seg_input_pread, or 0 */
} file_planes;

static void read_chunk(file_planes *f, uint64_t at, size_t n, float *out)
{
    const seg_image_file *a = &f->format;
    uint8_t raw[CHUNK * 8];
    bool direct = stored_as_float(a);
    int code = seg_input_pread(&a->input, at, direct ? (void *)out : raw, n * a->type->bytes), none = 0;

    if (code) {
        atomic_compare_exchange_strong(&f->fault, &none, code);
        memset(out, 0, n * sizeof *out);
    } else if (!direct) {
        to_float(a, raw, n, out);
    }
}

static void read_planes(void *context, int plane, size_t begin, size_t n, float *out)
{
    file_planes *f = context;
    const seg_image_file *a = &f->format;
    uint64_t at = a->data_at + (a->first + (uint64_t)plane * a->voxels + begin) * a->type->bytes;
    size_t step = stored_as_float(a) ? n : CHUNK;

    for (size_t i = 0; i < n; i += step)
        read_chunk(f, at + i * a->type->bytes, n - i < step ? n - i : step, out + i);
}

static seg_status check_planes(void *context, seg_error *err)
{
    file_planes *f = context;
    int code = atomic_load(&f->fault);

    return code ? seg_input_failed(&f->format.input, code, err) : seg_input_check(&f->format.input, err);
}

static void close_planes(void *context)
{
    file_planes *f = context;

    seg_input_close(&f->format.input);
    free(f);
}

bool seg_planes_can_stay(const seg_image_file *a)
{
    return !seg_image_file_in_order(a) && a->input.is_file && !a->clip;
}

seg_status seg_planes_lazy(seg_probmap *map, seg_image_file *a, seg_error *err)
{
    file_planes *f;
    seg_status st = seg_alloc(&f, 1, sizeof *f, "a probability map", err);

    if (st)
        return st;
    seg_stream_close(&a->stream);
    f->format = *a;
    f->format.notes = NULL;
    f->format.name = f->format.input.name;
    a->input = (seg_input){0};
    *map = (seg_probmap){.grid = a->grid, .planes = a->planes, .source = {read_planes, check_planes, close_planes, f}};
    return SEG_OK;
}

/* ---- in memory ---- */

seg_status seg_planes_room(seg_probmap *map, const char *name, const seg_grid *grid, int planes,
                           const seg_read_options *options, seg_error *err)
{
    size_t values = seg_grid_voxels(grid) * (size_t)planes;
    seg_status st = seg_memory_allow(options, name, (double)values * sizeof(float), "its probabilities", err);

    *map = (seg_probmap){.grid = *grid, .planes = planes};
    return st ? st : seg_alloc_big(&map->prob, values, sizeof *map->prob, "a probability map", err);
}

/* What stands in the way of a probability map. */
typedef struct {
    uint64_t outside, not_finite;       /* values */
    uint64_t outside_at, not_finite_at; /* the first of each */
    double low, high;                   /* of the values outside */
    uint64_t clipped;                   /* values that were moved to the ends of [0, 1] */
} plane_faults;

static void count_faults(const float *value, size_t n, uint64_t at, plane_faults *f)
{
    bool fine = seg_probs_fit(value, n);

    for (size_t i = 0; !fine && i < n; i++) {
        bool finite = isfinite(value[i]);

        if (!finite && f->not_finite++ == 0)
            f->not_finite_at = at + i;
        if (finite && (value[i] < -SEG_PROB_SLACK || value[i] > 1 + SEG_PROB_SLACK)) {
            if (f->outside++ == 0) {
                f->outside_at = at + i;
                f->low = f->high = (double)value[i];
            }
            f->low = fmin(f->low, (double)value[i]);
            f->high = fmax(f->high, (double)value[i]);
        }
    }
}

static void clip(float *value, size_t n, plane_faults *f)
{
    for (size_t i = 0; i < n; i++) {
        float moved = value[i] < 0 ? 0 : value[i] > 1 ? 1 : value[i];

        f->clipped += moved != value[i] && isfinite(value[i]);
        value[i] = isfinite(value[i]) ? moved : value[i];
    }
}

/* The next n values of the array as float. */
static seg_status next_values(seg_image_file *a, size_t n, float *out, seg_error *err)
{
    const void *raw = NULL;
    seg_status st;

    if (stored_as_float(a))
        return seg_image_file_copy(a, n, out, err);
    st = seg_image_file_take(a, n, &raw, err);
    for (size_t i = 0; !st && i < n; i += CHUNK)
        to_float(a, (const uint8_t *)raw + i * a->type->bytes, n - i < CHUNK ? n - i : CHUNK, out + i);
    return st;
}

/* The next `values` of the array, of which `done` have been given before. */
static seg_status fill(float *room, seg_image_file *a, uint64_t done, uint64_t values, plane_faults *faults,
                       seg_error *err)
{
    uint64_t step = 16 * CHUNK;
    seg_status st = SEG_OK;

    for (uint64_t i = 0; !st && i < values; i += step) {
        size_t n = (size_t)(values - i < step ? values - i : step);

        st = next_values(a, n, room + i, err);
        if (!st && a->clip)
            clip(room + i, n, faults);
        if (!st)
            count_faults(room + i, n, done + i, faults);
    }
    return st;
}

seg_status seg_not_finite(const seg_image_file *a, uint64_t count, uint64_t at, seg_error *err)
{
    char place[96];

    return seg_fail(err, SEG_READ,
                    "%s: %llu values are not finite, the first at %s, numbers were wanted (--nan skip "
                    "leaves those voxels out, --nan zero reads them as 0)",
                    a->name, (unsigned long long)count, seg_image_file_place(a, at, place));
}

static seg_status outside(const seg_image_file *a, const plane_faults *f, const seg_read_options *options,
                          seg_error *err)
{
    bool truth = options->as_option && strstr(options->as_option, "truth");
    char place[96];

    return seg_fail_outside(err, a->name, truth, !a->type->real && !a->scaled, f->outside, f->low, f->high,
                            seg_image_file_place(a, f->outside_at, place));
}

static seg_status check_source(const seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    char advice[SEG_ADVICE];

    if (a->format->picture && !a->type->real && options->as == SEG_AS_LOGITS)
        return seg_fail(err, SEG_READ, "%s: is a %s, which cannot hold logits, NIfTI was wanted%s", a->name,
                        a->format->name, seg_read_advice(advice, options, "use %s prob"));
    if (a->palette)
        return seg_fail(err, SEG_READ,
                        "%s: is a palette %s, whose values are names of colours, probabilities were "
                        "wanted%s",
                        a->name, a->format->name, seg_read_advice(advice, options, "use %s labels"));
    if (a->adjusted)
        seg_warn(a->notes, "%s: has a gamma or significant bits for showing it; its values are read as stored",
                 a->name);
    return SEG_OK;
}

/* Behind the last value: whether all was well with them. */
static seg_status judge(seg_image_file *a, const plane_faults *faults, const seg_read_options *options, seg_error *err)
{
    seg_status st = seg_image_file_finish(a, err);

    if (faults->clipped)
        seg_warn(a->notes, "%s: %llu values outside [0, 1] were moved to its ends (--clip)", a->name,
                 (unsigned long long)faults->clipped);
    if (!st && faults->not_finite && !options->keep_nan)
        st = seg_not_finite(a, faults->not_finite, faults->not_finite_at, err);
    if (!st && faults->outside && options->as != SEG_AS_LOGITS)
        st = outside(a, faults, options, err);
    return st;
}

seg_status seg_planes_read(float *room, seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    plane_faults faults = {0};
    seg_status st = check_source(a, options, err);

    if (!st)
        st = fill(room, a, 0, (uint64_t)a->voxels * (uint64_t)a->planes, &faults, err);
    return st ? st : judge(a, &faults, options, err);
}

/* ---- coming by ---- */

typedef struct {
    seg_image_file *array; /* ours */
    seg_read_options options;
    plane_faults faults;
    uint64_t done;
} passing_planes;

static seg_status next_planes(void *context, size_t n, float *out, seg_error *err)
{
    passing_planes *p = context;
    seg_status st = fill(out, p->array, p->done, n, &p->faults, err);

    p->done += n;
    return st;
}

static seg_status finish_planes(void *context, seg_error *err)
{
    passing_planes *p = context;

    return judge(p->array, &p->faults, &p->options, err);
}

static void close_passing(void *context)
{
    passing_planes *p = context;

    seg_image_file_close(p->array);
    free(p->array);
    free(p);
}

/* With fewer classes a map takes as little room as what is kept of its voxels; small maps are not worth it. */
enum { LEAST_PLANES = 3 };
static const uint64_t LEAST_VALUES = (uint64_t)1 << 22;

bool seg_planes_can_stream(const seg_image_file *a, const seg_read_options *options)
{
    return options->once && seg_image_file_in_order(a) && options->as != SEG_AS_LOGITS && a->planes >= LEAST_PLANES &&
           a->planes <= INT16_MAX && (uint64_t)a->voxels * (uint64_t)a->planes >= LEAST_VALUES;
}

seg_status seg_planes_stream(seg_probmap *map, seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    passing_planes *p;
    seg_status st =
        seg_memory_allow(options, a->name, (double)a->voxels * SEG_STREAM_BYTES_PER_VOXEL, "its probabilities", err);

    if (!st)
        st = seg_alloc(&p, 1, sizeof *p, "a probability map", err);
    if (st)
        return st;
    a->name = a->input.name;
    *p = (passing_planes){a, *options, {0}, 0};
    *map =
        (seg_probmap){.grid = a->grid, .planes = a->planes, .stream = {next_planes, finish_planes, close_passing, p}};
    return SEG_OK;
}

/* ---- logits ---- */

/* Classes times voxels whose exponentials are kept on the stack. */
enum { EXPS = 4096 };

typedef struct {
    float *prob;
    size_t voxels;
    int planes; /* of one softmax; 1: a sigmoid each */
} logits;

/* Voxels [begin, begin + n) with n * planes <= EXPS. */
static void softmax(const logits *l, size_t begin, size_t n)
{
    double e[EXPS];

    for (size_t i = 0; i < n; i++) {
        float *x = l->prob + begin + i, most = x[0];
        double sum = 0;

        for (int k = 1; k < l->planes; k++)
            most = x[(size_t)k * l->voxels] > most ? x[(size_t)k * l->voxels] : most;
        for (int k = 0; k < l->planes; k++)
            sum += e[k] = exp((double)x[(size_t)k * l->voxels] - (double)most);
        for (int k = 0; k < l->planes; k++)
            x[(size_t)k * l->voxels] = (float)(e[k] / sum);
    }
}

static void sigmoid(const logits *l, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        l->prob[i] = (float)(1 / (1 + exp(-(double)l->prob[i])));
}

static void activate(void *context, size_t begin, size_t end)
{
    const logits *l = context;

    if (l->planes == 1)
        sigmoid(l, begin, end);
    else
        softmax(l, begin, end - begin);
}

seg_status seg_planes_from_logits(seg_probmap *map, const char *name, bool independent, seg_error *err)
{
    logits l = {map->prob, seg_grid_voxels(&map->grid), map->planes};

    if (independent) {
        l.voxels *= (size_t)map->planes;
        l.planes = 1;
    }
    if (l.planes > EXPS)
        return seg_fail(err, SEG_READ, "%s: has logits of %d classes, at most %d were wanted (give probabilities)",
                        name, map->planes, EXPS);
    seg_parallel_blocks(l.voxels, activate, &l);
    return SEG_OK;
}
