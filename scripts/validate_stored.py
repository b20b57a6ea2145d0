"""LogoMesh's battles, scored by every instrument -> the validity of the published formulas beside ours."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.scoring.logomesh.instruments import INSTRUMENTS
from cis_study.statistics.settings import load_settings
from cis_study.tables.publishing import publish_table
from cis_study.tables.validity import validity_instruments
from cis_study.validity.battery import battery
from cis_study.validity.files import CLAIMS, read_table, write_reports
from cis_study.validity.stored import OURS, stored_design, stored_material

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
settings = load_settings(Path(snakemake.input.settings))
battles = pd.read_parquet(snakemake.input.battles)
folder = Path(snakemake.output.claims).parent
write_reports([battery(stored_material(battles, name), settings) for name in (OURS, *INSTRUMENTS)], folder)
table = validity_instruments(read_table(folder, CLAIMS), stored_design(battles), settings.alpha)
publish_table(table, (snakemake.output.csv, snakemake.output.tex))
