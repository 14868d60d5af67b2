/* harden.c - one reading of all probabilities: labels, checks, and the sums that losses want. */
#include "harden.h"

#include "meaning.h"

/* Voxels whose sum is far from 1, for what rounding leaves of the stored numbers. */
static uint64_t far_sums(const seg_image *image, const seg_prob_stats *check)
{
    return check->off_sum[image->coarse ? 2 : 1];
}

/* The channels were taken for a softmax, and are none. */
static seg_status no_softmax(const seg_harden *h, const seg_prob_stats *check, seg_error *err)
{
    const char *path = h->image->path, *option = h->truth ? "--truth-channels" : "--channels";
    unsigned long long far = (unsigned long long)far_sums(h->image, check);
    int planes = h->image->prob.planes;

    if (h->image->folder_assumed)
        return seg_fail(err, SEG_MISMATCH,
                        "%s: its %d files do not sum to 1 in %llu voxels (worst %.6g): masks or maps of structures, or "
                        "cases? (say --files masks, --files channels or --files cases)",
                        path, planes, far, check->worst_sum);
    return seg_fail(
        err, SEG_MISMATCH,
        "%s has %d channels in [0, 1] whose sum is not 1 in %llu voxels (worst %.6g): overlapping classes? (say "
        "%s independent, %s softmax or --channels series)",
        path, planes, far, check->worst_sum, option, option);
}

static seg_status judge(const seg_harden *h, const seg_prob_stats *check, seg_error *err)
{
    const char *path = h->image->path;

    if (check->not_finite && h->options->nan == SEG_NAN_ERROR)
        return seg_fail(err, SEG_READ,
                        "%s holds %llu values that are not finite (NaN or infinity), probabilities in "
                        "[0, 1] were wanted (--nan skip leaves those voxels out, --nan zero reads them as 0)",
                        path, (unsigned long long)check->not_finite);
    if (check->outside)
        return seg_fail_outside(err, path, h->truth, false, check->outside, check->min, check->max, NULL);
    if (h->image->independent)
        return SEG_OK;
    if (h->image->sums_assumed &&
        (double)far_sums(h->image, check) > 1e-3 * (double)seg_grid_voxels(&h->image->prob.grid))
        return no_softmax(h, check, err);
    if (check->off_sum[0])
        seg_warn(h->notes, "%s: the classes of %llu voxels do not sum to 1 within 0.001 (worst %.6g); used as they are",
                 path, (unsigned long long)check->off_sum[0], check->worst_sum);
    return SEG_OK;
}

/* A stream is loaded where one reading is not enough. */
static seg_status read_map(seg_image *image, const seg_argmax_options *rules, bool again, seg_labelmap *hard,
                           seg_prob_stats *check, seg_error *err)
{
    bool streams = !again && image->prob.stream.next && seg_argmax_can_stream(&image->prob, rules);
    seg_status st = image->prob.stream.next && !streams ? seg_probmap_load(&image->prob, err) : SEG_OK;

    if (!st)
        st = seg_probmap_argmax(hard, &image->prob, rules, check, err);
    return st || !streams ? st : seg_probmap_consumed(&image->prob, err);
}

seg_status seg_harden_map(const seg_harden *h, const seg_argmax_options *rules, seg_labelmap *hard, bool *ignores,
                          seg_pair *pair, seg_error *err)
{
    seg_prob_stats check = {0};
    bool skipped;
    seg_status st = read_map(h->image, rules, !pair, hard, &check, err);

    if (!st)
        st = judge(h, &check, err);
    skipped = rules->skip_nan && check.not_finite;
    *ignores |= !st && skipped;
    /* When the prediction makes the truth ignore more voxels, the sums are those of other voxels. */
    if (!st && !skipped && pair) {
        pair->sums = check.sums;
    } else {
        seg_class_sums_free(&check.sums);
        if (rules->accumulations)
            seg_accumulations_reset(rules->accumulations);
    }
    if (pair)
        pair->block_max = check.block_max;
    else
        seg_block_max_free(&check.block_max);
    return st;
}
