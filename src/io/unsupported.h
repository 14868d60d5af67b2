/* unsupported.h - names the formats that segloss does not read, so that the user knows what he has. */
#ifndef SEG_IO_UNSUPPORTED_H
#define SEG_IO_UNSUPPORTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

/* The sentence for a file that is neither NIfTI nor PNG; always fails. `head` is the start of the inflated file. */
seg_status seg_refuse_foreign(const char *name, bool gzip, const uint8_t *head, size_t n, seg_error *err);

#endif
