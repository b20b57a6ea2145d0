"""Own an engine's processes: start, identify, watch, stop. An engine is identified, not trusted."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from cis_study.errors import EngineLost, StudyError

PR_SET_CHILD_SUBREAPER = 36
_POLL_S = 0.25
_STOP_GRACE_S = 10.0


@dataclass(frozen=True)
class Endpoint:
    """A server that has answered as the expected model."""

    base_url: str
    """Ends in `/v1`."""
    served_model: str
    engine: str
    version: str
    process: subprocess.Popen[bytes]

    def require_alive(self) -> None:
        """Raises EngineLost when the engine process has ended."""
        code = self.process.poll()
        if code is not None:
            raise EngineLost(
                f"engine {self.engine}",
                f"exit status {code}",
                "it died while battles were in flight",
                "Finished battles are in the journal; read the engine's log, then run again.",
            )


@contextlib.contextmanager
def serve(command: Sequence[str], served_model: str, log: Path, startup_timeout_s: float) -> Iterator[Endpoint]:
    """Run a launcher until the block ends; nothing of its process tree survives.

    The launcher gets `--report-fd N` appended and writes `{"port", "engine", "version"}` there once it is
    bound, or `{"refused"}` where it cannot be: the port is handed over, never guessed. Ready means `/health`,
    the served id and one completion.

    Raises:
        StudyError: the engine refused its arguments, did not start, did not answer in time, or serves another model.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1)
    read_fd, write_fd = os.pipe()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as log_stream:
        try:
            process = subprocess.Popen(
                [*command, "--report-fd", str(write_fd)],
                stdin=subprocess.DEVNULL,
                stdout=log_stream,
                stderr=log_stream,
                pass_fds=[write_fd],
                start_new_session=True,
                env=_engine_environment(),
            )
        except FileNotFoundError as error:
            os.close(read_fd)
            raise StudyError(
                command[0], "missing", "the engine's environment is not installed", "Run `make envs`."
            ) from error
        finally:
            os.close(write_fd)
    try:
        deadline = time.monotonic() + startup_timeout_s
        report = _read_report(read_fd, process, deadline, log)
        endpoint = Endpoint(
            base_url=f"http://127.0.0.1:{report['port']}/v1",
            served_model=served_model,
            engine=report["engine"],
            version=report["version"],
            process=process,
        )
        _wait_ready(endpoint, deadline, log)
        yield endpoint
    finally:
        os.close(read_fd)
        _stop_tree(process)


def _engine_environment() -> dict[str, str]:
    # Secrets of the study (hub tokens, API keys) are no business of an engine that reads local files.
    hidden = ("TOKEN", "SECRET", "PASSWORD", "API_KEY", "CREDENTIAL")
    kept = {k: v for k, v in os.environ.items() if not any(word in k.upper() for word in hidden)}
    return {**kept, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def _read_report(fd: int, process: subprocess.Popen[bytes], deadline: float, log: Path) -> dict[str, Any]:
    received = b""
    while b"\n" not in received:
        ready, _, _ = select.select([fd], [], [], _POLL_S)
        piece = os.read(fd, 4096) if ready else None
        if piece == b"" or (piece is None and process.poll() is not None):
            raise _ended(process, log)
        if time.monotonic() > deadline:
            raise StudyError(f"engine log {log}", _tail(log), "the engine reported no port in time", "Read the log.")
        received += piece or b""
    report: dict[str, Any] = json.loads(received)
    if "refused" in report:
        raise StudyError(
            "engine arguments",
            report["refused"],
            "the engine does not take them",
            "Correct `vllm_flags` of the model or `engine.flags` of the study.",
        )
    return report


def _wait_ready(endpoint: Endpoint, deadline: float, log: Path) -> None:
    health = endpoint.base_url.removesuffix("/v1") + "/health"
    while not _answers(health):
        if endpoint.process.poll() is not None:
            raise _ended(endpoint.process, log)
        if time.monotonic() > deadline:
            raise StudyError(f"engine log {log}", _tail(log), "the engine never became healthy", "Read the log.")
        time.sleep(_POLL_S)
    check_identity(endpoint.base_url, endpoint.served_model)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def check_identity(base_url: str, served_model: str) -> None:
    """The server offers exactly the expected model and completes a request with it.

    Raises:
        StudyError: another model answers there, or no completion comes.
    """
    offered = sorted(entry["id"] for entry in _request(f"{base_url}/models")["data"])
    if offered != [served_model]:
        raise StudyError(
            base_url, offered, f"a different model is served there, expected {served_model}", "Stop that server."
        )
    body = {
        "model": served_model,
        "messages": [{"role": "user", "content": "Say yes."}],
        "max_tokens": 2,
        "temperature": 0,
    }
    reply = _request(f"{base_url}/chat/completions", body)
    if reply.get("model") != served_model or not reply.get("choices"):
        raise StudyError(
            base_url, reply.get("model"), f"the completion is not from {served_model}", "Stop that server."
        )


def _request(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=600) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise StudyError(url, error, "the server gave no usable answer", "Read the engine's log.") from error


def _ended(process: subprocess.Popen[bytes], log: Path) -> StudyError:
    return StudyError(
        f"engine log {log}",
        _tail(log),
        f"the engine ended (status {process.wait()}) before it was ready",
        "Read the log; the last lines usually name the cause.",
    )


def _tail(log: Path, size_bytes: int = 600) -> str:
    return log.read_bytes()[-size_bytes:].decode(errors="replace").strip() if log.is_file() else "no log"


def _stop_tree(process: subprocess.Popen[bytes]) -> None:
    # Engines start helpers in sessions of their own; as subreaper this process can still find them all.
    tree = _tree(process)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    psutil.wait_procs(tree, timeout=_STOP_GRACE_S)
    for survivor in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            survivor.kill()
    psutil.wait_procs(tree, timeout=_STOP_GRACE_S)
    process.wait()


def _tree(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        root = psutil.Process(process.pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
