/* test_read_report.c - damaged and foreign reports get one clear sentence; odd but valid ones are read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/csv.h"
#include "report/read_lines.h"
#include "support/fixture.h"
#include "support/sample_report.h"

#define ROW                                                                                                            \
    "{\"slice\": null, \"class\": null, \"label\": null, \"kind\": \"metric\", \"measure\": \"dsc\", "                 \
    "\"params\": {}, \"value\": 0.5, \"unit\": null, \"status\": \"ok\"}"
#define CASE(name) "{\"case\": \"" name "\", \"status\": \"ok\", \"results\": [" ROW "]}"

static void every_fault_has_its_sentence(void **state)
{
    static const struct {
        const char *text, *said;
    } BAD[] = {
        {"", "is empty"},
        {"   \n", "is empty"},
        {"a,b\n1,2\n", "line 1: has no column \"case\""},
        {"case,measure\na,dsc\n", "has no column \"value\""},
        {"case,measure,value\na,dsc\n", "line 2: has 2 columns, 3 were wanted"},
        {"case,measure,value\na,dsc,much\n", "line 2: the value is \"much\""},
        {"case,measure,value\na,,1\n", "line 2: the measure is empty"},
        {"case,measure,value\n\"a\nb\",dsc,1\n\"c,dsc,1\n", "line 4: a quote is opened"},
        {"case,measure,value\n\"a\"b,dsc,1\n", "line 2: text follows a closing quote"},
        {"case,measure,value,class\na,dsc,1,liver\n", "the class is \"liver\", a whole number was wanted"},
        {"case,measure,value,kind\na,dsc,1,score\n", "the kind is \"score\""},
        {"{\"segloss\": \"9\", \"schema\": 2, \"cases\": []}", "has schema 2, this segloss reads schema 1"},
        {"{\"segloss\": \"9\", \"cases\": []}", "has no \"schema\""},
        {"{\"schema\": 1, \"summary\": []}", "has no \"cases\""},
        {"{\"schema\": 1,\n \"cases\": [\n", "line 2: the JSON document is cut off"},
        {"{\"schema\": 1,\n \"cases\": [}]}", "line 2: is not JSON"},
        {"{\"schema\": 1, \"cases\": [{}]}", "case 1: \"case\" is missing"},
        {"{\"schema\": 1, \"cases\": [" CASE("a") ", " CASE("a") "]}", "two cases are called a"},
        {CASE("a") "\n"
                   "{\"case\": \"b\"",
         "line 2: is cut off"},
        {CASE("a") "\n"
                   "nonsense\n" CASE("b") "\n",
         "line 2: is not a JSON object"},
        {CASE("a") "\n"
                   "{\"case\": \"b\"}\n",
         "line 2: \"results\" is missing"},
        {"{\"case\": \"a\", \"status\": \"ok\", \"results\": [{\"kind\": \"metric\", \"measure\": \"d\", \"value\": "
         "\"1\"}]}\n",
         "line 1: \"value\" is missing or of the wrong kind"},
        {"{\"case\": \"a\", \"schema\": 7, \"status\": \"ok\", \"results\": []}\n", "has schema 7"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        const char *path = sample_path("bad");
        seg_report_file file = {0};
        seg_error err = {0};

        sample_put(path, BAD[i].text);
        assert_int_equal(seg_report_read(&file, path, &err), SEG_READ);
        if (!strstr(err.text, BAD[i].said))
            fail_msg("%zu: \"%s\" does not say \"%s\"", i, err.text, BAD[i].said);
        assert_int_equal(strncmp(err.text, path, strlen(path)), 0);
        assert_int_equal(file.n, 0);
    }
}

static void a_missing_file_is_an_error_unless_resumed(void **state)
{
    seg_report_file file = {0};
    seg_error err = {0};
    size_t n = 9, bytes;

    (void)state;
    assert_int_equal(seg_report_read(&file, sample_path("absent"), &err), SEG_READ);
    assert_non_null(strstr(err.text, "absent: cannot be opened: No such file"));
    assert_ok(seg_report_lines_count(sample_path("absent"), &n, &bytes, &err), &err);
    assert_int_equal(n, 0);
    assert_int_equal(file.n, 0);
}

static void columns_may_stand_in_any_order_and_be_more(void **state)
{
    static const char *const TEXT = "\xef\xbb\xbfvalue\tStatus\tcase\tremark\tmeasure\tclass\r\n"
                                    "0.25\tok\tb\t\tdsc\t3\r\n\r\nNA\tboth-empty\ta\t\"x\ty\"\tdsc\t\r\n"
                                    "inf\tempty-truth\tb\t\thd95\t\r\nnan\t\tb\t\tiou\t\r\n-inf\tok\tb\t\tx\t2";
    const char *path = sample_path("order");
    seg_report_file file = {0};
    seg_error err = {0};

    (void)state;
    sample_put(path, TEXT);
    assert_ok(seg_report_read(&file, path, &err), &err);
    assert_string_equal(file.format->name, "tsv");
    assert_int_equal(file.n, 2);
    assert_string_equal(file.cases[0].name, "b");
    assert_int_equal(file.cases[0].n, 4);
    assert_int_equal(file.cases[0].classes[file.cases[0].rows[0].cls].id, 3);
    assert_near(file.cases[0].rows[0].value, 0.25, 0, 0);
    assert_near(file.cases[0].rows[1].value, INFINITY, 0, 0);
    assert_near(file.cases[0].rows[2].value, NAN, 0, 0);
    assert_near(file.cases[0].rows[3].value, -INFINITY, 0, 0);
    assert_near(file.cases[1].rows[0].value, NAN, 0, 0);
    assert_string_equal(file.cases[1].rows[0].status, "both-empty");
    seg_report_file_free(&file);
}

static void a_torn_last_line_tells_where_to_go_on(void **state)
{
    static const char *const TORN[] = {"{\"case\": \"c\", \"sta", CASE("c"), "{", ""};
    const char *whole = CASE("a") "\n\n" CASE("b") "\n";

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *path = sample_path("torn");
        seg_error err = {0};
        size_t n = 9, bytes = 9;
        char text[2000];

        snprintf(text, sizeof text, "%s%s", whole, TORN[i]);
        sample_put(path, text);
        assert_ok(seg_report_lines_count(path, &n, &bytes, &err), &err);
        assert_int_equal(n, 2);
        assert_int_equal(bytes, strlen(whole));
        sample_put(path, TORN[0]); /* nothing but the torn line */
        assert_ok(seg_report_lines_count(path, &n, &bytes, &err), &err);
        assert_int_equal(n, 0);
        assert_int_equal(bytes, 0);
    }
}

static void lines_come_one_by_one_from_any_of_them_on(void **state)
{
    const char *path = sample_path("lines");
    seg_report_lines lines;
    seg_error err = {0};
    seg_case *c;
    uint64_t second;

    (void)state;
    sample_put(path, CASE("a") "\n\n" CASE("b") "\n" CASE("c"));
    assert_ok(seg_report_lines_open(&lines, path, 0, &err), &err);
    for (int i = 0; i < 3; i++) {
        assert_ok(seg_report_lines_next(&lines, &c, &err), &err);
        assert_non_null(c);
        assert_int_equal(c->name[0], 'a' + i);
        second = i < 2 ? lines.at : second;
    }
    assert_ok(seg_report_lines_next(&lines, &c, &err), &err);
    assert_null(c);
    seg_report_lines_close(&lines);
    assert_ok(seg_report_lines_open(&lines, path, second, &err), &err);
    assert_ok(seg_report_lines_next(&lines, &c, &err), &err);
    assert_string_equal(c->name, "b");
    seg_report_lines_close(&lines);
    sample_put(path, CASE("a") "\n{\"case\": \"c\", \"sta");
    assert_ok(seg_report_lines_open(&lines, path, 0, &err), &err);
    assert_ok(seg_report_lines_next(&lines, &c, &err), &err);
    assert_int_equal(seg_report_lines_next(&lines, &c, &err), SEG_READ);
    assert_non_null(strstr(err.text, "line 2: is cut off"));
    seg_report_lines_close(&lines);
}

/* Every prefix of a report is read or refused with a sentence: nothing crashes and nothing is silently shorter. */
static void every_prefix_is_read_or_refused(void **state)
{
    static const char *const FORMATS[] = {"csv", "json", "jsonl"};
    seg_case c;

    (void)state;
    sample_case(&c, "a, \"b\"", 0.3);
    for (size_t f = 0; f < 3; f++) {
        char *text = sample_text(FORMATS[f], NULL, &c, 1);

        for (size_t n = strlen(text); n-- > 0;) {
            const char *path = sample_path("prefix");
            seg_report_file file = {0};
            seg_error err = {0};
            seg_status st;

            text[n] = '\0';
            sample_put(path, text);
            st = seg_report_read(&file, path, &err);
            assert_true(st ? err.text[0] != '\0' : f == 0 || n + 2 > strlen(text));
            seg_report_file_free(&file);
        }
        free(text);
    }
    seg_case_free(&c);
}

static void csv_fields_survive_quoting(void **state)
{
    static const char *const FIELDS[] = {"", "plain", "a,b", "\"", "\"\"", "a\"b\"c", "\n", "\r\n", " x ", "ä,\"\n"};
    enum { N = sizeof FIELDS / sizeof *FIELDS };
    seg_string text = {0};
    seg_error err = {0};
    bool more;

    (void)state;
    for (int i = 0; i < N; i++) {
        seg_csv_field(&text, ',', FIELDS[i]);
        seg_string_add(&text, i + 1 < N ? "," : "\n");
    }
    seg_csv csv = {.text = text.text, .separator = ',', .line = 1};
    assert_ok(seg_csv_next(&csv, &more, &err), &err);
    assert_true(more);
    assert_int_equal(csv.n, N);
    for (int i = 0; i < N; i++)
        assert_string_equal(csv.field[i], FIELDS[i]);
    assert_ok(seg_csv_next(&csv, &more, &err), &err);
    assert_false(more);
    seg_csv_free(&csv);
    seg_string_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_has_its_sentence),
        cmocka_unit_test(a_missing_file_is_an_error_unless_resumed),
        cmocka_unit_test(columns_may_stand_in_any_order_and_be_more),
        cmocka_unit_test(a_torn_last_line_tells_where_to_go_on),
        cmocka_unit_test(lines_come_one_by_one_from_any_of_them_on),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(csv_fields_survive_quoting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
