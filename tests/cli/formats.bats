#!/usr/bin/env bats
# formats.bats - files of other programs are read as these programs mean them; segmentations of 3D Slicer.
bats_require_minimum_version 1.5.0
load common

# The volume of others.py has another label in every voxel, so the mean DSC is 1 only if all are in their places.
@test "volumes that other programs wrote have every voxel in its place" {
    for python in python3 /usr/bin/python3 none; do "$python" -c 'import numpy' 2>/dev/null && break; done
    [ "$python" != none ] || skip "no python3 with numpy"
    "$python" "$ROOT/tests/io/others.py" . >names
    grep -q npy names
    while read -r name rest; do
        case $name in skipped:) echo "# not compared with $rest" >&3; continue ;; esac
        run --separate-stderr "$SEGLOSS" eval -q -l none -m dsc -f value "$name" want.nii
        [ "$status" -eq 0 ] && [ "$(printf '%s\n' "$output" | sort -u)" = 1 ] ||
            { echo "$name: status $status, $output $stderr"; false; }
    done <names
}

# seg_nrrd FILE "FIELDS" "DATA": raw uint8.
seg_nrrd() {
    # shellcheck disable=SC2059 # the data are escapes
    { printf 'NRRD0004\ntype: uchar\nspace: RAS\nencoding: raw\n%b\n\n' "$2"; printf "$3"; } >"$1"
}

segments='Segment0_Name:=edema\nSegment0_LabelValue:=1\nSegment1_Name:=core\nSegment1_LabelValue:=2'
volume='dimension: 3\nsizes: 4 2 1\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)'

@test "segments of 3D Slicer have their names, and are selected by them" {
    seg_nrrd pred.seg.nrrd "$volume\n$segments" '\0\1\1\2\0\1\2\2'
    seg_nrrd truth.seg.nrrd "$volume\n$segments" '\0\1\1\2\0\0\2\2'
    "$SEGLOSS" eval -l none -m dsc -f csv pred.seg.nrrd truth.seg.nrrd >out
    grep -q '^pred,,1,edema,metric,dsc,,0.8,' out
    grep -q '^pred,,2,core,metric,dsc,,1,' out
    "$SEGLOSS" eval -l none -m dsc -c edema -f csv pred.seg.nrrd truth.seg.nrrd >out
    grep -q 'edema' out
    run -1 grep -q core out
}

@test "names that are said win over those in a file" {
    seg_nrrd pred.seg.nrrd "$volume\n$segments" '\0\1\1\2\0\1\2\2'
    printf '1 said\n2 other\n' >names.txt
    "$SEGLOSS" eval -l none -m dsc --labels names.txt -f csv pred.seg.nrrd pred.seg.nrrd >out
    grep -q '^pred,,1,said,' out
}

@test "segments in layers overlap and are compared by name" {
    layers='dimension: 4\nsizes: 2 4 2 1\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nkinds: list domain domain domain\nSegment0_Name:=all\nSegment0_LabelValue:=1\nSegment0_Layer:=0\nSegment1_Name:=core\nSegment1_LabelValue:=3\nSegment1_Layer:=1'
    seg_nrrd pred.seg.nrrd "$layers" '\0\0\1\0\1\0\1\3\0\0\1\0\1\3\1\3'
    seg_nrrd truth.nrrd "$volume" '\0\1\1\2\0\1\2\2'
    "$SEGLOSS" eval -q -l none -m dsc --regions all=1/2,core=2 -f csv pred.seg.nrrd truth.nrrd >out
    grep -q '^pred,,1,all,metric,dsc,,1,' out
    grep -q '^pred,,2,core,metric,dsc,,1,' out
    "$SEGLOSS" eval -q -l none -m dsc -f csv pred.seg.nrrd pred.seg.nrrd >out
    grep -q '^pred,,2,core,metric,dsc,,1,' out
}

@test "a segmentation that was cropped is put where it belongs" {
    seg_nrrd cropped.seg.nrrd "dimension: 3\nsizes: 2 2 1\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (1,0,0)\n$segments" '\1\1\0\1'
    seg_nrrd truth.nrrd "$volume" '\0\1\1\0\0\0\1\0'
    run --separate-stderr "$SEGLOSS" eval -l none -m dsc -f value cropped.seg.nrrd truth.nrrd
    [ "$status" -eq 0 ]
    [ "$(printf '%s\n' "$output" | sort -u)" = 1 ]
    [[ $stderr == *"2 x 2 x 1 voxels, a part of the other image's grid"* ]]
    sed 's/origin: (1,0,0)/origin: (1.5,0,0)/' cropped.seg.nrrd >shifted.seg.nrrd
    run -4 "$SEGLOSS" eval -l none -m dsc shifted.seg.nrrd truth.nrrd
    sed '/^Segment/d' cropped.seg.nrrd >plain.nrrd # only a segmentation may be cropped
    run -4 "$SEGLOSS" eval -l none -m dsc plain.nrrd truth.nrrd
}

@test "list formats names every format with its files" {
    "$SEGLOSS" list formats >out
    for word in NIfTI PNG TIFF NumPy NPZ NRRD MetaImage MGH; do grep -q "^  *$word" out; done
}
