/* nrrd.c - NRRD of teem and 3D Slicer: lines "field: value" and "key:=value", an empty line, then the numbers.
 *
 * The axis that is not one of space may be anywhere; `space directions` has `none` for it, `kinds` says what it is.
 *
 * The file is long because the definition has many fields: each has a few lines here, and nothing else uses them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "ascii_numbers.h"
#include "axes.h"
#include "format.h"
#include "slicer.h"
#include "space.h"
#include "text_header.h"

enum { MOST = 5, WORLD = 4 }; /* axes; world axes, of which the fourth is time */

typedef enum { RAW, GZIP, ASCII } encoding;

typedef struct {
    int dims;
    size_t size[MOST];
    char type[40], endian[16], kinds[128], encoding[16], data[256];
    bool has_size, oriented, timed; /* oriented: the space is one that is known */
    bool has_space, has_directions, has_spacings, has_origin;
    seg_world world;
    int space_dims;
    bool none[MOST]; /* not an axis of space */
    double direction[MOST][WORLD], spacing[MOST], origin[WORLD];
    double byte_skip, line_skip;
} header;

static bool is_nrrd(const uint8_t *head, size_t n)
{
    return n >= 8 && !memcmp(head, "NRRD000", 7) && head[7] >= '1' && head[7] <= '5';
}

/* ---- fields ---- */

static bool copy(char *out, size_t room, const char *value)
{
    return (size_t)snprintf(out, room, "%s", value) < room;
}

static bool take_dimension(header *h, const char *value)
{
    int64_t n;

    if (!seg_read_int64(value, &n) || n < 1 || n > MOST)
        return false;
    h->dims = (int)n;
    return true;
}

static bool take_sizes(header *h, const char *value)
{
    h->has_size = h->dims && seg_header_sizes(value, h->size, h->dims);
    return h->has_size;
}

/* Spaces that are not known have no orientation. */
static bool take_space_name(header *h, const char *value)
{
    static const struct {
        const char *name, *letters;
        seg_world world;
    } SPACES[] = {{"right-anterior-superior", "RAS", SEG_RAS},
                  {"left-anterior-superior", "LAS", SEG_LAS},
                  {"left-posterior-superior", "LPS", SEG_LPS}};
    size_t n = strlen(value);

    h->has_space = true;
    for (int i = 0; i < 3; i++) {
        size_t m = strlen(SPACES[i].name);
        bool letters = !strncasecmp(value, SPACES[i].letters, 3) && (n == 3 || (n == 4 && (value[3] | 0x20) == 't'));
        bool name = !strncasecmp(value, SPACES[i].name, m) && (n == m || !strcasecmp(value + m, "-time"));

        if (!letters && !name)
            continue;
        h->oriented = true;
        h->world = SPACES[i].world;
        h->timed = letters ? n == 4 : n > m;
        h->space_dims = h->timed ? 4 : 3;
    }
    return true;
}

static bool take_space_dimension(header *h, const char *value)
{
    int64_t n;

    if (!seg_read_int64(value, &n) || n < 1 || n > WORLD)
        return false;
    h->has_space = true;
    h->space_dims = (int)n;
    return true;
}

/* "(1,0,0) none (0,1,0) (0,0,1)": a vector or `none` for each axis. */
static bool take_directions(header *h, const char *value)
{
    h->has_directions = true;
    for (int i = 0; i < h->dims; i++) {
        char vector[128];
        size_t n;

        value += strspn(value, " \t");
        h->none[i] = !strncasecmp(value, "none", 4);
        n = h->none[i] ? 4 : strcspn(value, ")") + 1;
        if (n >= sizeof vector || (!h->none[i] && (*value != '(' || !h->space_dims || value[n - 1] != ')')))
            return false;
        memcpy(vector, value, n);
        vector[n] = '\0';
        if (!h->none[i] && !seg_header_numbers(vector, h->direction[i], h->space_dims))
            return false;
        value += n;
    }
    return h->dims > 0 && !value[strspn(value, " \t")];
}

static bool take_skip(double *skip, const char *value)
{
    return seg_header_numbers(value, skip, 1) && *skip >= 0 && *skip <= 1e15 && *skip == floor(*skip);
}

/* False when the value is not what the field wants. Fields that are not known do not matter. */
static bool take(header *h, const char *field, const char *value)
{
    if (!strcmp(field, "dimension"))
        return take_dimension(h, value);
    if (!strcmp(field, "sizes"))
        return take_sizes(h, value);
    if (!strcmp(field, "type"))
        return copy(h->type, sizeof h->type, value);
    if (!strcmp(field, "endian"))
        return copy(h->endian, sizeof h->endian, value);
    if (!strcmp(field, "encoding"))
        return copy(h->encoding, sizeof h->encoding, value);
    if (!strcmp(field, "data file") || !strcmp(field, "datafile"))
        return copy(h->data, sizeof h->data, value);
    if (!strcmp(field, "kinds"))
        return copy(h->kinds, sizeof h->kinds, value);
    if (!strcmp(field, "space"))
        return take_space_name(h, value);
    if (!strcmp(field, "space dimension"))
        return take_space_dimension(h, value);
    if (!strcmp(field, "space directions"))
        return take_directions(h, value);
    if (!strcmp(field, "space origin"))
        return h->has_origin = h->space_dims && seg_header_numbers(value, h->origin, h->space_dims);
    if (!strcmp(field, "spacings"))
        return h->has_spacings = h->dims && seg_header_numbers(value, h->spacing, h->dims);
    if (!strcmp(field, "byte skip") || !strcmp(field, "byteskip"))
        return take_skip(&h->byte_skip, value);
    if (!strcmp(field, "line skip") || !strcmp(field, "lineskip"))
        return take_skip(&h->line_skip, value);
    return true;
}

static seg_status take_line(seg_image_file *a, header *h, char *line, seg_error *err)
{
    char *value, *key = strstr(line, ":="), *field = strstr(line, ": ");

    if (line[0] == '#')
        return SEG_OK;
    if (key && (!field || key < field)) {
        seg_header_cut(line, ":=", &value);
        return seg_slicer_key(a, line, value, err);
    }
    if (!seg_header_cut(line, ":", &value))
        return seg_fail(err, SEG_READ,
                        "%s: has the line '%.60s' in its header, 'field: value' was wanted (it is damaged)", a->name,
                        line);
    for (char *c = line; *c; c++) /* fields are told apart without case */
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
    if (take(h, line, value))
        return SEG_OK;
    return seg_fail(
        err, SEG_READ,
        "%s: has '%.30s: %.60s' in its header, which is not read (1 to %d axes, sizes of at least 1 for each, "
        "skips of at least 0; fields in the order of the NRRD definition)",
        a->name, line, value, MOST);
}

static seg_status read_lines(seg_image_file *a, header *h, char *line, seg_error *err)
{
    bool more = true;
    seg_status st = seg_header_line(a, line, &a->data_at, &more, err); /* the magic */

    while (!st && more) {
        st = seg_header_line(a, line, &a->data_at, &more, err);
        if (!st && more && !line[0])
            break;
        if (!st && more)
            st = take_line(a, h, line, err);
    }
    if (!st && !more && !h->data[0])
        st = seg_fail(err, SEG_READ,
                      "%s: ends inside its NRRD header, a whole file was wanted (copy or write it again)", a->name);
    if (!st && (!h->dims || !h->has_size || !h->type[0] || !h->encoding[0]))
        st = seg_fail(err, SEG_READ, "%s: has a header without '%s', one was wanted (write it again)", a->name,
                      !h->dims       ? "dimension"
                      : !h->has_size ? "sizes"
                      : !h->type[0]  ? "type"
                                     : "encoding");
    return st;
}

static seg_status read_header(seg_image_file *a, header *h, seg_error *err)
{
    char *line;
    seg_status st = seg_alloc(&line, SEG_HEADER_LINE, 1, "an NRRD header", err);

    *h = (header){0};
    if (!st)
        st = read_lines(a, h, line, err);
    free(line);
    return st;
}

/* ---- what it says ---- */

static const struct {
    const char *names; /* between commas */
    seg_type_id id;
} TYPES[] = {
    {",signed char,int8,int8_t,", SEG_INT8},
    {",uchar,unsigned char,uint8,uint8_t,", SEG_UINT8},
    {",short,short int,signed short,signed short int,int16,int16_t,", SEG_INT16},
    {",ushort,unsigned short,unsigned short int,uint16,uint16_t,", SEG_UINT16},
    {",int,signed int,int32,int32_t,", SEG_INT32},
    {",uint,unsigned int,uint32,uint32_t,", SEG_UINT32},
    {",longlong,long long,long long int,signed long long,signed long long int,int64,int64_t,", SEG_INT64},
    {",ulonglong,unsigned long long,unsigned long long int,uint64,uint64_t,", SEG_UINT64},
    {",float,", SEG_FLOAT32},
    {",double,", SEG_FLOAT64},
};

static seg_status take_type(seg_image_file *a, const header *h, bool text, seg_error *err)
{
    bool big = !strcasecmp(h->endian, "big"), little = !strcasecmp(h->endian, "little");
    char name[sizeof h->type + 2];

    snprintf(name, sizeof name, ",%s,", h->type);
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (strstr(TYPES[i].names, name))
            a->type = &seg_types[TYPES[i].id];
    if (!a->type)
        return seg_fail(err, SEG_READ,
                        "%s: says its numbers are of type '%s', an integer or float type of NRRD was wanted "
                        "(convert it)",
                        a->name, h->type);
    if (a->type->bytes > 1 && !text && !big && !little)
        return seg_fail(err, SEG_READ,
                        "%s: does not say its byte order: 'endian: little' or 'endian: big' was wanted "
                        "(add it to the header)",
                        a->name);
    seg_image_file_set_order(a, !text && big);
    a->swapped = a->swapped && !text;
    return SEG_OK;
}

/* The i-th word of `kinds`, or "". */
static const char *kind_of(const header *h, int i, char out[24])
{
    const char *at = h->kinds;

    for (at += strspn(at, " \t"); i > 0 && *at; i--) {
        at += strcspn(at, " \t");
        at += strspn(at, " \t");
    }
    snprintf(out, 24, "%.*s", (int)strcspn(at, " \t"), at);
    return out;
}

/* Channels, frames, or space. */
static char letter_of(const header *h, int i)
{
    char kind[24];
    bool time_only = h->timed && h->has_directions && !h->none[i] && h->direction[i][0] == 0 &&
                     h->direction[i][1] == 0 && h->direction[i][2] == 0;

    kind_of(h, i, kind);
    if (!strcasecmp(kind, "time") || time_only)
        return 't';
    if (h->has_directions ? h->none[i] : kind[0] && strcasecmp(kind, "domain") && strcasecmp(kind, "space"))
        return strcmp(kind, "???") && strcmp(kind, "none") ? 'c' : h->has_directions ? 'c' : 's';
    return 's';
}

/* Axes of space are x, y, z in the order in which they are stored; a fourth that nothing is said of holds classes.
 * from[k] is the stored axis of x, y or z. */
static seg_status take_shape(seg_image_file *a, const header *h, int from[3], const seg_read_options *options,
                             seg_error *err)
{
    seg_stored_axis axis[SEG_MOST_AXES];
    int space = 0, others = 0;

    a->dims = h->dims;
    for (int i = 0; i < h->dims; i++) {
        char letter = letter_of(h, i);
        bool fourth = letter == 's' && space == 3;

        if (letter == 's' && space < 3) {
            letter = "xyz"[space];
            from[space++] = i;
        } else {
            letter = fourth ? 'c' : letter;
            others += letter == 'c' ? 1 : 16;
        }
        axis[i] = (seg_stored_axis){h->size[i], letter};
        a->shape[i] = h->size[i];
    }
    if (!options->axes && (space < 1 || (others & 15) > 1 || others >> 4 > 1))
        return seg_fail(err, SEG_READ,
                        "%s: has %d axes of which %d are of space; up to 3 of space, 1 of channels and 1 of time were "
                        "wanted (--axes says what they are)",
                        a->name, h->dims, space);
    return seg_axes_set(a, axis, h->dims, false, options, err);
}

/* Directions in a known space; lengths alone in another, or by `spacings`. */
static seg_status take_space(seg_image_file *a, const header *h, const int from[3], int axes, seg_error *err)
{
    double step[3][3], origin[3], mm[3] = {1, 1, 1};

    for (int i = 0; i < axes; i++) {
        const double *d = h->direction[from[i]];
        double length = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);

        mm[i] = h->has_directions ? length : h->has_spacings ? fabs(h->spacing[from[i]]) : NAN;
        memcpy(step[i], d, sizeof step[i]);
    }
    for (int k = 0; k < 3; k++)
        origin[k] = h->has_origin ? h->origin[k] : 0;
    if (h->oriented && h->has_directions && axes == 3)
        return seg_space_set(a, step, origin, h->world, err);
    if (h->has_space && !h->oriented)
        seg_warn(a->notes, "%s: lies in a space that is not RAS, LAS or LPS; its orientation is not used", a->name);
    seg_space_set_lengths(a, mm);
    return SEG_OK;
}

/* ---- the numbers ---- */

static seg_status encoding_of(const seg_image_file *a, const header *h, encoding *e, seg_error *err)
{
    static const struct {
        const char *name;
        encoding encoding;
    } KNOWN[] = {{"raw", RAW}, {"gzip", GZIP}, {"gz", GZIP}, {"ascii", ASCII}, {"text", ASCII}, {"txt", ASCII}};

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (!strcasecmp(h->encoding, KNOWN[i].name)) {
            *e = KNOWN[i].encoding;
            return SEG_OK;
        }
    return seg_fail(err, SEG_READ,
                    "%s: has the encoding %s; raw, gzip or ascii was wanted (save it again with one of them)", a->name,
                    h->encoding);
}

/* Lines of a data file that come before the data, also before packed ones. */
static seg_status skip_lines(seg_image_file *a, double lines, seg_error *err)
{
    seg_status st = SEG_OK;

    while (!st && lines-- > 0) {
        const uint8_t *bytes = NULL, *end;
        size_t got = 0;

        st = seg_stream_peek(&a->stream, SEG_HEADER_LINE, &bytes, &got, err);
        end = st ? NULL : memchr(bytes, '\n', got);
        if (!st && !end)
            st = seg_fail(err, SEG_READ, "%s: has fewer lines than 'line skip' leaves out (correct the header)",
                          a->input.name);
        if (!st) {
            a->data_at += (uint64_t)(end - bytes) + 1;
            st = seg_stream_skip(&a->stream, (uint64_t)(end - bytes) + 1, err);
        }
    }
    return st;
}

/* Where the numbers are. Bytes are left out of what was unpacked, lines before. */
static seg_status find_data(seg_image_file *a, const header *h, encoding e, const seg_read_options *options,
                            seg_error *err)
{
    seg_status st = SEG_OK;

    if (h->data[0]) {
        a->data_at = 0;
        if (!strncasecmp(h->data, "LIST", 4) || strchr(h->data, '%'))
            return seg_fail(err, SEG_READ,
                            "%s: has its numbers in several files (%.60s), one file was wanted (save it as "
                            ".nrrd)",
                            a->name, h->data);
        st = seg_header_data_file(a, h->data, options, err);
    }
    if (!st)
        st = skip_lines(a, h->line_skip, err);
    if (st)
        return st;
    a->packing = e == GZIP ? "gzip" : NULL;
    a->packed_end = a->input.size;
    if (e == GZIP) {
        a->skipped = (uint64_t)h->byte_skip;
        if (!seg_is_gzip(&a->input, a->data_at))
            return seg_fail(err, SEG_READ, "%s: has the encoding gzip, but its data are not (copy or write it again)",
                            a->input.name);
    } else {
        a->data_at += (uint64_t)h->byte_skip;
    }
    if (e == ASCII) /* a digit and a blank for each number at least */
        return a->data_at < a->input.size && a->stored <= (a->input.size - a->data_at + 1) / 2
                   ? SEG_OK
                   : seg_fail(err, SEG_READ,
                              "%s: is too small for the %llu numbers of its header (copy or write it again)",
                              a->input.name, (unsigned long long)a->stored);
    return seg_image_file_check_size(a, a->data_at + a->skipped, e == GZIP, err);
}

/* ---- the format ---- */

static seg_status open_nrrd(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                            seg_error *err)
{
    header h;
    encoding e = RAW;
    int from[3] = {0, 0, 0};
    seg_status st = read_header(a, &h, err);

    (void)head;
    (void)n;
    if (!st)
        st = encoding_of(a, &h, &e, err);
    if (!st)
        st = take_type(a, &h, e == ASCII, err);
    if (!st)
        st = take_shape(a, &h, from, options, err);
    if (!st && !options->axes)
        st = take_space(a, &h, from, (a->extent[2] > 1 || h.dims > 2) ? 3 : h.dims, err);
    else if (!st)
        seg_space_set_lengths(a, (double[3]){NAN, NAN, NAN});
    a->text = e == ASCII;
    if (!st)
        st = find_data(a, &h, e, options, err);
    return st ? st : seg_slicer_check(a, err);
}

static seg_status start(seg_image_file *a, bool again, const seg_read_options *options, seg_error *err)
{
    seg_status st = seg_image_file_start_at(a, again, options, err);

    return st || !a->text ? st : seg_ascii_decoder(&a->decoder, a, &a->stream, err);
}

static const char *const EXTENSIONS[] = {".seg.nrrd", ".seg.nhdr", ".nrrd", ".nhdr", NULL};
static const char *const HEADERS[] = {".nhdr", NULL};

const seg_format seg_format_nrrd = {
    .name = "NRRD",
    .summary = ".nrrd, .nhdr and the segmentations .seg.nrrd of 3D Slicer",
    .manual =
        "NRRD of all versions, with the encodings raw, gzip and ascii, in one file or with a data file that is named "
        "without a folder; lists and patterns of files, bzip2 and hex are refused. Up to three axes of space; an "
        "axis of kind list or vector, or with the direction none, holds the classes, wherever it is. Orientation is "
        "read from the spaces RAS, LAS and LPS.\n\n"
        "In a segmentation of 3D Slicer the segments are the classes, with their names. Segments that overlap are "
        "stored in several layers, and each is a class of its own. Fractional segmentations are refused.",
    .extensions = EXTENSIONS,
    .headers = HEADERS,
    .is = is_nrrd,
    .open = open_nrrd,
    .start = start,
};
