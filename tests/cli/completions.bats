#!/usr/bin/env bats
# completions.bats - the shells themselves complete segloss.
bats_require_minimum_version 1.5.0
load common

# bash_completes WORDS...: what bash offers for the last word
bash_completes() {
    bash --norc -c '
        source "$0"
        COMP_WORDS=(segloss "$@") COMP_CWORD=$#
        _segloss
        printf "%s\n" "${COMPREPLY[@]}"' "$ROOT/completions/segloss.bash" "$@"
}

@test "bash: commands, options, names behind commas, choices, files" {
    bash_completes ev | grep -qx eval
    bash_completes eval --conv | grep -qx -- --convention
    bash_completes eval --loss foc | grep -qx focal-tversky
    bash_completes eval --loss dice,foc | grep -qx dice,focal-tversky
    bash_completes eval -m hd | grep -qx hd95
    bash_completes eval --geometry re | grep -qx reorient
    bash_completes eval --convention med | grep -qx medpy
    bash_completes eval -f js | grep -qx jsonl
    bash_completes describe tver | grep -qx tversky
    bash_completes list lo | grep -qx losses
    bash_completes eval -m over | grep -qx overlap
    touch here.nii
    bash_completes eval he | grep -qx here.nii
}

@test "every family and format that is offered exists, and none is missing" {
    bash_completes curves --family '' >families
    while read -r family; do
        "$SEGLOSS" curves --seeds 1 --family "$family" --loss dice --steps 2 -o out >/dev/null
    done <families
    [ "$(wc -l <families)" -eq 13 ]
    bash_completes compare -f '' >formats
    while read -r form; do
        "$SEGLOSS" compare --long "$GOLDEN/survey_tables.csv" --where table=4 --rows loss --group network -f "$form" >/dev/null
    done <formats
    [ "$(wc -l <formats)" -eq 6 ]
}

@test "zsh: the function loads and knows commands and options" {
    command -v zsh >/dev/null || skip 'zsh is not installed'
    zsh -n "$ROOT/completions/_segloss"
    zsh -f -c "fpath=('$ROOT/completions' \$fpath); autoload -U compinit; compinit -D -u; whence -w _segloss" |
        grep -q 'function'
}

@test "fish: commands, options and names" {
    command -v fish >/dev/null || skip 'fish is not installed'
    offers() { HOME=$PWD fish -c "source '$ROOT/completions/segloss.fish'; complete -C '$1'" | cut -f1; }
    offers 'segloss ev' | grep -qx eval
    offers 'segloss eval --conv' | grep -qx -- --convention
    offers 'segloss eval --loss foc' | grep -qx focal
    offers 'segloss eval --geometry re' | grep -qx reorient
    offers 'segloss describe tver' | grep -qx tversky
}
