#!/usr/bin/env bats
# conclusions.bats - what `segloss compare` concludes, against numpy and scipy: tests/golden/conclusions.
bats_require_minimum_version 1.5.0
load common

# The checks that are missed, with what was found. $checks have one command.
MISSED='
def near($want; $tol): if ($want | type) == "number" and type == "number"
    then ($want - . | fabs) <= $tol * ([1, ($want | fabs)] | max) else . == $want end;
def entries($path): reduce ($path / "/")[] as $k ([.]; map(.[$k] // [] | .[]));
. as $doc | $checks[] | . as $c | $doc | entries($c.in)
    | map(select(. as $e | all($c.where | to_entries[]; .value as $v | $e[.key] == $v)))
    | (if length then .[0] | getpath($c.get / ".") else "no entry" end) as $got
    | select($got | near($c.want; $c.tol) | not) | "\($c.args | join(" ")): \($c.in) \($c.where) \($c.get): \($got), wanted \($c.want)"'

@test "every value of the oracle is found" {
    cd "$GOLDEN/conclusions"
    jq -c 'group_by(.args)[]' checks.json | while IFS= read -r checks; do
        mapfile -t args < <(jq -r '.[0].args[]' <<<"$checks")
        "$SEGLOSS" compare -q "${args[@]}" -f json --statistics all | jq -r --argjson checks "$checks" "$MISSED"
    done >"$BATS_TEST_TMPDIR/missed"
    cat "$BATS_TEST_TMPDIR/missed"
    [ ! -s "$BATS_TEST_TMPDIR/missed" ]
    [ "$(jq length checks.json)" -gt 100 ]
}
