/* describe_convention.c - segloss describe CONVENTION: the row of the table of conventions as a page. */
#include "describe_convention.h"

#include <math.h>
#include <string.h>

#include "../cli/help.h"
#include "../cli/terminal.h"
#include "../metrics/metric.h"
#include "print.h"

/* ---- choices ---- */

static const char *const elements[] = {
    [SEG_FACE] = "voxels with a face neighbour outside; beyond the image is outside",
    [SEG_FACE_OR_EDGE] = "voxels with a face or edge neighbour outside; beyond the image is outside",
    [SEG_FACE_TO_CORNER] = "voxels with any neighbour outside; beyond the image is outside",
    [SEG_CROPPED_FACE] = "voxels with a face neighbour outside, after a crop to the union of the masks",
    [SEG_OPEN_FACE] = "voxels with a face neighbour outside; beyond the image is nothing",
    [SEG_OPEN_CORNER] = "voxels with any neighbour outside; beyond the image is nothing",
    [SEG_OPEN_FACE_FROM_CORNER] =
        "from voxels with a face neighbour outside to those with any; beyond the image is nothing",
    [SEG_VOXELS] = "all voxels of the masks",
    [SEG_DISAGREEING] = "voxels of one mask outside of the other, to all voxels of the other",
    [SEG_SURFELS] = "marching-cubes elements at the corners between voxels, weighted by area",
    [SEG_CELLS] = "corners between voxels, weighted by the faces that meet there"};
static const char *const steps[] = {[SEG_STEP_GRID] = "from the image",
                                    [SEG_STEP_VOXEL] = "1: lengths are in voxels",
                                    [SEG_STEP_1_5_MM] = "taken as 1.5 mm"};
static const char *const joinings[] = {[SEG_LARGER_OF_TWO] = "the larger of the two directions",
                                       [SEG_INTERNED] = "both directions pooled",
                                       [SEG_MEAN_OF_TWO] = "the mean of the two directions"};
static const char *const ranks[] = {[SEG_RANK_LINEAR] = "linear between ranks",
                                    [SEG_RANK_SHARE] = "the first distance at which the share of the weight is reached",
                                    [SEG_RANK_FLOOR] = "rank floor(q (n - 1))",
                                    [SEG_RANK_FLOOR_Q_N] = "rank floor(q n - 1)"};
static const char *const tolerances[] = {[SEG_TOLERANCE_1] = "1 mm",
                                         [SEG_TOLERANCE_3] = "3 mm",
                                         [SEG_TOLERANCE_STEP] = "the smallest step of the grid",
                                         [SEG_TOLERANCE_STEP_OR_1] = "the smallest step of the grid, at least 1 mm"};

static void line(seg_string *out, const char *title, const char *text)
{
    seg_string_printf(out, "    %-18s ", title);
    seg_help_wrap(out, text, 23, 23, seg_text_columns(100));
}

static bool defines_any(int index, const char *const *metrics)
{
    bool any = false;

    for (int i = 0; metrics[i]; i++)
        any |= seg_convention_defines(index, metrics[i]);
    return any;
}

static void write_classes(seg_string *out, const seg_class_rule *rule)
{
    seg_string text = {0};
    char number[SEG_NUMBER_ROOM];

    for (; rule->tolerance > 0; rule++)
        seg_string_printf(&text, "%s%lld: %s%s", text.length ? ", " : "", (long long)rule->id,
                          seg_number(number, rule->tolerance), rule->cropped ? " (cropped)" : "");
    seg_string_add(&text, " mm; cropped: scored on the slices of the truth, without its last");
    line(out, "tolerance by class", text.text ? text.text : "");
    seg_string_free(&text);
}

static void write_choices(seg_string *out, int index)
{
    static const char *const distances[] = {
        "hd", "hd95", "assd", "asd", "masd", "nsd", "surface-median", "average-hausdorff", NULL};
    static const char *const hd[] = {"hd", "hd95", NULL}, *const assd[] = {"assd", NULL}, *const nsd[] = {"nsd", NULL};
    const seg_convention *c = &seg_conventions[index];

    if (!defines_any(index, distances))
        return;
    seg_string_add(out, "\nDistances\n");
    line(out, "between", elements[c->elements]);
    if (c->below_maximum)
        line(out, "percentiles", elements[c->below_maximum]);
    line(out, "size of a voxel", steps[c->step]);
    if (defines_any(index, hd)) {
        line(out, "hd, hd95", joinings[c->hausdorff]);
        line(out, "percentile", ranks[c->rank]);
    }
    if (defines_any(index, assd))
        line(out, "assd", joinings[c->assd]);
    if (!defines_any(index, nsd))
        return;
    line(out, "nsd", joinings[c->nsd]);
    if (c->classes)
        write_classes(out, c->classes);
    else
        line(out, "tolerance", tolerances[c->tolerance]);
}

/* ---- metrics ---- */

static void write_metrics(seg_string *out, int index)
{
    seg_string text = {0};

    for (size_t i = 0; i < seg_metrics_count; i++)
        if (seg_convention_defines(index, seg_metrics[i]->name))
            seg_string_printf(&text, "%s%s", text.length ? ", " : "", seg_metrics[i]->name);
    seg_print_section(out, seg_conventions[index].defines ? "Defines" : "Defines every metric", text.text);
    seg_string_free(&text);
}

/* ---- empty masks ---- */

static const char *value_text(double x, char room[SEG_NUMBER_ROOM])
{
    if (x == SEG_REFUSED)
        return "refused";
    if (x == SEG_BY_FORMULA)
        return "by formula";
    return isnan(x) ? "undefined" : isinf(x) ? "infinite" : seg_number(room, x);
}

static void write_row(seg_string *out, const char *name, const seg_empty_row *row)
{
    char room[3][SEG_NUMBER_ROOM];

    seg_string_printf(out, "    %-28s %-11s %-11s %s\n", name, value_text(row->truth, room[0]),
                      value_text(row->prediction, room[1]), value_text(row->both, room[2]));
}

static const char *row_name(const char *metric)
{
    return !strcmp(metric, SEG_ANY_DISTANCE) ? "other distances"
           : !strcmp(metric, SEG_ANY_METRIC) ? "every metric"
                                             : metric;
}

static void write_empty(seg_string *out, int index)
{
    seg_string_printf(out, "\nEmpty masks\n    %-28s %-11s %-11s %s\n", "", "truth", "prediction", "both");
    for (const seg_empty_row *row = seg_conventions[index].empty; row && row->metric; row++)
        if (*row->metric == '(' || seg_convention_defines(index, row->metric))
            write_row(out, row_name(row->metric), row);
    if (index > 0)
        seg_string_add(out, "    everything else as in the convention segloss\n");
    else
        seg_string_add(out, "    everything else by formula; 0/0 is undefined (see 'segloss describe METRIC')\n");
}

void seg_describe_convention(seg_string *out, int index)
{
    const seg_convention *c = &seg_conventions[index];

    seg_string_add(out, c->name);
    for (int i = 0; i < 3 && c->aliases[i]; i++)
        seg_string_printf(out, "%s%s", i ? ", " : " (also ", c->aliases[i]);
    seg_string_printf(out, "%s\nconvention for --convention and the parameter convention=\n", c->aliases[0] ? ")" : "");
    seg_print_section(out, "Meaning", c->meaning);
    write_metrics(out, index);
    write_choices(out, index);
    write_empty(out, index);
    seg_print_section(out, "Checked against", c->checked);
}
