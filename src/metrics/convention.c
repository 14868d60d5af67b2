/* convention.c - how each public tool defines its metrics: one row per tool.
 *
 * Every row is held against values that the tool itself gave (tests/golden/metrics.csv). Two cannot be met exactly:
 * the percentile of EvaluateSegmentation depends on a random order, ours is the value its algorithm intends and a
 * lower bound of what it prints; plastimatch loses the last slice of an axis that the objects span completely.
 */
#include "convention.h"

#include <string.h>

#include "../base/text.h"

#define COUNT_SCORES                                                                                                   \
    "dsc iou sensitivity specificity precision npv fpr fnr fdr accuracy balanced-accuracy fbeta youden mcc "

/* ---- empty masks: truth, prediction, both ---- */

static const seg_empty_row segloss_empty[] = {
    {SEG_ANY_DISTANCE, INFINITY, INFINITY, NAN}, {"nsd", 0, 0, NAN}, {NULL, 0, 0, 0}};
static const seg_empty_row metricsreloaded_empty[] = {{"dsc", 0, 0, 1},
                                                      {"fbeta", 0, 0, 1},
                                                      {"nsd", 0, 0, 1},
                                                      {"boundary-iou", 0, 0, 1},
                                                      {"precision", 0, 0, NAN},
                                                      {"centre-distance", -1, -1, -1},
                                                      {SEG_ANY_DISTANCE, NAN, NAN, 0},
                                                      {NULL, 0, 0, 0}};
static const seg_empty_row monai_empty[] = {
    {"dsc", NAN, 0, NAN}, {"iou", NAN, 0, NAN}, {"hd95", NAN, NAN, NAN}, {NULL, 0, 0, 0}};
static const seg_empty_row medpy_empty[] = {{"dsc", 0, 0, 1},
                                            {"iou", 0, 0, 1},
                                            {"sensitivity", 0, 0, 0},
                                            {"precision", 0, 0, 0},
                                            {"rvd", SEG_REFUSED, -1, SEG_REFUSED},
                                            {SEG_ANY_DISTANCE, SEG_REFUSED, SEG_REFUSED, SEG_REFUSED},
                                            {NULL, 0, 0, 0}};
static const seg_empty_row transunet_empty[] = {{"dsc", 1, 0, 0}, {SEG_ANY_DISTANCE, 0, 0, 0}, {NULL, 0, 0, 0}};
static const seg_empty_row panoptica_empty[] = {
    {"dsc", 0, 0, 0},       {"iou", 0, 0, 0},        {"rvd", SEG_REFUSED, -1, 0},
    {"nsd", NAN, NAN, NAN}, {"assd", NAN, NAN, NAN}, {"centre-distance", NAN, NAN, NAN},
    {NULL, 0, 0, 0}};
static const seg_empty_row gandlf_empty[] = {
    {"dsc", 0, 0, 1}, {"iou", 0, 0, 1}, {"sensitivity", 0, 0, 1}, {"nsd", 0, 0, 0}, {SEG_ANY_DISTANCE, 0, 0, 0},
    {NULL, 0, 0, 0}};
static const seg_empty_row surface_distance_empty[] = {
    {"asd", SEG_BY_FORMULA, SEG_BY_FORMULA, NAN},
    {"nsd", SEG_BY_FORMULA, SEG_BY_FORMULA, NAN}, /* one direction: 0/0 from the empty side, 0 towards it */
    {SEG_ANY_DISTANCE, INFINITY, INFINITY, INFINITY},
    {NULL, 0, 0, 0}};
static const seg_empty_row brats_empty[] = {{"dsc", 0, 0, 1},
                                            {"iou", 0, 0, 1},
                                            {"sensitivity", 0, 0, 1},
                                            {"lesion-dsc", SEG_BY_FORMULA, SEG_BY_FORMULA, 1},
                                            {"lesion-hd95", SEG_BY_FORMULA, SEG_BY_FORMULA, 0},
                                            {SEG_ANY_DISTANCE, 374, 374, 0},
                                            {NULL, 0, 0, 0}};
static const seg_empty_row totalsegmentator_empty[] = {{"dsc", NAN, 0, NAN}, {"nsd", NAN, 0, NAN}, {NULL, 0, 0, 0}};
static const seg_empty_row flare_empty[] = {{"dsc", 0, 0, 1}, {"nsd", 0, 0, 1}, {NULL, 0, 0, 0}};
static const seg_empty_row seg_metrics_empty[] = {
    {"dsc", 0, 0, 1}, {"iou", 0, 0, 1}, {"sensitivity", 0, 0, 1},        {"precision", 0, 0, 1},
    {"fpr", 0, 0, 0}, {"fnr", 0, 1, 0}, {"volume-similarity", 2, -2, 1}, {SEG_ANY_DISTANCE, 0, 0, 0},
    {NULL, 0, 0, 0}};
static const seg_empty_row itk_empty[] = {{"dsc", 0, 0, 0},
                                          {"iou", 0, 0, 0},
                                          {"volume-similarity", 2, -2, 0},
                                          {"sensitivity", SEG_REFUSED, 0, 0},
                                          {"fnr", SEG_REFUSED, 1, 0},
                                          {"fdr", 1, SEG_REFUSED, 0},
                                          {"contour-mean-distance", SEG_REFUSED, SEG_REFUSED, 0},
                                          {SEG_ANY_DISTANCE, SEG_REFUSED, SEG_REFUSED, SEG_REFUSED},
                                          {NULL, 0, 0, 0}};
static const seg_empty_row plastimatch_empty[] = {
    {"dsc", 0, 0, 0}, {SEG_ANY_DISTANCE, SEG_REFUSED, SEG_REFUSED, SEG_REFUSED}, {NULL, 0, 0, 0}};
static const seg_empty_row chaos_empty[] = {
    {"rvd", INFINITY, 100, NAN}, {SEG_ANY_DISTANCE, SEG_REFUSED, SEG_REFUSED, SEG_REFUSED}, {NULL, 0, 0, 0}};
static const seg_empty_row undefined_empty[] = {
    {"nsd", NAN, NAN, NAN}, {SEG_ANY_DISTANCE, NAN, NAN, NAN}, {NULL, 0, 0, 0}};
static const seg_empty_row refused_empty[] = {{SEG_ANY_METRIC, SEG_REFUSED, SEG_REFUSED, SEG_REFUSED}, {NULL, 0, 0, 0}};

/* ---- classes ---- */

/* liver, right kidney, spleen, pancreas, aorta, inferior vena cava, right and left adrenal gland, gallbladder,
 * oesophagus, stomach, duodenum, left kidney; 14 are the lesions of FLARE 23. */
static const seg_class_rule flare_classes[] = {{1, 5, false},  {2, 3, false},  {3, 3, false},  {4, 5, false},
                                               {5, 2, true},   {6, 2, true},   {7, 2, false},  {8, 2, false},
                                               {9, 2, false},  {10, 3, true},  {11, 5, false}, {12, 7, false},
                                               {13, 3, false}, {14, 2, false}, {0, 0, false}};

const seg_class_rule *seg_convention_class(const seg_convention *convention, int64_t id)
{
    for (const seg_class_rule *rule = convention->classes; rule && rule->tolerance > 0; rule++)
        if (rule->id == id)
            return rule;
    return NULL;
}

/* ---- the conventions ---- */

/* A field that is left out is zero: face boundary, the grid's millimetres, HD the larger of two linear percentiles.
 * ASSD and NSD are never joined like HD, so every row that defines them says how. */
const seg_convention seg_conventions[] = {
    {.name = "segloss",
     .meaning = "Metrics Reloaded's definitions in double precision; an empty mask costs an infinite distance",
     .checked = "an independent implementation of the same definitions",
     .assd = SEG_INTERNED,
     .nsd = SEG_INTERNED,
     .empty = segloss_empty},
    {.name = "metricsreloaded",
     .aliases = {"metrics-reloaded", "mr"},
     .meaning = "face boundary, larger of the two percentiles; undefined for one empty mask, perfect for two",
     .checked = "MetricsReloaded cb38dfc",
     .defines = COUNT_SCORES
     "hd hd95 assd masd nsd boundary-iou centre-distance kappa rvd "
     "likelihood-ratio net-benefit tp fp fn tn auroc average-precision brier nll ece mce classwise-ece "
     "cldice",
     .assd = SEG_INTERNED,
     .nsd = SEG_INTERNED,
     .nsd_in_double = true,
     .band = SEG_BAND_BORDER,
     .difference = SEG_DIFFERENCE_ABSOLUTE,
     .brier_of_both = true,
     .bins_closed_above = true,
     .precision_lines = true,
     .empty = metricsreloaded_empty},
    {.name = "monai",
     .meaning = "face boundary, larger of the two percentiles; classes absent from the truth are left out",
     .checked = "MONAI 1.5.0",
     .defines = COUNT_SCORES "hd hd95 asd assd nsd markedness fowlkes-mallows tp fp fn tn generalized-dice auroc "
                             "average-precision",
     .assd = SEG_INTERNED,
     .nsd = SEG_INTERNED,
     .empty = monai_empty},
    {.name = "monai-subvoxel",
     .meaning = "MONAI's surface Dice with use_subvoxels: shares of marching-cubes area",
     .checked = "MONAI 1.5.0",
     .defines = "nsd",
     .elements = SEG_SURFELS,
     .nsd = SEG_INTERNED},
    {.name = "medpy",
     .meaning = "face boundary, percentile of both directions pooled; refuses empty masks",
     .checked = "medpy d6abf41",
     .defines = "dsc iou sensitivity specificity precision hd hd95 asd assd rvd",
     .hausdorff = SEG_INTERNED,
     .assd = SEG_INTERNED,
     .empty = medpy_empty},
    {.name = "medpy-conn2",
     .meaning = "medpy with connectivity=2: edge neighbours make boundary too",
     .checked = "medpy d6abf41",
     .defines = "dsc iou sensitivity specificity precision hd hd95 asd assd rvd",
     .elements = SEG_FACE_OR_EDGE,
     .hausdorff = SEG_INTERNED,
     .assd = SEG_INTERNED,
     .empty = medpy_empty},
    {.name = "medpy-conn3",
     .meaning = "medpy with connectivity=3: corner neighbours make boundary too",
     .checked = "medpy d6abf41",
     .defines = "dsc iou sensitivity specificity precision hd hd95 asd assd rvd",
     .elements = SEG_FACE_TO_CORNER,
     .hausdorff = SEG_INTERNED,
     .assd = SEG_INTERNED,
     .empty = medpy_empty},
    {.name = "transunet",
     .meaning = "TransUNet's Synapse and ACDC script: medpy in voxels; a false alarm scores 1, a miss HD95 0",
     .checked = "the script's metric function over medpy d6abf41",
     .defines = "dsc hd95",
     .step = SEG_STEP_VOXEL,
     .hausdorff = SEG_INTERNED,
     .empty = transunet_empty},
    {.name = "panoptica",
     .meaning = "pooled percentile, ASSD the mean of two means, NSD the mean of two fractions",
     .checked = "panoptica b0ac3e4",
     .defines = "dsc iou hd hd95 assd nsd rvd centre-distance cldice lesion-tp lesion-fp lesion-fn "
                "lesion-sensitivity lesion-precision lesion-f1 lesion-sq lesion-sq-sd lesion-pq "
                "lesion-count-truth lesion-count-prediction",
     .hausdorff = SEG_INTERNED,
     .assd = SEG_MEAN_OF_TWO,
     .nsd = SEG_MEAN_OF_TWO,
     .nsd_in_double = true,
     .tolerance = SEG_TOLERANCE_STEP,
     .empty = panoptica_empty},
    {.name = "gandlf",
     .meaning = "GaNDLF: pooled percentile, NSD the mean of two fractions within max(smallest step, 1)",
     .checked = "the NSD of GaNDLF; its other metrics as read at 3f9b772",
     .defines = "dsc iou sensitivity specificity hd hd95 nsd",
     .hausdorff = SEG_INTERNED,
     .nsd = SEG_MEAN_OF_TWO,
     .nsd_in_double = true,
     .tolerance = SEG_TOLERANCE_STEP_OR_1,
     .empty = gandlf_empty},
    {.name = "surface-distance",
     .aliases = {"google", "deepmind", "pymia"},
     .meaning = "marching-cubes elements weighted by area; percentile of area",
     .checked = "surface-distance 1f805ce",
     .defines = "dsc hd hd95 asd nsd",
     .elements = SEG_SURFELS,
     .rank = SEG_RANK_SHARE,
     .nsd = SEG_INTERNED,
     .nsd_in_double = true,
     .empty = surface_distance_empty},
    {.name = "brats2023",
     .aliases = {"brats"},
     .meaning = "BraTS 2023: surface-distance with 374 mm for a missed or invented object, 0 when both are empty",
     .checked = "the challenge's script over surface-distance 1f805ce",
     .defines = "dsc hd95 sensitivity specificity lesion-tp lesion-fp lesion-fn lesion-dsc lesion-hd95",
     .elements = SEG_SURFELS,
     .rank = SEG_RANK_SHARE,
     .lesions_dilated = true,
     .empty = brats_empty},
    {.name = "totalsegmentator",
     .meaning = "TotalSegmentator's resources/evaluate.py: NSD within 3 mm on a grid taken as 1.5 mm",
     .checked = "the script's DSC; its NSD is surface-distance's",
     .defines = "dsc nsd",
     .elements = SEG_SURFELS,
     .step = SEG_STEP_1_5_MM,
     .nsd = SEG_INTERNED,
     .nsd_in_double = true,
     .tolerance = SEG_TOLERANCE_3,
     .dsc_smooth = 1e-6,
     .empty = totalsegmentator_empty},
    {.name = "flare22",
     .aliases = {"flare"},
     .meaning =
         "FLARE 22: a tolerance for each organ, vessels and oesophagus on the slices of the truth, NSD 0 where DSC "
         "is under 0.2",
     .checked = "the challenge's script aad2cc2, 26 values of 13 organs",
     .defines = "dsc nsd",
     .elements = SEG_SURFELS,
     .nsd = SEG_INTERNED,
     .nsd_in_double = true,
     .classes = flare_classes,
     .nsd_needs_dsc = 0.2,
     .empty = flare_empty},
    {.name = "seg-metrics",
     .meaning = "corner boundary without the image's edge, pooled; a missed object has HD95 0",
     .checked = "seg-metrics over ITK 5.2.1",
     .defines = "dsc iou precision sensitivity fpr fnr volume-similarity hd hd95 assd surface-median surface-sd",
     .elements = SEG_OPEN_CORNER,
     .hausdorff = SEG_INTERNED,
     .assd = SEG_INTERNED,
     .similarity_signed = true,
     .empty = seg_metrics_empty},
    {.name = "seg-metrics-notfully",
     .meaning = "seg-metrics with fully_connected=False: from face boundary to the other's corner boundary",
     .checked = "seg-metrics over ITK 5.2.1",
     .defines = "hd hd95 assd surface-median surface-sd",
     .elements = SEG_OPEN_FACE_FROM_CORNER,
     .hausdorff = SEG_INTERNED,
     .assd = SEG_INTERNED,
     .empty = seg_metrics_empty},
    {.name = "itk",
     .aliases = {"simpleitk", "ants", "c3d"},
     .meaning = "ITK's filters: Hausdorff distances between all voxels, signed volume similarity",
     .checked = "ITK 5.2.1",
     .defines = "dsc iou sensitivity fnr fdr volume-similarity hd average-hausdorff contour-mean-distance miou "
                "mean-dsc",
     .elements = SEG_VOXELS,
     .contour = SEG_OPEN_CORNER,
     .similarity_signed = true,
     .empty = itk_empty},
    {.name = "evaluatesegmentation",
     .meaning = "all voxels; percentiles over those in which the masks differ (in mm, as with -unit millimeter)",
     .checked = "EvaluateSegmentation 4cff08d",
     .defines = "dsc iou sensitivity specificity precision fpr accuracy fbeta kappa balanced-accuracy "
                "volume-similarity hd hd95 average-hausdorff balanced-average-hausdorff rand-index adjusted-rand "
                "mutual-information "
                "variation-of-information consistency-error",
     .elements = SEG_VOXELS,
     .below_maximum = SEG_DISAGREEING,
     .hausdorff = SEG_INTERNED,
     .rank = SEG_RANK_FLOOR,
     .empty = refused_empty},
    {.name = "plastimatch",
     .meaning = "all voxels, percentile the mean of the two directions",
     .checked = "plastimatch 1.9.4",
     .defines = "dsc sensitivity specificity hd hd95 average-hausdorff",
     .elements = SEG_VOXELS,
     .hausdorff = SEG_MEAN_OF_TWO,
     .rank = SEG_RANK_FLOOR_Q_N,
     .empty = plastimatch_empty},
    {.name = "plastimatch-boundary",
     .meaning = "plastimatch's lines marked (boundary): the same between face boundaries",
     .checked = "plastimatch 1.9.4",
     .defines = "hd hd95 masd contour-mean-distance",
     .elements = SEG_CROPPED_FACE,
     .contour = SEG_CROPPED_FACE,
     .hausdorff = SEG_MEAN_OF_TWO,
     .rank = SEG_RANK_FLOOR_Q_N,
     .empty = plastimatch_empty},
    {.name = "chaos",
     .meaning = "CHAOS challenge: face boundary without the image's edge; volume difference in percent",
     .checked = "the challenge's Python script",
     .defines = "dsc hd assd rvd",
     .elements = SEG_OPEN_FACE,
     .assd = SEG_INTERNED,
     .difference = SEG_DIFFERENCE_PERCENT,
     .empty = chaos_empty},
    {.name = "distorch",
     .meaning = "distorch's boundary_metrics: corners between voxels, weighted by the faces that meet there",
     .checked = "distorch 80f190c",
     .defines = "dsc iou sensitivity pixel-accuracy hd hd95 asd assd nsd",
     .elements = SEG_CELLS,
     .assd = SEG_INTERNED,
     .nsd = SEG_INTERNED,
     .empty = undefined_empty},
    {.name = "distorch-centre",
     .aliases = {"distorch-center"},
     .meaning = "distorch's pixel_center_metrics: face boundary, larger of the two percentiles",
     .checked = "distorch 80f190c",
     .defines = "dsc iou sensitivity pixel-accuracy hd hd95 asd assd nsd",
     .assd = SEG_INTERNED,
     .nsd = SEG_INTERNED,
     .empty = undefined_empty},
    {.name = "nnunet",
     .meaning = "nnU-Net v2: counts and overlap, undefined where a class is in neither",
     .checked = "compute_metrics of nnU-Net v2",
     .defines = "dsc iou tp fp fn tn"},
    {.name = "pysodmetrics",
     .aliases = {"sod", "saliency"},
     .meaning = "PySODMetrics: the map stretched to [0, 1], truth above 128, 256 thresholds, F with beta^2 = 0.3",
     .checked = "PySODMetrics ac5b1fc",
     .defines = "mae s-measure e-measure weighted-f ber dsc iou fbeta",
     .grey_stretched = true},
    {.name = "boundary-iou-api",
     .meaning = "the paper's code: IoU of inner bands of 2 % of the diagonal, in pixels",
     .checked = "boundary-iou-api",
     .defines = "boundary-iou",
     .band = SEG_BAND_DIAGONAL}};
const size_t seg_conventions_count = sizeof seg_conventions / sizeof seg_conventions[0];

/* The table's names again: C has no constant that is made of another table. */
const char *const seg_convention_words[] = {"run",
                                            "segloss",
                                            "metricsreloaded",
                                            "monai",
                                            "monai-subvoxel",
                                            "medpy",
                                            "medpy-conn2",
                                            "medpy-conn3",
                                            "transunet",
                                            "panoptica",
                                            "gandlf",
                                            "surface-distance",
                                            "brats2023",
                                            "totalsegmentator",
                                            "flare22",
                                            "seg-metrics",
                                            "seg-metrics-notfully",
                                            "itk",
                                            "evaluatesegmentation",
                                            "plastimatch",
                                            "plastimatch-boundary",
                                            "chaos",
                                            "distorch",
                                            "distorch-centre",
                                            "nnunet",
                                            "pysodmetrics",
                                            "boundary-iou-api",
                                            "all",
                                            NULL};

int seg_convention_find(const char *name)
{
    for (size_t i = 0; i < seg_conventions_count; i++) {
        if (seg_same_name(name, seg_conventions[i].name))
            return (int)i;
        for (int k = 0; k < 3 && seg_conventions[i].aliases[k]; k++)
            if (seg_same_name(name, seg_conventions[i].aliases[k]))
                return (int)i;
    }
    return -1;
}

static const char *name_of(const void *context, size_t i)
{
    (void)context;
    return seg_conventions[i].name;
}

const char *seg_convention_nearest(const char *name)
{
    return seg_nearest(name, seg_conventions_count, name_of, NULL);
}

bool seg_convention_defines(int convention, const char *metric)
{
    const char *defines = seg_conventions[convention].defines;
    size_t length = strlen(metric);

    for (const char *at = defines; at && (at = strstr(at, metric)); at += length)
        if ((at == defines || at[-1] == ' ') && (at[length] == ' ' || at[length] == 0))
            return true;
    return !defines;
}

const seg_empty_row *seg_empty_row_find(const seg_empty_row *rows, const char *metric, bool is_distance)
{
    for (const seg_empty_row *row = rows; row && row->metric; row++)
        if (!strcmp(row->metric, metric) || !strcmp(row->metric, SEG_ANY_METRIC) ||
            (is_distance && !strcmp(row->metric, SEG_ANY_DISTANCE)))
            return row;
    return NULL;
}
