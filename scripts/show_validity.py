"""What the validity battery found -> its tables and figures."""

import logging
from pathlib import Path

from cis_study.figures import reliability, weights
from cis_study.figures.style import save_figure
from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.tables.table import as_csv, as_latex
from cis_study.tables.validity import CLAIM_TABLES
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
folder = Path(snakemake.input.claims).parent
claims = read_table(folder, CLAIMS)
tables = {name: make(claims, design) for name, make in CLAIM_TABLES.items()}
for path in map(Path, snakemake.output.tables):
    write = as_csv if path.suffix == ".csv" else as_latex
    write_atomic(path, write(tables[path.stem]))
figures = {
    "weights": weights.draw(read_table(folder, "weights"), design),
    "reliability": reliability.draw(read_table(folder, "dstudy"), design),
}
for path in map(Path, snakemake.output.figures):
    save_figure(figures[path.stem], path)
