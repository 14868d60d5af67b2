#!/usr/bin/env bats
# agree.bats - segloss agree: correlations against scipy, forms, and every refusal.
load common

@test "every golden value" {
    cd "$GOLDEN/agreement"
    tail -n +2 values.csv | cut -d, -f1 | sort -u | while read -r options; do
        "$SEGLOSS" agree report.csv $options -f json >"$BATS_TEST_TMPDIR/got.json" || exit 1
        grep -F "$options," values.csv | while IFS=, read -r _ loss metric stratum field value tolerance; do
            jq -e --arg l "$loss" --arg m "$metric" --argjson s "${stratum:-null}" --arg f "$field" \
                --argjson v "${value:-null}" --argjson t "$tolerance" '
                .pairs[] | select(.loss == $l and .metric == $m and .stratum == $s) | .[$f] |
                if $v == null or . == null then . == $v else (. - $v | fabs) <= $t end' \
                "$BATS_TEST_TMPDIR/got.json" >/dev/null || { echo "$options $loss $metric $stratum $field: not $value"; exit 1; }
        done || exit 1
    done
}

@test "the same bytes for any number of threads, and the same intervals again" {
    "$SEGLOSS" agree "$GOLDEN/agreement/report.csv" -f json -j 1 >a
    "$SEGLOSS" agree "$GOLDEN/agreement/report.csv" -f json -j 4 >b
    cmp a b
}

@test "a permutation of the cases leaves the correlations as they are" {
    (head -1 "$GOLDEN/agreement/report.csv"; tail -n +2 "$GOLDEN/agreement/report.csv" | sort -t, -k6,6r -k1,1r) >turned.csv
    for f in "$GOLDEN/agreement/report.csv" turned.csv; do
        "$SEGLOSS" agree $f -f csv --boot 0 | cut -d, -f1-8 | sort
    done >both
    [ "$(sort both | uniq -c | awk '$1 != 2' | wc -l)" -eq 0 ]
}

@test "of one class dice and iou order the cases alike, and several reports are averaged" {
    make_folders multi2d multi3d bin3d bin2d_large bin2d_small hard_shifted
    "$SEGLOSS" eval -q pred truth -l dice,iou,ce -m dsc,iou -o one.csv 2>/dev/null || true
    "$SEGLOSS" agree one.csv --class 1 -f json >one.json
    jq -e '.pairs[] | select(.loss == "dice" and .metric == "iou") | .kendall > 0.8' one.json
    "$SEGLOSS" agree one.csv one.csv --class 1 -f json >two.json
    jq -e '.methods == 2' two.json
    cmp <(jq '[.pairs[].kendall]' one.json) <(jq '[.pairs[].kendall]' two.json)
}

@test "a winner is named only when it can be told" {
    "$SEGLOSS" agree "$GOLDEN/agreement/report.csv" -f table >table
    grep -q 'the best loss cannot be told' table
    head -9 "$GOLDEN/agreement/report.csv" >few.csv # one case
    "$SEGLOSS" agree few.csv -f table >table
    grep -q 'few cases' table
    ! grep -q 'agrees best' table
}

@test "the heat map" {
    "$SEGLOSS" agree "$GOLDEN/agreement/report.csv" -o map.svg
    grep -q '<svg' map.svg
    "$SEGLOSS" agree "$GOLDEN/agreement/report.csv" --plot two.svg -f csv >numbers.csv
    cmp map.svg two.svg
    head -1 numbers.csv | grep -q '^loss,loss_params,metric'
}

@test "every refusal" {
    r=$GOLDEN/agreement/report.csv c=$GOLDEN/agreement/cases.csv
    refused 2 "has no column 'hospital'" "$SEGLOSS" agree "$r" --cases "$c" --cluster hospital
    refused 2 "--cluster needs a table" "$SEGLOSS" agree "$r" --cluster patient
    refused 2 "--strata needs a table" "$SEGLOSS" agree "$r" --strata voxels:3
    refused 2 "is not COLUMN:K" "$SEGLOSS" agree "$r" --cases "$c" --strata voxels
    refused 2 "is not a label" "$SEGLOSS" agree "$r" --class liver
    refused 2 "table, csv and json are" "$SEGLOSS" agree "$r" -f xml
    head -5 "$c" >short.csv
    refused 4 "has no line for the case" "$SEGLOSS" agree "$r" --cases short.csv --cluster patient
    refused 3 "is not a number" "$SEGLOSS" agree "$r" --cases "$c" --strata patient:2
    grep -v ',loss,' "$r" >metrics.csv
    refused 4 "hold no losses" "$SEGLOSS" agree metrics.csv
    grep -v ',metric,' "$r" >losses.csv
    refused 4 "hold no metrics" "$SEGLOSS" agree losses.csv
    refused 3 "" "$SEGLOSS" agree none.csv
    mkdir -p folder
    refused 2 "is a folder, a report was wanted" "$SEGLOSS" agree folder
}
