"""An executed notebook -> one self-contained HTML page."""

from pathlib import Path

from cis_study.provenance import write_atomic
from cis_study.report.notebook import render_notebook_file

snakemake = globals()["snakemake"]

write_atomic(Path(snakemake.output[0]), render_notebook_file(Path(snakemake.params.notebook)))
