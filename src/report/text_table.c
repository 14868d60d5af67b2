/* text_table.c - measures the columns of a table of texts and prints as many side by side as there is room for. */
#include "text_table.h"

#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/utf8.h"

enum { GAP = 2 }; /* blanks between columns */

void seg_text_table_add(seg_text_table *sheet, const char *text)
{
    const char *kept = seg_intern_keep(&sheet->pool, text);

    if (!kept || seg_grow(&sheet->cell, &sheet->room, sheet->n + 1, sizeof *sheet->cell, "a table", NULL))
        sheet->failed = true;
    else
        sheet->cell[sheet->n++] = kept;
}

static void measure(const seg_text_table *sheet, size_t *width)
{
    for (size_t i = 0; i < sheet->n; i++) {
        size_t w = seg_utf8_width(sheet->cell[i]);

        if (w > width[i % sheet->columns])
            width[i % sheet->columns] = w;
    }
}

/* What stands above column j: its own head or, where the columns wrap, that of the group it belongs to. */
static const char *head(const seg_text_table *sheet, size_t j, size_t from)
{
    size_t owner = j;

    while (j == from && owner > 1 && !*sheet->cell[owner])
        owner--;
    return sheet->cell[owner];
}

static void blanks(seg_string *out, size_t n)
{
    for (; n; n--)
        seg_string_add_n(out, " ", 1);
}

/* One row: the stub, then columns [from, to). No blanks at the end of the line. */
static void print_row(const seg_text_table *sheet, size_t row, const size_t *width, size_t from, size_t to,
                      seg_string *out)
{
    size_t owed = 0; /* blanks that the next text needs in front */

    for (size_t j = 0; j < to; j = j ? j + 1 : from) {
        const char *text = row || !j ? sheet->cell[row * sheet->columns + j] : head(sheet, j, from);
        size_t pad = width[j] - seg_utf8_width(text);
        bool left = j < sheet->left;

        if (*text) {
            blanks(out, owed + (left ? 0 : pad));
            seg_string_add(out, text);
            owed = 0;
        }
        owed += (*text && !left ? 0 : *text ? pad : width[j]) + GAP;
    }
    seg_string_add(out, "\n");
}

/* A head that is repeated above column `from` may be wider than the column. */
static void make_room_for_head(const seg_text_table *sheet, size_t *width, size_t from)
{
    size_t above;

    if (from >= sheet->columns || !sheet->n)
        return;
    above = seg_utf8_width(head(sheet, from, from));
    width[from] = above > width[from] ? above : width[from];
}

/* How many columns from `from` fit beside the stub; at least one. */
static size_t fitting(const seg_text_table *sheet, const size_t *width, size_t from, size_t room)
{
    size_t to = from, used = width[0];

    while (to < sheet->columns && (to == from || used + GAP + width[to] <= room))
        used += GAP + width[to++];
    return to;
}

static void print_block(const seg_text_table *sheet, const size_t *width, size_t from, size_t to, bool colour,
                        seg_string *out)
{
    for (size_t row = 0; row < sheet->n / sheet->columns; row++) {
        seg_string_add(out, colour && !row ? "\033[1m" : "");
        print_row(sheet, row, width, from, to, out);
        seg_string_add(out, colour && !row ? "\033[0m" : "");
    }
}

seg_status seg_text_table_print(const seg_text_table *sheet, int width, bool colour, seg_string *out, seg_error *err)
{
    size_t *widths = NULL, room = width < 1 ? SIZE_MAX : (size_t)width, from = 1;
    seg_status st = sheet->failed ? seg_fail(err, SEG_MEMORY, "not enough memory for a table") : SEG_OK;

    if (!st)
        st = seg_alloc(&widths, sheet->columns, sizeof *widths, "a table", err);
    if (st)
        return st;
    measure(sheet, widths);
    do {
        size_t to;

        make_room_for_head(sheet, widths, from);
        to = fitting(sheet, widths, from, room);
        seg_string_add(out, from > 1 ? "\n" : "");
        print_block(sheet, widths, from, to, colour, out);
        from = to;
    } while (from < sheet->columns);
    free(widths);
    return SEG_OK;
}

void seg_text_table_free(seg_text_table *sheet)
{
    free(sheet->cell);
    seg_intern_free(&sheet->pool);
    *sheet = (seg_text_table){0};
}
