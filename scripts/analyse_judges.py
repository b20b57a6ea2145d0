"""Ratings and scores -> calibration of the judges, agreement with CIS, what is missing, self-preference."""

import logging
from pathlib import Path

from cis_study.judging.rubric import load_rubric
from cis_study.scoring.controls import Controls
from cis_study.statistics.design import study_design
from cis_study.statistics.files import write_judges
from cis_study.statistics.judges import analyse_judges
from cis_study.statistics.ratings import load_ratings
from cis_study.statistics.scores import load_scores
from cis_study.statistics.settings import load_settings
from cis_study.yamlfile import read_yaml

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
settings = load_settings(Path(snakemake.input.settings))
controls = read_yaml(Path(snakemake.input.controls), Controls)
rubric = load_rubric(Path(snakemake.input.rubric))
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
ratings = load_ratings(Path(snakemake.input.ratings), design, list(controls.controls))
analysis = analyse_judges(ratings, scores, design, controls, rubric, settings)
write_judges(analysis, Path(snakemake.output.summary).parent)
