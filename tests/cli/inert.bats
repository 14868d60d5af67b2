# inert.bats - names made of control characters, marks of direction and markup do nothing in any output.
load common

@test "odd names are inert in every output, and every output is valid" {
    printf -v name 'a\033]0;x\007\302\233\342\200\256<b>&"b'
    cp "$PRED" "$name.nii.gz"
    cp "$TRUTH" truth.nii.gz
    acts='\x1b|\x07|\xc2\x9b|\xe2\x80\xae'
    "$SEGLOSS" info "$name.nii.gz" "no$name" >info.txt 2>info.err || true
    "$SEGLOSS" view "$name.nii.gz" truth.nii.gz >view.txt
    for form in table md latex; do
        "$SEGLOSS" eval "$name.nii.gz" truth.nii.gz -q -m dsc -l none -f $form >eval.$form
    done
    for form in csv json jsonl; do
        "$SEGLOSS" eval "$name.nii.gz" truth.nii.gz -q -m dsc -l none -f $form >report.$form
        "$SEGLOSS" compare "$name=report.$form" "b=report.$form" -q >/dev/null # and read back
    done
    for form in text markdown latex html; do
        "$SEGLOSS" compare "$name=report.csv" b=report.csv -q -f $form >compare.$form
    done
    for file in info.txt info.err view.txt eval.* compare.*; do
        ! LC_ALL=C grep -qP "$acts" "$file" || (echo "$file" && false)
    done
    jq -e .case report.jsonl >/dev/null
    jq -e '.cases[0].case' report.json >/dev/null
    "$SEGLOSS" compare "$name=report.csv" b=report.csv -q -f json | jq -e . >/dev/null
    "$SEGLOSS" compare "$name=report.csv" b=report.csv -q --plot plot.svg >/dev/null
    xmllint --noout plot.svg
    ! xmllint --html --noout compare.html 2>&1 | grep -i 'invalid\|error'
}

@test "no row of LaTeX begins with an argument of the line break" {
    printf 'case,measure,value\na,dsc,0.5\nb,dsc,0.7\n' >a.csv
    "$SEGLOSS" compare base=a.csv '[18] U-Net=a.csv' '*ours=a.csv' -q -f latex >t.tex
    cp "$PRED" '[link](x).nii.gz'
    "$SEGLOSS" eval '[link](x).nii.gz' "$TRUTH" -q -f latex >u.tex
    ! grep -qE '^[[:space:]]*(\[|\*)' t.tex u.tex
    grep -q '^{\[}18\] U-Net' t.tex
}

@test "a name that is not UTF-8 makes a report that is read again" {
    printf -v name 'k\351x'
    cp "$PRED" "$name.nii.gz"
    printf '%s.nii.gz,%s\n' "$name" "$TRUTH" | "$SEGLOSS" eval --pairs - -q -m dsc -l none -o k.jsonl
    "$SEGLOSS" merge k.jsonl -o m.csv
    printf '%s.nii.gz,%s\n' "$name" "$TRUTH" | "$SEGLOSS" eval --pairs - -q -m dsc -l none -o k.jsonl
}
