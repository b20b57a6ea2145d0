"""Scores and statistics -> the figures of the catalogue, each as PDF, SVG and PNG."""

import logging
from pathlib import Path

from cis_study.figures.catalogue import draw_figure
from cis_study.figures.style import close, save_figure
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.statistics.scores import load_scores

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
scores = load_scores([Path(path) for path in snakemake.input.scores], design)
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)
paths = [Path(path) for path in snakemake.output]
for name in dict.fromkeys(path.stem for path in paths):
    figure = draw_figure(name, scores, analysis, design)
    for path in paths:
        if path.stem == name:
            save_figure(figure, path)
    close(figure)
