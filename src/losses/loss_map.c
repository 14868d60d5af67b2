/* loss_map.c - fills the plane of a class, in blocks side by side. */
#include "loss_map.h"

#include <string.h>

#include "../base/parallel.h"
#include "../image/label_runs.h"

const char *const seg_map_kind_words[] = {"none", "exact", "proportional", "mixed", NULL};

static void clear_block(void *context, size_t begin, size_t end)
{
    double *plane = context;

    memset(plane + begin, 0, (end - begin) * sizeof *plane);
}

double *seg_loss_map_begin(const seg_loss_map *map)
{
    seg_parallel_blocks(map->pair->voxels, clear_block, map->plane);
    return map->plane;
}

static void ignore_block(void *context, size_t begin, size_t end)
{
    const seg_loss_map *map = context;
    seg_label_runs runs = seg_label_runs_of(&map->pair->truth, begin, end);
    seg_label_run s;

    while (seg_label_runs_next(&runs, &s))
        if (s.code == (uint32_t)map->pair->classes)
            memset(map->plane + s.begin, 0, (s.end - s.begin) * sizeof *map->plane);
}

seg_status seg_loss_map_end(const seg_loss_map *map, int cls, seg_error *err)
{
    seg_loss_map copy = *map;

    if (map->pair->ignores)
        seg_parallel_blocks(map->pair->voxels, ignore_block, &copy);
    return map->take(map->context, cls, map->plane, err);
}

seg_status seg_loss_map_class(const seg_loss_map *map, int cls, seg_slope_fn *term, const void *context, seg_error *err)
{
    seg_plane_fill(map->pair, cls, term, context, map->plane);
    return map->take(map->context, cls, map->plane, err);
}

/* ---- voxels of the class alone ---- */

struct own {
    const seg_loss_map *map;
    int cls;
    seg_slope_fn *term;
    const void *context;
};

static void own_block(void *context, size_t begin, size_t end)
{
    const struct own *o = context;
    seg_label_runs runs = seg_label_runs_of(&o->map->pair->truth, begin, end);
    double *plane = o->map->plane, y[SEG_BLOCK];
    seg_label_run s;

    memset(plane + begin, 0, (end - begin) * sizeof *plane);
    while (seg_label_runs_next(&runs, &s)) {
        if (s.code != (uint32_t)o->cls)
            continue;
        seg_pair_prob(o->map->pair, o->cls, s.begin, s.end - s.begin, y);
        for (size_t i = s.begin; i < s.end; i++)
            plane[i] = o->term(o->context, &(seg_voxel){i, o->cls, o->cls, 1, y[i - s.begin]});
    }
}

seg_status seg_loss_map_own(const seg_loss_map *map, int cls, seg_slope_fn *term, const void *context, seg_error *err)
{
    struct own o = {map, cls, term, context};

    if (seg_pair_soft(map->pair))
        return seg_loss_map_class(map, cls, term, context, err);
    seg_parallel_blocks(map->pair->voxels, own_block, &o);
    return map->take(map->context, cls, map->plane, err);
}

/* ---- in proportion ---- */

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const double *plane = context;

    sums[0] = seg_sum(plane + begin, end - begin);
}

seg_status seg_loss_map_sum(const seg_loss_map *map, int cls, seg_slope_fn *term, const void *context, double *sum,
                            seg_error *err)
{
    seg_plane_fill(map->pair, cls, term, context, map->plane);
    return seg_parallel_sum(map->pair->voxels, 1, add_block, map->plane, sum, err);
}

seg_status seg_loss_map_share(seg_loss_map *map, int cls, seg_slope_fn *term, const void *context, double value,
                              double rest, seg_error *err)
{
    double sum, unit;
    seg_status st = seg_loss_map_sum(map, cls, term, context, &sum, err);

    if (st)
        return st;
    unit = sum + rest > 0 ? value / (sum + rest) : 0;
    for (size_t i = 0; i < map->pair->voxels; i++)
        map->plane[i] *= unit;
    map->offset += sum + rest > 0 ? unit * rest : value;
    return map->take(map->context, cls, map->plane, err);
}

/* ---- all classes ---- */

seg_status seg_loss_map_fill(const seg_loss_map *map, seg_slope_fn *term, const void *context, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < map->pair->classes; cls++)
        st = seg_loss_map_class(map, cls, term, context, err);
    return st;
}

seg_status seg_loss_map_fill_own(const seg_loss_map *map, seg_slope_fn *term, const void *context, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < map->pair->classes; cls++)
        st = seg_loss_map_own(map, cls, term, context, err);
    return st;
}
