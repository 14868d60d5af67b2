#!/usr/bin/env bats
# robust.bats - segloss robust: spread over truths against scipy, identities, and every refusal.
load common

robust() { # OPTIONS...: of the golden masks
    "$SEGLOSS" robust a="$GOLDEN/robust/a" b="$GOLDEN/robust/b" "$GOLDEN/robust/truth" "$@"
}

@test "every golden value" {
    cd "$GOLDEN/robust"
    tail -n +2 values.csv | cut -d, -f1 | sort -u | while read -r options; do
        "$SEGLOSS" robust a=a b=b truth -m dsc,iou -l ce,dice $options -f json >"$BATS_TEST_TMPDIR/got.json" || exit 1
        grep -F -- "$options," values.csv | jq -R -s -e --slurpfile got "$BATS_TEST_TMPDIR/got.json" '
            split("\n") | map(select(length > 0) | split(",")) | map(
                . as $r | ($got[0][$r[1]][] | select((.prediction // .a) == $r[2] and .measure == $r[3]) | .[$r[4]]) as $x
                | select(($x - ($r[5] | tonumber) | fabs) > ($r[6] | tonumber)) | .[1:6] + [$x])
            | if length > 0 then error(tostring) else true end' || exit 1
    done
}

@test "no movement and no noise leave everything as it is" {
    for source in "--jitter 0" "--noise 0"; do
        robust -m dsc -l ce $source --redraws 4 -f json >same.json
        jq -e '[.measures[] | .sd == 0 and (.bias | fabs) < 1e-12] | all' same.json
        jq -e '[.pairs[] | .flips == 0 and .case_flips == 0 and (.retained - 1 | fabs) < 1e-12] | all' same.json
        jq -e '[.truths[] | .redraw_dsc == 1 and .vanished == 0] | all' same.json
    done
}

@test "raters that are the truth retain all; their order does not matter" {
    t=$GOLDEN/robust
    robust -m dsc --rater "$t/truth" --rater "$t/truth" -f json | jq -e '.pairs[0].retained == 1 and .measures[0].sd == 0'
    robust -m dsc --rater "$t/rater1" --rater "$t/rater2" --rater "$t/rater3" -f json >a.json
    robust -m dsc --rater "$t/rater3" --rater "$t/rater1" --rater "$t/rater2" -f json >b.json
    jq -n -e --slurpfile a a.json --slurpfile b b.json '
        [$a[0].measures[0], $b[0].measures[0]] | (.[0].sd - .[1].sd | fabs) < 1e-15 and (.[0].bias - .[1].bias | fabs) < 1e-15'
}

@test "equal predictions have no gap" {
    "$SEGLOSS" robust x="$GOLDEN/robust/a" y="$GOLDEN/robust/a" "$GOLDEN/robust/truth" -m dsc --redraws 5 -f json >same.json
    jq -e '.pairs[0] | .gap == 0 and .flips == 0 and .retained == null and .verdict == "there is no gap"' same.json
}

@test "noise costs what it must: lambda (E + rho (N - 2 E)) / N" {
    robust -l ce -m none --noise 0.1 --redraws 40 -f json >noise.json
    # all cases meet the same 1120 x 40 random numbers: the share of changed voxels has an sd of 0.0014, five of it are allowed
    jq -e '.measures[0] | (.value + .bias) as $got | 16.11809565095832 as $l | (.value / $l) as $e
           | ($got - $l * ($e + 0.1 * (1 - 2 * $e))) / $l | fabs < 0.007' noise.json
}

@test "a seed means the same for any number of threads, another seed other truths" {
    robust -m dsc,hd95 --redraws 5 --seed 4 -f json -j 1 >a
    robust -m dsc,hd95 --redraws 5 --seed 4 -f json -j 3 >b
    cmp a b
    robust -m dsc --redraws 5 --seed 5 -f json >c
    ! cmp -s a c
}

@test "a border moves by at most J, and objects that vanish are counted" {
    robust -m dsc --jitter 1 --redraws 5 -f json | jq -e '.truths[] | select(.class == 1) | .redraw_dsc > 0.9 and .redraw_dsc < 1'
    robust -m dsc --jitter 6 --redraws 5 -f json | jq -e '.truths[] | select(.class == 1) | .redraw_dsc < 0.95'
    robust -m dsc --jitter 1 --redraws 3 -f table >table
    grep -q '^class 1: DSC' table
    grep -q 'dsc, a less b: gap' table
}

@test "files instead of folders, and csv" {
    "$SEGLOSS" robust "$GOLDEN/robust/a/case0.nii.gz" "$GOLDEN/robust/truth/case0.nii.gz" -m dsc --redraws 3 >one.csv
    [ "$(head -1 one.csv)" = "a,b,measure,params,name,value" ]
    grep -q '^case0.nii.gz,,dsc,,sd,' one.csv
}

@test "every refusal" {
    refused 2 "needs 2 or more" robust --redraws 1
    refused 2 "only one of" robust --jitter 1 --noise 0.1
    refused 2 "twice or more" robust --rater "$GOLDEN/robust/rater1"
    refused 2 "predictions and, last, the truth" "$SEGLOSS" robust "$GOLDEN/robust/a"
    refused 2 "two predictions are called 'a'" "$SEGLOSS" robust "$GOLDEN/robust/a" "$GOLDEN/robust/a/" "$GOLDEN/robust/truth"
    refused 2 "table, csv and json are" robust -f xml
    refused 2 "--raters" robust --raters x
}
