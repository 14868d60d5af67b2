/* html_confusion.c - what each class of the truth was called, over all voxels of all cases. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "html_page.h"
#include "html_text.h"

enum { TABLE_MOST = 30, LISTED = 20, SHADES = 4 };

/* Percent of a row from which a cell is shaded. */
static const double PERCENT[SHADES] = {0.5, 2, 5, 15};

/* ---- adding up ---- */

static seg_status row_of(seg_html_confusion *f, const seg_case_class *cls, seg_intern *pool, size_t *row,
                         seg_error *err)
{
    const char *label = seg_intern_keep(pool, cls->label);
    uint64_t *larger = NULL;
    size_t n = f->n + 1;
    seg_status st;

    for (*row = 0; *row < f->n; ++*row)
        if (f->cls[*row].id == cls->id)
            return SEG_OK;
    if (cls->label && !label)
        return seg_fail(err, SEG_MEMORY, "not enough memory for a confusion matrix");
    st = seg_grow(&f->cls, &f->room, n, sizeof *f->cls, "a confusion matrix", err);
    if (!st)
        st = seg_alloc(&larger, n * n, sizeof *larger, "a confusion matrix", err);
    if (st)
        return st;
    for (size_t i = 0; i < f->n; i++)
        memcpy(larger + i * n, f->voxels + i * f->n, f->n * sizeof *larger);
    free(f->voxels);
    f->voxels = larger;
    f->cls[f->n++] = (seg_case_class){cls->id, label};
    return SEG_OK;
}

seg_status seg_html_confusion_add(seg_html_confusion *f, const seg_case *c, seg_intern *pool, seg_error *err)
{
    size_t *row = NULL;
    seg_status st = SEG_OK;

    if (!c->confusion)
        return SEG_OK;
    st = seg_alloc(&row, c->n_classes, sizeof *row, "a confusion matrix", err);
    for (size_t k = 0; !st && k < c->n_classes; k++)
        st = row_of(f, &c->classes[k], pool, &row[k], err);
    for (size_t t = 0; !st && t < c->n_classes; t++)
        for (size_t p = 0; p < c->n_classes; p++)
            f->voxels[row[t] * f->n + row[p]] += c->confusion[t * c->confused + p];
    free(row);
    return st;
}

void seg_html_confusion_free(seg_html_confusion *f)
{
    free(f->cls);
    free(f->voxels);
    *f = (seg_html_confusion){0};
}

/* ---- the section ---- */

static void add_name(seg_string *out, const seg_case_class *cls)
{
    if (cls->label && *cls->label)
        seg_html_name(out, cls->label);
    else
        seg_string_printf(out, "%" PRId64, cls->id);
}

static uint64_t row_total(const seg_html_confusion *f, size_t row)
{
    uint64_t total = 0;

    for (size_t p = 0; p < f->n; p++)
        total += f->voxels[row * f->n + p];
    return total;
}

static void add_cell(seg_string *out, const seg_html_confusion *f, size_t t, size_t p, uint64_t total)
{
    uint64_t n = f->voxels[t * f->n + p];
    double percent = total ? 100 * (double)n / (double)total : 0;
    int shade = 0;

    for (int i = 0; i < SHADES; i++)
        shade = percent >= PERCENT[i] ? i + 1 : shade;
    if (!n)
        seg_string_add(out, "<td></td>");
    else if (t == p)
        seg_string_printf(out, "<td class=\"ok\">%.1f</td>", percent);
    else if (percent < 0.1)
        seg_string_add(out, "<td>&lt; 0.1</td>");
    else
        seg_string_printf(out, "<td class=\"s%d\">%.1f</td>", shade, percent);
}

static void add_table(seg_string *out, const seg_html_confusion *f)
{
    seg_string_add(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"confusion\"><table "
                        "class=\"num cm wide\"><caption class=\"sr\">Confusion: a row for each class of the truth, a "
                        "column for each of the prediction, percent of the row</caption><thead><tr><th "
                        "scope=\"col\">truth ↓ called →</th>");
    for (size_t p = 0; p < f->n; p++) {
        seg_string_add(out, "<th scope=\"col\" class=\"v\"><span>");
        add_name(out, &f->cls[p]);
        seg_string_add(out, "</span></th>");
    }
    seg_string_add(out, "<th scope=\"col\">voxels</th></tr></thead><tbody>\n");
    for (size_t t = 0; t < f->n; t++) {
        uint64_t total = row_total(f, t);

        if (!total)
            continue;
        seg_string_add(out, "<tr><th scope=\"row\">");
        add_name(out, &f->cls[t]);
        seg_string_add(out, "</th>");
        for (size_t p = 0; p < f->n; p++)
            add_cell(out, f, t, p, total);
        seg_string_printf(out, "<td>%" PRIu64 "</td></tr>\n", total);
    }
    seg_string_add(out, "</tbody></table></div>");
}

/* Of many classes the largest confusions. */
static void add_list(seg_string *out, const seg_html_confusion *f)
{
    uint64_t below = UINT64_MAX;
    size_t said = 0;

    seg_string_add(out, "<ol>\n");
    while (said < LISTED) {
        uint64_t largest = 0;

        for (size_t i = 0; i < f->n * f->n; i++)
            if (i / f->n != i % f->n && f->voxels[i] < below && f->voxels[i] > largest)
                largest = f->voxels[i];
        if (!largest)
            break;
        for (size_t i = 0; i < f->n * f->n && said < LISTED; i++) {
            if (i / f->n == i % f->n || f->voxels[i] != largest)
                continue;
            seg_string_add(out, "<li>");
            add_name(out, &f->cls[i / f->n]);
            seg_string_add(out, " called ");
            add_name(out, &f->cls[i % f->n]);
            seg_string_printf(out, ": %.1f %%, %" PRIu64 " voxels</li>\n",
                              100 * (double)largest / (double)row_total(f, i / f->n), largest);
            said++;
        }
        below = largest;
    }
    seg_string_add(out, "</ol>\n");
}

void seg_html_confusion_section(seg_string *out, const seg_html_confusion *f)
{
    if (!f->n)
        return;
    seg_string_add(out,
                   "<section id=\"conf\"><h2>Confusion</h2><p class=\"note\">Percent of the voxels of each class of "
                   "the truth, by what they were called, over all cases.</p>");
    if (f->n <= TABLE_MOST)
        add_table(out, f);
    else
        add_list(out, f);
    seg_string_add(out, "</section>\n");
}
