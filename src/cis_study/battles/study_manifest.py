"""The manifest of a study: what its results were made from, complete for somebody who was not there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cis_study.battles.record import record_key
from cis_study.battles.telemetry import GenerationJob
from cis_study.beforehand import Standing
from cis_study.config import Study
from cis_study.plan import PROTOCOL
from cis_study.provenance import canonical_json, sha256_file, sha256_text

NOT_RECORDED = "not recorded"
_OF_WEIGHTS = ("source", "claimed", "files", "weights_sha256", "quantization", "parameters", "tokenizer")
_BESIDE = frozenset({"matplotlib"})
"""Comes with seaborn and draws every figure; all other packages that matter are named in `envs/*.in`."""


def study_manifest(
    study: Study,
    standing: Standing,
    *,
    files: Iterable[Path],
    locks: Sequence[Path],
    weights: Iterable[Path],
    battles: Iterable[Path],
    engines: Mapping[str, Any],
    jobs: Iterable[GenerationJob],
    frozen: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """The manifest as plain data; no clock, no host, and `not recorded` where nothing says.

    Args:
        standing: of the analysis to the first battle.
        files: of the configuration, tasks included; hashed under their paths.
        locks: `envs/{name}.lock`, with `envs/{name}.in` beside it.
        weights: manifests of contestants and judges, `.../{model}/manifest.json`.
        battles: battle and episode files.
        engines: what engines said of themselves, by `{model}/{block}`.
        jobs: that generated, from the telemetry.
        frozen: the description of the cache; None where there is no cache.
    """
    # Without the mode: a run and its replay have one manifest.
    configured = study.model_dump(mode="json", exclude={"mode"})
    return {
        "study": configured,
        "study_sha256": sha256_text(canonical_json(configured)),
        "analysis": standing._asdict(),
        "files": {path.as_posix(): sha256_file(path) for path in sorted({*files, *locks})},
        "packages": {path.stem: _chosen(path) for path in locks},
        "weights": {path.parent.name: _weights(path) for path in weights},
        "battles": _battles(battles),
        "engines": dict(engines) or NOT_RECORDED,
        "hardware": _hardware(jobs) or NOT_RECORDED,
        "frozen": frozen and {key: frozen.get(key) or NOT_RECORDED for key in ("checkout", "versions")},
    }


def _chosen(lock: Path) -> dict[str, str]:
    """Locked versions of the packages that the environment was chosen for."""
    lines = lock.with_suffix(".in").read_text(encoding="utf-8").splitlines()
    wanted = {_name(line) for line in lines if line and line[0].isalnum()} | _BESIDE
    locked = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), flags=re.M)
    return {name: version for name, version in sorted(locked) if name in wanted}


def _name(requirement: str) -> str:
    """As locks write it: in small letters, with dashes."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()


def _weights(path: Path) -> dict[str, Any]:
    manifest = json.loads(path.read_bytes())
    return {key: manifest[key] for key in _OF_WEIGHTS if key in manifest}


def _battles(paths: Iterable[Path]) -> dict[str, Any]:
    """By model: how many, and one hash over the sorted keys of all, each of which holds the spec of its battle."""
    keys: dict[str, list[str]] = {}
    for path in paths:
        record = json.loads(path.read_bytes())
        keys.setdefault(record["model"], []).append(record_key(record))
    specs = {model: sha256_text("\n".join(sorted(of_model))) for model, of_model in keys.items()}
    return {"protocol": PROTOCOL, **{m: {"finished": len(keys[m]), "specs_sha256": specs[m]} for m in sorted(keys)}}


def _hardware(jobs: Iterable[GenerationJob]) -> dict[str, list[dict[str, Any]]]:
    """By model and block: what every job ran on; times stay in the telemetry."""
    found: dict[str, list[dict[str, Any]]] = {}
    for job in jobs:
        said = {
            "engine": job.engine,
            "engine_version": job.engine_version or NOT_RECORDED,
            "hardware": job.hardware or NOT_RECORDED,
            "gpu_memory_peak_bytes": job.gpu_memory_peak_bytes,
        }
        found.setdefault(f"{job.model}/{job.block}", []).append(said)
    return found


def engines_of(study_dir: Path, cache_dir: Path) -> dict[str, Any]:
    """What engines said of themselves by `{model}/{block}`: those that ran here, else those that filled the cache."""
    for folder in (study_dir, cache_dir):
        if paths := sorted(folder.glob("engines/*/*.json")):
            return {f"{path.parent.name}/{path.stem}": json.loads(path.read_bytes()) for path in paths}
    return {}
