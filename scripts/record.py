"""Rebuild the study from its cache and keep what it publishes there: hashes of files, values of printed ones."""

import json
from pathlib import Path

from cis_study.config import resolve_study
from cis_study.published.verification import record

snakemake = globals()["snakemake"]

log = Path(snakemake.log[0])
sentence = record(resolve_study(json.loads(snakemake.params.study)), snakemake.threads, log.with_suffix(".rebuild.log"))
log.write_text(sentence + "\n", encoding="utf-8")
print(sentence, flush=True)
