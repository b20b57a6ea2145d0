"""Statistics of the episodes -> their two tables and their figure."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.figures.episodes import caption, draw
from cis_study.figures.publishing import publish
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.tables.episodes import episodes, relation
from cis_study.tables.publishing import publish_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
measured = pd.read_csv(snakemake.input.episodes)
analysis = read_analysis(Path(snakemake.input.statistics).parent)
alpha, standing = analysis.summary["settings"]["alpha"], analysis.summary["standing"]["state"]
related = relation(pd.read_csv(snakemake.input.relation), alpha)
for name, table in {"episodes": episodes(measured, design, alpha), "episode_relation": related}.items():
    publish_table(table._replace(standing=standing), [p for p in snakemake.output.tables if Path(p).stem == name])
publish(draw(measured, analysis.models, design), caption(measured, alpha), snakemake.output.figure)
