/* test_golden_maps.c - loss maps, gradients, and their statistics against PyTorch's autograd: every row of maps.csv. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/map_case.h"
#include "evaluate/score.h"
#include "report/csv.h"

#define MAPS GOLDEN "/maps/"

/* One case and loss of the program. */
struct result {
    double *map, *prob, *logit; /* [classes][voxels], or NULL */
    seg_map_case numbers;
    size_t n[3], voxels;
    int classes;
};

static seg_status look(void *context, seg_case *out, seg_loss_ctx *work, const seg_plan *plan, const seg_score *score,
                       seg_error *err)
{
    struct result *r = context;
    size_t values = work->pair->voxels * (size_t)work->pair->classes;
    const seg_map_options options = {.zones = {2, 10, false}, .statistics = true};
    seg_map_source source = {work, plan, &plan->item[plan->last], score};
    seg_map_sum sum;

    *r = (struct result){
        .map = calloc(values, sizeof(double)), .voxels = work->pair->voxels, .classes = work->pair->classes};
    memcpy(r->n, work->pair->grid.n, sizeof r->n);
    assert_ok(seg_map_loss(&source, SEG_MAP_ALL_CLASSES, r->map, &sum, err), err);
    if (work->pair->prob.planes) {
        r->prob = calloc(values, sizeof(double));
        r->logit = calloc(values, sizeof(double));
        assert_ok(seg_map_gradient(&source, r->prob, err), err);
        memcpy(r->logit, r->prob, values * sizeof(double));
        seg_map_to_logit(work->pair, r->logit);
    }
    return seg_map_case_run(&r->numbers, &options, out, work, plan, score, err);
}

static void compute(struct result *r, const char *name, const char *loss)
{
    const seg_observer observer = {r, look};
    seg_scoring s = {.reading.match.threshold = NAN, .evaluate.slice_axis = -1, .evaluate.observer = &observer};
    seg_case scored = {0};
    seg_error err = {0};
    char prediction[256], truth[256];

    snprintf(prediction, sizeof prediction, MAPS "%s/prediction.nii.gz", name);
    snprintf(truth, sizeof truth, MAPS "%s/truth.nii.gz", name);
    assert_ok(seg_plan_add_losses(&s.for_labels, loss, &err), &err);
    assert_ok(seg_plan_add_losses(&s.for_probabilities, loss, &err), &err);
    assert_ok(seg_case_name(&scored, name, prediction, truth, &err), &err);
    assert_ok(seg_score_files(&scored, &s, &(seg_case_paths){.prediction = prediction, .truth = truth}, NULL, &err),
              &err);
    for (size_t i = 0; i < r->numbers.n; i++) /* their texts end with the plan */
        r->numbers.entry[i].measure = r->numbers.entry[i].params = "";
    seg_case_free(&scored);
    seg_scoring_free(&s);
}

static void free_result(struct result *r)
{
    free(r->map);
    free(r->prob);
    free(r->logit);
    seg_map_case_free(&r->numbers);
    *r = (struct result){0};
}

/* ---- the numbers by their names ---- */

static double unknown(const char *name)
{
    fail_msg("no number is called %s", name);
    return 0;
}

static double gradient_number(const struct result *r, const seg_gradient_statistics *s, const char *name)
{
    const seg_gradient_statistics *ce = &r->numbers.ce;
    double n = (double)r->voxels;

    if (!strncmp(name, "shares.", 7)) {
        if (!strcmp(name + 7, "errors"))
            return s->errors;
        for (int z = 0; z < SEG_ZONES; z++)
            if (!strcmp(name + 7, seg_zone_words[z]))
                return s->zone[z];
    }
    if (!strcmp(name, "nonfinite"))
        return (double)s->nonfinite;
    return !strcmp(name, "l1")              ? s->l1
           : !strcmp(name, "mean")          ? s->l1 / n
           : !strcmp(name, "max")           ? s->max
           : !strcmp(name, "n_eff")         ? s->n_eff
           : !strcmp(name, "n_eff_share")   ? s->n_eff / n
           : !strcmp(name, "peak")          ? s->max * n / 2
           : !strcmp(name, "vs_ce")         ? seg_gradient_vs_ce(s, ce)
           : !strcmp(name, "concentration") ? seg_gradient_concentration(s, ce)
                                            : unknown(name);
}

static double object_number(const struct result *r, const char *name)
{
    char *rest;
    size_t k = strtoul(name, &rest, 10);
    const seg_map_object *o = &r->numbers.regions.objects[k];
    const seg_object_pull *p = &r->numbers.entry[r->numbers.n - 1].object[k];

    assert_true(k < r->numbers.regions.n_objects);
    rest++;
    return !strcmp(rest, "class")       ? (double)r->numbers.object_label[k]
           : !strcmp(rest, "component") ? (double)o->number
           : !strcmp(rest, "size")      ? (double)o->size
           : !strcmp(rest, "recall")    ? 1 - (double)o->wrong / (double)o->size
           : !strcmp(rest, "share")     ? p->share
           : !strcmp(rest, "pull")      ? p->pull
           : !strcmp(rest, "dead")      ? p->dead
                                        : unknown(name);
}

static double case_number(const struct result *r, const char *name)
{
    const seg_map_regions *g = &r->numbers.regions;

    return !strcmp(name, "errors")             ? (double)g->errors
           : !strcmp(name, "saturated_share")  ? g->saturated_share
           : !strcmp(name, "saturated_errors") ? g->saturated_errors
           : !strcmp(name, "saturated")        ? g->saturated_errors > 0.1
                                               : unknown(name);
}

/* ---- rows ---- */

enum { CASE, LOSS, WHAT, CLASS, X, Y, Z, VALUE, COLUMNS };

/* The row's value in the program; *scale: what the tolerance is relative to. */
static double value_of(const struct result *r, char **row, double *scale)
{
    const seg_map_entry *e = &r->numbers.entry[r->numbers.n - 1];
    const char *what = row[WHAT];
    const double *map = !strcmp(what, "prob") ? r->prob : !strcmp(what, "logit") ? r->logit : r->map;
    double sum = 0;
    size_t at;

    if (!*row[LOSS])
        return case_number(r, what);
    if (!strcmp(what, "value"))
        return e->sum.value.x;
    if (!strcmp(what, "offset"))
        return e->sum.offset;
    if (!strncmp(what, "prob.", 5))
        return gradient_number(r, &e->prob, what + 5);
    if (!strncmp(what, "logit.", 6))
        return gradient_number(r, &e->logit, what + 6);
    if (!strncmp(what, "component.", 10))
        return object_number(r, what + 10);
    at = strtoul(row[X], NULL, 10) + r->n[0] * (strtoul(row[Y], NULL, 10) + r->n[1] * strtoul(row[Z], NULL, 10));
    for (size_t i = 0; i < r->voxels * (size_t)r->classes; i++)
        *scale = fmax(*scale, fabs(map[i]));
    if (*row[CLASS])
        return map[strtoul(row[CLASS], NULL, 10) * r->voxels + at];
    for (int c = 0; c < r->classes; c++)
        sum += map[(size_t)c * r->voxels + at];
    return sum;
}

/* The golden file has 9 digits, and of a voxel 1e-7 of the map's largest value is promised; rmi goes through the inverse
 * of a matrix and has 1e-6. */
static double tolerance(char **row)
{
    return *row[X] ? (strcmp(row[LOSS], "rmi") ? 1e-7 : 1e-6) : 1e-6;
}

static void check_row(const struct result *r, char **row)
{
    const seg_map_entry *e = &r->numbers.entry[r->numbers.n - 1];
    double want = 0, scale = 0, got;

    if (!strcmp(row[WHAT], "kind")) {
        assert_string_equal(seg_map_kind_words[e->sum.kind], row[VALUE]);
        return;
    }
    if (!strcmp(row[WHAT], "logit.flags")) {
        bool v = seg_gradient_vanishing(&e->logit, &r->numbers.ce, &r->numbers.regions);
        bool x = seg_gradient_exploding(&e->logit, &r->numbers.ce);

        assert_int_equal(v, strstr(row[VALUE], "vanishing") != NULL);
        assert_int_equal(x, strstr(row[VALUE], "exploding") != NULL);
        return;
    }
    got = value_of(r, row, &scale);
    if (!*row[VALUE]) {
        assert_true(isnan(got));
        return;
    }
    want = !strcmp(row[VALUE], "True") ? 1 : !strcmp(row[VALUE], "False") ? 0 : strtod(row[VALUE], NULL);
    scale = *row[X] ? scale : fabs(want);
    if (!(fabs(got - want) <= tolerance(row) * scale + 1e-12))
        fail_msg("%s, %s, %s %s at %s,%s,%s: %.10g, expected %.10g", row[CASE], row[LOSS], row[WHAT], row[CLASS],
                 row[X], row[Y], row[Z], got, want);
}

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 21);

    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 21) - 1, file) > 0);
    fclose(file);
    return text;
}

static void every_row_agrees(void **state)
{
    char *text = read_all(MAPS "maps.csv"), last[512] = "";
    seg_csv csv = {.text = text, .separator = ',', .line = 1};
    struct result r = {0};
    seg_error err = {0};
    bool more = true, head = true;
    size_t seen[64] = {0};

    (void)state;
    while (assert_ok(seg_csv_next(&csv, &more, &err), &err), more) {
        char now[512];

        assert_int_equal(csv.n, COLUMNS);
        snprintf(now, sizeof now, "%s/%s", csv.field[CASE], *csv.field[LOSS] ? csv.field[LOSS] : "ce");
        if (!head && strcmp(now, last)) {
            free_result(&r);
            compute(&r, csv.field[CASE], *csv.field[LOSS] ? csv.field[LOSS] : "ce");
            snprintf(last, sizeof last, "%s", now);
        }
        for (size_t i = 0; i < seg_losses_count; i++)
            seen[i] += !strcmp(csv.field[LOSS], seg_losses[i]->name);
        if (!head)
            check_row(&r, csv.field);
        head = false;
    }
    free_result(&r);
    seg_csv_free(&csv);
    free(text);
    /* active- and conditional-boundary are checked by their sums, and inverse-form has no map: see test_loss_map.c */
    for (size_t i = 0; i < seg_losses_count; i++)
        if (!seen[i] && strcmp(seg_losses[i]->name, "active-boundary") &&
            strcmp(seg_losses[i]->name, "conditional-boundary") && strcmp(seg_losses[i]->name, "inverse-form"))
            fail_msg("maps.csv has no row for %s", seg_losses[i]->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_agrees)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
