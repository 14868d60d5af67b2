/* abdomen.c - a synthetic abdomen of eight organs, and predictions of two simulated methods of different quality.
 *
 * Every organ is a level in millimetres, positive inside: ellipsoids and tapered tubes, bent by smooth
 * fields. A prediction is the softmax of the levels seen through the method's own distortion, plus its
 * typical mistakes. Coordinates are millimetres from the middle: x to the patient's left, y to the back, z
 * up.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "field.h"
#include "files.h"
#include "samples.h"

enum { NX = 160, NY = 128, NZ = 32, VOXELS = NX * NY * NZ, CASES = 6, ORGANS = 8, CLASSES = ORGANS + 1 };
enum { AORTA, GALLBLADDER, LEFT_KIDNEY, RIGHT_KIDNEY, LIVER, PANCREAS, SPLEEN, STOMACH };

static const char *const organ_names[ORGANS] = {"aorta", "gallbladder", "left_kidney", "right_kidney",
                                                "liver", "pancreas",    "spleen",      "stomach"};
static const double MM[3] = {2, 2, 5};
static const double GAP = 1; /* mm between an organ and the one it makes room for */
static const uint64_t SEED = 20240501;

/* ---- anatomy ---- */

/* One patient. */
struct body {
    double scale, turn_cos, turn_sin, shift[3]; /* of the whole body */
    double organ_shift[ORGANS][3], organ_scale[ORGANS];
    seg_warp bend;     /* of everything */
    seg_field surface; /* unevenness of outlines */
    bool no_gallbladder;
};

static struct body random_body(seg_random *r)
{
    struct body b = {.scale = seg_random_in(r, 0.92, 1.06)};
    double turn = seg_random_in(r, -0.06, 0.06);

    b.turn_cos = cos(turn), b.turn_sin = sin(turn);
    for (int axis = 0; axis < 3; axis++)
        b.shift[axis] = seg_random_in(r, -5, 5);
    for (int organ = 0; organ < ORGANS; organ++) {
        b.organ_scale[organ] = seg_random_in(r, 0.9, 1.1);
        for (int axis = 0; axis < 3; axis++)
            b.organ_shift[organ][axis] = seg_random_in(r, -4, 4);
    }
    b.bend = seg_warp_random(r, 2.5, 110);
    b.surface = seg_field_random(r, 1, 30);
    return b;
}

static double ellipsoid(const double at[3], double x, double y, double z, double rx, double ry, double rz)
{
    double u = (at[0] - x) / rx, v = (at[1] - y) / ry, w = (at[2] - z) / rz;
    double least = fmin(rx, fmin(ry, rz));

    return (1 - sqrt(u * u + v * v + w * w)) * least;
}

/* A tube along a chain of points {x, y, z, radius}. */
static double tube(const double at[3], const double (*point)[4], int points)
{
    double best = -INFINITY;

    for (int k = 0; k + 1 < points; k++) {
        const double *a = point[k], *b = point[k + 1];
        double along = 0, length = 0, off = 0, s;

        for (int axis = 0; axis < 3; axis++) {
            along += (at[axis] - a[axis]) * (b[axis] - a[axis]);
            length += (b[axis] - a[axis]) * (b[axis] - a[axis]);
        }
        s = fmin(1, fmax(0, along / length));
        for (int axis = 0; axis < 3; axis++) {
            double d = at[axis] - a[axis] - s * (b[axis] - a[axis]);

            off += d * d;
        }
        best = fmax(best, a[3] + s * (b[3] - a[3]) - sqrt(off));
    }
    return best;
}

/* The union of two levels, rounded over `width` mm where they meet. */
static double blend(double a, double b, double width)
{
    double h = fmax(0, width - fabs(a - b)) / width;

    return fmax(a, b) + h * h * width / 4;
}

static double aorta(const double at[3])
{
    static const double path[][4] = {{4, 30, 90, 12}, {7, 28, 20, 11}, {6, 24, -40, 10}, {3, 22, -100, 9}};

    return tube(at, path, 4);
}

static double gallbladder(const double at[3])
{
    static const double path[][4] = {{-48, -12, 2, 6}, {-55, -30, -14, 11}, {-59, -44, -28, 14}};

    return tube(at, path, 3);
}

/* A bean: an ellipsoid without the hilum on its inner side. `side` is 1 on the left. */
static double kidney(const double at[3], double side, double z)
{
    double lean = at[0] + side * 0.18 * (at[2] - z); /* the upper poles lie closer together */
    const double p[3] = {lean, at[1], at[2]};
    double bean = ellipsoid(p, side * 62, 46, z, 27, 24, 52);
    double hilum = ellipsoid(p, side * 36, 40, z, 15, 12, 17);

    return fmin(bean, -hilum);
}

/* A large right lobe and a flat left one, cut off below by a slanted plane and behind by the spine. */
static double liver(const double at[3])
{
    double right = ellipsoid(at, -72, -4, 28, 66, 78, 70);
    double left = ellipsoid(at, -4, -52, 44, 66, 32, 32);
    double below = (at[2] + 52 - 0.55 * (at[0] + 110)) * 0.8;

    return fmin(blend(right, left, 20), below);
}

static double pancreas(const double at[3])
{
    static const double path[][4] = {{-30, -2, -34, 13}, {-20, -14, -18, 13}, {4, -22, -8, 9},
                                     {34, -8, 2, 9},     {62, 14, 14, 10},    {72, 20, 20, 7}};

    return tube(at, path, 6);
}

static double spleen(const double at[3])
{
    double whole = ellipsoid(at, 100, 26, 34, 30, 46, 48), inside = ellipsoid(at, 66, 2, 30, 30, 36, 40);

    return fmin(whole, -inside);
}

static double stomach(const double at[3])
{
    static const double path[][4] = {{52, -6, 62, 26},   {62, -26, 34, 30},  {54, -52, 0, 25},
                                     {24, -62, -24, 19}, {-6, -52, -22, 14}, {-22, -42, -18, 9}};

    return tube(at, path, 6);
}

static double organ_level(int organ, const double at[3])
{
    switch (organ) {
    case AORTA:
        return aorta(at);
    case GALLBLADDER:
        return gallbladder(at);
    case LEFT_KIDNEY:
        return kidney(at, 1, -14);
    case RIGHT_KIDNEY:
        return kidney(at, -1, -26);
    case LIVER:
        return liver(at);
    case PANCREAS:
        return pancreas(at);
    case SPLEEN:
        return spleen(at);
    default:
        return stomach(at);
    }
}

/* Priority of the organs: each is cut by those before it. */
static const int order[ORGANS] = {AORTA, LEFT_KIDNEY, RIGHT_KIDNEY, GALLBLADDER, PANCREAS, STOMACH, SPLEEN, LIVER};

/* Levels of all organs at a place in the scanner, mm. */
static void body_levels(const struct body *b, const double place[3], double *level)
{
    double at[3], wall, uneven, taken = -INFINITY;

    at[0] = (b->turn_cos * (place[0] - b->shift[0]) + b->turn_sin * (place[1] - b->shift[1])) / b->scale;
    at[1] = (b->turn_cos * (place[1] - b->shift[1]) - b->turn_sin * (place[0] - b->shift[0])) / b->scale;
    at[2] = (place[2] - b->shift[2]) / b->scale;
    seg_warp_apply(&b->bend, at);
    uneven = seg_field_at(&b->surface, at);
    wall = ellipsoid(at, 0, -4, 0, 140, 100, 400) - 6; /* organs stay inside the abdominal wall */
    for (int k = 0; k < ORGANS; k++) {
        int organ = order[k];
        double own[3];

        for (int axis = 0; axis < 3; axis++)
            own[axis] = at[axis] - b->organ_shift[organ][axis];
        level[organ] = fmin(organ_level(organ, own) + 10 * (b->organ_scale[organ] - 1), wall) + uneven;
        level[organ] = fmin(level[organ], -taken - GAP);
        if (organ == GALLBLADDER && b->no_gallbladder)
            level[organ] = -100;
        taken = fmax(taken, level[organ]);
    }
}

/* ---- methods ---- */

/* The error model of a method. */
struct skill {
    const char *folder;
    double warp, warp_length; /* mm: how far outlines are displaced, and over which distances that changes */
    double bias;              /* mm: spread of the over- or under-segmentation of a whole organ */
    double thin;              /* mm lost by the pancreas, which is the hardest */
    double slope;             /* logits per mm */
    double noise;             /* spread of the noise of logits */
    int islands;              /* spurious patches per case, at most */
};

static const struct skill skills[] = {
    {"unet", 2.6, 34, 1.1, 2.5, 1.3, 1.0, 4},
    {"transunet", 1.5, 46, 0.6, 1.2, 1.6, 0.7, 1},
};

enum { METHODS = sizeof skills / sizeof *skills, ISLANDS = 4 };

/* The errors of a method in one case. */
struct habit {
    const struct skill *skill;
    seg_warp warp;
    seg_field noise[ORGANS];
    double bias[ORGANS];
    struct {
        double at[3], radius;
        int organ;
    } island[ISLANDS];
    int islands;
    bool misses_gallbladder;
    bool swaps_kidneys; /* takes the lower pole of the right kidney for the left one */
};

/* Spurious patches lie in the soft tissue of the front and the left, where bowel is. */
static void draw_islands(struct habit *h, seg_random *r)
{
    static const int likely[] = {STOMACH, SPLEEN, PANCREAS, LIVER};

    h->islands = (int)(seg_random_bits(r) % (uint64_t)(h->skill->islands + 1));
    for (int k = 0; k < h->islands; k++) {
        h->island[k].organ = likely[seg_random_bits(r) % 4];
        h->island[k].radius = seg_random_in(r, 5, 10);
        h->island[k].at[0] = seg_random_in(r, -70, 90);
        h->island[k].at[1] = seg_random_in(r, -70, 0);
        h->island[k].at[2] = seg_random_in(r, -75, -30);
    }
}

static struct habit random_habit(const struct skill *skill, int number, seg_random *r)
{
    struct habit h = {.skill = skill, .warp = seg_warp_random(r, skill->warp, skill->warp_length)};
    bool weak = skill == &skills[0];

    for (int organ = 0; organ < ORGANS; organ++) {
        h.noise[organ] = seg_field_random(r, skill->noise, 22);
        h.bias[organ] = skill->bias * seg_random_normal(r);
    }
    h.bias[PANCREAS] -= skill->thin;
    draw_islands(&h, r);
    h.misses_gallbladder = weak && number == 4;
    h.swaps_kidneys = weak && number == 2;
    return h;
}

static double island_level(const struct habit *h, int k, const double place[3])
{
    return ellipsoid(place, h->island[k].at[0], h->island[k].at[1], h->island[k].at[2], h->island[k].radius,
                     h->island[k].radius, h->island[k].radius * 0.9);
}

/* logit[0] is the background's. Levels beyond 12 mm change nothing any more. */
static void method_logits(const struct habit *h, const struct body *b, const double place[3], double *logit)
{
    double at[3] = {place[0], place[1], place[2]}, level[ORGANS];

    seg_warp_apply(&h->warp, at);
    body_levels(b, at, level);
    for (int k = 0; k < h->islands; k++)
        level[h->island[k].organ] = fmax(level[h->island[k].organ], 0.6 * island_level(h, k, place));
    if (h->swaps_kidneys && place[2] < -52) {
        double left = level[LEFT_KIDNEY];

        level[LEFT_KIDNEY] = fmax(left, level[RIGHT_KIDNEY] + 1.5);
    }
    logit[0] = 0;
    for (int organ = 0; organ < ORGANS; organ++) {
        double mm = fmax(-12, fmin(12, level[organ] + h->bias[organ]));

        if (organ == GALLBLADDER && h->misses_gallbladder)
            mm = fmin(mm, 0) - 4;
        logit[organ + 1] = h->skill->slope * mm + seg_field_at(&h->noise[organ], place);
    }
}

/* Probabilities in units of 1 / SEG_SAMPLE_ONE that add up to it exactly: the largest takes what rounding
 * leaves. */
static void write_softmax(const double *logit, int16_t *map, size_t voxel)
{
    double top = 0, sum = 0;
    int left = SEG_SAMPLE_ONE, largest = 0;

    for (int cls = 0; cls < CLASSES; cls++) {
        top = fmax(top, logit[cls]);
        largest = logit[cls] > logit[largest] ? cls : largest;
    }
    for (int cls = 0; cls < CLASSES; cls++)
        sum += exp(logit[cls] - top);
    for (int cls = 0; cls < CLASSES; cls++) {
        int share = (int)lround(SEG_SAMPLE_ONE * exp(logit[cls] - top) / sum);

        map[(size_t)cls * VOXELS + voxel] = (int16_t)share;
        left -= share;
    }
    map[(size_t)largest * VOXELS + voxel] = (int16_t)(map[(size_t)largest * VOXELS + voxel] + left);
}

/* ---- volumes ---- */

struct painting {
    const struct body *body;
    const struct habit *habit; /* NULL: the truth */
    uint8_t *label;
    int16_t *map;
};

static void paint_slice(void *context, size_t z, int worker)
{
    const struct painting *p = context;

    (void)worker;
    for (size_t i = 0; i < NX * NY; i++) {
        const double place[3] = {((double)(i % NX) - (NX - 1) / 2.0) * MM[0],
                                 ((double)(i / NX) - (NY - 1) / 2.0) * MM[1], ((double)z - (NZ - 1) / 2.0) * MM[2]};
        double level[CLASSES] = {0};
        int label = 0;

        if (p->habit) {
            method_logits(p->habit, p->body, place, level);
            write_softmax(level, p->map, z * NX * NY + i);
            continue;
        }
        body_levels(p->body, place, level + 1);
        for (int cls = 1; cls < CLASSES; cls++)
            label = level[cls] > level[label] ? cls : label;
        p->label[z * NX * NY + i] = (uint8_t)label;
    }
}

static seg_status write_volume(const char *folder, const char *name, int number, const struct painting *p,
                               seg_error *err)
{
    seg_sample_volume volume = {.n = {NX, NY, NZ, p->habit ? CLASSES : 1}, .mm = {MM[0], MM[1], MM[2]}};
    char path[1024];

    volume.data = p->habit ? (const void *)p->map : (const void *)p->label;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (seg_sample_folder(path, err))
        return err ? err->status : SEG_WRITE;
    snprintf(path, sizeof path, "%s/%s/case_%02d.nii.gz", folder, name, number);
    seg_parallel_for(NZ, paint_slice, (void *)(uintptr_t)p);
    return seg_sample_write_nifti(&volume, path, err);
}

/* nnU-Net's file of label names. */
static seg_status write_names(const char *folder, seg_error *err)
{
    char path[1024];
    FILE *stream;
    bool failed;

    snprintf(path, sizeof path, "%s/dataset.json", folder);
    stream = fopen(path, "w");
    if (!stream)
        return seg_fail(err, SEG_WRITE, "%s: cannot be written", path);
    fprintf(stream, "{\n  \"name\": \"synthetic abdomen\",\n  \"channel_names\": {\"0\": \"none\"},\n  \"labels\": {\n"
                    "    \"background\": 0");
    for (int organ = 0; organ < ORGANS; organ++)
        fprintf(stream, ",\n    \"%s\": %d", organ_names[organ], organ + 1);
    fprintf(stream, "\n  },\n  \"numTraining\": %d,\n  \"file_ending\": \".nii.gz\"\n}\n", CASES);
    failed = ferror(stream) != 0;
    return fclose(stream) || failed ? seg_fail(err, SEG_WRITE, "%s: cannot be written", path) : SEG_OK;
}

static seg_status write_case(const char *folder, int number, struct painting *p, seg_error *err)
{
    seg_random r = seg_random_of(SEED, (uint64_t)number);
    struct body body = random_body(&r);
    struct habit habit;
    seg_status st;

    body.no_gallbladder = number == 5; /* removed years ago, as in one patient of ten */
    p->body = &body, p->habit = NULL;
    st = write_volume(folder, "truth", number, p, err);
    for (int method = 0; !st && method < METHODS; method++) {
        habit = random_habit(&skills[method], number, &r);
        p->habit = &habit;
        st = write_volume(folder, skills[method].folder, number, p, err);
    }
    return st;
}

seg_status seg_sample_abdomen(const char *folder, seg_error *err)
{
    struct painting p = {0};
    seg_status st = seg_sample_folder(folder, err);

    if (!st)
        st = write_names(folder, err);
    if (!st)
        st = seg_alloc(&p.label, VOXELS, sizeof *p.label, "a volume", err);
    if (!st)
        st = seg_alloc(&p.map, (size_t)VOXELS * CLASSES, sizeof *p.map, "maps", err);
    for (int number = 1; !st && number <= CASES; number++)
        st = write_case(folder, number, &p, err);
    free(p.map);
    free(p.label);
    return st;
}
