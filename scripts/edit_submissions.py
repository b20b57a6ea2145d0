"""Submissions edited without a change of meaning -> their evidence, collected as that of any battle."""

import logging
from pathlib import Path

from cis_study.battles.record import read_battles
from cis_study.provenance import write_atomic
from cis_study.scoring.evidence_cache import unpack_evidence
from cis_study.scoring.evidence_file import collect_battles, read_evidence, write_lines
from cis_study.tasks.hidden import load_hidden_side
from cis_study.validity.edited import chosen, edited_battles

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
evidence = read_evidence(map(Path, snakemake.input.evidence))
wanted = set(chosen(evidence, snakemake.params.submissions))
paths = [Path(path) for path in snakemake.input.battles]
battles = [b for b in read_battles(paths) if (b["model"], b["task"], b["replicate"]) in wanted]
sides = {task: load_hidden_side(Path("config/tasks") / task) for task in snakemake.params.tasks}
edited = list(edited_battles(battles, {task: side.task.exports for task, side in sides.items()}))
known = unpack_evidence(Path(snakemake.params.cached))
write_atomic(Path(snakemake.output[0]), write_lines(collect_battles(edited, sides, snakemake.threads, known)))
