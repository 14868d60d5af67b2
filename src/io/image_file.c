/* image_file.c - opens a file by its content and turns stored numbers into values. */
#include "image_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/machine.h"
#include "../base/text.h"
#include "axes.h"
#include "bytes.h"
#include "format.h"
#include "unsupported.h"

/* Numbers swapped at a time, on the stack. */
enum { SWAP_BLOCK = 1024 };

static void swap_bytes(const uint8_t *from, size_t n, size_t bytes, uint8_t *to)
{
    for (size_t i = 0; i < n; i++)
        for (size_t b = 0; b < bytes; b++)
            to[i * bytes + b] = from[i * bytes + bytes - 1 - b];
}

/* Up to SWAP_BLOCK numbers in the machine's byte order: those given, or a swapped copy. */
static const void *native(const seg_image_file *a, const uint8_t *raw, size_t n, uint8_t copy[SWAP_BLOCK * 8])
{
    if (!a->swapped)
        return raw;
    swap_bytes(raw, n, a->type->bytes, copy);
    return copy;
}

void seg_image_file_values(const seg_image_file *a, const void *raw, size_t n, double *value)
{
    uint8_t copy[SWAP_BLOCK * 8];

    for (size_t i = 0; i < n; i += SWAP_BLOCK) {
        size_t some = n - i < SWAP_BLOCK ? n - i : SWAP_BLOCK;

        a->type->to_double(native(a, (const uint8_t *)raw + i * a->type->bytes, some, copy), some, value + i);
    }
    for (size_t i = 0; a->scaled && i < n; i++)
        value[i] = a->slope * value[i] + a->inter;
}

void seg_image_file_integers(const seg_image_file *a, const void *raw, size_t n, int64_t *value)
{
    uint8_t copy[SWAP_BLOCK * 8];

    for (size_t i = 0; i < n; i += SWAP_BLOCK) {
        size_t some = n - i < SWAP_BLOCK ? n - i : SWAP_BLOCK;

        a->type->to_int64(native(a, (const uint8_t *)raw + i * a->type->bytes, some, copy), some, value + i);
    }
}

uint64_t seg_memory_budget(const seg_read_options *options)
{
    return options->memory ? options->memory : seg_free_memory();
}

/* Less than this is not worth asking the system about. */
static const double SMALL_BYTES = 64e6;

seg_status seg_memory_allow(const seg_read_options *options, const char *name, double bytes, const char *what,
                            seg_error *err)
{
    char wanted[SEG_NUMBER_ROOM], allowed[SEG_NUMBER_ROOM];
    double budget;

    if (!options->memory && bytes <= SMALL_BYTES)
        return SEG_OK;
    budget = (double)seg_memory_budget(options);
    if (bytes <= budget)
        return SEG_OK;
    return seg_fail(err, SEG_MEMORY, "%s: %s take %s, at most %s were wanted (raise --memory)", name, what,
                    seg_size(wanted, bytes), seg_size(allowed, budget));
}

static void override_spacing(seg_grid *g, const seg_read_options *options)
{
    const double *mm = options->spacing;

    g->has_mm = mm[0] > 0 || mm[1] > 0 || mm[2] > 0;
    for (int i = 0; i < 3; i++)
        g->mm[i] = mm[i] > 0 ? mm[i] : 1;
}

static void move_single_axes(seg_grid *g)
{
    seg_grid old = *g;
    int next = 0;

    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < 3; i++) {
            if ((old.n[i] == 1) != (pass == 1))
                continue;
            g->n[next] = old.n[i];
            g->mm[next] = old.mm[i];
            for (int row = 0; row < 3; row++)
                g->affine[row][next] = old.affine[row][i];
            next++;
        }
}

/* Puts --spacing in place of the header's and moves axes of one voxel to the end; no voxel moves in memory. */
static void finish_grid(seg_grid *grid, const seg_read_options *options)
{
    bool image_alone = options->has_spacing && isnan(options->spacing[2]);

    if (options->has_spacing && !image_alone)
        override_spacing(grid, options);
    move_single_axes(grid);
    if (image_alone)
        override_spacing(grid, options);
}

static seg_status check_spacing(const seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    if (!options->has_spacing || !isnan(options->spacing[2]) || a->grid.n[2] == 1)
        return SEG_OK;
    return seg_fail(err, SEG_MISMATCH,
                    "%s: is a volume of %zu slices, but --spacing has two lengths, three were wanted", a->name,
                    a->grid.n[2]);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && !strcasecmp(text + n - m, end);
}

/* The .hdr beside an .img, as the input that the array is opened from. */
static seg_status go_to_header(seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    bool gzip = ends_with(a->name, ".gz");
    size_t dot = strlen(a->name) - (gzip ? 7 : 4);
    char *header = seg_copy(a->name, SIZE_MAX);
    seg_status st;

    if (!header)
        return seg_no_name(err);
    memcpy(header + dot + 1, a->name[dot + 1] == 'I' ? "HDR" : "hdr", 3);
    seg_stream_close(&a->stream);
    seg_input_close(&a->input);
    st = seg_input_open(&a->input, header, options->memory, err);
    if (!st)
        st = seg_stream_open(&a->stream, &a->input, a->notes, err);
    free(header);
    return st;
}

/* From a stream at the start of a file. */
static seg_status recognise(seg_image_file *a, const seg_read_options *options, bool may_be_data, seg_error *err)
{
    const uint8_t *head;
    size_t n;
    bool gzip;
    seg_status st = seg_stream_peek(&a->stream, SEG_HEAD, &head, &n, err);

    if (st)
        return st;
    gzip = a->stream.decoder.fill != NULL;
    a->format = seg_format_of(head, n);
    if (a->format && (a->format->gzip || !gzip)) {
        uint8_t copy[SEG_HEAD]; /* the stream may move its buffer */

        memcpy(copy, head, n);
        a->version = a->format->name;
        a->packing = gzip ? "gzip" : NULL;
        return a->format->open(a, copy, n, options, err);
    }
    if (may_be_data && (ends_with(a->name, ".img") || ends_with(a->name, ".img.gz"))) {
        st = go_to_header(a, options, err);
        return st ? st : recognise(a, options, false, err);
    }
    return seg_refuse_foreign(a->input.name, gzip, head, n, err);
}

/* Where stored numbers come from, in the order of the file. */
static seg_stream *stored_numbers(seg_image_file *a)
{
    return a->decoder.fill ? &a->decoded : &a->stream;
}

static seg_stream *numbers(seg_image_file *a)
{
    return a->reordered ? &a->ordered : stored_numbers(a);
}

static seg_status start_ordered(seg_image_file *a, uint64_t bytes, const seg_read_options *options, seg_error *err)
{
    seg_decoder decoder;
    seg_status st = seg_axes_decoder(&decoder, a, stored_numbers(a), options, err);

    return st ? st : seg_stream_decode(&a->ordered, &decoder, bytes, &a->input, a->notes, err);
}

/* Before the first voxel; `again` after the file was opened anew. */
static seg_status start(seg_image_file *a, bool again, const seg_read_options *options, seg_error *err)
{
    uint64_t bytes = a->stored * a->type->bytes;
    seg_status st =
        a->format->start ? a->format->start(a, again, options, err) : seg_stream_skip(&a->stream, a->data_at, err);

    if (!st && a->decoder.fill)
        st = seg_stream_decode(&a->decoded, &a->decoder, a->skipped + bytes, &a->input, a->notes, err);
    if (!st && a->decoder.fill)
        st = seg_stream_skip(&a->decoded, a->skipped, err);
    stored_numbers(a)->quiet = a->tail;
    if (!st && a->reordered)
        return start_ordered(a, bytes, options, err);
    return st ? st : seg_stream_skip(numbers(a), a->first * a->type->bytes, err);
}

static seg_status open_stream(seg_image_file *a, const seg_read_options *options, bool named, seg_error *err)
{
    seg_status st = seg_stream_open(&a->stream, &a->input, a->notes, err);

    if (!st)
        st = recognise(a, options, named, err);
    if (!st)
        finish_grid(&a->grid, options);
    if (!st)
        st = check_spacing(a, options, err);
    if (!st)
        st = start(a, false, options, err);
    a->unit = options->scale > 0 ? options->scale : a->white;
    a->clip = options->clip;
    if (st)
        seg_image_file_close(a);
    return st;
}

seg_status seg_image_file_open(seg_image_file *a, const char *path, const seg_read_options *options,
                               const seg_warnings *notes, seg_error *err)
{
    seg_status st;
    bool piped = seg_input_is_stdin(path);

    *a = (seg_image_file){.name = piped ? "standard input" : path, .notes = notes, .white = 1};
    st = seg_input_open(&a->input, path, options->memory, err);
    return st ? st : open_stream(a, options, !piped, err);
}

seg_status seg_image_file_open_memory(seg_image_file *a, const void *bytes, size_t size, const char *name,
                                      const seg_read_options *options, const seg_warnings *notes, seg_error *err)
{
    seg_status st;

    *a = (seg_image_file){.name = name, .notes = notes, .white = 1};
    st = seg_input_of_memory(&a->input, bytes, size, name, err);
    return st ? st : open_stream(a, options, false, err);
}

seg_status seg_image_file_take(seg_image_file *a, size_t n, const void **raw, seg_error *err)
{
    const uint8_t *bytes = NULL;
    seg_status st = seg_stream_take(numbers(a), n * a->type->bytes, &bytes, err);

    *raw = bytes;
    return st;
}

seg_status seg_image_file_copy(seg_image_file *a, size_t n, void *out, seg_error *err)
{
    return seg_stream_read(numbers(a), out, n * a->type->bytes, err);
}

seg_status seg_image_file_finish(seg_image_file *a, seg_error *err)
{
    uint64_t read = a->first + (uint64_t)a->voxels * (uint64_t)a->planes;
    seg_status st = a->reordered ? SEG_OK : seg_stream_skip(numbers(a), (a->stored - read) * a->type->bytes, err);

    return st ? st : seg_stream_finish(numbers(a), err);
}

seg_status seg_image_file_rewind(seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    seg_status st;

    seg_stream_close(&a->ordered);
    seg_stream_close(&a->decoded);
    a->decoder = (seg_decoder){0};
    seg_stream_close(&a->stream);
    st = (a->plain ? seg_stream_open_plain : seg_stream_open)(&a->stream, &a->input, a->notes, err);
    return st ? st : start(a, true, options, err);
}

void seg_image_file_set_order(seg_image_file *a, bool big_endian)
{
    bool matters = a->type->bytes > 1;

    a->swapped = matters && big_endian == seg_machine_is_little();
    snprintf(a->storage, sizeof a->storage, "%s%s", a->type->name, matters && big_endian ? " big-endian" : "");
}

seg_status seg_image_file_start_at(seg_image_file *a, bool again, const seg_read_options *options, seg_error *err)
{
    seg_wrapping wrapping = a->packing && !strcmp(a->packing, "gzip") ? SEG_GZIP : SEG_ZLIB;
    seg_status st;

    (void)again;
    (void)options;
    if (a->packing)
        return seg_inflate_decoder(&a->decoder, wrapping, &a->input, a->data_at, a->packed_end, a->notes, err);
    seg_stream_close(&a->stream); /* the header may have been read from it */
    st = seg_stream_open_plain(&a->stream, &a->input, a->notes, err);
    return st ? st : seg_stream_skip(&a->stream, a->data_at, err);
}

seg_status seg_image_file_check_size(const seg_image_file *a, uint64_t at, bool packed, seg_error *err)
{
    uint64_t bytes = at + a->stored * a->type->bytes, limit = seg_stream_limit(&a->input, packed);

    if (bytes <= limit)
        return SEG_OK;
    return seg_fail(err, SEG_READ, "%s: should hold %llu bytes by its header, but %s (copy or write it again)",
                    a->input.name, (unsigned long long)bytes,
                    packed ? "is too small even for packed data" : "is shorter: it is truncated");
}

bool seg_image_file_in_order(const seg_image_file *a)
{
    return a->decoder.fill || a->packing || a->reordered;
}

const char *seg_image_file_place(const seg_image_file *a, uint64_t index, char out[96])
{
    uint64_t voxel = index % a->voxels;
    const size_t *n = a->extent;

    if (a->has_planes)
        snprintf(out, 96, "voxel (%llu, %llu, %llu) of class %llu", (unsigned long long)(voxel % n[0]),
                 (unsigned long long)(voxel / n[0] % n[1]), (unsigned long long)(voxel / n[0] / n[1]),
                 (unsigned long long)(index / a->voxels));
    else
        snprintf(out, 96, "voxel (%llu, %llu, %llu)", (unsigned long long)(voxel % n[0]),
                 (unsigned long long)(voxel / n[0] % n[1]), (unsigned long long)(voxel / n[0] / n[1]));
    return out;
}

void seg_image_file_close(seg_image_file *a)
{
    seg_stream_close(&a->ordered);
    seg_stream_close(&a->decoded);
    if (a->format && a->format->close)
        a->format->close(a);
    for (size_t i = 0; i < a->segments; i++)
        free(a->segment[i].name);
    free(a->segment);
    seg_stream_close(&a->stream);
    seg_input_close(&a->input);
    *a = (seg_image_file){0};
}
