"""Statistics of the episodes -> their two tables and their figure."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.figures.episodes import draw
from cis_study.figures.style import save_figure
from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.tables.episodes import episodes, relation
from cis_study.tables.table import as_csv, as_latex

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
measured = pd.read_csv(snakemake.input.episodes)
tables = {"episodes": episodes(measured, design), "episode_relation": relation(pd.read_csv(snakemake.input.relation))}
analysis = read_analysis(Path(snakemake.input.statistics).parent)
standing = analysis.summary["standing"]["state"]
for path in map(Path, snakemake.output.tables):
    write_atomic(path, {".csv": as_csv, ".tex": as_latex}[path.suffix](tables[path.stem]._replace(standing=standing)))
figure = draw(measured, analysis.models, design)
for path in map(Path, snakemake.output.figure):
    save_figure(figure, path)
