"""Collect all evidence anew; fails where the cache holds other evidence of the same battle."""

import logging
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.scoring.evidence_cache import differences, unpack_evidence
from cis_study.scoring.evidence_file import collect_files

snakemake = globals()["snakemake"]

logging.basicConfig(filename=snakemake.log[0], filemode="w", level=logging.INFO, format="%(message)s")
evidence = collect_files(
    battles=[Path(path) for path in snakemake.input.battles],
    tasks_dir=Path(snakemake.params.tasks_dir),
    workers=snakemake.threads,
)
known = {of: item for path in snakemake.params.cached for of, item in unpack_evidence(Path(path)).items()}
if found := differences(evidence, known):
    raise StudyError(
        "evidence",
        "; ".join(found),
        f"{len(found)} of {len(evidence)} battles have other evidence than the cache",
        "Compare the Python version with that in the manifest of the cache; after a change of the scorer, raise the"
        " version of Evidence and freeze again.",
    )
logging.info("%d of %d battles have the evidence that is cached", sum(e.of in known for e in evidence), len(evidence))
