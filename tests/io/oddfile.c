/* oddfile.c - shows one file to the reader, for check-oddfiles: what it makes of it, how long it takes, and how much.
 *
 *     oddfile values FILE    the scaled values of a NIfTI file as 64-bit floats on stdout
 *     oddfile samples FILE   the stored samples of a PNG, all channels, as 16-bit numbers on stdout
 *     oddfile read FILE      reads it as the program does, and says what it is
 *
 * Exit: 0 read, 3 refused with one sentence on stderr, 1 when a promise was broken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "io/format.h"
#include "io/png.h"
#include "io/read.h"

static const double MOST_SECONDS = 1, MOST_MEGABYTES = 64;

static int refuse(const seg_error *err)
{
    fprintf(stderr, "%s\n", err->text);
    return strchr(err->text, '\n') || !err->text[0] ? 1 : 3;
}

static int values(seg_image_file *a, seg_error *err)
{
    size_t n = a->grid.n[0], rows = seg_grid_rows(&a->grid) * (size_t)a->planes;
    double *row = calloc(n, sizeof *row);
    const void *raw;
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && row && i < rows; i++) {
        st = seg_image_file_take(a, n, &raw, err);
        if (!st) {
            seg_image_file_values(a, raw, n, row);
            fwrite(row, sizeof *row, n, stdout);
        }
    }
    free(row);
    if (!st)
        st = seg_image_file_finish(a, err);
    return st ? refuse(err) : 0;
}

/* All channels of all rows; *grey says whether colours agree and alpha is constant. */
static seg_status samples(seg_image_file *a, bool *grey, seg_error *err)
{
    size_t channels = !strncmp(a->storage, "RGBA", 4)    ? 4
                      : !strncmp(a->storage, "RGB", 3)   ? 3
                      : !strncmp(a->storage, "grey+", 5) ? 2
                                                         : 1,
           wide = a->type->bytes;
    int alpha = -1;
    seg_status st = SEG_OK;

    *grey = true;
    for (size_t y = 0; !st && y < a->shape[1]; y++) {
        const void *row = NULL;

        st = seg_png_samples(a, &row, err);
        for (size_t i = 0; !st && i < a->shape[0] * channels; i++) {
            uint16_t v = ((const uint8_t *)row)[i], first;
            size_t c = i % channels;

            if (wide == 2)
                memcpy(&v, (const char *)row + 2 * i, 2);
            first = ((const uint8_t *)row)[i - c];
            if (wide == 2)
                memcpy(&first, (const char *)row + 2 * (i - c), 2);
            if (channels > 2 && c > 0 && c < 3 && v != first)
                *grey = false;
            if (channels % 2 == 0 && c == channels - 1) {
                *grey = *grey && (alpha < 0 || alpha == v);
                alpha = v;
            }
            fwrite(&v, 2, 1, stdout);
        }
    }
    return st ? st : seg_image_file_finish(a, err);
}

/* A PNG that can be decoded is a label map exactly if it holds one number per pixel. */
static int check_samples(seg_image_file *a, const char *path, seg_error *err)
{
    seg_read_options options = {.as = SEG_AS_LABELS};
    seg_image image;
    bool grey, many;
    seg_status st = samples(a, &grey, err);

    if (st)
        return refuse(err);
    st = seg_image_read(&image, path, &options, NULL, err);
    many = st && strstr(err->text, "different values");
    seg_image_free(&image);
    if ((st == SEG_OK) == grey || many)
        return 0;
    fprintf(stderr, "%s: one number per pixel: %d, but read as labels: %d %s\n", path, grey, st, err->text);
    return 1;
}

static int check_cost(const char *path, const seg_image *image)
{
    size_t planes = image->prob.prob ? seg_grid_voxels(&image->prob.grid) * (size_t)image->prob.planes : 0;
    double resident = (double)planes * sizeof(float) / 1e6, seconds, megabytes;
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
              (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    megabytes = (double)used.ru_maxrss * 1024 / 1e6;
    if (seconds < MOST_SECONDS && megabytes < MOST_MEGABYTES + resident)
        return 0;
    fprintf(stderr, "%s: took %.2f s and %.0f MB\n", path, seconds, megabytes);
    return 1;
}

static int read_image(const char *path)
{
    seg_read_options options = {0};
    seg_image image;
    seg_error err = {0};
    seg_status st = seg_image_read(&image, path, &options, NULL, &err);
    int exit = check_cost(path, &image);

    if (!st)
        puts(image.kind == SEG_IMAGE_LABELS ? "labels" : "probabilities");
    seg_image_free(&image);
    return exit ? exit : st ? refuse(&err) : 0;
}

int main(int n, char **arg)
{
    seg_read_options options = {0};
    seg_image_file a;
    seg_error err = {0};
    int exit;

    if (n != 3)
        return 1;
    if (!strcmp(arg[1], "read"))
        return read_image(arg[2]);
    if (seg_image_file_open(&a, arg[2], &options, NULL, &err))
        return refuse(&err);
    exit = a.format->picture && !strcmp(arg[1], "samples") ? check_samples(&a, arg[2], &err) : values(&a, &err);
    seg_image_file_close(&a);
    return exit;
}
