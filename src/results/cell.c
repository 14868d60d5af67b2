/* cell.c - how values and names are spelled. */
#include "cell.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_FOR_PEOPLE = 4 }; /* two cases that differ by a voxel in ten thousand still look different */

const char *seg_cell_exact(char out[SEG_NUMBER_ROOM], double x, const seg_report_style *style)
{
    if (isnan(x))
        return style->na ? style->na : "";
    return seg_number_digits(out, x, style->digits);
}

const char *seg_cell_rounded(char out[SEG_NUMBER_ROOM], double x, const seg_report_style *style)
{
    int digits = style->digits < 1 ? DIGITS_FOR_PEOPLE : style->digits > 17 ? 17 : style->digits;
    size_t length;

    if (isnan(x))
        return style->na && *style->na ? style->na : "-";
    if (isinf(x))
        return seg_number(out, x);
    length = (size_t)snprintf(out, SEG_NUMBER_ROOM, "%#.*g", digits, x);
    if (out[length - 1] == '.')
        out[length - 1] = '\0'; /* 1234. */
    return out;
}

void seg_cell_measure(seg_string *out, const char *measure, const char *params, const char *unit)
{
    seg_string_add(out, measure);
    if (params && *params)
        seg_string_printf(out, " %s", params);
    if (unit && *unit)
        seg_string_printf(out, " (%s)", unit);
}

void seg_cell_class(seg_string *out, int64_t id, const char *label)
{
    seg_string_printf(out, label ? "%" PRId64 " %s" : "%" PRId64, id, label);
}

bool seg_row_noted(const seg_row *row)
{
    return row->status && strcmp(row->status, "ok");
}
