"""The bank of generated mutants, and the repairs, of every task folder whose files changed.

What no hidden case catches is printed. A folder with a fault has nothing made; the others have.
"""

import sys
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.bank_building import build_bank
from cis_study.scoring.repair_building import build_repairs

snakemake = globals()["snakemake"]

require_sandbox()
faulty = []
with Path(snakemake.log[0]).open("w") as log:
    for folder in sorted(path for path in Path(snakemake.params.tasks_dir).iterdir() if path.is_dir()):
        try:
            built = build_bank(folder, snakemake.threads)
            repairs = build_repairs(folder, snakemake.threads)
        except StudyError as error:
            faulty.append(folder.name)
            lines = [f"{folder.name}: {error}"]
        else:
            lines = built.lines() if built is not None else [f"{folder.name}: up to date"]
            lines += [f"{folder.name}: {repairs} repairs"] if repairs is not None else []
        print("\n".join(lines), file=log, flush=True)
        print("\n".join(lines), flush=True)
if faulty:
    sys.exit(1)
