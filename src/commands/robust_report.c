/* robust_report.c - every measure of every prediction, every pair of predictions, and what can be said of their gap. */
#include "robust_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../report/csv.h"
#include "../report/json_text.h"
#include "../report/text_table.h"

const char *const seg_robust_format_words[] = {"table", "csv", "json", NULL};

/* Fewer raters are too few people to say more of. */
enum { LEAST_RATERS = 5 };

/* ---- the cases of a measure ---- */

/* Cases in which no number of the measure is missing: given[n], redrawn[redraws][n]. */
struct values {
    double *given, *redrawn;
    size_t n, left_out;
};

static const double *value_at(const seg_robust_data *d, size_t i, size_t prediction, size_t redraw, size_t measure)
{
    return d->value[i] + (prediction * (d->redraws + 1) + redraw) * d->measures + measure;
}

static bool complete(const seg_robust_data *d, size_t i, size_t prediction, size_t measure)
{
    for (size_t r = 0; r <= d->redraws; r++)
        if (!isfinite(*value_at(d, i, prediction, r, measure)))
            return false;
    return true;
}

/* Of one prediction, or (b not SIZE_MAX) the difference of two. */
static seg_status take_values(struct values *v, const seg_robust_data *d, size_t a, size_t b, size_t measure,
                              seg_error *err)
{
    size_t n = 0;
    seg_status st = seg_alloc(&v->given, d->cases.n, sizeof *v->given, "values", err);

    v->n = v->left_out = 0;
    v->redrawn = NULL;
    for (size_t i = 0; i < d->cases.n; i++)
        v->n += complete(d, i, a, measure) && (b == SIZE_MAX || complete(d, i, b, measure));
    v->left_out = d->cases.n - v->n;
    if (!st)
        st = seg_alloc(&v->redrawn, v->n * d->redraws, sizeof *v->redrawn, "values", err);
    for (size_t i = 0; !st && i < d->cases.n; i++) {
        if (!complete(d, i, a, measure) || (b != SIZE_MAX && !complete(d, i, b, measure)))
            continue;
        for (size_t r = 0; r <= d->redraws; r++) {
            double x = *value_at(d, i, a, r, measure) - (b == SIZE_MAX ? 0 : *value_at(d, i, b, r, measure));

            *(r ? &v->redrawn[(r - 1) * v->n + n] : &v->given[n]) = x;
        }
        n++;
    }
    return st;
}

static void free_values(struct values *v)
{
    free(v->given);
    free(v->redrawn);
}

/* ---- all numbers, made once ---- */

struct one {
    size_t prediction, measure, n, left_out;
    seg_robust_value x;
};

struct two {
    size_t a, b, measure, n, left_out;
    seg_robust_gap x;
};

struct numbers {
    struct one *one;
    struct two *two;
    size_t ones, twos;
};

static seg_status fill_one(struct one *o, const seg_robust_data *d, seg_error *err)
{
    struct values v;
    seg_status st = take_values(&v, d, o->prediction, SIZE_MAX, o->measure, err);

    o->n = v.n;
    o->left_out = v.left_out;
    o->x = (seg_robust_value){NAN, NAN, NAN};
    if (!st && v.n)
        o->x = seg_robust_value_of(v.given, v.redrawn, v.n, d->redraws);
    free_values(&v);
    return st;
}

static seg_status fill_two(struct two *t, const seg_robust_data *d, seg_error *err)
{
    struct values v;
    seg_status st = take_values(&v, d, t->a, t->b, t->measure, err);

    t->n = v.n;
    t->left_out = v.left_out;
    t->x = (seg_robust_gap){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (!st && v.n)
        st = seg_robust_gap_of(&t->x, v.given, v.redrawn, v.n, d->redraws, err);
    free_values(&v);
    return st;
}

static seg_status make_numbers(struct numbers *n, const seg_robust_data *d, seg_error *err)
{
    size_t P = d->predictions;
    seg_status st = seg_alloc(&n->one, P * d->measures, sizeof *n->one, "values", err);

    if (!st)
        st = seg_alloc(&n->two, P * P * d->measures, sizeof *n->two, "values", err);
    for (size_t m = 0; m < d->measures && !st; m++) {
        for (size_t p = 0; p < P && !st; p++) {
            n->one[n->ones] = (struct one){.prediction = p, .measure = m};
            st = fill_one(&n->one[n->ones++], d, err);
        }
        for (size_t p = 0; p < P * P && !st; p++) {
            if (p / P >= p % P)
                continue;
            n->two[n->twos] = (struct two){.a = p / P, .b = p % P, .measure = m};
            st = fill_two(&n->two[n->twos++], d, err);
        }
    }
    return st;
}

/* The names of the numbers, in the order of the manual. */
typedef struct {
    const char *name;
    double x;
} number;

enum { ONE_NUMBERS = 3, TWO_NUMBERS = 8 };

static void one_numbers(number *out, const struct one *o)
{
    const number x[ONE_NUMBERS] = {{"value", o->x.value}, {"sd", o->x.sd}, {"bias", o->x.bias}};

    memcpy(out, x, sizeof x);
}

static void two_numbers(number *out, const struct two *t)
{
    const number x[TWO_NUMBERS] = {
        {"gap", t->x.gap},       {"gap_redrawn", t->x.gap_redrawn}, {"retained", t->x.retained},
        {"gap_sd", t->x.gap_sd}, {"gap_sd_low", t->x.gap_sd_low},   {"gap_sd_high", t->x.gap_sd_high},
        {"flips", t->x.flips},   {"case_flips", t->x.case_flips}};

    memcpy(out, x, sizeof x);
}

static bool has_verdict(const seg_robust_result *r, const struct two *t)
{
    return t->n > 0 && (!r->raters || r->data->redraws >= LEAST_RATERS);
}

static void verdict_words(const seg_robust_result *r, const struct two *t, char *out, size_t room)
{
    switch (seg_gap_verdict_of(&t->x)) {
    case SEG_GAP_NONE:
        snprintf(out, room, "there is no gap");
        break;
    case SEG_GAP_STANDS:
        snprintf(out, room, "the gap stands");
        break;
    case SEG_GAP_NOISE:
        snprintf(out, room, "within annotation noise");
        break;
    default:
        snprintf(out, room, "not settled by %zu %s", r->data->redraws, r->raters ? "raters" : "redraws");
    }
}

/* ---- JSON ---- */

static void json_numbers(const seg_robust_result *r, const number *x, size_t n, seg_string *out)
{
    for (size_t i = 0; i < n; i++) {
        seg_string_printf(out, ", \"%s\": ", x[i].name);
        seg_json_number(out, x[i].x, r->digits);
    }
}

static void json_measure(const seg_robust_result *r, size_t m, seg_string *out)
{
    seg_string_add(out, ", \"measure\": ");
    seg_json_text(out, r->data->measure[m].name);
    seg_string_add(out, ", \"params\": ");
    seg_json_params(out, r->data->measure[m].params);
    seg_string_printf(out, ", \"kind\": \"%s\"", seg_kind_words[r->data->measure[m].kind]);
}

static void json_one(const seg_robust_result *r, const struct one *o, seg_string *out)
{
    number x[ONE_NUMBERS];

    one_numbers(x, o);
    seg_string_add(out, "{\"prediction\": ");
    seg_json_text(out, r->name[o->prediction]);
    json_measure(r, o->measure, out);
    seg_string_printf(out, ", \"n\": %zu, \"left_out\": %zu", o->n, o->left_out);
    json_numbers(r, x, ONE_NUMBERS, out);
    seg_string_add(out, "}");
}

static void json_two(const seg_robust_result *r, const struct two *t, seg_string *out)
{
    number x[TWO_NUMBERS];
    char words[64];

    two_numbers(x, t);
    verdict_words(r, t, words, sizeof words);
    seg_string_add(out, "{\"a\": ");
    seg_json_text(out, r->name[t->a]);
    seg_string_add(out, ", \"b\": ");
    seg_json_text(out, r->name[t->b]);
    json_measure(r, t->measure, out);
    seg_string_printf(out, ", \"n\": %zu, \"left_out\": %zu", t->n, t->left_out);
    json_numbers(r, x, TWO_NUMBERS, out);
    seg_string_add(out, ", \"verdict\": ");
    seg_json_text(out, has_verdict(r, t) ? words : NULL);
    seg_string_add(out, "}");
}

static void json_classes(const seg_robust_result *r, seg_string *out)
{
    const seg_robust_data *d = r->data;

    for (size_t c = 0; c < d->classes; c++) {
        const seg_robust_class *k = &d->cls[c];

        seg_string_printf(out, "%s\n    {\"class\": %" PRId64 ", \"redraw_dsc\": ", c ? "," : "", k->id);
        seg_json_number(out, k->n ? k->dsc / (double)k->n : NAN, r->digits);
        seg_string_add(out, ", \"objects\": ");
        seg_string_printf(out, r->raters ? "null" : "%zu", k->objects);
        seg_string_add(out, ", \"vanished\": ");
        seg_string_printf(out, r->raters ? "null" : "%zu", k->vanished);
        seg_string_add(out, "}");
    }
}

static void write_json(const seg_robust_result *r, const struct numbers *n, seg_string *out)
{
    seg_string_printf(out, "{\n  \"segloss\": \"%s\",\n  \"schema\": %d,\n  \"settings\": {", SEG_VERSION,
                      SEG_REPORT_SCHEMA);
    for (size_t i = 0; i < r->n_settings; i++) {
        seg_string_add(out, i ? ", " : "");
        seg_json_text(out, r->settings[i].name);
        seg_string_add(out, ": ");
        seg_json_guess(out, r->settings[i].value);
    }
    seg_string_printf(out, "},\n  \"cases\": %zu,\n  \"redraws\": %zu,\n  \"measures\": [", r->data->cases.n,
                      r->data->redraws);
    for (size_t i = 0; i < n->ones; i++) {
        seg_string_add(out, i ? ",\n    " : "\n    ");
        json_one(r, &n->one[i], out);
    }
    seg_string_add(out, "\n  ],\n  \"pairs\": [");
    for (size_t i = 0; i < n->twos; i++) {
        seg_string_add(out, i ? ",\n    " : "\n    ");
        json_two(r, &n->two[i], out);
    }
    seg_string_add(out, "\n  ],\n  \"truths\": [");
    json_classes(r, out);
    seg_string_add(out, "\n  ]\n}\n");
}

/* ---- CSV ---- */

static void csv_rows(const seg_robust_result *r, const char *a, const char *b, size_t m, const number *x, size_t n,
                     seg_string *out)
{
    const char *const names[] = {a, b, r->data->measure[m].name, r->data->measure[m].params};
    char text[SEG_NUMBER_ROOM];

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            seg_csv_field(out, ',', names[k]);
            seg_string_add(out, ",");
        }
        seg_string_printf(out, "%s,%s\n", x[i].name,
                          isfinite(x[i].x) ? seg_number_digits(text, x[i].x, r->digits) : "");
    }
}

static void write_csv(const seg_robust_result *r, const struct numbers *n, seg_string *out)
{
    number x[TWO_NUMBERS];

    seg_string_add(out, "a,b,measure,params,name,value\n");
    for (size_t i = 0; i < n->ones; i++) {
        const number cases[] = {{"n", (double)n->one[i].n}};

        one_numbers(x, &n->one[i]);
        csv_rows(r, r->name[n->one[i].prediction], "", n->one[i].measure, cases, 1, out);
        csv_rows(r, r->name[n->one[i].prediction], "", n->one[i].measure, x, ONE_NUMBERS, out);
    }
    for (size_t i = 0; i < n->twos; i++) {
        two_numbers(x, &n->two[i]);
        csv_rows(r, r->name[n->two[i].a], r->name[n->two[i].b], n->two[i].measure, x, TWO_NUMBERS, out);
    }
}

/* ---- table ---- */

static void cell(seg_text_table *t, double x)
{
    char text[48];

    snprintf(text, sizeof text, "%.4f", x);
    seg_text_table_add(t, isnan(x) ? "-" : text);
}

static void add_measure(const seg_robust_result *r, size_t m, seg_text_table *t)
{
    char name[300];

    snprintf(name, sizeof name, "%s%s%s", r->data->measure[m].name, *r->data->measure[m].params ? " " : "",
             r->data->measure[m].params);
    seg_text_table_add(t, name);
}

static seg_status values_table(const seg_robust_result *r, const struct numbers *n, seg_string *out, seg_error *err)
{
    static const char *const heads[] = {"measure", "prediction", "value", "bias", "sd", "n"};
    seg_text_table t = {.columns = sizeof heads / sizeof *heads, .left = 2};
    seg_status st;

    for (size_t i = 0; i < t.columns; i++)
        seg_text_table_add(&t, heads[i]);
    for (size_t i = 0; i < n->ones; i++) {
        char count[24];

        snprintf(count, sizeof count, "%zu", n->one[i].n);
        add_measure(r, n->one[i].measure, &t);
        seg_text_table_add(&t, r->name[n->one[i].prediction]);
        cell(&t, n->one[i].x.value);
        cell(&t, n->one[i].x.bias);
        cell(&t, n->one[i].x.sd);
        seg_text_table_add(&t, count);
    }
    st = seg_text_table_print(&t, 0, false, out, err);
    seg_text_table_free(&t);
    return st;
}

static void pair_lines(const seg_robust_result *r, const struct two *t, seg_string *out)
{
    char words[64];
    const char *params = r->data->measure[t->measure].params;

    verdict_words(r, t, words, sizeof words);
    seg_string_printf(out, "%s%s%s, %s less %s: ", r->data->measure[t->measure].name, *params ? " " : "", params,
                      r->name[t->a], r->name[t->b]);
    if (!t->n) {
        seg_string_add(out, "no case has all values.\n");
        return;
    }
    seg_string_printf(out, "gap %.4f, sd over truths %.4f (%.4f to %.4f)", t->x.gap, t->x.gap_sd, t->x.gap_sd_low,
                      t->x.gap_sd_high);
    if (!isnan(t->x.retained))
        seg_string_printf(out, ", %.0f %% retained", 100 * t->x.retained);
    seg_string_printf(out, ", %.0f %% flips", 100 * t->x.flips);
    seg_string_printf(out, has_verdict(r, t) ? ": %s.\n" : ".\n", words);
}

static void truth_lines(const seg_robust_result *r, seg_string *out)
{
    for (size_t c = 0; c < r->data->classes; c++) {
        const seg_robust_class *k = &r->data->cls[c];

        if (!k->n || k->id == 0)
            continue;
        seg_string_printf(out, "class %" PRId64 ": DSC %.3f between the given and the other truths", k->id,
                          k->dsc / (double)k->n);
        if (k->vanished)
            seg_string_printf(out, "; %zu of %zu objects vanished", k->vanished, k->objects);
        seg_string_add(out, "\n");
    }
}

static seg_status write_table(const seg_robust_result *r, const struct numbers *n, seg_string *out, seg_error *err)
{
    size_t left_out = 0;
    seg_status st;

    seg_string_printf(out, "%zu cases, %zu other truths (%s)\n", r->data->cases.n, r->data->redraws, r->source);
    truth_lines(r, out);
    seg_string_add(out, "\n");
    st = values_table(r, n, out, err);
    seg_string_add(out, "\n");
    for (size_t i = 0; i < n->twos; i++)
        pair_lines(r, &n->two[i], out);
    for (size_t i = 0; i < n->ones; i++)
        left_out = n->one[i].left_out > left_out ? n->one[i].left_out : left_out;
    if (left_out)
        seg_string_printf(
            out, "Up to %zu cases of a measure are left out: a value was undefined or infinite somewhere.\n", left_out);
    return st;
}

seg_status seg_robust_write(const seg_robust_result *r, seg_robust_format format, seg_string *out, seg_error *err)
{
    struct numbers n = {0};
    seg_status st = make_numbers(&n, r->data, err);

    if (!st && format == SEG_ROBUST_JSON)
        write_json(r, &n, out);
    else if (!st && format == SEG_ROBUST_CSV)
        write_csv(r, &n, out);
    else if (!st)
        st = write_table(r, &n, out, err);
    free(n.one);
    free(n.two);
    return st ? st : seg_string_check(out, err);
}
