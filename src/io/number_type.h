/* number_type.h - the types in which files store numbers. */
#ifndef SEG_IO_NUMBER_TYPE_H
#define SEG_IO_NUMBER_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How one number is stored. The functions read native byte order and need no alignment. */
typedef struct {
    const char *name;
    size_t bytes;
    bool real;      /* floating point */
    double largest; /* of a mask's foreground when it is not 1: 255 or 65535 */
    void (*to_double)(const void *from, size_t n, double *to);
    void (*to_int64)(const void *from, size_t n, int64_t *to); /* integers; above INT64_MAX is INT64_MAX */
} seg_type;

typedef enum {
    SEG_UINT8,
    SEG_INT8,
    SEG_UINT16,
    SEG_INT16,
    SEG_UINT32,
    SEG_INT32,
    SEG_UINT64,
    SEG_INT64,
    SEG_FLOAT16,
    SEG_FLOAT32,
    SEG_FLOAT64
} seg_type_id;
extern const seg_type seg_types[];

#endif
