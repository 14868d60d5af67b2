#!/usr/bin/env bats
# sweep.bats - segloss sweep on one pair and on folders, as a user types it.
bats_require_minimum_version 1.5.0
load common

DATA=$BATS_TEST_DIRNAME/../../data_samples/abdomen

@test "rows are those of eval, a point for each value" {
    "$SEGLOSS" sweep --loss 'focal-tversky:alpha=0.2:0.8:0.2,gamma=2' "$PRED" "$TRUTH" >all.csv
    grep -v ',sweep,' all.csv >sweep.csv # the points stand behind the cases
    [ "$(grep -c '^,,,loss,sweep,focal-tversky,alpha=0\.[2468],[0-9.]*,,ok$' all.csv)" -eq 4 ]
    "$SEGLOSS" eval -l focal-tversky:alpha=0.2,gamma=2 -l focal-tversky:alpha=0.4,gamma=2 \
        -l focal-tversky:alpha=0.6,gamma=2 -l focal-tversky:alpha=0.8,gamma=2 -m dsc,hd95 "$PRED" "$TRUTH" | cmp - sweep.csv
    [ "$(grep -c '^pred,,,,loss,focal-tversky,alpha=0\.[2468];gamma=2,' sweep.csv)" -eq 4 ]
}

@test "the number of rows is the product of the lengths, with --zip the length" {
    [ "$("$SEGLOSS" sweep -l 'tversky:alpha=0.1:0.9:0.2,beta={0.1,0.5,1}' -m none --no-per-class "$PRED" "$TRUTH" -f value | wc -l)" -eq 15 ]
    "$SEGLOSS" sweep --zip -l 'tversky:alpha=0.1:0.9:0.2,beta=0.9:0.1:-0.2' -m none --no-per-class "$PRED" "$TRUTH" -f tsv --no-header |
        grep -vP '\tsweep\t' | cut -f7 >params
    # 0.3 and 0.7 are the defaults of beta and alpha, which rows leave out
    printf '%s\n' 'beta=0.9;alpha=0.1' 'beta=0.7;alpha=0.3' 'beta=0.5;alpha=0.5' '' 'beta=0.1;alpha=0.9' | cmp - params
}

@test "losses that are points of others have their values" {
    value() { "$SEGLOSS" sweep -m none --no-per-class "$PRED" "$TRUTH" -f value "$@"; }
    value -l 'tversky:alpha={0.5/1},beta={0.5/1}' >tversky
    "$SEGLOSS" eval -l dice,iou -m none --no-per-class "$PRED" "$TRUTH" -f value >known
    paste <(sed -n '1p;4p' tversky) known | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 1e-12) exit 1 }'
    [ "$(value -l 'focal:gamma={0/1}' | head -1)" = "$("$SEGLOSS" eval -l ce -m none --no-per-class "$PRED" "$TRUTH" -f value)" ]
}

@test "folders: a row for each case and point, a table with a row for each point" {
    "$SEGLOSS" sweep -l 'focal:gamma=0:2:1' --no-per-class -m dsc "$DATA/unet" "$DATA/truth" | grep -v ',sweep,' >out.csv
    [ "$(grep -c ',loss,focal,' out.csv)" -eq 18 ]
    "$SEGLOSS" eval -l focal:gamma=0,focal:gamma=1,focal:gamma=2 --no-per-class -m dsc "$DATA/unet" "$DATA/truth" | cmp - out.csv
    "$SEGLOSS" sweep -l 'focal:gamma=0:2:1' -l dice "$DATA/unet" "$DATA/truth" -f table --color never >table
    head -1 table | grep -q '^6 cases: mean dsc 0\.'
    grep -q '^gamma  *loss  *ratio  *tau dsc  *tau hd95  *boundary  *smallest  *n_eff$' table
    # the mean over the cases is the mean of the rows
    mean=$(awk -F, '$7 == "gamma=1" { s += $8; n++ } END { printf "%.5g", s / n }' out.csv)
    grep -q "^ *1 *$mean" table
    # the default of gamma is 2
    grep -q '^ *2 .* 1\.0000 ' table
}

@test "one case has no tau; without metrics there is none either" {
    "$SEGLOSS" sweep -l 'focal:gamma=0:2:1' "$PRED" "$TRUTH" -f table >table
    head -1 table | grep -q '^1 case: dsc'
    ! grep -q tau table
    "$SEGLOSS" sweep -l 'focal:gamma=0:2:1' -m none "$DATA/unet" "$DATA/truth" -f table --gradient none >table
    [ "$(head -1 table)" = '6 cases' ]
    ! grep -qE 'tau|boundary|n_eff' table
}

@test "1, 2 and 3 threads print the same bytes" {
    sweep() {
        "$SEGLOSS" sweep -j "$1" --gradient "$2" -l 'focal:gamma={0/2}' -l 'boundary:classes={fg/all}' "$DATA/unet" \
            "$DATA/truth" -o "$3.txt" -o "$3.json" --plot "$3.svg"
    }
    sweep 1 prob one
    sweep 3 prob some
    for form in txt json svg; do cmp one.$form some.$form; done
    [ "$(grep -c '>share on the boundary<' one.svg)" -eq 2 ]
    sweep 1 logit one
    sweep 2 logit some
    cmp one.txt some.txt
}

@test "a formula is swept too" {
    "$SEGLOSS" sweep -l 'total = 0.5*tversky(alpha=0.2:0.8:0.3, beta=0.4) + 0.5*ce' -m none --no-per-class "$PRED" "$TRUTH" -f value >sweep
    for alpha in 0.2 0.5 0.8; do
        "$SEGLOSS" eval -l "total = 0.5*tversky(alpha=$alpha,beta=0.4) + 0.5*ce" -m none --no-per-class "$PRED" "$TRUTH" -f value
    done | cmp - sweep
}

@test "the plot has a line for each value of the second parameter" {
    "$SEGLOSS" sweep -l 'tversky:alpha=0.1:0.9:0.2,beta={0.1,0.5,1}' -l 'ce:form={reference/survey}' "$PRED" "$TRUTH" \
        -o rows.csv --plot lines.svg
    # three panels: boundary, smallest object and spread; words are dots without a line, and ce's survey form has no gradient
    [ "$(grep -o '<path class="l"' lines.svg | wc -l)" -eq 9 ]
    [ "$(grep -o '<circle' lines.svg | wc -l)" -ge 45 ]
    ! grep -q '>loss<' lines.svg # it has no scale
    grep -q 'beta=0.5' lines.svg
    [ "$(tail -c 7 lines.svg)" = '</svg>' ]
    refused 5 nowhere "$SEGLOSS" sweep -l 'focal:gamma={1/2}' "$PRED" "$TRUTH" -o rows.csv --plot nowhere/lines.svg
}

@test "the points carry what the table shows, in every form" {
    sweep() { "$SEGLOSS" sweep -l 'tversky:fn={0.3/0.7}' -l 'combo:alpha={0.3/0.5}' -m dsc,nsd "$DATA/unet" "$DATA/truth" "$@"; }
    sweep -f json >out.json
    jq -e '[.points[] | select(.measure == "tversky") | .params.fn] == [0.3, 0.7] and
        all(.points[]; .n == 6 and .tau_dsc != null and has("tau_nsd") and .boundary > 0 and .n_eff > 0) and
        all(.points[] | select(.measure == "combo"); .ratio == null) and
        (.points[] | select(.params.fn == 0.7).ratio) == 1' out.json
    sweep -f jsonl | grep '"kind": "sweep"' >lines
    [ "$(jq -s 'map(del(.kind))' lines)" = "$(jq '.points | map(del(.kind))' out.json)" ]
    sweep -f csv >out.csv
    [ "$(awk -F, '$5 == "sweep" && $4 == "n_eff" && $6 == "tversky" && $7 == "fn=0.3" { print $8 }' out.csv)" = \
        "$(jq '.points[0].n_eff' out.json)" ]
    sweep -f md | grep -q '^| fn | loss | ratio | tau dsc | tau nsd | boundary | smallest | n\\_eff |'
    sweep -f latex | grep -q '^fn & loss & ratio'
    # a report of a sweep is a report
    "$SEGLOSS" merge out.csv -f csv | cmp - <(grep -v ',sweep,' out.csv)
    sweep -f jsonl -o out.jsonl && "$SEGLOSS" merge out.jsonl -f csv | cmp - <(grep -v ',sweep,' out.csv)
}

@test "numbers of a formula are swept, and parameters may follow others" {
    "$SEGLOSS" sweep -l '{0.2/0.8}*dice + ce' -m none --no-per-class "$PRED" "$TRUTH" -f value >sweep
    for weight in 0.2 0.8; do
        "$SEGLOSS" eval -l "$weight*dice + ce" -m none --no-per-class "$PRED" "$TRUTH" -f value
    done | cmp - sweep
    "$SEGLOSS" sweep -l 'tversky:alpha=0.2:0.8:0.3,beta=1-alpha' -m none --no-per-class "$PRED" "$TRUTH" -f json >out.json
    jq -e '[.points[].params | [.alpha, .beta]] == [[0.2, 0.8], [0.5, 0.5], [0.8, 0.2]]' out.json
    "$SEGLOSS" sweep -l 'tversky:alpha={0.2/0.5/0.8},beta={0.8/0.5/0.2}' --zip -m none --no-per-class "$PRED" "$TRUTH" -f value |
        cmp - <("$SEGLOSS" sweep -l 'tversky:alpha=0.2:0.8:0.3,beta=1-alpha' -m none --no-per-class "$PRED" "$TRUTH" -f value)
    refused 2 'follows alpha, which is not swept' "$SEGLOSS" sweep -l 'tversky:beta=1-alpha' "$PRED" "$TRUTH"
}

@test "a case that fails is counted, the others are swept" {
    make_folders multi3d bin3d
    echo damaged >pred/bin3d.nii.gz
    status=0
    "$SEGLOSS" sweep -l 'focal:gamma={1/2}' pred truth -f table >table 2>err || status=$?
    [ "$status" -eq 1 ]
    head -1 table | grep -q '^1 case (1 more failed)'
    grep -q bin3d err
}

@test "what cannot be swept is refused in one sentence" {
    sweep() { refused 2 "$2" "$SEGLOSS" sweep --loss "$1" "$PRED" "$TRUTH"; }
    sweep tversky:alpha=0.2:0.8:0 'step of 0'
    sweep tversky:alpha=0.2:0.8:-0.2 'away from its stop'
    sweep tversky:alpah=0.2:0.8:0.2 "did you mean 'alpha'?"
    sweep 'x = 2*tversky(alpah=0.2:0.8:0.2)' "did you mean 'alpha'?"
    sweep 'tversky:alpha={}' 'empty list'
    sweep 'tversky:alpha={0.2/}' 'empty place'
    sweep tversky:alpha=0:1:1e-5 'at most 10000'
    sweep tversky:alpha=1:101:1,beta=1:101:1 'more than 10000 points'
    sweep ce:form=1:2:1 'takes reference or survey'
    sweep 'tversky:alpha={0.3/0.3}' 'are the same'
    sweep 'tversky:alpha={0.3/-3}' 'a number >= 0 was wanted'
    sweep 'dize:alpha={1/2}' "did you mean 'dice'?"
    sweep ce 'nothing is swept'
    sweep none 'nothing is swept'
    refused 2 'nothing is swept' "$SEGLOSS" sweep "$PRED" "$TRUTH"
    refused 2 'alpha has 9 and beta has 2' "$SEGLOSS" sweep --zip -l 'tversky:alpha=0.1:0.9:0.1,beta={1/2}' "$PRED" "$TRUTH"
    refused 2 'a prediction and a truth' "$SEGLOSS" sweep -l 'focal:gamma={1/2}'
    refused 3 nothere "$SEGLOSS" sweep -l 'focal:gamma={1/2}' nothere.nii "$TRUTH"
}
