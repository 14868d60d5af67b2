/* nifti.c - reads and distrusts a NIfTI-1 or NIfTI-2 header.
 *
 * Every number is checked before it is used: a size that overflows, voxels that would lie outside the file, a type we
 * cannot score. Only the definitions of the header and the quaternion formula come from nifticlib.
 */
#include <math.h>
#include <nifti2_io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "axes.h"
#include "bytes.h"
#include "format.h"
#include "nifti_names.h"

enum { NIFTI1_BYTES = 348, NIFTI2_BYTES = 540, INTENT_LABEL = 1002 };

static const double MOST_OFFSET = 1099511627776.0; /* 2^40 */

/* pixdim and affine are floats that writers round again; larger differences than this are real ones. */
static const double SPACING_TOLERANCE = 1e-3;

/* What both versions of the header say, in wide types and native byte order. */
typedef struct {
    int version;
    bool swapped, pair;
    int64_t dim[8];
    int type, bits, units, intent, qform, sform;
    double offset, slope, inter, pixdim[8], quatern[3], origin[3], affine[3][4];
} header;

/* NIfTI's codes for the types that can be scored. */
static const struct {
    int code;
    seg_type_id id;
} CODES[] = {
    {2, SEG_UINT8},  {4, SEG_INT16},    {8, SEG_INT32},    {16, SEG_FLOAT32}, {64, SEG_FLOAT64},
    {256, SEG_INT8}, {512, SEG_UINT16}, {768, SEG_UINT32}, {1024, SEG_INT64}, {1280, SEG_UINT64},
};

/* Types that exist but hold no single number. */
static const struct {
    int code;
    const char *name;
} REFUSED[] = {
    {1, "single bits"},        {32, "complex numbers"},   {128, "RGB colours"},   {1536, "float128 numbers"},
    {1792, "complex numbers"}, {2048, "complex numbers"}, {2304, "RGBA colours"},
};

static uint32_t swapped32(uint32_t x)
{
    return x >> 24 | (x >> 8 & 0xff00) | (x << 8 & 0xff0000) | x << 24;
}

/* 1 or 2, or 0 when the first number is no header's size; ANALYZE 7.5 looks like 1. */
static int version_of(const uint8_t *head, size_t n, bool *swapped)
{
    uint32_t size = 0;

    if (n < 4)
        return 0;
    memcpy(&size, head, 4);
    *swapped = size != NIFTI1_BYTES && size != NIFTI2_BYTES;
    if (*swapped)
        size = swapped32(size);
    return size == NIFTI1_BYTES ? 1 : size == NIFTI2_BYTES ? 2 : 0;
}

static bool is_nifti(const uint8_t *head, size_t n)
{
    bool swapped;

    return version_of(head, n, &swapped) != 0;
}

static void take_nifti1(header *h, const uint8_t *head)
{
    nifti_1_header n;

    memcpy(&n, head, sizeof n);
    if (h->swapped)
        nifti_swap_as_nifti1(&n);
    h->type = n.datatype, h->bits = n.bitpix, h->units = n.xyzt_units, h->intent = n.intent_code;
    h->qform = n.qform_code, h->sform = n.sform_code;
    h->offset = n.vox_offset, h->slope = n.scl_slope, h->inter = n.scl_inter;
    for (int i = 0; i < 8; i++)
        h->dim[i] = n.dim[i], h->pixdim[i] = n.pixdim[i];
    for (int i = 0; i < 4; i++)
        h->affine[0][i] = n.srow_x[i], h->affine[1][i] = n.srow_y[i], h->affine[2][i] = n.srow_z[i];
    h->quatern[0] = n.quatern_b, h->quatern[1] = n.quatern_c, h->quatern[2] = n.quatern_d;
    h->origin[0] = n.qoffset_x, h->origin[1] = n.qoffset_y, h->origin[2] = n.qoffset_z;
}

static void take_nifti2(header *h, const uint8_t *head)
{
    nifti_2_header n;

    memcpy(&n, head, sizeof n);
    if (h->swapped)
        nifti_swap_as_nifti2(&n);
    h->type = n.datatype, h->bits = n.bitpix, h->units = n.xyzt_units, h->intent = n.intent_code;
    h->qform = n.qform_code, h->sform = n.sform_code;
    h->offset = (double)n.vox_offset, h->slope = n.scl_slope, h->inter = n.scl_inter;
    for (int i = 0; i < 8; i++)
        h->dim[i] = n.dim[i], h->pixdim[i] = n.pixdim[i];
    for (int i = 0; i < 4; i++)
        h->affine[0][i] = n.srow_x[i], h->affine[1][i] = n.srow_y[i], h->affine[2][i] = n.srow_z[i];
    h->quatern[0] = n.quatern_b, h->quatern[1] = n.quatern_c, h->quatern[2] = n.quatern_d;
    h->origin[0] = n.qoffset_x, h->origin[1] = n.qoffset_y, h->origin[2] = n.qoffset_z;
}

static seg_status check_magic(header *h, const char *name, const uint8_t *head, seg_error *err)
{
    const char *magic = (const char *)head + (h->version == 1 ? 344 : 4);
    size_t n = h->version == 1 ? 4 : 8;
    const char *single = h->version == 1 ? "n+1\0" : "n+2\0\r\n\x1a\n";
    const char *pair = h->version == 1 ? "ni1\0" : "ni2\0\r\n\x1a\n";

    h->pair = !memcmp(magic, pair, n);
    if (h->pair || !memcmp(magic, single, n))
        return SEG_OK;
    if (h->version == 2)
        return seg_fail(err, SEG_READ,
                        "%s: starts like NIfTI-2 but its magic bytes are wrong, \"n+2\" was wanted "
                        "(was it transferred in text mode?)",
                        name);
    if (magic[0] == 0)
        return seg_fail(err, SEG_READ,
                        "%s: is ANALYZE 7.5, which does not say left from right, NIfTI was wanted "
                        "(convert it)",
                        name);
    return seg_fail(err, SEG_READ,
                    "%s: starts like NIfTI-1 but its magic bytes are wrong, \"n+1\" or \"ni1\" was "
                    "wanted (convert it again)",
                    name);
}

static seg_status take_header(header *h, const char *name, const uint8_t *head, size_t n, seg_error *err)
{
    *h = (header){0};
    h->version = version_of(head, n, &h->swapped);
    if (n < (h->version == 1 ? NIFTI1_BYTES : NIFTI2_BYTES))
        return seg_fail(err, SEG_READ,
                        "%s: ends inside the NIfTI header after %zu bytes, a whole file was wanted "
                        "(copy or write it again)",
                        name, n);
    if (h->version == 1)
        take_nifti1(h, head);
    else
        take_nifti2(h, head);
    return check_magic(h, name, head, err);
}

static seg_status check_dims(const header *h, const char *name, seg_error *err)
{
    if (h->dim[0] < 1 || h->dim[0] > 7)
        return seg_fail(err, SEG_READ, "%s: says it has %lld axes, 1 to 7 were wanted (the header is damaged)", name,
                        (long long)h->dim[0]);
    for (int i = 1; i <= h->dim[0]; i++)
        if (h->dim[i] < 1)
            return seg_fail(err, SEG_READ,
                            "%s: says axis %d has %lld voxels, at least 1 was wanted (the header is "
                            "damaged)",
                            name, i, (long long)h->dim[i]);
    if ((h->intent >= 3000 && h->intent < 3100) ||
        (h->dim[0] >= 6 && h->dim[1] == 1 && h->dim[2] == 1 && h->dim[3] == 1))
        return seg_fail(err, SEG_READ, "%s: is CIFTI (values on a surface), an image was wanted (export a volume)",
                        name);
    return SEG_OK;
}

/* The fourth axis, or the fifth after a fourth of one, is that of the classes; with both, frames come first. */
static seg_status take_shape(seg_image_file *a, const header *h, const seg_read_options *options, seg_error *err)
{
    seg_stored_axis axis[SEG_MOST_AXES];
    int used = (int)h->dim[0];

    a->dims = used;
    a->label_intent = h->intent == INTENT_LABEL;
    for (int i = 0; i < used; i++) {
        a->shape[i] = (size_t)h->dim[i + 1];
        axis[i] = (seg_stored_axis){a->shape[i], "xyztc"[i < 5 ? i : 4]};
    }
    while (used > 1 && h->dim[used] == 1)
        used--;
    if (used > 5)
        return seg_fail(err, SEG_READ,
                        "%s: has %d axes with more than one entry, 3 of space and 1 of classes were "
                        "wanted (split the file)",
                        a->name, used);
    if (used == 4)
        axis[3].letter = 'c';
    return seg_axes_set(a, axis, used, false, options, err);
}

static seg_status take_type(seg_image_file *a, const header *h, seg_error *err)
{
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
        if (CODES[i].code == h->type)
            a->type = &seg_types[CODES[i].id];
    for (size_t i = 0; !a->type && i < sizeof REFUSED / sizeof *REFUSED; i++)
        if (REFUSED[i].code == h->type)
            return seg_fail(err, SEG_READ,
                            "%s: holds %s, one number per voxel was wanted (convert it to labels or "
                            "probabilities)",
                            a->name, REFUSED[i].name);
    if (!a->type)
        return seg_fail(err, SEG_READ,
                        "%s: says its voxels are of type %d, a NIfTI integer or float type was wanted "
                        "(the header is damaged)",
                        a->name, h->type);
    if ((size_t)h->bits != a->type->bytes * 8)
        seg_warn(a->notes, "%s: header says %d bits per voxel, %s has %zu; the type is believed", a->name, h->bits,
                 a->type->name, a->type->bytes * 8);
    seg_image_file_set_order(a, h->swapped == seg_machine_is_little());
    return SEG_OK;
}

/* Slope 0, NaN or Inf means that values are stored as they are. */
static seg_status take_scaling(seg_image_file *a, const header *h, seg_error *err)
{
    if (h->slope == 0)
        return SEG_OK;
    if (!isfinite(h->slope)) {
        seg_warn(a->notes, "%s: scl_slope is not finite; values are taken as stored", a->name);
        return SEG_OK;
    }
    if (!isfinite(h->inter))
        return seg_fail(err, SEG_READ,
                        "%s: has a slope but an intercept that is not finite, a number was wanted (the "
                        "header is damaged)",
                        a->name);
    a->slope = h->slope;
    a->inter = h->inter;
    a->scaled = h->slope != 1 || h->inter != 0;
    return SEG_OK;
}

/* Where the voxels start, and whether the file can hold them at all: before anything is allocated. */
static seg_status take_offset(seg_image_file *a, const header *h, seg_error *err)
{
    double least = h->pair ? 0 : h->version == 1 ? 352 : 544;

    if (!(h->offset >= least && h->offset <= MOST_OFFSET) || h->offset != floor(h->offset))
        return seg_fail(err, SEG_READ,
                        "%s: says its voxels start at byte %g, a whole number from %g on was wanted "
                        "(the header is damaged)",
                        a->name, h->offset, least);
    a->data_at = (uint64_t)h->offset;
    return seg_image_file_check_size(a, a->data_at, seg_is_gzip(&a->input, 0), err);
}

/* Metres and micrometres become millimetres. */
static double millimetres(const header *h)
{
    switch (h->units & 7) {
    case 1:
        return 1000;
    case 3:
        return 0.001;
    default:
        return 1;
    }
}

static void take_spacing(seg_image_file *a, const header *h)
{
    double unit = millimetres(h);
    seg_grid *g = &a->grid;

    g->has_mm = true;
    for (int i = 0; i < 3; i++) {
        double mm = fabs(h->pixdim[i + 1]) * unit;
        bool known = isfinite(mm) && mm > 0;

        g->mm[i] = known ? mm : 1;
        g->has_mm = g->has_mm && (known || g->n[i] == 1);
    }
    for (int i = 0; !g->has_mm && i < 3; i++)
        g->mm[i] = 1;
    if (!g->has_mm)
        seg_warn(a->notes,
                 "%s: voxel size is missing or not a number; lengths are in voxels unless --spacing is "
                 "given",
                 a->name);
    else if (unit != 1)
        seg_warn(a->notes, "%s: lengths are converted from %s to mm", a->name, unit > 1 ? "metres" : "micrometres");
}

static bool finite_affine(double affine[3][4])
{
    for (int i = 0; i < 12; i++)
        if (!isfinite(affine[i / 4][i % 4]))
            return false;
    return true;
}

static void quaternion_affine(const header *h, double affine[3][4])
{
    nifti_dmat44 m = nifti_quatern_to_dmat44(h->quatern[0], h->quatern[1], h->quatern[2], h->origin[0], h->origin[1],
                                             h->origin[2], h->pixdim[1], h->pixdim[2], h->pixdim[3], h->pixdim[0]);

    for (int i = 0; i < 12; i++)
        affine[i / 4][i % 4] = m.m[i / 4][i % 4];
}

/* Voxel to world: sform when there is one, else qform, else unknown. */
static void take_affine(seg_image_file *a, const header *h)
{
    double unit = millimetres(h);
    seg_grid *g = &a->grid;

    if (h->sform > 0)
        memcpy(g->affine, h->affine, sizeof g->affine);
    else if (h->qform > 0)
        quaternion_affine(h, g->affine);
    g->has_affine = (h->sform > 0 || h->qform > 0) && finite_affine(g->affine);
    if (!g->has_affine && (h->sform > 0 || h->qform > 0))
        seg_warn(a->notes, "%s: position in space is not finite and is ignored", a->name);
    for (int i = 0; i < 12; i++)
        g->affine[i / 4][i % 4] *= unit;
}

/* Spacing stays pixdim: sforms that forget it are in circulation. */
static void compare_spacing(const seg_image_file *a, const header *h)
{
    const seg_grid *g = &a->grid;

    for (int axis = 0; g->has_affine && g->has_mm && axis < 3; axis++) {
        double x = g->affine[0][axis], y = g->affine[1][axis], z = g->affine[2][axis];
        double length = sqrt(x * x + y * y + z * z);

        if (g->n[axis] > 1 && fabs(length - g->mm[axis]) > SPACING_TOLERANCE * g->mm[axis])
            seg_warn(a->notes, "%s: voxels are %g mm along axis %d by pixdim but %g mm by the %s; pixdim is used",
                     a->name, g->mm[axis], axis + 1, length, h->sform > 0 ? "sform" : "qform");
    }
}

/* The .img beside a .hdr, and no other name. */
static seg_status go_to_voxels(seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    char *image = seg_copy(a->input.name, SIZE_MAX);
    size_t n = image ? strlen(image) : 0;
    size_t dot = n > 3 && !strcasecmp(image + n - 3, ".gz") ? n - 7 : n - 4;
    seg_status st;

    if (!image)
        return seg_no_name(err);
    if (n < 5 || dot > n || strncasecmp(image + dot, ".hdr", 4) || !a->input.is_file) {
        free(image);
        return seg_fail(err, SEG_READ,
                        "%s: is the header of a pair but is not named .hdr, so its .img is unknown "
                        "(name it .hdr, or write one .nii)",
                        a->input.name);
    }
    memcpy(image + dot + 1, image[dot + 1] == 'H' ? "IMG" : "img", 3);
    seg_stream_close(&a->stream);
    seg_input_close(&a->input);
    st = seg_input_open(&a->input, image, options->memory, err);
    if (!st)
        st = seg_stream_open(&a->stream, &a->input, a->notes, err);
    if (!st)
        a->packing = a->stream.decoder.fill ? "gzip" : NULL;
    free(image);
    return st;
}

/* Everything that can be checked without knowing where the voxels are. */
static seg_status take_contents(seg_image_file *a, const header *h, const seg_read_options *options, seg_error *err)
{
    seg_status st = check_dims(h, a->name, err);

    a->version = h->version == 1 ? "NIfTI-1" : "NIfTI-2";
    if (!st)
        st = take_shape(a, h, options, err);
    if (!st)
        st = take_type(a, h, err);
    return st ? st : take_scaling(a, h, err);
}

static seg_status open_nifti(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                             seg_error *err)
{
    header h;
    seg_status st = take_header(&h, a->name, head, n, err);

    if (!st)
        st = take_contents(a, &h, options, err);
    if (!st && h.pair)
        st = go_to_voxels(a, options, err);
    if (!st)
        st = take_offset(a, &h, err);
    if (!st && !h.pair)
        st = seg_nifti_names(a, h.version == 1 ? NIFTI1_BYTES : NIFTI2_BYTES, h.swapped, err);
    if (st)
        return st;
    take_spacing(a, &h);
    take_affine(a, &h);
    compare_spacing(a, &h);
    return SEG_OK;
}

static const char *const EXTENSIONS[] = {".nii.gz", ".nii", ".hdr.gz", ".hdr", NULL};
static const char *const HEADERS[] = {".hdr.gz", ".hdr", NULL};

const seg_format seg_format_nifti = {
    .name = "NIfTI",
    .summary = "NIfTI-1 and NIfTI-2, .nii, .nii.gz and .hdr/.img; integers are labels, floats in [0, 1] probabilities",
    .manual =
        "NIfTI-1 and NIfTI-2, plain or compressed with gzip, as one file or as a pair of .hdr and .img, in either "
        "byte order. All integer and floating point types are read; scl_slope and scl_inter are applied. ANALYZE "
        "7.5, complex and RGB data are refused.\n\n"
        "A fourth dimension (x,y,z,class), or a fifth after a fourth of length 1 (x,y,z,1,class), holds the "
        "classes.\n\n"
        "The size of a voxel comes from pixdim. Orientation and place come from the sform if its code is above 0, "
        "else from the qform; where the sform gives another size than pixdim, a note says so.\n\n"
        "Names of labels in a Caret extension of the header, as TotalSegmentator writes them, are used.\n\n"
        "A compressed file is checked to its end: length and checksum. An uncompressed probability map is read "
        "block by block while it is used and takes no memory; it is many times faster than a compressed one.",
    .extensions = EXTENSIONS,
    .headers = HEADERS,
    .gzip = true,
    .is = is_nifti,
    .open = open_nifti,
};
