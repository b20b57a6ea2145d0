"""Telemetry of the generation jobs -> the throughput table and figure."""

import itertools
import logging
from pathlib import Path

from cis_study.battles.performance import performance
from cis_study.battles.telemetry import jobs_of_study
from cis_study.figures.publishing import publish
from cis_study.figures.throughput import caption, draw
from cis_study.models.candidate import load_candidates
from cis_study.statistics.design import study_design
from cis_study.tables.publishing import publish_table
from cis_study.tables.throughput import throughput

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
blocks = itertools.product(design.models, snakemake.params.blocks)
results = Path(snakemake.output.table[0]).parents[1]
jobs = jobs_of_study(results, results.parent / "cached" / results.name, blocks)
performances = performance(jobs, load_candidates(Path("config/models/candidates")), snakemake.params.gpus)
publish_table(throughput(performances, design), snakemake.output.table)
publish(draw(performances, design), caption(performances), snakemake.output.figure)
