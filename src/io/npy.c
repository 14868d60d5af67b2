/* npy.c - NumPy's .npy: a Python dictionary as text, then the numbers.
 *
 *     \x93NUMPY 1 0 <length> {'descr': '<f4', 'fortran_order': False, 'shape': (4, 30, 40, 50), }
 *
 * The dictionary has exactly these three keys and is parsed here: nothing of a file is ever run.
 */
#include "npy.h"

#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "axes.h"
#include "bytes.h"
#include "format.h"

enum { MAGIC = 6, MOST_HEADER = 1 << 16 };

static bool is_npy(const uint8_t *head, size_t n)
{
    return n >= MAGIC && !memcmp(head, "\x93NUMPY", MAGIC);
}

/* ---- the dictionary ---- */

typedef struct {
    const char *at; /* of the text, which ends with a zero byte */
    char descr[64];
    bool fortran;
    size_t shape[SEG_MOST_AXES];
    int dims, keys; /* keys: a bit for each that was met */
} parser;

static void blanks(parser *p)
{
    p->at += strspn(p->at, " \t\n\r");
}

static bool symbol(parser *p, char c)
{
    blanks(p);
    if (*p->at != c)
        return false;
    p->at++;
    return true;
}

/* 'text' or "text", without escapes. */
static bool string(parser *p, char *out, size_t room)
{
    char quote[2] = {0};
    size_t n;

    blanks(p);
    quote[0] = *p->at;
    if (*quote != '\'' && *quote != '"')
        return false;
    n = strcspn(p->at + 1, quote);
    if (n >= room || p->at[1 + n] != *quote)
        return false;
    memcpy(out, p->at + 1, n);
    out[n] = '\0';
    p->at += n + 2;
    return true;
}

static bool word(parser *p, const char *text)
{
    size_t n = strlen(text);

    blanks(p);
    if (strncmp(p->at, text, n))
        return false;
    p->at += n;
    return true;
}

/* Digits, with the L that Python 2 wrote. */
static bool number(parser *p, size_t *out)
{
    size_t digits, x = 0;

    blanks(p);
    digits = strspn(p->at, "0123456789");
    if (digits == 0 || digits > 18)
        return false;
    for (; digits > 0; digits--)
        x = x * 10 + (size_t)(*p->at++ - '0');
    p->at += *p->at == 'L';
    *out = x;
    return true;
}

static bool tuple(parser *p)
{
    bool comma = true;

    if (!symbol(p, '('))
        return false;
    while (!symbol(p, ')')) {
        if (!comma || p->dims == SEG_MOST_AXES || !number(p, &p->shape[p->dims]))
            return false;
        p->dims++;
        comma = symbol(p, ',');
    }
    return true;
}

static bool entry(parser *p)
{
    char key[16];
    int bit;
    bool fine;

    if (!string(p, key, sizeof key) || !symbol(p, ':'))
        return false;
    if (!strcmp(key, "descr")) {
        bit = 1;
        blanks(p);
        if (*p->at == '[') { /* the fields of a structure: refused by its name */
            strcpy(p->descr, "structure");
            p->keys |= bit;
            return false;
        }
        fine = string(p, p->descr, sizeof p->descr);
    } else if (!strcmp(key, "fortran_order")) {
        bit = 2;
        p->fortran = word(p, "True");
        fine = p->fortran || word(p, "False");
    } else if (!strcmp(key, "shape")) {
        bit = 4;
        fine = tuple(p);
    } else {
        return false;
    }
    fine = fine && !(p->keys & bit);
    p->keys |= bit;
    return fine;
}

static bool dictionary(parser *p)
{
    bool comma = true;

    if (!symbol(p, '{'))
        return false;
    while (!symbol(p, '}')) {
        if (!comma || !entry(p))
            return false;
        comma = symbol(p, ',');
    }
    blanks(p);
    return p->keys == 7 && *p->at == '\0';
}

/* ---- what it says ---- */

static const struct {
    const char *code;
    seg_type_id id;
} TYPES[] = {
    {"b1", SEG_UINT8}, {"u1", SEG_UINT8},   {"i1", SEG_INT8},    {"u2", SEG_UINT16},
    {"i2", SEG_INT16}, {"u4", SEG_UINT32},  {"i4", SEG_INT32},   {"u8", SEG_UINT64},
    {"i8", SEG_INT64}, {"f2", SEG_FLOAT16}, {"f4", SEG_FLOAT32}, {"f8", SEG_FLOAT64},
};

static seg_status wrong_type(const seg_image_file *a, const char *descr, seg_error *err)
{
    static const struct {
        char kind;
        const char *what;
    } KINDS[] = {{'O', "is an object array, which is pickled Python and would run code when it is read"},
                 {'s', "is an array of structures"},
                 {'V', "is an array of structures"},
                 {'c', "holds complex numbers"},
                 {'U', "holds text"},
                 {'S', "holds text"},
                 {'M', "holds dates"},
                 {'m', "holds time spans"}};
    char kind = descr[strcspn(descr, "OsVcUSMm")];

    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (kind == KINDS[i].kind)
            return seg_fail(err, SEG_READ,
                            "%s: %s, one number for each voxel was wanted (save it with numpy.save as an integer or "
                            "float type)",
                            a->name, KINDS[i].what);
    return seg_fail(err, SEG_READ,
                    "%s: says its numbers are of type '%s', a NumPy integer or float type was wanted (save it with "
                    "numpy.save as one)",
                    a->name, descr);
}

static seg_status take_type(seg_image_file *a, const char *descr, seg_error *err)
{
    bool ordered = *descr == '<' || *descr == '>' || *descr == '|' || *descr == '=', big = *descr == '>';
    const char *code = descr + ordered;

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (!strcmp(code, TYPES[i].code))
            a->type = &seg_types[TYPES[i].id];
    if (!a->type || (a->type->bytes > 1 && *descr != '<' && !big))
        return wrong_type(a, descr, err);
    seg_image_file_set_order(a, big);
    if (!strcmp(code, "b1"))
        snprintf(a->storage, sizeof a->storage, "bool");
    return SEG_OK;
}

/* Letters of the axes as shape prints them, the last ones of these. */
static const char PRINTED[] = "tczyx";

static seg_status take_shape(seg_image_file *a, const parser *p, const seg_read_options *options, seg_error *err)
{
    seg_stored_axis axis[SEG_MOST_AXES];
    int most = (int)strlen(PRINTED);

    if (p->dims < 1 || p->dims > most)
        return seg_fail(err, SEG_READ, "%s: is an array of %d axes, 1 to %d were wanted (save one part of it)", a->name,
                        p->dims, most);
    a->dims = p->dims;
    for (int i = 0; i < p->dims; i++) {
        int to = p->fortran ? i : p->dims - 1 - i;

        if (p->shape[i] == 0)
            return seg_fail(err, SEG_READ, "%s: is an empty array: axis %d has no entry (was it saved as it should?)",
                            a->name, i);
        a->shape[i] = p->shape[i];
        axis[to] = (seg_stored_axis){p->shape[i], PRINTED[most - p->dims + i]};
    }
    a->grid = (seg_grid){.mm = {1, 1, 1}};
    return seg_axes_set(a, axis, p->dims, !p->fortran, options, err);
}

static seg_status take_dictionary(seg_image_file *a, const char *text, const seg_read_options *options, seg_error *err)
{
    parser p = {.at = text};
    bool fine = dictionary(&p);
    seg_status st;

    if (!fine && !strcmp(p.descr, "structure"))
        return wrong_type(a, p.descr, err);
    if (!fine)
        return seg_fail(err, SEG_READ,
                        "%s: has a NumPy header that is not a dictionary with descr, fortran_order and shape, one was "
                        "wanted (save it again with numpy.save)",
                        a->name);
    st = take_type(a, p.descr, err);
    return st ? st : take_shape(a, &p, options, err);
}

/* x and z cannot be mixed up without notice unless they are of one length. */
static void warn_of_cube(const seg_image_file *a, const seg_read_options *options)
{
    if (!options->axes && a->extent[2] > 1 && a->extent[0] == a->extent[2])
        seg_warn(a->notes,
                 "%s: is read with axes z y x; as x and z are both of %zu voxels, another order would not be noticed "
                 "(--axes says another)",
                 a->name, a->extent[0]);
}

static seg_status check_length(const seg_image_file *a, uint64_t size, seg_error *err)
{
    uint64_t bytes = a->data_at + a->stored * a->type->bytes;

    if (size == UINT64_MAX || size == bytes)
        return SEG_OK;
    return seg_fail(err, SEG_READ, "%s: should hold %llu bytes by its header, but has %llu (copy or write it again)",
                    a->name, (unsigned long long)bytes, (unsigned long long)size);
}

static seg_status read_text(seg_image_file *a, seg_stream *stream, char **text, seg_error *err)
{
    const uint8_t *head;
    size_t lengths, n;
    int version;
    seg_status st = seg_stream_take(stream, MAGIC + 2, &head, err);

    if (st)
        return st;
    version = head[MAGIC];
    if (!is_npy(head, MAGIC) || version < 1 || version > 3)
        return seg_fail(err, SEG_READ, "%s: is a NumPy file of version %d, 1 to 3 were wanted (save it again)", a->name,
                        version);
    lengths = version == 1 ? 2 : 4;
    st = seg_stream_take(stream, lengths, &head, err);
    if (st)
        return st;
    n = (size_t)seg_little(head, (int)lengths);
    if (n > MOST_HEADER)
        return seg_fail(err, SEG_READ, "%s: has a NumPy header of %zu bytes, at most %d were wanted (it is damaged)",
                        a->name, n, MOST_HEADER);
    a->data_at = MAGIC + 2 + lengths + n;
    st = seg_alloc(text, n + 1, 1, "a NumPy header", err);
    return st ? st : seg_stream_read(stream, *text, n, err);
}

seg_status seg_npy_header(seg_image_file *a, seg_stream *stream, uint64_t size, const seg_read_options *options,
                          seg_error *err)
{
    char *text = NULL;
    seg_status st = read_text(a, stream, &text, err);

    if (!st)
        st = take_dictionary(a, text, options, err);
    free(text);
    if (!st)
        st = check_length(a, size, err);
    if (!st)
        warn_of_cube(a, options);
    return st;
}

static seg_status open_npy(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                           seg_error *err)
{
    bool plain = !a->packing;
    seg_status st = seg_npy_header(a, &a->stream, plain ? a->input.size : UINT64_MAX, options, err);

    (void)head;
    (void)n;
    return st || plain ? st : seg_image_file_check_size(a, a->data_at, true, err);
}

/* The header was read when the file was opened. */
static seg_status start(seg_image_file *a, bool again, const seg_read_options *options, seg_error *err)
{
    (void)options;
    return again ? seg_stream_skip(&a->stream, a->data_at, err) : SEG_OK;
}

static const char *const EXTENSIONS[] = {".npy", ".npy.gz", NULL};

const seg_format seg_format_npy = {
    .name = "NumPy",
    .summary = "arrays of whole numbers, bool or floats, axes y x, z y x or c z y x",
    .manual =
        "An array saved with numpy.save, of bool, whole numbers of 1 to 8 bytes, or floats of 2, 4 or 8 bytes, in "
        "either byte order and either order of axes in memory. Objects (pickled Python), structures, text, dates "
        "and complex numbers are refused. " SEG_NPY_AXES "\n\n"
        "A map in C order is read block by block while it is used and takes no memory.",
    .extensions = EXTENSIONS,
    .gzip = true,
    .is = is_npy,
    .open = open_npy,
    .start = start,
};
