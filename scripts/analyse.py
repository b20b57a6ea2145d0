"""Scores of all contestants -> tables of estimates, tests and verdicts."""

import logging
from pathlib import Path

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
write_analysis(analyse(scores, design, settings), Path(snakemake.output.summary).parent)
