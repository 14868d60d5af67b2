/* npz.c - NumPy's .npz: a zip archive of .npy files, of which one holds the image.
 *
 * nnU-Net writes the probabilities of a case as the member `probabilities` (version 2) or `softmax` (version 1).
 */
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "format.h"
#include "npy.h"
#include "zip.h"

static bool is_npz(const uint8_t *head, size_t n)
{
    return n >= 4 && (!memcmp(head, "PK\3\4", 4) || !memcmp(head, "PK\5\6", 4));
}

/* ---- which member ---- */

/* Names that are taken before others, the first one first. */
static const char *const KNOWN[] = {"probabilities.npy", "softmax.npy"};
enum { KNOWN_NAMES = sizeof KNOWN / sizeof *KNOWN, SHOWN = 6 };

typedef struct {
    seg_zip_member member;
    size_t rank, arrays; /* rank: place in KNOWN, KNOWN_NAMES for any other array */
    seg_string names;
} choice;

static bool choose(void *context, const seg_zip_member *m)
{
    choice *c = context;
    size_t n = strlen(m->name), rank = 0;

    if (n < 4 || strcmp(m->name + n - 4, ".npy"))
        return true;
    while (rank < KNOWN_NAMES && strcmp(m->name, KNOWN[rank]))
        rank++;
    if (c->arrays < SHOWN)
        seg_string_printf(&c->names, "%s%.*s", c->arrays ? ", " : "", (int)n - 4, m->name);
    else if (c->arrays == SHOWN)
        seg_string_add(&c->names, ", ...");
    if (c->arrays++ == 0 || rank < c->rank) {
        c->member = *m;
        c->rank = rank;
    }
    return true;
}

static seg_status find_member(const seg_image_file *a, seg_zip_member *member, seg_error *err)
{
    choice c = {.rank = KNOWN_NAMES};
    seg_status st = seg_zip_list(&a->input, choose, &c, err);

    if (!st)
        st = seg_string_check(&c.names, err);
    if (!st && c.arrays == 0)
        st = seg_fail(err, SEG_READ, "%s: is a zip archive without arrays, a NumPy .npz was wanted (unpack it)",
                      a->name);
    else if (!st && c.arrays > 1 && c.rank == KNOWN_NAMES)
        st = seg_fail(err, SEG_READ,
                      "%s: holds %zu arrays (%s), one, or one with the name probabilities or softmax, was wanted (save "
                      "the array with numpy.save)",
                      a->name, c.arrays, c.names.text);
    *member = c.member;
    seg_string_free(&c.names);
    return st;
}

/* ---- the format ---- */

/* Reads the header at the front of the member. */
static seg_status read_header(seg_image_file *a, const seg_zip_member *member, const seg_read_options *options,
                              seg_error *err)
{
    seg_decoder decoder;
    seg_stream stream;
    seg_status st = seg_zip_decoder(&decoder, &a->input, member, NULL, err);

    if (!st)
        st = seg_stream_decode(&stream, &decoder, member->size, &a->input, NULL, err);
    if (st)
        return st;
    st = seg_npy_header(a, &stream, member->size, options, err);
    a->skipped = a->data_at;
    seg_stream_close(&stream);
    return st;
}

static seg_status open_npz(seg_image_file *a, const uint8_t *head, size_t n, const seg_read_options *options,
                           seg_error *err)
{
    seg_zip_member *member;
    seg_status st = seg_alloc(&member, 1, sizeof *member, "a zip archive", err);

    (void)head;
    (void)n;
    if (st)
        return st;
    a->own = member;
    st = find_member(a, member, err);
    if (st)
        return st;
    a->packing = member->method == 8 ? "deflate" : NULL;
    return read_header(a, member, options, err);
}

static seg_status start(seg_image_file *a, bool again, const seg_read_options *options, seg_error *err)
{
    (void)again;
    (void)options;
    return seg_zip_decoder(&a->decoder, &a->input, a->own, a->notes, err);
}

static void close_npz(seg_image_file *a)
{
    free(a->own);
    a->own = NULL;
}

static const char *const EXTENSIONS[] = {".npz", NULL};

const seg_format seg_format_npz = {
    .name = "NPZ",
    .summary = "the array probabilities or softmax of nnU-Net's .npz, or the only one in it",
    .manual =
        "An archive written by numpy.savez or numpy.savez_compressed. Its array probabilities (nnU-Net 2) is read, "
        "or softmax (nnU-Net 1), or the only one in it. " SEG_NPY_AXES " The .pkl beside nnU-Net's .npz is never "
        "read: a pickle can run any code, and nnU-Net writes its .npz on the grid of the image.\n\n"
        "Large maps are decompressed while they are used, as those of .nii.gz.",
    .extensions = EXTENSIONS,
    .is = is_npz,
    .open = open_npz,
    .start = start,
    .close = close_npz,
};
