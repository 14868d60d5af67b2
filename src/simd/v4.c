/* v4.c - all kernels for x86-64-v4; the Makefile has the flag. */
#ifdef __x86_64__
#define KERNELS      seg_simd_v4
#define KERNELS_NAME "v4"
#include "kernels.inc"
#else
typedef int seg_simd_v4; /* not empty */
#endif
