"""Statistics -> one table as CSV and as booktabs LaTeX."""

import sys
from pathlib import Path

from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.tables.catalogue import make_table
from cis_study.tables.table import as_csv, as_latex

sys.stderr = open(snakemake.log[0], "w", buffering=1)  # noqa: F821, SIM115, PTH123

design = study_design(snakemake.params.design)  # noqa: F821
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)  # noqa: F821
table = make_table(snakemake.wildcards.table, analysis, design)  # noqa: F821
write_atomic(Path(snakemake.output.csv), as_csv(table))  # noqa: F821
write_atomic(Path(snakemake.output.tex), as_latex(table))  # noqa: F821
