/* map_files.c - names of files, and what stands in them. */
#include "map_files.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../base/parallel.h"
#include "../io/write_nifti.h"
#include "../picture/map_picture.h"
#include "../report/output.h"
#include "case_values.h"

/* ---- names ---- */

static void add_name(seg_string *out, const char *text)
{
    for (; *text; text++) {
        char c = *text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(".=-", c);

        seg_string_add_n(out, plain ? &c : "_", 1);
    }
}

/* FOLDER/CASE_LOSS_WHAT[_classN].nii.gz, or the file that was given. free() it with seg_string_free(). */
static seg_status make_path(seg_string *path, const seg_map_output *m, seg_error *err)
{
    const seg_map_files *f = &m->options->files;

    if (!f->folder) {
        seg_string_add(path, f->path);
        return seg_string_check(path, err);
    }
    seg_string_add(path, f->path);
    if (path->length && path->text[path->length - 1] != '/')
        seg_string_add(path, "/");
    add_name(path, m->scored->name);
    seg_string_add(path, "_");
    add_name(path, m->measure);
    if (m->params && *m->params) {
        seg_string_add(path, "_");
        add_name(path, m->params);
    }
    seg_string_printf(path, "_%s", seg_map_what_words[m->what]);
    if (m->cls >= 0)
        seg_string_printf(path, "_class%" PRId64, m->pair->id[m->cls]);
    seg_string_add(path, f->png ? ".png" : f->packed ? ".nii.gz" : ".nii");
    return seg_string_check(path, err);
}

/* ---- NIfTI ---- */

static seg_status write_bytes(void *context, const void *bytes, size_t n, seg_error *err)
{
    return seg_output_write(context, bytes, n, err);
}

static seg_status write_nifti(const seg_map_output *m, seg_output *file, seg_error *err)
{
    seg_string text = {0};
    seg_nifti_map map = {.grid = &m->pair->grid,
                         .like = strcmp(m->scored->truth, "-") ? m->scored->truth : NULL,
                         .planes = m->all ? (size_t)seg_pair_scored(m->pair) : 1,
                         .float64 = m->options->files.float64,
                         .packed = m->options->files.packed,
                         .intent = m->measure};
    seg_status st;

    seg_string_printf(&text, "segloss %s%s%s %s", m->measure, m->params && *m->params ? ":" : "",
                      m->params ? m->params : "", seg_map_what_words[m->what]);
    st = seg_string_check(&text, err);
    map.description = text.text;
    if (!st)
        st = seg_nifti_write(&map, m->values, write_bytes, file, err);
    seg_string_free(&text);
    return st;
}

/* ---- pictures ---- */

static int picture_axis(const seg_map_output *m)
{
    const seg_evaluate_options axis = {.slice_axis = m->options->files.axis};

    return m->pair->grid.n[2] == 1 ? 2 : seg_slice_axis(m->pair, &axis);
}

struct legend {
    seg_string line[3];
};

static double sum_of(const double *values, size_t n)
{
    return seg_sum(values, n);
}

static void make_legend(struct legend *l, const seg_map_output *m, const seg_map_picture *p)
{
    char sum[SEG_NUMBER_ROOM], offset[SEG_NUMBER_ROOM];

    seg_string_printf(&l->line[0], "%s%s%s, %s, ", m->measure, m->params && *m->params ? ":" : "",
                      m->params ? m->params : "", seg_map_what_words[m->what]);
    if (m->cls >= 0)
        seg_string_printf(&l->line[0], "class %" PRId64 "%s%s", m->pair->id[m->cls], m->pair->label[m->cls] ? " " : "",
                          m->pair->label[m->cls] ? m->pair->label[m->cls] : "");
    else
        seg_string_add(&l->line[0], m->what == SEG_MAP_LOSS ? "sum of classes" : "sum of absolute values of classes");
    seg_string_printf(&l->line[1], "%s", m->scored->name);
    if (m->pair->grid.n[2] > 1)
        seg_string_printf(&l->line[1], ", slice %zu across %c", p->slice, "xyz"[p->axis]);
    seg_string_printf(&l->line[2], "sum %s", seg_number_digits(sum, sum_of(p->value, m->pair->voxels), 6));
    if (m->what == SEG_MAP_LOSS)
        seg_string_printf(&l->line[2], ", offset %s", seg_number_digits(offset, m->sum->offset, 6));
}

static seg_status write_picture(const seg_map_output *m, seg_output *file, seg_error *err)
{
    const seg_map_files *f = &m->options->files;
    seg_map_picture p = {.pair = m->pair, .value = m->values, .axis = picture_axis(m), .has_limits = f->has_limits};
    size_t slices = m->pair->grid.n[p.axis];
    seg_string png = {0};
    struct legend l = {0};
    seg_status st = SEG_OK;

    if (f->slice >= 0 && (size_t)f->slice >= slices)
        return seg_fail(err, SEG_USAGE, "there is no slice %ld: across %c they are numbered from 0 to %zu", f->slice,
                        "xyz"[p.axis], slices - 1);
    p.slice = f->slice >= 0 ? (size_t)f->slice : seg_map_picture_slice(&m->pair->grid, m->values, p.axis);
    p.limits[0] = f->limits[0];
    p.limits[1] = f->limits[1];
    make_legend(&l, m, &p);
    for (int i = 0; i < 3; i++) {
        st = st ? st : seg_string_check(&l.line[i], err);
        p.line[i] = l.line[i].text;
    }
    if (!st)
        st = seg_map_picture_png(&png, &p, err);
    if (!st)
        st = seg_output_write(file, png.text, png.length, err);
    seg_string_free(&png);
    for (int i = 0; i < 3; i++)
        seg_string_free(&l.line[i]);
    return st;
}

/* ---- one file ---- */

/* An input of the case is not replaced, whatever a folder's files are called. */
static seg_status spare(const char *path, const char *input, seg_error *err)
{
    struct stat a, b;

    if (stat(path, &a) || stat(input, &b) || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
        return SEG_OK;
    return seg_fail(err, SEG_WRITE, "%s: is an input of this case, which a map does not replace (choose another name)",
                    path);
}

static seg_status write_one(const seg_map_output *m, seg_error *err)
{
    const seg_map_files *f = &m->options->files;
    seg_string path = {0};
    seg_output file = {0};
    seg_status st = make_path(&path, m, err);

    if (!st)
        st = spare(path.text, m->scored->prediction, err);
    if (!st)
        st = spare(path.text, m->scored->truth, err);
    if (!st)
        st = seg_output_open(&file, path.text, SEG_OUTPUT_WHOLE, err);
    if (!st)
        st = f->png ? write_picture(m, &file, err) : write_nifti(m, &file, err);
    if (!st)
        st = seg_output_keep(&file, err);
    seg_output_free(&file);
    seg_string_free(&path);
    return st;
}

seg_status seg_map_output_write(const seg_map_output *m, seg_error *err)
{
    seg_map_output one = *m;
    seg_status st = SEG_OK;

    if (!m->all || !m->options->files.png)
        return write_one(m, err);
    one.all = false;
    for (one.cls = 0; !st && one.cls < seg_pair_scored(m->pair); one.cls++) {
        one.values = m->values + (size_t)one.cls * m->pair->voxels;
        st = write_one(&one, err);
    }
    return st;
}
