/* argmax_parts.c - what both walks do with a part of a map. */
#include "argmax_parts.h"

#include <float.h>
#include <math.h>

/* ---- rules of the argmax ---- */

/* With a threshold the background adds to the sum of a voxel but cannot win. */
static bool is_fixed(const seg_argmax_job *h)
{
    return h->map->planes == 1 || !isnan(h->rules->threshold);
}

float seg_argmax_threshold(const seg_argmax_job *h)
{
    return !is_fixed(h) ? -FLT_MAX : (float)(isnan(h->rules->threshold) ? 0.5 : h->rules->threshold);
}

int32_t seg_argmax_class(const seg_argmax_job *h, int plane)
{
    return h->map->planes == 1 ? 1 : plane;
}

bool seg_argmax_competes(const seg_argmax_job *h, int plane)
{
    return plane > 0 || !is_fixed(h) || h->map->planes == 1;
}

void seg_argmax_add_stats(seg_prob_stats *check, const seg_argmax_stats *stats)
{
    check->not_finite += stats->strange;
    check->outside += stats->outside;
    check->min = stats->low < check->min ? stats->low : check->min;
    check->max = stats->high > check->max ? stats->high : check->max;
}

void seg_argmax_finish(const seg_argmax_job *h, const seg_argmax_tile *tile, size_t n, seg_prob_stats *check,
                       uint16_t *code)
{
    if (h->map->planes > 1)
        seg_argmax_check_sums(tile, n, check->off_sum, &check->worst_sum);
    seg_argmax_labels(tile, n, !h->rules->skip_nan ? -1 : h->classes, code);
}

/* ---- parts ---- */

seg_argmax_rows seg_argmax_rows_of(const seg_argmax_job *h, size_t part)
{
    size_t row = part * h->rows_each;

    return (seg_argmax_rows){row, row + h->rows_each < h->rows ? row + h->rows_each : h->rows};
}

size_t seg_argmax_rows_next(const seg_argmax_job *h, const seg_argmax_rows *rows)
{
    return rows->end - rows->row < h->rows_at_once ? rows->end - rows->row : h->rows_at_once;
}

size_t seg_argmax_voxels(const seg_argmax_job *h)
{
    return h->rows_at_once * h->map->grid.n[0];
}

seg_status seg_argmax_part_begin(const seg_argmax_job *h, size_t index)
{
    seg_argmax_rows rows = seg_argmax_rows_of(h, index);
    seg_grid grid = {.n = {h->map->grid.n[0], rows.end - rows.row, 1}};

    h->part[index].check = (seg_prob_stats){.min = DBL_MAX, .max = -DBL_MAX, .worst_sum = 1};
    return seg_labelmap_begin(&h->part[index].rows, &grid, NULL);
}

seg_status seg_argmax_part_add(seg_argmax_part *part, const uint16_t *code, size_t rows)
{
    seg_status st = SEG_OK;

    for (size_t y = 0; !st && y < rows; y++)
        st = seg_labelmap_add_row_codes(&part->rows, code + y * part->rows.grid.n[0], NULL);
    return st;
}

static void keep_block_max(const seg_argmax_job *h, int plane, size_t row, size_t n, const float *max)
{
    float *most = h->most + row / h->rows_at_once * (size_t)h->map->planes + plane;

    for (size_t i = 0; i * SEG_ARGMAX_TILE < n; i++)
        *most = max[i] > *most ? max[i] : *most;
}

void seg_argmax_feed(const seg_argmax_job *h, int plane, size_t part, int worker, size_t row, size_t n, const float *p,
                     const float *max)
{
    bool single = h->map->planes == 1;
    seg_class_tile tile = {plane, p, single, row * h->map->grid.n[0], n, max, part, worker};

    keep_block_max(h, plane, row, n, max);
    for (tile.cls = plane; tile.cls <= plane + single; tile.cls++) { /* one plane stands for both classes */
        tile.flip = single && tile.cls == 0;
        seg_accumulations_update(&h->sums, &tile);
        if (h->accumulations)
            seg_accumulations_update(h->accumulations, &tile);
    }
}
