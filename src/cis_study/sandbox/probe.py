"""Which sandbox runs submissions on this machine: the first that passes its examination, or none at all."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Mapping

from cis_study.errors import StudyError
from cis_study.sandbox.backend import Backend
from cis_study.sandbox.bubblewrap import Bubblewrap
from cis_study.sandbox.examination import examine
from cis_study.sandbox.landlock import Landlock

logger = logging.getLogger(__name__)

VARIABLE = "CIS_SANDBOX"
"""Environment variable that names the only backend to consider."""
BACKENDS: Mapping[str, Backend] = {backend.name: backend for backend in (Bubblewrap(), Landlock())}
"""In order of preference."""


def require_sandbox() -> Backend:
    """Stop before any other work where no sandbox works; otherwise say in the log which one it is.

    Raises:
        StudyError: as `choose_backend`.
    """
    backend = choose_backend()
    logger.info("submissions run in the sandbox %s, %s", backend.name, backend.describe())
    return backend


def choose_backend() -> Backend:
    """The backend for this process, examined once.

    Raises:
        StudyError: none contains what it must here, or the environment names an unknown one.
    """
    return _chosen(os.environ.get(VARIABLE))


@functools.cache
def _chosen(only: str | None) -> Backend:
    if only is not None and only not in BACKENDS:
        raise StudyError(VARIABLE, only, "there is no such sandbox", f"Unset it, or set one of: {', '.join(BACKENDS)}.")
    problems = []
    for backend in BACKENDS.values():
        if only not in (None, backend.name):
            continue
        try:
            examine(backend)
        except StudyError as unusable:
            problems.append(str(unusable))
            continue
        for problem in problems:
            logger.warning("not used: %s", problem)
        return backend
    raise StudyError(
        "sandbox",
        " ".join(problems),
        "no sandbox works on this machine, and submissions are never run without a sandbox",
        "Run `cis-study doctor`: it says how to enable one.",
    )
