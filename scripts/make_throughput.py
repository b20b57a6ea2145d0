"""Telemetry of the generation jobs -> the throughput table and figure."""

import itertools
import logging
from pathlib import Path

from cis_study.battles.performance import performance
from cis_study.battles.telemetry import jobs_of_study
from cis_study.figures.style import save_figure
from cis_study.figures.throughput import draw
from cis_study.models.candidate import load_candidates
from cis_study.provenance import write_atomic
from cis_study.statistics.design import study_design
from cis_study.tables.table import as_csv, as_latex
from cis_study.tables.throughput import throughput

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
blocks = itertools.product(design.models, snakemake.params.blocks)
results = Path(snakemake.output.csv).parents[1]
jobs = jobs_of_study(results, results.parent / "cached" / results.name, blocks)
performances = performance(jobs, load_candidates(Path("config/models/candidates")), snakemake.params.gpus)
table = throughput(performances, design)
write_atomic(Path(snakemake.output.csv), as_csv(table))
write_atomic(Path(snakemake.output.tex), as_latex(table))
figure = draw(performances, design)
for path in snakemake.output.figure:
    save_figure(figure, Path(path))
