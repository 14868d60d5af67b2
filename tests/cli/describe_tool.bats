#!/usr/bin/env bats
# describe_tool.bats - commands as workflow engines read them: every option is there once, and the command line they make runs.
bats_require_minimum_version 1.5.0
load common

commands() {
    sed -n 's/^COMMAND(\(.*\))$/\1/p' "$ROOT/src/commands/all.h"
}

# The long options of a command's help.
options_of() {
    "$SEGLOSS" help "$1" | sed -nE 's/^  (-.,|   ) --(\[(no-)\])?([a-z0-9-]+).*/\3\4/p' | sort -u
}

@test "describe --format boutiques: the form of schema 0.5, and every option of every command" {
    for command in $(commands); do
        "$SEGLOSS" describe --format boutiques "$command" >tool.json
        jq -e '.["schema-version"] == "0.5" and (.name | length > 0) and (.description | length > 0)
            and (.["tool-version"] | test("^[0-9.]+$"))
            and ([.inputs[].id] | length == (unique | length)) and all(.inputs[]; .id | test("^[0-9_a-zA-Z]+$"))
            and all(.inputs[]; .type | IN("String", "File", "Flag", "Number"))
            and (.["command-line"] as $line | all(.inputs[]; .["value-key"] as $key | $line | contains($key)))' tool.json
        jq -r '.inputs[] | select(.["command-line-flag"]) | .["command-line-flag"][2:]' tool.json | sort |
            diff <(options_of "$command" | grep -vx help) -
    done
}

@test "describe --format cwl: a CommandLineTool whose inputs are the options" {
    for command in $(commands); do
        "$SEGLOSS" describe --format cwl "$command" >tool.cwl
        jq -e '.class == "CommandLineTool" and .cwlVersion == "v1.2" and .baseCommand[1] == "'"$command"'"
            and .outputs.report.type == "stdout"' tool.cwl
        [ "$(jq '.inputs | length' tool.cwl)" -eq "$(grep -c inputBinding tool.cwl)" ] # no name twice
    done
    [ -x /usr/bin/cwltool ] || skip 'no cwltool'
    case ${BUILD:-build} in *tsan*) skip 'cwltool does not hand on the options of the sanitizer' ;; esac
    "$SEGLOSS" describe --format cwl eval >eval.cwl
    jq -n --arg p "$PRED" --arg t "$TRUTH" '{prediction_file: {class: "File", path: $p}, truth_file: {class: "File", path: $t},
        metric: ["dsc"], loss: ["none"], format: "csv", no_per_class: true}' >job.json
    PATH="$ROOT/${BUILD:-build}:$PATH" /usr/bin/cwltool --no-container --quiet --preserve-environment PATH eval.cwl job.json >ran
    "$SEGLOSS" eval "$PRED" "$TRUTH" -m dsc -l none -f csv --no-per-class -q | cut -d, -f8 | diff - <(cut -d, -f8 report)
}

@test "describe --format: what is no command is refused" {
    refused 2 "there is no command 'dsc'" "$SEGLOSS" describe --format cwl dsc
    refused 2 'one of text, boutiques, cwl' "$SEGLOSS" describe --format nipype eval
}
