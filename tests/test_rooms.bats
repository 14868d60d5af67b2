#!/usr/bin/env bats
# test_rooms.bats - rules that hold for all source files: which folder includes which, and what a global name may be.
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/.." || return 1
    LIBRARY=${BUILD:-build}/libsegloss.a
}

# The table of src/README.md, one line for each allowed include: "room included".
allowed_includes() {
    sed -n 's/^| `\([a-z]*\)` |.*|\([a-z ]*\)|$/\1 \2/p' src/README.md |
        awk '{ print $1, $1; for (i = 2; i <= NF; i++) print $1, $i }'
}

# "room included file:line" for each include of another of our files; paths are relative to the file or to src.
actual_includes() {
    find src -mindepth 2 -name '*.[chi]*' -exec grep -Hn '^#include "' {} + | awk -F'[:"]' '
        function resolve(path, parts, n, i, out, depth) {
            n = split(path, parts, "/")
            depth = 0
            for (i = 1; i <= n; i++)
                if (parts[i] == "..") depth--
                else if (parts[i] != ".") out[++depth] = parts[i]
            return out[2]
        }
        {
            file = $1; folder = file; sub(/[^\/]*$/, "", folder)
            split(file, at, "/")
            room = resolve(folder $4)
            if (room !~ /\./) print at[2], room, $1 ":" $2
        }'
}

@test "a room includes only the rooms that the table in src/README.md allows" {
    allowed_includes >"$BATS_TEST_TMPDIR/allowed"
    [ "$(cut -d' ' -f1 "$BATS_TEST_TMPDIR/allowed" | sort -u)" = "$(find src -mindepth 2 -name '*.[ch]' | cut -d/ -f2 | sort -u)" ]
    actual_includes >"$BATS_TEST_TMPDIR/actual"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/actual")" -gt 500 ]
    awk 'NR == FNR { allowed[$1 " " $2] = 1; next }
         !(($1 " " $2) in allowed) { print $3 ": " $1 " must not include " $2; bad = 1 }
         END { exit bad }' "$BATS_TEST_TMPDIR/allowed" "$BATS_TEST_TMPDIR/actual"
}

@test "the table of rooms has no ring: a room stands below all that it includes" {
    allowed_includes | awk '$1 != $2 && !($2 in above) { print $1 " includes " $2 ", which stands below it"; bad = 1 }
                            { above[$1] = 1 } END { exit bad }'
}

@test "every global name begins with seg_ and is defined once" {
    nm -g --defined-only "$LIBRARY" 2>/dev/null | awk 'NF == 3 { print $3 }' | sort >"$BATS_TEST_TMPDIR/names"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/names")" -gt 500 ]
    run ! grep -Ev '^_?(seg_|__(odr_)?asan)' "$BATS_TEST_TMPDIR/names"
    [ -z "$(uniq -d "$BATS_TEST_TMPDIR/names")" ]
}

# Comments and messages have technical subjects: data, functions, threads. The pattern is in parts so as not to find itself.
@test "comments and messages are about data and functions, not about persons" {
    words='no''body|some''body|who wa''nts|who h''as|comes b''y|looks o''n|speaks o''f'
    run ! grep -rnEiw "($words)" src tests
}
