#!/bin/bash
# kill.sh SEGLOSS GOLDEN SIGNALS [SEED]: sends that many signals at random moments to batches, resumed batches, parts and
# merges. Rules: the exit code is that of the signal or of a run that was done; whatever was interrupted and resumed
# ends in the bytes of an undisturbed run; no temporary file stays, except behind SIGKILL. Ends with
# "N signals, N faults".
set -u
segloss=$(realpath "$1") golden=$(realpath "$2") signals=$3
RANDOM=${4:-$$}
echo "seed ${4:-$$}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
sent=0 faults=0 killed=0

fault() {
    faults=$((faults + 1))
    echo "FAULT $*"
    [ ! -s err ] || sed 's/^/    /' err
}

mkdir pred truth
for i in $(seq 100 139); do
    cp "$golden/multi3d/pred.nii.gz" "pred/$i.nii.gz"
    cp "$golden/multi3d/gt.nii.gz" "truth/$i.nii.gz"
done
score=("$segloss" eval pred truth -q -l none -m 'dsc,hd95')
"${score[@]}" -o whole.jsonl || exit 2
"${score[@]}" -o whole.csv || exit 2

# disturbed NAME COMMAND...: one signal while the command runs; nothing is said when it was done before.
disturbed() {
    local name=$1 pid status signal signals_to_send=(INT TERM HUP KILL)
    shift
    signal=${signals_to_send[RANDOM % 4]}
    "$@" >out 2>err &
    pid=$!
    sleep "0.$(printf '%03d' $((RANDOM % 120)))"
    kill -s "$signal" $pid 2>/dev/null && sent=$((sent + 1))
    wait $pid 2>/dev/null
    status=$?
    [ "$signal" != KILL ] || killed=1
    [ $status -eq 0 ] || [ $status -eq $((128 + $(kill -l "$signal"))) ] || fault "$name: $signal, exit $status"
    if [ $killed -eq 0 ] && ls .[a-z]* >/dev/null 2>&1; then
        fault "$name: $signal: a temporary file stays: $(ls -d .[a-z]*)"
    fi
}

# What is interrupted again and again ends when it is left alone.
while [ $sent -lt "$signals" ]; do
    rm -f ./*.resume k.jsonl part* all.csv .[a-z]*
    killed=0
    for _ in 1 2 3 4; do disturbed resume "${score[@]}" -j $((1 + RANDOM % 3)) -o k.jsonl --resume; done
    "${score[@]}" -o k.jsonl --resume 2>err || fault "resume: exit $?"
    cmp -s k.jsonl whole.jsonl || fault 'resume: other bytes'
    for _ in 1 2 3; do disturbed batch "${score[@]}" -j $((1 + RANDOM % 3)) -o all.csv; done
    [ ! -e all.csv ] || cmp -s all.csv whole.csv || fault 'batch: a report that is not whole'
    for part in 1 2 3; do
        for _ in 1 2; do disturbed part "${score[@]}" --shard $part/3 -o part$part.jsonl --resume; done
        "${score[@]}" --shard $part/3 -o part$part.jsonl --resume 2>err || fault "part: exit $?"
    done
    for _ in 1 2 3; do disturbed merge "$segloss" merge part1.jsonl part2.jsonl part3.jsonl -o all.csv; done
    "$segloss" merge part1.jsonl part2.jsonl part3.jsonl -o all.csv 2>err || fault "merge: exit $?"
    cmp -s all.csv whole.csv || fault 'merge: other bytes'
done
echo "$sent signals, $faults faults"
[ $faults -eq 0 ]
