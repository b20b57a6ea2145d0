"""Prove that a sandbox works and that it contains, before anything else is run in it."""

from __future__ import annotations

import secrets
import socket
import tempfile
from pathlib import Path

from cis_study.errors import StudyError
from cis_study.sandbox.backend import Backend
from cis_study.sandbox.execution import Outcome, execute
from cis_study.sandbox.profile import Limits, View

_LIMITS = Limits(cpu_s=10, wall_s=60.0)
_PROBE = """
import os, socket, threading

def honest(number):
    seen = []
    threads = [threading.Thread(target=seen.append, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return number + len(seen)

def read_file(path):
    with open(path) as stream:
        return stream.read()

def write_file(path):
    with open(path, "a") as stream:
        return stream.write("x")

def connect(port):
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True

def connect_locally(name):
    with socket.socket(socket.AF_UNIX) as stream:
        stream.connect("\\0" + name)
        return True

def fork():
    if os.fork() == 0:
        os._exit(0)
    return True

def signal_all():
    os.kill(-1, 0)
    return True
"""


def examine(backend: Backend) -> None:
    """Check that honest code runs in a sandbox and that escapes fail.

    Raises:
        StudyError: the backend is missing, cannot start here, or does not contain what it must.
    """
    where = f"sandbox {backend.name}"
    backend.describe()
    local_name = f"cis-probe-{secrets.token_hex(4)}"
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_UNIX) as local,
    ):
        local.bind("\0" + local_name)
        local.listen()
        canary = Path(folder) / "canary"
        canary.write_text("host")
        calls: dict[str, list[object]] = {
            "honest": [1],
            "read_file": [str(canary)],
            "write_file": [str(canary)],
            "connect": [listener.getsockname()[1]],
            "connect_locally": [local_name],
            "fork": [],
            "signal_all": [],
        }
        cases = [{"id": name, "steps": [{"call": name, "args": args, "repeat": 1}]} for name, args in calls.items()]
        request = {"source": _PROBE, "case_cpu_s": 1.0, "case_wall_s": 10.0, "cases": cases}
        try:
            process = execute(backend, "answer_cases", request, View(), _LIMITS)
        except OSError as error:
            raise StudyError(where, error, "it cannot start on this machine", "Run `cis-study doctor`.") from error
    if process.outcome is Outcome.SANDBOX_FAILURE:
        raise StudyError(where, process.complaint, "it cannot start on this machine", "Run `cis-study doctor`.")
    answers = {report["id"]: report["results"] for report in process.reports if "results" in report}
    honest = answers.pop("honest", None)
    if honest != [{"value": ["int", "0x5"]}]:
        raise StudyError(where, honest, "honest code does not run in it", "Report this with the line above.")
    escaped = [name for name, results in answers.items() if any("value" in result for result in results)]
    if escaped or len(answers) < len(calls) - 1:
        raise StudyError(
            where, escaped or process.outcome, "these were not contained", "Do not score submissions on this machine."
        )
