/* write_json.c - curves.json: everything needed to repeat the run, the scores, and the statements with evidence. */
#include <math.h>
#include <string.h>
#include <zlib.h>

#include "../report/json_text.h"
#include "write.h"

/* null when undefined: JSON has no NaN. */
static void add_number(seg_string *out, double x)
{
    char text[SEG_NUMBER_ROOM];

    seg_string_add(out, isfinite(x) ? seg_number(text, x + 0.0) : "null");
}

static void add_key(seg_string *out, const char *before, const char *key)
{
    seg_string_add(out, before);
    seg_json_text(out, key);
    seg_string_add(out, ": ");
}

static void add_settings(const seg_curves_report *r, seg_string *out)
{
    seg_string_add(out, "  \"settings\": {");
    for (size_t i = 0; i < r->settings; i++) {
        add_key(out, i ? ", " : "", r->setting[i].name);
        if (r->setting[i].number)
            seg_string_add(out, r->setting[i].value);
        else
            seg_json_text(out, r->setting[i].value);
    }
    seg_string_add(out, "},\n");
}

static void add_regime(const seg_curves *c, size_t regime, seg_string *out)
{
    const seg_phantom *s = &c->regime[regime].scene;
    seg_string counts = {0};
    uLong digest;

    seg_write_counts(c, regime, &counts);
    digest = crc32_z(0, (const Bytef *)counts.text, counts.text ? counts.length : 0);
    seg_string_add(out, "    {\"name\": ");
    seg_json_text(out, s->name);
    seg_string_printf(out,
                      ", \"shape\": [%zu, %zu, %zu], \"padding\": [[%zu, %zu], [%zu, %zu], [%zu, %zu]], "
                      "\"voxels\": %zu, \"object\": %zu, \"radius\": ",
                      s->grid.n[0], s->grid.n[1], s->grid.n[2], s->padding[0][0], s->padding[0][1], s->padding[1][0],
                      s->padding[1][1], s->padding[2][0], s->padding[2][1], s->voxels, s->object);
    add_number(out, seg_phantom_radius(s));
    seg_string_printf(out, ", \"steps\": %zu, \"counts_crc32\": \"%08lx\"}", c->regime[regime].plan.steps, digest);
    out->failed = out->failed || counts.failed;
    seg_string_free(&counts);
}

static void add_loss(const seg_curves *c, size_t i, seg_string *out)
{
    const seg_curve_loss *loss = &c->loss[i];
    const char *before = "";

    add_key(out, "    {", "loss");
    seg_json_text(out, loss->name);
    add_key(out, ", ", "label");
    seg_json_text(out, loss->label);
    seg_string_printf(out, ", \"level\": \"%s\", \"params\": {", seg_level_names[loss->level]);
    if (loss->formula && *loss->params) {
        add_key(out, "", "formula");
        seg_json_text(out, loss->params + strlen("formula="));
    }
    for (const seg_param *row = loss->job.loss ? loss->job.loss->params : NULL; row && row->name; row++) {
        seg_string value = {0};

        seg_params_write_value(row, loss->job.params, &value);
        add_key(out, before, row->name);
        seg_json_text(out, value.text ? value.text : "");
        before = ", ";
        out->failed = out->failed || value.failed;
        seg_string_free(&value);
    }
    seg_string_add(out, "}}");
}

static void add_score(const seg_curves *c, size_t regime, size_t loss, seg_x x, seg_string *out)
{
    const seg_curve_score *s = &seg_curves_scores(c, loss, regime)[x];
    const char *skipped = seg_curves_skipped(c, loss, regime);

    seg_string_add(out, "    {\"regime\": ");
    seg_json_text(out, c->regime[regime].scene.name);
    add_key(out, ", ", "loss");
    seg_json_text(out, c->loss[loss].name);
    add_key(out, ", ", "params");
    seg_json_text(out, c->loss[loss].params);
    seg_string_printf(out, ", \"yardstick\": \"%s\"", seg_x_words[x]);
    for (int m = 0; m < SEG_MEASURES; m++) {
        add_key(out, ", ", seg_measure_words[m]);
        add_number(out, s->mean[m]);
    }
    seg_string_printf(out, ", \"borderline\": \"%s\", \"branch\": ", s->borderline ? "yes" : "no");
    seg_json_text(out, seg_branch_word(&c->regime[regime].plan));
    seg_string_printf(out, ", \"verdict\": \"%s\", \"n_seeds\": %zu, \"tau_sd\": ", seg_trend_words[s->verdict],
                      s->seeds);
    add_number(out, s->sd[SEG_TAU]);
    add_key(out, ", ", "drawdown_sd");
    add_number(out, s->sd[SEG_DRAWDOWN]);
    add_key(out, ", ", "status");
    seg_json_text(out, skipped ? skipped : "ok");
    seg_string_add(out, "}");
}

static void add_scores(const seg_curves *c, seg_string *out)
{
    const size_t n = c->regimes * c->losses * SEG_XS;

    seg_string_add(out, "  \"scores\": [\n");
    for (size_t i = 0; i < n; i++) {
        add_score(c, i / SEG_XS / c->losses, i / SEG_XS % c->losses, (seg_x)(i % SEG_XS), out);
        seg_string_add(out, i + 1 < n ? ",\n" : "\n");
    }
    seg_string_add(out, "  ],\n");
}

static void add_statements(const seg_curves_report *r, seg_string *out)
{
    seg_string_add(out, "  \"statements\": [\n");
    for (size_t i = 0; i < r->statements; i++) {
        const seg_claim_of_survey *s = &r->statement[i];

        add_key(out, "    {", "id");
        seg_json_text(out, s->id);
        add_key(out, ", ", "claim");
        seg_json_text(out, s->claim);
        add_key(out, ", ", "verdict");
        seg_json_text(out, s->verdict);
        add_key(out, ", ", "evidence");
        seg_json_text(out, s->evidence);
        seg_string_add(out, i + 1 < r->statements ? "},\n" : "}\n");
    }
    seg_string_add(out, "  ]\n");
}

seg_status seg_write_curves_json(const seg_curves_report *r, seg_string *out, seg_error *err)
{
    const seg_curves *c = r->curves;

    seg_string_printf(out, "{\n  \"segloss\": \"%s\",\n  \"schema\": 1,\n  \"figure\": ", SEG_VERSION);
    seg_json_text(out, r->heading);
    seg_string_add(out, ",\n  \"remarks\": [");
    for (size_t i = 0; i < r->remarks; i++) {
        seg_string_add(out, i ? ", " : "");
        seg_json_text(out, r->remark[i]);
    }
    seg_string_add(out, "],\n");
    add_settings(r, out);
    seg_string_add(out, "  \"regimes\": [\n");
    for (size_t i = 0; i < c->regimes; i++) {
        add_regime(c, i, out);
        seg_string_add(out, i + 1 < c->regimes ? ",\n" : "\n");
    }
    seg_string_add(out, "  ],\n  \"losses\": [\n");
    for (size_t i = 0; i < c->losses; i++) {
        add_loss(c, i, out);
        seg_string_add(out, i + 1 < c->losses ? ",\n" : "\n");
    }
    seg_string_add(out, "  ],\n");
    add_scores(c, out);
    add_statements(r, out);
    seg_string_add(out, "}\n");
    return seg_string_check(out, err);
}
