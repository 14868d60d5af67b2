/* info.c - what a file is, told from its header and from every one of its values. */
#include <math.h>
#include <nifti2_io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/memory.h"
#include "image_file.h"
#include "infer_kind.h"
#include "look.h"
#include "read.h"

/* Values looked at together. */
enum { BLOCK = 4096 };

static void count_value(seg_file_info *info, double x)
{
    if (!isfinite(x)) {
        info->not_finite++;
        return;
    }
    if (!(x >= info->min))
        info->min = x;
    if (!(x <= info->max))
        info->max = x;
}

static void orientation(seg_file_info *info)
{
    static const char LETTERS[] = "?RLAPSI"; /* by nifticlib's codes: left to right is R, and so on */
    nifti_dmat44 m = {{{0}}};
    int code[3];

    if (!info->grid.has_affine)
        return;
    for (int i = 0; i < 12; i++)
        m.m[i / 4][i % 4] = info->grid.affine[i / 4][i % 4];
    m.m[3][3] = 1;
    nifti_dmat44_to_orientation(m, &code[0], &code[1], &code[2]);
    for (int i = 0; i < 3; i++) {
        if (code[i] < 1 || code[i] > 6) {
            info->orientation[0] = 0;
            return;
        }
        info->orientation[i] = LETTERS[code[i]];
    }
}

static void take_header(seg_file_info *info, const seg_image_file *a)
{
    info->format = a->version;
    info->packing = a->packing;
    memcpy(info->storage, a->storage, sizeof info->storage);
    memcpy(info->shape, a->shape, sizeof info->shape);
    info->dims = a->dims;
    info->grid = a->grid;
    info->channels = a->planes;
    info->min = info->max = info->sum_off = NAN;
    orientation(info);
}

static void set_kind(seg_file_info *info, const char *kind)
{
    snprintf(info->kind, sizeof info->kind, "%s", kind);
}

static seg_status count_labels(seg_file_info *info, const seg_labelmap *map, seg_error *err)
{
    seg_status st = seg_alloc(&info->count, map->values, sizeof *info->count, "label counts", err);

    if (st)
        return st;
    set_kind(info, "labels");
    seg_labelmap_count(map, map->values, info->count);
    info->values = map->values;
    info->value = map->value;
    for (size_t i = 0; i < map->values; i++)
        if (map->value[i] == SEG_LABEL_NOT_FINITE)
            info->not_finite = info->count[i];
        else
            count_value(info, (double)map->value[i]);
    return SEG_OK;
}

static void count_block(seg_file_info *info, const seg_probmap *map, size_t begin, size_t n)
{
    float scratch[BLOCK];
    double sum[BLOCK] = {0};

    for (int k = 0; k < map->planes; k++) {
        const float *p = seg_probmap_block(map, k, begin, n, scratch);

        for (size_t i = 0; i < n; i++) {
            count_value(info, (double)p[i]);
            sum[i] += (double)p[i];
        }
    }
    for (size_t i = 0; map->planes > 1 && i < n; i++)
        if (fabs(sum[i] - 1) > info->sum_off)
            info->sum_off = fabs(sum[i] - 1);
}

static seg_status count_planes(seg_file_info *info, const seg_probmap *map, seg_error *err)
{
    size_t voxels = seg_grid_voxels(&map->grid);

    info->channels = map->planes;
    info->sum_off = map->planes > 1 ? 0 : NAN;
    for (size_t i = 0; i < voxels; i += BLOCK)
        count_block(info, map, i, voxels - i < BLOCK ? voxels - i : BLOCK);
    set_kind(info, map->planes > 1 ? "probabilities" : "foreground map");
    if (info->min < -1e-3 || info->max > 1 + 1e-3) {
        set_kind(info, "doubtful");
        info->sum_off = NAN;
    }
    return seg_probmap_check(map, err);
}

static seg_status count_image(seg_file_info *info, const seg_image *image, seg_error *err)
{
    return image->kind == SEG_IMAGE_LABELS ? count_labels(info, &image->labels, err)
                                           : count_planes(info, &image->prob, err);
}

/* The values as the file has them: logits before their softmax, and what is neither labels nor probabilities, where
 * the range still helps to tell what it is. */
static seg_status count_raw(seg_file_info *info, seg_image_file *a, const char *kind, const seg_read_options *options,
                            seg_error *err)
{
    size_t n = a->grid.n[0], rows = seg_grid_rows(&a->grid) * (size_t)a->planes;
    double value[BLOCK];
    const void *raw = NULL;
    seg_status st = seg_image_file_rewind(a, options, err);

    for (size_t row = 0; !st && row < rows; row++) {
        st = seg_image_file_take(a, n, &raw, err);
        for (size_t i = 0; !st && i < n; i += BLOCK) {
            size_t some = n - i < BLOCK ? n - i : BLOCK;

            seg_image_file_values(a, (const char *)raw + i * a->type->bytes, some, value);
            for (size_t j = 0; j < some; j++)
                count_value(info, value[j]);
        }
    }
    set_kind(info, kind);
    return st ? st : seg_image_file_finish(a, err);
}

/* What the file would be taken for as a prediction, and why. */
static seg_status decide(seg_file_info *info, seg_look *look, seg_meaning *meaning, seg_image *image, seg_error *doubt)
{
    const seg_question q = {.file = &look->facts, .said = seg_said_of(&look->options)};
    seg_status st = SEG_OK;

    if (look->facts.channels > 1 && !look->facts.whole && look->options.as == SEG_AS_AUTO)
        st = seg_look_sums(look, doubt);
    if (look->facts.all_seen && look->facts.channels > 1 && !look->facts.odd)
        info->sum_off = fabs(look->facts.worst_sum - 1);
    if (!st)
        st = seg_meaning_find(meaning, &q, NULL, doubt);
    if (!st && meaning->rule)
        snprintf(info->reason, sizeof info->reason, "%s: %s", meaning->rule->found, meaning->rule->taken);
    if (!st && meaning->rule && meaning->rule->settled)
        snprintf(info->settled, sizeof info->settled, "%s", meaning->rule->settled);
    if (!st)
        st = seg_look_image(look, meaning, image, doubt);
    if (st)
        snprintf(info->reason, sizeof info->reason, "%.390s",
                 !strncmp(doubt->text, look->facts.path, strlen(look->facts.path))
                     ? doubt->text + strlen(look->facts.path) + strspn(doubt->text + strlen(look->facts.path), ": ")
                     : doubt->text);
    return st;
}

/* doubtful: what cannot be decided is described by its range; otherwise it is an error. */
static seg_status read_file(seg_file_info *info, seg_image *image, const char *path, const seg_read_options *options,
                            bool doubtful, const seg_warnings *notes, seg_error *err)
{
    seg_read_options all = *options;
    seg_look look;
    seg_meaning meaning;
    seg_error doubt = {0};
    seg_status st;

    all.keep_nan = true;
    st = seg_look_open(&look, path, &all, notes, err);
    if (st)
        return st;
    take_header(info, look.file);
    st = seg_look_values(&look, err);
    if (!st)
        st = decide(info, &look, &meaning, image, &doubt);
    if (!st && options->as != SEG_AS_LOGITS) {
        st = count_image(info, image, err);
    } else if (!st || (doubtful && (st == SEG_READ || st == SEG_MISMATCH))) {
        const char *kind = st ? "doubtful" : "logits";

        seg_image_free(image);
        st = count_raw(info, look.file, kind, options, err);
    } else if (doubt.status) {
        st = seg_fail(err, st, "%s", doubt.text);
    }
    seg_look_close(&look);
    return st;
}

static seg_status read_folder(seg_file_info *info, seg_image *image, const char *path, const seg_read_options *options,
                              const seg_warnings *notes, seg_error *err)
{
    seg_read_options all = *options;
    const size_t *n = info->grid.n;
    seg_status st;

    all.keep_nan = true;
    st = seg_image_read(image, path, &all, notes, err);
    if (st)
        return st;
    info->format = "folder of classes";
    info->grid = image->prob.grid;
    info->min = info->max = info->sum_off = NAN;
    info->dims = 4;
    for (int i = 0; i < 3; i++)
        info->shape[i] = n[i];
    info->shape[3] = (size_t)image->prob.planes;
    orientation(info);
    return count_image(info, image, err);
}

seg_status seg_file_info_read(seg_file_info *info, seg_image *image, const char *path, const seg_read_options *options,
                              const seg_warnings *notes, seg_error *err)
{
    struct stat about;
    bool folder = !seg_input_is_stdin(path) && !stat(path, &about) && S_ISDIR(about.st_mode);
    seg_status st;

    *info = (seg_file_info){0};
    *image = (seg_image){0};
    st = folder ? read_folder(info, image, path, options, notes, err)
                : read_file(info, image, path, options, seg_input_is_stdin(path), notes, err);
    /* Read again before a file is called doubtful: a failure of the disk that does not last is no doubt about it. */
    if (!folder && (st == SEG_READ || st == SEG_MISMATCH) && !seg_input_is_stdin(path)) {
        seg_file_info_free(info);
        seg_image_free(image);
        *image = (seg_image){0};
        st = read_file(info, image, path, options, true, notes, err);
    }
    if (st) {
        seg_file_info_free(info);
        seg_image_free(image);
    }
    return st;
}

void seg_file_info_free(seg_file_info *info)
{
    free(info->count);
    *info = (seg_file_info){0};
}
