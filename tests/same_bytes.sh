#!/bin/sh
# same_bytes.sh - programs that were built differently must print the same bytes for all losses and metrics.
#
#     tests/same_bytes.sh PROGRAM PROGRAM...      golden cases with 1 and 3 threads, against the first program
set -e
golden=$(dirname "$0")/golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cases=0
for truth in "$golden"/*/gt.nii.gz; do
    case=$(dirname "$truth")
    [ -e "$case/pred.nii.gz" ] || continue
    cases=$((cases + 1))
    rm -f "$work/first"
    for program in "$@"; do
        for threads in 1 3; do
            "$program" eval -q -l all -m all -f csv -j $threads "$case/pred.nii.gz" "$truth" >"$work/now" 2>&1 || :
            [ -e "$work/first" ] || cp "$work/now" "$work/first"
            cmp "$work/first" "$work/now" || { echo "$case: $program with $threads threads prints otherwise"; exit 1; }
        done
    done
    grep -q ',hausdorff,' "$work/first" || { echo "$case: no losses"; cat "$work/first"; exit 1; }
done
[ "$cases" -gt 0 ]
echo "$cases cases: $# programs print the same bytes"
