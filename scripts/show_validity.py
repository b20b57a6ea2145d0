"""What the validity battery found -> its tables and figures."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.figures import reliability, validity, weights
from cis_study.figures.publishing import publish
from cis_study.statistics.design import study_design
from cis_study.statistics.settings import load_settings
from cis_study.tables.publishing import publish_table
from cis_study.tables.validity import CLAIM_TABLES
from cis_study.validity.files import CLAIMS, read_table

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
folder = Path(snakemake.input.claims).parent
settings = load_settings(Path(snakemake.input.settings))
claims, ladders, related, drawn, dstudy = (
    read_table(folder, name) for name in (CLAIMS, "ladders", "correlations", "weights", "dstudy")
)
for name, make in CLAIM_TABLES.items():
    files = [path for path in snakemake.output.tables if Path(path).stem == name]
    publish_table(make(claims, design, settings.alpha), files)
found = validity.Found(ladders, pd.read_csv(snakemake.input.controls), related, claims)
figures = {
    "validity": (validity.draw(found, design), validity.caption(found, design, settings.alpha)),
    "weights": (weights.draw(drawn, design), weights.caption(design, settings.pass_rules.weight_draws)),
    "reliability": (reliability.draw(dstudy, design), reliability.caption(design)),
}
for name, made in figures.items():
    publish(*made, [path for path in snakemake.output.figures if Path(path).stem == name])
