"""A sandbox that stays: pytest is loaded once, and every suite runs in a fork of that process."""

from __future__ import annotations

import contextlib
import json
import os
import select
import tempfile
import time
import weakref
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cis_study.sandbox.backend import Backend
from cis_study.sandbox.execution import Outcome, Run, classify, end, parse, spawn
from cis_study.sandbox.inside.serve_tests import LENGTH_BYTES
from cis_study.sandbox.profile import Limits, View
from cis_study.sandbox.seccomp import SHARED, UNSHARED, self_confinement

_GRACE_S = 60.0
"""For the start, and beyond the wall limit of a suite, which the server itself enforces."""
_PIECE_BYTES = 1 << 16
_COMPLAINT_BYTES = 4096


class SuiteServer:
    """Runs suites one at a time; for one thread, whose end is also the end of the sandbox.

    Its process never loads foreign code. A suite and the program it tests get a fork each, the same limits as a process
    of their own, and a filter without signals to others, new processes and all that namespaces would otherwise have to
    hide. All that a suite can reach of its program is the channel between them.
    """

    def __init__(self, backend: Backend, packages: Sequence[str], limits: Limits) -> None:
        """Start the sandbox; whether it works shows when it is used first.

        Raises:
            StudyError: a part of the backend or a package is missing.
        """
        stack = contextlib.ExitStack()
        self.close = weakref.finalize(self, stack.close)
        self._limits = limits
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cis-suites-"))).resolve()
        jobs_read, jobs_write = os.pipe()
        self._jobs = stack.enter_context(os.fdopen(jobs_write, "wb", buffering=0))
        with os.fdopen(jobs_read, "rb", buffering=0):
            launch = backend.for_forks().launch("serve_tests", View(packages=packages, folder=self._folder), stack)
            request = {
                "jobs": jobs_read,
                # The program's process counts as one of the threads of its suite.
                "fork_limits": limits.for_inside(launch.other_threads + 1),
                "fork_calls": self_confinement(SHARED | UNSHARED),
                "wall_s": limits.wall_s,
                "output_bytes": limits.output_bytes,
            }
            launch = replace(launch, descriptors=(*launch.descriptors, jobs_read))
            self._started = spawn(launch, request, None, stack)
        stack.callback(end, self._started.process)
        self._read = bytearray()
        self._greeted = False

    def run(self, tests: bytes, program: bytes, kind: bytes = b".") -> Run:
        """Run a suite on a program, which never lies in a file. A server that failed is of no further use.

        Args:
            kind: one byte, see `inside.serve_tests`.
        """
        (self._folder / "test_solution.py").write_bytes(tests)
        job = kind + len(program).to_bytes(LENGTH_BYTES) + program
        try:
            if not self._greeted and self._report(_GRACE_S) != self._started.hello:
                return self._failure()
            self._greeted = True
            self._jobs.write(job)
            answer = self._report(self._limits.wall_s + _GRACE_S)
        except (BrokenPipeError, EOFError, TimeoutError):
            return self._failure()
        stopped, exit_code = answer["stopped"], answer["exit_code"]
        outcome = Outcome(stopped) if stopped else classify(exit_code)
        return Run(outcome, parse(answer["written"].encode()), exit_code, "", answer["told"].get("arcs"))

    def _failure(self) -> Run:
        """What the server said before it ended, if it did end."""
        process = self._started.process
        assert process.stderr is not None
        os.set_blocking(process.stderr.fileno(), False)
        complaint = process.stderr.read(_COMPLAINT_BYTES) or b""
        end(process)
        return Run(Outcome.SANDBOX_FAILURE, (), process.returncode, complaint.decode(errors="replace").strip())

    def _report(self, wait_s: float) -> dict[str, Any]:
        deadline = time.monotonic() + wait_s
        while b"\n" not in self._read:
            if not select.select([self._started.reports], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError
            piece = os.read(self._started.reports.fileno(), _PIECE_BYTES)
            if not piece:
                raise EOFError
            self._read += piece
        line, _, rest = self._read.partition(b"\n")
        self._read = rest
        report: dict[str, Any] = json.loads(line)
        return report
