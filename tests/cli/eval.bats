#!/usr/bin/env bats
# eval.bats - segloss eval on one pair, as a user types it.
bats_require_minimum_version 1.5.0
load common

@test "one pair: csv in a pipe, one row for each number" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" >out.csv
    [ "$(head -1 out.csv)" = case,slice,class,label,kind,measure,params,value,unit,status ]
    [ "$(wc -l <out.csv)" -eq 27 ]
    grep -q '^pred,,,,loss,ce,,0.1667400' out.csv
    grep -q '^pred,,3,,metric,hd95,,2.09999996' out.csv
}

@test "a table on a terminal, without a terminal's help" {
    "$SEGLOSS" eval -f table --color never "$PRED" "$TRUTH" >out
    grep -q 'hd95 (mm)' out
    ! grep -q "$(printf '\033')" out
}

@test "the forms hold the same numbers" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -f csv | cut -d, -f8 | tail -n +2 >csv
    "$SEGLOSS" eval "$PRED" "$TRUTH" -f json | jq -r '.cases[0].results[].value' >json
    "$SEGLOSS" eval "$PRED" "$TRUTH" -f jsonl | jq -r '.results[].value' >jsonl
    "$SEGLOSS" eval "$PRED" "$TRUTH" -f tsv | cut -f8 | tail -n +2 >tsv
    "$SEGLOSS" eval "$PRED" "$TRUTH" -f value >value
    for form in json jsonl tsv value; do
        paste csv $form | awk '$1 != $2 && $1 + 0 != $2 + 0 { exit 1 }'
        [ "$(wc -l <csv)" -eq "$(wc -l <$form)" ]
    done
}

@test "1, 2, 3 and 8 threads print the same bytes" {
    "$SEGLOSS" eval --loss pixel,region -m all --per-slice -j 1 "$PRED" "$TRUTH" -f json >one
    for threads in 2 3 8; do
        "$SEGLOSS" eval --loss pixel,region -m all --per-slice -j $threads "$PRED" "$TRUTH" -f json | cmp - one
    done
    SEGLOSS_THREADS=2 "$SEGLOSS" eval --loss pixel,region -m all --per-slice "$PRED" "$TRUTH" -f json | cmp - one
    OMP_NUM_THREADS=2 "$SEGLOSS" eval --loss pixel,region -m all --per-slice "$PRED" "$TRUTH" -f json | cmp - one
}

@test "stdin is a file, whichever it is" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -f value >one
    "$SEGLOSS" eval - "$TRUTH" -f value <"$PRED" | cmp - one
    "$SEGLOSS" eval "$PRED" - -f value <"$TRUTH" | cmp - one
    gzip -dc "$PRED" | "$SEGLOSS" eval - "$TRUTH" -f value | cmp - one
    refused 2 'both be stdin' "$SEGLOSS" eval - - </dev/null
}

@test "options stand before, between and behind operands, and replace them" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -m dsc -l none -f value >one
    "$SEGLOSS" eval -m dsc "$PRED" -l none "$TRUTH" -f value | cmp - one
    "$SEGLOSS" eval --truth "$TRUTH" --prediction="$PRED" -mdsc -lnone -fvalue | cmp - one
    "$SEGLOSS" eval -m dsc -l none -f value -- "$PRED" "$TRUTH" | cmp - one
    "$SEGLOSS" eval -g "$TRUTH" "$PRED" -m dsc -l none -f value | cmp - one
}

@test "every slice has its rows, and is an image of its own" {
    "$SEGLOSS" eval --per-slice -l none -m dsc --no-per-class "$PRED" "$TRUTH" -f csv >out.csv
    [ "$(tail -n +3 out.csv | cut -d, -f2 | tr '\n' ' ')" = '0 1 2 3 4 5 6 7 ' ]
    "$SEGLOSS" eval --per-slice --slice-axis x -l none -m dsc --no-per-class "$PRED" "$TRUTH" -f csv | tail -1 >last
    grep -q '^pred,29,' last
}

@test "the convention is in the report" {
    "$SEGLOSS" eval -l none -m hd95 --convention medpy --no-per-class "$PRED" "$TRUTH" -f csv | grep -q 'convention=medpy'
    "$SEGLOSS" eval -l none -m hd95:convention=all --no-per-class "$PRED" "$TRUTH" -f csv >all
    [ "$(grep -c 'convention=' all)" -gt 10 ]
}

@test "wce is ce with inverse weights" {
    "$SEGLOSS" eval -l wce -m none -f value --no-per-class "$PRED" "$TRUTH" >a
    "$SEGLOSS" eval -l ce:weights=inverse -m none -f value --no-per-class "$PRED" "$TRUTH" | cmp - a
}

@test "an output file appears whole or not at all" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -o out.json
    jq -e '.schema == 1' out.json
    echo old >kept.csv
    refused 3 nosuch "$SEGLOSS" eval nosuch.nii "$TRUTH" -o kept.csv
    [ "$(cat kept.csv)" = old ]
    [ "$(find . -name '.*.??????' | wc -l)" -eq 0 ]
    refused 3 nosuch "$SEGLOSS" eval nosuch.nii "$TRUTH" -o new.csv
    [ ! -e new.csv ]
}

@test "several -o write several forms of one run" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -o a.csv -o a.json -o a.md -o a.tsv -o a.jsonl -o a.tex
    for file in a.csv a.json a.md a.tsv a.jsonl a.tex; do [ -s $file ]; done
    "$SEGLOSS" eval "$PRED" "$TRUTH" -f csv | cmp - a.csv
}

@test "a full disk is exit 5, a reader who leaves is nothing" {
    refused 5 'No space left' sh -c '"$0" eval "$1" "$2" -f csv >/dev/full' "$SEGLOSS" "$PRED" "$TRUTH"
    refused 5 '/dev/full' "$SEGLOSS" eval "$PRED" "$TRUTH" -o /dev/full
    refused 5 'nosuch' "$SEGLOSS" eval "$PRED" "$TRUTH" -o nosuch/out.csv
    "$SEGLOSS" eval --per-slice -m all "$PRED" "$TRUTH" -f csv 2>err | head -1
    [ ! -s err ]
}

@test "names that are mistyped get the nearest known one" {
    refused 2 "did you mean 'eval'" "$SEGLOSS" evall
    refused 2 "did you mean 'dice'" "$SEGLOSS" eval -l dicee "$PRED" "$TRUTH"
    refused 2 "did you mean 'hd95'" "$SEGLOSS" eval -m hd59 "$PRED" "$TRUTH"
    refused 2 "did you mean --metric" "$SEGLOSS" eval --metrix dsc "$PRED" "$TRUTH"
    refused 2 "did you mean 'smooth'" "$SEGLOSS" eval -l dice:smoth=1 "$PRED" "$TRUTH"
    refused 2 "did you mean 'medpy'" "$SEGLOSS" eval --convention medpi "$PRED" "$TRUTH"
    refused 2 'x.docx: no form of report ends in .docx' "$SEGLOSS" eval "$PRED" "$TRUTH" -o x.docx
    refused 3 'no?such?file.nii' "$SEGLOSS" eval $'no\nsuch\033file.nii' "$TRUTH"
    refused 3 'use --truth-input prob or logits' "$SEGLOSS" eval "$PRED" "$GOLDEN/bin3d/pred_fg.nii.gz" --truth-input labels
    refused 2 "did you mean 'jsonl'" "$SEGLOSS" eval -f jsonll "$PRED" "$TRUTH"
    refused 2 "did you mean 'reorient'" "$SEGLOSS" eval --geometry reorent "$PRED" "$TRUTH"
    refused 2 "did you mean 'losses'" "$SEGLOSS" list loses
    refused 2 "did you mean 'tversky'" "$SEGLOSS" describe tverski
    refused 2 "did you mean 'hausdorff95'" "$SEGLOSS" eval -m Hausdorff_95x "$PRED" "$TRUTH"
    refused 2 '--l may be --loss or --labels' "$SEGLOSS" eval --l dice "$PRED" "$TRUTH"
    "$SEGLOSS" eval --los dice -m none -f value "$PRED" "$TRUTH" >/dev/null
}

@test "what contradicts itself is refused, what is asked for twice is told once" {
    refused 2 "'none' stands alone" "$SEGLOSS" eval -m dsc,none "$PRED" "$TRUTH"
    refused 2 "'none' stands alone" "$SEGLOSS" eval -l none,ce "$PRED" "$TRUTH"
    refused 2 'losses of a map of labels' "$SEGLOSS" eval -m none "$TRUTH" "$TRUTH"
    refused 2 'fn (also called alpha) is given twice' "$SEGLOSS" eval -l tversky:alpha=0.2,fn=0.3 "$PRED" "$TRUTH"
    refused 2 'percentile is given twice' "$SEGLOSS" eval -m hd95:percentile=1,percentile=2 "$PRED" "$TRUTH"
    refused 2 '--match is for two folders' "$SEGLOSS" eval --match name "$PRED" "$TRUTH"
    refused 2 '--allow-missing is for two folders' "$SEGLOSS" eval --allow-missing "$PRED" "$TRUTH"
    "$SEGLOSS" eval -l none -m dsc,hd95:convention=medpy "$PRED" "$TRUTH" -f csv >once
    "$SEGLOSS" eval -l none -m dsc,hd95:convention=medpy,dice -m hd95:convention=medpy "$PRED" "$TRUTH" -f csv | cmp - once
}

@test "verbose says what was decided, quiet nothing" {
    "$SEGLOSS" eval -v --per-slice -f value "$PRED" "$TRUTH" 2>err >/dev/null
    grep -q 'the prediction is probabilities, the truth labels; 5 classes: 0, 1, 2, 3, 4; voxels of' err
    grep -q 'slices across z' err
    "$SEGLOSS" eval -v -m dsc -f value "$TRUTH" "$TRUTH" 2>&1 >/dev/null | grep -q 'the prediction is labels'
    [ -z "$("$SEGLOSS" eval -f value "$PRED" "$TRUTH" 2>&1 >/dev/null)" ]
}

@test "no report replaces what it was made from" {
    cp "$TRUTH" truth.nii.gz
    gzip -dc "$PRED" >pred.nii
    cp "$ROOT/data_samples/street/truth/street_1.png" street.png
    refused 5 'truth.nii.gz: is an input' "$SEGLOSS" eval pred.nii truth.nii.gz -o truth.nii.gz
    refused 5 'pred.nii: is an input' "$SEGLOSS" eval pred.nii truth.nii.gz -f jsonl -o pred.nii
    refused 5 'street.png: is an input' "$SEGLOSS" eval street.png street.png -o street.png
    refused 5 'pred.nii: is an image' "$SEGLOSS" sweep pred.nii truth.nii.gz -l 'focal:gamma={1/2}' --plot pred.nii
    cmp truth.nii.gz "$TRUTH"
    printf 'prediction,truth\npred.nii,truth.nii.gz\n' >list.csv
    ln list.csv other.csv
    refused 5 'is an input of this run' "$SEGLOSS" eval --pairs list.csv -o other.csv
    refused 2 'is given twice' "$SEGLOSS" eval pred.nii truth.nii.gz -o a.csv -o a.csv
    [ ! -e a.csv ]
    "$SEGLOSS" eval pred.nii truth.nii.gz -q -o a.csv -o b.jsonl
    "$SEGLOSS" eval pred.nii truth.nii.gz -q -o a.csv
    refused 5 'is an input of this run' "$SEGLOSS" compare a.csv n=b.jsonl -o b.jsonl
    refused 5 'is an input of this run' "$SEGLOSS" compare a.csv n=b.jsonl --plot a.csv
}

@test "two lengths are the spacing of an image, and not enough for a volume" {
    flat="$GOLDEN/multi2d/pred.nii.gz $GOLDEN/multi2d/gt.nii.gz"
    "$SEGLOSS" eval -l none -m hd95 --spacing 2,3 $flat -f value >two
    "$SEGLOSS" eval -l none -m hd95 --spacing 2,3,7 $flat -f value | cmp - two
    refused 4 'three were wanted' "$SEGLOSS" eval --spacing 2,3 "$PRED" "$TRUTH"
    refused 2 'three lengths in mm' "$SEGLOSS" eval --spacing 1e300,1,1 "$PRED" "$TRUTH"
    refused 2 'three lengths in mm' "$SEGLOSS" eval --spacing 1,1,1e-320 "$PRED" "$TRUTH"
}

@test "values out of range name what was wanted" {
    refused 2 'a number >= 0' "$SEGLOSS" eval -l tversky:fn=-1 "$PRED" "$TRUTH"
    refused 2 'linear or squared' "$SEGLOSS" eval -l dice:denom=cubic "$PRED" "$TRUTH"
    refused 2 "fg, all, present" "$SEGLOSS" eval -l dice:classes=x "$PRED" "$TRUTH"
    refused 2 'no parameter, name=value' "$SEGLOSS" eval -l dice:3 "$PRED" "$TRUTH"
    refused 2 'begins with a parameter' "$SEGLOSS" eval -l alpha=3 "$PRED" "$TRUTH"
    refused 2 'empty place' "$SEGLOSS" eval -l dice,,ce "$PRED" "$TRUTH"
    refused 2 '1 to 17' "$SEGLOSS" eval --digits 99 "$PRED" "$TRUTH"
    refused 2 'not a whole number' "$SEGLOSS" eval -j two "$PRED" "$TRUTH"
    refused 2 '0.8,0.8,2.5' "$SEGLOSS" eval --spacing 1,2,3,4 "$PRED" "$TRUTH"
    refused 2 'neither a number' "$SEGLOSS" eval --ignore-label x "$PRED" "$TRUTH"
    refused 2 '500M or 4G' "$SEGLOSS" eval --memory lots "$PRED" "$TRUTH"
    refused 2 'SEGLOSS_THREADS' env SEGLOSS_THREADS=x "$SEGLOSS" eval "$PRED" "$TRUTH"
    refused 2 'nothing to compute' "$SEGLOSS" eval -l none -m none "$PRED" "$TRUTH"
    refused 2 'needs an argument' "$SEGLOSS" eval "$PRED" "$TRUTH" --loss
    refused 2 'is no bound' "$SEGLOSS" eval "$PRED" "$TRUTH" --fail-under dsc
    refused 2 'one too many' "$SEGLOSS" eval "$PRED" "$TRUTH" "$TRUTH"
    refused 2 'only a prediction was given' "$SEGLOSS" eval "$PRED"
    refused 2 'none was given' "$SEGLOSS" eval
}

@test "files that are none" {
    : >empty.nii
    head -c 200 "$PRED" >cut.nii.gz
    gzip -dc "$PRED" | head -c 5000 >cut.nii
    echo hello >text.nii
    mkfifo pipe.nii
    refused 3 nosuch.nii "$SEGLOSS" eval nosuch.nii "$TRUTH"
    refused 3 empty.nii "$SEGLOSS" eval empty.nii "$TRUTH"
    refused 3 cut.nii.gz "$SEGLOSS" eval cut.nii.gz "$TRUTH"
    refused 3 cut.nii "$SEGLOSS" eval cut.nii "$TRUTH"
    refused 3 text.nii "$SEGLOSS" eval text.nii "$TRUTH"
    refused 3 pipe.nii "$SEGLOSS" eval pipe.nii "$TRUTH"
    refused 3 "$GOLDEN" "$SEGLOSS" eval "$GOLDEN" "$TRUTH"
}

@test "files that do not belong together" {
    refused 4 '30 x 24 x 8' "$SEGLOSS" eval "$GOLDEN/bin3d/pred.nii.gz" "$TRUTH"
    refused 4 'swap them' "$SEGLOSS" eval "$TRUTH" "$PRED"
}

@test "a claim on memory is refused before anything is allocated" {
    refused 6 '--memory' "$SEGLOSS" eval --memory 1K "$PRED" "$TRUTH"
}

@test "gates decide the exit code and say which failed" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" --fail-under dsc=0.5 --fail-over hd95=9 -f value >/dev/null
    run -1 "$SEGLOSS" eval "$PRED" "$TRUTH" --fail-under 'dsc[2]=0.5' -f value
    [[ $output == *'the mean of dsc[2] is 0.350365'* ]]
    refused 2 'this run computes no such measure' "$SEGLOSS" eval "$PRED" "$TRUTH" --fail-under nsd=0.5 -f value
    refused 2 'no such measure or class' "$SEGLOSS" eval "$PRED" "$TRUTH" --fail-under 'dsc[77]=0.5' -o kept.csv
    [ -s kept.csv ]
}

@test "a gate means the metric before the loss, and knows other names" {
    "$SEGLOSS" eval -l iou -m iou "$PRED" "$TRUTH" --fail-under iou=0.3 --fail-over iou=0.4 -f value >/dev/null
    "$SEGLOSS" eval -l iou -m dsc "$PRED" "$TRUTH" --fail-under iou=0.7 -f value >/dev/null
    "$SEGLOSS" eval -l none -m iou "$PRED" "$TRUTH" --fail-under Jaccard=0.3 --fail-over jaccard=0.4 -f value >/dev/null
}

@test "help and versions go to stdout, usage without a command to stderr" {
    "$SEGLOSS" --help | grep -q eval
    "$SEGLOSS" help eval | grep -q -- --loss
    "$SEGLOSS" help help | grep -q 'segloss help COMMAND'
    refused 2 'one too many' "$SEGLOSS" help eval list
    refused 2 'takes options alone' "$SEGLOSS" curves extra
    "$SEGLOSS" eval --help | grep -q -- --fail-under
    "$SEGLOSS" --version | head -1 | grep -q '^segloss [0-9]'
    status=0
    "$SEGLOSS" >out 2>err || status=$?
    [ "$status" -eq 2 ]
    [ ! -s out ]
    grep -q Usage err
}

@test "descriptions of metrics fit the line" {
    for metric in $("$SEGLOSS" list metrics --names); do
        "$SEGLOSS" describe "$metric" | awk 'length > 101 { exit 1 }'
    done
}

@test "info names the option that settles a doubt" {
    "$SEGLOSS" info "$PRED" | grep -q '  sum  '
    "$SEGLOSS" info --input logits "$PRED" >out
    grep -q 'holds        logits' out
    ! grep -q '  sum  ' out
    "$SEGLOSS" info --input prob "$TRUTH" | grep -q 'doubtful (--input says'
}

@test "a formula over losses is a loss" {
    "$SEGLOSS" eval -m none --no-per-class -f value -l dice -l ce -l 'x = 0.5*dice + 0.5*ce' "$PRED" "$TRUTH" >out
    [ "$(wc -l <out)" -eq 3 ]
    awk 'NR < 3 { s += $1 / 2 } NR == 3 { d = s - $1; exit !(d < 1e-15 && d > -1e-15) }' out
    "$SEGLOSS" eval -m none --no-per-class -f csv -l 'x = 0.5*dice + 0.5*ce' "$PRED" "$TRUTH" >out
    grep -q '^pred,,,,loss,x,formula=0.5\*dice+0.5\*ce,' out
    refused 2 'column 6' "$SEGLOSS" eval -l 'dice+dise' "$PRED" "$TRUTH"
    "$SEGLOSS" eval -m none -f csv -l '1/(dice-dice)' "$PRED" "$TRUTH" | grep -q 'divides by zero'
}

@test "-v -v tells where the time went and how much memory it took, and changes no number" {
    "$SEGLOSS" eval -l ce,lovasz -m dsc "$PRED" "$TRUTH" >plain
    "$SEGLOSS" eval -l ce,lovasz -m dsc -v -v "$PRED" "$TRUTH" >timed 2>err
    cmp plain timed
    for stage in read match 'loss ce' 'loss lovasz' 'metric counts' 'metric dsc' metrics write everything; do
        grep -qE "^segloss: eval: time: $stage [0-9.]+ ms" err
    done
    grep -qE '^segloss: eval: memory: [0-9.]+ MB at most$' err
    "$SEGLOSS" eval -l ce,lovasz -m dsc -v "$PRED" "$TRUTH" 2>err >/dev/null
    ! grep -q 'time:' err
}

@test "info: the failures stand in the order of the files" {
    status=0; "$SEGLOSS" info none1 none2 "$TRUTH" none3 >out 2>note || status=$?
    [ "$status" -eq 3 ]
    [ "$(grep -o "none[0-9]" note | tr -d "\n")" = none1none2none3 ]
}
