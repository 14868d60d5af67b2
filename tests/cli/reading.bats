#!/usr/bin/env bats
# reading.bats - what the numbers of a file mean: the golden cases of the reading rules, and every advice obeyed.
bats_require_minimum_version 1.5.0
load common

@test "every file of the reading rules is read as its oracle says, or refused" {
    run -0 env PYTHONDONTWRITEBYTECODE=1 python3 "$ROOT/tests/golden/oracle/check_reading.py" "$SEGLOSS" \
        "$ROOT/tests/golden/reading"
    echo "$output"
}

@test "every option that a refusal of the reading rules advises works when it is obeyed literally" {
    run -0 env PYTHONDONTWRITEBYTECODE=1 python3 "$ROOT/tests/golden/oracle/obey_reading.py" "$SEGLOSS" \
        "$ROOT/tests/golden/reading" "$BATS_TEST_TMPDIR/more"
    echo "$output"
}
