/* object_lines.c - one line for each object, in CSV, TSV or JSON. */
#include "object_lines.h"

#include <math.h>

#include "../report/csv.h"
#include "../report/json_text.h"

static const char *const columns[] = {
    "case", "class", "label", "side", "object", "matched",  "match",   "voxels", "volume", "x",    "y",    "z", "x0",
    "x1",   "y0",    "y1",    "z0",   "z1",     "best_iou", "overlap", "iou",    "dsc",    "hd95", "assd", NULL};

struct lines {
    seg_case *out;
    const seg_pair *pair;
    seg_line_format format;
    bool scene;
    int first;
    int column; /* the next one of the line */
};

void seg_object_header(seg_string *out, seg_line_format format)
{
    for (int i = 0; columns[i] && format != SEG_LINES_JSONL; i++)
        seg_string_printf(out, "%s%s", columns[i], !columns[i + 1] ? "\n" : format == SEG_LINES_TSV ? "\t" : ",");
}

/* ---- fields, in the order of the columns ---- */

static seg_string *begin_field(struct lines *l)
{
    seg_string *out = &l->out->objects;
    int i = l->column++;

    if (l->format == SEG_LINES_JSONL)
        seg_string_printf(out, "%s\"%s\": ", i ? ", " : "{", columns[i]);
    else if (i)
        seg_string_add(out, l->format == SEG_LINES_TSV ? "\t" : ",");
    return out;
}

static void add_text(struct lines *l, const char *text)
{
    seg_string *out = begin_field(l);

    if (l->format == SEG_LINES_JSONL)
        seg_json_text(out, text);
    else
        seg_csv_field(out, l->format == SEG_LINES_TSV ? '\t' : ',', text);
}

/* NAN: unknown. */
static void add_number(struct lines *l, double x)
{
    char number[SEG_NUMBER_ROOM];
    seg_string *out = begin_field(l);

    if (!isnan(x))
        seg_string_add(out, seg_number(number, x));
    else if (l->format == SEG_LINES_JSONL)
        seg_string_add(out, "null");
}

static void add_place(struct lines *l, const seg_object_row *row)
{
    int dims = seg_grid_dims(&l->pair->grid);

    for (int a = 0; a < 3; a++)
        add_number(l, a < dims ? row->centre[a] : NAN);
    for (int a = 0; a < 3; a++)
        for (int end = 0; end < 2; end++)
            add_number(l, a < dims ? (double)row->box[a][end] : NAN);
}

static seg_status add_line(void *context, const seg_object_row *row, seg_error *err)
{
    struct lines *l = context;
    const seg_case_class *cls = &l->out->classes[l->scene ? l->first : l->first + row->cls];
    const double worth[] = {row->overlap, row->iou, row->dsc, row->hd95, row->assd};

    l->column = 0;
    add_text(l, l->out->name ? l->out->name : "");
    add_number(l, (double)cls->id);
    add_text(l, cls->label ? cls->label : "");
    add_text(l, row->side == SEG_TRUTH ? "truth" : "prediction");
    add_number(l, (double)row->number);
    add_number(l, row->matched);
    add_text(l, row->match);
    add_number(l, (double)row->voxels);
    add_number(l, row->volume);
    add_place(l, row);
    add_number(l, row->best_iou);
    for (int i = 0; i < 5; i++)
        add_number(l, row->has_match ? worth[i] : NAN);
    seg_string_add(&l->out->objects, l->format == SEG_LINES_JSONL ? "}\n" : "\n");
    return seg_string_check(&l->out->objects, err);
}

seg_status seg_object_lines(seg_case *out, const seg_pair *pair, const seg_plan *plan, seg_line_format format,
                            bool scene, int first, seg_error *err)
{
    struct lines l = {out, pair, format, scene, first, 0};
    int convention;
    const seg_object_params params = seg_object_params_of(&plan->metrics, &convention);

    return seg_objects_list(pair, &params, convention, add_line, &l, err);
}
