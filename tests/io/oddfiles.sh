#!/bin/sh
# oddfiles.sh FOLDER - shows the reader every file of a collection of odd NIfTI and PNG files and compares its verdict and
# its numbers with the tables nifti_expected.tsv and png_expected.tsv in the same folder.
folder=$1
tool=${BUILD:-build}/tests/io/oddfile
[ -d "$folder" ] || { echo "check-oddfiles: no folder '$folder': skipped (name one with ODDFILES=)"; exit 0; }
out=$(mktemp) said=$(mktemp)
trap 'rm -f "$out" "$said"' EXIT
tab=$(printf '\t')
files=0 read=0 wrong=0

complain() {
    wrong=$((wrong + 1))
    echo "$1: $2"
    cat "$said"
}

# FILE WANT(accept|refuse) DIGEST MODE: decodes the file and compares.
decode() {
    files=$((files + 1))
    timeout 20 "$tool" "$4" "$1" >"$out" 2>"$said"
    status=$?
    digest=$(sha256sum <"$out" | cut -c1-16)
    case $2/$status in
    accept/0) read=$((read + 1)); [ "$digest" = "$3" ] || complain "$1" "values differ: $digest, wanted $3" ;;
    refuse/3) [ "$(wc -l <"$said")" = 1 ] || complain "$1" "more than one line was said" ;;
    *) complain "$1" "status $status, wanted $2" ;;
    esac
}

# FILE WANT(accept|refuse|either): reads the file as the program does.
whole() {
    timeout 20 "$tool" read "$1" >"$out" 2>"$said"
    status=$?
    case $2/$status in
    accept/0 | refuse/3 | either/0) ;;
    either/3) grep -Eq 'neither a label nor|outside \[0, 1\]|not finite|different values|has a colour|transparency' "$said" ||
        complain "$1" "refused for a wrong reason" ;;
    *) complain "$1" "read: status $status, wanted $2" ;;
    esac
}

digest_of() { echo "$1" | sed -n 's/.*sha256([^)]*)=\([0-9a-f]*\).*/\1/p'; }

# NIfTI. What nibabel reads is wanted, except ANALYZE 7.5 (empty magic, and the .img of such a .hdr), colours and
# complex numbers. Integers without scaling in three axes must be labels.
while IFS=$tab read -r name _ header expected rest; do
    [ "$name" = file ] || [ -z "$name" ] && continue
    file=$folder/nifti/$name digest=$(digest_of "$expected") want=accept whole=either
    case $name in
    *.img) header=$(grep "^${name%.img}.hdr$tab" "$folder/nifti_expected.tsv" | cut -f3) ;;
    esac
    case $header in *"magic='' "*) digest= ;; esac
    [ -n "$digest" ] || want=refuse whole=refuse
    case $want/$expected in
    accept/*"min=0 max=0 "* | accept/*"min=0 max=1 "* | accept/*"min=0 max=26 "*) whole=accept ;;
    esac
    decode "$file" "$want" "$digest" values
    whole "$file" "$whole"
done <"$folder/nifti_expected.tsv"
nifti=$files

# PNG. What an independent decoder reads is wanted, except an index beyond the palette.
while IFS=$tab read -r name format raw notes; do
    [ "$name" = file ] || [ -z "$name" ] && continue
    want=accept
    case $format$notes in REJECT* | *INDEX*PLTE*) want=refuse ;; esac
    decode "$folder/$name" $want "$(digest_of "$raw")" samples
    [ $want = refuse ] || want=either
    whole "$folder/$name" $want
done <"$folder/png_expected.tsv"

echo "check-oddfiles: $nifti NIfTI and $((files - nifti)) PNG files, $read read, $wrong wrong"
[ "$wrong" -eq 0 ] && [ "$files" -gt 0 ]
