/* cell.c - how values and names are spelled. */
#include "cell.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *seg_cell_exact(char out[SEG_NUMBER_ROOM], double x, const seg_report_style *style)
{
    if (isnan(x))
        return style->na ? style->na : "";
    return seg_number_digits(out, x, style->digits);
}

/* Four decimals, so that columns line up and two cases that differ by a voxel in ten thousand still look different;
 * what would lose all its digits or run wide gets an exponent. */
static void for_people(char out[SEG_NUMBER_ROOM], double x)
{
    bool plain = x == 0 || (fabs(x) >= 1e-3 && fabs(x) < 1e7);

    snprintf(out, SEG_NUMBER_ROOM, plain ? "%.4f" : "%.3e", x);
}

const char *seg_cell_rounded(char out[SEG_NUMBER_ROOM], double x, const seg_report_style *style)
{
    size_t length;

    if (isnan(x))
        return style->na && *style->na ? style->na : "-";
    if (isinf(x))
        return seg_number(out, x);
    if (style->digits < 1) {
        for_people(out, x);
        return out;
    }
    length = (size_t)snprintf(out, SEG_NUMBER_ROOM, "%#.*g", style->digits > 17 ? 17 : style->digits, x);
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
