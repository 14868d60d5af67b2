/* files.c - writes sample images: a NIfTI-1 header and voxels through zlib, or rows through libpng. */
#include "files.h"

#include <errno.h>
#include <nifti1.h>
#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "../../base/memory.h"

enum { HEADER_BYTES = 352, GZIP_WINDOW = 15 + 16, LEVEL = 9 };

seg_status seg_sample_folder(const char *path, seg_error *err)
{
    if (mkdir(path, 0777) && errno != EEXIST)
        return seg_fail(err, SEG_WRITE, "%s: cannot be made: %s", path, strerror(errno));
    return SEG_OK;
}

/* ---- NIfTI ---- */

static void fill_header(nifti_1_header *h, const seg_sample_volume *v)
{
    bool labels = v->n[3] == 1;

    memset(h, 0, sizeof *h);
    h->sizeof_hdr = sizeof *h;
    h->regular = 'r';
    h->dim[0] = labels ? 3 : 4;
    for (int axis = 1; axis < 8; axis++)
        h->dim[axis] = axis <= 4 ? (short)v->n[axis - 1] : 1;
    h->datatype = labels ? DT_UINT8 : DT_INT16;
    h->bitpix = labels ? 8 : 16;
    h->vox_offset = HEADER_BYTES;
    h->scl_slope = labels ? 1 : 1.0f / SEG_SAMPLE_ONE;
    h->xyzt_units = NIFTI_UNITS_MM;
    snprintf(h->descrip, sizeof h->descrip, "segloss-make-samples: synthetic");
    memcpy(h->magic, "n+1", 4);
    /* LPS: half a turn about z in both descriptions of space; the middle of the volume is the origin. */
    h->qform_code = h->sform_code = NIFTI_XFORM_SCANNER_ANAT;
    h->quatern_d = 1;
    h->pixdim[0] = 1;
    for (int axis = 0; axis < 3; axis++) {
        float *row = axis == 0 ? h->srow_x : axis == 1 ? h->srow_y : h->srow_z;
        double sign = axis < 2 ? -1 : 1;

        h->pixdim[axis + 1] = (float)v->mm[axis];
        row[axis] = (float)(sign * v->mm[axis]);
        row[3] = (float)(-sign * v->mm[axis] * ((double)v->n[axis] - 1) / 2);
    }
    h->pixdim[4] = 1;
    h->qoffset_x = h->srow_x[3], h->qoffset_y = h->srow_y[3], h->qoffset_z = h->srow_z[3];
}

/* *packed = the bytes as a gzip file. zlib writes no name and no time into it, so it is the same tomorrow. */
static seg_status pack(const unsigned char *bytes, size_t n, unsigned char **packed, size_t *size, seg_error *err)
{
    z_stream z = {0};
    seg_status st;
    int end;

    if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return seg_fail(err, SEG_MEMORY, "zlib cannot start");
    *size = deflateBound(&z, (uLong)n);
    st = seg_alloc(packed, *size, 1, "a compressed file", err);
    z.next_in = (unsigned char *)(uintptr_t)bytes, z.avail_in = (uInt)n;
    z.next_out = *packed, z.avail_out = (uInt)*size;
    end = st ? Z_OK : deflate(&z, Z_FINISH);
    *size = z.total_out;
    deflateEnd(&z);
    if (!st && end != Z_STREAM_END)
        st = seg_fail(err, SEG_BUG, "zlib stopped with %d", end);
    return st;
}

static seg_status write_bytes(const char *path, const unsigned char *bytes, size_t n, seg_error *err)
{
    FILE *stream = fopen(path, "wb");
    bool written = stream && fwrite(bytes, 1, n, stream) == n;

    if (stream && fclose(stream))
        written = false;
    return written ? SEG_OK : seg_fail(err, SEG_WRITE, "%s: cannot be written: %s", path, strerror(errno));
}

seg_status seg_sample_write_nifti(const seg_sample_volume *volume, const char *path, seg_error *err)
{
    size_t voxel = volume->n[3] == 1 ? sizeof(uint8_t) : sizeof(int16_t);
    size_t data = volume->n[0] * volume->n[1] * volume->n[2] * volume->n[3] * voxel, size = 0;
    unsigned char *bytes = NULL, *packed = NULL;
    nifti_1_header header;
    seg_status st = seg_alloc(&bytes, HEADER_BYTES + data, 1, "a NIfTI file", err);

    if (!st) {
        fill_header(&header, volume);
        memcpy(bytes, &header, sizeof header);
        memcpy(bytes + HEADER_BYTES, volume->data, data);
        st = pack(bytes, HEADER_BYTES + data, &packed, &size, err);
    }
    if (!st)
        st = write_bytes(path, packed, size, err);
    free(packed);
    free(bytes);
    return st;
}

/* ---- PNG ---- */

static void describe(png_structp png, png_infop info, const seg_sample_image *image)
{
    png_color palette[256];

    png_set_IHDR(png, info, (png_uint_32)image->nx, (png_uint_32)image->ny, image->bits,
                 image->colours ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    for (int k = 0; k < image->n_colours; k++)
        palette[k] = (png_color){image->colours[k][0], image->colours[k][1], image->colours[k][2]};
    if (image->colours)
        png_set_PLTE(png, info, palette, image->n_colours);
    png_set_compression_level(png, LEVEL);
}

/* PNG is big endian. row has room for nx samples of two bytes. */
static void write_rows(png_structp png, const seg_sample_image *image, unsigned char *row)
{
    for (size_t y = 0; y < image->ny; y++) {
        for (size_t x = 0; x < image->nx; x++) {
            if (image->bits == 8) {
                row[x] = ((const uint8_t *)image->data)[y * image->nx + x];
            } else {
                uint16_t sample = ((const uint16_t *)image->data)[y * image->nx + x];

                row[2 * x] = (unsigned char)(sample >> 8);
                row[2 * x + 1] = (unsigned char)sample;
            }
        }
        png_write_row(png, row);
    }
}

/* libpng leaves a failed call by longjmp to here; nothing that changes after setjmp is used behind it. */
static bool write_png(png_structp png, png_infop info, FILE *stream, const seg_sample_image *image, unsigned char *row)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_init_io(png, stream);
    describe(png, info, image);
    png_write_info(png, info);
    write_rows(png, image, row);
    png_write_end(png, NULL);
    return true;
}

seg_status seg_sample_write_png(const seg_sample_image *image, const char *path, seg_error *err)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    FILE *stream = fopen(path, "wb");
    unsigned char *row = malloc(2 * image->nx);
    bool written = info && stream && row && write_png(png, info, stream, image, row);

    free(row);
    if (stream && fclose(stream))
        written = false;
    png_destroy_write_struct(&png, &info);
    return written ? SEG_OK : seg_fail(err, SEG_WRITE, "%s: cannot be written", path);
}
