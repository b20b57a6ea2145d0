"""Run a test suite with pytest and report what happened test by test, blind to which program it faces."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from .clock import ScriptedClock
from .guard import MEMORY_EXIT_CODE, Report

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


def prepare() -> tuple[Any, Recorder]:
    """A pytest session up to the point where it looks for tests, and what counts them; the same for every suite.

    Only pytest's own entry point is public, and most of its time goes here; the lock file fixes the version.
    """
    import pytest
    from _pytest.config import _prepareconfig

    disabled = [word for name in _UNUSED_PLUGINS for word in ("-p", f"no:{name}")]
    config = _prepareconfig([*_OPTIONS, *disabled, "test_solution.py"])
    recorder = Recorder()
    config.pluginmanager.register(recorder)
    config._do_configure()
    session = pytest.Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    return session, recorder


def run_prepared(session: Any, recorder: Recorder, report: Report) -> NoReturn:
    """Collect and run the tests, report counts and pytest's exit status, then end with that status."""
    ScriptedClock().install()
    status = _status(session)
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


def _status(session: Any) -> int:
    """What pytest's main function would return."""
    import pytest

    try:
        session.config.hook.pytest_collection(session=session)
        session.config.hook.pytest_runtestloop(session=session)
    except session.Failed:
        return pytest.ExitCode.TESTS_FAILED
    except (KeyboardInterrupt, pytest.exit.Exception):
        return pytest.ExitCode.INTERRUPTED
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)
    except BaseException:  # noqa: BLE001 - a suite can raise anything, also where pytest does not expect it
        return pytest.ExitCode.INTERNAL_ERROR
    if session.testsfailed:
        return pytest.ExitCode.TESTS_FAILED
    return pytest.ExitCode.OK if session.testscollected else pytest.ExitCode.NO_TESTS_COLLECTED
