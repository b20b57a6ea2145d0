"""The runner's side of the channel and of the limits: used before foreign code is loaded."""

from __future__ import annotations

import fcntl
import json
import os
import random
import resource
import sys
from collections.abc import Callable
from typing import Any

MEMORY_EXIT_CODE = 77
_FILE_BYTES = 1 << 20
_CPU_GRACE_S = 1
_HIGH_DESCRIPTOR = 50

Report = Callable[[dict[str, Any]], None]


def start() -> tuple[dict[str, Any], Report]:
    """Read the request, impose limits and confinement, answer with the nonce, silence the standard streams.

    Soft and hard limits are equal and no capability is left to raise them again.
    """
    with os.fdopen(os.dup(0), "rb") as stream:
        request = json.load(stream)
    report = open_channel(request["report"])
    if request["limits"] is not None:
        limit(**request["limits"])
    if request["confinement"] is not None:
        # Under bubblewrap nobody needs it, and ctypes takes a while to import.
        from .confinement import confine

        confine(**request["confinement"])
    random.seed(0)
    report({"hello": request["nonce"]})
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    sys.stdin = os.fdopen(0, "r", closefd=False)
    return request, report


def limit(cpu_s: int, memory_bytes: int, open_files: int, threads: int) -> None:
    """Impose resource limits on this process."""
    os.umask(0o077)
    # The soft limit sends SIGXCPU, which tells the parent why; the hard one ends a program that ignores it.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + _CPU_GRACE_S))
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_NOFILE, open_files),
        (resource.RLIMIT_NPROC, threads),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def open_channel(descriptor: int) -> Report:
    """The function that writes reports to a descriptor, which is moved out of the way and closed in programs."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR)
    os.close(descriptor)

    def report(message: dict[str, Any]) -> None:
        line = memoryview((json.dumps(message) + "\n").encode())
        while line:
            line = line[os.write(high, line) :]

    return report
