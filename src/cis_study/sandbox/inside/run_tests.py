"""Run a test suite with pytest and report what happened test by test, blind to which program it faces."""

from __future__ import annotations

import os
from typing import Any

from .clock import ScriptedClock
from .guard import MEMORY_EXIT_CODE, start

_OPTIONS = ["-q", "--capture=sys", "--noconftest", "--rootdir=.", "--confcutdir=.", "-c", "/dev/null", "--maxfail=50"]
_UNUSED_PLUGINS = (
    "cacheprovider",
    "junitxml",
    "pastebin",
    "doctest",
    "stepwise",
    "faulthandler",
    "legacypath",
)


class Recorder:
    """Counts the tests by outcome; an error in set-up, tear-down or collection counts as one."""

    def __init__(self) -> None:
        self.tests: dict[str, str] = {}
        self.collection_errors = 0

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep the worst outcome of the phases of each test."""
        if report.failed:
            self.tests[report.nodeid] = "failed" if report.when == "call" else "error"
        elif report.when == "call" or report.skipped:
            self.tests.setdefault(report.nodeid, report.outcome)

    def pytest_collectreport(self, report: Any) -> None:
        """A test file that cannot be imported is an error, not an empty suite."""
        self.collection_errors += report.failed


def main() -> None:
    """Report counts and pytest's exit status, then end with that status."""
    _, report = start()
    import pytest

    if not hasattr(pytest, "main"):
        raise ImportError("pytest is incomplete")
    ScriptedClock().install()
    recorder = Recorder()
    disabled = [word for name in _UNUSED_PLUGINS for word in ("-p", f"no:{name}")]
    try:
        status = int(pytest.main([*_OPTIONS, *disabled, "test_solution.py"], plugins=[recorder]))
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)
    outcomes = list(recorder.tests.values())
    report(
        {
            "status": status,
            "passed": outcomes.count("passed"),
            "failed": outcomes.count("failed"),
            "errors": outcomes.count("error") + recorder.collection_errors,
            "skipped": outcomes.count("skipped"),
        }
    )
    os._exit(status)
