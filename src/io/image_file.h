/* image_file.h - the numbers of one file in the order of the file, with what its header says about them. */
#ifndef SEG_IO_IMAGE_FILE_H
#define SEG_IO_IMAGE_FILE_H

#include "../image/grid.h"
#include "number_type.h"
#include "options.h"
#include "stream.h"

typedef struct seg_format seg_format;

enum { SEG_MOST_DIMS = 7 };

/* A named class: the voxels that have this value in this layer, of the layers that are the channels of the file. */
typedef struct {
    char *name; /* or NULL */
    int64_t value, layer;
} seg_segment;

/* Must stay where it is between open and close. */
typedef struct {
    const char *name; /* of the file that was asked for */
    const seg_format *format;
    const char *version; /* of the format, as `info` shows it: "NIfTI-1", "PNG" */
    const char *packing; /* how the numbers are compressed, as `info` shows it: "gzip"; NULL: they are not, or always */
    char storage[64];    /* "uint8", "float32 big-endian", "palette, 8 bit" */
    const seg_type *type;
    bool swapped; /* the other byte order than this machine's */
    bool scaled;  /* value = slope stored + inter */
    double slope, inter;
    double white;      /* of a picture: the largest number that a sample can be, shown as white; otherwise 1 */
    bool palette;      /* numbers are indices of colours */
    bool adjusted;     /* a picture that is to be shown with other numbers (gamma, significant bits) */
    double unit;       /* the stored value that means probability 1 */
    bool clip;         /* probabilities outside [0, 1] are moved to its ends */
    bool colours;      /* numbers are R + 256 G + 65536 B */
    bool label_intent; /* the header says that the numbers are labels */
    int dims;          /* as in the file */
    size_t shape[SEG_MOST_DIMS];
    seg_grid grid;
    size_t extent[3]; /* x, y, z as in the file: before grid.n moves axes of one voxel to the end */
    size_t voxels;    /* of one plane */
    size_t channels, frames;
    int planes;          /* channels * frames: volumes, the channels of the first frame first */
    bool has_planes;     /* more than one */
    uint64_t stored;     /* numbers in the file; more than voxels * planes when one frame is read */
    size_t stride[5];    /* stored numbers from one x, y, z, channel, frame to the next */
    size_t first;        /* stored number that is read first */
    bool reordered;      /* the file does not store x fastest, then y, z, channels, frames */
    bool tail;           /* bytes after the numbers belong to the format */
    bool text;           /* the numbers are written as text */
    bool plain;          /* the input is never inflated, whatever it begins with */
    uint64_t packed_end; /* of compressed numbers that are at data_at of the input: the byte after them */
    uint64_t data_at;    /* byte of the first number in the (inflated) file */
    uint64_t skipped;    /* bytes of what a decoder makes before the first number */
    seg_input input;     /* the file that holds the numbers */
    seg_stream stream;
    seg_decoder decoder;  /* set by the format when the numbers are not simply in the file */
    seg_stream decoded;   /* what it makes */
    seg_stream ordered;   /* of a reordered file: the same with x fastest */
    seg_segment *segment; /* [segments] that the file describes */
    size_t segments;
    void *own; /* of the format */
    const seg_warnings *notes;
} seg_image_file;

/* Finds out by content what the file is, reads and checks its header, and stops before the first voxel. */
seg_status seg_image_file_open(seg_image_file *array, const char *path, const seg_read_options *options,
                               const seg_warnings *notes, seg_error *err);

/* The same for bytes in memory, which the caller keeps alive. */
seg_status seg_image_file_open_memory(seg_image_file *array, const void *bytes, size_t size, const char *name,
                                      const seg_read_options *options, const seg_warnings *notes, seg_error *err);

/* *raw = the next n stored numbers, plane after plane, x fastest. Good until the next call. */
seg_status seg_image_file_take(seg_image_file *array, size_t n, const void **raw, seg_error *err);

/* Copies the next n stored numbers to `out`. */
seg_status seg_image_file_copy(seg_image_file *array, size_t n, void *out, seg_error *err);

/* After the last voxel: compares checksums, and warns of bytes that are left over. */
seg_status seg_image_file_finish(seg_image_file *array, seg_error *err);

/* Back to the first voxel. */
seg_status seg_image_file_rewind(seg_image_file *array, const seg_read_options *options, seg_error *err);

/* Stored numbers as values: byte order, slope and intercept applied. */
void seg_image_file_values(const seg_image_file *array, const void *raw, size_t n, double *value);

/* Stored integers, without slope and intercept; above INT64_MAX is INT64_MAX. */
void seg_image_file_integers(const seg_image_file *array, const void *raw, size_t n, int64_t *value);

/* The `start` of a format whose numbers are at data_at of the input, plain or packed as `packing` says: "gzip" or
 * "zlib", up to packed_end. */
seg_status seg_image_file_start_at(seg_image_file *array, bool again, const seg_read_options *options, seg_error *err);

/* Sets `swapped`, and `storage` to the name of the type with its byte order where that matters. */
void seg_image_file_set_order(seg_image_file *array, bool big_endian);

/* Whether the file can hold all its numbers from byte `at` on; packed: compressed by deflate. */
seg_status seg_image_file_check_size(const seg_image_file *array, uint64_t at, bool packed, seg_error *err);

/* True when numbers can only be read in order: compressed, or decoded. */
bool seg_image_file_in_order(const seg_image_file *array);

/* "(x, y, z)" of a voxel in the file's own axes, from 0; with the class when the file has classes. */
const char *seg_image_file_place(const seg_image_file *array, uint64_t index, char out[96]);

void seg_image_file_close(seg_image_file *array);

/* Bytes that may be claimed: the option, or what the machine has free. */
uint64_t seg_memory_budget(const seg_read_options *options);

/* Fails when `bytes` for `what` are more than the budget. */
seg_status seg_memory_allow(const seg_read_options *options, const char *name, double bytes, const char *what,
                            seg_error *err);

#endif
