/* write_nifti.h - NIfTI and gzip files for tests, written without nifticlib so that a shared mistake shows. */
#ifndef TESTS_SUPPORT_WRITE_NIFTI_H
#define TESTS_SUPPORT_WRITE_NIFTI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} is a NIfTI-1 file of uint8 with nothing in it: set dims, shape and value. */
typedef struct {
    int version; /* 2, or NIfTI-1 */
    bool big_endian, pair;
    int dims;
    size_t shape[7];
    int type;            /* NIfTI's code; 0 is 2, uint8 */
    const double *value; /* as stored, before slope and inter */
    double slope, inter;
    double mm[3]; /* 0 is 1 */
    int units, intent;
    int sform, qform;
    double affine[3][4]; /* of the sform */
    double quatern[3], origin[3], qfac;
    double offset; /* of the voxels; 0 is the smallest */
} nifti_file;

typedef struct {
    uint8_t *at;
    size_t n;
} test_bytes;

enum { NIFTI_TYPES = 10 };
extern const int nifti_types[NIFTI_TYPES]; /* the codes of integers and floats */
size_t nifti_type_bytes(int type);
size_t nifti_voxels(const nifti_file *file);

/* The whole file; with pair set only its voxels or only its header. free(.at) */
test_bytes nifti_make(const nifti_file *file);
test_bytes nifti_make_header(const nifti_file *file);
test_bytes nifti_make_voxels(const nifti_file *file);

/* One gzip member. */
test_bytes gzip_make(test_bytes plain);
/* `a` and `b` in one block; both are freed. */
test_bytes bytes_join(test_bytes a, test_bytes b);
test_bytes bytes_copy(const void *at, size_t n);

/* A fresh folder, its name in a static array; test_path(NAME) is a name in it, in one of eight static arrays. */
void test_folder_make(void);
void test_folder_remove(void);
const char *test_path(const char *name);

/* Writes the file and returns its path; frees the bytes. */
const char *bytes_write(const char *name, test_bytes bytes);

#endif
