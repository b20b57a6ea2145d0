"""Battles and planted submissions -> what raters are shown: blinded, one JSON line per exhibit."""

import json
from pathlib import Path

from cis_study.config import load_contestants, load_tasks, resolve_study
from cis_study.judging.blinding import mask_of
from cis_study.judging.showing import load_material, planted, submitted, write_exhibits
from cis_study.provenance import write_atomic

snakemake = globals()["snakemake"]

config = Path("config")
study = resolve_study(json.loads(snakemake.params.study))
mask = mask_of(load_contestants(study, config).values())
battles = [json.loads(Path(path).read_bytes()) for path in snakemake.input.battles]
exhibits = submitted(battles, load_tasks(study, config), mask) + planted(study, load_material(study, config), mask)
write_atomic(Path(snakemake.output[0]), write_exhibits(exhibits))
