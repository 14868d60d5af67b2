#!/usr/bin/env bats
# compare.bats - tables from reports and from published numbers, their marks and statistics, and what is refused.
bats_require_minimum_version 1.5.0
load common

SURVEY_OPTIONS="--rows loss --cols class --group network --metric DSC:up,HD95:down"

# Two methods: the golden predictions, and the truth itself.
make_reports() {
    make_folders bin3d multi3d multi2d empty_pred both_empty
    "$SEGLOSS" eval pred truth -q -l iou,tversky -f csv -o soft.csv
    "$SEGLOSS" eval truth truth -q -l iou,tversky -f jsonl -o perfect.jsonl
}

survey() {
    "$SEGLOSS" compare --long "$GOLDEN/survey_tables.csv" --where table=3 $SURVEY_OPTIONS --boot 200 "$@"
}

@test "the survey's Table 3 comes out with its marks and its statistics" {
    survey >table
    grep -q 'Tversky Loss  *88.57  *70.22+  *79.39  *78.38\*  *94.41+  *69.45\*  *88.50+  *76.71  *80.70\*  *27.16\*' table
    grep -q 'Friedman chi-squared 18.2857, 5 degrees of freedom, p 0.0026; Iman-Davenport F 5.895' table
    grep -q 'Friedman chi-squared 31.2143, 5 degrees of freedom, p 8.50e-06; Iman-Davenport F 24.870' table
    grep -q 'average ranks more than 2.666 apart' table
    grep -q '^Dice Loss - Jaccard Loss  *8  *0  *0.0  *0.0078  *0.1172' table
    grep -q 'No pair can be significant here' table
}

@test "reports of any form give the same table, whatever the threads" {
    make_reports
    "$SEGLOSS" eval pred truth -q -l iou,tversky -f json -o soft.json
    "$SEGLOSS" compare a=soft.csv b=perfect.jsonl --boot 500 >one
    "$SEGLOSS" compare a=soft.json b=perfect.jsonl --boot 500 | cmp - one
    OMP_NUM_THREADS=4 "$SEGLOSS" compare a=soft.csv b=perfect.jsonl --boot 500 | cmp - one
    grep -q 'failed in 1 of' one
}

@test "every format is well-formed" {
    make_reports
    for form in text markdown latex html csv json; do
        "$SEGLOSS" compare a=soft.csv b=perfect.jsonl --boot 50 --statistics all -f $form -o table.$form
        [ -s table.$form ]
    done
    if command -v jq >/dev/null; then jq -e '.cells[0].row == "a"' table.json; fi
    [ "$(grep -c '<table>' table.html)" = "$(grep -c '</table>' table.html)" ]
    ! grep -q '<script' table.html
    [ "$(grep -o '\\begin{tabular}' table.latex | wc -l)" = "$(grep -o '\\end{tabular}' table.latex | wc -l)" ]
    [ "$(head -1 table.csv | tr ',' '\n' | wc -l)" = "$(sed -n 2p table.csv | tr ',' '\n' | wc -l)" ]
}

@test "LaTeX compiles" {
    command -v pdflatex >/dev/null || skip "pdflatex is not installed"
    survey -f latex --mark survey --caption '50% & more_' --label tab:three --statistics all -o table.tex
    printf '\\documentclass{article}\\usepackage{booktabs,xcolor}\\usepackage[T1]{fontenc}\\begin{document}\\input{table}\\end{document}' >doc.tex
    pdflatex -interaction=nonstopmode -halt-on-error doc.tex
}

@test "losses are compared each by itself" {
    make_reports
    "$SEGLOSS" compare a=soft.csv b=perfect.jsonl -l iou,tversky --no-per-class --statistics none >table
    head -1 table | grep -q 'iou loss ↓  *tversky loss ↓'
    refused 4 'values of different losses' "$SEGLOSS" compare --long soft.csv --rows measure --case case \
        --metric-column kind --where kind=loss --where class=
}

@test "different cases are listed, and compared where they meet on request" {
    make_reports
    grep -v '^multi3d' soft.csv >fewer.csv
    refused 4 'fewer lacks 1 case of soft: multi3d' "$SEGLOSS" compare soft.csv fewer.csv
    "$SEGLOSS" compare soft.csv fewer.csv --intersect --statistics none 2>note | grep -q 'means over 4 cases'
    grep -q 'left out because fewer lacks it: multi3d' note
}

@test "a case that failed in one method is a failure of all its values, and left out for the others" {
    make_reports
    head -c 100 "$PRED" >pred/multi3d.nii.gz
    "$SEGLOSS" eval pred truth -q -f csv -o soft.csv || [ $? -eq 1 ]
    "$SEGLOSS" compare soft.csv perfect.jsonl --statistics none -m dsc --no-per-class >table 2>note
    grep -q 'soft failed and counts as failures of all measures' note
    grep -q 'failed in 1 of 4 cases' table # both_empty has no class to judge
    "$SEGLOSS" compare soft.csv perfect.jsonl -q -m dsc --no-per-class -f json |
        jq -e '[.cells[] | [.row, .n, .failed]] == [["soft", 3, 1], ["perfect", 3, 0]]'
}

@test "methods without a common case are no table" {
    make_reports
    sed 's/^\([a-z]\)/other_\1/; 1s/other_//' soft.csv >other.csv
    run -4 "$SEGLOSS" compare soft.csv other.csv --intersect
    [[ $output == *'no case in common'* ]]
}

@test "columns of fewer cases say how many, and the column of means stands last" {
    make_reports
    "$SEGLOSS" compare soft=- perfect.jsonl -m dsc --mean --statistics none <soft.csv >table
    head -2 table | tail -1 | grep -q ' all  *mean$'
    grep -Eq '^n( +[0-9]+){5}$' table # the truth lacks classes in some cases
    "$SEGLOSS" compare - perfect.jsonl -m dsc --no-per-class --statistics none <soft.csv | grep -q '^stdin '
}

@test "one method and one case are tables with a remark" {
    make_reports
    "$SEGLOSS" compare soft.csv 2>note | grep -q 'soft'
    grep -q 'nothing to compare it with' note
    head -1 soft.csv >a.csv
    grep '^bin3d' soft.csv >>a.csv
    sed 's/^bin3d/bin3d/' a.csv >b.csv
    "$SEGLOSS" compare a.csv b.csv 2>note | grep -q '\*'
    grep -q 'is the only case' note
}

@test "bad input gets one sentence" {
    refused 2 'COLUMN=TEXT was wanted' "$SEGLOSS" compare --long "$GOLDEN/survey_tables.csv" --rows loss --where table
    refused 2 'stands behind all columns' survey --col-order Average,Liver
    make_reports
    refused 3 'cannot be opened' "$SEGLOSS" compare absent.csv soft.csv
    refused 2 'x.tsv: no form of table ends in .tsv' "$SEGLOSS" compare soft.csv perfect.jsonl -o x.tsv
    refused 2 'no report was given' "$SEGLOSS" compare
    refused 2 "no report has the metric 'nsd'" "$SEGLOSS" compare -m nsd soft.csv perfect.jsonl
    refused 2 'up or down was wanted' "$SEGLOSS" compare -m dsc:big soft.csv perfect.jsonl
    refused 2 '--long wants --rows' "$SEGLOSS" compare --long soft.csv
    refused 3 "has no column 'network'" "$SEGLOSS" compare --long soft.csv --rows network
    refused 4 'two values for' "$SEGLOSS" compare --long soft.csv --rows measure
    refused 2 "no row is called 'x'" "$SEGLOSS" compare --row-order x soft.csv perfect.jsonl
    head -c 700 perfect.jsonl >torn.jsonl
    refused 3 'is cut off' "$SEGLOSS" compare soft.csv torn.jsonl
    "$SEGLOSS" eval pred truth -q -f json | sed 's/"schema": 1/"schema": 9/' >other.json
    refused 3 'has schema 9' "$SEGLOSS" compare soft.csv other.json
    refused 5 'No space left' "$SEGLOSS" compare soft.csv perfect.jsonl -o /dev/full
}

@test "LaTeX: the ends of an interval have a minus, not a hyphen" {
    survey -f latex --statistics all >table
    grep -q ' \[\$-[0-9.]*\$, ' table
    run ! grep -n '[[ ]-[0-9]' table
    "$SEGLOSS" eval "$ROOT/data_samples/abdomen/unet" "$ROOT/data_samples/abdomen/truth" -q -l none -m rvd -o rvd.csv
    "$SEGLOSS" compare rvd.csv -q --show interval --no-per-class -f latex | grep -q '^rvd & \$-0[.0-9]*\$ \[\$-0[.0-9]*\$, '
}

@test "--significance marks what differs from the best of its column, in every form of table" {
    for method in 90 50; do # eight cases: the smallest p is 2 / 2^8
        {
            echo case,slice,class,label,kind,measure,params,value,unit,status
            for i in 1 2 3 4 5 6 7 8; do
                echo "c$i,,,,metric,dsc,,0.$((method + i * i / 10)),,ok"
                echo "c$i,,1,liver,metric,dsc,,0.$((70 + (i % 2 ? i : -i) * (method / 45))),,ok"
            done
        } >m$method.csv
    done
    "$SEGLOSS" compare m90.csv m50.csv --significance --statistics none >table
    grep -q '^m50 .*0\.52[0-9]* †$' table # the mean, not the liver
    grep -q '^† differs from the best of its column (Wilcoxon signed-rank, Holm over all pairs of a column, p < 0.05)$' table
    "$SEGLOSS" compare m90.csv m50.csv --significance --statistics none -f latex | grep -q '^m50 .*\$^{\\dagger}\$ \\\\$'
    "$SEGLOSS" compare m90.csv m50.csv --significance --statistics none -f md | grep -q '^| m50 .*† |$'
    "$SEGLOSS" compare m90.csv m50.csv --significance --statistics none -f html | grep -q '<sup>†</sup></td></tr>$'
    "$SEGLOSS" compare m90.csv m50.csv -q --plot plot.svg >/dev/null
    grep -q '>means over 8 cases, with 95 % intervals<' plot.svg
    grep -v 'c[1-4],' m90.csv >few90.csv && grep -v 'c[1-4],' m50.csv >few50.csv
    "$SEGLOSS" compare few90.csv few50.csv --significance --statistics none | grep -q '^too few cases for any difference'
    refused 2 'name their column with --case' "$SEGLOSS" compare --significance --long "$GOLDEN/survey_tables.csv" \
        --where table=3 $SURVEY_OPTIONS
}
