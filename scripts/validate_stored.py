"""LogoMesh's battles, scored by every instrument -> the validity of the published formulas beside ours."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.scoring.logomesh.instruments import INSTRUMENTS
from cis_study.statistics.settings import load_settings
from cis_study.validity.battery import battery
from cis_study.validity.files import write_reports
from cis_study.validity.stored import OURS, stored_material

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
settings = load_settings(Path(snakemake.input.settings))
battles = pd.read_parquet(snakemake.input.battles)
folder = Path(snakemake.output.claims).parent
write_reports([battery(stored_material(battles, name), settings) for name in (OURS, *INSTRUMENTS)], folder)
