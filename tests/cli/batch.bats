#!/usr/bin/env bats
# batch.bats - many pairs: folders, lists, streams, shards, resuming, and what breaks on the way.
bats_require_minimum_version 1.5.0
load common

FIVE="bin2d_large bin3d empty_gt multi2d multi3d"

@test "two folders pair up by name, in order, whatever the threads" {
    make_folders $FIVE
    "$SEGLOSS" eval pred truth -f csv -j 1 >one
    "$SEGLOSS" eval pred truth -f csv -j 4 | cmp - one
    "$SEGLOSS" eval pred truth -f csv -j 4 --memory 300K | cmp - one # no room for four: one after another
    [ "$(cut -d, -f1 one | tail -n +2 | uniq | tr '\n' ' ')" = "$FIVE " ]
}

@test "a file without a partner is named, and left out on request" {
    make_folders bin3d multi3d
    cp pred/bin3d.nii.gz pred/lonely.nii.gz
    refused 4 'pred/lonely.nii.gz' "$SEGLOSS" eval pred truth
    "$SEGLOSS" eval --allow-missing pred truth -m dsc -l none -f csv 2>err | grep -q '^multi3d'
    grep -q lonely err
}

@test "rules know the names of nnU-Net, BIDS, Cityscapes, and any expression" {
    mkdir -p a b
    cp "$PRED" a/case_7_0000.nii.gz && cp "$TRUTH" b/case_7.nii.gz
    "$SEGLOSS" eval --match nnunet a b -m dsc -l none -f csv | grep -q '^case_7,'
    rm a/* b/*
    mkdir -p a/sub-01/anat b/sub-01/anat
    cp "$PRED" a/sub-01/anat/sub-01_ses-2_desc-unet_probseg.nii.gz
    cp "$TRUTH" b/sub-01/anat/sub-01_ses-2_desc-manual_dseg.nii.gz
    "$SEGLOSS" eval --match bids a b -m dsc -l none -f csv | grep -q '^sub-01_ses-2,'
    rm -r a/* b/*
    cp "$PRED" a/bonn_000001_000019_pred.nii.gz && cp "$TRUTH" b/bonn_000001_000019_gtFine_labelIds.nii.gz
    "$SEGLOSS" eval --match cityscapes a b -m dsc -l none -f csv | grep -q '^bonn_000001_000019,'
    "$SEGLOSS" eval --match 'regex:(bonn_[0-9]+)' a b -m dsc -l none -f csv | grep -q '^bonn_000001,'
    refused 2 'has no group' "$SEGLOSS" eval --match regex:bonn a b
    refused 2 'regex:(' "$SEGLOSS" eval --match 'regex:(' a b
    refused 2 'one of name' "$SEGLOSS" eval --match names a b
    cp a/bonn_000001_000019_pred.nii.gz a/bonn_000001_000019_again.nii.gz
    refused 4 'both the case' "$SEGLOSS" eval --match cityscapes a b
}

@test "when no names agree, the rule by which they do is named" {
    mkdir a b
    cp "$PRED" a/case_7_0000.nii.gz && cp "$TRUTH" b/case_7.nii.gz
    refused 4 'their names agree by --match nnunet' "$SEGLOSS" eval a b
    mv b/case_7.nii.gz b/other.nii.gz
    refused 4 'regex:EXPR or --pairs FILE' "$SEGLOSS" eval a b --allow-missing
}

@test "a list with a header is relative to its own folder" {
    make_folders bin3d multi3d
    mkdir lists
    printf 'truth,case,prediction\n../truth/bin3d.nii.gz,first,../pred/bin3d.nii.gz\n' >lists/l.csv
    printf 'case\tprediction\ttruth\nsecond\t../pred/multi3d.nii.gz\t../truth/multi3d.nii.gz\n' >lists/l.tsv
    "$SEGLOSS" eval --pairs lists/l.csv -m dsc -l none -f csv | grep -q '^first,'
    "$SEGLOSS" eval --pairs lists/l.tsv -m dsc -l none -f csv | grep -q '^second,'
}

@test "a list from a pipe, by lines or NUL" {
    make_folders $FIVE
    find pred -name '*.nii.gz' | sort | sed 's|pred/\(.*\)|pred/\1,truth/\1|' |
        "$SEGLOSS" eval --pairs - -m dsc -l none -f csv >lines
    find pred -name '*.nii.gz' | sort | while read -r p; do printf '%s\0%s\0' "$p" "truth/${p#pred/}"; done |
        "$SEGLOSS" eval --pairs - -0 -m dsc -l none -f csv | cmp - lines
    grep -q '^pred/bin3d,' lines
}

@test "lists that are wrong say where" {
    make_folders bin3d
    printf 'a\n' >one
    printf 'case,prediction,truth\nx,a,\n' >empty
    printf 'case,prediction,truth\nx,pred/bin3d.nii.gz,truth/bin3d.nii.gz\nx,pred/bin3d.nii.gz,truth/bin3d.nii.gz\n' >twice
    : >nothing
    refused 2 'line 1: only one field' "$SEGLOSS" eval --pairs one
    refused 2 'line 2: an empty field' "$SEGLOSS" eval --pairs empty
    refused 2 'the list is empty' "$SEGLOSS" eval --pairs nothing
    refused 3 nosuch "$SEGLOSS" eval --pairs nosuch
    refused 2 'not both' "$SEGLOSS" eval --pairs one pred truth
    run "$SEGLOSS" eval --pairs twice -m dsc -l none -f jsonl
    [ "$status" -eq 2 ]
    [[ $output == *"line 3: a second case 'x'"* ]]
    printf 'a\0' | refused 2 'has no truth' "$SEGLOSS" eval --pairs - -0
    mkdir none
    refused 3 'no image' "$SEGLOSS" eval none pred
}

@test "a remark is made once, however many cases it is about" {
    mkdir pred truth
    for i in 1 2 3; do
        cp "$TRUTH" pred/$i.nii.gz
        cp "$TRUTH" truth/$i.nii.gz
    done
    printf '0 road\n1 car\n' >labels.txt
    "$SEGLOSS" eval pred truth -m dsc -l none -L labels.txt -f csv -c 0-4 >/dev/null 2>err
    [ ! -s err ]
    "$SEGLOSS" eval pred truth -m dsc -l none -L labels.txt -f csv >/dev/null 2>err
    [ "$(grep -c "label 0 is called 'road'" err)" -eq 1 ]
}

@test "a bad case gets its row, the others go on, exit 1" {
    make_folders $FIVE
    echo rubbish >pred/bin3d.nii.gz
    status=0
    "$SEGLOSS" eval pred truth -o out.csv -o out.jsonl 2>err || status=$?
    [ "$status" -eq 1 ]
    tail -1 err | grep -q '1 of 5 cases failed'
    grep '^bin3d' out.csv | grep -q unreadable
    [ "$(wc -l <out.jsonl)" -eq 5 ]
    jq -es 'any(.case == "bin3d" and .status == "unreadable")' out.jsonl
    jq -es 'any(.case == "multi3d" and .status == "ok")' out.jsonl
    status=0
    "$SEGLOSS" eval --stop-on-error pred truth -o none.csv 2>err || status=$?
    [ "$status" -eq 3 ]
    [ ! -e none.csv ]
}

@test "parts merge into the bytes of a whole run" {
    make_folders $FIVE
    "$SEGLOSS" eval pred truth -l ce,dice -o whole.csv -o whole.json -o whole.jsonl -o whole.md
    for k in 1 2 3; do "$SEGLOSS" eval pred truth -l ce,dice --shard $k/3 -o part$k.jsonl; done
    "$SEGLOSS" merge part3.jsonl part1.jsonl part2.jsonl -o all.csv -o all.json -o all.jsonl -o all.md
    for form in csv json jsonl md; do cmp all.$form whole.$form; done
    refused 4 'missing: number 2 (part 2)' "$SEGLOSS" merge part1.jsonl part3.jsonl
    refused 4 'give every part once' "$SEGLOSS" merge part1.jsonl part1.jsonl part2.jsonl part3.jsonl
    "$SEGLOSS" eval pred truth -l ce --shard 2/3 -o other.jsonl
    refused 4 'other settings' "$SEGLOSS" merge part1.jsonl other.jsonl part3.jsonl
    "$SEGLOSS" eval pred truth -l ce,dice --shard 2/4 -o four.jsonl
    refused 4 'in 4 parts' "$SEGLOSS" merge part1.jsonl four.jsonl
    refused 4 'not from a sharded run' "$SEGLOSS" merge whole.jsonl part1.jsonl
    "$SEGLOSS" merge whole.jsonl -f csv | cmp - whole.csv
    refused 5 'part1.jsonl' "$SEGLOSS" merge part1.jsonl part2.jsonl part3.jsonl -o part1.jsonl
    # more tasks than cases: the surplus is no failure and merges as nothing
    for k in 1 2 3 4 5 6; do
        "$SEGLOSS" eval pred truth -q --shard $k/6 -o surplus$k.jsonl
    done
    [ ! -s surplus6.jsonl ]
    "$SEGLOSS" merge surplus*.jsonl -f csv | cmp - whole.csv
    refused 4 'no case in any' "$SEGLOSS" merge surplus6.jsonl
}

@test "the part comes from the environment of a cluster" {
    make_folders $FIVE
    "$SEGLOSS" eval pred truth --shard 2/3 -f jsonl >wanted
    SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=3 \
        "$SEGLOSS" eval pred truth --shard auto -f jsonl | cmp - wanted
    SLURM_PROCID=1 SLURM_NTASKS=3 "$SEGLOSS" eval pred truth --shard auto -f jsonl | cmp - wanted
    OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=3 "$SEGLOSS" eval pred truth --shard auto -f jsonl | cmp - wanted
    PMI_RANK=1 PMI_SIZE=3 "$SEGLOSS" eval pred truth --shard auto -f jsonl 2>err | cmp - wanted
    grep -q 'part 2 of 3, from PMI' err
    refused 2 'gaps' env SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=9 \
        SLURM_ARRAY_TASK_COUNT=3 "$SEGLOSS" eval pred truth --shard auto
    refused 2 'which part' "$SEGLOSS" eval pred truth --shard auto
    refused 2 'K/N' "$SEGLOSS" eval pred truth --shard 4/3
}

@test "killed at any moment and resumed, a run ends in the same bytes" {
    mkdir pred truth
    for i in $(seq 100 139); do
        cp "$PRED" pred/$i.nii.gz
        cp "$TRUTH" truth/$i.nii.gz
    done
    "$SEGLOSS" eval pred truth -l pixel -m hd95 -o whole.jsonl
    for pause in 0.01 0.02 0.03 0.05 0.08 0.01 0.04; do
        "$SEGLOSS" eval pred truth -l pixel -m hd95 -o out.jsonl --resume &
        sleep $pause
        kill -KILL $! 2>/dev/null || true
        wait $! || true
    done
    "$SEGLOSS" eval pred truth -l pixel -m hd95 -o out.jsonl --resume
    cmp out.jsonl whole.jsonl
    "$SEGLOSS" eval pred truth -l pixel -m hd95 -o out.jsonl --resume
    cmp out.jsonl whole.jsonl
}

@test "a torn last line is done again" {
    make_folders $FIVE
    "$SEGLOSS" eval pred truth -o whole.jsonl
    "$SEGLOSS" eval pred truth -o out.jsonl --resume
    for cut in 1 10 500 3000 9000; do
        head -c -$cut whole.jsonl >out.jsonl
        "$SEGLOSS" eval pred truth -o out.jsonl --resume
        cmp out.jsonl whole.jsonl
    done
}

@test "resuming refuses other settings, other files, and a report without a record" {
    make_folders $FIVE
    "$SEGLOSS" eval pred truth -o out.jsonl --resume
    refused 4 'other settings' "$SEGLOSS" eval pred truth -l ce -o out.jsonl --resume
    touch -d 2001-01-01 pred/multi2d.nii.gz
    refused 4 "case 'multi2d' was scored from other files" "$SEGLOSS" eval pred truth -o out.jsonl --resume
    rm out.jsonl.resume
    refused 4 'record out.jsonl.resume is missing' "$SEGLOSS" eval pred truth -o out.jsonl --resume
    refused 2 'FILE.jsonl' "$SEGLOSS" eval pred truth -o out.csv --resume
    refused 2 'for many cases' "$SEGLOSS" eval "$PRED" "$TRUTH" --resume -o out.jsonl
}

@test "a gate that cannot be judged does not cost the report" {
    make_folders bin3d multi3d
    refused 2 'nolabel' "$SEGLOSS" eval pred truth -m dsc -l none --fail-under 'dsc[nolabel]=0.5' -o kept.csv
    "$SEGLOSS" eval pred truth -m dsc -l none -f csv | cmp - kept.csv
}

@test "two runs cannot share an output" {
    make_folders bin3d
    exec 9>>out.jsonl
    flock 9
    refused 5 'another run' "$SEGLOSS" eval pred truth -o out.jsonl
    exec 9>&-
}

@test "a full disk in the middle leaves complete lines" {
    [ "$(id -u)" = 0 ] || skip 'needs root to make a small disk'
    mkdir small pred truth
    mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip 'cannot mount here'
    for i in $(seq 100 139); do
        cp "$PRED" pred/$i.nii.gz
        cp "$TRUTH" truth/$i.nii.gz
    done
    status=0
    "$SEGLOSS" eval pred truth -o small/out.jsonl --resume 2>err || status=$?
    cp small/out.jsonl part.jsonl
    umount small
    [ "$status" -eq 5 ]
    head -n -1 part.jsonl | jq -e .case >/dev/null
}

@test "SIGINT keeps finished lines and ends with 130" {
    # a list that never ends, and a signal once the first line is there: no timing decides
    set -m # a job of its own hears SIGINT
    yes "$PRED,$TRUTH" | awk '{ print "c" NR "," $0 }' | sed '1i case,prediction,truth' |
        "$SEGLOSS" eval --pairs - -l pixel -m all -o out.jsonl 2>err &
    set +m
    for _ in $(seq 1200); do
        [ -s out.jsonl ] && break
        sleep 0.05
    done
    kill -INT $!
    status=0
    wait $! || status=$?
    [ "$status" -eq 130 ]
    [ "$(tail -c 1 out.jsonl | od -An -c | tr -d ' ')" = '\n' ]
    jq -e '.status == "ok"' out.jsonl >/dev/null
    grep -q "out.jsonl keeps its $(wc -l <out.jsonl) finished cases" err
}

@test "a reader who leaves ends a stream quietly" {
    make_folders $FIVE
    "$SEGLOSS" eval pred truth -f jsonl 2>err | head -1 | jq -e '.case == "bin2d_large"'
    [ ! -s err ]
    # a list that never ends does
    yes "$PRED,$TRUTH" | awk '{ print "c" NR "," $0 }' | sed '1i case,prediction,truth' |
        "$SEGLOSS" eval --pairs - -l none -m dsc -f jsonl 2>err | head -1 | jq -e '.case == "c1"'
    [ ! -s err ]
}

# Of every class of the cases, 0 too: IoU from the counts of the cases, by another program.
pooled_iou='[.cases[].classes[]] | group_by(.class) | map(
    (map(.counts.tp) | add) as $tp | (map(.counts.fp) | add) as $fp | (map(.counts.fn) | add) as $fn |
    {class: .[0].class, iou: ($tp / ($tp + $fp + $fn))})'

@test "--pooled counts over all cases before the formula, class 0 too" {
    make_folders multi2d multi3d
    "$SEGLOSS" eval pred truth -l none -m iou,miou,hd95,tp --pooled -f json >out.json
    jq -e "($pooled_iou)"' as $of |
        (.summary[] | select(.measure == "miou" and .params.pooled == "yes")) as $got |
        ($got.mean - ($of | map(.iou) | add / length) | fabs) < 1e-15 and $got.n == 2 and $got.sd == null' out.json
    jq -e "($pooled_iou)"' as $of | [.summary[] | select(.measure == "iou" and .params.pooled == "yes" and .class)] |
        length > 1 and all(.[]; . as $row | ($of[] | select(.class == $row.class).iou) - $row.mean | fabs < 1e-15)' out.json
    jq -e 'all(.summary[]; .measure != "hd95" or .params.pooled == null)' out.json
    "$SEGLOSS" eval pred truth -l none -m tp,fp,fn -f json | jq -e 'all(.summary[]; .params.pooled == null) and
        all(.cases[].classes[]; .counts == null) and all(.cases[]; .confusion == null)'
}

@test "--empty changes no pooled value, shards are pooled as the whole, gates see them" {
    make_folders $FIVE
    "$SEGLOSS" eval pred truth -q -l none -m dsc,miou,lesion-tp,lesion-pq --pooled --summary-only -f csv | grep pooled >na
    "$SEGLOSS" eval pred truth -q -l none -m dsc,miou,lesion-tp,lesion-pq --pooled --summary-only -f csv --empty zero-one |
        grep pooled | cmp - na
    for k in 1 2; do
        "$SEGLOSS" eval pred truth -q -l none -m dsc,miou,lesion-tp,lesion-pq --pooled --shard $k/2 -o part$k.jsonl
    done
    "$SEGLOSS" merge part2.jsonl part1.jsonl --pooled --summary-only -f csv | grep pooled | cmp - na
    "$SEGLOSS" merge part2.jsonl part1.jsonl --confusion merged.csv -o whole.csv
    "$SEGLOSS" eval pred truth -q -l none -m dsc --confusion matrix.csv -o report.csv
    cmp merged.csv matrix.csv
    "$SEGLOSS" eval pred truth -q -l none -m dsc --confusion matrix.svg -o report.csv && grep -q '</svg>' matrix.svg
    "$SEGLOSS" eval pred truth -q -l none -m miou --pooled --summary-only --fail-under 'miou[pooled]=0.01' -o x.csv
    run -1 "$SEGLOSS" eval pred truth -q -l none -m miou --pooled --summary-only --fail-under 'miou[pooled]=0.99' -o x.csv
    refused 2 'give --pooled too' "$SEGLOSS" eval pred truth -q -l none -m miou --fail-under 'miou[pooled]=0.5'
}

@test "the rows of a confusion matrix sum to the truth" {
    make_folders multi2d multi3d
    "$SEGLOSS" eval pred truth -q -l none -m volume-truth --confusion matrix.csv -f json >out.json
    sums=$(tail -n +2 matrix.csv | awk -F, '{ s = 0; for (i = 3; i <= NF; i++) s += $i; t += s } END { print t }')
    [ "$sums" -eq "$(jq '[.cases[].shape | .[0] * .[1] * .[2]] | add' out.json)" ]
    "$SEGLOSS" eval pred truth -q -l none -m dsc --confusion shares.csv --confusion-normalise row -o x.csv
    tail -n +2 shares.csv | awk -F, '{ s = 0; n = 0; for (i = 3; i <= NF; i++) { s += $i; n += $i != "" }
        if (n && (s < 1 - 1e-12 || s > 1 + 1e-12)) exit 1 }'
}

@test "--slice-mean is the mean over the slices in which a measure is defined" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -l none -m dsc --per-slice --slice-mean -f csv >rows
    for class in 1 2 3; do
        awk -F, -v c=$class 'NR > 1 && $3 == c && $6 == "dsc" && $2 != "" && $2 != "mean" && $8 != "" { s += $8; n++ }
            NR > 1 && $3 == c && $2 == "mean" { m = $8 } END { if (n && (s / n - m) ^ 2 > 1e-24) exit 1 }' rows
    done
    "$SEGLOSS" eval "$PRED" "$TRUTH" -l none -m dsc --slice-mean -f csv | grep -c ',mean,' | grep -qv '^0$'
    ! "$SEGLOSS" eval "$PRED" "$TRUTH" -l none -m dsc --slice-mean -f csv | grep -q ',3,1,'
    "$SEGLOSS" eval "$PRED" "$TRUTH" -l none -m dsc --slice-mean -f json >out.json
    jq -e 'any(.summary[]; .params.slice == "mean" and .n == 1) and any(.cases[0].results[]; .slice == "mean" and .slices > 0)' out.json
}

@test "a class list that names 0 makes it a class like the others" {
    make_folders multi2d
    "$SEGLOSS" eval -l none -m dsc -f csv "$GOLDEN/multi2d/gt.nii.gz" "$GOLDEN/multi2d/gt.nii.gz" >three
    "$SEGLOSS" eval -l none -m dsc -c 0-3 -f csv "$GOLDEN/multi2d/gt.nii.gz" "$GOLDEN/multi2d/gt.nii.gz" >four
    [ "$(wc -l <three)" -eq 5 ]
    [ "$(wc -l <four)" -eq 6 ]
    "$SEGLOSS" eval -m none -l dice -c 0-3 -f value --no-per-class "$GOLDEN/multi2d/pred.nii.gz" "$GOLDEN/multi2d/gt.nii.gz" >a
    "$SEGLOSS" eval -m none -l dice:classes=all -f value --no-per-class "$GOLDEN/multi2d/pred.nii.gz" "$GOLDEN/multi2d/gt.nii.gz" | cmp - a
}

@test "means over slices pool nothing, and change no pooled value" {
    make_folders multi2d both_empty
    "$SEGLOSS" eval pred truth -q -l none -m dsc,miou,tp --pooled -f json | jq '[.summary[] | select(.params.pooled)]' >whole
    for slices in '--slice-mean' '--per-slice --slice-mean'; do
        "$SEGLOSS" eval pred truth -q -l none -m dsc,miou,tp --pooled $slices -f json |
            jq '[.summary[] | select(.params.pooled)]' | cmp - whole
    done
    [ "$(jq length whole)" -gt 3 ]
}
