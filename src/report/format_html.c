/* format_html.c - html: one page that needs nothing else, written when all cases are known. */
#include <stdlib.h>

#include "../base/memory.h"
#include "html_assets.h"
#include "html_page.h"
#include "html_text.h"

enum { CASES_WITH_PICTURES = 10, BYTES_MOST = 2000000 };

static void drop(void *own)
{
    seg_html_free(own);
    free(own);
}

static seg_status begin(seg_report *report, seg_error *err)
{
    seg_html *h;
    seg_status st = seg_alloc(&h, 1, sizeof *h, "a report", err);

    if (st)
        return st;
    report->own = h;
    report->own_free = drop;
    h->most = report->style.pictures < 0 ? CASES_WITH_PICTURES : (size_t)report->style.pictures;
    return seg_alloc(&h->worst, h->most + 1, sizeof *h->worst, "a report", err);
}

static seg_status add(seg_report *report, const seg_case *c, seg_error *err)
{
    return seg_html_add(report->own, c, &report->style, err);
}

static void add_page_head(seg_string *out, const seg_report_style *style)
{
    seg_string_add(out,
                   "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" "
                   "content=\"width=device-width,initial-scale=1\"/>\n<meta http-equiv=\"Content-Security-Policy\" "
                   "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-");
    seg_string_add(out, seg_html_script_hash);
    seg_string_add(out, "'; base-uri 'none'; form-action 'none'\"/>\n<link rel=\"icon\" href=\"data:,\"/><title>");
    seg_html_text(out, style->title ? style->title : "segloss report");
    seg_string_add(out, "</title><style>\n");
    for (size_t i = 0; seg_html_style[i]; i++)
        seg_string_add(out, seg_html_style[i]);
    seg_string_add(out, "</style></head><body>\n");
}

/* Cases with pictures that fit into the page. */
static size_t pictures_that_fit(const seg_html *h, const size_t *worst, size_t shown)
{
    size_t bytes = 0;

    for (size_t i = 0; i < shown; i++) {
        for (size_t k = 0; k < h->c[worst[i]].pictures; k++)
            bytes += h->c[worst[i]].picture[k].bytes * 4 / 3;
        if (bytes > BYTES_MOST)
            return i;
    }
    return shown;
}

static seg_status add_sections(seg_report *report, const size_t *worst, size_t shown, seg_error *err)
{
    const seg_html *h = report->own;
    seg_string *out = &report->text;
    size_t fitting = pictures_that_fit(h, worst, shown);
    seg_status st = seg_html_head(out, h, &report->style, err);

    if (!st)
        st = seg_html_first(out, h, worst, fitting, err);
    if (!st)
        st = seg_html_strips(out, h, worst, fitting, err);
    if (!st)
        st = seg_html_cases(out, h, worst, fitting, err);
    if (!st) {
        seg_html_worst_cases(out, h, worst, fitting);
        if (fitting < shown)
            seg_string_printf(out,
                              "<p class=\"note\">Pictures of %zu more cases would make this page larger than 2 "
                              "MB and are left out.</p>",
                              shown - fitting);
        seg_html_confusion_section(out, &h->confusion);
        st = seg_html_numbers(out, &report->summary, err);
    }
    if (!st)
        seg_html_made(out, &report->style);
    return st;
}

static seg_status end(seg_report *report, seg_error *err)
{
    seg_html *h = report->own;
    size_t *worst = NULL, shown;
    seg_status st = seg_alloc(&worst, h->most + 1, sizeof *worst, "a report", err);

    if (!st) {
        shown = seg_html_worst(h, worst, h->most);
        add_page_head(&report->text, &report->style);
        st = add_sections(report, worst, shown, err);
    }
    if (!st) {
        seg_string_add(&report->text, "</main><script>");
        seg_string_add(&report->text, seg_html_script);
        seg_string_add(&report->text, "</script></body></html>\n");
    }
    free(worst);
    return st;
}

static const char *const extensions[] = {"html", "htm", NULL};

extern const seg_report_format seg_report_html;
const seg_report_format seg_report_html = {.name = "html",
                                           .extensions = extensions,
                                           .meaning = "a page for a browser: worst cases with pictures, all numbers",
                                           .sums = true,
                                           .begin = begin,
                                           .add = add,
                                           .end = end};
