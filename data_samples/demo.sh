#!/bin/sh
# demo.sh - scores the samples of this folder; what `make demo` runs after building.
cd "$(dirname "$0")" || exit 2
segloss=${SEGLOSS:-../${BUILD:-build}/segloss}

say() {
    printf '\n$ segloss %s\n' "$*"
    "$segloss" "$@"
}

say eval abdomen/unet/case_01.nii.gz abdomen/truth/case_01.nii.gz --format table &&
    say eval abdomen/unet abdomen/truth --loss none --summary-only --no-per-class --format table --quiet &&
    say eval abdomen/transunet abdomen/truth --loss none --summary-only --no-per-class --format table --quiet &&
    say eval street/prediction street/truth --ignore-label 255 --metric iou,miou,pixel-accuracy --pooled \
        --summary-only --format table --quiet &&
    say eval objects/prediction/large.png objects/truth/large.png --input prob --loss tversky,focal,boundary \
        --format table --quiet
