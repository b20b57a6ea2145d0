"""The client against a fake server over real HTTP: every way a request can end has a type."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import threading
from typing import Any

import pytest
from conftest import engine_settings
from fake_openai import Fight, Wire, event, fake_server

from cis_study.battles import retries, stream
from cis_study.battles.client import Fought, fight
from cis_study.battles.telemetry import Timing
from cis_study.errors import EngineLost, StudyError
from cis_study.serving.endpoint import Endpoint
from cis_study.serving.engine import check_identity

Battles = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "_BACKOFF_S", 0.0)


@pytest.mark.parametrize(
    ("engine", "counting"),
    [
        ("llama_cpp", {"stream_options": {"include_usage": True}, "timings_per_token": True}),
        ("vllm", {"stream_options": {"include_usage": True, "continuous_usage_stats": True}}),
        ("another", {"stream_options": {"include_usage": True}}),
    ],
)
def test_the_request_on_the_wire_is_the_request_in_the_battle(
    planned: Battles, fought: Fight, engine: str, counting: dict[str, Any]
) -> None:
    done, server = fought(Wire.reply, planned, engine)
    battles = [one.battle for one in done]
    streaming = {"model": "m", "stream": True, **counting}
    sent = {body["seed"]: body for body in server.seen}
    assert sent == {battle["seed"]: {**battle["request"], **streaming} for battle in battles}
    assert {json.dumps(b["request"]) for b in battles} == {json.dumps(b["request"]) for b in planned}
    assert {b["status"] for b in battles} == {"answered"}
    assert battles[0]["reply"] == {
        "content": "text",
        "reasoning": None,
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 3, "completion_tokens": 5},
        "stopped_by": None,
    }


def test_connections_are_used_again(planned: Battles, fought: Fight) -> None:
    _, server = fought(Wire.reply, planned * 5, concurrency=2)
    assert len(server.seen) == 20
    assert server.connections <= 2


def test_battles_decided_while_the_caller_is_busy_come_together_and_before_an_error(
    planned: Battles, process: subprocess.Popen[bytes]
) -> None:
    everyone_else_answered = threading.Event()
    groups: list[int] = []

    def respond(wire: Wire) -> None:
        if wire.body["seed"] == planned[0]["request"]["seed"]:
            everyone_else_answered.wait()
            wire.chunk(model="another", content="text")
        else:
            wire.reply()

    async def collect(url: str) -> None:
        async for together in fight(Endpoint(url, "m", "fake", "0", process), planned, engine_settings()):
            groups.append(len(together))
            await asyncio.sleep(0.5)
            everyone_else_answered.set()
            await asyncio.sleep(0.5)

    with fake_server(respond) as server, pytest.raises(StudyError, match="another model answered"):
        asyncio.run(collect(server.url))
    assert sum(groups) == len(planned) - 1
    assert len(groups) < sum(groups)


def test_times_stand_beside_the_battle(planned: Battles, fought: Fight) -> None:
    def respond(wire: Wire) -> None:
        threading.Event().wait(0.2)
        wire.chunk(role="assistant", content="")
        threading.Event().wait(0.2)
        wire.chunk(content="late")
        threading.Event().wait(0.2)
        wire.chunk(finish_reason="stop")
        wire.done()
        wire.close()

    ((_, timing),), _ = fought(respond, planned[:1])
    assert timing.attempts == 1
    assert 0.4 <= timing.first_token_s < timing.latency_s - 0.15


def test_a_chunk_of_another_model_stops_the_run(planned: Battles, fought: Fight) -> None:
    def respond(wire: Wire) -> None:
        wire.chunk(content="te")
        wire.chunk(content="xt", model="impostor")

    with pytest.raises(StudyError, match="impostor: another model answered"):
        fought(respond, planned[:1])


@pytest.mark.parametrize(
    ("status", "attempts", "error"),
    [
        (500, retries.ATTEMPTS, "InternalServerError"),
        (503, retries.ATTEMPTS, "InternalServerError"),
        (429, retries.ATTEMPTS, "RateLimitError"),
        (400, 1, "BadRequestError"),
        (401, 1, "AuthenticationError"),
    ],
)
def test_errors_become_infra_failures_after_the_right_number_of_attempts(
    planned: Battles, fought: Fight, status: int, attempts: int, error: str
) -> None:
    ((battle, timing),), server = fought(lambda wire: wire.refuse(status), planned[:1])
    assert (battle["status"], battle["error"]["type"]) == ("infra_failure", error)
    assert set(battle["reply"].values()) == {None}
    assert timing == Timing(attempts, None, None)
    assert len(server.seen) == attempts


def breaks_off(wire: Wire) -> None:
    wire.chunk(content="def half(")
    wire.reset()


def ends_early(wire: Wire) -> None:
    wire.chunk(content="def half(")
    wire.close()


def ends_without_done(wire: Wire) -> None:
    wire.chunk(content="def half(", finish_reason="stop")
    wire.close()


def ends_without_a_reason(wire: Wire) -> None:
    wire.chunk(content="def half(")
    wire.done()
    wire.close()


def is_aborted(wire: Wire) -> None:
    wire.chunk(content="def half(", finish_reason="abort")
    wire.done()
    wire.close()


def reports_an_error(wire: Wire) -> None:
    wire.chunk(content="def half(")
    wire.send(b'data: {"error": {"message": "engine died"}}\n\n')
    wire.done()
    wire.close()


def sends(data: bytes) -> Any:
    def respond(wire: Wire) -> None:
        wire.chunk(content="def half(")
        wire.send(data)
        wire.chunk(finish_reason="stop")
        wire.done()
        wire.close()

    return respond


FAULTS = {
    "reset": (breaks_off, "ReadError: "),
    "closed": (ends_early, "BrokenStream: the connection ended before"),
    "no DONE": (ends_without_done, "BrokenStream: the connection ended before"),
    "no reason": (ends_without_a_reason, "BrokenStream: it ended with the finish reason None"),
    "aborted": (is_aborted, "BrokenStream: it ended with the finish reason abort"),
    "error": (reports_an_error, "BrokenStream: the server reports .*engine died"),
    "not UTF-8": (sends(event("m", content="é").replace("é".encode(), b"\xff")), "BrokenStream: no JSON"),
    "not JSON": (sends(b'data: {"model": "m"\n\n'), "BrokenStream: no JSON"),
    "not an object": (sends(b"data: [1]\n\n"), r"BrokenStream: the server reports \[1\]"),
    "not a chunk": (sends(b'data: {"model": "m", "choices": 5}\n\n'), "BrokenStream: no chunk"),
    "half a usage": (sends(b'data: {"model": "m", "choices": [], "usage": {"prompt_tokens": 3}}\n\n'), "no chunk"),
    "no end of line": (sends(b"data: " + b"x" * 70_000), "BrokenStream: 7.* bytes without an end of line"),
}


@pytest.mark.parametrize(("fault", "error"), FAULTS.values(), ids=FAULTS.keys())
def test_half_a_reply_is_asked_again_and_never_kept(
    planned: Battles, fought: Fight, monkeypatch: pytest.MonkeyPatch, fault: Any, error: str
) -> None:
    monkeypatch.setattr(stream, "MAX_EVENT_BYTES", 65_536)
    once = iter([fault])
    ((battle, timing),), _ = fought(lambda wire: next(once, Wire.reply)(wire), planned[:1])
    assert (battle["status"], battle["reply"]["content"], timing.attempts) == ("answered", "text", 2)

    ((battle, timing),), _ = fought(fault, planned[:1])
    assert (battle["status"], timing.attempts) == ("infra_failure", retries.ATTEMPTS)
    assert set(battle["reply"].values()) == {None}
    assert re.search(error, "{type}: {message}".format(**battle["error"]))


def test_a_burst_of_failures_is_outlived(planned: Battles, fought: Fight) -> None:
    burst = iter([429, 503, 500, 502])

    def respond(wire: Wire) -> None:
        status = next(burst, None)
        wire.refuse(status) if status else wire.reply()

    done, _ = fought(respond, planned, concurrency=1)
    assert [one.battle["status"] for one in done] == ["answered"] * 4
    assert [one.timing.attempts for one in done] == [5, 1, 1, 1]


def test_every_character_arrives(planned: Battles, fought: Fight) -> None:
    text = "a\u2028b\x85c\r\n\x0c🙂 \x1c data: [DONE]" * 30_000

    def respond(wire: Wire) -> None:
        wire.send(b": a comment\r\n\r\nevent: message\r\n")
        data = event("m", content=text)
        for start in range(0, len(data), 60_001):
            wire.send(data[start : start + 60_001])
        wire.reply("end")

    ((battle, _),), _ = fought(respond, planned[:1])
    assert battle["reply"]["content"] == text + "end"


def test_a_dead_engine_ends_the_run_instead_of_losing_every_battle(
    planned: Battles, fought: Fight, process: subprocess.Popen[bytes]
) -> None:
    def respond(wire: Wire) -> None:
        process.kill()
        process.wait()
        wire.reset()

    with pytest.raises(EngineLost, match="died while battles were in flight"):
        fought(respond, planned)


@pytest.mark.parametrize("last_words", [b"", b"data: ", b": ping\n\n"])
def test_an_engine_that_falls_silent_is_lost_and_what_it_finished_is_kept(
    planned: Battles, fought: Fight, last_words: bytes
) -> None:
    first = iter([Wire.reply, Wire.reply])
    over = threading.Event()

    def falls_silent(wire: Wire) -> None:
        while not over.wait(0.05):
            if last_words:
                wire.send(last_words)

    done: list[Fought] = []
    try:
        with pytest.raises(EngineLost, match=r"no token for 1\.5 s"):
            fought(lambda wire: next(first, falls_silent)(wire), planned, into=done, concurrency=1, stall_timeout_s=1.5)
    finally:
        over.set()
    assert [one.battle["status"] for one in done] == ["answered"] * 2


def test_one_slow_request_among_lively_ones_is_no_stall(planned: Battles, fought: Fight) -> None:
    def respond(wire: Wire) -> None:
        if wire.body["seed"] == planned[0]["seed"]:
            threading.Event().wait(2)
        else:
            for _ in range(30):
                threading.Event().wait(0.1)
                wire.chunk(content="x")
        wire.reply()

    done, _ = fought(respond, planned, stall_timeout_s=1)
    assert {one.battle["status"] for one in done} == {"answered"}


def test_a_request_that_takes_too_long_is_lost_and_the_others_are_not(planned: Battles, fought: Fight) -> None:
    def respond(wire: Wire) -> None:
        slow = wire.body["seed"] == planned[0]["seed"]
        for _ in range(30 * slow):
            threading.Event().wait(0.1)
            wire.chunk(content="x")
        wire.reply()

    done, server = fought(respond, planned, request_timeout_s=1)
    states = {one.battle["seed"]: one.battle["status"] for one in done}
    assert states.pop(planned[0]["seed"]) == "infra_failure"
    assert set(states.values()) == {"answered"}
    assert "within 1 s" in next(one.battle for one in done if one.battle["error"])["error"]["message"]
    assert len(server.seen) == 4


def test_no_more_requests_are_in_flight_than_allowed(planned: Battles, fought: Fight) -> None:
    lock, now, peak = threading.Lock(), [0], [0]

    def respond(wire: Wire) -> None:
        with lock:
            now[0] += 1
            peak[0] = max(peak[0], now[0])
        threading.Event().wait(0.05)
        with lock:
            now[0] -= 1
        wire.reply()

    fought(respond, planned, concurrency=2)
    assert peak[0] == 2


def test_identity_is_checked_before_the_first_battle() -> None:
    def completion(model: str) -> Any:
        return lambda wire: wire.answer(200, {"model": model, "choices": [{}]})

    with fake_server(completion("m"), served="m") as server:
        check_identity(server.url, "m")
        with pytest.raises(StudyError, match="a different model is served"):
            check_identity(server.url, "n")
    with fake_server(completion("other"), served="m") as server, pytest.raises(StudyError, match="not from m"):
        check_identity(server.url, "m")
