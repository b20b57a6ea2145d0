"""Scores of battles, controls and edited submissions -> what every instrument shows of what it must."""

import logging
from pathlib import Path

import pandas as pd

from cis_study.battles.record import read_battles
from cis_study.scoring.controls import Controls
from cis_study.scoring.evidence_file import read_evidence
from cis_study.scoring.own import entries
from cis_study.statistics.design import study_design
from cis_study.statistics.settings import load_settings
from cis_study.validity.battery import battery
from cis_study.validity.files import write_reports
from cis_study.validity.gathering import NEEDS_JUDGE, Sources, study_material, unrated
from cis_study.validity.surface import surface_table
from cis_study.yamlfile import read_yaml

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.WARNING, format="%(message)s")
logging.captureWarnings(True)
design = study_design(snakemake.params.design)
settings = load_settings(Path(snakemake.input.settings))
sources = Sources(
    scores=pd.concat([pd.read_parquet(path) for path in snakemake.input.scores], ignore_index=True),
    evidence=read_evidence(map(Path, snakemake.input.evidence)),
    controls=read_evidence([Path(snakemake.input.controls)]),
    edited=read_evidence([Path(snakemake.input.edits)]),
    surface=surface_table(read_battles(map(Path, snakemake.input.battles)), snakemake.params.exports),
    planted=read_yaml(Path(snakemake.input.planted), Controls),
)
gate = settings.missing_gate
materials = [study_material(entry, sources, design, gate) for entry in entries(snakemake.params.instruments)]
materials += [unrated(name, design, why) for name, why in NEEDS_JUDGE.items()]
write_reports([battery(material, settings) for material in materials], Path(snakemake.output.claims).parent)
