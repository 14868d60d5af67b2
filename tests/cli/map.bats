#!/usr/bin/env bats
# map.bats - segloss map: maps, numbers, files, and every refusal.

load common

maps() { # CASE: prediction and truth of a golden case
    echo "$GOLDEN/maps/$1/prediction.nii.gz" "$GOLDEN/maps/$1/truth.nii.gz"
}

@test "the table names the object that dice does not move" {
    run "$SEGLOSS" map $(maps two_objects) -f table
    [ "$status" -eq 0 ]
    [[ $output == *"dice leaves object 2 of class 1 (13 voxels"*"none of it found) without gradient."* ]]
    ! grep -q "^ce leaves" <<< "$output"
}

@test "value and kind of the JSON are those of eval" {
    "$SEGLOSS" map $(maps volume) -l all -f json > map.json
    "$SEGLOSS" eval $(maps volume) -l all -m none -f json > eval.json
    run jq -n --slurpfile m map.json --slurpfile e eval.json '
        [$m[0].cases[0].maps[] | {(.loss): .value}] | add as $got |
        [$e[0].cases[0].results[] | select(.class == null and .kind == "loss" and (.params | has("part") | not))
         | {(.measure): .value}] | add as $want |
        [$want | to_entries[] | select($got[.key] != .value)] | length'
    [ "$output" = 0 ] || { echo "$output"; jq '.cases[0] | keys' eval.json; return 1; }
    jq -e '.segloss and .schema and .settings' map.json
}

@test "shares of zones add up to 1" {
    "$SEGLOSS" map $(maps two_objects) -l all -f json > map.json
    jq -e '[.cases[0].maps[] | select(.gradients) | .gradients[].shares | .inner + .interior + .outer + .near + .far
            | . - 1 | fabs | . < 1e-9] | all' map.json
}

@test "csv is long" {
    "$SEGLOSS" map $(maps one_map) -l dice > map.csv
    [ "$(head -1 map.csv)" = "case,loss,params,gradient,class,component,name,value" ]
    grep -q '^prediction,dice,,logit,,,vs_ce,' map.csv
    grep -q '^prediction,dice,,logit,1,1,pull,' map.csv
    grep -q '^prediction,,,,,,errors,' map.csv
}

@test "the same bytes for any number of threads" {
    "$SEGLOSS" map $(maps volume) -l all -f json -j 1 > a.json
    "$SEGLOSS" map $(maps volume) -l all -f json -j 3 > b.json
    cmp a.json b.json
    "$SEGLOSS" map $(maps volume) -l lovasz --what logit -o a.nii.gz -j 1
    "$SEGLOSS" map $(maps volume) -l lovasz --what logit -o b.nii.gz -j 4
    cmp a.nii.gz b.nii.gz
}

@test "a map is a NIfTI file with the grid of the truth" {
    "$SEGLOSS" map $(maps volume) -l dice -o map.nii
    "$SEGLOSS" info map.nii > info
    grep -q '14 x 12 x 7' info
    "$SEGLOSS" map $(maps volume) -l dice --what logit -o four.nii --type float64
    [ "$(stat -c %s four.nii)" -eq $((352 + 14 * 12 * 7 * 3 * 8)) ]
    [ "$(stat -c %s map.nii)" -eq $((352 + 14 * 12 * 7 * 4)) ]
    gzip -dc "$GOLDEN/maps/volume/truth.nii.gz" > truth.nii
    cmp -n 4 -i 252:252 map.nii truth.nii # codes of qform and sform
    cmp -n 48 -i 280:280 map.nii truth.nii # affine
    dd if=map.nii bs=1 skip=148 count=17 2> /dev/null | grep -q 'segloss dice loss'
}

@test "a folder takes a file for each loss and kind" {
    "$SEGLOSS" map $(maps volume) -l dice,tversky:fn=0.6 --what loss,logit,share -o maps/
    [ "$(ls maps | wc -l)" -eq 6 ]
    [ -f maps/prediction_dice_logit.nii.gz ]
    ls maps | grep -q 'prediction_tversky_.*_share.nii.gz'
    "$SEGLOSS" map $(maps volume) -l ce --class 2 --what logit --png -o maps
    [ -f maps/prediction_ce_logit_class2.png ]
}

@test "a picture is at least 512 pixels wide and shows the plane that is asked for" {
    "$SEGLOSS" map $(maps volume) -l ce -o map.png
    [ "$(head -c 8 map.png | tail -c 7 | head -c 3)" = PNG ]
    "$SEGLOSS" map $(maps volume) -l ce --slice 2 --slice-axis y -o y.png
    ! cmp -s map.png y.png
    refused 2 "there is no slice 7: across z they are numbered from 0 to 6" "$SEGLOSS" map $(maps volume) --slice 7 --slice-axis z -l ce -o x.png
    [ ! -e x.png ]
}

@test "a formula: a sum has a map, other formulas have gradients only" {
    "$SEGLOSS" map $(maps one_map) -l '0.5*dice + 0.5*ce' -o sum.nii
    "$SEGLOSS" map $(maps one_map) -l 'log(cosh(dice))' --what logit -o log.nii
    refused 2 "has no map that adds up to it; use --what logit" "$SEGLOSS" map $(maps one_map) -l 'log(cosh(dice))' -o no.nii
    [ ! -e no.nii ]
}

@test "labels have loss maps and no gradient" {
    "$SEGLOSS" map $(maps hard) -l dice -o dice.nii.gz
    refused 2 "labels have no gradient" "$SEGLOSS" map $(maps hard) -l dice --what logit -o logit.nii.gz
    "$SEGLOSS" map $(maps hard) -l dice -f json | jq -e '.cases[0].maps[0].gradients == null'
}

@test "rmi has no loss map: alone that is an error, among others a status" {
    refused 2 "use --what logit" "$SEGLOSS" map $(maps one_map) -l rmi -o x.nii.gz
    "$SEGLOSS" map $(maps one_map) -l rmi,ce -o maps/ --statistics numbers.json
    [ "$(ls maps)" = prediction_ce_loss.nii.gz ]
    jq -e '.cases[0].maps[0] | .status == "no-map" and .map == "none"' numbers.json
}

@test "a batch goes on after a bad case and says so" {
    printf 'case,prediction,truth\n' > list.csv
    printf 'good,%s,%s\n' $(maps one_map) >> list.csv
    printf 'bad,%s,none.nii.gz\n' "$GOLDEN/maps/one_map/prediction.nii.gz" >> list.csv
    run "$SEGLOSS" map --pairs list.csv -l ce -o maps/ --statistics numbers.json
    [ "$status" -eq 1 ]
    [ -f maps/good_ce_loss.nii.gz ]
    [ "$(jq -r '.cases[1].status' numbers.json)" != ok ]
}

@test "every refusal" {
    refused 2 "--what 'colour' is not known" "$SEGLOSS" map $(maps one_map) --what colour -o x.nii
    refused 2 "neither a label, nor all, nor sum" "$SEGLOSS" map $(maps one_map) --class blue -o x.nii
    refused 2 "there is no class 9 in this case" "$SEGLOSS" map $(maps one_map) -l ce --class 9 -o x.nii
    refused 2 "a sum over the classes" "$SEGLOSS" map $(maps one_map) -l ce --what share --class 1 -o x.nii
    refused 2 "several maps were asked for" "$SEGLOSS" map $(maps one_map) -l dice,ce -o x.nii
    refused 2 "ends in none of" "$SEGLOSS" map $(maps one_map) -l dice -o x.txt
    refused 2 "--png is for a folder" "$SEGLOSS" map $(maps one_map) -l dice --png
    refused 2 "is not two numbers LO,HI" "$SEGLOSS" map $(maps one_map) -l dice --limits 3 -o x.png
    refused 2 "table, csv and json are" "$SEGLOSS" map $(maps one_map) -f xml
    refused 4 "" "$SEGLOSS" map "$GOLDEN/maps/hard/prediction.nii.gz" "$GOLDEN/maps/one_map/truth.nii.gz" -l dice -o x.nii
    refused 3 "" "$SEGLOSS" map none.nii "$GOLDEN/maps/one_map/truth.nii.gz" -l dice -o x.nii
    refused 5 "" "$SEGLOSS" map $(maps one_map) -l dice -o /nowhere/x.nii
    [ ! -e x.nii ] && [ ! -e x.png ]
}

@test "the maps of all losses add up on every golden case" { # a violation is exit 70
    for case in "$GOLDEN"/*/gt.nii.gz; do
        "$SEGLOSS" map -q "${case%/*}/pred.nii.gz" "$case" -l all -f csv >map.csv || { echo "$case: exit $?"; return 1; }
    done
}

@test "several independent regions have no one map" {
    p=$ROOT/data_samples/abdomen/unet/case_04.nii.gz t=$ROOT/data_samples/abdomen/truth/case_04.nii.gz
    refused 2 "a map is of one" "$SEGLOSS" map -q "$p" "$t" --regions 'A=1/2,B=3/4' -l ce
    "$SEGLOSS" map -q "$p" "$t" --regions 'B=3/4' -l ce -f json >map.json
    "$SEGLOSS" eval -q "$p" "$t" --regions 'B=3/4' -l ce -m none --no-per-class -f value >value
    jq -e --argjson v "$(cat value)" '.cases[0].maps[0].value == $v' map.json
}

@test "an input is not written over" {
    cp "$GOLDEN/maps/one_map/truth.nii.gz" truth.nii.gz
    refused 5 "" "$SEGLOSS" map "$GOLDEN/maps/one_map/prediction.nii.gz" truth.nii.gz -l ce -o truth.nii.gz
    cmp truth.nii.gz "$GOLDEN/maps/one_map/truth.nii.gz"
}

@test "images without a grid give pictures, and NIfTI with a voxel size" {
    p=$ROOT/data_samples/objects/prediction/small.png t=$ROOT/data_samples/objects/truth/small.png
    "$SEGLOSS" map "$p" "$t" --input prob -l ce -o small.png
    refused 2 "the truth has no grid" "$SEGLOSS" map -q "$p" "$t" --input prob -l ce -o small.nii
    "$SEGLOSS" map "$p" "$t" --input prob -l ce --spacing 0.5,0.5 -o small.nii
}
