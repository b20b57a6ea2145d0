"""Simulated power -> its table, its figure and its sentences as text."""

import json
import logging
from pathlib import Path

import pandas as pd

from cis_study.figures.power import caption, draw
from cis_study.figures.publishing import publish
from cis_study.provenance import write_atomic
from cis_study.statistics.power_settings import Simulated
from cis_study.statistics.power_verdicts import as_text
from cis_study.tables.power import power
from cis_study.tables.publishing import publish_table
from cis_study.yamlfile import validate

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
table = pd.read_csv(snakemake.input.table)
summary = json.loads(Path(snakemake.input.summary).read_bytes())
settings = validate(Simulated, summary["settings"], where=snakemake.input.summary)
publish_table(power(table, settings), snakemake.output.tables)
write_atomic(Path(snakemake.output.text), as_text(summary))
publish(draw(table, settings), caption(settings), snakemake.output.figure)
