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

from cis_study.sandbox.backend import Backend, held
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


def execute(backend: Backend, runner: str, request: Mapping[str, Any], view: View, limits: Limits) -> Run:
    """Run a module of `cis_study.sandbox.inside` on `request` in a fresh sandbox.

    The first report must repeat a nonce drawn for this run. It is written before foreign code is
    loaded, so its absence means that the sandbox failed, and foreign code cannot pretend that.

    Raises:
        StudyError: a part of the backend is missing.
    """
    nonce = secrets.token_hex(8)
    with contextlib.ExitStack() as stack:
        launch = backend.launch(runner, view, stack)
        report_read, report_write = os.pipe()
        report_stream = stack.enter_context(os.fdopen(report_read, "rb", buffering=0))
        writer = stack.enter_context(os.fdopen(report_write, "wb", buffering=0))
        message = {
            **request,
            "nonce": nonce,
            "report": report_write,
            "limits": limits.for_inside(launch.other_threads),
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
        writer.close()
        try:
            raw, complaint, stopped = _collect(process, report_stream, limits)
        finally:
            _end(process)
    reports = _parse(raw)
    if not reports or reports[0] != {"hello": nonce}:
        return Run(Outcome.SANDBOX_FAILURE, (), process.returncode, complaint.strip())
    return Run(stopped or _outcome(process.returncode), reports[1:], process.returncode, complaint.strip())


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


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process group if it still runs; nothing inside can leave it, or have children outside."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(_REAP_S)
    if process.stderr is not None:
        process.stderr.close()


def _outcome(exit_code: int) -> Outcome:
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


def _parse(raw: bytes) -> tuple[dict[str, Any], ...]:
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
