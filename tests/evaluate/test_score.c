/* test_score.c - two files become a case: which fault is told, and which names and ignore labels beside the data count. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parallel.h"
#include "evaluate/score.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

/* The files of a case in the test folder. */
#define PAIR(prediction_, truth_)                                                                                      \
    &(seg_case_paths)                                                                                                  \
    {                                                                                                                  \
        .prediction = test_path(prediction_), .truth = test_path(truth_)                                               \
    }

static int setup(void **state)
{
    (void)state;
    test_folder_make();
    return mkdir(test_path("data"), 0777) || mkdir(test_path("data/truth"), 0777);
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove();
    return 0;
}

static const double TRUTH[8] = {0, 1, 1, 2, 2, 2, 0, 3}, PREDICTION[8] = {0, 1, 2, 2, 2, 1, 0, 0};

static void write_labels(const char *name, const double *value)
{
    nifti_file f = {.dims = 2, .shape = {4, 2}, .value = value};

    bytes_write(name, nifti_make(&f));
}

static void write_text(const char *name, const char *text)
{
    bytes_write(name, bytes_copy(text, strlen(text)));
}

struct heard {
    int n;
    char text[2000];
};

static void hear(void *context, const char *sentence)
{
    struct heard *h = context;

    h->n++;
    snprintf(h->text + strlen(h->text), sizeof h->text - strlen(h->text), "%s\n", sentence);
}

static seg_scoring scoring_of(const char *metrics)
{
    seg_scoring s = {.reading = {.match.threshold = NAN, .find_names = true},
                     .evaluate = {.per_class = true, .slice_axis = -1}};

    assert_ok(seg_plan_add_metrics(&s.for_labels, metrics, 0, NULL), NULL);
    assert_ok(seg_plan_add_losses(&s.for_probabilities, "ce", NULL), NULL);
    return s;
}

/* "1=liver 2= 3=": ids and names of the classes of the case. */
static const char *classes_of(const seg_case *c)
{
    static char text[400];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < c->n_classes; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%lld=%s", i ? " " : "", (long long)c->classes[i].id,
                              c->classes[i].label ? c->classes[i].label : "");
    return text;
}

/* Scores data/p.nii against data/truth/t.nii with the files of names that lie there. */
static void check_classes(const seg_scoring *s, const char *classes, const char *said)
{
    struct heard h = {0};
    seg_warnings notes = {hear, &h};
    seg_case c = {0};
    seg_error err = {0};

    assert_ok(seg_score_files(&c, s, PAIR("data/p.nii", "data/truth/t.nii"), &notes, &err), &err);
    assert_string_equal(classes_of(&c), classes);
    if (said ? !strstr(h.text, said) : h.n > 0)
        fail_msg("'%s' was said, '%s' was wanted", h.text, said ? said : "");
    seg_case_free(&c);
}

static void names_beside_the_truth_are_found_the_nearest_first(void **state)
{
    char given[] = "given";
    seg_label_name names[] = {{1, given}};
    seg_scoring s = scoring_of("dsc");

    (void)state;
    write_labels("data/p.nii", PREDICTION);
    write_labels("data/truth/t.nii", TRUTH);
    check_classes(&s, "0= 1= 2= 3=", NULL);
    write_text("data/labels.txt", "1 above\n2 above-too\n");
    check_classes(&s, "0= 1=above 2=above-too 3=", NULL);
    write_text("data/truth/labels.tsv", "index\tname\n1\tbeside\n");
    check_classes(&s, "0= 1=beside 2= 3=", NULL);
    write_text("data/truth/dseg.tsv", "index\tname\n2\tbids\n");
    check_classes(&s, "0= 1= 2=bids 3=", NULL);
    s.reading.names = names;
    s.reading.n_names = 1;
    check_classes(&s, "0= 1=given 2= 3=", NULL);
    s.reading.names = NULL;
    s.reading.n_names = 0;
    s.reading.find_names = false;
    check_classes(&s, "0= 1= 2= 3=", NULL);
    s.reading.find_names = true;
    write_text("data/truth/dseg.tsv", "\x01\x02 nonsense"); /* merely lies there: no reason to stop */
    check_classes(&s, "0= 1= 2= 3=", "(label names are not used)");
    for (int i = 0; i < 3; i++)
        unlink(test_path(i == 0 ? "data/labels.txt" : i == 1 ? "data/truth/labels.tsv" : "data/truth/dseg.tsv"));
    seg_scoring_free(&s);
}

static double value_of(const seg_scoring *s, const char *measure, const seg_warnings *notes)
{
    seg_case c = {0};
    seg_error err = {0};
    double x = NAN;

    assert_ok(seg_score_files(&c, s, PAIR("data/p.nii", "data/truth/t.nii"), notes, &err), &err);
    for (size_t i = 0; i < c.n; i++)
        if (!strcmp(c.rows[i].measure, measure) && c.rows[i].cls == 1)
            x = c.rows[i].value;
    seg_case_free(&c);
    return x;
}

/* nnU-Net's dataset.json may name an ignore label; an option that names another one wins. */
static void an_ignore_label_beside_the_truth_counts_unless_one_is_given(void **state)
{
    seg_scoring s = scoring_of("fp");
    struct heard h = {0};
    seg_warnings notes = {hear, &h};
    seg_case c = {0};
    seg_error err = {0};

    (void)state;
    write_labels("data/p.nii", PREDICTION);
    write_labels("data/truth/t.nii", TRUTH);
    assert_near(value_of(&s, "fp", &notes), 1, 0, 0); /* voxel 5: 1 instead of 2 */
    write_text("data/dataset.json", "{\"labels\": {\"background\": 0, \"liver\": 1, \"spleen\": 3, \"ignore\": 2}}");
    assert_near(value_of(&s, "fp", &notes), 0, 0, 0);
    assert_int_equal(h.n, 2); /* and that the prediction has it where the truth does not */
    assert_non_null(strstr(h.text, "names 2 as the ignore label"));
    s.reading.ignore_said = true;
    assert_ok(seg_class_list_read(&s.reading.ignored, "3", "--ignore-label", &err), &err);
    assert_near(value_of(&s, "fp", NULL), 1, 0, 0);
    assert_ok(seg_score_files(&c, &s, PAIR("data/p.nii", "data/truth/t.nii"), NULL, &err), &err);
    assert_string_equal(classes_of(&c), "0=background 1=liver 2=ignore");
    seg_case_free(&c);
    unlink(test_path("data/dataset.json"));
    seg_scoring_free(&s);
}

static void of_two_bad_files_the_prediction_is_told_for_any_threads(void **state)
{
    seg_scoring s = scoring_of("dsc");
    const char *p = "data/p.bad", *t = "data/t.bad", *good = "data/p.nii";

    (void)state;
    write_text(p, "no image");
    write_text(t, "nor this");
    for (int threads = 1; threads <= 4; threads++)
        for (int times = 0; times < 20; times++) {
            seg_case c = {0};
            seg_error err = {0};

            seg_set_threads(threads);
            assert_int_equal(seg_score_files(&c, &s, PAIR(p, t), NULL, &err), SEG_READ);
            assert_non_null(strstr(err.text, "p.bad: "));
            assert_int_equal(seg_score_files(&c, &s, PAIR(good, t), NULL, NULL), SEG_READ);
            assert_int_equal(c.n, 0);
            seg_case_free(&c);
        }
    seg_scoring_free(&s);
}

static void stdin_cannot_be_both(void **state)
{
    seg_scoring s = scoring_of("dsc");
    seg_pair_files files;
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_pair_files_read(&files, &s, &(seg_case_paths){.prediction = "-", .truth = "-"}, NULL, &err),
                     SEG_USAGE);
    assert_non_null(strstr(err.text, "cannot both be stdin"));
    seg_pair_files_free(&files);
    seg_scoring_free(&s);
}

/* A label map has no cross-entropy worth printing unless it is asked for; a map of probabilities has. */
static void the_plan_follows_what_the_prediction_turned_out_to_be(void **state)
{
    static const double HALF[8] = {0.5, 0.25, 1, 0, 0.75, 1, 0, 0}, MASK[8] = {0, 1, 1, 0, 1, 1, 0, 0};
    nifti_file f = {.dims = 2, .shape = {4, 2}, .value = HALF, .type = 16};
    seg_scoring s = scoring_of("dsc");
    seg_case c = {0};
    seg_error err = {0};

    (void)state;
    bytes_write("data/p.nii", nifti_make(&f));
    write_labels("data/truth/t.nii", MASK);
    assert_ok(seg_score_files(&c, &s, PAIR("data/p.nii", "data/truth/t.nii"), NULL, &err), &err);
    assert_string_equal(c.rows[0].measure, "ce");
    seg_case_free(&c);
    write_labels("data/p.nii", MASK);
    assert_ok(seg_score_files(&c, &s, PAIR("data/p.nii", "data/truth/t.nii"), NULL, &err), &err);
    assert_string_equal(c.rows[0].measure, "dsc");
    seg_case_free(&c);
    seg_scoring_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_beside_the_truth_are_found_the_nearest_first),
        cmocka_unit_test(an_ignore_label_beside_the_truth_counts_unless_one_is_given),
        cmocka_unit_test(of_two_bad_files_the_prediction_is_told_for_any_threads),
        cmocka_unit_test(stdin_cannot_be_both),
        cmocka_unit_test(the_plan_follows_what_the_prediction_turned_out_to_be),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
