#!/usr/bin/env bats
# curves.bats - segloss curves as a user types it: the figure, its numbers, and what is refused.
bats_require_minimum_version 1.5.0
load common

# xmllint reads it, where there is one; the tests of src/plot look at the same drawings without it.
well_formed() {
    if command -v xmllint >/dev/null; then xmllint --noout "$1"; else tail -1 "$1" | grep -q '</svg>'; fi
}

@test "alone it writes the figure and its numbers, and prints scores over 16 seeds and statements" {
    "$SEGLOSS" curves >out 2>err
    [ ! -s err ]
    [ "$(cd segloss-curves && echo *)" = "caption.txt curves.csv curves.json curves.svg scores.csv series.csv" ]
    grep -q 're-creation of Figure 3' out
    grep -q 'mean of 16 seeds' out
    for id in S1 S2a S2b S2c S2d S3; do
        grep -q "^$id: " out
        grep -q "^$id: " segloss-curves/caption.txt
    done
    # whichever are drawn, S1 is about all losses of the survey
    grep -qE 'S1: .*of the [0-9]+ losses of the survey, drawn or not' segloss-curves/caption.txt
    # 8 losses x 2 objects x 41 steps x 16 seeds; x 5 yardsticks
    [ "$(wc -l <segloss-curves/curves.csv)" -eq 10497 ]
    [ "$(wc -l <segloss-curves/scores.csv)" -eq 81 ]
    grep -q 'viewBox=' segloss-curves/curves.svg
    # the caption stands beside the figure, not in it
    ! sed 's/<desc>.*//' segloss-curves/curves.svg | grep -q '>S1: '
    # within a ratio of jitter and radius the drawdowns agree within 30 %
    tail -n +2 segloss-curves/series.csv | awk -F, '{ if (!(($1 in lo)) || $4 < lo[$1]) lo[$1] = $4; if ($4 > hi[$1]) hi[$1] = $4; n[$1]++ }
        END { for (r in n) { k++; if (n[r] < 3 || hi[r] > 1.3 * lo[r]) exit 1 }; exit k != 2 }'
}

@test "one seed gives the curves of the figure" {
    "$SEGLOSS" curves --seeds 1 --loss dice -o out >one
    grep -q '^  Dice  *0.973  *0.025' one
    grep -q '^  Dice  *0.804  *0.191' one
}

@test "an offset has two branches, and no value falls on either" {
    "$SEGLOSS" curves --seeds 1 --family offset --loss dice,ce --steps 6 -o out >stdout
    [ "$(tail -n +2 out/scores.csv | awk -F, '{ print $NF }' | sort -u | tr '\n' ' ')" = 'inward outward ' ]
    tail -n +2 out/scores.csv | awk -F, '$4 == "errors" && $6 > 1e-9 { exit 1 }'
    # both begin at 0
    [ "$(awk -F, '$3 == 0 && $14 == "ce" { print $4 }' out/curves.csv | sort -u)" = 0 ]
    "$SEGLOSS" curves --seeds 1 --loss dice --steps 4 -o out >stdout
    [ "$(head -2 out/scores.csv | tail -1 | awk -F, '{ print $NF }')" = '' ]
}

@test "a loss that falls is called falling" {
    "$SEGLOSS" curves --seeds 2 --loss exp-log:form=survey -o out >stdout
    [ "$(awk -F, '$1 == "large" && $4 == "errors" { print $10 }' out/scores.csv)" = falling ]
}

@test "the counts in curves.csv are the golden ones" {
    "$SEGLOSS" curves --seeds 1 --loss ce -o out >stdout
    for object in large small; do
        awk -F, -v o=$object '$1 == o { print $3 "," $8 "," $6 "," $7 }' out/curves.csv | sort -n |
            cmp - <(sort -n "$GOLDEN/fig3_counts_$object.csv")
    done
}

@test "the json repeats every setting and names the counts by their digest" {
    "$SEGLOSS" curves --seeds 1 --loss dice -o out >stdout
    [ "$(jq -r '.settings | [.family, .size, .image, .steps, .jitter, .seed, .soft, .x, .scale] | map(tostring) | join(" ")' \
        out/curves.json)" = "drift large=30,small=4 128 40 1 0 0 errors range" ]
    # gzip ends with the checksum and the length
    [ "$(jq -r '.regimes[0].counts_crc32' out/curves.json)" = \
        "$(gzip -c "$GOLDEN/fig3_counts_large.csv" | tail -c 8 | head -c 4 | od -An -tx4 --endian=little | tr -d ' ')" ]
    [ "$(jq -r '.regimes[1].counts_crc32' out/curves.json)" = \
        "$(gzip -c "$GOLDEN/fig3_counts_small.csv" | tail -c 8 | head -c 4 | od -An -tx4 --endian=little | tr -d ' ')" ]
    [ "$(jq '.statements | length' out/curves.json)" -eq 6 ]
    [ "$(jq -r '.losses[0].params.classes' out/curves.json)" = fg ]
}

@test "any number of threads writes the same bytes" {
    "$SEGLOSS" curves --seeds 3 --layout grid -j 1 -o one >one.txt
    "$SEGLOSS" curves --seeds 3 --layout grid -j 3 -o three >three.txt
    diff -r one three
    cmp one.txt three.txt
}

@test "all losses are drawn as a grid, each in a panel, none missing" {
    "$SEGLOSS" curves --seeds 1 --loss all --steps 4 -o out >stdout
    [ "$(jq -r '.losses | length' out/curves.json)" -eq "$("$SEGLOSS" list losses --names | wc -l)" ]
    [ "$(jq -r '.settings.layout' out/curves.json)" = grid ]
    [ "$(grep -o 'class="axes"' out/curves.svg | wc -l)" -eq "$("$SEGLOSS" list losses --names | wc -l)" ]
}

@test "every layout and every family gives a well-formed picture" {
    for layout in panels grid category scores; do
        "$SEGLOSS" curves --seeds 1 --steps 8 --layout $layout -o out >stdout
        well_formed out/curves.svg
    done
    for family in translate offset boundary missing spurious mix pred-noise label-noise soft-label temperature size fov; do
        "$SEGLOSS" curves --seeds 1 --family $family --steps 8 --loss ce,dice,hausdorff -o out >stdout
        well_formed out/curves.svg
        [ "$(jq -r .settings.family out/curves.json)" = $family ]
    done
}

@test "families have other forms: which part goes first, which labels are wrong, millimetres" {
    for choice in "missing --order largest" "missing --order hashed" "label-noise --noise band" \
        "label-noise --noise foreground" "label-noise --noise shift" "offset --unit mm" "boundary --unit mm"; do
        "$SEGLOSS" curves --seeds 1 --family $choice --steps 4 --loss ce,dice -o out >stdout
        well_formed out/curves.svg
        [ "$(jq -r '.settings | .order // .noise // .unit' out/curves.json)" = "${choice##* }" ]
    done
    "$SEGLOSS" curves --seeds 1 --truth "$TRUTH" --class 2 --family offset --unit mm --steps 4 --loss dice -o out >stdout
    grep -q 'offset of the border (mm)' out/curves.svg
    "$SEGLOSS" curves --seeds 1 --family translate --dir 1,-1 --steps 8 --loss dice -o aimed >stdout
    "$SEGLOSS" curves --seeds 1 --truth "$TRUTH" --class 2 --family translate --dir 0,-1,0.5 --steps 4 --loss dice -o aimed >stdout
    [ "$(jq -r .settings.dir aimed/curves.json)" = 0,-1,0.5 ]
    # nothing was cut off and the last step misses all: FN = FP = the object
    awk -F, '$3 == 4 && !($8 == 0 && $6 == $7) { exit 1 }' aimed/curves.csv
    for dir in 1 0,0 1,x 1,2,3,4; do refused 2 'two or three numbers' "$SEGLOSS" curves --family translate --dir $dir; done
    refused 2 'leaves the plane' "$SEGLOSS" curves --family translate --dir 1,0,1
    refused 2 "--dir is for the family 'translate'" "$SEGLOSS" curves --dir 1,0
    # annotators who agree with the truth change nothing
    "$SEGLOSS" curves --seeds 1 --truth "$TRUTH" --class 2 --family soft-label --annotators "$TRUTH" --annotators "$TRUTH" \
        --loss ce -o agree >stdout
    [ "$(awk -F, '$14 == "ce" { print $17 }' agree/curves.csv | sort | uniq -c | awk '{ print $1 }')" = 3 ]
    refused 2 "--annotators is for the family 'soft-label'" "$SEGLOSS" curves --truth "$TRUTH" --class 2 --annotators "$TRUTH"
    refused 2 'which was not given' "$SEGLOSS" curves --family soft-label --annotators "$TRUTH"
    refused 4 'annotators mark the same image' "$SEGLOSS" curves --truth "$TRUTH" --class 2 --family soft-label \
        --annotators "$GOLDEN/bin2d_large/gt.nii.gz"
    refused 2 "--order is for the family 'missing'" "$SEGLOSS" curves --order largest
    refused 2 "--unit is for the family 'offset', 'boundary', 'soft-label'" "$SEGLOSS" curves --unit mm
}

@test "the user's own object, in 2D and 3D" {
    "$SEGLOSS" curves --seeds 1 --truth "$GOLDEN/bin2d_large/gt.nii.gz" --loss dice,ce -o two >stdout
    "$SEGLOSS" curves --seeds 1 --truth "$TRUTH" --class 2 --loss dice,ce --family boundary -o three >stdout
    [ "$(jq -r '.regimes[0].name' three/curves.json)" = "class 2" ]
    [ "$(jq -r '.settings.dim' three/curves.json)" = 3 ]
}

@test "a mask of 0 and 255 is class 1, as it is for eval" {
    "$SEGLOSS" curves --seeds 1 --truth "$ROOT/data_samples/objects/truth/large.png" --class 1 --loss dice -o mask >stdout 2>note
    [ "$(jq -r '.regimes[0].name' mask/curves.json)" = "class 1" ]
    grep -q 'a mask of 0 and 255, read as classes 0 and 1' note
}

@test "balls, soft edges, other yardsticks and sizes" {
    "$SEGLOSS" curves --seeds 1 --dim 3 --image 24 --size a=4,b=2,c=1.5 --steps 6 --loss dice,ce -o out >stdout
    [ "$(jq -r '[.regimes[].name] | join(" ")' out/curves.json)" = "a b c" ]
    for x in errors step iou berr hd95; do
        "$SEGLOSS" curves --seeds 1 --soft 1 -x $x --scale max --loss dice --steps 6 -o out >stdout
        [ "$(jq -r .settings.x out/curves.json)" = $x ]
    done
}

@test "a loss that cannot be evaluated is listed with its reason" {
    "$SEGLOSS" curves --seeds 1 --family soft-label --loss ce,boundary-dou --steps 4 -o out >stdout
    grep -q 'skipped: .*soft truth' stdout
    grep -q 'boundary-dou.*soft truth' out/curves.csv
    [ "$(jq -r '[.scores[] | select(.loss == "boundary-dou") | .status] | unique | .[0]' out/curves.json)" != ok ]
}

@test "a formula is one curve, the sum of its parts as curves looks at them" {
    "$SEGLOSS" curves --seeds 1 --loss 'total = 0.5*tversky(alpha=0.7) + 0.5*ce' --loss tversky:alpha=0.7 --loss ce -o out >stdout
    [ "$(jq -r '[.losses[].loss] | join(" ")' out/curves.json)" = "total tversky ce" ]
    [ "$(jq -r '.losses[0].params.formula' out/curves.json)" = "0.5*tversky(alpha=0.7)+0.5*ce" ]
    # 41 steps of two objects; %.9g of the three values
    awk -F, '{ v[$14, $1, $3] = $17 }
        $14 == "total" { n++; at[n] = $1 SUBSEP $3 }
        END { for (i = 1; i <= n; i++) { d = v["total", at[i]] - (v["tversky", at[i]] + v["ce", at[i]]) / 2
                                         if (d * d > 1e-12) exit 1 }
              exit n != 82 }' out/curves.csv
    "$SEGLOSS" curves --seeds 1 --loss 'min(dice,ce)' --steps 4 -o out >stdout
    grep -q '"min(dice,ce)"' out/curves.csv
    "$SEGLOSS" curves --seeds 1 --loss '1/(dice-dice)' --loss ce --steps 4 -o out >stdout
    grep -q 'divides by zero' out/curves.csv
    "$SEGLOSS" curves --seeds 1 --loss 'ce+boundary-dou' --loss ce --family soft-label --steps 4 -o out >stdout
    grep -q 'skipped: .*soft truth' stdout
}

@test "scripts for gnuplot and pgfplots, and a plot in the terminal" {
    "$SEGLOSS" curves --seeds 1 --loss dice,ce --plot gnuplot -o out >stdout
    grep -q 'smooth unique' out/curves.gp
    "$SEGLOSS" curves --seeds 1 --loss dice,ce --plot pgfplots -o out >stdout
    grep -q 'addplot' out/curves.tex
    # TeX cannot read quoted fields: a formula with a comma brings its points, and one legend serves both panels
    "$SEGLOSS" curves --seeds 1 --loss 'min(dice^2,ce)' --loss ce --plot pgfplots -o out >stdout
    [ "$(grep -c 'coordinates {' out/curves.tex)" -eq 2 ]
    [ "$(grep -c 'addlegendentry{min(dice\\textasciicircum{}2,ce)}' out/curves.tex)" -eq 1 ]
    if command -v pdflatex >/dev/null && kpsewhich standalone.cls pgfplots.sty >/dev/null; then
        (cd out && pdflatex -interaction=nonstopmode -halt-on-error curves.tex >log)
        [ -s out/curves.pdf ]
        [ "$(grep -c 'has no coordinates' out/log)" -eq 0 ]
    fi
    LC_ALL=C.UTF-8 "$SEGLOSS" curves --seeds 1 --loss dice --plot braille -o out | head -3 | grep -q '⢀'
    LC_ALL=C "$SEGLOSS" curves --seeds 1 --loss dice --plot braille -o out | head -3 | grep -q '|.*\*'
}

@test "png where librsvg was found at build time" {
    if "$SEGLOSS" --version | grep -q '^librsvg none'; then
        refused 2 'librsvg' "$SEGLOSS" curves --format png
    else
        # fontconfig keeps its tables until the process ends, which a leak check holds against it
        ASAN_OPTIONS=detect_leaks=0 "$SEGLOSS" curves --seeds 1 --format png --loss dice -o out >stdout
        [ "$(head -c 8 out/curves.png | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ]
    fi
}

@test "bad requests are refused in one sentence that names a way out" {
    refused 2 '4 R + 4 J <= N' "$SEGLOSS" curves --size large=40
    "$SEGLOSS" curves --seeds 1 --size large=40 --image 164 --loss dice >stdout
    refused 2 "did you mean 'drift'" "$SEGLOSS" curves --family drfit
    refused 2 "did you mean 'dice'" "$SEGLOSS" curves --loss dicee
    refused 2 'a name and a radius' "$SEGLOSS" curves --size large
    refused 2 'twice' "$SEGLOSS" curves --size a=4,a=5
    refused 2 '--class N' "$SEGLOSS" curves --truth "$TRUTH"
    refused 4 'class 9 is not in the truth' "$SEGLOSS" curves --truth "$TRUTH" --class 9
    refused 4 'the truth is empty' "$SEGLOSS" curves --truth "$GOLDEN/empty_gt/gt.nii.gz"
    refused 3 'nothere.nii' "$SEGLOSS" curves --truth nothere.nii
    refused 5 'cannot be made' "$SEGLOSS" curves -o /proc/segloss
    refused 2 'leave one out' "$SEGLOSS" curves --truth "$TRUTH" --size a=4
    refused 2 'no soft edge' "$SEGLOSS" curves --family missing --soft 1
    refused 2 '--max 161' "$SEGLOSS" curves --family spurious --max 500
    [ ! -e segloss-curves/curves.png ]
}
