/* test_golden_coverage.c - golden values are complete: a row for every metric and convention, a source for every row.
 *
 * The comparisons themselves are in test_golden.c, test_golden_probability_structure.c and tests/cli/objects.bats. A new
 * metric needs a function in tests/golden/oracle and rows in metrics.csv (or objects/values.tsv), and its golden name in
 * `names` below when it is not the metric's own with '_' for '-'.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "metrics/metric.h"
#include "support/fixture.h"

/* Names of metrics.csv that do not begin with the metric's own. */
static const struct {
    const char *metric, *golden;
} names[] = {
    {"asd", "asd_pred_to_gt"},       {"centre-distance", "com_distance"},
    {"surface-median", "median_sd"}, {"surface-sd", "std_sd"},
    {"likelihood-ratio", "lr_plus"}, {"consistency-error", "gce"},
    {"rand-index", "rand"},          {"miou", "union_overlap_all"},
    {"mean-dsc", "dsc_macro_nobg"},  {"volume-prediction", "volume_pred"},
    {"volume-truth", "volume_gt"},   {"lesion-f1", "lesion_rq"},
    {"lesion-dsc", "lesion_dice"},
};

/* Metrics without a reference value of their own: counts and what follows from them directly, with tests that derive
 * the value by hand. */
static const char *const derived[] = {"fpr",
                                      "fdr",
                                      "fnr",
                                      "npv",
                                      "tp",
                                      "fp",
                                      "fn",
                                      "tn",
                                      "fw-iou",
                                      "pixel-accuracy",
                                      "volume-truth",
                                      "volume-prediction",
                                      "lesion-sensitivity",
                                      "lesion-precision",
                                      NULL};

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t n = 0, room = 0;
    char *text = NULL;

    assert_non_null(file);
    do {
        text = realloc(text, (room = 2 * room + 4096) + 1);
        n += fread(text + n, 1, room - n, file);
    } while (n == room);
    text[n] = '\0';
    fclose(file);
    return text;
}

/* Whether a field of the file begins with `name`: after a comma, and up to anything that no name has. */
static bool has_field(const char *text, const char *name)
{
    char wanted[80];
    size_t n = (size_t)snprintf(wanted, sizeof wanted, ",%s", name);

    for (const char *at = strstr(text, wanted); at; at = strstr(at + n, wanted))
        if (!strchr("abcdefghijklmnopqrstuvwxyz_-", at[n]) || at[n] == '\0')
            return true;
    return false;
}

/* "-m lesion-tp:..." or ",lesion-tp" in a command of values.tsv. */
static bool in_commands(const char *text, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = strstr(text, name); at; at = strstr(at + n, name))
        if ((at[-1] == ' ' || at[-1] == ',') && strchr(":, \t\n", at[n]))
            return true;
    return false;
}

static bool is_derived(const char *name)
{
    bool found = false;

    for (int i = 0; derived[i]; i++)
        found |= !strcmp(derived[i], name);
    return found;
}

static void every_metric_has_golden_values(void **state)
{
    char *rows = read_file(GOLDEN "/metrics.csv"), *objects = read_file(GOLDEN "/objects/values.tsv");

    (void)state;
    for (size_t i = 0; i < seg_metrics_count; i++) {
        const char *name = seg_metrics[i]->name;
        char golden[80], digits[96];
        bool found = in_commands(objects, name) || is_derived(name);

        snprintf(golden, sizeof golden, "%s", name);
        for (char *c = golden; *c; c++)
            *c = *c == '-' ? '_' : *c;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (!strcmp(names[k].metric, name))
                snprintf(golden, sizeof golden, "%s", names[k].golden);
        for (int k = 10; k <= 15; k += 5) { /* ece10, mce15 */
            snprintf(digits, sizeof digits, "%s%d", golden, k);
            found |= has_field(rows, digits);
        }
        snprintf(digits, sizeof digits, "%s_square", golden);
        if (!found && !has_field(rows, golden) && !has_field(rows, digits) && !has_field(rows, name))
            fail_msg("there is no golden value of %s: add it to tests/golden/oracle and metrics.csv", name);
    }
    free(rows);
    free(objects);
}

static void every_convention_has_golden_values(void **state)
{
    char *rows = read_file(GOLDEN "/metrics.csv"), *objects = read_file(GOLDEN "/objects/values.tsv");

    (void)state;
    for (size_t i = 0; i < seg_conventions_count; i++)
        if (!has_field(rows, seg_conventions[i].name) && !strstr(objects, seg_conventions[i].name))
            fail_msg("there is no golden value of the convention %s", seg_conventions[i].name);
    free(rows);
    free(objects);
}

/* Each convention of metrics.csv stands in sources.csv, with the tool and its revision. */
static void every_row_has_a_source(void **state)
{
    char *sources = read_file(GOLDEN "/sources.csv"), *line = NULL;
    FILE *file = fopen(GOLDEN "/metrics.csv", "r");
    size_t room = 0, rows = 0;

    (void)state;
    assert_non_null(file);
    assert_true(getline(&line, &room, file) > 0);
    for (; getline(&line, &room, file) > 0; rows++) {
        char wanted[80], *rest = line, *convention = NULL;

        for (int i = 0; i < 4; i++)
            convention = strsep(&rest, ",");
        snprintf(wanted, sizeof wanted, "\n%s,", convention);
        if (!strstr(sources, wanted))
            fail_msg("metrics.csv: '%s' is not in sources.csv", convention);
    }
    assert_true(rows > 0);
    free(line);
    free(sources);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_has_golden_values),
        cmocka_unit_test(every_convention_has_golden_values),
        cmocka_unit_test(every_row_has_a_source),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
