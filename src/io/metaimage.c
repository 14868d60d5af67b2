/* metaimage.c - MetaImage of ITK: lines "Key = value", the last of them ElementDataFile, then the numbers.
 *
 * .mha has both in one file, .mhd names the file with the numbers. Directions are in LPS.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "axes.h"
#include "format.h"
#include "space.h"
#include "text_header.h"

enum { MOST = 4 };

typedef struct {
    int dims;
    size_t size[MOST], channels;
    char type[32], data[256];
    bool msb, packed, text, has_matrix, has_size, image;
    double spacing[MOST], element_size[MOST], origin[MOST], matrix[MOST * MOST];
    double skip, packed_bytes;
} header;

static bool is_metaimage(const uint8_t *head, size_t n)
{
    return (n >= 12 && !memcmp(head, "ObjectType", 10) && strchr(" =\t", head[10])) ||
           (n >= 7 && !memcmp(head, "NDims", 5) && strchr(" =\t", head[5]));
}

/* ---- the header ---- */

static bool is_true(const char *value)
{
    return !strcasecmp(value, "true") || !strcmp(value, "1");
}

static bool take_text(char *out, size_t room, const char *value)
{
    return (size_t)snprintf(out, room, "%s", value) < room;
}

/* Keys whose values are one number for each axis. */
static bool take_numbers(header *h, const char *key, const char *value, bool *known)
{
    static const struct {
        const char *key;
        size_t at;
    } KEYS[] = {{"ElementSpacing", offsetof(header, spacing)},
                {"ElementSize", offsetof(header, element_size)},
                {"Offset", offsetof(header, origin)},
                {"Position", offsetof(header, origin)},
                {"Origin", offsetof(header, origin)}};

    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (!strcmp(key, KEYS[i].key)) {
            *known = true;
            return seg_header_numbers(value, (double *)((char *)h + KEYS[i].at), h->dims);
        }
    if (!strcmp(key, "TransformMatrix") || !strcmp(key, "Rotation") || !strcmp(key, "Orientation")) {
        *known = h->has_matrix = true;
        return seg_header_numbers(value, h->matrix, h->dims * h->dims);
    }
    return true;
}

static bool take_size(header *h, const char *value)
{
    h->has_size = seg_header_sizes(value, h->size, h->dims);
    return h->has_size;
}

static bool take_dims(header *h, const char *value)
{
    int64_t n;

    if (!seg_read_int64(value, &n) || n < 2 || n > MOST)
        return false;
    h->dims = (int)n;
    return true;
}

/* False when the value is not what the key wants. Keys that are not known do not matter. */
static bool take(header *h, const char *key, const char *value)
{
    bool known = false;

    if (!strcmp(key, "NDims"))
        return take_dims(h, value);
    if (!strcmp(key, "ObjectType"))
        return !strcasecmp(value, "Image");
    if (!strcmp(key, "DimSize"))
        return take_size(h, value);
    if (!strcmp(key, "ElementType"))
        return take_text(h->type, sizeof h->type, value);
    if (!strcmp(key, "ElementNumberOfChannels"))
        return seg_header_sizes(value, &h->channels, 1);
    if (!strcmp(key, "BinaryDataByteOrderMSB") || !strcmp(key, "ElementByteOrderMSB"))
        h->msb = is_true(value);
    else if (!strcmp(key, "BinaryData"))
        return is_true(value);
    else if (!strcmp(key, "CompressedData"))
        h->packed = is_true(value);
    else if (!strcmp(key, "CompressedDataSize"))
        return seg_header_numbers(value, &h->packed_bytes, 1) && h->packed_bytes >= 0;
    else if (!strcmp(key, "HeaderSize"))
        return seg_header_numbers(value, &h->skip, 1) && h->skip >= -1 && h->skip == floor(h->skip) && h->skip <= 1e15;
    else if (!strcmp(key, "ElementDataFile"))
        return take_text(h->data, sizeof h->data, value) && *value;
    return take_numbers(h, key, value, &known);
}

static seg_status read_lines(seg_image_file *a, header *h, char *line, seg_error *err)
{
    bool more = true;
    char *value;
    seg_status st = SEG_OK;

    while (!st && more && !h->data[0]) {
        st = seg_header_line(a, line, &a->data_at, &more, err);
        if (st || !more || !line[0])
            continue;
        if (!seg_header_cut(line, "=", &value))
            st = seg_fail(err, SEG_READ,
                          "%s: has the line '%.60s' in its header, 'Key = value' was wanted (it is damaged)", a->name,
                          line);
        else if (!take(h, line, value))
            st = seg_fail(err, SEG_READ,
                          "%s: has %.40s = %.60s in its header, which is not read (an image of 2 to 4 axes with binary "
                          "data was wanted)",
                          a->name, line, value);
    }
    if (!st && (!h->data[0] || !h->dims || !h->has_size || !h->type[0]))
        st = seg_fail(err, SEG_READ, "%s: has a header without %s, one was wanted (write it again)", a->name,
                      !h->dims       ? "NDims"
                      : !h->has_size ? "DimSize"
                      : !h->type[0]  ? "ElementType"
                                     : "ElementDataFile");
    return st;
}

static seg_status read_header(seg_image_file *a, header *h, seg_error *err)
{
    char *line;
    seg_status st = seg_alloc(&line, SEG_HEADER_LINE, 1, "a MetaImage header", err);

    *h = (header){.channels = 1, .spacing = {NAN, NAN, NAN, NAN}, .element_size = {NAN, NAN, NAN, NAN}};
    if (!st)
        st = read_lines(a, h, line, err);
    free(line);
    return st;
}

/* ---- what it says ---- */

static const struct {
    const char *name;
    seg_type_id id;
} TYPES[] = {
    {"MET_UCHAR", SEG_UINT8},     {"MET_CHAR", SEG_INT8},     {"MET_USHORT", SEG_UINT16},
    {"MET_SHORT", SEG_INT16},     {"MET_UINT", SEG_UINT32},   {"MET_INT", SEG_INT32},
    {"MET_ULONG", SEG_UINT32},    {"MET_LONG", SEG_INT32},    {"MET_ULONG_LONG", SEG_UINT64},
    {"MET_LONG_LONG", SEG_INT64}, {"MET_FLOAT", SEG_FLOAT32}, {"MET_DOUBLE", SEG_FLOAT64},
};

static seg_status take_type(seg_image_file *a, const header *h, seg_error *err)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (!strcmp(h->type, TYPES[i].name))
            a->type = &seg_types[TYPES[i].id];
    if (!a->type)
        return seg_fail(err, SEG_READ,
                        "%s: says its numbers are of type %s, MET_UCHAR to MET_DOUBLE was wanted (convert it)", a->name,
                        h->type);
    seg_image_file_set_order(a, h->msb);
    return SEG_OK;
}

/* Channels are the fastest axis. A fourth axis is that of the classes when there are no channels, else of frames. */
static seg_status take_shape(seg_image_file *a, const header *h, const seg_read_options *options, seg_error *err)
{
    seg_stored_axis axis[SEG_MOST_AXES];
    int n = 0;

    if (h->channels > 1)
        axis[n++] = (seg_stored_axis){h->channels, 'c'};
    for (int i = 0; i < h->dims; i++)
        axis[n++] = (seg_stored_axis){h->size[i], i < 3 ? "xyz"[i] : h->channels > 1 ? 't' : 'c'};
    a->dims = n;
    for (int i = 0; i < n; i++)
        a->shape[i] = axis[i].n;
    return seg_axes_set(a, axis, n, false, options, err);
}

static seg_status take_space(seg_image_file *a, const header *h, seg_error *err)
{
    double step[3][3] = {{0}}, mm[3], origin[3] = {0};
    int n = h->dims < 3 ? h->dims : 3;

    for (int i = 0; i < 3; i++)
        mm[i] = i < n ? (isnan(h->spacing[i]) ? h->element_size[i] : h->spacing[i]) : 1;
    if (h->dims < 3 || (!h->has_matrix && isnan(mm[0]))) { /* an image, or nothing is said */
        seg_space_set_lengths(a, mm);
        return SEG_OK;
    }
    for (int i = 0; i < 3; i++) {
        double length = isnan(mm[i]) ? 1 : mm[i];

        origin[i] = h->origin[i];
        for (int k = 0; k < 3; k++)
            step[i][k] = length * (h->has_matrix ? h->matrix[i * h->dims + k] : i == k);
    }
    return seg_space_set(a, step, origin, SEG_LPS, err);
}

/* Where the numbers are: in this file or another, from its front or at its end. */
static seg_status find_data(seg_image_file *a, const header *h, const seg_read_options *options, seg_error *err)
{
    uint64_t bytes = a->stored * a->type->bytes;
    bool local = !strcasecmp(h->data, "LOCAL");
    seg_status st = SEG_OK;

    if (!strncmp(h->data, "LIST", 4) || (!local && (strchr(h->data, '%') || strchr(h->data, ' '))))
        return seg_fail(err, SEG_READ,
                        "%s: has its numbers in several files (%.60s), one file was wanted (write it as .mha)", a->name,
                        h->data);
    if (!local) {
        a->data_at = 0;
        st = seg_header_data_file(a, h->data, options, err);
    }
    if (!st && h->skip == -1 && !h->packed)
        a->data_at = a->input.size > bytes ? a->input.size - bytes : 0;
    else if (!st && h->skip > 0 && !local)
        a->data_at = (uint64_t)h->skip;
    a->packing = h->packed ? "zlib" : NULL;
    a->packed_end = a->input.size;
    if (!st && h->packed && h->packed_bytes > 0 && h->packed_bytes < (double)(a->input.size - a->data_at))
        a->packed_end = a->data_at + (uint64_t)h->packed_bytes;
    return st ? st : seg_image_file_check_size(a, a->data_at, h->packed, err);
}

static seg_status open_metaimage(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                                 seg_error *err)
{
    header h;
    seg_status st = read_header(a, &h, err);

    (void)head;
    (void)n;
    if (!st)
        st = take_type(a, &h, err);
    if (!st)
        st = take_shape(a, &h, options, err);
    if (!st)
        st = take_space(a, &h, err);
    return st ? st : find_data(a, &h, options, err);
}

static const char *const EXTENSIONS[] = {".mha", ".mhd", NULL};
static const char *const HEADERS[] = {".mhd", NULL};

const seg_format seg_format_metaimage = {
    .name = "MetaImage",
    .summary = ".mha and .mhd of ITK; channels are classes",
    .manual = "Images of 2 to 4 axes with binary data of type MET_UCHAR to MET_DOUBLE, in either byte order, plain or "
              "compressed by zlib. Numbers are in the same file (LOCAL) or in one file that is named without a folder; "
              "lists and patterns of files are refused. Channels of a pixel, or else a fourth axis, are the classes. "
              "TransformMatrix, Offset and ElementSpacing say how it lies.",
    .extensions = EXTENSIONS,
    .headers = HEADERS,
    .is = is_metaimage,
    .open = open_metaimage,
    .start = seg_image_file_start_at,
};
