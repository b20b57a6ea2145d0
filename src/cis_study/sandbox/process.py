"""Run a module of `cis_study.sandbox.inside` in the sandbox of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cis_study.sandbox.execution import Outcome, Run, execute
from cis_study.sandbox.probe import choose_backend
from cis_study.sandbox.profile import Limits, View

__all__ = ["Outcome", "Run", "run"]


def run(runner: str, request: Mapping[str, Any], view: View, limits: Limits) -> Run:
    """Run a runner on `request` in a fresh sandbox of the backend that works here.

    Raises:
        StudyError: no backend does.
    """
    return execute(choose_backend(), runner, request, view, limits)
