"""Evidence of one block of battles: what the cache does not hold is run in the sandbox."""

import logging
from pathlib import Path

from cis_study.provenance import write_atomic
from cis_study.scoring.evidence_cache import unpack_evidence
from cis_study.scoring.evidence_file import collect_files, write_lines

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
evidence = collect_files(
    battles=[Path(path) for path in snakemake.input.battles],
    tasks_dir=Path(snakemake.params.tasks_dir),
    workers=snakemake.threads,
    known=unpack_evidence(Path(snakemake.params.cached)),
)
write_atomic(Path(snakemake.output[0]), write_lines(evidence))
