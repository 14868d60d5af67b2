#!/bin/sh
# Runs the tests given as arguments, programs and .bats files; ends with "N passed, N failed".
# All of them speak TAP; what fails is shown whole.
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build}"
export BUILD CMOCKA_MESSAGE_OUTPUT=TAP
passed=0 failed=0
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

count() { # NAME STATUS: adds up the lines of $log
    ok=$(grep -c '^ok ' "$log") bad=$(grep -c '^not ok ' "$log")
    if [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; then # it died instead of failing
        bad=1
        printf '%s\n' "not ok - $1 ended with status $2"
    fi
    if [ "$bad" -gt 0 ] || [ "$2" -ne 0 ]; then
        cat "$log"
    fi
    printf '%4d passed, %d failed  %s\n' "$ok" "$bad" "$1"
    passed=$((passed + ok)) failed=$((failed + bad))
}

for test in "$@"; do
    case $test in
    *.bats) bats --tap "$test" >"$log" 2>&1 ;;
    *) "$test" >"$log" 2>&1 ;;
    esac
    count "$test" $?
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
