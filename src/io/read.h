/* read.h - a file, of whatever format its content shows, becomes an image. */
#ifndef SEG_IO_READ_H
#define SEG_IO_READ_H

#include "../base/error.h"
#include "../image/image.h"
#include "../pairing/label_name.h"
#include "options.h"

/* Reads one file; "-" is stdin; a folder is the classes of one map, c0.png c1.png ... in natural order.
 * Integral data is a label map; data in [0, 1] is probabilities; 4D (x,y,z,class) and 5D (x,y,z,1,class) maps of
 * either are probabilities. Anything doubtful is an error that names the option that settles it. */
seg_status seg_image_read(seg_image *image, const char *path, const seg_read_options *options,
                          const seg_warnings *notes, seg_error *err);

/* The files of `n` paths as the classes of one map. */
seg_status seg_image_read_classes(seg_image *image, char *const *paths, size_t n, const seg_read_options *options,
                                  const seg_warnings *notes, seg_error *err);

/* What a file is, for `segloss info`: everything as text that the command only prints. */
typedef struct {
    const char *format;  /* "NIfTI-1", "NIfTI-2", "PNG" */
    const char *packing; /* "gzip", or NULL */
    char storage[64];    /* "uint8", "float32 big-endian", "palette, 8 bit" */
    size_t shape[7];
    int dims;
    seg_grid grid;
    char orientation[8]; /* "RAS", or "" when unknown */
    char kind[24];       /* "labels", "probabilities", "foreground map", "logits", "doubtful" */
    int channels;
    size_t values;        /* distinct label values */
    const int64_t *value; /* [values] owned by the image */
    uint64_t *count;      /* [values] voxels of each */
    double min, max;
    uint64_t not_finite;
    double sum_off;   /* largest |sum over classes - 1| of probabilities, else NaN */
    char reason[400]; /* the rule that decides what a prediction of this kind is taken for, or the doubt; "" when it was
                        * said */
    char settled[120]; /* the options that say otherwise, or "" */
} seg_file_info;

seg_status seg_file_info_read(seg_file_info *info, seg_image *image, const char *path, const seg_read_options *options,
                              const seg_warnings *notes, seg_error *err);
void seg_file_info_free(seg_file_info *info);

/* Names of labels: BIDS dseg.tsv, nnU-Net dataset.json, ITK-SNAP, FreeSurfer LUT, "id name" lines; by content.
 * *ignore is set when the file names an ignore label (nnU-Net), else left. */
seg_status seg_label_names_read(seg_label_name **names, size_t *n, bool *has_ignore, int64_t *ignore, const char *path,
                                seg_error *err);
void seg_label_names_free(seg_label_name *names, size_t n);

#endif
