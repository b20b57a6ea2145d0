"""What the analysis said before the first battle of a study was generated, and whether it still says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from cis_study.errors import StudyError
from cis_study.provenance import canonical_json, readable_json, sha256_text, write_atomic

RECORD = "analysis.json"
"""Beside the journals, `results/{study}/analysis.json`, and in the cache."""

State = Literal["as written down beforehand", "exploratory", "not recorded"]


class Standing(NamedTuple):
    """How an analysis stands to the battles it is about."""

    state: State
    sentence: str


def note_analysis(analysis: Path, study_dir: Path, cache_dir: Path) -> None:
    """Keep the analysis as it stands, unless a battle of the study exists already.

    Until then it may be changed freely; afterwards the file is never written again.

    Args:
        analysis: `config/analysis.yaml`.

    Raises:
        StudyError: the file is missing or no YAML.
    """
    journals = (study_dir / "journal").glob("*/*.jsonl")
    if any(path.stat().st_size for path in journals) or any((cache_dir / "battles").glob("*")):
        return
    content = _read(analysis)
    write_atomic(study_dir / RECORD, readable_json({"analysis": content, "sha256": _hash(content)}))


def standing(analysis: Path, records: Sequence[Path]) -> Standing:
    """Compare the analysis with the first record that exists.

    Contents are compared, so comments and layout may change.

    Raises:
        StudyError: a file is missing or damaged.
    """
    now = _read(analysis)
    record = next((path for path in records if path.is_file()), None)
    if record is None:
        return Standing(
            "not recorded",
            "It is not recorded what the analysis said before the first battle was generated; read the tests as"
            " exploratory.",
        )
    then = _recorded(record)
    if then == now:
        return Standing(
            "as written down beforehand",
            f"The analysis is as written down before the first battle was generated (SHA-256 {_hash(now)[:16]}…).",
        )
    changed = ", ".join(_differences(then, now))
    return Standing(
        "exploratory",
        f"The analysis is exploratory: {analysis.name} was changed after the first battle had been generated"
        f" ({changed}).",
    )


def _recorded(path: Path) -> Any:
    try:
        record = json.loads(path.read_bytes())
        if record["sha256"] == _hash(record["analysis"]):
            return record["analysis"]
        why = "its hash is not that of its content"
    except (ValueError, KeyError, TypeError) as error:
        why = f"it cannot be read ({error})"
    raise StudyError(path, "damaged", why, "Restore it from version control or a backup; it cannot be made again.")


def _read(analysis: Path) -> Any:
    try:
        # Through JSON and back, as a record is: a date is no text otherwise.
        return json.loads(canonical_json(yaml.safe_load(analysis.read_text(encoding="utf-8"))))
    except (OSError, yaml.YAMLError, TypeError, ValueError) as error:
        raise StudyError(analysis, error, "the analysis cannot be read", "Restore or correct the file.") from error


def _hash(content: Any) -> str:
    return sha256_text(canonical_json(content))


def _differences(then: Any, now: Any) -> list[str]:
    """Keys, joined by dots, that were changed, added or removed."""
    before, after = dict(_leaves(then)), dict(_leaves(now))
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _leaves(content: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(content, Mapping) and content:
        for key, value in content.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, canonical_json(content)
