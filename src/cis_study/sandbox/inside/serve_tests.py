"""Run test suites one after another, each in a fork of a process that has loaded pytest and nothing else.

This process reads no suite and no program. The fork reads them, confines itself further and can reach neither this
process nor its channel. This process waits, enforces the wall limit and the output cap, and passes on what it got.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import time
from typing import Any

from .confinement import forbid
from .guard import limit, open_channel, start
from .run_tests import prepare, run_prepared

_PIECE_BYTES = 1 << 16
_POLL_S = 0.0002


def main() -> None:
    """Answer every byte on the descriptor `jobs` with one report; end when it closes."""
    request, report = start()
    session, recorder = prepare()
    gc.freeze()
    server = os.getpid()
    while os.read(request["jobs"], 1):
        inner, outer = os.pipe()
        child = os.fork()
        if child == 0:
            _confine(request, server, outer)
            run_prepared(session, recorder, open_channel(outer))
        os.close(outer)
        report(_wait(child, inner, request["wall_s"], request["output_bytes"]))
        os.close(inner)


def _confine(request: dict[str, Any], server: int, channel: int) -> None:
    """Leave nothing of the server within reach; nothing foreign has been loaded yet."""
    os.closerange(3, channel)
    os.closerange(channel + 1, os.sysconf("SC_OPEN_MAX"))
    limit(**request["fork_limits"])
    forbid(parent=server, **request["fork_calls"])


def _wait(child: int, channel: int, wall_s: float, output_bytes: int) -> dict[str, Any]:
    """What the fork wrote and its exit code, or why it had to be stopped."""
    deadline = time.monotonic() + wall_s
    written = bytearray()
    while select.select([channel], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(channel, _PIECE_BYTES)
        written += piece
        if len(written) > output_bytes:
            return _stop(child, written[:output_bytes], "output_limit")
        if not piece:
            break
    # The channel closed, as a rule because the fork ended.
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return _answer(written, os.waitstatus_to_exitcode(status), None)
        time.sleep(_POLL_S)
    return _stop(child, written, "timeout")


def _stop(child: int, written: bytearray, why: str) -> dict[str, Any]:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return _answer(written, -signal.SIGKILL, why)


def _answer(written: bytearray, exit_code: int, stopped: str | None) -> dict[str, Any]:
    return {"written": written.decode("utf-8", "replace"), "exit_code": exit_code, "stopped": stopped}
