/* base.c - all kernels for the instruction set that the compiler flags select. */
#define KERNELS      seg_simd_base
#define KERNELS_NAME "base"
#include "kernels.inc"
