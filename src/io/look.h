/* look.h - a file is read as far as its meaning asks for, and then becomes what it was decided to be.
 *
 *     seg_look_open      the header
 *     seg_look_values    the values, until a fraction is met: whole numbers are label maps by then
 *     (the rules of pairing/meaning.h decide, perhaps with what is known of the other file)
 *     seg_look_image     the image
 */
#ifndef SEG_IO_LOOK_H
#define SEG_IO_LOOK_H

#include "../image/image.h"
#include "../pairing/meaning.h"
#include "image_file.h"
#include "label_values.h"

/* Must stay where it is between open and close. */
typedef struct {
    seg_read_options options;
    seg_image_file *file; /* NULL when an image was made that reads it itself */
    seg_facts facts;
    seg_labelmap *map; /* [maps] the channels of a file of whole numbers */
    size_t maps;
    int64_t *value; /* of the facts */
    seg_label_faults faults;
    bool moved; /* numbers were read */
} seg_look;

seg_status seg_look_open(seg_look *look, const char *path, const seg_read_options *options, const seg_warnings *notes,
                         seg_error *err);

/* The same for a file that is open; the look takes it over, which is on the heap. */
void seg_look_begin(seg_look *look, seg_image_file *file, const seg_read_options *options);

/* Reads values unless the options say what they are. Values that are not finite are SEG_READ unless they are kept. */
seg_status seg_look_values(seg_look *look, seg_error *err);

/* The range of a file with fractions and the sums of its channels: reads the whole file. */
seg_status seg_look_sums(seg_look *look, seg_error *err);

/* Makes the image. *image must be empty; it gets no path. Maps that can stay in their file, or be read in one pass, are
 * not read yet. */
seg_status seg_look_image(seg_look *look, const seg_meaning *meaning, seg_image *image, seg_error *err);

void seg_look_close(seg_look *look);

#endif
