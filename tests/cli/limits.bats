# limits.bats - machines that allow few threads, little stack and little memory.
load common

@test "environment variables of OpenMP are checked like -j" {
    for n in 0 -1 5000 99999999999 abc; do
        OMP_NUM_THREADS=$n "$SEGLOSS" eval "$PRED" "$TRUTH" >out 2>err && return 1
        grep -q "OMP_NUM_THREADS is '$n', a number from 1 to 4096 was wanted" err
        [ ! -s out ]
    done
    OMP_NUM_THREADS=4,2 "$SEGLOSS" eval "$PRED" "$TRUTH" >out
    OMP_STACKSIZE=16k "$SEGLOSS" eval "$PRED" "$TRUTH" >out 2>err && return 1
    grep -q "OMP_STACKSIZE is '16k', a size of 1M or more was wanted" err
}

@test "a small stack is raised, or the run says what it needs" {
    "$SEGLOSS" eval "$PRED" "$TRUTH" -q -l all -m all -f csv >wanted
    (ulimit -S -s 256 && "$SEGLOSS" eval "$PRED" "$TRUTH" -q -l all -m all -j 4 -f csv) | cmp - wanted
    (ulimit -s 1024 && OMP_STACKSIZE=1m "$SEGLOSS" eval "$PRED" "$TRUTH" -q -l all -m all -j 4 -f csv) | cmp - wanted
    (ulimit -s 256 && refused 6 'the stack is limited to 256 kB' "$SEGLOSS" eval "$PRED" "$TRUTH")
}

@test "where threads are refused fewer are used, or the exit is 6" {
    case ${BUILD:-build} in *san*) skip 'a sanitizer needs more memory' ;; esac
    "$SEGLOSS" eval "$PRED" "$TRUTH" -q -f csv >wanted
    for kilobytes in 60000 100000 150000 250000; do
        status=0
        (ulimit -v $kilobytes && exec "$SEGLOSS" eval "$PRED" "$TRUTH" -j 64 -f csv >out 2>err) || status=$?
        if [ $status -eq 0 ]; then
            cmp out wanted
            grep -q 'the machine allows [0-9]* of 64 threads' err
        else
            [ $status -eq 6 ]
            [ ! -s out ]
        fi
    done
}

@test "a user who may start no thread gets the same numbers" {
    case ${BUILD:-build} in *san*) skip 'a sanitizer starts a thread of its own' ;; esac
    [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || skip 'needs root and setpriv'
    "$SEGLOSS" eval "$PRED" "$TRUTH" -q -f csv >wanted
    mkdir -m 777 open
    cp "$SEGLOSS" open/segloss
    cp "$PRED" open/p.nii.gz
    cp "$TRUTH" open/t.nii.gz
    chmod -R a+rX . open
    for folder in $(pwd | tr / ' '); do path=${path-}/$folder && chmod a+x "$path" 2>/dev/null || true; done
    (cd open && setpriv --reuid=65534 --regid=65534 --clear-groups \
        bash -c 'ulimit -u 1; exec ./segloss eval p.nii.gz t.nii.gz -j 4 -f csv -o x.csv' 2>../err)
    grep -q 'the machine allows 1 of 4 threads' err
    sed 's/^p,/pred,/' open/x.csv | cmp - wanted
}
