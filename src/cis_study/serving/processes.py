"""Processes that must not outlive one another: an engine's tree its job, a job its workflow."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import threading
from collections.abc import Iterator

import psutil

PR_SET_CHILD_SUBREAPER = 36
_GRACE_S = 10.0


def die_with(pid: int) -> None:
    """End this process as soon as process `pid` has ended, whatever ended it; what it started dies with it.

    A shell that lies between a workflow and its job outlives a killed workflow, and would keep the job running.
    """
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        os.kill(os.getpid(), signal.SIGKILL)
        raise

    def watch() -> None:
        select.select([watched], [], [])
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def nothing_survives() -> Iterator[None]:
    """End every process that the block started, also those in sessions of their own whose parent has died.

    As subreaper this process inherits such orphans: all of them are its descendants.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before = set(_descendants())
    try:
        yield
    finally:
        _end(before)


def _end(spared: set[psutil.Process]) -> None:
    for end in (psutil.Process.terminate, psutil.Process.kill):
        # Found again for the second round: a process that was asked to end may have started another.
        started = [process for process in _descendants() if process not in spared]
        for process in started:
            with contextlib.suppress(psutil.NoSuchProcess):
                end(process)
        psutil.wait_procs(started, timeout=_GRACE_S)


def _descendants() -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return found
