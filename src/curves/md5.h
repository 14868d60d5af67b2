/* md5.h - a fingerprint of text, to say in 32 letters that two tables are the same. Not for secrets. */
#ifndef SEG_CURVES_MD5_H
#define SEG_CURVES_MD5_H

#include <stddef.h>

void seg_md5(const char *text, size_t length, char out[33]);

#endif
