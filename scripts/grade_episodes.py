"""Episodes of one model -> their outcomes, one row each."""

import json
import logging
from pathlib import Path

import pandas as pd

from cis_study.provenance import write_atomic
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.episodes import grade_all
from cis_study.statistics.files import csv_text
from cis_study.tasks.hidden import load_hidden_side
from cis_study.tasks.repairs import load_repairs

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
require_sandbox()
episodes = [json.loads(Path(path).read_bytes()) for path in snakemake.input.episodes]
folders = {task: Path(snakemake.params.tasks_dir) / task for task in sorted({e["task"] for e in episodes})}
outcomes = grade_all(
    episodes,
    sides={task: load_hidden_side(folder) for task, folder in folders.items()},
    repairs={task: load_repairs(folder) for task, folder in folders.items()},
    workers=snakemake.threads,
)
write_atomic(Path(snakemake.output[0]), csv_text(pd.DataFrame([outcome.model_dump() for outcome in outcomes])))
