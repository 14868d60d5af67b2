/* test_gradients.c - the gradients of the boundary and combination losses against central differences, with parameters
 * other than the presets, in an image and in a volume. */
#include "shapes.h"

/* Where minima, thresholds and clamps leave kinks, a difference that steps over one is off; 1e-4 is then met by one
 * of the steps that are tried. Smooth ones meet 1e-6. */
static const struct {
    const char *spec;
    double rtol;
} specs[] = {
    {"boundary:classes=all,distance=mm,inside_offset=0.3", 1e-6},
    {"boundary:form=survey", 1e-6},
    {"region-wise:classes=1/2,distance=mm", 1e-6},
    {"region-wise:kind=boundary,reduction=sum", 1e-6},
    {"hausdorff:classes=all,alpha=1.5", 1e-6},
    {"hausdorff:mask=argmax,field=inside,sides=one,distance=mm", 1e-6},
    {"hausdorff:variant=er,classes=all", 1e-4},
    {"hausdorff:variant=er,threshold=0.05,erosions=4", 1e-4},
    {"hausdorff:variant=er,threshold=0,erosions=3,alpha=1", 1e-4},
    {"hausdorff:variant=er,threshold=0.1,normalize=none", 1e-4},
    {"hausdorff:variant=cv,radii=1/2/4.5,threshold=0.3,alpha=1", 1e-4},
    {"hausdorff:variant=cv,classes=all,radii=3,threshold=0", 1e-4},
    {"boundary-aware:classes=all", 1e-4},
    {"boundary-aware:q=boundary", 1e-4},
    {"boundary-aware:R=6,K=4,distance=mm,unit=0.8", 1e-4},
    {"active-boundary:detach=no,max_ratio=0.1", 1e-4},
    {"active-boundary:detach=no,dist=exact,label_smoothing=0", 1e-4},
    {"active-boundary:detach=no,form=survey", 1e-4},
    {"conditional-boundary:w_a2c=0,w_cls=0", 1e-5},
    {"conditional-boundary:w_a2c=0,w_a2pn=0,window=3", 1e-5},
    {"conditional-boundary:w_a2c=0,embedding=logit,ccas=no,anchors=nonzero", 1e-5},
    {"boundary-dou:classes=fg,slices=2d,alpha_min=0", 1e-6},
    {"boundary-dou:form=survey", 1e-6},
    {"combo:classes=all,alpha=0.3,beta=0.8,dice=mean", 1e-6},
    {"combo:dice=sum,sign=-1,reduction=sum", 1e-6},
    {"combo:form=survey,weights=1/2/0.5", 1e-6},
    {"exp-log:gamma_dice=0.7,gamma_cross=1.5,smooth=0.1,w_dice=0.3", 1e-6},
    {"exp-log:classes=fg,weights=1/2/3", 1e-6},
    {"unified-focal:gamma=0.2,delta=0.7,lam=0.3", 1e-6},
    {"unified-focal:asymmetric=no,tversky_reduction=sum", 1e-6},
    {"unified-focal:form=paper,asymmetric=no,gamma=0.3", 1e-6},
    {"unified-focal:form=survey,lam=0.4", 1e-6},
};

static void check_all(const size_t n[3], uint64_t seed)
{
    seg_pair pair;

    shape_pair(&pair, n, THICK, 3, 0, seed);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        scoring_check_gradient(&pair, specs[i].spec, 3, specs[i].rtol, seed + i);
    seg_pair_free(&pair);
}

static void gradients_are_slopes_in_an_image(void **state)
{
    const size_t n[3] = {24, 19, 1};

    (void)state;
    check_all(n, 31);
}

static void gradients_are_slopes_in_a_volume(void **state)
{
    const size_t n[3] = {12, 11, 5};

    (void)state;
    check_all(n, 32);
}

/* ---- what is constant in training ---- */

/* In a2c the mean m_2 is a constant: the slope is 2 (f - m_2) at the edge pixels that are predicted right, here from a
 * loop over a flat image whose every pixel is an edge pixel. */
static void conditional_boundary_holds_the_mean_constant(void **state)
{
    enum { NX = 9, NY = 8, N = NX * NY };
    const size_t n[3] = {NX, NY, 1};
    uint8_t label[N];
    float prob[2 * N];
    double want[2 * N] = {0}, anchors[2] = {0}, *got;
    uint64_t seed = 77;
    uint16_t hard[N];
    seg_pair pair;

    (void)state;
    shape_noise(n, 2, &seed, label);
    for (int i = 0; i < N; i++) {
        prob[N + i] = (float)(0.05 + 0.9 * fixture_uniform(&seed));
        prob[i] = 1 - prob[N + i];
    }
    fixture_prob(&pair, n, VOXEL, 2, prob, label);
    seg_labelmap_codes(&pair.pred_labels, 0, N, hard);
    for (int pass = 0; pass < 2; pass++) /* count the anchors of each class, then spread */
        for (int i = 0; i < N; i++) {
            double count = 0, m[2] = {0};

            for (int j = 0; j < N; j++)
                if (j != i && abs(j % NX - i % NX) <= 2 && abs(j / NX - i / NX) <= 2 && label[j] == label[i] &&
                    hard[j] == label[j]) {
                    count++;
                    m[0] += (double)prob[j];
                    m[1] += (double)prob[N + j];
                }
            if (hard[i] != label[i] || count == 0)
                continue;
            anchors[label[i]] += pass == 0;
            for (int c = 0; pass == 1 && c < 2; c++)
                want[c * N + i] =
                    3 * 2 * ((double)prob[c * N + i] - m[c] / (count + 1e-5)) / (2 * anchors[label[i]] * 2);
        }
    got = scoring_gradient(&pair, "conditional-boundary:w_a2c=3,w_cls=0,w_a2pn=0,dilation_ratio=0.9");
    for (int i = 0; i < 2 * N; i++)
        assert_near(got[i], want[i], 1e-12, 1e-15);
    free(got);
    seg_pair_free(&pair);
}

static void forms_without_a_gradient_say_so(void **state)
{
    static const char *const none[] = {"exp-log:form=survey", "boundary-aware:source=threshold"};
    const size_t n[3] = {6, 5, 1};
    double *gradient = malloc(90 * sizeof *gradient);
    seg_pair pair;

    (void)state;
    shape_pair(&pair, n, VOXEL, 3, 0, 1);
    for (int i = 0; i < 2; i++) {
        seg_loss_ctx work;
        scoring_job job;
        seg_error err = {0};

        scoring_read(&job, none[i]);
        assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
        assert_int_equal(job.job.loss->gradient(&work, job.params, gradient, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, "has no gradient"));
        seg_loss_ctx_free(&work);
        scoring_free(&job);
    }
    seg_pair_free(&pair);
    free(gradient);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_slopes_in_an_image),
        cmocka_unit_test(gradients_are_slopes_in_a_volume),
        cmocka_unit_test(conditional_boundary_holds_the_mean_constant),
        cmocka_unit_test(forms_without_a_gradient_say_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
