"""Executed notebooks -> one self-contained HTML page of each."""

from pathlib import Path

from cis_study.provenance import write_atomic
from cis_study.report.notebook import render_notebook_file

snakemake = globals()["snakemake"]

for notebook, page in zip(snakemake.params.notebooks, snakemake.output, strict=True):
    write_atomic(Path(page), render_notebook_file(Path(notebook)))
