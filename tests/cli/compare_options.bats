#!/usr/bin/env bats
# compare_options.bats - clusters and blocks of cases, turned and cut tables, names, failures, and what is refused.
bats_require_minimum_version 1.5.0
load common

setup_file() {
    local i
    cd "$BATS_FILE_TMPDIR" || return 1
    for m in a b c; do # two scans of each of four patients, two classes, two metrics; b is worse, c the worst
        {
            echo case,slice,class,label,kind,measure,params,value,unit,status
            for i in 1 2 3 4 5 6 7 8; do
                for class in 1,liver 2,spleen; do
                    case $m in a) d=9 ;; b) d=8 ;; c) d=7 ;; esac
                    echo "p$(((i + 1) / 2))_$i,,$class,metric,dsc,,0.$d$i,,ok"
                    echo "p$(((i + 1) / 2))_$i,,$class,metric,hd95,,1$d.$i,mm,ok"
                done
            done
        } >$m.csv
    done
    { echo case,patient,site; for i in 1 2 3 4 5 6 7 8; do echo "p$(((i + 1) / 2))_$i,P$(((i + 1) / 2)),$([ $i -gt 4 ] && echo south || echo north)"; done; } >cases.csv
}

compare() {
    (cd "$BATS_FILE_TMPDIR" && "$SEGLOSS" compare -q --boot 100 a.csv b.csv c.csv "$@")
}

@test "clusters from a table or from the names of the cases are the same" {
    compare --cases cases.csv --cluster patient -m dsc -f json | jq .cells >one
    compare --cluster 'regex:^(p[0-9]+)_' -m dsc -f json | jq .cells | cmp - one
    jq -e '[.[] | select(.row == "a" and .column == "liver")][0] | .n == 4 and (.mean - 0.945 | fabs) < 1e-12' one
}

@test "--by makes a block of every value" {
    compare --cases cases.csv --by site -m dsc --statistics none >table
    [ "$(grep -c '^ *[abc] ' table)" -eq 6 ]
    grep -q '^north' table && grep -q '^south' table
    compare --cases cases.csv --by site -m dsc -f json | jq -e '[.cells[].group] | unique == ["north", "south"]'
    compare --cases cases.csv --by site -m dsc -f json | jq -e 'all(.cells[]; .n == 4)'
}

@test "clusters and blocks: what is refused" {
    refused 2 '(--cases FILE)' compare --by site
    refused 2 '(--cases FILE)' compare --cluster patient
    refused 2 "has no column 'age'" compare --cases cases.csv --by age
    refused 2 'has no group: parentheses' compare --cluster 'regex:^p[0-9]'
    refused 2 'of the clusters: ' compare --cluster 'regex:('
    refused 4 'does not match the expression' compare --cluster 'regex:^(p1)_'
    sed '/p3_5/d' "$BATS_FILE_TMPDIR/cases.csv" >fewer.csv
    refused 4 'has no line for the case p3_5' compare --cases "$PWD/fewer.csv" --by site
    sed 's/p2_3,P2/p2_3,P4/' "$BATS_FILE_TMPDIR/cases.csv" >across.csv
    refused 4 'spans the groups' compare --cases "$PWD/across.csv" --by site --cluster patient
    cat "$BATS_FILE_TMPDIR/cases.csv" <(tail -1 "$BATS_FILE_TMPDIR/cases.csv") >twice.csv
    refused 3 'was there before' compare --cases "$PWD/twice.csv" --by site
    cut -d, -f2- "$BATS_FILE_TMPDIR/cases.csv" >nameless.csv
    refused 3 "has no column 'case'" compare --cases "$PWD/nameless.csv" --by site
    refused 2 '--by is for reports' "$SEGLOSS" compare --long "$BATS_FILE_TMPDIR/a.csv" --rows measure --by site
}

@test "a turned table has the same numbers" {
    compare --statistics none --no-arrows --mark none | grep '^a ' | tr -s ' ' '\n' | grep '[0-9]' | sort >straight
    compare --statistics none --no-arrows --mark none --transpose -m dsc | grep '^ *liver' | tr -s ' ' '\n' | grep -qx "$(head -1 straight)"
    compare --transpose -m dsc --statistics none >table
    head -2 table | grep -q ' a  *b  *c'
    grep -Eq '^ *liver +0\.9[0-9]*\* +0\.8[0-9]*\+ +0\.7[0-9]*' table
    for form in text md latex html; do
        compare --transpose -f $form -o "$PWD/t" && [ -s t ]
    done
}

@test "a table for each metric" {
    compare --wrap metric --statistics none >table
    [ "$(grep -c '^a ' table)" -eq 2 ]
    compare --wrap none --statistics none >table
    [ "$(grep -c '^a ' table)" -eq 1 ]
    compare --wrap metric -f latex >table
    [ "$(grep -c 'begin{tabular}' table)" -eq 2 ]
}

@test "names of methods, metrics and classes" {
    compare --name a='U-Net' --name dsc=Dice --name liver=Leber --statistics none >table
    grep -q '^U-Net ' table && grep -q 'Dice ↑' table && grep -q ' Leber ' table
    compare --name a='$\mathcal{U}$' -f latex | grep -qF '$\mathcal{U}$ &'
    compare --name a='U<b>' -f html | grep -qF 'U&lt;b&gt;'
    compare --name a=U -m dsc | grep -q '^U - b '
    refused 2 "no method, metric or class is called 'x'" compare --name x=y
    refused 2 'is no name, OLD=NEW was wanted' compare --name x
}

@test "data have the names of the reports" {
    compare --name a=U -f csv | cut -d, -f1-3 | grep -q '\ba\b'
    compare --name a=U -f json | jq -e '[.cells[].row] | unique == ["a", "b", "c"]'
}

@test "failures: what is refused" {
    refused 2 'penalty' compare --missing penalty
    refused 2 "'average'" compare --missing average
    sed 's/^\(p1_1,.*liver.*dsc,,\)[^,]*,,ok/\1,,empty-prediction/' "$BATS_FILE_TMPDIR/a.csv" >failed.csv
    refused 2 'better than' "$SEGLOSS" compare "$PWD/failed.csv" "$BATS_FILE_TMPDIR/b.csv" -m dsc --missing penalty=0.99
}

@test "figures: paired differences, and ranks of three methods" {
    compare -m dsc --plot "$PWD/p.svg" >/dev/null
    [ -s p.svg ] && [ -s p-ranks.svg ]
    if command -v xmllint >/dev/null; then xmllint --noout p.svg p-ranks.svg; fi
    (cd "$BATS_FILE_TMPDIR" && "$SEGLOSS" compare -q a.csv b.csv -m dsc --plot "$BATS_TEST_TMPDIR/two.svg" >/dev/null)
    [ -s two.svg ] && [ ! -e two-ranks.svg ]
}

@test "LaTeX stays on the page, whatever the number of methods" {
    command -v pdflatex >/dev/null || skip "pdflatex is not installed"
    for m in 1 2 3 4 5 6 7 8 9; do cp "$BATS_FILE_TMPDIR/b.csv" "a_long_name_of_a_method_$m.csv"; done
    "$SEGLOSS" compare -q a_*.csv -f latex --show sd -o table.tex
    printf '\\documentclass[a4paper]{article}\\usepackage{booktabs,xcolor}\\usepackage[T1]{fontenc}\\usepackage[margin=13mm]{geometry}\\begin{document}\\input{table}\\end{document}' >doc.tex
    pdflatex -interaction=nonstopmode -halt-on-error doc.tex >log
    ! grep -q 'Overfull' log
}
