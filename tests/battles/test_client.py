"""The client against a fake server over real HTTP: every way a request can end has a type."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cis_study.battles import client
from cis_study.battles.client import fight
from cis_study.battles.record import identify
from cis_study.config import Study
from cis_study.errors import StudyError
from cis_study.plan import plan_block
from cis_study.serving.engine import Endpoint, check_identity
from cis_study.tasks.task import Task

Respond = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


def completion(body: dict[str, Any], model: str | None = None, **choice: Any) -> tuple[int, dict[str, Any]]:
    message = {"role": "assistant", "content": "text", **choice.pop("message", {})}
    entry = {"index": 0, "finish_reason": "stop", "message": message, **choice}
    usage = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
    return 200, {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": model or body["model"],
        "choices": [entry],
        "usage": usage,
    }


@contextmanager
def fake_server(respond: Respond, served: str = "m") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    seen: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, {"object": "list", "data": [{"id": served, "object": "model"}]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append(body)
            self._send(*respond(body))

        def _send(self, status: int, content: dict[str, Any]) -> None:
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Keep the test output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield sleeper
    sleeper.kill()
    sleeper.wait()


@pytest.fixture
def planned(study: Study, tasks: dict[str, Task], reply_format: str) -> list[dict[str, Any]]:
    return [identify(b, "m", "llama_cpp", "a" * 64) for b in plan_block(study, tasks, reply_format, "1-2")]


def fought(
    respond: Respond, planned: list[dict[str, Any]], process: subprocess.Popen[bytes], concurrency: int = 4
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    async def collect(url: str) -> list[dict[str, Any]]:
        endpoint = Endpoint(url, "m", "fake", "0", process)
        return [battle async for battle in fight(endpoint, planned, concurrency, 5)]

    with fake_server(respond) as (url, seen):
        return asyncio.run(collect(url)), seen


def test_the_request_on_the_wire_is_the_request_in_the_battle(
    planned: list[dict[str, Any]], process: subprocess.Popen[bytes]
) -> None:
    battles, seen = fought(completion, planned, process)
    sent = {body["seed"]: {k: v for k, v in body.items() if k != "model"} for body in seen}
    assert sent == {battle["seed"]: battle["request"] for battle in battles}
    assert len(battles) == len(planned)
    assert {b["status"] for b in battles} == {"answered"}
    assert battles[0]["reply"]["usage"] == {"prompt_tokens": 3, "completion_tokens": 5}


def test_reasoning_is_kept_apart_from_the_answer(
    planned: list[dict[str, Any]], process: subprocess.Popen[bytes]
) -> None:
    def respond(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return completion(body, message={"reasoning": "thinking"})

    battles, _ = fought(respond, planned[:1], process)
    assert (battles[0]["reply"]["content"], battles[0]["reply"]["reasoning"]) == ("text", "thinking")


def test_a_reply_of_another_model_stops_the_run(
    planned: list[dict[str, Any]], process: subprocess.Popen[bytes]
) -> None:
    with pytest.raises(StudyError, match="another model answered"):
        fought(lambda body: completion(body, model="impostor"), planned, process)


@pytest.mark.parametrize(("status", "attempts"), [(500, client.ATTEMPTS), (429, client.ATTEMPTS), (400, 1)])
def test_errors_become_infra_failures_after_the_right_number_of_attempts(
    planned: list[dict[str, Any]],
    process: subprocess.Popen[bytes],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    attempts: int,
) -> None:
    monkeypatch.setattr(client, "_BACKOFF_S", 0.0)
    battles, seen = fought(lambda _: (status, {"error": {"message": "no"}}), planned[:1], process)
    assert battles[0]["status"] == "infra_failure"
    assert battles[0]["reply"]["content"] is None
    assert len(seen) == attempts


def test_one_bad_reply_in_between_is_asked_again(
    planned: list[dict[str, Any]], process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_BACKOFF_S", 0.0)
    calls = iter([(503, {"error": {"message": "loading"}})])

    def respond(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return next(calls, None) or completion(body)

    battles, _ = fought(respond, planned[:1], process)
    assert battles[0]["status"] == "answered"


def test_a_dead_engine_ends_the_run_instead_of_losing_every_battle(
    planned: list[dict[str, Any]], process: subprocess.Popen[bytes]
) -> None:
    process.kill()
    process.wait()
    with pytest.raises(StudyError, match="died while battles were in flight"):
        fought(lambda _: (500, {"error": {"message": "gone"}}), planned, process)


def test_no_more_requests_are_in_flight_than_allowed(
    planned: list[dict[str, Any]], process: subprocess.Popen[bytes]
) -> None:
    lock, now, peak = threading.Lock(), [0], [0]

    def respond(body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with lock:
            now[0] += 1
            peak[0] = max(peak[0], now[0])
        threading.Event().wait(0.05)
        with lock:
            now[0] -= 1
        return completion(body)

    fought(respond, planned, process, concurrency=2)
    assert peak[0] == 2


def test_identity_is_checked_before_the_first_battle() -> None:
    with fake_server(completion, served="m") as (url, _):
        check_identity(url, "m")
        with pytest.raises(StudyError, match="a different model is served"):
            check_identity(url, "n")
    with (
        fake_server(lambda body: completion(body, model="other"), served="m") as (url, _),
        pytest.raises(StudyError, match="not from m"),
    ):
        check_identity(url, "m")
