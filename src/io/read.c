/* read.c - a name becomes an image: a file, stdin, a folder, or several files. */
#include "read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "class_files.h"
#include "image_file.h"
#include "infer_kind.h"

const char *const seg_read_as_words[] = {"auto", "prob", "logits", "labels", NULL};

const char *seg_read_advice(char out[SEG_ADVICE], const seg_read_options *options, const char *advice)
{
    const char *option = options->as_option ? options->as_option : "--input", *at = strstr(advice, "%s");

    *out = '\0';
    if (*option && at)
        snprintf(out, SEG_ADVICE, " (%.*s%s%s)", (int)(at - advice), advice, option, at + 2);
    return out;
}

static seg_status read_file(seg_image *image, const char *path, const seg_read_options *options,
                            const seg_warnings *notes, seg_error *err)
{
    seg_image_file *a;
    seg_status st = seg_alloc(&a, 1, sizeof *a, "reading a file", err);

    if (!st)
        st = seg_image_file_open(a, path, options, notes, err);
    if (!st) {
        st = seg_image_from_array(image, &a, options, err);
        if (a)
            seg_image_file_close(a);
    }
    free(a);
    return st;
}

static seg_status read_folder(seg_image *image, const char *path, const seg_read_options *options,
                              const seg_warnings *notes, seg_error *err)
{
    seg_folder folder = {0};
    seg_status st = seg_folder_list(&folder, path, notes, err);

    if (!st)
        st = seg_classes_from_files(image, folder.path, folder.n, options, notes, err);
    seg_folder_free(&folder);
    return st;
}

static bool is_folder(const char *path)
{
    struct stat about;

    return !seg_input_is_stdin(path) && !stat(path, &about) && S_ISDIR(about.st_mode);
}

/* Ends a reading: the image has its name, or is empty. */
static seg_status name_image(seg_image *image, const char *path, seg_status st, seg_error *err)
{
    if (!st) {
        image->path = seg_copy(seg_input_is_stdin(path) ? "standard input" : path, SIZE_MAX);
        if (!image->path)
            st = seg_no_name(err);
    }
    if (st)
        seg_image_free(image);
    return st;
}

seg_status seg_image_read(seg_image *image, const char *path, const seg_read_options *options,
                          const seg_warnings *notes, seg_error *err)
{
    seg_status st;

    *image = (seg_image){0};
    st = (is_folder(path) ? read_folder : read_file)(image, path, options, notes, err);
    return name_image(image, path, st, err);
}

seg_status seg_image_read_classes(seg_image *image, char *const *paths, size_t n, const seg_read_options *options,
                                  const seg_warnings *notes, seg_error *err)
{
    seg_status st;

    *image = (seg_image){0};
    st = seg_classes_from_files(image, paths, n, options, notes, err);
    return name_image(image, n ? paths[0] : "", st, err);
}
