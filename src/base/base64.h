/* base64.h - bytes as text, for pictures inside documents. */
#ifndef SEG_BASE_BASE64_H
#define SEG_BASE_BASE64_H

#include "text.h"

/* Adds data[n] as base64 (RFC 4648), padded. */
void seg_base64_add(seg_string *out, const unsigned char *data, size_t n);

#endif
