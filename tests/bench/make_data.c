/* make_data.c - writes what `make bench` measures: volumes, maps and images like those people score, from fixed seeds.
 *
 *     abdomen_{gt,pred}.nii[.gz]  512 x 512 x 148, 8 organs; _shift: far from the truth; _K: one organ as a mask
 *     brats_{gt,pred}.nii.gz      240 x 240 x 155, 3 nested classes; _noise: 2 % of the voxels are noise
 *     half_{gt,prob}.nii          256 x 256 x 148 and its float map of 9 classes; half_prob.nii.gz
 *     full_prob.nii               512 x 512 x 148 x 9 of the abdomen, 1.4 GB
 *     small/{gt,pred}/NNN.nii.gz  100 of 36 x 50 x 35
 *     city/{gt,pred}/NNN.png      500 of 1024 x 512, 19 classes; city20: the first 20
 *     vox*, cls*                  growth: the abdomen at another scale, 256^3 with more classes
 *
 * A class is an ellipsoid whose surface is uneven; a prediction is the same surface with finer unevenness. Levels are
 * in voxels, positive inside; where several are positive the last class paints over the others.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <nifti1.h>
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/parallel.h"

enum { NIFTI_START = 352, MOST_CLASSES = 104, CITY_CLASSES = 19, CITY_PAIRS = 500, CITY_FEW = 20, SMALL_PAIRS = 100 };

static void must(seg_status st, const seg_error *err)
{
    if (st) {
        fprintf(stderr, "make_data: %s\n", err->text);
        exit(1);
    }
}

static void *room(size_t n, size_t size)
{
    void *block;
    seg_error err = {0};

    must(seg_alloc(&block, n, size, "benchmark data", &err), &err);
    return block;
}

static void stop(const char *path)
{
    fprintf(stderr, "make_data: %s: %s\n", path, errno ? strerror(errno) : "cannot be written");
    exit(1);
}

/* ---- random numbers and smooth noise ---- */

static uint64_t hash(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static double uniform(uint64_t seed, uint64_t i)
{
    return (double)(hash(hash(seed) + i) >> 11) * 0x1p-53;
}

/* Nearly normal: a sum of four uniform numbers, of variance 1. */
static double normal(uint64_t seed, uint64_t i)
{
    double sum = 0;

    for (uint64_t k = 0; k < 4; k++)
        sum += uniform(seed, 4 * i + k);
    return (sum - 2) * sqrt(3);
}

/* Random numbers on a coarse lattice, linear in between. */
struct noise {
    size_t n[3];
    double step[3]; /* voxels */
    float *value;
};

static struct noise make_noise(const size_t shape[3], const double step[3], uint64_t seed)
{
    struct noise f;

    for (int a = 0; a < 3; a++) {
        f.step[a] = step[a];
        f.n[a] = (size_t)((double)shape[a] / step[a]) + 2;
    }
    f.value = room(f.n[0] * f.n[1] * f.n[2], sizeof *f.value);
    for (size_t i = 0; i < f.n[0] * f.n[1] * f.n[2]; i++)
        f.value[i] = (float)normal(seed, i);
    return f;
}

/* row[x] += size * noise(x, y, z) */
static void add_noise(const struct noise *f, size_t n, size_t y, size_t z, double size, float *row)
{
    double v = (double)y / f->step[1], w = (double)z / f->step[2];
    size_t j = (size_t)v, k = (size_t)w, line = f->n[0], slice = f->n[0] * f->n[1];
    const float *at = f->value + j * line + k * slice;
    float *knot = room(f->n[0], sizeof *knot);

    v -= (double)j, w -= (double)k;
    for (size_t i = 0; i < f->n[0]; i++)
        knot[i] = (float)(size * ((1 - w) * ((1 - v) * at[i] + v * at[i + line]) +
                                  w * ((1 - v) * at[i + slice] + v * at[i + line + slice])));
    for (size_t x = 0; x < n; x++) {
        float u = (float)x / (float)f->step[0];
        size_t i = (size_t)u;

        u -= (float)i;
        row[x] += (1 - u) * knot[i] + u * knot[i + 1];
    }
    free(knot);
}

/* ---- scenes of ellipsoids ---- */

struct scene {
    size_t n[3];
    float mm[3];
    int classes; /* without the background */
    struct {
        double centre[3], radius[3];
    } at[MOST_CLASSES];            /* voxels */
    double shape_size, doubt_size; /* voxels of unevenness: of the truth, and what the prediction adds */
    struct noise shape, doubt;
    uint64_t seed;
};

/* Class k sees the noise from elsewhere, so one lattice serves all: rows are taken cyclically. */
static void level_row(const struct scene *s, int k, size_t y, size_t z, bool predicted, float *row)
{
    double dy = ((double)y - s->at[k].centre[1]) / s->at[k].radius[1];
    double dz = ((double)z - s->at[k].centre[2]) / s->at[k].radius[2];
    double least = fmin(s->at[k].radius[0], fmin(s->at[k].radius[1], s->at[k].radius[2] * s->mm[2] / s->mm[0]));
    size_t turned = (y + (size_t)k * 37) % s->n[1];

    for (size_t x = 0; x < s->n[0]; x++) {
        double dx = ((double)x - s->at[k].centre[0]) / s->at[k].radius[0];

        row[x] = (float)((1 - sqrt(dx * dx + dy * dy + dz * dz)) * least);
    }
    add_noise(&s->shape, s->n[0], turned, z, s->shape_size, row);
    if (predicted)
        add_noise(&s->doubt, s->n[0], turned, z, s->doubt_size, row);
}

/* Far from the class no noise makes the level positive. */
static bool near(const struct scene *s, int k, size_t y, size_t z)
{
    double dy = ((double)y - s->at[k].centre[1]) / s->at[k].radius[1];
    double dz = ((double)z - s->at[k].centre[2]) / s->at[k].radius[2];

    return dy * dy + dz * dz < 6;
}

struct painting {
    const struct scene *scene;
    bool predicted;
    uint8_t *label; /* [voxels] */
    int fd;         /* of a file of probabilities */
};

static void paint_slice(void *context, size_t z, int worker)
{
    const struct painting *p = context;
    const struct scene *s = p->scene;
    float *level = room(s->n[0], sizeof *level);

    (void)worker;
    for (size_t y = 0; y < s->n[1]; y++) {
        uint8_t *out = p->label + (z * s->n[1] + y) * s->n[0];

        for (int k = 0; k < s->classes; k++) {
            if (!near(s, k, y, z))
                continue;
            level_row(s, k, y, z, p->predicted, level);
            for (size_t x = 0; x < s->n[0]; x++)
                out[x] = level[x] > 0 ? (uint8_t)(k + 1) : out[x];
        }
    }
    free(level);
}

static uint8_t *paint(const struct scene *s, bool predicted)
{
    struct painting p = {.scene = s, .predicted = predicted, .label = room(s->n[0] * s->n[1] * s->n[2], 1)};

    seg_parallel_for(s->n[2], paint_slice, &p);
    return p.label;
}

/* Small false alarms, as networks make them. */
static void add_islands(const struct scene *s, int islands, uint8_t *label)
{
    for (int k = 0; k < islands; k++) {
        size_t at[3], r = 2 + hash(s->seed + 900 + (uint64_t)k) % 4;

        for (int a = 0; a < 3; a++)
            at[a] = (size_t)((0.25 + 0.5 * uniform(s->seed + 1000 + (uint64_t)a, (uint64_t)k)) * (double)s->n[a]);
        for (size_t z = at[2]; z < at[2] + 2; z++)
            for (size_t y = at[1]; y < at[1] + 2 * r; y++)
                memset(label + (z * s->n[1] + y) * s->n[0] + at[0], 1 + k % s->classes, 2 * r);
    }
}

/* ---- files ---- */

static void fill_header(unsigned char out[NIFTI_START], const size_t n[3], int classes, const float mm[3])
{
    nifti_1_header h = {.sizeof_hdr = sizeof h,
                        .magic = "n+1",
                        .vox_offset = NIFTI_START,
                        .scl_slope = 1,
                        .xyzt_units = NIFTI_UNITS_MM,
                        .qform_code = 1,
                        .dim = {3, 1, 1, 1, 1, 1, 1, 1},
                        .pixdim = {1, mm[0], mm[1], mm[2], 1, 1, 1, 1}};

    for (int a = 0; a < 3; a++)
        h.dim[a + 1] = (short)n[a];
    h.datatype = classes ? DT_FLOAT32 : DT_UINT8;
    h.bitpix = classes ? 32 : 8;
    if (classes) {
        h.dim[0] = 4;
        h.dim[4] = (short)classes;
    }
    memset(out, 0, NIFTI_START);
    memcpy(out, &h, sizeof h);
}

static void write_gzip(const char *path, const char *mode, const void *head, const void *body, size_t n)
{
    gzFile f = gzopen(path, mode);
    bool fine = f && gzwrite(f, head, NIFTI_START) == NIFTI_START;

    for (size_t done = 0, some; fine && done < n; done += some) {
        some = n - done < (size_t)1 << 24 ? n - done : (size_t)1 << 24;
        fine = gzwrite(f, (const char *)body + done, (unsigned)some) == (int)some;
    }
    if (!fine || gzclose(f) != Z_OK)
        stop(path);
}

static void write_labels(const char *path, const struct scene *s, const uint8_t *label)
{
    size_t n = s->n[0] * s->n[1] * s->n[2];
    unsigned char head[NIFTI_START];

    fill_header(head, s->n, 0, s->mm);
    if (strstr(path, ".gz")) {
        write_gzip(path, "wb6", head, label, n);
        return;
    }
    FILE *f = fopen(path, "wb");

    if (!f || fwrite(head, 1, NIFTI_START, f) != NIFTI_START || fwrite(label, 1, n, f) != n || fclose(f))
        stop(path);
}

/* Softmax of levels with noise, one slice of all classes. */
static void write_prob_slice(void *context, size_t z, int worker)
{
    const struct painting *p = context;
    const struct scene *s = p->scene;
    size_t nx = s->n[0], slice = nx * s->n[1], voxels = slice * s->n[2];
    int classes = s->classes + 1;
    float *level = room(slice * (size_t)classes, sizeof *level);

    (void)worker;
    for (int k = 0; k < s->classes; k++)
        for (size_t y = 0; y < s->n[1]; y++)
            level_row(s, k, y, z, true, level + (size_t)(k + 1) * slice + y * nx);
    for (size_t i = 0; i < slice; i++) {
        float sum = 0;

        for (int k = 0; k < classes; k++) {
            float *l = level + (size_t)k * slice + i;
            uint64_t r = hash(s->seed + (uint64_t)k * voxels + z * slice + i);

            *l = expf(fminf(18, fmaxf(-18, *l)) + 0.4f * ((float)(r >> 40) * 0x1p-24f - 0.5f));
            sum += *l;
        }
        for (int k = 0; k < classes; k++)
            level[(size_t)k * slice + i] /= sum;
    }
    for (int k = 0; k < classes; k++)
        if (pwrite(p->fd, level + (size_t)k * slice, slice * sizeof *level,
                   (off_t)(NIFTI_START + ((size_t)k * voxels + z * slice) * sizeof *level)) < 0)
            stop("probabilities");
    free(level);
}

static void write_prob(const char *path, const struct scene *s)
{
    unsigned char head[NIFTI_START];
    struct painting p = {.scene = s, .fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666)};

    fill_header(head, s->n, s->classes + 1, s->mm);
    if (p.fd < 0 || pwrite(p.fd, head, NIFTI_START, 0) < 0)
        stop(path);
    seg_parallel_for(s->n[2], write_prob_slice, &p);
    if (close(p.fd))
        stop(path);
}

/* The same file, packed. */
static void pack(const char *from, const char *to)
{
    struct stat about;
    int fd = open(from, O_RDONLY);
    unsigned char *bytes;

    if (fd < 0 || fstat(fd, &about))
        stop(from);
    bytes = room((size_t)about.st_size, 1);
    for (ssize_t done = 0, got; done < about.st_size; done += got)
        if ((got = read(fd, bytes + done, (size_t)(about.st_size - done))) <= 0)
            stop(from);
    close(fd);
    write_gzip(to, "wb1", bytes, bytes + NIFTI_START, (size_t)about.st_size - NIFTI_START);
    free(bytes);
}

static void write_png(const char *path, const uint8_t *grey, unsigned nx, unsigned ny)
{
    png_image image = {.version = PNG_IMAGE_VERSION, .width = nx, .height = ny, .format = PNG_FORMAT_GRAY};

    if (!png_image_write_to_file(&image, path, 0, grey, 0, NULL))
        stop(path);
}

/* ---- collections ---- */

static void begin(struct scene *s, double shape_step, double doubt_step)
{
    double per_slice = s->mm[0] / s->mm[2];
    double coarse[3] = {shape_step, shape_step, shape_step * per_slice + 1};
    double fine[3] = {doubt_step, doubt_step, doubt_step * per_slice + 1};

    s->shape = make_noise(s->n, coarse, s->seed);
    s->doubt = make_noise(s->n, fine, s->seed + 1);
}

static void end(struct scene *s)
{
    free(s->shape.value);
    free(s->doubt.value);
}

/* `scale` 1 is 512 x 512 x 148 voxels. */
static struct scene abdomen(double across, double along)
{
    static const double organ[8][6] = {
        /* centre and radius, voxels of 0.8 x 0.8 x 3 mm */
        {255, 300, 74, 17, 17, 70}, {190, 215, 60, 16, 22, 9}, {345, 315, 66, 36, 32, 18}, {165, 315, 60, 36, 32, 18},
        {185, 235, 88, 88, 96, 25}, {265, 245, 68, 70, 18, 6}, {380, 270, 90, 30, 50, 16}, {320, 205, 86, 48, 44, 20}};
    struct scene s = {.n = {(size_t)(512 * across), (size_t)(512 * across), (size_t)(148 * along)},
                      .mm = {(float)(0.8 / across), (float)(0.8 / across), (float)(3 / along)},
                      .classes = 8,
                      .shape_size = 4.5 * across,
                      .doubt_size = 1.6 * across,
                      .seed = 11};

    for (int k = 0; k < 8; k++)
        for (int a = 0; a < 3; a++) {
            double by = a < 2 ? across : along;

            s.at[k].centre[a] = organ[k][a] * by;
            s.at[k].radius[a] = organ[k][a + 3] * by;
        }
    begin(&s, 32 * across, 9 * across);
    return s;
}

static void write_masks(const struct scene *s, const char *part, const uint8_t *label)
{
    size_t n = s->n[0] * s->n[1] * s->n[2];
    uint8_t *mask = room(n, 1);
    char path[64];

    for (int k = 1; k <= s->classes; k++) {
        for (size_t i = 0; i < n; i++)
            mask[i] = label[i] == k;
        snprintf(path, sizeof path, "abdomen_%s_%d.nii.gz", part, k);
        write_labels(path, s, mask);
    }
    free(mask);
}

/* Moved by 32, 48 and 30 mm, what leaves on one side comes in on the other. */
static void write_shifted(const struct scene *s, const uint8_t *label)
{
    const size_t by[3] = {40, 60, 10};
    uint8_t *moved = room(s->n[0] * s->n[1] * s->n[2], 1);

    for (size_t z = 0; z < s->n[2]; z++)
        for (size_t y = 0; y < s->n[1]; y++) {
            uint8_t *to = moved + ((z + by[2]) % s->n[2] * s->n[1] + (y + by[1]) % s->n[1]) * s->n[0];
            const uint8_t *from = label + (z * s->n[1] + y) * s->n[0];

            memcpy(to + by[0], from, s->n[0] - by[0]);
            memcpy(to, from + s->n[0] - by[0], by[0]);
        }
    write_labels("abdomen_shift.nii.gz", s, moved);
    free(moved);
}

static void make_abdomen(void)
{
    struct scene s = abdomen(1, 1);
    uint8_t *truth = paint(&s, false), *prediction = paint(&s, true);

    add_islands(&s, 16, prediction);
    write_labels("abdomen_gt.nii.gz", &s, truth);
    write_labels("abdomen_gt.nii", &s, truth);
    write_labels("abdomen_pred.nii.gz", &s, prediction);
    write_labels("abdomen_pred.nii", &s, prediction);
    write_masks(&s, "gt", truth);
    write_masks(&s, "pred", prediction);
    write_shifted(&s, prediction);
    write_prob("full_prob.nii", &s);
    free(truth);
    free(prediction);
    end(&s);
}

static void make_half(void)
{
    struct scene s = abdomen(0.5, 1);
    uint8_t *truth = paint(&s, false);

    write_labels("half_gt.nii", &s, truth);
    write_prob("half_prob.nii", &s);
    pack("half_prob.nii", "half_prob.nii.gz");
    free(truth);
    end(&s);
}

static void make_brats(void)
{
    static const double at[3][6] = {{150, 110, 80, 34, 34, 34}, {145, 112, 80, 22, 22, 22}, {145, 113, 81, 13, 13, 13}};
    struct scene s = {
        .n = {240, 240, 155}, .mm = {1, 1, 1}, .classes = 3, .shape_size = 5, .doubt_size = 1.5, .seed = 21};
    uint8_t *label;

    for (int k = 0; k < 3; k++)
        for (int a = 0; a < 3; a++) {
            s.at[k].centre[a] = at[k][a];
            s.at[k].radius[a] = at[k][a + 3];
        }
    begin(&s, 15, 7);
    label = paint(&s, false);
    write_labels("brats_gt.nii.gz", &s, label);
    free(label);
    label = paint(&s, true);
    add_islands(&s, 6, label);
    write_labels("brats_pred.nii.gz", &s, label);
    for (size_t i = 0; i < s.n[0] * s.n[1] * s.n[2]; i++)
        if (uniform(5, i) < 0.02)
            label[i] = (uint8_t)(hash(i) % 4);
    write_labels("brats_noise.nii.gz", &s, label);
    free(label);
    end(&s);
}

static void folder(const char *path)
{
    if (mkdir(path, 0777) && errno != EEXIST)
        stop(path);
}

static void make_small(void)
{
    char path[64];

    folder("small"), folder("small/gt"), folder("small/pred");
    for (unsigned i = 0; i < SMALL_PAIRS; i++) {
        struct scene s = {.n = {36, 50, 35},
                          .mm = {1, 1, 1},
                          .classes = 2,
                          .shape_size = 1.5,
                          .doubt_size = 0.6,
                          .seed = 9000 + 10 * i,
                          .at = {{{18, 17, 17}, {8, 10, 6}}, {{18, 33, 17}, {7, 11, 6}}}};

        begin(&s, 6, 3);
        for (int predicted = 0; predicted < 2; predicted++) {
            uint8_t *label = paint(&s, predicted);

            snprintf(path, sizeof path, "small/%s/%03u.nii.gz", predicted ? "pred" : "gt", i);
            write_labels(path, &s, label);
            free(label);
        }
        end(&s);
    }
}

/* A street: fields that like some height of the image, the largest wins. */
static void make_street(void *context, size_t i, int worker)
{
    enum { NX = 1024, NY = 512 };
    const size_t shape[3] = {NX, NY, 1};
    uint8_t *label = room(NX * NY, 2);
    float *best = room(NX * NY * 2, sizeof *best), *row = room(NX, sizeof *row);
    char path[64];

    (void)context, (void)worker;
    for (size_t k = 0; k < 2 * NX * NY; k++)
        best[k] = -1e9f;
    for (uint64_t k = 0; k < CITY_CLASSES; k++) {
        uint64_t seed = 100000 * (i + 1) + 10 * k;
        struct noise f = make_noise(shape, (const double[3]){90, 64, 1}, seed);
        struct noise g = make_noise(shape, (const double[3]){11, 11, 1}, seed + 1);
        double middle = uniform(seed + 2, 0) * 1.6 - 0.8, liked = 0.7 * normal(seed + 3, 0);

        for (size_t y = 0; y < NY; y++) {
            double off = (double)y / (NY / 2.0) - 1 - middle;

            for (size_t x = 0; x < NX; x++)
                row[x] = (float)(liked - 3 * off * off);
            add_noise(&f, NX, y, 0, 1.3, row);
            for (size_t part = 0; part < 2; part++) {
                uint8_t *to = label + part * NX * NY + y * NX;
                float *top = best + part * NX * NY + y * NX;

                if (part == 1)
                    add_noise(&g, NX, y, 0, 0.2, row);
                for (size_t x = 0; x < NX; x++)
                    if (row[x] > top[x]) {
                        top[x] = row[x];
                        to[x] = (uint8_t)k;
                    }
            }
        }
        free(f.value);
        free(g.value);
    }
    for (size_t part = 0; part < 2; part++) {
        snprintf(path, sizeof path, "city/%s/%03zu.png", part ? "pred" : "gt", i);
        write_png(path, label + part * NX * NY, NX, NY);
        snprintf(path, sizeof path, "city20/%s/%03zu.png", part ? "pred" : "gt", i);
        if (i < CITY_FEW)
            write_png(path, label + part * NX * NY, NX, NY);
    }
    free(label), free(best), free(row);
}

static void make_city(void)
{
    folder("city"), folder("city/gt"), folder("city/pred");
    folder("city20"), folder("city20/gt"), folder("city20/pred");
    seg_parallel_for(CITY_PAIRS, make_street, NULL);
}

static void write_pair(struct scene *s, const char *name)
{
    char path[64];

    for (int predicted = 0; predicted < 2; predicted++) {
        uint8_t *label = paint(s, predicted);

        snprintf(path, sizeof path, "%s_%s.nii.gz", name, predicted ? "pred" : "gt");
        write_labels(path, s, label);
        free(label);
    }
    end(s);
}

/* Ellipsoids in the cells of a cube; together they fill the same share of it however many they are. */
static struct scene crowd(int classes)
{
    struct scene s = {.n = {256, 256, 256}, .mm = {1, 1, 1}, .classes = classes, .seed = 31};
    int side = (int)ceil(cbrt(classes));
    double cell = 256.0 / side;

    for (int k = 0; k < classes; k++)
        for (int a = 0; a < 3; a++) {
            int i = a == 0 ? k % side : a == 1 ? k / side % side : k / side / side;

            s.at[k].centre[a] = cell * (i + 0.4 + 0.2 * uniform(s.seed + (uint64_t)a, (uint64_t)k));
            s.at[k].radius[a] = 0.33 * 256 / cbrt(classes);
        }
    s.shape_size = 0.06 * cell, s.doubt_size = 0.02 * cell;
    begin(&s, cell / 3, cell / 12 + 2);
    return s;
}

static void make_growth(void)
{
    static const double scale[] = {0.25, 0.5, 1, 2};
    static const int classes[] = {2, 8, 32, 104};
    struct scene s;
    char name[32];

    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++) {
        snprintf(name, sizeof name, "vox%g", scale[i]);
        s = abdomen(scale[i], scale[i]);
        write_pair(&s, name);
    }
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        snprintf(name, sizeof name, "cls%d", classes[i]);
        s = crowd(classes[i]);
        write_pair(&s, name);
    }
}

/* A collection is there when its stamp is, so an interrupted run is taken up again. A change of what is made is a new
 * version. */
static void make(const char *name, int version, void (*what)(void))
{
    char stamp[64];
    FILE *f;

    snprintf(stamp, sizeof stamp, "%s.%d.done", name, version);
    if (access(stamp, F_OK) == 0)
        return;
    fprintf(stderr, "making %s\n", name);
    what();
    f = fopen(stamp, "w");
    if (!f || fclose(f))
        stop(stamp);
}

int main(int argc, char **argv)
{
    if (argc != 3 || chdir(argv[1])) {
        fputs("usage: make_data FOLDER bench|growth\n", stderr);
        return 2;
    }
    seg_set_threads(0);
    if (!strcmp(argv[2], "growth")) {
        make("growth", 1, make_growth);
        return 0;
    }
    make("small", 1, make_small);
    make("brats", 1, make_brats);
    make("city", 2, make_city);
    make("half", 1, make_half);
    make("abdomen", 1, make_abdomen);
    return 0;
}
