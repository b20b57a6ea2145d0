"""A server that answers as the expected model: what is known of it, and the questions that make sure."""

from __future__ import annotations

import http.client
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from cis_study.errors import EngineLost, StudyError
from cis_study.serving.engine_log import EngineLog
from cis_study.serving.gpu import GpuMeter

_ALIVE_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Endpoint:
    """A server that has answered as the expected model."""

    base_url: str
    """Ends in `/v1`."""
    served_model: str
    engine: str
    version: str | None
    process: subprocess.Popen[bytes] | None
    """None: somebody else's server."""
    log: EngineLog | None = None
    report: Mapping[str, Any] = field(default_factory=dict)
    """What its launcher said about it."""
    api_key: str | None = field(default=None, repr=False)
    """Of somebody else's server; never to be written anywhere."""
    gpu: GpuMeter = field(default_factory=lambda: GpuMeter([]))

    @property
    def root_url(self) -> str:
        """Where an engine has its own questions beside those of the OpenAI API."""
        return self.base_url.removesuffix("/v1")

    def require_process(self) -> None:
        """A reply counts only while our engine lives: another server may have taken its port.

        Raises:
            EngineLost: the engine process has ended.
        """
        code = self.process.poll() if self.process else None
        if code is not None:
            raise self._lost(f"it died while battles were in flight, exit status {code}")

    def require_alive(self) -> None:
        """Raises EngineLost when the engine process has ended, or the server no longer answers."""
        self.require_process()
        status = http_status(self.health_url, self.api_key, _ALIVE_TIMEOUT_S)
        if status != HTTPStatus.OK:
            self.require_process()
            said = "nothing" if status is None else f"HTTP {status}"
            raise self._lost(f"asked for its health it says {said} within {_ALIVE_TIMEOUT_S:.0f} s")

    @property
    def health_url(self) -> str:
        """`/health` of an engine of ours; a server of somebody else need not have it."""
        return f"{self.root_url}/health" if self.process else f"{self.base_url}/models"

    def _lost(self, why: str) -> EngineLost:
        where = f"engine {self.engine}, log {self.log.path}" if self.log else f"engine {self.engine}"
        last = self.log.last_error() if self.log else self.base_url
        return EngineLost(where, last, why, "Finished battles are in the journal.")


def http_status(url: str, api_key: str | None, timeout_s: float) -> int | None:
    """Status of the answer to a GET request; None where nothing answers in time."""
    try:
        with urllib.request.urlopen(_request(url, api_key), timeout=timeout_s) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return None


def ask(url: str, api_key: str | None = None, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON answer to a GET request, or to a POST request with `body`.

    Raises:
        StudyError: there is no usable answer.
    """
    try:
        with urllib.request.urlopen(_request(url, api_key, body), timeout=600) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except (urllib.error.URLError, OSError, http.client.HTTPException, ValueError) as error:
        raise StudyError(url, error, "the server gave no usable answer", "Read the engine's log.") from error


def _request(url: str, api_key: str | None, body: Mapping[str, Any] | None = None) -> urllib.request.Request:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"})
    if api_key:
        # Not sent on to wherever the server redirects to.
        request.add_unredirected_header("Authorization", f"Bearer {api_key}")
    return request


def check_identity(base_url: str, served_model: str, api_key: str | None = None, alone: bool = True) -> None:
    """The server offers the expected model, and no other where it should be `alone`, and completes a request with it.

    Raises:
        StudyError: another model answers there, or no completion comes.
    """
    offered = sorted(entry["id"] for entry in ask(f"{base_url}/models", api_key)["data"])
    if served_model not in offered or (alone and offered != [served_model]):
        raise StudyError(
            base_url,
            offered,
            f"a different model is served there, expected {served_model}",
            "Stop that server." if alone else f"Serve the model under that name (--served-model-name {served_model}).",
        )
    body = {
        "model": served_model,
        "messages": [{"role": "user", "content": "Say yes."}],
        "max_tokens": 2,
        "temperature": 0,
    }
    reply = ask(f"{base_url}/chat/completions", api_key, body)
    if reply.get("model") != served_model or not reply.get("choices"):
        raise StudyError(
            base_url, reply.get("model"), f"the completion is not from {served_model}", "Stop that server."
        )
