/* format.h - what segloss knows about a file format of images. A new format is one file with one descriptor, and one
 * line in all.h; lists, extensions, messages and the manual follow from the descriptor.
 *
 * A format tells how numbers are stored and where they lie in space. What the numbers mean (labels, probabilities) is
 * decided elsewhere, for all formats alike.
 */
#ifndef SEG_IO_FORMAT_H
#define SEG_IO_FORMAT_H

#include "image_file.h"

/* The first bytes of a file, inflated when it is packed by gzip: as many as a format may need to recognise it. */
enum { SEG_HEAD = 544 };

struct seg_format {
    const char *name;              /* "NIfTI" */
    const char *summary;           /* a line for `segloss list formats` */
    const char *manual;            /* paragraphs for segloss-formats(5), separated by empty lines */
    const char *const *extensions; /* with the dot, longer ones first, NULL at the end: what folders are searched for */
    const char *const *headers;    /* extensions of small files that describe a large one, or NULL */
    bool picture;                  /* integers may be grey levels of a picture, from 0 to `white` */
    bool gzip;                     /* the whole file may be packed by gzip */

    /* Whether a file that begins with head[n] (n <= SEG_HEAD) is of this format. */
    bool (*is)(const uint8_t *head, size_t n);

    /* Reads and checks the header: fills everything in `file` that describes it. The stream is at the first byte.
     * Sizes are checked against the file before memory is asked for. On failure `close` is called. */
    seg_status (*open)(seg_image_file *file, const uint8_t *head, size_t n, const seg_read_options *options,
                       seg_error *err);

    /* Makes `file` ready to give stored numbers from the first voxel on. After `open` the stream is where `open` left
     * it; when the file is read again (`again`), at the first byte. NULL: the numbers follow each other from
     * file->data_at on. A format that decodes sets file->decoder. */
    seg_status (*start)(seg_image_file *file, bool again, const seg_read_options *options, seg_error *err);

    void (*close)(seg_image_file *file); /* frees file->own; NULL: nothing to free */
};

extern const seg_format *const seg_formats[];
extern const size_t seg_formats_count;

/* The format of a file that begins with head[n], or NULL. */
const seg_format *seg_format_of(const uint8_t *head, size_t n);

/* Whether a file name ends as images do, whatever its case; *stem is its length without the extension. */
bool seg_is_image_name(const char *name, size_t *stem);

/* Whether a name ends in an extension that only headers have: the size of such a file says nothing. */
bool seg_is_header_name(const char *name);

/* "NIfTI, PNG or ...", for messages. */
enum { SEG_FORMAT_NAMES = 128 };
const char *seg_format_names(char out[SEG_FORMAT_NAMES]);

/* ".nii.gz, .nii, ...", for messages. */
enum { SEG_FORMAT_EXTENSIONS = 256 };
const char *seg_format_extensions(char out[SEG_FORMAT_EXTENSIONS]);

#endif
