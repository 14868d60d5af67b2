/* label_values.c - rows of stored numbers to rows of labels, by the shortest way their type allows.
 *
 * uint8, int16 and uint16 go straight from the inflated bytes into the search for runs; other integers by way of
 * 64 bits; floats and scaled integers by way of double, where they must be whole within a tolerance.
 */
#include "label_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* How far a float may be from a whole number and still be a label: float32 with a slope loses about this much. */
static const double WHOLE_TOLERANCE = 1e-3;

/* Adding and subtracting 1.5 2^52 rounds any double below 2^51 to the nearest whole number. */
static const double ROUNDING = 6755399441055744.0;
static const double LARGEST_REAL_LABEL = 2251799813685248.0; /* 2^51 */
static const int64_t LARGEST_LABEL = (int64_t)1 << 53;

/* Of rows that are taken together: a small part of a stream's buffer, at whose end they are moved to its front. */
enum { BYTES_AT_ONCE = 16 * 1024 };

typedef struct {
    seg_labelmap *map;
    seg_image_file *array;
    seg_label_faults *faults;
    const seg_read_options *options;
    bool stop_at_fraction, last;
    uint64_t at;    /* voxels done */
    int64_t *label; /* a row */
    double *value;  /* a row */
} reader;

static bool stored_as_labels(const seg_image_file *a)
{
    return !a->type->real && !a->scaled;
}

/* Whether rows go by way of double. */
static bool by_value(const reader *r)
{
    return !stored_as_labels(r->array) || r->options->has_above;
}

static bool is_type(const seg_image_file *a, seg_type_id id)
{
    return a->type == &seg_types[id];
}

static seg_status too_large(const reader *r, size_t x, seg_error *err)
{
    char place[96];

    return seg_fail(err, SEG_READ,
                    "%s has a label beyond 2^53, a smaller one was wanted (read the file as "
                    "probabilities if it holds them)",
                    seg_image_file_place(r->array, r->at + x, place));
}

static seg_status add_integers(reader *r, const void *raw, seg_error *err)
{
    size_t n = r->map->grid.n[0];
    const seg_image_file *a = r->array;

    seg_image_file_integers(a, raw, n, r->label);
    for (size_t x = 0; a->type->bytes == 8 && x < n; x++)
        if (r->label[x] > LARGEST_LABEL || r->label[x] < -LARGEST_LABEL)
            return too_large(r, x, err);
    return seg_labelmap_add_row_i64(r->map, r->label, err);
}

static void note_fault(reader *r, size_t x)
{
    seg_label_faults *f = r->faults;
    bool finite = isfinite(r->value[x]);

    if (finite && f->fractions++ == 0) {
        f->fraction_at = r->at + x;
        f->fraction = r->value[x];
    }
    if (!finite && f->not_finite++ == 0)
        f->not_finite_at = r->at + x;
    r->label[x] = finite || r->options->nan_is_zero ? 0 : SEG_LABEL_NOT_FINITE;
}

/* 1 where the value is above the threshold. */
static seg_status add_above(reader *r, const void *raw, seg_error *err)
{
    size_t n = r->map->grid.n[0];

    seg_image_file_values(r->array, raw, n, r->value);
    for (size_t x = 0; x < n; x++) {
        r->label[x] = r->value[x] > r->options->above;
        if (!isfinite(r->value[x]))
            note_fault(r, x);
    }
    return seg_labelmap_add_row_i64(r->map, r->label, err);
}

static seg_status add_reals(reader *r, const void *raw, seg_error *err)
{
    size_t n = r->map->grid.n[0];
    bool faulty = false;

    seg_image_file_values(r->array, raw, n, r->value);
    for (size_t x = 0; x < n; x++) {
        double v = r->value[x], whole = v + ROUNDING - ROUNDING;
        bool fits = fabs(v - whole) <= WHOLE_TOLERANCE && fabs(v) < LARGEST_REAL_LABEL;

        faulty |= !fits;
        r->label[x] = fits ? (int64_t)whole : 0;
    }
    for (size_t x = 0; faulty && x < n; x++) {
        double v = r->value[x];

        if (isfinite(v) && fabs(v) >= LARGEST_REAL_LABEL)
            return too_large(r, x, err);
        if (!(fabs(v - (v + ROUNDING - ROUNDING)) <= WHOLE_TOLERANCE))
            note_fault(r, x);
    }
    return seg_labelmap_add_row_i64(r->map, r->label, err);
}

/* The functions of labelmap.h that take 16 bits move them byte by byte: no alignment is needed. */
static seg_status add_row(reader *r, const void *raw, seg_error *err)
{
    const seg_image_file *a = r->array;

    if (r->options->has_above)
        return add_above(r, raw, err);
    if (!stored_as_labels(a))
        return add_reals(r, raw, err);
    if (a->swapped)
        return add_integers(r, raw, err);
    if (is_type(a, SEG_UINT8))
        return seg_labelmap_add_row_u8(r->map, raw, err);
    if (is_type(a, SEG_UINT16))
        return seg_labelmap_add_row_u16(r->map, raw, err);
    if (is_type(a, SEG_INT16))
        return seg_labelmap_add_row_i16(r->map, raw, err);
    return add_integers(r, raw, err);
}

/* Runs of noise would be many times the image: they count against the budget as they grow. */
static seg_status check_room(const reader *r, const seg_read_options *options, seg_error *err)
{
    if (r->map->run_room * sizeof(seg_run) < (size_t)64 << 20)
        return SEG_OK;
    return seg_memory_allow(options, r->array->name, (double)r->map->run_room * sizeof(seg_run), "its labels", err);
}

/* Rows that are taken from the stream together. */
static size_t rows_at_once(const reader *r)
{
    size_t bytes = r->map->grid.n[0] * r->array->type->bytes;

    return bytes > BYTES_AT_ONCE ? 1 : BYTES_AT_ONCE / bytes;
}

/* The same voxel over and over, as where there is nothing but background. */
static bool all_equal(const unsigned char *raw, size_t bytes, size_t voxel)
{
    return memcmp(raw, raw + voxel, bytes - voxel) == 0;
}

/* *ended: at a fraction that ends the reading. */
static seg_status add_rows(reader *r, const unsigned char *raw, size_t rows, bool *ended, seg_error *err)
{
    size_t n = r->map->grid.n[0], voxel = r->array->type->bytes, room = r->map->run_room, added;
    bool equal = rows > 1 && all_equal(raw, rows * n * voxel, voxel);
    seg_status st = SEG_OK;

    for (size_t row = 0; !st && !*ended && row < rows; row += added) {
        added = 1;
        st = add_row(r, raw + row * n * voxel, err);
        if (!st && equal && !r->faults->fractions && !r->faults->not_finite) {
            added = rows - row;
            st = seg_labelmap_repeat_row(r->map, added - 1, err);
        }
        if (st)
            return seg_while(err, "%s", r->array->name);
        r->at += added * n;
        if (r->map->run_room != room)
            st = check_room(r, r->options, err);
        room = r->map->run_room;
        *ended = r->stop_at_fraction && r->faults->fractions;
    }
    return st;
}

static seg_status read_rows(reader *r, seg_error *err)
{
    size_t rows = seg_grid_rows(&r->map->grid), most = rows_at_once(r);
    bool ended = false;
    seg_status st = SEG_OK;

    for (size_t row = 0, some; !st && !ended && row < rows; row += some) {
        const void *raw = NULL;

        some = most < rows - row ? most : rows - row;
        st = seg_image_file_take(r->array, some * r->map->grid.n[0], &raw, err);
        if (!st)
            st = add_rows(r, raw, some, &ended, err);
    }
    if (st || ended)
        return st;
    if (r->last)
        st = seg_image_file_finish(r->array, err);
    return st ? st : seg_labelmap_end(r->map, err);
}

static seg_status make_rows(reader *r, const seg_read_options *options, seg_error *err)
{
    const seg_image_file *a = r->array;
    size_t n = a->grid.n[0];
    double rows = (double)seg_grid_rows(&a->grid) * sizeof(size_t);
    seg_status st = seg_memory_allow(options, a->name, rows + (double)n * 16, "its rows", err);

    if (!st)
        st = seg_alloc(&r->label, n, sizeof *r->label, "a row of labels", err);
    if (!st && by_value(r))
        st = seg_alloc(&r->value, n, sizeof *r->value, "a row of values", err);
    return st ? st : seg_labelmap_begin(r->map, &a->grid, err);
}

seg_status seg_labels_read(seg_labelmap *map, seg_image_file *array, const seg_read_options *options,
                           bool stop_at_fraction, bool last, seg_label_faults *faults, seg_error *err)
{
    reader r = {.map = map,
                .array = array,
                .faults = faults,
                .options = options,
                .stop_at_fraction = stop_at_fraction,
                .last = last};
    seg_status st;

    *faults = (seg_label_faults){0};
    st = make_rows(&r, options, err);
    if (!st)
        st = read_rows(&r, err);
    free(r.label);
    free(r.value);
    if (st)
        seg_labelmap_free(map);
    return st;
}
