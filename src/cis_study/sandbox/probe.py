"""Prove at the start that the sandbox works and that it contains: without one, nothing is run."""

from __future__ import annotations

import functools
import socket
import tempfile
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.sandbox.oracle import SandboxFailure, answer_cases

_PROBE = """
import os, socket

def read_file(path):
    with open(path) as stream:
        return stream.read()

def connect(port):
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True

def fork():
    if os.fork() == 0:
        os._exit(0)
    return True

def write(path):
    with open(path, "w") as stream:
        return stream.write("x")

def honest(number):
    return number + 1
"""


@functools.cache
def require_sandbox() -> None:
    """Check once per process that honest code runs and that escapes fail.

    Raises:
        StudyError: bubblewrap cannot start here, or does not contain what it must.
    """
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        canary = Path(folder) / "canary"
        canary.write_text("host")
        escapes = [
            ("read_file", str(canary)),
            ("connect", listener.getsockname()[1]),
            ("fork", None),
            ("write", str(Path(folder) / "planted")),
        ]
        calls = [("honest", 1), *escapes]
        steps = [
            [{"call": name, "args": [] if argument is None else [argument], "repeat": 1}] for name, argument in calls
        ]
        try:
            honest, *attempts = answer_cases(_PROBE, steps)
        except SandboxFailure as broken:
            raise StudyError(
                "sandbox", broken, "bubblewrap cannot start on this machine", _advice(str(broken))
            ) from None
    if honest.results != ({"value": ["int", "0x2"]},):
        raise StudyError("sandbox", honest, "honest code does not run in it", "Report this with the line above.")
    escaped = [
        name
        for (name, _), attempt in zip(escapes, attempts, strict=True)
        if not any("raised" in result for result in attempt.results)
    ]
    if escaped:
        raise StudyError("sandbox", escaped, "these were not contained", "Do not score submissions on this machine.")


def _advice(complaint: str) -> str:
    if "Permission denied" in complaint or "RTM_NEWADDR" in complaint or "Operation not permitted" in complaint:
        return (
            "The system forbids unprivileged user namespaces. On Ubuntu 24.04 allow them for this binary with an "
            "AppArmor profile: `profile cis-bwrap <path of bwrap> flags=(unconfined) { userns, }` in "
            "/etc/apparmor.d/cis-bwrap, then `sudo apparmor_parser -r /etc/apparmor.d/cis-bwrap`. In a container, "
            "start it with user namespaces allowed. Submissions are never run without a sandbox."
        )
    return "Correct what bubblewrap reports; submissions are never run without a sandbox."
