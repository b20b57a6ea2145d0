"""Statistics -> their tables as CSV, LaTeX and Typst, each with its caption."""

import logging
from pathlib import Path

from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.tables.catalogue import TABLES, make_table
from cis_study.tables.publishing import publish_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)
for name in TABLES:
    publish_table(make_table(name, analysis, design), [p for p in snakemake.output if Path(p).stem == name])
