"""The bank of generated mutants of every task folder whose files changed; what no hidden case catches is printed."""

from pathlib import Path

from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.bank_building import build_bank

snakemake = globals()["snakemake"]

require_sandbox()
with Path(snakemake.log[0]).open("w") as log:
    for folder in sorted(path for path in Path(snakemake.params.tasks_dir).iterdir() if path.is_dir()):
        built = build_bank(folder, snakemake.threads)
        if built is None:
            lines = [f"{folder.name}: up to date"]
        else:
            lines = [f"{built.task}: {built.tried} candidates, {built.kept} kept, {len(built.survivors)} survive"]
            lines += [f"  survives every hidden case: {survivor}" for survivor in built.survivors]
        print("\n".join(lines), file=log, flush=True)
        print("\n".join(lines), flush=True)
