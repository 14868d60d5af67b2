/* class_files.h - several files, or a folder of them, are the classes of one map. */
#ifndef SEG_IO_CLASS_FILES_H
#define SEG_IO_CLASS_FILES_H

#include "../image/image.h"
#include "options.h"

typedef struct {
    size_t n, room;
    char **path;
} seg_folder;

/* The images of a folder in natural order: c2.png comes before c10.png. Other files are left out with a remark. */
seg_status seg_folder_list(seg_folder *folder, const char *path, const seg_warnings *notes, seg_error *err);
void seg_folder_free(seg_folder *folder);

/* One plane per file. *image must be empty; it gets no path. */
seg_status seg_classes_from_files(seg_image *image, char *const *paths, size_t n, const seg_read_options *options,
                                  const seg_warnings *notes, seg_error *err);

#endif
