#!/usr/bin/env bats
# manual.bats - the pages of the manual and the helps are complete and tidy, and fit a terminal.
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
        grep -qx ".Ss $loss" "$ROOT/man/segloss-losses.7" || { echo "no section for $loss: run 'make docs'"; false; }
    done
    for metric in $("$SEGLOSS" list metrics --names); do
        grep -qx ".Ss $metric" "$ROOT/man/segloss-metrics.7" || { echo "no section for $metric: run 'make docs'"; false; }
    done
    [ "$(grep -c '^.It Cm medpy-conn2$' "$ROOT/man/segloss-metrics.7")" -eq 1 ]
    [ "$(grep -c 'medpy-conn2' "$ROOT/man/segloss-metrics.7")" -eq 1 ]
}

@test "help: no line of it ends in a space" {
    for command in "" $(sed -n 's/^COMMAND(\(.*\))$/\1/p' "$ROOT/src/commands/all.h"); do
        run ! grep -n ' $' <("$SEGLOSS" help $command)
    done
}

# in_terminal COLUMNS COMMAND: what the command shows in a terminal so wide
in_terminal() {
    script -qec "stty cols $1; $2 2>/dev/null" /dev/null </dev/null | tr -d '\r'
}

@test "texts are wrapped for the terminal, and not for a pipe" {
    script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no script(1), or no terminal for it"
    for text in help 'help eval' 'help curves' 'list losses' 'list conventions' 'describe dsc' \
        "curves -l all --seeds 2 --steps 8 -o $PWD/out"; do
        in_terminal 80 "$SEGLOSS $text" | grep -v '^  segloss ' >shown # examples are for copying
        [ "$(wc -l <shown)" -gt 5 ]
        while IFS= read -r line; do
            if [ "$(printf %s "$line" | LC_ALL=C.UTF-8 wc -m)" -gt 80 ]; then
                echo "$text: $line"
                false
            fi
        done <shown
    done
    "$SEGLOSS" help eval >piped
    in_terminal 200 "$SEGLOSS help eval" | cmp - piped
}
