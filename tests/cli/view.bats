#!/usr/bin/env bats
# view.bats - what went wrong in a case, as text and as pictures.
bats_require_minimum_version 1.5.0
load common

view() {
    local samples=$ROOT/data_samples/abdomen case=$1
    shift
    "$SEGLOSS" view -q "$samples/unet/case_0$case.nii.gz" "$samples/truth/case_0$case.nii.gz" "$@"
}

@test "the swapped kidneys and the missed gallbladder come first" {
    view 2 >two
    grep -q '^   1 right kidney called left kidney *28.7 *>= 20  0-5 ' two
    view 4 >four
    grep -q '^   1 gallbladder missed *15.1 *>= 20  9-16 ' four
}

@test "a pipe gets no block characters, and no line is longer than 80" {
    view 4 >out
    run ! grep -P '[^\x00-\x7f]' out
    run ! grep -E '.{81}' out
}

@test "the volumes of all rows add up to the wrong voxels" {
    view 1 --errors 3 >out
    # the volume is the first number behind two spaces
    listed=$(sed -n '/ml  depth/,/within/s/^ .\{4\}[^0-9 ].*[a-z]  *\([0-9.]*\)  *[>< ].*/\1/p; s/^ *[0-9]* smaller mistakes *\([0-9.]*\)$/\1/p' out |
        awk '{ s += $1 } END { printf "%d", 10 * s + 0.5 }')
    wrong=$("$SEGLOSS" eval -q -m tp,fn -f csv -c 0-8 "$ROOT"/data_samples/abdomen/{unet,truth}/case_01.nii.gz |
        awk -F, '$3 != "" && $6 == "fn" { s += $8 } END { printf "%d", s * 0.2 + 0.5 }')
    echo "listed $listed, wrong $wrong (tenths of ml)"
    # each of five rows is rounded to a tenth
    [ $((listed - wrong)) -ge -3 ] && [ $((listed - wrong)) -le 3 ]
}

@test "nothing wrong is said so" {
    truth=$ROOT/data_samples/abdomen/truth/case_01.nii.gz
    run -0 "$SEGLOSS" view "$truth" "$truth"
    [[ $output == *"nothing is wrong beyond 5 mm"* ]]
}

@test "SVG, PNG and PDF; the same bytes for any number of threads" {
    for form in svg png pdf; do
        if [ $form != svg ] && "$SEGLOSS" --version | grep -q 'librsvg none'; then
            continue
        fi
        view 4 -j 1 -o one.$form
        view 4 -j 3 -o three.$form
        cmp one.$form three.$form
        [ -s one.$form ]
    done
}

@test "what cannot be drawn is refused, and nothing is left behind" {
    refused 2 'a name that ends in .png, .svg, .pdf or .txt is needed' "$SEGLOSS" view a.nii b.nii -o x.gif
    refused 2 '--at 400,1,1 is no voxel of the image' view 1 --at 400,1,1 -o x.svg
    refused 3 'missing.nii' "$SEGLOSS" view missing.nii "$TRUTH"
    refused 5 'pred.svg' "$SEGLOSS" view "$PRED" "$TRUTH" -o /nonexistent/pred.svg
    [ ! -e x.svg ]
}

@test "a grey image lies under the mistakes when it fits" {
    truth=$ROOT/data_samples/abdomen/truth/case_04.nii.gz
    view 4 --image "$truth" --window 4,8 -o over.svg
    [ "$(grep -c '<image ' over.svg)" -eq 9 ] # three planes and six mistakes
    refused 4 'has 512 x 256 x 1 voxels, the masks have 160 x 128 x 32' \
        view 4 --image "$ROOT/data_samples/street/truth/street_1.png" -o x.svg
    refused 2 '--window 40 is no centre and width' view 4 --image "$truth" --window 40 -o x.svg
    refused 3 'missing.nii' view 4 --image missing.nii -o x.svg
    [ ! -e x.svg ]
}
