#!/usr/bin/env bats
# objects.bats - objects, instances and grey maps as a user types them: what is refused, and what is written.
bats_require_minimum_version 1.5.0
load common

OBJECTS=$BATS_TEST_DIRNAME/../golden/objects

refused() { # CODE WORDS ARGUMENTS...: one sentence on stderr, nothing on stdout
    code=$1 words=$2
    shift 2
    run --separate-stderr "$SEGLOSS" eval "$@"
    [ "$status" -eq "$code" ] && [ -z "$output" ] && [[ $stderr == *"$words"* ]] && [ "$(wc -l <<<"$stderr")" -eq 1 ]
}

@test "what cannot be objects is refused in one sentence" {
    cd "$OBJECTS"
    refused 3 "labels were wanted" cal_p.nii.gz cal_t.nii.gz --objects instances -q
    refused 4 "holds probabilities" cal_p.nii.gz cal_t.nii.gz --objects instances --input prob -q
    refused 2 "--classes" cells_p.png cells_t.png --objects instances -c 1-3
    refused 2 "--map" cells_p.png cells_t.png --objects instances --map 1=2
    refused 2 "--regions" cells_p.png cells_t.png --objects instances --regions A=1/2
    refused 2 "instances:D" cells_p.png cells_t.png --objects instances:1
    refused 2 "components" cells_p.png cells_t.png --objects cells
    refused 2 "cityscapes-instances" panoptic_p.png panoptic_t.png --objects instances:1000 --map cityscapes-instances
}

@test "parameters out of range or order are refused" {
    cd "$OBJECTS"
    refused 2 "threshold=1.5" les3d_p.nii.gz les3d_t.nii.gz -m lesion-tp:threshold=1.5
    refused 2 "iou=-1" les3d_p.nii.gz les3d_t.nii.gz -m lesion-tp:iou=-1
    refused 2 "thresholds=0.5/2" les3d_p.nii.gz les3d_t.nii.gz -m lesion-ap:thresholds=0.5/2
    refused 2 "ascending" les3d_p.nii.gz les3d_t.nii.gz -m lesion-ap:thresholds=0.7/0.5
    refused 2 "ascending" les3d_p.nii.gz les3d_t.nii.gz -m lesion-sensitivity:size=100/30
    refused 2 "no parameter 'size'" les3d_p.nii.gz les3d_t.nii.gz -m lesion-precision:size=30
    refused 2 "one was wanted" les3d_p.nii.gz les3d_t.nii.gz -m lesion-tp:min-volume=1/2
    refused 2 "sweep=most" les3d_p.nii.gz les3d_t.nii.gz -m dsc:sweep=most
}

@test "a tolerance for each class is complete, and its names are known" {
    cd "$OBJECTS/pool"
    refused 2 "class 2 is not in the list" p/c0.nii.gz t/c0.nii.gz -m nsd:tolerance=1:2 -q
    refused 2 "no class 'liver'" p/c0.nii.gz t/c0.nii.gz -m nsd:tolerance=1:2/2:1/liver:3 -q
    refused 2 "no file" p/c0.nii.gz t/c0.nii.gz -m nsd:tolerance=nofile -q
    refused 2 "is not possible" p/c0.nii.gz t/c0.nii.gz -m "nsd:tolerance=$BATS_TEST_FILENAME" -q
    printf '# organ mm\n1 2\n2 1\n' >"$BATS_TEST_TMPDIR/list"
    "$SEGLOSS" eval p/c0.nii.gz t/c0.nii.gz -m "nsd:tolerance=$BATS_TEST_TMPDIR/list" -q -f value >"$BATS_TEST_TMPDIR/a"
    "$SEGLOSS" eval p/c0.nii.gz t/c0.nii.gz -m nsd:tolerance=1:2/2:1 -q -f value | cmp - "$BATS_TEST_TMPDIR/a"
}

@test "the table of objects: forms, places, and what cannot be" {
    cd "$OBJECTS"
    table() { "$SEGLOSS" eval cells_p.png cells_t.png --objects instances -m lesion-tp -q "$@"; }
    table --object-table "$BATS_TEST_TMPDIR/o.csv" -o "$BATS_TEST_TMPDIR/r.csv"
    table --object-table "$BATS_TEST_TMPDIR/o.tsv" -o "$BATS_TEST_TMPDIR/r.csv"
    table --object-table "$BATS_TEST_TMPDIR/o.jsonl" -o "$BATS_TEST_TMPDIR/r.csv"
    table --object-table - -o "$BATS_TEST_TMPDIR/r.csv" | cmp - "$BATS_TEST_TMPDIR/o.csv"
    tr '\t' , <"$BATS_TEST_TMPDIR/o.tsv" | cmp - "$BATS_TEST_TMPDIR/o.csv"
    [ "$(jq -s 'length' "$BATS_TEST_TMPDIR/o.jsonl")" -eq $(($(wc -l <"$BATS_TEST_TMPDIR/o.csv") - 1)) ]
    refused 2 "stdout" cells_p.png cells_t.png --objects instances --object-table - -q
    refused 2 "match=dilated" les3d_p.nii.gz les3d_t.nii.gz -m lesion-tp:match=dilated -q --object-table "$BATS_TEST_TMPDIR/x.csv"
    [ ! -e "$BATS_TEST_TMPDIR/x.csv" ]
}

@test "objects and bins are the same bytes for any number of threads" {
    cd "$OBJECTS"
    for j in 1 3; do
        "$SEGLOSS" eval pool/p pool/t -j $j -q -m lesion-f1,cc-dsc,betti-error -o "$BATS_TEST_TMPDIR/r$j.csv" \
            --object-table "$BATS_TEST_TMPDIR/o$j.csv"
        "$SEGLOSS" eval cal_p.nii.gz cal_t.nii.gz -j $j -q -l none -m ace --reliability "$BATS_TEST_TMPDIR/b$j.csv" >/dev/null
    done
    for f in r o b; do cmp "$BATS_TEST_TMPDIR/${f}1.csv" "$BATS_TEST_TMPDIR/${f}3.csv"; done
}

@test "ids may be large and have gaps, and more values than classes get a hint" {
    cd "$OBJECTS"
    [ "$("$SEGLOSS" eval sparse_p.png sparse_t.png --objects instances -m lesion-count-truth -f value -q --no-per-class)" -gt 1 ]
    run --separate-stderr "$SEGLOSS" eval sparse_p.png sparse_t.png -q -m dsc
    [ "$status" -eq 0 ] || [[ $stderr == *instances* ]]
}
