/* random_steps.c - random perturbations: missing parts, spurious objects, swapped errors, noisy voxels and labels. */
#include "families.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "hash.h"

/* Streams of random numbers, so that no two families share theirs. */
enum { STREAM_PATCH = 2, STREAM_DISC, STREAM_PREDICTION, STREAM_LABEL, STREAM_ORDER };

static void place_of(const seg_grid *grid, size_t i, int64_t at[3])
{
    at[0] = (int64_t)(i % grid->n[0]);
    at[1] = (int64_t)(i / grid->n[0] % grid->n[1]);
    at[2] = (int64_t)(i / grid->n[0] / grid->n[1]);
}

static int64_t squared_distance(const seg_grid *grid, size_t i, size_t j)
{
    int64_t a[3], b[3], sum = 0;

    place_of(grid, i, a);
    place_of(grid, j, b);
    for (int k = 0; k < 3; k++)
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sum;
}

/* Gives every voxel that touches `start` (8 or 26 neighbours) the label; returns how many. */
static size_t flood(const seg_phantom *s, uint32_t *label, size_t *stack, size_t start, uint32_t name)
{
    size_t depth = 0, voxels = 0;

    stack[depth++] = start;
    label[start] = name;
    while (depth) {
        int64_t at[3];
        size_t i = stack[--depth];

        voxels++;
        place_of(&s->grid, i, at);
        for (int64_t z = at[2] - 1; z <= at[2] + 1; z++)
            for (int64_t y = at[1] - 1; y <= at[1] + 1; y++)
                for (int64_t x = at[0] - 1; x <= at[0] + 1; x++) {
                    size_t j = (size_t)x + s->grid.n[0] * ((size_t)y + s->grid.n[1] * (size_t)z);

                    if (x < 0 || y < 0 || z < 0 || (size_t)x >= s->grid.n[0] || (size_t)y >= s->grid.n[1] ||
                        (size_t)z >= s->grid.n[2] || !s->truth[j] || label[j])
                        continue;
                    label[j] = name;
                    stack[depth++] = j;
                }
    }
    return voxels;
}

struct part {
    size_t voxels;
    uint32_t name;
    uint64_t key; /* the smallest goes first */
};

static int smaller_part(const void *a, const void *b)
{
    const struct part *p = a, *q = b;

    return p->key != q->key ? (p->key > q->key) - (p->key < q->key) : (p->name > q->name) - (p->name < q->name);
}

/* Renames components so that 1 goes first; equal ones keep the order of their first voxels. */
static seg_status order_parts(const seg_phantom *s, uint32_t *label, struct part *part, size_t parts, seg_error *err)
{
    uint32_t *rank = NULL;
    seg_status st = seg_alloc(&rank, parts + 1, sizeof *rank, "components", err);

    if (st)
        return st;
    qsort(part, parts, sizeof *part, smaller_part);
    for (size_t i = 0; i < parts; i++)
        rank[part[i].name] = (uint32_t)i + 1;
    for (size_t i = 0; i < s->voxels; i++)
        label[i] = rank[label[i]];
    free(rank);
    return SEG_OK;
}

typedef uint64_t part_key(const struct part *part, uint64_t seed);

static uint64_t smallest_first(const struct part *part, uint64_t seed)
{
    (void)seed;
    return part->voxels;
}

static uint64_t largest_first(const struct part *part, uint64_t seed)
{
    (void)seed;
    return UINT64_MAX - part->voxels;
}

static uint64_t by_chance(const struct part *part, uint64_t seed)
{
    return seg_hash(seed, STREAM_ORDER, part->name);
}

enum { PATCHES = 12 };

/* A single component is split into the patches nearest to 12 of its voxels, drawn by hash. */
static void patch_up(const seg_phantom *s, uint64_t seed, uint32_t *order, size_t *groups)
{
    size_t site[PATCHES], sites = 0, wanted = s->object < PATCHES ? s->object : PATCHES;

    for (uint64_t draw = 0; sites < wanted; draw++) {
        size_t i = seg_hash(seed, STREAM_PATCH, draw) % s->voxels;
        bool fresh = s->truth[i];

        for (size_t j = 0; j < sites; j++)
            fresh = fresh && site[j] != i;
        if (fresh)
            site[sites++] = i;
    }
    for (size_t i = 0; i < s->voxels; i++) {
        size_t best = 0;

        if (!s->truth[i])
            continue;
        for (size_t j = 1; j < sites; j++)
            if (squared_distance(&s->grid, i, site[j]) < squared_distance(&s->grid, i, site[best]))
                best = j;
        order[i] = (uint32_t)best + 1;
    }
    *groups = sites;
}

static seg_status group_parts(const seg_phantom *s, uint64_t seed, part_key *key, uint32_t *order, size_t *groups,
                              seg_error *err)
{
    size_t *stack = NULL, parts = 0, room = 0;
    struct part *part = NULL;
    seg_status st = seg_alloc(&stack, s->object, sizeof *stack, "components", err);

    for (size_t i = 0; !st && i < s->voxels; i++) {
        if (!s->truth[i] || order[i])
            continue;
        st = seg_grow(&part, &room, parts + 1, sizeof *part, "components", err);
        if (!st) {
            const uint32_t name = (uint32_t)++parts;

            part[parts - 1] = (struct part){flood(s, order, stack, i, name), name, 0};
            part[parts - 1].key = key(&part[parts - 1], seed);
        }
    }
    *groups = parts;
    if (!st && parts > 1)
        st = order_parts(s, order, part, parts, err);
    if (!st && parts == 1)
        patch_up(s, seed, order, groups);
    free(stack);
    free(part);
    return st;
}

seg_status seg_group_missing(const seg_phantom *s, const seg_plan_of_steps *plan, uint64_t seed, uint32_t *order,
                             size_t *groups, seg_error *err)
{
    (void)plan;
    return group_parts(s, seed, smallest_first, order, groups, err);
}

seg_status seg_group_missing_largest(const seg_phantom *s, const seg_plan_of_steps *plan, uint64_t seed,
                                     uint32_t *order, size_t *groups, seg_error *err)
{
    (void)plan;
    return group_parts(s, seed, largest_first, order, groups, err);
}

seg_status seg_group_missing_hashed(const seg_phantom *s, const seg_plan_of_steps *plan, uint64_t seed, uint32_t *order,
                                    size_t *groups, seg_error *err)
{
    (void)plan;
    return group_parts(s, seed, by_chance, order, groups, err);
}

/* Groups that have changed by step k: all of them at the last. */
static size_t groups_by(size_t groups, size_t k, size_t steps)
{
    return (size_t)llround(seg_severity((double)groups, k, steps));
}

seg_status seg_make_missing(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                            const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const size_t wanted = isnan(plan->max) || plan->max > (double)groups ? groups : (size_t)plan->max;
    const size_t gone = groups_by(wanted, k, plan->steps);
    seg_status st = seg_step_begin(step, scene, (double)gone, 0, err);

    (void)seed;
    for (size_t i = 0; !st && i < step->voxels; i++)
        step->mask[i] = scene->truth[i] && order[i] > gone;
    return st;
}

/* Spurious discs: radius, and room between them and the object. */
enum { DISC = 3, AWAY = 5, TRIES = 20000 };

static bool disc_fits(const seg_phantom *s, size_t i, const size_t *disc, size_t discs)
{
    int64_t at[3];

    place_of(&s->grid, i, at);
    for (int a = 0; a < seg_grid_dims(&s->grid); a++)
        if (at[a] < DISC || at[a] + DISC >= (int64_t)s->grid.n[a])
            return false;
    if (s->distance[i] < DISC + AWAY)
        return false;
    for (size_t j = 0; j < discs; j++)
        if (squared_distance(&s->grid, i, disc[j]) <= (2 * DISC + 1) * (2 * DISC + 1))
            return false;
    return true;
}

static void draw_disc(const seg_phantom *s, size_t centre, uint32_t name, uint32_t *order)
{
    const int64_t deep = s->grid.n[2] > 1 ? DISC : 0;
    int64_t at[3];

    place_of(&s->grid, centre, at);
    for (int64_t z = -deep; z <= deep; z++)
        for (int64_t y = -DISC; y <= DISC; y++)
            for (int64_t x = -DISC; x <= DISC; x++)
                if (x * x + y * y + z * z <= DISC * DISC)
                    order[(size_t)(at[0] + x) +
                          s->grid.n[0] * ((size_t)(at[1] + y) + s->grid.n[1] * (size_t)(at[2] + z))] = name;
}

seg_status seg_group_spurious(const seg_phantom *s, const seg_plan_of_steps *plan, uint64_t seed, uint32_t *order,
                              size_t *groups, seg_error *err)
{
    const size_t wanted = (size_t)seg_family_max(s, plan);
    size_t *disc = NULL, discs = 0;
    seg_status st = seg_alloc(&disc, wanted, sizeof *disc, "false objects", err);

    for (uint64_t draw = 0; !st && discs < wanted && draw < TRIES; draw++) {
        size_t i = seg_hash(seed, STREAM_DISC, draw) % s->voxels;

        if (disc_fits(s, i, disc, discs)) {
            disc[discs++] = i;
            draw_disc(s, i, (uint32_t)discs, order);
        }
    }
    *groups = discs;
    free(disc);
    if (!st && !discs)
        return seg_fail(err, SEG_USAGE,
                        "no false object of radius %d px fits %d px away from '%s' (use a larger image "
                        "or a smaller object)",
                        DISC, AWAY, s->name);
    if (!st && discs < wanted)
        return seg_fail(err, SEG_USAGE,
                        "only %zu of %zu false objects of radius %d px fit %d px away from '%s' (use "
                        "--max %zu)",
                        discs, wanted, DISC, AWAY, s->name, discs);
    return st;
}

seg_status seg_make_spurious(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                             const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const size_t found = groups_by(groups, k, plan->steps);
    seg_status st = seg_step_begin(step, scene, (double)found, 0, err);

    (void)seed;
    for (size_t i = 0; !st && i < step->voxels; i++)
        step->mask[i] = scene->truth[i] || (order[i] && order[i] <= found);
    return st;
}

struct near {
    float distance;
    size_t voxel;
};

static int nearer(const void *a, const void *b)
{
    const struct near *p = a, *q = b;

    return p->distance != q->distance ? (p->distance > q->distance) - (p->distance < q->distance)
                                      : (p->voxel > q->voxel) - (p->voxel < q->voxel);
}

/* Numbers the voxels on one side of the border 1, 2, 3... from the border away; equal distances by place. */
static seg_status number_from_border(const seg_phantom *s, bool inside, uint32_t *order, seg_error *err)
{
    size_t voxels = inside ? s->object : s->voxels - s->object, n = 0;
    struct near *list = NULL;
    seg_status st = seg_alloc(&list, voxels, sizeof *list, "voxels by distance", err);

    for (size_t i = 0; !st && i < s->voxels; i++)
        if ((s->truth[i] != 0) == inside)
            list[n++] = (struct near){fabsf(s->distance[i]), i};
    if (!st)
        qsort(list, n, sizeof *list, nearer);
    for (size_t i = 0; i < n; i++)
        order[list[i].voxel] = (uint32_t)i + 1;
    free(list);
    return st;
}

seg_status seg_group_mix(const seg_phantom *s, const seg_plan_of_steps *plan, uint64_t seed, uint32_t *order,
                         size_t *groups, seg_error *err)
{
    const double errors = seg_family_max(s, plan);
    const size_t room = s->object < s->voxels - s->object ? s->object : s->voxels - s->object;
    seg_status st;

    (void)seed;
    *groups = 0;
    if (!(errors >= 1 && errors <= (double)room))
        return seg_fail(err, SEG_USAGE, "'%s' has room for 1 to %zu swapped errors, not %g (use --max %zu)", s->name,
                        room, errors, room);
    st = number_from_border(s, true, order, err);
    return st ? st : number_from_border(s, false, order, err);
}

/* E errors in all: E k/K of them false negatives, the others false positives, both nearest to the border. */
seg_status seg_make_mix(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, const uint32_t *order,
                        size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const size_t errors = (size_t)seg_family_max(scene, plan), fn = groups_by(errors, k, plan->steps);
    const double share = (double)fn / (double)errors;
    seg_status st = seg_step_begin(step, scene, share, 0, err);

    (void)seed, (void)groups;
    for (size_t i = 0; !st && i < step->voxels; i++)
        step->mask[i] = scene->truth[i] ? order[i] > fn : order[i] <= errors - fn;
    return st;
}

seg_status seg_make_pred_noise(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                               const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const double share = seg_severity(seg_family_max(scene, plan), k, plan->steps);
    seg_status st = seg_step_begin(step, scene, share, 0, err);

    (void)order, (void)groups;
    for (size_t i = 0; !st && i < step->voxels; i++)
        step->mask[i] = scene->truth[i] != (seg_uniform(seed, STREAM_PREDICTION, i) < share);
    return st;
}

/* Whether a voxel's label is wrong at a severity. */
typedef bool wrong_label(const seg_phantom *scene, uint64_t seed, size_t i, double severity);

static bool anywhere(const seg_phantom *scene, uint64_t seed, size_t i, double share)
{
    (void)scene;
    return seg_uniform(seed, STREAM_LABEL, i) < share;
}

static const double BAND = 3; /* pixels on each side of the border */

static bool in_band(const seg_phantom *scene, uint64_t seed, size_t i, double share)
{
    return fabs(scene->distance[i]) < BAND && anywhere(scene, seed, i, share);
}

static bool in_object(const seg_phantom *scene, uint64_t seed, size_t i, double share)
{
    return scene->truth[i] && anywhere(scene, seed, i, share);
}

static bool beyond_border(const seg_phantom *scene, uint64_t seed, size_t i, double reach)
{
    (void)seed;
    return !scene->truth[i] && scene->distance[i] <= reach;
}

static seg_status make_noise(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, wrong_label *wrong,
                             size_t k, seg_step *step, seg_error *err)
{
    const double severity = seg_severity(seg_family_max(scene, plan), k, plan->steps);
    seg_status st = seg_step_begin(step, scene, severity, SEG_STEP_PROB, err);

    for (size_t i = 0; !st && i < step->voxels; i++) {
        step->mask[i] = scene->truth[i];
        step->prob[i] = (float)(scene->truth[i] ? SEG_CONFIDENCE : 1 - SEG_CONFIDENCE);
        step->truth[i] = scene->truth[i] != wrong(scene, seed, i, severity);
    }
    return st;
}

seg_status seg_make_label_noise(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                                const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    (void)order, (void)groups;
    return make_noise(scene, plan, seed, anywhere, k, step, err);
}

seg_status seg_make_band_noise(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                               const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    (void)order, (void)groups;
    return make_noise(scene, plan, seed, in_band, k, step, err);
}

seg_status seg_make_foreground_noise(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                                     const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    (void)order, (void)groups;
    return make_noise(scene, plan, seed, in_object, k, step, err);
}

seg_status seg_make_shift_noise(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                                const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    (void)order, (void)groups;
    return make_noise(scene, plan, seed, beyond_border, k, step, err);
}
