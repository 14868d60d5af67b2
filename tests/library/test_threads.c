/* test_threads.c - no value depends on the number of threads: every loss and every metric of probabilities, on a map of
 * more than 2^22 voxels, read plane by plane from a plain file, loaded from a packed one, and streamed from it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "library/scorer.h"
#include "losses/loss.h"
#include "metrics/metric.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

enum { NX = 129, NY = 128, NZ = 256, VOXELS = NX * NY * NZ, CLASSES = 3, MOST_ROWS = 1000 };

static const int THREADS[] = {1, 2, 3, 7, 40, 64};

/* ---- the map: two balls, with probabilities that fall off around them ---- */

/* Voxels inside ball k are positive. */
static double inside(int k, size_t i)
{
    static const double at[][3] = {{40, 60, 80}, {80, 70, 170}};
    double x = (double)(i % NX) - at[k][0], y = (double)(i / NX % NY) - at[k][1];
    double z = (double)(i / NX / NY) - at[k][2];

    return 16 - sqrt(x * x + y * y + z * z);
}

static float probability(int cls, size_t i, uint64_t *seed)
{
    double d = inside(cls - 1, i);

    if (d < -8)
        return 0;
    return (float)((0.6 + 0.39 * fixture_uniform(seed)) / (1 + exp(-d)));
}

static test_bytes header(int type, int channels)
{
    static const nifti_file EMPTY = {.dims = 3, .shape = {NX, NY, NZ}};
    nifti_file file = EMPTY;

    file.type = type;
    file.dims = channels > 1 ? 4 : 3;
    file.shape[3] = (size_t)channels;
    return nifti_make_header(&file);
}

static const char *write_truth(void)
{
    uint8_t *label = malloc(VOXELS);

    assert_non_null(label);
    for (size_t i = 0; i < VOXELS; i++)
        label[i] = inside(0, i) > 0.5 ? 1 : inside(1, i) > 0.5 ? 2 : 0;
    return bytes_write("truth.nii", bytes_join(header(2, 1), (test_bytes){label, VOXELS}));
}

/* Both files of the map. */
static void write_maps(const char *path[2])
{
    float *p = malloc((size_t)CLASSES * VOXELS * sizeof *p);
    uint64_t seed = 22;
    test_bytes plain;

    assert_non_null(p);
    for (size_t i = 0; i < VOXELS; i++) {
        p[VOXELS + i] = probability(1, i, &seed);
        p[2 * (size_t)VOXELS + i] = probability(2, i, &seed);
        p[i] = 1 - p[VOXELS + i] - p[2 * (size_t)VOXELS + i];
    }
    plain = bytes_join(header(16, CLASSES), (test_bytes){(uint8_t *)p, (size_t)CLASSES * VOXELS * sizeof *p});
    path[1] = bytes_write("map.nii.gz", gzip_make(bytes_copy(plain.at, plain.n)));
    path[0] = bytes_write("map.nii", plain);
}

/* ---- the values ---- */

/* All losses, or those whose value follows from one pass, so that a packed map is streamed. */
static void name_losses(char *text, size_t size, bool one_pass)
{
    *text = '\0';
    for (size_t i = 0; i < seg_losses_count; i++)
        if (seg_losses[i]->single_pass || !one_pass)
            snprintf(text + strlen(text), size - strlen(text), "%s%s", *text ? "," : "", seg_losses[i]->name);
}

static void name_metrics(char *text, size_t size)
{
    *text = '\0';
    for (size_t i = 0; i < seg_metrics_count; i++)
        if (seg_metrics[i]->family == SEG_PROBABILITY_METRIC)
            snprintf(text + strlen(text), size - strlen(text), "%s%s", *text ? "," : "", seg_metrics[i]->name);
}

/* What the first run with all losses gave. */
static struct value {
    char measure[64], params[256];
    int is_class;
    int64_t label;
    double value;
} want[MOST_ROWS];
static size_t wanted;

static void keep(const seg_result_row *row)
{
    struct value *v = &want[wanted++];

    assert_true(wanted <= MOST_ROWS);
    snprintf(v->measure, sizeof v->measure, "%s", row->measure);
    snprintf(v->params, sizeof v->params, "%s", row->params);
    v->is_class = row->is_class;
    v->label = row->label;
    v->value = row->value;
}

static bool is_of(const struct value *v, const seg_result_row *row)
{
    return !strcmp(v->measure, row->measure) && !strcmp(v->params, row->params) && v->is_class == row->is_class &&
           v->label == row->label;
}

static void check(const seg_result_row *row, const char *map, int threads)
{
    for (size_t i = 0; i < wanted; i++)
        if (is_of(&want[i], row)) {
            if (memcmp(&want[i].value, &row->value, sizeof row->value) != 0)
                fail_msg("%s of %s with %d threads is %.17g, first it was %.17g", row->measure, map, threads,
                         row->value, want[i].value);
            return;
        }
    fail_msg("%s was not computed first", row->measure);
}

static void run(const char *map, const char *truth, int threads, const char *losses, const char *metrics)
{
    const char *options[] = {"-l", losses, "-m", metrics, NULL};
    seg_scorer *scorer;
    seg_result *result;
    seg_error err = {0};
    bool first = !wanted;

    seg_set_threads(threads);
    assert_ok(seg_scorer_new(&scorer, options, &err), &err);
    assert_ok(seg_scorer_files(scorer, map, truth, &result, NULL, &err), &err);
    seg_set_threads(0);
    assert_true(seg_result_rows(result) > 0);
    for (size_t i = 0; i < seg_result_rows(result); i++)
        if (first)
            keep(seg_result_row_at(result, i));
        else
            check(seg_result_row_at(result, i), map, threads);
    seg_result_free(result);
    seg_scorer_free(scorer);
}

static void values_do_not_depend_on_threads(void **state)
{
    static char all[2048], one_pass[2048], metrics[2048];
    const char *map[2], *truth;

    (void)state;
    test_folder_make();
    truth = write_truth();
    write_maps(map);
    name_losses(all, sizeof all, false);
    name_losses(one_pass, sizeof one_pass, true);
    name_metrics(metrics, sizeof metrics);
    for (size_t i = 0; i < sizeof THREADS / sizeof *THREADS; i++) {
        run(map[0], truth, THREADS[i], all, metrics);
        run(map[1], truth, THREADS[i], one_pass, "none");
    }
    run(map[1], truth, 3, all, metrics);
    test_folder_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_do_not_depend_on_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
