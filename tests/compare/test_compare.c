/* test_compare.c - the survey's Tables 3, 4 and 5 come out with their marks; cells count what they cannot average. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/load.h"
#include "compare/significance.h"
#include "compare/table.h"
#include "report/csv.h"
#include "report/read_parts.h"
#include "support/fixture.h"
#include "support/sample_report.h"

#define SURVEY GOLDEN "/survey_tables.csv"

/* What makes a table of the survey: which column of the file becomes what. */
typedef struct {
    const char *number, *rows, *cols, *group;
} survey_table;

static const survey_table TABLES[] = {
    {"3", "loss", "class", "network"}, {"4", "loss", "network", NULL}, {"5", "params", NULL, "loss"}};

/* Columns of the file. */
enum { TABLE, DATASET, NETWORK, LOSS, PARAMS, CLASS, METRIC, DIRECTION, VALUE, MARK };

static int column_number(const char *name)
{
    static const char *const NAMES[] = {"table", "dataset", "network", "loss", "params", "class"};

    for (int i = 0; name && i < 6; i++) {
        if (!strcmp(NAMES[i], name))
            return i;
    }
    return -1;
}

static void gather(seg_dataset *cube, const survey_table *t)
{
    char where[20];
    const char *const conditions[] = {where};
    const seg_query q = {.rows = t->rows, .cols = t->cols, .group = t->group, .where = conditions, .n_where = 1};
    seg_error err = {0};

    snprintf(where, sizeof where, "table=%s", t->number);
    assert_ok(seg_load_long(cube, SURVEY, &q, &err), &err);
}

/* The cell of a line of the file; by names, in a way the code under test does not use. */
static const seg_cell *cell_of(const seg_grades *g, const survey_table *t, char **field)
{
    int group = column_number(t->group), row = column_number(t->rows), col = column_number(t->cols);

    for (size_t b = 0; b < g->blocks; b++) {
        if (group >= 0 && strcmp(g->cube->groups.text[g->block[b].group], field[group]))
            continue;
        for (size_t i = 0; i < g->block[b].rows * g->columns; i++) {
            const seg_grade_column *column = &g->column[i % g->columns];

            if (!strcmp(g->cube->rows.text[g->block[b].row[i / g->columns]], field[row]) &&
                !strcmp(g->cube->measure[column->measure].name, field[METRIC]) &&
                (col < 0 || !strcmp(g->cube->columns.text[column->column], field[col])))
                return &g->block[b].cell[i];
        }
    }
    return NULL;
}

static void the_surveys_tables_have_their_marks(void **state)
{
    static const char *const MARKS[] = {"", "best", "second"};
    size_t lines = 0, marked = 0;

    (void)state;
    for (size_t t = 0; t < 3; t++) {
        seg_dataset cube = {0};
        seg_grades grades = {0};
        seg_error err = {0};
        char *text;
        size_t length;
        bool more = true;

        gather(&cube, &TABLES[t]);
        assert_ok(seg_grades_make(&grades, &cube, &(seg_grading){.decimals = -1}, &err), &err);
        assert_ok(seg_read_text(&text, &length, SURVEY, &err), &err);
        seg_csv csv = {.text = text, .separator = ',', .line = 1};
        while (assert_ok(seg_csv_next(&csv, &more, &err), &err), more) {
            const seg_cell *cell;

            if (strcmp(csv.field[TABLE], TABLES[t].number))
                continue;
            cell = cell_of(&grades, &TABLES[t], csv.field);
            assert_non_null(cell);
            assert_string_equal(cell->number, csv.field[VALUE]); /* as the survey prints it */
            assert_string_equal(MARKS[cell->mark], csv.field[MARK]);
            lines++;
            marked += cell->mark != SEG_UNMARKED;
        }
        seg_csv_free(&csv);
        free(text);
        seg_grades_free(&grades);
        seg_dataset_free(&cube);
    }
    assert_int_equal(lines, 156);
    assert_int_equal(marked, 2 * (2 * 10 + 2 + 3 * 2)); /* best and second of every column of every block */
}

/* A cube of one measure from numbers [rows][cases]. */
static void make_cube(seg_dataset *cube, const double *x, size_t rows, size_t cases, int better)
{
    seg_error err = {0};

    cube->has_cases = true;
    seg_dataset_name(&cube->groups, "");
    seg_dataset_name(&cube->columns, "all");
    assert_int_equal(seg_dataset_measure(cube, &(seg_measure){"m", "", better, NULL, -1}, &err), 0);
    for (size_t i = 0; i < rows * cases; i++) {
        char row[8], at[8];

        snprintf(row, sizeof row, "r%zu", i / cases);
        snprintf(at, sizeof at, "c%zu", i % cases);
        seg_datum d = {0,           seg_dataset_name(&cube->rows, row), 0, 0, seg_dataset_name(&cube->cases, at), x[i],
                       SEG_VALUE_OK};
        assert_ok(seg_dataset_add(cube, &d, &err), &err);
    }
    assert_ok(seg_dataset_sort(cube, &err), &err);
}

static void ties_share_the_mark_as_printed_unless_strict(void **state)
{
    static const double X[] = {0.50004, 0.50001, 0.4, 0.3};
    static const seg_mark LOOSE[] = {SEG_BEST, SEG_BEST, SEG_SECOND, SEG_UNMARKED},
                          STRICT[] = {SEG_BEST, SEG_SECOND, SEG_UNMARKED, SEG_UNMARKED},
                          DOWN[] = {SEG_UNMARKED, SEG_UNMARKED, SEG_SECOND, SEG_BEST},
                          NEITHER[] = {SEG_UNMARKED, SEG_UNMARKED, SEG_UNMARKED, SEG_UNMARKED};
    static const struct {
        bool strict;
        int better;
        const seg_mark *marks;
    } TRIES[] = {{false, 1, LOOSE}, {true, 1, STRICT}, {false, -1, DOWN}, {false, 0, NEITHER}};

    (void)state;
    for (int k = 0; k < 4; k++) {
        seg_dataset cube = {0};
        seg_grades g = {0};
        seg_error err = {0};

        make_cube(&cube, X, 4, 1, TRIES[k].better);
        assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = 4, .strict = TRIES[k].strict}, &err), &err);
        for (int i = 0; i < 4; i++)
            assert_int_equal(g.block[0].cell[i].mark, TRIES[k].marks[i]);
        seg_grades_free(&g);
        seg_dataset_free(&cube);
    }
}

static void undefined_and_infinite_values_are_counted_and_not_averaged(void **state)
{
    static const double X[] = {1, NAN, 3, INFINITY, 5, NAN, NAN, NAN, NAN, NAN};
    seg_dataset cube = {0};
    seg_grades g = {0};
    seg_test_result *v;
    seg_string remark = {0};
    size_t n;
    seg_error err = {0};
    const seg_cell *cell;

    (void)state;
    make_cube(&cube, X, 2, 5, 1);
    assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = 2}, &err), &err);
    cell = g.block[0].cell;
    assert_int_equal(cell[0].n, 3);
    assert_string_equal(cell[0].number, "3.00");
    assert_true(seg_grades_remark(&g, &cell[0], &remark));
    assert_string_equal(remark.text, "failed in 2 of 5 cases: 1 undefined, 1 infinite");
    assert_string_equal(cell[1].number, ""); /* a cell without any value */
    assert_int_equal(cell[1].undefined, 5);
    assert_int_equal(cell[1].mark, SEG_UNMARKED);
    assert_ok(
        seg_test_results_make(&v, &n, &cube, &(seg_test_options){.alpha = 0.05, .resamples = 100, .seed = 1}, &err),
        &err);
    assert_int_equal(n, 0); /* one row is left: nothing to test */
    seg_test_results_free(v, n);
    seg_string_free(&remark);
    seg_grades_free(&g);
    seg_dataset_free(&cube);
}

/* Five cases: the smallest p is 2/32 = 0.0625, above 0.05 even without correction. */
static void the_guard_speaks_when_no_test_could_succeed(void **state)
{
    double x[2 * 8];
    seg_error err = {0};

    (void)state;
    for (size_t cases = 4; cases <= 8; cases++) {
        seg_dataset cube = {0};
        seg_grades g = {0};
        seg_test_result *v;
        seg_statistics_text f = {0};
        size_t n;

        for (size_t i = 0; i < 2 * cases; i++)
            x[i] = i < cases ? 0.9 + (double)i / 100 : 0.5 + (double)(i * i) / 1000;
        make_cube(&cube, x, 2, cases, 1);
        assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = 2}, &err), &err);
        assert_ok(
            seg_test_results_make(&v, &n, &cube, &(seg_test_options){.alpha = 0.05, .resamples = 100, .seed = 1}, &err),
            &err);
        seg_table table = {
            .grades = &g, .verdict = v, .n_verdicts = n, .judging = {.alpha = 0.05, .resamples = 100, .seed = 1}};
        assert_int_equal(n, 1);
        assert_ok(seg_statistics_text_make(&f, &table, v, &seg_markup_plain, &err), &err);
        assert_int_equal(strstr(f.sentences.text, "No pair can be significant") != NULL, cases < 6);
        assert_near(v->pair[0].test.p, ldexp(2, -(int)cases), 1e-15, 0); /* and they do reach it */
        seg_statistics_text_free(&f);
        seg_test_results_free(v, n);
        seg_grades_free(&g);
        seg_dataset_free(&cube);
    }
}

static void write_report(const char *path, const char *format, size_t cases, const char *unit, double plus)
{
    seg_case c[8];
    seg_error err = {0};

    for (size_t i = 0; i < cases; i++) {
        char name[20];
        seg_row rows[] = {{-1, -1, SEG_KIND_METRIC, "hd95", "", plus + (double)i, unit, "ok", 0},
                          {-1, 1, SEG_KIND_METRIC, "hd95", "", plus + (double)(i * i), unit, "ok", 0},
                          {-1, -1, SEG_KIND_LOSS, "iou", "", plus, "", "ok", 0},
                          {3, -1, SEG_KIND_METRIC, "hd95", "", 99, unit, "ok", 0}};

        snprintf(name, sizeof name, "case%zu", i);
        c[i] = (seg_case){0};
        assert_ok(seg_case_name(&c[i], name, NULL, NULL, &err), &err);
        assert_ok(seg_case_add_class(&c[i], 0, "background", &err), &err);
        assert_ok(seg_case_add_class(&c[i], 5, "tumour", &err), &err);
        for (int k = 0; k < 4; k++)
            assert_ok(seg_case_add(&c[i], &rows[k], &err), &err);
    }
    sample_write(path, format, NULL, c, cases);
    for (size_t i = 0; i < cases; i++)
        seg_case_free(&c[i]);
}

static int down(const char *metric)
{
    (void)metric;
    return -1;
}

static seg_status compare_reports(const char *first, const char *second, seg_query q, seg_dataset *cube, seg_error *err)
{
    const char *const operands[] = {first, second};

    q.better = down;
    seg_string remarks = {0};
    seg_status st = seg_load_reports(cube, operands, 2, &q, &remarks, NULL, err);

    seg_string_free(&remarks);
    return st;
}

/* r1 is worse than r0 by 0.01, 0.02, ... in every case, r2 by turns better and worse; r3 has r0's mean to the last digit
 * that is printed and shares its rank. The exact p of r0 and r1 is 2 / 2^cases, times 6 pairs after Holm. */
static void a_dagger_means_a_difference_from_every_best_row(void **state)
{
    double x[4 * 12];
    seg_error err = {0};

    (void)state;
    for (size_t cases = 5; cases <= 12; cases++) {
        seg_dataset cube = {0};
        seg_grades g = {0};
        bool attainable;

        for (size_t i = 0; i < cases; i++) {
            double base = 0.7 + (double)(i * i % 7) / 100;

            x[i] = base;
            x[cases + i] = base - 0.01 * (double)(i + 1);
            x[2 * cases + i] = base - 0.003 + (i % 2 ? 0.011 : -0.012) * (double)(i + 1) / 20;
            x[3 * cases + i] = base + (i % 2 ? 1e-7 : -1e-7) * (double)(i + 1);
        }
        make_cube(&cube, x, 4, cases, 1);
        assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = 4}, &err), &err);
        assert_ok(seg_grades_tell_apart(&g, &(seg_test_options){.alpha = 0.05, .resamples = 100, .seed = 1},
                                        &attainable, &err),
                  &err);
        assert_int_equal(g.block[0].cell[3].rank, 1);
        assert_int_equal(attainable, cases >= 8); /* 6 * 2 / 2^7 = 0.094, 6 * 2 / 2^8 = 0.047 */
        assert_int_equal(g.block[0].cell[1].differs, attainable);
        for (size_t i = 0; i < 4; i++)
            assert_true(i == 1 || !g.block[0].cell[i].differs);
        seg_grades_free(&g);
        seg_dataset_free(&cube);
    }
}

static void reports_of_every_format_give_one_table(void **state)
{
    const char *a = sample_path("a.csv"), *b = sample_path("b.jsonl");
    seg_dataset cube = {0};
    seg_grades g = {0};
    seg_error err = {0};

    (void)state;
    write_report(a, "csv", 4, "mm", 0);
    write_report(b, "jsonl", 4, "mm", 1);
    assert_ok(compare_reports(a, b, (seg_query){0}, &cube, &err), &err);
    assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = -1}, &err), &err);
    assert_int_equal(cube.rows.n, 2);
    assert_string_equal(cube.rows.text[1], "b");
    assert_int_equal(cube.cases.n, 4);
    assert_int_equal(g.columns, 2); /* the losses and the slices are not there */
    assert_string_equal(seg_grades_column_name(&g, 0), "tumour");
    assert_string_equal(seg_grades_column_name(&g, 1), "all");
    assert_string_equal(g.block[0].cell[0].number, "3.50"); /* (0 + 1 + 4 + 9) / 4 */
    assert_string_equal(g.block[0].cell[3].number, "2.50"); /* 1 + (0 + 1 + 2 + 3) / 4 */
    assert_int_equal(g.block[0].cell[0].mark, SEG_BEST);
    seg_grades_free(&g);
    seg_dataset_free(&cube);
}

static void what_cannot_be_compared_is_refused(void **state)
{
    const char *a = sample_path("a.csv"), *b = sample_path("b.json"), *c = sample_path("c.tsv");
    seg_dataset cube = {0};
    seg_error err = {0};

    (void)state;
    write_report(a, "csv", 4, "mm", 0);
    write_report(b, "json", 3, "mm", 1);
    write_report(c, "tsv", 4, "px", 1);
    assert_int_equal(compare_reports(a, b, (seg_query){0}, &cube, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "b lacks 1 case of a: case3"));
    seg_dataset_free(&cube);
    assert_ok(compare_reports(a, b, (seg_query){.intersect = true}, &cube, &err), &err);
    assert_int_equal(cube.cases.n, 3);
    seg_dataset_free(&cube);
    assert_int_equal(compare_reports(a, c, (seg_query){0}, &cube, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "hd95 is in 'mm' in one place and in 'px' in another"));
    seg_dataset_free(&cube);
    assert_int_equal(compare_reports(a, a, (seg_query){0}, &cube, &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "two reports are called 'a'"));
    seg_dataset_free(&cube);
    assert_int_equal(
        compare_reports(a, b, (seg_query){.wanted = &(seg_wanted){"dsc", false, 0}, .n_wanted = 1, .intersect = true},
                        &cube, &err),
        SEG_USAGE);
    assert_string_equal(err.text, "no report has the metric 'dsc', they have hd95, iou (a loss) (segloss eval computes "
                                  "others)");
    seg_dataset_free(&cube);
    assert_int_equal(compare_reports(a, b,
                                     (seg_query){.wanted = (const seg_wanted[]){{"hd95", false, 0}, {"hd59", false, 0}},
                                                 .n_wanted = 2,
                                                 .intersect = true},
                                     &cube, &err),
                     SEG_USAGE);
    assert_non_null(strstr(err.text, "no report has the metric 'hd59'")); /* nor is it left out in silence */
    seg_dataset_free(&cube);
}

static void losses_share_no_scale(void **state)
{
    static const char *const TEXT = "measure,params,kind,value,group\ndice,,loss,0.1,x\nce,,loss,0.3,x\n";
    const char *path = sample_path("long.csv");
    seg_dataset cube = {0};
    seg_error err = {0};
    const char *const where[] = {"measure=ce"};

    (void)state;
    sample_put(path, TEXT);
    assert_int_equal(seg_load_long(&cube, path, &(seg_query){.rows = "measure", .metric = "kind"}, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "values of different losses (dice and ce) have no common scale"));
    seg_dataset_free(&cube);
    assert_ok(seg_load_long(&cube, path,
                            &(seg_query){.rows = "measure", .metric = "kind", .where = where, .n_where = 1}, &err),
              &err);
    seg_dataset_free(&cube);
    assert_int_equal(seg_load_long(&cube, path, &(seg_query){.rows = "network"}, &err), SEG_READ);
    assert_non_null(strstr(err.text, "has no column 'network' (it has measure, params, kind, value, group)"));
    seg_dataset_free(&cube);
}

static void every_format_is_written_and_escaped(void **state)
{
    static const char *const TEXT = "m,loss,value\nDSC_x,a&b <i> | 50%,0.5\nDSC_x,\"c, \"\"d\"\"\",0.25\n";
    const char *path = sample_path("odd.csv");
    seg_dataset cube = {0};
    seg_grades g = {0};
    seg_error err = {0};
    static const struct {
        const char *format, *said;
    } SAID[] = {{"text", "a&b <i> | 50%"},
                {"markdown", "a&b \\<i\\> \\| 50%"},
                {"latex", "a\\&b \\textless{}i\\textgreater{} \\textbar{} 50\\%"},
                {"html", "a&amp;b &lt;i&gt; | 50%"},
                {"csv", "\"c, \"\"d\"\"\",DSC_x"},
                {"json", "\"row\": \"c, \\\"d\\\"\""}};

    (void)state;
    sample_put(path, TEXT);
    assert_ok(seg_load_long(&cube, path, &(seg_query){.rows = "loss", .metric = "m"}, &err), &err);
    assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = -1}, &err), &err);
    assert_int_equal(seg_table_formats_count, 6);
    for (size_t i = 0; i < 6; i++) {
        seg_string out = {0};
        seg_table table = {.grades = &g, .style = {.caption = "A & B", .label = "tab:x", .arrows = true}};

        assert_ok(seg_table_format_find(SAID[i].format)->write(&table, &out, &err), &err);
        if (!strstr(out.text, SAID[i].said))
            fail_msg("%s lacks %s:\n%s", SAID[i].format, SAID[i].said, out.text);
        seg_string_free(&out);
    }
    seg_grades_free(&g);
    seg_dataset_free(&cube);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_surveys_tables_have_their_marks),
        cmocka_unit_test(ties_share_the_mark_as_printed_unless_strict),
        cmocka_unit_test(undefined_and_infinite_values_are_counted_and_not_averaged),
        cmocka_unit_test(the_guard_speaks_when_no_test_could_succeed),
        cmocka_unit_test(a_dagger_means_a_difference_from_every_best_row),
        cmocka_unit_test(reports_of_every_format_give_one_table),
        cmocka_unit_test(what_cannot_be_compared_is_refused),
        cmocka_unit_test(losses_share_no_scale),
        cmocka_unit_test(every_format_is_written_and_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
