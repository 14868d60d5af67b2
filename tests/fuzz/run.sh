#!/bin/sh
# run.sh SECONDS PROGRAM... - runs every fuzzer that long, beginning with the inputs of seeds.sh; a finding is kept beside the
# program. FUZZ_RUNS=N stops each after N executions.
seconds=$1
shift
failed=0 total=0
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
"$(dirname "$0")/seeds.sh" "$seeds"
for fuzzer in "$@"; do
    log=$fuzzer.log
    corpus=$seeds/$(basename "$fuzzer" | sed 's/^fuzz_//')
    mkdir -p "$corpus"
    if "$fuzzer" -max_total_time="$seconds" -runs="${FUZZ_RUNS:--1}" -max_len=8192 -rss_limit_mb=1024 -timeout=5 \
        -print_final_stats=1 -artifact_prefix="$fuzzer-" "$corpus" >"$log" 2>&1; then
        n=$(grep -o 'number_of_executed_units: *[0-9]*' "$log" | grep -o '[0-9]*$')
        total=$((total + n))
        echo "$n executions, nothing found  $fuzzer"
    else
        failed=$((failed + 1))
        echo "FOUND something: $fuzzer (see $log)"
        tail -30 "$log"
    fi
done
echo "$total executions, $failed fuzzers found something"
[ "$failed" -eq 0 ]
