# common.bash - what every test of the command line needs: the program, the golden cases, a folder of its own.
setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    SEGLOSS=$ROOT/${BUILD:-build}/segloss
    GOLDEN=$ROOT/tests/golden
    PRED=$GOLDEN/multi3d/pred.nii.gz
    TRUTH=$GOLDEN/multi3d/gt.nii.gz
    cd "$BATS_TEST_TMPDIR" || return 1
}

# refused CODE WORDS COMMAND...: exits with CODE, prints nothing on stdout, one line with WORDS on stderr.
refused() {
    local code=$1 words=$2 status=0
    shift 2
    "$@" >stdout 2>stderr || status=$?
    if [ "$status" -ne "$code" ] || [ -s stdout ] || [ "$(wc -l <stderr)" -ne 1 ] || ! grep -qF -- "$words" stderr; then
        echo "wanted exit $code and '$words'; got exit $status and:"
        cat stdout stderr
        return 1
    fi
}

# two folders with the golden cases under equal names
make_folders() {
    local case
    mkdir -p pred truth
    for case in "$@"; do
        cp "$GOLDEN/$case/pred.nii.gz" "pred/$case.nii.gz"
        cp "$GOLDEN/$case/gt.nii.gz" "truth/$case.nii.gz"
    done
}
