"""Keep finished battles in the cache, with what is known of their weights, engines and jobs."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cis_study.battles.archive import archive_path, episodes_path, judgements_path, manifest_path, pack
from cis_study.beforehand import RECORD
from cis_study.provenance import commit, readable_json, sha256_file, write_atomic

_PACKAGES = ("cis-study", "snakemake", "openai", "pydantic")


def freeze_battles(battles: Iterable[Path], study_dir: Path, cache: Path) -> None:
    """Pack battle files by model, and copy the records of the analysis, of engines and of jobs beside them.

    Raises:
        StudyError: a battle is not finished.
    """
    for model, fought in _by_model(battles).items():
        pack(fought, archive_path(cache, model))
    for pattern in (RECORD, "engines/*/*.json", "telemetry/*/*.json"):
        for path in sorted(study_dir.glob(pattern)):
            write_atomic(cache / path.relative_to(study_dir), path.read_bytes())


def freeze_episodes(episodes: Iterable[Path], cache: Path) -> None:
    """Pack episode files by model. Raises StudyError where one is not finished."""
    for model, played in _by_model(episodes).items():
        pack(played, episodes_path(cache, model))


def freeze_judgements(judgements: Iterable[Path], cache: Path) -> None:
    """Pack judgement files by judge. Raises StudyError where one is not finished."""
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in judgements:
        content = json.loads(path.read_bytes())
        made[content["judge"]] += content["judgements"]
    for judge, records in made.items():
        pack(records, judgements_path(cache, judge))


def _by_model(paths: Iterable[Path]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for path in paths:
        record = json.loads(path.read_bytes())
        found[record["model"]].append(record)
    return found


def freeze_manifests(manifests: Iterable[Path], cache: Path) -> None:
    """Copy the manifests of the weights (`.../{model}/manifest.json`)."""
    for path in manifests:
        write_atomic(manifest_path(cache, path.parent.name), path.read_bytes())


def describe_cache(cache: Path, made_from: Mapping[str, Any], without: str | None = None) -> None:
    """Write `manifest.json`: what the battles were made from, commit, versions, and the hash of every file.

    Args:
        without: a folder that is described by itself.
    """
    paths = {path.relative_to(cache): path for path in sorted(cache.rglob("*")) if path.is_file()}
    content = {
        **made_from,
        "commit": commit(),
        "versions": {"python": platform.python_version()}
        | {name: importlib.metadata.version(name) for name in _PACKAGES},
        "files": {
            name.as_posix(): sha256_file(path)
            for name, path in paths.items()
            if path.name != "manifest.json" and name.parts[0] != without
        },
    }
    write_atomic(cache / "manifest.json", readable_json(content))
