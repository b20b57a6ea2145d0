"""Leave no trace in the process table, whoever is process 1.

bubblewrap's outer process ends as soon as it knows the exit code, a moment before the inner one.
The orphan goes to the nearest reaper; where that never waits, as a program that is process 1 of a
container, thousands of runs would leave thousands of zombies.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import json
import os
import signal

_PR_SET_CHILD_SUBREAPER = 36


@functools.cache
def adopt_orphans() -> None:
    """Make this process the reaper of its descendants' orphans, once."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap(status: bytes) -> None:
    """End and collect the inner process named in bubblewrap's status; call when the outer one has ended.

    A process that is not our child is left alone: its number may belong to another by now.
    """
    with contextlib.suppress(ValueError, KeyError, ChildProcessError, ProcessLookupError):
        inner = int(json.loads(status.split(b"\n", 1)[0])["child-pid"])
        if os.waitpid(inner, os.WNOHANG) == (0, 0):
            os.kill(inner, signal.SIGKILL)
            os.waitpid(inner, 0)
