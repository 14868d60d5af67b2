/* gunzip.h - inflates a gzip file block by block and trusts nothing until its checksums have been compared. */
#ifndef SEG_IO_GUNZIP_H
#define SEG_IO_GUNZIP_H

#include "input.h"

typedef struct seg_gunzip seg_gunzip;

/* The input must outlive it. */
seg_status seg_gunzip_open(seg_gunzip **gunzip, const seg_input *input, const seg_warnings *notes, seg_error *err);

/* Fills out[room] as far as the data goes: *got < room only at the end of the last member, whose CRC-32 and length
 * have then been compared. */
seg_status seg_gunzip_fill(seg_gunzip *gunzip, void *out, size_t room, size_t *got, seg_error *err);

void seg_gunzip_close(seg_gunzip *gunzip);

/* True when the input starts with the two bytes of gzip. */
bool seg_is_gzip(const seg_input *input);

#endif
