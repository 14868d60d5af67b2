/* zip.c - zip archives as NumPy writes them (APPNOTE 6.3.9 of PKWARE), up to ZIP64.
 *
 * Only the central directory is believed; of a member's local header nothing but the lengths of its name and extra
 * field, which say where the data begin.
 */
#include "zip.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "bytes.h"

enum { END = 22, LOCATOR = 20, END64 = 56, ENTRY = 46, LOCAL = 30, MOST_COMMENT = 65535 };
enum { SIGNATURE_END = 0x06054b50, SIGNATURE_END64 = 0x06064b50, SIGNATURE_LOCATOR = 0x07064b50 };
enum { SIGNATURE_ENTRY = 0x02014b50, SIGNATURE_LOCAL = 0x04034b50 };

static seg_status damaged(const seg_input *input, const char *how, seg_error *err)
{
    return seg_fail(err, SEG_READ,
                    "%s: zip archive is damaged: %s, intact data was wanted (copy or write the file again)",
                    input->name, how);
}

typedef struct {
    uint64_t at, bytes, entries;
} directory;

/* ZIP64: larger numbers stand in a record of its own, which a locator in front of the end record names. */
static seg_status find_directory64(directory *d, const seg_input *input, uint64_t end, seg_error *err)
{
    uint8_t locator[LOCATOR], record[END64];
    uint64_t at;

    if (end < LOCATOR || seg_input_pread(input, end - LOCATOR, locator, LOCATOR) ||
        seg_little(locator, 4) != SIGNATURE_LOCATOR)
        return SEG_OK; /* not ZIP64 */
    at = seg_little(locator + 8, 8);
    if (at > input->size || seg_input_pread(input, at, record, END64) || seg_little(record, 4) != SIGNATURE_END64)
        return damaged(input, "its ZIP64 record is not where it should be", err);
    d->entries = seg_little(record + 32, 8);
    d->bytes = seg_little(record + 40, 8);
    d->at = seg_little(record + 48, 8);
    return SEG_OK;
}

/* Searches the end record from the end of the file, since a comment of any length may follow it. */
static seg_status find_directory(directory *d, const seg_input *input, seg_error *err)
{
    size_t n = input->size < END + MOST_COMMENT ? (size_t)input->size : END + MOST_COMMENT, i;
    uint8_t *tail;
    seg_status st = seg_alloc(&tail, n, 1, "a zip archive", err);

    if (!st)
        st = seg_input_at(input, input->size - n, tail, n, err);
    for (i = n; !st && i >= END; i--)
        if (seg_little(tail + i - END, 4) == SIGNATURE_END)
            break;
    if (!st && i < END)
        st = damaged(input, "its directory is missing (it may be cut off)", err);
    if (!st) {
        const uint8_t *end = tail + i - END;

        *d = (directory){seg_little(end + 16, 4), seg_little(end + 12, 4), seg_little(end + 10, 2)};
        if (seg_little(end + 4, 4) != 0)
            st = damaged(input, "it is one part of several", err);
        else
            st = find_directory64(d, input, input->size - n + i - END, err);
    }
    free(tail);
    if (!st && (d->at > input->size || d->bytes > input->size - d->at || d->entries > d->bytes / ENTRY))
        st = damaged(input, "its directory is outside the file", err);
    return st;
}

/* The field with id 1 holds the numbers that do not fit into 32 bits, in this order. */
static bool take_zip64(seg_zip_member *m, const uint8_t *extra, size_t n)
{
    uint64_t *const field[] = {&m->size, &m->packed, &m->header};

    for (size_t at = 0; at + 4 <= n;) {
        size_t id = (size_t)seg_little(extra + at, 2), length = (size_t)seg_little(extra + at + 2, 2);
        size_t next = at + 4 + length;

        if (next > n)
            return false;
        for (int i = 0; id == 1 && i < 3; i++)
            if (*field[i] == UINT32_MAX) {
                if (length < 8)
                    return false;
                *field[i] = seg_little(extra + at + 4, 8);
                at += 8;
                length -= 8;
            }
        at = next;
    }
    return true;
}

/* The entry at *at, which moves behind it. */
static seg_status read_entry(seg_zip_member *m, const seg_input *input, uint64_t *at, uint64_t end, seg_error *err)
{
    uint8_t e[ENTRY], text[2 * 65536];
    size_t name, extra, comment;

    if (end - *at < ENTRY || seg_input_pread(input, *at, e, ENTRY) || seg_little(e, 4) != SIGNATURE_ENTRY)
        return damaged(input, "its directory has an entry that is none", err);
    name = (size_t)seg_little(e + 28, 2);
    extra = (size_t)seg_little(e + 30, 2);
    comment = (size_t)seg_little(e + 32, 2);
    if (end - *at - ENTRY < name + extra + comment || seg_input_pread(input, *at + ENTRY, text, name + extra))
        return damaged(input, "its directory has an entry that is cut off", err);
    *m = (seg_zip_member){.method = (int)seg_little(e + 10, 2),
                          .encrypted = e[8] & 1,
                          .crc = (uint32_t)seg_little(e + 16, 4),
                          .packed = seg_little(e + 20, 4),
                          .size = seg_little(e + 24, 4),
                          .header = seg_little(e + 42, 4)};
    memcpy(m->name, text, name < SEG_ZIP_NAME ? name : SEG_ZIP_NAME - 1);
    if (!take_zip64(m, text + name, extra))
        return damaged(input, "its directory has an extra field that is cut off", err);
    *at += ENTRY + name + extra + comment;
    return SEG_OK;
}

seg_status seg_zip_list(const seg_input *input, bool (*each)(void *context, const seg_zip_member *member),
                        void *context, seg_error *err)
{
    directory d;
    uint64_t at;
    bool more = true;
    seg_status st = find_directory(&d, input, err);

    at = st ? 0 : d.at;
    for (uint64_t i = 0; !st && more && i < d.entries; i++) {
        seg_zip_member member;

        st = read_entry(&member, input, &at, d.at + d.bytes, err);
        if (!st)
            more = each(context, &member);
    }
    return st;
}

/* ---- the bytes of a member ---- */

typedef struct {
    const seg_input *input;
    seg_zip_member member;
    seg_decoder inflate; /* of a deflated member */
    uint64_t at;         /* of a stored one: position in the file */
    uint64_t given;
    uint32_t crc;
} reader;

static seg_status check_end(const reader *r, seg_error *err)
{
    if (r->given != r->member.size)
        return damaged(r->input, "a member has another length than the directory says", err);
    return r->crc == r->member.crc ? SEG_OK : damaged(r->input, "the CRC-32 of a member does not match", err);
}

static seg_status fill(void *context, void *out, size_t room, size_t *got, seg_error *err)
{
    reader *r = context;
    uint64_t left = r->member.size - r->given;
    seg_status st;

    if (r->inflate.fill) {
        st = r->inflate.fill(r->inflate.context, out, room, got, err);
    } else {
        *got = room < left ? room : (size_t)left;
        st = seg_input_at(r->input, r->at + r->given, out, *got, err);
    }
    if (st)
        return st;
    if (*got > left)
        return damaged(r->input, "a member is longer than the directory says", err);
    r->crc = libdeflate_crc32(r->crc, out, *got);
    r->given += *got;
    return *got < room ? check_end(r, err) : SEG_OK;
}

static seg_status finish(void *context, seg_error *err)
{
    const reader *r = context;
    seg_status st = check_end(r, err);

    return st ? st : seg_input_check(r->input, err);
}

static void close_reader(void *context)
{
    reader *r = context;

    if (r->inflate.close)
        r->inflate.close(r->inflate.context);
    free(r);
}

static seg_status check_member(const seg_input *input, const seg_zip_member *m, seg_error *err)
{
    if (m->encrypted)
        return seg_fail(err, SEG_READ, "%s: is an encrypted zip archive, an open one was wanted (unpack it)",
                        input->name);
    if (m->method != 0 && m->method != 8)
        return seg_fail(
            err, SEG_READ,
            "%s: is a zip archive packed by method %d, stored or deflated members were wanted (unpack it, or "
            "write it with numpy.savez_compressed)",
            input->name, m->method);
    if (m->size / 1032 > m->packed + 64 || (m->method == 0 && m->size != m->packed))
        return damaged(input, "a member is too small for the length that the directory says", err);
    return SEG_OK;
}

/* Where the data of a member begin, inside the file with all their bytes. */
static seg_status find_data(uint64_t *begin, const seg_input *input, const seg_zip_member *m, seg_error *err)
{
    uint8_t local[LOCAL];

    if (m->header > input->size || seg_input_pread(input, m->header, local, LOCAL) ||
        seg_little(local, 4) != SIGNATURE_LOCAL)
        return damaged(input, "a member is not where the directory says", err);
    *begin = m->header + LOCAL + seg_little(local + 26, 2) + seg_little(local + 28, 2);
    if (*begin > input->size || m->packed > input->size - *begin)
        return damaged(input, "a member reaches beyond the end of the file", err);
    return SEG_OK;
}

seg_status seg_zip_decoder(seg_decoder *decoder, const seg_input *input, const seg_zip_member *member,
                           const seg_warnings *notes, seg_error *err)
{
    reader *r;
    uint64_t begin = 0;
    seg_status st = check_member(input, member, err);

    if (!st)
        st = find_data(&begin, input, member, err);
    if (!st)
        st = seg_alloc(&r, 1, sizeof *r, "a zip archive", err);
    if (st)
        return st;
    *r = (reader){.input = input, .member = *member, .at = begin};
    if (member->method == 8)
        st = seg_inflate_decoder(&r->inflate, SEG_DEFLATE, input, begin, begin + member->packed, notes, err);
    if (st)
        free(r);
    else
        *decoder = (seg_decoder){fill, finish, close_reader, r};
    return st;
}
