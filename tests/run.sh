#!/bin/sh
# Runs the tests given as arguments, programs and .bats files, JOBS at a time (default: one for each processor), and
# prints their results in the order of the arguments; ends with "N passed, N failed".
# All of them write TAP; the output of a test that fails is shown whole.
case $1 in
--one) # FOLDER NUMBER TEST: leaves NUMBER.log, NUMBER.status and NUMBER.seconds in FOLDER
    start=$(date +%s)
    case $4 in
    *.bats) bats --tap "$4" ;;
    *) "$4" ;;
    esac >"$2/$3.log" 2>&1
    echo $? >"$2/$3.status"
    echo $(($(date +%s) - start)) >"$2/$3.seconds"
    exit 0
    ;;
esac
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build}" "${JOBS:=$(nproc 2>/dev/null || echo 1)}"
export BUILD CMOCKA_MESSAGE_OUTPUT=TAP
passed=0 failed=0
results=$(mktemp -d) || exit 2
trap 'rm -rf "$results"' EXIT

count() { # NUMBER TEST: adds up the lines of its log
    log=$results/$1.log
    status=$(cat "$results/$1.status" 2>/dev/null || echo missing)
    ok=$(grep -c '^ok ' "$log") bad=$(grep -c '^not ok ' "$log")
    if [ "$status" != 0 ] && [ "$bad" -eq 0 ]; then # it ended before its plan was done
        bad=1
        printf '%s\n' "not ok - $2 ended with status $status"
    fi
    if [ "$bad" -gt 0 ]; then
        cat "$log"
    fi
    printf '%4d passed, %d failed  %s (%s s)\n' "$ok" "$bad" "$2" "$(cat "$results/$1.seconds" 2>/dev/null)"
    passed=$((passed + ok)) failed=$((failed + bad))
}

number=0
for test in "$@"; do
    number=$((number + 1))
    printf '%s %s\n' "$number" "$test"
done | xargs -P "$JOBS" -L 1 tests/run.sh --one "$results"
number=0
for test in "$@"; do
    number=$((number + 1))
    count "$number" "$test"
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
