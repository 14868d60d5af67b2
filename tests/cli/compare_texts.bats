#!/usr/bin/env bats
# compare_texts.bats - every sentence that `segloss compare` can print, each with values that make it true.
bats_require_minimum_version 1.5.0
load common

# method NAME MEASURE VALUE...: a report with a case for each value; - is undefined, inf infinite, x an absent class.
method() {
    local name=$1 measure=$2 i=0 v
    shift 2
    {
        echo case,slice,class,label,kind,measure,params,value,unit,status
        for v; do
            i=$((i + 1))
            case $v in
            -) echo "p$i,,,,metric,$measure,,,,empty-prediction" ;;
            x) echo "p$i,,,,metric,$measure,,,,empty-truth" ;;
            inf) echo "p$i,,,,metric,$measure,,inf,,infinite" ;;
            *) echo "p$i,,,,metric,$measure,,$v,,ok" ;;
            esac
        done
    } >"$name.csv"
}

# text ARG... reads lines that the output has, or with ! in front lacks. The resamples are few: no number depends on them.
text() {
    local line
    "$SEGLOSS" compare --boot 200 --statistics all "$@" >output 2>&1
    while IFS= read -r line; do
        case $line in
        '! '*) ! grep -qF -- "${line#! }" output ;;
        *) grep -qF -- "$line" output ;;
        esac || {
            printf 'wanted: %s\n' "$line"
            cat output
            return 1
        }
    done
}

# three methods over 8 cases: a above b above c in each
three() {
    method a dsc .91 .92 .93 .94 .95 .96 .97 .98
    method b dsc .81 .83 .82 .85 .86 .84 .87 .88
    method c dsc .71 .73 .75 .72 .76 .74 .78 .77
}

thirty() { # thirty NAME FIRST: 30 values that differ
    method "$1" dsc $(seq -f "$2%02.0f" 1 30)
}

@test "the line under the table" {
    three
    text a.csv b.csv c.csv <<<'* best, + second best in each column; means over 8 cases'
    text a.csv b.csv <<<'* best in each column; means over 8 cases'
    text a.csv b.csv c.csv --transpose <<<'* best, + second best of the methods; means over 8 cases'
    text a.csv b.csv c.csv --ties strict <<<'* best, + second best in each column, by the unrounded numbers; means'
    text a.csv b.csv c.csv --show median <<<'* best, + second best in each column; medians over 8 cases'
    text a.csv b.csv c.csv --show quartiles <<<'; medians over 8 cases'
    text a.csv b.csv c.csv --mark none <<<$'means over 8 cases\n! best in each column'
    text a.csv <<<$'means over 8 cases\n! best in each column'
    { echo case,part; for i in 1 2 3 4 5 6 7 8; do echo "p$i,$((i % 2))"; done; } >parts.csv
    text a.csv b.csv c.csv --cases parts.csv --by part <<<'* best, + second best in each column of a block; means over 8 cases'
    text a.csv b.csv c.csv --cases parts.csv --cluster part <<<'; means over 2 parts, 8 cases'
}

@test "failures: the footnotes and what became of them" {
    method a dsc .9 .8 .7 .6 .5
    method b dsc .8 .7 - .5 .4
    method c dsc .7 .6 - inf .3
    method d dsc .7 .6 .5 inf .3
    text a.csv b.csv <<<$'failed in 1 of 5 cases: 1 undefined\n; cases in which a method failed are left out for all of them'
    text a.csv c.csv <<<'failed in 2 of 5 cases: 1 undefined, 1 infinite'
    text a.csv d.csv <<<'failed in 1 of 5 cases: 1 infinite'
    text a.csv b.csv --missing worst <<<'; failures count as worse than any value'
    text a.csv b.csv --missing penalty=0 <<<'; failures count as the penalty'
    text a.csv b.csv d.csv --missing pairwise <<<'are left out for all of them; each test is over the common cases of its pair'
    method a dsc .9 .8 .7
    method b dsc .8 .7 x
    sed -i 's/^p3,.*/p3,,,,metric,dsc,,0,,imputed: empty-truth/' a.csv
    text a.csv b.csv <<<$'2 cases, paired.\n! left out\n! failed'
    { echo m,organ,metric,value; echo a,liver,dsc,0.9; echo a,spleen,dsc,; echo b,liver,dsc,inf; echo b,spleen,dsc,0.8; } >long.csv
    text --long long.csv --rows m --cols organ -m dsc:up <<<'[1] infinite'
    text --long long.csv --rows m --cols organ -m dsc:up --mean <<<'failed in 1 of 2 values: 1 undefined'
    { grep -v ',$' long.csv; printf '%s\n' a,x,dsc,.5 b,x,dsc,.4 a,y,dsc,.7 b,y,dsc,.6 a,spleen,dsc,.3; } >longer.csv
    text --long longer.csv --rows m --cols organ -m dsc:up <<<'3 columns, paired; 1 column left out, because a method has no number there'
}

@test "failures: whether they change the order" {
    method a dsc .9 .8 .7 .6 .5
    method b dsc .8 .7 - .5 .4
    method c dsc .95 - - - .55
    text a.csv b.csv <<<'With failures as worst the order of the methods (by medians) stays the same.'
    text a.csv c.csv <<<'dsc: with failures as worst the order (by medians) is a, c instead of c, a.'
    text a.csv c.csv --missing worst <<<'! instead of'
}

@test "daggers: some, none, none possible" {
    three
    text a.csv b.csv --significance <<<'† differs from the best of its column (Wilcoxon signed-rank, Holm over all pairs of a column, p < 0.05)'
    method b dsc .92 .91 .94 .93 .96 .95 .98 .96
    text a.csv b.csv --significance <<<'no value differs from the best of its column (Wilcoxon'
    method a dsc .9 .8 .7
    method b dsc .8 .7 .5
    text a.csv b.csv --significance <<<'too few cases for any difference from the best of a column (Wilcoxon'
}

@test "statistics: what they are over" {
    three
    text a.csv b.csv <<<'8 cases, paired.'
    method f dsc .8 .7 - .5 .4 .3 .2 .1
    text a.csv f.csv <<<'7 cases, paired; 1 case left out, because a method failed there.'
    { echo case,patient; for i in 1 2 3 4 5 6 7 8; do echo "p$i,$(((i + 1) / 2))"; done; } >patients.csv
    text a.csv b.csv --cases patients.csv --cluster patient \
        <<<'4 patients of 8 cases, paired: every value is the mean over the cases of one.'
    text a.csv b.csv --cluster 'regex:^p([0-9])' <<<'8 clusters of 8 cases, paired'
    text --long "$GOLDEN/survey_tables.csv" --where table=3 --rows loss --cols class --group network --metric DSC:up,HD95:down \
        <<<'; columns stand for cases here: organs of the same patients are not independent.'
}

@test "statistics: Friedman exact and not, by F where it is finite" {
    three
    text a.csv b.csv c.csv <<<$'Friedman chi-squared 16.0000, 2 degrees of freedom, exact p 3.57e-06.\nNemenyi: average ranks more than 1.172 apart differ at 0.05.'
    text a.csv b.csv <<<'! Friedman'
    thirty t .5
    thirty u .6
    thirty v .7
    awk -F, 'NR > 1 && NR % 3 == 0 { $8 = .1 NR } { print }' OFS=, v.csv >w.csv
    text t.csv u.csv w.csv <<<$'2 degrees of freedom, p \n; Iman-Davenport F '
}

@test "statistics: ties, means, and which method is first" {
    three
    cp a.csv same.csv
    text a.csv same.csv <<<$'a and same have the same value in every case: they are tied.\nAll means are equal.'
    text a.csv same.csv b.csv <<<'2 methods share the best mean; a, the first of them, keeps it in 100.0% of 200 resamples'
    text a.csv b.csv <<<$'a has the best mean and keeps it in 100.0% of 200 resamples.\nLeaving out any one case does not change which is first.'
    text a.csv b.csv c.csv <<<"; the order of the means agrees with theirs by Kendall's tau 1.00 (5% quantile 1.00)."
    method far dsc .99 .01 .01 .01
    method low dsc .1 .1 .1 .1
    text far.csv low.csv <<<'Without one case another row would be first in 1 of 4 choices.'
    method f dsc .8 .7 - .5
    text low.csv f.csv --missing worst \
        <<<$'A failure that counts as worst has no mean: means, their intervals and the stability of their order are not given.\n! has the best mean'
}

@test "statistics: orders by rule" {
    method a dsc .99 .10 .80 .70 .60
    method b dsc .60 .50 .85 .75 .65
    method c dsc .20 .20 .20 .20 .20
    text a.csv b.csv c.csv --ranking all \
        <<<$'Order by the mean: b, a, c.\nOrder by the mean of the ranks: b, a, c.\nOrder by the pairs won (Holm): a = b = c.\nThe first place depends on how the methods are ranked.'
    text a.csv b.csv c.csv --ranking mean,rank <<<$'Order by the mean of the ranks: b, a, c.\n! The first place'
}

@test "statistics: tests that cannot succeed" {
    method a dsc .9 .8
    method b dsc .8 .6
    text a.csv b.csv <<<'With 2 cases no p is given: it could not be below 0.5000. That is no evidence of equality.'
    method a dsc .9 .8 .7
    method b dsc .8 .6 .4
    text a.csv b.csv <<<'No pair can be significant here: with 3 cases the smallest p of a signed-rank test is 0.2500, and Holm over 1 pair makes it 0.2500, above 0.05. A large p is no evidence of equality.'
    three
    text a.csv b.csv <<<'! No pair can be significant'
}

@test "statistics: equivalence" {
    three
    method close dsc .911 .921 .931 .941 .951 .961 .971 .982
    method near dsc .92 .91 .94 .93 .96 .95 .98 .97
    text a.csv close.csv --margin .02 <<<'a and close: both: different, but by less than the margin 0.02.'
    text a.csv near.csv --margin .02 <<<'a and near: equivalent within 0.02.'
    text a.csv b.csv --margin .02 <<<'a and b: different.'
    text a.csv near.csv --margin .001 <<<'a and near: undecided.'
    text a.csv near.csv <<<'! equivalent'
}

@test "statistics: what an interval does not tell" {
    method a dsc .9 .8 .7 0 0
    method b dsc .8 .7 .6 .5 .4
    text a.csv b.csv <<<$'2 of 5 values of a are 0: the interval of its mean covers less than it says.\n! values of b are 0\nAn interval by Student\'s t may leave the range of the measure; it is not cut off.'
    three
    text a.csv b.csv <<<'! may leave the range'
}

@test "statistics: how they were made" {
    three
    text a.csv b.csv <<<"Intervals 95%: of the mean by Student's t, of the Hodges-Lehmann shift from the signed ranks. Wilcoxon signed-rank, exact, zeros dropped from test and shift; effect is rank-biserial."
    text a.csv b.csv --zeros pratt <<<'zeros ranked and then left out (Pratt), so no shift is given'
    method f dsc .8 .7 - .5 .4 .3 .2 .1
    text a.csv f.csv --missing worst <<<'Intervals 95%: of the Hodges-Lehmann shift'
    method large dsc $(seq -f '.5%03.0f' 1 60)
    method larger dsc $(seq -f '.6%03.0f' 2 3 180)
    text large.csv larger.csv <<<$'Intervals 95%: of the mean by bootstrap (BCa, 200 resamples, seed 1)\nWilcoxon signed-rank, normal with the variance of the ranks and continuity correction'
    method some dsc - - - - $(seq -f '.5%03.0f' 1 56)
    method many dsc - - - - $(seq -f '.6%03.0f' 2 3 168)
    method few dsc .5 .51 .52 .54 .55 .57 .58 .59 $(for _ in $(seq 52); do echo -; done)
    text some.csv many.csv few.csv --missing pairwise <<<'exact or normal with continuity correction, as said of each pair'
}

@test "notes on stderr" {
    three
    text a.csv <<<'a is alone: there is nothing to compare it with, so nothing is marked or tested'
    method one dsc .9
    method two dsc .8
    text one.csv two.csv <<<'p1 is the only case: no test or interval can be computed'
    text a.csv b.csv <<<'a report has no settings: that the reports were made alike cannot be checked (json reports hold the settings)'
    head -7 b.csv >short.csv
    text a.csv short.csv --intersect <<<'2 cases of a left out because short lacks them: p7, p8'
    make_folders bin3d multi3d
    "$SEGLOSS" eval pred truth -q -l none -m dsc,hd95 -f json -o mm.json
    "$SEGLOSS" eval pred truth -q -l none -m dsc,hd95 -f json --spacing 1,1,1 -o px.json
    text mm.json px.json --mixed-settings <<<'mm and px were not made alike: spacing (none and 1,1,1).'
    refused 4 'mm and px were not made alike: spacing (none and 1,1,1); the same settings were wanted' "$SEGLOSS" compare mm.json px.json
    head -c 100 "$PRED" >pred/multi3d.nii.gz
    "$SEGLOSS" eval pred truth -q -l none -m dsc,hd95 -f json -o torn.json || [ $? -eq 1 ]
    text mm.json torn.json <<<'1 case of torn failed and counts as failures of all measures'
}
