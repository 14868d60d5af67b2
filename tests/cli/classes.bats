#!/usr/bin/env bats
# classes.bats - which classes are compared and what they are called; and every name that can be described.
bats_require_minimum_version 1.5.0
load common

# classes OPTION...: ids and names of the rows of a case against itself
classes() {
    "$SEGLOSS" eval -m dsc -l none -f csv --no-header "$@" "$TRUTH" "$TRUTH" | cut -d, -f3,4 | sed 1d | tr '\n' ' '
}

@test "classes are chosen by number, range, or the name that a file gives them" {
    # as in FreeSurfer's table, where names may begin with a digit
    printf '1 liver\n2 3rd-Ventricle\n3 left kidney\n4 unused\n' >names.txt
    [ "$(classes --labels names.txt)" = '1,liver 2,3rd-Ventricle 3,left kidney 4,unused ' ]
    [ "$(classes --labels names.txt -c 1-4)" = "$(classes --labels names.txt)" ]
    [ "$(classes --labels names.txt -c 'LEFT KIDNEY/1-2,4')" = "$(classes --labels names.txt)" ]
    [ "$(classes --labels names.txt -c '3rd_ventricle,liver,3-4,liver')" = "$(classes --labels names.txt)" ]
    refused 2 "did you mean 'liver'" "$SEGLOSS" eval --labels names.txt -c livr "$TRUTH" "$TRUTH"
    refused 2 "did you mean '3rd-Ventricle'" "$SEGLOSS" eval --labels names.txt -c 3rdVentricle "$TRUTH" "$TRUTH"
    refused 2 'names need --labels' "$SEGLOSS" eval -c liver "$TRUTH" "$TRUTH"
    refused 2 'an entry of the list is empty' "$SEGLOSS" eval -c 1,,2 "$TRUTH" "$TRUTH"
    refused 2 "'3-1' is neither a number" "$SEGLOSS" eval -c 3-1 "$TRUTH" "$TRUTH"
    refused 2 'at most 65000 classes' "$SEGLOSS" eval -c 0-65000 "$TRUTH" "$TRUTH"
    refused 4 'at most 65000' "$SEGLOSS" eval -c 0-64999,65000 "$TRUTH" "$TRUTH"
    refused 3 nosuch "$SEGLOSS" eval --labels nosuch "$TRUTH" "$TRUTH"
}

@test "a spacing of none measures in voxels" {
    "$SEGLOSS" eval -m hd95 -l none --no-per-class -f csv --spacing none "$PRED" "$TRUTH" | grep -q ',px,ok$'
    "$SEGLOSS" eval -m hd95 -l none --no-per-class -f value --spacing none "$PRED" "$TRUTH" >voxels
    "$SEGLOSS" eval -m hd95 -l none --no-per-class -f value --spacing 1x1x1 "$PRED" "$TRUTH" | cmp - voxels
    # lengths are proportional to the spacing
    "$SEGLOSS" eval -m hd95 -l none --no-per-class -f value --spacing 2,2,2 "$PRED" "$TRUTH" | awk 'NR == FNR { a = $1; next } { exit $1 * 2 != a }' - voxels
}

@test "every loss and metric in the lists can be described" {
    "$SEGLOSS" list losses | grep -oE '^  [a-z0-9-]+' >names
    "$SEGLOSS" list metrics | grep -oE '^  [a-z0-9-]+' >>names
    [ "$(wc -l <names)" -gt 60 ]
    while read -r name; do
        "$SEGLOSS" describe "$name" >text
        grep -qE "^$name( |\$)" text # hd is a metric, and another name of a loss: both are shown
        grep -qE '^(Equation|Definition)$' text
        ! grep -qE '\(null\)| $' text
    done <names
}
