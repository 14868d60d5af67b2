#!/usr/bin/env bats
# schema.bats - every JSON report fits the schema that is installed, and the schema refuses what is no report.
bats_require_minimum_version 1.5.0
load ../cli/common

SCHEMA=src/packaging/segloss-report.schema.json

# valid json|jsonl FILE...: by python3-jsonschema
valid() {
    /usr/bin/python3 - "$ROOT/$SCHEMA" "$@" <<'PYTHON'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
lines = {**schema, "$ref": "#/definitions/case"}
for path in sys.argv[3:]:
    texts = open(path).read().splitlines() if sys.argv[2] == "jsonl" else [open(path).read()]
    if not texts:
        sys.exit(path + ": empty")
    for text in texts:
        document = json.loads(text, parse_constant=lambda word: sys.exit(path + ": " + word))
        jsonschema.validate(document, lines if sys.argv[2] == "jsonl" else schema)
PYTHON
}

setup_file() {
    /usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip 'no python3-jsonschema'
}

@test "reports of one case, of slices, of all measures, of empty classes" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -l all -m all -q -f json >all.json
    "$SEGLOSS" eval "$PRED" "$TRUTH" --per-slice -q -f json >slices.json
    "$SEGLOSS" eval "$PRED" "$TRUTH" -m hd95:convention=all,tversky -l none -f json 2>/dev/null >params.json || true
    for case in both_empty empty_gt empty_pred perfect; do
        "$SEGLOSS" eval "$GOLDEN/$case/pred.nii.gz" "$GOLDEN/$case/gt.nii.gz" -m all -q -f json >$case.json
    done
    [ -s params.json ] || rm params.json
    valid json ./*.json
}

@test "reports with failed cases, lines, shards and what merge makes of them" {
    make_folders bin3d empty_gt multi2d multi3d
    echo rubbish >pred/bin3d.nii.gz
    "$SEGLOSS" eval pred truth -q -f json >some.json || [ $? -eq 1 ]
    "$SEGLOSS" eval pred truth -q -f jsonl >some.jsonl || [ $? -eq 1 ]
    for k in 1 2; do
        "$SEGLOSS" eval pred truth -q --shard $k/2 -o part$k.jsonl || [ $? -eq 1 ]
    done
    "$SEGLOSS" merge part1.jsonl part2.jsonl -o merged.json || [ $? -eq 1 ]
    "$SEGLOSS" merge part1.jsonl part2.jsonl -o merged.jsonl || [ $? -eq 1 ]
    jq -e '.failed_cases == 1' merged.json
    valid json some.json merged.json
    valid jsonl some.jsonl part1.jsonl part2.jsonl merged.jsonl
}

@test "what is no report is refused" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -q -f json >good.json
    valid json good.json
    for change in 'del(.cases)' '.cases[0].status = "fine"' '.cases[0].results[0].value = null' '.summary[0].n = -1' \
        '.cases[0].results[0].kind = "score"' '.cases[0].shape = [1, 2]'; do
        jq "$change" good.json >bad.json
        run ! valid json bad.json
    done
}
