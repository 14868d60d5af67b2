/* test_samples.c - data_samples is what its README says, and the program that wrote it still draws the
 * same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/read.h"
#include "support/fixture.h"
#include "tools/samples/samples.h"

#define SAMPLES "data_samples"

static void read_image(seg_image *image, const char *path, seg_read_as as)
{
    seg_error err = {0};

    assert_ok(seg_image_read(image, path, &(seg_read_options){.as = as}, NULL, &err), &err);
}

static uint64_t count(const seg_image *image, int64_t label)
{
    uint64_t *counts = test_calloc(image->labels.values, sizeof *counts), found = 0;

    seg_labelmap_count(&image->labels, image->labels.values, counts);
    for (size_t k = 0; k < image->labels.values; k++)
        found += image->labels.value[k] == label ? counts[k] : 0;
    test_free(counts);
    return found;
}

/* ---- abdomen ---- */

/* Probabilities are exact multiples of 0.001 that add up to 1; their sum in floats is off by rounding
 * only. */
static void check_softmax(const seg_image *image, int64_t organ_missed)
{
    size_t voxels = seg_grid_voxels(&image->prob.grid);
    uint64_t won = 0;

    assert_int_equal(image->prob.planes, 9);
    for (size_t i = 0; i < voxels; i++) {
        double sum = 0, top = 0;
        int best = 0;

        for (int cls = 0; cls < 9; cls++) {
            double p = (double)image->prob.prob[(size_t)cls * voxels + i];

            sum += p;
            best = p > top ? cls : best;
            top = fmax(top, p);
        }
        assert_true(fabs(sum - 1) < 1e-6);
        won += best == organ_missed;
    }
    if (organ_missed)
        assert_int_equal(won, 0);
}

static void the_abdomen_has_its_organs_and_its_gaps(void **state)
{
    static const char *const methods[] = {"unet", "transunet"};
    char path[128];

    (void)state;
    for (int number = 1; number <= 6; number++) {
        seg_image truth = {0}, prediction = {0};
        seg_error err = {0};

        snprintf(path, sizeof path, SAMPLES "/abdomen/truth/case_%02d.nii.gz", number);
        read_image(&truth, path, SEG_AS_AUTO);
        assert_int_equal(truth.kind, SEG_IMAGE_LABELS);
        assert_true(truth.labels.grid.mm[0] == 2 && truth.labels.grid.mm[1] == 2 && truth.labels.grid.mm[2] == 5);
        for (int64_t organ = 1; organ <= 8; organ++)
            assert_true((count(&truth, organ) > 0) == (number != 5 || organ != 2));
        for (int method = 0; method < 2; method++) {
            snprintf(path, sizeof path, SAMPLES "/abdomen/%s/case_%02d.nii.gz", methods[method], number);
            read_image(&prediction, path, SEG_AS_AUTO);
            assert_int_equal(prediction.kind, SEG_IMAGE_PROBABILITIES);
            assert_ok(seg_probmap_load(&prediction.prob, &err), &err);
            check_softmax(&prediction, number == 4 && method == 0 ? 2 : 0);
            seg_image_free(&prediction);
        }
        seg_image_free(&truth);
    }
}

/* ---- pictures ---- */

static void must_be_same_labels(const char *folder, const char *file)
{
    char path[256];
    seg_image fresh = {0}, kept = {0};

    snprintf(path, sizeof path, "%s/%s", folder, file);
    read_image(&fresh, path, SEG_AS_LABELS);
    snprintf(path, sizeof path, SAMPLES "/%s/%s", strrchr(folder, '/') + 1, file);
    read_image(&kept, path, SEG_AS_LABELS);
    for (size_t k = 0; k < kept.labels.values; k++)
        assert_int_equal(count(&fresh, kept.labels.value[k]), count(&kept, kept.labels.value[k]));
    assert_int_equal(fresh.labels.first[seg_grid_rows(&fresh.labels.grid)],
                     kept.labels.first[seg_grid_rows(&kept.labels.grid)]); /* as many runs */
    seg_image_free(&fresh);
    seg_image_free(&kept);
}

static void remove_files(const char *folder, const char *const *files)
{
    char path[256];

    for (; *files; files++) {
        snprintf(path, sizeof path, "%s/%s", folder, *files);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

static void the_pictures_are_drawn_as_they_were(void **state)
{
    static const char *const street[] = {"truth/street_1.png",
                                         "truth/street_2.png",
                                         "truth/street_3.png",
                                         "prediction/street_1.png",
                                         "prediction/street_2.png",
                                         "prediction/street_3.png",
                                         "truth",
                                         "prediction",
                                         "labels.txt",
                                         NULL};
    static const char *const objects[] = {"truth/large.png",
                                          "truth/small.png",
                                          "prediction/large.png",
                                          "prediction/small.png",
                                          "truth",
                                          "prediction",
                                          NULL};
    char folder[64] = "/tmp/segloss-samples-XXXXXX", part[128];
    seg_error err = {0};

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(part, sizeof part, "%s/street", folder);
    assert_ok(seg_sample_street(part, &err), &err);
    for (int i = 0; i < 6; i++)
        must_be_same_labels(part, street[i]);
    remove_files(part, street);
    snprintf(part, sizeof part, "%s/objects", folder);
    assert_ok(seg_sample_objects(part, &err), &err);
    must_be_same_labels(part, objects[0]);
    must_be_same_labels(part, objects[1]);
    remove_files(part, objects);
    assert_int_equal(rmdir(folder), 0);
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_sample_street("/no/such/place/street", &err), SEG_WRITE);
    assert_non_null(strstr(err.text, "/no/such/place/street"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_abdomen_has_its_organs_and_its_gaps),
        cmocka_unit_test(the_pictures_are_drawn_as_they_were),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
