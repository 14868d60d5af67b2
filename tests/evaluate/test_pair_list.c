/* test_pair_list.c - lists as people, spreadsheets and find -print0 write them, and the line of every fault. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "evaluate/pairing.h"
#include "support/fixture.h"

static char folder[] = "/tmp/segloss-list-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/l.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void put(const char *text, size_t n)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
}

/* "name:prediction:truth" of each pair, one a line, the folder left out; the status that ended the list. */
static seg_status pairs_of(const char *file, bool nul, seg_string *out, seg_error *err)
{
    seg_pair_list *list;
    seg_pairing p = {0};
    size_t skip = strlen(folder) + 1;
    bool more = true;

    assert_ok(seg_pair_list_open(&list, file, nul, err), err);
    seg_string_add(out, "");
    while (!seg_pair_list_next(list, &p, &more, err) && more) {
        seg_string_printf(out, "%s:%s:%s\n", p.name,
                          p.prediction[0] == '/' && p.prediction[1] == 't' ? p.prediction + skip : p.prediction,
                          p.truth + (p.truth[1] == 't' ? skip : 0));
        seg_pairing_free(&p);
    }
    assert_null(p.name); /* nothing is left behind a fault or the end */
    seg_pair_list_close(list);
    return err->status;
}

static void check(const char *text, size_t n, bool nul, const char *wanted)
{
    seg_string got = {0};
    seg_error err = {0};

    put(text, n);
    assert_ok(pairs_of(path, nul, &got, &err), &err);
    assert_string_equal(got.text, wanted);
    seg_string_free(&got);
}

static void a_list_reads_the_same_however_it_is_written(void **state)
{
    static const char *const LISTS[] = {
        "case,prediction,truth\nx,p.nii,t.nii\ny,q.nii,u.nii\n",
        "case,prediction,truth\r\nx,p.nii,t.nii\r\ny,q.nii,u.nii",
        "truth\tPred\tnote\tSubject\nt.nii\tp.nii\ta,b\tx\nu.nii\tq.nii\t\ty\n",
        "\"case\",\"prediction\",\"truth\"\n\"x\",\"p.nii\",t.nii\n\ny,q.nii,\"u.nii\"\n",
        "\n\ncase\tprediction\ttruth\n\n\nx\tp.nii\tt.nii\n\r\ny\tq.nii\tu.nii\n", /* empty lines in front */
        "\xef\xbb\xbf"
        "case,prediction,truth\nx,p.nii,t.nii\ny,q.nii,u.nii\n", /* "CSV UTF-8" of a spreadsheet */
        "\xef\xbb\xbf\r\n"
        "id,gt,pred\r\nx,t.nii,p.nii\r\ny,u.nii,q.nii\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        check(LISTS[i], strlen(LISTS[i]), false, "x:p.nii:t.nii\ny:q.nii:u.nii\n");
}

static void without_a_header_the_prediction_comes_first_and_names_the_case(void **state)
{
    static const char *const LISTS[] = {
        "sub/p.nii.gz,t.nii\n/data/q.nii,/data/u.nii\n",
        "\nsub/p.nii.gz\tt.nii\n/data/q.nii\t/data/u.nii",
        "\xef\xbb\xbfsub/p.nii.gz,t.nii\r\n/data/q.nii,/data/u.nii\r\n",
        "sub/p.nii.gz,t.nii,more,columns\n/data/q.nii,/data/u.nii\n",
    };
    static const char NUL[] = "sub/p.nii.gz\0t.nii\0/data/q.nii\0/data/u.nii"; /* ends with one */

    (void)state;
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        check(LISTS[i], strlen(LISTS[i]), false, "sub/p:sub/p.nii.gz:t.nii\n/data/q:/data/q.nii:/data/u.nii\n");
    check(NUL, sizeof NUL, true, "sub/p:sub/p.nii.gz:t.nii\n/data/q:/data/q.nii:/data/u.nii\n");
    check(NUL, sizeof NUL - 1, true, "sub/p:sub/p.nii.gz:t.nii\n/data/q:/data/q.nii:/data/u.nii\n");
    check("a,\nb\0c\"\n", 8, true, "a,\nb:a,\nb:c\"\n\n"); /* with NUL nothing else is special */
}

static void a_list_without_pairs_is_empty(void **state)
{
    (void)state;
    check("", 0, false, "");
    check("\n\n", 2, false, "");
    check("case,prediction,truth\n", 22, false, "");
    check("", 0, true, "");
}

static void every_fault_names_its_line(void **state)
{
    static const struct {
        const char *text, *said;
        size_t good; /* pairs before it */
    } BAD[] = {
        {"a\n", "line 1: only one field", 0},
        {"\n\na,b\nc\n", "line 4: only one field", 1},
        {"case,prediction,truth\nx,a,\n", "line 2: an empty field", 0},
        {"case,prediction,truth\nx,a\n", "line 2: an empty field", 0},
        {"case,prediction,truth\nx,a,b\ny,a,b\nx,a,b\n", "line 4: a second case 'x'", 2},
        {"a.nii,b\na.nii.gz,b\n", "line 2: a second case 'a'", 1},
        {"a,b\n\"c,d\n", "line 2: ", 1},
        {"a,b\n\"c\"c,d\n", "line 2: ", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        seg_string got = {0};
        seg_error err = {0};
        size_t pairs = 0;

        put(BAD[i].text, strlen(BAD[i].text));
        pairs_of(path, false, &got, &err);
        for (const char *c = got.text; *c; c++)
            pairs += *c == '\n';
        if (err.status == SEG_OK || strncmp(err.text, path, strlen(path)) || !strstr(err.text, BAD[i].said))
            fail_msg("%zu: %s", i, err.text);
        assert_int_equal(pairs, BAD[i].good);
        seg_string_free(&got);
    }
}

static void a_prediction_without_a_truth_ends_a_list_of_nuls(void **state)
{
    static const char NUL[] = "p\0t\0q";
    seg_string got = {0};
    seg_error err = {0};

    (void)state;
    put(NUL, sizeof NUL);
    assert_int_equal(pairs_of(path, true, &got, &err), SEG_USAGE);
    assert_string_equal(strchr(err.text, ':'), ": the last prediction, q, has no truth (prediction NUL truth NUL was "
                                               "wanted)");
    assert_non_null(strchr(got.text, '\n')); /* the pair before it was given */
    seg_string_free(&got);
}

static void among_many_names_the_second_of_the_same_is_found(void **state)
{
    enum { N = 20000 };
    seg_string text = {0}, got = {0};
    seg_error err = {0};
    size_t pairs = 0;

    (void)state;
    seg_string_add(&text, "case,prediction,truth\n");
    for (int i = 0; i < N; i++)
        seg_string_printf(&text, "case_%d,p,t\n", i);
    seg_string_printf(&text, "case_%d,p,t\n", N / 3);
    put(text.text, text.length);
    assert_int_equal(pairs_of(path, false, &got, &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "line 20002: a second case 'case_6666'"));
    for (const char *c = got.text; *c; c++)
        pairs += *c == '\n';
    assert_int_equal(pairs, N);
    seg_string_free(&text);
    seg_string_free(&got);
}

static void a_list_that_cannot_be_opened_says_why(void **state)
{
    seg_pair_list *list = NULL;
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_pair_list_open(&list, "no/such/list.csv", false, &err), SEG_READ);
    assert_non_null(strstr(err.text, "no/such/list.csv: cannot be opened: No such file"));
    assert_null(list);
    seg_pair_list_close(list);
    err = (seg_error){0};
    assert_int_equal(seg_pair_list_open(&list, folder, false, &err), SEG_READ);
    assert_non_null(strstr(err.text, "is a folder, a list of pairs was wanted"));
    assert_null(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_reads_the_same_however_it_is_written),
        cmocka_unit_test(without_a_header_the_prediction_comes_first_and_names_the_case),
        cmocka_unit_test(a_list_without_pairs_is_empty),
        cmocka_unit_test(every_fault_names_its_line),
        cmocka_unit_test(a_prediction_without_a_truth_ends_a_list_of_nuls),
        cmocka_unit_test(among_many_names_the_second_of_the_same_is_found),
        cmocka_unit_test(a_list_that_cannot_be_opened_says_why),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
