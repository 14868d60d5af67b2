/* scoring.c - reads specifications, runs losses, compares with the golden rows and with central differences. */
#include "scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Paths in golden rows are seen from the golden folder. */
static void move_files(const seg_loss *loss, void *params)
{
    for (const seg_param *row = loss->params; row && row->name; row++) {
        char **path = (char **)((char *)params + row->at), *moved;

        if (row->type != SEG_PARAM_FILE || !*path || strncmp(*path, GOLDEN, strlen(GOLDEN)) == 0 || **path == '/')
            continue;
        moved = malloc(strlen(*path) + sizeof GOLDEN "/");
        sprintf(moved, GOLDEN "/%s", *path);
        free(*path);
        *path = moved;
    }
}

void scoring_read(scoring_job *job, const char *spec)
{
    char name[64] = {0};
    const char *colon = strchr(spec, ':'), *preset = NULL;
    const seg_loss *loss;
    seg_error err = {0};

    snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - spec) : (int)strlen(spec), spec);
    loss = seg_loss_find(name);
    if (!loss)
        loss = seg_loss_shorthand(name, &preset);
    if (!loss)
        fail_msg("no loss is called %s", name);
    job->params = calloc(1, loss->size ? loss->size : 1);
    assert_ok(seg_params_preset(loss->params, job->params, loss->size, &err), &err);
    assert_ok(seg_params_read(loss->params, loss->name, preset, job->params, &err), &err);
    assert_ok(seg_params_read(loss->params, loss->name, colon ? colon + 1 : NULL, job->params, &err), &err);
    if (loss->check)
        assert_ok(loss->check(job->params, &err), &err);
    move_files(loss, job->params);
    job->job = (seg_loss_job){loss, job->params};
}

void scoring_free(scoring_job *job)
{
    seg_params_free(job->job.loss->params, job->params);
    free(job->params);
    *job = (scoring_job){0};
}

void scoring_compute(const seg_pair *pair, const char *spec, scoring_result *result)
{
    seg_loss_ctx work;
    scoring_job job;
    seg_error err = {0};

    assert_true(pair->classes <= SCORING_CLASSES);
    *result = (scoring_result){0};
    result->score.by_class = result->room;
    scoring_read(&job, spec);
    assert_ok(seg_loss_ctx_begin(&work, pair, &err), &err);
    assert_ok(seg_losses_compute(&work, &job.job, 1, &result->score, &err), &err);
    seg_loss_ctx_free(&work);
    scoring_free(&job);
}

double scoring_value(const seg_pair *pair, const char *spec)
{
    scoring_result result;

    scoring_compute(pair, spec, &result);
    return result.score.total.x;
}

/* Patches: the nearest of a few seeds decides the class. */
static int class_at(const scoring_recipe *r, size_t i)
{
    size_t x = i % r->n[0], y = i / r->n[0] % r->n[1], z = i / r->n[0] / r->n[1];
    uint64_t state = r->seed;
    double nearest = INFINITY;
    int cls = 0;

    for (int k = 0; k < 3 * r->classes; k++) {
        double dx = (double)x - fixture_uniform(&state) * (double)r->n[0];
        double dy = (double)y - fixture_uniform(&state) * (double)r->n[1];
        double dz = (double)z - fixture_uniform(&state) * (double)r->n[2];
        double d = dx * dx + dy * dy + dz * dz;

        if (d < nearest) {
            nearest = d;
            cls = k % r->classes;
        }
    }
    return cls;
}

void scoring_random(seg_pair *pair, const scoring_recipe *r)
{
    static const double mm[3] = {0.8, 1, 1.5};
    size_t voxels = r->n[0] * r->n[1] * r->n[2];
    uint64_t state = r->seed + 1;
    uint8_t *truth = calloc(voxels, 1);
    float *prob = calloc(voxels * (size_t)r->classes, sizeof *prob);

    for (size_t i = 0; i < voxels; i++) {
        double sum = 0;

        truth[i] = (uint8_t)class_at(r, i);
        for (int c = 0; c < r->classes; c++) {
            double p = 0.1 + fixture_uniform(&state) + (c == truth[i]) * 2 * fixture_uniform(&state);

            prob[(size_t)c * voxels + i] = (float)p;
            sum += p;
        }
        for (int c = 0; c < r->classes; c++)
            prob[(size_t)c * voxels + i] /= (float)sum;
        if (r->ignore && i % 11 == 3)
            truth[i] = 99;
    }
    fixture_prob_ignoring(pair, r->n, mm, r->foreground ? 1 : r->classes, r->foreground ? prob + voxels : prob, truth,
                          r->ignore ? 99 : -1);
    free(truth);
    free(prob);
}

double *scoring_gradient(const seg_pair *pair, const char *spec)
{
    double *gradient = malloc((size_t)pair->classes * pair->voxels * sizeof *gradient);
    seg_loss_ctx work;
    scoring_job job;
    seg_error err = {0};

    for (size_t i = 0; i < (size_t)pair->classes * pair->voxels; i++)
        gradient[i] = NAN; /* whatever is not overwritten shows */
    scoring_read(&job, spec);
    assert_non_null(job.job.loss->gradient);
    assert_ok(seg_loss_ctx_begin(&work, pair, &err), &err);
    assert_ok(job.job.loss->gradient(&work, job.params, gradient, &err), &err);
    seg_loss_ctx_free(&work);
    scoring_free(&job);
    return gradient;
}

/* The loss after a step along the direction. The map holds floats: the step that was really made is returned in
 * made[], so that rounding of the map does not count as an error of the gradient. */
static double after_step(seg_pair *pair, const char *spec, const float *from, const double *direction, double h,
                         float *made)
{
    size_t n = (size_t)pair->classes * pair->voxels;

    for (size_t i = 0; i < n; i++)
        pair->prob.prob[i] = made[i] = (float)((double)from[i] + h * direction[i]);
    return scoring_value(pair, spec);
}

/* | difference quotient - gradient . step | relative to the size of the terms, for the step h. */
static double disagreement(seg_pair *pair, const char *spec, const float *from, const double *direction,
                           const double *gradient, double h)
{
    size_t n = (size_t)pair->classes * pair->voxels;
    float *up = malloc(n * sizeof *up), *down = malloc(n * sizeof *down);
    double change = after_step(pair, spec, from, direction, h, up) - after_step(pair, spec, from, direction, -h, down);
    double predicted = 0, size = 0;

    for (size_t i = 0; i < n; i++) {
        double part = gradient[i] * ((double)up[i] - (double)down[i]);

        predicted += part;
        size += fabs(part);
    }
    free(up);
    free(down);
    /* Terms of either sign may cancel; the square root of their number is what random signs leave. */
    return fabs(change - predicted) / (fabs(predicted) + size / sqrt((double)n) + 1e-300);
}

void scoring_check_gradient(seg_pair *pair, const char *spec, int directions, double rtol, uint64_t seed)
{
    size_t n = (size_t)pair->classes * pair->voxels;
    double *gradient = scoring_gradient(pair, spec), *direction = malloc(n * sizeof *direction);
    float *from = malloc(n * sizeof *from);

    assert_int_equal(pair->prob.planes, pair->classes);
    memcpy(from, pair->prob.prob, n * sizeof *from);
    for (int d = 0; d < directions; d++) {
        double best = INFINITY;

        for (size_t i = 0; i < n; i++)
            direction[i] = 2 * fixture_uniform(&seed) - 1;
        for (double h = 8e-4; h > 1e-6; h /= 2) {
            double off = disagreement(pair, spec, from, direction, gradient, h);

            best = off < best ? off : best;
        }
        memcpy(pair->prob.prob, from, n * sizeof *from);
        if (!(best <= rtol))
            fail_msg("%s: gradient and differences disagree by %.3g, allowed %.3g (direction %d)", spec, best, rtol, d);
    }
    free(gradient);
    free(direction);
    free(from);
}

/* One field of a CSV line; quotes hold commas together. */
static char *field(char **rest)
{
    char *begin = *rest, *end;

    if (*begin == '"') {
        end = strchr(++begin, '"');
        *end = '\0';
        *rest = end + 2;
    } else {
        end = strpbrk(begin, ",\r\n");
        *rest = end ? end + 1 : begin + strlen(begin);
        if (end)
            *end = '\0';
    }
    return begin;
}

static double number(const char *text)
{
    return *text ? strtod(text, NULL) : NAN;
}

void scoring_each_golden(void (*visit)(const scoring_row *row, void *context), void *context)
{
    FILE *file = fopen(GOLDEN "/losses.csv", "r");
    char line[2048];

    if (!file)
        fail_msg("cannot open " GOLDEN "/losses.csv");
    assert_non_null(fgets(line, sizeof line, file)); /* the header */
    while (fgets(line, sizeof line, file)) {
        scoring_row row;
        char *rest = line;

        snprintf(row.case_name, sizeof row.case_name, "%s", field(&rest));
        snprintf(row.spec, sizeof row.spec, "%s", field(&rest));
        row.value = number(field(&rest));
        row.rtol = number(field(&rest));
        row.atol = number(field(&rest));
        snprintf(row.source, sizeof row.source, "%s", field(&rest));
        snprintf(row.name, sizeof row.name, "%.*s", (int)strcspn(row.spec, ":"), row.spec);
        visit(&row, context);
    }
    fclose(file);
}

struct golden {
    const seg_level *level; /* one or two */
    int rows, wrong;
    int rows_of[256]; /* of each loss of the registry */
};

/* The same case as a foreground map: 1 - p instead of the stored background, which is rounded by itself. */
static const double FOREGROUND_RTOL = 1e-6;

static void check_row(const scoring_row *row, struct golden *g, bool foreground)
{
    scoring_result r;
    seg_pair pair;
    double got, allowed = row->atol + (foreground ? row->rtol + FOREGROUND_RTOL : row->rtol) * fabs(row->value);
    bool undefined = !isfinite(row->value);

    fixture_golden(&pair, row->case_name, foreground);
    scoring_compute(&pair, row->spec, &r);
    got = r.score.total.x;
    if (undefined ? isfinite(got) || !r.score.total.status : !(fabs(got - row->value) <= allowed)) {
        print_error("%s%s %s: %.15g, golden %.15g\n", row->case_name, foreground ? " (foreground map)" : "", row->spec,
                    got, row->value);
        g->wrong++;
    }
    seg_pair_free(&pair);
}

/* Fails for a name that no loss has, whichever levels are checked. */
static size_t loss_index(const scoring_row *row)
{
    const char *preset = NULL;
    const seg_loss *loss = seg_loss_find(row->name);
    size_t i = 0;

    if (!loss)
        loss = seg_loss_shorthand(row->name, &preset);
    if (!loss)
        fail_msg("losses.csv: no loss is called '%s'", row->name);
    while (seg_losses[i] != loss)
        i++;
    return i;
}

static void check_if_of_level(const scoring_row *row, void *context)
{
    struct golden *g = context;
    size_t i = loss_index(row);

    if (!*row->source)
        fail_msg("losses.csv: %s %s has no source", row->case_name, row->spec);
    if (seg_losses[i]->level != g->level[0] && seg_losses[i]->level != g->level[1])
        return;
    assert_true(i < sizeof g->rows_of / sizeof *g->rows_of);
    g->rows_of[i]++;
    g->rows++;
    check_row(row, g, false);
    if (fixture_has_foreground(row->case_name))
        check_row(row, g, true);
}

void scoring_check_golden(seg_level one, seg_level other)
{
    const seg_level level[2] = {one, other};
    struct golden g = {.level = level};

    scoring_each_golden(check_if_of_level, &g);
    for (size_t i = 0; i < seg_losses_count; i++)
        if ((seg_losses[i]->level == one || seg_losses[i]->level == other) && !g.rows_of[i])
            fail_msg(
                "losses.csv has no row for %s: add a function to tests/golden/oracle and a row, then run 'make golden'",
                seg_losses[i]->name);
    print_message("# %d rows of losses.csv compared\n", g.rows);
    if (g.wrong)
        fail_msg("%d values of %d golden rows are wrong", g.wrong, g.rows);
}
