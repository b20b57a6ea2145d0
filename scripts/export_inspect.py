"""Battles and scores of one contestant -> a log of Inspect."""

import json
from pathlib import Path

from cis_study.battles.telemetry import wall_time_s
from cis_study.export.inspect_log import inspect_log
from cis_study.export.tables import read_scores
from cis_study.provenance import write_atomic

snakemake = globals()["snakemake"]

battles = [json.loads(Path(path).read_bytes()) for path in snakemake.input.battles]
scores = read_scores([Path(snakemake.input.scores)])
results = Path(snakemake.output[0]).parents[2]
cache = results.parent / "cached" / results.name
wall_s = wall_time_s(results, cache, snakemake.wildcards.model, snakemake.params.blocks)
write_atomic(Path(snakemake.output[0]), inspect_log(snakemake.params.study, battles, scores, wall_s))
