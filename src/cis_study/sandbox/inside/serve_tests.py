"""Run test suites one after another, each in a fork of a process that has loaded pytest and nothing else.

The program that a suite tests runs in a second fork, behind a channel: the suite sees how it behaves and nothing else
of it. This process reads no suite and no program, so neither fork finds one in the memory it inherits. The forks
confine themselves further and can reach neither this process nor each other. It waits and passes on what it got.
"""

from __future__ import annotations

import gc
import itertools
import os
import socket
from typing import Any

from . import subject
from .confinement import forbid, hide
from .following import follow
from .guard import limit, open_channel, start
from .run_tests import prepare, run_prepared

LENGTH_BYTES = 8
MEASURE = b"m"
EXPLAIN = b"e"


def main() -> None:
    """Answer every job on the descriptor `jobs` with one report; end when it closes.

    A job is a byte, `MEASURE` where branches are to be measured, `EXPLAIN` where each test is to be reported, then the
    length of the program and its text.
    """
    request, report = start()
    session, recorder = prepare()
    gc.freeze()
    server = os.getpid()
    while kind := os.read(request["jobs"], 1):
        program_end, suite_end = (end.detach() for end in socket.socketpair())
        told, tells = os.pipe()
        program = os.fork()
        if program == 0:
            text = _read_program(request["jobs"])
            _confine(request, server, program_end, tells)
            hide()
            subject.run(text, program_end, open_channel(tells), measure=kind == MEASURE)
        written, writes = os.pipe()
        suite = os.fork()
        if suite == 0:
            _confine(request, server, suite_end, writes)
            run_prepared(session, recorder, suite_end, open_channel(writes), explain=kind == EXPLAIN)
        for descriptor in (program_end, suite_end, tells, writes):
            os.close(descriptor)
        report(follow(suite, written, program, told, request["wall_s"], request["output_bytes"]))


def _read_program(jobs: int) -> str:
    with os.fdopen(jobs, "rb", buffering=0, closefd=False) as stream:
        length = int.from_bytes(stream.read(LENGTH_BYTES))
        text = b""
        while len(text) < length:
            text += stream.read(length - len(text))
    return text.decode()


def _confine(request: dict[str, Any], server: int, *kept: int) -> None:
    """Leave nothing of the server within reach; nothing foreign has been loaded yet."""
    for below, above in itertools.pairwise([2, *sorted(kept), os.sysconf("SC_OPEN_MAX")]):
        os.closerange(below + 1, above)
    limit(**request["fork_limits"])
    forbid(parent=server, **request["fork_calls"])
