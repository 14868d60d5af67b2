/* png.c - stored samples of a PNG, exactly as they are: palette indices stay indices, 1-bit stays 0 and 1.
 *
 * libpng's low-level interface without any transform that changes a number: gamma, colour profile, transparency and
 * significant bits never touch a label. Chunks that are not needed are skipped unread, so that they cannot claim
 * memory. RGB files are masks only if the three channels agree; alpha must be the same everywhere.
 */
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "axes.h"
#include "format.h"
#include "grey.h"
#include "png.h"

enum { MOST_SIDE = 65535, CHUNK_BYTES = 8 << 20, CHUNK_COUNT = 128 };

/* Pixels of one image; a map of a whole slide is not one PNG. */
static const uint64_t MOST_PIXELS = (uint64_t)1 << 28;

typedef struct {
    png_structp png;
    png_infop info;
    seg_stream *stream;
    seg_error fault; /* of reading; libpng's own sentence otherwise */
    bool no_memory;  /* an allocation of libpng or of its zlib failed, which it may report as damage */
    char message[160];
    unsigned warnings;
    char warning[160]; /* the first */
    int depth;
    seg_pixels pixels;
    size_t width, height, row_bytes, row;
    uint8_t *image; /* interlaced: all rows */
    uint8_t *raw;   /* one row as stored */
    uint8_t *grey;  /* one row, one sample per pixel */
    unsigned most, palette;
    size_t left; /* bytes of `grey` that are not given yet */
} reader;

static bool is_png(const uint8_t *head, size_t n)
{
    return n >= 8 && !png_sig_cmp(head, 0, 8);
}

static void on_error(png_structp png, png_const_charp message)
{
    reader *p = png_get_error_ptr(png);

    snprintf(p->message, sizeof p->message, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    reader *p = png_get_error_ptr(png);

    if (p->warnings++ == 0)
        snprintf(p->warning, sizeof p->warning, "%s", message);
}

static void on_read(png_structp png, png_bytep out, size_t n)
{
    reader *p = png_get_io_ptr(png);

    if (seg_stream_read(p->stream, out, n, &p->fault))
        png_error(png, "unexpected end");
}

static png_voidp allocate(png_structp png, png_alloc_size_t size)
{
    reader *p = png_get_mem_ptr(png);
    void *memory = malloc(size);

    p->no_memory |= !memory;
    return memory;
}

static void deallocate(png_structp png, png_voidp memory)
{
    (void)png;
    free(memory);
}

static seg_status no_memory(const seg_image_file *a, seg_error *err)
{
    return seg_fail(err, SEG_MEMORY, "%s: not enough memory to read a PNG (close other programs)", a->name);
}

static seg_status damaged(const seg_image_file *a, seg_error *err)
{
    const reader *p = a->own;

    if (p->no_memory)
        return no_memory(a, err);
    if (p->fault.status)
        return seg_fail(err, p->fault.status, "%s", p->fault.text);
    return seg_fail(err, SEG_READ,
                    "%s: PNG data is damaged (%s), intact data was wanted (copy or write the file "
                    "again)",
                    a->name, p->message);
}

/* Every chunk that no pixel depends on is skipped without being kept or unpacked. */
static void set_limits(png_structp png)
{
    png_set_user_limits(png, MOST_SIDE, MOST_SIDE);
    png_set_chunk_malloc_max(png, CHUNK_BYTES);
    png_set_chunk_cache_max(png, CHUNK_COUNT);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_crc_action(png, PNG_CRC_DEFAULT, PNG_CRC_DEFAULT);
}

static seg_status read_header(seg_image_file *a, seg_error *err)
{
    reader *p = a->own;
    png_colorp colours;
    int n = 0;

    if (setjmp(png_jmpbuf(p->png)))
        return damaged(a, err);
    set_limits(p->png);
    png_read_info(p->png, p->info);
    p->width = png_get_image_width(p->png, p->info);
    p->height = png_get_image_height(p->png, p->info);
    p->depth = png_get_bit_depth(p->png, p->info);
    p->pixels.channels = png_get_channels(p->png, p->info);
    p->pixels.alpha = png_get_color_type(p->png, p->info) & PNG_COLOR_MASK_ALPHA;
    if (png_get_color_type(p->png, p->info) == PNG_COLOR_TYPE_PALETTE)
        png_get_PLTE(p->png, p->info, &colours, &n);
    p->palette = (unsigned)n;
    return SEG_OK;
}

/* Chunks looked at for a remark; they stand before the pixels. */
enum { LOOKED_AT = 64 };

/* libpng skips these chunks, and their CRC does not matter: they only cause a remark. */
static void look_at_chunks(seg_image_file *a)
{
    uint64_t at = 8;
    uint8_t head[8];

    for (int i = 0; i < LOOKED_AT && at + 8 <= a->input.size && !seg_input_pread(&a->input, at, head, 8); i++) {
        if (!memcmp(head + 4, "IDAT", 4))
            return;
        if (!memcmp(head + 4, "acTL", 4))
            seg_warn(a->notes, "%s: is animated; its first image is read", a->name);
        if (!memcmp(head + 4, "gAMA", 4) || !memcmp(head + 4, "sBIT", 4))
            a->adjusted = true;
        at += 12 + ((uint64_t)head[0] << 24 | (uint64_t)head[1] << 16 | (uint64_t)head[2] << 8 | head[3]);
    }
}

/* Refuses sizes that the file cannot hold or that are too large to score, before a row is allocated. */
static seg_status check_size(const seg_image_file *a, seg_error *err)
{
    const reader *p = a->own;
    uint64_t pixels = (uint64_t)p->width * p->height;
    uint64_t bytes = ((uint64_t)png_get_rowbytes(p->png, p->info) + 1) * p->height;

    if (pixels > MOST_PIXELS)
        return seg_fail(err, SEG_READ, "%s: has %zu x %zu pixels, at most %llu pixels were wanted (cut it into tiles)",
                        a->name, p->width, p->height, (unsigned long long)MOST_PIXELS);
    if (bytes > seg_stream_limit(&a->input, true))
        return seg_fail(err, SEG_READ,
                        "%s: says it has %zu x %zu pixels, but is too small even for packed data (copy "
                        "or write it again)",
                        a->name, p->width, p->height);
    return SEG_OK;
}

/* One sample per byte or native 16-bit number, and nothing else changed. Returns the number of passes. */
static seg_status start_rows(seg_image_file *a, int *passes, seg_error *err)
{
    reader *p = a->own;
    const uint16_t one = 1;

    if (setjmp(png_jmpbuf(p->png)))
        return damaged(a, err);
    if (p->depth < 8)
        png_set_packing(p->png);
    if (p->depth == 16 && *(const uint8_t *)&one == 1)
        png_set_swap(p->png);
    *passes = png_set_interlace_handling(p->png);
    png_read_update_info(p->png, p->info);
    p->row_bytes = png_get_rowbytes(p->png, p->info);
    return SEG_OK;
}

static seg_status read_interlaced(seg_image_file *a, int passes, seg_error *err)
{
    reader *p = a->own;

    if (setjmp(png_jmpbuf(p->png)))
        return damaged(a, err);
    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < p->height; y++)
            png_read_row(p->png, p->image + y * p->row_bytes, NULL);
    return SEG_OK;
}

static seg_status read_row(seg_image_file *a, uint8_t *raw, seg_error *err)
{
    const reader *p = a->own;

    if (setjmp(png_jmpbuf(p->png)))
        return damaged(a, err);
    png_read_row(p->png, raw, NULL);
    return SEG_OK;
}

static seg_status make_rows(seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    reader *p = a->own;
    int passes = 1;
    seg_status st = start_rows(a, &passes, err);

    if (!st)
        st = seg_alloc(&p->raw, p->row_bytes, 1, "a row of a PNG", err);
    if (!st)
        st = seg_alloc(&p->grey, p->width, a->type->bytes, "a row of a PNG", err);
    if (st || passes == 1)
        return st;
    st = seg_memory_allow(options, a->name, (double)p->row_bytes * (double)p->height, "interlaced pixels", err);
    if (!st)
        st = seg_alloc(&p->image, p->height, p->row_bytes, "an interlaced PNG", err);
    return st ? st : read_interlaced(a, passes, err);
}

static seg_status create(seg_image_file *a, seg_error *err)
{
    reader *p;
    seg_status st = seg_alloc(&p, 1, sizeof *p, "reading a PNG", err);

    if (st)
        return st;
    a->own = p;
    p->stream = &a->stream;
    p->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, p, on_error, on_warning, p, allocate, deallocate);
    if (p->png)
        p->info = png_create_info_struct(p->png);
    if (!p->info)
        return no_memory(a, err);
    png_set_read_fn(p->png, p, on_read);
    return SEG_OK;
}

static seg_status describe(seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    static const char *const COLOURS[] = {"", "grey", "grey+alpha", "RGB", "RGBA"};
    reader *p = a->own;
    const seg_stored_axis axis[] = {{p->width, 'x'}, {p->height, 'y'}};

    a->palette = png_get_color_type(p->png, p->info) == PNG_COLOR_TYPE_PALETTE;
    a->type = &seg_types[p->depth == 16 ? SEG_UINT16 : SEG_UINT8];
    a->white = (double)((1u << p->depth) - 1);
    if (options->palette && p->depth == 8)
        seg_take_colours(a, p->pixels.channels - p->pixels.alpha);
    snprintf(a->storage, sizeof a->storage, "%s, %d bit", a->palette ? "palette" : COLOURS[p->pixels.channels],
             p->depth);
    a->dims = 2;
    a->shape[0] = p->width;
    a->shape[1] = p->height;
    a->grid = (seg_grid){.mm = {1, 1, 1}};
    return seg_axes_set(a, axis, 2, false, options, err);
}

static seg_status open_png(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                           seg_error *err)
{
    seg_status st = create(a, err);

    (void)head;
    (void)n;
    if (!st)
        st = read_header(a, err);
    if (!st)
        st = check_size(a, err);
    if (!st)
        st = describe(a, options, err);
    if (!st)
        look_at_chunks(a);
    return st;
}

static seg_status check_palette(seg_image_file *a, const uint8_t *row, seg_error *err)
{
    reader *p = a->own;
    uint8_t most = 0;

    for (size_t x = 0; x < p->width; x++)
        most = row[x] > most ? row[x] : most;
    p->most = most > p->most ? most : p->most;
    if (p->most < p->palette)
        return SEG_OK;
    return seg_fail(err, SEG_READ,
                    "%s: row %zu uses palette entry %u of %u, an entry of the palette was wanted "
                    "(write the file again)",
                    a->name, p->row, p->most, p->palette);
}

/* *row = the next row: decoded into `room`, or in the image of an interlaced file. */
static seg_status next_row(seg_image_file *a, uint8_t *room, const uint8_t **row, seg_error *err)
{
    reader *p = a->own;
    seg_status st = SEG_OK;

    *row = p->image ? p->image + p->row * p->row_bytes : room;
    if (!p->image)
        st = read_row(a, room, err);
    if (!st && a->palette)
        st = check_palette(a, *row, err);
    p->row++;
    return st;
}

seg_status seg_png_samples(seg_image_file *a, const void **row, seg_error *err)
{
    const uint8_t *bytes = NULL;
    seg_status st = next_row(a, ((reader *)a->own)->raw, &bytes, err);

    *row = bytes;
    return st;
}

/* Copies bytes of the row in `grey` that are not given yet. */
static size_t give(reader *p, uint8_t *out, size_t room, size_t row_bytes)
{
    size_t n = p->left < room ? p->left : room;

    memcpy(out, p->grey + row_bytes - p->left, n);
    p->left -= n;
    return n;
}

/* The next row with one number for each pixel, in `out`. */
static seg_status grey_row(seg_image_file *a, uint8_t *out, seg_error *err)
{
    reader *p = a->own;
    const uint8_t *row = NULL;
    seg_status st = next_row(a, p->pixels.channels == 1 ? out : p->raw, &row, err);

    if (!st && row != out)
        st = seg_grey_row(&p->pixels, a, row, p->width, p->row - 1, out, err);
    return st;
}

/* The decoder of a stream. A row that does not fit is given in parts. */
static seg_status fill(void *context, void *out, size_t room, size_t *got, seg_error *err)
{
    seg_image_file *a = context;
    reader *p = a->own;
    size_t row_bytes = p->width * a->type->bytes;
    seg_status st = SEG_OK;

    *got = give(p, out, room, row_bytes);
    while (!st && *got < room && p->row < p->height) {
        uint8_t *to = (uint8_t *)out + *got;
        bool fits = row_bytes <= room - *got;

        st = grey_row(a, fits ? to : p->grey, err);
        p->left = st || fits ? 0 : row_bytes;
        *got += fits ? row_bytes : give(p, to, room - *got, row_bytes);
    }
    return st;
}

static seg_status read_end(seg_image_file *a, seg_error *err)
{
    const reader *p = a->own;

    if (setjmp(png_jmpbuf(p->png)))
        return damaged(a, err);
    png_read_end(p->png, NULL);
    return SEG_OK;
}

static seg_status finish(void *context, seg_error *err)
{
    seg_image_file *a = context;
    reader *p = a->own;
    seg_status st = read_end(a, err);

    if (!st && p->warnings > 0)
        seg_warn(a->notes, "%s: libpng remarks: %s%s", a->name, p->warning, p->warnings > 1 ? " (and more)" : "");
    return st ? st : seg_stream_finish(&a->stream, err);
}

static void close_png(seg_image_file *a)
{
    reader *p = a->own;

    if (!p)
        return;
    if (p->png)
        png_destroy_read_struct(&p->png, p->info ? &p->info : NULL, NULL);
    free(p->image);
    free(p->raw);
    free(p->grey);
    free(p);
    a->own = NULL;
}

static seg_status start(seg_image_file *a, bool again, const seg_read_options *options, seg_error *err)
{
    seg_status st = SEG_OK;

    if (again) { /* libpng reads forward only */
        close_png(a);
        st = create(a, err);
        if (!st)
            st = read_header(a, err);
    }
    if (!st)
        st = make_rows(a, options, err);
    a->decoder = (seg_decoder){fill, finish, NULL, a};
    return st;
}

static const char *const EXTENSIONS[] = {".png", NULL};

const seg_format seg_format_png = {
    .name = "PNG",
    .summary = "grey of 1 to 16 bits, or palette (the index is the label)",
    .manual = "Grey of 1, 2, 4, 8 or 16 bits, or a palette, whose index is the label. Gamma and colour never change a "
              "value. Colour images are refused unless all channels are equal. With --input prob a grey image is a map "
              "of probabilities, its values divided by the largest value that its depth can hold. A mask of 0 and 255 "
              "is read as classes 0 and 1.\n\n"
              "A folder with the files c0.png, c1.png, ... is one map with a class in each.",
    .extensions = EXTENSIONS,
    .picture = true,
    .is = is_png,
    .open = open_png,
    .start = start,
    .close = close_png,
};
