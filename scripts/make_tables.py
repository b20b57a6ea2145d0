"""Statistics -> the tables of the catalogue, each as CSV and as booktabs LaTeX."""

import logging
from pathlib import Path

from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.tables.catalogue import make_table
from cis_study.tables.table import as_csv, as_latex

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)
for csv, tex in zip(map(Path, snakemake.output.csv), map(Path, snakemake.output.tex), strict=True):
    table = make_table(csv.stem, analysis, design)
    write_atomic(csv, as_csv(table))
    write_atomic(tex, as_latex(table))
