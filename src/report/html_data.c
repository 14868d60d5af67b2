/* html_data.c - what an HTML report keeps of its cases. Pictures are kept of the worst ones only, so that memory does
 * not grow with them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "html_page.h"
#include "html_text.h"

/* ---- measures and classes ---- */

static void make_title(seg_html_measure *m)
{
    bool word = strlen(m->measure) > 5;

    snprintf(m->title, sizeof m->title, "%s%s%s%s", m->measure, *m->params ? " (" : "", m->params,
             *m->params ? ")" : "");
    for (char *c = m->title; *c && c < m->title + strlen(m->measure); c++)
        *c = *c == '-' ? ' ' : !word && *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
}

/* The first aggregates of the kind become the page's measures. */
static seg_status find_measures(seg_html *h, const seg_case *c, seg_kind kind, const seg_report_style *style,
                                seg_error *err)
{
    for (size_t i = 0; i < c->n && h->measures < SEG_HTML_MEASURES; i++) {
        const seg_row *row = &c->rows[i];
        seg_html_measure *m = &h->measure[h->measures];

        if (row->slice >= 0 || row->cls >= 0 || row->kind != kind)
            continue;
        *m = (seg_html_measure){.kind = kind, .share = !row->unit || !*row->unit};
        m->measure = seg_intern_keep(&h->pool, row->measure);
        m->params = seg_intern_keep(&h->pool, row->params ? row->params : "");
        m->unit = seg_intern_keep(&h->pool, row->unit ? row->unit : "");
        if (!m->measure || !m->params || !m->unit)
            return seg_fail(err, SEG_MEMORY, "not enough memory for a report");
        m->distance = !strcmp(m->unit, "mm") || !strcmp(m->unit, "px");
        m->better = style->better ? style->better(kind, m->measure) : 0;
        make_title(m);
        h->measures++;
    }
    return SEG_OK;
}

static seg_status class_index(seg_html *h, const seg_case_class *cls, size_t *index, seg_error *err)
{
    seg_status st;

    for (*index = 0; *index < h->classes; ++*index)
        if (h->cls[*index].id == cls->id)
            return SEG_OK;
    st = seg_grow(&h->cls, &h->room_classes, h->classes + 1, sizeof *h->cls, "classes", err);
    if (!st) {
        h->cls[h->classes] = (seg_case_class){cls->id, seg_intern_keep(&h->pool, cls->label)};
        if (cls->label && !h->cls[h->classes].label)
            st = seg_fail(err, SEG_MEMORY, "not enough memory for a report");
        h->classes += !st;
    }
    return st;
}

/* ---- one case ---- */

static bool is_measure(const seg_html_measure *m, const seg_row *row)
{
    return row->slice < 0 && row->kind == m->kind && !strcmp(row->measure, m->measure) &&
           !strcmp(row->params ? row->params : "", m->params);
}

/* Classes that only other measures have are not shown. */
static seg_status find_classes(seg_html *h, const seg_case *c, size_t *index, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t m = 0; m < h->measures; m++)
        for (size_t i = 0; i < c->n && !st; i++)
            if (c->rows[i].cls >= 0 && is_measure(&h->measure[m], &c->rows[i]))
                st = class_index(h, &c->classes[c->rows[i].cls], &index[c->rows[i].cls], err);
    return st;
}

static void take_values(seg_html *h, size_t m, double *value, const seg_case *c, const size_t *index)
{
    for (size_t i = 0; i < c->n; i++) {
        const seg_row *row = &c->rows[i];

        if (!is_measure(&h->measure[m], row))
            continue;
        value[row->cls < 0 ? 0 : 1 + index[row->cls]] = row->value;
        h->measure[m].share = h->measure[m].share && !(row->value < 0) && !(row->value > 1);
    }
}

static seg_status add_values(seg_html *h, seg_html_case *out, const seg_case *c, seg_error *err)
{
    size_t *index = NULL;
    seg_status st = seg_alloc(&index, c->n_classes, sizeof *index, "classes", err);

    if (!st)
        st = find_classes(h, c, index, err);
    out->known = h->classes;
    for (size_t m = 0; !st && m < h->measures; m++) {
        st = seg_alloc(&out->value[m], 1 + out->known, sizeof *out->value[m], "a report", err);
        for (size_t k = 0; !st && k <= out->known; k++)
            out->value[m][k] = NAN;
        if (!st)
            take_values(h, m, out->value[m], c, index);
    }
    free(index);
    return st;
}

static seg_status add_errors(seg_html *h, seg_html_case *out, const seg_case *c, seg_error *err)
{
    enum { SHOWN = 5 };
    seg_status st;

    out->errors = c->n_errors < SHOWN ? c->n_errors : SHOWN;
    out->volume_unit = seg_intern_keep(&h->pool, c->volume_unit ? c->volume_unit : "px");
    out->depth_unit = seg_intern_keep(&h->pool, c->depth_unit ? c->depth_unit : "px");
    st = seg_alloc(&out->error, out->errors, sizeof *out->error, "a report", err);
    for (size_t i = 0; !st && i < out->errors; i++) {
        out->error[i] = c->errors[i];
        out->error[i].words = seg_intern_keep(&h->pool, c->errors[i].words);
        if (!out->error[i].words)
            st = seg_fail(err, SEG_MEMORY, "not enough memory for a report");
    }
    return st;
}

static void free_pictures(seg_html_case *c)
{
    for (size_t i = 0; i < c->pictures; i++)
        free(c->picture[i].png);
    c->pictures = 0;
}

static seg_status add_pictures(seg_html *h, seg_html_case *out, const seg_case *c, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < c->n_pictures; i++) {
        seg_case_picture *p = &out->picture[i];

        *p = c->picture[i];
        p->words = seg_intern_keep(&h->pool, c->picture[i].words);
        p->place = seg_intern_keep(&h->pool, c->picture[i].place);
        st = seg_alloc(&p->png, p->bytes, 1, "a picture", err);
        if (!st) {
            memcpy(p->png, c->picture[i].png, p->bytes);
            out->pictures++;
        }
        if (!st && (!p->words || !p->place))
            st = seg_fail(err, SEG_MEMORY, "not enough memory for a report");
    }
    return st;
}

/* ---- the worst cases ---- */

/* How bad an aggregate is: larger is worse; undefined is nothing. */
static double badness(const seg_html *h, size_t i)
{
    double x = h->measures ? seg_html_value(h, 0, i, -1) : NAN;

    return isnan(x) ? -INFINITY : h->measure[0].better < 0 ? x : -x;
}

static double largest_error(const seg_html *h, size_t i)
{
    return h->c[i].errors ? h->c[i].error[0].score : -INFINITY;
}

static bool is_listed(const size_t *order, size_t n, size_t index)
{
    for (size_t i = 0; i < n; i++)
        if (order[i] == index)
            return true;
    return false;
}

size_t seg_html_worst(const seg_html *h, size_t *order, size_t most)
{
    size_t n = 0;

    for (bool by_error = false; n < most; by_error = !by_error) {
        size_t best = h->n;
        double worst = -INFINITY;

        for (size_t i = 0; i < h->n_worst; i++) {
            double x = by_error ? largest_error(h, h->worst[i]) : badness(h, h->worst[i]);

            if (x > worst && !is_listed(order, n, h->worst[i])) {
                worst = x;
                best = h->worst[i];
            }
        }
        if (best == h->n) {
            if (by_error)
                break;
            continue; /* no aggregate; perhaps a mistake */
        }
        order[n++] = best;
    }
    return n;
}

/* The case joins the worst ones, and the least bad of them leaves when they are too many. Cases come in one order, so
 * what is kept does not depend on threads. */
static seg_status add_worst(seg_html *h, size_t index, seg_error *err)
{
    size_t *order, n;
    seg_status st = seg_alloc(&order, h->most + 1, sizeof *order, "a report", err);

    if (st)
        return st;
    h->worst[h->n_worst++] = index;
    if (h->n_worst > h->most) {
        n = seg_html_worst(h, order, h->most);
        for (size_t i = 0; i < h->n_worst; i++)
            if (!is_listed(order, n, h->worst[i]))
                free_pictures(&h->c[h->worst[i]]);
        memcpy(h->worst, order, n * sizeof *order);
        h->n_worst = n;
    }
    free(order);
    return SEG_OK;
}

seg_status seg_html_add(seg_html *h, const seg_case *c, const seg_report_style *style, seg_error *err)
{
    seg_html_case *out;
    bool ok = seg_case_ok(c);
    seg_status st = seg_grow(&h->c, &h->room, h->n + 1, sizeof *h->c, "a report", err);

    if (st)
        return st;
    out = &h->c[h->n++];
    *out = (seg_html_case){.name = seg_intern_keep(&h->pool, c->name ? c->name : "")};
    out->message = ok ? NULL : seg_intern_keep(&h->pool, c->message ? c->message : "failed");
    h->failed += !ok;
    if (!out->name || (!ok && !out->message))
        return seg_fail(err, SEG_MEMORY, "not enough memory for a report");
    if (!ok)
        return SEG_OK;
    if (!h->measures)
        st = find_measures(h, c, SEG_KIND_METRIC, style, err);
    if (!st && !h->measures)
        st = find_measures(h, c, SEG_KIND_LOSS, style, err);
    if (h->edge <= 0)
        h->edge = fmax(fmax(c->spacing[0], c->spacing[1]), c->shape[2] > 1 ? c->spacing[2] : 0);
    if (!st)
        st = add_values(h, out, c, err);
    if (!st)
        st = seg_html_confusion_add(&h->confusion, c, &h->pool, err);
    if (!st)
        st = add_errors(h, out, c, err);
    if (!st)
        st = add_pictures(h, out, c, err);
    return st || !h->most ? st : add_worst(h, h->n - 1, err);
}

void seg_html_free(seg_html *h)
{
    for (size_t i = 0; i < h->n; i++) {
        free_pictures(&h->c[i]);
        free(h->c[i].error);
        for (size_t m = 0; m < SEG_HTML_MEASURES; m++)
            free(h->c[i].value[m]);
    }
    free(h->c);
    free(h->cls);
    free(h->worst);
    seg_html_confusion_free(&h->confusion);
    seg_intern_free(&h->pool);
    *h = (seg_html){0};
}

/* ---- what is kept, as numbers ---- */

double seg_html_value(const seg_html *h, size_t measure, size_t index, int cls)
{
    const seg_html_case *c = &h->c[index];

    return c->value[measure] && cls < (int)c->known ? c->value[measure][1 + cls] : NAN;
}

seg_status seg_html_sample_of(seg_html_sample *s, const seg_html *h, size_t measure, int cls, seg_error *err)
{
    seg_status st;

    *s = (seg_html_sample){0};
    st = seg_alloc(&s->x, h->n, sizeof *s->x, "a report", err);
    for (size_t i = 0; !st && i < h->n; i++) {
        double x = seg_html_value(h, measure, i, cls);

        if (h->c[i].message)
            continue;
        if (isnan(x))
            s->undefined++;
        else if (isinf(x))
            s->infinite++;
        else
            s->x[s->n++] = x;
    }
    return st;
}

/* ---- words ---- */

void seg_html_number(seg_string *out, const seg_html_measure *m, double x)
{
    if (isnan(x))
        seg_string_add(out, "–");
    else if (isinf(x))
        seg_string_add(out, x > 0 ? "∞" : "−∞");
    else if (m->share)
        seg_string_printf(out, "%.3f", x);
    else if (m->distance)
        seg_string_printf(out, "%.1f", x);
    else
        seg_string_printf(out, "%.4g", x);
}

void seg_html_class(seg_string *out, const seg_html *h, int cls)
{
    const char *label = cls < 0 ? NULL : h->cls[cls].label;

    if (cls < 0)
        seg_string_add(out, "all classes");
    else if (!label || !*label)
        seg_string_printf(out, "class %lld", (long long)h->cls[cls].id);
    else
        seg_html_name(out, label);
}
