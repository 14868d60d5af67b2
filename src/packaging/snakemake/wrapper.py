"""wrapper.py - a Snakemake wrapper: scores two folders or two files.

    rule score:
        input: prediction="predictions", truth="labels"
        output: "scores.csv"
        params: extra="-m dsc,hd95"
        wrapper: "file:path/to/src/packaging/snakemake"
"""
from snakemake.shell import shell

log = snakemake.log_fmt_shell(stdout=False, stderr=True)  # noqa: F821, Snakemake defines it
shell(
    "segloss eval {snakemake.input.prediction:q} {snakemake.input.truth:q} -q -j {snakemake.threads} "
    "{snakemake.params.extra} -o {snakemake.output[0]:q} {log}"
)
