/* tiff.c - stored samples of a TIFF through libtiff, page after page, exactly as they are.
 *
 * libtiff reads our descriptor, so it opens nothing itself; its messages are kept instead of printed. Pages of one size
 * and type are the slices of a volume. The tags of the first page decide what is refused: everything that is not one
 * number for each pixel without loss.
 *
 * The file is long because every step works on the same record around libtiff's handle: opening, pages, checks of tags,
 * axes, and rows from strips or tiles.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "../base/memory.h"
#include "axes.h"
#include "bytes.h"
#include "format.h"
#include "grey.h"
#include "tiff_text.h"

enum { MOST_PAGES = 65535, MOST_ALLOCATION = 1 << 30 };

/* What must be the same for all pages. */
typedef struct {
    uint32_t width, height;
    uint16_t bits, samples, format, photometric, compression, planar, fill;
    bool tiled;
} page;

typedef struct {
    const seg_input *input;
    TIFF *tiff;
    uint64_t at; /* position in the file */
    bool failed;
    char message[160]; /* libtiff's first */
    page first;
    uint64_t *offset; /* [pages] of their directories */
    size_t pages, room;
    char *description;
    seg_pixels pixels;
    size_t next_page, row;   /* the row that is decoded next */
    size_t row_bytes;        /* of a decoded row as libtiff gives it */
    uint8_t *tiles;          /* a row of tiles, or NULL */
    size_t tile_rows, ready; /* rows in `tiles`, and the first that is not given */
    uint8_t *raw;            /* a row as libtiff gives it */
    uint8_t *number;         /* the same with one number for each pixel */
    size_t left;             /* bytes of `number` that are not given yet */
} reader;

/* ---- libtiff's view of the file ---- */

static tmsize_t on_read(thandle_t handle, void *out, tmsize_t n)
{
    reader *r = handle;
    uint64_t left = r->at < r->input->size ? r->input->size - r->at : 0;
    size_t some = n < 0 ? 0 : (uint64_t)n < left ? (size_t)n : (size_t)left;

    if (some == 0 || seg_input_pread(r->input, r->at, out, some))
        return 0;
    r->at += some;
    return (tmsize_t)some;
}

static tmsize_t on_write(thandle_t handle, void *from, tmsize_t n)
{
    (void)handle;
    (void)from;
    (void)n;
    return 0;
}

static toff_t on_seek(thandle_t handle, toff_t to, int whence)
{
    reader *r = handle;

    r->at = whence == SEEK_CUR ? r->at + to : whence == SEEK_END ? r->input->size + to : to;
    return r->at;
}

static int on_close(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t on_size(thandle_t handle)
{
    return ((const reader *)handle)->input->size;
}

static int on_error(TIFF *tiff, void *context, const char *module, const char *format, va_list values)
{
    reader *r = context;

    (void)tiff;
    (void)module;
    if (!r->failed)
        vsnprintf(r->message, sizeof r->message, format, values);
    r->failed = true;
    return 1;
}

/* Warnings are about tags that do not matter here. */
static int on_warning(TIFF *tiff, void *context, const char *module, const char *format, va_list values)
{
    (void)tiff;
    (void)context;
    (void)module;
    (void)format;
    (void)values;
    return 1;
}

static seg_status damaged(const seg_image_file *a, seg_error *err)
{
    reader *r = a->own;
    seg_status st = seg_input_check(&a->input, err);

    for (char *c = r->message; *c; c++)
        *c = (unsigned char)*c < ' ' ? ' ' : *c;
    return st ? st
              : seg_fail(err, SEG_READ,
                         "%s: TIFF data is damaged (%s), intact data was wanted (copy or write the file again)",
                         a->name, r->message[0] ? r->message : "it ends too early");
}

static seg_status open_tiff_file(seg_image_file *a, seg_error *err)
{
    reader *r = a->own;
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();

    if (!options)
        return seg_fail(err, SEG_MEMORY, "%s: not enough memory to read a TIFF (close other programs)", a->name);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, MOST_ALLOCATION);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, r);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, r);
    r->tiff = TIFFClientOpenExt("tiff", "rm", r, on_read, on_write, on_seek, on_close, on_size, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return r->tiff && !r->failed ? SEG_OK : damaged(a, err);
}

/* ---- pages ---- */

static void read_page(TIFF *t, page *p)
{
    *p = (page){0};
    TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &p->width);
    TIFFGetField(t, TIFFTAG_IMAGELENGTH, &p->height);
    TIFFGetFieldDefaulted(t, TIFFTAG_BITSPERSAMPLE, &p->bits);
    TIFFGetFieldDefaulted(t, TIFFTAG_SAMPLESPERPIXEL, &p->samples);
    TIFFGetFieldDefaulted(t, TIFFTAG_SAMPLEFORMAT, &p->format);
    TIFFGetFieldDefaulted(t, TIFFTAG_COMPRESSION, &p->compression);
    TIFFGetFieldDefaulted(t, TIFFTAG_PLANARCONFIG, &p->planar);
    TIFFGetFieldDefaulted(t, TIFFTAG_FILLORDER, &p->fill);
    if (!TIFFGetField(t, TIFFTAG_PHOTOMETRIC, &p->photometric))
        p->photometric = PHOTOMETRIC_MINISBLACK;
    p->tiled = TIFFIsTiled(t);
}

static bool is_reduced(TIFF *t)
{
    uint32_t kind = 0;
    uint16_t old = 0;

    TIFFGetField(t, TIFFTAG_SUBFILETYPE, &kind);
    TIFFGetField(t, TIFFTAG_OSUBFILETYPE, &old);
    return kind & FILETYPE_REDUCEDIMAGE || old == OFILETYPE_REDUCEDIMAGE;
}

static bool same(const page *a, const page *b)
{
    return a->width == b->width && a->height == b->height && a->bits == b->bits && a->samples == b->samples &&
           a->format == b->format && a->photometric == b->photometric && a->planar == b->planar && a->fill == b->fill;
}

static seg_status add_page(seg_image_file *a, seg_error *err)
{
    reader *r = a->own;
    page p;
    seg_status st;

    if (is_reduced(r->tiff))
        return SEG_OK;
    read_page(r->tiff, &p);
    if (r->pages == 0)
        r->first = p;
    if (!same(&p, &r->first))
        return seg_fail(err, SEG_READ,
                        "%s: page %zu has %u x %u pixels of %u bits, page 0 has %u x %u of %u: pages of one size and "
                        "type were wanted, the slices of a volume (split the file)",
                        a->name, r->pages, p.width, p.height, p.bits, r->first.width, r->first.height, r->first.bits);
    st = seg_grow(&r->offset, &r->room, r->pages + 1, sizeof *r->offset, "pages of a TIFF", err);
    if (!st)
        r->offset[r->pages++] = TIFFCurrentDirOffset(r->tiff);
    return st;
}

/* The next directory, until the last; libtiff notices a loop. */
static seg_status read_pages(seg_image_file *a, seg_error *err)
{
    reader *r = a->own;
    size_t directories = 0;
    seg_status st;

    do
        st = add_page(a, err);
    while (!st && ++directories < MOST_PAGES && TIFFReadDirectory(r->tiff));
    if (!st && r->failed)
        return damaged(a, err);
    if (!st && directories == MOST_PAGES)
        st = seg_fail(err, SEG_READ, "%s: has %d pages or more, fewer were wanted (split the file)", a->name,
                      MOST_PAGES);
    if (!st && r->pages == 0)
        st = seg_fail(err, SEG_READ, "%s: has only reduced images, one of full size was wanted (write the file again)",
                      a->name);
    return st;
}

/* ---- what is read ---- */

static const struct {
    uint16_t code;
    const char *name; /* NULL: of no loss and read */
    double ratio;     /* a byte gives this many at most; 0: any number */
} COMPRESSIONS[] = {
    {COMPRESSION_NONE, NULL, 1},       {COMPRESSION_LZW, NULL, 4096},     {COMPRESSION_ADOBE_DEFLATE, NULL, 1032},
    {COMPRESSION_DEFLATE, NULL, 1032}, {COMPRESSION_PACKBITS, NULL, 128}, {COMPRESSION_LZMA, NULL, 0},
    {COMPRESSION_ZSTD, NULL, 0},       {COMPRESSION_CCITTRLE, NULL, 0},   {COMPRESSION_CCITTFAX3, NULL, 0},
    {COMPRESSION_CCITTFAX4, NULL, 0},  {COMPRESSION_OJPEG, "JPEG", 0},    {COMPRESSION_JPEG, "JPEG", 0},
    {COMPRESSION_LERC, "LERC", 0},     {COMPRESSION_WEBP, "WebP", 0},     {COMPRESSION_JP2000, "JPEG 2000", 0},
    {33003, "JPEG 2000", 0},           {33005, "JPEG 2000", 0},           {34892, "JPEG", 0},
    {COMPRESSION_JXL, "JPEG XL", 0},
};

static seg_status check_compression(const seg_image_file *a, double *ratio, seg_error *err)
{
    const page *p = &((const reader *)a->own)->first;

    *ratio = 0;
    for (size_t i = 0; i < sizeof COMPRESSIONS / sizeof *COMPRESSIONS; i++) {
        if (COMPRESSIONS[i].code != p->compression)
            continue;
        if (COMPRESSIONS[i].name)
            return seg_fail(err, SEG_READ,
                            "%s: is packed by %s, which changes numbers; packing without loss was wanted (write the "
                            "original again with deflate)",
                            a->name, COMPRESSIONS[i].name);
        *ratio = COMPRESSIONS[i].ratio;
        if (TIFFIsCODECConfigured(p->compression))
            return SEG_OK;
    }
    return seg_fail(
        err, SEG_READ,
        "%s: is packed by method %u, which is not read; none, LZW, deflate or PackBits was wanted (write it "
        "again)",
        a->name, p->compression);
}

/* By bits: unsigned, signed, float. */
static const struct {
    uint16_t bits;
    seg_type_id unsigned_id, signed_id, float_id;
} TYPES[] = {
    {8, SEG_UINT8, SEG_INT8, SEG_UINT8}, /* no float of 8 bits */
    {16, SEG_UINT16, SEG_INT16, SEG_FLOAT16},
    {32, SEG_UINT32, SEG_INT32, SEG_FLOAT32},
    {64, SEG_UINT64, SEG_INT64, SEG_FLOAT64},
};

static seg_status take_type(seg_image_file *a, seg_error *err)
{
    const page *p = &((const reader *)a->own)->first;
    bool real = p->format == SAMPLEFORMAT_IEEEFP, is_signed = p->format == SAMPLEFORMAT_INT;
    bool known = real || is_signed || p->format == SAMPLEFORMAT_UINT || p->format == SAMPLEFORMAT_VOID;

    if (known && p->bits == 1 && !real && !is_signed)
        a->type = &seg_types[SEG_UINT8];
    for (size_t i = 0; known && i < sizeof TYPES / sizeof *TYPES; i++)
        if (p->bits == TYPES[i].bits && (p->bits > 8 || !real))
            a->type = &seg_types[real ? TYPES[i].float_id : is_signed ? TYPES[i].signed_id : TYPES[i].unsigned_id];
    if (a->type)
        return SEG_OK;
    return seg_fail(err, SEG_READ,
                    "%s: has samples of %u bits%s, whole numbers of 1, 8, 16, 32 or 64 bits or floats of 16, 32 or 64 "
                    "were wanted (convert it)",
                    a->name, p->bits,
                    p->format == SAMPLEFORMAT_COMPLEXIEEEFP || p->format == SAMPLEFORMAT_COMPLEXINT
                        ? " (complex numbers)"
                    : real ? " (floats)"
                           : "");
}

static seg_status check_colours(seg_image_file *a, seg_error *err)
{
    reader *r = a->own;
    const page *p = &r->first;
    uint16_t extras = 0, *kinds = NULL;

    TIFFGetField(r->tiff, TIFFTAG_EXTRASAMPLES, &extras, &kinds);
    a->palette = p->photometric == PHOTOMETRIC_PALETTE;
    if (p->photometric == PHOTOMETRIC_MINISWHITE)
        return seg_fail(
            err, SEG_READ,
            "%s: shows its smallest value as white (min-is-white), so it is open which value is foreground; "
            "min-is-black was wanted (convert it)",
            a->name);
    if (p->photometric != PHOTOMETRIC_MINISBLACK && p->photometric != PHOTOMETRIC_RGB && !a->palette)
        return seg_fail(err, SEG_READ,
                        "%s: has colours of another kind than RGB (photometric %u), grey, a palette or RGB was wanted "
                        "(convert it)",
                        a->name, p->photometric);
    r->pixels = (seg_pixels){.channels = p->samples, .alpha = extras == 1};
    if (p->samples - extras == (p->photometric == PHOTOMETRIC_RGB ? 3 : 1) && extras <= 1 &&
        (p->samples == 1 || (p->planar == PLANARCONFIG_CONTIG && p->bits >= 8)))
        return SEG_OK;
    return seg_fail(err, SEG_READ,
                    "%s: has %u samples for each pixel, one, or RGB with all samples of a pixel together, was wanted "
                    "(write each as a page of its own)",
                    a->name, p->samples);
}

static seg_status check_page(seg_image_file *a, seg_error *err)
{
    const page *p = &((const reader *)a->own)->first;
    seg_status st = SEG_OK;

    if (p->width == 0 || p->height == 0)
        return seg_fail(err, SEG_READ, "%s: has %u x %u pixels, at least one was wanted (it is damaged)", a->name,
                        p->width, p->height);
    if (p->fill == FILLORDER_LSB2MSB && p->bits != 1)
        st = seg_fail(err, SEG_READ,
                      "%s: has the bits of its bytes turned around (FillOrder 2), which only images of 1 bit "
                      "may have (write it again)",
                      a->name);
    if (!st)
        st = take_type(a, err);
    return st ? st : check_colours(a, err);
}

/* ---- axes and lengths ---- */

/* ImageJ or OME divide the pages among z, channels and frames. *n axes are filled behind x and y. */
static seg_status take_page_axes(const seg_image_file *a, const seg_tiff_text *t, seg_stored_axis *axis, int *n,
                                 const seg_read_options *options, seg_error *err)
{
    const reader *r = a->own;
    size_t all = 1, several = 0;

    if (t->imagej && t->images > r->pages)
        return seg_fail(
            err, SEG_READ,
            "%s: says it holds %zu images of ImageJ, but has %zu pages: the others cannot be found (save it "
            "as TIFF of less than 4 GB, or as BigTIFF)",
            a->name, t->images, r->pages);
    for (int i = 0; (t->imagej || t->ome) && i < 3; i++) {
        size_t size = t->size[i] ? t->size[i] : 1;

        axis[(*n)++] = (seg_stored_axis){size, t->order[i]};
        several += size > 1 && t->order[i] != 'z';
        if (size > r->pages || (all *= size) > r->pages)
            break;
    }
    if (all == r->pages && !(t->ome && several && !options->axes))
        return SEG_OK;
    if (t->ome)
        return seg_fail(err, SEG_READ,
                        "%s: is OME-TIFF with %zu x %zu x %zu (%.3s) pages in %zu, whose order is not certain (--axes "
                        "says it, such as --axes xyzct)",
                        a->name, t->size[0], t->size[1], t->size[2], t->order, r->pages);
    *n = 3; /* ImageJ's counts do not fit, or there are none */
    axis[2] = (seg_stored_axis){r->pages, 'z'};
    return SEG_OK;
}

/* ImageJ stores pixels per unit of length in the tags that otherwise are the resolution of printing. */
static void take_lengths(seg_image_file *a, seg_tiff_text *t)
{
    const reader *r = a->own;
    uint16_t unit = RESUNIT_INCH;
    float per_unit[2] = {0, 0};
    seg_grid *g = &a->grid;

    TIFFGetFieldDefaulted(r->tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    TIFFGetField(r->tiff, TIFFTAG_XRESOLUTION, &per_unit[0]);
    TIFFGetField(r->tiff, TIFFTAG_YRESOLUTION, &per_unit[1]);
    for (int i = 0; t->imagej && unit == RESUNIT_NONE && i < 2; i++)
        t->mm[i] = (double)per_unit[i] > 0 ? t->unit_mm / (double)per_unit[i] : NAN;
    g->has_mm = true;
    for (int i = 0; i < 3; i++)
        g->has_mm = g->has_mm && ((isfinite(t->mm[i]) && t->mm[i] > 0) || (i == 2 && a->extent[2] == 1));
    for (int i = 0; i < 3; i++)
        g->mm[i] = g->has_mm && isfinite(t->mm[i]) ? t->mm[i] : 1;
}

static seg_status take_axes(seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    const reader *r = a->own;
    seg_stored_axis axis[SEG_MOST_AXES] = {{r->first.width, 'x'}, {r->first.height, 'y'}, {1, 'z'}};
    seg_tiff_text text;
    int n = 2;
    seg_status st;

    seg_tiff_text_read(&text, r->description ? r->description : "");
    st = take_page_axes(a, &text, axis, &n, options, err);
    while (!st && n > 2 && axis[n - 1].n == 1)
        n--;
    for (int i = 0; !st && i < n; i++)
        a->shape[i] = axis[i].n;
    a->dims = n;
    if (!st)
        st = seg_axes_set(a, axis, n, false, options, err);
    if (!st)
        take_lengths(a, &text);
    return st;
}

/* ---- the format ---- */

static bool is_tiff(const uint8_t *head, size_t n)
{
    static const char *const MAGICS[] = {"II*\0", "MM\0*", "II+\0", "MM\0+"};

    for (size_t i = 0; n >= 8 && i < sizeof MAGICS / sizeof *MAGICS; i++)
        if (!memcmp(head, MAGICS[i], 4))
            return true;
    return false;
}

static seg_status check_size(const seg_image_file *a, double ratio, seg_error *err)
{
    const reader *r = a->own;
    double bytes = ((double)r->first.width * r->first.bits * r->first.samples / 8) * r->first.height * (double)r->pages;

    if (ratio == 0 || bytes <= ratio * (double)a->input.size + 65536 * (ratio > 1))
        return SEG_OK;
    return seg_fail(err, SEG_READ,
                    "%s: says it has %zu pages of %u x %u pixels, but is too small for them (copy or write it again)",
                    a->name, r->pages, r->first.width, r->first.height);
}

static void describe(seg_image_file *a)
{
    static const char *const COLOURS[] = {"", "", "grey+alpha, ", "RGB, ", "RGBA, "};
    const page *p = &((const reader *)a->own)->first;

    a->white = !a->type->real && p->bits <= 16 ? (double)((1u << p->bits) - 1) : 1;
    a->version = p->compression == COMPRESSION_NONE ? "TIFF" : "TIFF, compressed";
    snprintf(a->storage, sizeof a->storage, "%s%s", a->palette ? "palette, " : COLOURS[p->samples],
             p->bits == 1 ? "1 bit" : a->type->name);
}

static seg_status open_tiff(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                            seg_error *err)
{
    reader *r;
    const char *text = NULL;
    double ratio = 0;
    seg_status st = seg_alloc(&r, 1, sizeof *r, "reading a TIFF", err);

    (void)head;
    (void)n;
    if (st)
        return st;
    a->own = r;
    r->input = &a->input;
    st = open_tiff_file(a, err);
    if (!st && TIFFGetField(r->tiff, TIFFTAG_IMAGEDESCRIPTION, &text) && text && !(r->description = strdup(text)))
        st = seg_fail(err, SEG_MEMORY, "%s: not enough memory to read a TIFF (close other programs)", a->name);
    if (!st)
        st = read_pages(a, err);
    if (!st && !TIFFSetSubDirectory(r->tiff, r->offset[0]))
        st = damaged(a, err);
    if (!st)
        st = check_compression(a, &ratio, err);
    if (!st)
        st = check_page(a, err);
    if (!st)
        st = check_size(a, ratio, err);
    if (!st)
        st = take_axes(a, options, err);
    if (!st)
        describe(a);
    if (!st && options->palette && r->first.bits == 8 && !a->palette)
        seg_take_colours(a, r->pixels.channels - r->pixels.alpha);
    return st;
}

/* ---- rows ---- */

/* Each tile of a row of tiles is decoded and its rows are put side by side. */
static seg_status read_tiles(seg_image_file *a, seg_error *err)
{
    reader *r = a->own;
    uint32_t width = 0, height = 0;
    size_t tile_row;

    TIFFGetField(r->tiff, TIFFTAG_TILEWIDTH, &width);
    TIFFGetField(r->tiff, TIFFTAG_TILELENGTH, &height);
    tile_row = (size_t)TIFFTileRowSize64(r->tiff);
    for (uint32_t x = 0; x < r->first.width; x += width) {
        uint8_t *tile = r->tiles + r->tile_rows * r->row_bytes;
        size_t at = (size_t)x / width * tile_row, n = r->row_bytes - at < tile_row ? r->row_bytes - at : tile_row;
        uint32_t number = TIFFComputeTile(r->tiff, x, (uint32_t)r->row, 0, 0);

        if (TIFFReadEncodedTile(r->tiff, number, tile, (tmsize_t)(tile_row * height)) < 0 || r->failed)
            return damaged(a, err);
        for (uint32_t y = 0; y < height; y++)
            memcpy(r->tiles + y * r->row_bytes + at, tile + y * tile_row, n);
    }
    r->ready = 0;
    return SEG_OK;
}

/* To the first row of the next page; room for its tiles. */
static seg_status start_page(seg_image_file *a, const seg_read_options *options, seg_error *err)
{
    reader *r = a->own;
    uint32_t width = 0, height = 0;
    uint64_t row, bytes;
    page p;
    seg_status st;

    if (!TIFFSetSubDirectory(r->tiff, r->offset[r->next_page]) || r->failed)
        return damaged(a, err);
    read_page(r->tiff, &p);
    row = p.tiled ? 0 : TIFFScanlineSize64(r->tiff);
    if (!same(&p, &r->first) || (!p.tiled && row != r->row_bytes))
        return damaged(a, err);
    free(r->tiles);
    r->tiles = NULL;
    r->next_page++;
    r->row = 0;
    if (!p.tiled)
        return SEG_OK;
    TIFFGetField(r->tiff, TIFFTAG_TILEWIDTH, &width);
    TIFFGetField(r->tiff, TIFFTAG_TILELENGTH, &height);
    row = TIFFTileRowSize64(r->tiff);
    if (width == 0 || height == 0 || row == 0 || row > MOST_ALLOCATION || r->failed ||
        __builtin_mul_overflow((uint64_t)height, row + r->row_bytes, &bytes) || bytes > MOST_ALLOCATION)
        return damaged(a, err);
    st = seg_memory_allow(options, a->name, (double)bytes, "its tiles", err);
    r->tile_rows = r->ready = height;
    return st ? st : seg_alloc_big(&r->tiles, (size_t)bytes, 1, "tiles of a TIFF", err);
}

typedef struct {
    seg_image_file *file;
    seg_read_options options;
} source;

/* *row = the next row as libtiff gives it. */
static seg_status next_row(const source *s, const uint8_t **row, seg_error *err)
{
    seg_image_file *a = s->file;
    reader *r = a->own;
    seg_status st = SEG_OK;

    if (r->row == r->first.height || r->next_page == 0)
        st = start_page(a, &s->options, err);
    if (st)
        return st;
    if (r->tiles) {
        if (r->ready == r->tile_rows)
            st = read_tiles(a, err);
        *row = r->tiles + r->ready++ * r->row_bytes;
    } else {
        if (TIFFReadScanline(r->tiff, r->raw, (uint32_t)r->row, 0) < 0 || r->failed)
            st = damaged(a, err);
        *row = r->raw;
    }
    r->row++;
    return st;
}

/* One number for each pixel of the next row, in `out`. */
static seg_status number_row(const source *s, uint8_t *out, seg_error *err)
{
    reader *r = s->file->own;
    const uint8_t *row = NULL;
    seg_status st = next_row(s, &row, err);

    if (st)
        return st;
    if (r->first.bits == 1) {
        for (size_t x = 0; x < r->first.width; x++)
            out[x] = row[x / 8] >> (7 - x % 8) & 1;
        return SEG_OK;
    }
    return seg_grey_row(&r->pixels, s->file, row, r->first.width, r->row - 1, out, err);
}

static size_t give(reader *r, uint8_t *out, size_t room, size_t row_bytes)
{
    size_t n = r->left < room ? r->left : room;

    memcpy(out, r->number + row_bytes - r->left, n);
    r->left -= n;
    return n;
}

/* The decoder of a stream. A row that does not fit is given in parts. */
static seg_status fill(void *context, void *out, size_t room, size_t *got, seg_error *err)
{
    const source *s = context;
    reader *r = s->file->own;
    size_t row_bytes = r->first.width * s->file->type->bytes;
    seg_status st = SEG_OK;

    *got = give(r, out, room, row_bytes);
    while (!st && *got < room && (r->next_page < r->pages || r->row < r->first.height)) {
        uint8_t *to = (uint8_t *)out + *got;
        bool fits = row_bytes <= room - *got;

        st = number_row(s, fits ? to : r->number, err);
        r->left = st || fits ? 0 : row_bytes;
        *got += fits ? row_bytes : give(r, to, room - *got, row_bytes);
    }
    return st;
}

static seg_status finish(void *context, seg_error *err)
{
    return seg_input_check(&((const source *)context)->file->input, err);
}

static void free_rows(reader *r)
{
    free(r->raw);
    free(r->number);
    free(r->tiles);
    r->raw = r->number = r->tiles = NULL;
}

static seg_status start(seg_image_file *a, bool again, const seg_read_options *options, seg_error *err)
{
    reader *r = a->own;
    source *s;
    uint64_t row = ((uint64_t)r->first.width * r->first.bits * r->first.samples + 7) / 8;
    double rows = (double)row + (double)r->first.width * (double)a->type->bytes;
    seg_status st = seg_memory_allow(options, a->name, rows, "its rows", err);

    (void)again;
    free_rows(r);
    r->next_page = r->row = r->left = 0;
    r->row_bytes = (size_t)row;
    if (!st)
        st = seg_alloc(&r->raw, r->row_bytes + 64, 1, "a row of a TIFF", err);
    if (!st)
        st = seg_alloc(&r->number, r->first.width, a->type->bytes, "a row of a TIFF", err);
    if (!st)
        st = seg_alloc(&s, 1, sizeof *s, "reading a TIFF", err);
    if (st)
        return st;
    *s = (source){a, *options};
    a->decoder = (seg_decoder){fill, finish, free, s};
    return SEG_OK;
}

static void close_tiff(seg_image_file *a)
{
    reader *r = a->own;

    if (!r)
        return;
    if (r->tiff)
        TIFFClose(r->tiff);
    free_rows(r);
    free(r->offset);
    free(r->description);
    free(r);
    a->own = NULL;
}

static const char *const EXTENSIONS[] = {".tiff", ".tif", NULL};

const seg_format seg_format_tiff = {
    .name = "TIFF",
    .summary = "whole numbers or floats, palette; pages are z; BigTIFF, ImageJ and OME-TIFF",
    .manual =
        "TIFF and BigTIFF with one sample for each pixel: whole numbers of 1, 8, 16, 32 or 64 bits, floats of 16, "
        "32 or 64 bits, or a palette, whose index is the label. RGB is read as in PNG: when all channels are "
        "equal. Packing without loss is read, JPEG, LERC and WebP are refused, and so is min-is-white.\n\n"
        "Pages of one size and type are the slices of a volume; reduced images are left out. In a stack of ImageJ "
        "pages are channels, slices and frames by its counts. OME-TIFF is read when it has one channel and one "
        "frame; for others --axes says the order, such as xyczt.\n\n"
        "Lengths come from ImageJ's unit and spacing or OME's PhysicalSize. The resolution that other programs "
        "write is meant for printing and is not used.",
    .extensions = EXTENSIONS,
    .picture = true,
    .is = is_tiff,
    .open = open_tiff,
    .start = start,
    .close = close_tiff,
};
