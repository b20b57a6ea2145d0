"""Start one sandboxed process, read what it reports under a cap, and classify how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cis_study.sandbox.backend import Backend, Launch, held
from cis_study.sandbox.inside.guard import MEMORY_EXIT_CODE
from cis_study.sandbox.profile import Limits, View, environment

_PIECE_BYTES = 1 << 16
_STDERR_BYTES = 4096
_REAP_S = 10.0


class Outcome(StrEnum):
    """How a sandboxed process ended."""

    OK = "ok"
    TIMEOUT = "timeout"
    CPU_LIMIT = "cpu_limit"
    MEMORY = "memory"
    KILLED = "killed"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"
    SANDBOX_FAILURE = "sandbox_failure"
    """The sandbox itself broke before any foreign code ran: says nothing about the submission."""


@dataclass(frozen=True)
class Run:
    """One sandboxed process: how it ended, the lines it reported, and what it said before foreign code ran."""

    outcome: Outcome
    reports: tuple[dict[str, Any], ...]
    exit_code: int
    complaint: str
    arcs: list[tuple[int, int]] | None = None
    """Lines between which the program under test went, where that was measured."""


@dataclass(frozen=True)
class Started:
    """A runner that has been started; its first report must be `hello`."""

    process: subprocess.Popen[bytes]
    reports: Any
    hello: dict[str, Any]


def execute(backend: Backend, runner: str, request: Mapping[str, Any], view: View, limits: Limits) -> Run:
    """Run a module of `cis_study.sandbox.inside` on `request` in a fresh sandbox.

    The first report must repeat a nonce drawn for this run. It is written before foreign code is
    loaded, so its absence means that the sandbox failed, and foreign code cannot pretend that.

    Raises:
        StudyError: a part of the backend is missing.
    """
    with contextlib.ExitStack() as stack:
        started = spawn(backend.launch(runner, view, stack), request, limits, stack)
        try:
            raw, complaint, stopped = _collect(started.process, started.reports, limits)
        finally:
            end(started.process)
    reports = parse(raw)
    exit_code = started.process.returncode
    if not reports or reports[0] != started.hello:
        return Run(Outcome.SANDBOX_FAILURE, (), exit_code, complaint.strip())
    return Run(stopped or classify(exit_code), reports[1:], exit_code, complaint.strip())


def spawn(launch: Launch, request: Mapping[str, Any], limits: Limits | None, stack: contextlib.ExitStack) -> Started:
    """Start a runner with its request; without limits it sets them itself, where it forks."""
    hello = {"hello": secrets.token_hex(8)}
    report_read, report_write = os.pipe()
    reports = stack.enter_context(os.fdopen(report_read, "rb", buffering=0))
    with os.fdopen(report_write, "wb", buffering=0):
        message = {
            **request,
            "nonce": hello["hello"],
            "report": report_write,
            "limits": limits and limits.for_inside(launch.other_threads),
            "confinement": launch.confinement,
        }
        process = subprocess.Popen(
            launch.words,
            stdin=stack.enter_context(held(json.dumps(message).encode())),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(launch.work),
            cwd=launch.folder,
            pass_fds=(report_write, *launch.descriptors),
            start_new_session=True,
        )
    return Started(process, reports, hello)


def _collect(process: subprocess.Popen[bytes], reports: Any, limits: Limits) -> tuple[bytes, str, Outcome | None]:
    """Read both streams until they close; stop at the wall limit or at the output cap."""
    assert process.stderr is not None
    deadline = time.monotonic() + limits.wall_s
    raw, complaint = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(reports, selectors.EVENT_READ, raw)
        selector.register(process.stderr, selectors.EVENT_READ, complaint)
        while selector.get_map():
            remaining_s = deadline - time.monotonic()
            if remaining_s <= 0:
                return bytes(raw), complaint.decode(errors="replace"), Outcome.TIMEOUT
            for key, _ in selector.select(remaining_s):
                piece = os.read(key.fd, _PIECE_BYTES)
                if not piece:
                    selector.unregister(key.fileobj)
                elif key.data is raw:
                    raw += piece
                elif len(complaint) < _STDERR_BYTES:
                    complaint += piece
            if len(raw) > limits.output_bytes:
                return bytes(raw[: limits.output_bytes]), complaint.decode(errors="replace"), Outcome.OUTPUT_LIMIT
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return bytes(raw), complaint.decode(errors="replace"), Outcome.TIMEOUT
    return bytes(raw), complaint.decode(errors="replace"), None


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process group if it still runs; nothing inside can leave it, or have children outside."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(_REAP_S)
    if process.stderr is not None:
        process.stderr.close()


def classify(exit_code: int) -> Outcome:
    """The backends report a fatal signal as the negative of its number, or as 128 + its number."""
    if exit_code < 0:
        exit_code = 128 - exit_code
    if exit_code == 0:
        return Outcome.OK
    if exit_code == MEMORY_EXIT_CODE:
        return Outcome.MEMORY
    # SIGXCPU is the limit of the process, SIGPROF that of a case which swallowed its interruption.
    if exit_code in (128 + signal.SIGXCPU, 128 + signal.SIGPROF):
        return Outcome.CPU_LIMIT
    if exit_code == 128 + signal.SIGKILL:
        return Outcome.KILLED
    return Outcome.CRASHED


def parse(raw: bytes) -> tuple[dict[str, Any], ...]:
    """Complete lines that are JSON objects; everything else was not written by the runner."""
    reports = []
    for line in raw.split(b"\n")[:-1]:
        try:
            report = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(report, dict):
            reports.append(report)
    return tuple(reports)
