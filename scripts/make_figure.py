"""Scores and statistics -> one figure as PDF, SVG and PNG."""

import sys
from pathlib import Path

from cis_study.figures.catalogue import draw_figure
from cis_study.figures.style import save_figure
from cis_study.statistics.design import study_design
from cis_study.statistics.files import read_analysis
from cis_study.statistics.scores import load_scores

sys.stderr = open(snakemake.log[0], "w", buffering=1)  # noqa: F821, SIM115, PTH123

design = study_design(snakemake.params.design)  # noqa: F821
scores = load_scores([Path(path) for path in snakemake.input.scores], design)  # noqa: F821
analysis = read_analysis(Path(snakemake.input.statistics[0]).parent)  # noqa: F821
figure = draw_figure(snakemake.wildcards.figure, scores, analysis, design)  # noqa: F821
for path in snakemake.output:  # noqa: F821
    save_figure(figure, Path(path))
