/* setup.c - makes the regimes of a run and the sentences that describe them. */
#include "setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* ---- sizes ---- */

static seg_status read_size(const char *text, size_t bytes, seg_object_size *size, seg_error *err)
{
    char piece[96];
    const char *equals, *number;

    snprintf(piece, sizeof piece, "%.*s", (int)bytes, text);
    equals = strchr(piece, '=');
    number = equals ? equals + 1 : piece;
    if (equals)
        snprintf(size->name, sizeof size->name, "%.*s", (int)(equals - piece), piece);
    else
        snprintf(size->name, sizeof size->name, "r%.60s", piece);
    if (bytes >= sizeof piece || !size->name[0] || !seg_read_double(number, &size->radius) || !(size->radius > 0))
        return seg_fail(err, SEG_USAGE,
                        "--size has '%.*s', a name and a radius in pixels are wanted, as in "
                        "large=30,small=4",
                        (int)bytes, text);
    /* Discs are drawn on a lattice of 1/16 pixel. */
    size->radius = round(size->radius * SEG_UNITS) / SEG_UNITS;
    return SEG_OK;
}

seg_status seg_object_sizes_read(const char *text, seg_object_size **size, size_t *n, seg_error *err)
{
    size_t room = 0;
    seg_status st = SEG_OK;

    *n = 0;
    do {
        const size_t bytes = strcspn(text, ",");

        st = seg_grow(size, &room, *n + 1, sizeof **size, "sizes", err);
        if (!st)
            st = read_size(text, bytes, &(*size)[*n], err);
        for (size_t i = 0; !st && i < *n; i++)
            if (!strcmp((*size)[i].name, (*size)[*n].name))
                st = seg_fail(err, SEG_USAGE, "--size names '%s' twice (give every object its own name)",
                              (*size)[i].name);
        text += bytes + (text[bytes] == ',');
        *n += 1;
    } while (!st && *text);
    return st;
}

/* ---- regimes ---- */

static seg_status check_family(const seg_plan_of_steps *plan, seg_error *err)
{
    if (plan->soft > 0 && !plan->family->edge)
        return seg_fail(err, SEG_USAGE, "the family '%s' has no soft edge (leave --soft out)", plan->family->name);
    if (seg_plan_aims(plan) && !plan->family->aims)
        return seg_fail(err, SEG_USAGE, "--dir is for the family 'translate', not for '%s' (leave it out)",
                        plan->family->name);
    if (!isnan(plan->max) && isnan(plan->family->max) && !plan->family->takes_max)
        return seg_fail(err, SEG_USAGE, "the family '%s' has no largest severity to set (leave --max out)",
                        plan->family->name);
    if (!isnan(plan->max) && !(plan->max > plan->family->least && plan->max <= plan->family->most))
        return seg_fail(err, SEG_USAGE, "--max is %g, the family '%s' wants more than %g and at most %g", plan->max,
                        plan->family->name, plan->family->least, plan->family->most);
    return SEG_OK;
}

static seg_status make_ball(const seg_plan_of_steps *plan, const seg_object_size *size, uint64_t seed,
                            seg_experiment *regime, seg_error *err)
{
    seg_status st = seg_plan_check(plan, size->name, size->radius, err);

    regime->plan = *plan;
    if (!st)
        st = seg_phantom_ball(&regime->scene, size->name, plan->dim, plan->image, size->radius, plan->family->middle,
                              err);
    if (!st && seg_plan_aims(plan))
        st = seg_phantom_aim(&regime->scene, plan->direction, err);
    if (!st && regime->scene.object < 2)
        st = seg_fail(err, SEG_USAGE,
                      "the object '%s' of radius %g px is a single pixel: it has no shape that could be "
                      "degraded (choose a radius of at least 1)",
                      size->name, size->radius);
    return st ? st : seg_experiment_settle(regime, seed, err);
}

seg_status seg_experiments_of_sizes(const seg_plan_of_steps *plan, const seg_object_size *size, size_t n, uint64_t seed,
                                    seg_experiment **regime, seg_error *err)
{
    seg_status st = check_family(plan, err);

    if (!st)
        st = seg_alloc(regime, n, sizeof **regime, "objects", err);
    for (size_t i = 0; !st && i < n; i++)
        st = make_ball(plan, &size[i], seed, &(*regime)[i], err);
    return st;
}

static void list_classes(const seg_labelmap *truth, seg_string *out)
{
    enum { SHOWN = 20 };

    for (size_t i = 0, n = 0; i < truth->values; i++)
        if (truth->value[i] != 0 && n++ < SHOWN)
            seg_string_printf(out, "%s%lld", n > 1 ? ", " : "", (long long)truth->value[i]);
    seg_string_add(out, truth->values > SHOWN + 1 ? ", ..." : "");
}

/* The code of the class asked for. */
static seg_status find_class(const seg_labelmap *truth, const char *file, int64_t *id, uint32_t *code, seg_error *err)
{
    size_t objects = 0;
    seg_string classes = {0};
    bool found = false;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < truth->values; i++) {
        const bool wanted = *id < 0 ? truth->value[i] != 0 : truth->value[i] == *id;

        objects += truth->value[i] != 0;
        found = found || wanted;
        if (wanted)
            *code = (uint32_t)i;
    }
    list_classes(truth, &classes);
    if (!objects)
        st = seg_fail(err, SEG_MISMATCH, "%s: the truth is empty, an object is wanted", file);
    else if (*id < 0 && objects > 1)
        st = seg_fail(err, SEG_USAGE, "%s has the classes %s: which one? (use --class N)", file, classes.text);
    else if (!found)
        st = seg_fail(err, SEG_MISMATCH, "%s: class %lld is not in the truth, which has %s", file, (long long)*id,
                      classes.text);
    else
        *id = truth->value[*code];
    seg_string_free(&classes);
    return st;
}

static seg_status mask_of_class(const seg_labelmap *truth, uint32_t code, uint8_t **mask, seg_error *err)
{
    const size_t voxels = seg_grid_voxels(&truth->grid);
    uint16_t codes[4096];
    seg_status st = seg_alloc_big(mask, voxels, 1, "the object", err);

    for (size_t begin = 0; !st && begin < voxels; begin += 4096) {
        const size_t n = voxels - begin < 4096 ? voxels - begin : 4096;

        seg_labelmap_codes(truth, begin, n, codes);
        for (size_t i = 0; i < n; i++)
            (*mask)[begin + i] = codes[i] == code;
    }
    return st;
}

seg_status seg_experiment_of_truth(const seg_plan_of_steps *plan, const seg_labelmap *truth, const char *file,
                                   int64_t id, uint64_t seed, seg_experiment **regime, seg_error *err)
{
    uint8_t *mask = NULL;
    uint32_t code = 0;
    char name[64];
    seg_status st = check_family(plan, err);

    if (!st && plan->family->balls_only)
        st = seg_fail(err, SEG_USAGE, "the family '%s' makes objects of every size itself (leave --truth out)",
                      plan->family->name);
    if (!st)
        st = find_class(truth, file, &id, &code, err);
    if (!st)
        st = seg_alloc(regime, 1, sizeof **regime, "objects", err);
    if (!st)
        st = mask_of_class(truth, code, &mask, err);
    if (!st) {
        snprintf(name, sizeof name, "class %lld", (long long)id);
        (*regime)->plan = *plan;
        st = seg_phantom_object(&(*regime)->scene, name, &truth->grid, mask, err);
        (*regime)->scene.id = id;
        if (st)
            st = seg_while(err, "%s", file);
    }
    free(mask);
    if (!st && seg_plan_aims(plan))
        st = seg_phantom_aim(&(*regime)->scene, plan->direction, err);
    if (!st)
        st = seg_plan_pad(plan, &(*regime)->scene, err);
    return st ? st : seg_experiment_settle(*regime, seed, err);
}

seg_status seg_experiment_add_annotator(seg_experiment *regime, const seg_labelmap *map, const char *file, size_t masks,
                                        seg_error *err)
{
    seg_phantom *s = &regime->scene;
    uint32_t code = UINT32_MAX; /* nothing was marked */
    uint8_t *mask = NULL;
    seg_status st = SEG_OK;

    if (memcmp(map->grid.n, s->grid.n, sizeof s->grid.n) != 0)
        return seg_fail(err, SEG_MISMATCH,
                        "%s has %zu x %zu x %zu voxels, the truth has %zu x %zu x %zu (annotators mark the "
                        "same image)",
                        file, map->grid.n[0], map->grid.n[1], map->grid.n[2], s->grid.n[0], s->grid.n[1], s->grid.n[2]);
    for (size_t i = 0; i < map->values; i++)
        if (map->value[i] == s->id)
            code = (uint32_t)i;
    if (!s->rater)
        st = seg_alloc_big(&s->rater, masks * s->voxels, 1, "annotators", err);
    if (!st)
        st = mask_of_class(map, code, &mask, err);
    if (!st) {
        memcpy(s->rater + s->raters * s->voxels, mask, s->voxels);
        regime->plan.steps = ++s->raters;
    }
    free(mask);
    return st;
}

/* ---- words ---- */

static void take(seg_remarks *r, seg_string *text)
{
    r->failed = r->failed || text->failed;
    if (text->text && !text->failed && r->n < SEG_REMARKS)
        r->text[r->n++] = text->text;
    else
        seg_string_free(text);
    *text = (seg_string){0};
}

static void say_heading(seg_remarks *r, const seg_curves *c)
{
    const seg_experiment *first = &c->regime[0];
    seg_string text = {0};

    if (first->scene.is_ball && first->plan.family == &seg_families[0])
        seg_string_add(&text, "Losses as overlap is lost: a re-creation of Figure 3 of Azad et al. (arXiv 2312.05391)");
    else
        seg_string_printf(&text, "Losses under the degradation '%s'%s", first->plan.family->name,
                          first->scene.is_ball ? "" : " of a given object");
    r->failed = r->failed || text.failed;
    r->heading = text.text;
}

static void say_what(seg_remarks *r, const seg_curves *c)
{
    const seg_plan_of_steps *plan = &c->regime[0].plan;
    const bool balls = c->regime[0].scene.is_ball, drift = plan->family == &seg_families[0];
    seg_string text = {0};

    if (balls && drift)
        seg_string_add(&text,
                       "Specified here, not taken from the authors, whose code and settings are not published. ");
    seg_string_printf(&text, "%c%s; %zu step%s", plan->family->help[0] - 32, plan->family->help + 1, plan->steps,
                      plan->steps == 1 ? "" : "s");
    if (drift)
        seg_string_printf(&text, ", jitter ±%g px", plan->jitter);
    if (plan->soft > 0)
        seg_string_printf(&text, ", edges %g px soft", plan->soft);
    if (balls && plan->dim == 3)
        seg_string_printf(&text, ", image %zu × %zu × %zu voxels", plan->image, plan->image, plan->image);
    else if (balls)
        seg_string_printf(&text, ", image %zu × %zu px", plan->image, plan->image);
    if (plan->family->random)
        seg_string_printf(&text, ", seed %llu", (unsigned long long)c->first_seed);
    if (c->seeds > 1)
        seg_string_printf(&text, "; curves of the first seed, scores of %zu", c->seeds);
    seg_string_add(&text, ". Region losses see the object's class alone.");
    take(r, &text);
}

static void add_shape(seg_string *out, const size_t n[3], int dims)
{
    seg_string_printf(out, "%zu × %zu", n[0], n[1]);
    if (dims == 3)
        seg_string_printf(out, " × %zu", n[2]);
    seg_string_add(out, dims == 3 ? " voxels" : " pixels");
}

static void say_padding(seg_remarks *r, const seg_curves *c)
{
    const seg_phantom *s = &c->regime[0].scene;
    seg_string text = {0};
    size_t before[3], added = 0;

    for (int a = 0; a < 3; a++) {
        before[a] = s->grid.n[a] - s->padding[a][0] - s->padding[a][1];
        added += s->padding[a][0] + s->padding[a][1];
    }
    if (!added)
        return;
    seg_string_add(&text, "The image was padded with background from ");
    add_shape(&text, before, seg_grid_dims(&s->grid));
    seg_string_add(&text, " to ");
    add_shape(&text, s->grid.n, seg_grid_dims(&s->grid));
    seg_string_add(&text,
                   ", so that the object never leaves it; losses that average over voxels see the larger image.");
    take(r, &text);
}

/* "12", or "4, 8, 12, 16 and 6 more": the steps of a regime with an empty prediction. */
static size_t list_empty_steps(const seg_curves *c, size_t regime, seg_string *out)
{
    enum { SHOWN = 4 };
    size_t n = 0;

    for (size_t k = 0; k < seg_experiment_points(&c->regime[regime]); k++) {
        const seg_curve_point *p = &seg_curves_points(c, regime, 0)[k];

        if (p->tp + p->fp == 0 && n++ < SHOWN)
            seg_string_printf(out, "%s%zu", n > 1 ? ", " : "", k);
    }
    if (n > SHOWN)
        seg_string_printf(out, " and %zu more", n - SHOWN);
    return n;
}

/* A note about empty predictions: losses differ in their definition of this case. */
static void say_empty_steps(seg_remarks *r, const seg_curves *c)
{
    seg_string text = {0};
    size_t named = 0;

    for (size_t regime = 0; regime < c->regimes; regime++) {
        seg_string steps = {0};

        if (list_empty_steps(c, regime, &steps))
            seg_string_printf(&text, "%s%s (%s)", named++ ? "; " : "The prediction is empty at step ",
                              steps.text ? steps.text : "", c->regime[regime].scene.name);
        r->failed = r->failed || steps.failed;
        seg_string_free(&steps);
    }
    if (named) {
        seg_string_add(&text, ".");
        take(r, &text);
    }
}

/* For wrong labels: the share of the gradient on flipped voxels at the last step. */
static void say_flipped(seg_remarks *r, const seg_curves *c)
{
    const size_t last = c->regime[0].plan.steps;
    const seg_curve_point *p = &seg_curves_points(c, 0, 0)[last];
    seg_string text = {0};
    size_t n = 0;

    if (!c->flipped)
        return;
    seg_string_printf(&text,
                      "%.3g\u00a0%% of the labels of '%s' are wrong at the last step; on them sits this share of the "
                      "logits' gradient: ",
                      100 * p->x[SEG_X_ERRORS] / (double)p->voxels, c->regime[0].scene.name);
    for (size_t i = 0; i < c->losses; i++) {
        const double share = c->flipped[(size_t)(seg_curves_values(c, i, 0, 0) - c->value) + last];

        if (!isnan(share))
            seg_string_printf(&text, "%s%s %.0f\u00a0%%", n++ ? ", " : "", c->loss[i].label, 100 * share);
    }
    seg_string_add(&text, n ? "." : "none is known.");
    take(r, &text);
}

static void say_skipped(seg_remarks *r, const seg_curves *c)
{
    seg_string text = {0};
    size_t n = 0;

    for (size_t i = 0; i < c->losses; i++) {
        const char *reason = NULL;
        size_t skipped = 0;

        for (size_t regime = 0; regime < c->regimes; regime++)
            if (seg_curves_skipped(c, i, regime)) {
                reason = seg_curves_skipped(c, i, regime);
                skipped++;
            }
        if (reason)
            seg_string_printf(&text, "%s%s%s (%s)", n++ ? "; " : "Skipped: ", c->loss[i].label,
                              skipped < c->regimes ? " for some objects" : "", reason);
    }
    if (n) {
        seg_string_add(&text, ".");
        take(r, &text);
    }
}

seg_status seg_remarks_make(seg_remarks *r, const seg_curves *c, seg_error *err)
{
    say_heading(r, c);
    say_what(r, c);
    say_padding(r, c);
    say_empty_steps(r, c);
    say_flipped(r, c);
    say_skipped(r, c);
    return r->heading && r->n && !r->failed ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for the remarks");
}

void seg_remarks_free(seg_remarks *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->text[i]);
    free(r->heading);
    *r = (seg_remarks){0};
}
