#!/usr/bin/env bats
# html.bats - the page of a batch: whole, inert, and with every case on it.
bats_require_minimum_version 1.5.0
load common

abdomen() {
    "$SEGLOSS" eval -q "$ROOT/data_samples/abdomen/unet" "$ROOT/data_samples/abdomen/truth" -m dsc,hd95 "$@"
}

# a CSV of the link, decoded
table_of() {
    sed -n 's/.*href="data:text\/csv;charset=utf-8,\([^"]*\)".*/\1/p' "$1" |
        sed 's/%0A/\n/g; s/%20/ /g; s/%22/"/g; s/%/\\x/g' | while IFS= read -r line; do printf '%b\n' "$line"; done
}

@test "a page has the worst cases first, pictures, all cases and the numbers" {
    abdomen -o page.html
    grep -q '<strong>right kidney called left kidney</strong> in <a href="#case-1">case_02</a>: 28.7 ml' page.html
    grep -q '<strong>gallbladder missed</strong> in <a href="#case-3">case_04</a>: 15.1 ml' page.html
    [ "$(grep -o '<img ' page.html | wc -l)" -eq 18 ]
    [ "$(grep -o '<tr id="row-' page.html | wc -l)" -eq 6 ]
    grep -q 'is infinite (gallbladder of case_04)' page.html
    [ "$(wc -c <page.html)" -lt 300000 ]
    abdomen -o page.html --pictures 2
    [ "$(grep -o '<img ' page.html | wc -l)" -eq 6 ]
    abdomen -o page.html --pictures 0
    [ "$(grep -o '<img ' page.html | wc -l)" -eq 0 ]
}

@test "every link of a page leads somewhere, and no identifier is used twice" {
    abdomen -o page.html --pictures 2
    grep -o 'href="#[^"]*"' page.html | sed 's/href="#//; s/"//' | sort -u >links
    grep -o ' id="[^"]*"' page.html | sed 's/ id="//; s/"//' | sort >ids
    [ -z "$(uniq -d ids)" ]
    [ -z "$(comm -23 links <(sort -u ids))" ]
}

@test "the table in the link has the values of the report" {
    abdomen -o page.html -o report.json
    table_of page.html | sed '/^$/d' >table.csv
    [ "$(wc -l <table.csv)" -eq 7 ]
    head -1 table.csv | grep -q '^case,dsc,dsc 1,'
    jq -r '.cases[] | .case as $c | [.results[] | select(.class == null and (.measure == "dsc")) | .value][0] | "\($c) \(.)"' report.json >wanted
    tail -n +2 table.csv | awk -F, '{ gsub(/"/, "", $1); print $1, $2 }' >found
    diff wanted found
}

@test "the policy of the page allows its script and nothing else" {
    abdomen -o page.html
    sed -n 's/.*<script>\(.*\)/\1/; T; p; :a; n; /<\/script>/{s/<\/script>.*//p; q}; p; ba' page.html | head -c -1 >script
    # shellcheck disable=SC2059 # the format is the bytes
    hash=$(printf "$(sha256sum script | cut -c1-64 | sed 's/../\\x&/g')" | base64)
    grep -qF "script-src 'sha256-$hash'" page.html
    grep -q "default-src 'none'" page.html
    run ! grep -E 'src="(http|//|file)|@import|url\(http' page.html
}

@test "names with markup and control characters are text" {
    name='a<script>alert(1)<|script>&"'"'"$'\x1b'
    mkdir p t
    cp "$PRED" "p/$name.nii.gz"
    cp "$TRUTH" "t/$name.nii.gz"
    "$SEGLOSS" eval -q p t -o page.html
    run ! grep -F 'alert(1)<|' page.html
    grep -qF 'a&lt;script&gt;alert(1)&lt;|script&gt;&amp;&quot;&#39;' page.html
    run ! grep -P '[\x00-\x08\x0b-\x1f]' page.html
    if command -v xmllint >/dev/null; then
        xmllint --noout page.html
    fi
}

@test "a failed case is on the page with its reason" {
    make_folders bin3d multi3d
    echo no image >pred/multi3d.nii.gz
    run -1 "$SEGLOSS" eval -q pred truth -o page.html
    grep -q '<li>multi3d failed: ' page.html
    grep -q '1 failed' page.html
}

@test "the same bytes for any number of threads" {
    abdomen -o one.html -j 1
    abdomen -o two.html -j 3
    cmp <(sed 's/-j [0-9]//; s/one.html//' one.html) <(sed 's/-j [0-9]//; s/two.html//' two.html)
}

@test "--errors lists mistakes in json, and a merged report keeps them" {
    abdomen --errors 2 -f json -o report.json
    [ "$(jq -r '.cases[1].errors[0].words' report.json)" = 'right kidney called left kidney' ]
    [ "$(jq -r '.cases[1].errors | length' report.json)" -eq 2 ]
    [ "$(jq -r '.cases[1].errors[0] | "\(.ml) \(.slices[0]) \(.slices[1])"' report.json)" = '28.74 0 5' ]
    for part in 1 2; do
        abdomen --errors 2 --shard $part/2 -o part$part.jsonl
    done
    "$SEGLOSS" merge part1.jsonl part2.jsonl -f json -o merged.json
    cmp report.json merged.json
}

@test "a reader with a keyboard can use the page in Chromium" {
    chromium=$(command -v chromium) || skip "no chromium"
    command -v python3 >/dev/null || skip "no python3"
    abdomen -o page.html
    run -0 timeout 100 python3 "$ROOT/tests/browser/page.py" "$chromium" page.html
    echo "$output"
    run ! grep '^not ok' <<<"$output"
}
