/* html_tables.c - the table of all cases, and the numbers of every measure and class. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "html_page.h"
#include "html_text.h"

enum { ROWS_MOST = 2000, ROWS_SHOWN = 1000, SHADES = 4 };

/* ---- shades ---- */

static const double SHARES[SHADES] = {0.9, 0.8, 0.7, 0.5}, EDGES[SHADES] = {1, 2, 3, 5};

/* 0: none; 1 to 4 from slightly to very bad. */
static int shade_of(const seg_html *h, const seg_html_measure *m, double x)
{
    int shade = 0;

    for (int i = 0; i < SHADES; i++) {
        if (m->share && m->better > 0 && x < SHARES[i])
            shade = i + 1;
        if (m->share && m->better < 0 && x > 1 - SHARES[i])
            shade = i + 1;
        if (m->distance && m->better < 0 && x >= EDGES[i] * h->edge)
            shade = i + 1;
    }
    return shade;
}

static void explain_shades(seg_string *out, const seg_html *h)
{
    const char *between = "Shades: ";

    seg_string_add(out, "<p class=\"note\">");
    for (size_t i = 0; i < h->measures; i++) {
        const seg_html_measure *m = &h->measure[i];

        if (!m->better || (!m->share && !m->distance))
            continue;
        seg_string_add(out, between);
        between = "; ";
        seg_html_text(out, m->title);
        if (m->share && m->better > 0)
            seg_string_add(out, " below 0.9, 0.8, 0.7, 0.5");
        else if (m->share)
            seg_string_add(out, " above 0.1, 0.2, 0.3, 0.5");
        else
            seg_string_printf(out, " from %g, %g, %g, %g %s", h->edge, 2 * h->edge, 3 * h->edge, 5 * h->edge, m->unit);
    }
    seg_string_add(out, *between == ';' ? ". " : "");
    seg_string_add(out, "∞: infinite; –: undefined. Neither is in any mean.</p>");
}

/* ---- all cases ---- */

static void add_cell(seg_string *out, const seg_html *h, size_t measure, double x)
{
    const seg_html_measure *m = &h->measure[measure];
    char exact[SEG_NUMBER_ROOM];
    int shade = isfinite(x) ? shade_of(h, m, x) : 0;

    if (isnan(x)) {
        seg_string_add(out, "<td class=\"na\" data-v=\"\" title=\"undefined\">–</td>");
        return;
    }
    seg_string_add(out, "<td");
    if (isinf(x))
        seg_string_printf(out, " class=\"inf\" title=\"infinite\" data-v=\"%sinf\"", x < 0 ? "-" : "");
    else
        seg_string_printf(out, shade ? " class=\"s%d\" data-v=\"%s\"" : "%.0d data-v=\"%s\"", shade,
                          seg_number_digits(exact, x, 6));
    seg_string_add(out, ">");
    seg_html_number(out, m, x);
    seg_string_add(out, "</td>");
}

static void add_row(seg_string *out, const seg_html *h, size_t index, bool shown)
{
    const seg_html_case *c = &h->c[index];
    size_t columns = h->measures * (1 + h->classes);

    seg_string_printf(out, "<tr id=\"row-%zu\"><th scope=\"row\">", index);
    if (shown)
        seg_string_printf(out, "<a href=\"#case-%zu\">", index);
    seg_html_text(out, c->name);
    seg_string_add(out, shown ? "</a></th>" : "</th>");
    if (c->message) {
        seg_string_add(out, "<td class=\"na\" data-v=\"\">failed</td>");
        for (size_t i = 1; i < columns; i++)
            seg_string_add(out, "<td class=\"na\" data-v=\"\">–</td>");
    }
    for (size_t m = 0; m < h->measures && !c->message; m++)
        for (int cls = -1; cls < (int)h->classes; cls++)
            add_cell(out, h, m, seg_html_value(h, m, index, cls));
    seg_string_add(out, "</tr>\n");
}

static void add_head(seg_string *out, const seg_html *h)
{
    seg_string_add(out, "<thead><tr><th rowspan=\"2\" scope=\"col\" class=\"k\">case</th>");
    for (size_t m = 0; m < h->measures; m++) {
        seg_string_printf(out, "<th colspan=\"%zu\" scope=\"colgroup\">", 1 + h->classes);
        seg_html_text(out, h->measure[m].title);
        if (*h->measure[m].unit)
            seg_html_printf(out, " (%s)", h->measure[m].unit);
        seg_string_add(out, h->measure[m].better > 0 ? " ↑</th>" : h->measure[m].better < 0 ? " ↓</th>" : "</th>");
    }
    seg_string_add(out, "</tr><tr>");
    for (size_t m = 0; m < h->measures; m++)
        for (int cls = -1; cls < (int)h->classes; cls++) {
            seg_string_add(out, "<th scope=\"col\" class=\"k v\"><span>");
            if (cls < 0)
                seg_string_add(out, "mean");
            else
                seg_html_class(out, h, cls);
            seg_string_add(out, "</span></th>");
        }
    seg_string_add(out, "</tr></thead>");
}

/* The same table as a CSV file inside a link, with all digits. */
static void add_csv(seg_string *out, const seg_html *h, const size_t *row, size_t rows)
{
    seg_string_add(out, "<p class=\"dl\"><a download=\"cases.csv\" href=\"data:text/csv;charset=utf-8,case");
    for (size_t m = 0; m < h->measures; m++)
        for (int cls = -1; cls < (int)h->classes; cls++) {
            seg_string_add(out, ",");
            seg_html_percent(out, h->measure[m].measure);
            if (cls >= 0)
                seg_string_printf(out, "%%20%" PRId64, h->cls[cls].id);
        }
    for (size_t i = 0; i < rows; i++) {
        seg_string_add(out, "%0A%22");
        for (const char *c = h->c[row[i]].name; *c; c++)
            seg_html_percent(out, *c == '"' ? "\"\"" : (char[2]){*c});
        seg_string_add(out, "%22");
        for (size_t m = 0; m < h->measures; m++)
            for (int cls = -1; cls < (int)h->classes; cls++) {
                double x = seg_html_value(h, m, row[i], cls);
                char number[SEG_NUMBER_ROOM];

                seg_string_add(out, ",");
                if (!isnan(x))
                    seg_html_percent(out, seg_number(number, x));
            }
    }
    seg_string_add(out, "%0A\">Download the table as CSV</a></p>");
}

/* Which rows are shown: all in their order, or the worst 1000 of more than 2000. */
struct aggregate {
    double x;
    size_t index;
};

static int worst_first(const void *a, const void *b)
{
    const struct aggregate *p = a, *q = b;

    if (p->x < q->x || p->x > q->x)
        return p->x > q->x ? -1 : 1;
    return p->index < q->index ? -1 : p->index > q->index;
}

static seg_status choose_rows(size_t **row, size_t *rows, const seg_html *h, seg_error *err)
{
    struct aggregate *a = NULL;
    double sign = h->measures && h->measure[0].better < 0 ? 1 : -1;
    seg_status st = seg_alloc(row, h->n, sizeof **row, "a report", err);

    *rows = h->n > ROWS_MOST ? ROWS_SHOWN : h->n;
    for (size_t i = 0; !st && i < h->n; i++)
        (*row)[i] = i;
    if (st || h->n <= ROWS_MOST)
        return st;
    st = seg_alloc(&a, h->n, sizeof *a, "a report", err);
    for (size_t i = 0; !st && i < h->n; i++) {
        double x = h->measures ? seg_html_value(h, 0, i, -1) : NAN;

        a[i] = (struct aggregate){h->c[i].message ? INFINITY : isnan(x) ? -INFINITY : sign * x, i};
    }
    if (!st)
        qsort(a, h->n, sizeof *a, worst_first);
    for (size_t i = 0; !st && i < *rows; i++)
        (*row)[i] = a[i].index;
    free(a);
    return st;
}

static bool is_shown(const size_t *worst, size_t shown, size_t index)
{
    for (size_t i = 0; i < shown; i++)
        if (worst[i] == index)
            return true;
    return false;
}

seg_status seg_html_cases(seg_string *out, const seg_html *h, const size_t *worst, size_t shown, seg_error *err)
{
    size_t *row = NULL, rows = 0;
    seg_status st = choose_rows(&row, &rows, h, err);

    if (st)
        return st;
    seg_string_add(out, "<section id=\"all\"><h2>All cases</h2>");
    if (rows < h->n)
        seg_string_printf(out, "<p>The %zu worst of %zu cases.</p>", rows, h->n);
    seg_string_add(out,
                   "<div class=\"tools\" id=\"tools\" hidden=\"\"><label>Find a case <input id=\"find\" "
                   "type=\"search\" autocomplete=\"off\"/></label><span id=\"say\" role=\"status\" "
                   "class=\"grey\"></span></div>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"all cases\"><table id=\"cases\" class=\"num wide sortable\"><caption class=\"sr\">All "
                   "cases, each measure of each class</caption>");
    add_head(out, h);
    seg_string_add(out, "<tbody>");
    for (size_t i = 0; i < rows; i++)
        add_row(out, h, row[i], is_shown(worst, shown, row[i]));
    seg_string_add(out, "</tbody></table></div>\n");
    explain_shades(out, h);
    add_csv(out, h, row, rows);
    seg_string_add(out, "</section>\n");
    free(row);
    return SEG_OK;
}

/* ---- numbers ---- */

static void add_number(seg_string *out, double x)
{
    if (isnan(x))
        seg_string_add(out, "<td></td>");
    else
        seg_string_printf(out, "<td>%.4g</td>", x);
}

static seg_status add_entry(seg_string *out, const seg_summary_entry *entry, seg_error *err)
{
    seg_summary_numbers n;
    const seg_summary_key *key = &entry->key;
    seg_status st = seg_summary_moments(&n, entry, err);

    if (st)
        return st;
    seg_string_add(out, "<tr><th scope=\"row\">");
    seg_html_text(out, key->measure);
    if (key->params && *key->params)
        seg_html_printf(out, " (%s)", key->params);
    if (key->unit && *key->unit)
        seg_html_printf(out, ", %s", key->unit);
    seg_string_add(out, "</th><td>");
    if (!key->aggregate && key->label)
        seg_html_name(out, key->label);
    else if (!key->aggregate)
        seg_string_printf(out, "%" PRId64, key->cls);
    seg_string_add(out, "</td>");
    for (int i = 0; i < 7; i++)
        add_number(out, (const double[]){n.mean, n.sd, n.median, n.q1, n.q3, n.min, n.max}[i]);
    seg_string_printf(out, "<td>%zu</td><td>%.0zu</td><td>%.0zu</td></tr>\n", n.n, n.infinite, n.undefined);
    return SEG_OK;
}

seg_status seg_html_numbers(seg_string *out, const seg_summary *summary, seg_error *err)
{
    static const char *const heads[] = {"measure", "class", "mean", "sd", "median",   "q1",
                                        "q3",      "min",   "max",  "n",  "infinite", "undefined"};
    seg_status st = SEG_OK;

    seg_string_add(out, "<section id=\"numbers\"><h2>Numbers of each class</h2><div class=\"scroll\" tabindex=\"0\" "
                        "role=\"region\" aria-label=\"numbers of each class\"><table class=\"num wide\"><caption "
                        "class=\"sr\">Each measure and class over the cases</caption><thead><tr>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        seg_string_printf(out, "<th scope=\"col\">%s</th>", heads[i]);
    seg_string_add(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; !st && i < summary->n; i++)
        st = add_entry(out, &summary->entry[i], err);
    seg_string_add(out, "</tbody></table></div></section>\n");
    return st;
}
