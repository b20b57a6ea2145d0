"""Simulated power -> its table, its figure and its sentences as text."""

import json
import logging
from pathlib import Path

import pandas as pd

from cis_study.figures.power import draw
from cis_study.figures.style import save_figure
from cis_study.provenance import write_atomic
from cis_study.statistics.power_settings import PowerSettings
from cis_study.statistics.power_verdicts import as_text
from cis_study.tables.power import power
from cis_study.tables.table import as_csv, as_latex
from cis_study.yamlfile import validate

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
table = pd.read_csv(snakemake.input.table)
summary = json.loads(Path(snakemake.input.summary).read_bytes())
made = power(table)
write_atomic(Path(snakemake.output.csv), as_csv(made))
write_atomic(Path(snakemake.output.tex), as_latex(made))
write_atomic(Path(snakemake.output.text), as_text(summary))
figure = draw(table, validate(PowerSettings, summary["settings"], where=snakemake.input.summary))
for path in map(Path, snakemake.output.figure):
    save_figure(figure, path)
