// main.nf - a process in the style of nf-core modules: scores one prediction against its ground truth.
process SEGLOSS_EVAL {
    tag "$meta.id"
    label 'process_low'

    input:
    tuple val(meta), path(prediction), path(truth)

    output:
    tuple val(meta), path("*.csv"), emit: csv
    path "versions.yml", emit: versions

    script:
    def args = task.ext.args ?: ''
    def prefix = task.ext.prefix ?: "${meta.id}"
    """
    segloss eval ${args} -q -j ${task.cpus} ${prediction} ${truth} -o ${prefix}.csv

    cat <<-END_VERSIONS > versions.yml
    "${task.process}":
        segloss: \$(segloss --version | sed -n 's/^segloss //p')
    END_VERSIONS
    """
}
