/* test_pair_folders.c - two folders joined by the names in them, as a naive search would, and what a rule makes of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evaluate/pairing.h"
#include "support/fixture.h"

static char folder[] = "/tmp/segloss-folders-XXXXXX";

/* The name of a file below the folder, in one of four static arrays. */
static const char *in(const char *name)
{
    static char path[4][256];
    static int turn;

    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int clear(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* Two empty folders, p and t. */
static int begin(void **state)
{
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    (void)state;
    return !mkdtemp(folder) || mkdir(in("p"), 0777) || mkdir(in("t"), 0777);
}

/* An empty file, with the folders that lead to it. */
static void touch(const char *name)
{
    char path[256];
    FILE *f;

    snprintf(path, sizeof path, "%s", in(name));
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        assert_true(!mkdir(path, 0777) || errno == EEXIST);
    }
    f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static seg_status pair(seg_pairings *list, const char *rule, bool allow_missing, const seg_warnings *notes,
                       seg_error *err)
{
    seg_match_rule read;
    const char *expression;

    *list = (seg_pairings){0};
    assert_ok(seg_match_rule_read(&read, &expression, rule, err), err);
    return seg_pair_folders(list, in("p"), in("t"), &(seg_folder_rule){read, expression, allow_missing, NULL}, notes,
                            err);
}

static void hear(void *context, const char *sentence)
{
    strcpy(context, sentence);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Files with names of few letters, so that many meet: every name that is in both folders is a case, in byte order. */
static void cases_are_the_names_in_both_folders_in_byte_order(void **state)
{
    static const char *const NAMES[] = {"a",  "A", "b",     "a-b",   "a_b",   "a b",  "\xc3\xa4",
                                        "10", "9", "sub/a", "sub/b", "sub-a", "z/z/z"};
    static const char *const ENDINGS[] = {".nii", ".nii.gz", ".png", ".NII", ".hdr"};
    enum { N = sizeof NAMES / sizeof *NAMES };
    uint64_t seed = 17;

    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 20; round++) {
        const char *both[N];
        size_t n_both = 0;
        char said[2000] = "", name[64];
        seg_warnings notes = {hear, said};
        seg_pairings list;
        seg_error err = {0};

        assert_int_equal(clear(state), 0);
        assert_int_equal(begin(state), 0);
        for (size_t i = 0; i < N; i++) {
            uint64_t dice = fixture_random(&seed);

            for (int side = 0; side < 2; side++)
                if (i == 0 || dice >> side & 1) { /* one in both at least */
                    snprintf(name, sizeof name, "%c/%s%s", "pt"[side], NAMES[i], ENDINGS[(dice >> 8) % (4 + side)]);
                    touch(name);
                }
            if (i == 0 || (dice & 3) == 3)
                both[n_both++] = NAMES[i];
        }
        touch("p/.hidden.nii");
        touch("t/notes.txt");
        touch("t/.git/a.nii");
        qsort(both, n_both, sizeof *both, by_bytes);
        assert_ok(pair(&list, "name", true, &notes, &err), &err);
        assert_int_equal(list.n, n_both);
        for (size_t i = 0; i < n_both; i++) {
            assert_string_equal(list.pairing[i].name, both[i]);
            assert_memory_equal(list.pairing[i].prediction, in("p/"), strlen(folder) + 3);
            assert_memory_equal(list.pairing[i].prediction + strlen(folder) + 3, both[i], strlen(both[i]));
            assert_memory_equal(list.pairing[i].truth, in("t/"), strlen(folder) + 3);
            assert_int_equal(access(list.pairing[i].prediction, R_OK) || access(list.pairing[i].truth, R_OK), 0);
        }
        seg_pairings_free(&list);
    }
}

static void a_rule_makes_the_case_out_of_the_name(void **state)
{
    static const struct {
        const char *rule, *prediction, *truth, *name;
    } CASES[] = {
        {"nnunet", "p/case_7_0000.nii.gz", "t/case_7.nii.gz", "case_7"},
        {"nnUNet", "p/a_00001.nii", "t/a_00001.nii", "a_00001"}, /* five digits are no channel */
        {"nnunet", "p/a_000x.nii", "t/a_000x_0000.nii", "a_000x"},
        {"nnunet", "p/s/a.nii", "t/s/a_0000.nii", "s/a"},
        {"bids", "p/sub-1/anat/sub-1_ses-2_desc-unet_probseg.nii", "t/sub-1_ses-2_label-GM_dseg.nii.gz", "sub-1_ses-2"},
        {"bids", "p/sub-1_run-2_from-x_model-y_atlas-z.nii", "t/run_sub-1_run-2.nii", "sub-1_run-2"},
        {"cityscapes", "p/x/bonn_01_02_pred.png", "t/val/bonn/bonn_01_02_gtFine_labelIds.png", "bonn_01_02"},
        {"cityscapes", "p/bonn_01.png", "t/bonn_01.png", "bonn_01"},
        {"regex:([0-9]+)", "p/pred-007.nii", "t/a/truth_007_final.nii", "007"},
        {"regex:^(.*)_(p|t)\\.png$", "p/x_p.png", "t/x_t.png", "x"},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        seg_pairings list;
        seg_error err = {0};

        assert_int_equal(clear(state), 0);
        assert_int_equal(begin(state), 0);
        touch(CASES[i].prediction);
        touch(CASES[i].truth);
        assert_ok(pair(&list, CASES[i].rule, false, NULL, &err), &err);
        assert_int_equal(list.n, 1);
        assert_string_equal(list.pairing[0].name, CASES[i].name);
        assert_string_equal(list.pairing[0].prediction, in(CASES[i].prediction));
        assert_string_equal(list.pairing[0].truth, in(CASES[i].truth));
        seg_pairings_free(&list);
    }
}

static void refused(const char *rule, bool allow_missing, seg_status status, const char *said)
{
    seg_pairings list;
    seg_error err = {0};

    if (pair(&list, rule, allow_missing, NULL, &err) != status || !strstr(err.text, said))
        fail_msg("status %d: %s", err.status, err.text);
    seg_pairings_free(&list);
}

static void files_without_a_partner_are_told_the_first_few(void **state)
{
    char name[32], said[1024] = "";
    seg_warnings notes = {hear, said};
    seg_pairings list;
    seg_error err = {0};

    (void)state;
    touch("p/common.nii");
    touch("t/common.png");
    touch("t/alone.png");
    refused("name", false, SEG_MISMATCH, "1 file is without a partner: ");
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "p/x%d.nii", i);
        touch(name);
    }
    refused("name", false, SEG_MISMATCH, "11 files are without a partner: ");
    refused("name", false, SEG_MISMATCH, "x4.nii, ... (--allow-missing"); /* alone, x0 .. x4 are six */
    assert_ok(pair(&list, "name", true, &notes, &err), &err);
    assert_int_equal(list.n, 1);
    assert_non_null(strstr(said, "11"));
    assert_non_null(strstr(said, "alone.png"));
    seg_pairings_free(&list);
    assert_int_equal(unlink(in("t/common.png")), 0);
    refused("name", true, SEG_MISMATCH, "no file of the one folder belongs to a file of the other");
}

static void two_files_for_one_case_are_refused(void **state)
{
    (void)state;
    touch("p/a.nii");
    touch("t/a.nii");
    touch("t/a.nii.gz");
    refused("name", true, SEG_MISMATCH, "are both the case 'a'");
    refused("regex:(.)", true, SEG_MISMATCH, "are both the case 'a'");
}

static void a_folder_without_images_or_none_at_all(void **state)
{
    seg_pairings list = {0};
    seg_error err = {0};

    (void)state;
    touch("p/a.nii");
    touch("t/a.txt");
    refused("name", false, SEG_READ, ") in it that --match knows");
    touch("t/a.nii");
    refused("bids", false, SEG_READ, "no image"); /* has no entities */
    refused("regex:b(.)", false, SEG_READ, "no image");
    refused("regex:a(x)*", false, SEG_READ, "no image"); /* the group takes no part */
    assert_int_equal(
        seg_pair_folders(&list, in("p"), in("nosuch"), &(seg_folder_rule){.rule = SEG_MATCH_NAME}, NULL, &err),
        SEG_READ);
    assert_non_null(strstr(err.text, "nosuch: No such file"));
    assert_int_equal(
        seg_pair_folders(&list, in("p/a.nii"), in("t"), &(seg_folder_rule){.rule = SEG_MATCH_NAME}, NULL, &err),
        SEG_READ);
    assert_non_null(strstr(err.text, "a.nii: Not a directory"));
    assert_int_equal(list.n, 0);
}

static void slashes_behind_a_folder_and_links_in_a_ring_change_nothing(void **state)
{
    seg_pairings list = {0};
    seg_error err = {0};
    char p[300];

    (void)state;
    touch("p/sub/a.nii");
    touch("t/sub/a.nii");
    assert_int_equal(symlink("nowhere", in("p/dangling.nii")), 0);
    snprintf(p, sizeof p, "%s///", in("p"));
    assert_ok(seg_pair_folders(&list, p, in("t/"), &(seg_folder_rule){.rule = SEG_MATCH_NAME}, NULL, &err), &err);
    assert_int_equal(list.n, 1);
    assert_string_equal(list.pairing[0].name, "sub/a");
    assert_string_equal(list.pairing[0].prediction, in("p/sub/a.nii"));
    seg_pairings_free(&list);
    assert_int_equal(symlink("..", in("p/sub/up")), 0);
    refused("cityscapes", false, SEG_MISMATCH, "are both the case 'a'"); /* and it ends */
}

static void rules_that_are_none(void **state)
{
    static const struct {
        const char *rule, *said;
    } BAD[] = {
        {"", "--match has no ''"},
        {"names", "--match has no 'names', one of name, nnunet"},
        {"regex:", "has no 'regex:'"},
    };
    seg_match_rule rule;
    const char *expression;
    seg_error err;

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        err = (seg_error){0};
        assert_int_equal(seg_match_rule_read(&rule, &expression, BAD[i].rule, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, BAD[i].said));
    }
    refused("regex:a", false, SEG_USAGE, "--match regex:a has no group");
    refused("regex:(", false, SEG_USAGE, "--match regex:(: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(cases_are_the_names_in_both_folders_in_byte_order, begin, clear),
        cmocka_unit_test_setup_teardown(a_rule_makes_the_case_out_of_the_name, begin, clear),
        cmocka_unit_test_setup_teardown(files_without_a_partner_are_told_the_first_few, begin, clear),
        cmocka_unit_test_setup_teardown(two_files_for_one_case_are_refused, begin, clear),
        cmocka_unit_test_setup_teardown(a_folder_without_images_or_none_at_all, begin, clear),
        cmocka_unit_test_setup_teardown(slashes_behind_a_folder_and_links_in_a_ring_change_nothing, begin, clear),
        cmocka_unit_test_setup_teardown(rules_that_are_none, begin, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
