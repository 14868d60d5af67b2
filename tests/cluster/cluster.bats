#!/usr/bin/env bats
# cluster.bats - the recipes of segloss-cluster(7) on the engines themselves: the merged result of every one has the
# bytes of a single run.
bats_require_minimum_version 1.5.0

setup_file() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    WORK=$(mktemp -d /var/tmp/segloss-cluster.XXXXXX)
    export ROOT WORK PATH="$ROOT/${BUILD:-build}:$PATH" SLURM_CONF=$WORK/slurm/slurm.conf
    mkdir "$WORK/pred" "$WORK/truth"
    for i in $(seq 100 159); do
        for case in multi3d bin3d; do
            cp "$ROOT/tests/golden/$case/pred.nii.gz" "$WORK/pred/$case-$i.nii.gz"
            cp "$ROOT/tests/golden/$case/gt.nii.gz" "$WORK/truth/$case-$i.nii.gz"
        done
    done
    cd "$WORK" || return 1
    segloss eval pred truth -l pixel -o whole.csv
}

teardown_file() {
    [ -d "$WORK/slurm" ] && "$ROOT/tests/cluster/down.sh" "$WORK/slurm"
    rm -rf "$WORK"
}

setup() {
    mkdir "$WORK/$BATS_TEST_NUMBER"
    cd "$WORK/$BATS_TEST_NUMBER" || return 1
    ln -s ../pred ../truth .
}

# Waits until Slurm has no job left.
drained() {
    for _ in $(seq 240); do
        [ -z "$(squeue -h)" ] && return 0
        sleep 0.25
    done
    squeue
    return 1
}

@test "GNU Parallel" {
    parallel --will-cite segloss eval pred truth -l pixel --shard {}/4 -q -o part{}.jsonl --resume ::: 1 2 3 4
    segloss merge part*.jsonl -o all.csv
    cmp all.csv ../whole.csv
}

@test "GNU Parallel, killed and resumed from its job log" {
    cat >one <<'SH'
#!/bin/sh
exec segloss eval pred truth -l pixel --shard $1/6 -q -o part$1.jsonl --resume
SH
    chmod +x one
    timeout -s KILL 0.15 parallel --will-cite --joblog log -j 1 ./one ::: 1 2 3 4 5 6 || true
    sleep 0.5 # a task that lived on finishes
    parallel --will-cite --joblog log --resume-failed -j 2 ./one ::: 1 2 3 4 5 6
    for k in 1 2 3 4 5 6; do ./one $k; done
    segloss merge part*.jsonl -o all.csv
    cmp all.csv ../whole.csv
}

@test "mpirun, by its environment" {
    mpirun --allow-run-as-root --oversubscribe -np 3 \
        sh -c 'exec segloss eval pred truth -l pixel -q --shard auto -o part$OMPI_COMM_WORLD_RANK.jsonl'
    segloss merge part*.jsonl -o all.csv
    cmp all.csv ../whole.csv
}

@test "Snakemake" {
    command -v snakemake >/dev/null || skip 'snakemake is not installed'
    cat >Snakefile <<'SMK'
PARTS = 4
rule all:
    input: "all.csv"
rule part:
    output: "part{k}.jsonl"
    shell: "segloss eval pred truth -l pixel -q --shard {wildcards.k}/{PARTS} -o {output}"
rule merge:
    input: expand("part{k}.jsonl", k=range(1, PARTS + 1))
    output: "all.csv"
    shell: "segloss merge {input} -o {output}"
SMK
    snakemake -q --cores 2
    cmp all.csv ../whole.csv
}

@test "Slurm: a job array on three nodes, and the merge after it" {
    "$ROOT/tests/cluster/up.sh" "$WORK/slurm"
    cat >score.sh <<'SH'
#!/bin/sh
#SBATCH --output=%x-%A_%a.out
#SBATCH --cpus-per-task=1 --mem=100 --requeue
exec segloss eval pred truth -l pixel -q --shard auto -o "part$SLURM_ARRAY_TASK_ID.jsonl" --resume
SH
    job=$(sbatch --parsable --array=1-6 score.sh)
    sbatch --dependency=afterok:"$job" --output=merge.out --wrap 'segloss merge part*.jsonl -o all.csv'
    drained
    cmp all.csv ../whole.csv
}

@test "Slurm: one task killed with SIGKILL, the array resubmitted" {
    cat >score.sh <<'SH'
#!/bin/sh
#SBATCH --output=%x-%A_%a.out
#SBATCH --cpus-per-task=1 --mem=100
if [ "$SLURM_ARRAY_TASK_ID" = 3 ] && [ ! -e killed ]; then
    touch killed
    timeout -s KILL 0.03 segloss eval pred truth -l pixel -q --shard auto -o part3.jsonl --resume
    [ ! -s part3.jsonl ] || truncate -s -20 part3.jsonl # torn, however fast the machine
    kill -KILL $$
fi
exec segloss eval pred truth -l pixel -q --shard auto -o "part$SLURM_ARRAY_TASK_ID.jsonl" --resume
SH
    sbatch --array=1-6 score.sh
    drained
    [ -e killed ]
    run segloss merge part*.jsonl -o all.csv
    [ "$status" -eq 3 ] || [ "$status" -eq 4 ] # a line cut off, or cases missing
    [ ! -e all.csv ]
    sbatch --array=1-6 score.sh
    drained
    segloss merge part*.jsonl -o all.csv
    cmp all.csv ../whole.csv
}

@test "srun, by its environment" {
    srun -n 3 sh -c 'exec segloss eval pred truth -l pixel -q --shard auto -o part$SLURM_PROCID.jsonl'
    segloss merge part*.jsonl -o all.csv
    cmp all.csv ../whole.csv
}
