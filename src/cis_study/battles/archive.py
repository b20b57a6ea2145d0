"""The committed cache: finished battles of a study, packed one file per model, with the manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cis_study.battles.record import FINISHED, record_key
from cis_study.errors import StudyError
from cis_study.packed import damaged, pack_lines, unpack_lines
from cis_study.provenance import canonical_json


def archive_path(cache_dir: Path, model: str) -> Path:
    """Packed battles of one model."""
    return cache_dir / "battles" / f"{model}.jsonl.gz"


def episodes_path(cache_dir: Path, model: str) -> Path:
    """Packed episodes of one model."""
    return cache_dir / "episodes" / f"{model}.jsonl.gz"


def judgements_path(cache_dir: Path, judge: str) -> Path:
    """Packed judgements of one judge."""
    return cache_dir / "judgements" / f"{judge}.jsonl.gz"


def manifest_path(cache_dir: Path, model: str) -> Path:
    """Manifest of the weights that fought them."""
    return cache_dir / "models" / f"{model}.json"


def pack(battles: list[dict[str, Any]], path: Path) -> None:
    """Write battles, episodes or judgements sorted by task, replicate and key; equal ones give equal bytes.

    Raises:
        StudyError: a battle is not finished; a cache holds only results.
    """
    unfinished = [b for b in battles if b["status"] not in FINISHED]
    if unfinished:
        first = unfinished[0]
        raise StudyError(
            f"{first['model']}/{first['task']}/{first['replicate']}",
            first["status"],
            f"{len(unfinished)} battles are not finished",
            "Run the study again until none is missing, then freeze.",
        )
    ordered = sorted(battles, key=lambda b: (b["task"], b["replicate"], record_key(b)))
    lines = "".join(canonical_json(battle) + "\n" for battle in ordered)
    pack_lines(lines, path)


def unpack(path: Path) -> dict[str, dict[str, Any]]:
    """Battles of an archive by key; empty where there is no archive.

    Raises:
        StudyError: the archive is damaged.
    """
    try:
        return {record_key(battle): battle for battle in unpack_lines(path)}
    except KeyError as error:
        raise damaged(path, error) from error
