"""The files that a contestant works on, and what its tools do with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cis_study.agents.tools import ToolCall
from cis_study.sandbox.process import Outcome
from cis_study.sandbox.suite import SuiteRun

SOLUTION = "solution.py"
FILE_CHARACTERS = 20_000
"""Of one file; longer ones are refused."""
_FILES = 12
_TEST_FILE = re.compile(r"test_\w{1,60}\.py")
_SHOWN_CHARACTERS = 6_000
_REASON_CHARACTERS = 400
_SHOWN_FAILURES = 6

RunSuite = Callable[[str, str], SuiteRun]
"""Tests and program -> what happened, test by test."""


class Done(NamedTuple):
    """What a call did."""

    text: str
    """What the contestant is told."""
    ok: bool
    """False where the call could not be carried out."""
    tests: Mapping[str, str] | None = None
    """Of `run_tests`: `file::test` -> `passed`, `failed`, `error`, `skipped`; a file without report -> how it ended."""


class Workspace:
    """A flat folder in memory.

    Args:
        files: name -> text.
        run: runs one test file against a program.
    """

    def __init__(self, files: Mapping[str, str], run: RunSuite) -> None:
        self.files = dict(files)
        self._run = run

    def carry_out(self, call: ToolCall) -> Done:
        """Do what a valid call says; `finish` does nothing here.

        Raises:
            SandboxFailure: the sandbox broke.
        """
        if fault := call.fault():
            return Done(f"Error: {fault}.", ok=False)
        done = self._do(call)
        if ignored := call.ignored():
            return done._replace(text=f"{done.text}\n({call.tool} takes no {', '.join(ignored)[:120]}: ignored.)")
        return done

    def _do(self, call: ToolCall) -> Done:
        path = call.arguments.get("path", "")
        match call.tool:
            case "list_files":
                return Done("\n".join(f"{name} ({len(text)} characters)" for name, text in self._sorted()), ok=True)
            case "read_file":
                return self._read(path)
            case "write_file":
                return self._write(path, call.arguments["content"])
            case "run_tests":
                return self._run_tests()
        return Done("The workspace is handed in.", ok=True)

    def _sorted(self) -> list[tuple[str, str]]:
        return sorted(self.files.items())

    def _read(self, path: str) -> Done:
        if path not in self.files:
            return Done(f"Error: there is no file {path[:80]!r}; files: {', '.join(sorted(self.files))}.", ok=False)
        return Done(self.files[path] or "(empty)", ok=True)

    def _write(self, path: str, content: str) -> Done:
        if path != SOLUTION and not _TEST_FILE.fullmatch(path):
            return Done(f"Error: only {SOLUTION} and test_NAME.py can be written, not {path[:80]!r}.", ok=False)
        if len(content) > FILE_CHARACTERS:
            return Done(f"Error: {len(content)} characters are too many, {FILE_CHARACTERS} are allowed.", ok=False)
        if path not in self.files and len(self.files) >= _FILES:
            return Done(f"Error: the workspace holds {_FILES} files, which is all it can.", ok=False)
        self.files[path] = content
        return Done(f"{path} written, {len(content)} characters.", ok=True)

    def _run_tests(self) -> Done:
        program = self.files.get(SOLUTION, "")
        if not program.strip():
            return Done(f"Error: {SOLUTION} is missing or empty.", ok=False)
        shown: list[str] = []
        outcomes: dict[str, str] = {}
        for name, text in self._sorted():
            if _TEST_FILE.fullmatch(name):
                run = self._run(text, program)
                outcomes |= _outcomes(name, run)
                shown += _told(name, run)
        failed = sum(outcome != "passed" for outcome in outcomes.values())
        head = f"{len(outcomes) - failed} passed, {failed} not." if outcomes else "No test was found."
        return Done("\n".join([head, *shown])[:_SHOWN_CHARACTERS], ok=True, tests=outcomes)


def _outcomes(name: str, run: SuiteRun) -> dict[str, str]:
    if not run.complete:
        return {name: _ended(run)}
    return {f"{name}::{test.name}": test.outcome for test in run.tests}


def _told(name: str, run: SuiteRun) -> list[str]:
    if not run.complete:
        return [f"{name}: the run ended early ({_ended(run)})."]
    failures: Sequence[str] = [
        f"{name}::{test.name}: {test.outcome}\n{test.reason[-_REASON_CHARACTERS:]}"
        for test in run.tests
        if test.outcome not in ("passed", "skipped")
    ]
    more = [f"{name}: {len(failures) - _SHOWN_FAILURES} more."] if len(failures) > _SHOWN_FAILURES else []
    return [*failures[:_SHOWN_FAILURES], *more]


def _ended(run: SuiteRun) -> str:
    return "left before its end" if run.ended is Outcome.OK else str(run.ended)
