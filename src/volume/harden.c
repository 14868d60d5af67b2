/* harden.c - probabilities become the runs of their winning classes, are checked and summed up on the way, in one pass.
 *
 * A map of gigabytes is read from its file; that costs more than what is computed of it. So some rows of all planes are
 * fetched into the second-level cache and everything that is wanted of them happens there.
 */
#include "harden.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/blocks.h"
#include "../base/memory.h"
#include "../base/octet.h"

static const float SLACK = 1e-3f; /* what float32 softmax and quantised maps leave between their sum and 1 */

/* Voxels whose race is run at a time: what it keeps of them stays in the first-level cache while the planes go by. */
enum { AT_ONCE = SEG_PEAK_VOXELS };

/* The work is cut into parts of whole rows, so that each makes its own runs; a part takes some rows at a time, whose
 * planes stay in the second-level cache. All cuts depend on the size of the map alone. */
enum { PARTS = 256, PLANES_BYTES = 1 << 20, LEAST_VOXELS = 2048 };

/* Sums of very many classes would need more room than the map: they are left to whoever asks for them. */
static const size_t MOST_SUMS = (size_t)1 << 23;

struct part {
    seg_labelmap rows; /* its rows as a map of their own */
    seg_prob_check check;
    seg_status status;
};

/* What a thread works with. */
struct bench {
    float *room; /* [planes][rows_at_once * nx] when the map is not in memory */
    const float **plane;
    uint16_t *code; /* [rows_at_once * nx] */
    float *peak;    /* [planes][pieces of AT_ONCE voxels] */
};

struct harden {
    const seg_probmap *map;
    const seg_harden_rules *rules;
    struct part *part;
    struct bench *bench; /* [workers] */
    double *sums;        /* [parts][classes][seg_moments_width()], when sums are wanted */
    float *most;         /* [pieces_of()][planes] as seg_peaks */
    size_t rows, parts, rows_each, rows_at_once;
    seg_showing showing;
    seg_witnesses *witnesses; /* or NULL */
};

/* The state of some voxels while the planes go by. Arrays a multiple of 4096 bytes apart would be taken for one another
 * by the processor, so there is a gap between them. */
enum { GAP = 16 };

struct race {
    float best[AT_ONCE + GAP], sum[AT_ONCE + GAP];
    int32_t winner[AT_ONCE + GAP], bad[AT_ONCE + GAP]; /* bad: 0, or -1 where a value was not finite */
};

/* One plane is the foreground of two classes. */
static int classes_of(const seg_probmap *map)
{
    return map->planes == 1 ? 2 : map->planes;
}

/* ---- one plane against the best of those before ----
 *
 * Eight voxels at a time, as long as all values are probabilities; the plain loop takes over for voxels among which one
 * is not, counts what it sees, and is what the octets are tested against. Both do the same to every probability. Of a map
 * of 9 classes the octets take 0.2 ns per value, the plain loop 3.5.
 */

/* What the planes of some voxels looked like. */
struct seen {
    float low, high;
    uint32_t outside, strange;
};

/* What is not finite counts as 0. takes_part: false for a plane that only adds. */
static void enter_plainly(struct race *r, const float *p, size_t n, int32_t class, bool takes_part, struct seen *seen)
{
    for (size_t i = 0; i < n; i++) {
        bool finite = fabsf(p[i]) <= FLT_MAX;
        float y = finite ? p[i] : 0;
        bool wins = takes_part && y > r->best[i];

        r->bad[i] |= finite ? 0 : -1;
        r->sum[i] += y;
        r->best[i] = wins ? y : r->best[i];
        r->winner[i] = wins ? class : r->winner[i];
        seen->strange += !finite;
        seen->outside += y < -SLACK || y > 1 + SLACK;
        seen->low = finite && y < seen->low ? y : seen->low;
        seen->high = finite && y > seen->high ? y : seen->high;
    }
}

/* Eight voxels from i on; *fine keeps its -1 where the values are probabilities, *most are the bits of the largest,
 * which are in the order of the floats. part: -1, or 0 as takes_part. */
SEG_OCTET_INLINE void enter_octet(struct race *r, size_t i, const float *p, int32_t class, int32_t part, seg_int8 *fine,
                                  seg_int8 *most)
{
    seg_float8 y, best, sum;
    seg_int8 bits, more, wins, winner;

    memcpy(&y, p, sizeof y);
    memcpy(&bits, p, sizeof bits);
    more = (seg_int8)(bits > *most);
    *most = (bits & more) | (*most & ~more);
    memcpy(&best, r->best + i, sizeof best);
    memcpy(&sum, r->sum + i, sizeof sum);
    memcpy(&winner, r->winner + i, sizeof winner);
    *fine &= (seg_int8)(y >= -SLACK) & (seg_int8)(y <= 1 + SLACK);
    wins = (seg_int8)(y > best) & part;
    best = (seg_float8)(((seg_int8)y & wins) | ((seg_int8)best & ~wins));
    winner = (class & wins) | (winner & ~wins);
    sum += y;
    memcpy(r->best + i, &best, sizeof best);
    memcpy(r->sum + i, &sum, sizeof sum);
    memcpy(r->winner + i, &winner, sizeof winner);
}

/* false: some values are no probabilities, and the race is to be run plainly. *peak grows to the largest value. */
SEG_OCTET_KERNEL static bool enter(struct race *r, const float *p, size_t n, int32_t class, bool takes_part, float *peak)
{
    seg_int8 fine = (seg_int8){0} - 1, most = {0};
    int32_t part = takes_part ? -1 : 0;
    float last[SEG_OCTET] = {0};
    uint64_t all[4];
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET)
        enter_octet(r, i, p + i, class, part, &fine, &most);
    if (i < n) {
        memcpy(last, p + i, (n - i) * sizeof *p);
        enter_octet(r, i, last, class, part, &fine, &most);
    }
    for (int lane = 0; lane < SEG_OCTET; lane++) {
        float here;

        memcpy(&here, (const char *)&most + (size_t)lane * sizeof here, sizeof here);
        *peak = here > *peak ? here : *peak;
    }
    memcpy(all, &fine, sizeof all);
    return (all[0] & all[1] & all[2] & all[3]) == UINT64_MAX;
}

static void note(seg_prob_check *check, const struct seen *seen)
{
    check->not_finite += seen->strange;
    check->outside += seen->outside;
    check->min = seen->low < check->min ? seen->low : check->min;
    check->max = seen->high > check->max ? seen->high : check->max;
}

/* ---- the finish ---- */

static void weigh(seg_prob_check *check, const struct race *r, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        float off = fabsf(r->sum[i] - 1);

        if (off > SLACK && !r->bad[i]) {
            check->off_sum++;
            if (off > fabs(check->worst_sum - 1))
                check->worst_sum = r->sum[i];
        }
    }
}

/* Sums are mostly 1: octets in which all are need no closer look. */
SEG_OCTET_KERNEL static void weigh_all(seg_prob_check *check, const struct race *r, size_t n)
{
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        seg_float8 sum;
        seg_int8 fits;
        uint64_t all[4];

        memcpy(&sum, r->sum + i, sizeof sum);
        sum -= 1;
        fits = (seg_int8)(sum <= SLACK) & (seg_int8)(sum >= -SLACK);
        memcpy(all, &fits, sizeof all);
        if ((all[0] & all[1] & all[2] & all[3]) != UINT64_MAX)
            weigh(check, r, i, i + SEG_OCTET);
    }
    weigh(check, r, i, n);
}

typedef uint16_t code8 __attribute__((vector_size(16)));

/* Winners as codes; voxels with a value that is not finite get `bad_code` unless that is negative. */
SEG_OCTET_KERNEL static void write_codes(const struct race *r, size_t n, int32_t bad_code, uint16_t *code)
{
    int32_t skip = bad_code < 0 ? 0 : -1;
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        seg_int8 bad, winner;
        code8 eight;

        memcpy(&bad, r->bad + i, sizeof bad);
        memcpy(&winner, r->winner + i, sizeof winner);
        bad &= skip;
        eight = __builtin_convertvector((bad_code & bad) | (winner & ~bad), code8);
        memcpy(code + i, &eight, sizeof eight);
    }
    for (; i < n; i++)
        code[i] = (uint16_t)(r->bad[i] & skip ? bad_code : r->winner[i]);
}

SEG_OCTET_KERNEL static void start_race(struct race *r, size_t n, float best)
{
    size_t room = (n + SEG_OCTET - 1) / SEG_OCTET * SEG_OCTET;
    seg_float8 bests = {best, best, best, best, best, best, best, best};

    memset(r->sum, 0, room * sizeof *r->sum);
    memset(r->bad, 0, room * sizeof *r->bad);
    memset(r->winner, 0, room * sizeof *r->winner);
    for (size_t i = 0; i < room; i += SEG_OCTET)
        memcpy(r->best + i, &bests, sizeof bests);
}

/* n <= AT_ONCE voxels, `at` voxels behind the start of the planes. peak[planes * step] */
static void run_race(const struct harden *h, const float *const *plane, size_t at, size_t n, seg_prob_check *check,
                     float *peak, size_t step, uint16_t *code)
{
    int planes = h->map->planes;
    bool fixed = planes == 1 || !isnan(h->rules->threshold), fine = true;
    float best = !fixed ? -FLT_MAX : (float)(isnan(h->rules->threshold) ? 0.5 : h->rules->threshold);
    struct seen seen = {FLT_MAX, -FLT_MAX, 0, 0};
    struct race r;

    /* Where a threshold decides, the background adds to the sum but takes no part in the race. */
    start_race(&r, n, best);
    for (int k = 0; fine && k < planes; k++)
        fine = enter(&r, plane[k] + at, n, planes == 1 ? 1 : k, k > 0 || !fixed || planes == 1, &peak[(size_t)k * step]);
    if (!fine)
        start_race(&r, n, best);
    for (int k = 0; !fine && k < planes; k++) {
        enter_plainly(&r, plane[k] + at, n, planes == 1 ? 1 : k, k > 0 || !fixed || planes == 1, &seen);
        peak[(size_t)k * step] = INFINITY;
    }
    note(check, &seen);
    if (planes > 1)
        weigh_all(check, &r, n);
    write_codes(&r, n, !h->rules->skip_nan ? -1 : classes_of(h->map), code);
}

/* ---- parts ---- */

static size_t sums_of_part(const struct harden *h)
{
    return (size_t)classes_of(h->map) * seg_moments_width(classes_of(h->map));
}

/* Some values of a class, for the sums and for who else looks. */
static void show(const struct harden *h, const seg_sight *s, double *sums)
{
    int classes = h->showing.classes;

    if (sums)
        seg_moments_add(sums + (size_t)s->class * seg_moments_width(classes), h->rules->truth, classes, s->class, s->p,
                        s->flip, s->begin, s->begin + s->n);
    if (h->witnesses)
        seg_witnesses_see(h->witnesses, s);
}

/* n voxels from `begin` on, for every class. */
static void show_classes(const struct harden *h, const float *const *plane, const float *peak, size_t step, seg_sight s,
                         double *sums)
{
    bool single = h->map->planes == 1;

    for (s.class = 0; s.class < h->showing.classes; s.class++) {
        int k = single ? 0 : s.class;

        s.p = plane[k];
        s.peak = peak + (size_t)k * step;
        s.flip = single && s.class == 0;
        show(h, &s, sums);
    }
}

static seg_status harden_rows(const struct harden *h, struct part *part, int worker, size_t row, size_t rows,
                              double *sums)
{
    struct bench *b = &h->bench[worker];
    size_t nx = h->map->grid.n[0], n = rows * nx;
    size_t planes = (size_t)h->map->planes, pieces = (n + AT_ONCE - 1) / AT_ONCE;
    float *most = h->most + row / h->rows_at_once * planes;
    seg_status st = SEG_OK;

    for (int k = 0; k < h->map->planes; k++)
        b->plane[k] = seg_probmap_block(h->map, k, row * nx, n, b->room ? b->room + (size_t)k * n : NULL);
    memset(b->peak, 0, planes * pieces * sizeof *b->peak);
    for (size_t at = 0; at < n; at += AT_ONCE)
        run_race(h, b->plane, at, n - at < AT_ONCE ? n - at : AT_ONCE, &part->check, b->peak + at / AT_ONCE, pieces,
                 b->code + at);
    for (size_t k = 0; k < planes; k++)
        for (size_t i = 0; i < pieces; i++)
            most[k] = b->peak[k * pieces + i] > most[k] ? b->peak[k * pieces + i] : most[k];
    if (sums || h->witnesses)
        show_classes(h, b->plane, b->peak, pieces, (seg_sight){.showing = &h->showing, .begin = row * nx, .n = n,
                     .part = (size_t)(part - h->part), .worker = worker}, sums);
    for (size_t y = 0; !st && y < rows; y++)
        st = seg_labelmap_add_row_codes(&part->rows, b->code + y * nx, NULL);
    return st;
}

static void harden_part(void *context, size_t index, int worker)
{
    const struct harden *h = context;
    struct part *part = &h->part[index];
    size_t row = index * h->rows_each, end = row + h->rows_each < h->rows ? row + h->rows_each : h->rows;
    seg_grid grid = {.n = {h->map->grid.n[0], end - row, 1}};
    double *sums = h->sums ? h->sums + index * sums_of_part(h) : NULL;
    seg_status st = seg_labelmap_begin(&part->rows, &grid, NULL);

    part->check = (seg_prob_check){.min = DBL_MAX, .max = -DBL_MAX, .worst_sum = 1};
    for (; !st && row < end; row += h->rows_at_once)
        st = harden_rows(h, part, worker, row, end - row < h->rows_at_once ? end - row : h->rows_at_once, sums);
    if (!st)
        st = seg_labelmap_close(&part->rows, NULL);
    part->status = st;
}

static void add_check(seg_prob_check *all, const seg_prob_check *part)
{
    all->not_finite += part->not_finite;
    all->outside += part->outside;
    all->off_sum += part->off_sum;
    all->min = part->min < all->min ? part->min : all->min;
    all->max = part->max > all->max ? part->max : all->max;
    if (fabs(part->worst_sum - 1) > fabs(all->worst_sum - 1))
        all->worst_sum = part->worst_sum;
}

/* Puts the parts one behind the other. */
static seg_status join(seg_labelmap *hard, const struct harden *h, seg_error *err)
{
    size_t runs = 0, row = 0;
    seg_status st;

    for (size_t i = 0; i < h->parts; i++)
        runs += h->part[i].rows.runs;
    st = seg_labelmap_begin(hard, &h->map->grid, err);
    if (!st)
        st = seg_grow(&hard->run, &hard->run_room, runs, sizeof *hard->run, "label runs", err);
    for (size_t i = 0; !st && i < h->parts; i++) {
        const seg_labelmap *part = &h->part[i].rows;

        for (size_t y = 0; y < part->grid.n[1]; y++)
            hard->first[row++] = hard->runs + part->first[y];
        memcpy(hard->run + hard->runs, part->run, part->runs * sizeof *part->run);
        hard->runs += part->runs;
    }
    hard->rows_done = row;
    return st ? st : seg_labelmap_close(hard, err);
}

/* Adds up in the first part. */
static seg_status end_moments(seg_moments *m, const struct harden *h, seg_error *err)
{
    size_t width = seg_moments_width(classes_of(h->map)), each = sums_of_part(h);
    seg_status st = seg_moments_begin(m, classes_of(h->map), err);

    for (size_t part = 1; part < h->parts; part++)
        for (size_t i = 0; i < each; i++)
            h->sums[i] += h->sums[part * each + i];
    for (int class = 0; !st && class < m->classes; class++)
        seg_moments_set(m, class, h->sums + (size_t)class * width);
    return st;
}

static void cut(struct harden *h)
{
    size_t nx = h->map->grid.n[0], voxels = PLANES_BYTES / sizeof(float) / (size_t)h->map->planes;

    voxels = voxels < LEAST_VOXELS ? LEAST_VOXELS : voxels > SEG_BLOCK ? SEG_BLOCK : voxels;
    h->rows = seg_grid_rows(&h->map->grid);
    h->rows_at_once = voxels > nx ? voxels / nx : 1;
    h->rows_each = (h->rows + PARTS - 1) / PARTS;
    h->rows_each = (h->rows_each + h->rows_at_once - 1) / h->rows_at_once * h->rows_at_once;
    h->parts = (h->rows + h->rows_each - 1) / h->rows_each;
    h->showing = (seg_showing){h->rules->truth, classes_of(h->map), seg_grid_voxels(&h->map->grid), h->parts, seg_workers()};
    h->witnesses = h->rules->truth && h->rules->witnesses && h->rules->witnesses->n ? h->rules->witnesses : NULL;
}

/* How many times rows are fetched. */
static size_t pieces_of(const struct harden *h)
{
    return (h->rows + h->rows_at_once - 1) / h->rows_at_once;
}

static seg_status make_room(struct harden *h, seg_error *err)
{
    size_t workers = (size_t)seg_workers(), planes = (size_t)h->map->planes, voxels = h->rows_at_once * h->map->grid.n[0];
    seg_status st = seg_alloc(&h->part, h->parts, sizeof *h->part, "classes", err);

    if (!st)
        st = seg_alloc(&h->bench, workers, sizeof *h->bench, "classes", err);
    if (!st)
        st = seg_alloc(&h->most, pieces_of(h) * planes, sizeof *h->most, "classes", err);
    if (!st && h->rules->truth && h->parts * sums_of_part(h) <= MOST_SUMS)
        st = seg_alloc(&h->sums, h->parts * sums_of_part(h), sizeof *h->sums, "block sums", err);
    for (size_t w = 0; !st && w < workers; w++) {
        struct bench *b = &h->bench[w];

        st = seg_alloc(&b->plane, planes, sizeof *b->plane, "classes", err);
        if (!st)
            st = seg_alloc(&b->code, voxels, sizeof *b->code, "classes", err);
        if (!st)
            st = seg_alloc(&b->peak, planes * (voxels / AT_ONCE + 1), sizeof *b->peak, "classes", err);
        if (!st && !h->map->prob)
            st = seg_alloc_big(&b->room, planes * voxels, sizeof *b->room, "classes", err);
    }
    return st;
}

static void free_room(struct harden *h)
{
    for (size_t w = 0; h->bench && w < (size_t)seg_workers(); w++) {
        free(h->bench[w].plane);
        free(h->bench[w].code);
        free(h->bench[w].peak);
        free(h->bench[w].room);
    }
    for (size_t i = 0; h->part && i < h->parts; i++)
        seg_labelmap_free(&h->part[i].rows);
    free(h->bench);
    free(h->part);
    free(h->sums);
    free(h->most);
}

seg_status seg_probmap_harden(seg_labelmap *hard, const seg_probmap *map, const seg_harden_rules *rules,
                              seg_prob_check *check, seg_error *err)
{
    struct harden h = {.map = map, .rules = rules};
    seg_status st;

    *check = (seg_prob_check){.min = DBL_MAX, .max = -DBL_MAX, .worst_sum = 1};
    cut(&h);
    st = make_room(&h, err);
    if (!st && h.witnesses)
        st = seg_witnesses_begin(h.witnesses, &h.showing, err);
    if (!st)
        seg_each(h.parts, harden_part, &h);
    for (size_t i = 0; !st && i < h.parts; i++) {
        add_check(check, &h.part[i].check);
        if (h.part[i].status)
            st = seg_fail(err, h.part[i].status, "not enough memory to find the classes of a probability map");
    }
    if (!st)
        st = seg_probmap_check(map, err);
    if (!st)
        st = join(hard, &h, err);
    if (!st && h.witnesses)
        seg_witnesses_end(h.witnesses, h.showing.classes);
    if (!st && h.sums)
        st = end_moments(&check->moments, &h, err);
    if (!st && rules->truth) {
        check->peaks = (seg_peaks){h.rows_at_once * map->grid.n[0], pieces_of(&h), map->planes, h.most};
        h.most = NULL;
    }
    free_room(&h);
    if (st)
        seg_labelmap_free(hard);
    return st;
}
