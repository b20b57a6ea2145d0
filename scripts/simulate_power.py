"""The planned design and the spread of a pilot -> what the tests can find, before there are data."""

import logging
from pathlib import Path

from cis_study.provenance import readable_json, write_atomic
from cis_study.statistics.design import study_design
from cis_study.statistics.files import csv_text, rounded
from cis_study.statistics.pilot import estimate_spreads, pilot_scores
from cis_study.statistics.power_table import power_table
from cis_study.statistics.power_verdicts import power_summary
from cis_study.statistics.settings import load_settings

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
settings = load_settings(Path(snakemake.input.settings))
name, spreads, pilot = settings.power.pilot, settings.power.spreads, None
if name is not None:
    scores = pilot_scores(name, map(Path, snakemake.input.pilot), design)
    pilot = estimate_spreads(scores, settings.alpha)
    spreads = pilot.spreads
table = power_table(design, spreads, settings)
write_atomic(Path(snakemake.output.table), csv_text(table))
summary = power_summary(table, spreads, pilot, design, settings)
write_atomic(Path(snakemake.output.summary), readable_json(rounded(summary)))
