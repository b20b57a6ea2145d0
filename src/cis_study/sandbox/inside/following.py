"""Wait for a suite and the program it tests, two child processes, and tell how they ended."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from typing import Any

_PIECE_BYTES = 1 << 16
_POLL_S = 0.0002
_FAREWELL_S = 20.0
"""For a program to notice that its suite has ended; one that waits in a thread of the suite never does."""


class _Pipe:
    """What a process writes; open until all its copies of the other end are closed."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.text = bytearray()
        self.open = True

    def fileno(self) -> int:
        return self.descriptor

    def read(self) -> None:
        piece = os.read(self.descriptor, _PIECE_BYTES)
        self.text += piece
        self.open = bool(piece)

    def lines(self) -> list[bytes]:
        return bytes(self.text).split(b"\n")[:-1]


def follow(suite: int, written: int, program: int, told: int, wall_s: float, output_bytes: int) -> dict[str, Any]:
    """What the suite wrote, its exit code and what the program told at its end, or why they were stopped.

    A program that ends before its suite does, without a farewell, ends the run, and its exit code counts.

    Args:
        suite, program: process numbers.
        written, told: pipes that they write to, closed here.

    Raises:
        RuntimeError: the process of the program did not come as far as to load it.
    """
    said, farewell = _Pipe(written), _Pipe(told)
    stopped = _wait(suite, said, farewell, time.monotonic() + wall_s, output_bytes)
    codes = {}
    for process in (suite, program):
        os.kill(process, signal.SIGKILL)
        codes[process] = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    for pipe in (said, farewell):
        os.close(pipe.descriptor)
    if stopped == "program":
        if not farewell.lines():
            raise RuntimeError("the program was not loaded")
        code = codes[program]
        return {"written": "", "exit_code": code, "stopped": None if code else "crashed", "told": {}}
    return {
        "written": said.text[:output_bytes].decode("utf-8", "replace"),
        "exit_code": codes[suite],
        "stopped": stopped,
        "told": json.loads(farewell.lines()[-1]) if stopped is None else {},
    }


def _wait(suite: int, said: _Pipe, farewell: _Pipe, deadline: float, output_bytes: int) -> str | None:
    """Why both have to be stopped; None once the suite has ended by itself, and with it the program."""
    ended = False
    while not ended or len(farewell.lines()) < 2:
        if not farewell.open and len(farewell.lines()) < 2:
            return "program"
        if not ended and not said.open and os.waitid(os.P_PID, suite, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            ended, deadline = True, min(deadline, time.monotonic() + _FAREWELL_S)
            continue
        remaining_s = deadline - time.monotonic()
        if remaining_s <= 0:
            return None if ended else "timeout"
        waiting = [pipe for pipe in (said, farewell) if pipe.open]
        for pipe in select.select(waiting, [], [], remaining_s if said.open or ended else _POLL_S)[0]:
            pipe.read()
        if len(said.text) > output_bytes:
            return "output_limit"
    return None
