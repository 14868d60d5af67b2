#!/usr/bin/env bats
# manual.bats - the pages of the manual and the helps are complete and tidy.
bats_require_minimum_version 1.5.0
load common

@test "manual: segloss.1 leads to every other page" {
    for page in "$ROOT"/man/segloss-*.[157]; do
        name=$(basename "$page")
        grep -q "^.Xr ${name%.*} ${name##*.}" "$ROOT/man/segloss.1"
    done
}

@test "manual: losses and metrics have a section each, the conventions are listed once" {
    for loss in $("$SEGLOSS" list losses --names); do
        grep -qx ".Ss $loss" "$ROOT/man/segloss-losses.7"
    done
    for metric in $("$SEGLOSS" list metrics --names); do
        grep -qx ".Ss $metric" "$ROOT/man/segloss-metrics.7"
    done
    [ "$(grep -c '^.It Cm medpy-conn2$' "$ROOT/man/segloss-metrics.7")" -eq 1 ]
    [ "$(grep -c 'medpy-conn2' "$ROOT/man/segloss-metrics.7")" -eq 1 ]
}

@test "help: no line of it ends in a space" {
    for command in "" eval compare sweep merge info list describe curves; do
        run ! grep -n ' $' <("$SEGLOSS" help $command)
    done
}
