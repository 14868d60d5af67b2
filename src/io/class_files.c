/* class_files.c - one file per class, as SPM, FAST and many networks write them. */
#include "class_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "format.h"
#include "prob_planes.h"

/* The numbers at the start of both, of any length; moves both behind them. */
static int compare_numbers(const char **a, const char **b)
{
    size_t n, m;
    int order;

    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    n = strspn(*a, "0123456789");
    m = strspn(*b, "0123456789");
    order = n != m ? (n < m ? -1 : 1) : memcmp(*a, *b, n);
    *a += n;
    *b += m;
    return order;
}

/* Digits compare as numbers, everything else as bytes. */
static int natural(const char *a, const char *b)
{
    int order = 0;

    while (!order && *a && *b) {
        if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b))
            order = compare_numbers(&a, &b);
        else
            order = (unsigned char)*a++ - (unsigned char)*b++;
    }
    return order ? order : (*a != 0) - (*b != 0);
}

static int by_name(const void *a, const void *b)
{
    const char *p = *(char *const *)a, *q = *(char *const *)b;
    int order = natural(p, q);

    return order ? order : strcmp(p, q); /* c1 and c01 */
}

/* By the extension: opening each file to look at its content would read a folder twice. */
static bool is_image(const char *name)
{
    size_t stem;

    return name[0] != '.' && seg_is_image_name(name, &stem);
}

static seg_status add_path(seg_folder *folder, const char *path, const char *name, seg_error *err)
{
    seg_string full = {0};
    seg_status st = seg_grow(&folder->path, &folder->room, folder->n + 1, sizeof *folder->path, "file names", err);

    if (st)
        return st;
    seg_string_printf(&full, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", name);
    st = seg_string_check(&full, err);
    if (st)
        seg_string_free(&full);
    else
        folder->path[folder->n++] = full.text;
    return st;
}

static seg_status list(seg_folder *folder, DIR *dir, const char *path, const seg_warnings *notes, seg_error *err)
{
    char names[SEG_FORMAT_NAMES];
    size_t others = 0;
    seg_status st = SEG_OK;
    const struct dirent *entry;

    while (!st && (entry = readdir(dir))) {
        if (is_image(entry->d_name))
            st = add_path(folder, path, entry->d_name, err);
        else if (entry->d_name[0] != '.')
            others++;
    }
    if (st)
        return st;
    if (folder->n == 0)
        return seg_fail(err, SEG_READ,
                        "%s: is a folder without %s files, one file per class was wanted (check the name)", path,
                        seg_format_names(names));
    if (others)
        seg_warn(notes, "%s: %zu entries are not %s and are left out", path, others, seg_format_names(names));
    qsort(folder->path, folder->n, sizeof *folder->path, by_name);
    return SEG_OK;
}

seg_status seg_folder_list(seg_folder *folder, const char *path, const seg_warnings *notes, seg_error *err)
{
    DIR *dir = opendir(path);
    seg_status st;

    *folder = (seg_folder){0};
    if (!dir)
        return seg_fail(err, SEG_READ, "%s: cannot be opened: %s (check the name and its permissions)", path,
                        strerror(errno));
    st = list(folder, dir, path, notes, err);
    closedir(dir);
    if (st)
        seg_folder_free(folder);
    return st;
}

void seg_folder_free(seg_folder *folder)
{
    for (size_t i = 0; i < folder->n; i++)
        free(folder->path[i]);
    free(folder->path);
    *folder = (seg_folder){0};
}

/* Makes room for n classes on the first file's grid, or compares grids. */
static seg_status fit(seg_image *image, const seg_image_file *a, size_t i, size_t n, const char *first,
                      const seg_read_options *options, seg_error *err)
{
    const size_t *want = image->prob.grid.n, *have = a->grid.n;

    if (a->has_planes)
        return seg_fail(err, SEG_READ,
                        "%s: has an axis of %d classes itself, one class per file was wanted (name this "
                        "file alone)",
                        a->name, a->planes);
    if (i == 0)
        return seg_planes_room(&image->prob, a->name, &a->grid, (int)n, options, err);
    if (!memcmp(want, have, sizeof image->prob.grid.n))
        return SEG_OK;
    return seg_fail(err, SEG_MISMATCH,
                    "%s: has %zu x %zu x %zu voxels, but %s has %zu x %zu x %zu, classes of one size "
                    "were wanted (check the file names)",
                    a->name, have[0], have[1], have[2], first, want[0], want[1], want[2]);
}

static seg_status read_class(seg_image *image, char *const *paths, size_t i, size_t n, const seg_read_options *options,
                             const seg_warnings *notes, seg_error *err)
{
    seg_image_file a;
    seg_status st = seg_image_file_open(&a, paths[i], options, notes, err);

    if (st)
        return st;
    st = fit(image, &a, i, n, paths[0], options, err);
    if (!st)
        st = seg_planes_read(image->prob.prob + i * a.voxels, &a, options, err);
    seg_image_file_close(&a);
    return st;
}

/* More files than this are cases, not classes. */
enum { MOST_FILES = 4096 };

seg_status seg_classes_from_files(seg_image *image, char *const *paths, size_t n, const seg_read_options *options,
                                  const seg_warnings *notes, seg_error *err)
{
    char advice[SEG_ADVICE];
    seg_status st = SEG_OK;

    image->kind = SEG_IMAGE_PROBABILITIES;
    if (n == 0 || n > MOST_FILES)
        return seg_fail(err, SEG_USAGE,
                        "%zu files for the classes of one map, 1 to %d were wanted (name one file per "
                        "class)",
                        n, MOST_FILES);
    if (options->as == SEG_AS_LABELS)
        return seg_fail(err, SEG_USAGE, "%s: is one of %zu files for the classes of one map, which are no labels%s",
                        paths[0], n, seg_read_advice(advice, options, "leave out %s labels"));
    for (size_t i = 0; !st && i < n; i++)
        st = read_class(image, paths, i, n, options, notes, err);
    if (!st && options->as == SEG_AS_LOGITS)
        st = seg_planes_from_logits(&image->prob, paths[0], false, err);
    return st;
}
