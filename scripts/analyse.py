"""Scores of all contestants -> tables of estimates, tests and verdicts."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.beforehand import standing
from cis_study.statistics.analysis import analyse
from cis_study.statistics.design import study_design
from cis_study.statistics.files import write_analysis
from cis_study.statistics.scores import load_scores
from cis_study.statistics.settings import load_settings

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
settings = load_settings(Path(snakemake.input.settings))
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
written = standing(Path(snakemake.input.settings), [Path(path) for path in snakemake.params.written])
relation = pd.read_csv(snakemake.input.relation[0]) if snakemake.input.relation else None
write_analysis(analyse(scores, design, settings, written, relation), Path(snakemake.output.summary).parent)
