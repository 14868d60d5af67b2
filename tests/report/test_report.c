/* test_report.c - every format says the same, and what can be read back is the same to the last bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "support/fixture.h"
#include "support/sample_report.h"

static const char *const ODD_NAMES[] = {"plain", "comma, quote \"", "line\nbreak", "tab\there", "groß 肝臓",
                                        "",      " blank "};
enum { ODD = sizeof ODD_NAMES / sizeof *ODD_NAMES };

static void make_odd_cases(seg_case cases[ODD + 1])
{
    seg_error why = {SEG_MISMATCH, "p.nii: has 3 voxels, but 4, \"four\", were wanted"}, err = {0};

    for (int i = 0; i < ODD; i++)
        sample_case(&cases[i], ODD_NAMES[i], 0.1 * (i + 1));
    sample_case(&cases[ODD], "failed", 1);
    assert_ok(seg_case_fail(&cases[ODD], &why, &err), &err);
}

static void free_cases(seg_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        seg_case_free(&cases[i]);
}

static void what_is_written_is_read_back_to_the_same_doubles(void **state)
{
    static const char *const FORMATS[] = {"csv", "tsv", "json", "jsonl"};
    seg_case cases[ODD + 1];
    seg_error err = {0};

    (void)state;
    make_odd_cases(cases);
    for (size_t f = 0; f < 4; f++) {
        const char *path = sample_path("round");
        seg_report_file file = {0};

        sample_write(path, FORMATS[f], NULL, cases, ODD + 1);
        assert_ok(seg_report_read(&file, path, &err), &err);
        assert_string_equal(file.format->name, FORMATS[f]);
        assert_int_equal(file.n, ODD + 1);
        for (size_t i = 0; i < file.n; i++) {
            sample_same_rows(&cases[i], &file.cases[i]);
            assert_ptr_equal(seg_report_file_find(&file, cases[i].name), &file.cases[i]);
        }
        assert_null(seg_report_file_find(&file, "unknown"));
        seg_report_file_free(&file);
    }
    free_cases(cases, ODD + 1);
}

static void json_keeps_paths_grid_and_settings(void **state)
{
    const seg_setting settings[] = {{"loss", "ce,dice"}, {"threshold", "0.5"}, {"labels", NULL}};
    const seg_report_style style = {.settings = settings, .n_settings = 3};
    const char *path = sample_path("settings");
    seg_report_file file = {0};
    seg_error err = {0};
    seg_case c;

    (void)state;
    sample_case(&c, "a", 1);
    sample_write(path, "json", &style, &c, 1);
    assert_ok(seg_report_read(&file, path, &err), &err);
    assert_int_equal(file.n_settings, 3);
    assert_string_equal(file.settings[1].name, "threshold");
    assert_string_equal(file.settings[1].value, "0.5");
    assert_null(file.settings[2].value);
    assert_string_equal(file.cases[0].prediction, "p/a b.nii.gz");
    assert_null(file.cases[0].truth);
    assert_memory_equal(file.cases[0].shape, c.shape, sizeof c.shape);
    assert_memory_equal(file.cases[0].spacing, c.spacing, sizeof c.spacing);
    seg_report_file_free(&file);
    seg_case_free(&c);
}

static void a_report_written_again_has_the_same_bytes(void **state)
{
    static const char *const FORMATS[] = {"csv", "tsv", "json", "jsonl"};
    seg_case cases[ODD + 1];
    seg_error err = {0};

    (void)state;
    make_odd_cases(cases);
    for (size_t f = 0; f < 4; f++) {
        char *first = sample_text(FORMATS[f], NULL, cases, ODD + 1), *second;
        seg_report_file file = {0};

        assert_ok(seg_report_read(&file, sample_path("text"), &err), &err);
        second = sample_text(FORMATS[f], NULL, file.cases, file.n);
        assert_string_equal(first, second);
        free(first);
        free(second);
        seg_report_file_free(&file);
    }
    free_cases(cases, ODD + 1);
}

static void json_is_json_without_nan_and_valid_utf8(void **state)
{
    char *text;
    seg_case c;
    seg_json_document document;
    seg_error err = {0};

    (void)state;
    sample_case(&c, "bad \xff\xc3 bytes \x01\x7f", 1);
    text = sample_text("json", NULL, &c, 1);
    assert_ok(seg_json_parse(&document, text, strlen(text), NULL, &err), &err); /* refuses what is not UTF-8 */
    assert_null(strstr(text, "NaN"));
    assert_null(strstr(text, "Infinity"));
    assert_null(strstr(text, " inf"));
    assert_non_null(
        strstr(text, "\"value\": null, \"infinite\": 1, \"unit\": \"mm\", \"status\": \"empty-prediction\""));
    seg_json_free(&document);
    free(text);
    seg_case_free(&c);
}

static void csv_is_what_the_contract_shows(void **state)
{
    static const char WANTED[] =
        "case,slice,class,label,kind,measure,params,value,unit,status\n"
        "a,,,,metric,dsc,,0.5,,ok\n"
        "a,,1,\"Leber, \"\"groß\"\"\nzwei\",metric,dsc,,0.6,,ok\n"
        "a,,7,,metric,dsc,,,,both-empty\n"
        "a,,,,metric,hd95,convention=monai,inf,mm,empty-prediction\n"
        "a,,1,\"Leber, \"\"groß\"\"\nzwei\",metric,hd95,convention=monai,0.16666666666666666,mm,ok\n"
        "a,,7,,metric,hd95,convention=monai,,mm,both-empty\n"
        "a,,,,loss,tversky,alpha=0.3;beta=0.7,-5e-13,,ok\n"
        "a,4,,,loss,tversky,alpha=0.3;beta=0.7,5e+299,,ok\n"
        "a,,,,loss,t-loss,,,,\"not-computed: no \"\"fit\"\", sorry\"\n";
    const seg_report_style bare = {.no_header = true, .na = "NA", .digits = 2};
    char *text;
    seg_case c;

    (void)state;
    sample_case(&c, "a", 0.5);
    text = sample_text("csv", NULL, &c, 1);
    assert_string_equal(text, WANTED);
    free(text);
    text = sample_text("csv", &bare, &c, 1);
    assert_non_null(strstr(text, "metric,dsc,,NA,,both-empty"));
    assert_non_null(strstr(text, "convention=monai,0.17,mm,ok"));
    assert_int_equal(strncmp(text, "a,,", 3), 0);
    free(text);
    seg_case_free(&c);
}

static void an_empty_report_is_still_a_report(void **state)
{
    char *csv = sample_text("csv", NULL, NULL, 0), *json, *jsonl;
    seg_report_file file = {0};
    seg_error err = {0};

    (void)state;
    assert_string_equal(csv, "case,slice,class,label,kind,measure,params,value,unit,status\n");
    assert_ok(seg_report_read(&file, sample_path("text"), &err), &err);
    assert_int_equal(file.n, 0);
    seg_report_file_free(&file);
    json = sample_text("json", NULL, NULL, 0);
    assert_ok(seg_report_read(&file, sample_path("text"), &err), &err);
    assert_int_equal(file.n, 0);
    seg_report_file_free(&file);
    jsonl = sample_text("jsonl", NULL, NULL, 0);
    assert_string_equal(jsonl, "");
    free(csv);
    free(json);
    free(jsonl);
}

static void tables_explain_what_is_undefined(void **state)
{
    static const char *const FORMATS[] = {"table", "md", "latex"};
    seg_case cases[ODD + 1];

    (void)state;
    make_odd_cases(cases);
    for (size_t f = 0; f < 3; f++) {
        char *text = sample_text(FORMATS[f], NULL, cases, ODD + 1);

        assert_non_null(strstr(text, "both-empty"));
        assert_non_null(strstr(text, "empty-prediction"));
        assert_non_null(strstr(text, "mismatch"));
        assert_non_null(strstr(text, "were wanted"));
        assert_null(strchr(text, '\t'));
        assert_null(strstr(text, "line\nbreak"));
        free(text);
    }
    free_cases(cases, ODD + 1);
}

static void a_table_wraps_to_the_width_and_says_all(void **state)
{
    const seg_report_style narrow = {.width = 30};
    char *text, *line;
    seg_case c = {0};
    seg_error err = {0};

    (void)state;
    assert_ok(seg_case_name(&c, "a", NULL, NULL, &err), &err);
    for (int i = 0; i < 40; i++) {
        char name[20];

        snprintf(name, sizeof name, "measure%d", i);
        seg_row row = {-1, -1, SEG_KIND_METRIC, name, NULL, i, NULL, NULL, 0};
        assert_ok(seg_case_add(&c, &row, &err), &err);
    }
    text = sample_text("table", &narrow, &c, 1);
    assert_non_null(strstr(text, "39.0000"));
    for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= 30);
    free(text);
    seg_case_free(&c);
}

static void a_failed_growth_is_an_error_not_a_short_table(void **state)
{
    seg_report report = {.text = {.failed = true}};
    seg_error err = {0};
    seg_case c;
    seg_output output = {0};

    (void)state;
    sample_case(&c, "a", 1);
    report.format = seg_report_format_find("json");
    report.output = &output;
    assert_int_equal(seg_report_add(&report, &c, &err), SEG_MEMORY);
    seg_report_free(&report);
    seg_case_free(&c);
}

static void a_hundred_thousand_rows_come_back(void **state)
{
    enum { ROWS = 100000 };
    seg_report_file file = {0};
    seg_error err = {0};
    seg_case c = {0};

    (void)state;
    assert_ok(seg_case_name(&c, "volume", NULL, NULL, &err), &err);
    for (int k = 0; k < 10; k++)
        assert_ok(seg_case_add_class(&c, k, NULL, &err), &err);
    for (int i = 0; i < ROWS; i++) {
        seg_row row = {i / 20,
                       i % 10,
                       i % 20 < 10 ? SEG_KIND_METRIC : SEG_KIND_LOSS,
                       i % 20 < 10 ? "dsc" : "ce",
                       NULL,
                       sqrt(i),
                       NULL,
                       NULL,
                       0};
        assert_ok(seg_case_add(&c, &row, &err), &err);
    }
    for (int f = 0; f < 3; f++) {
        const char *path = sample_path("big");

        sample_write(path, ((const char *[]){"csv", "json", "jsonl"})[f], NULL, &c, 1);
        assert_ok(seg_report_read(&file, path, &err), &err);
        sample_same_rows(&c, &file.cases[0]);
        seg_report_file_free(&file);
    }
    sample_write(sample_path("big"), "table", NULL, &c, 1);
    seg_case_free(&c);
}

static void formats_are_found_by_name_and_extension(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_report_formats_count; i++)
        assert_ptr_equal(seg_report_format_find(seg_report_formats[i]->name), seg_report_formats[i]);
    assert_string_equal(seg_report_format_of_path("runs.2/out.CSV")->name, "csv");
    assert_string_equal(seg_report_format_of_path("a.tex")->name, "latex");
    assert_null(seg_report_format_of_path("runs.csv/out"));
    assert_null(seg_report_format_of_path(".csv"));
    assert_null(seg_report_format_find("xml"));
    assert_string_equal(seg_report_format_nearest("jsnol"), "jsonl");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back_to_the_same_doubles),
        cmocka_unit_test(json_keeps_paths_grid_and_settings),
        cmocka_unit_test(a_report_written_again_has_the_same_bytes),
        cmocka_unit_test(json_is_json_without_nan_and_valid_utf8),
        cmocka_unit_test(csv_is_what_the_contract_shows),
        cmocka_unit_test(an_empty_report_is_still_a_report),
        cmocka_unit_test(tables_explain_what_is_undefined),
        cmocka_unit_test(a_table_wraps_to_the_width_and_says_all),
        cmocka_unit_test(a_hundred_thousand_rows_come_back),
        cmocka_unit_test(formats_are_found_by_name_and_extension),
        /* last: a text that was lost is not forgotten */
        cmocka_unit_test(a_failed_growth_is_an_error_not_a_short_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
