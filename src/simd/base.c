/* base.c - all kernels for the instruction set that the compiler is told to produce. */
#define KERNELS      seg_simd_base
#define KERNELS_NAME "base"
#include "kernels.inc"
