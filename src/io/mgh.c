/* mgh.c - FreeSurfer's .mgh, and .mgz, the same inside gzip: a big-endian header of 284 bytes, then the numbers. */
#include <string.h>

#include "axes.h"
#include "bytes.h"
#include "format.h"
#include "space.h"

enum { HEADER = 284 };

static const struct {
    int code;
    seg_type_id id;
} TYPES[] = {{0, SEG_UINT8}, {1, SEG_INT32}, {3, SEG_FLOAT32}, {4, SEG_INT16}, {10, SEG_UINT16}};

/* The version alone is four bytes that other files may begin with: width, height and type are looked at too. */
static bool is_mgh(const uint8_t *head, size_t n)
{
    uint32_t type = n >= 24 ? (uint32_t)seg_big(head + 20, 4) : UINT32_MAX;

    return n >= 24 && seg_big(head, 4) == 1 && seg_big(head + 4, 4) != 0 && seg_big(head + 8, 4) != 0 && type <= 32;
}

static double real(const uint8_t *at)
{
    uint32_t bits = (uint32_t)seg_big(at, 4);
    float x;

    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

static seg_status take_type(seg_image_file *a, int code, seg_error *err)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (TYPES[i].code == code)
            a->type = &seg_types[TYPES[i].id];
    if (!a->type)
        return seg_fail(err, SEG_READ,
                        "%s: says its numbers are of type %d, 0, 1, 3, 4 or 10 of MGH was wanted (convert it with "
                        "mri_convert)",
                        a->name, code);
    seg_image_file_set_order(a, true);
    return SEG_OK;
}

static seg_status take_shape(seg_image_file *a, const uint8_t *head, const seg_read_options *options, seg_error *err)
{
    seg_stored_axis axis[4];

    a->dims = seg_big(head + 16, 4) > 1 ? 4 : 3;
    for (int i = 0; i < 4; i++) {
        int32_t n = (int32_t)seg_big(head + 4 + 4 * i, 4);

        if (n < 1)
            return seg_fail(err, SEG_READ,
                            "%s: says axis %d has %d voxels, at least 1 was wanted (the header is damaged)", a->name,
                            i + 1, n);
        axis[i] = (seg_stored_axis){(size_t)n, "xyzc"[i]};
        a->shape[i] = (size_t)n;
    }
    return seg_axes_set(a, axis, a->dims, false, options, err);
}

/* The centre of the volume is given, and the directions of its axes; without them FreeSurfer's default is coronal. */
static seg_status take_space(seg_image_file *a, const uint8_t *head, seg_error *err)
{
    double step[3][3] = {{-1, 0, 0}, {0, 0, -1}, {0, 1, 0}}, origin[3] = {0};
    bool given = seg_big(head + 28, 2) == 1;

    for (int i = 0; given && i < 3; i++)
        for (int k = 0; k < 3; k++)
            step[i][k] = real(head + 30 + 4 * i) * real(head + 42 + 4 * (3 * i + k));
    for (int k = 0; k < 3; k++) {
        origin[k] = given ? real(head + 78 + 4 * k) : 0;
        for (int i = 0; i < 3; i++)
            origin[k] -= step[i][k] * (double)a->shape[i] / 2;
    }
    if (!given)
        seg_warn(a->notes, "%s: does not say where it lies; FreeSurfer's default is taken: 1 mm, coronal slices",
                 a->name);
    return seg_space_set(a, step, origin, SEG_RAS, err);
}

static seg_status open_mgh(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                           seg_error *err)
{
    seg_status st;

    if (n < HEADER)
        return seg_fail(err, SEG_READ,
                        "%s: ends inside the MGH header after %zu bytes, a whole file was wanted (copy or "
                        "write it again)",
                        a->name, n);
    st = take_type(a, (int)seg_big(head + 20, 4), err);
    if (!st)
        st = take_shape(a, head, options, err);
    a->data_at = HEADER;
    if (!st)
        st = seg_image_file_check_size(a, a->data_at, a->packing != NULL, err);
    a->tail = true; /* scan parameters and tags */
    return st ? st : take_space(a, head, err);
}

static const char *const EXTENSIONS[] = {".mgh.gz", ".mgz", ".mgh", NULL};

const seg_format seg_format_mgh = {
    .name = "MGH",
    .summary = "FreeSurfer's .mgh and .mgz; frames are classes",
    .manual =
        "FreeSurfer's volumes of type uint8, int16, uint16, int32 or float, plain (.mgh) or in gzip (.mgz). Several "
        "frames are the classes of a map. Where the file does not say how it lies, FreeSurfer's default is taken, "
        "and a note says so. Names of the labels: --labels with FreeSurferColorLUT.txt.",
    .extensions = EXTENSIONS,
    .gzip = true,
    .is = is_mgh,
    .open = open_mgh,
};
