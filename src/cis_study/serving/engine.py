"""Own an engine's processes: start, identify, stop. An engine is identified, not trusted."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cis_study.errors import StudyError
from cis_study.serving.endpoint import Endpoint, check_identity, http_status
from cis_study.serving.engine_log import EngineLog
from cis_study.serving.gpu import metered
from cis_study.serving.processes import nothing_survives

_POLL_S = 0.25
_HEALTH_TIMEOUT_S = 10.0


@contextlib.contextmanager
def serve(
    command: Sequence[str], served_model: str, log: Path, startup_timeout_s: float, gpus: int = 0
) -> Iterator[Endpoint]:
    """Run a launcher until the block ends; then nothing of its process tree is left, and GPU memory is back.

    The launcher gets `--report-fd N` appended and writes `{"port", "engine", "version", ...}` there once it is
    bound, or `{"refused"}` where it cannot be: the port is handed over, never guessed. Ready means `/health`,
    the served id and one completion.

    Args:
        gpus: number of GPUs the engine uses.

    Raises:
        StudyError: the engine refused its arguments, did not start, did not answer in time, or serves another model.
    """
    with metered(gpus) as meter, nothing_survives():
        process, report_stream, engine_log = _start(command, log)
        with report_stream:
            deadline = time.monotonic() + startup_timeout_s
            report = _read_report(report_stream.fileno(), process, deadline, engine_log)
            endpoint = Endpoint(
                base_url=f"http://127.0.0.1:{report['port']}/v1",
                served_model=served_model,
                engine=report["engine"],
                version=report["version"],
                process=process,
                log=engine_log,
                report=report,
                gpu=meter,
            )
            _wait_ready(endpoint, deadline)
            yield endpoint


def _start(command: Sequence[str], log: Path) -> tuple[subprocess.Popen[bytes], Any, EngineLog]:
    log.parent.mkdir(parents=True, exist_ok=True)
    read_fd, write_fd = os.pipe()
    report_stream = os.fdopen(read_fd, "rb")
    with log.open("ab") as log_stream:
        engine_log = EngineLog(log, start=log_stream.tell())
        try:
            process = subprocess.Popen(
                [*command, "--report-fd", str(write_fd)],
                stdin=subprocess.DEVNULL,
                stdout=log_stream,
                stderr=log_stream,
                pass_fds=[write_fd],
                start_new_session=True,
                env=_environment(),
            )
        except FileNotFoundError as error:
            report_stream.close()
            raise StudyError(
                command[0], "missing", "the engine's environment is not installed", "Run `make envs`."
            ) from error
        finally:
            os.close(write_fd)
    return process, report_stream, engine_log


def _environment() -> dict[str, str]:
    # Secrets of the study (hub tokens, API keys) are no business of an engine that reads local files.
    hidden = ("TOKEN", "SECRET", "PASSWORD", "API_KEY", "CREDENTIAL")
    kept = {k: v for k, v in os.environ.items() if not any(word in k.upper() for word in hidden)}
    return {**kept, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def _read_report(fd: int, process: subprocess.Popen[bytes], deadline: float, log: EngineLog) -> dict[str, Any]:
    received = b""
    while b"\n" not in received:
        ready, _, _ = select.select([fd], [], [], _POLL_S)
        piece = os.read(fd, 4096) if ready else None
        if piece == b"" or (piece is None and process.poll() is not None):
            raise _ended(process, log)
        if time.monotonic() > deadline:
            raise StudyError(
                f"engine log {log.path}", log.tail(), "the engine reported no port in time", "Read the log."
            )
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


def _wait_ready(endpoint: Endpoint, deadline: float) -> None:
    assert endpoint.process is not None
    assert endpoint.log is not None
    while http_status(endpoint.health_url, endpoint.api_key, _HEALTH_TIMEOUT_S) != HTTPStatus.OK:
        if endpoint.process.poll() is not None:
            raise _ended(endpoint.process, endpoint.log)
        if time.monotonic() > deadline:
            raise StudyError(
                f"engine log {endpoint.log.path}", endpoint.log.tail(), "it never became healthy", "Read the log."
            )
        time.sleep(_POLL_S)
    check_identity(endpoint.base_url, endpoint.served_model)


def _ended(process: subprocess.Popen[bytes], log: EngineLog) -> StudyError:
    status = process.wait()
    return StudyError(
        f"engine log {log.path}",
        log.tail(),
        f"the engine ended (status {status}) before it was ready, its last error: {log.last_error()}",
        "Read the log.",
    )
