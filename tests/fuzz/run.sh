#!/bin/sh
# run.sh SECONDS PROGRAM... - runs every fuzzer that long from an empty corpus; a finding is kept beside the program.
seconds=$1
shift
failed=0
for fuzzer in "$@"; do
    log=$fuzzer.log
    if "$fuzzer" -max_total_time="$seconds" -max_len=8192 -rss_limit_mb=1024 -timeout=5 -print_final_stats=1 \
        -artifact_prefix="$fuzzer-" >"$log" 2>&1; then
        echo "$(grep -o 'number_of_executed_units: *[0-9]*' "$log" | grep -o '[0-9]*$') executions, nothing found  $fuzzer"
    else
        failed=1
        echo "FOUND something: $fuzzer (see $log)"
        tail -30 "$log"
    fi
done
exit $failed
