"""Scores and statistics -> their figures as PDF, SVG and PNG, each with its caption."""

import logging
from pathlib import Path

from cis_study.figures.catalogue import FIGURES, draw_figure
from cis_study.figures.publishing import publish
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.statistics.scores import load_scores

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)
for name in FIGURES:
    publish(*draw_figure(name, scores, analysis, design), [p for p in snakemake.output if Path(p).stem == name])
