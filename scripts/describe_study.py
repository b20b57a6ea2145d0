"""Battles, weights, engines and configuration -> the manifest of the study."""

import json
from pathlib import Path

from cis_study.battles.study_manifest import engines_of, study_manifest
from cis_study.battles.telemetry import jobs_of_study
from cis_study.beforehand import standing
from cis_study.config import resolve_study
from cis_study.provenance import readable_json, write_atomic

snakemake = globals()["snakemake"]

study = resolve_study(json.loads(snakemake.params.study))
results, cache = Path(snakemake.output[0]).parent, Path(snakemake.params.written[-1]).parent
manifest = study_manifest(
    study,
    standing(Path(snakemake.input.settings), [Path(path) for path in snakemake.params.written]),
    files=map(Path, [snakemake.input.settings, *snakemake.input.files]),
    locks=[Path(path) for path in snakemake.input.locks],
    weights=map(Path, snakemake.input.weights),
    battles=map(Path, snakemake.input.battles),
    engines=engines_of(results, cache),
    jobs=jobs_of_study(results, cache, [tuple(pair) for pair in snakemake.params.jobs]),
    frozen=json.loads(Path(snakemake.input.frozen[0]).read_bytes()) if snakemake.input.frozen else None,
)
write_atomic(Path(snakemake.output[0]), readable_json(manifest))
