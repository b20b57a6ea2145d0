"""The committed cache of evidence: what has run in the sandbox once need not run again to rebuild a figure."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.packed import pack_lines, unpack_lines
from cis_study.scoring.evidence import Evidence
from cis_study.scoring.evidence_file import place, read_evidence, write_lines
from cis_study.yamlfile import validate

logger = logging.getLogger(__name__)


def freeze_evidence(paths: Iterable[Path], others: Iterable[Path], cache: Path) -> None:
    """Pack evidence files by model, and `others`, such as those of the controls, each into an archive of its name.

    Raises StudyError as `pack_evidence`.
    """
    by_model = groupby(sorted(read_evidence(paths), key=place), lambda item: item.model)
    for model, evidence in by_model:
        pack_evidence(evidence, evidence_path(cache, model))
    for path in others:
        pack_evidence(read_evidence([path]), cache / f"{path.name}.gz")


def evidence_path(cache: Path, model: str) -> Path:
    """Packed evidence of one model."""
    return cache / "evidence" / f"{model}.jsonl.gz"


def pack_evidence(evidence: Iterable[Evidence], path: Path) -> None:
    """Write evidence sorted by model, task and replicate; equal evidence gives equal bytes.

    Raises:
        StudyError: the sandbox failed; a cache holds only results.
    """
    ordered = sorted(evidence, key=place)
    for item in ordered:
        if item.sandbox_failure is not None:
            raise StudyError(
                f"{item.model}/{item.task}/{item.replicate}",
                item.sandbox_failure,
                "the sandbox failed",
                "Delete the evidence of this model, run again, then freeze.",
            )
    pack_lines(write_lines(ordered), path)


def unpack_evidence(path: Path) -> dict[str, Evidence]:
    """Cached evidence of the current version by what it is of; empty where there is no archive.

    Raises:
        StudyError: the archive is damaged.
    """
    lines = unpack_lines(path)
    current = [line for line in lines if line["version"] == Evidence.model_fields["version"].default]
    if len(current) < len(lines):
        logger.warning("%s: %d lines are of another version and count as missing", path, len(lines) - len(current))
    return {item.of: item for line in current if (item := validate(Evidence, line, where=str(path)))}


def differences(evidence: Iterable[Evidence], known: Mapping[str, Evidence]) -> list[str]:
    """Battles of which the cache holds other evidence, as `{model}/{task}/{replicate}: fields`."""
    found = []
    for item in evidence:
        cached = known.get(item.of)
        if cached is not None and cached != item:
            fields = [name for name in Evidence.model_fields if getattr(cached, name) != getattr(item, name)]
            found.append(f"{item.model}/{item.task}/{item.replicate}: {', '.join(fields)}")
    return found
