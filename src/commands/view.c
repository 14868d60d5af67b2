/* view.c - segloss view: what went wrong in one case, as text or as a picture. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/files.h"
#include "../base/memory.h"
#include "../cli/terminal.h"
#include "../evaluate/case_mistakes.h"
#include "../evaluate/pairing.h"
#include "../image/orientation.h"
#include "../io/intensities.h"
#include "../picture/case_svg.h"
#include "../picture/grey.h"
#include "../plot/render.h"
#include "../report/output.h"
#include "command.h"
#include "print.h"
#include "scoring.h"

typedef struct {
    seg_scoring_options scoring;
    const char *output, *at, *image, *window;
    int errors, dpi;
    double tolerance, width;
} view_options;

static const seg_option rows[] = {
    {'o', "output", SEG_OPTION_TEXT, offsetof(view_options, output), false, "FILE", NULL, 0, 0, "text on stdout",
     "where the picture goes: FILE.png, FILE.svg, FILE.pdf or FILE.txt", SEG_COMPLETE_FILE},
    {0, "errors", SEG_OPTION_INTEGER, offsetof(view_options, errors), false, "N", NULL, 0, 20, "6",
     "how many mistakes are listed", SEG_COMPLETE_NOTHING},
    {0, "tolerance", SEG_OPTION_NUMBER, offsetof(view_options, tolerance), false, "MM", NULL, 0, 1e6,
     "the longest edge of a voxel", "wrong voxels no deeper than this are counted as inexact borders",
     SEG_COMPLETE_NOTHING},
    {0, "at", SEG_OPTION_TEXT, offsetof(view_options, at), false, "X,Y,Z", NULL, 0, 0, "the first mistake",
     "voxel through which the planes go, from 0", SEG_COMPLETE_NOTHING},
    {0, "image", SEG_OPTION_TEXT, offsetof(view_options, image), false, "FILE", NULL, 0, 0, "none",
     "draw the mistakes over this grey image, which lies on the grid of the masks", SEG_COMPLETE_FILE},
    {0, "window", SEG_OPTION_TEXT, offsetof(view_options, window), false, "C,W", NULL, 0, 0,
     "40,400 for CT, else the 1st to 99th percentile", "grey values: the centre and the width of what is shown",
     SEG_COMPLETE_NOTHING},
    {0, "width", SEG_OPTION_NUMBER, offsetof(view_options, width), false, "MM", NULL, 60, 1000, "183",
     "width of the picture; 89 stacks its blocks", SEG_COMPLETE_NOTHING},
    {0, "dpi", SEG_OPTION_INTEGER, offsetof(view_options, dpi), false, "N", NULL, 50, 1200, "200",
     "pixels in an inch of a PNG", SEG_COMPLETE_NOTHING},
    SEG_READING_ROWS(view_options),
    {.name = NULL},
};

static void preset(void *values)
{
    view_options *o = values;

    seg_scoring_preset(&o->scoring);
    o->errors = 6;
    o->tolerance = NAN;
    o->width = 183;
    o->dpi = 200;
}

/* ---- options ---- */

typedef enum { FORM_TEXT, FORM_SVG, FORM_PNG, FORM_PDF, FORMS } view_form;

static seg_status find_form(view_form *form, const char *path, seg_error *err)
{
    static const char *const endings[FORMS] = {"txt", "svg", "png", "pdf"};
    const char *ending = path && strcmp(path, "-") ? seg_path_ending(path) : "txt";

    for (int i = 0; i < FORMS; i++)
        if (ending && seg_same_name(ending, endings[i])) {
            *form = (view_form)i;
            return SEG_OK;
        }
    return seg_fail(err, SEG_USAGE, "-o %s: a name that ends in .png, .svg, .pdf or .txt is needed", path);
}

/* "X,Y" or "X,Y,Z", inside the image. */
static seg_status read_at(size_t at[3], const char *text, const seg_grid *grid, seg_error *err)
{
    char *copy = seg_copy(text, SIZE_MAX), *rest = copy, *piece;
    int n = 0, dims = seg_grid_dims(grid);
    bool good = copy;

    at[2] = 0;
    while (good && (piece = strsep(&rest, ","))) {
        int64_t x;

        good = n < 3 && seg_read_int64(piece, &x) && x >= 0 && (uint64_t)x < grid->n[n];
        if (good)
            at[n++] = (size_t)x;
    }
    free(copy);
    if (!good || n < dims)
        return seg_fail(err, SEG_USAGE, "--at %s is no voxel of the image: indices from 0 below %zu,%zu,%zu are needed",
                        text, grid->n[0], grid->n[1], grid->n[2]);
    return SEG_OK;
}

static int slice_axis(const view_options *o, const seg_grid *grid)
{
    return o->scoring.slice_axis ? o->scoring.slice_axis - 1 : seg_default_slice_axis(grid);
}

/* ---- the case ---- */

static seg_status write_text(seg_string *out, const view_options *o, seg_case_text *text)
{
    int columns = seg_terminal_columns();

    text->ascii = o->output || !columns;
    text->width = columns > 80 ? columns : 80;
    seg_case_text_write(out, text);
    return SEG_OK;
}

/* "40,400". */
static seg_status read_window(double window[2], const char *text, seg_error *err)
{
    char *copy = seg_copy(text, SIZE_MAX), *rest = copy, *centre = copy ? strsep(&rest, ",") : NULL;
    bool good =
        centre && rest && seg_read_double(centre, &window[0]) && seg_read_double(rest, &window[1]) && window[1] > 0;

    free(copy);
    return good ? SEG_OK
                : seg_fail(err, SEG_USAGE, "--window %s is no centre and width, two numbers such as 40,400 are needed",
                           text);
}

/* The image must lie where the masks lie. */
static seg_status read_image(float **grey, double window[2], const view_options *o, const seg_grid *grid,
                             const seg_warnings *notes, seg_error *err)
{
    seg_grid of;
    seg_read_options options = {0};
    seg_status st = seg_intensities_read(grey, &of, o->image, &options, notes, err);

    if (!st && (of.n[0] != grid->n[0] || of.n[1] != grid->n[1] || of.n[2] != grid->n[2]))
        st = seg_fail(err, SEG_MISMATCH, "%s: has %zu x %zu x %zu voxels, the masks have %zu x %zu x %zu", o->image,
                      of.n[0], of.n[1], of.n[2], grid->n[0], grid->n[1], grid->n[2]);
    if (!st && seg_space_displacement(&of, grid) > SEG_SPACE_TOLERANCE_MM)
        st = seg_fail(err, SEG_MISMATCH, "%s: lies %.4g mm away from the masks (resample it to their grid)", o->image,
                      seg_space_displacement(&of, grid));
    if (!st)
        st = o->window ? read_window(window, o->window, err)
                       : seg_grey_window(window, *grey, seg_grid_voxels(grid), err);
    return st;
}

static seg_status write_picture(seg_string *out, const view_options *o, const seg_case_text *text, view_form form,
                                const seg_warnings *notes, seg_error *err)
{
    seg_case_svg page = {.text = *text, .mm = o->width, .has_at = o->at != NULL};
    float *grey = NULL;
    seg_string svg = {0};
    seg_status st = o->at ? read_at(page.at, o->at, &text->pair->grid, err) : SEG_OK;

    page.text.width = 80;
    if (!st && o->image)
        st = read_image(&grey, page.window, o, &text->pair->grid, notes, err);
    page.grey = grey;
    if (!st)
        st = seg_case_svg_write(form == FORM_SVG ? out : &svg, &page, err);
    if (!st && form == FORM_PNG)
        st = seg_png_of_svg(&svg, (int)lround(o->width / 25.4 * o->dpi), out, err);
    if (!st && form == FORM_PDF)
        st = seg_pdf_of_svg(&svg, out, err);
    seg_string_free(&svg);
    free(grey);
    return st;
}

static seg_status describe(seg_string *out, const view_options *o, const char *name, const seg_pair *pair,
                           view_form form, const seg_warnings *notes, seg_error *err)
{
    int axis = slice_axis(o, &pair->grid);
    seg_mistakes mistakes = {0};
    seg_slice_dsc slices = {0};
    seg_case_text text = {name, pair, &mistakes, &slices, axis, 80, true};
    seg_status st =
        seg_mistakes_find(&mistakes, pair, &(seg_mistakes_options){o->tolerance, (size_t)o->errors, axis}, err);

    if (!st)
        st = seg_slice_dsc_find(&slices, pair, axis, err);
    if (!st)
        st = form == FORM_TEXT ? write_text(out, o, &text) : write_picture(out, o, &text, form, notes, err);
    if (!st)
        st = seg_string_check(out, err);
    seg_mistakes_free(&mistakes);
    seg_slice_dsc_free(&slices);
    return st;
}

/* Overlapping classes are described one after the other; a picture shows one of them. */
static seg_status describe_scene(seg_string *out, const view_options *o, const char *name, const seg_scene *scene,
                                 view_form form, const seg_warnings *notes, seg_error *err)
{
    seg_status st = SEG_OK;

    if (scene->n > 1 && form != FORM_TEXT)
        return seg_fail(err, SEG_USAGE, "-o %s: a picture shows one of %zu overlapping classes (choose it with -c)",
                        o->output, scene->n);
    for (size_t i = 0; !st && i < scene->n; i++) {
        if (i)
            seg_string_add(out, "\n");
        st = describe(out, o, name, &scene->pair[i], form, notes, err);
    }
    return st;
}

static seg_status keep(const seg_string *text, const char *path, seg_error *err)
{
    seg_output output = {0};
    seg_status st;

    if (!path || !strcmp(path, "-"))
        return seg_print(text, err);
    st = seg_output_open(&output, path, SEG_OUTPUT_WHOLE, err); /* a picture may replace a picture */
    if (!st)
        st = seg_output_write(&output, text->text, text->length, err);
    if (!st)
        st = seg_output_keep(&output, err);
    seg_output_free(&output);
    return st;
}

static seg_status run(const void *values, const seg_texts *operands, seg_messages *messages, seg_error *err)
{
    const view_options *o = values;
    seg_scoring_setup setup = {0};
    seg_scene scene = {0};
    seg_string out = {0};
    char *name = seg_case_stem(operands->text[0]);
    view_form form = FORM_TEXT;
    seg_status st = find_form(&form, o->output, err);

    if (!st && !name)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for the name of a case");
    if (!st && (form == FORM_PNG || form == FORM_PDF))
        st = seg_render_check(err);
    if (!st)
        st = seg_declare_output(o->output, err);
    if (!st)
        st = seg_scoring_setup_make(&setup, &o->scoring, messages, err);
    if (!st)
        st = seg_scene_of_files(&scene, &setup.scoring, operands->text[0], operands->text[1], &messages->notes, err);
    if (!st)
        st = describe_scene(&out, o, name, &scene, form, &messages->notes, err);
    if (!st)
        st = keep(&out, o->output, err);
    seg_string_free(&out);
    seg_scene_free(&scene);
    seg_scoring_setup_free(&setup);
    free(name);
    return st;
}

const seg_command seg_command_view = {
    .name = "view",
    .operands = "PREDICTION TRUTH",
    .summary = "what went wrong in a case, in words and as a picture",
    .description =
        "Lists the mistakes of a prediction, the worst first: 'gallbladder missed', 'right kidney called left kidney'. "
        "A mistake is a connected set of wrong voxels of one kind that are deeper than the tolerance; the depth of a "
        "wrong voxel is the distance to the nearest voxel where the same label is right, at most 20 mm. Mistakes are "
        "ordered by volume times depth beyond the tolerance, so that long, slightly inexact borders do not hide a "
        "missed organ. Below the list stands the DSC of each class, slice by slice.\n\n"
        "With -o the same is drawn: three planes through the worst mistake, the list, the slices, and each mistake in "
        "the slice where it is largest. Images without background show truth, prediction, depth and IoU. Indices of "
        "voxels and slices count from 0.",
    .examples = "segloss view pred.nii.gz truth.nii.gz\tThe list of mistakes as text\n"
                "segloss view pred.nii.gz truth.nii.gz -o case.png\tThe picture of the case\n"
                "segloss view --image ct.nii.gz pred.nii.gz truth.nii.gz -o case.png\tOver the image\n"
                "segloss view --width 89 pred.nii.gz truth.nii.gz -o case.svg\tFor a column of a paper",
    .options = rows,
    .size = sizeof(view_options),
    .least = 2,
    .most = 2,
    .completes = SEG_COMPLETE_FILE,
    .preset = preset,
    .run = run,
};
