/* map_report.c - three forms of the same numbers. */
#include "map_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "../report/csv.h"
#include "../report/json_text.h"
#include "../report/text_table.h"

const char *const seg_map_format_words[] = {"table", "csv", "json", NULL};

static const char *status_of(const seg_map_entry *e)
{
    return e->status ? e->status : "ok";
}

/* ---- the numbers of a gradient, by name ---- */

typedef struct {
    const char *name;
    double x;
} number;

enum { GRADIENT_NUMBERS = 15 };

/* In the order of the manual; fills out[] and returns how many there are. */
static size_t gradient_numbers(number *out, const seg_gradient_statistics *s, const seg_map_case *c, bool logit)
{
    double voxels = (double)c->regions.counted;
    size_t n = 0;

    out[n++] = (number){"nonfinite", (double)s->nonfinite};
    out[n++] = (number){"l1", s->l1};
    out[n++] = (number){"mean", s->l1 / voxels};
    out[n++] = (number){"max", s->max};
    out[n++] = (number){"n_eff", s->n_eff};
    out[n++] = (number){"n_eff_share", s->n_eff / voxels};
    for (int z = 0; z < SEG_ZONES; z++)
        out[n++] = (number){seg_zone_words[z], s->zone[z]};
    out[n++] = (number){"errors", s->errors};
    if (!logit)
        return n;
    out[n++] = (number){"peak", s->max * voxels / 2};
    out[n++] = (number){"vs_ce", seg_gradient_vs_ce(s, &c->ce)};
    out[n++] = (number){"concentration", seg_gradient_concentration(s, &c->ce)};
    return n;
}

static bool is_share(size_t i)
{
    return i >= 6 && i < 6 + SEG_ZONES + 1;
}

/* ---- JSON ---- */

static void json_number(seg_map_report *r, const char *name, double x, bool comma)
{
    seg_string_printf(&r->text, "%s\"%s\": ", comma ? ", " : "", name);
    seg_json_number(&r->text, x, r->digits);
}

static void json_gradient(seg_map_report *r, const char *name, const seg_gradient_statistics *s, const seg_map_case *c,
                          bool logit)
{
    number x[GRADIENT_NUMBERS];
    size_t n = gradient_numbers(x, s, c, logit);
    bool vanishing = seg_gradient_vanishing(s, &c->ce, &c->regions), exploding = seg_gradient_exploding(s, &c->ce);

    seg_string_printf(&r->text, "\n          \"%s\": {", name);
    for (size_t i = 0; i < n; i++) {
        bool first = is_share(i) && !is_share(i - 1);

        if (i > 0 && is_share(i - 1) && !is_share(i))
            seg_string_add(&r->text, "}");
        if (first)
            seg_string_add(&r->text, ", \"shares\": {");
        json_number(r, x[i].name, x[i].x, i > 0 && !first);
    }
    seg_string_add(&r->text, logit ? "" : "}");
    if (logit)
        seg_string_printf(&r->text, ", \"flags\": [%s%s%s]", exploding ? "\"exploding\"" : "",
                          exploding && vanishing ? ", " : "", vanishing ? "\"vanishing\"" : "");
    seg_string_add(&r->text, "}");
}

static void json_objects(seg_map_report *r, const seg_map_case *c, const seg_map_entry *e)
{
    seg_string_add(&r->text, "\n        \"components\": [");
    for (size_t k = 0; e->has_gradient && k < c->regions.n_objects; k++) {
        const seg_map_object *o = &c->regions.objects[k];

        seg_string_printf(&r->text, "%s\n          {\"class\": %" PRId64 ", \"component\": %zu, \"size\": %" PRIu64,
                          k ? "," : "", c->object_label[k], o->number, o->size);
        json_number(r, "recall", 1 - (double)o->wrong / (double)o->size, true);
        json_number(r, "share", e->object[k].share, true);
        json_number(r, "pull", e->object[k].pull, true);
        seg_string_printf(&r->text, ", \"dead\": %s, \"centroid\": [", e->object[k].dead ? "true" : "false");
        for (int a = 0; a < 3; a++) {
            seg_string_add(&r->text, a ? ", " : "");
            seg_json_number(&r->text, o->centroid[a], 6);
        }
        seg_string_add(&r->text, "]}");
    }
    seg_string_add(&r->text, "]");
}

static void json_entry(seg_map_report *r, const seg_map_case *c, const seg_map_entry *e)
{
    seg_string_add(&r->text, "\n      {\"loss\": ");
    seg_json_text(&r->text, e->measure);
    seg_string_add(&r->text, ", \"params\": ");
    seg_json_params(&r->text, e->params);
    json_number(r, "value", e->sum.value.x, true);
    json_number(r, "offset", e->sum.kind == SEG_MAP_NONE ? 0 : e->sum.offset, true);
    seg_string_printf(&r->text, ", \"map\": \"%s\", \"status\": ", seg_map_kind_words[e->sum.kind]);
    seg_json_text(&r->text, status_of(e));
    seg_string_add(&r->text, ",\n        \"gradients\": ");
    if (e->has_gradient) {
        seg_string_add(&r->text, "{");
        json_gradient(r, "prob", &e->prob, c, false);
        seg_string_add(&r->text, ",");
        json_gradient(r, "logit", &e->logit, c, true);
        seg_string_add(&r->text, "}");
    } else {
        seg_string_add(&r->text, "null");
    }
    seg_string_add(&r->text, ",");
    json_objects(r, c, e);
    seg_string_add(&r->text, "}");
}

static void json_case(seg_map_report *r, const seg_case *scored, const seg_map_case *c)
{
    seg_string_printf(&r->text, "%s\n    {\"case\": ", r->cases ? "," : "");
    seg_json_text(&r->text, scored->name);
    seg_string_add(&r->text, ", \"prediction\": ");
    seg_json_text(&r->text, scored->prediction);
    seg_string_add(&r->text, ", \"truth\": ");
    seg_json_text(&r->text, scored->truth);
    seg_string_add(&r->text, ", \"status\": ");
    seg_json_text(&r->text, scored->status);
    seg_string_add(&r->text, ", \"message\": ");
    seg_json_text(&r->text, scored->message);
    if (c) {
        seg_string_printf(&r->text, ",\n     \"prediction_statistics\": {\"voxels\": %" PRIu64 ", \"errors\": %" PRIu64,
                          c->regions.counted, c->regions.errors);
        json_number(r, "saturated_share", c->regions.saturated_share, true);
        json_number(r, "saturated_errors", c->regions.saturated_errors, true);
        seg_string_printf(&r->text, ", \"saturated\": %s}", c->regions.saturated_errors > 0.1 ? "true" : "false");
    }
    seg_string_add(&r->text, ",\n     \"maps\": [");
    for (size_t i = 0; c && i < c->n; i++) {
        seg_string_add(&r->text, i ? "," : "");
        json_entry(r, c, &c->entry[i]);
    }
    seg_string_add(&r->text, "]}");
}

static void json_begin(seg_map_report *r)
{
    seg_string_add(&r->text, "{\n  \"segloss\": \"" SEG_VERSION "\",\n");
    seg_string_printf(&r->text, "  \"schema\": %d,\n  \"settings\": {", SEG_REPORT_SCHEMA);
    for (size_t i = 0; i < r->n_settings; i++) {
        seg_string_printf(&r->text, "%s\n    ", i ? "," : "");
        seg_json_text(&r->text, r->settings[i].name);
        seg_string_add(&r->text, ": ");
        seg_json_guess(&r->text, r->settings[i].value);
    }
    seg_string_add(&r->text, "\n  },\n  \"cases\": [");
}

/* ---- CSV ---- */

static void csv_row(seg_map_report *r, const seg_case *scored, const seg_map_entry *e, const char *gradient,
                    const char *where, number x)
{
    char text[SEG_NUMBER_ROOM];
    const char *fields[] = {scored->name, e ? e->measure : "", e ? e->params : "", gradient};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        seg_csv_field(&r->text, ',', fields[i]);
        seg_string_add(&r->text, ",");
    }
    seg_string_printf(&r->text, "%s,%s,%s\n", where, x.name,
                      isfinite(x.x) ? seg_number_digits(text, x.x, r->digits)
                      : isinf(x.x)  ? (x.x > 0 ? "inf" : "-inf")
                                    : "");
}

static void csv_word(seg_map_report *r, const seg_case *scored, const seg_map_entry *e, const char *name,
                     const char *word)
{
    const char *fields[] = {scored->name, e ? e->measure : "", e ? e->params : "", "", "", "", name, word};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        seg_string_add(&r->text, i ? "," : "");
        seg_csv_field(&r->text, ',', fields[i]);
    }
    seg_string_add(&r->text, "\n");
}

static void csv_gradient(seg_map_report *r, const seg_case *scored, const seg_map_case *c, const seg_map_entry *e,
                         bool logit)
{
    number x[GRADIENT_NUMBERS];
    const seg_gradient_statistics *s = logit ? &e->logit : &e->prob;
    size_t n = gradient_numbers(x, s, c, logit);
    const char *name = logit ? "logit" : "prob";

    for (size_t i = 0; i < n; i++)
        csv_row(r, scored, e, name, ",", x[i]);
    if (!logit)
        return;
    csv_row(r, scored, e, name, ",", (number){"vanishing", seg_gradient_vanishing(s, &c->ce, &c->regions)});
    csv_row(r, scored, e, name, ",", (number){"exploding", seg_gradient_exploding(s, &c->ce)});
}

static void csv_objects(seg_map_report *r, const seg_case *scored, const seg_map_case *c, const seg_map_entry *e)
{
    for (size_t k = 0; k < c->regions.n_objects; k++) {
        const seg_map_object *o = &c->regions.objects[k];
        const number x[] = {{"size", (double)o->size},
                            {"recall", 1 - (double)o->wrong / (double)o->size},
                            {"share", e->object[k].share},
                            {"pull", e->object[k].pull},
                            {"dead", e->object[k].dead}};
        char where[64];

        snprintf(where, sizeof where, "%" PRId64 ",%zu", c->object_label[k], o->number);
        for (size_t i = 0; i < sizeof x / sizeof *x; i++)
            csv_row(r, scored, e, "logit", where, x[i]);
    }
}

static void csv_case(seg_map_report *r, const seg_case *scored, const seg_map_case *c)
{
    csv_word(r, scored, NULL, "status", c ? "ok" : scored->message ? scored->message : scored->status);
    if (!c)
        return;
    csv_row(r, scored, NULL, "", ",", (number){"errors", (double)c->regions.errors});
    csv_row(r, scored, NULL, "", ",", (number){"saturated_share", c->regions.saturated_share});
    csv_row(r, scored, NULL, "", ",", (number){"saturated_errors", c->regions.saturated_errors});
    for (size_t i = 0; i < c->n; i++) {
        const seg_map_entry *e = &c->entry[i];

        csv_word(r, scored, e, "status", status_of(e));
        csv_word(r, scored, e, "map", seg_map_kind_words[e->sum.kind]);
        csv_row(r, scored, e, "", ",", (number){"value", e->sum.value.x});
        csv_row(r, scored, e, "", ",", (number){"offset", e->sum.kind == SEG_MAP_NONE ? 0 : e->sum.offset});
        if (!e->has_gradient)
            continue;
        csv_gradient(r, scored, c, e, false);
        csv_gradient(r, scored, c, e, true);
        csv_objects(r, scored, c, e);
    }
}

/* ---- table ---- */

static void cell(seg_text_table *t, const char *format, double x)
{
    char text[48];

    snprintf(text, sizeof text, format, x);
    seg_text_table_add(t, isnan(x) ? "-" : text);
}

static size_t dead_objects(const seg_map_case *c, const seg_map_entry *e)
{
    size_t dead = 0;

    for (size_t k = 0; e->has_gradient && k < c->regions.n_objects; k++)
        dead += e->object[k].dead;
    return dead;
}

static void table_flags(seg_text_table *t, const seg_map_case *c, const seg_map_entry *e)
{
    bool vanishing = e->has_gradient && seg_gradient_vanishing(&e->logit, &c->ce, &c->regions);
    bool exploding = e->has_gradient && seg_gradient_exploding(&e->logit, &c->ce);
    seg_string text = {0};

    seg_string_printf(&text, "%s%s%s%s", e->status ? e->status : "", e->status && (vanishing || exploding) ? ", " : "",
                      vanishing ? "vanishing" : "", exploding ? " exploding" : "");
    seg_text_table_add(t, text.text ? text.text : "");
    seg_string_free(&text);
}

static void table_row(seg_text_table *t, const seg_map_case *c, const seg_map_entry *e)
{
    static const seg_zone shown[] = {SEG_ZONE_INNER, SEG_ZONE_INTERIOR, SEG_ZONE_OUTER, SEG_ZONE_FAR};
    const seg_gradient_statistics *s = &e->logit;
    seg_string name = {0};
    char dead[48];

    seg_string_printf(&name, "%s%s%s", e->measure, *e->params ? ":" : "", e->params);
    seg_text_table_add(t, name.text ? name.text : e->measure);
    cell(t, "%.4f", e->sum.value.x);
    seg_text_table_add(t, seg_map_kind_words[e->sum.kind]);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        cell(t, "%.1f", e->has_gradient ? 100 * s->zone[shown[i]] : NAN);
    cell(t, "%.1f", e->has_gradient ? 100 * s->errors : NAN);
    cell(t, "%.1f", e->has_gradient ? 100 * s->n_eff / (double)c->regions.counted : NAN);
    cell(t, "%.3f", e->has_gradient ? seg_gradient_vs_ce(s, &c->ce) : NAN);
    snprintf(dead, sizeof dead, "%zu of %zu", dead_objects(c, e), c->regions.n_objects);
    seg_text_table_add(t, e->has_gradient ? dead : "-");
    table_flags(t, c, e);
    seg_string_free(&name);
}

/* "dice leaves object 2 of class 1 (13 voxels at 24, 17; none of it found) without gradient." */
static void table_sentences(seg_map_report *r, const seg_map_case *c, const seg_map_entry *e)
{
    for (size_t k = 0; e->has_gradient && k < c->regions.n_objects; k++) {
        const seg_map_object *o = &c->regions.objects[k];

        if (!e->object[k].dead)
            continue;
        seg_string_printf(&r->text, "%s%s%s leaves object %zu of class %" PRId64 " (%" PRIu64 " voxel%s at %.0f, %.0f",
                          e->measure, *e->params ? ":" : "", e->params, o->number, c->object_label[k], o->size,
                          o->size == 1 ? "" : "s", o->centroid[0], o->centroid[1]);
        if (c->dims == 3)
            seg_string_printf(&r->text, ", %.0f", o->centroid[2]);
        if (o->wrong == o->size)
            seg_string_add(&r->text, "; none of it found");
        else
            seg_string_printf(&r->text, "; %.0f %% of it found", 100 - 100 * (double)o->wrong / (double)o->size);
        seg_string_add(&r->text, ") without gradient.\n");
    }
}

static void table_notes(seg_map_report *r, const seg_map_case *c)
{
    char band[SEG_NUMBER_ROOM], near[SEG_NUMBER_ROOM];

    if (c->labels) {
        seg_string_add(&r->text, "Labels have no gradient: the prediction is a map of labels.\n");
        return;
    }
    seg_string_printf(&r->text,
                      "Shares in %% of sum |dL/dz|, n_eff in %% of the voxels. inner, outer: up to %s %s from the\n"
                      "border of the truth; far: more than %s.\n",
                      seg_number(band, r->band), r->unit, seg_number(near, r->near));
    if (c->regions.saturated_errors > 0.1)
        seg_string_printf(&r->text,
                          "%.0f %% of the wrong voxels are saturated (probability within 1e-4 of 1): no loss moves "
                          "them quickly.\n",
                          100 * c->regions.saturated_errors);
}

static seg_status table_case(seg_map_report *r, const seg_case *scored, const seg_map_case *c, seg_error *err)
{
    static const char *const heads[] = {"loss", "value",  "map",   "inner", "interior", "outer",
                                        "far",  "errors", "n_eff", "vs CE", "dead",     ""};
    seg_text_table t = {.columns = sizeof heads / sizeof *heads, .left = 1};
    seg_status st;

    seg_string_printf(&r->text, "%s%s\n", r->cases ? "\n" : "", scored->name);
    if (!c) {
        seg_string_printf(&r->text, "failed: %s\n", scored->message ? scored->message : scored->status);
        return SEG_OK;
    }
    for (size_t i = 0; i < t.columns; i++)
        seg_text_table_add(&t, heads[i]);
    for (size_t i = 0; i < c->n; i++)
        table_row(&t, c, &c->entry[i]);
    st = seg_text_table_print(&t, 0, false, &r->text, err);
    seg_text_table_free(&t);
    table_notes(r, c);
    for (size_t i = 0; i < c->n; i++)
        table_sentences(r, c, &c->entry[i]);
    return st;
}

/* ---- all forms ---- */

void seg_map_report_begin(seg_map_report *r)
{
    if (r->format == SEG_MAP_JSON)
        json_begin(r);
    else if (r->format == SEG_MAP_CSV)
        seg_string_add(&r->text, "case,loss,params,gradient,class,component,name,value\n");
}

seg_status seg_map_report_add(seg_map_report *r, const seg_case *scored, const seg_map_case *maps, seg_error *err)
{
    seg_status st = SEG_OK;

    if (r->format == SEG_MAP_JSON)
        json_case(r, scored, maps);
    else if (r->format == SEG_MAP_CSV)
        csv_case(r, scored, maps);
    else
        st = table_case(r, scored, maps, err);
    r->cases++;
    return st ? st : seg_string_check(&r->text, err);
}

void seg_map_report_end(seg_map_report *r)
{
    if (r->format == SEG_MAP_JSON)
        seg_string_add(&r->text, "\n  ]\n}\n");
}
