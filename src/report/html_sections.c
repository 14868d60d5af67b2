/* html_sections.c - title and four numbers, what to look at first, the worst cases, how the report was made. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/base64.h"
#include "../base/memory.h"
#include "../statistics/describe.h"
#include "html_page.h"
#include "html_text.h"

enum { SENTENCES = 8, ERRORS_FIRST = 3 };

/* ---- title and four numbers ---- */

static void add_big(seg_string *out, const char *title, const char *value, const char *small)
{
    seg_string_add(out, "<div><dt>");
    seg_string_add(out, title);
    seg_string_add(out, "</dt><dd>");
    seg_string_add(out, value);
    seg_string_add(out, "<small>");
    seg_string_add(out, small);
    seg_string_add(out, "</small></dd></div>");
}

static seg_status add_mean(seg_string *out, const seg_html *h, size_t measure, seg_error *err)
{
    const seg_html_measure *m = &h->measure[measure];
    seg_html_sample sample;
    seg_string title = {0}, value = {0}, small = {0};
    seg_description d;
    seg_status st = seg_html_sample_of(&sample, h, measure, -1, err);

    if (st)
        return st;
    d = seg_describe(sample.x, sample.n);
    seg_html_text(&title, m->title);
    seg_string_add(&title, m->better > 0 ? " ↑" : m->better < 0 ? " ↓" : "");
    seg_string_add(&title, ", mean of cases");
    seg_html_number(&value, m, d.mean);
    if (*m->unit)
        seg_html_printf(&value, " %s", m->unit);
    seg_string_printf(&small, "over %zu of %zu", sample.n, h->n);
    if (sample.infinite)
        seg_string_printf(&small, "; %zu infinite", sample.infinite);
    if (sample.n > 1) {
        seg_string_add(&small, "; sd ");
        seg_html_number(&small, m, d.sd);
        seg_string_add(&small, "; ");
        seg_html_number(&small, m, d.min);
        seg_string_add(&small, " to ");
        seg_html_number(&small, m, d.max);
    }
    if (title.text && value.text && small.text)
        add_big(out, title.text, value.text, small.text);
    out->failed = out->failed || title.failed || value.failed || small.failed;
    seg_string_free(&title);
    seg_string_free(&value);
    seg_string_free(&small);
    free(sample.x);
    return SEG_OK;
}

/* The class with the worst mean of the first measure. */
static seg_status add_lowest(seg_string *out, const seg_html *h, seg_error *err)
{
    const seg_html_measure *m = &h->measure[0];
    double worst = INFINITY, sign = m->better < 0 ? -1 : 1, mean = NAN;
    int lowest = -1;
    seg_string name = {0}, small = {0};
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < (int)h->classes; cls++) {
        seg_html_sample sample;

        st = seg_html_sample_of(&sample, h, 0, cls, err);
        if (!st && sample.n && sign * seg_describe(sample.x, sample.n).mean < worst) {
            mean = seg_describe(sample.x, sample.n).mean;
            worst = sign * mean;
            lowest = cls;
        }
        free(sample.x);
    }
    if (!st && lowest >= 0 && m->better) {
        seg_html_class(&name, h, lowest);
        seg_html_printf(&small, "%s ", m->title);
        seg_html_number(&small, m, mean);
        if (name.text && small.text)
            add_big(out, m->better < 0 ? "highest class" : "lowest class", name.text, small.text);
    }
    out->failed = out->failed || name.failed || small.failed;
    seg_string_free(&name);
    seg_string_free(&small);
    return st;
}

seg_status seg_html_head(seg_string *out, const seg_html *h, const seg_report_style *style, seg_error *err)
{
    seg_string cases = {0}, small = {0};
    seg_status st = SEG_OK;

    seg_string_add(out, "<header><h1>");
    seg_html_text(out, style->title ? style->title : "segloss report");
    seg_string_printf(out, "</h1><p class=\"grey\">%zu case%s, %zu class%s</p>\n<nav aria-label=\"sections\"><ul>",
                      h->n, h->n == 1 ? "" : "s", h->classes, h->classes == 1 ? "" : "es");
    seg_string_add(out, "<li><a href=\"#look\">look here first</a></li>");
    if (h->classes && h->measures)
        seg_string_add(out, "<li><a href=\"#classes\">classes</a></li>");
    seg_string_add(out, "<li><a href=\"#all\">all cases</a></li>");
    if (h->n_worst)
        seg_string_add(out, "<li><a href=\"#worst\">worst cases</a></li>");
    if (h->confusion.n)
        seg_string_add(out, "<li><a href=\"#conf\">confusion</a></li>");
    seg_string_add(out, "<li><a href=\"#numbers\">numbers</a></li><li><a href=\"#how\">how it was "
                        "made</a></li></ul></nav></header>\n<main><dl class=\"big\">");
    seg_string_printf(&cases, "%zu", h->n);
    if (h->failed)
        seg_string_printf(&small, "%zu failed", h->failed);
    else
        seg_string_add(&small, "all scored");
    if (cases.text && small.text)
        add_big(out, "cases", cases.text, small.text);
    for (size_t m = 0; !st && m < h->measures; m++)
        st = add_mean(out, h, m, err);
    if (!st && h->measures)
        st = add_lowest(out, h, err);
    seg_string_add(out, "</dl>\n");
    out->failed = out->failed || cases.failed || small.failed;
    seg_string_free(&cases);
    seg_string_free(&small);
    return st;
}

/* ---- look here first ---- */

static void add_slices(seg_string *out, const seg_case_error *e)
{
    seg_string_printf(out, e->slice[0] == e->slice[1] ? "%zu" : "%zu–%zu", e->slice[0], e->slice[1]);
}

static void add_volume(seg_string *out, double volume, const char *unit)
{
    seg_string_printf(out,
                      !strcmp(unit, "px")           ? "%.0f %s"
                      : volume > 0 && volume < 0.05 ? "%.2g %s"
                                                    : "%.1f %s",
                      volume, unit);
}

/* The largest mistakes, each of another case. */
static size_t add_largest(seg_string *out, const seg_html *h, const size_t *worst, size_t shown)
{
    size_t said = 0;
    double below = INFINITY;

    for (; said < ERRORS_FIRST; said++) {
        const seg_html_case *best = NULL;
        size_t index = 0;

        for (size_t i = 0; i < shown; i++) {
            const seg_html_case *c = &h->c[worst[i]];

            if (c->errors && c->error[0].score < below && (!best || c->error[0].score > best->error[0].score)) {
                best = c;
                index = worst[i];
            }
        }
        if (!best)
            break;
        below = best->error[0].score;
        seg_string_add(out, "<li><strong>");
        seg_html_text(out, best->error[0].words);
        seg_string_printf(out, "</strong> in <a href=\"#case-%zu\">", index);
        seg_html_text(out, best->name);
        seg_string_add(out, "</a>: ");
        add_volume(out, best->error[0].volume, best->volume_unit);
        if (strcmp(best->volume_unit, "px")) {
            seg_string_add(out, ", slices ");
            add_slices(out, &best->error[0]);
        }
        seg_string_add(out, "</li>\n");
    }
    return said;
}

static size_t add_failed(seg_string *out, const seg_html *h, size_t most)
{
    size_t said = 0;

    for (size_t i = 0; i < h->n && said < most; i++) {
        if (!h->c[i].message)
            continue;
        seg_string_add(out, "<li>");
        seg_html_text(out, h->c[i].name);
        seg_string_add(out, " failed: ");
        seg_html_text(out, h->c[i].message);
        seg_string_add(out, "</li>\n");
        said++;
    }
    if (h->failed > said) {
        seg_string_printf(out, "<li>%zu more cases failed; the table names them.</li>\n", h->failed - said);
        said++;
    }
    return said;
}

/* "(gallbladder of case_04)" where it is one value. */
static void add_odd(seg_string *out, const seg_html *h, size_t measure, bool infinite)
{
    size_t found = 0, all = 0, at = 0;
    int which = 0;

    for (size_t i = 0; i < h->n; i++)
        for (int cls = 0; cls < (int)h->classes && !h->c[i].message; cls++) {
            double x = seg_html_value(h, measure, i, cls);

            all++;
            if (infinite ? !isinf(x) : !isnan(x))
                continue;
            found++;
            at = i;
            which = cls;
        }
    if (!found)
        return;
    seg_string_printf(out, "<li>%zu of %zu values of ", found, all);
    seg_html_text(out, h->measure[measure].title);
    seg_string_add(out, infinite     ? found == 1 ? " is infinite" : " are infinite"
                        : found == 1 ? " is undefined"
                                     : " are undefined");
    if (found == 1) {
        seg_string_add(out, " (");
        seg_html_class(out, h, which);
        seg_string_add(out, " of ");
        seg_html_text(out, h->c[at].name);
        seg_string_add(out, ")");
    }
    seg_string_add(out, infinite ? "; no mean below contains it, so those means flatter the method.</li>\n"
                                 : "; no mean below contains it.</li>\n");
}

seg_status seg_html_first(seg_string *out, const seg_html *h, const size_t *worst, size_t shown, seg_error *err)
{
    size_t said;

    (void)err;
    seg_string_add(out, "<section id=\"look\"><h2>Look here first</h2><ul>\n");
    said = add_largest(out, h, worst, shown);
    add_failed(out, h, SENTENCES - 4 - (said > 2 ? 2 : said));
    for (size_t m = 0; m < h->measures; m++) {
        add_odd(out, h, m, true);
        add_odd(out, h, m, false);
    }
    if (!said && !h->failed)
        seg_string_add(out, "<li>No mistake beyond an inexact border was found.</li>\n");
    seg_string_add(out, "</ul></section>\n");
    return SEG_OK;
}

/* ---- the worst cases ---- */

static void add_pictures(seg_string *out, const seg_html_case *c)
{
    seg_string_add(out, "<figure><div class=\"pics\">");
    for (size_t i = 0; i < c->pictures; i++) {
        const seg_case_picture *p = &c->picture[i];

        seg_string_printf(out, "<img style=\"flex:%zu 1 0\" width=\"%zu\" height=\"%zu\" alt=\"", p->width, p->width,
                          p->height);
        seg_html_text(out, p->words);
        seg_string_add(out, "\" src=\"data:image/png;base64,");
        seg_base64_add(out, p->png, p->bytes);
        seg_string_add(out, "\"/>");
    }
    seg_string_add(out, "</div><figcaption>");
    for (size_t i = 0; i < c->pictures; i++) {
        seg_string_add(out, i ? "; " : "");
        seg_html_text(out, c->picture[i].place);
    }
    seg_string_add(out, "</figcaption></figure>\n");
}

static void add_list(seg_string *out, const seg_html_case *c)
{
    bool flat = !strcmp(c->volume_unit, "px");

    seg_string_add(out, "<table class=\"num err\"><caption>What went wrong</caption><thead><tr><th scope=\"col\">#</th>"
                        "<th scope=\"col\">mistake</th><th scope=\"col\">");
    seg_html_text(out, c->volume_unit);
    seg_string_add(out, "</th><th scope=\"col\">depth, ");
    seg_html_text(out, c->depth_unit);
    seg_string_add(out,
                   flat ? "</th></tr></thead><tbody>\n" : "</th><th scope=\"col\">slices</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < c->errors; i++) {
        const seg_case_error *e = &c->error[i];

        seg_string_printf(out, "<tr><td>%zu</td><th scope=\"row\">", i + 1);
        seg_html_text(out, e->words);
        seg_string_printf(out, flat ? "</th><td>%.0f</td>" : "</th><td>%.1f</td>", e->volume);
        seg_string_printf(out, e->at_least ? "<td>≥ %.3g</td>" : "<td>%.3g</td>", e->depth);
        if (!flat) {
            seg_string_add(out, "<td>");
            add_slices(out, e);
            seg_string_add(out, "</td>");
        }
        seg_string_add(out, "</tr>\n");
    }
    seg_string_add(out, "</tbody></table>");
}

void seg_html_worst_cases(seg_string *out, const seg_html *h, const size_t *worst, size_t shown)
{
    if (!shown)
        return;
    seg_string_add(out,
                   "<section id=\"worst\"><h2>Worst cases</h2><p class=\"note\">The lowest aggregate and the largest "
                   "single mistake in turn; planes through the largest mistake. <span class=\"nb\"><span class=\"key "
                   "k-r\"></span>right</span> <span class=\"nb\"><span class=\"key k-m\"></span>missed</span> <span "
                   "class=\"nb\"><span class=\"key k-e\"></span>extra</span> <span class=\"nb\"><span class=\"key "
                   "k-c\"></span>wrong class</span>; black outline: truth</p>\n");
    for (size_t i = 0; i < shown; i++) {
        const seg_html_case *c = &h->c[worst[i]];

        seg_string_printf(out, "<article class=\"case\" id=\"case-%zu\"><h3>", worst[i]);
        seg_html_text(out, c->name);
        seg_string_add(out, " <small>");
        for (size_t m = 0; m < h->measures; m++) {
            seg_string_add(out, m ? ", " : "");
            seg_html_printf(out, "%s ", h->measure[m].title);
            seg_html_number(out, &h->measure[m], seg_html_value(h, m, worst[i], -1));
        }
        seg_string_add(out, "</small></h3>\n");
        if (c->pictures)
            add_pictures(out, c);
        add_list(out, c);
        seg_string_add(out, "</article>\n");
    }
    seg_string_add(out, "</section>\n");
}

/* ---- how it was made ---- */

void seg_html_made(seg_string *out, const seg_report_style *style)
{
    seg_string_add(out, "<section id=\"how\"><h2>How it was made</h2><dl class=\"set\">");
    if (style->command) {
        seg_string_add(out, "<dt>command</dt><dd><code>");
        seg_html_text(out, style->command);
        seg_string_add(out, "</code></dd>");
    }
    seg_string_printf(out, "<dt>version</dt><dd>segloss " SEG_VERSION ", schema %d</dd>", SEG_REPORT_SCHEMA);
    for (size_t i = 0; i < style->n_settings; i++) {
        if (!style->settings[i].value)
            continue;
        seg_string_add(out, "<dt>");
        seg_html_text(out, style->settings[i].name);
        seg_string_add(out, "</dt><dd>");
        seg_html_text(out, style->settings[i].value);
        seg_string_add(out, "</dd>");
    }
    seg_string_add(out, "<dt>mistake</dt><dd>wrong voxels of one kind deeper than the longest edge of a voxel, joined "
                        "where they touch, ordered by volume times depth; the depth of a voxel is the distance to the "
                        "nearest voxel where the same label is right, at most 20 mm (px)</dd></dl></section>\n");
}
