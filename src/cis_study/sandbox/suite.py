"""Run a model's tests with pytest in a sandbox, against one program at a time, which runs in another process."""

from __future__ import annotations

import compileall
import functools
import importlib.util
import re
import threading
from dataclasses import dataclass
from typing import Any

from cis_study.sandbox.inside.serve_tests import EXPLAIN, MEASURE
from cis_study.sandbox.oracle import SandboxFailure
from cis_study.sandbox.probe import choose_backend
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.profile import Limits
from cis_study.sandbox.server import SuiteServer

PACKAGES = ("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments", "coverage")
_LIMITS = Limits(cpu_s=4, wall_s=180.0)
_ATTEMPTS = 2


@dataclass(frozen=True)
class ReportedTest:
    """One test of an explained run; a file that cannot be collected counts as one named like it."""

    name: str
    outcome: str
    """`passed`, `failed`, `error` or `skipped`."""
    reason: str
    """End of the traceback, the same on every run; empty unless it failed."""


@dataclass(frozen=True)
class SuiteRun:
    """One run of a suite against one program; the counts are null when no final report arrived."""

    ended: Outcome
    passed: int | None
    failed: int | None
    arcs: list[tuple[int, int]] | None = None
    """Lines between which the program went; null where that was not measured."""
    tests: tuple[ReportedTest, ...] = ()
    """Test by test, where that was asked for. Written by a process that the suite shares: it can forge them."""

    @property
    def complete(self) -> bool:
        """The suite ran to its end and said so, in agreement with the exit code."""
        return self.passed is not None

    @property
    def green(self) -> bool:
        """Every test passed and there was at least one."""
        return self.passed is not None and self.passed > 0 and self.failed == 0

    @property
    def red(self) -> bool:
        """A test failed, or the suite ran into a limit. A suite that left early is neither red nor green."""
        if self.failed is not None:
            return self.failed > 0
        return self.ended in (Outcome.TIMEOUT, Outcome.CPU_LIMIT, Outcome.MEMORY, Outcome.KILLED)


def run_suite(tests: str, program: str, measure: bool = False) -> SuiteRun:
    """Run `tests` against `program` as the module `solution`, on a clock that sleeping advances.

    Args:
        measure: whether to observe which way the program goes.

    Raises:
        SandboxFailure: the sandbox itself broke.
    """
    return _run(tests, program, MEASURE if measure else b".")


def explain_suite(tests: str, program: str) -> SuiteRun:
    """`run_suite`, told test by test. Raises SandboxFailure as it does."""
    return _run(tests, program, EXPLAIN)


def _run(tests: str, program: str, kind: bytes) -> SuiteRun:
    _warm_bytecode()
    for _ in range(_ATTEMPTS):
        process = _server().run(tests.encode("utf-8", "replace"), program.encode("utf-8", "replace"), kind)
        if process.outcome is not Outcome.SANDBOX_FAILURE:
            break
        _stop_server()
    else:
        raise SandboxFailure(process.complaint)
    for report in process.reports:
        if report.get("status") == process.exit_code and all(
            type(report.get(key)) is int for key in ("passed", "failed", "errors")
        ):
            failed = report["failed"] + report["errors"]
            return SuiteRun(process.outcome, report["passed"], failed, process.arcs, _tests(report))
    return SuiteRun(process.outcome, None, None)


def _tests(report: dict[str, Any]) -> tuple[ReportedTest, ...]:
    told, reasons = report.get("tests"), report.get("reasons")
    if not isinstance(told, dict) or not isinstance(reasons, dict):
        return ()
    outcomes = {**dict.fromkeys(reasons, "error"), **told}
    return tuple(
        ReportedTest(
            str(name).partition("::")[2] or str(name), str(outcome), _same_every_time(str(reasons.get(name, "")))
        )
        for name, outcome in outcomes.items()
    )


def _same_every_time(reason: str) -> str:
    """Without addresses, which differ between runs, and from the line of the test on."""
    return _ADDRESS.sub("0x...", reason.rpartition(_IN_TEST)[2].strip())


_ADDRESS = re.compile("0x[0-9a-f]{6,}")
_IN_TEST = 'test_solution.py", '
_local = threading.local()


def _server() -> SuiteServer:
    """The server of this thread, in the backend that the environment names now."""
    backend = choose_backend()
    if getattr(_local, "backend", None) is not backend:
        _stop_server()
        _local.server, _local.backend = SuiteServer(backend, PACKAGES, _LIMITS), backend
    server: SuiteServer = _local.server
    return server


def _stop_server() -> None:
    if hasattr(_local, "server"):
        _local.server.close()
    _local.__dict__.clear()


@functools.cache
def _warm_bytecode() -> None:
    """Compile pytest once where an installer did not: inside, nothing can be written."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations:
            compileall.compile_dir(spec.submodule_search_locations[0], quiet=2)
