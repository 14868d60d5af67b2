/* write_nifti.c - a header by niftilib, from the image that the map belongs to, and the numbers behind it. */
#include "write_nifti.h"

#include <math.h>
#include <nifti2_io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "../base/memory.h"

/* ---- the header ---- */

static void take_grid(nifti_image *nim, const seg_grid *g)
{
    nim->nx = (int64_t)g->n[0], nim->ny = (int64_t)g->n[1], nim->nz = (int64_t)g->n[2];
    nim->dx = g->mm[0], nim->dy = g->mm[1], nim->dz = g->mm[2];
    nim->xyz_units = g->has_mm ? NIFTI_UNITS_MM : NIFTI_UNITS_UNKNOWN;
    nim->qform_code = nim->sform_code = NIFTI_XFORM_UNKNOWN;
    if (!g->has_affine)
        return;
    nim->sform_code = NIFTI_XFORM_ALIGNED_ANAT;
    for (int i = 0; i < 12; i++)
        nim->sto_xyz.m[i / 4][i % 4] = g->affine[i / 4][i % 4];
}

/* Axes of one voxel may stand anywhere: they move no number in the file. */
static bool same_axes(const nifti_image *nim, const seg_grid *g)
{
    const int64_t file[3] = {nim->nx, nim->ny, nim->nz};
    int next = 0;

    for (int axis = 0; axis < 3; axis++) {
        if (file[axis] == 1)
            continue;
        while (next < 3 && g->n[next] == 1)
            next++;
        if (next == 3 || file[axis] != (int64_t)g->n[next++])
            return false;
    }
    while (next < 3 && g->n[next] == 1)
        next++;
    return next == 3;
}

/* The header of the other image, or of the grid. nifti_image_free() it. */
static nifti_image *begin_image(const seg_nifti_map *map)
{
    nifti_image *nim = NULL;

    nifti_set_debug_level(0);
    if (map->like && is_nifti_file(map->like) >= 0)
        nim = nifti_image_read(map->like, 0);
    if (nim && !same_axes(nim, map->grid)) {
        nifti_image_free(nim);
        nim = NULL;
    }
    if (nim)
        return nim;
    nim = nifti_simple_init_nim();
    if (nim)
        take_grid(nim, map->grid);
    return nim;
}

static void set_image(nifti_image *nim, const seg_nifti_map *map)
{
    bool large = false;

    nim->ndim = nim->dim[0] = map->planes > 1 ? 4 : 3;
    nim->nt = (int64_t)map->planes;
    nim->nu = nim->nv = nim->nw = 1;
    nim->dt = nim->du = nim->dv = nim->dw = 1;
    nim->dim[1] = nim->nx, nim->dim[2] = nim->ny, nim->dim[3] = nim->nz, nim->dim[4] = nim->nt;
    nim->dim[5] = nim->dim[6] = nim->dim[7] = 1;
    nim->pixdim[1] = nim->dx, nim->pixdim[2] = nim->dy, nim->pixdim[3] = nim->dz, nim->pixdim[4] = 1;
    nim->nvox = nim->nx * nim->ny * nim->nz * nim->nt;
    nim->datatype = map->float64 ? DT_FLOAT64 : DT_FLOAT32;
    nim->nbyper = map->float64 ? 8 : 4;
    nim->scl_slope = 1;
    nim->scl_inter = 0;
    nim->cal_min = nim->cal_max = 0;
    nim->slice_code = 0, nim->slice_start = nim->slice_end = 0, nim->slice_duration = 0;
    nim->freq_dim = nim->phase_dim = nim->slice_dim = 0;
    nim->time_units = 0, nim->toffset = 0;
    nim->intent_code = NIFTI_INTENT_NONE;
    nim->intent_p1 = nim->intent_p2 = nim->intent_p3 = 0;
    nim->num_ext = 0;
    memset(nim->aux_file, 0, sizeof nim->aux_file);
    memset(nim->descrip, 0, sizeof nim->descrip);
    memset(nim->intent_name, 0, sizeof nim->intent_name);
    snprintf(nim->descrip, sizeof nim->descrip, "%.79s", map->description);
    snprintf(nim->intent_name, sizeof nim->intent_name, "%.15s", map->intent);
    for (int axis = 1; axis <= 4; axis++)
        large |= nim->dim[axis] > INT16_MAX;
    nim->nifti_type = large ? NIFTI_FTYPE_NIFTI2_1 : NIFTI_FTYPE_NIFTI1_1;
}

/* ---- the bytes ---- */

struct sink {
    seg_bytes_fn *write;
    void *context;
    bool packed;
    z_stream z;
    unsigned char out[1 << 16];
};

static seg_status deflate_bytes(struct sink *s, const void *bytes, size_t n, int flush, seg_error *err)
{
    seg_status st = SEG_OK;
    int code;

    s->z.next_in = (unsigned char *)(uintptr_t)bytes;
    s->z.avail_in = (unsigned)n;
    do {
        s->z.next_out = s->out;
        s->z.avail_out = sizeof s->out;
        code = deflate(&s->z, flush);
        st = s->write(s->context, s->out, sizeof s->out - s->z.avail_out, err);
    } while (!st && (s->z.avail_out == 0 || (flush == Z_FINISH && code != Z_STREAM_END)));
    return st;
}

static seg_status put(struct sink *s, const void *bytes, size_t n, seg_error *err)
{
    return s->packed ? deflate_bytes(s, bytes, n, Z_NO_FLUSH, err) : s->write(s->context, bytes, n, err);
}

static seg_status put_header(struct sink *s, const nifti_image *nim, seg_error *err)
{
    static const unsigned char no_extension[4] = {0};
    nifti_1_header one;
    nifti_2_header two;
    bool large = nim->nifti_type == NIFTI_FTYPE_NIFTI2_1;
    int bad = large ? nifti_convert_nim2n2hdr(nim, &two) : nifti_convert_nim2n1hdr(nim, &one);
    seg_status st;

    if (bad)
        return seg_fail(err, SEG_BUG, "niftilib refused the header of a map; this is a bug in segloss");
    one.vox_offset = sizeof one + sizeof no_extension;
    two.vox_offset = sizeof two + sizeof no_extension;
    st = large ? put(s, &two, sizeof two, err) : put(s, &one, sizeof one, err);
    return st ? st : put(s, no_extension, sizeof no_extension, err);
}

enum { PIECE = 8192 };

static seg_status put_values(struct sink *s, const seg_nifti_map *map, const double *values, seg_error *err)
{
    size_t total = map->planes * seg_grid_voxels(map->grid), n;
    float narrow[PIECE];
    seg_status st = SEG_OK;

    for (size_t at = 0; !st && at < total; at += n) {
        n = total - at < PIECE ? total - at : PIECE;
        for (size_t i = 0; i < n && !map->float64; i++)
            narrow[i] = (float)values[at + i];
        st = map->float64 ? put(s, values + at, n * sizeof *values, err) : put(s, narrow, n * sizeof *narrow, err);
    }
    return st;
}

/* Fast: the numbers of a map hardly shrink, and level 6 takes five times as long. */
enum { LEVEL = 1, WINDOW_GZIP = 15 + 16, MEMORY = 8 };

seg_status seg_nifti_write(const seg_nifti_map *map, const double *values, seg_bytes_fn *write, void *context,
                           seg_error *err)
{
    nifti_image *nim = begin_image(map);
    struct sink *s = NULL;
    seg_status st = nim ? seg_alloc(&s, 1, sizeof *s, "a file", err)
                        : seg_fail(err, SEG_MEMORY, "not enough memory for the header of a map");

    if (!st) {
        set_image(nim, map);
        *s = (struct sink){.write = write, .context = context, .packed = map->packed};
        if (s->packed && deflateInit2(&s->z, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
            st = seg_fail(err, SEG_MEMORY, "not enough memory to compress a map");
    }
    if (!st)
        st = put_header(s, nim, err);
    if (!st)
        st = put_values(s, map, values, err);
    if (!st && s->packed)
        st = deflate_bytes(s, NULL, 0, Z_FINISH, err);
    if (s && s->packed)
        deflateEnd(&s->z);
    free(s);
    nifti_image_free(nim);
    return st;
}
