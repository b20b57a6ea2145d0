"""Recompute what the study published from its cache; fails where anything differs."""

import json
import shutil
from pathlib import Path

from cis_study.config import resolve_study
from cis_study.errors import StudyError
from cis_study.provenance import write_atomic
from cis_study.published.differences import csv_text, terminal_text
from cis_study.published.verification import verify

snakemake = globals()["snakemake"]

study, log = resolve_study(json.loads(snakemake.params.study)), Path(snakemake.log[0])
found, sentence = verify(study, snakemake.threads, log.with_suffix(".rebuild.log"))
write_atomic(Path(snakemake.params.found), csv_text(found))
log.write_text(f"{study.study}: {sentence}: {len(found)} differences\n", encoding="utf-8")
if found:
    print(terminal_text(found, shutil.get_terminal_size((120, 40)).columns), flush=True)
    raise StudyError(
        snakemake.params.found,
        f"{len(found)} differences",
        f"{study.study}: {sentence}",
        "Each row names file, key and both values; config/README.md, Verification, says what may cause one.",
    )
print(log.read_text(encoding="utf-8"), end="", flush=True)
