"""Software behind an export: locked packages that were chosen, and engines as they named themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cis_study.battles.telemetry import GenerationJob
from cis_study.export.crate import Software

_PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
_NAMED = re.compile(r"^([a-z0-9._-]+)", re.MULTILINE)


def locked(chosen: str, lock: str) -> list[Software]:
    """The packages of `envs/study.in` with their versions in `envs/study.lock`, sorted; both as text."""
    versions: dict[str, str] = dict(_PINNED.findall(lock))
    return [
        Software(name, versions.get(name), f"https://pypi.org/project/{name}/")
        for name in sorted(set(_NAMED.findall(chosen)))
    ]


def engines(jobs: Iterable[GenerationJob]) -> list[Software]:
    """Kinds and versions of the engines of generation jobs, sorted."""
    return [Software(*each) for each in sorted({(job.engine, job.engine_version) for job in jobs}, key=str)]
