/* zip.h - the members of a zip archive, found by its central directory and checked by their CRC-32. */
#ifndef SEG_IO_ZIP_H
#define SEG_IO_ZIP_H

#include "stream.h"

enum { SEG_ZIP_NAME = 256 };

typedef struct {
    char name[SEG_ZIP_NAME]; /* cut off where it is longer */
    int method;              /* 0 stored, 8 deflated */
    bool encrypted;
    uint32_t crc;
    uint64_t packed, size; /* bytes in the archive, and of the member itself */
    uint64_t header;       /* where its local header is */
} seg_zip_member;

/* Calls `each` for every member, in the order of the central directory, until it returns false. */
seg_status seg_zip_list(const seg_input *input, bool (*each)(void *context, const seg_zip_member *member),
                        void *context, seg_error *err);

/* The decoder of a member's bytes. The input must outlive it. Its end compares size and CRC-32. */
seg_status seg_zip_decoder(seg_decoder *decoder, const seg_input *input, const seg_zip_member *member,
                           const seg_warnings *notes, seg_error *err);

#endif
