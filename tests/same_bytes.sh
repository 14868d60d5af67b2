#!/bin/sh
# same_bytes.sh - programs that were built differently, with the kernels of every instruction set, must print the same
# bytes for all losses and metrics.
#
#     tests/same_bytes.sh PROGRAM PROGRAM...      golden cases with 1 and 3 threads, against the first program
set -e
golden=$(dirname "$0")/golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cases=0
sets=$("$1" --version | sed -n 's/^kernels [^ ]* of //p')
[ -n "$sets" ]
for truth in "$golden"/*/gt.nii.gz; do
    case=$(dirname "$truth")
    [ -e "$case/pred.nii.gz" ] || continue
    cases=$((cases + 1))
    rm -f "$work/first"
    for program in "$@"; do
        for set in $sets; do
            for threads in 1 3; do
                SEGLOSS_SIMD=$set "$program" eval -q -l all -m all -f csv -j $threads "$case/pred.nii.gz" "$truth" \
                    >"$work/now" 2>&1 || :
                [ -e "$work/first" ] || cp "$work/now" "$work/first"
                cmp "$work/first" "$work/now" || {
                    echo "$case: $program with SEGLOSS_SIMD=$set and $threads threads prints otherwise"
                    exit 1
                }
            done
        done
    done
    grep -q ',hausdorff,' "$work/first" || { echo "$case: no losses"; cat "$work/first"; exit 1; }
done
[ "$cases" -gt 0 ]
echo "$cases cases: $# programs print the same bytes with $sets"
