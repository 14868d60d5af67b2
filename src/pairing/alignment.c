/* alignment.c - compares shapes and places of two images, and turns one where that is asked for. */
#include "alignment.h"

#include <stdio.h>
#include <string.h>

#include "../image/orientation.h"

const char *const seg_geometry_words[] = {"strict", "warn", "ignore", "reorient", NULL};

static bool same_shape(const seg_grid *a, const seg_grid *b)
{
    return a->n[0] == b->n[0] && a->n[1] == b->n[1] && a->n[2] == b->n[2];
}

static seg_status turn(seg_image *image, const seg_image *onto, seg_error *err)
{
    int from[3];
    bool flip[3];
    seg_status st = SEG_OK;

    if (!seg_space_turn(seg_image_grid(image), seg_image_grid(onto), from, flip))
        return seg_fail(err, SEG_MISMATCH,
                        "%s: no exact turn or flip brings it onto the grid of %s (resample it first, or say --geometry "
                        "ignore to compare voxel by voxel)",
                        image->path, onto->path);
    if (image->kind == SEG_IMAGE_LABELS)
        return seg_labelmap_reorient(&image->labels, from, flip, err);
    if (image->kind == SEG_IMAGE_PROBABILITIES)
        return seg_probmap_reorient(&image->prob, from, flip, err);
    for (size_t i = 0; !st && i < image->masks; i++)
        st = seg_labelmap_reorient(&image->mask[i], from, flip, err);
    return st;
}

/* ---- other shapes ---- */

static void order_text(char out[8], int a, int b, int c)
{
    snprintf(out, 8, "%c%c%c", "xyz"[a], "xyz"[b], "xyz"[c]);
}

/* The order of axes in which the image would have the shape of `onto`, or "". An image that is as wide as high has
 * several: the first. */
static void fitting_axes(char out[8], const seg_grid *image, const seg_grid *onto)
{
    static const int orders[5][3] = {{1, 0, 2}, {2, 1, 0}, {0, 2, 1}, {1, 2, 0}, {2, 0, 1}};

    *out = '\0';
    for (int i = 0; i < 5 && !*out; i++) {
        const int *axis = orders[i]; /* stored axis a is axis[a] of the truth */

        if (image->n[0] == onto->n[axis[0]] && image->n[1] == onto->n[axis[1]] && image->n[2] == onto->n[axis[2]])
            order_text(out, axis[0], axis[1], axis[2]);
    }
}

/* The axes of an array are written in another order than those of an image. */
static bool is_array(const char *path)
{
    size_t n = strlen(path);

    return n > 4 && (strcmp(path + n - 4, ".npy") == 0 || strcmp(path + n - 4, ".npz") == 0);
}

static seg_status other_shape(const seg_image *image, const seg_image *onto, seg_error *err)
{
    const seg_grid *p = seg_image_grid(image), *t = seg_image_grid(onto);
    char axes[8], advice[160];
    int from[3];
    bool flip[3], turns = seg_space_turn(p, t, from, flip);

    fitting_axes(axes, p, t);
    if (turns)
        snprintf(advice, sizeof advice, "--geometry reorient turns it as the headers say");
    else if (*axes && (seg_image_channels(image) > 1 || is_array(image->path)))
        snprintf(advice, sizeof advice, "say --axes ORDER, the letters of x, y, z and c as they are stored");
    else if (*axes)
        snprintf(advice, sizeof advice, "say --axes %s if its axes are stored in that order", axes);
    else
        snprintf(advice, sizeof advice, "try 'segloss info' on both");
    return seg_fail(err, SEG_MISMATCH, "%s has %zu x %zu x %zu voxels, but %s has %zu x %zu x %zu (%s)", image->path,
                    p->n[0], p->n[1], p->n[2], onto->path, t->n[0], t->n[1], t->n[2], advice);
}

static seg_status other_place(const seg_image *image, const seg_image *onto, double mm, seg_error *err)
{
    return seg_fail(err, SEG_MISMATCH,
                    "%s lies elsewhere in space than %s: a corner of the volume differs by %.3g mm, at most %.3g is "
                    "rounding (try --geometry reorient for a flip, or --geometry ignore)",
                    image->path, onto->path, mm, SEG_SPACE_TOLERANCE_MM);
}

seg_status seg_align(seg_image *image, const seg_image *onto, seg_geometry policy, const seg_warnings *notes,
                     seg_error *err)
{
    bool fits = same_shape(seg_image_grid(image), seg_image_grid(onto));
    double mm = fits ? seg_space_displacement(seg_image_grid(image), seg_image_grid(onto)) : 0;
    seg_status st = SEG_OK;

    if (policy == SEG_GEOMETRY_REORIENT && (!fits || mm > SEG_SPACE_TOLERANCE_MM)) {
        st = turn(image, onto, err);
        fits = !st && same_shape(seg_image_grid(image), seg_image_grid(onto));
        mm = fits ? seg_space_displacement(seg_image_grid(image), seg_image_grid(onto)) : 0;
    }
    if (st)
        return st;
    if (!fits)
        return other_shape(image, onto, err);
    if (policy == SEG_GEOMETRY_IGNORE || mm <= SEG_SPACE_TOLERANCE_MM)
        return SEG_OK;
    if (policy != SEG_GEOMETRY_WARN)
        return other_place(image, onto, mm, err);
    seg_warn(notes, "%s lies %.3g mm away from %s; compared voxel by voxel, with the truth's spacing", image->path, mm,
             onto->path);
    return SEG_OK;
}
