/* objects.c - a large and a small object, each as a 0/255 mask and as the 16-bit probability map of a
 * prediction. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "files.h"
#include "samples.h"

enum { N = 256 };

static const uint64_t SEED = 31;

struct object {
    const char *name;
    double x, y, radius, flatness; /* of an ellipse, pixels */
    double unevenness, length;     /* of its outline: spread and wave length, pixels */
    double warp;                   /* how far the prediction is off, pixels */
    double shift;                  /* to the right, pixels */
    double blur;                   /* pixels over which the prediction goes from 0.27 to 0.73 */
};

static const struct object objects[] = {
    {"large", 122, 134, 84, 0.72, 6, 60, 2.5, 2, 2},
    {"small", 171, 92, 8, 0.8, 0.6, 12, 0.5, 1.5, 1},
};

static double level(const struct object *o, const seg_field *outline, const double at[3])
{
    double u = at[0] - o->x, v = (at[1] - o->y) / o->flatness;

    return o->radius - sqrt(u * u + v * v) + seg_field_at(outline, at);
}

static void paint(const struct object *o, seg_random *r, uint8_t *truth, uint16_t *prediction)
{
    seg_field outline = seg_field_random(r, o->unevenness, o->length), doubt = seg_field_random(r, 0.5, 10);
    seg_warp warp = seg_warp_random(r, o->warp, 3 * o->length);

    for (int i = 0; i < N * N; i++) {
        const double place[3] = {i % N + 0.5, i / N + 0.5, 0};
        double at[3] = {place[0] - o->shift, place[1], 0};

        truth[i] = level(o, &outline, place) > 0 ? 255 : 0;
        seg_warp_apply(&warp, at);
        at[2] = 0;
        prediction[i] =
            (uint16_t)lround(65535 / (1 + exp(-2 * level(o, &outline, at) / o->blur - seg_field_at(&doubt, place))));
    }
}

static seg_status write_image(const void *data, int bits, const char *folder, const char *part, const char *name,
                              seg_error *err)
{
    const seg_sample_image image = {.nx = N, .ny = N, .bits = bits, .data = data};
    char path[1024];
    seg_status st;

    snprintf(path, sizeof path, "%s/%s", folder, part);
    st = seg_sample_folder(path, err);
    snprintf(path, sizeof path, "%s/%s/%s.png", folder, part, name);
    return st ? st : seg_sample_write_png(&image, path, err);
}

seg_status seg_sample_objects(const char *folder, seg_error *err)
{
    static uint8_t truth[N * N];
    static uint16_t prediction[N * N];
    seg_status st = seg_sample_folder(folder, err);

    for (size_t i = 0; !st && i < sizeof objects / sizeof *objects; i++) {
        seg_random r = seg_random_of(SEED, i);

        paint(&objects[i], &r, truth, prediction);
        st = write_image(truth, 8, folder, "truth", objects[i].name, err);
        if (!st)
            st = write_image(prediction, 16, folder, "prediction", objects[i].name, err);
    }
    return st;
}
