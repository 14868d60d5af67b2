/* count_voxels.c - merges the runs of truth and prediction row by row into a confusion matrix. */
#include "count_voxels.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"

enum { CHUNK_ROWS = 1024 }; /* rows handed to a thread at once */

typedef struct {
    const seg_pair *pair;
    size_t width;   /* classes and one more: what is ignored */
    uint64_t *part; /* [workers][width][width] */
} work;

/* The stretches of a row over which both maps have one label each. */
static void add_row(const seg_pair *pair, size_t row, uint64_t *matrix, size_t width)
{
    const seg_labelmap *t = &pair->truth, *p = &pair->pred_labels;
    size_t i = t->first[row], j = p->first[row], x = 0, n = pair->grid.n[0];

    while (x < n) {
        size_t end_t = i + 1 < t->first[row + 1] ? t->run[i + 1].x : n;
        size_t end_p = j + 1 < p->first[row + 1] ? p->run[j + 1].x : n;
        size_t end = end_t < end_p ? end_t : end_p;

        matrix[t->run[i].code * width + p->run[j].code] += end - x;
        i += end == end_t;
        j += end == end_p;
        x = end;
    }
}

static void add_rows(void *context, size_t chunk, int worker)
{
    const work *w = context;
    size_t begin = chunk * CHUNK_ROWS, rows = seg_grid_rows(&w->pair->grid);
    size_t end = begin + CHUNK_ROWS < rows ? begin + CHUNK_ROWS : rows;

    for (size_t row = begin; row < end; row++)
        add_row(w->pair, row, w->part + (size_t)worker * w->width * w->width, w->width);
}

/* Whole numbers: the sum over the workers is the same for any number of them. */
static seg_status count_confusion(seg_case *out, const seg_pair *pair, seg_error *err)
{
    size_t workers = (size_t)seg_thread_count(), classes = (size_t)pair->classes;
    work w = {pair, classes + 1, NULL};
    seg_status st = seg_alloc(&w.part, workers * w.width * w.width, sizeof *w.part, "a confusion matrix", err);

    if (!st)
        st = seg_case_add_confusion(out, classes, err);
    if (!st) {
        seg_parallel_for((seg_grid_rows(&pair->grid) + CHUNK_ROWS - 1) / CHUNK_ROWS, add_rows, &w);
        for (size_t k = 0; k < workers * classes * classes; k++) {
            const uint64_t *part = w.part + k / (classes * classes) * w.width * w.width;
            size_t row = k / classes % classes, column = k % classes;

            out->confusion[row * classes + column] += part[row * w.width + column];
        }
    }
    free(w.part);
    return st;
}

static seg_status count_classes(seg_case *out, const seg_pair *pair, seg_error *err)
{
    seg_counts *counts = NULL;
    seg_status st = seg_alloc(&counts, (size_t)pair->classes, sizeof *counts, "class counts", err);

    if (!st)
        st = seg_case_add_counts(out, err);
    if (!st)
        st = seg_metrics_counts(counts, pair, err);
    for (size_t k = 0; k < out->n_classes && !st; k++)
        out->counts[k] = (seg_case_counts){counts[k].tp, counts[k].fp, counts[k].fn, counts[k].tn};
    free(counts);
    return st;
}

seg_status seg_count_pair(seg_case *out, const seg_pair *pair, const seg_evaluate_options *options, seg_error *err)
{
    seg_status st = options->counts ? count_classes(out, pair, err) : SEG_OK;

    return st || !options->confusion ? st : count_confusion(out, pair, err);
}

seg_status seg_count_scene(seg_case *out, const seg_scene *scene, const seg_evaluate_options *options, seg_error *err)
{
    seg_status st = options->counts ? seg_case_add_counts(out, err) : SEG_OK;

    if (!st && options->confusion)
        st = seg_fail(err, SEG_USAGE,
                      "a confusion matrix needs classes that exclude each other; those of this run may overlap");
    for (size_t k = 0; options->counts && k < scene->n && !st; k++) {
        seg_counts both[2];

        st = seg_metrics_counts(both, &scene->pair[k], err);
        if (!st)
            out->counts[k] = (seg_case_counts){both[1].tp, both[1].fp, both[1].fn, both[1].tn};
    }
    return st;
}
