# files.bats - what is finished stays, inputs are not written over, and closed descriptors get nothing.
load common

# Folders pred and truth with N copies of a small pair.
many() {
    mkdir -p pred truth
    for i in $(seq 100 $((99 + $1))); do
        cp "$GOLDEN/multi2d/pred.nii.gz" "pred/$i.nii.gz"
        cp "$GOLDEN/multi2d/gt.nii.gz" "truth/$i.nii.gz"
    done
}

# A report of 5 cases whose run was interrupted before it was complete.
interrupted_report() {
    many 5
    "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl --resume
    sed -i '$d' k.jsonl.resume # without its last line, "complete"
    cp k.jsonl kept.jsonl
}

@test "a run that has no case leaves a finished report alone" {
    many 3
    "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl
    cp k.jsonl kept.jsonl
    echo prediction,truth >empty.csv
    refused 2 'the list is empty' "$SEGLOSS" eval --pairs empty.csv -o k.jsonl
    refused 3 'nosuchlist.csv' "$SEGLOSS" eval --pairs nosuchlist.csv -o k.jsonl
    refused 2 'nosuchmetric' "$SEGLOSS" eval pred truth -m nosuchmetric -o k.jsonl
    refused 2 'dsc' "$SEGLOSS" eval pred truth --fail-under dsc -o k.jsonl
    cmp k.jsonl kept.jsonl
    [ ! -e k.jsonl.resume ]
    "$SEGLOSS" eval pred truth -q -m iou -l none -o k.jsonl # a finished one is replaced by a run that has cases
    ! cmp -s k.jsonl kept.jsonl
}

@test "an interrupted report is not begun anew without being asked" {
    interrupted_report
    refused 5 'k.jsonl holds 5 finished cases of a run that was interrupted (--resume does the rest; remove the file' \
        "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl
    cmp k.jsonl kept.jsonl
    "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl --resume
    cmp k.jsonl kept.jsonl
    "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl # it is complete now
    cmp k.jsonl kept.jsonl
}

@test "a report that is behind its record, or before it, ends in the same bytes" {
    interrupted_report
    cp k.jsonl.resume whole.resume
    for n in 0 1 3 4; do
        head -n $n kept.jsonl >k.jsonl
        cp whole.resume k.jsonl.resume
        "$SEGLOSS" eval pred truth -m dsc -l none -o k.jsonl --resume 2>err
        cmp k.jsonl kept.jsonl
        cp kept.jsonl k.jsonl
        head -n $((n + 1)) whole.resume >k.jsonl.resume
        "$SEGLOSS" eval pred truth -m dsc -l none -o k.jsonl --resume 2>err
        cmp k.jsonl kept.jsonl
        grep -q "k.jsonl: $n finished cases are kept, $((5 - n)) that its record does not confirm" err
    done
}

@test "an interrupt while finished cases are skipped is exit 130" {
    many 300
    "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl --resume
    sed -i '$d' k.jsonl.resume
    sed -i '$d' k.jsonl.resume
    cp k.jsonl kept.jsonl
    for pause in 0.002 0.004 0.008 0.016; do
        status=0
        timeout -s INT $pause "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl --resume 2>err || status=$?
        [ $status -eq 124 ] || [ $status -eq 130 ] || [ $status -eq 0 ]
        ! grep -q remove err
    done
    "$SEGLOSS" eval pred truth -q -m dsc -l none -o k.jsonl --resume
    cmp k.jsonl kept.jsonl
}

@test "an interrupted report that does not grow says that nothing was kept" {
    set -m
    yes "$PRED,$TRUTH" | awk '{ print "c" NR "," $0 }' | sed '1i case,prediction,truth' |
        "$SEGLOSS" eval --pairs - -l none -m dsc -o out.csv 2>err &
    set +m
    for _ in $(seq 400); do
        ls .out.csv.* >/dev/null 2>&1 && break
        sleep 0.02
    done
    sleep 0.1
    kill -TERM $!
    status=0
    wait $! || status=$?
    [ $status -eq 143 ]
    grep -q 'nothing was kept (a report -o FILE.jsonl' err
    [ "$(ls -A | grep -c out.csv)" -eq 0 ]
}

@test "no input is written over, whatever it is called" {
    printf '0,1,1\n1,0,1\n1,1,0\n' >cost.csv
    cp cost.csv keep
    ln -s cost.csv link.csv
    ln cost.csv hard.csv
    local costs=wasserstein-dice:costs=cost.csv
    for out in cost.csv ./cost.csv link.csv hard.csv; do
        refused 5 'is an input of this run' "$SEGLOSS" eval "$GOLDEN/multi2d/pred.nii.gz" "$GOLDEN/multi2d/gt.nii.gz" \
            -q -l $costs -m none -o $out
        cmp cost.csv keep
    done
    mkdir d
    cp "$GOLDEN/multi2d/gt.nii.gz" d/
    echo '{"labels": {"background": 0, "a": 1, "b": 2}}' >d/dataset.json
    cp d/dataset.json keep
    refused 5 'is an input of this run' "$SEGLOSS" eval "$GOLDEN/multi2d/pred.nii.gz" d/gt.nii.gz -q -m dsc -l none \
        -o d/dataset.json
    cmp d/dataset.json keep
    mkdir p && cp "$GOLDEN/multi2d/pred.nii.gz" p/gt.nii.gz
    mkdir found && cp d/* found/
    printf '%s,%s\n' prediction truth p/gt.nii.gz found/gt.nii.gz >pairs.csv
    refused 5 'is an input of this run' "$SEGLOSS" eval --pairs pairs.csv -q -f jsonl -o found/dataset.json
    refused 2 'are one file' "$SEGLOSS" eval "$PRED" "$TRUTH" -o a.csv -o ./a.csv
    refused 2 'are one file' "$SEGLOSS" sweep "$PRED" "$TRUTH" -l 'tversky:alpha={0.3/0.7}' --plot x.svg -o ./x.svg -f csv
    "$SEGLOSS" eval "$PRED" "$TRUTH" -m dsc -l none -o r.csv -q
    refused 5 'is an input of this run' "$SEGLOSS" compare a=r.csv b=r.csv -o r.csv
}

@test "closed descriptors get neither reports nor messages" {
    many 2
    printf 'case,prediction,truth\na,%s,nosuch.png\nb,%s,%s\n' "$PRED" "$PRED" "$TRUTH" >list.csv
    status=0
    "$SEGLOSS" eval --pairs list.csv -l none -m dsc -o e.jsonl --resume <&- >&- 2>&- || status=$?
    [ $status -eq 1 ]
    jq -e .case e.jsonl >/dev/null
    status=0
    "$SEGLOSS" eval --pairs - -o f.jsonl <&- 2>err || status=$?
    [ $status -eq 2 ] || [ $status -eq 3 ]
    status=0
    "$SEGLOSS" eval "$PRED" "$TRUTH" -l none -m dsc >&- 2>err || status=$?
    [ $status -eq 5 ]
}

@test "a file that has reached its size limit is a failed output" {
    case ${BUILD:-build} in *tsan*) skip 'the reports of the sanitizer reach the limit first' ;; esac
    many 40
    status=0
    (
        ulimit -f 1
        exec "$SEGLOSS" eval pred truth -q -m all -o x.csv 2>err
    ) || status=$?
    [ $status -eq 5 ]
    grep -q 'File too large' err
    [ "$(ls -A | grep -c 'x\.csv')" -eq 0 ]
}

@test "pipes and devices as parameter files and lists do not hang" {
    mkfifo pipe
    refused 2 'the list is empty' timeout 10 "$SEGLOSS" eval --pairs pipe
    refused 3 'is a device, a list of pairs was wanted' "$SEGLOSS" eval --pairs /dev/zero
    refused 3 'is a device, a matrix of costs was wanted' "$SEGLOSS" eval "$GOLDEN/multi2d/pred.nii.gz" \
        "$GOLDEN/multi2d/gt.nii.gz" -q -l wasserstein-dice:costs=/dev/zero -m none
    refused 3 'is a device, a report was wanted' "$SEGLOSS" compare a=/dev/zero b=/dev/zero
}

@test "a file of regions with a wrong line has its sentence" {
    printf 'WT one two\n' >regions.txt
    refused 3 'regions.txt, line 1' "$SEGLOSS" eval "$PRED" "$TRUTH" --regions regions.txt -l none -m dsc
}
