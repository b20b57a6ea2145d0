"""Planted submissions of known worth -> their evidence, collected as that of any battle."""

import logging
from pathlib import Path

from cis_study.provenance import write_atomic
from cis_study.scoring.controls import Controls, control_battles, honest_parts
from cis_study.scoring.evidence_cache import unpack_evidence
from cis_study.scoring.evidence_file import collect_battles, write_lines
from cis_study.tasks.hidden import load_hidden_side
from cis_study.yamlfile import read_yaml

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
tasks_dir = Path(snakemake.input.settings).parent
settings = read_yaml(tasks_dir / "controls.yaml", Controls)
reply_format = (tasks_dir / "reply_format.txt").read_text(encoding="utf-8")
parts = honest_parts(tasks_dir)
sides = {task: load_hidden_side(tasks_dir / task) for task in snakemake.params.tasks if task in parts}
# Faults are hand-written ones: generated ones are so many in a short program that one often hides another.
written = {task: load_hidden_side(tasks_dir / task, generated=False) for task in sides}
battles = [
    battle
    for task, hidden in written.items()
    for battle in control_battles(settings, hidden, parts[task], reply_format)
]
known = unpack_evidence(Path(snakemake.params.cached))
evidence = collect_battles(battles, sides, snakemake.threads, known)
write_atomic(Path(snakemake.output[0]), write_lines(evidence))
