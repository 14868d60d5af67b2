/* number_type.c - stored numbers of each type to double and to 64-bit integers. */
#include "number_type.h"

#include <math.h>
#include <string.h>

/* Numbers are moved with memcpy: a header may put voxels at any byte. */
#define CONVERT(name, type)                                                                                            \
    static void name##_to_double(const void *from, size_t n, double *to)                                               \
    {                                                                                                                  \
        for (size_t i = 0; i < n; i++) {                                                                               \
            type x;                                                                                                    \
            memcpy(&x, (const char *)from + i * sizeof x, sizeof x);                                                   \
            to[i] = (double)x;                                                                                         \
        }                                                                                                              \
    }

#define CONVERT_INTEGER(name, type)                                                                                    \
    CONVERT(name, type)                                                                                                \
    static void name##_to_int64(const void *from, size_t n, int64_t *to)                                               \
    {                                                                                                                  \
        for (size_t i = 0; i < n; i++) {                                                                               \
            type x;                                                                                                    \
            memcpy(&x, (const char *)from + i * sizeof x, sizeof x);                                                   \
            to[i] = (int64_t)x;                                                                                        \
        }                                                                                                              \
    }

CONVERT_INTEGER(u8, uint8_t)
CONVERT_INTEGER(i8, int8_t)
CONVERT_INTEGER(u16, uint16_t)
CONVERT_INTEGER(i16, int16_t)
CONVERT_INTEGER(u32, uint32_t)
CONVERT_INTEGER(i32, int32_t)
CONVERT_INTEGER(i64, int64_t)
CONVERT(u64, uint64_t)
CONVERT(f32, float)
CONVERT(f64, double)

static void u64_to_int64(const void *from, size_t n, int64_t *to)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t x;

        memcpy(&x, (const char *)from + i * sizeof x, sizeof x);
        to[i] = x > INT64_MAX ? INT64_MAX : (int64_t)x;
    }
}

/* A sign, 5 bits of exponent, 10 of fraction; in float32 8 bits of exponent and 23 of fraction. */
static double half(uint16_t x)
{
    uint32_t sign = (uint32_t)(x >> 15) << 31, exponent = x >> 10 & 31, fraction = x & 1023, bits;
    float value;

    if (exponent == 0)
        return ldexp(sign ? -(double)fraction : (double)fraction, -24);
    bits = sign | (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

static void f16_to_double(const void *from, size_t n, double *to)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t x;

        memcpy(&x, (const char *)from + i * sizeof x, sizeof x);
        to[i] = half(x);
    }
}

const seg_type seg_types[] = {
    [SEG_UINT8] = {"uint8", 1, false, 255, u8_to_double, u8_to_int64},
    [SEG_INT8] = {"int8", 1, false, 127, i8_to_double, i8_to_int64},
    [SEG_UINT16] = {"uint16", 2, false, 65535, u16_to_double, u16_to_int64},
    [SEG_INT16] = {"int16", 2, false, 255, i16_to_double, i16_to_int64},
    [SEG_UINT32] = {"uint32", 4, false, 255, u32_to_double, u32_to_int64},
    [SEG_INT32] = {"int32", 4, false, 255, i32_to_double, i32_to_int64},
    [SEG_UINT64] = {"uint64", 8, false, 255, u64_to_double, u64_to_int64},
    [SEG_INT64] = {"int64", 8, false, 255, i64_to_double, i64_to_int64},
    [SEG_FLOAT16] = {"float16", 2, true, 255, f16_to_double, NULL},
    [SEG_FLOAT32] = {"float32", 4, true, 255, f32_to_double, NULL},
    [SEG_FLOAT64] = {"float64", 8, true, 255, f64_to_double, NULL},
};
