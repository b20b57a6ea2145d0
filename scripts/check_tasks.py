"""Check every task folder; a fault makes the rule fail after all of them are printed and written down."""

import sys
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.provenance import readable_json, write_atomic
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.task_check import check_task

snakemake = globals()["snakemake"]

require_sandbox()
folders = sorted(path for path in Path(snakemake.params.tasks_dir).iterdir() if path.is_dir())
if snakemake.params.only:
    folders = [folder for folder in folders if folder.name == snakemake.params.only]
    if not folders:
        where = f"{snakemake.params.tasks_dir}/{snakemake.params.only}"
        raise StudyError(where, "missing", "`task` names no folder there", "Correct the name, or leave it out.")
checked = [check_task(folder, snakemake.threads) for folder in folders]
width = max(len(item.task) for item in checked)
lines = [f"{'task':<{width}}  cases  mutants  faults"]
lines += [f"{c.task:<{width}}  {c.cases or '-':>5}  {c.mutants or '-':>7}  {len(c.faults):>6}" for c in checked]
lines += [f"{item.task}: {fault}" for item in checked for fault in item.faults]
print("\n".join(lines), flush=True)
write_atomic(Path(snakemake.params.found), readable_json([item._asdict() for item in checked]))
faults = sum(len(item.faults) for item in checked)
Path(snakemake.log[0]).write_text(f"{len(checked)} tasks, {faults} faults, listed in {snakemake.params.found}\n")
if faults:
    sys.exit(1)
