#!/usr/bin/env bats
# readme.bats - what the README and the manual show is what the program prints.
bats_require_minimum_version 1.5.0
load common

# Runs every "$ command" of the text on stdin in data_samples and compares what follows it.
check_console() {
    local line command='' checked=0
    : >shown
    export PATH="$ROOT/${BUILD:-build}:$PATH"
    compare() {
        [ -n "$command" ] || return 0
        (cd "$ROOT/data_samples" && bash -c "$command") >printed 2>/dev/null || true
        if ! diff shown printed; then
            echo "printed by: $command"
            return 1
        fi
        checked=$((checked + 1))
        : >shown
    }
    while IFS= read -r line; do
        case $line in
        '$ '*) compare || return 1; command=${line#'$ '} ;;
        '```'*) compare || return 1; command='' ;;
        *) [ -z "$command" ] || printf '%s\n' "$line" >>shown ;;
        esac
    done
    compare || return 1
    echo "$checked commands"
    [ "$checked" -ge "$1" ]
}

@test "every command of the README prints what stands below it" {
    check_console 7 <"$ROOT/README.md"
}

@test "every pipeline of the manual prints what stands below it" {
    mandoc -T ascii -O width=400 "$ROOT/man/segloss-pipelines.7" >/dev/null
    # the source, without mdoc's escapes; .Ed ends an output as a fence does
    sed -n -e 's/^\.Ed$/```/p' -e '/^\./d' -e 's/\\e/\\/g' -e 's/^\\&//' -e p "$ROOT/man/segloss-pipelines.7" |
        check_console 5
}

@test "every command of the walk-through of the analysis prints what stands below it" {
    mandoc -T ascii -O width=400 "$ROOT/man/segloss-analysis.7" >/dev/null
    sed -n -e 's/^\.Ed$/```/p' -e '/^\./d' -e 's/\\e/\\/g' -e 's/^\\&//' -e p "$ROOT/man/segloss-analysis.7" |
        check_console 7
}

@test "make demo's commands succeed" {
    BUILD=${BUILD:-build} sh "$ROOT/data_samples/demo.sh" >out
    grep -q 'hd95 (mm)' out
    [ "$(grep -c '^\$ segloss' out)" -eq 5 ]
}

@test "the manual, the completions and the README are written from this program's tables" {
    mkdir man completions
    cp "$ROOT/README.md" .
    cp "$ROOT/man/segloss-formats.5" man
    "$ROOT/${BUILD:-build}/segloss-docs" .
    for page in README.md man/* completions/*; do
        diff "$page" "$ROOT/$page" || { echo "$page is not up to date: run 'make docs'"; return 1; }
    done
}

@test "the figures of the README are what the program draws" {
    "$SEGLOSS" curves -q --no-caption --width 183 -o figures >/dev/null
    cmp figures/curves.svg "$ROOT/man/curves.svg" || { echo "run 'make docs'"; false; }
    cd "$ROOT/data_samples"
    "$SEGLOSS" view -q abdomen/unet/case_02.nii.gz abdomen/truth/case_02.nii.gz -o "$BATS_TEST_TMPDIR/case.svg"
    cmp "$BATS_TEST_TMPDIR/case.svg" "$ROOT/man/case.svg" || { echo "run 'make docs'"; false; }
}

@test "the manual's pages are clean" {
    for page in "$ROOT"/man/*.[1-9]; do
        mandoc -T lint -W style "$page" | grep -v 'referenced manual not found' && return 1
    done
    true
}
