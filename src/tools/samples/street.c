/* street.c - synthetic street scenes, drawn from back to front, and a prediction with bent outlines.
 *
 * Coordinates are pixels; the horizon is a third of the way down and the road runs to a vanishing point on
 * it.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "files.h"
#include "samples.h"

enum { NX = 512, NY = 256, IMAGES = 3, CARS = 5, PERSONS = 5, TREES = 5, HOUSES = 7 };
enum { ROAD = 1, SIDEWALK, BUILDING, VEGETATION, SKY, CAR, PERSON, VOID = 255 };

static const char *const class_names[] = {"road", "sidewalk", "building", "vegetation", "sky", "car", "person"};
static const uint64_t SEED = 7102;
static const double HOOD = 238; /* below this row the camera's own car may be seen: void */

/* Things on the ground grow with the distance of their foot from the horizon. */
struct thing {
    double x, foot, size;
};

struct scene {
    double vanish_x, horizon, left, right, kerb; /* edges of the road at the bottom; width of a sidewalk there */
    double house_height[2][HOUSES];              /* left and right side, from far to near, in heights of the horizon */
    struct thing tree[TREES], car[CARS], person[PERSONS];
    seg_field leaves;
    bool drawn[PERSONS]; /* the prediction misses some */
};

/* ---- composing ---- */

static int nearer(const struct thing *a, const struct thing *b)
{
    return a->foot > b->foot;
}

/* From far to near, so that what is drawn later hides what was drawn before. */
static void sort_things(struct thing *thing, int n)
{
    for (int i = 1; i < n; i++)
        for (int k = i; k > 0 && nearer(&thing[k - 1], &thing[k]); k--) {
            struct thing t = thing[k];

            thing[k] = thing[k - 1];
            thing[k - 1] = t;
        }
}

/* Where the line from the vanishing point to x at the bottom crosses the row y. */
static double along(const struct scene *s, double x, double y)
{
    return s->vanish_x + (x - s->vanish_x) * (y - s->horizon) / (NY - s->horizon);
}

static struct thing put(const struct scene *s, seg_random *r, double low, double high, double near, double size)
{
    struct thing t = {.foot = s->horizon + (NY - s->horizon) * seg_random_in(r, 0.12, near)};

    t.x = along(s, seg_random_in(r, low, high), t.foot);
    t.size = size * (t.foot - s->horizon) / (NY - s->horizon) * seg_random_in(r, 0.85, 1.15);
    return t;
}

/* On the left or on the right sidewalk, between a and b of its width. */
static struct thing put_beside(const struct scene *s, seg_random *r, double a, double b, double near, double size)
{
    if (seg_random_chance(r, 0.5))
        return put(s, r, s->left - b * s->kerb, s->left - a * s->kerb, near, size);
    return put(s, r, s->right + a * s->kerb, s->right + b * s->kerb, near, size);
}

static struct scene compose(seg_random *r)
{
    struct scene s = {.vanish_x = seg_random_in(r, 210, 300), .horizon = seg_random_in(r, 92, 108)};

    s.left = seg_random_in(r, -60, 40), s.right = seg_random_in(r, 470, 570);
    s.kerb = seg_random_in(r, 170, 230);
    for (int side = 0; side < 2; side++)
        for (int house = 0; house < HOUSES; house++)
            s.house_height[side][house] = seg_random_in(r, 0.45, 1.0);
    for (int k = 0; k < TREES; k++)
        s.tree[k] = put_beside(&s, r, 0.75, 1.3, 0.55, 300);
    for (int k = 0; k < CARS; k++)
        s.car[k] = k < 3 ? put(&s, r, s.right - 110, s.right - 50, 0.62, 125)
                         : put(&s, r, s.left + 90, s.left + 260, 0.5, 125);
    for (int k = 0; k < PERSONS; k++) {
        s.person[k] = put_beside(&s, r, 0.2, 0.7, 0.6, 145);
        s.drawn[k] = true;
    }
    sort_things(s.tree, TREES);
    sort_things(s.car, CARS);
    sort_things(s.person, PERSONS);
    s.leaves = seg_field_random(r, 1, 22);
    return s;
}

/* ---- drawing: is the point inside? ---- */

static bool in_ellipse(double x, double y, double cx, double cy, double rx, double ry)
{
    return (x - cx) * (x - cx) / (rx * rx) + (y - cy) * (y - cy) / (ry * ry) < 1;
}

static bool in_box(double x, double y, double left, double top, double right, double bottom)
{
    return x >= left && x < right && y >= top && y < bottom;
}

/* Houses line the street; their roofs and feet run to the vanishing point, and each ends where the next
 * begins. */
static bool in_houses(const struct scene *s, double x, double y)
{
    int side = x > s->vanish_x;
    double edge = side ? s->right + 1.25 * s->kerb : s->left - 1.25 * s->kerb;
    double near = (x - s->vanish_x) / (edge - s->vanish_x); /* 0 far away, 1 at the bottom of the image */
    int house = (int)fmin(HOUSES - 1, floor(4 + 1.6 * log2(fmax(near, 1e-3))));
    double height = s->house_height[side][house < 0 ? 0 : house] * (NY - s->horizon) * 2.2;

    return near > 0.04 && y < s->horizon + near * (NY - s->horizon) && y > s->horizon - near * height;
}

static bool in_tree(const struct scene *s, const struct thing *t, double x, double y)
{
    double wobble = 1 + 0.13 * seg_field_at(&s->leaves, (const double[3]){x, y, t->x});

    return in_ellipse(x, y, t->x, t->foot - 0.62 * t->size, 0.30 * t->size * wobble, 0.36 * t->size * wobble) ||
           in_box(x, y, t->x - 0.025 * t->size, t->foot - 0.4 * t->size, t->x + 0.025 * t->size, t->foot);
}

static bool in_car(const struct thing *t, double x, double y)
{
    double u = (x - t->x) / t->size, v = (t->foot - y) / t->size;
    bool body = pow(fabs(u / 0.5), 5) + pow(fabs((v - 0.24) / 0.16), 5) < 1;
    bool cabin = v >= 0.3 && v < 0.58 && fabs(u) < 0.42 - 0.55 * (v - 0.3);
    bool wheels = in_ellipse(fabs(u), v, 0.36, 0.08, 0.08, 0.085);

    return body || cabin || wheels;
}

static bool in_person(const struct thing *t, double x, double y)
{
    double u = (x - t->x) / t->size, v = (t->foot - y) / t->size;

    return in_ellipse(u, v, 0, 0.92, 0.07, 0.085) || in_ellipse(u, v, 0, 0.62, 0.135, 0.25) ||
           (v >= 0 && v < 0.5 && fabs(fabs(u) - 0.05 - 0.05 * (0.5 - v)) < 0.045);
}

static int ground(const struct scene *s, double x, double y)
{
    if (x > along(s, s->left, y) && x < along(s, s->right, y))
        return ROAD;
    if (x > along(s, s->left - s->kerb, y) && x < along(s, s->right + s->kerb, y))
        return SIDEWALK;
    return VEGETATION; /* front gardens */
}

static int label_at(const struct scene *s, double x, double y)
{
    int label = y < s->horizon ? SKY : ground(s, x, y);
    double far = 8 + 3 * seg_field_at(&s->leaves, (const double[3]){x, 0, 0}); /* trees at the horizon */

    if (y < s->horizon + 1 && y > s->horizon - far)
        label = VEGETATION;
    if (in_houses(s, x, y))
        label = BUILDING;
    for (int k = 0; k < TREES; k++)
        label = in_tree(s, &s->tree[k], x, y) ? VEGETATION : label;
    for (int k = 0; k < CARS; k++)
        label = in_car(&s->car[k], x, y) ? CAR : label;
    for (int k = 0; k < PERSONS; k++)
        label = s->drawn[k] && in_person(&s->person[k], x, y) ? PERSON : label;
    return label;
}

/* The bonnet of the car that carries the camera belongs to no class. */
static bool on_hood(double x, double y)
{
    return in_ellipse(x, y, NX / 2.0, NY + 14.0, 300, NY + 14.0 - HOOD);
}

static void paint_truth(const struct scene *s, uint8_t *out)
{
    for (int i = 0; i < NX * NY; i++) {
        double x = i % NX + 0.5, y = i / NX + 0.5;

        out[i] = (uint8_t)(on_hood(x, y) ? VOID : label_at(s, x, y));
    }
}

/* Bent outlines, patches where neighbours in meaning are taken for one another, and the two farthest
 * persons missed. A prediction has a class everywhere, also where the truth is void. */
static void paint_prediction(const struct scene *truth, seg_random *r, uint8_t *out)
{
    seg_warp coarse = seg_warp_random(r, 2.0, 60), fine = seg_warp_random(r, 0.8, 12);
    seg_field ground_doubt = seg_field_random(r, 1, 70), wall_doubt = seg_field_random(r, 1, 50);
    struct scene seen = *truth;

    seen.drawn[0] = seen.drawn[1] = false;
    for (int i = 0; i < NX * NY; i++) {
        double at[3] = {i % NX + 0.5, i / NX + 0.5, 0};
        const double place[3] = {at[0], at[1], 0};
        int label;

        seg_warp_apply(&coarse, at);
        seg_warp_apply(&fine, at);
        label = label_at(&seen, at[0], at[1]);
        if (label == SIDEWALK && seg_field_at(&ground_doubt, place) > 1.5)
            label = ROAD;
        if (label == BUILDING && seg_field_at(&wall_doubt, place) > 1.7)
            label = VEGETATION;
        out[i] = (uint8_t)label;
    }
}

/* ---- files ---- */

/* Colours by label; unused entries are black, void is dark grey. */
static void fill_colours(uint8_t colours[256][3])
{
    static const uint8_t known[][3] = {{0, 0, 0},     {110, 88, 122},  {214, 150, 190}, {128, 120, 112},
                                       {92, 138, 62}, {134, 182, 220}, {38, 66, 158},   {204, 52, 64}};

    memset(colours, 0, 256 * sizeof *colours);
    memcpy(colours, known, sizeof known);
    memset(colours[VOID], 48, sizeof colours[VOID]);
}

static seg_status write_labels(const uint8_t *label, const char *folder, const char *part, int number, seg_error *err)
{
    static uint8_t colours[256][3];
    const seg_sample_image image = {
        .nx = NX, .ny = NY, .bits = 8, .colours = (const uint8_t(*)[3])colours, .n_colours = 256, .data = label};
    char path[1024];
    seg_status st;

    fill_colours(colours);
    snprintf(path, sizeof path, "%s/%s", folder, part);
    st = seg_sample_folder(path, err);
    snprintf(path, sizeof path, "%s/%s/street_%d.png", folder, part, number);
    return st ? st : seg_sample_write_png(&image, path, err);
}

static seg_status write_names(const char *folder, seg_error *err)
{
    char path[1024];
    FILE *stream;

    snprintf(path, sizeof path, "%s/labels.txt", folder);
    stream = fopen(path, "w");
    if (!stream)
        return seg_fail(err, SEG_WRITE, "%s: cannot be written", path);
    for (int k = 0; k < PERSON; k++)
        fprintf(stream, "%d %s\n", k + 1, class_names[k]);
    fprintf(stream, "%d void\n", VOID);
    return fclose(stream) ? seg_fail(err, SEG_WRITE, "%s: cannot be written", path) : SEG_OK;
}

seg_status seg_sample_street(const char *folder, seg_error *err)
{
    static uint8_t label[NX * NY];
    seg_status st = seg_sample_folder(folder, err);

    if (!st)
        st = write_names(folder, err);
    for (int number = 1; !st && number <= IMAGES; number++) {
        seg_random r = seg_random_of(SEED, (uint64_t)number);
        struct scene scene = compose(&r);

        paint_truth(&scene, label);
        st = write_labels(label, folder, "truth", number, err);
        paint_prediction(&scene, &r, label);
        if (!st)
            st = write_labels(label, folder, "prediction", number, err);
    }
    return st;
}
