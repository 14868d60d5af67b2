# bash completion for segloss
# Written by 'make docs' from the program's own tables: change those, not this file.

# Completes the part behind the last comma, so that lists of names can be typed.
_segloss_words() {
    local before=
    [[ $cur == *,* ]] && before=${cur%,*},
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
}

_segloss_files() {
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
}

_segloss() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W 'eval view compare sweep map agree robust merge info list describe curves help --help --version' -- "$cur")
        return
    fi
    case ${COMP_WORDS[1]} in
    help) _segloss_words 'eval view compare sweep map agree robust merge info list describe curves help' ;;
    eval)
        case $prev in
        --loss | -l) _segloss_words 'ce topk focal distance-ce dice log-cosh-dice wasserstein-dice iou lovasz tversky focal-tversky sens-spec rmi t-loss boundary hausdorff boundary-aware active-boundary inverse-form conditional-boundary boundary-dou region-wise combo exp-log unified-focal wce all none pixel region boundary-level combination'; return ;;
        --metric | -m) _segloss_words 'dsc iou sensitivity specificity precision npv fpr fnr fdr accuracy balanced-accuracy fbeta youden kappa mcc markedness fowlkes-mallows likelihood-ratio net-benefit volume-similarity rvd volume-prediction volume-truth ave tp fp fn tn rand-index adjusted-rand mutual-information variation-of-information consistency-error hd hd95 assd masd asd surface-median surface-sd average-hausdorff balanced-average-hausdorff contour-mean-distance nsd boundary-iou boundary-f centre-distance miou fw-iou mean-dsc generalized-dice pixel-accuracy mean-accuracy auroc average-precision brier nll ece mce classwise-ece ace soft-dsc mae s-measure e-measure weighted-f ber cldice lesion-sensitivity lesion-precision lesion-f1 lesion-accuracy lesion-ap lesion-sq lesion-sq-sd lesion-pq seg lesion-tp lesion-fp lesion-fn lesion-count-truth lesion-count-prediction lesion-dsc lesion-hd95 fpv fnv false-splits false-merges spurious missing cc-dsc cc-nsd cc-hd95 cc-assd betti0-error betti1-error betti2-error betti-error euler-error overlap distance probability structure multi-class all none'; return ;;
        --convention) _segloss_words 'segloss metricsreloaded monai monai-subvoxel medpy medpy-conn2 medpy-conn3 transunet panoptica gandlf surface-distance brats2023 totalsegmentator flare22 seg-metrics seg-metrics-notfully itk evaluatesegmentation plastimatch plastimatch-boundary chaos distorch distorch-centre nnunet pysodmetrics boundary-iou-api'; return ;;
        --input) _segloss_words 'auto prob logits labels'; return ;;
        --truth-input) _segloss_words 'auto prob logits labels'; return ;;
        --scale) return ;;
        --truth-scale) return ;;
        --truth-threshold) return ;;
        --channels) return ;;
        --truth-channels) return ;;
        --axes) return ;;
        --frame) return ;;
        --classes | -c) return ;;
        --map) _segloss_files; return ;;
        --map-prediction) _segloss_files; return ;;
        --map-truth) _segloss_files; return ;;
        --regions) _segloss_files; return ;;
        --objects) return ;;
        --labels | -L) _segloss_files; return ;;
        --ignore-label | -i) return ;;
        --mask) _segloss_files; return ;;
        --mask-threshold) return ;;
        --palette) _segloss_files; return ;;
        --threshold | -t) return ;;
        --spacing) return ;;
        --geometry) _segloss_words 'strict warn ignore reorient'; return ;;
        --empty) _segloss_words 'na zero-one nnunet monai brats diagonal'; return ;;
        --nan) _segloss_words 'error skip zero'; return ;;
        --slice-axis) _segloss_words 'auto x y z'; return ;;
        --memory) return ;;
        --threads | -j) return ;;
        --prediction | -p) _segloss_files; return ;;
        --truth | -g) _segloss_files; return ;;
        --raters) _segloss_words 'each majority mean'; return ;;
        --files) _segloss_words 'auto cases channels masks'; return ;;
        --suffix) return ;;
        --format | -f) _segloss_words 'table csv tsv json jsonl md latex html value'; return ;;
        --output | -o) _segloss_files; return ;;
        --digits) return ;;
        --na) return ;;
        --color) _segloss_words 'auto always never'; return ;;
        --confusion) _segloss_files; return ;;
        --confusion-normalise) _segloss_words 'none row'; return ;;
        --pairs) _segloss_files; return ;;
        --match) return ;;
        --shard) return ;;
        --fail-under) return ;;
        --fail-over) return ;;
        --gate-missing) _segloss_words 'fail ignore'; return ;;
        --errors) return ;;
        --pictures) return ;;
        --reliability) _segloss_files; return ;;
        --object-table) _segloss_files; return ;;
        --progress) _segloss_words 'auto always never lines'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--loss -l --metric -m --convention --input --truth-input --scale --truth-scale --clip --truth-threshold --channels --truth-channels --axes --frame --classes -c --map --map-prediction --map-truth --regions --objects --labels -L --ignore-label -i --mask --mask-threshold --palette --threshold -t --spacing --geometry --empty --nan --per-slice --slice-mean --slice-axis --per-class --no-per-class --memory --threads -j --quiet -q --verbose -v --prediction -p --truth -g --raters --files --suffix --format -f --output -o --digits --no-header --na --summary-only --color --pooled --confusion --confusion-normalise --pairs --null -0 --match --allow-missing --stop-on-error --resume --shard --fail-under --fail-over --gate-missing --errors --pictures --reliability --object-table --progress --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    view)
        case $prev in
        --output | -o) _segloss_files; return ;;
        --errors) return ;;
        --tolerance) return ;;
        --at) return ;;
        --image) _segloss_files; return ;;
        --window) return ;;
        --width) return ;;
        --dpi) return ;;
        --convention) _segloss_words 'segloss metricsreloaded monai monai-subvoxel medpy medpy-conn2 medpy-conn3 transunet panoptica gandlf surface-distance brats2023 totalsegmentator flare22 seg-metrics seg-metrics-notfully itk evaluatesegmentation plastimatch plastimatch-boundary chaos distorch distorch-centre nnunet pysodmetrics boundary-iou-api'; return ;;
        --input) _segloss_words 'auto prob logits labels'; return ;;
        --truth-input) _segloss_words 'auto prob logits labels'; return ;;
        --scale) return ;;
        --truth-scale) return ;;
        --truth-threshold) return ;;
        --channels) return ;;
        --truth-channels) return ;;
        --axes) return ;;
        --frame) return ;;
        --classes | -c) return ;;
        --map) _segloss_files; return ;;
        --map-prediction) _segloss_files; return ;;
        --map-truth) _segloss_files; return ;;
        --regions) _segloss_files; return ;;
        --objects) return ;;
        --labels | -L) _segloss_files; return ;;
        --ignore-label | -i) return ;;
        --mask) _segloss_files; return ;;
        --mask-threshold) return ;;
        --palette) _segloss_files; return ;;
        --threshold | -t) return ;;
        --spacing) return ;;
        --geometry) _segloss_words 'strict warn ignore reorient'; return ;;
        --empty) _segloss_words 'na zero-one nnunet monai brats diagonal'; return ;;
        --nan) _segloss_words 'error skip zero'; return ;;
        --slice-axis) _segloss_words 'auto x y z'; return ;;
        --memory) return ;;
        --threads | -j) return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--output -o --errors --tolerance --at --image --window --width --dpi --convention --input --truth-input --scale --truth-scale --clip --truth-threshold --channels --truth-channels --axes --frame --classes -c --map --map-prediction --map-truth --regions --objects --labels -L --ignore-label -i --mask --mask-threshold --palette --threshold -t --spacing --geometry --empty --nan --per-slice --slice-mean --slice-axis --per-class --no-per-class --memory --threads -j --quiet -q --verbose -v --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    compare)
        case $prev in
        --metric | -m) _segloss_words 'dsc iou sensitivity specificity precision npv fpr fnr fdr accuracy balanced-accuracy fbeta youden kappa mcc markedness fowlkes-mallows likelihood-ratio net-benefit volume-similarity rvd volume-prediction volume-truth ave tp fp fn tn rand-index adjusted-rand mutual-information variation-of-information consistency-error hd hd95 assd masd asd surface-median surface-sd average-hausdorff balanced-average-hausdorff contour-mean-distance nsd boundary-iou boundary-f centre-distance miou fw-iou mean-dsc generalized-dice pixel-accuracy mean-accuracy auroc average-precision brier nll ece mce classwise-ece ace soft-dsc mae s-measure e-measure weighted-f ber cldice lesion-sensitivity lesion-precision lesion-f1 lesion-accuracy lesion-ap lesion-sq lesion-sq-sd lesion-pq seg lesion-tp lesion-fp lesion-fn lesion-count-truth lesion-count-prediction lesion-dsc lesion-hd95 fpv fnv false-splits false-merges spurious missing cc-dsc cc-nsd cc-hd95 cc-assd betti0-error betti1-error betti2-error betti-error euler-error overlap distance probability structure multi-class all none'; return ;;
        --loss | -l) _segloss_words 'ce topk focal distance-ce dice log-cosh-dice wasserstein-dice iou lovasz tversky focal-tversky sens-spec rmi t-loss boundary hausdorff boundary-aware active-boundary inverse-form conditional-boundary boundary-dou region-wise combo exp-log unified-focal wce all none pixel region boundary-level combination'; return ;;
        --long) _segloss_files; return ;;
        --rows) return ;;
        --cols) return ;;
        --group) return ;;
        --case) return ;;
        --metric-column) return ;;
        --value) return ;;
        --where) return ;;
        --missing) return ;;
        --cases) _segloss_files; return ;;
        --cluster) return ;;
        --by) return ;;
        --row-order) return ;;
        --col-order) return ;;
        --show) _segloss_words 'mean sd median quartiles interval'; return ;;
        --digits) return ;;
        --mark) _segloss_words 'bold-underline survey none'; return ;;
        --ties) _segloss_words 'printed strict'; return ;;
        --wrap) _segloss_words 'auto none metric'; return ;;
        --name) return ;;
        --statistics) _segloss_words 'auto all none'; return ;;
        --alpha) return ;;
        --zeros) _segloss_words 'drop pratt'; return ;;
        --margin) return ;;
        --ranking) return ;;
        --boot) return ;;
        --seed) return ;;
        --caption) return ;;
        --label) return ;;
        --format | -f) _segloss_words 'text markdown latex html csv json'; return ;;
        --output | -o) _segloss_files; return ;;
        --plot) _segloss_files; return ;;
        --color) _segloss_words 'auto always never'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--metric -m --loss -l --long --rows --cols --group --case --metric-column --value --where --intersect --missing --cases --cluster --by --mixed-settings --per-class --no-per-class --mean --row-order --col-order --show --percent --digits --mark --ties --arrows --no-arrows --transpose --wrap --name --statistics --significance --alpha --zeros --margin --ranking --boot --seed --caption --label --format -f --output -o --plot --color --quiet -q --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    sweep)
        case $prev in
        --loss | -l) _segloss_words 'ce topk focal distance-ce dice log-cosh-dice wasserstein-dice iou lovasz tversky focal-tversky sens-spec rmi t-loss boundary hausdorff boundary-aware active-boundary inverse-form conditional-boundary boundary-dou region-wise combo exp-log unified-focal wce all none pixel region boundary-level combination'; return ;;
        --metric | -m) _segloss_words 'dsc iou sensitivity specificity precision npv fpr fnr fdr accuracy balanced-accuracy fbeta youden kappa mcc markedness fowlkes-mallows likelihood-ratio net-benefit volume-similarity rvd volume-prediction volume-truth ave tp fp fn tn rand-index adjusted-rand mutual-information variation-of-information consistency-error hd hd95 assd masd asd surface-median surface-sd average-hausdorff balanced-average-hausdorff contour-mean-distance nsd boundary-iou boundary-f centre-distance miou fw-iou mean-dsc generalized-dice pixel-accuracy mean-accuracy auroc average-precision brier nll ece mce classwise-ece ace soft-dsc mae s-measure e-measure weighted-f ber cldice lesion-sensitivity lesion-precision lesion-f1 lesion-accuracy lesion-ap lesion-sq lesion-sq-sd lesion-pq seg lesion-tp lesion-fp lesion-fn lesion-count-truth lesion-count-prediction lesion-dsc lesion-hd95 fpv fnv false-splits false-merges spurious missing cc-dsc cc-nsd cc-hd95 cc-assd betti0-error betti1-error betti2-error betti-error euler-error overlap distance probability structure multi-class all none'; return ;;
        --convention) _segloss_words 'segloss metricsreloaded monai monai-subvoxel medpy medpy-conn2 medpy-conn3 transunet panoptica gandlf surface-distance brats2023 totalsegmentator flare22 seg-metrics seg-metrics-notfully itk evaluatesegmentation plastimatch plastimatch-boundary chaos distorch distorch-centre nnunet pysodmetrics boundary-iou-api'; return ;;
        --input) _segloss_words 'auto prob logits labels'; return ;;
        --truth-input) _segloss_words 'auto prob logits labels'; return ;;
        --scale) return ;;
        --truth-scale) return ;;
        --truth-threshold) return ;;
        --channels) return ;;
        --truth-channels) return ;;
        --axes) return ;;
        --frame) return ;;
        --classes | -c) return ;;
        --map) _segloss_files; return ;;
        --map-prediction) _segloss_files; return ;;
        --map-truth) _segloss_files; return ;;
        --regions) _segloss_files; return ;;
        --objects) return ;;
        --labels | -L) _segloss_files; return ;;
        --ignore-label | -i) return ;;
        --mask) _segloss_files; return ;;
        --mask-threshold) return ;;
        --palette) _segloss_files; return ;;
        --threshold | -t) return ;;
        --spacing) return ;;
        --geometry) _segloss_words 'strict warn ignore reorient'; return ;;
        --empty) _segloss_words 'na zero-one nnunet monai brats diagonal'; return ;;
        --nan) _segloss_words 'error skip zero'; return ;;
        --slice-axis) _segloss_words 'auto x y z'; return ;;
        --memory) return ;;
        --threads | -j) return ;;
        --gradient) _segloss_words 'prob logit none'; return ;;
        --plot) _segloss_files; return ;;
        --prediction | -p) _segloss_files; return ;;
        --truth | -g) _segloss_files; return ;;
        --format | -f) _segloss_words 'table csv tsv json jsonl md latex html value'; return ;;
        --output | -o) _segloss_files; return ;;
        --digits) return ;;
        --na) return ;;
        --color) _segloss_words 'auto always never'; return ;;
        --pairs) _segloss_files; return ;;
        --match) return ;;
        --progress) _segloss_words 'auto always never lines'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--loss -l --metric -m --convention --input --truth-input --scale --truth-scale --clip --truth-threshold --channels --truth-channels --axes --frame --classes -c --map --map-prediction --map-truth --regions --objects --labels -L --ignore-label -i --mask --mask-threshold --palette --threshold -t --spacing --geometry --empty --nan --per-slice --slice-mean --slice-axis --per-class --no-per-class --memory --threads -j --quiet -q --verbose -v --zip --gradient --plot --prediction -p --truth -g --format -f --output -o --digits --no-header --na --summary-only --color --pairs --null -0 --match --allow-missing --stop-on-error --progress --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    map)
        case $prev in
        --loss | -l) _segloss_words 'ce topk focal distance-ce dice log-cosh-dice wasserstein-dice iou lovasz tversky focal-tversky sens-spec rmi t-loss boundary hausdorff boundary-aware active-boundary inverse-form conditional-boundary boundary-dou region-wise combo exp-log unified-focal wce all none pixel region boundary-level combination'; return ;;
        --what) return ;;
        --class) return ;;
        --output | -o) _segloss_files; return ;;
        --type) _segloss_words 'float32 float64'; return ;;
        --slice) return ;;
        --limits) return ;;
        --statistics) _segloss_files; return ;;
        --format | -f) return ;;
        --digits) return ;;
        --band) return ;;
        --near) return ;;
        --unit) _segloss_words 'voxels mm'; return ;;
        --convention) _segloss_words 'segloss metricsreloaded monai monai-subvoxel medpy medpy-conn2 medpy-conn3 transunet panoptica gandlf surface-distance brats2023 totalsegmentator flare22 seg-metrics seg-metrics-notfully itk evaluatesegmentation plastimatch plastimatch-boundary chaos distorch distorch-centre nnunet pysodmetrics boundary-iou-api'; return ;;
        --input) _segloss_words 'auto prob logits labels'; return ;;
        --truth-input) _segloss_words 'auto prob logits labels'; return ;;
        --scale) return ;;
        --truth-scale) return ;;
        --truth-threshold) return ;;
        --channels) return ;;
        --truth-channels) return ;;
        --axes) return ;;
        --frame) return ;;
        --classes | -c) return ;;
        --map) _segloss_files; return ;;
        --map-prediction) _segloss_files; return ;;
        --map-truth) _segloss_files; return ;;
        --regions) _segloss_files; return ;;
        --objects) return ;;
        --labels | -L) _segloss_files; return ;;
        --ignore-label | -i) return ;;
        --mask) _segloss_files; return ;;
        --mask-threshold) return ;;
        --palette) _segloss_files; return ;;
        --threshold | -t) return ;;
        --spacing) return ;;
        --geometry) _segloss_words 'strict warn ignore reorient'; return ;;
        --empty) _segloss_words 'na zero-one nnunet monai brats diagonal'; return ;;
        --nan) _segloss_words 'error skip zero'; return ;;
        --slice-axis) _segloss_words 'auto x y z'; return ;;
        --memory) return ;;
        --threads | -j) return ;;
        --prediction | -p) _segloss_files; return ;;
        --truth | -g) _segloss_files; return ;;
        --pairs) _segloss_files; return ;;
        --match) return ;;
        --progress) _segloss_words 'auto always never lines'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--loss -l --what --class --output -o --png --type --slice --limits --statistics --format -f --digits --band --near --unit --convention --input --truth-input --scale --truth-scale --clip --truth-threshold --channels --truth-channels --axes --frame --classes -c --map --map-prediction --map-truth --regions --objects --labels -L --ignore-label -i --mask --mask-threshold --palette --threshold -t --spacing --geometry --empty --nan --per-slice --slice-mean --slice-axis --per-class --no-per-class --memory --threads -j --quiet -q --verbose -v --prediction -p --truth -g --pairs --null -0 --match --allow-missing --stop-on-error --progress --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    agree)
        case $prev in
        --correlation) _segloss_words 'kendall spearman'; return ;;
        --class) return ;;
        --cases) _segloss_files; return ;;
        --cluster) return ;;
        --strata) return ;;
        --missing) _segloss_words 'exclude worst'; return ;;
        --boot) return ;;
        --seed) return ;;
        --order) _segloss_words 'given cluster best'; return ;;
        --plot) _segloss_files; return ;;
        --format | -f) return ;;
        --output | -o) _segloss_files; return ;;
        --digits) return ;;
        --threads | -j) return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--correlation --class --cases --cluster --strata --missing --boot --seed --order --interval --plot --format -f --output -o --digits --threads -j --quiet -q --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    robust)
        case $prev in
        --loss | -l) _segloss_words 'ce topk focal distance-ce dice log-cosh-dice wasserstein-dice iou lovasz tversky focal-tversky sens-spec rmi t-loss boundary hausdorff boundary-aware active-boundary inverse-form conditional-boundary boundary-dou region-wise combo exp-log unified-focal wce all none pixel region boundary-level combination'; return ;;
        --metric | -m) _segloss_words 'dsc iou sensitivity specificity precision npv fpr fnr fdr accuracy balanced-accuracy fbeta youden kappa mcc markedness fowlkes-mallows likelihood-ratio net-benefit volume-similarity rvd volume-prediction volume-truth ave tp fp fn tn rand-index adjusted-rand mutual-information variation-of-information consistency-error hd hd95 assd masd asd surface-median surface-sd average-hausdorff balanced-average-hausdorff contour-mean-distance nsd boundary-iou boundary-f centre-distance miou fw-iou mean-dsc generalized-dice pixel-accuracy mean-accuracy auroc average-precision brier nll ece mce classwise-ece ace soft-dsc mae s-measure e-measure weighted-f ber cldice lesion-sensitivity lesion-precision lesion-f1 lesion-accuracy lesion-ap lesion-sq lesion-sq-sd lesion-pq seg lesion-tp lesion-fp lesion-fn lesion-count-truth lesion-count-prediction lesion-dsc lesion-hd95 fpv fnv false-splits false-merges spurious missing cc-dsc cc-nsd cc-hd95 cc-assd betti0-error betti1-error betti2-error betti-error euler-error overlap distance probability structure multi-class all none'; return ;;
        --rater) _segloss_files; return ;;
        --jitter) return ;;
        --grain) return ;;
        --noise) return ;;
        --redraws) return ;;
        --seed) return ;;
        --format | -f) return ;;
        --output | -o) _segloss_files; return ;;
        --digits) return ;;
        --convention) _segloss_words 'segloss metricsreloaded monai monai-subvoxel medpy medpy-conn2 medpy-conn3 transunet panoptica gandlf surface-distance brats2023 totalsegmentator flare22 seg-metrics seg-metrics-notfully itk evaluatesegmentation plastimatch plastimatch-boundary chaos distorch distorch-centre nnunet pysodmetrics boundary-iou-api'; return ;;
        --input) _segloss_words 'auto prob logits labels'; return ;;
        --truth-input) _segloss_words 'auto prob logits labels'; return ;;
        --scale) return ;;
        --truth-scale) return ;;
        --truth-threshold) return ;;
        --channels) return ;;
        --truth-channels) return ;;
        --axes) return ;;
        --frame) return ;;
        --classes | -c) return ;;
        --map) _segloss_files; return ;;
        --map-prediction) _segloss_files; return ;;
        --map-truth) _segloss_files; return ;;
        --regions) _segloss_files; return ;;
        --objects) return ;;
        --labels | -L) _segloss_files; return ;;
        --ignore-label | -i) return ;;
        --mask) _segloss_files; return ;;
        --mask-threshold) return ;;
        --palette) _segloss_files; return ;;
        --threshold | -t) return ;;
        --spacing) return ;;
        --geometry) _segloss_words 'strict warn ignore reorient'; return ;;
        --empty) _segloss_words 'na zero-one nnunet monai brats diagonal'; return ;;
        --nan) _segloss_words 'error skip zero'; return ;;
        --slice-axis) _segloss_words 'auto x y z'; return ;;
        --memory) return ;;
        --threads | -j) return ;;
        --match) return ;;
        --progress) _segloss_words 'auto always never lines'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--loss -l --metric -m --rater --jitter --grain --noise --redraws --seed --format -f --output -o --digits --convention --input --truth-input --scale --truth-scale --clip --truth-threshold --channels --truth-channels --axes --frame --classes -c --map --map-prediction --map-truth --regions --objects --labels -L --ignore-label -i --mask --mask-threshold --palette --threshold -t --spacing --geometry --empty --nan --per-slice --slice-mean --slice-axis --per-class --no-per-class --memory --threads -j --quiet -q --verbose -v --match --allow-missing --progress --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    merge)
        case $prev in
        --format | -f) _segloss_words 'table csv tsv json jsonl md latex html value'; return ;;
        --output | -o) _segloss_files; return ;;
        --digits) return ;;
        --na) return ;;
        --color) _segloss_words 'auto always never'; return ;;
        --confusion) _segloss_files; return ;;
        --confusion-normalise) _segloss_words 'none row'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--format -f --output -o --digits --no-header --na --summary-only --color --pooled --confusion --confusion-normalise --quiet -q --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    info)
        case $prev in
        --input) _segloss_words 'auto prob logits labels'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--input --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    list)
        case $prev in
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--names --help' -- "$cur")
        else
            _segloss_words 'losses metrics conventions formats'
        fi
        ;;
    describe)
        case $prev in
        --format) _segloss_words 'text boutiques cwl'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--format --help' -- "$cur")
        else
            _segloss_words 'ce topk focal distance-ce dice log-cosh-dice wasserstein-dice iou lovasz tversky focal-tversky sens-spec rmi t-loss boundary hausdorff boundary-aware active-boundary inverse-form conditional-boundary boundary-dou region-wise combo exp-log unified-focal wce all none pixel region boundary-level combination dsc iou sensitivity specificity precision npv fpr fnr fdr accuracy balanced-accuracy fbeta youden kappa mcc markedness fowlkes-mallows likelihood-ratio net-benefit volume-similarity rvd volume-prediction volume-truth ave tp fp fn tn rand-index adjusted-rand mutual-information variation-of-information consistency-error hd hd95 assd masd asd surface-median surface-sd average-hausdorff balanced-average-hausdorff contour-mean-distance nsd boundary-iou boundary-f centre-distance miou fw-iou mean-dsc generalized-dice pixel-accuracy mean-accuracy auroc average-precision brier nll ece mce classwise-ece ace soft-dsc mae s-measure e-measure weighted-f ber cldice lesion-sensitivity lesion-precision lesion-f1 lesion-accuracy lesion-ap lesion-sq lesion-sq-sd lesion-pq seg lesion-tp lesion-fp lesion-fn lesion-count-truth lesion-count-prediction lesion-dsc lesion-hd95 fpv fnv false-splits false-merges spurious missing cc-dsc cc-nsd cc-hd95 cc-assd betti0-error betti1-error betti2-error betti-error euler-error overlap distance probability structure multi-class all none'
        fi
        ;;
    curves)
        case $prev in
        --loss | -l) _segloss_words 'ce topk focal distance-ce dice log-cosh-dice wasserstein-dice iou lovasz tversky focal-tversky sens-spec rmi t-loss boundary hausdorff boundary-aware active-boundary inverse-form conditional-boundary boundary-dou region-wise combo exp-log unified-focal wce all none pixel region boundary-level combination'; return ;;
        --family) _segloss_words 'drift translate offset boundary missing spurious mix pred-noise label-noise soft-label temperature size fov'; return ;;
        --dir) return ;;
        --order) _segloss_words 'smallest largest hashed'; return ;;
        --noise) _segloss_words 'all band foreground shift'; return ;;
        --unit) _segloss_words 'px mm'; return ;;
        --annotators) _segloss_files; return ;;
        --size) return ;;
        --image) return ;;
        --dim) return ;;
        --truth | -g) _segloss_files; return ;;
        --class) return ;;
        --steps) return ;;
        --jitter) return ;;
        --soft) return ;;
        --max) return ;;
        --seed) return ;;
        --seeds) return ;;
        --x | -x) _segloss_words 'errors step iou berr hd95'; return ;;
        --scale) _segloss_words 'range max none'; return ;;
        --layout) _segloss_words 'panels grid category scores'; return ;;
        --width) return ;;
        --format) _segloss_words 'svg png'; return ;;
        --plot) _segloss_words 'none braille gnuplot pgfplots'; return ;;
        --output | -o) _segloss_files; return ;;
        --threads | -j) return ;;
        --progress) _segloss_words 'auto always never lines'; return ;;
        esac
        if [[ $cur == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W '--loss -l --family --dir --order --noise --unit --annotators --size --image --dim --truth -g --class --steps --jitter --soft --max --seed --seeds --x -x --scale --layout --width --caption --no-caption --format --plot --output -o --threads -j --progress --quiet -q --verbose -v --help' -- "$cur")
        else
            _segloss_files
        fi
        ;;
    esac
}
complete -F _segloss segloss
