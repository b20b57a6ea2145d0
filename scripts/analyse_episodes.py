"""Outcomes of the episodes and scores of the battles -> success by contestant, and its relation to CIS."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.episodes import episode_table, relation_table
from cis_study.statistics.files import csv_text
from cis_study.statistics.scores import load_scores
from cis_study.statistics.settings import load_settings

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
settings = load_settings(Path(snakemake.input.settings))
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
outcomes = pd.concat([pd.read_csv(path) for path in snakemake.input.outcomes], ignore_index=True)
for table, path in (
    (episode_table(outcomes, design, settings), snakemake.output.episodes),
    (relation_table(scores, outcomes, settings), snakemake.output.relation),
):
    write_atomic(Path(path), csv_text(table))
