"""Run a test suite with pytest and report what happened test by test, blind to which program it faces."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any, NoReturn

from . import solution
from .clock import ScriptedClock
from .guard import MEMORY_EXIT_CODE, Report

_REHEARSAL = os.path.join(os.path.dirname(__file__), "rehearsal")  # noqa: PTH118, PTH120
# Plain assertions and Python's own tracebacks: pytest's rewriting takes longer than most suites.
_OPTIONS = ("-q", "--capture=sys", "--noconftest", "-c", os.devnull, "--maxfail=50", "--assert=plain", "--tb=native")
_REASON_CHARACTERS = 2000
_UNUSED_PLUGINS = (
    "cacheprovider",
    "junitxml",
    "pastebin",
    "doctest",
    "stepwise",
    "faulthandler",
    "legacypath",
    "setuponly",
    "setupplan",
    "unraisableexception",
    "threadexception",
)


class Recorder:
    """Counts the tests by outcome; an error in set-up, tear-down or collection counts as one."""

    def __init__(self) -> None:
        self.tests: dict[str, str] = {}
        self.collection_errors = 0
        self.explain = False
        self.reasons: dict[str, str] = {}
        """Why a test, or the collection, failed; empty unless `explain` is set."""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep the worst outcome of the phases of each test."""
        if report.failed:
            self.tests[report.nodeid] = "failed" if report.when == "call" else "error"
            self._keep_reason(report)
        elif report.when == "call" or report.skipped:
            self.tests.setdefault(report.nodeid, report.outcome)

    def pytest_collectreport(self, report: Any) -> None:
        """A test file that cannot be imported is an error, not an empty suite."""
        self.collection_errors += report.failed
        if report.failed:
            self._keep_reason(report)

    def _keep_reason(self, report: Any) -> None:
        if self.explain:
            self.reasons.setdefault(report.nodeid, report.longreprtext[-_REASON_CHARACTERS:])


def prepare() -> tuple[Any, Recorder]:
    """A pytest session up to the point where it looks for tests, and what counts them; the same for every suite.

    A rehearsal comes first, with a suite of the study: a fork then finds pytest's caches filled. The working directory
    belongs to foreign code and is not looked at.
    """
    path = list(sys.path)
    rehearsal, _ = _session(_REHEARSAL, "test_rehearsal.py")
    if _status(rehearsal) != 0:
        raise RuntimeError("pytest does not run")
    rehearsal.config._ensure_unconfigure()
    sys.path[:] = path
    return _session(os.curdir, "test_solution.py")


def _session(folder: str, name: str) -> tuple[Any, Recorder]:
    """Most of pytest's time goes here, but only its main function is public; the lock file fixes the version."""
    import pytest
    from _pytest.config import _prepareconfig

    disabled = [word for name in _UNUSED_PLUGINS for word in ("-p", f"no:{name}")]
    place = (f"--rootdir={folder}", f"--confcutdir={folder}", os.path.join(folder, name))  # noqa: PTH118
    config = _prepareconfig([*_OPTIONS, *disabled, *place])
    recorder = Recorder()
    config.pluginmanager.register(recorder)
    config._do_configure()
    session = pytest.Session.from_config(config)
    config.hook.pytest_sessionstart(session=session)
    return session, recorder


def run_prepared(session: Any, recorder: Recorder, channel: int, report: Report, explain: bool) -> NoReturn:
    """Collect and run the tests of the program behind a channel, report counts and pytest's exit status, and end.

    Args:
        explain: report the outcome of each test too, and why it failed.
    """
    recorder.explain = explain
    clock = ScriptedClock()
    clock.install()
    solution.install(channel, clock)
    status = _status(session)
    with contextlib.suppress(OSError):
        # The program need not wait for the end of this process.
        os.close(channel)
    outcomes = list(recorder.tests.values())
    counts = {
        "status": status,
        "passed": outcomes.count("passed"),
        "failed": outcomes.count("failed"),
        "errors": outcomes.count("error") + recorder.collection_errors,
        "skipped": outcomes.count("skipped"),
    }
    report(counts | ({"tests": recorder.tests, "reasons": recorder.reasons} if explain else {}))
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
