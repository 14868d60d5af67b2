#!/usr/bin/env bats
# library.bats - the installed library: what is installed, which symbols it has, and the examples of its manual page.
bats_require_minimum_version 1.5.0
load ../cli/common

# Everything below uses an installation in a folder of its own, made once.
setup_file() {
    export HERE=$BATS_FILE_TMPDIR ROOT
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    make -C "$ROOT" --no-print-directory install-lib PREFIX="$HERE/segloss" BUILD="${BUILD:-build}" \
        >"$HERE/log" 2>&1 || { cat "$HERE/log"; return 1; }
    export PKG_CONFIG_PATH="$HERE/segloss/lib/pkgconfig" LD_LIBRARY_PATH="$HERE/segloss/lib"
    # the blocks of the page, without mdoc's escapes
    awk -v folder="$HERE" '/^\.Bd/ { n++; inside = 1; next } /^\.Ed/ { inside = 0 }
        inside { gsub(/\\e/, "\\"); gsub(/\\&/, ""); print > (folder "/block" n) }' "$ROOT/man/libsegloss.3"
    cp "$HERE/block1" "$HERE/files.c"
    cp "$HERE/block3" "$HERE/arrays.c"
    cp "$HERE/block4" "$HERE/arrays.py"
}

sanitized() { # the library of a sanitized build needs its runtime in every program
    nm -D "$HERE/segloss/lib/libsegloss.so" | grep -qE '__(asan|tsan|ubsan)'
}

@test "the installed tree holds headers, both libraries, segloss.pc and the page" {
    cd "$HERE/segloss"
    [ "$(find . -type f -o -type l | sort | tr '\n' ' ')" = "./include/segloss/base/error.h \
./include/segloss/library/scorer.h ./include/segloss/segloss.h ./lib/libsegloss.a ./lib/libsegloss.so \
./lib/libsegloss.so.0 ./lib/pkgconfig/segloss.pc ./share/man/man3/libsegloss.3 " ]
}

@test "the shared library shows the functions of its headers, and nothing else" {
    sanitized && skip 'a sanitizer adds symbols of its own'
    cd "$HERE/segloss"
    cat include/segloss/*.h include/segloss/*/*.h | sed 's|^ *\*.*||' | grep -oE '\bseg_[a-z_]+\(' | tr -d '(' | sort -u >"$HERE/declared"
    nm -D --defined-only lib/libsegloss.so | awk '{ print $3 }' | sort >"$HERE/shown"
    diff "$HERE/declared" "$HERE/shown"
    readelf -d lib/libsegloss.so | grep -q 'SONAME.*\[libsegloss.so.0\]'
}

compile() { # COMPILER FILE PROGRAM FLAGS...
    local compiler=$1 file=$2 program=$3
    shift 3
    # shellcheck disable=SC2046,SC2086 # flags are words
    $compiler -Wall -Wextra -Wpedantic -Werror "$@" -o "$HERE/$program" "$HERE/$file" $(pkg-config --cflags --libs segloss)
}

# What the program prints for the same pair and measures.
from_program() {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -l tversky:alpha=0.7,beta=0.3 -m dsc,hd95 -f csv --no-header | cut -d, -f8
}

@test "the example for files has the values of the program, by gcc and clang, as C and as C++" {
    sanitized && skip 'programs without the sanitizer cannot load it'
    cd "$ROOT"
    for language in gcc:c clang:c g++:c++ clang++:c++; do
        command -v "${language%:*}" >/dev/null || continue
        compile "${language%:*}" files.c files -x "${language#*:}"
        "$HERE/files" "$PRED" "$TRUTH" >"$HERE/printed"
        grep -oE ' -?([0-9.]+(e[-+][0-9]+)?|inf|nan) [a-z]* ?\(' "$HERE/printed" | awk '{ print $1 }' >"$HERE/values"
        from_program | awk 'NR == FNR { wanted[NR] = $1; n = NR; next }
            { if (($1 + 0) != (wanted[FNR] + 0)) { print $1, "instead of", wanted[FNR]; bad = 1 } }
            END { exit bad || FNR != n || n < 9 }' - "$HERE/values"
    done
    run "$HERE/files" missing.nii "$TRUTH"
    [ "$status" -eq 3 ]
    [[ $output == *missing.nii* ]]
}

@test "the static library links with what segloss.pc names" {
    sanitized && skip 'programs without the sanitizer cannot load it'
    cd "$ROOT"
    mkdir -p "$HERE/static"
    cp "$HERE/segloss/lib/libsegloss.a" "$HERE/static"
    # shellcheck disable=SC2046
    cc -o "$HERE/linked" "$HERE/files.c" $(pkg-config --cflags segloss) -L"$HERE/static" -lsegloss \
        $(pkg-config --static --libs segloss | sed 's/-lsegloss//; s/-L[^ ]*segloss[^ ]*//')
    "$HERE/linked" "$PRED" "$TRUTH" | grep -q '^hd95 of label 1 '
    run ! grep -q libsegloss <(ldd "$HERE/linked")
}

@test "the example for arrays prints what its masks have" {
    sanitized && skip 'programs without the sanitizer cannot load it'
    compile cc arrays.c arrays
    "$HERE/arrays" >"$HERE/printed"
    grep -q '^dsc 0.500000 $' "$HERE/printed" # 2 of 4 and 4 pixels agree
    grep -q '^hd95 0.500000 mm$' "$HERE/printed"
    grep -q '^ce ' "$HERE/printed"
}

@test "the example in Python prints what its masks have" {
    sanitized && skip 'programs without the sanitizer cannot load it'
    python=/usr/bin/python3
    "$python" -c 'import numpy' 2>/dev/null || skip 'no python3-numpy'
    "$python" "$HERE/arrays.py" >"$HERE/printed"
    grep -q "('dsc', 1): 0.75" "$HERE/printed"
    grep -q "('hd95', 1): 1.0" "$HERE/printed"
}

@test "a place that cannot be written is one sentence, and nothing is installed" {
    touch "$HERE/file"
    for target in install install-lib; do
        run make -C "$ROOT" --no-print-directory -s $target DESTDIR="$HERE/file" PREFIX=/usr BUILD="${BUILD:-build}"
        [ "$status" -eq 2 ]
        [[ $output == *"cannot be written"* ]]
    done
}

@test "DESTDIR is put in front of the prefix, and segloss.pc names the prefix alone" {
    make -C "$ROOT" --no-print-directory -s install-lib DESTDIR="$HERE/stage" PREFIX=/usr LIBDIR=/usr/lib/any BUILD="${BUILD:-build}"
    [ -e "$HERE/stage/usr/lib/any/libsegloss.so" ]
    grep -q '^libdir=/usr/lib/any$' "$HERE/stage/usr/lib/any/pkgconfig/segloss.pc"
    run ! grep "$HERE" "$HERE/stage/usr/lib/any/pkgconfig/segloss.pc"
}
