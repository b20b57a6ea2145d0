"""A server that runs already: `engine.kind: endpoint`. It is asked the same questions as an engine of ours."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from cis_study.errors import StudyError
from cis_study.serving.endpoint import Endpoint, ask, check_identity, http_status

_POLL_S = 1.0
_ANSWER_TIMEOUT_S = 10.0


@contextlib.contextmanager
def attach(served_model: str, timeout_s: float, environment: Mapping[str, str] = os.environ) -> Iterator[Endpoint]:
    """The server at `OPENAI_BASE_URL`, once it answers as `served_model`; it is left running.

    Raises:
        StudyError: no address is given, nothing answers there within `timeout_s`, the server refuses the key, or
            another model answers.
    """
    base_url = _base_url(environment)
    api_key = environment.get("OPENAI_API_KEY") or None
    _wait_until_it_answers(base_url, api_key, timeout_s)
    check_identity(base_url, served_model, api_key, alone=False)
    endpoint = Endpoint(base_url, served_model, "endpoint", None, None, api_key=api_key)
    yield dataclasses.replace(endpoint, version=_claimed_version(endpoint))


def _base_url(environment: Mapping[str, str]) -> str:
    url = environment.get("OPENAI_BASE_URL", "").rstrip("/")
    if not url:
        other = ", and nothing reads OPENAI_API_BASE, which is set" if "OPENAI_API_BASE" in environment else ""
        raise StudyError(
            "OPENAI_BASE_URL", "not set", f"`engine.kind: endpoint` needs the address of a server{other}",
            "Write `export OPENAI_BASE_URL=http://host:port/v1`.",
        )  # fmt: skip
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.username or parts.query:
        raise StudyError(
            "OPENAI_BASE_URL", "not shown", "it is no plain http(s) address, or holds a name, password or query",
            "Write http(s)://host:port/v1, and the key into OPENAI_API_KEY.",
        )  # fmt: skip
    return url


def _wait_until_it_answers(base_url: str, api_key: str | None, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while (status := http_status(f"{base_url}/models", api_key, _ANSWER_TIMEOUT_S)) != HTTPStatus.OK:
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise StudyError("OPENAI_API_KEY", f"HTTP {status}", "the server refuses this key", "Set the right one.")
        if status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise StudyError(
                "OPENAI_BASE_URL",
                f"{base_url}: HTTP {status}",
                "no OpenAI API answers there",
                "It often ends in /v1.",
            )
        if time.monotonic() > deadline:
            raise StudyError(
                "OPENAI_BASE_URL", base_url, f"no server answers there after {timeout_s:.0f} s", "Start it, run again."
            )
        time.sleep(_POLL_S)


def _claimed_version(endpoint: Endpoint) -> str | None:
    try:
        return str(ask(f"{endpoint.root_url}/version")["version"])
    except (StudyError, KeyError, TypeError):
        return None
