"""Statistics of the judges -> their two tables and their figure."""

import logging
from pathlib import Path

from cis_study.figures.judges import draw
from cis_study.figures.style import save_figure
from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_judges
from cis_study.tables.judges import agreement, calibration
from cis_study.tables.table import as_csv, as_latex

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
found = read_judges(Path(snakemake.input.summary).parent)
tables = {
    "judge_calibration": calibration(found.judge_calibration, design),
    "judge_agreement": agreement(found.judge_agreement, design),
}
for path in map(Path, snakemake.output.tables):
    write_atomic(path, {".csv": as_csv, ".tex": as_latex}[path.suffix](tables[path.stem]))
figure = draw(found.judge_ladder, found.judge_agreement, design, found.judge_summary["gate"])
for path in map(Path, snakemake.output.figure):
    save_figure(figure, path)
