"""Statistics of the judges -> their two tables and their figure."""

import logging
from pathlib import Path

from cis_study.figures.judges import caption, draw
from cis_study.figures.publishing import publish
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_judges
from cis_study.tables.judges import agreement, calibration
from cis_study.tables.publishing import publish_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
found = read_judges(Path(snakemake.input.summary).parent)
alpha, gate = (found.judge_summary[name] for name in ("alpha", "gate"))
tables = {
    "judge_calibration": calibration(found.judge_calibration, design, alpha),
    "judge_agreement": agreement(found.judge_agreement, design, alpha),
}
for name, table in tables.items():
    publish_table(table, [p for p in snakemake.output.tables if Path(p).stem == name])
shown = (found.judge_ladder, found.judge_agreement)
publish(draw(*shown, design, gate), caption(*shown, gate, alpha), snakemake.output.figure)
