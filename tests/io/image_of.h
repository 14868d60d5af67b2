/* image_of.h - reading in tests: a file's voxels as numbers, and the sentence of a failure. */
#ifndef TESTS_IO_IMAGE_OF_H
#define TESTS_IO_IMAGE_OF_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/image_file.h"
#include "io/read.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

/* The last remark and how many there were. */
typedef struct {
    char text[1024];
    int n;
} remarks;

static inline void keep_remark(void *context, const char *sentence)
{
    remarks *r = context;

    snprintf(r->text, sizeof r->text, "%s", sentence);
    r->n++;
}

/* Values of all voxels, labels or probabilities; free() it. */
static inline double *values_of(const seg_image *image)
{
    size_t voxels = seg_grid_voxels(seg_image_grid(image));
    size_t planes = image->kind == SEG_IMAGE_LABELS ? 1 : (size_t)image->prob.planes;
    double *value = calloc(voxels * planes, sizeof *value);
    uint16_t *code = calloc(voxels, sizeof *code);
    float one;

    assert_non_null(value);
    assert_non_null(code);
    if (image->kind == SEG_IMAGE_LABELS)
        seg_labelmap_codes(&image->labels, 0, voxels, code);
    for (size_t i = 0; i < voxels * planes; i++)
        value[i] = image->kind == SEG_IMAGE_LABELS
                       ? (double)image->labels.value[code[i]]
                       : (double)*seg_probmap_block(&image->prob, (int)(i / voxels), i % voxels, 1, &one);
    free(code);
    return value;
}

/* Reads a file that must be good. */
static inline void read_good(seg_image *image, const char *path, seg_read_as as)
{
    seg_read_options options = {.as = as};
    seg_error err = {0};

    assert_ok(seg_image_read(image, path, &options, NULL, &err), &err);
}

/* Reads a file that must be refused with this status and with this in the sentence. */
static inline void refused(const char *path, const seg_read_options *options, seg_status want, const char *piece,
                           const char *file, int line)
{
    seg_image image;
    seg_error err = {0};
    seg_status st = seg_image_read(&image, path, options, NULL, &err);

    if (st != want || !strstr(err.text, piece)) {
        print_error("got status %d, \"%s\"; wanted %d and \"%s\"\n", st, err.text, want, piece);
        _fail(file, line);
    }
    assert_null(image.path);
    assert_null(image.labels.run);
    assert_null(image.prob.prob);
}
#define assert_refused(path, options, status, piece) refused(path, options, status, piece, __FILE__, __LINE__)

#endif
