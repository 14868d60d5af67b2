/* layout.c - sorts the rows of a case into lines and columns. */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "cell.h"

static int by_slice_and_class(const void *a, const void *b)
{
    const seg_layout_line *x = a, *y = b;

    if (x->slice != y->slice)
        return x->slice < y->slice ? -1 : 1;
    return (x->cls > y->cls) - (x->cls < y->cls);
}

static seg_status find_lines(seg_layout *layout, const seg_case *c, seg_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++) {
        seg_layout_line line = {c->rows[i].slice, c->rows[i].cls};

        if (n && !by_slice_and_class(&layout->line[n - 1], &line))
            continue;
        if (seg_grow(&layout->line, &layout->room_lines, n + 1, sizeof *layout->line, "the lines of a table", err))
            return SEG_MEMORY;
        layout->line[n++] = line;
    }
    if (n)
        qsort(layout->line, n, sizeof *layout->line, by_slice_and_class);
    for (size_t i = 0; i < n; i++) {
        if (!i || by_slice_and_class(&layout->line[layout->lines - 1], &layout->line[i]))
            layout->line[layout->lines++] = layout->line[i];
    }
    return SEG_OK;
}

/* A case keeps every text once, so equal texts are equal pointers. */
static bool same_column(const seg_row *a, const seg_row *b)
{
    return a->kind == b->kind && a->measure == b->measure && a->params == b->params && a->unit == b->unit;
}

/* The column of the row, looked for behind `near` first: rows come measure by measure. */
static size_t column_of(const seg_layout *layout, const seg_row *row, size_t near)
{
    for (size_t i = 0; i < layout->columns; i++) {
        size_t at = (near + i) % layout->columns;

        if (same_column(layout->column[at], row))
            return at;
    }
    return layout->columns;
}

static seg_status find_columns(seg_layout *layout, const seg_case *c, seg_kind kind, seg_error *err)
{
    size_t near = 0;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < c->n && !st; i++) {
        if (c->rows[i].kind != kind)
            continue;
        near = column_of(layout, &c->rows[i], near);
        if (near < layout->columns)
            continue;
        st = seg_grow(&layout->column, &layout->room_columns, near + 1, sizeof *layout->column,
                      "the columns of a table", err);
        if (!st)
            layout->column[layout->columns++] = &c->rows[i];
    }
    return st;
}

static void fill(seg_layout *layout, const seg_case *c)
{
    size_t near = 0;

    for (size_t i = 0; i < c->n; i++) {
        const seg_row *row = &c->rows[i];
        seg_layout_line key = {row->slice, row->cls};
        const seg_layout_line *line =
            bsearch(&key, layout->line, layout->lines, sizeof *layout->line, by_slice_and_class);

        near = column_of(layout, row, near);
        layout->cell[(size_t)(line - layout->line) * layout->columns + near] = row;
    }
}

seg_status seg_layout_make(seg_layout *layout, const seg_case *c, seg_error *err)
{
    seg_status st;

    *layout = (seg_layout){0};
    st = find_lines(layout, c, err);
    if (!st)
        st = find_columns(layout, c, SEG_KIND_METRIC, err);
    if (!st)
        st = find_columns(layout, c, SEG_KIND_LOSS, err);
    if (!st)
        st = seg_alloc(&layout->cell, layout->lines * layout->columns, sizeof *layout->cell, "a table", err);
    if (!st)
        fill(layout, c);
    return st;
}

void seg_layout_free(seg_layout *layout)
{
    free(layout->line);
    free(layout->column);
    free(layout->cell);
    *layout = (seg_layout){0};
}

void seg_layout_line_name(seg_string *out, const seg_case *c, const seg_layout_line *line)
{
    if (line->slice == SEG_SLICE_MEAN)
        seg_string_add(out, "mean of slices, ");
    else if (line->slice >= 0)
        seg_string_printf(out, "slice %ld, ", line->slice);
    if (line->cls < 0)
        seg_string_add(out, "all");
    else
        seg_cell_class(out, c->classes[line->cls].id, c->classes[line->cls].label);
}
