/* memory_estimate.c - opens a file as far as its header. */
#include "memory_estimate.h"

#include <string.h>
#include <sys/stat.h>

#include "class_files.h"
#include "format.h"
#include "prob_planes.h"

/* The most that deflate can pack into a byte. */
enum { MOST_INFLATED = 1032 };

/* Whether the file becomes a map of floats, as far as its header tells: a volume of floats may turn out to be labels. */
static bool is_map(const seg_image_file *a, const seg_read_options *options)
{
    if (options->as == SEG_AS_LABELS)
        return false;
    return options->as != SEG_AS_AUTO || a->has_planes || a->type->real || a->scaled;
}

/* Label maps are kept as runs: a byte per voxel is more than any but a noisy one takes. */
static seg_memory_estimate claim_of_array(const seg_image_file *a, const seg_read_options *options)
{
    seg_memory_estimate claim = {.voxels = a->voxels, .values = a->voxels * (uint64_t)a->planes};

    if (!is_map(a, options)) {
        claim.held = claim.voxels;
    } else if (seg_planes_can_stream(a,
                                     options)) { /* inflating is one thread's work: cases had better run side by side */
        claim.held = claim.voxels * SEG_STREAM_BYTES_PER_VOXEL;
        claim.values = claim.voxels;
    } else if (options->as == SEG_AS_LOGITS || !seg_planes_can_stay(a)) {
        claim.held = claim.values * sizeof(float);
    }
    if (a->reordered)
        claim.held += a->stored * a->type->bytes;
    return claim;
}

static seg_memory_estimate claim_of_file(const char *path, const seg_read_options *options)
{
    seg_memory_estimate claim = {0};
    seg_image_file a;

    if (!seg_image_file_open(&a, path, options, NULL, NULL)) {
        claim = claim_of_array(&a, options);
        seg_image_file_close(&a);
    }
    return claim;
}

/* Every image of the folder is a class, and as large as the first. */
static seg_memory_estimate claim_of_folder(const char *path, const seg_read_options *options)
{
    seg_memory_estimate claim = {0};
    seg_folder folder = {0};

    if (!seg_folder_list(&folder, path, NULL, NULL) && folder.n) {
        claim = claim_of_file(folder.path[0], options);
        claim.values = claim.voxels * folder.n;
        claim.held = claim.values * sizeof(float);
    }
    seg_folder_free(&folder);
    return claim;
}

seg_memory_estimate seg_memory_estimate_of(const char *path, const seg_read_options *options, uint64_t least)
{
    struct stat about;

    if (seg_input_is_stdin(path) || stat(path, &about))
        return (seg_memory_estimate){0};
    if (S_ISDIR(about.st_mode))
        return claim_of_folder(path, options);
    if (!S_ISREG(about.st_mode) || ((uint64_t)about.st_size < least / MOST_INFLATED && !seg_is_header_name(path)))
        return (seg_memory_estimate){0};
    return claim_of_file(path, options);
}
