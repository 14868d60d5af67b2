#!/usr/bin/env bats
# packaging.bats - what is said in several places is said alike: the version, and the libraries that a build needs.
bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    VERSION=$(sed -n 's/^VERSION *:= *//p' Makefile)
}

# The Debian packages of libraries that DEPS_BUILD names.
libraries() {
    sed -n 's/^DEPS_BUILD *:= *//p' Makefile | tr ' ' '\n' | grep -- '-dev$' | sort
}

@test "one version in Makefile, changelog, citation, packages and program" {
    [ -n "$VERSION" ]
    [ "$("${BUILD:-build}/segloss" --version | head -1)" = "segloss $VERSION" ]
    grep -qx "## \[$VERSION\] - [0-9-]*" CHANGELOG.md
    [ "$(grep -c "^## \[" CHANGELOG.md)" -ge 2 ]
    grep -qx "version: $VERSION" CITATION.cff
    grep -qx "date-released: \"$(sed -n "s/^## \[$VERSION\] - //p" CHANGELOG.md)\"" CITATION.cff
    [[ $(head -1 src/packaging/debian/changelog) == "segloss ($VERSION-"* ]]
    grep -qx "  version: $VERSION" src/packaging/conda/meta.yaml
}

@test "Debian's control file and the Containerfile name the libraries of the Makefile" {
    libraries >"$BATS_TEST_TMPDIR/wanted"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/wanted")" -ge 7 ]
    sed -n '/^Build-Depends:/,/^Standards/p' src/packaging/debian/control | grep -o '[a-z0-9-]*-dev' | sort |
        diff "$BATS_TEST_TMPDIR/wanted" -
    grep -o '[a-z0-9-]*-dev' src/packaging/Containerfile | sort | diff "$BATS_TEST_TMPDIR/wanted" -
}

@test "the conda recipe names the same libraries under conda's names" {
    # libnifti-dev has only headers, which conda's nifticlib holds too
    libraries | grep -v '^libnifti-dev$' | sed -e 's/-dev$//' -e 's/^libisal$/isa-l/' -e 's/^zlib1g$/zlib/' \
        -e 's/^libyajl$/yajl/' -e 's/^libnifti2$/nifticlib/' | sort >"$BATS_TEST_TMPDIR/wanted"
    sed -n '/^  host:/,/^test:/s/^    - //p' src/packaging/conda/meta.yaml | sort | diff "$BATS_TEST_TMPDIR/wanted" -
}

@test "every library that is linked stands in the README with its licence" {
    for name in libpng libtiff zlib ISA-L libdeflate nifticlib yajl OpenMP; do
        grep -q "^| $name.* | .* | .* |$" README.md || { echo "no row for $name"; false; }
    done
}

@test "the archive has the same bytes twice" {
    make --no-print-directory -s dist >/dev/null
    sha256sum "segloss-$VERSION.tar.xz" >"$BATS_TEST_TMPDIR/first"
    make --no-print-directory -s dist >/dev/null
    sha256sum -c --quiet "$BATS_TEST_TMPDIR/first"
    rm "segloss-$VERSION.tar.xz"
}

@test "a library that is missing is named with the packages that have it" {
    run make --no-print-directory BUILD="$BATS_TEST_TMPDIR/b" PROBE_HEADERS=no_such_library.h "$BATS_TEST_TMPDIR/b/libraries"
    [ "$status" -eq 2 ]
    [[ $output == *"no_such_library.h"* ]]
    [[ $output == *"'make deps' installs"*libpng-dev* ]]
}

@test "files of packaging say in their first lines what they are for" {
    for file in $(find src/packaging -type f ! -name 'format' ! -path '*/debian/changelog'); do
        head -4 "$file" | grep -q "$(basename "$file") - " || head -4 "$file" | grep -qE 'rules - |demo - |JSON schema of' || {
            echo "$file does not say what it is for"; return 1; }
    done
}
