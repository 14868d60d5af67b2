/* write_formats.h - files of the other image formats for tests, written by hand so that a shared mistake shows. */
#ifndef TESTS_SUPPORT_WRITE_FORMATS_H
#define TESTS_SUPPORT_WRITE_FORMATS_H

#include "io/image_file.h"
#include "write_nifti.h"

/* n stored numbers; bool is SEG_UINT8. */
test_bytes numbers_make(seg_type_id type, const double *value, size_t n, bool big_endian);
/* n bytes that count up from 0. */
test_bytes counting_make(size_t n);
test_bytes text_make(const char *text);

/* A zlib stream (window 15), bare deflate data (-15) or a gzip member (31). */
test_bytes deflate_make(test_bytes plain, int window);

/* NumPy's magic, version and padded header around a dictionary, then the numbers; both are freed. */
test_bytes npy_make(int version, const char *dictionary, test_bytes numbers);

/* What a member of an archive lies about. */
typedef enum {
    ZIP_HONEST,
    ZIP_CRC,       /* another CRC-32 */
    ZIP_SIZE,      /* one byte more than there are */
    ZIP_PACKED,    /* reaches beyond the file */
    ZIP_ENCRYPTED, /* the flag is set */
    ZIP_METHOD,    /* 14, LZMA */
    ZIP_OFFSET,    /* the local header is elsewhere */
    ZIP_BOMB,      /* a size of 2^40 */
    ZIP_64,        /* honest, but with the numbers in ZIP64 fields */
    ZIP_LIES
} zip_lie;

typedef struct {
    const char *name;
    test_bytes bytes;
    bool deflated;
    zip_lie lie;
} zip_file;

/* An archive of n members, whose bytes are freed. */
test_bytes zip_make(zip_file *file, size_t n);

void big_endian(uint8_t *at, uint32_t x, int bytes);

/* x, y, z, frames; x to the right, y to the front, z up, the first voxel at 0. The numbers are freed. */
test_bytes mgh_make(const size_t shape[4], const double mm[3], uint32_t type, test_bytes numbers);

/* A TIFF tag; type 3 SHORT, 4 LONG, 2 ASCII with `text`. Count 0 leaves the tag out. */
typedef struct {
    uint16_t tag, type;
    uint32_t count;
    uint64_t value;
    const char *text;
} tiff_tag;

enum { TIFF_OVERRIDES = 6 };

/* Uncompressed pages of one strip each. {0} is a grey image of 8 bits. */
typedef struct {
    bool big_endian, bigtiff;
    bool loop; /* the last page names the first as the next */
    int pages; /* 0 is 1 */
    size_t width, height;
    int bits, format, samples;    /* 0: 8, 1 (unsigned), 1 */
    tiff_tag tag[TIFF_OVERRIDES]; /* instead of those of every page, or beside them */
    int only_page;                /* where the tags are put: 0 every page, k the k-th from 1 */
    test_bytes data;              /* of all pages; freed */
} tiff_file;

test_bytes tiff_make(const tiff_file *file);

#endif
