/* test_loss_map.c - the maps of every loss add up to its value, lie where they should, and do not depend on threads. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"

/* The maps of all classes, [classes][voxels]. */
struct whole {
    size_t voxels;
    double *map;
    int taken;
};

static seg_status take(void *context, int cls, const double *plane, seg_error *err)
{
    struct whole *w = context;

    (void)err;
    memcpy(w->map + (size_t)cls * w->voxels, plane, w->voxels * sizeof *plane);
    w->taken++;
    return SEG_OK;
}

/* [classes][voxels], to be freed; *offset beside it. NULL for a loss without a map or without a value. */
static double *map_of(const seg_pair *pair, const char *spec, double *value, double *offset)
{
    scoring_result r;
    scoring_job job;
    seg_loss_ctx work;
    seg_error err = {0};
    struct whole w = {pair->voxels, calloc(pair->voxels * (size_t)pair->classes, sizeof(double)), 0};
    seg_loss_map map = {pair, calloc(pair->voxels, sizeof(double)), 0, take, &w};

    scoring_compute(pair, spec, &r);
    scoring_read(&job, spec);
    *value = r.score.total.x;
    if (!job.job.loss->map || !isfinite(*value)) {
        free(w.map);
        w.map = NULL;
    } else {
        assert_ok(seg_loss_ctx_begin(&work, pair, &err), &err);
        assert_ok(job.job.loss->map(&work, job.job.params, &map, &err), &err);
        seg_loss_ctx_free(&work);
    }
    *offset = map.offset;
    free(map.plane);
    scoring_free(&job);
    return w.map;
}

static double sum_of(const double *x, size_t n)
{
    return seg_sum(x, n);
}

static void check_adds_up(const seg_pair *pair, const char *spec)
{
    double value, offset, *map = map_of(pair, spec, &value, &offset);
    const seg_loss *loss;
    scoring_job job;
    double allowed;

    if (!map)
        return;
    scoring_read(&job, spec);
    loss = job.job.loss;
    allowed = fmax(1e-12, loss->map_error) * fmax(1, fabs(value));
    if (!(fabs(sum_of(map, pair->voxels * (size_t)pair->classes) + offset - value) <= allowed))
        fail_msg("%s: the map adds up to %.17g and the offset is %.17g, but the loss is %.17g", spec,
                 sum_of(map, pair->voxels * (size_t)pair->classes), offset, value);
    scoring_free(&job);
    free(map);
}

/* Parameters that take another way through a loss. */
static const char *const variants[] = {"ce:weights=inverse",
                                       "ce:reduction=sum",
                                       "ce:reduction=mean-n,weights=inverse",
                                       "ce:form=survey",
                                       "topk:k=1",
                                       "topk:form=survey",
                                       "focal:mode=sigmoid,alpha=0.3",
                                       "focal:alpha=0.25,reduction=sum",
                                       "distance-ce:form=survey",
                                       "dice:denom=squared",
                                       "dice:smooth=1",
                                       "dice:smooth=0/1",
                                       "dice:form=survey",
                                       "iou:smooth=1/3",
                                       "tversky:smooth=1/0.5,fp=0.2,fn=0.9",
                                       "focal-tversky:smooth=1/2,gamma=3",
                                       "focal-tversky:form=survey",
                                       "log-cosh-dice:form=survey",
                                       "log-cosh-dice:smooth=0/2",
                                       "wasserstein-dice:weighting=gdl",
                                       "wasserstein-dice:form=survey",
                                       "lovasz:classes=all",
                                       "sens-spec:form=survey",
                                       "sens-spec:classes=all,r=0.5",
                                       "t-loss:form=survey",
                                       "t-loss:unit=slice,per-element=yes",
                                       "t-loss:unit=pixel,logprec=1",
                                       "t-loss:nu=fit",
                                       "t-loss:form=survey,per-element=yes",
                                       "boundary:form=survey",
                                       "boundary:distance=mm,reduction=sum",
                                       "hausdorff:variant=er",
                                       "hausdorff:variant=er,normalize=none,threshold=0.01",
                                       "hausdorff:variant=cv,radii=1/2/3",
                                       "hausdorff:alpha=1,field=inside,sides=one",
                                       "boundary-aware:q=boundary,R=7,K=4",
                                       "boundary-aware:source=threshold",
                                       "active-boundary:max_ratio=0.2",
                                       "active-boundary:form=survey",
                                       "conditional-boundary:embedding=logit,ccas=no",
                                       "conditional-boundary:anchors=nonzero,window=3",
                                       "boundary-dou:form=survey",
                                       "boundary-dou:slices=2d",
                                       "region-wise:kind=boundary",
                                       "region-wise:form=survey",
                                       "combo:dice=mean",
                                       "combo:dice=sum,sign=-1",
                                       "combo:form=survey,weights=inverse",
                                       "exp-log:smooth=0,gamma_dice=2",
                                       "exp-log:form=survey",
                                       "unified-focal:asymmetric=no",
                                       "unified-focal:form=survey",
                                       "unified-focal:form=paper"};
enum { VARIANTS = sizeof variants / sizeof *variants };

static void check_all(const seg_pair *pair)
{
    for (size_t i = 0; i < seg_losses_count; i++)
        check_adds_up(pair, seg_losses[i]->name);
    for (size_t i = 0; i < VARIANTS; i++)
        check_adds_up(pair, variants[i]);
}

static const scoring_recipe recipes[] = {{{23, 17, 3}, 4, false, false, 11},
                                         {{31, 26, 1}, 2, true, false, 12},
                                         {{19, 22, 2}, 3, false, true, 13},
                                         {{40, 33, 1}, 6, false, true, 14}};
enum { RECIPES = sizeof recipes / sizeof *recipes };

static void maps_add_up_to_the_loss(void **state)
{
    (void)state;
    for (size_t k = 0; k < RECIPES; k++) {
        seg_pair pair;

        scoring_random(&pair, &recipes[k]);
        check_all(&pair);
        seg_pair_free(&pair);
    }
}

/* A truth and a prediction of labels: empty ones, equal ones, and ones that differ. */
static void maps_of_label_maps_add_up(void **state)
{
    static const size_t n[3] = {24, 20, 1};
    static const double mm[3] = {1, 1, 1};
    uint8_t prediction[480], truth[480];

    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        seg_pair pair;

        for (size_t i = 0; i < 480; i++) {
            size_t x = i % 24, y = i / 24;

            truth[i] = kind != 1 && x >= 6 && x < 14 && y >= 5 && y < 13;
            prediction[i] = kind == 2 ? truth[i] : kind != 0 && x >= 8 && x < 15 && y >= 4 && y < 12;
        }
        fixture_labels(&pair, n, mm, 2, prediction, truth);
        check_all(&pair);
        seg_pair_free(&pair);
    }
}

static const char *const soft_variants[] = {
    "dice:intersection=product",          "dice:denom=squared",
    "iou:intersection=product",           "tversky:intersection=product",
    "focal-tversky:intersection=product", "log-cosh-dice:intersection=product",
    "combo:intersection=product",         "combo:form=survey,intersection=product"};

static void maps_of_soft_truths_add_up(void **state)
{
    static const size_t n[3] = {16, 12, 1};
    float prob[192], truth[192];
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < 192; i++) {
        prob[i] = (float)((i * 37 % 101) / 100.0);
        truth[i] = (float)((i * 53 % 11) / 10.0);
    }
    fixture_soft(&pair, n, 1, prob, truth);
    for (size_t i = 0; i < seg_losses_count; i++)
        if (seg_losses[i]->flags & SEG_LOSS_SOFT_TRUTH)
            check_adds_up(&pair, seg_losses[i]->name);
    for (size_t i = 0; i < sizeof soft_variants / sizeof *soft_variants; i++)
        check_adds_up(&pair, soft_variants[i]);
    seg_pair_free(&pair);
}

/* All losses but those of patches have a map, and a kind that says so. */
static void losses_say_whether_they_have_a_map(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        assert_int_equal(seg_losses[i]->map != NULL, seg_losses[i]->map_kind != SEG_MAP_NONE);
}

static void ignored_voxels_have_no_loss(void **state)
{
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipes[2]);
    for (size_t k = 0; k < seg_losses_count + VARIANTS; k++) {
        const char *spec = k < seg_losses_count ? seg_losses[k]->name : variants[k - seg_losses_count];
        double value, offset, *map = map_of(&pair, spec, &value, &offset);

        for (size_t i = 0; map && i < pair.voxels; i++) {
            uint16_t code;

            seg_pair_codes(&pair, i, 1, &code);
            for (int cls = 0; code == pair.classes && cls < pair.classes; cls++)
                if (map[(size_t)cls * pair.voxels + i] != 0)
                    fail_msg("%s: an ignored voxel has %g", spec, map[(size_t)cls * pair.voxels + i]);
        }
        free(map);
    }
    seg_pair_free(&pair);
}

/* Equal errors share: with hard masks every wrong voxel of a class gets the loss over the wrong voxels. */
static void lovasz_shares_among_equal_errors(void **state)
{
    static const size_t n[3] = {8, 8, 1};
    static const double mm[3] = {1, 1, 1};
    uint8_t prediction[64], truth[64];
    double value, offset, *map, wrong = 0;
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < 64; i++) {
        truth[i] = i % 8 < 4;
        prediction[i] = i % 8 < 5 && i >= 8;
        wrong += truth[i] != prediction[i];
    }
    fixture_labels(&pair, n, mm, 2, prediction, truth);
    map = map_of(&pair, "lovasz:classes=1", &value, &offset);
    for (size_t i = 0; i < 64; i++)
        assert_float_equal(map[64 + i], truth[i] != prediction[i] ? value / wrong : 0, 1e-15);
    free(map);
    seg_pair_free(&pair);
}

static void threads_do_not_change_a_map(void **state)
{
    static const scoring_recipe large = {{150, 130, 3}, 3, false, true, 21};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &large);
    for (size_t k = 0; k < seg_losses_count; k++) {
        double value, offset[2], *map[2];

        for (int i = 0; i < 2; i++) {
            seg_set_threads(i ? 5 : 1);
            map[i] = map_of(&pair, seg_losses[k]->name, &value, &offset[i]);
        }
        if (map[0]) {
            assert_memory_equal(map[0], map[1], pair.voxels * 3 * sizeof(double));
            assert_memory_equal(&offset[0], &offset[1], sizeof(double));
        }
        free(map[0]);
        free(map[1]);
    }
    seg_set_threads(0);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_add_up_to_the_loss),     cmocka_unit_test(maps_of_label_maps_add_up),
        cmocka_unit_test(maps_of_soft_truths_add_up),  cmocka_unit_test(losses_say_whether_they_have_a_map),
        cmocka_unit_test(ignored_voxels_have_no_loss), cmocka_unit_test(lovasz_shares_among_equal_errors),
        cmocka_unit_test(threads_do_not_change_a_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
