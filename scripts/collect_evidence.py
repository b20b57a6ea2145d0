"""Evidence of one block of battles: replies parsed, run in the sandbox, recorded line by line."""

import logging
from pathlib import Path

from cis_study.provenance import readable_json, write_atomic
from cis_study.sandbox.probe import require_sandbox
from cis_study.scoring.evidence_file import collect_files, write_lines

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
sandbox = require_sandbox()
evidence = collect_files(
    battles=[Path(path) for path in snakemake.input.battles],
    tasks_dir=Path(snakemake.params.tasks_dir),
    workers=snakemake.threads,
)
write_atomic(Path(snakemake.output.evidence), write_lines(evidence))
# Apart from the evidence, which must not depend on it.
used = {"sandbox": sandbox.name, "details": sandbox.describe()}
write_atomic(Path(snakemake.output.sandbox), readable_json(used))
