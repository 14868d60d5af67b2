/* axes.c - orders of axes: NumPy writes c z y x, MetaImage has channels fastest, a user may say anything.
 *
 * Segloss wants x fastest, then y, z, channels and frames. Where a file has this order its numbers are read as they
 * come. Otherwise all of them are read first and then given in this order.
 */
#include "axes.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* Voxels of one volume: rows of runs count them in 32 bits. Volumes: one 16-bit code each, two to spare. */
static const uint64_t MOST_VOXELS = (uint64_t)1 << 31;
static const uint64_t MOST_PLANES = 65534;

static const char LETTERS[] = "xyzct";

bool seg_axes_valid(const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < n; i++)
        if (!strchr(LETTERS, text[i]) || strchr(text + i + 1, text[i]))
            return false;
    return strchr(text, 'x') && strchr(text, 'y');
}
enum { AXES = 5, C = 3, T = 4 };

/* ---- from stored axes to x y z c t ---- */

/* Axes of one entry at the end are not worth a letter. */
static int used_axes(const seg_stored_axis *axis, int n)
{
    while (n > 1 && axis[n - 1].n == 1)
        n--;
    return n;
}

static seg_status wrong_letters(const seg_image_file *a, const char *letters, int used, seg_error *err)
{
    return seg_fail(err, SEG_MISMATCH,
                    "%s: has %d axes, which '%s' does not name: one letter of x y z c t for each was wanted", a->name,
                    used, letters);
}

/* The letters of options->axes in the order of storage. *n becomes their number. */
static seg_status take_letters(const seg_image_file *a, seg_stored_axis *axis, int *n, bool printed_last_first,
                               const char *letters, seg_error *err)
{
    int given = (int)strlen(letters), used = used_axes(axis, *n);

    if (given != *n && (given < used || given > *n || printed_last_first))
        return wrong_letters(a, letters, *n, err);
    for (int i = 0; i < given; i++) {
        axis[i].letter = letters[printed_last_first ? given - 1 - i : i];
        if (!strchr(LETTERS, axis[i].letter))
            return wrong_letters(a, letters, *n, err);
        for (int j = 0; j < i; j++)
            if (axis[j].letter == axis[i].letter)
                return wrong_letters(a, letters, *n, err);
    }
    *n = given;
    return SEG_OK;
}

static seg_status too_many(const seg_image_file *a, const char *what, uint64_t most, seg_error *err)
{
    return seg_fail(err, SEG_READ,
                    "%s: says it has more than %llu %s, fewer were wanted (crop the image, or the header is damaged)",
                    a->name, (unsigned long long)most, what);
}

/* The product of `of` sizes, if it is at most `most`. */
static bool product(const size_t *size, int of, uint64_t most, uint64_t *result)
{
    *result = 1;
    for (int i = 0; i < of; i++)
        if (__builtin_mul_overflow(*result, (uint64_t)size[i], result) || *result > most)
            return false;
    return true;
}

/* Sizes and strides by letter; a stride counts stored numbers. */
static void deal(const seg_stored_axis *axis, int n, size_t size[AXES], size_t stride[AXES])
{
    size_t step = 1;

    for (int i = 0; i < AXES; i++)
        size[i] = 1, stride[i] = 0;
    for (int i = 0; i < n; i++) {
        int k = (int)(strchr(LETTERS, axis[i].letter) - LETTERS);

        size[k] = axis[i].n;
        stride[k] = step;
        step *= axis[i].n;
    }
}

/* Keeps one entry of the frames, or of the channels where there is one frame. */
static seg_status choose_frame(const seg_image_file *a, size_t size[AXES], const size_t stride[AXES], size_t *first,
                               const seg_read_options *options, seg_error *err)
{
    int k = size[T] > 1 ? T : C;

    *first = 0;
    if (!options->has_frame)
        return SEG_OK;
    if (options->frame >= size[k])
        return seg_fail(err, SEG_MISMATCH, "%s: has %zu frames, so frame %zu, counted from 0, is not there", a->name,
                        size[k], options->frame);
    *first = options->frame * stride[k];
    size[k] = 1;
    return SEG_OK;
}

/* Whether walking x, y, z, channels, frames walks through the file without a jump. */
static bool in_order(const size_t size[AXES], const size_t stride[AXES])
{
    size_t step = 1;

    for (int i = 0; i < AXES; i++) {
        if (size[i] > 1 && stride[i] != step)
            return false;
        step *= size[i];
    }
    return true;
}

seg_status seg_axes_set(seg_image_file *a, const seg_stored_axis *stored, int n, bool printed_last_first,
                        const seg_read_options *options, seg_error *err)
{
    seg_stored_axis axis[SEG_MOST_AXES];
    size_t size[AXES];
    uint64_t voxels, planes;
    seg_status st = SEG_OK;

    memcpy(axis, stored, (size_t)n * sizeof *axis);
    if (options->axes)
        st = take_letters(a, axis, &n, printed_last_first, options->axes, err);
    if (st)
        return st;
    deal(axis, n, size, a->stride);
    if (!product(size, 3, MOST_VOXELS, &voxels))
        return too_many(a, "voxels", MOST_VOXELS, err);
    if (!product(size + 3, 2, MOST_PLANES, &planes))
        return too_many(a, "classes", MOST_PLANES, err);
    a->stored = voxels * planes;
    st = choose_frame(a, size, a->stride, &a->first, options, err);
    a->reordered = !in_order(size, a->stride);
    a->voxels = (size_t)voxels;
    a->channels = size[C];
    a->frames = size[T];
    a->planes = (int)(size[C] * size[T]);
    a->has_planes = a->planes > 1;
    for (int i = 0; i < 3; i++)
        a->grid.n[i] = a->extent[i] = size[i];
    return st;
}

/* ---- numbers in another order ---- */

typedef struct {
    seg_image_file *file;
    seg_stream *from;
    seg_read_options options;
    uint8_t *number; /* all that the file stores */
    size_t at;       /* numbers given, in the order x y z c t */
} reorder;

static seg_status load(reorder *r, seg_error *err)
{
    const seg_image_file *a = r->file;
    size_t bytes = (size_t)a->stored * a->type->bytes;
    seg_status st =
        seg_memory_allow(&r->options, a->name, (double)bytes, "its voxels, whose axes are in another order,", err);

    if (!st)
        st = seg_alloc_big(&r->number, bytes, 1, "an image in another order of axes", err);
    return st ? st : seg_stream_read(r->from, r->number, bytes, err);
}

#define GATHER(type)                                                                                                   \
    for (size_t i = 0; i < n; i++)                                                                                     \
    memcpy(to + i * sizeof(type), from + i * step * sizeof(type), sizeof(type))

/* n numbers that are `step` numbers apart. */
static void gather(uint8_t *to, const uint8_t *from, size_t n, size_t step, size_t bytes)
{
    switch (bytes) {
    case 1:
        GATHER(uint8_t);
        break;
    case 2:
        GATHER(uint16_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    default:
        GATHER(uint64_t);
    }
}

/* Where in the file the number with this place in the order x y z c t is. */
static size_t place(const seg_image_file *a, size_t at)
{
    size_t size[AXES] = {a->extent[0], a->extent[1], a->extent[2], a->channels, a->frames}, index = a->first;

    for (int i = 0; i < AXES; i++) {
        index += at % size[i] * a->stride[i];
        at /= size[i];
    }
    return index;
}

static seg_status fill(void *context, void *out, size_t room, size_t *got, seg_error *err)
{
    reorder *r = context;
    const seg_image_file *a = r->file;
    size_t bytes = a->type->bytes, all = a->voxels * (size_t)a->planes, left = room / bytes;
    seg_status st = r->number ? SEG_OK : load(r, err);

    *got = 0;
    while (!st && left > 0 && r->at < all) {
        size_t row = a->extent[0] - r->at % a->extent[0], n = row < left ? row : left;

        gather((uint8_t *)out + *got, r->number + place(a, r->at) * bytes, n, a->stride[0], bytes);
        r->at += n;
        left -= n;
        *got += n * bytes;
    }
    return st;
}

static seg_status finish(void *context, seg_error *err)
{
    reorder *r = context;

    return seg_stream_finish(r->from, err);
}

static void close_reorder(void *context)
{
    reorder *r = context;

    free(r->number);
    free(r);
}

seg_status seg_axes_decoder(seg_decoder *decoder, seg_image_file *a, seg_stream *from, const seg_read_options *options,
                            seg_error *err)
{
    reorder *r;
    seg_status st = seg_alloc(&r, 1, sizeof *r, "an image in another order of axes", err);

    if (st)
        return st;
    *r = (reorder){.file = a, .from = from, .options = *options};
    *decoder = (seg_decoder){fill, finish, close_reorder, r};
    return SEG_OK;
}
