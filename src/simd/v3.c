/* v3.c - all kernels for x86-64-v3; the Makefile has the flag. */
#ifdef __x86_64__
#define KERNELS      seg_simd_v3
#define KERNELS_NAME "v3"
#include "kernels.inc"
#else
typedef int seg_simd_v3; /* not empty */
#endif
