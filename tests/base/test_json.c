/* test_json.c - trees of valid texts, one sentence for each invalid one, and no failed allocation goes unnoticed. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/json_text.h"
#include "support/failing_memory.h"
#include "support/fixture.h"

static seg_status parse(seg_json_document *document, const char *text, seg_error *err)
{
    return seg_json_parse(document, text, strlen(text), NULL, err);
}

/* The tree as text again; free() it. */
static char *printed(const seg_json_document *document)
{
    seg_string out = {0};

    seg_json_value(&out, document->root);
    assert_false(out.failed);
    return out.text;
}

static void valid_texts_become_trees(void **state)
{
    static const struct {
        const char *text, *tree;
    } VALID[] = {
        {"null", "null"},
        {" \n\t[true, false] \r\n", "[true, false]"},
        {"{}", "{}"},
        {"[]", "[]"},
        {"{\"a\": {\"b\": [1, [2, {}], []]}, \"c\": null}", "{\"a\": {\"b\": [1, [2, {}], []]}, \"c\": null}"},
        {"[0, -0, 9223372036854775807, -9223372036854775808]", "[0, 0, 9223372036854775807, -9223372036854775808]"},
        {"[9223372036854775808, 1e2, 0.1, -2.5E-3]", "[9.223372036854776e+18, 100, 0.1, -0.0025]"},
        {"\"\\u00e9\\u20ac\\ud83d\\ude00 \\\"\\\\\\/\\b\\f\\n\\r\\t\"",
         "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 \\\"\\\\/\\b\\f\\n\\r\\t\""},
        {"\"\xc3\xa9\"", "\"\xc3\xa9\""},
        {"[\"\"]", "[\"\"]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof VALID / sizeof *VALID; i++) {
        seg_json_document document;
        seg_error err = {0};
        char *text;

        assert_ok(parse(&document, VALID[i].text, &err), &err);
        text = printed(&document);
        assert_string_equal(text, VALID[i].tree);
        free(text);
        seg_json_free(&document);
    }
}

static void values_are_found_by_key_and_type(void **state)
{
    seg_json_document d;
    seg_error err = {0};

    (void)state;
    assert_ok(parse(&d, "{\"n\": 1, \"n\": 3, \"x\": 1e30, \"t\": \"v\", \"z\": null, \"l\": [1, 2]}", &err), &err);
    assert_int_equal(seg_json_integer(seg_json_get(d.root, "n")), 3);
    assert_near(seg_json_real(seg_json_get(d.root, "n")), 3, 0, 0);
    assert_true(seg_json_integer(seg_json_get(d.root, "x")) == INT64_MAX);
    assert_near(seg_json_real(seg_json_get(d.root, "x")), 1e30, 0, 0);
    assert_string_equal(seg_json_string(seg_json_get(d.root, "t")), "v");
    assert_null(seg_json_get(d.root, "z"));
    assert_null(seg_json_get(d.root, "absent"));
    assert_null(seg_json_get(seg_json_get(d.root, "l"), "n"));
    assert_null(seg_json_string(seg_json_get(d.root, "n")));
    assert_int_equal(seg_json_get(d.root, "l")->n, 2);
    assert_near(seg_json_real(NULL), NAN, 0, 0);
    assert_int_equal(seg_json_integer(NULL), 0);
    seg_json_free(&d);
}

static void invalid_texts_have_a_sentence(void **state)
{
    static const struct {
        const char *text, *said;
        bool cut_off;
    } INVALID[] = {
        {"", "line 1: the JSON document is cut off", true},
        {"[1,\n2", "line 2: the JSON document is cut off", true},
        {"{\"a\": \"b", "the JSON document is cut off", true},
        {"[1,\n}", "line 2: is not JSON: ", false},
        {"[1] 2", "trailing garbage", false},
        {"{1: 2}", "is not JSON", false},
        {"[1,]", "is not JSON", false},
        {"[01]", "is not JSON", false},
        {"['a']", "is not JSON", false},
        {"[NaN]", "is not JSON", false},
        {"[1e999]", "a number is too large", false},
        {"\"\\ud800x\"", "not valid", false},
        {"\"\\udc00\"", "not valid", false},
        {"[\"\\u0000\"]", "not valid", false},
        {"[\"\xff\"]", "is not JSON", false},
        {"[\"\xc0\xaf\"]", "not valid", false},
        {"[\"\xed\xa0\x80\"]", "not valid", false},
        {"[\"a\nb\"]", "is not JSON", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof INVALID / sizeof *INVALID; i++) {
        seg_json_document document;
        seg_error err = {0};
        bool cut_off = !INVALID[i].cut_off;
        seg_status st = seg_json_parse(&document, INVALID[i].text, strlen(INVALID[i].text), &cut_off, &err);

        assert_int_equal(st, SEG_READ);
        if (!strstr(err.text, INVALID[i].said))
            fail_msg("%s: \"%s\" does not say \"%s\"", INVALID[i].text, err.text, INVALID[i].said);
        assert_int_equal(cut_off, INVALID[i].cut_off);
        assert_null(document.root);
    }
}

static void nesting_is_bounded(void **state)
{
    char text[4 * SEG_JSON_DEPTH];
    seg_json_document document;
    seg_error err = {0};

    (void)state;
    memset(text, '[', SEG_JSON_DEPTH);
    memset(text + SEG_JSON_DEPTH, ']', SEG_JSON_DEPTH);
    assert_ok(seg_json_parse(&document, text, (size_t)2 * SEG_JSON_DEPTH, NULL, &err), &err);
    seg_json_free(&document);
    memset(text, '[', sizeof text);
    assert_int_equal(seg_json_parse(&document, text, sizeof text, NULL, &err), SEG_READ);
    assert_non_null(strstr(err.text, "nested too deeply"));
}

/* The header promises 16 bytes for each byte of text. Chunks and their heads come on top. */
static void a_text_costs_at_most_16_times_its_length(void **state)
{
    (void)state;
    assert_true(sizeof(seg_json) <= 32);
}

static void every_failed_allocation_is_reported(void **state)
{
    seg_string text = {0};
    seg_json_document document;
    size_t k = 1, total;

    (void)state;
    seg_string_add(&text, "{\"name\": \"with an \\u00e9scape\", \"list\": [");
    for (int i = 0; i < 2000; i++)
        seg_string_printf(&text, "%d, ", i);
    seg_string_add(&text, "[[[[1]]]], \"");
    for (int i = 0; i < 2000; i++)
        seg_string_add(&text, "a long text with \\t escapes ");
    seg_string_add(&text, "\"]}");
    assert_false(text.failed);
    fail_allocation(0);
    assert_int_equal(seg_json_parse(&document, text.text, text.length, NULL, NULL), SEG_OK);
    total = allocations;
    seg_json_free(&document);
    assert_true(total > 5);
    for (; k <= total; k++) {
        seg_error err = {0};

        fail_allocation(k);
        assert_int_equal(seg_json_parse(&document, text.text, text.length, NULL, &err), SEG_MEMORY);
        assert_non_null(strstr(err.text, "not enough memory to read"));
        assert_null(document.root);
        assert_null(document.blocks);
    }
    fail_allocation(0);
    seg_string_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts_become_trees),
        cmocka_unit_test(values_are_found_by_key_and_type),
        cmocka_unit_test(invalid_texts_have_a_sentence),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(a_text_costs_at_most_16_times_its_length),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
