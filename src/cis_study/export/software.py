"""Software behind an export: the packages that were chosen for the study, and engines as they named themselves."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from collections.abc import Iterable

from cis_study.battles.telemetry import GenerationJob
from cis_study.export.crate import Software

_NAME = re.compile(r"^[A-Za-z0-9._-]+", re.MULTILINE)


def installed(chosen: str) -> list[Software]:
    """Python and the packages that a requirements file names, as they are installed here, sorted by name.

    Args:
        chosen: text of `envs/study.in`.
    """
    packages = [Software(name, _version(name), f"pkg:pypi/{name}") for name in _NAME.findall(chosen)]
    return sorted([*packages, Software("python", platform.python_version(), "https://www.python.org")])


def engines(jobs: Iterable[GenerationJob]) -> list[Software]:
    """Kinds and versions of the engines of generation jobs, sorted."""
    return [Software(*each) for each in sorted({(job.engine, job.engine_version) for job in jobs}, key=str)]


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
