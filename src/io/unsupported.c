/* unsupported.c - the first bytes of formats that are not read, for messages. */
#include "unsupported.h"

#include "format.h"

#include <string.h>

typedef struct {
    size_t at, n;
    const char *bytes;
    const char *what; /* "FILE: is ..." */
    const char *remedy;
} magic;

#define PICKLE "a Python pickle, which can run any code and is never read", "name the .npz or .nii.gz beside it"

static const magic MAGICS[] = {
    {0, 8, "\x89PNG\r\n\x1a\n", "a PNG image inside gzip", "gunzip it"},
    {0, 4, "\x89PNG", "a PNG image whose line ends were changed", "transfer it again in binary mode"},
    {0, 3, "PNG", "a PNG image whose first byte was lost", "transfer it again in binary mode"},
    {0, 3, "\xff\xd8\xff", "a JPEG image, which does not keep labels", "write the labels as PNG again"},
    {0, 4, "GIF8", "a GIF image", "convert it to PNG or TIFF"},
    {0, 4, "II*\0", "a TIFF image that is cut off or packed by gzip", "copy it again, or gunzip it"},
    {0, 4, "MM\0*", "a TIFF image that is cut off or packed by gzip", "copy it again, or gunzip it"},
    {128, 4, "DICM", "a DICOM file", "convert it to NIfTI"},
    {0, 4, "NRRD", "an NRRD volume of an unknown version, or inside gzip", "save it again, or gunzip it"},
    {0, 6, "\x93NUMPY", "a damaged NumPy array", "save it again"},
    {0, 4, "PK\3\4", "a zip archive inside gzip", "gunzip it"},
    {0, 2, "\x80\2", PICKLE},
    {0, 2, "\x80\3", PICKLE},
    {0, 2, "\x80\4", PICKLE},
    {0, 2, "\x80\5", PICKLE},
    {0, 8, "\x89HDF\r\n\x1a\n", "an HDF5 file", "convert it to NIfTI"},
    {0, 4, "CDF\1", "a netCDF or MINC file", "convert it to NIfTI"},
    {0, 10, "ObjectType", "a MetaImage inside gzip", "gunzip it"},
    {0, 5, "NDims", "a MetaImage inside gzip", "gunzip it"},
    {0, 10, "#?RADIANCE", "a Radiance picture", "name an image"},
    {0, 4, "\x8aMNG", "an MNG animation", "convert it to PNG or TIFF"},
    {0, 2, "BM", "a BMP image", "convert it to PNG or TIFF"},
    {8, 4, "WEBP", "a WebP image", "convert it to PNG or TIFF"},
    {4, 4, "jP  ", "a JPEG 2000 image", "convert it to PNG or TIFF"},
    {0, 4, "%PDF", "a PDF document", "name an image"},
    {0, 3, "BZh", "a bzip2 file", "unpack it"},
    {0, 6,
     "\xfd"
     "7zXZ\0",
     "an xz file", "unpack it"},
    {0, 4, "\x28\xb5\x2f\xfd", "a zstd file", "unpack it"},
    {0, 2, "\x1f\x8b", "a gzip file inside gzip", "unpack it once"},
    {0, 5, "<?xml", "an XML file", "name an image"},
    {0, 3, "\xef\xbb\xbf", "a text file", "name an image"},
    {257, 5, "ustar", "a tar archive", "unpack it"},
};

seg_status seg_refuse_foreign(const char *name, bool gzip, const uint8_t *head, size_t n, seg_error *err)
{
    char names[SEG_FORMAT_NAMES];

    for (size_t i = 0; i < sizeof MAGICS / sizeof *MAGICS; i++) {
        const magic *m = &MAGICS[i];

        if (n >= m->at + m->n && !memcmp(head + m->at, m->bytes, m->n))
            return seg_fail(err, SEG_READ, "%s: is %s, %s was wanted (%s)", name, m->what, seg_format_names(names),
                            m->remedy);
    }
    return seg_fail(err, SEG_READ,
                    "%s: is %s that begins like none of the formats that are read, %s was wanted (convert it)", name,
                    gzip ? "gzip data" : "a file", seg_format_names(names));
}
